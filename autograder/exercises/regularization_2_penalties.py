"""Chapter 3: the penalties L2, L1 and elastic net."""

from __future__ import annotations

import numpy as np

from solutions import regularization as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

_MATRIX = array([[1.0, -2.0, 0.5], [0.0, 1.5, -1.0]])
_WHOLE = "whole numbers in may stay whole: the values agree, and no case holds unsigned ones"
_SETTINGS = {
    "worked example": array([3.0, -0.5]),
    "a matrix": _MATRIX,
    "whole numbers": array([2, -3, 1]),
    "float32": array([[1.5, -0.5], [2.0, 0.75], [-1.0, 1.25]], np.float32),
}
_HIDDEN = {
    "a single weight": array([-1.5]),
    "a square matrix": array([[1.0, 2.0], [-0.5, 1.5]]),
    "three axes": np.linspace(-1.4, 1.7, 12).reshape(2, 3, 2),
    "large weights": array([1e3, -2e3, 5e2]),
}


def _weights(rng):
    for shape in ((4,), (3, 2)):
        yield f"random, shape {shape}", rng.normal(size=shape) + 0.3


def _floats(W):
    return W if W.dtype.kind == "f" else W * 1.0


def _loop(value, slope):
    """Return an answer that goes through the entries of W one by one."""

    def answer(W, *beta):
        total, gradient = 0.0, np.zeros(W.shape)
        for i in np.ndindex(W.shape):
            total += value(float(W[i]), *beta)
            gradient[i] = slope(float(W[i]), *beta)
        return total, gradient

    return answer


def _in_lists(value, slope):
    """Return an answer that collects in lists, and returns one."""

    def answer(W, *beta):
        weights = W.ravel().tolist()
        gradient = [slope(w, *beta) for w in weights]
        return [sum(value(w, *beta) for w in weights), np.array(gradient).reshape(W.shape)]

    return answer


def _norm_or_zero(W):
    norm = np.sqrt(np.sum(W**2))
    return norm, W / norm if norm else 0.0 * W


def _in_place_squares(W):
    gradient = 2 * W
    W *= W
    return np.sum(W), gradient


def _in_place_absolute(W):
    gradient = np.sign(W)
    W *= gradient
    return np.sum(W), gradient


l2_penalty = Exercise(
    ref.l2_penalty,
    number="3.3",
    title="The L2 penalty",
    points=1,
    minutes=5,
    difficulty=1,
    returns=("value", "gradient"),
    cases=(
        *(Case(name, (W,)) for name, W in _SETTINGS.items()),
        *(Case(name, (W,), hidden=True) for name, W in _HIDDEN.items()),
        Case("all weights zero", (np.zeros((2, 3)),), hidden=True, weight=0),
    ),
    random_cases=lambda rng: [Case(name, (W,), hidden=True) for name, W in _weights(rng)],
    hints=(
        "The value is one number, the sum of the squares of all weights; the gradient has W's shape.",
        "Each weight stands in one term only, w^2. What is its derivative? There is no factor 1/2 in this course's penalties.",
        "`return np.sum(W**2), 2 * W`.",
    ),
    right=(
        _loop(lambda w: w * w, lambda w: w + w),
        lambda W: (np.vdot(W, W), W + W),
        lambda W: ((np.abs(W) ** 2).sum(axis=-1).sum(), _floats(W) * 2),
        _in_lists(lambda w: w**2, lambda w: 2 * w),
    ),
    equivalent={"W = as_float(W) -> ": _WHOLE},
    mistakes=(
        Mistake(
            "gradient_half",
            lambda W: (np.sum(W**2), W * 1.0 if W.dtype.kind != "f" else W.copy()),
            "Your value is sum(W**2), so its gradient is 2 * W: yours is half that.",
        ),
        Mistake(
            "value_half",
            lambda W: (np.sum(W**2) / 2, 2 * W),
            "Your gradient is right, your value is half of what it should be: this course's penalty has no factor 1/2.",
        ),
        Mistake(
            "half",
            lambda W: (np.sum(W**2) / 2, _floats(W)),
            "You take half of the sum of squares: this course's penalty has no factor 1/2, so its gradient is 2 * W.",
        ),
        Mistake(
            "norm",
            lambda W: (np.linalg.norm(W), 2 * W),
            "Your value is the norm, the root of the sum of squares: leave out the root.",
        ),
        Mistake(
            "norm_and_its_gradient",
            _norm_or_zero,
            "You penalise the norm, the root of the sum of squares: leave out the root, then the gradient is 2 * W.",
        ),
        Mistake(
            "spectral_norm",
            lambda W: (np.linalg.norm(W, 2) ** 2, 2 * W),
            "For a matrix `np.linalg.norm(W, 2)` is no sum over all entries: square each weight, then add up.",
        ),
        *(
            Mistake(
                "matrix_product",
                lambda W, product=product: (product(W), 2 * W),
                "For a matrix, `@` and `np.dot` make a matrix product, not the sum of all squares: use `np.sum(W**2)`.",
            )
            for product in (lambda W: W @ W, lambda W: W.T @ W)
        ),
        Mistake(
            "mean",
            lambda W: (np.mean(W**2), 2 * W / W.size),
            "You take the mean over the weights: add their squares up.",
        ),
        Mistake("value_mean", lambda W: (np.mean(W**2), 2 * W), "Your value is the mean of the squares: add them up."),
        Mistake(
            "gradient_mean",
            lambda W: (np.sum(W**2), 2 * W / W.size),
            "You divide the gradient by the number of weights: the value is a sum, so the gradient is 2 * W.",
        ),
        Mistake(
            "absolute",
            lambda W: (np.sum(abs(W)), np.sign(W)),
            "You add up absolute values: that is the L1 penalty. Square the weights.",
        ),
        Mistake(
            "value_absolute",
            lambda W: (np.sum(abs(W)), 2 * W),
            "Your gradient is right, but your value adds up absolute values: square the weights.",
        ),
        Mistake(
            "gradient_sign",
            lambda W: (np.sum(W**2), np.sign(W)),
            "Your value is right, but your gradient is that of the L1 penalty: the derivative of w^2 is 2 w.",
        ),
        *(
            Mistake(
                "square_of_sum",
                lambda W, slope=slope: (np.sum(W) ** 2, slope(W)),
                "You square the sum of the weights: square each weight, then add up.",
            )
            for slope in (lambda W: 2 * W, lambda W: np.full(W.shape, 2 * np.sum(_floats(W))))
        ),
        *(
            Mistake(
                "first_left_out",
                lambda W, slope=slope: (np.sum(W[1:] ** 2), slope(W)),
                "You leave out the first weights, `W[1:]`: the bias is not in W, so all of W counts.",
            )
            for slope in (lambda W: 2 * W, lambda W: np.concatenate([0 * W[:1], 2 * W[1:]]))
        ),
        Mistake(
            "gradient_squared",
            lambda W: (np.sum(W**2), 2 * W**2),
            "Your gradient still holds the square: the derivative of w^2 is 2 w.",
        ),
        Mistake(
            "one_per_row",
            lambda W: (np.sum(W**2, axis=0), 2 * W),
            "You add up along one axis only: the value is one number for all of W.",
        ),
        *(
            Mistake(
                "gradient_sum",
                lambda W, slope=slope: (np.sum(W**2), slope(W)),
                "Your gradient is one number: each weight has its own derivative, so it has W's shape.",
            )
            for slope in (lambda W: np.sum(2 * W), lambda W: 2.0)
        ),
        Mistake(
            "mutates_input",
            _in_place_squares,
            "Your function writes into W (`*=`), so the caller's weights are gone: compute a new array.",
        ),
    ),
)


l1_penalty = Exercise(
    ref.l1_penalty,
    number="3.4",
    title="The L1 penalty",
    points=1,
    minutes=5,
    difficulty=1,
    returns=("value", "gradient"),
    cases=(
        *(Case(name, (W,)) for name, W in _SETTINGS.items()),
        Case("weights at zero and close to it", (array([0.0, 1.2, -0.7, 0.0, 1e-12]),)),
        *(Case(name, (W,), hidden=True) for name, W in _HIDDEN.items()),
        Case("all weights zero", (np.zeros((2, 3)),), hidden=True, weight=0),
    ),
    random_cases=lambda rng: [Case(name, (W,), hidden=True) for name, W in _weights(rng)],
    hints=(
        "The value is one number, the sum of the absolute values of all weights; the gradient has W's shape.",
        "The slope of |w| is 1 where w is positive and -1 where it is negative. At 0 there is a kink: take 0 there. One NumPy function gives all three.",
        "`return np.sum(np.abs(W)), np.sign(W)`.",
    ),
    right=(
        _loop(abs, lambda w: (w > 0) - (w < 0)),
        lambda W: (
            np.maximum(W, -W).sum(),
            np.where(W > 0, 1, np.where(W < 0, -1, 0)).astype(_floats(W).dtype),
        ),
        lambda W: (np.vdot(W, np.sign(W)), np.sign(_floats(W))),
        _in_lists(abs, lambda w: 0 if w == 0 else w / abs(w)),
    ),
    equivalent={"W = as_float(W) -> ": _WHOLE},
    mistakes=(
        Mistake(
            "squares",
            lambda W: (np.sum(W**2), 2 * W),
            "You add up squares: that is the L2 penalty. Take absolute values.",
        ),
        Mistake(
            "value_squares",
            lambda W: (np.sum(W**2), np.sign(W)),
            "Your gradient is right, but your value adds up squares: take absolute values.",
        ),
        Mistake(
            "norm",
            lambda W: (np.linalg.norm(W), np.sign(W)),
            "`np.linalg.norm(W)` is the root of the sum of squares: add up the absolute values.",
        ),
        Mistake(
            "no_absolute",
            lambda W: (np.sum(W), np.sign(W)),
            "You add up the weights as they are, so positive and negative ones cancel: take their absolute values.",
        ),
        Mistake(
            "absolute_of_sum",
            lambda W: (abs(np.sum(W)), np.sign(W)),
            "You take the absolute value of the sum: take that of each weight, then add up.",
        ),
        Mistake(
            "gradient_ones",
            lambda W: (np.sum(abs(W)), np.ones_like(_floats(W))),
            "Your gradient is 1 everywhere: where a weight is negative, the slope of |w| is -1.",
        ),
        Mistake(
            "gradient_absolute",
            lambda W: (np.sum(abs(W)), abs(_floats(W))),
            "Your gradient holds |w| itself: its slope is the sign of w.",
        ),
        Mistake(
            "gradient_weights",
            lambda W: (np.sum(abs(W)), _floats(W).copy()),
            "Your gradient is W: the slope of |w| is the sign of w, however large w is.",
        ),
        Mistake(
            "gradient_l2",
            lambda W: (np.sum(abs(W)), 2 * W),
            "Your gradient is that of the L2 penalty: the slope of |w| is the sign of w, however large w is.",
        ),
        *(
            Mistake(
                "gradient_sum",
                lambda W, slope=slope: (np.sum(abs(W)), slope(W)),
                "Your gradient is one number: each weight has its own slope, so it has W's shape.",
            )
            for slope in (lambda W: np.sum(np.sign(W)), lambda W: np.sign(np.sum(W)), lambda W: 1.0)
        ),
        *(
            Mistake(
                "epsilon",
                lambda W, size=size, eps=eps: (np.sum(abs(W)), W / size(W, eps)),
                "The small number in your denominator makes the gradient a little wrong: `np.sign` does without one.",
            )
            for eps in (1e-12, 1e-10, 1e-8, 1e-6)
            for size in (lambda W, eps: abs(W) + eps, lambda W, eps: np.sqrt(W**2 + eps))
        ),
        Mistake(
            "sign_at_zero",
            lambda W: (np.sum(abs(W)), np.where(W >= 0, 1.0, -1.0).astype(_floats(W).dtype)),
            "At a weight of exactly 0 your gradient is 1: take 0 there, as np.sign does.",
        ),
        Mistake(
            "sign_at_zero",
            lambda W: (np.sum(abs(W)), np.where(W > 0, 1.0, -1.0).astype(_floats(W).dtype)),
            "At a weight of exactly 0 your gradient is -1: take 0 there, as np.sign does.",
        ),
        Mistake(
            "small_as_zero",
            lambda W: (np.sum(abs(W)), np.where(np.isclose(W, 0), 0, np.sign(W)).astype(_floats(W).dtype)),
            "At a tiny weight your gradient is 0: it is so at exactly 0 only, as np.sign has it.",
        ),
        Mistake(
            "nan_at_zero",
            lambda W: (np.sum(abs(W)), W / abs(W)),
            "At a weight of exactly 0 your gradient is nan, since W / abs(W) divides by zero: use np.sign.",
        ),
        Mistake(
            "mean",
            lambda W: (np.mean(abs(W)), np.sign(_floats(W)) / W.size),
            "You take the mean over the weights: add their absolute values up.",
        ),
        Mistake(
            "value_mean",
            lambda W: (np.mean(abs(W)), np.sign(W)),
            "Your value is the mean of the absolute values: add them up.",
        ),
        Mistake(
            "largest_column",
            lambda W: (np.linalg.norm(W, 1) if W.ndim < 3 else np.max(np.sum(abs(W), axis=0)), np.sign(W)),
            "For a matrix `np.linalg.norm(W, 1)` is the largest column sum: add up all absolute values.",
        ),
        Mistake(
            "one_per_row",
            lambda W: (np.sum(abs(W), axis=0), np.sign(W)),
            "You add up along one axis only: the value is one number for all of W.",
        ),
        Mistake(
            "mutates_input",
            _in_place_absolute,
            "Your function writes into W, so the caller's weights are gone: compute a new array.",
        ),
    ),
)


def _elastic(value, gradient):
    """Return an answer from functions of the weights and beta."""
    return lambda W, beta: (value(_floats(W), beta), gradient(_floats(W), beta))


def _right_value(W, beta):
    return np.sum(beta * W**2 + abs(W))


def _right_gradient(W, beta):
    return 2 * beta * W + np.sign(W)


def _elastic_in_place(W, beta):
    value, sign = _right_value(W, beta), np.sign(W)
    W *= 2 * beta
    W += sign
    return value, W


def _elastic_truncated(W, beta):
    gradient = np.zeros_like(W)
    gradient[...] = _right_gradient(W, beta)
    return _right_value(W, beta), gradient


_BETAS = {"worked example": 0.5, "a matrix": 0.3, "whole numbers": 0.3, "float32": 1.5}

elastic_net_penalty = Exercise(
    ref.elastic_net_penalty,
    number="3.5",
    title="Elastic net",
    points=2,
    minutes=6,
    difficulty=1,
    returns=("value", "gradient"),
    cases=(
        *(Case(name, (W, _BETAS[name])) for name, W in _SETTINGS.items()),
        Case("beta = 1", (array([0.5, -1.5, 2.0]), 1.0)),
        Case("beta = 0", (array([0.5, -1.5, 0.0]), 0.0), hidden=True),
        Case("weights at zero and close to it", (array([0.0, 1.2, -0.7, 0.0, 1e-12]), 0.4), hidden=True),
        *(Case(name, (W, 0.7), hidden=True) for name, W in _HIDDEN.items()),
        Case("all weights zero", (np.zeros((2, 3)), 0.3), hidden=True, weight=0),
    ),
    random_cases=lambda rng: [Case(name, (W, float(rng.uniform(0.2, 1.8))), hidden=True) for name, W in _weights(rng)],
    hints=(
        "Elastic net is the L2 penalty times beta plus the L1 penalty: you have written both.",
        "The value is beta * sum(W^2) + sum(|W|). The gradient of a sum is the sum of the gradients, and beta stays a factor of the first.",
        "`return np.sum(beta * W**2 + np.abs(W)), 2 * beta * W + np.sign(W)`.",
    ),
    right=(
        _loop(lambda w, beta: beta * w * w + abs(w), lambda w, beta: 2 * beta * w + (w > 0) - (w < 0)),
        lambda W, beta: (beta * np.vdot(W, W) + np.linalg.norm(W.ravel(), 1), np.sign(W) + W * (beta + beta)),
        lambda W, beta: (np.sum(abs(W) * (1 + beta * abs(W))), np.sign(W) * (1 + 2 * beta * abs(_floats(W)))),
        _in_lists(lambda w, beta: beta * w**2 + abs(w), lambda w, beta: 2 * beta * w + (w > 0) - (w < 0)),
    ),
    mistakes=(
        Mistake(
            "gradient_half",
            _elastic(_right_value, lambda W, beta: beta * W + np.sign(W)),
            "Your value has beta * sum(W**2), so its gradient has 2 * beta * W: yours is half that.",
        ),
        Mistake(
            "half",
            _elastic(lambda W, beta: np.sum(beta / 2 * W**2 + abs(W)), lambda W, beta: beta * W + np.sign(W)),
            "You take half of the squares: this course's penalty has no factor 1/2.",
        ),
        Mistake(
            "value_half",
            _elastic(lambda W, beta: np.sum(beta / 2 * W**2 + abs(W)), _right_gradient),
            "Your gradient is right, but your value takes half of the squares: this course's penalty has no factor 1/2.",
        ),
        *(
            Mistake(
                "beta_squared",
                _elastic(lambda W, beta: np.sum((beta * W) ** 2 + abs(W)), gradient),
                "You square beta too: it is beta * W**2, not (beta * W)**2.",
            )
            for gradient in (_right_gradient, lambda W, beta: 2 * beta**2 * W + np.sign(W))
        ),
        Mistake(
            "beta_on_the_wrong_term",
            _elastic(lambda W, beta: np.sum(W**2 + beta * abs(W)), lambda W, beta: 2 * W + beta * np.sign(W)),
            "Your beta belongs to the other term: it is beta * W^2 + |W|.",
        ),
        Mistake(
            "beta_on_the_wrong_gradient",
            _elastic(_right_value, lambda W, beta: 2 * W + beta * np.sign(W)),
            "Your value is right, but in your gradient beta belongs to the other term: it is 2 * beta * W + sign(W).",
        ),
        *(
            Mistake(
                "convex_mix",
                _elastic(lambda W, beta: np.sum(beta * W**2 + (1 - beta) * abs(W)), gradient),
                "You weigh the absolute values by 1 - beta: here they count in full, beta * W^2 + |W|.",
            )
            for gradient in (lambda W, beta: 2 * beta * W + (1 - beta) * np.sign(W), _right_gradient)
        ),
        *(
            Mistake(
                "convex_mix_reversed",
                _elastic(
                    lambda W, beta, half=half: np.sum(half * (1 - beta) * W**2 + beta * abs(W)),
                    lambda W, beta, half=half: 2 * half * (1 - beta) * W + beta * np.sign(W),
                ),
                "You weigh the squares by 1 - beta and the absolute values by beta: here it is beta * W^2 + |W|.",
            )
            for half in (1, 0.5)
        ),
        Mistake(
            "gradient_beta_on_both",
            _elastic(_right_value, lambda W, beta: beta * (2 * W + np.sign(W))),
            "Your value is right, but in your gradient beta multiplies both terms: it belongs to the squares only.",
        ),
        Mistake(
            "beta_on_both",
            _elastic(lambda W, beta: beta * np.sum(W**2 + abs(W)), lambda W, beta: beta * (2 * W + np.sign(W))),
            "You multiply both terms by beta: it belongs to the squares only.",
        ),
        Mistake(
            "no_beta",
            _elastic(lambda W, beta: np.sum(W**2 + abs(W)), lambda W, beta: 2 * W + np.sign(W)),
            "You leave out beta: it weighs the squares, beta * W^2 + |W|.",
        ),
        Mistake(
            "value_without_beta",
            _elastic(lambda W, beta: np.sum(W**2 + abs(W)), _right_gradient),
            "Your gradient is right, but in your value beta is missing: it is beta * W^2 + |W|.",
        ),
        Mistake(
            "no_sign",
            _elastic(_right_value, lambda W, beta: 2 * beta * W),
            "Your gradient lacks the slope of the absolute values: add sign(W).",
        ),
        Mistake(
            "no_slope_of_squares",
            _elastic(_right_value, lambda W, beta: np.sign(W)),
            "Your gradient lacks the slope of the squares: add 2 * beta * W.",
        ),
        Mistake(
            "gradient_without_beta",
            _elastic(_right_value, lambda W, beta: 2 * W + np.sign(W)),
            "Your value is right, but in your gradient beta is missing: it is 2 * beta * W + sign(W).",
        ),
        Mistake(
            "norms",
            _elastic(lambda W, beta: beta * np.sqrt(np.sum(W**2)) + np.sum(abs(W)), _right_gradient),
            "Your value has the norm, the root of the sum of squares: leave out the root.",
        ),
        Mistake(
            "norms",
            _elastic(
                lambda W, beta: beta * np.sqrt(np.sum(W**2)) + np.sum(abs(W)),
                lambda W, beta: beta * _norm_or_zero(W)[1] + np.sign(W),
            ),
            "You penalise the norm, the root of the sum of squares: leave out the root.",
        ),
        *(
            Mistake(
                "no_absolute",
                _elastic(lambda W, beta: np.sum(beta * W**2 + W), gradient),
                "You add up the weights as they are, so positive and negative ones cancel: take their absolute values.",
            )
            for gradient in (_right_gradient, lambda W, beta: 2 * beta * W + 1)
        ),
        Mistake(
            "gradient_ones",
            _elastic(_right_value, lambda W, beta: 2 * beta * W + 1),
            "Your gradient adds 1 everywhere: where a weight is negative, the slope of |w| is -1, so add sign(W).",
        ),
        *(
            Mistake(
                "sign_at_zero",
                _elastic(_right_value, lambda W, beta, flag=flag: 2 * beta * W + np.where(flag(W), 1.0, -1.0)),
                "At a weight of exactly 0 the subgradient is 0: np.sign gives it.",
            )
            for flag in (lambda W: W > 0, lambda W: W >= 0)
        ),
        Mistake(
            "nan_at_zero",
            _elastic(_right_value, lambda W, beta: 2 * beta * W + W / abs(W)),
            "At a weight of exactly 0 your gradient is nan, since W / abs(W) divides by zero: use np.sign.",
        ),
        Mistake(
            "minus",
            _elastic(lambda W, beta: np.sum(beta * W**2 - abs(W)), lambda W, beta: 2 * beta * W - np.sign(W)),
            "You subtract the absolute values: add them.",
        ),
        *(
            Mistake(
                "mean",
                _elastic(lambda W, beta: np.mean(beta * W**2 + abs(W)), gradient),
                "You take the mean over the weights: add up.",
            )
            for gradient in (_right_gradient, lambda W, beta: _right_gradient(W, beta) / W.size)
        ),
        Mistake(
            "largest_column",
            lambda W, beta: (beta * np.sum(W**2) + np.linalg.norm(W, 1), _right_gradient(_floats(W), beta)),
            "For a matrix `np.linalg.norm(W, 1)` is the largest column sum: add up all absolute values.",
        ),
        Mistake(
            "square_of_sum",
            _elastic(lambda W, beta: beta * np.sum(W) ** 2 + np.sum(abs(W)), _right_gradient),
            "You square the sum of the weights: square each weight, then add up.",
        ),
        Mistake(
            "absolute_of_sum",
            _elastic(lambda W, beta: beta * np.sum(W**2) + abs(np.sum(W)), _right_gradient),
            "You take the absolute value of the sum: take that of each weight, then add up.",
        ),
        Mistake(
            "value_without_squares",
            _elastic(lambda W, beta: np.sum(abs(W)), _right_gradient),
            "Your gradient is right, but your value lacks the squares: add beta * sum(W**2).",
        ),
        Mistake(
            "value_without_absolute",
            _elastic(lambda W, beta: beta * np.sum(W**2), _right_gradient),
            "Your gradient is right, but your value lacks the absolute values: add sum(|W|).",
        ),
        Mistake(
            "squares_only",
            _elastic(lambda W, beta: beta * np.sum(W**2), lambda W, beta: 2 * beta * W),
            "You penalise the squares only: add the absolute values.",
        ),
        Mistake(
            "truncates",
            _elastic_truncated,
            "For whole weights `np.zeros_like(W)`, or `dtype=W.dtype`, holds whole numbers, so your gradient's fractions are cut off: let NumPy make the array, `2 * beta * W + ...`.",
        ),
        Mistake(
            "mutates_input",
            _elastic_in_place,
            "Your function writes into W, so the caller's weights are gone: compute a new array.",
        ),
    ),
)
