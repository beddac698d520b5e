"""Chapter 4: training a linear classifier."""

from __future__ import annotations

import numpy as np

from solutions import softmax_svm as ref
from solutions.gradient_descent import sgd

from ..checking.exercise import Case, Exercise, Mistake, Seed
from . import rules
from .callbacks import one_hot_pull


def _data(seed, n, d, k, dtype=np.float64):
    """Return inputs and labels; every class occurs if there are enough examples."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % k)
    return (rng.normal(size=(n, d)) + 0.5 * y[:, None]).astype(dtype), y


def _settings(lam, learning_rate, batch_size, epochs, seed):
    return {
        "lam": lam,
        "learning_rate": learning_rate,
        "batch_size": batch_size,
        "epochs": epochs,
        "rng": Seed(seed),
    }


def _hidden(name, *arguments_and_settings):
    *arguments, settings = arguments_and_settings
    return Case(name, (one_hot_pull, *arguments), settings, hidden=True, once=True)


def _trainings(rng):
    seed, n, k = int(rng.integers(2**31)), int(rng.integers(25, 40)), int(rng.integers(2, 5))
    settings = _settings(rng.uniform(0.2, 0.5), 0.02, int(rng.integers(7, 11)), 2, seed)
    yield _hidden("random data", *_data(seed, n, 2, k), k, settings)


def _cut(order, batch_size):
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def _float(X):
    return X.dtype if X.dtype.kind == "f" else np.dtype(float)


def _by_sgd(loss, X, y, n_classes, *, lam, **settings):
    W = np.zeros((n_classes, X.shape[1]), _float(X))
    return sgd(lambda W, X_batch, y_batch: loss(W, X_batch, y_batch, lam), W, X, y, **settings)


def _shuffled_data(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W = np.zeros((n_classes, X.shape[1]), _float(X))
    losses, order = np.zeros(epochs * -(-len(X) // batch_size)), np.arange(len(X))
    t = 0
    for _ in range(epochs):
        rng.shuffle(order)
        X_mixed, y_mixed = X[order], y[order]
        for start in range(0, len(X), batch_size):
            stop = start + batch_size
            losses[t], grad = loss(W, X_mixed[start:stop], y_mixed[start:stop], lam)
            W -= learning_rate * grad
            t += 1
    return W, losses


def _float64_and_lists(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    N, D = X.shape
    W = np.zeros((n_classes, D))
    losses = []
    for _ in range(epochs):
        indices = np.arange(N)
        rng.shuffle(indices)
        for i in range(0, N, batch_size):
            idx = indices[i : i + batch_size]
            value, dW = loss(W, X[idx, :], y[idx], lam=lam)
            losses.append(value)
            W += -learning_rate * dW
    return W, losses


def _one_row_per_class(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    W, losses = np.vstack([np.zeros(X.shape[1]) for _ in range(n_classes)]), np.array([])
    for order in [rng.permutation(y.size) for _ in range(epochs)]:
        for rows in np.split(order, np.arange(batch_size, y.size, batch_size)):
            found = loss(W, X.take(rows, axis=0), y.take(rows), lam)
            losses, W = np.append(losses, found[0]), W - found[1] * learning_rate
    return W, losses


def _epochs(n, batch_size, epochs, rng):
    """Yield the batches of all epochs, in the right way."""
    for _ in range(epochs):
        yield from _cut(rng.permutation(n), batch_size)


def _train(batches=_epochs, step=None, finish=None, start=None, call=None):
    """Return a training that takes other batches or steps, calls loss in another way, or returns something else."""

    def train(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
        zeros = np.zeros((n_classes, X.shape[1]), _float(X))
        path, losses = [start(zeros, y, rng) if start else zeros], []
        for rows in batches(len(X), batch_size, epochs, rng):
            W = path[-1]
            value, grad = call(loss, W, X, y, rows, lam, rng) if call else loss(W, X[rows], y[rows], lam)
            path.append(step(path, grad, learning_rate, rows, lam) if step else W - learning_rate * grad)
            losses.append(value)
        return finish(path, np.array(losses), epochs) if finish else (path[-1], np.array(losses))

    return train


def _drawn(n, batch_size, epochs, rng):
    return [rng.integers(0, n, len(rows)) for _ in range(epochs) for rows in _cut(np.arange(n), batch_size)]


def _full_batches(n, batch_size, epochs, rng):
    return [rows for rows in _epochs(n, batch_size, epochs, rng) if len(rows) == batch_size or n < batch_size]


def _only_loss(loss, X, y, n_classes, *, rng, **settings):
    """Train on the loss of softmax, whatever loss is given."""
    return _train()(ref.softmax_loss, X, y, n_classes, rng=rng, **settings)


def _returns_in_loop(loss, X, y, n_classes, *, lam, learning_rate, batch_size, epochs, rng):
    rows = rng.permutation(len(X))[:batch_size]
    W = np.zeros((n_classes, X.shape[1]), _float(X))
    value, grad = loss(W, X[rows], y[rows], lam)
    return W - learning_rate * grad, np.array([value])


train_linear_classifier = Exercise(
    ref.train_linear_classifier,
    number="4.14",
    title="Train a linear classifier",
    points=3,
    minutes=15,
    difficulty=2,
    rule=rules.train_linear_classifier,
    returns=("W", "losses"),
    cases=(
        Case(
            "23 examples, three classes, 5 per batch",
            (one_hot_pull, *_data(1, 23, 2, 3), 3),
            _settings(0.3, 0.02, 5, 2, 1),
            times=2,
            weight=2,
        ),
        Case(
            "24 examples, two classes, 8 per batch",
            (one_hot_pull, *_data(2, 24, 3, 2), 2),
            _settings(0.2, 0.01, 8, 2, 2),
            weight=2,
            once=True,
        ),
        Case(
            "a class without examples",
            (one_hot_pull, *_data(3, 9, 2, 3), 4),
            _settings(0.3, 0.02, 4, 2, 3),
            once=True,
        ),
        _hidden("no penalty", *_data(4, 8, 2, 3), 3, _settings(0.0, 0.02, 3, 2, 4)),
        Case(
            "float32",
            (one_hot_pull, *_data(5, 10, 2, 3, np.float32), 3),
            _settings(0.3, 0.02, 4, 2, 5),
            once=True,
        ),
        Case(
            "whole numbers",
            (one_hot_pull, np.array([[1, 2], [0, 1], [3, -1]]), np.array([2, 0, 1]), 3),
            _settings(0.4, 0.02, 2, 2, 6),
            once=True,
        ),
        _hidden("one example per batch", *_data(7, 6, 2, 2), 2, _settings(0.3, 0.02, 1, 2, 7)),
        _hidden("one batch for all", *_data(8, 7, 4, 3), 3, _settings(0.3, 0.02, 7, 3, 8)),
        _hidden("batches larger than the data", *_data(9, 5, 2, 2), 2, _settings(0.3, 0.02, 9, 3, 9)),
        _hidden("one example", np.array([[1.0, -2.0]]), np.array([1]), 2, _settings(0.3, 0.02, 1, 3, 11)),
    ),
    random_cases=_trainings,
    hints=(
        "It is your sgd with W in the part of theta: W starts as zeros of the shape (n_classes, D), and every mini-batch makes a step.",
        "sgd wants a function of (theta, X_batch, y_batch), and loss also takes lam: write a small function, or a lambda, that hands lam on. "
        "The zeros take the dtype of X, if those are floats.",
        "`W = np.zeros((n_classes, X.shape[1]), (1.0 * X).dtype)`, then `return sgd(lambda W, X, y: loss(W, X, y, lam), W, X, y, "
        "learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, rng=rng)`.",
    ),
    right=(_by_sgd, _shuffled_data, _train(), _float64_and_lists, _one_row_per_class),
    equivalent={
        "X = as_float(X) -> ": "sgd makes floats of whole numbers",
        "-> W = xp.zeros((n_classes, X.shape[1]), dtype=X.dtype)": "NumPy has one device only",
    },
    mistakes=(
        Mistake("lam_missing", _train(call=lambda loss, W, X, y, rows, lam, rng: loss(W, X[rows], y[rows]))),
        Mistake(
            "lam_changed",
            _train(call=lambda loss, W, X, y, rows, lam, rng: loss(W, X[rows], y[rows], lam / len(rows))),
        ),
        Mistake(
            "penalty_twice",
            _train(step=lambda path, grad, rate, rows, lam: path[-1] - rate * (grad + 2 * lam * path[-1])),
        ),
        Mistake(
            "start", _train(start=lambda zeros, y, rng: zeros + 0.01 * rng.normal(size=zeros.shape).astype(zeros.dtype))
        ),
        Mistake("start", _train(start=lambda zeros, y, rng: zeros + 1)),
        Mistake("theta_shape", _train(start=lambda zeros, y, rng: zeros.T)),
        Mistake("theta_shape", _train(start=lambda zeros, y, rng: zeros[: len(np.unique(y))])),
        Mistake("theta_shape", _train(start=lambda zeros, y, rng: zeros[0])),
        Mistake(
            "pairs_broken", _train(call=lambda loss, W, X, y, rows, lam, rng: loss(W, X[rows], y[: len(rows)], lam))
        ),
        Mistake(
            "pairs_broken",
            _train(call=lambda loss, W, X, y, rows, lam, rng: loss(W, X[rows], y[rng.permutation(rows)], lam)),
        ),
        Mistake(
            "changed_labels", _train(call=lambda loss, W, X, y, rows, lam, rng: loss(W, X[rows], y[rows] + 1, lam))
        ),
        Mistake(
            "changed_labels",
            _train(call=lambda loss, W, X, y, rows, lam, rng: loss(W, X[rows], y[rows].astype(float), lam)),
        ),
        Mistake("whole_data", _train(call=lambda loss, W, X, y, rows, lam, rng: loss(W, X, y, lam))),
        Mistake("never_called", _only_loss),
        Mistake("uphill", _train(step=lambda path, grad, rate, rows, lam: path[-1] + rate * grad)),
        Mistake("learning_rate_ignored", _train(step=lambda path, grad, rate, rows, lam: path[-1] - grad)),
        Mistake("divided_twice", _train(step=lambda path, grad, rate, rows, lam: path[-1] - rate / len(rows) * grad)),
        Mistake("not_updated", _train(step=lambda path, grad, rate, rows, lam: path[0])),
        Mistake("step", _train(step=lambda path, grad, rate, rows, lam: path[-1] - rate / len(path) * grad)),
        Mistake("with_replacement", _train(_drawn)),
        Mistake("last_dropped", _train(_full_batches)),
        Mistake("not_shuffled", _train(lambda n, b, epochs, rng: _cut(np.arange(n), b) * epochs)),
        Mistake("same_shuffle", _train(lambda n, b, epochs, rng: _cut(rng.permutation(n), b) * epochs)),
        Mistake("seed_hard_coded", _train(lambda n, b, epochs, rng: _epochs(n, b, epochs, np.random.default_rng(0)))),
        Mistake("ignores_rng", _train(lambda n, b, epochs, rng: _epochs(n, b, epochs, np.random))),
        Mistake("one_epoch", _train(lambda n, b, epochs, rng: _epochs(n, b, 1, rng))),
        Mistake("epochs", _train(lambda n, b, epochs, rng: _epochs(n, b, epochs + 1, rng))),
        Mistake(
            "one_batch_per_epoch", _train(lambda n, b, epochs, rng: [rng.permutation(n)[:b] for _ in range(epochs)])
        ),
        Mistake("returns_in_loop", _returns_in_loop),
        Mistake("before_last_update", _train(finish=lambda path, losses, epochs: (path[-2], losses))),
        Mistake("theta", _train(finish=lambda path, losses, epochs: (np.mean(path[1:], axis=0), losses))),
        Mistake("dtype", _train(finish=lambda path, losses, epochs: (path[-1].astype(float), losses)), craft=True),
        Mistake("epoch_losses", _train(finish=lambda path, v, epochs: (path[-1], v.reshape(epochs, -1).mean(axis=1)))),
        Mistake("losses_length", _train(finish=lambda path, losses, epochs: (path[-1], losses[1:]))),
        Mistake("losses", _train(finish=lambda path, losses, epochs: (path[-1], losses[::-1]))),
        Mistake("list_not_array", _train(finish=lambda path, losses, epochs: (path[-1], losses.tolist())), craft=True),
        Mistake("structure", _train(finish=lambda path, losses, epochs: path[-1])),
    ),
)
