"""A beginner who follows the hints to the letter passes: the answers below are what each last hint leads to."""

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.catalogue import exercises


def center_columns(X):
    return X - X.mean(axis=0)


def squared_error(y_hat, y):
    return (y_hat - y) ** 2


def shift_loss(theta, x, y):
    residual = x + theta - y
    return np.mean(residual**2), 2 * np.mean(residual)


def gradient_descent(grad, theta0, learning_rate, steps, tol=0.0):
    theta = np.asarray(theta0) * 1.0
    path = [theta]
    for _ in range(steps):
        slope = grad(theta)
        if np.linalg.norm(slope) < tol:
            break
        theta = theta - learning_rate * slope
        path.append(theta)
    return np.stack(path)


def first_slip(path, grad, learning_rate, atol=1e-6):
    for i in range(1, len(path)):
        expected = path[i - 1] - learning_rate * grad(path[i - 1])
        if abs(path[i] - expected) > atol:
            return i
    return -1


def linear_regression_loss(w, b, X, y):
    residual = X @ w + b - y
    return np.mean(residual**2), 2 * X.T @ residual / len(y), 2 * np.mean(residual)


def least_squares(X, y):
    A = np.column_stack([X, np.ones(len(X), X.dtype)])
    v = np.linalg.lstsq(A, y, rcond=None)[0]
    return v[:-1], v[-1]


def cubic_gradient(x, y):
    df_dx = 30 * x**2 * y**2 + 5 * y**3 + 4
    df_dy = 20 * x**3 * y + 15 * x * y**2 + 1
    return df_dx, df_dy


def bowl_gradient(x, y):
    return 8 * x, 2 * y


def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x)
    point = x.astype(np.float64)
    slopes = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        above, below = point.copy(), point.copy()
        above[i] += h
        below[i] -= h
        slopes[i] = (f(above) - f(below)) / (2 * h)
    return slopes.astype(x.dtype) if x.dtype.kind == "f" else slopes


def relative_error(a, b):
    difference = np.max(np.abs(a - b))
    largest = np.max([np.max(np.abs(a)), np.max(np.abs(b))])
    if not np.isfinite(difference) or not np.isfinite(largest):
        return np.inf
    if largest == 0:
        return 0.0
    return difference / largest


def random_search(loss, shape, trials, rng, scale=1.0):
    best, best_loss = None, np.inf
    losses = np.empty(trials)
    for t in range(trials):
        guess = rng.normal(0, scale, shape)
        value = loss(guess)
        losses[t] = value
        if value < best_loss:
            best, best_loss = guess, value
    return best, best_loss, losses


def minibatches(n, batch_size, rng):
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


def sgd(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta, losses = theta0, []
    for _ in range(epochs):
        for batch in minibatches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            losses.append(loss)
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


# Chapters 2 and 3 have files of their own, test_logistic_regression_hints.py and test_regularization_hints.py.
LATER = ("logistic_regression", "regularization", "softmax_svm", "word2vec")
ANSWERED = {name: exercise for name, exercise in exercises().items() if exercise.chapter not in LATER}


@pytest.mark.parametrize("exercise", ANSWERED.values(), ids=ANSWERED.keys())
@pytest.mark.parametrize("seed", range(5))
def test_what_the_hints_lead_to_passes(exercise, seed):
    verdict = evaluate(exercise, globals()[exercise.name], seed=seed)
    assert verdict.passed, verdict.message


@pytest.mark.parametrize("exercise", exercises().values(), ids=exercises().keys())
def test_float32_is_no_hidden_trap(exercise):
    """The dtype is a rule of the course that few beginners think of: where it counts, a public case says so."""
    cases = exercise.all_cases(0)
    hidden = [case.name for case in cases if case.hidden and "float32" in case.name]
    assert hidden == []
