"""Chapter 2: the sigmoid, and the decision."""

from __future__ import annotations

import math

import numpy as np

from solutions import logistic_regression as ref

from ..exercise import Case, Exercise, Mistake

array = np.array


def _floats(z):
    z = np.asarray(z)
    return z if z.dtype.kind == "f" else z.astype(float)


def _numbers(rng):
    for shape in ((5,), (2, 3)):
        yield Case(f"random, of shape {shape}", (3 * rng.normal(size=shape),), hidden=True)


def _two_branches(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def _sigmoid_by_place(z):
    z = _floats(z)
    result = np.empty(z.shape, z.dtype)
    for place in np.ndindex(z.shape):
        value = float(z[place])
        result[place] = 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
    return result


def _sigmoid_of_size(z):
    small = np.exp(-abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


SCALES = (
    Case("zero", (array([0.0]),)),
    Case("both signs", (array([-2.0, -0.5, 0.0, 0.833, 3.0]),)),
    Case("one number", (0.833,)),
    Case("a matrix", (array([[1.0, -1.0, 2.0], [0.0, 4.0, -3.0]]),)),
    Case("whole numbers", (array([2, -1, 0]),)),
    Case("scores of 1000", (array([-1000.0, 1000.0, 1.0]),)),
    Case("float32", (array([-80.0, 80.0, 1.0, -0.5], np.float32),)),
)

sigmoid = Exercise(
    ref.sigmoid,
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
        _two_branches,
        _sigmoid_by_place,
        _sigmoid_of_size,
        lambda z: 1 / (1 + np.exp(-z)),
        lambda z: 0.5 * (1 + np.tanh(_floats(z) / 2)),
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
        Mistake(
            "clipped_score",
            lambda z: 1 / (1 + np.exp(-np.clip(z, -10, 10))),
            "You cut the scores off (at 10 or so): use every score as it is.",
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
            lambda z: _sigmoid_of_size(z) * (1 - _sigmoid_of_size(z)),
            "You return the slope of the sigmoid, sigma (1 - sigma): return sigma itself.",
        ),
        Mistake(
            "softmax",
            lambda z: np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z))),
            "Your probabilities add up to 1 over all entries: the sigmoid looks at each score alone.",
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
        lambda z: np.log(_sigmoid_of_size(z) + epsilon),
        "A small number inside the log hides the trouble, it does not solve it: at z = -1000 the answer is -1000. Rewrite the formula.",
    )


def _clipped(epsilon):
    return Mistake(
        "epsilon",
        lambda z: np.log(np.maximum(_sigmoid_of_size(z), epsilon)),
        "Keeping the probability away from 0 gives a wrong number: at z = -1000 the answer is -1000. Rewrite the formula.",
    )


log_sigmoid = Exercise(
    ref.log_sigmoid,
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
    ),
    equivalent={
        "z = as_float(z) -> ": "the exponential of whole numbers is a float",
        "xp.minimum(0, z)": "the smaller of two numbers does not depend on their order",
    },
    mistakes=(
        Mistake(
            "log_of_zero",
            _log_of(_sigmoid_of_size),
            "For z = -1000 your sigmoid is 0, and its log minus infinity: the answer is -1000. Work out the log of the formula first.",
        ),
        Mistake(
            "overflow",
            lambda z: z - np.log(1 + np.exp(z)),
            "For z = 1000 your exponential is infinite, and infinity minus infinity is nan: use this form for negative z only.",
        ),
        *map(_with_epsilon, (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-16, 1e-300)),
        *map(_clipped, (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-300)),
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
        Mistake("no_log", _sigmoid_of_size, "You return the sigmoid itself: take its logarithm."),
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
            "limit_only",
            lambda z: np.minimum(_floats(z), 0),
            "You return the limit for large scores, min(z, 0): near 0 the log(1 + e^(-|z|)) counts, too.",
        ),
    ),
)


def _models(rng):
    for n, d in ((1, 4), (6, 3)):
        args = (rng.normal(size=d), rng.normal() + 1, rng.normal(size=(n, d)))
        yield Case(f"random, N={n}, D={d}", args, hidden=True)


def _proba_loop(w, b, X):
    scores = [sum(x_j * w_j for x_j, w_j in zip(row, w, strict=True)) + b for row in X]
    return _sigmoid_of_size(np.asarray(scores, X.dtype if X.dtype.kind == "f" else float))


def _of_score(answer):
    """Return an answer that makes something else of the right scores."""
    return lambda w, b, X: answer(X @ w + b)


MODELS = (
    Case("three examples", (array([1.0, -2.0]), 0.5, array([[3.0, 1.0], [1.0, 2.0], [0.0, 0.0]]))),
    Case("two examples, three features", (array([0.5, 1.0, -1.0]), -1.0, array([[2.0, 1.0, 0.5], [1.0, 0.0, 2.0]]))),
    Case("as many examples as features", (array([1.0, -3.0]), 2.0, array([[1.0, 4.0], [0.5, -1.0]])), hidden=True),
    Case("whole numbers", (array([1, -2]), 1, array([[3, 1], [1, 4], [5, 2]]))),
    Case(
        "float32",
        (array([1.0, 2.0], np.float32), 0.5, array([[-81.0, 0.25], [40.0, 19.75], [1.0, 0.5]], np.float32)),
    ),
    Case("scores of 1000", (array([1.0, 10.0]), 0.0, array([[0.0, 100.0], [-1000.0, 0.0], [1.0, 0.0]]))),
)

predict_proba = Exercise(
    ref.predict_proba,
    points=1,
    minutes=5,
    difficulty=1,
    returns=("the probabilities",),
    cases=(
        Case(
            "worked example", (array([2.5, -5.0, -1.2, 0.5, 2.0, 0.7]), 0.1, array([[3.0, 2.0, 1.0, 3.0, 0.0, 4.19]]))
        ),
        *MODELS,
    ),
    random_cases=_models,
    hints=(
        "First the scores: the dot product of w and each row of X, plus b. What squashes a score into a probability?",
        "`X @ w` takes all N dot products at once and has the shape (N,).",
        "`return sigmoid(X @ w + b)`, with the sigmoid that you wrote.",
    ),
    right=(
        _proba_loop,
        _of_score(_sigmoid_of_size),
        _of_score(_two_branches),
        lambda w, b, X: 1 / (1 + np.exp(-(np.einsum("nd,d->n", X, w) + b))),
    ),
    mistakes=(
        Mistake("no_sigmoid", _of_score(lambda z: z), "You return the scores: squash them with the sigmoid."),
        Mistake("no_bias", lambda w, b, X: _sigmoid_of_size(X @ w), "You leave out the bias: the score is X w + b."),
        Mistake(
            "minus_bias", lambda w, b, X: _sigmoid_of_size(X @ w - b), "You take the bias off: the score is X w + b."
        ),
        Mistake(
            "bias_outside",
            lambda w, b, X: _sigmoid_of_size(X @ w) + b,
            "You add the bias to the probability: it belongs to the score, inside of the sigmoid.",
        ),
        Mistake(
            "other_class",
            _of_score(lambda z: _sigmoid_of_size(-z)),
            "You return the probability of class 0: return that of class 1, sigmoid of +z.",
        ),
        Mistake(
            "overflow",
            _of_score(lambda z: np.exp(z) / (1 + np.exp(z))),
            "For large scores your function divides infinity by infinity, which is nan: take the sigmoid of the exercise before.",
        ),
        Mistake(
            "decision",
            _of_score(lambda z: (z > 0) * 1.0),
            "You return decisions, 0 or 1: return the probabilities themselves.",
        ),
        Mistake(
            "softmax",
            _of_score(lambda z: np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z)))),
            "Your probabilities add up to 1 over the examples: each example has a probability of its own.",
        ),
        Mistake(
            "column",
            _of_score(lambda z: _sigmoid_of_size(z)[:, None]),
            "Your probabilities have the shape (N, 1): (N,) is asked for. Is w a column?",
        ),
        Mistake(
            "not_summed",
            lambda w, b, X: _sigmoid_of_size(X * w + b),
            "You multiply entry by entry without adding up: the score is the dot product `X @ w`, one number per example.",
        ),
    ),
)


def _decisions(rng):
    for n, d in ((6, 3), (4, 5)):
        w, b, X = rng.normal(size=d), rng.normal(), rng.normal(size=(n, d))
        X[:2] = 2 * np.outer([1, -1], w) / (w @ w) * (1 + abs(b))  # one example of each class
        yield Case(f"random, N={n}, D={d}", (w, b, X), hidden=True)


predict = Exercise(
    ref.predict,
    points=1,
    minutes=4,
    difficulty=1,
    returns=("the labels",),
    cases=(
        *MODELS,
        Case(
            "exactly on the boundary",
            (array([1.0, -2.0]), 0.5, array([[1.5, 1.0], [2.0, 1.0], [-0.5, 0.0], [0.0, 1.0]])),
        ),
        Case(
            "a probability of more than one half",
            (array([1.0, 1.0]), -1.0, array([[0.75, 0.5], [1.5, 0.25], [0.5, 0.25]])),
        ),
        Case("all on the boundary", (array([1.0, 1.0]), 0.0, array([[1.0, -1.0], [0.0, 0.0]])), hidden=True, weight=0),
    ),
    random_cases=_decisions,
    hints=(
        "Class 1 is where the probability is above one half. Which scores are those?",
        "The sigmoid is above one half where its score is above 0: compare the scores `X @ w + b` with 0. At exactly 0 the answer is class 0.",
        "`return (X @ w + b > 0).astype(int)`: astype makes True into 1 and False into 0.",
    ),
    right=(
        _of_score(lambda z: (z > 0).astype(int)),
        _of_score(lambda z: (_two_branches(z) > 0.5).astype(int)),
        _of_score(lambda z: np.where(z <= 0, 0, 1)),
        _of_score(lambda z: np.array([1 if score > 0 else 0 for score in z])),
    ),
    mistakes=(
        Mistake(
            "ties",
            _of_score(lambda z: (z >= 0).astype(int)),
            "On the boundary, where the score is exactly 0, the answer is class 0: use > and not >=.",
        ),
        Mistake(
            "score_against_half",
            _of_score(lambda z: (z > 0.5).astype(int)),
            "You compare the score with one half: one half is for probabilities, scores are compared with 0.",
        ),
        Mistake(
            "probability_against_zero",
            _of_score(lambda z: (_sigmoid_of_size(z) > 0).astype(int)),
            "You compare the probability with 0: compare it with one half, or the score with 0.",
        ),
        Mistake("no_bias", lambda w, b, X: (X @ w > 0).astype(int), "You leave out the bias: the score is X w + b."),
        Mistake(
            "minus_bias", lambda w, b, X: (X @ w - b > 0).astype(int), "You take the bias off: the score is X w + b."
        ),
        Mistake(
            "classes_swapped",
            _of_score(lambda z: (z < 0).astype(int)),
            "Your classes are the wrong way round: class 1 is where the score is positive.",
        ),
        Mistake(
            "signs",
            _of_score(lambda z: np.where(z > 0, 1, -1)),
            "Your classes are -1 and 1: the labels of this course are 0 and 1.",
        ),
        Mistake(
            "probabilities", _of_score(_sigmoid_of_size), "You return the probabilities: return the classes, 0 or 1."
        ),
        Mistake(
            "bool",
            _of_score(lambda z: z > 0),
            "Your answer holds True and False: make them 1 and 0, with `.astype(int)`.",
        ),
        Mistake(
            "floats",
            _of_score(lambda z: np.round(_sigmoid_of_size(z))),
            "Your labels are floats: make them whole numbers, with `.astype(int)`.",
        ),
        Mistake(
            "column",
            _of_score(lambda z: (z > 0).astype(int)[:, None]),
            "Your labels have the shape (N, 1): (N,) is asked for.",
        ),
    ),
)
