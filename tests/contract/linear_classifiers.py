"""Chapter 4: why softmax, training, and what becomes of the scores."""

import numpy as np

from solutions.softmax_svm import softmax_loss
from tests.contract import Integers, Row, zeros
from tests.contract.softmax_svm import labels

CONTRACT = {
    "loss_bases": Row("(z)", lambda a: {"z": a([[-1, 0, 2], [60, -60, 1]])}, ((2, 3),) * 3, any_shape=True),
    "logistic_chain": Row(
        "(w, x)",
        lambda a: {"w": a([1, -2]), "x": a([3, 1])},
        ((), (), (), (), (), (2,)),
        (
            (lambda a: {"x": a(zeros(3))}, "(2,) (3,)"),
            (lambda a: {"w": a(zeros(1, 2)), "x": a(zeros(1, 2))}, "(1, 2)"),
            (lambda a: {"w": a(1), "x": a(1)}, "()"),
        ),
    ),
    "train_linear_classifier": Row(
        "(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng)",
        lambda a: {
            "loss": softmax_loss,
            "X": a([[1, 2], [3, 1], [0, 2], [1, 1], [2, 2]]),
            "y": labels(a, [1, 0, 2, 1, 0]),
            "n_classes": 3,
            "lam": 0.25,
            "learning_rate": 0.5,
            "batch_size": 2,
            "epochs": 3,
            "rng": np.random.default_rng(0),
        },
        ((3, 2), (9,)),
        (
            (lambda a: {"y": labels(a, zeros(5, 1))}, "(5, 1) (5, 2)"),
            (lambda a: {"y": labels(a, zeros(4))}, "(4,) (5, 2)"),
            (lambda a: {"X": a(zeros(5))}, "(5,) (N, D)"),
        ),
    ),
    "confusion_matrix": Row(
        "(y_hat, y, n_classes)",
        lambda a: {"y_hat": a([0, 2, 1, 1]), "y": a([0, 1, 1, 2]), "n_classes": 4},
        (Integers((4, 4)),),
        (
            (lambda a: {"y": a(zeros(4, 1))}, "(4,) (4, 1)"),
            (lambda a: {"y_hat": a(zeros(1))}, "(1,) (4,)"),
            (lambda a: {"y_hat": a(zeros(2, 2)), "y": a(zeros(2, 2))}, "(2, 2)"),
        ),
    ),
    "platt_scaling": Row(
        "(scores, y)",
        lambda a: {"scores": a([-2, 1, 0, 3, -1]), "y": a([0, 1, 0, 1, 1])},
        ((), ()),
        (
            (lambda a: {"y": a(zeros(5, 1))}, "(5,) (5, 1)"),
            (lambda a: {"y": a(zeros(4))}, "(5,) (4,)"),
            (lambda a: {"scores": a(zeros(5, 2)), "y": a(zeros(5, 2))}, "(5, 2)"),
            (lambda a: {"scores": a(zeros(0)), "y": a(zeros(0))}, "(0,)"),
        ),
    ),
}
