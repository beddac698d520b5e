"""Chapter 2: training."""

from __future__ import annotations

from functools import partial

import numpy as np

from solutions import logistic_regression as ref

from ..checking.exercise import Case, Exercise, Mistake, Seed
from . import rules


def _data(seed, n, d, dtype=np.float64):
    """Return inputs and labels that no line separates, so that the weights stay small."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 3 == 0
    return (rng.normal(size=(n, d)) + 0.7 * y[:, None]).astype(dtype), y.astype(int)


def _own_weights(n):
    """Return n examples of class 1, each with a feature of its own: its weight tells when it was used."""
    return np.eye(n), np.ones(n, int)


# The weight is thrown to and fro, so that scores of hundreds come on the wrong side, too.
LARGE = np.array([[300.0], [200.0], [-30.0], [-80.0]]), np.array([1, 0, 0, 0])


def _settings(learning_rate, batch_size, epochs, seed, **tol):
    return {"learning_rate": learning_rate, "batch_size": batch_size, "epochs": epochs, "rng": Seed(seed), **tol}


def _hidden(name, data, settings, times=1):
    return Case(name, data, settings, hidden=True, times=times, once=True)


def _trainings(rng):
    seed, n = int(rng.integers(2**31)), int(rng.integers(8, 15))
    yield _hidden("random data, one batch", _data(seed, n, 3), _settings(rng.uniform(0.2, 0.6), n, 3, seed))
    settings = _settings(0.4, int(rng.integers(3, 6)), 1, seed)
    yield _hidden("random batch size", _own_weights(int(rng.integers(24, 34))), settings, times=2)


def _loss(w, b, X, y):
    y = y.astype(w.dtype)
    z = X @ w + b
    error = 1 / (1 + np.exp(-z)) - y
    return np.mean(np.logaddexp(0, z) - y * z), X.T @ error / len(y), np.mean(error)


def _cut(order, batch_size):
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def _float(X):
    return X.dtype if X.dtype.kind == "f" else np.dtype(float)


def _epochs(n, batch_size, rng):
    return _cut(rng.permutation(n), batch_size)


def _train(batches=_epochs, step=None, stop=None, start=0.0, finish=None, loss=_loss):
    """Return a training that takes other batches or steps, or returns something else."""

    def train(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
        w, b, losses = np.full(X.shape[1], start, _float(X)), start, []
        for _ in range(epochs):
            for rows in batches(len(X), batch_size, rng):
                value, grad_w, grad_b = loss(w, b, X[rows], y[rows])
                losses.append(value)
                w, b = (
                    step(w, b, grad_w, grad_b, learning_rate)
                    if step
                    else (w - learning_rate * grad_w, b - learning_rate * grad_b)
                )
            _, grad_w, grad_b = _loss(w, b, X, y)
            if (stop(grad_w, grad_b) if stop else np.sqrt(grad_w @ grad_w + grad_b**2)) < tol:
                break
        return finish(w, b, np.array(losses), epochs) if finish else (w, b, np.array(losses))

    return train


def _train_one_vector(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    design = np.column_stack([X, np.ones(len(X), _float(X))])
    theta, losses = np.zeros(design.shape[1], _float(X)), []
    for _ in range(epochs):
        order = np.arange(len(X))
        rng.shuffle(order)
        for rows in _cut(order, batch_size):
            value, grad, _ = _loss(theta, 0.0, design[rows], y[rows])
            losses.append(value)
            theta = theta - learning_rate * grad
        if np.linalg.norm(_loss(theta, 0.0, design, y)[1]) < tol:
            break
    return theta[:-1], theta[-1], np.array(losses)


def _train_float64_and_lists(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    N, D = X.shape
    w, b, losses = np.zeros(D), 0, []
    for _ in range(epochs):
        order = rng.permutation(N)
        for i in range(0, N, batch_size):
            X_batch, y_batch = X[order[i : i + batch_size]], y[order[i : i + batch_size]]
            z = X_batch @ w + b
            losses.append(np.mean(np.where(y_batch == 1, np.logaddexp(0, -z), np.logaddexp(0, z))))
            error = (1 + np.tanh(z / 2)) / 2 - y_batch
            w = w - learning_rate * np.dot(error, X_batch) / len(y_batch)
            b -= learning_rate * error.mean()
        error = (1 + np.tanh((X @ w + b) / 2)) / 2 - y
        gradient = np.append(X.T @ error, error.sum()) / N
        if np.sqrt((gradient**2).sum()) < tol:
            return w, b, losses
    return w, b, losses


def _train_until_small(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses, epoch, small = np.zeros_like(X[0] * 1.0), 0.0, np.zeros(0), 0, False
    while epoch < epochs and not small:
        for rows in _epochs(len(y), batch_size, rng):
            value, grad_w, grad_b = _loss(w, b, X[rows], y[rows])
            losses = np.concatenate([losses, [value]])
            w, b = w - learning_rate * grad_w, b - learning_rate * grad_b
        _, grad_w, grad_b = _loss(w, b, X, y)
        small = np.linalg.norm(np.r_[grad_w, grad_b]) < tol
        epoch += 1
    return [w.tolist(), float(b), losses]


def _shuffled_once(X, y, *, rng, **settings):
    order = rng.permutation(len(X))
    return _train(lambda n, batch_size, rng: _cut(order, batch_size))(X, y, rng=rng, **settings)


def _first_epoch_only(X, y, *, epochs, **settings):
    return _train()(X, y, epochs=1, **settings)


def _drawn(n, batch_size, rng):
    return [rng.integers(0, n, len(rows)) for rows in _cut(np.arange(n), batch_size)]


def _after_steps(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1], _float(X)), 0.0, []
    for _ in range(epochs):
        for rows in _epochs(len(X), batch_size, rng):
            _, grad_w, grad_b = _loss(w, b, X[rows], y[rows])
            w, b = w - learning_rate * grad_w, b - learning_rate * grad_b
            losses.append(_loss(w, b, X[rows], y[rows])[0])
        _, grad_w, grad_b = _loss(w, b, X, y)
        if np.sqrt(grad_w @ grad_w + grad_b**2) < tol:
            break
    return w, b, np.array(losses)


def _stopped_within(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1], _float(X)), 0.0, []
    for rows in (rows for _ in range(epochs) for rows in _epochs(len(X), batch_size, rng)):
        value, grad_w, grad_b = _loss(w, b, X[rows], y[rows])
        losses.append(value)
        w, b = w - learning_rate * grad_w, b - learning_rate * grad_b
        _, grad_w, grad_b = _loss(w, b, X, y)
        if np.sqrt(grad_w @ grad_w + grad_b**2) < tol:
            break
    return w, b, np.array(losses)


def _stopped_before_epoch(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1], _float(X)), 0.0, []
    for _ in range(epochs):
        _, grad_w, grad_b = _loss(w, b, X, y)
        if np.sqrt(grad_w @ grad_w + grad_b**2) < tol:
            break
        for rows in _epochs(len(X), batch_size, rng):
            value, grad_w, grad_b = _loss(w, b, X[rows], y[rows])
            losses.append(value)
            w, b = w - learning_rate * grad_w, b - learning_rate * grad_b
    return w, b, np.array(losses)


def _stopped_by_batch(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1], _float(X)), 0.0, []
    for _ in range(epochs):
        for rows in _epochs(len(X), batch_size, rng):
            value, grad_w, grad_b = _loss(w, b, X[rows], y[rows])
            losses.append(value)
            w, b = w - learning_rate * grad_w, b - learning_rate * grad_b
        if np.sqrt(grad_w @ grad_w + grad_b**2) < tol:
            break
    return w, b, np.array(losses)


def _of_probabilities(w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return -np.mean(np.log(np.where(y == 1, p, 1 - p))), *_loss(w, b, X, y)[1:]


def _with_epsilon(epsilon, w, b, X, y):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return -np.mean(y * np.log(p + epsilon) + (1 - y) * np.log(1 - p + epsilon)), *_loss(w, b, X, y)[1:]


def _summed(w, b, X, y):
    value, grad_w, grad_b = _loss(w, b, X, y)
    return value, len(y) * grad_w, len(y) * grad_b


train_logistic_regression = Exercise(
    ref.train_logistic_regression,
    number="2.12",
    title="Train logistic regression",
    points=4,
    minutes=20,
    difficulty=3,
    rule=rules.train_logistic_regression,
    returns=("w", "b", "losses"),
    cases=(
        Case("every example has its own feature", _own_weights(26), _settings(0.5, 4, 1, 1), times=2, weight=2),
        Case("one batch for all", _data(2, 12, 3), _settings(0.5, 12, 4, 2), weight=2, once=True),
        # Norms of other kinds, or of other gradients, fall below tol in other epochs.
        Case("stops where the gradient is small", _data(0, 9, 2), _settings(0.5, 9, 12, 3, tol=0.19), once=True),
        Case("two epochs, one example per batch", _own_weights(14), _settings(0.5, 1, 2, 4), once=True),
        Case("several batches, and a small gradient", _own_weights(26), _settings(0.5, 4, 4, 9, tol=0.25), once=True),
        Case("a gradient that is small at once", _data(4, 6, 2), _settings(0.1, 6, 3, 11, tol=2.0), once=True),
        _hidden("batches larger than the data", _data(5, 7, 4), _settings(0.3, 20, 3, 5)),
        Case(
            "whole numbers",
            (np.array([[1, 2], [0, 1], [3, -1]]), np.array([1, 0, 0])),
            _settings(0.2, 3, 3, 6),
            once=True,
        ),
        _hidden("scores in the hundreds", LARGE, _settings(0.5, 4, 3, 10)),
        Case("float32", _data(7, 9, 2, np.float32), _settings(0.5, 9, 3, 7), once=True),
        _hidden("a smaller gradient", _data(1, 12, 3), _settings(2.0, 12, 12, 8, tol=0.085)),
    ),
    random_cases=_trainings,
    hints=(
        "It is your sgd with two parameters: w starts as D zeros, b as 0, and every mini-batch makes a step with the gradients that logistic_loss returns.",
        "minibatches of chapter 1 gives the batches: X[batch] and y[batch] are its examples. Note the loss, then step in w and in b. After an epoch's "
        "batches call logistic_loss once more, on all the data, and stop if the norm of grad_w and grad_b together is below tol.",
        "Start: `w, b, losses = np.zeros(X.shape[1], (1.0 * X).dtype), 0.0, []`. Then `for _ in range(epochs):`, in it `for batch in minibatches(len(X), batch_size, rng):` "
        "with `loss, grad_w, grad_b = logistic_loss(w, b, X[batch], y[batch])`, `losses.append(loss)`, `w = w - learning_rate * grad_w` and the same for b. After the inner "
        "loop: `_, grad_w, grad_b = logistic_loss(w, b, X, y)` and `if np.sqrt(grad_w @ grad_w + grad_b**2) < tol: break`. At the end `return w, b, np.array(losses)`.",
    ),
    right=(_train(), _train_one_vector, _train_float64_and_lists, _train_until_small),
    equivalent={
        "X = as_float(X) -> ": "sgd makes floats of whole numbers",
        "-> theta = xp.zeros(X.shape[1] + 1, dtype=X.dtype)": "NumPy has one device only",
        "-> if tol >= 0 and": "no norm is below 0",
        "-> if tol > -1 and": "no norm is below 0",
        "(theta, X, y)[1]) <= tol": "no norm is exactly tol",
    },
    mistakes=(
        Mistake("summed_gradient", _train(loss=_summed)),
        Mistake("uphill", _train(step=lambda w, b, grad_w, grad_b, rate: (w + rate * grad_w, b + rate * grad_b))),
        Mistake("learning_rate_ignored", _train(step=lambda w, b, grad_w, grad_b, rate: (w - grad_w, b - grad_b))),
        Mistake("bias_not_trained", _train(step=lambda w, b, grad_w, grad_b, rate: (w - rate * grad_w, b))),
        Mistake("start_at_zero", _train(start=1.0)),
        Mistake(
            "training_step", _train(step=lambda w, b, grad_w, grad_b, rate: (w - rate / 2 * grad_w, b - rate * grad_b))
        ),
        Mistake("not_shuffled", _train(lambda n, batch_size, rng: _cut(np.arange(n), batch_size))),
        Mistake("same_shuffle", _shuffled_once),
        Mistake("seed_hard_coded", _train(lambda n, batch_size, rng: _epochs(n, batch_size, np.random.default_rng(0)))),
        Mistake("ignores_rng", _train(lambda n, batch_size, rng: _epochs(n, batch_size, np.random))),
        Mistake("with_replacement", _train(_drawn)),
        Mistake(
            "last_dropped",
            _train(lambda n, size, rng: [rows for rows in _epochs(n, size, rng) if len(rows) == min(n, size)]),
        ),
        Mistake("one_epoch", _first_epoch_only),
        Mistake("epochs", lambda X, y, *, epochs, **settings: _train()(X, y, epochs=10, **settings)),
        Mistake("batch_sizes", lambda X, y, *, batch_size, **settings: _train()(X, y, batch_size=1, **settings)),
        Mistake("tol_ignored", _train(stop=lambda grad_w, grad_b: np.inf)),
        Mistake("stops_elsewhere", _train(stop=lambda grad_w, grad_b: abs(grad_b))),
        Mistake("stops_elsewhere", _train(stop=lambda grad_w, grad_b: np.sum(grad_w) + grad_b)),
        Mistake("stops_elsewhere", _stopped_within),
        Mistake("stops_elsewhere", _stopped_by_batch),
        Mistake("stops_elsewhere", _stopped_before_epoch),
        Mistake("stops_elsewhere", _train(stop=lambda grad_w, grad_b: np.sqrt(grad_w @ grad_w))),
        Mistake("stops_elsewhere", _train(stop=lambda grad_w, grad_b: grad_w @ grad_w + grad_b**2)),
        Mistake("stops_elsewhere", _train(stop=lambda grad_w, grad_b: np.max(np.abs(np.append(grad_w, grad_b))))),
        Mistake("log_of_zero", _train(loss=_of_probabilities)),
        Mistake("epsilon_in_log", _train(loss=partial(_with_epsilon, 1e-8))),
        Mistake("epsilon_in_log", _train(loss=partial(_with_epsilon, 1e-15))),
        Mistake("whole_data", _train(lambda n, batch_size, rng: [np.arange(n)])),
        Mistake("first_batch_only", _train(lambda n, batch_size, rng: _epochs(n, batch_size, rng)[:1])),
        Mistake("loss_after_step", _after_steps),
        Mistake(
            "epoch_losses",
            _train(finish=lambda w, b, losses, epochs: (w, b, losses[:: max(len(losses) // epochs, 1)][:epochs])),
        ),
        Mistake("losses_length", _train(finish=lambda w, b, losses, epochs: (w, b, losses[1:]))),
        Mistake("weights_dtype", _train(finish=lambda w, b, losses, epochs: (w.astype(float), b, losses)), craft=True),
        Mistake("weights_shape", _train(finish=lambda w, b, losses, epochs: (np.append(w, b), b, losses))),
        Mistake("bias_number", _train(finish=lambda w, b, losses, epochs: (w, np.array([b]), losses))),
        Mistake("list_not_array", _train(finish=lambda w, b, losses, epochs: (w, b, losses.tolist())), craft=True),
        Mistake("structure", _train(finish=lambda w, b, losses, epochs: (w, b))),
    ),
)
