"""Chapter 2: the sigmoid and its logarithm."""

from __future__ import annotations

import math

import numpy as np

from solutions import logistic_regression as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array


def _floats(z):
    z = np.asarray(z)
    return z if z.dtype.kind == "f" else z.astype(float)


def _numbers(rng):
    for shape in ((5,), (2, 1, 3), (3, 4), (1,)):
        yield Case(f"random, of shape {shape}", (3 * rng.normal(size=shape),), hidden=True)


def two_branches(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def _sigmoid_by_place(z):
    z = _floats(z)
    result = np.empty(z.shape, z.dtype)
    for place in np.ndindex(z.shape):
        value = float(z[place])
        result[place] = 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
    return result


def sigmoid_of_size(z):
    small = np.exp(-abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


SCALES = (
    Case("zero", (array([0.0]),)),
    Case("both signs", (array([-2.0, -0.5, 0.0, 0.833, 3.0]),)),
    Case("one number", (0.833,)),
    Case("a matrix", (array([[1.0, -1.0, 2.0], [0.0, 4.0, -3.0]]),)),
    Case("whole numbers", (array([2, -1, 0]),)),
    Case("scores from 5 to 30", (array([-30.0, -11.5, -6.0, 5.5, 11.0, 12.5, 25.0]),)),
    Case("scores of 1000", (array([-1000.0, 1000.0, 1.0]),)),
    Case("float32", (array([-80.0, 80.0, 1.0, -0.5], np.float32),)),
)


def _sigmoid_into_zeros(z):
    z = np.asarray(z)
    result = np.zeros(z.shape)
    result[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    result[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return result


def _clipped_score(bound):
    return Mistake(
        "clipped_score",
        lambda z: 1 / (1 + np.exp(-np.clip(z, -bound, bound))),
        "You cut the scores off (at 10 or so): use every score as it is.",
    )


def _rounded(digits):
    return Mistake(
        "rounded",
        lambda z: np.round(sigmoid_of_size(z), digits),
        "You round the probabilities: return them with all their digits.",
    )


sigmoid = Exercise(
    ref.sigmoid,
    number="2.5",
    title="Sigmoid",
    points=2,
    minutes=8,
    difficulty=1,
    returns=("the probabilities",),
    cases=(
        *SCALES,
        Case("a grid of large scores", (array([[800.0, -800.0], [-40.0, 40.0], [2.0, -720.0]]),), hidden=True),
    ),
    random_cases=_numbers,
    hints=(
        "The formula is 1 / (1 + e^(-z)). NumPy takes e to the power of every entry at once: `np.exp`.",
        "`1 / (1 + np.exp(-z))` is right, though for z = -1000 it warns: e^1000 is too large for a float. There e^z / (1 + e^z) is the same number and stays small.",
        "Take the exponential of negative numbers only: `small = np.exp(-abs(z))`, then `return np.where(z >= 0, 1 / (1 + small), small / (1 + small))`.",
    ),
    right=(
        two_branches,
        _sigmoid_by_place,
        sigmoid_of_size,
        lambda z: 1 / (1 + np.exp(-z)),
        lambda z: 0.5 * (1 + np.tanh(_floats(z) / 2)),
        lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500))),
        _sigmoid_into_zeros,
    ),
    equivalent={
        "z = as_float(z) -> ": "the exponential of whole numbers is a float",
        "xp.where(z > 0,": "both forms are one half at 0",
    },
    mistakes=(
        Mistake(
            "positive_exponent",
            lambda z: 1 / (1 + np.exp(z)),
            "You give 1 - sigmoid(z): the exponent is -z, so that a large score has a probability near 1.",
        ),
        Mistake(
            "overflow",
            lambda z: np.exp(z) / (1 + np.exp(z)),
            "For z = 1000 your function divides infinity by infinity, which is nan: divide numerator and denominator by e^z.",
        ),
        *map(_clipped_score, (5, 6, 10, 20, 30)),
        *map(_rounded, (2, 3, 4)),
        Mistake(
            "never_below_half",
            lambda z: 1 / (1 + np.exp(-abs(z))),
            "Your probability is never below one half: for negative scores use `small / (1 + small)`.",
        ),
        Mistake(
            "never_above_half",
            lambda z: np.exp(-abs(z)) / (1 + np.exp(-abs(z))),
            "Your probability is never above one half: for positive scores use `1 / (1 + small)`.",
        ),
        Mistake(
            "mixed_forms",
            lambda z: np.exp(z) / (1 + np.exp(-z)),
            "You mix the two forms: it is 1 / (1 + e^(-z)), or e^z / (1 + e^z).",
        ),
        Mistake(
            "minus",
            lambda z: 1 / (1 - np.exp(-z)),
            "You subtract e^(-z) from 1: add it.",
        ),
        Mistake(
            "tanh_of_whole_score",
            lambda z: (1 + np.tanh(z)) / 2,
            "You return sigmoid(2 z): with the tanh it is (1 + tanh(z / 2)) / 2.",
        ),
        Mistake(
            "saturated",
            lambda z: np.where(abs(_floats(z)) > 10, _floats(z) > 0, sigmoid_of_size(_floats(z))).astype(
                _floats(z).dtype
            ),
            "You round to 0 and 1 for scores beyond 10 or so: sigmoid(-11) is small, but not 0. Use the formula for every score.",
        ),
        Mistake("exponential", lambda z: np.exp(-z), "You return e^(-z): add 1, then take the inverse."),
        Mistake(
            "no_inverse",
            lambda z: 1 + np.exp(-z),
            "You return 1 + e^(-z): the sigmoid is 1 divided by that, with brackets: `1 / (1 + np.exp(-z))`.",
        ),
        Mistake(
            "tanh",
            lambda z: np.tanh(_floats(z)),
            "You return the tanh, which runs from -1 to 1: the sigmoid runs from 0 to 1.",
        ),
        Mistake(
            "slope",
            lambda z: sigmoid_of_size(z) * (1 - sigmoid_of_size(z)),
            "You return the slope of the sigmoid, sigma (1 - sigma): return sigma itself.",
        ),
        Mistake(
            "softmax",
            lambda z: np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z))),
            "Your probabilities add up to 1 over all entries: the sigmoid looks at each score alone.",
        ),
        Mistake(
            "softmax",
            lambda z: (
                np.exp(z - np.max(z, axis=-1, keepdims=True))
                / np.sum(np.exp(z - np.max(z, axis=-1, keepdims=True)), axis=-1, keepdims=True)
            ),
            "Your probabilities add up to 1 in each row: the sigmoid looks at each score alone.",
        ),
        Mistake(
            "decision",
            lambda z: np.where(_floats(z) > 0, 1.0, 0.0),
            "You return decisions, 0 or 1: return the probability itself.",
        ),
    ),
)


def _log_of(probability):
    return lambda z: np.log(probability(z))


def _with_epsilon(epsilon):
    return Mistake(
        "epsilon",
        lambda z: np.log(sigmoid_of_size(z) + epsilon),
        "A small number inside the log hides the trouble, it does not solve it: at z = -1000 the answer is -1000. Rewrite the formula.",
    )


def _clipped(epsilon):
    sentence = "Keeping the probability away from 0 gives a wrong number: at z = -1000 the answer is -1000. Rewrite the formula."
    below = Mistake("epsilon", lambda z: np.log(np.maximum(sigmoid_of_size(z), epsilon)), sentence)
    both = Mistake("epsilon", lambda z: np.log(np.clip(sigmoid_of_size(z), epsilon, 1 - epsilon)), sentence)
    return below, both


def _clipped_log(bound):
    return Mistake(
        "clipped_score",
        lambda z: -np.log1p(np.exp(-np.clip(z, -bound, bound))),
        "You cut the scores off, so the answer stops at some number: at z = -1000 it is -1000. Use min(z, 0).",
    )


def _softplus(z):
    """Return log(1 + e^-|z|)."""
    return np.log1p(np.exp(-abs(z)))


def _log_into_zeros(z):
    z = np.asarray(z)
    result = np.zeros(z.shape)
    for place in np.ndindex(z.shape):
        value = float(z[place])
        result[place] = min(value, 0.0) - math.log1p(math.exp(-abs(value)))
    return result


EPSILONS = (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-300)

log_sigmoid = Exercise(
    ref.log_sigmoid,
    number="2.6",
    title="Logarithm of the sigmoid",
    points=2,
    minutes=12,
    difficulty=2,
    returns=("the log probabilities",),
    cases=(
        *SCALES,
        Case("a grid of large scores", (array([[800.0, -800.0], [-40.0, 40.0], [2.0, -720.0]]),), hidden=True),
        Case("scores of -30", (array([-30.0, -35.0, 2.0]),), hidden=True),
    ),
    random_cases=_numbers,
    hints=(
        "The log of 1 / (1 + e^(-z)) is -log(1 + e^(-z)). That is fine for z = 1000. What is it for z = -1000?",
        "For negative z write 1 + e^(-z) = e^(-z) (1 + e^z): its log is -z + log(1 + e^z), and nothing grows too large.",
        "Both at once: `np.minimum(z, 0) - np.log1p(np.exp(-abs(z)))`, where log1p(t) is log(1 + t), exact for small t.",
    ),
    right=(
        lambda z: np.minimum(z, 0) - np.log1p(np.exp(-abs(z))),
        lambda z: -np.logaddexp(np.zeros_like(_floats(z)), -_floats(z)),
        lambda z: np.where(z >= 0, -np.log(1 + np.exp(-z)), z - np.log(1 + np.exp(z))),
        _log_into_zeros,
    ),
    equivalent={
        "z = as_float(z) -> ": "the exponential of whole numbers is a float",
        "xp.minimum(0, z)": "the smaller of two numbers does not depend on their order",
    },
    mistakes=(
        Mistake(
            "log_of_zero",
            _log_of(sigmoid_of_size),
            "For z = -1000 your sigmoid is 0, and its log minus infinity: the answer is -1000. Work out the log of the formula first.",
        ),
        Mistake(
            "overflow",
            lambda z: z - np.log(1 + np.exp(z)),
            "For z = 1000 your exponential is infinite, and infinity minus infinity is nan: use this form for negative z only.",
        ),
        *map(_with_epsilon, (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-16, 1e-300)),
        *(mistake for epsilon in EPSILONS for mistake in _clipped(epsilon)),
        *map(_clipped_log, (20, 30, 50, 500, 700)),
        Mistake(
            "infinity_replaced",
            lambda z: np.nan_to_num(np.log(sigmoid_of_size(z))),
            "Replacing minus infinity by another number does not make it right: at z = -1000 the answer is -1000.",
        ),
        Mistake(
            "infinity_replaced",
            lambda z: np.nan_to_num(np.log(sigmoid_of_size(z)), neginf=0.0),
            "Replacing minus infinity by another number does not make it right: at z = -1000 the answer is -1000.",
        ),
        Mistake(
            "max",
            lambda z: np.maximum(z, 0) - _softplus(z),
            "You take the larger of z and 0: take the smaller one, `np.minimum(z, 0)`.",
        ),
        Mistake(
            "plus",
            lambda z: np.minimum(z, 0) + _softplus(z),
            "You add the logarithm: it is subtracted, min(z, 0) - log(1 + e^(-|z|)).",
        ),
        Mistake(
            "positive_exponent",
            lambda z: np.minimum(z, 0) - np.log1p(np.exp(abs(z))),
            "Your exponent is |z|: it is -|z|, which is never positive.",
        ),
        Mistake(
            "no_absolute",
            lambda z: np.minimum(z, 0) - np.logaddexp(0, -_floats(z)),
            "Your exponent is -z, so a negative z counts twice: it is -|z|.",
        ),
        Mistake(
            "no_minimum",
            lambda z: -_softplus(z),
            "You leave out min(z, 0): for negative scores that is the larger part.",
        ),
        Mistake(
            "one_twice",
            lambda z: np.minimum(z, 0) - np.log1p(1 + np.exp(-abs(z))),
            "You add 1 twice: log1p(t) is log(1 + t) already.",
        ),
        Mistake(
            "one_missing",
            lambda z: np.minimum(z, 0) - np.log(np.exp(-abs(z))),
            "The 1 is missing from your logarithm: it is log(1 + e^(-|z|)), `np.log1p(np.exp(-abs(z)))`.",
        ),
        Mistake(
            "exponential_missing",
            lambda z: np.minimum(z, 0) - np.log1p(abs(z)),
            "The exponential is missing: it is `np.log1p(np.exp(-abs(z)))`.",
        ),
        Mistake(
            "smallest_entry",
            lambda z: np.min(z, 0) - _softplus(z),
            "`np.min(z, 0)` finds the smallest entries along axis 0: `np.minimum(z, 0)` compares each entry with 0.",
        ),
        Mistake(
            "smallest_entry",
            lambda z: np.min(z) - _softplus(z),
            "`np.min` finds the smallest entry of all: `np.minimum(z, 0)` compares each entry with 0.",
        ),
        Mistake(
            "negative_limit",
            lambda z: np.where(_floats(z) >= 0, -_softplus(z), _floats(z)),
            "For negative z you return z alone: subtract log(1 + e^z) there, too.",
        ),
        Mistake(
            "negative_limit",
            lambda z: np.where(_floats(z) >= 0, -_softplus(z), _floats(z) + _softplus(z)),
            "For negative z you add log(1 + e^z): subtract it.",
        ),
        Mistake(
            "slope",
            lambda z: 1 - sigmoid_of_size(_floats(z)),
            "You return the slope of the logarithm, 1 - sigmoid(z): return the logarithm itself.",
        ),
        Mistake(
            "softplus",
            lambda z: np.logaddexp(0, _floats(z)),
            "You return log(1 + e^z): it is minus log(1 + e^(-z)).",
        ),
        Mistake(
            "sign",
            lambda z: np.log1p(np.exp(-abs(z))) - np.minimum(z, 0),
            "Your answer has the wrong sign: the log of a probability is never positive.",
        ),
        Mistake(
            "other_class",
            lambda z: np.minimum(-z, 0) - np.log1p(np.exp(-abs(z))),
            "You give the log of sigmoid(-z), the probability of the other class: change the sign of z.",
        ),
        Mistake("no_log", sigmoid_of_size, "You return the sigmoid itself: take its logarithm."),
        Mistake(
            "log10",
            lambda z: (np.minimum(z, 0) - np.log1p(np.exp(-abs(z)))) / np.log(10),
            "You take the logarithm to base 10: take the natural one.",
        ),
        Mistake(
            "log2",
            lambda z: (np.minimum(z, 0) - np.log1p(np.exp(-abs(z)))) / np.log(2),
            "You take the logarithm to base 2: take the natural one.",
        ),
        Mistake(
            "limit_far_out",
            lambda z: np.where(abs(_floats(z)) > 10, np.minimum(z, 0), -np.logaddexp(0, -_floats(z))).astype(
                _floats(z).dtype
            ),
            "You take the limit, min(z, 0), for scores beyond 10 or so, where log(1 + e^(-|z|)) still counts: use the formula for every score.",
        ),
        Mistake(
            "limit_only",
            lambda z: np.minimum(_floats(z), 0),
            "You return the limit for large scores, min(z, 0): near 0 the log(1 + e^(-|z|)) counts, too.",
        ),
    ),
)
