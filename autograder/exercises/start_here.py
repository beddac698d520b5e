"""Chapter 0: shapes, axes, broadcasting."""

from __future__ import annotations

import numpy as np

from solutions import start_here as ref

from ..checking.exercise import Case, Exercise, Mistake


def _random(rng):
    for shape in ((6, 4), (3, 2)):
        yield Case(f"a random {shape} matrix", (rng.normal(3.0, 2.0, shape),), hidden=True)


def _loop(X):
    result = np.empty(X.shape, np.result_type(X, np.float32) if X.dtype.kind == "f" else float)
    for j in range(X.shape[1]):
        result[:, j] = X[:, j] - sum(X[:, j]) / len(X)
    return result


def _filled(X):
    result = np.zeros(X.shape)
    for i, row in enumerate(X):
        result[i] = row - np.sum(X, axis=0) / len(X)
    return result


def _as_lists(X):
    rows = X.tolist()
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    return [[x - mean for x, mean in zip(row, means, strict=True)] for row in rows]


def _truncated(X):
    result = np.zeros_like(X)
    for j in range(X.shape[1]):
        result[:, j] = X[:, j] - X[:, j].mean()
    return result


def _columns(chosen):
    """Return an answer that centers some of the columns and leaves the others."""

    def answer(X):
        result = X.astype(float)
        result[:, chosen] -= result[:, chosen].mean(axis=0)
        return result

    return answer


def _first_column_alone(X):
    return np.column_stack([X[:, 0] - X[:, 0].mean(), np.zeros((len(X), X.shape[1] - 1))])


def _scaled(scale):
    """Return an answer that divides the centered columns by something."""
    return lambda X: (X - X.mean(axis=0)) / scale(X)


def _in_place(X):
    X -= X.mean(axis=0).astype(X.dtype)
    return X


center_columns = Exercise(
    ref.center_columns,
    number="0.1",
    title="Center the columns",
    points=1,
    minutes=5,
    difficulty=1,
    returns=("the centered data",),
    cases=(
        Case("worked example", (np.array([[1.0, 10.0], [3.0, 30.0]]),)),
        Case("a (3, 2) matrix", (np.array([[1.0, 2.0], [4.0, 0.5], [4.0, 8.0]]),)),
        Case("a square matrix", (np.array([[1.0, 7.0, 2.0], [5.0, 3.0, 4.0], [0.0, 2.0, 9.0]]),)),
        Case("whole numbers", (np.array([[1, 5, 0], [2, 7, 4]]),)),
        Case("float32", (np.array([[1.5, -2.0], [1.0, 5.0], [2.0, 0.0]], np.float32),)),
        Case("one feature", (np.array([[1.0], [4.5], [2.0]]),), hidden=True),
        Case("more features than examples", (np.array([[1.0, 5.0, 0.5], [2.0, 7.0, -4.0]]),), hidden=True),
        Case("one example", (np.array([[2.0, -3.0]]),), weight=0),
    ),
    random_cases=_random,
    hints=(
        "Each column holds one feature: you need one mean per column, D numbers in all.",
        "`X.mean(axis=0)` walks down the rows, axis 0, and leaves one mean per column, with the shape (D,).",
        "Broadcasting subtracts (D,) from every row of (N, D): return `X - X.mean(axis=0)`.",
    ),
    right=(
        _loop,
        _filled,
        _as_lists,
        lambda X: X - X.mean(axis=0, keepdims=True),
        lambda X: X - np.sum(X, axis=0) / X.shape[0],
        lambda X: (np.eye(len(X)) - np.ones((len(X), len(X))) / len(X)) @ X,
    ),
    equivalent={
        "X = as_float(X) -> ": "whole numbers in may stay whole: the values agree, and no case holds unsigned ones"
    },
    mistakes=(
        Mistake(
            "whole_mean",
            lambda X: X - X.mean(),
            "You subtract the mean of the whole matrix: each column has its own mean, so say which axis to average over.",
        ),
        Mistake(
            "row_means",
            lambda X: X - X.mean(axis=1, keepdims=True),
            "You subtract the mean of each row: the mean of each column is axis=0.",
        ),
        Mistake("means_only", lambda X: X.mean(axis=0), "You return the means: subtract them from the data."),
        Mistake(
            "sums", lambda X: X - X.sum(axis=0), "You subtract the sum of each column: divide it by N, or use mean."
        ),
        Mistake(
            "n_minus_one",
            lambda X: X - X.sum(axis=0) / max(len(X) - 1, 1),
            "You divide the sum of a column by N - 1: a mean divides by N.",
        ),
        Mistake(
            "divided_by_d",
            lambda X: X - X.sum(axis=0) / X.shape[1],
            "You divide the sum of a column by the number of columns: divide it by N, the number of rows.",
        ),
        Mistake("sign", lambda X: X.mean(axis=0) - X, "You subtract the data from the means: it is X minus the means."),
        Mistake("added", lambda X: X + X.mean(axis=0), "You add the means: subtract them."),
        Mistake("ratio", lambda X: X / X.mean(axis=0), "You divide by the means: subtract them."),
        *(
            Mistake(
                "standardized",
                _scaled(scale),
                "You also divide by the standard deviation: only centering is asked for.",
            )
            for scale in (
                lambda X: X.std(axis=0) + 1e-300,
                lambda X: X.std(axis=0) + 1e-8,
                lambda X: X.std(axis=0, ddof=min(1, len(X) - 1)) + 1e-300,
            )
        ),
        *(
            Mistake(
                "range",
                _scaled(scale),
                "You also divide by the range, maximum minus minimum: only centering is asked for.",
            )
            for scale in (lambda X: np.ptp(X, axis=0) + 1e-300, lambda X: np.ptp(X, axis=0) + 1e-8)
        ),
        Mistake("median", lambda X: X - np.median(X, axis=0), "You subtract the median: take the mean of each column."),
        Mistake(
            "minimum", lambda X: X - X.min(axis=0), "You subtract the smallest entry: take the mean of each column."
        ),
        Mistake("first_row", lambda X: X - X[0], "You subtract the first row: take the mean of each column."),
        Mistake(
            "rows_too",
            lambda X: X - X.mean(axis=0) - X.mean(axis=1, keepdims=True) + X.mean(),
            "You center the rows as well: only the columns are to have mean zero.",
        ),
        Mistake(
            "rows_too",
            lambda X: X - X.mean(axis=0) - X.mean(axis=1, keepdims=True),
            "You subtract the means of the rows as well: only the columns are to have mean zero.",
        ),
        Mistake(
            "last_column_left",
            _columns(slice(None, -1)),
            "You leave the last column as it is: `range(X.shape[1])` goes through all columns.",
        ),
        Mistake(
            "first_column_alone",
            _columns(slice(1)),
            "You center the first column alone: go through all columns (is your return inside the loop?).",
        ),
        Mistake(
            "first_column_alone",
            _first_column_alone,
            "You center the first column alone: go through all columns (is your return inside the loop?).",
        ),
        Mistake(
            "whole_means",
            lambda X: X - X.sum(axis=0) // len(X),
            "Your means are rounded to whole numbers: divide with `/`, not `//`, and leave out `int`.",
        ),
        Mistake(
            "truncates",
            _truncated,
            "For whole numbers your result is cut to whole numbers (`zeros_like(X)` and `dtype=X.dtype` keep whole numbers): collect it in an "
            "array of floats.",
        ),
        Mistake(
            "mutates_input",
            _in_place,
            "Your function writes into X (`-=`), so the caller's data is gone: compute a new array.",
        ),
    ),
)
