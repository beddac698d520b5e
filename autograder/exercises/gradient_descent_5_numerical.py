"""Chapter 1: finite differences."""

from __future__ import annotations

import numpy as np

from solutions import gradient_descent as ref

from ..checking.exercise import Case, Exercise, Mistake
from .callbacks import exponential, hole, quartic, sine_sum, square, weighted_cubes

array = np.array


def _slopes(x, slope_at, dtype=None):
    """Return slope_at(point, i) for each index i of x, computed on a float64 copy of x."""
    x = np.asarray(x)
    point = x.astype(np.float64)
    slopes = np.array([slope_at(point, i) for i in np.ndindex(x.shape)]).reshape(x.shape)
    return slopes.astype(dtype or (x.dtype if x.dtype.kind == "f" else np.float64))


def _moved(point, i, step):
    point = point.copy()
    point[i] += step
    return point


def _numerical_restored(f, x, h=1e-5):
    x = np.asarray(x)
    point = x.astype(float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        old = point[i]
        point[i] = old + h
        above = f(point)
        point[i] = old - h
        grad[i] = (above - f(point)) / (2 * h)
        point[i] = old
    return grad.astype(x.dtype) if x.dtype == np.float32 else grad


def _numerical_identity(f, x, h=1e-5):
    steps = h * np.eye(np.size(x)).reshape(-1, *np.shape(x))
    slopes = [(f(x + step) - f(x - step)) / (2 * h) for step in steps]
    return np.reshape(slopes, np.shape(x)).astype(np.result_type(x, np.float32) if np.ndim(x) else float)


def _numerical_nditer(f, x, h=1e-5):
    x = np.array(x)
    grad = np.zeros(x.shape, dtype=x.dtype if np.issubdtype(x.dtype, np.floating) else float)
    x = x.astype(np.float64)
    walk = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not walk.finished:
        i = walk.multi_index
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        below = f(x)
        x[i] += h
        grad[i] = 0.5 * (above - below) / h
        walk.iternext()
    return grad


def _numerical_keeps_dtype(f, x, h=1e-5):
    x = np.asarray(x) if np.asarray(x).dtype.kind == "f" else np.asarray(x, np.float64)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        grad[i] = (f(_moved(x, i, h)) - f(_moved(x, i, -h))) / (2 * h)
    return grad


def _numerical_zeros_like(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for i in np.ndindex(np.shape(x)):
        grad[i] = (f(_moved(np.asarray(x), i, h)) - f(_moved(np.asarray(x), i, -h))) / (2 * h)
    return grad


def _numerical_whole_result(f, x, h=1e-5):
    return _slopes(x, lambda p, i: (f(_moved(p, i, h)) - f(_moved(p, i, -h))) / (2 * h), np.asarray(x).dtype)


def _numerical_not_restored(f, x, h=1e-5):
    def slope_at(point, i):
        point[i] += h
        above = f(point)
        point[i] -= 2 * h
        return (above - f(point)) / (2 * h)

    return _slopes(x, slope_at)


def _numerical_in_place(f, x, h=1e-5):
    if np.asarray(x).dtype != np.float64 or np.ndim(x) == 0:
        return ref.numerical_gradient(f, x, h)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        grad[i] = (above - f(x)) / (2 * h)
    return grad


def _along_all(f, x, h):
    point = np.array(x, float)
    return (f(point + h) - f(point - h)) / (2 * h)


def _numerical_own_dtype(f, x, h=1e-5):
    x = np.array(x)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        grad[i] = (f(_moved(x, i, h)) - f(_moved(x, i, -h))) / (2 * h)
    return grad


def _numerical_both_left(f, x, h=1e-5):
    above, below = np.array(x, float), np.array(x, float)
    grad = np.zeros(above.shape)
    for i in np.ndindex(above.shape):
        above[i] += h
        below[i] -= h
        grad[i] = (f(above) - f(below)) / (2 * h)
    return grad


def _numerical_first(f, x, h=1e-5):
    point = np.array(x, float)
    grad = np.zeros(point.shape)
    first = next(np.ndindex(point.shape))
    grad[first] = (f(_moved(point, first, h)) - f(_moved(point, first, -h))) / (2 * h)
    return grad


def _numerical_by(slope, default=1e-5, dtype=np.float64):
    """Return an answer that takes the slope from f above, f at x and f below."""

    def answer(f, x, h=default):
        return _slopes(x, lambda p, i: slope(f(_moved(p, i, h)), f(p), f(_moved(p, i, -h)), h), dtype)

    return answer


def _central(above, here, below, h):
    return (above - below) / (2 * h)


def _numerical_listed(f, x, h=1e-5):
    point = np.asarray(x, dtype=float)
    slopes = []
    for i in range(point.size):
        above, below = point.flatten(), point.flatten()
        above[i] += h
        below[i] -= h
        slopes.append((f(above.reshape(point.shape)) - f(below.reshape(point.shape))) / (2 * h))
    return np.array(slopes).reshape(point.shape).tolist()


def _numerical_rows(f, x, h=1e-5):
    if np.ndim(x) < 2:
        return ref.numerical_gradient(f, x, h)
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        grad[i] = (f(_moved(x, i, h)) - f(_moved(x, i, -h))) / (2 * h)
    return grad


numerical_gradient = Exercise(
    ref.numerical_gradient,
    number="1.9",
    title="Numerical gradient",
    points=3,
    minutes=20,
    difficulty=3,
    rtol=1e-6,
    returns=("the gradient",),
    cases=(
        Case("worked example", (square, 3.0)),
        Case("three entries", (weighted_cubes, array([1.0, -2.0, 0.5]))),
        Case("two rows, three columns", (weighted_cubes, array([[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]]))),
        Case("whole numbers", (weighted_cubes, array([1, -2, 3]))),
        Case("a whole number", (square, 3)),
        Case("a wide step", (quartic, array([1.0, 2.0]), 0.1)),
        Case("entries that act together", (exponential, array([0.5, -1.2]))),
        Case("float32 stays float32", (quartic, array([300.0, -500.0], np.float32))),
        Case("f is nan on one side", (hole, array([2.0, 1e-6]))),
        Case("a wide step, given by name", (exponential, array([1.5, 0.4])), {"h": 0.05}, hidden=True),
        Case("one entry", (sine_sum, array([0.7])), hidden=True),
        Case("three axes", (sine_sum, array([[[0.1, 2.0, -1.0]], [[0.6, -0.4, 3.0]]])), hidden=True),
        Case(
            "every second entry of an array", (weighted_cubes, array([2.0, 9.0, -1.5, 9.0, 0.8, 9.0])[::2]), hidden=True
        ),
        Case("large numbers", (quartic, array([1e3, -2e3])), hidden=True),
        Case("tiny numbers", (quartic, array([2e-5, -1e-5])), hidden=True),
        Case("a table of whole numbers", (weighted_cubes, array([[1, 2], [3, -1], [-2, 4]], np.int32)), hidden=True),
    ),
    random_cases=lambda rng: [
        Case("two random numbers", (exponential, rng.uniform(0.3, 1.5, 2)), hidden=True),
        Case("a random table", (weighted_cubes, rng.uniform(0.5, 2.0, (3, 2))), hidden=True),
    ],
    hints=(
        "One entry at a time: how much does f change if only x[i] moves a little up, and a little down?",
        "Work on a copy in float64, so that x stays as it is and a step of 0.00001 is not lost in whole numbers or "
        "float32. `for i in np.ndindex(x.shape)` visits every entry of an array of any shape, a number too.",
        "Begin with `x = np.asarray(x)` and `point = x.astype(np.float64)`. For each i: copy point twice, add h to entry "
        "i of one, take h from entry i of the other; the slope is (f(above) - f(below)) / (2 * h). Give the slopes x's "
        "shape, and x's dtype if that is a floating one.",
    ),
    right=(_numerical_restored, _numerical_identity, _numerical_nditer, _numerical_listed, _numerical_by(_central)),
    equivalent={
        "(-2,)": "NumPy takes every negative length for -1",
        "slopes = xp.zeros_like(point) -> slopes = xp.ones_like(point)": "every entry is written in the loop",
        "point.shape[-1]": "point has one axis, so the first is the last",
        "-> width = above[i] - below[i]": "the value is the same for a 0-d array as for a Python number",
        "(f_above - float(f_below))": "the value is the same for a 0-d array as for a Python number",
        "(float(f_above) - f_below)": "the value is the same for a 0-d array as for a Python number",
    },
    mistakes=(
        Mistake(
            "one_sided",
            lambda f, x, h=1e-5: _slopes(x, lambda p, i: (f(_moved(p, i, h)) - f(p)) / h),
            "You step to one side only, (f(x + h) - f(x)) / h: a central difference steps h to both sides, "
            "which is far more precise.",
        ),
        Mistake(
            "one_sided_below",
            lambda f, x, h=1e-5: _slopes(x, lambda p, i: (f(p) - f(_moved(p, i, -h))) / h),
            "You step to one side only, (f(x) - f(x - h)) / h: a central difference steps h to both sides, "
            "which is far more precise.",
        ),
        Mistake(
            "divides_by_h",
            lambda f, x, h=1e-5: 2 * ref.numerical_gradient(f, x, h),
            "You divide by h, but the two points lie 2 h apart: divide by 2 * h.",
        ),
        Mistake(
            "times_h",
            lambda f, x, h=1e-5: _slopes(x, lambda p, i: (f(_moved(p, i, h)) - f(_moved(p, i, -h))) / 2 * h),
            "`/ 2 * h` divides by 2 and then multiplies by h: write `/ (2 * h)`.",
        ),
        Mistake(
            "not_divided",
            lambda f, x, h=1e-5: _slopes(x, lambda p, i: f(_moved(p, i, h)) - f(_moved(p, i, -h))),
            "You return the change of f itself: a slope is the change of f divided by the change of x, 2 * h.",
        ),
        Mistake(
            "sign",
            lambda f, x, h=1e-5: -ref.numerical_gradient(f, x, h),
            "Your slopes have the opposite sign: take f above minus f below.",
        ),
        Mistake(
            "h_ignored",
            lambda f, x, h=1e-5: ref.numerical_gradient(f, x),
            "Your function uses a step of its own: step by the argument h.",
        ),
        *(
            Mistake(
                "default_step",
                _numerical_by(_central, default),
                f"Without h your function steps by {default:g}: give it the default `h=1e-5`.",
            )
            for default in (1e-2, 1e-3, 1e-4, 1e-6, 1e-7, 1e-8)
        ),
        Mistake(
            "relative_step",
            lambda f, x, h=1e-5: _slopes(
                x,
                lambda p, i: (
                    (f(_moved(p, i, h * max(1, abs(p[i])))) - f(_moved(p, i, -h * max(1, abs(p[i])))))
                    / (2 * h * max(1, abs(p[i])))
                ),
            ),
            "You step in proportion to x: step by h itself.",
        ),
        Mistake(
            "second_derivative",
            _numerical_by(lambda above, here, below, h: (above - 2 * here + below) / h**2),
            "You compute the second derivative: the slope is (f(above) - f(below)) / (2 * h).",
        ),
        Mistake(
            "back_to_x",
            _numerical_by(lambda above, here, below, h: (above - here) / (2 * h)),
            "After stepping up by h you subtract h once, which leads back to x: subtract 2 * h.",
        ),
        Mistake(
            "size_only",
            _numerical_by(lambda above, here, below, h: abs(above - below) / (2 * h)),
            "You take the slope's size: a slope may be negative, so leave `abs` out.",
        ),
        Mistake(
            "average",
            _numerical_by(lambda above, here, below, h: (above + below) / (2 * h)),
            "You add f above and f below: a slope is their difference, divided by 2 * h.",
        ),
        Mistake(
            "same_array",
            lambda f, x, h=1e-5: np.zeros(np.shape(x)),
            "Your slopes are all 0: the points above and below are the same array if neither is a copy, `x.copy()`.",
        ),
        Mistake(
            "half_step",
            lambda f, x, h=1e-5: ref.numerical_gradient(f, x, h / 2),
            "You step h / 2 to either side: step h to either side and divide by 2 * h.",
        ),
        Mistake(
            "nan_hidden",
            _numerical_by(lambda above, here, below, h: (np.nan_to_num(above) - np.nan_to_num(below)) / (2 * h)),
            "You take f for 0 where it is nan: there the slope is unknown, and the gradient must say nan.",
        ),
        *(
            Mistake(
                "nan_hidden",
                _numerical_by(slope),
                "You use one side alone where f is nan on the other: the gradient must say nan there.",
            )
            for slope in (
                lambda above, here, below, h: (above - here) / h if np.isnan(below) else (above - below) / (2 * h),
                lambda above, here, below, h: (
                    (above - here) / (2 * h) if np.isnan(below) else (above - below) / (2 * h)
                ),
            )
        ),
        Mistake(
            "nan_hidden",
            lambda f, x, h=1e-5: np.nan_to_num(ref.numerical_gradient(f, x, h)),
            "You replace nan by a number: where f is nan, the slope is unknown, and the gradient must say nan.",
        ),
        Mistake(
            "all_at_once",
            lambda f, x, h=1e-5: _along_all(f, x, h),
            "You move all entries of x together: that gives one number, the sum of the slopes. Move one entry at a time.",
        ),
        Mistake(
            "all_at_once",
            lambda f, x, h=1e-5: np.ones(np.shape(x)) * _along_all(f, x, h),
            "You move all entries of x together, so each slope is the sum of all: move one entry at a time.",
        ),
        Mistake(
            "first_only",
            _numerical_first,
            "Only the first entry's slope is there: is your return inside the loop?",
        ),
        Mistake(
            "rows_at_once",
            _numerical_rows,
            "You move a whole row of x together: move one entry at a time; `np.ndindex(x.shape)` visits them all.",
        ),
        Mistake(
            "flat",
            lambda f, x, h=1e-5: ref.numerical_gradient(f, x, h).ravel(),
            "You return a flat list of slopes: give it the shape of x, `.reshape(x.shape)`.",
        ),
        Mistake(
            "not_restored",
            _numerical_not_restored,
            "After an entry's turn you leave it moved, so the next slopes belong to another point: put it back.",
        ),
        Mistake(
            "not_restored",
            _numerical_both_left,
            "After an entry's turn you leave it moved, so the next slopes belong to other points: begin with fresh copies.",
        ),
        Mistake(
            "float32_steps",
            _numerical_keeps_dtype,
            "For a float32 array you step in float32, where h = 0.00001 is rounded away: compute in float64 "
            "(`x.astype(np.float64)`) and convert the result back.",
        ),
        Mistake(
            "float64_result",
            lambda f, x, h=1e-5: ref.numerical_gradient(f, np.asarray(x, np.float64), h),
            "For a float32 array you return float64: compute in float64, then `.astype(x.dtype)` if x holds floats.",
            craft=True,
        ),
        Mistake(
            "whole_result",
            _numerical_whole_result,
            "For whole numbers the slopes are cut off to whole numbers (`zeros_like` keeps x's dtype): "
            "collect them in a float64 array.",
        ),
        Mistake(
            "whole_steps",
            _numerical_own_dtype,
            "You step in x's own dtype: h is cut off in an array of whole numbers and rounded away in float32. "
            "Begin with `x.astype(np.float64)`.",
        ),
        Mistake(
            "whole_steps",
            _numerical_zeros_like,
            "You step in x's own dtype: h is cut off in an array of whole numbers and rounded away in float32. "
            "Begin with `x.astype(np.float64)`, and collect the slopes in a float array.",
        ),
        Mistake(
            "mutates_input",
            _numerical_in_place,
            "Your function moves the caller's x and does not put it back exactly: work on a copy.",
        ),
    ),
)
