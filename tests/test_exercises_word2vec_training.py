"""Exercises of chapter 5 on training, beyond what `autograder selftest` proves: the rule on outcomes made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from autograder import evaluate
from autograder.exercise import Outcome
from autograder.exercises import rules
from autograder.exercises.rules_embeddings import noise, optima, pair_counts

# Three words of very different frequency, each of which meets word 0.
IDS = np.array([int(c) for c in "00001000020000120000100002000021000010000200"])


def found(W, C, losses, ids=IDS, **changes):
    """Return the id of the mistake that the rule sees in these vectors, or None."""
    outcome = Outcome((tuple(np.array(part, float) for part in (W, C, losses)),))
    arguments = {"ids": ids, "vocab_size": len(W), "dim": len(W[0]), "window": 1, "negatives": 6}
    arguments |= {"learning_rate": 0.05, "epochs": len(losses)} | changes
    problem = rules.train_embeddings(arguments, (outcome, outcome))
    return problem.mistake if problem else None


def vectors_with(products):
    """Return W and C of equal size whose products are these; pairs that never meet get -6."""
    U, S, Vt = np.linalg.svd(np.where(np.isfinite(products), products, -6.0))
    return U * np.sqrt(S), Vt.T * np.sqrt(S)


FALLING = np.linspace(4, 3, 30)


@pytest.mark.parametrize(
    "name",
    ["right", "power_missing", "uniform_negatives", "one_negative", "swapped"],
)
def test_each_optimum_is_told_from_the_others(name):
    for products in optima(IDS, pair_counts(IDS, 3, 1), 6)[name]:
        assert found(*vectors_with(products), FALLING) == (None if name == "right" else name)


def test_the_optimum_of_a_small_text_worked_by_hand():
    # "a a b": the pairs aa, aa, ab, ba. Noise by counts 2 and 1: p = (2^.75, 1) / (2^.75 + 1), with k = 2.
    ids = np.array([0, 0, 1])
    pairs = pair_counts(ids, 2, 1)
    assert pairs.tolist() == [[2, 1], [1, 0]]
    p = 2**0.75 / (2**0.75 + 1)
    np.testing.assert_allclose(noise(ids, 2), [p, 1 - p], rtol=1e-12)
    counting, leaving_out, drawn_anew = optima(ids, pairs, 2)["right"]
    np.testing.assert_allclose(counting[0], np.log([2 / (2 * 3 * p), 1 / (2 * 3 * (1 - p))]), rtol=1e-12)
    np.testing.assert_allclose(leaving_out[0], np.log([2 / (2 * p), 1 / (2 * (1 - p) * 2)]), rtol=1e-12)
    # In place of a true a only b can be drawn, and the other way round.
    np.testing.assert_allclose(drawn_anew[0], np.log([2 / (2 * 1), 1 / (2 * 2)]), rtol=1e-12)


def test_the_optima_have_no_slope():
    """With products as in the table, the mean slope of each pair's loss over all draws is 0."""
    pairs, k = pair_counts(IDS, 3, 1), 6
    products = optima(IDS, pairs, k)["right"][0]
    met = pairs > 0
    probability = 1 / (1 + np.exp(-products))
    slope = pairs * (probability - 1) + pairs.sum(axis=1, keepdims=True) * k * noise(IDS, 3) * probability
    np.testing.assert_allclose(slope[met], 0, atol=1e-12)


@pytest.mark.parametrize(
    ("count", "mistake"),
    [(9, None), (5.5, None), (10, "positive_as_negative"), (2, "one_half"), (1, "one_half"), (90, "one_half")],
)
def test_the_loss_without_steps(count, mistake):
    W = np.full((3, 2), 0.1)
    assert found(W, 0 * W, [count * np.log(2)] * 3, learning_rate=0.0, negatives=8) == mistake


def test_vectors_that_move_without_steps():
    W = np.full((3, 2), 1.0)
    assert found(W, -W, [3.0, 3.0], learning_rate=0.0) == "learning_rate_ignored"
    assert found(0.1 * W, 0 * W, [6.0, 3.0], learning_rate=0.0) == "learning_rate_ignored"


def test_form():
    W, C = vectors_with(optima(IDS, pair_counts(IDS, 3, 1), 6)["right"][0])
    assert found(W, C, FALLING[:, None]) == "losses_array"
    assert found(W, C[:2], FALLING) == "vectors_shape"
    assert found(W, C, FALLING, epochs=31) == "epoch_losses"
    assert found(W, np.where(np.arange(3) == 0, np.nan, C), FALLING) == "not_finite"
    assert found(W, W, FALLING) == "shared_vectors"
    assert found(W, C, FALLING[::-1]) == "losses_rise"
    assert found(W, C, np.full(30, 3.0)) == "losses_stay"
    assert found(0.01 * W, 0.01 * C, FALLING) == "not_learned"
    assert found(0.2 * W, 5 * C, FALLING) == "repeats_lost"


def test_a_text_without_words_is_shown_among_others():
    def sums(docs, W):
        return np.stack([W[np.asarray(doc, int)].sum(axis=0) for doc in docs])

    verdict = evaluate("document_vectors", sums)
    assert verdict.mistake == "sum"
    assert "docs = [[0, 1, 1], []]" in verdict.message
