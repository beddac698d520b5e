"""Chapter 2: probabilities, and the decision."""

from __future__ import annotations

import numpy as np

from solutions import logistic_regression as ref

from ..checking.exercise import Case, Exercise, Mistake
from .logistic_regression_3_sigmoid import sigmoid_of_size, two_branches

array = np.array


def _models(rng):
    for n, d in ((1, 4), (6, 3), (3, 2), (8, 5)):
        args = (rng.normal(size=d), rng.normal() + 1, rng.normal(size=(n, d)))
        yield Case(f"random, N={n}, D={d}", args, hidden=True)


def _proba_loop(w, b, X):
    scores = [sum(x_j * w_j for x_j, w_j in zip(row, w, strict=True)) + b for row in X]
    return sigmoid_of_size(np.asarray(scores, X.dtype if X.dtype.kind == "f" else float))


def _truncated(w, b, X):
    scores = np.zeros_like(X[:, 0])
    for i in range(len(X)):
        scores[i] = X[i] @ w + b
    return scores


_CUT = "Your scores are cut to whole numbers (`zeros_like` of whole-number data keeps its dtype): collect them in an array of floats."


def _into_zeros(w, b, X):
    """Return the scores, found one by one."""
    scores = np.zeros(len(X))
    for i in range(len(X)):
        for j in range(len(w)):
            scores[i] += w[j] * X[i, j]
        scores[i] += b
    return scores


def _other_scores(scores, sentence, id_):
    """Return a known mistake of each exercise: right, but for other scores."""
    return (
        Mistake(id_, lambda w, b, X: sigmoid_of_size(scores(w, b, X)), sentence),
        Mistake(id_, lambda w, b, X: (scores(w, b, X) > 0).astype(int), sentence),
    )


_SCORES = tuple(
    zip(
        _other_scores(lambda w, b, X: X @ w, "You leave out the bias: the score is X w + b.", "no_bias"),
        _other_scores(lambda w, b, X: X @ w - b, "You subtract the bias: the score is X w + b.", "minus_bias"),
        _other_scores(
            lambda w, b, X: X @ w * b, "You multiply by the bias: add it, the score is X w + b.", "bias_multiplied"
        ),
        _other_scores(
            lambda w, b, X: X @ w + b * len(w),
            "You add the bias once for each feature: add it once to each score, after the sum.",
            "bias_for_each_feature",
        ),
        _other_scores(
            lambda w, b, X: (X + b) @ w,
            "You add the bias to the features: add it to the score, after the product X w.",
            "bias_in_features",
        ),
        _other_scores(
            lambda w, b, X: X @ w / len(w) + b,
            "You average over the features: the score is their weighted sum, `X @ w`.",
            "mean_of_features",
        ),
        _other_scores(
            lambda w, b, X: X.T @ w + b,
            "You multiply w by the columns of X: each row of X is an example, so take `X @ w`.",
            "columns",
        ),
        _other_scores(
            lambda w, b, X: np.cumsum(X @ w) + b,
            "Each of your scores has those of the examples before in it: start from 0 for each example.",
            "carried_over",
        ),
        _other_scores(
            lambda w, b, X: X[:, :-1] @ w[:-1] + b,
            "Your scores leave out the last feature.",
            "last_feature_missing",
        ),
        strict=True,
    )
)


def _of_score(answer):
    """Return an answer that makes something else of the right scores."""
    return lambda w, b, X: answer(X @ w + b)


MODELS = (
    Case("three examples", (array([1.0, -2.0]), 0.5, array([[3.0, 1.0], [1.0, 2.0], [0.0, 0.0]]))),
    Case("two examples, three features", (array([0.5, 1.0, -1.0]), -1.0, array([[2.0, 1.0, 0.5], [1.0, 0.0, 2.0]]))),
    Case("as many examples as features", (array([1.0, -3.0]), 2.0, array([[1.0, 4.0], [0.5, -1.0]])), hidden=True),
    Case("a bias of 1.5", (array([1.0, -2.0]), 1.5, array([[3.0, 1.0], [1.0, 1.0], [1.0, 4.0]]))),
    Case("whole numbers as weights", (array([1, -2]), 1.5, array([[3, 1], [1, 4], [5, 2]])), courtesy=True),
    Case("whole numbers as features", (array([1.5, -0.75]), 0.1, array([[1, 1], [8, -1], [-7, 1], [0, 1], [15, 3]]))),
    Case(
        "float32",
        (array([1.0, 2.0], np.float32), 0.5, array([[-81.0, 0.25], [40.0, 19.75], [1.0, 0.5]], np.float32)),
    ),
    Case("scores of 1000", (array([1.0, 10.0]), 0.0, array([[0.0, 100.0], [-1000.0, 0.0], [1.0, 0.0]]))),
)

predict_proba = Exercise(
    ref.predict_proba,
    number="2.7",
    title="Probabilities",
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
        _of_score(sigmoid_of_size),
        _of_score(two_branches),
        lambda w, b, X: 1 / (1 + np.exp(-(np.einsum("nd,d->n", X, w) + b))),
        lambda w, b, X: two_branches(_into_zeros(w, b, X)),
        lambda w, b, X: [float(sigmoid_of_size(float(score))) for score in w @ X.T + b],
    ),
    mistakes=(
        Mistake("truncates", lambda w, b, X: sigmoid_of_size(_truncated(w, b, X)), _CUT),
        Mistake("no_sigmoid", _of_score(lambda z: z), "You return the scores: squash them with the sigmoid."),
        *_SCORES[0],
        Mistake(
            "bias_outside",
            lambda w, b, X: sigmoid_of_size(X @ w) + b,
            "You add the bias to the probability: it belongs to the score, inside the sigmoid.",
        ),
        Mistake(
            "other_class",
            _of_score(lambda z: sigmoid_of_size(-z)),
            "You return the probability of class 0: return that of class 1, sigmoid of +z.",
        ),
        Mistake(
            "overflow",
            _of_score(lambda z: np.exp(z) / (1 + np.exp(z))),
            "For large scores your function divides infinity by infinity, which is nan: take the sigmoid of the exercise before.",
        ),
        Mistake(
            "both_classes",
            _of_score(lambda z: np.stack([sigmoid_of_size(-z), sigmoid_of_size(z)], axis=1)),
            "You return the probabilities of both classes: return that of class 1 alone, of shape (N,).",
        ),
        Mistake(
            "sigmoid_twice",
            _of_score(lambda z: sigmoid_of_size(sigmoid_of_size(z))),
            "You apply the sigmoid twice: once is enough.",
        ),
        Mistake(
            "logarithm",
            _of_score(lambda z: np.minimum(z, 0) - np.log1p(np.exp(-abs(z)))),
            "You return the logarithm of the probability: take `sigmoid`, not `log_sigmoid`.",
        ),
        Mistake(
            "tanh",
            _of_score(np.tanh),
            "You return the tanh of the score, which may be negative: take the sigmoid.",
        ),
        Mistake(
            "never_below_half",
            _of_score(lambda z: 1 / (1 + np.exp(-abs(z)))),
            "Your probability is never below one half: the exponent is -z for every score, not -|z|.",
        ),
        Mistake(
            "rounded",
            _of_score(lambda z: np.round(sigmoid_of_size(z), 3)),
            "You round the probabilities: return them with all their digits.",
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
            _of_score(lambda z: sigmoid_of_size(z)[:, None]),
            "Your probabilities have the shape (N, 1): (N,) is asked for. Is w a column?",
        ),
        Mistake(
            "not_summed",
            lambda w, b, X: sigmoid_of_size(X * w + b),
            "You multiply entry by entry without adding up: the score is the dot product `X @ w`, one number per example.",
        ),
    ),
)


def _decisions(rng):
    for n, d in ((6, 3), (4, 5), (9, 2), (7, 4)):
        w, b, X = rng.normal(size=d), rng.normal(), rng.normal(size=(n, d))
        X[:2] = 2 * np.outer([1, -1], w) / (w @ w) * (1 + abs(b))  # one example of each class
        yield Case(f"random, N={n}, D={d}", (w, b, X), hidden=True)


predict = Exercise(
    ref.predict,
    number="2.8",
    title="Labels",
    points=1,
    minutes=4,
    difficulty=1,
    returns=("the labels",),
    cases=(
        *MODELS,
        Case(
            "exactly on the boundary",
            (array([1.0, -2.0]), 0.5, array([[1.5, 1.0], [2.0, 1.0], [-0.5, 0.0], [0.0, 1.0], [0.5, 0.0]])),
        ),
        Case(
            "a probability of more than one half",
            (array([1.0, 1.0]), -1.0, array([[0.75, 0.5], [1.5, 0.25], [0.5, 0.25]])),
        ),
        Case("scores close to 0", (array([1.0]), 0.0, array([[1e-20], [-1e-20]]))),
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
        _of_score(lambda z: np.heaviside(z, 0).astype(int)),
        _of_score(lambda z: np.where(z <= 0, 0, 1)),
        _of_score(lambda z: np.array([1 if score > 0 else 0 for score in z])),
        _of_score(lambda z: [int(score > 0) for score in z.tolist()]),
        lambda w, b, X: np.ceil(np.clip(_into_zeros(w, b, X), 0, 1)),
    ),
    mistakes=(
        Mistake(
            "ties",
            _of_score(lambda z: (z >= 0).astype(int)),
            "On the boundary, where the score is exactly 0, the answer is class 0: use > and not >=.",
        ),
        Mistake(
            "probability_against_half",
            _of_score(lambda z: (sigmoid_of_size(z) > 0.5).astype(int)),
            "You compare the probability with one half: sigmoid(1e-20) is rounded to exactly one half, so compare the score with 0.",
        ),
        Mistake(
            "probability_against_half",
            _of_score(lambda z: (sigmoid_of_size(z) >= 0.5).astype(int)),
            "You ask for a probability of at least one half: on the boundary the answer is class 0, so compare the score "
            "with 0, `>`.",
        ),
        Mistake(
            "score_against_one",
            _of_score(lambda z: (z > 1).astype(int)),
            "You compare the score with 1: class 1 begins above the score 0.",
        ),
        Mistake(
            "score_against_half",
            _of_score(lambda z: (z > 0.5).astype(int)),
            "Scores between 0 and one half are class 1, too: do you compare the score with one half, which is for "
            "probabilities, or round it? Compare the score itself with 0.",
        ),
        Mistake(
            "score_cut",
            _of_score(lambda z: (z.astype(int) > 0).astype(int)),
            "Scores between 0 and 1 are class 1, too: do you cut the score to a whole number, or ask for at least 1? "
            "Compare the score itself with 0.",
        ),
        Mistake(
            "score_cut",
            _of_score(lambda z: (z.astype(int) >= 0).astype(int)),
            "Scores between -1 and 0 are class 0, too: `int(-0.5)` is 0. Compare the score itself with 0, `>`.",
        ),
        Mistake(
            "probability_against_zero",
            _of_score(lambda z: (sigmoid_of_size(z) > 0).astype(int)),
            "You compare the probability with 0: every probability is above 0, so compare the score with it.",
        ),
        Mistake("truncates", lambda w, b, X: (_truncated(w, b, X) > 0).astype(int), _CUT),
        # A mean over the features gives the same labels as a bias for each feature.
        *(mistake for mistake in _SCORES[1] if mistake.id != "mean_of_features"),
        Mistake(
            "classes_swapped",
            _of_score(lambda z: (z < 0).astype(int)),
            "Your classes are the wrong way round: class 1 is where the score is positive.",
        ),
        Mistake(
            "classes_swapped",
            _of_score(lambda z: (sigmoid_of_size(-z) > 0.5).astype(int)),
            "Your classes are the wrong way round: class 1 is where the score is positive.",
        ),
        Mistake(
            "classes_swapped",
            _of_score(lambda z: (z <= 0).astype(int)),
            "Your classes are the wrong way round: class 1 is where the score is positive.",
        ),
        Mistake(
            "signs",
            _of_score(lambda z: np.where(z > 0, 1, -1)),
            "Your classes are -1 and 1: the labels of this course are 0 and 1.",
        ),
        Mistake(
            "signs",
            _of_score(np.sign),
            "You return the signs of the scores, -1, 0 and 1: the labels are 0 and 1.",
        ),
        Mistake(
            "half_on_boundary",
            _of_score(lambda z: (np.sign(z) + 1) / 2),
            "On the boundary your label is one half: there it is 0.",
        ),
        Mistake(
            "row_numbers",
            _of_score(lambda z: np.flatnonzero(z > 0)),
            "You return the row numbers of class 1: return one label for each row, 0 or 1.",
        ),
        Mistake(
            "only_ones",
            _of_score(lambda z: np.ones(int(np.sum(z > 0)))),
            "You collect a label for class 1 alone: append a 0 for every other example.",
        ),
        Mistake(
            "first_label",
            _of_score(lambda z: int(z[0] > 0)),
            "You return the label of the first example alone: is your `return` inside the loop?",
        ),
        Mistake(
            "one_label",
            _of_score(np.argmax),
            "You return the row of the largest score: return one label for each row.",
        ),
        Mistake(
            "cut_probabilities",
            _of_score(lambda z: sigmoid_of_size(z).astype(int)),
            "`astype(int)` cuts every probability below 1 to 0: compare first, then make whole numbers.",
        ),
        Mistake(
            "scores",
            _of_score(lambda z: z),
            "You return the scores: return the classes, 1 where the score is above 0.",
        ),
        Mistake(
            "clipped_scores",
            _of_score(lambda z: np.clip(z, 0, 1)),
            "You cut the scores off at 0 and 1: compare them with 0, which makes labels.",
        ),
        Mistake(
            "probabilities", _of_score(sigmoid_of_size), "You return the probabilities: return the classes, 0 or 1."
        ),
        Mistake(
            "bool",
            _of_score(lambda z: z > 0),
            "Your answer holds True and False: make them 1 and 0, with `.astype(int)`.",
            craft=True,
        ),
        Mistake(
            "floats",
            _of_score(lambda z: (z > 0) * 1.0),
            "Your labels are floats: make them whole numbers, with `.astype(int)`.",
            craft=True,
        ),
        Mistake(
            "column",
            _of_score(lambda z: (z > 0).astype(int)[:, None]),
            "Your labels have the shape (N, 1): (N,) is asked for.",
        ),
    ),
)
