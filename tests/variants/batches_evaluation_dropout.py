"""Answers to chapters 1 to 3 (batches, evaluation, dropout), written from the page alone."""

import copy
import math

import numpy as np
from scipy import special

from tests.variants import fragile, right, wrong

# helpers, as a student would have them from earlier exercises


def _batches(n, batch_size, rng):
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


def _log_sigmoid(z):
    return np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z)))


def _sigmoid(z):
    return np.exp(_log_sigmoid(z))


def _logistic_loss(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    diff = _sigmoid(z) - y
    return loss, X.T @ diff / len(y), diff.mean()


# relative_error


@right("relative_error", "plain formula after two checks")
def _(a, b):
    if not np.all(np.isfinite(a)) or not np.all(np.isfinite(b)):
        return np.inf
    largest = max(np.max(np.abs(a)), np.max(np.abs(b)))
    if largest == 0:
        return 0.0
    return np.max(np.abs(a - b)) / largest


@right("relative_error", "loop over the flattened entries")
def _(a, b):
    a = np.ravel(a)
    b = np.ravel(b)
    biggest_diff = 0.0
    biggest = 0.0
    for i in range(len(a)):
        # first look for bad numbers
        if math.isnan(a[i]) or math.isnan(b[i]):
            return float("inf")
        if math.isinf(a[i]) or math.isinf(b[i]):
            return float("inf")
        biggest_diff = max(biggest_diff, abs(float(a[i]) - float(b[i])))
        biggest = max(biggest, abs(float(a[i])), abs(float(b[i])))
    if biggest == 0:
        return 0
    return biggest_diff / biggest


@right("relative_error", "np.linalg.norm of order infinity")
def _(a, b):
    a = np.array(a).astype(float).ravel()
    b = np.array(b).astype(float).ravel()
    both = np.concatenate([a, b])
    if np.isnan(both).any() or np.isinf(both).any():
        return np.inf
    denominator = np.linalg.norm(both, ord=np.inf)
    if denominator == 0.0:
        return 0.0
    return float(np.linalg.norm(a - b, ord=np.inf) / denominator)


@right("relative_error", "pure Python lists")
def _(a, b):
    list_a = np.array(a).flatten().tolist()
    list_b = np.array(b).flatten().tolist()
    for number in list_a + list_b:
        if not math.isfinite(number):
            return math.inf
    top = max([abs(p - q) for p, q in zip(list_a, list_b)])
    bottom = max([abs(number) for number in list_a + list_b])
    if bottom > 0:
        return top / bottom
    return 0.0


@right("relative_error", "divides by the scale before subtracting")
def _(a, b):
    scale = np.maximum(np.abs(a), np.abs(b)).max()
    if not np.isfinite(scale):
        return np.inf  # np.maximum hands on nan and inf
    if scale == 0:
        return 0.0
    return np.abs(a / scale - b / scale).max()


@wrong("relative_error", "largest of the entrywise relative errors")
def _(a, b):
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    size = np.maximum(np.abs(a), np.abs(b))
    ratio = np.zeros(np.shape(a))
    ratio[size > 0] = np.abs(a - b)[size > 0] / size[size > 0]
    return ratio.max()


@wrong("relative_error", "divides by the largest entry of b only")
def _(a, b):
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    diff = np.max(np.abs(a - b))
    if diff == 0:
        return 0.0
    return diff / np.max(np.abs(b))


@wrong("relative_error", "no absolute value of the difference")
def _(a, b):
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    largest = max(np.abs(a).max(), np.abs(b).max())
    if largest == 0:
        return 0.0
    return abs(np.max(a - b)) / largest


@wrong("relative_error", "no absolute value in the denominator")
def _(a, b):
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    largest = max(a.max(), b.max())
    if largest == 0:
        return 0.0
    return np.max(np.abs(a - b)) / largest


@wrong("relative_error", "0/0 for two arrays of zeros")
def _(a, b):
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    return np.abs(a - b).max() / max(np.abs(a).max(), np.abs(b).max())


@wrong("relative_error", "checks for nan, not for infinity")
def _(a, b):
    if np.isnan(a).any() or np.isnan(b).any():
        return np.inf
    largest = max(np.abs(a).max(), np.abs(b).max())
    if largest == 0:
        return 0.0
    return np.abs(a - b).max() / largest


@wrong("relative_error", "checks only a for nan and infinity")
def _(a, b):
    if not np.isfinite(a).all():
        return np.inf
    largest = max(np.abs(a).max(), np.abs(b).max())
    if largest == 0:
        return 0.0
    return np.abs(a - b).max() / largest


@wrong("relative_error", "nan is skipped with np.nanmax")
def _(a, b):
    if np.isinf(a).any() or np.isinf(b).any():
        return np.inf
    largest = max(np.nanmax(np.abs(a)), np.nanmax(np.abs(b)))
    if largest == 0:
        return 0.0
    return np.nanmax(np.abs(a - b)) / largest


@wrong("relative_error", "Euclidean norms in place of largest entries")
def _(a, b):
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    size = max(np.linalg.norm(a), np.linalg.norm(b))
    if size == 0:
        return 0.0
    return np.linalg.norm(a - b) / size


@wrong("relative_error", "denominator is the sum of both largest entries")
def _(a, b):
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    size = np.abs(a).max() + np.abs(b).max()
    if size == 0:
        return 0.0
    return np.abs(a - b).max() / size


@wrong("relative_error", "small number added to the denominator")
def _(a, b):
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    return np.abs(a - b).max() / (max(np.abs(a).max(), np.abs(b).max()) + 1e-8)


@wrong("relative_error", "returns nan in place of infinity")
def _(a, b):
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.nan
    largest = max(np.abs(a).max(), np.abs(b).max())
    if largest == 0:
        return 0.0
    return np.abs(a - b).max() / largest


@wrong("relative_error", "builtin max: raises on arrays of two dimensions")
def _(a, b):
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return np.inf
    largest = max(max(abs(a)), max(abs(b)))
    if largest == 0:
        return 0.0
    return max(abs(a - b)) / largest


# random_search


@right("random_search", "loop, best starts as None")
def _(loss, shape, trials, rng, scale=1.0):
    best = None
    best_loss = np.nan
    losses = []
    for _ in range(trials):
        guess = rng.normal(0, scale, size=shape)
        value = loss(guess)
        losses.append(value)
        if np.isnan(value):
            continue
        if best is None or value < best_loss:
            best = guess
            best_loss = value
    return best, best_loss, np.array(losses)


@right("random_search", "losses into np.zeros, argmin among those not nan")
def _(loss, shape, trials, rng, scale=1.0):
    losses = np.zeros(trials)
    guesses = []
    for i in range(trials):
        w = scale * rng.standard_normal(shape)
        guesses.append(w)
        losses[i] = loss(w)
    valid = np.where(~np.isnan(losses))[0]
    if len(valid) == 0:
        return guesses[0], np.inf, losses
    i = valid[np.argmin(losses[valid])]
    return guesses[i], losses[i], losses


@right("random_search", "draws all guesses at once")
def _(loss, shape, trials, rng, scale=1.0):
    all_guesses = rng.normal(loc=0.0, scale=scale, size=(trials, *shape))
    losses = np.array([float(loss(g)) for g in all_guesses])
    k = 0
    for i in range(1, trials):
        if losses[i] < losses[k] or (np.isnan(losses[k]) and not np.isnan(losses[i])):
            k = i
    return all_guesses[k].copy(), losses[k], losses


@right("random_search", "sorts the valid losses with their positions")
def _(loss, shape, trials, rng, scale=1.0):
    guesses = [rng.normal(size=shape) * scale for _ in range(trials)]
    losses = [loss(g) for g in guesses]
    # keep pairs (loss, index) and let python sort them
    pairs = [(float(losses[i]), i) for i in range(trials) if not math.isnan(losses[i])]
    pairs.sort()
    if pairs == []:
        pairs = [(math.inf, 0)]
    best_loss, index = pairs[0]
    return guesses[index], best_loss, np.array(losses)


@right("random_search", "first guess as start, flag for the first valid one")
def _(loss, shape, trials, rng, scale=1.0):
    losses = np.empty(trials)
    found = False
    for t in range(trials):
        candidate = np.asarray(rng.normal(0.0, scale, shape))
        losses[t] = loss(candidate)
        if t == 0:
            best, best_loss = candidate, losses[t]
        if not np.isnan(losses[t]) and (not found or losses[t] < best_loss):
            found = True
            best = candidate.copy()
            best_loss = losses[t]
    return best, best_loss, losses


@fragile("random_search", "best stays None if every loss is infinite")
def _(loss, shape, trials, rng, scale=1.0):
    best, best_loss = None, np.inf
    losses = np.zeros(trials)
    for i in range(trials):
        guess = rng.normal(0, scale, shape)
        losses[i] = loss(guess)
        if losses[i] < best_loss:
            best, best_loss = guess, losses[i]
    return best, best_loss, losses


@fragile("random_search", "best_loss starts at 1e6: None for larger losses")
def _(loss, shape, trials, rng, scale=1.0):
    best = None
    best_loss = 1e6
    losses = []
    for _ in range(trials):
        guess = rng.normal(0, scale, shape)
        value = loss(guess)
        losses.append(value)
        if value < best_loss:
            best_loss = value
            best = guess
    return best, best_loss, np.array(losses)


@wrong("random_search", "ignores scale")
def _(loss, shape, trials, rng, scale=1.0):
    guesses = [rng.normal(size=shape) for _ in range(trials)]
    losses = np.array([loss(g) for g in guesses])
    i = np.argmin(np.where(np.isnan(losses), np.inf, losses))
    return guesses[i], losses[i], losses


@wrong("random_search", "scale taken as the variance")
def _(loss, shape, trials, rng, scale=1.0):
    guesses = [rng.normal(0, np.sqrt(scale), size=shape) for _ in range(trials)]
    losses = np.array([loss(g) for g in guesses])
    i = np.argmin(np.where(np.isnan(losses), np.inf, losses))
    return guesses[i], losses[i], losses


@wrong("random_search", "uniform guesses from -scale to scale")
def _(loss, shape, trials, rng, scale=1.0):
    guesses = [rng.uniform(-scale, scale, size=shape) for _ in range(trials)]
    losses = np.array([loss(g) for g in guesses])
    i = np.argmin(np.where(np.isnan(losses), np.inf, losses))
    return guesses[i], losses[i], losses


@wrong("random_search", "mean 1 (scale passed as the mean)")
def _(loss, shape, trials, rng, scale=1.0):
    guesses = [rng.normal(scale, size=shape) for _ in range(trials)]
    losses = np.array([loss(g) for g in guesses])
    i = np.argmin(np.where(np.isnan(losses), np.inf, losses))
    return guesses[i], losses[i], losses


@wrong("random_search", "keeps the largest loss")
def _(loss, shape, trials, rng, scale=1.0):
    best, best_loss, losses = None, -np.inf, []
    for _ in range(trials):
        guess = rng.normal(0, scale, shape)
        value = loss(guess)
        losses.append(value)
        if value > best_loss:
            best, best_loss = guess, value
    return best, best_loss, np.array(losses)


@wrong("random_search", "a first loss of nan stays the best")
def _(loss, shape, trials, rng, scale=1.0):
    best = rng.normal(0, scale, shape)
    best_loss = loss(best)
    losses = [best_loss]
    for _ in range(trials - 1):
        guess = rng.normal(0, scale, shape)
        value = loss(guess)
        losses.append(value)
        if value < best_loss:
            best, best_loss = guess, value
    return best, best_loss, np.array(losses)


@wrong("random_search", "np.argmin picks a nan")
def _(loss, shape, trials, rng, scale=1.0):
    guesses = [rng.normal(0, scale, shape) for _ in range(trials)]
    losses = np.array([loss(g) for g in guesses])
    i = np.argmin(losses)
    return guesses[i], losses[i], losses


@wrong("random_search", "losses sorted, not in the order drawn")
def _(loss, shape, trials, rng, scale=1.0):
    guesses = [rng.normal(0, scale, shape) for _ in range(trials)]
    losses = np.array([loss(g) for g in guesses])
    i = np.argmin(np.where(np.isnan(losses), np.inf, losses))
    return guesses[i], losses[i], np.sort(losses)


@wrong("random_search", "losses hold the best so far")
def _(loss, shape, trials, rng, scale=1.0):
    best, best_loss, losses = None, np.inf, []
    for _ in range(trials):
        guess = rng.normal(0, scale, shape)
        value = loss(guess)
        if value < best_loss:
            best, best_loss = guess, value
        losses.append(best_loss)
    return best, best_loss, np.array(losses)


@wrong("random_search", "losses skip the nan ones")
def _(loss, shape, trials, rng, scale=1.0):
    best, best_loss, losses = None, np.inf, []
    for _ in range(trials):
        guess = rng.normal(0, scale, shape)
        value = loss(guess)
        if np.isnan(value):
            continue
        losses.append(value)
        if best is None or value < best_loss:
            best, best_loss = guess, value
    return best, best_loss, np.array(losses)


@wrong("random_search", "best shares memory with the guess, so it is the last")
def _(loss, shape, trials, rng, scale=1.0):
    guess = np.zeros(shape)
    best, best_loss = guess, np.inf
    losses = np.zeros(trials)
    for i in range(trials):
        guess[...] = rng.normal(0, scale, shape)
        losses[i] = loss(guess)
        if losses[i] < best_loss:
            best = guess
            best_loss = losses[i]
    return best, best_loss, losses


@wrong("random_search", "one guess too few")
def _(loss, shape, trials, rng, scale=1.0):
    best, best_loss, losses = None, np.inf, []
    for _ in range(1, trials):
        guess = rng.normal(0, scale, shape)
        value = loss(guess)
        losses.append(value)
        if value < best_loss:
            best, best_loss = guess, value
    return best, best_loss, np.array(losses)


@wrong("random_search", "hill climbing: draws around the best so far")
def _(loss, shape, trials, rng, scale=1.0):
    best, best_loss, losses = np.zeros(shape), np.inf, []
    for _ in range(trials):
        guess = best + rng.normal(0, scale, shape)
        value = loss(guess)
        losses.append(value)
        if value < best_loss:
            best, best_loss = guess, value
    return best, best_loss, np.array(losses)


@wrong("random_search", "recomputes the loss of another new guess")
def _(loss, shape, trials, rng, scale=1.0):
    best, best_loss, losses = None, np.inf, []
    for _ in range(trials):
        value = loss(rng.normal(0, scale, shape))
        losses.append(value)
        if value < best_loss:
            best, best_loss = rng.normal(0, scale, shape), value
    return best, best_loss, np.array(losses)


# minibatches


@right("minibatches", "permutation and slices")
def _(n, batch_size, rng):
    perm = rng.permutation(n)
    for i in range(0, n, batch_size):
        yield perm[i : i + batch_size]


@right("minibatches", "shuffles np.arange, while loop")
def _(n, batch_size, rng):
    indices = np.arange(n)
    rng.shuffle(indices)
    start = 0
    while start < n:
        end = min(start + batch_size, n)
        yield indices[start:end].copy()
        start = end


@right("minibatches", "argsort of random numbers, np.split")
def _(n, batch_size, rng):
    order = np.argsort(rng.random(n))
    cuts = list(range(batch_size, n, batch_size))
    yield from np.split(order, cuts)


@right("minibatches", "fills a Python list, turned into arrays")
def _(n, batch_size, rng):
    batch = []
    for index in rng.permutation(n):
        batch.append(int(index))
        if len(batch) == batch_size:
            yield np.array(batch)
            batch = []
    # rest
    if len(batch) > 0:
        yield np.array(batch)


@right("minibatches", "choice without replacement, rest handled apart")
def _(n, batch_size, rng):
    idx = rng.choice(n, size=n, replace=False)
    full = n // batch_size
    for k in range(full):
        yield idx[k * batch_size : (k + 1) * batch_size]
    if n % batch_size != 0:
        yield idx[full * batch_size :]


@right("minibatches", "draws one index after the other from those left")
def _(n, batch_size, rng):
    left = list(range(n))
    while left:
        batch = []
        while left and len(batch) < batch_size:
            batch.append(left.pop(int(rng.integers(len(left)))))
        yield np.array(batch, dtype=int)


@wrong("minibatches", "not shuffled")
def _(n, batch_size, rng):
    indices = np.arange(n)
    for i in range(0, n, batch_size):
        yield indices[i : i + batch_size]


@wrong("minibatches", "drops the last short batch")
def _(n, batch_size, rng):
    perm = rng.permutation(n)
    for k in range(n // batch_size):
        yield perm[k * batch_size : (k + 1) * batch_size]


@wrong("minibatches", "draws with replacement")
def _(n, batch_size, rng):
    idx = rng.integers(0, n, size=n)
    for i in range(0, n, batch_size):
        yield idx[i : i + batch_size]


@wrong("minibatches", "every batch drawn from all examples anew")
def _(n, batch_size, rng):
    for i in range(0, n, batch_size):
        size = min(batch_size, n - i)
        yield rng.choice(n, size=size, replace=False)


@wrong("minibatches", "batches of equal size with np.array_split")
def _(n, batch_size, rng):
    perm = rng.permutation(n)
    count = math.ceil(n / batch_size)
    yield from np.array_split(perm, count)


@wrong("minibatches", "batch_size taken as number of batches")
def _(n, batch_size, rng):
    perm = rng.permutation(n)
    yield from np.array_split(perm, batch_size)


@wrong("minibatches", "only the order of batches is random")
def _(n, batch_size, rng):
    starts = rng.permutation(np.arange(0, n, batch_size))
    for start in starts:
        yield np.arange(start, min(start + batch_size, n))


@wrong("minibatches", "random inside each batch only, batches in order")
def _(n, batch_size, rng):
    for start in range(0, n, batch_size):
        batch = np.arange(start, min(start + batch_size, n))
        rng.shuffle(batch)
        yield batch


@wrong("minibatches", "ignores rng: np.random.RandomState(0)")
def _(n, batch_size, rng):
    perm = np.random.RandomState(0).permutation(n)
    for i in range(0, n, batch_size):
        yield perm[i : i + batch_size]


@wrong("minibatches", "return in the loop: only the first batch, not yielded")
def _(n, batch_size, rng):
    perm = rng.permutation(n)
    for i in range(0, n, batch_size):
        return perm[i : i + batch_size]


@wrong("minibatches", "empty extra batch when it divides evenly")
def _(n, batch_size, rng):
    perm = rng.permutation(n)
    for k in range(n // batch_size + 1):
        yield perm[k * batch_size : (k + 1) * batch_size]


@wrong("minibatches", "indices from 1 to n")
def _(n, batch_size, rng):
    perm = rng.permutation(np.arange(1, n + 1))
    for i in range(0, n, batch_size):
        yield perm[i : i + batch_size]


@wrong("minibatches", "rng.shuffle returns None, indexing it raises")
def _(n, batch_size, rng):
    perm = rng.shuffle(np.arange(n))
    for i in range(0, n, batch_size):
        yield perm[i : i + batch_size]


@wrong("minibatches", "slice from i to batch_size: empty later batches")
def _(n, batch_size, rng):
    perm = rng.permutation(n)
    for i in range(0, n, batch_size):
        yield perm[i:batch_size]


# sgd


@right("sgd", "minibatches and a list of losses")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            losses.append(float(loss))
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


@right("sgd", "losses into np.zeros, deepcopy of the start")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = copy.deepcopy(theta0)
    N = X.shape[0]
    losses = np.zeros(epochs * math.ceil(N / batch_size))
    step = 0
    for epoch in range(epochs):
        for idx in _batches(N, batch_size, rng):
            X_batch = X[idx]
            y_batch = y[idx]
            loss, gradient = loss_and_grad(theta, X_batch, y_batch)
            losses[step] = loss
            theta = theta - learning_rate * gradient
            step += 1
    return theta, losses


@right("sgd", "shuffles copies of X and y, takes slices")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0 * 1.0  # new object, and float
    N = len(y)
    all_losses = []
    for _ in range(epochs):
        perm = rng.permutation(N)
        X_shuffled, y_shuffled = X[perm], y[perm]
        for start in range(0, N, batch_size):
            stop = start + batch_size
            result = loss_and_grad(theta, X_shuffled[start:stop], y_shuffled[start:stop])
            all_losses.append(float(result[0]))
            theta = theta - result[1] * learning_rate
    return theta, np.asarray(all_losses)


@right("sgd", "while loops, list of lists concatenated")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    per_epoch = []
    epoch = 0
    while epoch < epochs:
        order = np.arange(len(X))
        rng.shuffle(order)
        epoch_losses = []
        while len(order) > 0:
            now, order = order[:batch_size], order[batch_size:]
            loss, grad = loss_and_grad(theta, X[now], y[now])
            step = learning_rate * grad
            theta = theta - step
            epoch_losses.append(float(loss))
        per_epoch.append(np.array(epoch_losses))
        epoch = epoch + 1
    return theta, np.concatenate(per_epoch)


@right("sgd", "collects the batches of all epochs first")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    batches = []
    for _ in range(epochs):
        batches += list(_batches(len(X), batch_size, rng))
    losses = np.empty(len(batches))
    theta = theta0
    for i, rows in enumerate(batches):
        losses[i], grad = loss_and_grad(theta, X[rows], y[rows])
        theta = theta + (-learning_rate) * grad
    return theta, losses


@fragile("sgd", "np.array of the start, in-place step: integer start raises")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = np.array(theta0)
    losses = []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta.copy(), X[batch], y[batch])
            losses.append(loss)
            theta -= learning_rate * grad
    return theta, np.array(losses)


@wrong("sgd", "changes theta0 in place")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            losses.append(float(loss))
            theta -= learning_rate * grad
    return theta, np.array(losses)


@wrong("sgd", "theta0.copy(): raises for a number")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0.copy()
    losses = []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            losses.append(float(loss))
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


@wrong("sgd", "step up the gradient")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            losses.append(float(loss))
            theta = theta + learning_rate * grad
    return theta, np.array(losses)


@wrong("sgd", "X shuffled, y not")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    N = len(X)
    for _ in range(epochs):
        X_shuffled = X[rng.permutation(N)]
        for i in range(0, N, batch_size):
            loss, grad = loss_and_grad(theta, X_shuffled[i : i + batch_size], y[i : i + batch_size])
            losses.append(float(loss))
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


@wrong("sgd", "X and y by two different permutations")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        for bx, by in zip(_batches(len(X), batch_size, rng), _batches(len(X), batch_size, rng)):
            loss, grad = loss_and_grad(theta, X[bx], y[by])
            losses.append(float(loss))
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


@wrong("sgd", "loss after the step, second call per batch")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            grad = loss_and_grad(theta, X[batch], y[batch])[1]
            theta = theta - learning_rate * grad
            losses.append(float(loss_and_grad(theta, X[batch], y[batch])[0]))
    return theta, np.array(losses)


@wrong("sgd", "two calls per batch, one for loss, one for gradient")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            losses.append(float(loss_and_grad(theta, X[batch], y[batch])[0]))
            theta = theta - learning_rate * loss_and_grad(theta, X[batch], y[batch])[1]
    return theta, np.array(losses)


@wrong("sgd", "shuffles only once, before the epochs")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    batches = list(_batches(len(X), batch_size, rng))
    for _ in range(epochs):
        for batch in batches:
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            losses.append(float(loss))
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


@wrong("sgd", "generator made once: only one epoch runs")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    batches = _batches(len(X), batch_size, rng)
    for _ in range(epochs):
        for batch in batches:
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            losses.append(float(loss))
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


@wrong("sgd", "mean loss per epoch")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        epoch_losses = []
        for batch in _batches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            epoch_losses.append(float(loss))
            theta = theta - learning_rate * grad
        losses.append(np.mean(epoch_losses))
    return theta, np.array(losses)


@wrong("sgd", "forgets the last short batch")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        perm = rng.permutation(len(X))
        for k in range(len(X) // batch_size):
            batch = perm[k * batch_size : (k + 1) * batch_size]
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            losses.append(float(loss))
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


@wrong("sgd", "not shuffled at all")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        for i in range(0, len(X), batch_size):
            loss, grad = loss_and_grad(theta, X[i : i + batch_size], y[i : i + batch_size])
            losses.append(float(loss))
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


@wrong("sgd", "gradient divided by the batch's size once more")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            losses.append(float(loss))
            theta = theta - learning_rate * grad / len(batch)
    return theta, np.array(losses)


@wrong("sgd", "gradient always at theta0")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta0, X[batch], y[batch])
            losses.append(float(loss))
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


@wrong("sgd", "return inside the epoch loop")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            losses.append(float(loss))
            theta = theta - learning_rate * grad
        return theta, np.array(losses)


@wrong("sgd", "sums the gradients, one step per epoch")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        total = 0
        for batch in _batches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta, X[batch], y[batch])
            losses.append(float(loss))
            total = total + grad
        theta = theta - learning_rate * total
    return theta, np.array(losses)


@wrong("sgd", "indexes columns of X, raises or wrong rows")
def _(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):
    theta = theta0
    losses = []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, grad = loss_and_grad(theta, X[:, batch], y[batch])
            losses.append(float(loss))
            theta = theta - learning_rate * grad
    return theta, np.array(losses)


# binary_cross_entropy


@right("binary_cross_entropy", "loop with if into np.zeros")
def _(y_hat, y):
    losses = np.zeros(len(y))
    for i in range(len(y)):
        p = y_hat[i] if y[i] == 1 else 1 - y_hat[i]
        if p == 0:
            losses[i] = np.inf
        else:
            losses[i] = -np.log(p)
    return losses


@right("binary_cross_entropy", "np.where picks the probability of the true label")
def _(y_hat, y):
    p_true = np.where(y == 1, y_hat, 1 - y_hat)
    with np.errstate(divide="ignore"):
        return -np.log(p_true)


@right("binary_cross_entropy", "scipy xlogy and xlog1py")
def _(y_hat, y):
    return -(special.xlogy(y, y_hat) + special.xlog1py(1 - y, -y_hat))


@right("binary_cross_entropy", "pure Python lists and math.log")
def _(y_hat, y):
    result = []
    for p, label in zip(y_hat, y):
        p = float(p)
        if label == 1:
            if p == 0.0:
                result.append(math.inf)
            else:
                result.append(-math.log(p))
        else:
            if p == 1.0:
                result.append(math.inf)
            else:
                result.append(-math.log1p(-p))
    return np.array(result)


@right("binary_cross_entropy", "boolean masks, two halves apart")
def _(y_hat, y):
    y_hat = np.array(y_hat).astype(float)
    y = np.array(y)
    ones = y == 1
    zeros = y == 0
    out = np.zeros_like(y_hat)
    with np.errstate(divide="ignore"):
        out[ones] = -np.log(y_hat[ones])
        out[zeros] = -np.log(1 - y_hat[zeros])
    return out


@right("binary_cross_entropy", "formula with nan products replaced by 0")
def _(y_hat, y):
    with np.errstate(divide="ignore", invalid="ignore"):
        first = y * np.log(y_hat)
        second = (1 - y) * np.log(1 - y_hat)
    # 0 * (-inf) gives nan, but it should be 0
    first = np.where(np.isnan(first), 0, first)
    second = np.where(np.isnan(second), 0, second)
    return -(first + second)


@fragile("binary_cross_entropy", "the formula as it stands: nan at 0 and 1")
def _(y_hat, y):
    return -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


@fragile("binary_cross_entropy", "math.log in a loop: raises at 0")
def _(y_hat, y):
    out = []
    for i in range(len(y)):
        if y[i] == 1:
            out.append(-math.log(y_hat[i]))
        else:
            out.append(-math.log(1 - y_hat[i]))
    return np.array(out)


@wrong("binary_cross_entropy", "probabilities clipped at 1e-7")
def _(y_hat, y):
    p = np.clip(y_hat, 1e-7, 1 - 1e-7)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


@wrong("binary_cross_entropy", "1e-8 added in the logarithm")
def _(y_hat, y):
    return -(y * np.log(y_hat + 1e-8) + (1 - y) * np.log(1 - y_hat + 1e-8))


@wrong("binary_cross_entropy", "minus sign missing")
def _(y_hat, y):
    with np.errstate(divide="ignore"):
        return np.log(np.where(y == 1, y_hat, 1 - y_hat))


@wrong("binary_cross_entropy", "mean in place of one loss per example")
def _(y_hat, y):
    with np.errstate(divide="ignore"):
        return np.mean(-np.log(np.where(y == 1, y_hat, 1 - y_hat)))


@wrong("binary_cross_entropy", "logarithm to base 2")
def _(y_hat, y):
    with np.errstate(divide="ignore"):
        return -np.log2(np.where(y == 1, y_hat, 1 - y_hat))


@wrong("binary_cross_entropy", "term of the label 0 missing")
def _(y_hat, y):
    return -special.xlogy(y, y_hat)


@wrong("binary_cross_entropy", "labels swapped")
def _(y_hat, y):
    with np.errstate(divide="ignore"):
        return -np.log(np.where(y == 0, y_hat, 1 - y_hat))


@wrong("binary_cross_entropy", "minus only before the first term")
def _(y_hat, y):
    return -special.xlogy(y, y_hat) + special.xlog1py(1 - y, -y_hat)


@wrong("binary_cross_entropy", "nan_to_num: a huge number in place of infinity")
def _(y_hat, y):
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.nan_to_num(y * np.log(y_hat))
        second = np.nan_to_num((1 - y) * np.log(1 - y_hat))
    return -(first + second)


@wrong("binary_cross_entropy", "everything not finite becomes 0")
def _(y_hat, y):
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))
    loss[~np.isfinite(loss)] = 0
    return loss


@wrong("binary_cross_entropy", "if on an array raises")
def _(y_hat, y):
    if y == 1:
        return -np.log(y_hat)
    return -np.log(1 - y_hat)


@wrong("binary_cross_entropy", "y_hat and y exchanged")
def _(y_hat, y):
    return -(special.xlogy(y_hat, y) + special.xlog1py(1 - y_hat, -y))


@wrong("binary_cross_entropy", "return in the loop: first example only")
def _(y_hat, y):
    out = np.zeros(len(y))
    for i in range(len(y)):
        p = y_hat[i] if y[i] == 1 else 1 - y_hat[i]
        with np.errstate(divide="ignore"):
            out[i] = -np.log(p)
        return out


@wrong("binary_cross_entropy", "infinite wherever the prediction is 0 or 1")
def _(y_hat, y):
    out = np.zeros(len(y))
    for i in range(len(y)):
        if y_hat[i] == 0 or y_hat[i] == 1:
            out[i] = np.inf
        else:
            out[i] = -(y[i] * np.log(y_hat[i]) + (1 - y[i]) * np.log(1 - y_hat[i]))
    return out


# logistic_loss


@right("logistic_loss", "log_sigmoid and expit, vectorised")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(y * special.log_expit(z) + (1 - y) * special.log_expit(-z))
    error = special.expit(z) - y
    grad_w = X.T @ error / len(y)
    grad_b = np.mean(error)
    return loss, grad_w, grad_b


@right("logistic_loss", "loop over the examples")
def _(w, b, X, y):
    N, D = X.shape
    loss = 0.0
    grad_w = np.zeros(D)
    grad_b = 0.0
    for i in range(N):
        z = float(np.dot(X[i], w)) + b
        if z >= 0:
            p = 1 / (1 + math.exp(-z))
            log_p = -math.log1p(math.exp(-z))
            log_q = log_p - z
        else:
            e = math.exp(z)
            p = e / (1 + e)
            log_q = -math.log1p(e)
            log_p = z + log_q
        if y[i] == 1:
            loss -= log_p
        else:
            loss -= log_q
        grad_w += (p - y[i]) * X[i]
        grad_b += p - y[i]
    return loss / N, grad_w / N, grad_b / N


@right("logistic_loss", "np.logaddexp with signs, np.einsum")
def _(w, b, X, y):
    sign = np.where(y == 1, 1.0, -1.0)
    z = np.einsum("nd,d->n", X, w) + b
    losses = np.logaddexp(0, -sign * z)
    y_hat = np.exp(-np.logaddexp(0, -z))
    diff = y_hat - y
    grad_w = np.einsum("nd,n->d", X, diff) / X.shape[0]
    return losses.mean(), grad_w, diff.sum() / X.shape[0]


@right("logistic_loss", "naive sigmoid for gradients, overflow harmless")
def _(w, b, X, y):
    N = len(X)
    scores = np.dot(X, w) + b
    loss = np.sum(np.maximum(scores, 0) - scores * y + np.log1p(np.exp(-np.abs(scores)))) / N
    with np.errstate(over="ignore"):
        y_hat = 1 / (1 + np.exp(-scores))
    grad_w = np.zeros(X.shape[1])
    for j in range(X.shape[1]):
        grad_w[j] = np.sum((y_hat - y) * X[:, j]) / N
    grad_b = np.sum(y_hat - y) / N
    return loss, grad_w, grad_b


@right("logistic_loss", "bias as an extra column of ones, tanh sigmoid")
def _(w, b, X, y):
    A = np.hstack([X, np.ones((X.shape[0], 1))])
    theta = np.append(w, b)
    z = A.dot(theta)
    loss = -np.where(np.array(y) == 1, _log_sigmoid(z), _log_sigmoid(-z)).mean()
    y_hat = 0.5 * (1 + np.tanh(z / 2))
    grad = (A * (y_hat - y)[:, None]).mean(axis=0)
    return loss, grad[:-1], grad[-1]


@fragile("logistic_loss", "log of the sigmoid: nan or infinite at large scores")
def _(w, b, X, y):
    y_hat = 1 / (1 + np.exp(-(X @ w + b)))
    loss = -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))
    return loss, X.T @ (y_hat - y) / len(y), np.mean(y_hat - y)


@fragile("logistic_loss", "log(1 + exp(-z)) overflows at large scores")
def _(w, b, X, y):
    z = X @ w + b
    s = np.where(y == 1, z, -z)
    loss = np.mean(np.log(1 + np.exp(-s)))
    diff = special.expit(z) - y
    return loss, X.T @ diff / len(y), np.mean(diff)


@wrong("logistic_loss", "sum in place of mean for the loss")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.sum(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    diff = _sigmoid(z) - y
    return loss, X.T @ diff / len(y), diff.mean()


@wrong("logistic_loss", "gradients not divided by N")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    diff = _sigmoid(z) - y
    return loss, X.T @ diff, diff.sum()


@wrong("logistic_loss", "gradients with the wrong sign")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    diff = y - _sigmoid(z)
    return loss, X.T @ diff / len(y), diff.mean()


@wrong("logistic_loss", "forgets the bias in the score")
def _(w, b, X, y):
    z = X @ w
    loss = -np.mean(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    diff = _sigmoid(z) - y
    return loss, X.T @ diff / len(y), diff.mean()


@wrong("logistic_loss", "gradient of squared error: extra factor p(1-p)")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    p = _sigmoid(z)
    diff = (p - y) * p * (1 - p)
    return loss, X.T @ diff / len(y), diff.mean()


@wrong("logistic_loss", "log_sigmoid(z), not of -z, for label 0")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(y * _log_sigmoid(z) + (1 - y) * _log_sigmoid(z))
    diff = _sigmoid(z) - y
    return loss, X.T @ diff / len(y), diff.mean()


@wrong("logistic_loss", "1 - log_sigmoid(z) for label 0")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(y * _log_sigmoid(z) + (1 - y) * (1 - _log_sigmoid(z)))
    diff = _sigmoid(z) - y
    return loss, X.T @ diff / len(y), diff.mean()


@wrong("logistic_loss", "gradient with the predicted label, not the probability")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    diff = (_sigmoid(z) >= 0.5).astype(float) - y
    return loss, X.T @ diff / len(y), diff.mean()


@wrong("logistic_loss", "gradient divided by D in place of N")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    diff = _sigmoid(z) - y
    return loss, X.T @ diff / X.shape[1], diff.mean()


@wrong("logistic_loss", "sigmoid forgotten in the gradient")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    diff = z - y
    return loss, X.T @ diff / len(y), diff.mean()


@wrong("logistic_loss", "scores clipped to 30")
def _(w, b, X, y):
    z = np.clip(X @ w + b, -30, 30)
    p = 1 / (1 + np.exp(-z))
    loss = np.mean(np.log1p(np.exp(np.where(y == 1, -z, z))))
    return loss, X.T @ (p - y) / len(y), np.mean(p - y)


@wrong("logistic_loss", "1e-15 inside the logarithm")
def _(w, b, X, y):
    p = special.expit(X @ w + b)
    loss = -np.mean(y * np.log(p + 1e-15) + (1 - y) * np.log(1 - p + 1e-15))
    return loss, X.T @ (p - y) / len(y), np.mean(p - y)


@wrong("logistic_loss", "transpose forgotten, raises unless N = D")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    diff = _sigmoid(z) - y
    return loss, X @ diff / len(y), diff.mean()


@wrong("logistic_loss", "grad_b one number per example")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    diff = _sigmoid(z) - y
    return loss, X.T @ diff / len(y), diff / len(y)


@wrong("logistic_loss", "grad_w averaged over its entries too")
def _(w, b, X, y):
    z = X @ w + b
    loss = -np.mean(np.where(y == 1, _log_sigmoid(z), _log_sigmoid(-z)))
    diff = _sigmoid(z) - y
    return loss, np.mean(X * diff[:, None]), diff.mean()


@wrong("logistic_loss", "grad_b of the last example only")
def _(w, b, X, y):
    loss, grad_w = 0.0, np.zeros(X.shape[1])
    for x_i, y_i in zip(X, y):
        z = x_i @ w + b
        loss -= y_i * _log_sigmoid(z) + (1 - y_i) * _log_sigmoid(-z)
        grad_w += (_sigmoid(z) - y_i) * x_i
        grad_b = _sigmoid(z) - y_i
    return loss / len(y), grad_w / len(y), grad_b


# train_logistic_regression


@right("train_logistic_regression", "straight from the text, list of losses")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    N, D = X.shape
    w = np.zeros(D)
    b = 0.0
    losses = []
    for _ in range(epochs):
        for batch in _batches(N, batch_size, rng):
            loss, grad_w, grad_b = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w = w - learning_rate * grad_w
            b = b - learning_rate * grad_b
        _, grad_w, grad_b = _logistic_loss(w, b, X, y)
        if np.sqrt(np.sum(grad_w**2) + grad_b**2) < tol:
            break
    return w, b, np.array(losses)


@right("train_logistic_regression", "np.zeros for losses, cut at the end")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    n = len(y)
    steps = epochs * int(np.ceil(n / batch_size))
    losses = np.zeros(steps)
    w, b = np.zeros(X.shape[1]), 0.0
    k = 0
    for epoch in range(epochs):
        perm = rng.permutation(n)
        for start in range(0, n, batch_size):
            rows = perm[start : start + batch_size]
            losses[k], gw, gb = _logistic_loss(w, b, X[rows], y[rows])
            w -= learning_rate * gw
            b -= learning_rate * gb
            k += 1
        full = _logistic_loss(w, b, X, y)
        norm = np.linalg.norm(np.append(full[1], full[2]))
        if norm < tol:
            return w, b, losses[:k]
    return w, b, losses[:k]


@right("train_logistic_regression", "one theta with the bias as column")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    X1 = np.column_stack([X, np.ones(len(X))])
    theta = np.zeros(X1.shape[1])

    def loss_and_grad(theta, A, t):
        z = A @ theta
        loss = np.logaddexp(0, np.where(t == 1, -z, z)).mean()
        return loss, A.T @ (special.expit(z) - t) / len(t)

    losses = []
    for _ in range(epochs):
        for idx in _batches(len(X1), batch_size, rng):
            loss, grad = loss_and_grad(theta, X1[idx], y[idx])
            losses.append(loss)
            theta = theta - learning_rate * grad
        if np.linalg.norm(loss_and_grad(theta, X1, y)[1]) < tol:
            break
    return theta[:-1], float(theta[-1]), np.array(losses)


@right("train_logistic_regression", "while loop with a done flag, loops over examples")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    N = X.shape[0]
    D = X.shape[1]
    w = [0.0] * D
    b = 0.0
    losses = []

    def gradient(rows):
        total, gw, gb = 0.0, [0.0] * D, 0.0
        for i in rows:
            z = b
            for d in range(D):
                z += w[d] * float(X[i, d])
            p = float(special.expit(z))
            total += float(np.logaddexp(0, -z)) if y[i] == 1 else float(np.logaddexp(0, z))
            for d in range(D):
                gw[d] += (p - float(y[i])) * float(X[i, d])
            gb += p - float(y[i])
        m = len(rows)
        return total / m, [g / m for g in gw], gb / m

    epoch = 0
    done = False
    while not done:
        order = rng.permutation(N)
        for s in range(0, N, batch_size):
            loss, gw, gb = gradient(order[s : s + batch_size])
            losses.append(loss)
            for d in range(D):
                w[d] = w[d] - learning_rate * gw[d]
            b = b - learning_rate * gb
        epoch += 1
        loss, gw, gb = gradient(range(N))
        norm = math.sqrt(sum([g * g for g in gw]) + gb * gb)
        if norm < tol or epoch == epochs:
            done = True
    return np.array(w), b, np.array(losses)


@right("train_logistic_regression", "shuffled copies, math.hypot for the norm")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    N = len(X)
    w = np.zeros_like(X[0], dtype=float)
    b = 0
    losses = []
    for _ in range(epochs):
        p = rng.permutation(N)
        Xs = X[p].copy()
        ys = y[p].copy()
        i = 0
        while i * batch_size < N:
            Xb = Xs[i * batch_size : (i + 1) * batch_size]
            yb = ys[i * batch_size : (i + 1) * batch_size]
            loss, dw, db = _logistic_loss(w, b, Xb, yb)
            losses.append(float(loss))
            w = w - learning_rate * dw
            b = b - learning_rate * db
            i += 1
        loss, dw, db = _logistic_loss(w, b, X, y)
        if math.hypot(np.linalg.norm(dw), db) < tol:
            break
    return w, b, np.asarray(losses)


@fragile("train_logistic_regression", "log of the sigmoid: infinite or nan losses at large scores")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    def loss_and_grads(w, b, A, t):
        p = 1 / (1 + np.exp(-(A @ w + b)))
        loss = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
        return loss, A.T @ (p - t) / len(t), np.mean(p - t)

    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = loss_and_grads(w, b, X[batch], y[batch])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
        _, gw, gb = loss_and_grads(w, b, X, y)
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "ignores tol")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "norm of grad_w alone, without grad_b")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
        _, gw, gb = _logistic_loss(w, b, X, y)
        if np.linalg.norm(gw) < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "gradient of the last batch in the stop test")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "tests before the epoch: can stop without a step")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        _, gw, gb = _logistic_loss(w, b, X, y)
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "tests after each batch, stops inside an epoch")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
            _, gw, gb = _logistic_loss(w, b, X, y)
            if np.sqrt(gw @ gw + gb**2) < tol:
                return w, b, np.array(losses)
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "squared norm compared with tol")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
        _, gw, gb = _logistic_loss(w, b, X, y)
        if gw @ gw + gb**2 < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "stops when the loss is below tol")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
        if _logistic_loss(w, b, X, y)[0] < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "the bias is never updated")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w = w - learning_rate * gw
        _, gw, gb = _logistic_loss(w, b, X, y)
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "starts with random weights")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = 0.01 * rng.standard_normal(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
        _, gw, gb = _logistic_loss(w, b, X, y)
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "loss noted after the step")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            _, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            w, b = w - learning_rate * gw, b - learning_rate * gb
            losses.append(_logistic_loss(w, b, X[batch], y[batch])[0])
        _, gw, gb = _logistic_loss(w, b, X, y)
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "loss over all data, one per epoch")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            _, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            w, b = w - learning_rate * gw, b - learning_rate * gb
        loss, gw, gb = _logistic_loss(w, b, X, y)
        losses.append(loss)
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "labels of the batch not taken along")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[: len(batch)])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
        _, gw, gb = _logistic_loss(w, b, X, y)
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "full-batch descent, batch_size ignored")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        loss, gw, gb = _logistic_loss(w, b, X, y)
        losses.append(loss)
        w, b = w - learning_rate * gw, b - learning_rate * gb
        _, gw, gb = _logistic_loss(w, b, X, y)
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "bias step uses the gradient at the new weights")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, _ = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w = w - learning_rate * gw
            b = b - learning_rate * _logistic_loss(w, b, X[batch], y[batch])[2]
        _, gw, gb = _logistic_loss(w, b, X, y)
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "same order in every epoch")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    batches = list(_batches(len(X), batch_size, rng))
    for _ in range(epochs):
        for batch in batches:
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
        _, gw, gb = _logistic_loss(w, b, X, y)
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
    return w, b, np.array(losses)


@wrong("train_logistic_regression", "zeros for N weights in place of D, raises")
def _(X, y, *, learning_rate, batch_size, epochs, rng, tol=0.0):
    w, b, losses = np.zeros(len(X)), 0.0, []
    for _ in range(epochs):
        for batch in _batches(len(X), batch_size, rng):
            loss, gw, gb = _logistic_loss(w, b, X[batch], y[batch])
            losses.append(loss)
            w, b = w - learning_rate * gw, b - learning_rate * gb
        _, gw, gb = _logistic_loss(w, b, X, y)
        if np.sqrt(gw @ gw + gb**2) < tol:
            break
    return w, b, np.array(losses)


# accuracy


@right("accuracy", "mean of the comparison")
def _(y_hat, y):
    return np.mean(y_hat == y)


@right("accuracy", "counting loop")
def _(y_hat, y):
    correct = 0
    for i in range(len(y)):
        if y_hat[i] == y[i]:
            correct += 1
    return correct / len(y)


@right("accuracy", "zip and sum over Python lists")
def _(y_hat, y):
    hits = [1 if p == t else 0 for p, t in zip(list(y_hat), list(y))]
    return sum(hits) / len(hits)


@right("accuracy", "one minus the share of mistakes")
def _(y_hat, y):
    errors = np.count_nonzero(np.array(y_hat) != np.array(y))
    return float(1 - errors / np.size(y))


@right("accuracy", "np.where, then sum divided by N")
def _(y_hat, y):
    agree = np.where(y_hat == y, 1.0, 0.0)
    N = y.shape[0]
    return agree.sum() / N


@fragile("accuracy", "one minus mean difference: right for 0 and 1 only")
def _(y_hat, y):
    return 1 - np.mean(np.abs(y_hat - y))


@wrong("accuracy", "count in place of share")
def _(y_hat, y):
    return np.sum(y_hat == y)


@wrong("accuracy", "share of mistakes")
def _(y_hat, y):
    return np.mean(y_hat != y)


@wrong("accuracy", "percent")
def _(y_hat, y):
    return 100 * np.mean(y_hat == y)


@wrong("accuracy", "integer division")
def _(y_hat, y):
    correct = 0
    for p, t in zip(y_hat, y):
        if p == t:
            correct += 1
    return correct // len(y)


@wrong("accuracy", "counts only ones that agree")
def _(y_hat, y):
    return np.sum(y_hat * y) / len(y)


@wrong("accuracy", "divides by the number of true ones (or by 1)")
def _(y_hat, y):
    return np.sum(y_hat == y) / max(np.sum(y), 1)


@wrong("accuracy", "recall in place of accuracy")
def _(y_hat, y):
    ones = y == 1
    if ones.sum() == 0:
        return 0.0
    return np.mean(y_hat[ones] == 1)


@wrong("accuracy", "compares the shares of ones")
def _(y_hat, y):
    return 1 - abs(np.mean(y_hat) - np.mean(y))


@wrong("accuracy", "all or nothing")
def _(y_hat, y):
    return float(np.all(y_hat == y))


@wrong("accuracy", "if on arrays raises")
def _(y_hat, y):
    count = 0
    if y_hat == y:
        count += 1
    return count / len(y)


@wrong("accuracy", "last example left out")
def _(y_hat, y):
    correct = 0
    for i in range(len(y) - 1):
        if y_hat[i] == y[i]:
            correct += 1
    return correct / len(y)


@wrong("accuracy", "no mean: one truth value per example")
def _(y_hat, y):
    return (y_hat == y).astype(float)


@wrong("accuracy", "prints in place of returning")
def _(y_hat, y):
    print(np.mean(y_hat == y))


# precision_recall_f1


@right("precision_recall_f1", "loop counts, ifs for the denominators")
def _(y_hat, y):
    tp = 0
    fp = 0
    fn = 0
    for i in range(len(y)):
        if y_hat[i] == 1 and y[i] == 1:
            tp += 1
        elif y_hat[i] == 1 and y[i] == 0:
            fp += 1
        elif y_hat[i] == 0 and y[i] == 1:
            fn += 1
    if tp + fp == 0:
        precision = 0.0
    else:
        precision = tp / (tp + fp)
    if tp + fn == 0:
        recall = 0.0
    else:
        recall = tp / (tp + fn)
    if precision + recall == 0:
        f1 = 0.0
    else:
        f1 = 2 * precision * recall / (precision + recall)
    return precision, recall, f1


@right("precision_recall_f1", "boolean masks, conditional expressions")
def _(y_hat, y):
    predicted = np.asarray(y_hat) == 1
    true = np.asarray(y) == 1
    hits = np.sum(predicted & true)
    p = hits / predicted.sum() if predicted.sum() > 0 else 0
    r = hits / true.sum() if true.sum() > 0 else 0
    f = 2 * p * r / (p + r) if p + r > 0 else 0
    return p, r, f


@right("precision_recall_f1", "all 0 at once if nothing is hit")
def _(y_hat, y):
    tp = int(np.sum((y_hat == 1) & (y == 1)))
    if tp == 0:
        # then precision and recall are both 0 (or 0/0)
        return 0.0, 0.0, 0.0
    fp = int(np.sum((y_hat == 1) & (y == 0)))
    fn = int(np.sum((y_hat == 0) & (y == 1)))
    return tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)


@right("precision_recall_f1", "dot product of float copies, try and except")
def _(y_hat, y):
    a = [int(v) for v in y_hat]
    c = [int(v) for v in y]
    both = sum([p * t for p, t in zip(a, c)])
    try:
        precision = both / sum(a)
    except ZeroDivisionError:
        precision = 0.0
    try:
        recall = both / sum(c)
    except ZeroDivisionError:
        recall = 0.0
    try:
        f1 = 2 / (1 / precision + 1 / recall)
    except ZeroDivisionError:
        f1 = 0.0
    return (precision, recall, f1)


@right("precision_recall_f1", "denominators lifted to 1 with max")
def _(y_hat, y):
    yh = np.array(y_hat).astype(float)
    yt = np.array(y).astype(float)
    tp = np.dot(yh, yt)
    precision = tp / max(np.sum(yh), 1)
    recall = tp / max(np.sum(yt), 1)
    f1 = 2 * tp / max(np.sum(yh) + np.sum(yt), 1)
    return float(precision), float(recall), float(f1)


@fragile("precision_recall_f1", "no care for 0 denominators: nan")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    precision = tp / np.sum(y_hat == 1)
    recall = tp / np.sum(y == 1)
    return precision, recall, 2 * precision * recall / (precision + recall)


@fragile("precision_recall_f1", "f1 divides by 0 when nothing is hit")
def _(y_hat, y):
    tp = int(np.sum((y_hat == 1) & (y == 1)))
    predicted, true = int(np.sum(y_hat == 1)), int(np.sum(y == 1))
    precision = tp / predicted if predicted else 0.0
    recall = tp / true if true else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall)


@wrong("precision_recall_f1", "precision and recall swapped")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    fp = np.sum((y_hat == 1) & (y == 0))
    fn = np.sum((y_hat == 0) & (y == 1))
    precision = tp / (tp + fn) if tp + fn else 0.0
    recall = tp / (tp + fp) if tp + fp else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return precision, recall, f1


@wrong("precision_recall_f1", "f1 as arithmetic mean")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    precision = tp / np.sum(y_hat == 1) if np.any(y_hat == 1) else 0.0
    recall = tp / np.sum(y == 1) if np.any(y == 1) else 0.0
    return precision, recall, (precision + recall) / 2


@wrong("precision_recall_f1", "factor 2 missing in f1")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    precision = tp / np.sum(y_hat == 1) if np.any(y_hat == 1) else 0.0
    recall = tp / np.sum(y == 1) if np.any(y == 1) else 0.0
    f1 = precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


@wrong("precision_recall_f1", "precision 1 if nothing is predicted to be 1")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    precision = tp / np.sum(y_hat == 1) if np.any(y_hat == 1) else 1.0
    recall = tp / np.sum(y == 1) if np.any(y == 1) else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


@wrong("precision_recall_f1", "for class 0 in place of class 1")
def _(y_hat, y):
    tp = np.sum((y_hat == 0) & (y == 0))
    precision = tp / np.sum(y_hat == 0) if np.any(y_hat == 0) else 0.0
    recall = tp / np.sum(y == 0) if np.any(y == 0) else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


@wrong("precision_recall_f1", "true negatives counted as hits")
def _(y_hat, y):
    hits = np.sum(y_hat == y)
    fp = np.sum((y_hat == 1) & (y == 0))
    fn = np.sum((y_hat == 0) & (y == 1))
    precision = hits / (hits + fp) if hits + fp else 0.0
    recall = hits / (hits + fn) if hits + fn else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


@wrong("precision_recall_f1", "accuracy in place of precision")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    precision = np.mean(y_hat == y)
    recall = tp / np.sum(y == 1) if np.any(y == 1) else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


@wrong("precision_recall_f1", "specificity in place of recall")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    tn = np.sum((y_hat == 0) & (y == 0))
    precision = tp / np.sum(y_hat == 1) if np.any(y_hat == 1) else 0.0
    recall = tn / np.sum(y == 0) if np.any(y == 0) else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


@wrong("precision_recall_f1", "only f1 returned")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    both = np.sum(y_hat == 1) + np.sum(y == 1)
    return 2 * tp / both if both > 0 else 0.0


@wrong("precision_recall_f1", "precedence: 2pr / p + r")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    precision = tp / np.sum(y_hat == 1) if np.any(y_hat == 1) else 0.0
    recall = tp / np.sum(y == 1) if np.any(y == 1) else 0.0
    f1 = 2 * precision * recall / precision + recall if precision > 0 else 0.0
    return precision, recall, f1


@wrong("precision_recall_f1", "nan where nothing is predicted or true")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    precision = tp / np.sum(y_hat == 1) if np.any(y_hat == 1) else np.nan
    recall = tp / np.sum(y == 1) if np.any(y == 1) else np.nan
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


@wrong("precision_recall_f1", "geometric mean in place of harmonic")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    precision = tp / np.sum(y_hat == 1) if np.any(y_hat == 1) else 0.0
    recall = tp / np.sum(y == 1) if np.any(y == 1) else 0.0
    return precision, recall, np.sqrt(precision * recall)


@wrong("precision_recall_f1", "'and' between arrays raises")
def _(y_hat, y):
    tp = np.sum(y_hat == 1 and y == 1)
    precision = tp / np.sum(y_hat == 1) if np.any(y_hat == 1) else 0.0
    recall = tp / np.sum(y == 1) if np.any(y == 1) else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


@wrong("precision_recall_f1", "integer division")
def _(y_hat, y):
    tp = np.sum((y_hat == 1) & (y == 1))
    precision = tp // np.sum(y_hat == 1) if np.any(y_hat == 1) else 0
    recall = tp // np.sum(y == 1) if np.any(y == 1) else 0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0
    return precision, recall, f1


# regularized_logistic_loss


@right("regularized_logistic_loss", "adds the penalty to the course's loss")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, gradient = penalty(w)
    return loss + lam * value, grad_w + lam * gradient, grad_b


@right("regularized_logistic_loss", "all computed anew with scipy")
def _(w, b, X, y, lam, penalty):
    z = X @ w + b
    data_loss = -np.mean(y * special.log_expit(z) + (1 - y) * special.log_expit(-z))
    d = special.expit(z) - y
    pen, pen_grad = penalty(w)
    total = data_loss + lam * pen
    grad_w = np.einsum("nd,n->d", X, d) / len(y) + lam * np.asarray(pen_grad)
    return total, grad_w, np.mean(d)


@right("regularized_logistic_loss", "entry by entry into np.zeros_like, returned as a list")
def _(w, b, X, y, lam, penalty):
    result = _logistic_loss(w, b, X, y)
    p = penalty(w.copy())
    grad = np.zeros_like(w, dtype=float)
    for j in range(len(w)):
        grad[j] = result[1][j] + lam * p[1][j]
    return [result[0] + lam * p[0], grad, result[2]]


@right("regularized_logistic_loss", "loop over the examples, += for the penalty")
def _(w, b, X, y, lam, penalty):
    N = len(y)
    loss = 0.0
    grad_w = np.zeros(len(w))
    grad_b = 0.0
    for i in range(N):
        z = np.sum(w * X[i]) + b
        if y[i] == 1:
            loss += np.logaddexp(0, -z) / N
        else:
            loss += np.logaddexp(0, z) / N
        grad_w += (special.expit(z) - y[i]) * X[i] / N
        grad_b += (special.expit(z) - y[i]) / N
    penalty_value, penalty_grad = penalty(w)
    loss += lam * penalty_value
    grad_w += lam * penalty_grad
    return loss, grad_w, grad_b


@right("regularized_logistic_loss", "lam 0 handled apart")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    if lam > 0:
        reg = penalty(w)
        loss = loss + lam * reg[0]
        grad_w = np.array([g + lam * r for g, r in zip(grad_w, reg[1])])
    return loss, grad_w, grad_b


@fragile("regularized_logistic_loss", "log of the sigmoid: infinite at large scores")
def _(w, b, X, y, lam, penalty):
    y_hat = 1 / (1 + np.exp(-(X @ w + b)))
    loss = -np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))
    value, gradient = penalty(w)
    return loss + lam * value, X.T @ (y_hat - y) / len(y) + lam * gradient, np.mean(y_hat - y)


@fragile("regularized_logistic_loss", "scales the penalty's gradient in place, which may be w")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, gradient = penalty(w)
    gradient *= lam
    gradient += grad_w
    return loss + lam * value, gradient, grad_b


@wrong("regularized_logistic_loss", "penalty divided by N")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, gradient = penalty(w)
    N = len(y)
    return loss + lam / N * value, grad_w + lam / N * gradient, grad_b


@wrong("regularized_logistic_loss", "lam missing in the gradient")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, gradient = penalty(w)
    return loss + lam * value, grad_w + gradient, grad_b


@wrong("regularized_logistic_loss", "lam missing in the loss")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, gradient = penalty(w)
    return loss + value, grad_w + lam * gradient, grad_b


@wrong("regularized_logistic_loss", "L2 hard-coded, penalty never called")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    return loss + lam * np.sum(w**2), grad_w + 2 * lam * w, grad_b


@wrong("regularized_logistic_loss", "bias penalised too")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, gradient = penalty(np.append(w, b))
    return loss + lam * value, grad_w + lam * gradient[:-1], grad_b + lam * gradient[-1]


@wrong("regularized_logistic_loss", "gradient of the penalty forgotten")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    return loss + lam * penalty(w)[0], grad_w, grad_b


@wrong("regularized_logistic_loss", "penalty forgotten in the loss")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    return loss, grad_w + lam * penalty(w)[1], grad_b


@wrong("regularized_logistic_loss", "penalty subtracted")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, gradient = penalty(w)
    return loss - lam * value, grad_w - lam * gradient, grad_b


@wrong("regularized_logistic_loss", "penalty's value added to the gradient")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, _ = penalty(w)
    return loss + lam * value, grad_w + lam * value, grad_b


@wrong("regularized_logistic_loss", "penalty's tuple not unpacked, raises")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    return loss + lam * penalty(w), grad_w + lam * penalty(w), grad_b


@wrong("regularized_logistic_loss", "penalty called with lam * w")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, gradient = penalty(lam * w)
    return loss + value, grad_w + gradient, grad_b


@wrong("regularized_logistic_loss", "lam halved, as in lam/2 of other books")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, gradient = penalty(w)
    return loss + lam / 2 * value, grad_w + lam / 2 * gradient, grad_b


@wrong("regularized_logistic_loss", "whole sum weighted: (1 - lam) data + lam penalty")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, gradient = penalty(w)
    return (1 - lam) * loss + lam * value, (1 - lam) * grad_w + lam * gradient, (1 - lam) * grad_b


@wrong("regularized_logistic_loss", "lam is added to grad_b as well")
def _(w, b, X, y, lam, penalty):
    loss, grad_w, grad_b = _logistic_loss(w, b, X, y)
    value, gradient = penalty(w)
    return loss + lam * value, grad_w + lam * gradient, grad_b + lam * b


# dropout


@right("dropout", "np.where with a random mask")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h.copy()
    dropped = rng.random(h.shape) < rate
    return np.where(dropped, 0.0, h / (1 - rate))


@right("dropout", "mask of 0 and 1 times h")
def _(h, rate, rng, training=True):
    if not 0 <= rate < 1:
        raise ValueError("bad rate")
    if training is False or rate == 0:
        return np.array(h)
    mask = (rng.random(h.shape) >= rate).astype(float)
    return h * mask / (1 - rate)


@right("dropout", "loop over flat entries into np.zeros")
def _(h, rate, rng, training=True):
    if rate < 0:
        raise ValueError("rate is negative")
    if rate >= 1:
        raise ValueError("rate is too large")
    if training is False:
        return np.copy(h)
    flat = np.ravel(h)
    out = np.zeros(len(flat))
    for i in range(len(flat)):
        r = rng.random()
        if r >= rate:
            out[i] = flat[i] / (1 - rate)
    return out.reshape(np.shape(h))


@right("dropout", "float copy first, zeroed by a boolean index")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError(f"rate {rate} is not allowed")
    out = np.array(h, dtype=float)
    if training:
        u = rng.random(out.shape)
        out = np.asarray(out / (1 - rate))
        out[u < rate] = 0
    return out


@right("dropout", "keeps where random < 1 - rate: other mask than the example")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be from 0 up to but not including 1")
    if not training:
        return h.copy()
    keep_prob = 1 - rate
    keep = rng.random(h.shape) < keep_prob
    return keep * h / keep_prob


@right("dropout", "binomial mask with probability 1 - rate")
def _(h, rate, rng, training=True):
    if not (rate >= 0 and rate < 1):
        raise ValueError
    if not training:
        return np.array(h, copy=True)
    mask = rng.binomial(1, 1.0 - rate, size=np.shape(h))
    return mask * h / (1.0 - rate)


@fragile("dropout", "np.empty_like: integer h loses its fractions")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    out = np.empty_like(h)
    if not training:
        out[...] = h
        return out
    out[...] = np.where(rng.random(h.shape) < rate, 0, h / (1 - rate))
    return out


@wrong("dropout", "no scaling of the kept entries")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h.copy()
    return np.where(rng.random(h.shape) < rate, 0.0, h)


@wrong("dropout", "kept entries divided by rate")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training or rate == 0:
        return h.copy()
    return np.where(rng.random(h.shape) < rate, 0.0, h / rate)


@wrong("dropout", "keeps with probability rate")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training or rate == 0:
        return h.copy()
    return np.where(rng.random(h.shape) < rate, h / (1 - rate), 0.0)


@wrong("dropout", "multiplies by 1 - rate")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h.copy()
    return np.where(rng.random(h.shape) < rate, 0.0, h * (1 - rate))


@wrong("dropout", "classic dropout: scales by 1 - rate outside of training")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h * (1 - rate)
    return np.where(rng.random(h.shape) < rate, 0.0, h)


@wrong("dropout", "ignores training")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    return np.where(rng.random(h.shape) < rate, 0.0, h / (1 - rate))


@wrong("dropout", "training the wrong way round")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if training:
        return h.copy()
    return np.where(rng.random(h.shape) < rate, 0.0, h / (1 - rate))


@wrong("dropout", "changes h in place")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h.copy()
    h[rng.random(h.shape) < rate] = 0
    return h / (1 - rate)


@wrong("dropout", "h itself, not a copy, outside of training")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h
    return np.where(rng.random(h.shape) < rate, 0.0, h / (1 - rate))


@wrong("dropout", "draws from rng outside of training too")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    mask = rng.random(h.shape) < rate
    if not training:
        return h.copy()
    return np.where(mask, 0.0, h / (1 - rate))


@wrong("dropout", "rate 1 is not refused")
def _(h, rate, rng, training=True):
    if rate < 0 or rate > 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h.copy()
    out = np.zeros(h.shape)
    keep = rng.random(h.shape) >= rate
    out[keep] = h[keep] / (1 - rate)
    return out


@wrong("dropout", "rate 0 is refused")
def _(h, rate, rng, training=True):
    if rate <= 0 or rate >= 1:
        raise ValueError("rate must be between 0 and 1")
    if not training:
        return h.copy()
    return np.where(rng.random(h.shape) < rate, 0.0, h / (1 - rate))


@wrong("dropout", "no check of rate")
def _(h, rate, rng, training=True):
    if not training:
        return h.copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rng.random(h.shape) < rate, 0.0, h / np.float64(1 - rate))


@wrong("dropout", "one draw for the whole array")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h.copy()
    if rng.random() < rate:
        return np.zeros(h.shape)
    return h / (1 - rate)


@wrong("dropout", "one draw per column, whole columns dropped")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h.copy()
    mask = rng.random(h.shape[-1:]) >= rate
    return h * mask / (1 - rate)


@wrong("dropout", "always the same number of entries dropped")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h.copy()
    out = (h / (1 - rate)).reshape(-1)
    out[rng.permutation(h.size)[: round(rate * h.size)]] = 0
    return out.reshape(h.shape)


@wrong("dropout", "normal in place of uniform draws")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h.copy()
    return np.where(rng.normal(size=h.shape) < rate, 0.0, h / (1 - rate))


@wrong("dropout", "rate 0.5 hard-coded for the mask")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training or rate == 0:
        return h.copy()
    return np.where(rng.random(h.shape) < 0.5, 0.0, h / (1 - rate))


@wrong("dropout", "rng.random(*shape): raises for two dimensions")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate must be in [0, 1)")
    if not training:
        return h.copy()
    return np.where(rng.random(*h.shape) < rate, 0.0, h / (1 - rate))


@wrong("dropout", "returns the ValueError in place of raising it")
def _(h, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        return ValueError("rate must be in [0, 1)")
    if not training:
        return h.copy()
    return np.where(rng.random(h.shape) < rate, 0.0, h / (1 - rate))
