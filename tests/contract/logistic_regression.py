"""Chapter 2."""

import numpy as np

from tests.contract import Integers, Row, zeros

TOKENS = ["We", "love", "St.", "Ives", "!"]


def model(a):
    return {"w": a([1, -2]), "b": 3.0, "X": a([[1, 2], [3, 4], [0, 6]])}


def labels(a):
    return {"y_hat": a([1, 0, 1, 1]), "y": a([1, 1, 0, 1])}


WRONG_MODEL = (
    (lambda a: {"w": a(zeros(3))}, "(3,) (3, 2)"),
    (lambda a: {"w": a(zeros(2, 1))}, "(2, 1) (3, 2)"),
    (lambda a: {"X": a(zeros(2))}, "(2,) (2,)"),
    (lambda a: {"w": a(0), "X": a(zeros(3))}, "() (3,)"),
    (lambda a: {"b": a(zeros(3))}, "() (3,)"),
)
WRONG_LABELS = (
    (lambda a: {"y": a(zeros(4, 1))}, "(4,) (4, 1)"),
    (lambda a: {"y_hat": a(zeros(1))}, "(1,) (4,)"),
)

CONTRACT = {
    "naive_bayes_fit": Row(
        "(X, y, alpha=1.0)",
        lambda a: {"X": a([[2, 0, 1], [0, 3, 1], [1, 1, 0], [4, 0, 2]]), "y": a([1, 0, 0, 1]), "alpha": 0.5},
        ((2,), (2, 3)),
        (
            (lambda a: {"y": a(zeros(4, 1))}, "(4, 1) (4, 3)"),
            (lambda a: {"y": a(zeros(3))}, "(3,) (4, 3)"),
            (lambda a: {"X": a(zeros(4))}, "(4,) (N, D)"),
        ),
    ),
    "naive_bayes_predict": Row(
        "(log_prior, log_likelihood, X)",
        lambda a: {
            "log_prior": a([-1, -2]),
            "log_likelihood": a([[-3, -1, -2], [-1, -4, -2]]),
            "X": a([[0, 1, 0], [2, 0, 1], [0, 0, 0], [1, 0, 5]]),
        },
        (Integers((4,)),),
        (
            (lambda a: {"X": a(zeros(4, 2))}, "(2, 3) (4, 2)"),
            (lambda a: {"X": a(zeros(3))}, "(2, 3) (3,)"),
            (lambda a: {"log_prior": a(zeros(2, 1))}, "(2, 1) (2, 3)"),
            (lambda a: {"log_likelihood": a(zeros(3, 2))}, "(3, 2) (4, 3)"),
        ),
    ),
    "sentiment_features": Row(
        "(tokens, positive, negative)",
        lambda a: {"tokens": TOKENS, "positive": {"love"}, "negative": {"hate"}},
        ((6,),),
        own_arrays=True,
    ),
    "period_features": Row(
        "(tokens, i, abbreviations)",
        lambda a: {"tokens": TOKENS, "i": 2, "abbreviations": {"st."}},
        ((3,),),
        own_arrays=True,
    ),
    "sigmoid": Row("(z)", lambda a: {"z": a([[-1, 0, 2], [60, -60, 1]])}, ((2, 3),), any_shape=True),
    "log_sigmoid": Row("(z)", lambda a: {"z": a([[-1, 0, 2], [60, -60, 1]])}, ((2, 3),), any_shape=True),
    "predict_proba": Row("(w, b, X)", model, ((3,),), WRONG_MODEL),
    "predict": Row("(w, b, X)", model, (Integers((3,)),), WRONG_MODEL),
    "bernoulli_log_likelihood": Row(
        "(p, outcomes)",
        lambda a: {"p": 0.75, "outcomes": a([1, 1, 1, 0])},
        ((),),
        ((lambda a: {"outcomes": a(zeros(4, 1))}, "(N,) (4, 1)"), (lambda a: {"outcomes": a(1)}, "(N,) ()")),
    ),
    "binary_cross_entropy": Row("(y_hat, y)", labels, ((4,),), WRONG_LABELS),
    "logistic_loss": Row(
        "(w, b, X, y)",
        lambda a: model(a) | {"y": a([1, 0, 1])},
        ((), (2,), ()),
        (
            *WRONG_MODEL,
            (lambda a: {"y": a(zeros(3, 1))}, "(3, 1) (3,)"),
            (lambda a: {"y": a(zeros(1))}, "(1,) (3,)"),
        ),
    ),
    "train_logistic_regression": Row(
        "(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0)",
        lambda a: {
            "X": a([[1, 2], [3, 1], [0, 2], [1, 1], [2, 2]]),
            "y": a([1, 0, 1, 1, 0]),
            "learning_rate": 0.5,
            "batch_size": 2,
            "epochs": 3,
            "rng": np.random.default_rng(0),
            "tol": 0.001,
        },
        ((2,), (), (9,)),
        (
            (lambda a: {"y": a(zeros(5, 1))}, "(5, 1) (5, 2)"),
            (lambda a: {"y": a(zeros(4))}, "(4,) (5, 2)"),
            (lambda a: {"X": a(zeros(5))}, "(5,) (N, D)"),
        ),
    ),
    "accuracy": Row("(y_hat, y)", labels, (float,), WRONG_LABELS),
    "precision_recall_f1": Row("(y_hat, y)", labels, (float, float, float), WRONG_LABELS),
}
