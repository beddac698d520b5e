"""Chapter 5: the loss of CBOW with negative sampling, and its gradients."""

from __future__ import annotations

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake
from .word2vec_5_loss import (
    NEG43,
    POS3,
    SLOPE_TWICE,
    TARGET_LEFT_OUT,
    after,
    changed_values,
    counted_once,
    floats,
    in_lists,
    not_stable,
    positive_as_negative,
    repeats_summed,
    sgns,
    sgns_loop,
    sgns_one_matrix,
    sgns_zeros,
    slope_twice,
    target_left_out,
    wrong_errors,
)

array = np.array

CONTEXT23 = array([[0.5, -1.0, 2.0], [1.0, 0.25, -0.5]])


def _cbow(combine=lambda X: X.mean(axis=0), share=None, of_h=None, **changes):
    """Return an answer that combines the context vectors in another way, or shares the slope of h differently."""
    of_middle = of_h or sgns(**changes)

    def answer(context_vectors, c_pos, C_neg):
        X, c_pos, C_neg = floats(context_vectors, c_pos, C_neg)
        loss, grad_h, grad_pos, grad_neg = of_middle(combine(X), c_pos, C_neg)
        weight = X.dtype.type(1 / len(X) if share is None else share)
        return loss, np.tile(weight * grad_h, (len(X), 1)), grad_pos, grad_neg

    return answer


def _cbow_loop(context_vectors, c_pos, C_neg):
    X, c_pos, C_neg = floats(context_vectors, c_pos, C_neg)
    h = np.zeros_like(c_pos)
    for x in X[::-1]:
        h = h + x / len(X)
    loss, grad_h, grad_pos, grad_neg = sgns_loop(h, c_pos, C_neg)
    return loss, array([grad_h / len(X) for _ in X], h.dtype), grad_pos, grad_neg


def _cbow_outer(context_vectors, c_pos, C_neg):
    X, C = floats(context_vectors, np.concatenate([c_pos[None, :], C_neg]))
    weights = np.full(len(X), 1 / len(X), X.dtype)
    loss, grad_h, grad_pos, grad_neg = sgns_one_matrix(weights @ X, C[0], C[1:])
    return loss, np.outer(weights, grad_h), grad_pos, grad_neg


def _cbow_zeros(context_vectors, c_pos, C_neg):
    """Collect in arrays of zeros, whose dtype is float64."""
    h, rows = np.zeros(len(c_pos)), np.zeros(context_vectors.shape)
    for x in context_vectors:
        h += x
    loss, grad_h, grad_pos, grad_neg = sgns_zeros(h / len(rows), c_pos, C_neg)
    for row in rows:
        row += grad_h / len(rows)
    return loss, rows, grad_pos, grad_neg


def _skipgram(over=lambda X: 1):
    """Return the sum of the losses of all context words, each alone, divided by something."""

    def answer(context_vectors, c_pos, C_neg):
        losses, grads, of_pos, of_neg = zip(*(sgns()(x, c_pos, C_neg) for x in context_vectors), strict=True)
        number = over(context_vectors)
        return sum(losses) / number, np.stack(grads) / number, sum(of_pos) / number, sum(of_neg) / number

    return answer


SKIPGRAM = "You predict from each context word on its own, as skip-gram does: take the mean of the vectors first, then one loss."


def _windows(rng):
    for n, d, k in ((3, 4, 2), (4, 2, 5)):
        args = (rng.normal(size=(n, d)), rng.normal(size=d), rng.normal(size=(k, d)))
        yield Case(f"random, {n} context words, d={d}, k={k}", args, hidden=True)


cbow_loss = Exercise(
    ref.cbow_loss,
    number="5.12",
    title="The loss of CBOW",
    points=3,
    minutes=15,
    difficulty=2,
    returns=("loss", "grad_context_vectors", "grad_c_pos", "grad_C_neg"),
    cases=(
        Case("all products 0", (array([[1.0], [3.0]]), np.zeros(1), np.zeros((2, 1)))),
        Case("two context words, four negatives", (CONTEXT23, POS3, NEG43)),
        Case("four context words, one negative", (NEG43, POS3, CONTEXT23[:1])),
        Case("a word drawn twice", (CONTEXT23, POS3, NEG43[[1, 0, 1]])),
        Case("one context word", (CONTEXT23[:1], POS3, NEG43[:2]), hidden=True),
        Case("a context word that is there twice", (CONTEXT23[[0, 1, 0]], NEG43[1], NEG43[:2]), hidden=True),
        Case("as many of everything", (NEG43[1:], POS3, NEG43[:3]), hidden=True),
        Case(
            "two context words, vectors of two numbers",
            (array([[1.0, -2.0], [2.0, 1.0]]), array([2.0, 1.0]), array([[1.0, 1.0], [0.0, -1.0], [1.0, 0.0]])),
        ),
        Case("the true word drawn as noise", (CONTEXT23, NEG43[1], NEG43[:2])),
        # Vectors are never whole numbers in the chapter.
        Case(
            "whole numbers", (array([[1, -2], [2, 1]]), array([2, 1]), array([[1, 1], [0, -1], [1, 0]])), courtesy=True
        ),
        Case("float32", (CONTEXT23.astype(np.float32), POS3.astype(np.float32), NEG43.astype(np.float32))),
        Case(
            "products of 1000",
            (array([[12.0, 1.5], [8.0, 0.5]]), array([-100.0, 0.5]), array([[100.0, 0.0], [0.1, 0.3], [0.2, 0.1]])),
        ),
        Case(
            "products of -1000 that are right",
            (array([[12.0, 1.5], [8.0, 0.5]]), array([100.0, 0.5]), array([[-100.0, 0.0], [0.1, 0.3], [-0.2, 1.0]])),
            hidden=True,
        ),
        Case(
            "products of 50",
            (array([[0.25, 0.1], [0.75, 0.1]]), array([-100.0, 20.0]), array([[100.0, -40.0], [1.0, 3.0], [0.5, 1.0]])),
            hidden=True,
        ),
        Case("every other number", (NEG43.repeat(2, axis=1)[::2, ::2], POS3[::-1], NEG43[::-1]), hidden=True),
    ),
    random_cases=_windows,
    hints=(
        "It is your sgns_loss with the mean of the context vectors in the place of w.",
        "Each context vector goes into the mean with the weight 1/L: its gradient is that of the mean, divided by L, and all L rows are equal.",
        "`h = np.mean(context_vectors, axis=0)`, then `loss, grad_h, grad_c_pos, grad_C_neg = sgns_loss(h, c_pos, C_neg)`. Repeat the row L times: "
        "`L = len(context_vectors)`, `grad_context_vectors = np.tile(grad_h / L, (L, 1))`. Return loss, grad_context_vectors, grad_c_pos, grad_C_neg.",
    ),
    right=(_cbow(), _cbow_loop, _cbow_outer, _cbow_zeros, after(in_lists, _cbow)),
    equivalent={
        "fits = ": "a part of the guard that no case trips",
        "(as_float(context_vectors), as_float(c_pos), as_float(C_neg)) -> ": "the mean and the sigmoid of whole numbers are floats",
    },
    mistakes=(
        Mistake(
            "sum_for_mean",
            _cbow(lambda X: X.sum(axis=0), 1),
            "You add up the context vectors: h is their mean, and its slope is shared among them.",
        ),
        Mistake(
            "sum_for_mean",
            _cbow(lambda X: X.sum(axis=0)),
            "You add up the context vectors: h is their mean, so divide by their number L.",
        ),
        Mistake(
            "gradient_not_shared",
            _cbow(share=1),
            "Each context vector gets the whole gradient of the mean: it goes into h with the weight 1/L, so divide by L.",
        ),
        Mistake(
            "one_row",
            after(lambda loss, g_in, g_pos, g_neg, *_: (loss, g_in[0], g_pos, g_neg), _cbow),
            "You return one gradient for all context vectors: grad_context_vectors has the shape (L, d), a row for each.",
        ),
        Mistake(
            "one_row",
            after(lambda loss, g_in, g_pos, g_neg, *_: (loss, g_in[:1], g_pos, g_neg), _cbow),
            "You return one row for all context vectors: grad_context_vectors has the shape (L, d), so repeat it L times.",
        ),
        Mistake("skipgram", _skipgram(), SKIPGRAM),
        Mistake("skipgram", _skipgram(lambda X: X.dtype.type(len(X))), SKIPGRAM),
        Mistake(
            "wrong_axis",
            _cbow(lambda X: X.mean(axis=1)),
            "You take the mean of each context vector's numbers (axis 1): h is the mean over the L vectors, axis 0.",
        ),
        Mistake(
            "gradient_of_mean_vector",
            after(
                lambda loss, g_in, g_pos, g_neg, *_: (loss, g_in[0] * g_in.dtype.type(len(g_in)), g_pos, g_neg), _cbow
            ),
            "You return the gradient of h: each of the L context vectors gets a row of its own, which is that divided by L.",
        ),
        Mistake(
            "first_context_word",
            _cbow(lambda X: X[0]),
            "You use only the first context vector: h is the mean of all.",
        ),
        Mistake(
            "divided_by_numbers",
            _cbow(share=1 / 3, combine=lambda X: X.sum(axis=0) / X.dtype.type(X.shape[1])),
            "You divide by d: the mean is over the L context words.",
        ),
        Mistake(
            "counted_once",
            _cbow(of_h=counted_once),
            "A word that was drawn twice as a negative counts twice: it stands in two rows of C_neg, so add up over all rows and drop none.",
        ),
        Mistake(
            "repeats_summed",
            _cbow(of_h=after(repeats_summed)),
            "Equal rows of C_neg each get the sum of their gradients: each row has its own, and the update adds them up.",
        ),
        Mistake(
            "context_counted_once",
            lambda X, p, n: _cbow(lambda Y: np.unique(Y, axis=0).mean(axis=0))(X, p, n),
            "A word that stands twice in the window counts twice in the mean.",
        ),
        Mistake("target_left_out", _cbow(of_h=target_left_out), TARGET_LEFT_OUT),
        Mistake("slope_twice", _cbow(of_h=slope_twice), SLOPE_TWICE),
        Mistake(
            "positive_as_negative",
            _cbow(of_h=after(positive_as_negative)),
            "You treat c_pos as a negative, too: it stands in the first term only, with the label 1.",
        ),
        *not_stable(_cbow),
        *wrong_errors(_cbow, "h"),
        *changed_values(_cbow, "h"),
    ),
)
