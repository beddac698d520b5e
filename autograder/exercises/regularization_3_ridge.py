"""Chapter 3: ridge regression, and folds to choose lambda by."""

from __future__ import annotations

import numpy as np

from solutions import regularization as ref

from ..checking.exercise import Case, Exercise, Mistake, Seed
from . import rules

array = np.array


def _ridges(rng):
    for n, d in ((5, 1), (9, 3), (3, 5)):
        X = rng.normal(size=(n, d)) + 2
        args = (X, X @ rng.normal(size=d) + rng.normal(size=n) + 3, float(rng.uniform(0.2, 0.5)))
        yield Case(f"random, N={n}, D={d}", args, hidden=True)


def _kept(value, X):
    return np.asarray(value, X.dtype if X.dtype.kind == "f" else float)


def _solved(X, y, penalty, center=True, bias=True):
    """Return the weights that the matrix `penalty`, added to X'X / N, gives, and the bias."""
    x_mean, y_mean = (X.mean(axis=0), y.mean()) if center else (np.zeros(X.shape[1]), 0.0)
    A = (X - x_mean).astype(float)
    w = np.linalg.solve(A.T @ A / len(y) + penalty, A.T @ (y - y_mean) / len(y))
    return _kept(w, X), y.mean() - X.mean(axis=0) @ w if bias else 0.0


def _by_normal_equations(X, y, lam):
    x_mean, n = X.mean(axis=0), len(y)
    A = (X - x_mean).astype(float)
    w = np.linalg.inv(A.T @ A + n * lam * np.eye(X.shape[1])) @ A.T @ (y - y.mean())
    return _kept(w, X), y.mean() - x_mean @ w


def _by_more_rows(X, y, lam):
    # Each weight is one more example whose target is 0; the column of the bias is 0 there.
    n, d = X.shape
    A = np.vstack([np.column_stack([X, np.ones(n)]), np.eye(d, d + 1) * np.sqrt(n * lam)])
    both = np.linalg.lstsq(A, np.concatenate([y, np.zeros(d)]), rcond=None)[0]
    return _kept(both[:-1], X), both[-1]


def _by_bias_column(X, y, lam):
    n, d = X.shape
    A, penalty = np.column_stack([X, np.ones(n)]), np.diag(np.append(np.full(d, lam), 0.0))
    both = np.linalg.lstsq(A.T @ A / n + penalty, A.T @ y / n, rcond=None)[0]
    return _kept(both[:-1], X), both[-1]


def _by_loops(X, y, lam):
    n, d = X.shape
    x_mean, y_mean = X.mean(axis=0), y.mean()
    A, c = lam * np.eye(d), np.zeros(d)
    for i in range(n):
        for j in range(d):
            c[j] += (X[i, j] - x_mean[j]) * (y[i] - y_mean) / n
            for k in range(d):
                A[j, k] += (X[i, j] - x_mean[j]) * (X[i, k] - x_mean[k]) / n
    w = np.linalg.solve(A, c)
    b = y_mean
    for j in range(d):
        b -= x_mean[j] * w[j]
    return [w, b]


def _by_residuals(X, y, lam):
    A = X - X.mean(axis=0)
    w = np.linalg.pinv(A.T @ A / len(X) + lam * np.identity(len(A.T))).dot(A.T.dot(y)) / len(X)
    return w, np.mean(y - X @ w)


def _with_ones(penalty):
    """Return an answer with the bias as the last weight; its penalties, one a weight, may be put elsewhere."""

    def answer(X, y, lam):
        A = np.column_stack([X, np.ones(len(y))])
        both = np.linalg.solve(A.T @ A / len(y) + lam * np.diag(penalty(X.shape[1])), A.T @ y / len(y))
        return _kept(both[:-1], X), both[-1]

    return answer


def _less(x_mean, y_mean):
    """Return an answer that subtracts something else than the means."""

    def answer(X, y, lam):
        A, n = (X - x_mean(X)).astype(float), len(y)
        w = np.linalg.solve(A.T @ A / n + lam * np.eye(X.shape[1]), A.T @ (y - y_mean(y)) / n)
        return _kept(w, X), np.mean(y - X @ w)

    return answer


def _solved_with(X, y, lam, right):
    A = (X - X.mean(axis=0)).astype(float)
    w = np.linalg.solve(A.T @ A / len(y) + lam * np.eye(X.shape[1]), right)
    return _kept(w, X), y.mean() - X.mean(axis=0) @ w


def _divided(left, right):
    """Return an answer that divides the two sums over the examples by something else than N."""

    def answer(X, y, lam):
        A, (n, d) = (X - X.mean(axis=0)).astype(float), X.shape
        left_sum, right_sum = A.T @ A / left(n, d), A.T @ (y - y.mean()) / right(n, d)
        w = np.linalg.solve(left_sum + lam * np.eye(d), right_sum)
        return _kept(w, X), y.mean() - X.mean(axis=0) @ w

    return answer


def _every_entry(X, y, lam):
    A = (X - X.mean(axis=0)).astype(float)
    w = np.linalg.pinv(A.T @ A / len(y) + lam) @ A.T @ (y - y.mean()) / len(y)
    return _kept(w, X), y.mean() - X.mean(axis=0) @ w


def _standardised(rescaled, bias):
    """Return an answer that also divides the columns by their deviations, and perhaps takes mean(y) for the bias."""

    def answer(X, y, lam):
        scale = np.where(X.std(axis=0) > 0, X.std(axis=0), 1)
        A = (X - X.mean(axis=0)) / scale
        w = np.linalg.solve(A.T @ A / len(y) + lam * np.eye(X.shape[1]), A.T @ (y - y.mean()) / len(y))
        w = w / scale if rescaled else w
        return _kept(w, X), y.mean() - bias * (X.mean(axis=0) @ w)

    return answer


def _each_alone(X, y, lam):
    A = (X - X.mean(axis=0)).astype(float)
    w = A.T @ (y - y.mean()) / len(y) / ((A**2).mean(axis=0) + lam)
    return _kept(w, X), y.mean() - X.mean(axis=0) @ w


def _of_diagonal(diagonal):
    """Return an answer that adds diagonal(lam, N, D) to the diagonal of X'X / N."""
    return lambda X, y, lam: _solved(X, y, diagonal(lam, len(y)) * np.eye(X.shape[1]))


_JITTER = (
    "You add a little more than lam to the diagonal: for small inputs that counts, and is not needed. Add lam itself."
)


def _more(epsilon):
    return lambda lam, n: lam + epsilon


def _plain(X, y, lam):
    w = np.linalg.pinv((X - X.mean(axis=0)).astype(float)) @ (y - y.mean())
    return _kept(w, X), y.mean() - X.mean(axis=0) @ w


def _of_fit(change):
    """Return an answer that spoils the right weights and bias."""
    return lambda X, y, lam: change(*_by_normal_equations(X, y, lam), X, y)


def _centered_in_place(X, y, lam):
    x_mean = X.mean(axis=0)
    X -= x_mean.astype(X.dtype)
    w = np.linalg.solve(X.T @ X / len(y) + lam * np.eye(X.shape[1], dtype=X.dtype), X.T @ (y - y.mean()) / len(y))
    return w, y.mean() - x_mean @ w


ridge_regression = Exercise(
    ref.ridge_regression,
    number="3.6",
    title="Ridge regression",
    points=3,
    minutes=15,
    difficulty=2,
    rtol=1e-7,
    returns=("w", "b"),
    cases=(
        Case("worked example", (array([[0.0], [1.0], [2.0]]), array([1.0, 3.0, 5.0]), 0.3)),
        Case(
            "two features, far from the origin",
            (array([[11.0, 2.0], [12.0, -1.0], [10.0, 3.0], [14.0, 1.0]]), array([3.0, 1.0, 5.0, 2.0]), 0.3),
        ),
        Case("two copies of a feature", (array([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]]), array([1.0, 2.5, 3.5]), 0.2)),
        Case("whole numbers", (array([[0], [1], [2], [5]]), array([1, 2, 4, 9]), 1)),
        Case(
            "float32",
            (
                array([[0.5, 1.0], [1.0, -1.0], [2.0, 0.0], [3.0, 2.0]], np.float32),
                array([1.0, 2.0, 4.0, 3.0], np.float32),
                0.3,
            ),
        ),
        Case("small inputs", (array([[0.0], [1e-3], [3e-3]]), array([0.0, 1.0, 2.0]), 1e-6)),
        Case("lam = 0", (array([[0.0], [1.0], [2.0], [4.0]]), array([1.0, 2.5, 5.5, 8.0]), 0.0), hidden=True),
        Case("a strong penalty", (array([[1.0], [3.0], [2.0]]), array([1.0, 7.0, 2.0]), 50.0), hidden=True),
        Case("more features than examples", (array([[1.0, 2.0, 0.5], [0.0, 3.0, 1.0]]), array([4.0, 1.0]), 0.4)),
        Case("one example", (array([[1.0, 2.0]]), array([3.0]), 0.3), hidden=True),
    ),
    random_cases=_ridges,
    hints=(
        "The bias is not penalised, so take it out of the way first: center the columns of X and center y. The bias follows at the end.",
        "Setting the gradient to zero gives (A.T A / N + lam I) w = A.T r / N, with A the centered X and r the centered y. "
        "I is the identity, `np.eye(D)`: lam goes on the diagonal only.",
        "`A = X - X.mean(axis=0)`, `r = y - y.mean()`, "
        "`w = np.linalg.solve(A.T @ A / len(y) + lam * np.eye(A.shape[1], dtype=A.dtype), A.T @ r / len(y))`, "
        "then `return w, y.mean() - X.mean(axis=0) @ w`.",
    ),
    right=(_by_normal_equations, _by_more_rows, _by_bias_column, _by_loops, _by_residuals),
    equivalent={
        "X, y = (as_float(X), as_float(y)) -> ": "whole numbers in may stay whole: the values agree, and no case holds unsigned ones",
        "-> penalty = lam * xp.eye(d, dtype=X.dtype)": "NumPy has one device only",
        "centered.T @ y / n)": "the columns of centered are orthogonal to a constant, so the mean of y drops out",
        "centered.T @ (y + y_mean) / n)": "the columns of centered are orthogonal to a constant, so the mean of y drops out",
    },
    mistakes=(
        Mistake(
            "penalises_bias",
            _with_ones(lambda d: np.ones(d + 1)),
            "You penalise the bias as if it were a weight: put no lam on its entry of the diagonal, or center X and y first.",
        ),
        Mistake(
            "bias_entry_misplaced",
            _with_ones(lambda d: np.append(0.0, np.ones(d))),
            "Your penalty leaves out the first weight instead of the bias: the 0 belongs where the column of ones is.",
        ),
        *(
            Mistake(
                "every_entry",
                every,
                "You add lam to every entry of X'X: it belongs on the diagonal only, `lam * np.eye(D)`.",
            )
            for every in (lambda X, y, lam: _solved(X, y, lam * np.ones((X.shape[1], X.shape[1]))), _every_entry)
        ),
        Mistake(
            "not_times_n",
            _of_diagonal(lambda lam, n: lam / n),
            "You add lam to X'X, which sums over the examples: the loss is a mean, so divide X'X and X'y by N first (or add N * lam).",
        ),
        Mistake(
            "half",
            _of_diagonal(lambda lam, n: lam / 2),
            "Your diagonal holds half of lam: the penalty is lam * sum(w**2), so its gradient is 2 * lam * w, and the 2 cancels against that of the squares.",
        ),
        Mistake(
            "double",
            _of_diagonal(lambda lam, n: 2 * lam),
            "Your diagonal holds 2 * lam: the 2 of the penalty's gradient cancels against that of the squares.",
        ),
        Mistake("lam_squared", _of_diagonal(lambda lam, n: lam**2), "You add lam squared: add lam itself."),
        Mistake(
            "times_n", _of_diagonal(lambda lam, n: n * lam), "You multiply lam by N though X'X is divided by N already."
        ),
        *(Mistake("jitter", _of_diagonal(_more(epsilon)), _JITTER) for epsilon in (1e-10, 1e-8, 1e-6)),
        Mistake(
            "minus",
            _of_diagonal(lambda lam, n: -lam),
            "You subtract lam from the diagonal: add it, so that the weights shrink.",
        ),
        Mistake(
            "right_side_sum",
            _divided(lambda n, d: n, lambda n, d: 1),
            "Your X'y sums over the examples: divide it by N, as you do with X'X.",
        ),
        Mistake(
            "left_side_sum",
            _divided(lambda n, d: 1, lambda n, d: n),
            "Your X'X sums over the examples: divide it by N, as you do with X'y.",
        ),
        Mistake(
            "divided_by_d",
            _divided(lambda n, d: d, lambda n, d: d),
            "You divide by D, the number of features: divide by N, the number of examples, `len(y)`.",
        ),
        Mistake(
            "n_minus_one",
            _divided(lambda n, d: max(n - 1, 1), lambda n, d: max(n - 1, 1)),
            "You divide by N - 1, as np.cov does: the loss is a mean over the N examples, so divide by N.",
        ),
        Mistake("lam_ignored", _plain, "You ignore lam: these are the weights of least squares."),
        Mistake(
            "no_bias",
            lambda X, y, lam: _solved(X, y, lam * np.eye(X.shape[1]), center=False, bias=False),
            "Your model goes through the origin: center X and y, and return the bias too.",
        ),
        Mistake(
            "weights_without_bias",
            lambda X, y, lam: _solved(X, y, lam * np.eye(X.shape[1]), center=False),
            "You fit the weights as if there were no bias, and the bias afterwards: center X and y first.",
        ),
        Mistake(
            "weights_without_bias",
            lambda X, y, lam: (_solved(X, y, lam * np.eye(X.shape[1]), center=False)[0], y.mean()),
            "You fit the weights as if there were no bias: center X and y first. And b is mean(y) - mean(X) @ w.",
        ),
        Mistake(
            "only_y_centered",
            _less(lambda X: 0.0, np.mean),
            "You center y but not X: subtract the mean of each column, `X - X.mean(axis=0)`.",
        ),
        Mistake(
            "right_side_not_centered",
            lambda X, y, lam: _solved_with(X, y, lam, X.T @ y / len(y)),
            "You center X in X'X but not in X'y: use the centered X and y in both.",
        ),
        *(
            Mistake(
                "one_mean_for_all",
                less,
                "You subtract one mean from all columns: each has its own, `X.mean(axis=0)`.",
            )
            for less in (
                _less(np.mean, np.mean),
                lambda X, y, lam: (lambda w: (w, y.mean() - X.mean() * np.sum(w)))(
                    _less(np.mean, np.mean)(X, y, lam)[0]
                ),
            )
        ),
        Mistake(
            "mean_of_rows",
            _less(lambda X: X.mean(axis=1, keepdims=True), np.mean),
            "You subtract the mean of each row: center the columns, `X.mean(axis=0)`.",
        ),
        *(
            Mistake(
                "standardised",
                _standardised(rescaled, bias),
                "You divide the columns by their deviations too: only subtract their means.",
            )
            for rescaled in (True, False)
            for bias in (True, False)
        ),
        Mistake(
            "each_feature_alone",
            _each_alone,
            "You fit each feature as if it were alone: solve for all weights at once, `np.linalg.solve`.",
        ),
        Mistake(
            "bias_is_mean",
            _of_fit(lambda w, b, X, y: (w, y.mean())),
            "Your bias is the mean of y: subtract the weights' part, mean(X) @ w.",
        ),
        Mistake(
            "bias_zero",
            _of_fit(lambda w, b, X, y: (w, 0.0)),
            "Your bias is 0, that of the centered data: for X and y as they were it is mean(y) - mean(X) @ w.",
        ),
        Mistake(
            "bias_plus",
            _of_fit(lambda w, b, X, y: (w, y.mean() + X.mean(axis=0) @ w)),
            "In your bias you add the weights' part: subtract it, mean(y) - mean(X) @ w.",
        ),
        Mistake(
            "bias_of_one_mean",
            _of_fit(lambda w, b, X, y: (w, y.mean() - X.mean() * np.sum(w))),
            "In your bias X.mean() is one number for all columns: it is mean(y) - X.mean(axis=0) @ w.",
        ),
        Mistake(
            "bias_of_first",
            _of_fit(lambda w, b, X, y: (w, y[0] - X[0] @ w)),
            "Your bias fits the first example alone: take the means, mean(y) - mean(X) @ w.",
        ),
        Mistake(
            "bias_per_feature",
            _of_fit(lambda w, b, X, y: (w, y.mean() - X.mean(axis=0) * w)),
            "Your b is an array: `*` multiplies entry by entry, and mean(X) @ w is one number.",
        ),
        Mistake("order", _of_fit(lambda w, b, X, y: (b, w)), "You return the bias first: return w, then b."),
        Mistake(
            "one_array",
            _of_fit(lambda w, b, X, y: np.append(w, b)),
            "You return weights and bias in one array: return w, of shape (D,), and b, one number.",
        ),
        Mistake(
            "mutates_input",
            _centered_in_place,
            "Your function writes into X (`-=`), so the caller's data is gone: compute a new array.",
        ),
    ),
)


def _pairs(n, folds):
    """Return the pairs that belong to these validation sets."""
    return [(np.setdiff1d(np.arange(n), fold), fold) for fold in folds]


def _split(n, k, rng):
    return np.array_split(rng.permutation(n), k)


def _folds_by_label(n, k, rng):
    labels = rng.permutation(np.arange(n) % k)
    return [(np.flatnonzero(labels != fold), np.flatnonzero(labels == fold)) for fold in range(k)]


def _folds_yielded(n, k, rng):
    order = np.arange(n)
    rng.shuffle(order)
    start = 0
    for fold in range(k):
        stop = start + n // k + (fold < n % k)
        yield np.concatenate([order[:start], order[stop:]]), order[start:stop]
        start = stop


def _folds_every_kth(n, k, rng):
    order = np.argsort(rng.random(n))
    return [(np.concatenate([order[j::k] for j in range(k) if j != i]), order[i::k]) for i in range(k)]


def _folds_of_lists(n, k, rng):
    order = rng.permutation(n).tolist()
    size, rest = divmod(n, k)
    result, start = [], 0
    for i in range(k):
        end = start + size + (1 if i < rest else 0)
        result.append([order[:start] + order[end:], order[start:end]])
        start = end
    return result


def _folds_dealt_out(n, k, rng):
    order = list(range(n))
    rng.shuffle(order)
    folds = [[] for _ in range(k)]
    for position, row in enumerate(order):
        folds[position % k].append(row)
    others = [[row for j in range(k) if j != i for row in folds[j]] for i in range(k)]
    return [(np.array(train), np.array(fold)) for train, fold in zip(others, folds, strict=True)]


def _folds_by_mask(n, k, rng):
    for fold in np.array_split(rng.choice(n, size=n, replace=False), k):
        mask = np.ones(n, dtype=bool)
        mask[fold] = False
        yield np.arange(n)[mask], fold


def _folds(change):
    """Return an answer that spoils the right pairs."""
    return lambda n, k, rng: change(_pairs(n, _split(n, k, rng)))


def _drawn_apart(n, k, rng):
    return _pairs(n, [rng.permutation(n)[: len(part)] for part in np.array_split(np.arange(n), k)])


def _rest_in_the_last(n, k, rng):
    order, size = rng.permutation(n), n // k
    return _pairs(n, np.split(order, [i * size for i in range(1, k)]))


def _rows_dropped(n, k, rng):
    order, size = rng.permutation(n), n // k
    return _pairs(n, [order[i * size : (i + 1) * size] for i in range(k)])


def _next_fold_only(n, k, rng):
    folds = _split(n, k, rng)
    return [(folds[(i + 1) % k] if k > 2 else folds[1 - i][:-1], fold) for i, fold in enumerate(folds)]


def _validation_in_train(n, k, rng):
    return [(np.arange(n), fold) for fold in _split(n, k, rng)]


def _fixed_folds_shuffled_inside(n, k, rng):
    return _pairs(n, [rng.permutation(part) for part in np.array_split(np.arange(n), k)])


def _rolled(n, k, rng):
    return _pairs(n, np.array_split(np.roll(np.arange(n), rng.integers(1, n)), k))


def _masks(n, k, rng):
    labels = rng.permutation(np.arange(n) % k)
    return [(labels != fold, labels == fold) for fold in range(k)]


def _trains_of_folds(n, k, rng):
    folds = _split(n, k, rng)
    return [(folds[:i] + folds[i + 1 :], fold) for i, fold in enumerate(folds)]


def _halves_apart(n, k, rng):
    order = np.concatenate([rng.permutation(n // 2), n // 2 + rng.permutation(n - n // 2)])
    return _pairs(n, np.array_split(order, k))


def _strides_in_random_order(n, k, rng):
    return _pairs(n, [np.arange(n)[i::k] for i in rng.permutation(k)])


def _random_folds(rng):
    n, k, seed = int(rng.integers(50, 90)), int(rng.integers(3, 8)), Seed(int(rng.integers(2**31)))
    yield Case("random sizes", (n, k, seed), hidden=True, times=2, once=True)


k_fold = Exercise(
    ref.k_fold,
    number="3.7",
    title="k folds",
    points=2,
    minutes=15,
    difficulty=2,
    rule=rules.k_fold,
    returns=("the folds",),
    cases=(
        Case("53 examples, 5 folds", (53, 5, Seed(1)), times=2, weight=2),
        Case("48 examples, 4 folds", (48, 4, Seed(2)), times=2, weight=2, once=True),
        Case("two folds", (51, 2, Seed(3)), hidden=True, once=True),
        Case("as many folds as examples", (7, 7, Seed(4)), hidden=True, once=True),
        Case("eleven examples, three folds", (11, 3, Seed(5)), once=True),
        Case("many examples", (300, 3, Seed(6)), hidden=True, once=True),
    ),
    random_cases=_random_folds,
    hints=(
        "Shuffle the numbers 0 to n - 1 once and cut them into k pieces. Each piece is the validation set of one pair; what is its training set?",
        "`np.array_split(order, k)` cuts into k pieces whose sizes differ by at most one. The training set of fold i joins all other pieces: `np.concatenate`.",
        "`folds = np.array_split(rng.permutation(n), k)`, then "
        "`return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]`.",
    ),
    right=(
        _folds_by_label,
        _folds_yielded,
        _folds_every_kth,
        _folds_of_lists,
        _folds_dealt_out,
        _folds_by_mask,
    ),
    mistakes=(
        Mistake("not_shuffled", lambda n, k, rng: _pairs(n, np.array_split(np.arange(n), k))),
        Mistake("not_shuffled", lambda n, k, rng: _pairs(n, [np.arange(n)[i::k] for i in range(k)])),
        Mistake("not_shuffled", _fixed_folds_shuffled_inside),
        Mistake("neighbours_in_folds", _rolled),
        Mistake("neighbours_in_folds", _halves_apart),
        Mistake("overlap", _drawn_apart),
        Mistake("overlap", lambda n, k, rng: _pairs(n, [rng.choice(n, n // k) for _ in range(k)])),
        Mistake("rows_left_out", _rows_dropped),
        Mistake("fold_sizes", _rest_in_the_last),
        Mistake("seed_hard_coded", lambda n, k, rng: _pairs(n, _split(n, k, np.random.default_rng(0)))),
        Mistake("ignores_rng", lambda n, k, rng: _pairs(n, np.array_split(np.random.permutation(n), k))),
        Mistake("swapped", _folds(lambda pairs: [(fold, train) for train, fold in pairs])),
        Mistake("validation_in_train", _validation_in_train),
        Mistake("train_incomplete", _next_fold_only),
        Mistake("folds_without_train", _folds(lambda pairs: [fold for _, fold in pairs])),
        Mistake("number_of_folds", _folds(lambda pairs: pairs[:-1])),
        Mistake("first_fold_only", _folds(lambda pairs: pairs[:1])),
        Mistake("first_fold_only", _folds(lambda pairs: pairs[0])),
        Mistake("masks", _masks),
        Mistake(
            "fold_lists", _folds(lambda pairs: [(train.tolist(), fold.tolist()) for train, fold in pairs]), craft=True
        ),
        Mistake("train_not_joined", _trains_of_folds),
        Mistake("all_trains_first", _folds(lambda pairs: tuple(map(list, zip(*pairs, strict=True))))),
        Mistake("not_shuffled", _strides_in_random_order),
        Mistake("no_pairs", _folds(lambda pairs: [((1.0 * train).tolist(), fold) for train, fold in pairs])),
        Mistake("no_pairs", _folds(lambda pairs: [(1.0 * train, 1.0 * fold) for train, fold in pairs])),
        Mistake("fold_out_of_range", _folds(lambda pairs: [(train + 1, fold + 1) for train, fold in pairs])),
        Mistake("returns_none", lambda n, k, rng: None),
    ),
)
