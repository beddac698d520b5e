"""Chapter 1: gradient descent and the slip in a printed path."""

from __future__ import annotations

import itertools
import math

import numpy as np

from solutions import gradient_descent as ref

from ..exercise import Case, Exercise, Mistake
from .given import bowl_slope, matrix_slope, secret_slope, square, uneven_slope

array = np.array


def _descend(grad, theta0, learning_rate, steps, tol=0.0, *, size=np.linalg.norm):
    theta = np.asarray(theta0) * 1.0
    path = [theta]
    for _ in range(steps):
        slope = np.asarray(grad(theta))
        if size(slope) < tol:
            break
        theta = theta - learning_rate * slope
        path.append(theta)
    return np.array(path)


def _descent_filled(grad, theta0, learning_rate, steps, tol=0.0):
    start = np.asarray(theta0, dtype=None if np.asarray(theta0).dtype.kind == "f" else float)
    path = np.empty((steps + 1, *start.shape), start.dtype)
    path[0] = start
    for t in range(steps):
        slope = np.asarray(grad(path[t].copy()))
        if np.sqrt((slope**2).sum()) < tol:
            return path[: t + 1]
        path[t + 1] = path[t] - learning_rate * slope
    return path


def _descent_recursive(grad, theta0, learning_rate, steps, tol=0.0):
    theta = np.asarray(theta0) * 1.0
    slope = grad(theta) if steps else theta
    if steps == 0 or np.linalg.norm(slope) < tol:
        return np.stack([theta])
    rest = _descent_recursive(grad, theta - learning_rate * slope, learning_rate, steps - 1, tol)
    return np.concatenate([theta[None], rest])


def _descent_in_place(grad, theta0, learning_rate, steps, tol=0.0):
    theta = theta0
    path = [np.array(theta)]
    for _ in range(steps):
        slope = grad(theta)
        if np.linalg.norm(slope) < tol:
            break
        theta -= learning_rate * slope
        path.append(np.array(theta))
    return np.stack(path)


def _tol_by(size):
    return lambda *args, **kwargs: _descend(*args, **kwargs, size=size)


def _same_array(grad, theta0, learning_rate, steps, tol=0.0):
    theta = np.array(theta0, dtype=float)
    path = [theta]
    for _ in range(steps):
        slope = grad(theta)
        if np.linalg.norm(slope) < tol:
            break
        theta -= learning_rate * slope
        path.append(theta)
    return np.stack(path)


def _truncated(grad, theta0, learning_rate, steps, tol=0.0):
    path = _descent_filled(grad, theta0, learning_rate, steps, tol)
    result = np.empty(path.shape, np.asarray(theta0).dtype)
    result[0] = theta0
    for t in range(len(path) - 1):
        result[t + 1] = result[t] - learning_rate * np.asarray(grad(result[t]))
    return result


def _random_starts(rng):
    args = (bowl_slope, rng.normal(size=2), rng.uniform(0.02, 0.2), 5)
    yield Case("a random start and rate", args, hidden=True)


gradient_descent = Exercise(
    ref.gradient_descent,
    title="Gradient descent",
    random_cases=_random_starts,
    points=4,
    minutes=12,
    difficulty=2,
    returns=("the path",),
    curve=True,
    cases=(
        Case("secret number game, rate 0.75", (secret_slope, 5.0, 0.75, 5)),
        Case("secret number game, rate 1", (secret_slope, 5.0, 1.0, 4)),
        Case("two parameters", (bowl_slope, array([1.0, -2.0]), 0.1, 6)),
        Case("a matrix of parameters", (matrix_slope, array([[1.0, 2.0, 3.0], [4.0, 5.0, -6.0]]), 0.5, 3)),
        Case("a whole number as start", (secret_slope, 5, 0.75, 3)),
        Case("whole numbers as start", (bowl_slope, array([1, -2]), 0.1, 3)),
        Case("stops where the gradient is small", (secret_slope, 5.0, 0.25, 50), {"tol": 0.1}),
        Case(
            "stops by the norm of the whole gradient",
            (bowl_slope, array([1.0, 3.0]), 0.05, 40),
            {"tol": 1.5},
            hidden=True,
        ),
        Case(
            "all parts of the gradient of one size",
            (matrix_slope, array([[3.0, 3.0, -3.0], [3.0, -3.0, 3.0]]), 1.0, 20),
            {"tol": 0.5},
            hidden=True,
        ),
        Case("parts of the gradient cancel", (bowl_slope, array([1.0, -4.0]), 0.1, 5), {"tol": 0.3}, hidden=True),
        Case(
            "one part of the gradient is zero", (uneven_slope, array([0.0, 5.0]), 0.5, 30), {"tol": 0.25}, hidden=True
        ),
        Case("gradient equal to tol", (secret_slope, 5.0, 0.25, 10), {"tol": 1.5}, hidden=True),
        Case("no step at all", (bowl_slope, array([1.0, -2.0]), 0.1, 0), weight=0),
        Case("float32", (bowl_slope, array([1.5, -0.5], np.float32), 0.125, 4)),
    ),
    hints=(
        "One step is `theta - learning_rate * grad(theta)`. Keep every theta in a list, the start too.",
        "Loop at most `steps` times. Compute the gradient first; if `np.linalg.norm` of it is below `tol`, break; else step and append.",
        "Start with `theta = np.asarray(theta0) * 1.0` and `path = [theta]`; in the loop write `theta = theta - learning_rate * slope` (a new array, no `-=`) and `path.append(theta)`; at the end `return np.stack(path)`.",
    ),
    right=(
        _descent_filled,
        _descent_recursive,
        _descend,
    ),
    mistakes=(
        Mistake(
            "uphill",
            lambda grad, theta0, rate, steps, tol=0.0: _descent_filled(grad, theta0, -rate, steps, tol),
            "You walk uphill: step against the gradient, theta - learning_rate * grad(theta).",
        ),
        Mistake(
            "no_start",
            lambda *args, **kwargs: _descent_filled(*args, **kwargs)[1:],
            "Your path lacks the start: put theta0 first.",
        ),
        Mistake(
            "last_only",
            lambda *args, **kwargs: _descent_filled(*args, **kwargs)[-1],
            "You return the last point only: the whole path is asked for.",
        ),
        Mistake(
            "no_rate",
            lambda grad, theta0, learning_rate, steps, tol=0.0: _descent_filled(grad, theta0, 1.0, steps, tol),
            "You step by the gradient itself: multiply it by the learning rate.",
        ),
        Mistake(
            "one_step_short",
            lambda grad, theta0, rate, steps, tol=0.0: _descent_filled(grad, theta0, rate, max(steps - 1, 0), tol),
            "You take one step too few: `steps` steps make a path of steps + 1 points.",
        ),
        Mistake(
            "return_in_loop",
            lambda grad, theta0, rate, steps, tol=0.0: _descent_filled(grad, theta0, rate, min(steps, 1), tol),
            "You stop after one step: is your return inside the loop?",
        ),
        Mistake(
            "ignores_tol",
            lambda grad, theta0, learning_rate, steps, tol=0.0: _descent_filled(grad, theta0, learning_rate, steps),
            "You never stop early: break as soon as the gradient's norm is below tol.",
        ),
        Mistake(
            "tol_by_sum",
            _tol_by(lambda slope: abs(np.sum(slope))),
            "You compare the sum of the gradient's entries with tol: entries of opposite sign cancel. Use its norm.",
        ),
        Mistake(
            "tol_by_max",
            _tol_by(lambda slope: np.max(abs(slope))),
            "You compare the largest entry of the gradient with tol: use its norm, np.linalg.norm.",
        ),
        Mistake(
            "tol_by_min",
            _tol_by(lambda slope: np.min(abs(slope))),
            "You stop as soon as one entry of the gradient is small: use the norm of all of it, np.linalg.norm.",
        ),
        Mistake(
            "tol_by_singular_value",
            _tol_by(lambda slope: np.linalg.norm(slope, 2 if slope.ndim else None)),
            "For a matrix `np.linalg.norm(slope, 2)` is its largest singular value: leave out the 2, for the root of the sum of all squares.",
        ),
        Mistake(
            "truncates",
            _truncated,
            "For a whole number as start your steps are cut to whole numbers: turn theta0 into floats first.",
        ),
        Mistake(
            "mutates_input",
            _descent_in_place,
            "Your function writes into theta0 (`-=` changes the array itself), so the caller's start is gone: write theta = theta - ...",
        ),
        Mistake(
            "same_array",
            _same_array,
            "All points of your path are one and the same array, which `-=` keeps changing: write theta = theta - ..., which makes a new one.",
        ),
    ),
)


def _printed(path, at, value):
    printed = list(path)
    printed[at] = value
    return array(printed)


_GAME = (5.0, 0.5, 2.75, 1.625, 2.1875, 1.90625)


def _slip_vectorised(path, grad, learning_rate, atol=1e-6):
    path = np.asarray(path, dtype=float)
    steps = path[:-1] - learning_rate * array([grad(theta) for theta in path[:-1]])
    wrong = np.flatnonzero(~(abs(path[1:] - steps) <= atol))
    return int(wrong[0]) + 1 if len(wrong) else -1


def _slip_zip(path, grad, learning_rate, atol=1e-6):
    for i, (before, after) in enumerate(itertools.pairwise(path), start=1):
        if abs(before - learning_rate * grad(before) - after) > atol:
            return i
    return -1


def _slip_while(path, grad, learning_rate, atol=1e-6):
    i = 1
    while i < len(path) and np.isclose(path[i], path[i - 1] - learning_rate * grad(path[i - 1]), rtol=0, atol=atol):
        i += 1
    return i if i < len(path) else -1


def _slip_by(agree):
    """Return an answer that compares a number and the right one in another way."""

    def answer(path, grad, learning_rate, atol=1e-6):
        steps = [theta - learning_rate * grad(theta) for theta in path[:-1]]
        return next((i for i, right in enumerate(steps, start=1) if not agree(path[i], right, atol)), -1)

    return answer


def _slip_from_start(path, grad, learning_rate, atol=1e-6):
    theta = path[0]
    for i in range(1, len(path)):
        theta = theta - learning_rate * grad(theta)
        if abs(path[i] - theta) > atol:
            return i
    return -1


def _last_slip(path, grad, learning_rate, atol=1e-6):
    wrong = [i for i in range(1, len(path)) if abs(path[i] - path[i - 1] + learning_rate * grad(path[i - 1])) > atol]
    return wrong[-1] if wrong else -1


def _random_slips(rng):
    rate, path = rng.uniform(0.1, 0.9), [rng.uniform(3, 9)]
    for _ in range(6):
        path.append(path[-1] - rate * secret_slope(path[-1]))
    yield Case("a random path", (_printed(path, rng.integers(2, 6), 12.5), secret_slope, rate), hidden=True)


first_slip = Exercise(
    ref.first_slip,
    title="Spot the slip",
    random_cases=_random_slips,
    points=2,
    minutes=8,
    difficulty=2,
    returns=("the index",),
    row_numbers=True,
    cases=(
        Case("worked example", (array([5.0, -1.0, 4.0, 0.0]), secret_slope, 1.0)),
        Case("the deck's path", (array([5.0, 0.5, 2.25, 1.875]), secret_slope, 0.75)),
        Case("a path without a slip", (array(_GAME), secret_slope, 0.75)),
        Case("the first step is wrong", (array([5.0, 1.5, 2.25, 1.875]), secret_slope, 0.75), weight=0),
        Case("the last number is wrong", (_printed(_GAME, 5, 1.9), secret_slope, 0.75), hidden=True),
        Case("two slips", (array([5.0, 0.5, 2.75, 1.5, 2.25, 1.9]), secret_slope, 0.75), hidden=True),
        Case(
            "rounded numbers",
            (array([5.0, 0.5, 2.75, 1.63, 2.19, 1.91]), secret_slope, 0.75),
            {"atol": 0.02},
            hidden=True,
        ),
        Case(
            "rounded numbers with a slip",
            (array([5.0, 0.5, 2.75, 1.63, 2.15, 1.91]), secret_slope, 0.75),
            {"atol": 0.02},
            hidden=True,
        ),
        Case(
            "each number rounded from the one before",
            (array([8.0, 5.0, 3.5, 2.7, 2.3, 2.1, 2.1]), secret_slope, 0.25),
            {"atol": 0.06},
            hidden=True,
        ),
        Case("a slip just above atol", (array([5.0, 0.5, 3.0, 1.25, 2.0]), secret_slope, 0.75, 0.2), hidden=True),
        Case("a difference of exactly atol", (array([5.0, 0.5, 3.0, 1.5, 2.0]), secret_slope, 0.75, 0.25), hidden=True),
        Case(
            "a small slip in large numbers",
            (array([80000.0, -39997.0, 20001.5000012, -9997.7500006]), secret_slope, 0.75),
            hidden=True,
        ),
        Case("a slope of single numbers", (array([1.5, 0.9375, 0.7, 0.5775]), square, 0.25)),
        Case("only the start", (array([5.0]), secret_slope, 0.75), hidden=True, weight=0),
    ),
    hints=(
        "Check each number against the number printed just before it, not against the path you would have taken yourself.",
        "From `path[i - 1]` the right next number is `path[i - 1] - learning_rate * grad(path[i - 1])`. Compare with `path[i]`, allowing `atol`.",
        "Loop `for i in range(1, len(path))`; return i as soon as `abs(path[i] - expected) > atol`; after the loop return -1.",
    ),
    right=(_slip_vectorised, _slip_zip, _slip_while),
    equivalent={
        "np.shape(path)[-1]": "a path has one axis, so the first is the last",
        "-> if not abs(path[i] - expected) <= atol": "a difference is the same for a 0-d array as for a Python number",
        "before = float(path[i - 1]) -> before = path[i - 1]": "the slope is the same for a 0-d array as for a Python number",
    },
    mistakes=(
        Mistake(
            "from_start",
            _slip_from_start,
            "You follow your own path from the start: compare each number with the step from the number printed before it.",
        ),
        Mistake(
            "counts_from_one",
            lambda *a, **k: _slip_zip(*a, **k) + (1 if _slip_zip(*a, **k) > 0 else 0),
            "Your index is one too high: the start has index 0.",
        ),
        Mistake(
            "index_before",
            lambda *a, **k: max(_slip_zip(*a, **k) - 1, -1),
            "You return the index before the slip: return that of the wrong number itself.",
        ),
        Mistake(
            "none_found",
            lambda *a, **k: (lambda i: len(a[0]) if i < 0 else i)(_slip_zip(*a, **k)),
            "For a path without a slip return -1.",
        ),
        Mistake(
            "zero_if_none",
            lambda *a, **k: max(_slip_zip(*a, **k), 0),
            "For a path without a slip return -1, not 0: 0 is the index of the start.",
        ),
        Mistake(
            "at_atol",
            _slip_by(lambda number, right, atol: abs(number - right) < atol),
            "You call a difference of exactly atol a slip: a number may lie as far away as atol, so use > and not >=.",
        ),
        Mistake(
            "relative",
            _slip_by(lambda number, right, atol: np.isclose(number, right, atol=atol)),
            "np.isclose allows a share of the number on top of atol: give it `rtol=0`, or compare the absolute difference with atol.",
        ),
        Mistake(
            "relative",
            _slip_by(lambda number, right, atol: math.isclose(number, right, abs_tol=atol)),
            "math.isclose allows a share of the number as well: give it `rel_tol=0`, or compare the absolute difference with atol.",
        ),
        Mistake(
            "value",
            lambda *a, **k: float(a[0][_slip_zip(*a, **k)]),
            "You return the wrong number itself: its index is asked for.",
        ),
        Mistake("last_slip", _last_slip, "You return the last slip: stop at the first one."),
        Mistake(
            "no_tolerance",
            lambda path, grad, learning_rate, atol=1e-6: _slip_zip(path, grad, learning_rate, 1e-12),
            "You ask for equality: printed numbers are rounded, so allow a difference of atol.",
        ),
        Mistake(
            "uphill",
            lambda path, grad, learning_rate, atol=1e-6: _slip_zip(path, grad, -learning_rate, atol),
            "You step uphill: the next number is theta - learning_rate * grad(theta).",
        ),
        Mistake(
            "ignores_rate",
            lambda path, grad, learning_rate, atol=1e-6: _slip_zip(path, grad, 1.0, atol),
            "You step by the slope itself: multiply it by learning_rate.",
        ),
        Mistake(
            "signed",
            _slip_by(lambda number, right, atol: number - right <= atol),
            "You find only numbers that are too high: compare the absolute difference with atol.",
        ),
    ),
)
