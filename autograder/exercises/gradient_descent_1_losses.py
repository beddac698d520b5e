"""Chapter 1, first part: losses, the secret number game, descent, linear regression."""

from __future__ import annotations

import numpy as np

from solutions import gradient_descent as ref

from ..exercise import Case, Exercise, Mistake
from .given import bowl_slope, matrix_slope, secret_slope, uneven_slope

array = np.array


def _pairs(rng):
    for n in (1, 7):
        yield Case(f"{n} random numbers", (rng.normal(size=n), rng.normal(size=n) + 2), hidden=True)


def _squared_error_loop(y_hat, y):
    result = np.empty(len(y), dtype=np.result_type(y_hat, y, np.float32))
    for i in range(len(y)):
        result[i] = (y[i] - y_hat[i]) * (y[i] - y_hat[i])
    return result


def _squared_in_place(y_hat, y):
    y_hat -= y
    return y_hat**2


squared_error = Exercise(
    ref.squared_error,
    points=1,
    minutes=3,
    difficulty=1,
    returns=("the squared errors",),
    cases=(
        Case("worked example", (array([5.0, 1.0]), array([3.0, 1.0]))),
        Case("too low and too high", (array([1.0, 4.0, 0.5]), array([3.0, 1.0, 0.0]))),
        Case("whole numbers", (array([5, 1, 7]), array([3, 4, 2]))),
        Case("float32", (array([1.5, -2.0], np.float32), array([1.0, 1.0], np.float32)), hidden=True),
    ),
    random_cases=_pairs,
    hints=(
        "There is one squared error per example: what is the difference of one prediction and its true value?",
        "NumPy subtracts arrays entry by entry: `y_hat - y` has the shape (N,) already.",
        "Square the difference with `** 2` and return it. No loop, no sum, no mean.",
    ),
    right=(_squared_error_loop, lambda y_hat, y: np.square(y - y_hat) * 1.0, lambda y_hat, y: 1.0 * abs(y_hat - y) ** 2),
    mistakes=(
        Mistake("not_squared", lambda y_hat, y: y_hat - y, "You return the difference itself: square it."),
        Mistake("absolute", lambda y_hat, y: abs(y_hat - y), "You return the absolute error: square the difference."),
        Mistake("mean", lambda y_hat, y: np.mean((y_hat - y) ** 2), "You return the mean: one number per example is asked for."),
        Mistake("sum", lambda y_hat, y: np.sum((y_hat - y) ** 2), "You add up the squares: one number per example is asked for."),
        Mistake("half", lambda y_hat, y: (y_hat - y) ** 2 / 2, "You take half of the square: this course's loss has no factor 1/2."),
        Mistake("difference_of_squares", lambda y_hat, y: y_hat**2 - y**2, "You subtract the squares: subtract first, then square."),
        Mistake("root", lambda y_hat, y: np.sqrt(np.mean((y_hat - y) ** 2)), "You return the root of the mean: one square per example is asked for."),
        Mistake("mutates_input", _squared_in_place, "Your function writes into y_hat (`-=`), so the caller's predictions are gone: compute a new array."),
    ),
)
