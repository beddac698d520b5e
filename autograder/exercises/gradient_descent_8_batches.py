"""Chapter 1: mini-batches and stochastic gradient descent."""

from __future__ import annotations

import math

import numpy as np

from solutions import gradient_descent as ref

from ..checking.exercise import Case, Exercise, Mistake, Seed
from . import rules
from .callbacks import pull


def _batches_shuffled(n, batch_size, rng):
    order = np.arange(n)
    rng.shuffle(order)
    return np.array_split(order, range(batch_size, n, batch_size))


def _batches_chosen(n, batch_size, rng):
    order = rng.choice(n, n, replace=False)
    start = 0
    while start < n:
        yield order[start : start + batch_size]
        start += batch_size


def _batches_sorted_keys(n, batch_size, rng):
    order = np.argsort(rng.random(n))
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(math.ceil(n / batch_size))]


def _batches_of_lists(n, batch_size, rng):
    left = list(range(n))
    rng.shuffle(left)
    batches = []
    while left:
        batches.append(left[:batch_size])
        left = left[batch_size:]
    return batches


def _batches_by_number(n, batch_size, rng):
    number = rng.permutation(np.arange(n) // batch_size)
    for i in range(int(np.ceil(n / batch_size))):
        yield np.where(number == i)[0]


def _batches_appended(n, batch_size, rng):
    batch = []
    for i in rng.permutation(n):
        batch.append(i)
        if len(batch) == batch_size:
            yield np.array(batch)
            batch = []
    if batch:
        yield np.array(batch)


def _cut(order, batch_size):
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def _batches_with_replacement(n, batch_size, rng):
    for start in range(0, n, batch_size):
        yield rng.choice(n, min(batch_size, n - start))


def _batches_drawn_apart(n, batch_size, rng):
    for _ in range(0, n, batch_size):
        yield rng.permutation(n)[:batch_size]


def _batches_one_too_many(n, batch_size, rng):
    order = rng.permutation(n)
    for start in range(0, n + 1, batch_size):
        yield order[start : start + batch_size]


def _batches_in_shuffled_order(n, batch_size, rng):
    batches = _cut(np.arange(n), batch_size)
    head = batches[:-1]
    rng.shuffle(head)
    return [*head, batches[-1]]


def _batches_of_halves(n, batch_size, rng):
    return _cut(np.concatenate([rng.permutation(n // 2), n // 2 + rng.permutation(n - n // 2)]), batch_size)


def _batches_of_every_kth(n, batch_size, rng):
    count = math.ceil(n / batch_size)
    rows = np.concatenate([np.arange(i, n, count) for i in rng.permutation(count)])
    return _cut(rows, batch_size)


def _batches(rng):
    seed, batch_size = Seed(int(rng.integers(2**31))), int(rng.integers(2, 12))
    yield Case("random sizes", (int(rng.integers(25, 60)), batch_size, seed), hidden=True, times=2, once=True)


minibatches = Exercise(
    ref.minibatches,
    number="1.12",
    title="Mini-batches",
    points=2,
    minutes=12,
    difficulty=2,
    rule=rules.minibatches,
    returns=("the batches",),
    cases=(
        Case("23 examples, 5 per batch", (23, 5, Seed(8)), times=2, weight=2),
        Case("24 examples, 6 per batch", (24, 6, Seed(2)), times=3, weight=2, once=True),
        Case("one example per batch", (25, 1, Seed(3)), hidden=True, times=2, once=True),
        Case("one batch for all", (30, 30, Seed(4)), hidden=True, once=True),
        Case("batches larger than the data", (4, 10, Seed(5)), hidden=True, once=True),
        Case("one example", (1, 3, Seed(6)), hidden=True, weight=0, once=True),
        Case("a thousand examples", (1000, 64, Seed(7)), hidden=True, once=True),
    ),
    random_cases=_batches,
    hints=(
        "Shuffle first, then cut: what gives you the numbers 0 to n - 1 in a random order?",
        "`rng.permutation(n)` is that order. `range(0, n, batch_size)` holds the places where the batches begin.",
        "For each start in that range: `yield order[start : start + batch_size]`. A slice that reaches beyond the end "
        "simply stops there, so the last batch needs no case of its own.",
    ),
    right=(
        _batches_shuffled,
        _batches_chosen,
        _batches_sorted_keys,
        _batches_of_lists,
        _batches_by_number,
        _batches_appended,
    ),
    mistakes=(
        Mistake("not_shuffled", lambda n, batch_size, rng: _cut(np.arange(n), batch_size)),
        Mistake("last_dropped", lambda n, b, rng: list(rng.permutation(n)[: n // b * b].reshape(-1, b))),
        Mistake("with_replacement", _batches_with_replacement),
        Mistake("with_replacement", _batches_drawn_apart),
        Mistake("seed_hard_coded", lambda n, b, rng: _cut(np.random.default_rng(42).permutation(n), b)),
        Mistake("ignores_rng", lambda n, b, rng: _cut(np.random.permutation(n), b)),
        Mistake("neighbours_stay", _batches_in_shuffled_order),
        Mistake("neighbours_stay", lambda n, b, rng: [rng.permutation(part) for part in _cut(np.arange(n), b)]),
        Mistake("neighbours_stay", lambda n, b, rng: _cut(np.roll(np.arange(n), rng.integers(1, n + 1)), b)),
        Mistake("one_array", lambda n, batch_size, rng: rng.permutation(n)[:batch_size]),
        Mistake("first_batch_only", lambda n, batch_size, rng: [rng.permutation(n)[:batch_size]]),
        Mistake("rows_missing", lambda n, batch_size, rng: _cut(rng.permutation(n - 1), batch_size)),
        Mistake("out_of_range", lambda n, batch_size, rng: _cut(rng.permutation(n) + 1, batch_size)),
        Mistake("batch_sizes", lambda n, b, rng: np.array_split(rng.permutation(n), math.ceil(n / b))),
        Mistake("batch_sizes", lambda n, b, rng: _cut(rng.permutation(n), math.ceil(n / b))),
        Mistake("empty_batch", _batches_one_too_many),
        Mistake(
            "list_not_array", lambda n, b, rng: [part.tolist() for part in _cut(rng.permutation(n), b)], craft=True
        ),
        Mistake("not_shuffled", _batches_of_every_kth),
        Mistake("not_shuffled", lambda n, b, rng: _cut(np.arange(n)[::-1], b)),
        Mistake("neighbours_stay", _batches_of_halves),
        Mistake("masks", lambda n, b, rng: [np.isin(np.arange(n), part) for part in _cut(rng.permutation(n), b)]),
        Mistake("no_indices", lambda n, b, rng: [(1.0 * part).tolist() for part in _cut(rng.permutation(n), b)]),
        Mistake("no_indices", lambda n, b, rng: [part[:, None] for part in _cut(rng.permutation(n), b)]),
        Mistake("no_indices", lambda n, b, rng: [1.0 * part for part in _cut(rng.permutation(n), b)]),
        Mistake("no_batches", lambda n, batch_size, rng: []),
        Mistake("returns_none", lambda n, batch_size, rng: None),
    ),
)


def _sgd_slices(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    n = len(X)
    theta = theta0
    losses = []
    for _ in range(epochs):
        order = rng.permutation(n)
        X_shuffled, y_shuffled = X[order], y[order]
        for start in range(0, n, batch_size):
            X_batch, y_batch = X_shuffled[start : start + batch_size], y_shuffled[start : start + batch_size]
            loss, grad = loss_and_grad(theta, X_batch, y_batch)
            losses.append(loss)
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


def _sgd_in_place_on_a_copy(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = np.array(theta0, dtype=np.result_type(theta0, np.float32) if np.ndim(theta0) else float)
    losses, order = np.zeros(epochs * math.ceil(len(X) / batch_size)), np.arange(len(X))
    t = 0
    for _ in range(epochs):
        rng.shuffle(order)
        for rows in np.array_split(order, range(batch_size, len(X), batch_size)):
            losses[t], grad = loss_and_grad(theta, X[rows], y[rows])
            theta -= learning_rate * grad
            t += 1
    return theta, losses


def _sgd_orders_first(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    orders = rng.permuted(np.tile(np.arange(len(X)), (epochs, 1)), axis=1)
    theta, losses = np.asarray(theta0), []
    for order in orders:
        for rows in _cut(order, batch_size):
            loss, grad = loss_and_grad(theta, np.take(X, rows, axis=0), np.take(y, rows, axis=0))
            theta = theta + -learning_rate * grad
            losses += [loss]
    return theta, np.asarray(losses)


def _sgd_rows_by_hand(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    N = X.shape[0]
    theta, losses = np.array(theta0, dtype=float), []
    for _ in range(epochs):
        indices = rng.choice(N, size=N, replace=False)
        i = 0
        while i < N:
            batch = indices[i : min(i + batch_size, N)]
            X_batch, y_batch = np.array([X[j] for j in batch]), np.array([y[j] for j in batch])
            value = loss_and_grad(theta, X_batch, y_batch)
            losses.append(float(value[0]))
            theta = theta - np.asarray(value[1]) * learning_rate
            i += batch_size
    return theta, losses


def _sgd_float64(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    X, y, theta = X.astype(np.float64), y.astype(np.float64), 1.0 * np.asarray(theta0, np.float64)
    losses = np.zeros((epochs, -(-len(y) // batch_size)))
    for epoch in range(epochs):
        for i, rows in enumerate(np.array_split(rng.permutation(len(y)), range(batch_size, len(y), batch_size))):
            losses[epoch, i], grad = loss_and_grad(theta.copy(), X[rows], y[rows])
            theta = np.subtract(theta, np.multiply(learning_rate, grad))
    return [theta, losses.ravel()]


def _epochs(n, batch_size, epochs, rng):
    """Yield the batches of all epochs, in the right way."""
    for _ in range(epochs):
        yield from _cut(rng.permutation(n), batch_size)


def _descent(batches=_epochs, step=None, finish=None, start=None, y_rows=None):
    """Return a stochastic descent that takes other batches or steps, or returns something else."""

    def sgd(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
        path, losses = [start(theta0, rng) if start else theta0], []
        for rows in batches(len(X), batch_size, epochs, rng):
            loss, grad = loss_and_grad(path[-1], X[rows], y[y_rows(rows, rng) if y_rows else rows])
            theta = step(path, grad, learning_rate, len(rows)) if step else path[-1] - learning_rate * grad
            path.append(theta)
            losses.append(loss)
        return finish(path, np.array(losses), epochs) if finish else (path[-1], np.array(losses))

    return sgd


def _shuffled_once(n, batch_size, epochs, rng):
    return _cut(rng.permutation(n), batch_size) * epochs


def _epochs_own_seed(n, batch_size, epochs, rng):
    return _epochs(n, batch_size, epochs, np.random.default_rng(0))


def _epochs_seed_in_loop(n, batch_size, epochs, rng):
    return _shuffled_once(n, batch_size, epochs, np.random.default_rng(0))


def _epochs_full_batches(n, batch_size, epochs, rng):
    return [rows for rows in _epochs(n, batch_size, epochs, rng) if len(rows) == batch_size or n < batch_size]


def _epochs_drawn(n, batch_size, epochs, rng):
    for _ in range(epochs):
        yield from _batches_with_replacement(n, batch_size, rng)


def _epochs_drawn_full(n, batch_size, epochs, rng):
    return [rng.integers(0, n, batch_size) for _ in range(epochs * math.ceil(n / batch_size))]


def _each_twice(n, batch_size, epochs, rng):
    for rows in _epochs(n, batch_size, epochs, rng):
        yield rows
        yield rows


def _every_third(path, grad, rate, rows):
    return path[-1] - rate * grad if len(path) % 3 == 0 else path[-1]


def _decaying(path, grad, rate, rows):
    return path[-1] - rate / len(path) * grad


def _sgd_returns_in_loop(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    rows = rng.permutation(len(X))[:batch_size]
    loss, grad = loss_and_grad(theta0, X[rows], y[rows])
    return theta0 - learning_rate * grad, np.array([loss])


def _sgd_in_place(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta, losses = theta0, []
    for rows in _epochs(len(X), batch_size, epochs, rng):
        loss, grad = loss_and_grad(theta, X[rows], y[rows])
        theta -= learning_rate * grad
        losses.append(loss)
    return theta, np.array(losses)


def _sgd_shuffles_data(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return _sgd_slices(
        loss_and_grad, theta0, X, y, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, rng=rng
    )


def _problem(seed, n, features, dtype=np.float64):
    """Return theta0, X and y of a small regression; all rows differ."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, *features[:1])).astype(dtype)
    theta, noise = rng.normal(size=features), rng.normal(size=(n, *features[1:]))
    return rng.normal(size=features).astype(dtype), X, (np.dot(X, theta) + noise).astype(dtype)


def _settings(learning_rate, batch_size, epochs, seed):
    return {"learning_rate": learning_rate, "batch_size": batch_size, "epochs": epochs, "rng": Seed(seed)}


def _hidden(name, *arguments_and_settings):
    *arguments, settings = arguments_and_settings
    return Case(name, (pull, *arguments), settings, hidden=True, once=True)


def _descents(rng):
    batch_size, seed = int(rng.integers(5, 10)), int(rng.integers(2**31))
    theta0, X, y = _problem(seed, int(rng.integers(25, 40)), (2,))
    # How fast the slope of `pull` changes where it changes fastest: with longer steps, a descent may run off to infinity.
    steepest = 3 * np.max(np.sum(X**2, axis=1)) * np.max((np.dot(X, theta0) - y) ** 2)
    yield _hidden("random data", theta0, X, y, _settings(rng.uniform(0.1, 0.3) / steepest, batch_size, 2, seed))


sgd = Exercise(
    ref.sgd,
    number="1.13",
    title="Stochastic gradient descent",
    points=3,
    minutes=20,
    difficulty=3,
    rule=rules.sgd,
    returns=("theta", "losses"),
    cases=(
        Case("23 examples, 5 per batch", (pull, *_problem(1, 23, (3,))), _settings(0.005, 5, 2, 1), times=2, weight=4),
        Case("24 examples, 8 per batch", (pull, *_problem(2, 24, (2,))), _settings(0.01, 8, 2, 2), weight=4, once=True),
        _hidden("theta0 is a number", 0.5, *_problem(3, 8, ())[1:], _settings(0.02, 3, 2, 3)),
        _hidden("stochastic: one example per batch", *_problem(4, 5, (2,)), _settings(0.01, 1, 2, 4)),
        _hidden("batch descent: all examples", *_problem(5, 6, (2,)), _settings(0.02, 6, 3, 5)),
        _hidden("batches larger than the data", *_problem(6, 4, (2,)), _settings(0.02, 9, 2, 6)),
        Case("float32", (pull, *_problem(7, 10, (2,), np.float32)), _settings(0.02, 4, 2, 7), once=True),
        _hidden("theta0 is a matrix", *_problem(8, 7, (3, 2)), _settings(0.02, 4, 2, 8)),
        _hidden("theta0 holds whole numbers", np.array([1, -2]), *_problem(9, 6, (2,))[1:], _settings(0.02, 4, 2, 9)),
        _hidden("one example", *_problem(10, 1, (2,)), _settings(0.02, 1, 3, 10)),
    ),
    random_cases=_descents,
    hints=(
        "It is gradient descent with two loops: epochs outside, mini-batches inside. What does your minibatches give you?",
        "For each batch of indices, X[batch] and y[batch] are its examples; loss_and_grad returns their loss and gradient. "
        "Store the loss, then step: theta - learning_rate * grad, as a new array.",
        "`for _ in range(epochs):`, in it `for batch in minibatches(len(X), batch_size, rng):`, in it "
        "`loss, grad = loss_and_grad(theta, X[batch], y[batch])`, `losses.append(loss)` and "
        "`theta = theta - learning_rate * grad`. After both loops: `return theta, np.array(losses)`.",
    ),
    right=(_sgd_slices, _sgd_in_place_on_a_copy, _sgd_orders_first, _sgd_rows_by_hand, _sgd_float64),
    equivalent={"-> rows = xp.asarray(batch)": "NumPy has one device only"},
    mistakes=(
        Mistake("pairs_broken", _descent(y_rows=lambda rows, rng: rng.permutation(rows))),
        Mistake("pairs_broken", _descent(y_rows=lambda rows, rng: np.arange(len(rows)))),
        Mistake("with_replacement", _descent(_epochs_drawn)),
        Mistake("with_replacement", _descent(_epochs_drawn_full)),
        Mistake("last_dropped", _descent(_epochs_full_batches)),
        Mistake("not_shuffled", _descent(lambda n, b, epochs, rng: _cut(np.arange(n), b) * epochs)),
        Mistake("same_shuffle", _descent(_shuffled_once)),
        Mistake("seed_hard_coded", _descent(_epochs_own_seed)),
        Mistake("seed_hard_coded", _descent(_epochs_seed_in_loop)),
        Mistake("ignores_rng", _descent(lambda n, b, epochs, rng: _epochs(n, b, epochs, np.random))),
        Mistake("one_epoch", _descent(lambda n, b, epochs, rng: _epochs(n, b, 1, rng))),
        Mistake("epochs", _descent(lambda n, b, epochs, rng: _epochs(n, b, epochs + 1, rng))),
        Mistake(
            "one_batch_per_epoch", _descent(lambda n, b, epochs, rng: [rng.permutation(n)[:b] for _ in range(epochs)])
        ),
        Mistake("whole_data", _descent(lambda n, b, epochs, rng: _epochs(n, n, epochs, rng))),
        Mistake("batch_sizes", _descent(lambda n, b, epochs, rng: _epochs(n, b + 1, epochs, rng))),
        Mistake("called_twice", _descent(_each_twice, lambda path, grad, rate, rows: path[-1] - rate / 2 * grad)),
        Mistake("batch_shape", _descent(y_rows=lambda rows, rng: rows[:1])),
        Mistake("start", _descent(start=lambda theta0, rng: 0.0 * theta0)),
        Mistake("uphill", _descent(step=lambda path, grad, rate, rows: path[-1] + rate * grad)),
        Mistake("learning_rate_ignored", _descent(step=lambda path, grad, rate, rows: path[-1] - grad)),
        Mistake("divided_twice", _descent(step=lambda path, grad, rate, rows: path[-1] - rate * grad / rows)),
        Mistake("not_updated", _descent(step=lambda path, grad, rate, rows: path[0])),
        Mistake("not_updated", _descent(step=_every_third)),
        Mistake("step", _descent(step=_decaying)),
        Mistake("before_last_update", _descent(finish=lambda path, losses, epochs: (path[-2], losses))),
        Mistake("theta", _descent(finish=lambda path, losses, epochs: (np.mean(path[1:], axis=0), losses))),
        Mistake(
            "dtype",
            _descent(finish=lambda path, losses, epochs: (np.asarray(path[-1], np.float64), losses)),
            craft=True,
        ),
        Mistake("theta_shape", _descent(finish=lambda path, losses, epochs: (np.array(path), losses))),
        Mistake(
            "epoch_losses", _descent(finish=lambda path, v, epochs: (path[-1], v.reshape(epochs, -1).mean(axis=1)))
        ),
        Mistake("losses_length", _descent(finish=lambda path, losses, epochs: (path[-1], losses[1:]))),
        Mistake("losses", _descent(finish=lambda path, losses, epochs: (path[-1], losses[::-1]))),
        Mistake(
            "list_not_array", _descent(finish=lambda path, losses, epochs: (path[-1], losses.tolist())), craft=True
        ),
        Mistake("order", _descent(finish=lambda path, losses, epochs: (losses, path[-1]))),
        Mistake("structure", _descent(finish=lambda path, losses, epochs: path[-1])),
        Mistake("returns_in_loop", _sgd_returns_in_loop),
        Mistake("never_called", lambda loss_and_grad, theta0, X, y, **settings: (theta0, np.zeros(3))),
        Mistake("mutates_input", _sgd_in_place),
        Mistake("mutates_input", _sgd_shuffles_data),
    ),
)
