"""Chapter 3: the soft threshold, and proximal gradient descent."""

from __future__ import annotations

import numpy as np

from solutions import regularization as ref

from ..checking.exercise import Case, Exercise, Mistake
from .callbacks import bowl_slope, matrix_slope, not_negative, secret_slope, shrunk

array = np.array


def _thresholds(rng):
    for shape in ((5,), (2, 3, 2)):
        yield Case(f"random, shape {shape}", (rng.normal(size=shape), float(rng.uniform(0.2, 0.6))), hidden=True)


def _entry_by_entry(w, t):
    result = np.zeros(w.shape, w.dtype if w.dtype.kind == "f" else float)
    for i in np.ndindex(w.shape):
        if w[i] > t:
            result[i] = w[i] - t
        elif w[i] < -t:
            result[i] = w[i] + t
    return result


def _by_masks(w, t):
    result = np.zeros(w.shape)
    result[w > t] = w[w > t] - t
    result[w < -t] = w[w < -t] + t
    return result


def _in_lists(w, t):
    moved = []
    for weight in np.ravel(w):
        size = max(abs(weight) - t, 0)
        moved.append(size if weight > 0 else -size)
    return np.array(moved).reshape(np.shape(w))


def _hard(w, t):
    return np.where(abs(w) > t, w, 0)


def _soft_in_place(w, t):
    w -= np.clip(w, -t, t).astype(w.dtype)
    return w


def _soft_truncated(w, t):
    result = np.zeros_like(w)
    result[w > t] = w[w > t] - t
    result[w < -t] = w[w < -t] + t
    return result


def _moved_twice(w, t):
    result = np.array(w, w.dtype if w.dtype.kind == "f" else float)
    result[result > t] -= t
    result[result < -t] += t
    result[abs(result) <= t] = 0
    return result


def _keeps_small(w, t):
    return np.where(abs(w) > t, w - np.sign(w) * t, w)


soft_threshold = Exercise(
    ref.soft_threshold,
    number="3.8",
    title="Soft threshold",
    points=2,
    minutes=8,
    difficulty=2,
    returns=("the weights",),
    cases=(
        Case("worked example", (array([3.0, -0.5, 0.2, -2.0]), 1.0)),
        Case("a matrix", (array([[1.0, -0.2, 0.9], [-1.4, 0.3, 0.0]]), 0.3)),
        Case("weights of exactly the threshold", (array([0.5, -0.5, 1.5, -1.5]), 0.5)),
        Case("whole numbers", (array([3, -1, 0, -4]), 1.5)),
        Case("float32", (array([1.5, -0.25, -2.0], np.float32), 0.5)),
        # Not what one thinks of as an array: `w[w > t] = ...` on the result of a computation fails there.
        Case("an array without axes", (array(-1.25), 0.5), courtesy=True),
        Case("a single weight", (array([-1.25]), 0.5)),
        Case("only negative weights", (array([-3.0, -0.1, -1.0]), 0.4), hidden=True),
        Case("large weights", (array([1e6, -3e5, 10.0]), 100.0), hidden=True),
        Case("a threshold of zero", (array([0.5, -1.5, 0.0]), 0.0), hidden=True, weight=0),
        Case("every weight below the threshold", (array([0.5, -1.5, 1.0]), 2.0), hidden=True, weight=0),
    ),
    random_cases=_thresholds,
    hints=(
        "Each weight moves towards zero by t and stops there. Try it by hand for w = 3, w = 0.2 and w = -2 with t = 1.",
        "The new size is |w| - t, but never below 0; the sign stays. `np.sign`, `np.abs` and `np.maximum` are all you need.",
        "`return np.sign(w) * np.maximum(np.abs(w) - t, 0)`.",
    ),
    right=(
        _entry_by_entry,
        lambda w, t: w - np.clip(w, -t, t),
        lambda w, t: np.maximum(w - t, 0) + np.minimum(w + t, 0),
        _by_masks,
        _in_lists,
    ),
    equivalent={
        "w = as_float(w) -> ": "whole numbers in may stay whole: the values agree, and no case holds unsigned ones",
        "xp.maximum(like(0, w), xp.abs(w) - t)": "the larger of two numbers does not depend on their order",
    },
    mistakes=(
        *(
            Mistake(
                "no_max",
                moved,
                "Weights smaller than t change their sign and grow again: cut the size off at zero, `np.maximum(np.abs(w) - t, 0)`.",
            )
            for moved in (
                lambda w, t: np.sign(w) * (abs(w) - t),
                lambda w, t: np.where(w > 0, w - t, w + t),
                lambda w, t: np.where(w >= 0, w - t, w + t),
            )
        ),
        Mistake(
            "absolute_for_max",
            lambda w, t: np.sign(w) * abs(abs(w) - t),
            "`np.abs` of |w| - t lets weights smaller than t grow again: cut off at zero, `np.maximum(np.abs(w) - t, 0)`.",
        ),
        Mistake(
            "sizes_only",
            lambda w, t: abs(w) - t,
            "You return |w| - t: cut it off at zero, `np.maximum(np.abs(w) - t, 0)`, and give it the sign of w.",
        ),
        *(
            Mistake(
                "hard_threshold",
                hard,
                "You set small weights to zero but leave the others as they are: those come closer to zero by t, too.",
            )
            for hard in (_hard, lambda w, t: np.where(abs(w) >= t, w, 0))
        ),
        Mistake(
            "negative_moves_left",
            lambda w, t: np.where(abs(w) > t, w - t, 0),
            "You subtract t from negative weights too, so they move away from zero: add t to those.",
        ),
        Mistake(
            "moved_twice",
            _moved_twice,
            "Weights up to 2 t become zero: compare w itself with t, and not a weight that has been moved.",
        ),
        Mistake(
            "minimum",
            lambda w, t: np.sign(w) * np.minimum(abs(w) - t, 0),
            "`np.minimum` keeps what is below zero: the size is |w| - t but never below 0, so use `np.maximum`.",
        ),
        Mistake(
            "at_least_t",
            lambda w, t: np.sign(w) * np.maximum(abs(w), t),
            "You make every weight at least as large as t: its size is |w| - t, but never below 0.",
        ),
        Mistake(
            "cut_after_sign",
            lambda w, t: np.maximum(np.sign(w) * (abs(w) - t), 0),
            "You cut off at zero after giving the sign back, so negative weights are lost: cut |w| - t off first.",
        ),
        Mistake(
            "truncates",
            _soft_truncated,
            "For whole weights `np.zeros_like(w)`, or `dtype=w.dtype`, holds whole numbers, so the fractions are cut off: let NumPy make the array, "
            "`np.sign(w) * ...`.",
        ),
        Mistake(
            "nan_at_zero",
            lambda w, t: w / abs(w) * np.maximum(abs(w) - t, 0),
            "At a weight of exactly 0 your result is nan, since w / abs(w) divides by zero: use np.sign.",
        ),
        Mistake(
            "no_sign",
            lambda w, t: np.maximum(abs(w) - t, 0),
            "Your weights are all positive: multiply by the sign of w.",
        ),
        Mistake(
            "one_sided",
            lambda w, t: np.maximum(w - t, 0),
            "Negative weights all become zero: work with |w|, then give the sign back.",
        ),
        *(
            Mistake("small_ones_kept", kept, "Weights smaller than t stay as they are: they should become zero.")
            for kept in (_keeps_small, lambda w, t: np.where(abs(w) >= t, w - np.sign(w) * t, w))
        ),
        Mistake(
            "moves_left",
            lambda w, t: w - t,
            "You subtract t from every weight, so negative ones move away from zero: work with |w|, and cut off at zero.",
        ),
        *(
            Mistake("moves_out", moved, "Your weights move away from zero: subtract t from their size.")
            for moved in (
                lambda w, t: w + t * np.sign(w),
                lambda w, t: np.where(abs(w) > t, w + t * np.sign(w), 0),
            )
        ),
        *(
            Mistake(
                "l2_step",
                lambda w, t, factor=factor: w / (1 + factor * t),
                "You divide the weights: that is the step of the L2 penalty. Here each weight moves by t, and stops at zero.",
            )
            for factor in (1, 2)
        ),
        Mistake(
            "clipped",
            lambda w, t: np.clip(w, -t, t) + 0.0,
            "You cut the weights off at -t and t: that is the part that the soft threshold takes away.",
        ),
        Mistake(
            "double",
            lambda w, t: np.sign(w) * np.maximum(abs(w) - 2 * t, 0),
            "You subtract 2 t: the weights come closer to zero by t.",
        ),
        *(
            Mistake("half", half, "You subtract only t / 2: the weights come closer to zero by t.")
            for half in (
                lambda w, t: np.sign(w) * np.maximum(abs(w) - t / 2, 0),
                lambda w, t: np.where(abs(w) > t, w - np.sign(w) * t / 2, 0),
            )
        ),
        Mistake(
            "half_limit",
            lambda w, t: np.where(abs(w) > t / 2, w - np.sign(w) * t, 0),
            "Weights between t / 2 and t change their sign: all that are smaller than t become zero.",
        ),
        Mistake(
            "scaled",
            lambda w, t: w * np.maximum(1 - t / np.linalg.norm(w), 0).astype(w.dtype if w.dtype.kind == "f" else float),
            "You shrink all weights by one factor: each one moves by t on its own.",
        ),
        Mistake(
            "mutates_input",
            _soft_in_place,
            "Your function writes into w (`-=`), so the caller's weights are gone: compute a new array.",
        ),
    ),
)


def _path(grad, prox, w0, learning_rate, steps, step=None):
    """Return the path of `step`, which gets w and is proximal gradient descent if none is given."""
    w = np.asarray(w0) * 1.0
    path = [w]
    for _ in range(steps):
        w = step(grad, prox, w, learning_rate) if step else prox(w - learning_rate * grad(w), learning_rate)
        path.append(w)
    return np.stack(path)


def _of_step(step):
    """Return an answer with another step."""
    return lambda grad, prox, w0, learning_rate, steps: _path(grad, prox, w0, learning_rate, steps, step)


def _of_path(change):
    """Return an answer that spoils the right path."""
    return lambda *args: change(_path(*args))


def _path_filled(grad, prox, w0, learning_rate, steps):
    start = np.asarray(w0)
    start = start if start.dtype.kind == "f" else start.astype(float)
    path = np.empty((steps + 1, *start.shape), start.dtype)
    path[0] = start
    for t in range(steps):
        slope = np.asarray(grad(path[t].copy()))
        path[t + 1] = prox(path[t] - learning_rate * slope, learning_rate)
    return path


def _path_recursive(grad, prox, w0, learning_rate, steps):
    w = np.asarray(w0) * 1.0
    if steps == 0:
        return w[None]
    after = prox(w - learning_rate * np.asarray(grad(w)), learning_rate)
    return np.concatenate([w[None], _path_recursive(grad, prox, after, learning_rate, steps - 1)])


def _path_in_place(grad, prox, w0, learning_rate, steps):
    w, path = w0, [np.array(w0)]
    for _ in range(steps):
        w -= learning_rate * grad(w)
        w = prox(w, learning_rate)
        path.append(np.array(w))
    return np.stack(path)


def _path_truncated(grad, prox, w0, learning_rate, steps):
    path = np.empty((steps + 1, *np.shape(w0)), np.asarray(w0).dtype)
    path[0] = w0
    for t in range(steps):
        path[t + 1] = prox(path[t] - learning_rate * np.asarray(grad(path[t])), learning_rate)
    return path


def _path_in_lists(grad, prox, w0, learning_rate, steps):
    w = w0
    path = [w0]
    for _ in range(steps):
        w = prox(w - learning_rate * grad(w), learning_rate)
        path.append(w)
    return path


def _point_overwritten(copied):
    """Return an answer whose `-=` changes the point that is in the path already."""

    def answer(grad, prox, w0, learning_rate, steps):
        w = copied(w0)
        path = [w]
        for _ in range(steps):
            w -= learning_rate * np.asarray(grad(w))
            w = prox(w, learning_rate)
            path.append(w)
        return np.stack(path)

    return answer


def _halves(first, second):
    """Return an answer that keeps the first half of each step, the second one, or both."""

    def answer(grad, prox, w0, learning_rate, steps):
        w = np.asarray(w0) * 1.0
        path = [w]
        for _ in range(steps):
            half = w - learning_rate * grad(w)
            w = prox(half, learning_rate)
            path += [half] * first + [w] * second
        return np.stack(path)

    return answer


def _prox_lost(grad, prox, w0, learning_rate, steps):
    w = np.asarray(w0) * 1.0
    path = [w]
    for _ in range(steps):
        w = w - learning_rate * grad(w)
        path.append(prox(w, learning_rate))
    return np.stack(path)


def _first_slope(grad, prox, w0, learning_rate, steps):
    slope = grad(np.asarray(w0) * 1.0)
    return _path(lambda w: slope, prox, w0, learning_rate, steps)


def _from_start(grad, prox, w0, learning_rate, steps):
    start = np.asarray(w0) * 1.0
    return _path(grad, prox, w0, learning_rate, steps, lambda grad, prox, w, rate: prox(start - rate * grad(w), rate))


def _start_twice(grad, prox, w0, learning_rate, steps):
    path = _path(grad, prox, w0, learning_rate, max(steps - 1, 0))
    return np.concatenate([path[:1], path]) if steps else path


def _stops_early(grad, prox, w0, learning_rate, steps):
    path = _path(grad, prox, w0, learning_rate, steps)
    resting = [k for k in range(steps) if np.allclose(path[k], path[k + 1])]
    return path[: resting[0] + 2] if resting else path


def _without_start(grad, prox, w0, learning_rate, steps):
    return np.array(list(_path(grad, prox, w0, learning_rate, steps)[1:]))


def _soft(v, t):
    return np.sign(v) * np.maximum(abs(v) - t, 0)


def _same_array(grad, prox, w0, learning_rate, steps):
    w = np.array(w0) * np.ones(np.shape(w0), np.asarray(w0).dtype if np.asarray(w0).dtype.kind == "f" else float)
    w = np.asarray(w)
    path = [w]
    for _ in range(steps):
        w[...] = prox(w - learning_rate * np.asarray(grad(w)), learning_rate)
        path.append(w)
    return np.stack(path)


def _prox_once(grad, prox, w0, learning_rate, steps):
    path = _path(grad, lambda v, rate: v, w0, learning_rate, steps)
    path[-1] = prox(path[-1], learning_rate)
    return path


def _starts_proximal(grad, prox, w0, learning_rate, steps):
    return _path(grad, prox, prox(np.asarray(w0) * 1.0, learning_rate), learning_rate, steps)


def _starts(rng):
    for steps, prox in ((4, shrunk), (3, not_negative)):
        w0, rate = rng.normal(size=2) + 1, float(rng.uniform(0.05, 0.1))
        yield Case(f"a random start, {steps} steps", (bowl_slope, prox, w0, rate, steps), hidden=True)
    yield Case(
        "one random weight", (secret_slope, shrunk, float(rng.normal()), float(rng.uniform(0.1, 0.3)), 3), hidden=True
    )


proximal_gradient_descent = Exercise(
    ref.proximal_gradient_descent,
    number="3.9",
    title="Proximal gradient descent",
    points=3,
    minutes=12,
    difficulty=2,
    returns=("the path",),
    curve=True,
    cases=(
        Case("one weight", (secret_slope, shrunk, 5.0, 0.25, 4)),
        Case("two weights that shrink", (bowl_slope, shrunk, array([1.0, -2.0]), 0.1, 5)),
        Case("two weights that may not be negative", (bowl_slope, not_negative, array([1.0, 2.0]), 0.2, 4)),
        Case("a negative start", (secret_slope, not_negative, -1.0, 0.125, 3)),
        Case("a matrix of weights", (matrix_slope, shrunk, array([[1.0, 2.0, 3.0], [4.0, 5.0, -6.0]]), 0.5, 3)),
        Case("a whole number as start", (secret_slope, shrunk, 5, 0.25, 3)),
        Case("float32", (bowl_slope, shrunk, array([1.5, -0.5], np.float32), 0.125, 4)),
        Case("a start of whole numbers", (bowl_slope, shrunk, array([3, -2]), 0.1, 3), hidden=True),
        Case("one step", (bowl_slope, shrunk, array([0.5, 2.0]), 0.1, 1), hidden=True),
        Case("at rest after one step", (secret_slope, not_negative, 15.5, 0.5, 3)),
        Case("two weights at rest after one step", (bowl_slope, not_negative, array([0.0, 12.5]), 0.5, 3), hidden=True),
        Case("no step at all", (bowl_slope, shrunk, array([1.0, -2.0]), 0.1, 0), hidden=True, weight=0),
    ),
    random_cases=_starts,
    hints=(
        "Each step has two halves: a step down the gradient of the smooth part, then `prox`, which sees to the penalty.",
        "First `v = w - learning_rate * grad(w)`, then the new w is `prox(v, learning_rate)`. Keep every w in a list, the start too.",
        "Start with `w = np.asarray(w0) * 1.0` and `path = [w]`; in the loop over range(steps) write "
        "`w = prox(w - learning_rate * grad(w), learning_rate)` and `path.append(w)`; at the end `return np.stack(path)`.",
    ),
    right=(_path_filled, _path_recursive, _path, _path_in_lists),
    mistakes=(
        Mistake(
            "no_prox",
            _of_step(lambda grad, prox, w, rate: w - rate * grad(w)),
            "You never use prox: this is gradient descent without the penalty. Apply prox after each step.",
        ),
        Mistake(
            "prox_first",
            _of_step(lambda grad, prox, w, rate: prox(w, rate) - rate * grad(w)),
            "You apply prox to w before the gradient's step: take the step first, then apply prox to where it leads.",
        ),
        Mistake(
            "prox_first",
            _of_step(lambda grad, prox, w, rate: (lambda v: v - rate * grad(v))(prox(w, rate))),
            "You apply prox before the gradient's step: take the step first, then apply prox to where it leads.",
        ),
        Mistake(
            "point_before_prox",
            _halves(True, False),
            "You keep the point before prox in your path: append w after prox.",
        ),
        Mistake(
            "both_halves",
            _halves(True, True),
            "Your path holds the point between the two halves of a step too: append w once a step, after prox.",
        ),
        Mistake(
            "prox_not_kept",
            _prox_lost,
            "You go on from the point before prox: the result of prox is the new w.",
        ),
        *(
            Mistake(
                "prox_added",
                _of_step(step),
                "You add or subtract what prox returns: it is the new w itself, prox(w - learning_rate * grad(w), learning_rate).",
            )
            for step in (
                lambda grad, prox, w, rate: w - rate * grad(w) - prox(w, rate),
                lambda grad, prox, w, rate: w - rate * grad(w) + prox(w, rate),
                lambda grad, prox, w, rate: w - rate * grad(w) - rate * prox(w, rate),
                lambda grad, prox, w, rate: (lambda v: v - prox(v, rate))(w - rate * grad(w)),
            )
        ),
        Mistake(
            "soft_threshold_whatever_prox",
            lambda grad, prox, w0, rate, steps: _path(grad, _soft, w0, rate, steps),
            "You use the soft threshold whatever prox is: call prox(v, learning_rate).",
        ),
        Mistake(
            "gradient_of_start",
            _first_slope,
            "You use the gradient at w0 in every step: compute grad(w) again at each w.",
        ),
        Mistake(
            "prox_of_the_step",
            _of_step(lambda grad, prox, w, rate: w - prox(rate * np.asarray(grad(w)), rate)),
            "You apply prox to the step: apply it to the point where the step leads.",
        ),
        Mistake(
            "prox_of_the_step",
            _of_step(lambda grad, prox, w, rate: w - rate * prox(np.asarray(grad(w)), rate)),
            "You apply prox to the step: apply it to the point where the step leads.",
        ),
        Mistake(
            "prox_of_the_step",
            _of_step(lambda grad, prox, w, rate: w + prox(-rate * np.asarray(grad(w)), rate)),
            "You apply prox to the step: apply it to the point where the step leads.",
        ),
        Mistake(
            "prox_only",
            _of_step(lambda grad, prox, w, rate: prox(w, rate)),
            "You never use the gradient: step down first, then apply prox.",
        ),
        Mistake(
            "prox_once",
            _prox_once,
            "You apply prox once, at the end: it belongs in every step.",
        ),
        Mistake(
            "prox_rate_one",
            _of_step(lambda grad, prox, w, rate: prox(w - rate * grad(w), 1.0)),
            "You give prox 1 for the learning rate: the penalty counts as much as the step is long, so pass learning_rate.",
        ),
        Mistake(
            "prox_rate_squared",
            _of_step(lambda grad, prox, w, rate: prox(w - rate * grad(w), rate**2)),
            "You give prox the learning rate squared: pass learning_rate itself.",
        ),
        Mistake(
            "uphill",
            _of_step(lambda grad, prox, w, rate: prox(w + rate * grad(w), rate)),
            "You walk uphill: step against the gradient, w - learning_rate * grad(w).",
        ),
        Mistake(
            "no_rate",
            _of_step(lambda grad, prox, w, rate: prox(w - grad(w), rate)),
            "You step by the gradient itself: multiply it by the learning rate.",
        ),
        Mistake(
            "prox_of_start",
            _starts_proximal,
            "Your path begins with prox of w0: it begins with w0 itself.",
        ),
        *(
            Mistake("no_start", path, "Your path lacks the start: put w0 first.")
            for path in (_of_path(lambda path: path[1:]), _without_start)
        ),
        Mistake(
            "start_lost",
            lambda grad, prox, w0, rate, steps: _path(grad, prox, w0, rate, steps + 1)[1:],
            "Your path begins after the first step: it begins with w0.",
        ),
        Mistake(
            "start_twice",
            _start_twice,
            "The start comes twice and the last point is missing: append w after the step, not before it.",
        ),
        Mistake(
            "stops_early",
            _stops_early,
            "You stop when w no longer changes: take all `steps` steps.",
        ),
        Mistake(
            "last_only", _of_path(lambda path: path[-1]), "You return the last point only: the whole path is asked for."
        ),
        Mistake(
            "return_in_loop",
            lambda grad, prox, w0, rate, steps: _path(grad, prox, w0, rate, min(steps, 1)),
            "You stop after one step: is your return inside the loop?",
        ),
        Mistake(
            "one_step_short",
            lambda grad, prox, w0, rate, steps: _path(grad, prox, w0, rate, max(steps - 1, 0)),
            "You take one step too few: `steps` steps make a path of steps + 1 points.",
        ),
        Mistake(
            "one_step_long",
            lambda grad, prox, w0, rate, steps: _path(grad, prox, w0, rate, steps + 1),
            "You take one step too many: `steps` steps make a path of steps + 1 points.",
        ),
        Mistake(
            "w_not_updated",
            _of_path(lambda path: np.concatenate([path[:1], *[path[1:2]] * (len(path) - 1)])),
            "Every step of yours starts from w0: give w its new value, w = prox(...).",
        ),
        Mistake(
            "steps_from_start",
            _from_start,
            "You step from w0 each time: step from the present w, w - learning_rate * grad(w).",
        ),
        Mistake(
            "truncates",
            _path_truncated,
            "For whole numbers as start your steps are cut to whole numbers: turn w0 into floats first.",
        ),
        Mistake(
            "same_array",
            _same_array,
            "All points of your path are one and the same array, which keeps changing: make a new one in each step.",
        ),
        *(
            Mistake(
                "point_overwritten",
                _point_overwritten(copied),
                "`w -= ...` changes the point that is in your path already: write w = w - learning_rate * grad(w).",
            )
            for copied in (lambda w0: np.array(w0) * 1.0, lambda w0: np.array(np.asarray(w0) * 1.0))
        ),
        Mistake(
            "mutates_input",
            _path_in_place,
            "Your function writes into w0 (`-=` changes the array itself), so the caller's start is gone: write w = w - ...",
        ),
    ),
)
