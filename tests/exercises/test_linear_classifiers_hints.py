"""A beginner of chapter 4 who follows the hints from cross-entropy to Platt scaling to the letter passes."""

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.catalogue import find
from solutions.gradient_descent import sgd
from solutions.logistic_regression import log_sigmoid, sigmoid
from solutions.softmax_svm import log_softmax

NAMES = (
    "cross_entropy",
    "kl_divergence",
    "softmax_loss",
    "loss_bases",
    "logistic_chain",
    "train_linear_classifier",
    "confusion_matrix",
    "platt_scaling",
)


def cross_entropy(p, q):
    return -np.sum(np.where(p > 0, p * np.log(q), 0), axis=-1)


def kl_divergence(p, q):
    return np.sum(np.where(p > 0, p * np.log(p / q), 0), axis=-1)


def softmax_loss(W, X, y, lam=0.0):
    log_probs = log_softmax(X @ W.T)
    rows = np.arange(len(y))
    loss = -np.mean(log_probs[rows, y]) + lam * np.sum(W**2)
    slopes = np.exp(log_probs)
    slopes[rows, y] -= 1
    return loss, slopes.T @ X / len(y) + 2 * lam * W


def loss_bases(z):
    return (z <= 0).astype(z.dtype), sigmoid(-z), -log_sigmoid(z)


def logistic_chain(w, x):
    u = w @ x
    p = sigmoid(u)
    return u, p, -log_sigmoid(u), -1 / p, p * (1 - p), (p - 1) * x


def train_linear_classifier(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]), (1.0 * X).dtype)
    return sgd(
        lambda W, X, y: loss(W, X, y, lam),
        W,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        epochs=epochs,
        rng=rng,
    )


def confusion_matrix(y_hat, y, n_classes):
    table = np.zeros((n_classes, n_classes), int)
    for guess, truth in zip(y_hat, y):  # noqa: B905 - as the hint says
        table[truth, guess] += 1
    return table


def platt_scaling(scores, y):
    s = scores.astype(float)
    ones = np.sum(y == 1)
    targets = np.where(y == 1, (ones + 1) / (ones + 2), 1 / (len(y) - ones + 2))
    F = np.stack([(s - s.mean()) / s.std(), np.ones(len(s))], axis=1)
    theta = np.zeros(2)
    for _ in range(50):
        p = sigmoid(F @ theta)
        H = F.T @ (F * (p * (1 - p))[:, None])
        theta = theta - np.linalg.solve(H, F.T @ (p - targets))
    a = theta[0] / s.std()
    return a, theta[1] - a * s.mean()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(5))
def test_what_the_hints_lead_to_passes(name, seed):
    verdict = evaluate(find(name), globals()[name], seed=seed)
    assert verdict.passed, verdict.message
