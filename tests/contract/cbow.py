"""Chapter 5: continuous bag of words."""

import numpy as np

from tests.contract import Row, zeros

CONTRACT = {
    "cbow_loss": Row(
        "(context_vectors, c_pos, C_neg)",
        lambda a: {
            "context_vectors": a([[1, -2], [0, 1], [3, 1]]),
            "c_pos": a([2, -1]),
            "C_neg": a([[1, 1], [-1, 2], [1, 1], [0, 3]]),
        },
        ((), (3, 2), (2,), (4, 2)),
        (
            (lambda a: {"context_vectors": a(zeros(2))}, "(2,) (2,) (4, 2)"),
            (lambda a: {"context_vectors": a(zeros(3, 1))}, "(3, 1) (2,)"),
            (lambda a: {"c_pos": a(zeros(1, 2))}, "(3, 2) (1, 2)"),
            (lambda a: {"C_neg": a(zeros(2))}, "(2,) (3, 2)"),
            (lambda a: {"C_neg": a(zeros(4, 3))}, "(4, 3) (3, 2)"),
        ),
    ),
    "train_cbow": Row(
        "(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng)",
        lambda a: {
            "ids": [0, 1, 2, -1, 2, 1],
            "vocab_size": 4,
            "dim": 3,
            "window": 2,
            "negatives": 2,
            "learning_rate": 0.1,
            "epochs": 5,
            "rng": np.random.default_rng(0),
        },
        ((4, 3), (4, 3), (5,)),
        (
            (lambda a: {"ids": a([[0, 1, 2]])}, "(T,) (1, 3)"),
            (lambda a: {"ids": a(1)}, "(T,) ()"),
        ),
        own_arrays=True,
    ),
}
