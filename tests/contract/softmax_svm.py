"""Chapter 4: scores and losses."""

import array_api_compat

from tests.contract import Row, zeros


def labels(a, values):
    """Return labels as integers, in the library of the other arguments."""
    y = a(values)
    return array_api_compat.array_namespace(y).astype(y, array_api_compat.array_namespace(y).int64)


def scored(a):
    return {"scores": a([[3, 5, -2], [1, 5, 2], [2, 2, -3], [0, 1, 0]]), "y": labels(a, [0, 1, 2, 1])}


def linear(a):
    return {
        "W": a([[1, -2], [0, 1], [2, 2]]),
        "X": a([[1, 2], [3, 4], [0, 6], [2, 0]]),
        "y": labels(a, [0, 1, 2, 0]),
        "lam": 0.25,
    }


def distributions(a):
    return {"p": a([[1, 0, 0], [0, 1, 0]]), "q": a([[1, 2, 3], [0, 1, 4]])}


WRONG_LABELS = (
    (lambda a: {"y": labels(a, zeros(4, 1))}, "(4, 1) (4, 3)"),
    (lambda a: {"y": labels(a, zeros(3))}, "(3,) (4, 3)"),
    (lambda a: {"y": labels(a, 0)}, "() (4, 3)"),
)
WRONG_MODEL = (
    (lambda a: {"W": a(zeros(3, 4))}, "(3, 4) (4, 2)"),
    (lambda a: {"W": a(zeros(2))}, "(2,) (4, 2)"),
    (lambda a: {"X": a(zeros(2))}, "(3, 2) (2,)"),
    (lambda a: {"y": labels(a, zeros(4, 1))}, "(4, 1) (4, 2)"),
    (lambda a: {"y": labels(a, zeros(3))}, "(3,) (4, 2)"),
    (lambda a: {"lam": a(zeros(2))}, "() (2,)"),
)
WRONG_SCORES = (
    (lambda a: {"scores": a(3)}, "()"),
    (lambda a: {"scores": a(zeros(2, 3, 4))}, "(2, 3, 4)"),
    (lambda a: {"scores": a(zeros(2, 0))}, "(2, 0)"),
)
WRONG_DISTRIBUTIONS = (
    (lambda a: {"q": a(zeros(3))}, "(2, 3) (3,)"),
    (lambda a: {"p": a(zeros(2, 1))}, "(2, 1) (2, 3)"),
    (lambda a: {"p": a(1), "q": a(1)}, "()"),
)

CONTRACT = {
    "add_bias_column": Row(
        "(X)",
        lambda a: {"X": a([[1, 2], [3, 4], [5, 6]])},
        ((3, 3),),
        ((lambda a: {"X": a(zeros(3))}, "(N, D) (3,)"),),
    ),
    "linear_scores": Row(
        "(W, X)",
        lambda a: {"W": a([[1, -2], [0, 1], [2, 2]]), "X": a([[1, 2], [3, 4], [0, 6], [2, 0]])},
        ((4, 3),),
        (
            (lambda a: {"W": a(zeros(2, 3))}, "(2, 3) (4, 2)"),
            (lambda a: {"W": a(zeros(2))}, "(2,) (4, 2)"),
            (lambda a: {"X": a(zeros(2))}, "(3, 2) (2,)"),
        ),
    ),
    "hinge_loss": Row(
        "(scores, y)",
        scored,
        ((4,),),
        (
            *WRONG_LABELS,
            (lambda a: {"scores": a(zeros(4))}, "(4,) (4,)"),
        ),
    ),
    "svm_loss_naive": Row("(W, X, y, lam=0.0)", linear, ((), (3, 2)), WRONG_MODEL),
    "svm_loss": Row("(W, X, y, lam=0.0)", linear, ((), (3, 2)), WRONG_MODEL),
    "softmax": Row("(scores)", lambda a: {"scores": scored(a)["scores"]}, ((4, 3),), WRONG_SCORES),
    "log_softmax": Row("(scores)", lambda a: {"scores": scored(a)["scores"]}, ((4, 3),), WRONG_SCORES),
    "nll_loss": Row(
        "(log_probs, y)",
        lambda a: {"log_probs": scored(a)["scores"], "y": scored(a)["y"]},
        ((4,),),
        (
            *WRONG_LABELS,
            (lambda a: {"log_probs": a(zeros(4))}, "(4,) (4,)"),
        ),
    ),
    "cross_entropy": Row("(p, q)", distributions, ((2,),), WRONG_DISTRIBUTIONS),
    "kl_divergence": Row("(p, q)", distributions, ((2,),), WRONG_DISTRIBUTIONS),
    "softmax_loss": Row("(W, X, y, lam=0.0)", linear, ((), (3, 2)), WRONG_MODEL),
}
