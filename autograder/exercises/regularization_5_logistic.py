"""Chapter 3: logistic regression with a penalty."""

from __future__ import annotations

from functools import partial

import numpy as np

from solutions import regularization as ref

from ..checking.exercise import Case, Exercise, Mistake
from .callbacks import quartic_penalty, rounded_penalty

array = np.array


def _problems(rng):
    for n, d, penalty in ((1, 3, quartic_penalty), (6, 2, rounded_penalty), (4, 5, quartic_penalty)):
        args = (rng.normal(size=d) + 0.5, rng.normal(), rng.normal(size=(n, d)), rng.integers(0, 2, n))
        yield Case(f"random, N={n}, D={d}", (*args, float(rng.uniform(0.2, 0.4)), penalty), hidden=True)


def _data_loss(w, b, X, y):
    """Return the mean logistic loss and its gradients."""
    scores = X @ w + b
    error = 0.5 * (1 + np.tanh(scores / 2)) - y
    loss = np.mean(np.logaddexp(0, np.where(y == 1, -scores, scores)))
    return loss, _kept(X.T @ error / len(y), w), np.mean(error)


def _kept(value, w):
    return np.asarray(value, w.dtype if w.dtype.kind == "f" else float)


def _by_example(w, b, X, y, lam, penalty):
    loss, slope = penalty(w)
    loss, grad_w, grad_b = lam * float(loss), lam * np.asarray(slope, float), 0.0
    for x_i, y_i in zip(X, y, strict=True):
        z = float(x_i @ w + b)
        p = 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z))
        loss += (max(z, 0.0) + np.log1p(np.exp(-abs(z))) - y_i * z) / len(y)
        grad_w = grad_w + (p - y_i) * x_i / len(y)
        grad_b += (p - y_i) / len(y)
    return loss, _kept(grad_w, w), grad_b


def _by_parts(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _data_loss(w, b, X, y)
    return loss + lam * penalty(w)[0], grad_w + lam * penalty(w)[1], grad_b


def _in_lists(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _data_loss(w, b, X, y)
    value_and_slope = penalty(w.copy())
    gradient = np.zeros(len(w))
    for j in range(len(w)):
        gradient[j] = grad_w[j] + lam * value_and_slope[1][j]
    return [loss + lam * value_and_slope[0], gradient, grad_b]


def _by_sign(w, b, X, y, lam, penalty):
    side = np.where(y == 1, 1.0, -1.0)
    margins = side * (X @ w + b)
    pull = -side * np.exp(-np.logaddexp(0, margins)) / len(y)
    value, slope = penalty(w)
    return np.logaddexp(0, -margins).mean() + lam * value, _kept(pull @ X + lam * slope, w), pull.sum()


def _of_sum(combine, data=_data_loss):
    """Return an answer that combines the data's loss and gradients with the penalty in another way."""

    def answer(w, b, X, y, lam, penalty):
        return combine(*data(w, b, X, y), *penalty(w), lam, len(y))

    return answer


def _summed(w, b, X, y):
    return tuple(len(y) * part for part in _data_loss(w, b, X, y))


def _spoiled(change):
    """Return an answer that combines the right way what `change` makes of its parts."""

    def combine(loss, grad_w, grad_b, value, slope, lam, n):
        loss, grad_w, grad_b, value, slope = change(loss, grad_w, grad_b, lam * value, lam * slope, n)
        return loss + value, grad_w + slope, grad_b

    return _of_sum(combine)


def _with_slope(of_w):
    """Return an answer that takes only the value from the penalty."""

    def answer(w, b, X, y, lam, penalty):
        loss, grad_w, grad_b = _data_loss(w, b, X, y)
        return loss + lam * penalty(w)[0], _kept(grad_w + lam * of_w(w), w), grad_b

    return answer


def _with_grad_b(change):
    """Return an answer with something added to grad_b."""

    def answer(w, b, X, y, lam, penalty):
        loss, grad_w, grad_b = _data_loss(w, b, X, y)
        value, slope = penalty(w)
        return loss + lam * value, grad_w + lam * slope, grad_b + change(lam, b, value, slope)

    return answer


def _penalty_of_lam_w(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _data_loss(w, b, X, y)
    value, slope = penalty(lam * w)
    return loss + value, _kept(grad_w + slope, w), grad_b


def _of_squares(slope):
    """Return an answer that writes the sum of squares in place of the penalty."""

    def answer(w, b, X, y, lam, penalty):
        loss, grad_w, grad_b = _data_loss(w, b, X, y)
        return loss + lam * np.sum(w**2), _kept(grad_w + slope * lam * w, w), grad_b

    return answer


def _absolute_values(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _data_loss(w, b, X, y)
    return loss + lam * np.sum(abs(w)), _kept(grad_w + lam * np.sign(w), w), grad_b


def _penalises_bias(in_loss, in_gradient):
    """Return an answer that penalises the bias as if it were a weight."""

    def answer(w, b, X, y, lam, penalty):
        loss, grad_w, grad_b = _data_loss(w, b, X, y)
        value, slope = penalty(np.append(w, b))
        return (
            loss + lam * (value if in_loss else penalty(w)[0]),
            _kept(grad_w + lam * slope[:-1], w),
            grad_b + lam * slope[-1] * in_gradient,
        )

    return answer


def _naive(w, b, X, y, lam, penalty):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    value, slope = penalty(w)
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    return loss + lam * value, _kept(X.T @ (p - y) / len(y) + lam * slope, w), np.mean(p - y)


def _patched(patch):
    """Return an answer whose logarithms are kept finite: `patch` makes their arguments from the probabilities."""

    def answer(w, b, X, y, lam, penalty):
        p = 0.5 * (1 + np.tanh((X @ w + b) / 2))
        value, slope = penalty(w)
        p_one, p_zero = patch(p)
        loss = -np.mean(y * np.log(p_one) + (1 - y) * np.log(p_zero))
        return loss + lam * value, _kept(X.T @ (p - y) / len(y) + lam * slope, w), np.mean(p - y)

    return answer


def _added(eps, p):
    return p + eps, 1 - p + eps


def _clipped(eps, p):
    p = np.clip(p, eps, 1 - eps)
    return p, 1 - p


_X = array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0], [-1.0, 0.5]])
_Y = array([1, 0, 1, 0])

regularized_logistic_loss = Exercise(
    ref.regularized_logistic_loss,
    number="3.10",
    title="Regularized logistic regression",
    points=3,
    minutes=10,
    difficulty=2,
    returns=("loss", "grad_w", "grad_b"),
    cases=(
        Case("one example", (array([1.0, -1.0]), 0.5, array([[3.0, 2.0]]), array([1]), 0.3, quartic_penalty)),
        Case("four examples, two features", (array([1.5, -1.0]), 0.5, _X, _Y, 0.3, quartic_penalty)),
        Case("another penalty", (array([1.5, -1.0]), 0.5, _X, _Y, 0.3, rounded_penalty)),
        Case(
            "two examples, three features",
            (
                array([1.0, 0.5, -1.5]),
                -1.0,
                array([[1.0, 2.0, 0.5], [0.0, 1.0, 4.0]]),
                array([0, 1]),
                0.25,
                rounded_penalty,
            ),
        ),
        Case(
            "whole numbers as inputs",
            (array([1.0, -2.0]), 1, array([[1, 2], [3, 5], [0, 7]]), array([1, 0, 1]), 1, quartic_penalty),
        ),
        Case(
            "whole numbers as weights",
            (array([1, -2]), 1, array([[1, 2], [3, 5], [0, 7]]), array([1, 0, 1]), 1, quartic_penalty),
            courtesy=True,
        ),
        Case(
            "one feature", (array([1.5]), -0.5, array([[2.0], [-1.0], [0.5]]), array([1, 0, 0]), 0.4, quartic_penalty)
        ),
        Case(
            "float32",
            (
                array([1.0, 1.5], np.float32),
                0.5,
                array([[1.5, 2.0], [0.5, -1.0], [2.0, 0.0]], np.float32),
                array([1.0, 0.0, 0.0], np.float32),
                0.3,
                quartic_penalty,
            ),
        ),
        Case(
            "scores of 1000 and -1000",
            (
                array([1.0, 2.0]),
                0.0,
                array([[1000.0, 0.0], [0.0, -500.0], [0.0, 500.0]]),
                array([0, 1, 1]),
                0.3,
                rounded_penalty,
            ),
        ),
        Case("lam = 0", (array([1.0, -0.5]), 1.0, _X, _Y, 0.0, quartic_penalty), hidden=True),
        Case("a strong penalty", (array([1.0, -0.5]), -2.0, _X, _Y, 20.0, quartic_penalty), hidden=True),
        Case("weights of zero", (array([0.0, 0.0]), 0.5, _X, _Y, 0.3, rounded_penalty), hidden=True),
    ),
    random_cases=_problems,
    hints=(
        "Chapter 2's `logistic_loss` gives the loss of the data and its gradients. What do the penalty's value and gradient change?",
        "`penalty(w)` returns two things: its value, one number, and its gradient, of w's shape. Multiply both by lam. The bias is left alone.",
        "`loss, grad_w, grad_b = logistic_loss(w, b, X, y)`, `value, slope = penalty(w)`, then "
        "`return loss + lam * value, grad_w + lam * slope, grad_b`.",
    ),
    right=(_by_example, _by_parts, _by_sign, _in_lists),
    mistakes=(
        Mistake(
            "factor_two",
            _of_squares(1),
            "Your loss has lam * sum(w**2), so its gradient is 2 * lam * w: yours is half that. And take both from penalty(w): "
            "the penalty need not be the sum of squares.",
        ),
        Mistake(
            "slope_half",
            _of_sum(
                lambda loss, grad_w, grad_b, value, slope, lam, n: (
                    loss + lam * value,
                    grad_w + lam * slope / 2,
                    grad_b,
                )
            ),
            "Your loss has lam times the penalty, so its gradient has lam times the penalty's gradient: yours is half that.",
        ),
        Mistake(
            "slope_double",
            _of_sum(
                lambda loss, grad_w, grad_b, value, slope, lam, n: (
                    loss + lam * value,
                    grad_w + 2 * lam * slope,
                    grad_b,
                )
            ),
            "Your gradient has twice the penalty's part: the gradient that penalty(w) returns holds its factor 2 already.",
        ),
        Mistake(
            "value_half",
            _of_sum(
                lambda loss, grad_w, grad_b, value, slope, lam, n: (
                    loss + lam * value / 2,
                    grad_w + lam * slope,
                    grad_b,
                )
            ),
            "Your loss has half of the penalty: this course's penalties have no factor 1/2.",
        ),
        Mistake(
            "half",
            _spoiled(lambda loss, grad_w, grad_b, value, slope, n: (loss, grad_w, grad_b, value / 2, slope / 2)),
            "You weigh the penalty by lam / 2: this course has no factor 1/2, so multiply by lam.",
        ),
        Mistake(
            "value_minus",
            _spoiled(lambda loss, grad_w, grad_b, value, slope, n: (loss, grad_w, grad_b, -value, slope)),
            "You subtract the penalty from the loss: add it. Its gradient is right.",
        ),
        Mistake(
            "slope_minus",
            _spoiled(lambda loss, grad_w, grad_b, value, slope, n: (loss, grad_w, grad_b, value, -slope)),
            "In grad_w you subtract the penalty's gradient: add it. The loss is right.",
        ),
        Mistake(
            "value_for_slope",
            _spoiled(lambda loss, grad_w, grad_b, value, slope, n: (loss, grad_w, grad_b, value, value)),
            "You add the penalty's value to grad_w: add its gradient, the second thing that penalty(w) returns.",
        ),
        Mistake(
            "penalty_swapped",
            _spoiled(lambda loss, grad_w, grad_b, value, slope, n: (loss, grad_w, grad_b, slope, value)),
            "penalty(w) returns its value first, then its gradient: you take them the other way round.",
        ),
        Mistake(
            "penalty_alone",
            _spoiled(lambda loss, grad_w, grad_b, value, slope, n: (0.0, 0.0, grad_b, value, slope)),
            "You return the penalty alone: add it to the loss of the data, and its gradient to grad_w.",
        ),
        Mistake(
            "penalty_of_lam_w",
            _penalty_of_lam_w,
            "You give lam * w to the penalty: call penalty(w), and multiply its value and its gradient by lam.",
        ),
        *(
            Mistake(
                "slope_of_squares",
                _with_slope(slope),
                "In grad_w you take the penalty for the sum of squares: use the gradient that penalty(w) returns.",
            )
            for slope in (lambda w: 2 * w, lambda w: w)
        ),
        Mistake(
            "not_in_gradient",
            _of_sum(lambda loss, grad_w, grad_b, value, slope, lam, n: (loss + lam * value, grad_w, grad_b)),
            "The penalty is in your loss but not in grad_w: add lam times the penalty's gradient.",
        ),
        Mistake(
            "not_in_loss",
            _of_sum(lambda loss, grad_w, grad_b, value, slope, lam, n: (loss, grad_w + lam * slope, grad_b)),
            "The penalty is in your gradient but not in your loss: add lam times its value.",
        ),
        Mistake(
            "no_penalty",
            _of_sum(lambda loss, grad_w, grad_b, value, slope, lam, n: (loss, grad_w, grad_b)),
            "You return the loss of the data alone: add lam times the penalty, to the loss and to grad_w.",
        ),
        Mistake(
            "penalises_bias",
            _penalises_bias(True, True),
            "You penalise the bias as if it were a weight: call penalty(w), and leave grad_b alone.",
        ),
        Mistake(
            "bias_slope_penalised",
            _penalises_bias(False, True),
            "Your grad_b holds a penalty: the bias is not penalised.",
        ),
        *(
            Mistake(
                "bias_slope_penalised", _with_grad_b(change), "Your grad_b holds a penalty: the bias is not penalised."
            )
            for change in (
                lambda lam, b, value, slope: lam * b,
                lambda lam, b, value, slope: 2 * lam * b,
                lambda lam, b, value, slope: lam,
                lambda lam, b, value, slope: lam * value,
                lambda lam, b, value, slope: lam * np.sum(slope),
            )
        ),
        Mistake(
            "bias_in_the_value",
            _penalises_bias(True, False),
            "Your loss penalises the bias: call penalty(w), without b.",
        ),
        Mistake(
            "penalty_over_n",
            _of_sum(
                lambda loss, grad_w, grad_b, value, slope, lam, n: (
                    loss + lam * value / n,
                    grad_w + lam * slope / n,
                    grad_b,
                )
            ),
            "You divide the penalty by N: only the data's loss is a mean, the penalty is added as it is.",
        ),
        Mistake(
            "penalty_over_n",
            _spoiled(lambda loss, grad_w, grad_b, value, slope, n: (loss, grad_w, grad_b, value / (2 * n), slope / n)),
            "You weigh the penalty by lam / (2 N), as other courses do: here it is added as it is, times lam.",
        ),
        Mistake(
            "value_over_n",
            _spoiled(lambda loss, grad_w, grad_b, value, slope, n: (loss, grad_w, grad_b, value / n, slope)),
            "In the loss you divide the penalty by N: only the data's part is a mean.",
        ),
        Mistake(
            "slope_over_n",
            _of_sum(
                lambda loss, grad_w, grad_b, value, slope, lam, n: (
                    loss + lam * value,
                    grad_w + lam * slope / n,
                    grad_b,
                )
            ),
            "In grad_w you divide the penalty by N: only the data's part is a mean.",
        ),
        Mistake(
            "data_sum",
            _of_sum(
                lambda loss, grad_w, grad_b, value, slope, lam, n: (loss + lam * value, grad_w + lam * slope, grad_b),
                _summed,
            ),
            "Your data's loss adds up over the examples: it is the mean, and so are its gradients.",
        ),
        Mistake(
            "data_gradient_sum",
            _spoiled(lambda loss, grad_w, grad_b, value, slope, n: (loss, n * grad_w, n * grad_b, value, slope)),
            "The data's part of your gradients adds up over the examples: it is the mean, as in the loss.",
        ),
        Mistake(
            "data_loss_sum",
            _spoiled(lambda loss, grad_w, grad_b, value, slope, n: (n * loss, grad_w, grad_b, value, slope)),
            "The data's part of your loss adds up over the examples: it is the mean, as in the gradients.",
        ),
        Mistake(
            "lam_left_out",
            _of_sum(lambda loss, grad_w, grad_b, value, slope, lam, n: (loss + value, grad_w + slope, grad_b)),
            "You add the penalty without lam: multiply its value and its gradient by it.",
        ),
        Mistake(
            "slope_without_lam",
            _of_sum(lambda loss, grad_w, grad_b, value, slope, lam, n: (loss + lam * value, grad_w + slope, grad_b)),
            "In grad_w you forget lam: multiply the penalty's gradient by it.",
        ),
        Mistake(
            "value_without_lam",
            _of_sum(lambda loss, grad_w, grad_b, value, slope, lam, n: (loss + value, grad_w + lam * slope, grad_b)),
            "In the loss you forget lam: multiply the penalty's value by it.",
        ),
        Mistake(
            "minus",
            _of_sum(
                lambda loss, grad_w, grad_b, value, slope, lam, n: (loss - lam * value, grad_w - lam * slope, grad_b)
            ),
            "You subtract the penalty: add it, since the loss is made small and the penalty with it.",
        ),
        Mistake(
            "squares_whatever_the_penalty",
            _of_squares(2),
            "You penalise the sum of squares whatever the penalty: call penalty(w), which returns a value and a gradient.",
        ),
        Mistake(
            "absolute_values_whatever_the_penalty",
            _absolute_values,
            "You penalise the absolute values whatever the penalty: call penalty(w), which returns a value and a gradient.",
        ),
        Mistake(
            "unstable",
            _naive,
            "For large scores your loss is nan or infinite: the logarithm meets a zero. Chapter 2's logistic_loss works on the scores.",
        ),
        *(
            Mistake(
                "epsilon",
                _patched(partial(patch, eps)),
                "A small number inside the logarithm keeps your loss finite but wrong for large scores: chapter 2's logistic_loss "
                "works on the scores.",
            )
            for eps in (1e-15, 1e-12, 1e-10, 1e-8, 1e-7)
            for patch in (_added, _clipped)
        ),
        Mistake(
            "order",
            _of_sum(
                lambda loss, grad_w, grad_b, value, slope, lam, n: (grad_w + lam * slope, grad_b, loss + lam * value)
            ),
            "Return the loss first, then grad_w, then grad_b.",
        ),
    ),
)
