"""Exercises of chapter 4, beyond what `autograder selftest` proves: answers as people write them, and of libraries."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from scipy import special

from autograder import evaluate
from autograder.checking.catalogue import find
from autograder.checking.evaluate import LocalRunner, parameter_names


def verdict_on(answer, name=None):
    return evaluate(f"softmax_svm.{name or answer.__name__}", answer, timed=False)


def svm_answer(*changes):
    """Return svm_loss as many write it, with some pieces of its text replaced."""
    source = inspect.getsource(written_as_often)
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    namespace = {"np": np}
    exec(source, namespace)
    return namespace["written_as_often"]


def written_as_often(W, X, y, lam=0.0):
    n = X.shape[0]
    scores = X.dot(W.T)
    correct = scores[np.arange(n), y]
    margins = np.maximum(0, scores - correct[:, np.newaxis] + 1)
    margins[np.arange(n), y] = 0
    loss = np.sum(margins) / n
    loss += lam * np.sum(W * W)
    binary = np.zeros(margins.shape, X.dtype)
    binary[margins > 0] = 1
    binary[np.arange(n), y] = -np.sum(binary, axis=1)
    dW = np.dot(binary.T, X)
    dW = dW / n
    dW = dW + 2 * lam * W
    return loss, dW


HALF = ("2 * lam * W", "lam * W")
WIDE = ("np.zeros(margins.shape, X.dtype)", "np.zeros(margins.shape)")
OWN = ("    margins[np.arange(n), y] = 0\n", "")


@pytest.mark.parametrize(
    ("changes", "mistake", "sentence"),
    [
        ([HALF], "factor_two", "Your loss has lam * sum(W**2), so its gradient is 2 * lam * W: yours is half that."),
        ([HALF, WIDE], "factor_two", "yours is half that."),
        ([("    dW = dW / n\n", "")], "grad_sum", "divide that part by N"),
        ([("    dW = dW / n\n", ""), WIDE], "grad_sum", "divide that part by N"),
        ([("dW / n", "dW"), ("+ 2 * lam * W", "/ n + 2 * lam * W / n")], "penalty_over_n", "then add 2 * lam * W"),
        ([("    loss += lam * np.sum(W * W)\n", "")], "penalty_not_in_loss", "add lam * sum(W**2)"),
        ([("    dW = dW + 2 * lam * W\n", "")], "penalty_not_in_gradient", "add 2 * lam * W"),
        ([OWN], "own_margin", "its margin is always 1"),
        ([OWN, WIDE], "own_margin", "its margin is always 1"),
        ([("binary[margins > 0] = 1", "binary = 1 * margins")], "weighted_by_margin", "ask for margins > 0"),
        ([("    binary[np.arange(n), y] = -np.sum(binary, axis=1)\n", "")], "true_row_missing", "its row gets -x"),
        ([("-np.sum(binary, axis=1)", "-1")], "true_row_always", "for every wrong class that is too close"),
        ([("return loss, dW", "return dW, loss")], "order", "the order is loss, grad_W"),
        ([("return loss, dW", "return loss, dW.T")], "transposed", "W is (K, D)"),
        ([("+ 1)", ")")], "no_one", "misses the 1"),
    ],
)
@pytest.mark.parametrize("name", ["svm_loss", "svm_loss_naive"])
def test_slips_in_the_usual_text_are_named(name, changes, mistake, sentence):
    verdict = verdict_on(svm_answer(*changes), name)
    assert verdict.mistake == mistake
    assert sentence in verdict.message


@pytest.mark.parametrize("name", ["svm_loss", "svm_loss_naive"])
def test_the_usual_text_passes(name):
    assert verdict_on(svm_answer(), name).remarks == ()
    wide = verdict_on(svm_answer(WIDE), name)
    assert wide.passed
    assert [remark.id for remark in wide.remarks] == ["float64"]


def naive(W, X, y, lam=0.0, slope=1, zeros=np.zeros):
    dW = zeros(W.shape)
    loss = 0.0
    for i in range(X.shape[0]):
        scores = X[i].dot(W.T)
        for j in range(W.shape[0]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                dW[j] += X[i]
                dW[y[i]] -= X[i]
    dW = dW / X.shape[0] + slope * lam * W
    return loss / X.shape[0] + lam * np.sum(W * W), dW


def test_the_usual_loops_with_half_the_slope_of_the_penalty():
    verdict = verdict_on(naive, "svm_loss_naive")
    assert verdict.mistake == "factor_two"
    assert "yours is half that" in verdict.message


def test_the_usual_loops_need_not_take_whole_weights_or_labels_of_one_byte():
    def zeros_like_weights(W, X, y, lam=0.0):
        return naive(W, X, y, lam, 2, lambda shape: np.zeros_like(W))

    verdict = verdict_on(zeros_like_weights, "svm_loss_naive")
    assert verdict.passed
    (remark,) = verdict.remarks
    assert "All that the page asks for is right" in remark.text
    assert "whole numbers" in remark.text


@pytest.mark.parametrize("name", ["svm_loss", "svm_loss_naive"])
@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ([("2 * lam * W", "2 * W")], "lam_missing"),
        ([("2 * lam * W", "2 * lam * W**2")], "weights_squared"),
        ([("lam * np.sum(W * W)", "lam * np.sum(W) ** 2")], "square_of_sum"),
        ([("+ 1)", "+ 0.5)")], "half"),
        ([("-np.sum(binary, axis=1)", "-np.sum(binary, axis=0)[y]")], "counts_of_columns"),
        ([("-np.sum(binary, axis=1)", "-np.sum(binary)")], "counts_of_all"),
        ([("np.zeros(margins.shape, X.dtype)", "np.zeros(margins.shape, bool)")], "booleans"),
        ([("margins > 0", "margins >= 0")], "every_class_pulls"),
        ([("return loss, dW", "return loss / n, dW / n")], "factor_n"),
    ],
)
def test_further_slips_in_the_usual_text_are_named(name, changes, mistake):
    verdict = verdict_on(svm_answer(*changes), name)
    assert verdict.mistake == mistake, verdict.message


def softmax_of_lists(scores):
    if np.ndim(scores) == 2:
        return np.array([softmax_of_lists(row) for row in scores])
    total = sum(np.exp(score) for score in scores)
    return np.array([np.exp(score) / total for score in scores])


def log_of_stable_softmax(scores):
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.log(shifted / shifted.sum(axis=-1, keepdims=True))


def margins_of_labels(scores, y):
    margins = np.maximum(0, scores.T - scores[range(len(y)), y] + 1)
    return margins.sum(axis=0)


@pytest.mark.parametrize(
    ("name", "answer", "mistake", "sentence"),
    [
        ("softmax", softmax_of_lists, "no_shift", "subtract the row's highest score first"),
        ("log_softmax", log_of_stable_softmax, "log_of_softmax", "start from the scores"),
        (
            "log_softmax",
            lambda scores: np.log(special.softmax(scores, axis=-1) + 1e-15),
            "epsilon",
            "start from the scores",
        ),
        ("hinge_loss", margins_of_labels, "own_margin", "its margin is always 1"),
        ("nll_loss", lambda log_probs, y: -np.mean(log_probs[range(len(y)), y]), "mean", "one loss for each"),
        ("add_bias_column", lambda X: np.hstack([np.ones((X.shape[0], 1), X.dtype), X]), "first_column", "last column"),
        ("linear_scores", lambda W, X: np.dot(W, X.T), "transposed", "one row per example"),
    ],
)
def test_slips_as_people_write_them_are_named(name, answer, mistake, sentence):
    verdict = verdict_on(answer, name)
    assert verdict.mistake == mistake, verdict.message
    assert sentence in verdict.message


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("softmax", lambda scores: special.softmax(scores, axis=-1)),
        ("log_softmax", lambda scores: special.log_softmax(scores, axis=-1)),
        ("log_softmax", lambda scores: scores - special.logsumexp(scores, axis=-1, keepdims=True)),
    ],
)
def test_answers_of_scipy_pass(name, answer):
    verdict = verdict_on(answer, name)
    assert verdict.passed, verdict.message


@pytest.mark.parametrize(
    ("name", "answer", "remark"),
    [
        ("add_bias_column", lambda X: np.c_[X, np.ones(X.shape[0])], "float64"),
        ("linear_scores", lambda W, X: [[sum(w * x) for w in W] for x in X], "list"),
        ("hinge_loss", lambda scores, y: hinge_in_zeros(scores, y), "float64"),
        ("nll_loss", lambda log_probs, y: [-row[label] for row, label in zip(log_probs, y, strict=True)], "list"),
    ],
)
def test_right_answers_in_another_form_pass_with_a_remark(name, answer, remark):
    verdict = verdict_on(answer, name)
    assert verdict.passed, verdict.message
    assert [one.id for one in verdict.remarks] == [remark]


def hinge_in_zeros(scores, y):
    losses = np.zeros(len(y))
    for i, label in enumerate(y):
        losses[i] = sum(max(0, s - scores[i, label] + 1) for j, s in enumerate(scores[i]) if j != label)
    return losses


def training(call=None, data=None, rate=1.0):
    """Return a training as many write it, which calls loss in another way, changes the data, or takes other steps."""

    def train_linear_classifier(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
        X = data(X) if data else X
        W, losses = np.zeros((n_classes, X.shape[1]), (1.0 * X).dtype), []
        for _ in range(epochs):
            order = rng.permutation(len(X))
            for start in range(0, len(X), batch_size):
                rows = order[start : start + batch_size]
                value, grad = call(loss, W, X, y, rows, lam) if call else loss(W, X[rows], y[rows], lam)
                W = W - rate * learning_rate * grad
                losses.append(value)
        return W, np.array(losses)

    return train_linear_classifier


def twice(loss, W, X, y, rows, lam):
    return loss(W, X[rows], y[rows], lam)[0], loss(W, X[rows], y[rows], lam)[1]


@pytest.mark.parametrize(
    ("answer", "mistake", "sentence"),
    [
        (training(rate=0.5), "step", "A step is W - learning_rate * grad"),
        (training(twice), "called_twice", "You call loss twice for each batch"),
        (training(data=lambda X: X - X.mean(axis=0)), "changed_rows", "take X[batch] and y[batch] as they are"),
        (training(data=lambda X: np.c_[X, np.ones(len(X))]), "theta_shape", "W should have the shape (n_classes, D)"),
        (
            training(lambda loss, W, X, y, rows, lam: loss(W, X[rows].T, y[rows], lam)),
            "batch_shape",
            "A batch should hold whole rows of X",
        ),
        (
            training(lambda loss, W, X, y, rows, lam: loss(W, X[rows], np.eye(len(W))[y[rows]], lam)),
            "changed_labels",
            "Give loss the labels as they are",
        ),
    ],
)
def test_slips_in_training_are_named_in_the_words_of_the_chapter(answer, mistake, sentence):
    verdict = verdict_on(answer, "train_linear_classifier")
    assert verdict.mistake == mistake, verdict.message
    assert sentence in verdict.message
    assert "theta" not in verdict.message


def test_training_may_leave_out_a_penalty_of_0():
    def call(loss, W, X, y, rows, lam):
        return loss(W, X[rows], y[rows], lam) if lam else loss(W, X[rows], y[rows])

    assert verdict_on(training(call), "train_linear_classifier").passed


def test_answers_of_torch_pass():
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional

    def tensors(scores, y):
        scores = scores if scores.dtype.kind == "f" else scores.astype(float)
        return torch.tensor(scores), torch.tensor(y.astype(np.int64))

    def hinge_loss(scores, y):
        # PyTorch divides by the number of classes.
        return functional.multi_margin_loss(*tensors(scores, y), reduction="none").numpy() * scores.shape[1]

    def nll_loss(log_probs, y):
        return functional.nll_loss(*tensors(log_probs, y), reduction="none").numpy()

    def svm_loss(W, X, y, lam=0.0):
        X, y = tensors(X, y)
        W = torch.tensor(1.0 * W, requires_grad=True)
        scores = X.to(W.dtype) @ W.T
        others = torch.arange(len(W)) != y[:, None]
        loss = (torch.relu(scores - scores.gather(1, y[:, None]) + 1) * others).sum() / len(y) + lam * (W**2).sum()
        loss.backward()
        return loss.item(), W.grad.numpy()

    for answer in (hinge_loss, nll_loss, svm_loss):
        verdict = verdict_on(answer)
        assert verdict.passed, verdict.message
    assert verdict_on(svm_loss, "svm_loss_naive").passed


def test_the_loop_takes_the_case_for_speed():
    exercise = find("svm_loss")
    case = exercise.all_cases(7)[-1]
    outcome = LocalRunner(exercise.slow).run(case, parameter_names(exercise))
    assert outcome.error is None
    W, X = case.args[:2]
    assert outcome.outputs[0] == pytest.approx(np.sum(X @ W.T))
