"""Chapter 5: a is to b as c is to which word?"""

from __future__ import annotations

from functools import partial

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake
from .word2vec_1_answers import (
    WORDS,
    by_distance,
    by_picking,
    by_sorted,
    common,
    cosines,
    direction,
    excluded_as,
    floats,
    top,
    units,
)

array = np.array


def _analogies(rng):
    V, d = int(rng.integers(8, 12)), int(rng.integers(3, 6))
    W = rng.normal(size=(V, d)) * rng.uniform(0.5, 4, (V, 1))
    a, b, c = (int(i) for i in rng.permutation(V)[:3])
    yield Case("random vectors", (W, a, b, c, 3), hidden=True)


def _toward(direction, cosines=cosines):
    """Return an answer with another direction, made of the rows of length 1."""
    return lambda W, a, b, c, k: top(cosines(W, direction(*(units(W)[i] for i in (a, b, c)))), [a, b, c], k)


def _cosines_at_once(W, direction):
    return units(W) @ units(direction)


def _cosines_of_dots(W, direction):
    return floats(W) @ direction / (np.linalg.norm(W, axis=1) * np.linalg.norm(direction))


def _analogy_by(scores):
    """Return an answer with another measure; it gets W and the right direction."""
    return lambda W, a, b, c, k: top(scores(W, direction(W, a, b, c)), [a, b, c], k)


def _without(*places):
    """Return an answer that leaves out only some of a, b and c."""
    return lambda W, *args: top(cosines(W, direction(W, *args[:3])), [args[place] for place in places], args[3])


def _raw(W, a, b, c, k):
    return top(cosines(W, floats(W)[b] - W[a] + W[c]), [a, b, c], k)


def _into_zeros(W, a, b, c, k):
    place = direction(W, a, b, c)
    similarities = np.zeros(len(W))
    for j in range(len(W)):
        similarities[j] = W[j] @ place / (np.linalg.norm(W[j]) * np.linalg.norm(place) or 1)
    order = [j for j in np.argsort(-similarities, kind="stable") if j not in (a, b, c)]
    return np.array(order[:k]), similarities[order[:k]]


def _in_lists(W, a, b, c, k):
    found = {j: score for j, score in enumerate(cosines(W, direction(W, a, b, c)).tolist()) if j not in (a, b, c)}
    ids = sorted(found, key=lambda j: (-found[j], j))[:k]
    return ids, [found[j] for j in ids]


def _sorted_then(choose):
    """Return an answer that chooses in its own way from the sorted ids; `choose` gets them, a, b, c and k."""

    def answer(W, a, b, c, k):
        scores = cosines(W, direction(W, a, b, c))
        ids = choose(np.argsort(-scores, kind="stable"), [a, b, c], k)
        return ids, scores[ids]

    return answer


def _by_nearest(points):
    """Return an answer that returns distances."""

    def answer(W, a, b, c, k):
        distances = -by_distance(points(W), direction(W, a, b, c))
        ids = top(-distances, [a, b, c], k)[0]
        return ids, distances[ids]

    return answer


def _by_columns(W, a, b, c, k):
    U = units(W.T).T
    return top(cosines(W, U[b] - U[a] + U[c]), [a, b, c], k)


def _columns_throughout(W, a, b, c, k):
    U = units(W.T).T
    return top(cosines(U, U[b] - U[a] + U[c]), [a, b, c], k)


def _steps_compared(W, a, b, c, k):
    U = units(W)
    return top(cosines(U - U[c], U[b] - U[a]), [a, b, c], k)


def _product_of_cosines(W, a, b, c, k):
    near = [(1 + cosines(W, W[i])) / 2 for i in (a, b, c)]
    return top(near[1] * near[2] / (near[0] + np.asarray(0.001, near[0].dtype)), [a, b, c], k)


def _with_nan(rank):
    """Return an answer that does not mind vectors of zeros; `rank` gets the cosines, as for `common`."""

    def answer(W, a, b, c, k):
        U = floats(W) / np.linalg.norm(W, axis=1, keepdims=True)
        place = U[b] - U[a] + U[c]
        return rank(U @ place / np.linalg.norm(place), [a, b, c], k)

    return answer


COUPLES = array([[1, 0], [1, 1], [-1, 0], [-1, 1], [1, -1]])
# Of one length and equally near, so that no way to compute a cosine tells the words 4 and 5 apart by rounding.
AXES = array(
    [
        [3.0, 0.0, 0.0],
        [0.0, 1.0, 0.0],
        [0.0, 0.0, 2.0],
        [2.0, 0.0, 0.0],
        [0.0, 2.0, 0.0],
        [0.0, 0.0, 2.0],
        [4.0, 0.0, 0.0],
    ]
)
# As many words equally near: NumPy sorts few numbers stably by accident.
MANY_AXES = np.concatenate([AXES, AXES[3:6], AXES[3:6], AXES[3:6], AXES[3:6], AXES[3:6]])
MORE = np.concatenate([WORDS, [[2.0, -0.5, 3.0], [-0.75, 0.5, -2.0], [1.5, 1.0, 1.25]]])
OPPOSITE = array(
    [[1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.5], [2.0, -2.0, -2.0], [1.0, 2.0, -0.5], [0.5, -0.25, 1.5]]
)

analogy = Exercise(
    ref.analogy,
    number="5.3",
    title="Analogies",
    points=2,
    minutes=12,
    difficulty=2,
    returns=("ids", "similarities"),
    strict=("floats",),
    cases=(
        Case("worked example: man, king, woman", (COUPLES, 0, 1, 2, 1)),
        Case("man, king, woman: two answers", (COUPLES * array([[1.0], [0.5], [2.0], [3.0], [1.0]]), 0, 1, 2, 2)),
        Case("vectors of many lengths", (MORE, 3, 0, 6, 3)),
        Case("three other words", (MORE, 8, 2, 5, 4)),
        Case("the words asked for are nearest", (MORE * array([[1.0]] * 8 + [[9.0]]), 7, 4, 8, 2)),
        Case("two words equally near", (AXES, 0, 1, 2, 2)),
        Case("many words equally near", (MANY_AXES, 0, 1, 2, 12)),
        Case("all the others, one opposite", (OPPOSITE, 0, 1, 2, 3)),
        Case("float32", (MORE.astype(np.float32), 1, 4, 0, 3)),
        Case("all the others", (MORE, 2, 6, 1, 6), hidden=True),
        Case("a is to b as a is to what", (MORE, 5, 7, 5, 3), hidden=True),
        Case("many equally near, the question at the end", (MANY_AXES[::-1].copy(), 21, 20, 19, 12), hidden=True),
        Case(
            "a vector of zeros among them",
            (array([[1.0, 0.0], [1.0, 1.0], [-1.0, 0.0], [0.0, 0.0], [-2.0, 1.0]]), 0, 1, 2, 2),
            courtesy=True,
        ),
        Case("every other column", (np.repeat(MORE, 2, axis=1)[:, ::2], 0, 6, 7, 2), hidden=True),
        Case("products of 1000 and more", (MORE * np.arange(1.0, 10.0)[:, None] ** 4, 6, 1, 3, 4), hidden=True),
    ),
    random_cases=_analogies,
    hints=(
        "From a to b is a step, u_b - u_a, where u are the vectors of length 1. Take the same step from c: which words are nearest to the place where you arrive?",
        "Bring the rows of W to length 1 before you add and subtract, else long vectors have more say. The rest is as in most_similar, with the cosines to u_b - u_a + u_c, and three ids "
        "to leave out: `np.isin(ids, [a, b, c])` is True for those.",
        "`lengths = np.linalg.norm(W, axis=1, keepdims=True)` and `units = W / np.where(lengths > 0, lengths, np.ones_like(lengths))`. Then `direction = units[b] - units[a] + units[c]`, "
        "`similarities = cosine_similarity(direction[None, :], W)[0]`, "
        '`ids = np.argsort(-similarities, kind="stable")` and `ids = ids[~np.isin(ids, [a, b, c])][:k]`. Return `ids, similarities[ids]`.',
    ),
    right=(
        lambda W, a, b, c, k: by_sorted(cosines(W, direction(W, a, b, c)), [a, b, c], k),
        lambda W, a, b, c, k: by_picking(units(W) @ units(direction(W, a, b, c)), [a, b, c], k),
        lambda W, a, b, c, k: excluded_as(-np.inf, cosines(W, direction(W, a, b, c)), [a, b, c], k),
        _into_zeros,
        _in_lists,
    ),
    equivalent={
        "units[b, :] -": "an id is a whole number already",
        "units[a, :] +": "an id is a whole number already",
        "units[c, :]": "an id is a whole number already",
    },
    mistakes=(
        Mistake(
            "raw_vectors",
            _raw,
            "You add and subtract the rows as they are, so long ones have more say: bring every row to length 1 first.",
        ),
        # In the worked example this makes two words equally near but for rounding, and each way to compute rounds in its own.
        *(
            Mistake(
                "a_and_b_swapped",
                _toward(place, way),
                "Your step leads from b to a: a is to b as c is to the answer, so go u_b - u_a from u_c.",
            )
            for place in (lambda a, b, c: a - b + c, lambda a, b, c: c - b + a, lambda a, b, c: c - (b - a))
            for way in (cosines, _cosines_at_once, _cosines_of_dots)
        ),
        Mistake(
            "b_and_c_swapped",
            _toward(lambda a, b, c: a + b - c),
            "You subtract c: the step is u_b - u_a, and it starts at u_c, so u_b - u_a + u_c.",
        ),
        Mistake(
            "c_subtracted",
            _toward(lambda a, b, c: b - a - c),
            "You subtract c: the step u_b - u_a starts at c, so add u_c.",
        ),
        Mistake(
            "raw_vectors",
            lambda W, a, b, c, k: top(floats(W) @ (floats(W)[b] - W[a] + W[c]), [a, b, c], k),
            "You compare the rows as they are, so long ones have more say: bring every row to length 1 first, and divide by the length of the sum.",
        ),
        Mistake(
            "raw_vectors",
            lambda W, a, b, c, k: top(units(W) @ (floats(W)[b] - W[a] + W[c]), [a, b, c], k),
            "You add and subtract the rows as they are, so long ones have more say: bring every row to length 1 first, and divide by the length of the sum.",
        ),
        Mistake(
            "raw_and_swapped",
            lambda W, a, b, c, k: top(cosines(W, floats(W)[a] - W[b] + W[c]), [a, b, c], k),
            "Your step leads from b to a, and with rows of any length: it is u_b - u_a + u_c, with all rows at length 1.",
        ),
        Mistake(
            "neighbours_of_c",
            _toward(lambda a, b, c: c),
            "You return the neighbours of c: take the step u_b - u_a from there first.",
        ),
        Mistake(
            "neighbours_of_b",
            _toward(lambda a, b, c: b),
            "You return the neighbours of b: the direction is u_b - u_a + u_c.",
        ),
        Mistake(
            "steps_compared",
            _steps_compared,
            "You compare the steps from a to b and from c to each word: compare each word with the place where you arrive, u_b - u_a + u_c.",
        ),
        Mistake(
            "product_of_cosines",
            _product_of_cosines,
            "You multiply and divide cosines: the formula here adds vectors, u_b - u_a + u_c, and takes one cosine.",
        ),
        *(
            Mistake(
                "columns",
                answer,
                "You bring the columns of W to length 1: a word is a row, so take the norm over axis=1.",
            )
            for answer in (_by_columns, _columns_throughout)
        ),
        *(
            Mistake(
                "distance",
                _by_nearest(points),
                "You return distances to the place where you arrive: return cosines, of which the largest is best.",
            )
            for points in (units, floats)
        ),
        Mistake(
            "first_three_dropped",
            _sorted_then(lambda ids, asked, k: ids[3 : 3 + k]),
            "You drop the first three of the sorted ids, as if those were a, b and c: leave these three out by their ids.",
        ),
        Mistake(
            "left_out_too_late",
            _sorted_then(lambda ids, asked, k: ids[:k][~np.isin(ids[:k], asked)]),
            "You take k words and leave out a, b and c after that, so too few are left: leave out first, then take k.",
        ),
        Mistake(
            "left_out_too_late",
            _sorted_then(lambda ids, asked, k: ids[: k + 3][~np.isin(ids[: k + 3], asked)]),
            "You take k + 3 words and leave out a, b and c after that, but these need not be among them: leave out first, then take k.",
        ),
        Mistake(
            "nothing_subtracted",
            _toward(lambda a, b, c: a + b + c),
            "You add all three words: subtract a, u_b - u_a + u_c.",
        ),
        Mistake(
            "step_without_start",
            _toward(lambda a, b, c: b - a),
            "Your direction is the step u_b - u_a alone: it starts at c, so add u_c.",
        ),
        Mistake(
            "from_a",
            _toward(lambda a, b, c: c - a),
            "Your direction misses b: it is u_b - u_a + u_c.",
        ),
        Mistake(
            "mean",
            _toward(lambda a, b, c: b + c),
            "Your direction misses a: subtract u_a, what b has of it is not asked for.",
        ),
        Mistake(
            "not_divided",
            _analogy_by(lambda W, direction: units(W) @ direction),
            "Your similarities are too large: the sum of vectors has another length than 1, divide by it.",
        ),
        Mistake(
            "dot_product",
            _analogy_by(lambda W, direction: floats(W) @ direction),
            "You compare by dot products, in which long vectors win: a cosine divides by both lengths.",
        ),
        Mistake(
            "dot_product",
            _analogy_by(lambda W, direction: floats(W) @ units(direction)),
            "Long vectors win in your ranking: divide each row of W by its length for the cosine.",
        ),
        Mistake(
            "distance",
            _analogy_by(lambda W, direction: by_distance(units(W), direction)),
            "You compare by the distance to the place where you arrive: compare by the cosine.",
        ),
        Mistake(
            "distance",
            _analogy_by(by_distance),
            "You compare by the distance to the place where you arrive: compare by the cosine.",
        ),
        Mistake("c_left_out_only", _without(2), "You leave out c alone: a and b are no answers, either."),
        Mistake("a_left_out_only", _without(0), "You leave out a alone: b and c are no answers, either."),
        Mistake("b_left_out_only", _without(1), "You leave out b alone: a and c are no answers, either."),
        Mistake("b_and_c_left_out", _without(1, 2), "Word a comes as an answer: leave out all three, a, b and c."),
        Mistake("a_and_b_left_out", _without(0, 1), "Word c comes as an answer: leave out all three, a, b and c."),
        Mistake("a_and_c_left_out", _without(0, 2), "Word b comes as an answer: leave out all three, a, b and c."),
        *common("the words that are asked about"),
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
