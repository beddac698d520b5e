"""Exercises of chapter 3, beyond what `autograder selftest` proves: the rules on outcomes made by hand."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.evaluate import LocalRunner
from autograder.checking.exercise import Case, Outcome, Seed
from autograder.exercises import rules
from solutions.logistic_regression import logistic_loss


def folds(pairs, n=5, k=2):
    """Return the id of the mistake that the rule of k_fold sees in these pairs of lists."""
    outcome = Outcome(([(np.array(train, int), np.array(fold, int)) for train, fold in pairs],))
    found = rules.k_fold({"n": n, "k": k, "rng": Seed(0)}, (outcome, outcome))
    return found.mistake if found else None


@pytest.mark.parametrize(
    ("pairs", "mistake"),
    [
        ([([3, 1, 4], [0, 2]), ([0, 2], [3, 1, 4])], None),
        ([([4, 1, 3], [2, 0]), ([0, 2], [1, 3, 4])], None),  # the order within a set is free
        ([([3, 1, 4], [0, 2]), ([0, 2], [3, 1])], "rows_left_out"),
        ([([3, 1, 4], [0, 2]), ([0, 3], [2, 1, 4])], "overlap"),
        ([([3, 1, 4, 2], [0]), ([0], [3, 1, 4, 2])], "fold_sizes"),
        ([([3, 1, 4, 0], [0, 2]), ([0, 2], [3, 1, 4])], "validation_in_train"),
        ([([3, 1], [0, 2]), ([0, 2], [3, 1, 4])], "train_incomplete"),
        ([([3, 3, 1, 4], [0, 2]), ([0, 2], [3, 1, 4])], "train_incomplete"),
        ([([3, 1, 5], [0, 2]), ([0, 2], [3, 1, 5])], "fold_out_of_range"),
        ([([3, 1, -1], [0, 2]), ([0, 2], [3, 1, -1])], "fold_out_of_range"),
        ([([3, 1, 4], [0, 2])], "first_fold_only"),
        ([], "number_of_folds"),
    ],
)
def test_folds_by_hand(pairs, mistake):
    assert folds(pairs) == mistake


def test_folds_of_three_that_are_swapped():
    pairs = [([2, 3, 4, 5], [0, 1]), ([0, 1, 4, 5], [2, 3]), ([0, 1, 2, 3], [4, 5])]
    assert folds(pairs, n=6, k=3) is None
    assert folds([pair[::-1] for pair in pairs], n=6, k=3) == "swapped"


def test_folds_of_one_row_each_keep_no_neighbours_together():
    rows = np.random.default_rng(0).permutation(60)
    assert folds([(np.delete(np.arange(60), row), [row]) for row in rows], n=60, k=60) is None


@pytest.mark.parametrize("sort", [False, True])
@pytest.mark.parametrize(("n", "k"), [(48, 2), (50, 12), (49, 7), (48, 24), (60, 3)])
def test_folds_of_any_number_and_order_pass(n, k, sort):
    def right(n, k, rng):
        parts = np.array_split(rng.permutation(n), k)
        return [(np.setdiff1d(np.arange(n), part), np.sort(part) if sort else part) for part in parts]

    for seed in range(60):
        run = LocalRunner(right).run(Case("", (n, k, Seed(seed)), times=3), ["n", "k", "rng"])
        assert rules.k_fold({"n": n, "k": k, "rng": Seed(seed)}, (run, run)) is None


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (lambda folds: [(folds[:i] + folds[i + 1 :], fold) for i, fold in enumerate(folds)], "train_not_joined"),
        (lambda folds: ([np.concatenate(folds[1:])] * len(folds), folds), "all_trains_first"),
        (lambda folds: [{"train": folds[0], "validation": fold} for fold in folds], "no_pairs"),
    ],
)
def test_pairs_of_another_form_are_named(change, mistake):
    answer = lambda n, k, rng: change(np.array_split(rng.permutation(n), k))  # noqa: E731
    assert evaluate("k_fold", answer).mistake == mistake


def inverted(h, rate, rng, training=True, draw=False, outside=np.copy):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if draw:
        rng.random()
    return np.where(rng.random(h.shape) >= rate, h / (1 - rate), 0.0) if training else outside(h)


@pytest.mark.parametrize("outside", [np.copy, np.array, lambda h: h.copy(), lambda h: h + 0, lambda h: [*h.tolist()]])
def test_dropout_may_copy_in_any_way(outside):
    assert evaluate("dropout", partial(inverted, outside=outside)).passed


@pytest.mark.parametrize("outside", [lambda h: h, lambda h: h[:], np.asarray, lambda h: h.reshape(h.shape)])
def test_dropout_promises_a_copy(outside):
    verdict = evaluate("dropout", partial(inverted, outside=outside))
    assert verdict.mistake == "not_a_copy"


def test_dropout_draws_nothing_outside_of_training():
    verdict = evaluate("dropout", partial(inverted, draw=True))
    assert [case.name for case in verdict.cases if not case.passed] == [
        "outside of training nothing is drawn: rng is None"
    ]
    assert "rng" in verdict.message


def dropped(output, h, rate, training=True):
    """Return the id of the mistake that the rule of dropout sees in one output."""
    outcome = Outcome((np.array(output),))
    arguments = {"h": np.array(h), "rate": rate, "rng": Seed(0), "training": training}
    found = rules.dropout(arguments, (outcome, outcome))
    return found.mistake if found else None


@pytest.mark.parametrize(
    ("output", "rate", "training", "mistake"),
    [
        ([2.0, 0.0, 8.0], 0.5, True, None),
        ([0.0, 0.0, 0.0], 0.5, True, None),
        ([1.0, 0.0, 4.0], 0.5, True, "not_scaled"),
        ([1, 0, 5], 0.25, True, "digits_cut"),
        ([0.5, 0.0, 2.0], 0.5, True, "scaled_down"),
        ([4.0, 0.0, 16.0], 0.25, True, "scaled_by_rate"),
        ([2.0, 0.0, 4.0], 0.5, True, "dropped_values"),
        ([2.0, np.nan, 8.0], 0.5, True, "dropped_values"),
        ([2.0, 8.0], 0.5, True, "activations_shape"),
        ([1.0, 2.0, 4.0], 0.5, False, None),
        ([1.0, 2.0, 4.0], 0.0, True, None),
        ([1.0, 0.0, 4.0], 0.5, False, "active_outside_training"),
        ([0.0, 2.0, 4.0], 0.0, True, "active_outside_training"),
        ([0.75, 1.5, 3.0], 0.25, False, "scaled_outside_training"),
        ([2.0, 4.0, 8.0], 0.5, False, "changed_outside_training"),
        ([np.nan, 2.0, 4.0], 0.5, False, "changed_outside_training"),
    ],
)
def test_dropout_by_hand(output, rate, training, mistake):
    assert dropped(output, [1.0, 2.0, 4.0], rate, training) == mistake


def test_dropout_leaves_zeros_out_of_the_count():
    h = np.zeros((40, 40))
    h[0] = 1.0
    assert dropped(h * 2 * (np.arange(40) % 2), h, 0.5) is None


@pytest.mark.parametrize(("lost", "mistake"), [(0.3, None), (0.7, "keeps_with_rate"), (0.45, "share_dropped")])
def test_dropout_by_the_share_dropped(lost, mistake):
    kept = np.random.default_rng(1).random((60, 50)) >= lost
    assert dropped(kept / 0.7, np.ones((60, 50)), 0.3) == mistake


@pytest.mark.parametrize("axis", [0, 1])
def test_dropout_of_whole_rows_or_columns(axis):
    shape = [30, 40]
    shape[axis] = 1
    kept = np.random.default_rng(1).random(shape) >= 0.5
    assert dropped(np.broadcast_to(kept * 2.0, (30, 40)), np.ones((30, 40)), 0.5) == "mask_shared"


def test_the_factor_two_of_the_penalty_is_named():
    def half(W):
        return np.sum(W**2), W

    def half_in_the_model(w, b, X, y, lam, penalty):
        loss, grad_w, grad_b = logistic_loss(w, b, X, y)
        return loss + lam * np.sum(w**2), grad_w + lam * w, grad_b

    assert "its gradient is 2 * W: yours is half that" in evaluate("l2_penalty", half).message
    message = evaluate("regularized_logistic_loss", half_in_the_model).message
    assert "Your loss has lam * sum(w**2), so its gradient is 2 * lam * w: yours is half that" in message


@pytest.mark.parametrize(
    "answer",
    [
        lambda tokens, n: [tokens[:n]] * max(len(tokens) - n + 1, 0),
        lambda tokens, n: [("a",) * n] * max(len(tokens) - n + 1, 0),
        lambda tokens, n: ["a"] * max(len(tokens) - n + 1, 0),
        lambda tokens, n: [3.5] * max(len(tokens) - n + 1, 0),
        lambda tokens, n: np.zeros((max(len(tokens) - n + 1, 0), n)),
        lambda tokens, n: [None],
    ],
)
def test_wrong_lists_of_texts_are_told_by_an_example(answer):
    verdict = evaluate("ngrams", answer)
    assert verdict.status == "failed"
    assert "n-grams" in verdict.message or "n makes no difference" in verdict.message
    assert "the answer is [('not', 'a')" in verdict.message


def moved_in_place(w, t):
    size = np.abs(w) - t
    size[size < 0] = 0
    return np.sign(w) * size


@pytest.mark.parametrize(
    ("exercise", "answer", "remark"),
    [
        ("polynomial_features", lambda x, degree: x[:, None] ** np.arange(1, degree + 1), "overflow"),
        ("soft_threshold", moved_in_place, "beyond"),
    ],
)
def test_what_the_page_does_not_ask_for_costs_nothing(exercise, answer, remark):
    verdict = evaluate(exercise, answer)
    assert verdict.passed, verdict.message
    assert remark in [one.id for one in verdict.remarks]
