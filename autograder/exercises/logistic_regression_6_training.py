"""Chapter 2: training."""

from __future__ import annotations

import numpy as np

from solutions import logistic_regression as ref

from ..exercise import Case, Exercise, Mistake, Seed
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


def _trainings(rng):
    seed, n = int(rng.integers(2**31)), int(rng.integers(8, 15))
    yield Case("random data, one batch", _data(seed, n, 3), _settings(rng.uniform(0.2, 0.6), n, 5, seed), True)
    batch_size = int(rng.integers(3, 6))
    yield Case(
        "random batch size", _own_weights(int(rng.integers(24, 34))), _settings(0.4, batch_size, 1, seed), True, 1, 2
    )


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


def _summed(w, b, X, y):
    value, grad_w, grad_b = _loss(w, b, X, y)
    return value, len(y) * grad_w, len(y) * grad_b


train_logistic_regression = Exercise(
    ref.train_logistic_regression,
    title="Train logistic regression",
    points=4,
    minutes=20,
    difficulty=3,
    rule=rules.train_logistic_regression,
    returns=("w", "b", "losses"),
    cases=(
        Case("every example has its own feature", _own_weights(26), _settings(0.5, 4, 1, 1), times=2, weight=2),
        Case("one batch for all", _data(2, 12, 3), _settings(0.5, 12, 4, 2), weight=2),
        Case("stops where the gradient is small", _data(3, 15, 2), _settings(1.0, 15, 60, 3, tol=0.02)),
        Case("two epochs, one example per batch", _own_weights(25), _settings(0.5, 1, 2, 4), times=2),
        Case("several batches, and a small gradient", _own_weights(26), _settings(0.5, 4, 8, 9, tol=0.25)),
        Case("batches larger than the data", _data(5, 7, 4), _settings(0.3, 20, 5, 5), hidden=True),
        Case("whole numbers", (np.array([[1, 2], [0, 1], [3, -1]]), np.array([1, 0, 0])), _settings(0.2, 3, 3, 6)),
        Case("scores in the hundreds", LARGE, _settings(0.5, 4, 3, 10), hidden=True),
        Case("float32", _data(7, 9, 2, np.float32), _settings(0.5, 9, 3, 7)),
        Case("a smaller gradient", _data(8, 12, 3), _settings(0.8, 12, 90, 8, tol=0.005), hidden=True),
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
    right=(_train(), _train_one_vector),
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
        Mistake("tol_ignored", _train(stop=lambda grad_w, grad_b: np.inf)),
        Mistake("stops_elsewhere", _train(stop=lambda grad_w, grad_b: abs(grad_b))),
        Mistake("stops_elsewhere", _train(stop=lambda grad_w, grad_b: np.sum(grad_w) + grad_b)),
        Mistake("stops_elsewhere", _stopped_within),
        Mistake("stops_elsewhere", _stopped_by_batch),
        Mistake("log_of_zero", _train(loss=_of_probabilities)),
        Mistake("whole_data", _train(lambda n, batch_size, rng: [np.arange(n)])),
        Mistake("first_batch_only", _train(lambda n, batch_size, rng: _epochs(n, batch_size, rng)[:1])),
        Mistake("loss_after_step", _after_steps),
        Mistake(
            "epoch_losses",
            _train(finish=lambda w, b, losses, epochs: (w, b, losses[:: max(len(losses) // epochs, 1)][:epochs])),
        ),
        Mistake("losses_length", _train(finish=lambda w, b, losses, epochs: (w, b, losses[1:]))),
        Mistake("weights_dtype", _train(finish=lambda w, b, losses, epochs: (w.astype(float), b, losses))),
        Mistake("weights_shape", _train(finish=lambda w, b, losses, epochs: (np.append(w, b), b, losses))),
        Mistake("bias_number", _train(finish=lambda w, b, losses, epochs: (w, np.array([b]), losses))),
        Mistake("list_not_array", _train(finish=lambda w, b, losses, epochs: (w, b, losses.tolist()))),
        Mistake("structure", _train(finish=lambda w, b, losses, epochs: (w, b))),
    ),
)
