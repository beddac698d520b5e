"""Chapter 5: how similar two vectors are."""

from __future__ import annotations

import math

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array


def _vectors(rng):
    n, m, d = (int(size) for size in rng.integers(3, 7, 3))
    yield Case(f"{n} and {m} random vectors", (rng.normal(size=(n, d)), rng.normal(size=(m, d)) * 3), hidden=True)


def _floats(A):
    return A if A.dtype.kind == "f" else A * 1.0


def _lengths(A):
    return np.sqrt(np.sum(_floats(A) ** 2, axis=1, keepdims=True))


def _units(A, lengths=_lengths):
    return np.divide(_floats(A), lengths(A), out=np.zeros_like(_floats(A)), where=_lengths(A) > 0)


def _cosines(A, B):
    return _units(A) @ _units(B).T


def _of_cosines(change):
    """Return an answer that spoils the right cosines."""
    return lambda A, B: change(_cosines(A, B))


def _with_lengths(lengths):
    """Return an answer that finds the lengths of the rows in another way."""
    return lambda A, B: _units(A, lengths) @ _units(B, lengths).T


def _by_loops(A, B):
    result = np.zeros((len(A), len(B)), _floats(A).dtype)
    for i, a in enumerate(A):
        for j, b in enumerate(B):
            size = math.sqrt(sum(float(x) ** 2 for x in a)) * math.sqrt(sum(float(x) ** 2 for x in b))
            if size > 0:
                result[i, j] = sum(float(x) * float(y) for x, y in zip(a, b, strict=True)) / size
    return result


def _by_outer(A, B):
    sizes = np.outer(np.linalg.norm(A, axis=1), np.linalg.norm(B, axis=1))
    return np.nan_to_num(_floats(A) @ _floats(B).T / sizes)


def _into_zeros(A, B):
    result = np.zeros((len(A), len(B)))
    for i in range(len(A)):
        for j in range(len(B)):
            lengths = np.linalg.norm(A[i]) * np.linalg.norm(B[j])
            result[i, j] = A[i] @ B[j] / lengths if lengths > 0 else 0
    return result


def _in_lists(A, B):
    def unit(row):
        length = math.sqrt(sum(x * x for x in row)) or 1.0
        return [x / length for x in row]

    return [[sum(x * y for x, y in zip(unit(a), unit(b), strict=True)) for b in B.tolist()] for a in A.tolist()]


def _first_row_alone(A, B):
    """Return what a `return` inside the loop over A leaves: the other rows are still zeros."""
    return _cosines(A, B) * (np.arange(len(A)) == 0)[:, None].astype(_floats(A).dtype)


def _zeros_minded(in_A, in_B):
    """Return an answer that minds vectors of zeros in one of the tables only."""

    def units(X, minded):
        return _units(X) if minded else _floats(X) / np.linalg.norm(X, axis=1, keepdims=True)

    return lambda A, B: units(A, in_A) @ units(B, in_B).T


def _centred(A, B):
    return _cosines(A - np.mean(A, axis=1, keepdims=True), B - np.mean(B, axis=1, keepdims=True))


def _in_place(A, B):
    if A.dtype.kind != "f":
        return _cosines(A, B)
    A[:] = _units(A)
    return A @ _units(B).T


def _plain(A, B):
    return (A / np.linalg.norm(A, axis=1, keepdims=True)) @ (B / np.linalg.norm(B, axis=1, keepdims=True)).T


def _outer_plain(A, B):
    return A @ B.T / np.outer(np.linalg.norm(A, axis=1), np.linalg.norm(B, axis=1))


def _paired(A, B):
    return np.sum(_units(A) * _units(B), axis=1)


def _with_epsilons():
    sentence = (
        "You add a small number to the lengths, which spoils the cosine of short vectors: divide by the length itself, and by 1 "
        "where the length is 0."
    )
    for epsilon in (1e-10, 1e-9, 1e-8, 1e-7, 1e-6):
        yield Mistake("epsilon", _with_lengths(_longer_by(epsilon)), sentence)
        yield Mistake("epsilon", _product_longer_by(epsilon), sentence)


def _longer_by(epsilon):
    return lambda A: _lengths(A) + np.asarray(epsilon, _lengths(A).dtype)


def _product_longer_by(epsilon):
    return lambda A, B: (
        _floats(A) @ _floats(B).T / (_lengths(A) @ _lengths(B).T + np.asarray(epsilon, _lengths(A).dtype))
    )


def _with_nan(name, answer, sentence):
    """Return a mistake in which a vector of zeros makes nan besides; `answer` gets the cosines."""
    return Mistake(name, lambda A, B: answer(_plain(A, B)), sentence + " (And 0 / 0 is nan: divide by 1 there.)")


A = array([[1.0, 2.0, -2.0], [0.5, 0.0, -1.5]])
B = array([[2.0, 4.0, -4.0], [-1.0, -2.0, 2.0], [0.0, 3.0, 3.0], [4.0, -0.25, 1.0]])
ZEROS = array([[0.0, 0.0], [3.0, -4.0], [0.0, 2.0]])

cosine_similarity = Exercise(
    ref.cosine_similarity,
    number="5.1",
    title="Cosine similarity",
    points=1,
    minutes=8,
    difficulty=1,
    returns=("the similarities",),
    cases=(
        Case("worked example", (array([[3.0, 0.0]]), array([[9.0, 0.0], [0.0, 2.0], [1.0, 1.0]]))),
        Case("two and four vectors", (A, B)),
        Case("two and two vectors", (A, B[2:])),
        Case("a vector of zeros", (ZEROS, array([[1.0, 1.0], [0.0, 0.0], [-6.0, 8.0], [2.0, 0.5]]))),
        Case("a vector of zeros in A", (array([[0.0, 0.0], [3.0, 4.0]]), array([[1.0, 0.0], [4.0, -3.0]]))),
        Case("whole numbers", (array([[3, 4], [-1, 2], [5, 12]]), array([[4, 3], [0, -7]]))),
        Case("float32", (A.astype(np.float32), B.astype(np.float32))),
        Case("one and one vector", (array([[0.3, -0.2, 0.9]]), array([[-0.1, 0.7, 0.4]])), hidden=True),
        Case("vectors with one entry", (array([[2.0], [-0.5], [7.0]]), array([[-3.0], [0.25]])), hidden=True),
        Case("products of 1000 and more", (A * 400, B * 5), hidden=True),
        Case("short vectors", (A * 0.02, B * 0.2), hidden=True),
        Case("zeros on one side only", (A, B * array([[1.0], [0.0], [1.0], [0.0]])), hidden=True),
        Case("every other column", (np.arange(-7.0, 5.0).reshape(2, 6)[:, ::2], B[::2]), hidden=True),
    ),
    random_cases=_vectors,
    hints=(
        "The cosine is the dot product of two vectors of length 1. So bring every row of A and every row of B to length 1 first; what is left is one matrix product.",
        "`np.linalg.norm(A, axis=1, keepdims=True)` holds the lengths as a column (n, 1), so that A divided by it divides each row by its own. "
        "A row of zeros has the length 0: divide it by 1 instead.",
        "`lengths = np.linalg.norm(A, axis=1, keepdims=True)`, then `A = A / np.where(lengths > 0, lengths, np.ones_like(lengths))`. "
        "The same two lines for B, then `return A @ B.T`.",
    ),
    right=(_cosines, _by_loops, _by_outer, _into_zeros, _in_lists),
    mistakes=(
        Mistake(
            "dot_product",
            lambda A, B: _floats(A) @ _floats(B).T,
            "You return dot products, which grow with the lengths: divide each vector by its length first.",
        ),
        Mistake(
            "a_not_divided",
            lambda A, B: _floats(A) @ _units(B).T,
            "Your similarities still grow with the lengths of A's rows: divide these, too.",
        ),
        Mistake(
            "b_not_divided",
            lambda A, B: _units(A) @ _floats(B).T,
            "Your similarities still grow with the lengths of B's rows: divide these, too.",
        ),
        Mistake(
            "squared_lengths",
            _with_lengths(lambda A: _lengths(A) ** 2),
            "You divide by the squares of the lengths: a length is the square root of the sum of squares.",
        ),
        Mistake(
            "root_of_lengths",
            _with_lengths(lambda A: np.sqrt(_lengths(A))),
            "You divide by the square root of the product of the lengths: divide by the product itself.",
        ),
        Mistake(
            "sum_of_absolutes",
            _with_lengths(lambda A: np.sum(np.abs(_floats(A)), axis=1, keepdims=True)),
            "You divide by the sum of absolute values: the length is the square root of the sum of squares.",
        ),
        Mistake(
            "largest_entry",
            _with_lengths(lambda A: np.max(np.abs(_floats(A)), axis=1, keepdims=True)),
            "You divide by a row's largest entry: the length is the square root of the sum of squares.",
        ),
        Mistake(
            "columns",
            lambda A, B: np.nan_to_num(_units(A.T).T @ _units(B.T)),
            "You bring the columns to length 1: a vector is a row, so take the norm over axis=1.",
        ),
        Mistake(
            "one_length_for_all",
            _with_lengths(lambda A: np.sqrt(np.sum(_floats(A) ** 2))),
            "You divide by one number, the norm of the whole array: each row has a length of its own, axis=1.",
        ),
        Mistake(
            "transposed",
            lambda A, B: _cosines(A, B).T,
            "Your table is transposed: row i belongs to A's row i, column j to B's row j.",
        ),
        Mistake(
            "paired",
            _paired,
            "You compare row i of A with row i of B only: every row of A meets every row of B, so the table is (n, m).",
        ),
        Mistake(
            "paired",
            lambda A, B: _paired(A[: len(B)], B[: len(A)]),
            "You compare row i of A with row i of B only: every row of A meets every row of B, so the table is (n, m).",
        ),
        *(
            Mistake(
                "first_row_only",
                answer,
                "You compare the first row of A only: go through all rows (is there a `return` inside the loop?).",
            )
            for answer in (
                _first_row_alone,
                _of_cosines(lambda cosines: cosines[0]),
                _of_cosines(lambda cosines: cosines[:1]),
            )
        ),
        Mistake(
            "a_with_itself",
            lambda A, B: _cosines(A, A),
            "You compare A with itself: row i of A meets row j of B.",
        ),
        Mistake(
            "precedence",
            lambda A, B: _units(A) @ _floats(B).T * _lengths(B).T,
            "You divide by one length and multiply by the other: `a / b * c` is (a / b) * c, so put the product of the lengths in brackets.",
        ),
        Mistake(
            "sum_of_lengths",
            lambda A, B: _floats(A) @ _floats(B).T / (_lengths(A) + _lengths(B).T),
            "You divide by the sum of the lengths: divide by their product.",
        ),
        Mistake(
            "centred",
            _centred,
            "You subtract the mean of each row first, which gives a correlation: take the rows as they are.",
        ),
        *(
            Mistake(
                "rounded",
                _of_cosines(lambda cosines, digits=digits: np.round(cosines, digits)),
                "You round the cosines: return them as they are.",
            )
            for digits in (1, 2, 3, 4)
        ),
        *(
            Mistake(
                "zero_vector",
                _zeros_minded(*minded),
                f"A vector of zeros in {table} still makes nan: divide by 1 where the length is 0, there too.",
            )
            for minded, table in (((True, False), "B"), ((False, True), "A"))
        ),
        Mistake(
            "zero_vector",
            _plain,
            "A vector of zeros has the length 0, and 0 / 0 is nan: divide by 1 there, and its similarity becomes 0.",
        ),
        Mistake(
            "zero_vector",
            _outer_plain,
            "A vector of zeros has the length 0, and 0 / 0 is nan: divide by 1 there, and its similarity becomes 0.",
        ),
        Mistake(
            "zero_is_one",
            lambda A, B: np.where(
                (_lengths(A) > 0) & (_lengths(B) > 0).T, _cosines(A, B), np.ones_like(_cosines(A, B))
            ),
            "A vector of zeros gets the similarity 1: it points nowhere, so the similarity is 0.",
        ),
        Mistake(
            "absolute",
            _of_cosines(np.abs),
            "Your similarities have lost their sign: vectors that point in opposite directions have -1.",
        ),
        Mistake(
            "no_negatives",
            _of_cosines(lambda cosines: np.maximum(cosines, 0)),
            "You cut negative similarities off at 0: a cosine runs from -1 to 1.",
        ),
        Mistake(
            "zero_to_one",
            _of_cosines(lambda cosines: (1 + cosines) / 2),
            "You move the similarities to the range 0 to 1: a cosine runs from -1 to 1.",
        ),
        Mistake(
            "distance",
            _of_cosines(lambda cosines: 1 - cosines),
            "You return the cosine distance, 1 - cosine: similar vectors should have a similarity close to 1.",
        ),
        Mistake(
            "angle",
            _of_cosines(lambda cosines: np.arccos(np.clip(cosines, -1, 1))),
            "You return the angle: its cosine is asked for, which is the dot product of the vectors of length 1.",
        ),
        Mistake(
            "squared",
            _of_cosines(np.square),
            "You return the square of the cosine: a cosine runs from -1 to 1.",
        ),
        Mistake(
            "float64",
            lambda A, B: _by_loops(A.astype(float), B.astype(float)),
            "You make float64 of float32: keep the dtype, for instance with `np.zeros_like` or `dtype=A.dtype`.",
            craft=True,
        ),
        Mistake(
            "mutates_input",
            _in_place,
            "Your function writes into A, so the caller's vectors are spoiled: `A = A / lengths` makes a new array, `A /= lengths` does not.",
        ),
        *_with_epsilons(),
        _with_nan(
            "distance", lambda cosines: 1 - cosines, "You return the cosine distance, 1 - cosine: return the cosine."
        ),
        _with_nan(
            "transposed", np.transpose, "Your table is transposed: row i belongs to A's row i, column j to B's row j."
        ),
        _with_nan("absolute", np.abs, "Your similarities have lost their sign: opposite vectors have -1."),
        _with_nan(
            "no_negatives", lambda cosines: np.maximum(cosines, 0), "A cosine runs from -1 to 1: do not cut it at 0."
        ),
    ),
)
