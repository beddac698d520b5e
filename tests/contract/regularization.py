"""Chapter 3."""

import numpy as np

from solutions.backend import as_float
from solutions.regularization import l2_penalty, soft_threshold
from tests.contract import Row, zeros

CONTRACT = {
    "polynomial_features": Row(
        "(x, degree)",
        lambda a: {"x": a([2, -1, 3]), "degree": 4},
        ((3, 4),),
        ((lambda a: {"x": a(zeros(3, 1))}, "(N,) (3, 1)"), (lambda a: {"x": a(2)}, "(N,) ()")),
    ),
    "ngrams": Row("(tokens, n)", lambda a: {"tokens": ["a", "b", "c"], "n": 2}, (list,), own_arrays=True),
    "l2_penalty": Row("(W)", lambda a: {"W": a([[1, -2, 0], [3, 4, -5]])}, ((), (2, 3)), any_shape=True),
    "l1_penalty": Row("(W)", lambda a: {"W": a([[1, -2, 0], [3, 4, -5]])}, ((), (2, 3)), any_shape=True),
    "elastic_net_penalty": Row(
        "(W, beta)",
        lambda a: {"W": a([[1, -2, 0], [3, 4, -5]]), "beta": 0.3},
        ((), (2, 3)),
        ((lambda a: {"beta": a(zeros(3))}, "() (3,)"),),
    ),
    "ridge_regression": Row(
        "(X, y, lam)",
        lambda a: {"X": a([[1, 2], [3, 4], [0, 6], [1, 1]]), "y": a([1, 0, 5, 2]), "lam": 0.3},
        ((2,), ()),
        (
            (lambda a: {"y": a(zeros(4, 1))}, "(4, 1) (4, 2)"),
            (lambda a: {"y": a(zeros(3))}, "(3,) (4, 2)"),
            (lambda a: {"X": a(zeros(4))}, "(4,) (N, D)"),
            (lambda a: {"lam": a(zeros(2))}, "() (2,)"),
        ),
    ),
    "k_fold": Row("(n, k, rng)", lambda a: {"n": 5, "k": 2, "rng": np.random.default_rng(0)}, (list,), own_arrays=True),
    "soft_threshold": Row(
        "(w, t)",
        lambda a: {"w": a([[3, -2, 0], [1, -1, 5]]), "t": 1.5},
        ((2, 3),),
        ((lambda a: {"t": a(zeros(3))}, "() (3,)"), (lambda a: {"t": a(zeros(2, 3))}, "() (2, 3)")),
    ),
    "proximal_gradient_descent": Row(
        "(grad, prox, w0, learning_rate, steps)",
        lambda a: {
            "grad": lambda w: w - as_float(a([4, 8])),
            "prox": soft_threshold,
            "w0": a([2, 4]),
            "learning_rate": 0.5,
            "steps": 3,
        },
        ((4, 2),),
        (
            (lambda a: {"grad": lambda w: a(zeros(2, 1))}, "(2, 1) (2,)"),
            (lambda a: {"grad": lambda w: 1.0}, "() (2,)"),
            (lambda a: {"prox": lambda v, learning_rate: a(zeros(2, 2))}, "(2, 2) (2,)"),
        ),
    ),
    "regularized_logistic_loss": Row(
        "(w, b, X, y, lam, penalty)",
        lambda a: {
            "w": a([1, -2]),
            "b": 3.0,
            "X": a([[1, 2], [3, 4], [0, 6]]),
            "y": a([1, 0, 1]),
            "lam": 0.3,
            "penalty": l2_penalty,
        },
        ((), (2,), ()),
        (
            (lambda a: {"w": a(zeros(3))}, "(3,) (3, 2)"),
            (lambda a: {"y": a(zeros(3, 1))}, "(3, 1) (3,)"),
            (lambda a: {"lam": a(zeros(2))}, "() (2,)"),
            (lambda a: {"penalty": lambda w: (w, w)}, "() (2,)"),
            (lambda a: {"penalty": lambda w: (1.0, a(zeros(2, 1)))}, "(2, 1) (2,)"),
        ),
    ),
    "dropout": Row(
        "(h, rate, rng, training=True)",
        lambda a: {"h": a([[1, 2, 3], [4, 5, 6]]), "rate": 0.5, "rng": np.random.default_rng(0)},
        ((2, 3),),
        ((lambda a: {"rate": a(zeros(2, 3))}, "() (2, 3)"),),
    ),
}
