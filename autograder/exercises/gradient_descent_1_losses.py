"""Chapter 1: losses and the secret number game."""

from __future__ import annotations

import numpy as np

from solutions import gradient_descent as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array


def _pairs(rng):
    for n in (1, 7, 9):
        yield Case(f"{n} random numbers", (rng.normal(size=n), rng.normal(size=n) + 2), hidden=True)


def _squared_error_loop(y_hat, y):
    result = np.empty(len(y), dtype=np.result_type(y_hat, y, np.float32))
    for i in range(len(y)):
        result[i] = (y[i] - y_hat[i]) * (y[i] - y_hat[i])
    return result


def _squared_filled(y_hat, y):
    result = np.zeros(len(y))
    for i in range(len(y)):
        result[i] = (y_hat[i] - y[i]) ** 2
    return result


def _squared_in_place(y_hat, y):
    y_hat -= y
    return y_hat**2


def _squared_part(part):
    """Return an answer that squares some of the differences and leaves the others at 0."""

    def answer(y_hat, y):
        result = np.zeros(len(y))
        result[part] = (y_hat[part] - y[part]) ** 2
        return result

    return answer


squared_error = Exercise(
    ref.squared_error,
    number="1.1",
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
        _squared_filled,
        lambda y_hat, y: [float(guess - truth) ** 2 for guess, truth in zip(y_hat, y, strict=True)],
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
        Mistake("doubled", lambda y_hat, y: (y_hat - y) * 2, "You double the difference: `** 2` squares it."),
        Mistake("cubed", lambda y_hat, y: (y_hat - y) ** 3, "You cube the difference: square it, `** 2`."),
        Mistake(
            "added", lambda y_hat, y: (y_hat + y) ** 2, "You add y: an error is the difference y_hat - y, squared."
        ),
        Mistake(
            "relative",
            lambda y_hat, y: ((y_hat - y) / y) ** 2,
            "You divide the error by y: the difference itself is squared.",
        ),
        Mistake(
            "one_sided",
            lambda y_hat, y: np.maximum(y_hat - y, 0) ** 2,
            "You count only predictions that are too high: too low costs as much.",
        ),
        Mistake(
            "one_square",
            lambda y_hat, y: y_hat - y**2,
            "You square y alone: put the difference in brackets, `(y_hat - y) ** 2`.",
        ),
        Mistake(
            "root",
            lambda y_hat, y: np.sqrt(np.mean((y_hat - y) ** 2)),
            "You return the root of the mean: one square per example is asked for.",
        ),
        Mistake(
            "root",
            lambda y_hat, y: np.sqrt(np.sum((y_hat - y) ** 2)),
            "You return the root of the sum, a length: one square per example is asked for.",
        ),
        Mistake(
            "mean_everywhere",
            lambda y_hat, y: np.full(len(y), np.mean((y_hat - y) ** 2)),
            "You give every example the mean: each has a squared error of its own.",
        ),
        Mistake(
            "half_mean",
            lambda y_hat, y: np.mean((y_hat - y) ** 2) / 2,
            "You return half of the mean: one square per example is asked for, without a factor 1/2.",
        ),
        Mistake(
            "all_pairs",
            lambda y_hat, y: (y_hat[:, None] - y) ** 2,
            "You subtract every y from every prediction: `y_hat - y`, both of shape (N,), subtracts entry by entry.",
        ),
        Mistake(
            "all_pairs",
            lambda y_hat, y: (y_hat - y[:, None]) ** 2,
            "You subtract every y from every prediction: `y_hat - y`, both of shape (N,), subtracts entry by entry.",
        ),
        Mistake(
            "first_only",
            lambda y_hat, y: (y_hat[0] - y[0]) ** 2,
            "You return the first example's error alone: is your return inside the loop?",
        ),
        Mistake(
            "first_only",
            lambda y_hat, y: ((y_hat - y) ** 2)[:1],
            "You return the first example's error alone: is your return inside the loop?",
        ),
        Mistake(
            "last_only",
            lambda y_hat, y: (y_hat[-1] - y[-1]) ** 2,
            "You return the last example's error alone: collect the errors of all examples.",
        ),
        Mistake(
            "last_missing",
            _squared_part(slice(None, -1)),
            "The last example is left out: `range(len(y))` goes through all of them.",
        ),
        Mistake(
            "first_missing",
            _squared_part(slice(1, None)),
            "The first example is left out: `range(len(y))` begins at 0.",
        ),
        Mistake(
            "mutates_input",
            _squared_in_place,
            "Your function writes into y_hat (`-=`), so the caller's predictions are gone: compute a new array.",
        ),
    ),
)


def _games(rng):
    for n in (1, 5, 3, 8):
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


def _shift_filled(theta, x, y):
    squares, slopes = np.zeros(len(x)), np.zeros(len(x))
    for i in range(len(x)):
        squares[i] = (x[i] + theta - y[i]) ** 2
        slopes[i] = 2 * (x[i] + theta - y[i])
    return squares.mean(), slopes.mean()


def _shift_of(residuals):
    """Return an answer with other residuals."""

    def answer(theta, x, y):
        r = residuals(theta, x, y)
        return np.mean(r**2), 2 * np.mean(r)

    return answer


def _shift_divided(part, divisor=len):
    """Return an answer that adds up over some of the examples and divides by something."""

    def answer(theta, x, y):
        r = (x + theta - y)[part]
        return np.sum(r**2) / divisor(x), 2 * np.sum(r) / divisor(x)

    return answer


shift_loss = Exercise(
    ref.shift_loss,
    number="1.2",
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
        _shift_filled,
        lambda theta, x, y: (sum((x + theta - y) ** 2) / len(x), 2 * sum(x + theta - y) / len(x)),
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
            "half_loss",
            _shift(lambda r: _mean_square(r) / 2, lambda r: 2 * np.mean(r)),
            "Your slope is right, but your loss is half of the mean: this course's loss has no factor 1/2.",
        ),
        Mistake(
            "slope_of_loss",
            _shift(_mean_square, lambda r: 2 * _mean_square(r)),
            "Your slope is twice the loss: it is twice the mean of the residuals themselves, without the square.",
        ),
        Mistake(
            "minus_theta",
            _shift_of(lambda theta, x, y: x - theta - y),
            "Your model subtracts theta: it predicts x + theta.",
        ),
        Mistake(
            "minus_theta",
            lambda theta, x, y: (np.mean((x - theta - y) ** 2), -2 * np.mean(x - theta - y)),
            "Your model subtracts theta: it predicts x + theta.",
        ),
        Mistake(
            "no_x",
            _shift_of(lambda theta, x, y: theta - y),
            "Your model leaves out x: it predicts x + theta.",
        ),
        Mistake(
            "product",
            lambda theta, x, y: (np.mean((x * theta - y) ** 2), 2 * np.mean((x * theta - y) * x)),
            "Your model multiplies x by theta: it predicts x + theta.",
        ),
        Mistake(
            "product",
            _shift_of(lambda theta, x, y: x * theta - y),
            "Your model multiplies x by theta: it predicts x + theta.",
        ),
        Mistake(
            "this_game_only",
            lambda theta, x, y: (np.mean((x + theta - y) ** 2), 2 * theta - 4),
            "Your slope is that of the secret number game alone: compute it from x and y.",
        ),
        Mistake(
            "this_game_only",
            lambda theta, x, y: ((theta - 2) ** 2, 2 * theta - 4),
            "Your loss and slope are those of the secret number game alone: compute them from x and y.",
        ),
        *(
            Mistake(
                "n_hard_coded",
                _shift_divided(slice(None), lambda x, n=n: n),
                f"You divide by {n}, whatever the data: divide by the number of examples, len(x), or use np.mean.",
            )
            for n in (2, 4)
        ),
        Mistake(
            "n_minus_one",
            _shift_divided(slice(None), lambda x: max(len(x) - 1, 1)),
            "You divide by N - 1: a mean divides by N, the number of examples.",
        ),
        *(
            Mistake(
                "one_example",
                _shift_divided(part, divisor),
                f"Only the {word} example counts: {advice}",
            )
            for part, word, advice in (
                (slice(1), "first", "go through all of them (is your return inside the loop?)."),
                (slice(-1, None), "last", "add up with `+=`, so that the others are kept."),
            )
            for divisor in (len, lambda x: 1)
        ),
        Mistake(
            "last_missing",
            _shift_divided(slice(None, -1)),
            "The last example is left out: `range(len(x))` goes through all of them.",
        ),
        Mistake(
            "absolute",
            _shift(lambda r: np.mean(abs(r)), lambda r: 2 * np.mean(r)),
            "Your slope is right, but your loss is the mean absolute error: square the residuals.",
        ),
        Mistake(
            "variance",
            _shift(np.var, lambda r: 2 * np.mean(r)),
            "`np.var` subtracts the mean first: the loss is the mean of the squares, `np.mean(residual**2)`.",
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
            "Your residuals are cut to whole numbers (`zeros_like(x)` and `dtype=x.dtype` keep whole numbers): collect them in an array of floats.",
        ),
        Mistake(
            "mutates_input",
            _shift_in_place,
            "Your function writes into x (`+=`), so the caller's data is gone: compute a new array.",
        ),
    ),
)
