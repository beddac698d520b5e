"""Chapter 5, from a text to the loss of a pair."""

import numpy as np

from tests.contract import Integers, Row, zeros

CONTRACT = {
    "build_vocabulary": Row(
        "(tokens, min_count=1)",
        lambda a: {"tokens": ["b", "a", "b", "c", "a"], "min_count": 2},
        (dict, Integers((2,))),
        own_arrays=True,
    ),
    "skipgram_pairs": Row(
        "(ids, window)",
        lambda a: {"ids": a([3, 0, 3, 1]), "window": 2},
        (Integers((10, 2)),),
        ((lambda a: {"ids": a(zeros(4, 1))}, "(T,) (4, 1)"), (lambda a: {"ids": a(3)}, "(T,) ()")),
    ),
    "negative_sampling_distribution": Row(
        "(counts, power=0.75)",
        lambda a: {"counts": a([8, 1, 0, 3]), "power": 0.5},
        ((4,),),
        ((lambda a: {"counts": a(zeros(4, 1))}, "(V,) (4, 1)"), (lambda a: {"counts": a(3)}, "(V,) ()")),
    ),
    "sample_negatives": Row(
        "(probs, size, rng)",
        lambda a: {"probs": a([0, 1, 0]), "size": (2, 5), "rng": np.random.default_rng(0)},
        (Integers((2, 5)),),
        (
            (lambda a: {"probs": a(zeros(3, 1))}, "(V,) (3, 1)"),
            (lambda a: {"probs": a(1)}, "(V,) ()"),
        ),
    ),
    "pair_probability": Row(
        "(w, c)",
        lambda a: {"w": a([[1, 0, 2], [3, -1, 1]]), "c": a([[2, 1, -1], [1, 1, -4]])},
        ((2,),),
        (
            (lambda a: {"c": a(zeros(3))}, "(2, 3) (3,)"),
            (lambda a: {"c": a(zeros(2, 1))}, "(2, 3) (2, 1)"),
            (lambda a: {"w": a(1), "c": a(1)}, "(d,) (n, d) ()"),
        ),
    ),
    "window_log_probability": Row(
        "(w, C)",
        lambda a: {"w": a([1, -2, 0]), "C": a([[1, 1, 1], [3, 0, 5]])},
        ((),),
        (
            (lambda a: {"C": a(zeros(3))}, "(3,) (3,)"),
            (lambda a: {"C": a(zeros(2, 1))}, "(3,) (2, 1)"),
            (lambda a: {"w": a(zeros(3, 1))}, "(3, 1) (2, 3)"),
        ),
    ),
    "sgns_loss": Row(
        "(w, c_pos, C_neg)",
        lambda a: {"w": a([1, -2]), "c_pos": a([3, 1]), "C_neg": a([[1, 1], [0, -2], [1, 1]])},
        ((), (2,), (2,), (3, 2)),
        (
            (lambda a: {"w": a(zeros(3))}, "(3,) (2,) (3, 2)"),
            (lambda a: {"w": a(zeros(1, 2))}, "(1, 2) (2,)"),
            (lambda a: {"c_pos": a(zeros(1))}, "(1,) (3, 2)"),
            (lambda a: {"c_pos": a(zeros(1, 2))}, "(1, 2) (3, 2)"),
            (lambda a: {"C_neg": a(zeros(2))}, "(2,) (2,) (2,)"),
            (lambda a: {"C_neg": a(zeros(3, 1))}, "(2,) (3, 1)"),
        ),
    ),
    "train_skipgram": Row(
        "(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng, subsample=0.0, workers=1, "
        "progress=False)",
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
        own_arrays=True,
    ),
}
