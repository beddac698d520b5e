"""Chapter 0: shapes, axes, broadcasting."""

from __future__ import annotations

import numpy as np

from solutions import start_here as ref

from ..exercise import Case, Exercise, Mistake


def _random(rng):
    yield Case("a random (6, 4) matrix", (rng.normal(3.0, 2.0, (6, 4)),), hidden=True)


def _loop(X):
    result = np.empty(X.shape, np.result_type(X, np.float32) if X.dtype.kind == "f" else float)
    for j in range(X.shape[1]):
        result[:, j] = X[:, j] - sum(X[:, j]) / len(X)
    return result


def _in_place(X):
    X -= X.mean(axis=0).astype(X.dtype)
    return X


center_columns = Exercise(
    ref.center_columns,
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
        Case("one example", (np.array([[2.0, -3.0]]),), weight=0),
    ),
    random_cases=_random,
    hints=(
        "Each column holds one feature: you need one mean per column, D numbers in all.",
        "`X.mean(axis=0)` walks down the rows, axis 0, and leaves one mean per column, with the shape (D,).",
        "Broadcasting takes (D,) off every row of (N, D): return `X - X.mean(axis=0)`.",
    ),
    right=(_loop, lambda X: X - X.mean(axis=0, keepdims=True), lambda X: X - np.sum(X, axis=0) / X.shape[0]),
    equivalent={
        "X = as_float(X) -> ": "whole numbers in may stay whole: the values agree, and no case holds unsigned ones"
    },
    mistakes=(
        Mistake(
            "whole_mean",
            lambda X: X - X.mean(),
            "You take off the mean of the whole matrix: each column has its own mean, so say which axis to average over.",
        ),
        Mistake(
            "row_means",
            lambda X: X - X.mean(axis=1, keepdims=True),
            "You take off the mean of each row: the mean of each column is axis=0.",
        ),
        Mistake("means_only", lambda X: X.mean(axis=0), "You return the means: take them off the data."),
        Mistake(
            "sums", lambda X: X - X.sum(axis=0), "You take off the sum of each column: divide it by N, or use mean."
        ),
        Mistake("sign", lambda X: X.mean(axis=0) - X, "You take the data off the means: it is X minus the means."),
        Mistake(
            "standardized",
            lambda X: (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-300),
            "You also divide by the standard deviation: only centering is asked for.",
        ),
        Mistake(
            "mutates_input",
            _in_place,
            "Your function writes into X (`-=`), so the caller's data is gone: compute a new array.",
        ),
    ),
)
