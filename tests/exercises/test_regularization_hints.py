"""A beginner of chapter 3 who follows the hints to the letter passes (test_hints.py has the other chapters)."""

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.catalogue import exercises
from solutions.logistic_regression import logistic_loss

CHAPTER = {name: exercise for name, exercise in exercises().items() if exercise.chapter == "regularization"}


def polynomial_features(x, degree):
    x = np.asarray(x)
    if x.dtype.kind != "f":
        x = x.astype(float)
    return np.stack([x**k for k in range(1, degree + 1)], axis=1)


def ngrams(tokens, n):
    return [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]


def l2_penalty(W):
    return np.sum(W**2), 2 * W


def l1_penalty(W):
    return np.sum(np.abs(W)), np.sign(W)


def elastic_net_penalty(W, beta):
    return np.sum(beta * W**2 + np.abs(W)), 2 * beta * W + np.sign(W)


def ridge_regression(X, y, lam):
    A = X - X.mean(axis=0)
    r = y - y.mean()
    w = np.linalg.solve(A.T @ A / len(y) + lam * np.eye(A.shape[1], dtype=A.dtype), A.T @ r / len(y))
    return w, y.mean() - X.mean(axis=0) @ w


def k_fold(n, k, rng):
    folds = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]


def soft_threshold(w, t):
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


def proximal_gradient_descent(grad, prox, w0, learning_rate, steps):
    w = np.asarray(w0) * 1.0
    path = [w]
    for _ in range(steps):
        w = prox(w - learning_rate * grad(w), learning_rate)
        path.append(w)
    return np.stack(path)


def regularized_logistic_loss(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = logistic_loss(w, b, X, y)
    value, slope = penalty(w)
    return loss + lam * value, grad_w + lam * slope, grad_b


def dropout(h, rate, rng, training=True):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return h.copy()
    kept = rng.random(h.shape) >= rate
    return kept * h / (1 - rate)


@pytest.mark.parametrize("exercise", CHAPTER.values(), ids=CHAPTER.keys())
@pytest.mark.parametrize("seed", range(5))
def test_what_the_hints_lead_to_passes(exercise, seed):
    verdict = evaluate(exercise, globals()[exercise.name], seed=seed)
    assert verdict.passed, verdict.message
