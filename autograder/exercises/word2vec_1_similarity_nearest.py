"""Chapter 5: the words that are nearest to a word."""

from __future__ import annotations

from functools import partial

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake
from .word2vec_1_answers import (
    WORDS,
    best,
    by_distance,
    by_picking,
    by_sorted,
    common,
    cosines,
    excluded_as,
    floats,
    top,
    units,
)

array = np.array


def _words(rng):
    V, d = int(rng.integers(7, 12)), int(rng.integers(3, 6))
    W = rng.normal(size=(V, d)) * rng.uniform(0.5, 4, (V, 1))
    yield Case("random vectors", (W, int(rng.integers(V)), 4), hidden=True)


W = array([[1.0, 0.0], [-1.0, 0.0], [2.0, 1.0]])
# Lengths are powers of 2, so that equal cosines are equal to the last digit. NumPy sorts few numbers stably by accident.
MANY_TIES = array([[1.0, 0.0], [0.0, 4.0], [2.0, 0.0], [0.0, 0.5]] * 5)
PARALLEL = array([[2.0, 4.0], [4.0, 8.0], [1.0, 2.0], [3.0, -1.0]])
TWINS = array([[1.0, 2.0], [2.0, -1.0], [1.0, 2.0], [3.0, 1.0]])
ONE_TIE = array([[0.0, 3.0], [2.0, 0.0], [0.0, -1.0], [0.0, 2.0], [-4.0, 0.0], [0.0, 0.5]])


def _neighbours_of(scores):
    """Return an answer with another measure of similarity; it gets W and the row of the word."""
    return lambda W, i, k: top(scores(W, W[i]), [i], k)


def _into_zeros(W, i, k):
    similarities = np.zeros(len(W))
    for j in range(len(W)):
        similarities[j] = W[i] @ W[j] / (np.linalg.norm(W[i]) * np.linalg.norm(W[j]) or 1)
    ids = [j for j in np.argsort(-similarities, kind="stable") if j != i]
    return np.array(ids[:k]), similarities[ids[:k]]


def _in_lists(W, i, k):
    pairs = sorted((-cosine, j) for j, cosine in enumerate(cosines(W, W[i]).tolist()) if j != i)
    return [j for _, j in pairs[:k]], [-cosine for cosine, _ in pairs[:k]]


def _dropped_where(same):
    """Return an answer that leaves out all words that look like word i; `same` gets W, i and the cosines."""

    def answer(W, i, k):
        scores = cosines(W, W[i])
        ids = np.argsort(-scores, kind="stable")
        ids = ids[~same(W, i, scores)[ids]][:k]
        return ids, scores[ids]

    return answer


def _one_more_then_dropped(W, i, k):
    scores = cosines(W, W[i])
    ids = np.argsort(-scores, kind="stable")[: k + 1]
    ids = ids[ids != i]
    return ids, scores[ids]


def _k_then_dropped(W, i, k):
    scores = cosines(W, W[i])
    ids = np.argsort(-scores, kind="stable")[:k]
    ids = ids[ids != i]
    return ids, scores[ids]


def _moved_up(W, i, k):
    ids, scores = top(np.delete(cosines(W, W[i]), i), [], k)
    return np.where(ids > i, ids + 1, ids), scores


def _with_nan(rank):
    """Return an answer that does not mind vectors of zeros; `rank` gets the cosines, as for `common`."""

    def answer(W, i, k):
        scores = floats(W) @ W[i] / (np.linalg.norm(W, axis=1) * np.linalg.norm(W[i]))
        return rank(scores, [i], k)

    return answer


def _first_dropped(sort):
    """Return an answer that drops the first of the ids that `sort` makes of the cosines."""

    def answer(W, i, k):
        scores = cosines(W, W[i])
        ids = sort(scores)[1 : k + 1]
        return ids, scores[ids]

    return answer


most_similar = Exercise(
    ref.most_similar,
    number="5.2",
    title="Neighbours",
    points=2,
    minutes=12,
    difficulty=2,
    returns=("ids", "similarities"),
    strict=("floats",),
    cases=(
        Case("worked example", (W, 0, 2)),
        Case("three of five words", (WORDS, 2, 3)),
        Case("all the others, one opposite", (WORDS * [[4.0], [1.0], [1.0], [1.0], [1.0], [1.0]], 0, 5)),
        Case(
            "a word of the same direction stands before it", (WORDS[[0, 1, 0, 3]] * [[2.0], [1.0], [1.0], [1.0]], 2, 2)
        ),
        Case(
            "a word of the same direction stands after it", (WORDS[[1, 0, 3, 0]] * [[1.0], [1.0], [1.0], [0.5]], 1, 3)
        ),
        Case("two words of the same direction stand before it", (PARALLEL, 2, 1)),
        Case("another word has the same vector", (TWINS, 0, 2)),
        Case("two words equally near", (ONE_TIE, 0, 2)),
        Case("many words equally near", (MANY_TIES, 0, 12)),
        Case("float32", (WORDS.astype(np.float32), 1, 3)),
        Case("whole numbers", (array([[3, 4], [1, -2], [8, 6], [-5, 1]]), 3, 3)),
        Case("one neighbour", (WORDS, 4, 1), hidden=True),
        Case("the last word, of every other column", (np.repeat(WORDS, 2, axis=1)[:, ::2], 5, 4), hidden=True),
        Case("the same vectors, many equally near", (MANY_TIES[1:], 17, 14), hidden=True),
        Case("a vector of zeros among them", (array([[1.0, 2.0], [0.0, 0.0], [2.0, 0.5]]), 0, 2), courtesy=True),
        Case("two words", (array([[0.5, 1.5], [2.0, -0.25]]), 0, 1), hidden=True),
        Case(
            "an opposite word comes last",
            (array([[1.0, 2.0], [0.5, -2.0], [-2.0, -4.0], [1.0, 0.0]]), 0, 3),
            hidden=True,
        ),
        Case(
            "products of 1000 and more",
            (WORDS * array([[1e3], [1.0], [40.0], [3.0], [500.0], [0.1]]), 3, 5),
            hidden=True,
        ),
    ),
    random_cases=_words,
    hints=(
        "Two steps: the cosines of word i with all words, then the order of the ids by their cosines. Word i itself has the cosine 1, and must not be among the answers.",
        "Your cosine_similarity takes tables: `W[i : i + 1]` is a table of one row. `np.argsort` gives the ids in the order of their values, the smallest first, so sort the "
        'negatives; `kind="stable"` keeps the smaller of two ids first where the values are equal.',
        '`similarities = cosine_similarity(W[i : i + 1], W)[0]`, then `ids = np.argsort(-similarities, kind="stable")` and '
        "`ids = ids[ids != i][:k]`. Return `ids, similarities[ids]`.",
    ),
    right=(
        lambda W, i, k: by_sorted(cosines(W, W[i]), [i], k),
        lambda W, i, k: by_picking(units(W) @ units(W)[i], [i], k),
        lambda W, i, k: excluded_as(-np.inf, units(W) @ units(W)[i], [i], k),
        _into_zeros,
        _in_lists,
    ),
    equivalent={"units[i, :]": "an id is a whole number already"},
    mistakes=(
        Mistake(
            "dot_product",
            _neighbours_of(lambda W, w: floats(W) @ w),
            "You compare by dot products, in which long vectors win: divide each row by its length first.",
        ),
        Mistake(
            "one_length_only",
            _neighbours_of(lambda W, w: units(W) @ w),
            "Your similarities grow with the length of word i's vector: divide by that, too.",
        ),
        Mistake(
            "others_not_divided",
            _neighbours_of(lambda W, w: floats(W) @ units(w)),
            "Long vectors win in your ranking: divide every row of W by its length, not only word i's.",
        ),
        Mistake(
            "distance",
            _neighbours_of(by_distance),
            "You compare by the distance of the vectors, which depends on their lengths: compare by the cosine.",
        ),
        Mistake(
            "distance",
            lambda W, i, k: (
                best(by_distance(W, W[i]), [i], k),
                -by_distance(W, W[i])[best(by_distance(W, W[i]), [i], k)],
            ),
            "You compare by the distance of the vectors, which depends on their lengths: compare by the cosine.",
        ),
        Mistake(
            "ranked_by_distance",
            lambda W, i, k: (
                best(by_distance(W, W[i]), [i], k),
                cosines(W, W[i])[best(by_distance(W, W[i]), [i], k)],
            ),
            "You choose the neighbours by the distance of the vectors, which depends on their lengths: choose by the cosine.",
        ),
        *(
            Mistake(
                "first_dropped",
                _first_dropped(sort),
                "You drop the first of the sorted ids, as if that were word i: another word of the same direction may stand before it. Leave out the id i.",
            )
            for sort in (
                lambda scores: np.argsort(-scores, kind="stable"),
                lambda scores: np.argsort(scores, kind="stable")[::-1],
                lambda scores: np.argsort(-scores),
                lambda scores: np.argsort(scores)[::-1],
            )
        ),
        Mistake(
            "same_direction_dropped",
            _dropped_where(lambda W, i, scores: np.isclose(scores, 1)),
            "You leave out every word with the cosine 1: leave out word i alone, by its id.",
        ),
        Mistake(
            "same_vector_dropped",
            _dropped_where(lambda W, i, scores: np.all(W[i] == W, axis=1)),
            "You leave out every word with the same vector: leave out word i alone, by its id.",
        ),
        Mistake(
            "one_more_then_dropped",
            _one_more_then_dropped,
            "You take k + 1 words, and drop word i from these: it may not be among them. Leave it out first, then take k.",
        ),
        Mistake(
            "left_out_too_late",
            _k_then_dropped,
            "You take k words, and drop word i from these, so too few are left: leave it out first, then take k.",
        ),
        Mistake(
            "moved_up",
            _moved_up,
            "Without word i the later words move up: add 1 where `ids >= i`, not only where `ids > i`.",
        ),
        Mistake(
            "columns",
            lambda W, i, k: top(units(W.T).T @ units(W.T)[:, i], [i], k),
            "You bring the columns of W to length 1: a word is a row, so take the norm over axis=1.",
        ),
        Mistake(
            "one_length_for_all",
            _neighbours_of(lambda W, w: floats(W) @ w / np.sum(floats(W) ** 2)),
            "You divide by the norm of the whole table: each row has a length of its own, axis=1.",
        ),
        Mistake(
            "vectors",
            lambda W, i, k: (W[best(cosines(W, W[i]), [i], k)], top(cosines(W, W[i]), [i], k)[1]),
            "You return the vectors of the neighbours: return their ids.",
        ),
        *common("the word itself"),
        *(
            Mistake(
                "zero_vector",
                _with_nan(rank),
                "A row of zeros has the length 0, and 0 / 0 is nan: divide by 1 there.",
                craft=True,
            )
            for rank in (top, partial(excluded_as, -np.inf))
        ),
    ),
)
