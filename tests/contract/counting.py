"""Chapter 5: word vectors from counts."""

import numpy as np

from tests.contract import Row, zeros


def glove(a):
    return {
        "W": a([[1, -2], [0, 1], [3, 1]]),
        "C": a([[0, 1], [2, 1], [-1, 1]]),
        "b": a([1, 0, -2]),
        "c": a([0, 3, 1]),
        "counts": a([[0, 5, 1], [2, 0, 0], [200, 1, 16]]),
    }


CONTRACT = {
    "cooccurrence_matrix": Row(
        "(ids, vocab_size, window)",
        lambda a: {"ids": [0, 1, 2, -1, 2, 1], "vocab_size": 4, "window": 2},
        ((4, 4),),
        (
            (lambda a: {"ids": a([[0, 1, 2]])}, "(T,) (1, 3)"),
            (lambda a: {"ids": a(1)}, "(T,) ()"),
        ),
        own_arrays=True,
    ),
    "ppmi": Row(
        "(counts)",
        lambda a: {"counts": a([[0, 5, 1], [2, 0, 0], [7, 1, 16]])},
        ((3, 3),),
        ((lambda a: {"counts": a(zeros(3))}, "(3,) (V, V)"), (lambda a: {"counts": a(zeros(3, 2))}, "(3, 2)")),
    ),
    "svd_embeddings": Row(
        "(matrix, dim)",
        lambda a: {"matrix": a([[4, 0, 0], [0, 0, 9], [0, 1, 0], [0, 0, 0]]), "dim": 2},
        ((4, 2),),
        (
            (lambda a: {"matrix": a(zeros(4))}, "(V, M) (4,)"),
            (lambda a: {"matrix": a(zeros(4, 1))}, "(V, M) (4, 1)"),
        ),
    ),
    "glove_loss": Row(
        "(W, C, b, c, counts, x_max=100.0, alpha=0.75)",
        glove,
        ((), (3, 2), (3, 2), (3,), (3,)),
        (
            (lambda a: {"W": a(zeros(3))}, "(3,) (3, 2)"),
            (lambda a: {"C": a(zeros(3, 1))}, "(3, 2) (3, 1)"),
            (lambda a: {"C": a(zeros(1, 2))}, "(3, 2) (1, 2)"),
            (lambda a: {"b": a(zeros(3, 1))}, "(3, 2) (3, 1)"),
            (lambda a: {"c": a(0)}, "(3, 2) ()"),
            (lambda a: {"counts": a(zeros(3, 1))}, "(3, 2) (3, 1)"),
            (lambda a: {"counts": a(zeros(3))}, "(3, 2) (3,)"),
        ),
    ),
    "train_glove": Row(
        "(counts, *, dim, learning_rate, epochs, rng, x_max=100.0, alpha=0.75)",
        lambda a: {
            "counts": glove(a)["counts"],
            "dim": 2,
            "learning_rate": 0.1,
            "epochs": 4,
            "rng": np.random.default_rng(0),
        },
        ((3, 2), (3, 2), (4,)),
        ((lambda a: {"counts": a(zeros(3))}, "(3,) (V, V)"), (lambda a: {"counts": a(zeros(3, 2))}, "(3, 2)")),
    ),
}
