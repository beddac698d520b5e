"""Chapter 5: the words that are nearest to a word."""

from __future__ import annotations

import numpy as np

from solutions import word2vec as ref

from ..exercise import Case, Exercise, Mistake
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
ONE_TIE = array([[0.0, 3.0], [2.0, 0.0], [0.0, -1.0], [0.0, 2.0], [-4.0, 0.0], [0.0, 0.5]])


def _neighbours_of(scores):
    """Return an answer with another measure of similarity; it gets W and the row of the word."""
    return lambda W, i, k: top(scores(W, W[i]), [i], k)


def _first_dropped(W, i, k):
    scores = cosines(W, W[i])
    ids = np.argsort(-scores, kind="stable")[1 : k + 1]
    return ids, scores[ids]


def _first_dropped_of_reversed(W, i, k):
    scores = cosines(W, W[i])
    ids = np.argsort(scores, kind="stable")[::-1][1 : k + 1]
    return ids, scores[ids]


most_similar = Exercise(
    ref.most_similar,
    title="Neighbours",
    points=2,
    minutes=12,
    difficulty=2,
    returns=("ids", "similarities"),
    row_numbers=True,
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
        Case("two words equally near", (ONE_TIE, 0, 2)),
        Case("float32", (WORDS.astype(np.float32), 1, 3)),
        Case("whole numbers", (array([[3, 4], [1, -2], [8, 6], [-5, 1]]), 3, 3)),
        Case("one neighbour", (WORDS, 4, 1), hidden=True),
        Case("the last word, of every other column", (np.repeat(WORDS, 2, axis=1)[:, ::2], 5, 4), hidden=True),
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
            "first_dropped",
            _first_dropped,
            "You drop the first of the sorted ids, as if that were word i: another word of the same direction may stand before it. Leave out the id i.",
        ),
        Mistake(
            "first_dropped",
            _first_dropped_of_reversed,
            "You drop the first of the sorted ids, as if that were word i: another word of the same direction may stand before it. Leave out the id i.",
        ),
        *common("the word itself"),
    ),
)
