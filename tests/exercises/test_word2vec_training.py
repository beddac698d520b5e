"""Exercises of chapter 5 on training, beyond what `autograder selftest` proves: the rules on outcomes made by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.catalogue import find
from autograder.checking.exercise import Outcome, Seed
from autograder.exercises import rules
from autograder.exercises.rules_embeddings import Text, _fit, _moves, _text
from autograder.exercises.word2vec_6_answers import cbow_examples, plain_loop, skipgram_examples, training, windows

TRAININGS = {"train_skipgram": skipgram_examples, "train_cbow": cbow_examples}


def text_of(ids, window=1, means=False) -> Text:
    return _text(tuple(ids), max(ids) + 1, window, means)


def found(W, C, losses, rule=rules.train_skipgram, second=None, ids=(0, 1, 2, 0, -1, 4), **changes):
    """Return the id of the mistake that the rule sees in these vectors, or None; `second` are those of another run."""
    outcomes = [
        Outcome((tuple(np.array(part, np.float32) for part in parts),)) for parts in ((W, C, losses), second) if parts
    ]
    arguments = {"ids": np.array(ids), "vocab_size": len(W), "dim": len(W[0]), "window": 1, "negatives": 2}
    arguments |= {"learning_rate": 0.0, "epochs": len(losses)} | changes
    problem = rule(arguments, (outcomes[0], outcomes[-1]))
    return problem.mistake if problem else None


# --- the text ---


def test_the_pairs_of_a_small_text_worked_by_hand():
    # "a a b": the pairs aa, aa, ab, ba; as means of windows a predicts a, (a, b) a, a predicts b.
    assert text_of([0, 0, 1]).all_pairs.tolist() == [[2, 1], [1, 0]]
    assert text_of([0, 0, 1], means=True).all_pairs.tolist() == [[1.5, 1], [0.5, 0]]
    p = 2**0.75 / (2**0.75 + 1)
    np.testing.assert_allclose(text_of([0, 0, 1]).noise, [p, 1 - p], rtol=1e-12)


def test_what_is_known_of_a_text():
    text = text_of([0, 1, -1, 3, -1, 4, 5])
    assert text.occurs.tolist() == [True, True, False, True, True, True]
    assert text.met.tolist() == [True, True, False, False, True, True]
    assert text.absent == 2
    assert text.others["crosses_texts", 0][0].tolist() == (np.eye(5, k=1) + np.eye(5, k=-1)).tolist()
    assert text.others["only_right", 1][0].tolist() == [[0, 1, 0, 0, 0], [0] * 5, [0] * 5, [0, 0, 0, 0, 1], [0] * 5]
    assert not text_of([0, 1, 2, 3, 4]).never[0, 1]
    assert text_of([0, 1, 2, 3, 4]).never[0, 4]


def test_other_pairs_of_a_window_of_two():
    others = text_of([0, 1, 2, 3, 4], window=2).others

    def listed(name):
        return [tuple(map(int, pair)) for pair in np.argwhere(others[name, 0][-1])]

    assert listed("ends_left_out") == [(2, 0), (2, 1), (2, 3), (2, 4)]
    assert [pair for pair in listed("start_cut") if pair[0] < 2] == [(0, 1), (0, 2), (1, 2), (1, 3)]
    assert (0, 0) in listed("own_context")
    assert (0, 3) in listed("window_too_large")


# --- what a training has moved ---


def test_one_step_tells_the_pairs():
    """The first step of a batch moves C by learning_rate / 2 times the pairs, less the negatives, times W."""
    rng = np.random.default_rng(0)
    W, counts = rng.normal(size=(4, 6)), rng.integers(-3, 4, (4, 4))
    moves = _moves(W, np.zeros((4, 6)), W, 0.01 / 2 * counts.T @ W)
    np.testing.assert_allclose(moves.table, 0.01 * counts, atol=1e-12)


@pytest.mark.parametrize("factor", [0.5, 1, 2])
def test_the_steps_of_both_are_compared(factor):
    rng = np.random.default_rng(0)
    W, C = rng.normal(size=(2, 4, 6)) * 0.1
    counts = rng.integers(-3, 4, (4, 4))
    for _ in range(100):
        W, C = W + factor * 1e-4 / 2 * counts @ C, C + 1e-4 / 2 * counts.T @ W
    start = np.random.default_rng(0).normal(size=(2, 4, 6)) * 0.1
    assert _moves(*start, W, C).word_steps == pytest.approx(factor, rel=0.01)


def test_pairs_and_negatives_are_told_apart():
    text = text_of([0, 1, 2, 3, 4, 5], window=2)
    negatives = np.arange(1.0, 7)
    table = 2 * text.pairs[0] + 3 * text.pairs[1] - negatives[:, None] * text.noise
    shares, drawn, left = _fit(table, text.pairs, text.noise)
    np.testing.assert_allclose(shares, [2, 3], rtol=1e-12)
    np.testing.assert_allclose(drawn, negatives, rtol=1e-12)
    np.testing.assert_allclose(left, 0, atol=1e-12)


# --- form, and training without steps ---

START = np.full((6, 2), 0.1)
ZEROS = np.zeros((6, 2))


@pytest.mark.parametrize(
    ("count", "mistake"),
    [(9, None), (8.2, None), (10, "positive_as_negative"), (2, "one_half"), (1, "one_half"), (90, "one_half")],
)
def test_the_loss_without_steps(count, mistake):
    ids = [0, 1, 2, 3, -1, 5]
    assert found(START, ZEROS, [count * np.log(2)] * 3, negatives=8, ids=ids) == mistake


def test_vectors_that_move_without_steps():
    losses, moved = [3 * np.log(2)] * 2, START.copy()
    moved[0] += 0.1
    assert found(START, ZEROS, losses, second=(START, ZEROS, losses[:1])) is None
    assert found(moved, ZEROS, losses, second=(START, ZEROS, losses[:1])) == "learning_rate_ignored"
    # Where even the word that never occurs is another one, the whole start is.
    assert found(2 * START, ZEROS, losses, second=(START, ZEROS, losses[:1])) == "ignores_rng"
    assert found(4 * START, 5 * START, losses, second=(4 * START, 5 * START, losses[:1])) is None
    assert found(4 * START, 8 * START, losses, second=(4 * START, 8 * START, losses[:1])) == "large_start"
    assert found(6 * START, ZEROS, losses, second=(6 * START, ZEROS, losses[:1])) == "large_start"


def test_form():
    losses = [3 * np.log(2)] * 2
    assert found(START, ZEROS, [[loss] for loss in losses]) == "losses_shape"
    assert found(START, ZEROS[:2], losses) == "vectors_shape"
    assert found(START, ZEROS, losses, epochs=3) == "epoch_losses"
    assert found(START, np.full((6, 2), np.nan), losses) == "not_finite"
    assert found(START, START, losses) == "shared_vectors"
    assert found(ZEROS, START, losses) == "swapped"
    assert found(ZEROS, ZEROS, losses) == "zero_start"
    assert found(START, ZEROS, [losses[0], 0.0]) == "stops_early"


@pytest.mark.parametrize(
    ("changed", "mistake"),
    [
        ((5, 0, "W"), "mark_as_word"),
        ((3, 0, "W"), "ignores_rng"),
        ((3, 0, "C"), "absent_drawn"),
        ((0, 0, "C"), "word_stays"),
        ((0, 0, "W"), "context_stays"),
        (None, "not_learned"),
    ],
)
def test_rows_that_move(changed, mistake):
    parts = {"W": np.full((6, 2), 0.1), "C": ZEROS.copy()}
    if changed:
        row, column, name = changed
        parts[name][row, column] += 0.1
        if mistake in ("mark_as_word", "absent_drawn"):
            parts["W"][0] += 0.1
            parts["C"][0] += 0.1
    start = START, ZEROS, [2.0]
    ids = [0, 1, 2, 0, -1, 4]
    assert found(parts["W"], parts["C"], [2.0] * 4, second=start, learning_rate=0.1, ids=ids) == mistake


# --- trainings ---


def with_seed(exercise, seed):
    cases = [
        replace(case, kwargs={**case.kwargs, "rng": Seed(1000 * seed + i)}) for i, case in enumerate(exercise.cases)
    ]
    return replace(exercise, cases=cases)


@cache
def exercise_with(name, seed):
    return with_seed(find(name), seed)


@pytest.mark.parametrize("seed", [11, 12, 13])
@pytest.mark.parametrize("name", TRAININGS)
def test_right_trainings_pass_with_other_seeds(name, seed):
    exercise = exercise_with(name, seed)
    for function in (exercise.reference, *exercise.right):
        verdict = evaluate(exercise, function, seed=seed)
        assert verdict.passed, verdict.message


@pytest.mark.parametrize("name", TRAININGS)
def test_lists_and_float64_cost_nothing(name):
    exercise = find(name)
    verdict = evaluate(exercise, plain_loop(TRAININGS[name]))
    assert verdict.passed
    assert verdict.points == exercise.points
    assert [remark.id for remark in verdict.remarks] == ["losses_array"]
    in_float64 = training(TRAININGS[name], finish=lambda W, C, losses, n, places: (W.astype(float), C, losses))
    (remark,) = evaluate(exercise, in_float64).remarks
    assert remark.id == "float64"
    assert "float64" in remark.text


@pytest.mark.parametrize("name", TRAININGS)
def test_a_wrong_value_comes_before_a_list(name):
    wrong = training(TRAININGS[name], finish=lambda W, C, losses, n, places: (W, C, (losses * n).tolist()))
    assert evaluate(name, wrong).mistake == "one_half"


@pytest.mark.parametrize("name", TRAININGS)
def test_noise_may_be_drawn_before_the_start(name):
    """Then a shorter run starts elsewhere, and the rule has to ask for a longer one."""
    verdict = evaluate(name, training(TRAININGS[name], noise_first=True))
    assert verdict.passed, verdict.message


@pytest.mark.parametrize("seed", [21, 22])
@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"sides": "right"}, "only_right"),
        ({"sides": "left"}, "only_left"),
        ({"sides": "cut"}, "start_cut"),
        ({"mark": "skip"}, "crosses_texts"),
        ({"noise": "once"}, "noise_drawn_once"),
        ({"noise": "shared"}, "noise_shared"),
        ({"last_loss": True}, "one_example"),
        ({"rate": 0.025}, "learning_rate_ignored"),
        ({"restarts": True}, "rate_restarts"),
        ({"restarts": True, "shuffled": False}, "rate_restarts"),
        ({"moved": True}, "moved_words"),
        ({"moved": True, "both": "CW", "falls": True}, "moved_contexts"),
        ({"sides": "once", "reduced": True}, "counted_once"),
    ],
)
@pytest.mark.parametrize("name", TRAININGS)
def test_wrong_trainings_are_named(name, changes, mistake, seed):
    assert evaluate(exercise_with(name, seed), training(TRAININGS[name], **changes), seed=seed).mistake == mistake


@pytest.mark.parametrize("seed", [21, 22])
@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"whole_slope": True}, "not_divided"),
        ({"whole_slope": True, "contexts_lost": True}, "not_divided"),
        ({"contexts_lost": True}, "context_repeats_lost"),
        ({"contexts_lost": True, "falls": True, "reduced": True}, "context_repeats_lost"),
    ],
)
def test_each_context_gets_its_part(changes, mistake, seed):
    assert evaluate(exercise_with("train_cbow", seed), training(cbow_examples, **changes)).mistake == mistake


def test_a_centre_that_predicts_any_word_around_is_no_cbow():
    def one_of_them(ids, window, **changes):
        rng = np.random.default_rng(0)
        for word, around in windows(ids, window, **changes):
            yield np.array([word]), rng.choice(around)

    for changes in ({"reduced": True}, {"reduced": True, "falls": True}):
        assert evaluate("train_cbow", training(one_of_them, **changes)).mistake == "roles_swapped"


@pytest.mark.parametrize("name", TRAININGS)
def test_one_negative_less_is_seen(name):
    def train(ids, vocab_size, *, negatives, **settings):
        return training(TRAININGS[name])(ids, vocab_size, negatives=negatives - 1, **settings)

    assert not evaluate(name, train).passed


def test_lonely_words_that_give_nan_are_seen():
    def train(ids, vocab_size, **settings):
        W, C, losses = training(cbow_examples)(ids, vocab_size, **settings)
        lonely = [word for word in range(vocab_size) if word in ids.tolist() and settings["window"] == 2]
        if len(lonely) > 10:
            W[lonely[0]] = np.nan
        return W, C, losses

    verdict = evaluate("train_cbow", train)
    assert verdict.mistake == "not_finite"
    assert "no neighbours" in verdict.message


def test_a_text_without_words_is_shown_among_others():
    def sums(docs, W):
        return np.stack([W[np.asarray(doc, int)].sum(axis=0) for doc in docs])

    verdict = evaluate("document_vectors", sums)
    assert verdict.mistake == "sum"
    assert "docs = [[0, 1, 1], []]" in verdict.message
