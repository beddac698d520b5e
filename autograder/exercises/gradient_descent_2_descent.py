"""Chapter 1: gradient descent and the slip in a printed path."""

from __future__ import annotations

import itertools
import math

import numpy as np

from solutions import gradient_descent as ref

from ..checking.exercise import Case, Exercise, Mistake
from .callbacks import bowl_slope, matrix_slope, secret_slope, square, uneven_slope

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


def _descend_zeros(grad, theta0, learning_rate, steps, tol=0.0):
    path = np.zeros((steps + 1, *np.shape(theta0)))
    path[0], taken = theta0, 0
    while taken < steps and not np.linalg.norm(grad(path[taken])) < tol:
        path[taken + 1] = path[taken] - learning_rate * grad(path[taken])
        taken += 1
    return path[: taken + 1]


def _descend_listed(grad, theta0, learning_rate, steps, tol=0.0):
    path = [theta0]
    for _ in range(steps):
        slope = grad(path[-1])
        if np.sqrt(np.sum(slope**2)) < tol:
            return path
        path.append(path[-1] - learning_rate * slope)
    return path


def _descend_by(step=lambda theta, rate, slope, t: theta - rate * slope, small=None, late=None):
    """Return an answer with another step, or another condition to stop: before the step, or `late`, after it."""

    def answer(grad, theta0, learning_rate, steps, tol=0.0):
        theta = np.asarray(theta0) * 1.0
        path = [theta]
        for t in range(steps):
            slope = np.asarray(grad(theta))
            if (small or _norm_below)(slope, tol, learning_rate) and not late:
                break
            theta = step(theta, learning_rate, slope, t)
            path.append(theta)
            if late and late(slope, np.asarray(grad(theta)), tol):
                break
        return np.array(path)

    return answer


def _norm_below(slope, tol, rate):
    return np.linalg.norm(slope) < tol


def _with_steps(change):
    """Return an answer that takes another number of steps."""
    return lambda grad, theta0, rate, steps, tol=0.0: _descent_filled(grad, theta0, rate, change(steps), tol)


def _descend_uncut(grad, theta0, learning_rate, steps, tol=0.0, *, stay=True):
    path = _descent_filled(grad, theta0, learning_rate, steps, tol)
    rest = np.broadcast_to(path[-1] if stay else np.zeros_like(path[-1]), (steps + 1 - len(path), *path.shape[1:]))
    return np.concatenate([path, rest])


def _descend_along_first(grad, theta0, learning_rate, steps, tol=0.0):
    first = np.asarray(grad(np.asarray(theta0) * 1.0))
    return _descent_filled(lambda theta: first, theta0, learning_rate, steps, tol)


def _descend_stuck(grad, theta0, learning_rate, steps, tol=0.0):
    path = _descent_filled(grad, theta0, learning_rate, min(steps, 1), tol)
    return path[[0] + [1] * steps] if len(path) > 1 else path


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
    number="1.3",
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
        Case("starts where the gradient is small", (secret_slope, 2.0, 0.25, 10), {"tol": 0.1}),
        Case("starts at the bottom, without tol", (secret_slope, 2.0, 0.25, 3)),
        Case(
            "starts where the whole gradient is small",
            (bowl_slope, array([0.0625, -0.5]), 0.25, 4),
            {"tol": 1.5},
            hidden=True,
        ),
        Case("a part of the gradient is always zero", (uneven_slope, array([3.0, 1.0]), 0.25, 2), hidden=True),
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
        _descend_zeros,
        _descend_listed,
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
            "no_start",
            lambda *args, **kwargs: np.array(list(_descent_filled(*args, **kwargs)[1:])),
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
            "divides_by_rate",
            lambda grad, theta0, rate, steps, tol=0.0: _descent_filled(grad, theta0, 1 / rate, steps, tol),
            "You divide the gradient by the learning rate: multiply it.",
        ),
        Mistake(
            "normalised_step",
            _descend_by(lambda theta, rate, slope, t: theta - rate * slope / (np.linalg.norm(slope) or 1)),
            "You divide the gradient by its norm, so that all steps have the same length: step by learning_rate * grad.",
        ),
        Mistake(
            "sign_only",
            _descend_by(lambda theta, rate, slope, t: theta - rate * np.sign(slope)),
            "You use only the sign of the gradient: step by learning_rate * grad.",
        ),
        Mistake(
            "decaying_rate",
            _descend_by(lambda theta, rate, slope, t: theta - rate / (t + 1) * slope),
            "Your learning rate falls from step to step: it stays the same here.",
        ),
        Mistake(
            "step_alone",
            _descend_by(lambda theta, rate, slope, t: -rate * slope),
            "Your new theta is the step alone: add the step to the old theta.",
        ),
        Mistake(
            "mean_gradient",
            _descend_by(lambda theta, rate, slope, t: theta - rate * np.mean(slope)),
            "You take the mean of the gradient: each parameter has a slope of its own.",
        ),
        Mistake(
            "first_gradient",
            _descend_along_first,
            "You compute the gradient only once, at the start: compute it again at each theta, inside the loop.",
        ),
        Mistake(
            "not_updated",
            _descend_stuck,
            "Each of your steps begins at the start again: go on from the new theta.",
        ),
        Mistake(
            "return_in_loop",
            _with_steps(lambda steps: min(steps, 1)),
            "You stop after one step: is your return inside the loop?",
        ),
        Mistake(
            "one_step_short",
            _with_steps(lambda steps: max(steps - 1, 0)),
            "You take one step too few: `steps` steps make a path of steps + 1 points.",
        ),
        Mistake(
            "one_step_long",
            _with_steps(lambda steps: steps + 1),
            "You take one step too many: `steps` steps make a path of steps + 1 points, the start included.",
        ),
        Mistake(
            "ignores_tol",
            lambda grad, theta0, learning_rate, steps, tol=0.0: _descent_filled(grad, theta0, learning_rate, steps),
            "You never stop early: break as soon as the gradient's norm is below tol.",
        ),
        *(
            Mistake(
                "own_tol",
                lambda grad, theta0, rate, steps, tol=0.0, own=own: _descent_filled(grad, theta0, rate, steps, own),
                f"You stop at a tolerance of your own, {own:g}: compare with the argument tol.",
            )
            for own in (1e-8, 1e-6, 1e-3, 0.01, 0.1)
        ),
        *(
            Mistake(
                "default_tol",
                lambda grad, theta0, rate, steps, tol=own: _descent_filled(grad, theta0, rate, steps, tol),
                "Without tol you stop early: its default is 0.0, and no norm is below that.",
            )
            for own in (1e-6, 0.1)
        ),
        Mistake(
            "at_tol",
            _descend_by(small=lambda slope, tol, rate: np.linalg.norm(slope) <= tol),
            "You stop where the norm equals tol, too: stop only where it is smaller, `<`.",
        ),
        Mistake(
            "tol_late",
            _descend_by(late=lambda old, new, tol: np.linalg.norm(old) < tol),
            "You compare with tol after the step, so you take one step too many: compare before it.",
        ),
        Mistake(
            "tol_late",
            _descend_by(late=lambda old, new, tol: np.linalg.norm(new) < tol),
            "You compare with tol only after a step: where the gradient is small at the start, no step is to be taken.",
        ),
        Mistake(
            "tol_of_step",
            _descend_by(small=lambda slope, tol, rate: np.linalg.norm(rate * slope) < tol),
            "You compare the step with tol: compare the gradient itself, without the learning rate.",
        ),
        Mistake(
            "tol_squared",
            _tol_by(lambda slope: np.sum(slope**2)),
            "You compare the squared norm with tol: take the root, as np.linalg.norm does.",
        ),
        Mistake(
            "tol_by_sum",
            _tol_by(lambda slope: abs(np.sum(slope))),
            "You compare the sum of the gradient's entries with tol: entries of opposite sign cancel. Use its norm.",
        ),
        Mistake(
            "tol_without_sign",
            _tol_by(np.max),
            "You compare the gradient with tol without regard to its sign: a large negative slope is no small one. "
            "Use its norm, np.linalg.norm.",
        ),
        Mistake(
            "tol_by_sizes",
            _tol_by(lambda slope: np.sum(abs(slope))),
            "You compare the sum of the entries' sizes with tol: use the Euclidean norm, np.linalg.norm.",
        ),
        Mistake(
            "tol_by_mean",
            _tol_by(lambda slope: np.mean(abs(slope))),
            "You compare the mean size of the gradient's entries with tol: use its norm, np.linalg.norm.",
        ),
        Mistake(
            "tol_by_mean",
            _tol_by(lambda slope: np.sqrt(np.mean(slope**2))),
            "You take the mean of the squares: the norm is the root of their sum, np.linalg.norm.",
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
            "not_cut",
            _descend_uncut,
            "Where you stop early, your path goes on with the last point: it ends there.",
        ),
        Mistake(
            "not_cut",
            lambda *args, **kwargs: _descend_uncut(*args, **kwargs, stay=False),
            "Where you stop early, your path goes on with zeros: cut it off, `path[: t + 1]`.",
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


def _slip_flags(path, grad, learning_rate, atol=1e-6):
    wrong = [False]
    for i in range(len(path) - 1):
        error = path[i + 1] - (path[i] - learning_rate * grad(path[i]))
        wrong.append(error > atol or error < -atol)
    return wrong.index(True) if True in wrong else -1


def _slip_with(next_theta):
    """Return an answer that takes another step from the number before."""

    def answer(path, grad, learning_rate, atol=1e-6):
        steps = [next_theta(theta, grad, learning_rate) for theta in path[:-1]]
        return next((i for i, right in enumerate(steps, start=1) if abs(path[i] - right) > atol), -1)

    return answer


def _slips(path, grad, learning_rate, atol=1e-6):
    """Return the indices of all slips."""
    return [i for i in range(1, len(path)) if abs(path[i] - path[i - 1] + learning_rate * grad(path[i - 1])) > atol]


def _slip_among(indices):
    """Return an answer that looks at some of the entries alone."""

    def answer(path, grad, learning_rate, atol=1e-6):
        found = set(_slips(path, grad, learning_rate, atol))
        return next((i for i in indices(len(path)) if i in found), -1)

    return answer


def _slip_largest(path, grad, learning_rate, atol=1e-6):
    sizes = [abs(path[i] - path[i - 1] + learning_rate * grad(path[i - 1])) for i in range(1, len(path))]
    return int(np.argmax(sizes)) + 1 if max(sizes, default=0) > atol else -1


def _slip_step_after(path, grad, learning_rate, atol=1e-6):
    for i in range(1, len(path)):
        if abs(path[i] - path[i - 1] + learning_rate * grad(path[i])) > atol:
            return i
    return -1


def _slip_from_zero(path, grad, learning_rate, atol=1e-6):
    for i in range(len(path)):
        if abs(path[i] - path[i - 1] + learning_rate * grad(path[i - 1])) > atol:
            return i
    return -1


def _slip_of_value(path, grad, learning_rate, atol=1e-6):
    found = _slip_zip(path, grad, learning_rate, atol)
    return found if found < 0 else path.tolist().index(path[found])


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
    for i in rng.permutation([3, 4, 5, 6])[:2]:
        rate, path = rng.uniform(0.1, 0.9), [rng.uniform(3, 9)]
        for _ in range(6):
            path.append(path[-1] - rate * secret_slope(path[-1]))
        yield Case("a random path", (_printed(path, i, 12.5), secret_slope, rate), hidden=True)


first_slip = Exercise(
    ref.first_slip,
    number="1.4",
    title="Spot the slip",
    random_cases=_random_slips,
    points=2,
    minutes=8,
    difficulty=2,
    returns=("the index",),
    strict=("floats",),
    cases=(
        Case("worked example", (array([5.0, -1.0, 4.0, 0.0]), secret_slope, 1.0)),
        Case("the path of the slides", (array([5.0, 0.5, 2.25, 1.875]), secret_slope, 0.75)),
        Case("a path without a slip", (array(_GAME), secret_slope, 0.75)),
        Case("the first step is wrong", (array([5.0, 1.5, 2.25, 1.875]), secret_slope, 0.75), weight=0),
        Case("the last number is wrong", (_printed(_GAME, 5, 1.9), secret_slope, 0.75), hidden=True),
        Case("two slips", (array([5.0, 0.5, 2.75, 1.5, 2.25, 1.9]), secret_slope, 0.75), hidden=True),
        Case(
            "rounded numbers",
            (array([5.0, 0.5, 2.75, 1.63, 2.19, 1.91]), secret_slope, 0.75),
            {"atol": 0.02},
        ),
        Case("numbers rounded to seven digits", (array([7.0, 5.3333333, 4.2222222, 3.4814815]), secret_slope, 1 / 6)),
        Case("the wrong number was printed before", (array([5.0, -1.0, 5.0, 5.0]), secret_slope, 1.0)),
        Case("a wrong number equal to an earlier one", (array([4.0, 1.0, 2.5, 2.5]), secret_slope, 0.75), hidden=True),
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
        Case("slips above atol", (array([8.0, 6.65, 5.74, 5.15]), secret_slope, 0.125), {"atol": 0.1}, weight=0),
        Case("small slips", (array([5.0, 2.0, 2.000003, 2.0005, 2.004, 2.0]), secret_slope, 0.5), hidden=True),
        Case("begins at the bottom", (array([2.0, 2.0, 3.0]), secret_slope, 0.25)),
        Case("each step by the slope behind it", (array([6.0, 4.0, 3.0]), secret_slope, 0.5), hidden=True, weight=0),
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
    right=(_slip_vectorised, _slip_zip, _slip_while, _slip_flags),
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
            "argmax_of_none",
            lambda *a, **k: int(np.argmax([i in _slips(*a, **k) for i in range(1, len(a[0]))])) + 1,
            "Where no number is wrong, np.argmax gives its first index all the same: ask `np.any` first, and return -1.",
        ),
        *(
            Mistake(
                "atol_ignored",
                lambda path, grad, rate, atol=1e-6, own=own: _slip_zip(path, grad, rate, own),
                f"You allow a difference of your own, {own:g}: use the argument atol.",
            )
            for own in (1e-6, 1e-3, 0.01, 0.02)
        ),
        Mistake(
            "atol_ignored",
            _slip_by(lambda number, right, atol: np.isclose(number, right)),
            "np.isclose has a tolerance of its own: give it `rtol=0, atol=atol`.",
        ),
        Mistake(
            "atol_ignored",
            _slip_by(lambda number, right, atol: math.isclose(number, right)),
            "math.isclose has a tolerance of its own: give it `rel_tol=0, abs_tol=atol`.",
        ),
        *(
            Mistake(
                "compares_rounded",
                _slip_by(lambda number, right, atol, digits=digits: round(number, digits) == round(right, digits)),
                "You compare rounded numbers: compare the absolute difference with atol.",
            )
            for digits in (1, 2, 6)
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
        Mistake(
            "relative",
            _slip_by(lambda number, right, atol: np.isclose(number, right, rtol=atol)),
            "You take atol as a share of the number: compare the absolute difference with atol.",
        ),
        *(
            Mistake(
                "relative",
                _slip_by(lambda number, right, atol, of=of: abs(number - right) <= atol * abs((number, right)[of])),
                "You take atol as a share of the number: compare the absolute difference with atol.",
            )
            for of in (0, 1)
        ),
        Mistake(
            "squared",
            _slip_by(lambda number, right, atol: (number - right) ** 2 <= atol),
            "You compare the square of the difference with atol: take its absolute value, `abs`.",
        ),
        Mistake(
            "twice_atol",
            _slip_by(lambda number, right, atol: abs(number - right) <= 2 * atol),
            "You allow twice the difference: atol is how far a number may lie to either side.",
        ),
        Mistake(
            "index_of_value",
            _slip_of_value,
            "You look up the wrong number's value, and find an earlier entry that is equal: keep the index of the loop.",
        ),
        Mistake("last_slip", _last_slip, "You return the last slip: stop at the first one."),
        Mistake(
            "no_tolerance",
            lambda path, grad, learning_rate, atol=1e-6: _slip_zip(path, grad, learning_rate, 1e-12),
            "You ask for equality: printed numbers are rounded, so allow a difference of atol.",
        ),
        Mistake(
            "no_tolerance",
            _slip_by(lambda number, right, atol: number == right),
            "You ask for equality: printed numbers are rounded, so allow a difference of atol.",
        ),
        Mistake(
            "largest_slip",
            _slip_largest,
            "You return the largest slip: stop at the first one.",
        ),
        Mistake(
            "count",
            lambda *a, **k: len(_slips(*a, **k)),
            "You count the slips: return the index of the first one.",
        ),
        Mistake(
            "yes_or_no",
            lambda *a, **k: bool(_slips(*a, **k)),
            "You say whether there is a slip: return the index of the first one, or -1.",
        ),
        Mistake(
            "last_unchecked",
            _slip_among(lambda n: range(1, n - 1)),
            "You never check the last number: let the loop go through `range(1, len(path))`.",
        ),
        Mistake(
            "first_unchecked",
            _slip_among(lambda n: range(2, n)),
            "You never check the first step: let the loop go through `range(1, len(path))`.",
        ),
        *(
            Mistake(
                "one_step_checked",
                lambda *a, none=none, **k: _slip_among(lambda n: range(1, 2))(*a, **k) if len(a[0]) > 1 else none,
                "You check the first step alone: return -1 only after the loop, once all numbers are right.",
            )
            for none in (-1, None)
        ),
        Mistake(
            "from_zero",
            _slip_from_zero,
            "You compare the start with path[-1], which is the last number: let the loop begin at 1.",
        ),
        Mistake(
            "slope_after",
            _slip_step_after,
            "You take the slope at the printed number itself: the step starts from the number before it.",
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
        Mistake(
            "signed",
            _slip_by(lambda number, right, atol: right - number <= atol),
            "You find only numbers that are too low: compare the absolute difference with atol.",
        ),
        Mistake(
            "this_game_only",
            _slip_with(lambda theta, grad, rate: theta - rate * (2 * theta - 4)),
            "You use the slope of the secret number game, 2 theta - 4: call the argument grad.",
        ),
        Mistake(
            "rate_of_the_slides",
            _slip_with(lambda theta, grad, rate: theta - 0.75 * grad(theta)),
            "You step with the learning rate 0.75, whatever is given: use the argument learning_rate.",
        ),
        Mistake(
            "step_alone",
            _slip_with(lambda theta, grad, rate: -rate * grad(theta)),
            "You compare with the step alone: add it to the number before.",
        ),
    ),
)
