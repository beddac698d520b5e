"""Chapter 1: losses and the secret number game."""

from __future__ import annotations

import numpy as np

from solutions import gradient_descent as ref

from ..exercise import Case, Exercise, Mistake

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
    title="Squared error",
    points=1,
    minutes=3,
    difficulty=1,
    returns=("the squared errors",),
    cases=(
        Case("worked example", (array([5.0, 1.0]), array([3.0, 1.0]))),
        Case("too low and too high", (array([1.0, 4.0, 0.5]), array([3.0, 1.0, 0.0]))),
        Case("whole numbers", (array([5, 1, 7]), array([3, 4, 2]))),
        Case("float32", (array([1.5, -2.0], np.float32), array([1.0, 1.0], np.float32))),
    ),
    random_cases=_pairs,
    hints=(
        "There is one squared error per example: what is the difference of one prediction and its true value?",
        "NumPy subtracts arrays entry by entry: `y_hat - y` has the shape (N,) already.",
        "Square the difference with `** 2` and return it. No loop, no sum, no mean.",
    ),
    right=(
        _squared_error_loop,
        lambda y_hat, y: np.square(y - y_hat) * 1.0,
        lambda y_hat, y: 1.0 * abs(y_hat - y) ** 2,
    ),
    equivalent={
        "-> return (y_hat - as_float(y)) ** 2": "whole numbers in may stay whole: the values agree, and no case holds unsigned ones",
        "-> return (as_float(y_hat) - y) ** 2": "whole numbers in may stay whole: the values agree, and no case holds unsigned ones",
    },
    mistakes=(
        Mistake("not_squared", lambda y_hat, y: y_hat - y, "You return the difference itself: square it."),
        Mistake("absolute", lambda y_hat, y: abs(y_hat - y), "You return the absolute error: square the difference."),
        Mistake(
            "mean",
            lambda y_hat, y: np.mean((y_hat - y) ** 2),
            "You return the mean: one number per example is asked for.",
        ),
        Mistake(
            "sum",
            lambda y_hat, y: np.sum((y_hat - y) ** 2),
            "You add up the squares: one number per example is asked for.",
        ),
        Mistake(
            "half",
            lambda y_hat, y: (y_hat - y) ** 2 / 2,
            "You take half of the square: this course's loss has no factor 1/2.",
        ),
        Mistake(
            "difference_of_squares",
            lambda y_hat, y: y_hat**2 - y**2,
            "You subtract the squares: subtract first, then square.",
        ),
        Mistake(
            "root",
            lambda y_hat, y: np.sqrt(np.mean((y_hat - y) ** 2)),
            "You return the root of the mean: one square per example is asked for.",
        ),
        Mistake(
            "mutates_input",
            _squared_in_place,
            "Your function writes into y_hat (`-=`), so the caller's predictions are gone: compute a new array.",
        ),
    ),
)


def _games(rng):
    for n in (1, 5):
        x = rng.normal(size=n)
        yield Case(f"a random game of {n}", (rng.normal(), x, 2 * x + rng.normal(size=n)), hidden=True)


def _shift_loss_loop(theta, x, y):
    loss = grad = 0.0
    for i in reversed(range(len(x))):
        loss += (float(x[i]) + theta - float(y[i])) ** 2 / len(x)
        grad += 2 * (float(x[i]) + theta - float(y[i])) / len(x)
    return loss, grad


def _shift_truncated(theta, x, y):
    residuals = np.zeros_like(x)
    for i in range(len(x)):
        residuals[i] = x[i] + theta - y[i]
    return np.mean(residuals**2), 2 * np.mean(residuals)


def _shift_in_place(theta, x, y):
    x += theta
    return np.mean((x - y) ** 2), 2 * np.mean(x - y)


def _shift(loss, grad):
    """Return an answer from functions of the residuals x + theta - y."""
    return lambda theta, x, y: (loss(x + theta - y), grad(x + theta - y))


def _mean_square(r):
    return np.mean(r**2)


shift_loss = Exercise(
    ref.shift_loss,
    title="Loss and slope of the game",
    points=2,
    minutes=6,
    difficulty=1,
    returns=("loss", "grad"),
    cases=(
        Case("worked example", (5.0, array([2.0, 3.0]), array([4.0, 5.0]))),
        Case("secret number game", (0.5, array([2.0, 3.0, 5.0, 8.0]), array([4.0, 5.0, 7.0, 10.0]))),
        Case("noisy game", (1.0, array([2.0, 3.0, 5.0, 8.0]), array([3.0, 6.0, 5.0, 12.0]))),
        Case("whole numbers", (3, array([2, 3, 5]), array([4, 9, 6]))),
        Case("whole numbers, but for theta", (0.5, array([2, 3, 5]), array([4, 9, 6]))),
        Case("float32", (0.25, array([1.5, -2.0], np.float32), array([1.0, 1.0], np.float32))),
    ),
    random_cases=_games,
    hints=(
        "First the residuals: how far is each prediction x + theta from its y?",
        "The loss is the mean of the squared residuals. Its derivative with respect to theta: the chain rule gives 2 times the residual, times 1, averaged.",
        "`residual = x + theta - y`, then return `np.mean(residual**2), 2 * np.mean(residual)`.",
    ),
    right=(
        _shift_loss_loop,
        _shift(lambda r: r @ r / r.size, lambda r: 2 * r.sum() / r.size),
        lambda theta, x, y: [np.mean((y - x - theta) ** 2), np.array(-2 * np.mean(y - x - theta))],
    ),
    equivalent={
        "x, y = (as_float(x), as_float(y)) -> ": "whole numbers in may stay whole: the values agree, and no case holds unsigned ones"
    },
    mistakes=(
        Mistake(
            "no_two",
            _shift(_mean_square, np.mean),
            "Your loss is right, your slope is half of its derivative: squaring brings down a factor 2.",
        ),
        Mistake(
            "sum",
            _shift(lambda r: np.sum(r**2), lambda r: 2 * np.sum(r)),
            "You add up over the examples: the loss over a data set is the mean, and so is its slope.",
        ),
        Mistake(
            "grad_sum",
            _shift(_mean_square, lambda r: 2 * np.sum(r)),
            "Your loss is a mean, but your slope adds up over the examples: divide it by N.",
        ),
        Mistake(
            "loss_sum",
            _shift(lambda r: np.sum(r**2), lambda r: 2 * np.mean(r)),
            "Your slope is a mean, but your loss adds up over the examples: divide it by N.",
        ),
        Mistake(
            "sign",
            _shift(_mean_square, lambda r: -2 * np.mean(r)),
            "Your slope has the wrong sign: where x + theta is too high, a larger theta raises the loss.",
        ),
        Mistake(
            "per_example",
            _shift(lambda r: r**2, lambda r: 2 * r),
            "You return one loss per example: take the mean over the examples.",
        ),
        Mistake(
            "half_loss",
            _shift(lambda r: _mean_square(r) / 2, np.mean),
            "You take half of the squares: this course's loss has no factor 1/2.",
        ),
        Mistake(
            "times_x",
            lambda theta, x, y: (np.mean((x + theta - y) ** 2), 2 * np.mean((x + theta - y) * x)),
            "You multiply the slope by x: theta is added to x, so the inner derivative is 1.",
        ),
        Mistake(
            "absolute",
            _shift(lambda r: np.mean(abs(r)), lambda r: np.mean(np.sign(r))),
            "You use the absolute error: square the residuals.",
        ),
        Mistake(
            "order",
            _shift(lambda r: 2 * np.mean(r), _mean_square),
            "You return the slope first: the loss comes first, then its slope.",
        ),
        Mistake(
            "squared_mean",
            _shift(lambda r: np.mean(r) ** 2, lambda r: 2 * np.mean(r)),
            "You square the mean residual: square each residual, then take the mean.",
        ),
        Mistake(
            "truncates",
            _shift_truncated,
            "Your residuals are cut to whole numbers (`zeros_like(x)` keeps x's dtype): collect them in an array of floats.",
        ),
        Mistake(
            "mutates_input",
            _shift_in_place,
            "Your function writes into x (`+=`), so the caller's data is gone: compute a new array.",
        ),
    ),
)
