"""What the last hints of chapter 2 lead to passes, as in test_hints.py; so do other answers that beginners give."""

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.catalogue import exercises
from solutions.gradient_descent import minibatches

CHAPTER = [exercise for exercise in exercises().values() if exercise.chapter == "logistic_regression"]
PRONOUNS = {"i", "me", "my", "mine", "we", "us", "our", "ours", "you", "your", "yours"}


def naive_bayes_fit(X, y, alpha=1.0):
    log_prior, log_likelihood = np.zeros(2), np.zeros((2, X.shape[1]))
    for c in (0, 1):
        counts = X[y == c].sum(axis=0) + alpha
        log_likelihood[c] = np.log(counts / counts.sum())
        log_prior[c] = np.log(np.mean(y == c))
    return log_prior, log_likelihood


def naive_bayes_predict(log_prior, log_likelihood, X):
    scores = X @ log_likelihood.T + log_prior
    return np.argmax(scores, axis=1)


def sentiment_features(tokens, positive, negative):
    words = [token.lower() for token in tokens]
    return np.array(
        [
            sum(word in positive for word in words),
            sum(word in negative for word in words),
            "no" in words,
            sum(word in PRONOUNS for word in words),
            "!" in words,
            np.log(len(tokens)),
        ],
        dtype=float,
    )


def period_features(tokens, i, abbreviations):
    first = tokens[i].islower()
    second = tokens[i].lower() in abbreviations
    third = tokens[i] == "St." and i > 0 and tokens[i - 1][0].isupper()
    return np.array([first, second, third], dtype=float)


def sigmoid(z):
    small = np.exp(-abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def log_sigmoid(z):
    return np.minimum(z, 0) - np.log1p(np.exp(-abs(z)))


def predict_proba(w, b, X):
    return sigmoid(X @ w + b)


def predict(w, b, X):
    return (X @ w + b > 0).astype(int)


def bernoulli_log_likelihood(p, outcomes):
    heads = np.sum(outcomes)
    tails = len(outcomes) - heads
    total = 0.0 * p
    if heads > 0:
        total = total + heads * np.log(p)
    if tails > 0:
        total = total + tails * np.log(1 - p)
    return total


def binary_cross_entropy(y_hat, y):
    chance = np.where(y == 1, y_hat, 1 - y_hat)
    return -np.log(chance)


def logistic_loss(w, b, X, y):
    z = X @ w + b
    y = y.astype(z.dtype)
    loss = -np.mean(y * log_sigmoid(z) + (1 - y) * log_sigmoid(-z))
    error = sigmoid(z) - y
    return loss, X.T @ error / len(y), np.mean(error)


def train_logistic_regression(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1], (1.0 * X).dtype), 0.0, []
    for _ in range(epochs):
        for batch in minibatches(len(X), batch_size, rng):
            loss, grad_w, grad_b = logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w = w - learning_rate * grad_w
            b = b - learning_rate * grad_b
        _, grad_w, grad_b = logistic_loss(w, b, X, y)
        if np.sqrt(grad_w @ grad_w + grad_b**2) < tol:
            break
    return w, b, np.array(losses)


def accuracy(y_hat, y):
    return np.mean(y_hat == y)


def precision_recall_f1(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    fp = np.sum((y_hat == 1) & (y == 0))
    fn = np.sum((y_hat == 0) & (y == 1))
    if tp == 0:
        return 0.0, 0.0, 0.0
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    return precision, recall, 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize("exercise", CHAPTER, ids=lambda exercise: exercise.name)
@pytest.mark.parametrize("seed", range(5))
def test_what_the_hints_lead_to_passes(exercise, seed):
    verdict = evaluate(exercise, globals()[exercise.name], seed=seed)
    assert verdict.passed, verdict.message


def both_branches(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def test_a_sigmoid_that_warns_only_passes():
    with np.errstate(all="ignore"):
        assert np.isfinite(both_branches(np.array([-1000.0, 1000.0]))).all()
    assert evaluate("logistic_regression.sigmoid", both_branches).passed


def test_every_function_of_the_chapter_has_its_exercise():
    assert len(CHAPTER) == 14
