"""Chapter 1: linear regression, by its slopes and in closed form."""

from __future__ import annotations

import numpy as np

from solutions import gradient_descent as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array


def _losses(rng):
    for n, d in ((1, 3), (6, 2), (4, 4)):
        args = (rng.normal(size=d), rng.normal(), rng.normal(size=(n, d)), rng.normal(size=n) + 3)
        yield Case(f"a random ({n}, {d}) matrix", args, hidden=True)


def _loss_loop(w, b, X, y):
    loss, grad_w, grad_b = 0.0, np.zeros(X.shape[1], X.dtype if X.dtype.kind == "f" else float), 0.0
    for x_i, y_i in zip(X[::-1], y[::-1], strict=True):
        residual = sum(w_j * x_ij for w_j, x_ij in zip(w, x_i, strict=True)) + b - y_i
        loss += residual**2 / len(y)
        grad_w += (2 * residual * x_i / len(y)).astype(grad_w.dtype)
        grad_b += 2 * residual / len(y)
    return loss, grad_w, grad_b


def _loss_by_column(w, b, X, y):
    design = np.column_stack([X, np.ones(len(X), X.dtype)])
    both = np.append(w, np.asarray(b, w.dtype if w.dtype.kind == "f" else float))
    r = design @ both - y
    grad = 2 / len(y) * (r @ design)
    return r @ r / len(y), grad[:-1].astype(X.dtype if X.dtype.kind == "f" else float), grad[-1]


def _loss_einsum(w, b, X, y):
    r = y - b - np.einsum("nd,d->n", X, w)
    return (r * r).mean(), -2 * (r[:, None] * X).mean(axis=0), -2 * r.mean()


def _of_residual(loss, grad_w, grad_b):
    """Return an answer from functions of the residuals and the inputs."""

    def answer(w, b, X, y):
        r = X @ w + b - y
        return loss(r), grad_w(r, X), grad_b(r)

    return answer


def _mean_square(r):
    return np.mean(r**2)


def _right_w(r, X):
    return 2 * X.T @ r / len(r)


def _right_b(r):
    return 2 * np.mean(r)


def _loss_filled(w, b, X, y):
    N, D = X.shape
    residuals, grad_w = np.zeros(N), np.zeros(D)
    for i in range(N):
        residuals[i] = np.dot(w, X[i]) + b - y[i]
        for j in range(D):
            grad_w[j] += 2 * residuals[i] * X[i, j] / N
    return np.sum(residuals**2) / N, grad_w, 2 * np.sum(residuals) / N


def _loss_listed(w, b, X, y):
    r = [sum(w_j * x_j for w_j, x_j in zip(w, x, strict=True)) + b - y_i for x, y_i in zip(X, y, strict=True)]
    grad_w = [2 * sum(r_i * x_i for r_i, x_i in zip(r, column, strict=True)) / len(r) for column in X.T]
    return [sum(r_i * r_i for r_i in r) / len(r), grad_w, 2 * sum(r) / len(r)]


def _loss_divided(part, divisor):
    """Return an answer that adds up over some of the examples and divides by something."""

    def answer(w, b, X, y):
        r, n = (X @ w + b - y)[part], divisor(X)
        return np.sum(r**2) / n, 2 * X[part].T @ r / n, 2 * np.sum(r) / n

    return answer


def _loss_of_model(predict):
    """Return an answer with another model, and the gradients of the right one."""

    def answer(w, b, X, y):
        r = predict(w, b, X) - y
        return _mean_square(r), _right_w(r, X), _right_b(r)

    return answer


def _loss_with(grad_w=None, grad_b=None):
    """Return an answer with other gradients."""

    def answer(w, b, X, y):
        r = X @ w + b - y
        return (
            _mean_square(r),
            grad_w(w, b, X, y) if grad_w else _right_w(r, X),
            grad_b(w, b, X, y) if grad_b else _right_b(r),
        )

    return answer


def _loss_of_pairs(grad_w):
    """Return an answer whose residuals pair every prediction with every y."""

    def answer(w, b, X, y):
        r = X @ w + b - y[:, None]
        return _mean_square(r), grad_w(r, X), _right_b(r)

    return answer


def _loss_truncated_gradient(w, b, X, y):
    grad_w, r = np.zeros_like(w), X @ w + b - y
    for j in range(len(w)):
        grad_w[j] = 2 * np.mean(r * X[:, j])
    return _mean_square(r), grad_w, _right_b(r)


def _loss_truncated(w, b, X, y):
    r = np.zeros_like(y)
    for i in range(len(y)):
        r[i] = X[i] @ w + b - y[i]
    return _mean_square(r), _right_w(r, X), _right_b(r)


def _loss_in_place(w, b, X, y):
    y -= X @ w + b
    return np.mean(y**2), -2 * X.T @ y / len(y), -2 * np.mean(y)


linear_regression_loss = Exercise(
    ref.linear_regression_loss,
    number="1.5",
    title="Loss and gradients of linear regression",
    points=3,
    minutes=12,
    difficulty=2,
    returns=("loss", "grad_w", "grad_b"),
    cases=(
        Case("worked example", (array([1.0, 1.0]), 0.0, array([[1.0, 2.0]]), array([0.0]))),
        Case(
            "three examples, two features",
            (array([2.0, -1.0]), 0.5, array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]]), array([1.0, 2.0, 3.0])),
        ),
        Case(
            "two examples, three features",
            (array([1.0, 0.5, -2.0]), -1.0, array([[1.0, 2.0, 0.5], [0.0, 1.0, 4.0]]), array([1.0, 2.0])),
        ),
        Case(
            "as many examples as features",
            (array([1.0, -3.0]), 2.0, array([[1.0, 4.0], [0.5, -1.0]]), array([1.0, 0.0])),
            hidden=True,
        ),
        Case("whole numbers", (array([1, 2]), 1, array([[1, 2], [3, 5], [0, 7]]), array([4, 9, 6]))),
        Case("whole numbers as data", (array([0.5, 0.25]), 0.1, array([[1, 2], [3, 5], [0, 7]]), array([4, 9, 6]))),
        Case(
            "float32",
            (
                array([1.0, 2.0], np.float32),
                0.5,
                array([[1.5, 2.0], [0.5, -1.0], [2.0, 0.0]], np.float32),
                array([1.0, 0.0, 2.0], np.float32),
            ),
        ),
        Case(
            "large values",
            (array([1e3, -2e3]), 5e2, array([[1e2, 2e2], [3e2, -1e2], [5e1, 0.0]]), array([1e4, 0.0, 1e5])),
            hidden=True,
        ),
    ),
    random_cases=_losses,
    hints=(
        "First the residuals, one per example: `X @ w + b - y`, of shape (N,).",
        "d loss / d w_j is the mean of 2 * residual * x_j over the examples: a product of X transposed with the residuals, divided by N.",
        "`loss = np.mean(residual**2)`, `grad_w = 2 * X.T @ residual / len(y)`, `grad_b = 2 * np.mean(residual)`.",
    ),
    right=(_loss_loop, _loss_by_column, _loss_einsum, _loss_filled, _loss_listed),
    equivalent={
        "w, X, y = (as_float(w), as_float(X), as_float(y)) -> ": "whole numbers in may stay whole: the values agree, and no case holds unsigned ones"
    },
    mistakes=(
        Mistake(
            "no_two",
            _of_residual(_mean_square, lambda r, X: X.T @ r / len(r), np.mean),
            "Your loss is right, your gradients are half of its derivatives: squaring brings down a factor 2.",
        ),
        Mistake(
            "no_two_w",
            _of_residual(_mean_square, lambda r, X: X.T @ r / len(r), _right_b),
            "Your grad_w is half of what it should be: squaring brings down a factor 2, for w as for b.",
        ),
        Mistake(
            "grad_sum",
            _of_residual(_mean_square, lambda r, X: 2 * X.T @ r, lambda r: 2 * np.sum(r)),
            "Your loss is a mean, but your gradients add up over the examples: divide them by N.",
        ),
        Mistake(
            "grad_w_sum",
            _of_residual(_mean_square, lambda r, X: 2 * X.T @ r, _right_b),
            "Your grad_w adds up over the examples: divide it by N.",
        ),
        Mistake(
            "grad_b_sum",
            _of_residual(_mean_square, _right_w, lambda r: 2 * np.sum(r)),
            "Your grad_b adds up over the examples: it is 2 times the mean residual.",
        ),
        Mistake(
            "sum",
            _of_residual(lambda r: np.sum(r**2), lambda r, X: 2 * X.T @ r, lambda r: 2 * np.sum(r)),
            "You add up over the examples: the loss over a data set is the mean, and so are its gradients.",
        ),
        Mistake(
            "no_bias",
            lambda w, b, X, y: _loss_einsum(w, 0.0, X, y),
            "Your model leaves out the bias: the prediction is X w + b.",
        ),
        Mistake(
            "minus_bias",
            lambda w, b, X, y: _loss_einsum(w, -b, X, y),
            "Your model subtracts the bias: the prediction is X w + b.",
        ),
        Mistake(
            "minus_bias",
            _loss_of_model(lambda w, b, X: X @ w - b),
            "Your model subtracts the bias: the prediction is X w + b.",
        ),
        Mistake(
            "weights_summed",
            _loss_of_model(lambda w, b, X: np.sum(X * w) + b),
            "You add up X * w over all examples: `X @ w` gives each example a prediction of its own.",
        ),
        Mistake(
            "bias_on_weights",
            _loss_of_model(lambda w, b, X: X @ (w + b)),
            "You add the bias to the weights: add it to the predictions, `X @ w + b`.",
        ),
        *(
            Mistake(
                "all_pairs",
                _loss_of_pairs(grad_w),
                "`y[:, None]` is a column, so every prediction is paired with every y: `X @ w + b - y` has the shape (N,).",
            )
            for grad_w in (
                _right_w,
                lambda r, X: 2 * X.T @ r.mean(axis=0) / len(r),
                lambda r, X: 2 * X.T @ r.mean(axis=1) / len(r),
                lambda r, X: 2 * X.T @ r.sum(axis=0) / len(r),
                lambda r, X: 2 * X.T @ r.sum(axis=1) / len(r),
                lambda r, X: 2 * (X.T @ r).mean(axis=1) / len(r),
            )
        ),
        Mistake(
            "sign",
            _of_residual(_mean_square, lambda r, X: -_right_w(r, X), lambda r: -_right_b(r)),
            "Both gradients have the wrong sign: the residual is prediction minus truth.",
        ),
        *(
            Mistake(
                "one_example",
                _loss_divided(part, divisor),
                f"Only the {word} example counts: {advice}",
            )
            for part, word, advice in (
                (slice(1), "first", "go through all of them (is your return inside the loop?)."),
                (slice(-1, None), "last", "add up with `+=`, so that the others are kept."),
            )
            for divisor in (len, lambda X: 1)
        ),
        Mistake(
            "last_missing",
            _loss_divided(slice(None, -1), len),
            "The last example is left out: `range(len(y))` goes through all of them.",
        ),
        Mistake(
            "n_minus_one",
            _loss_divided(slice(None), lambda X: max(len(X) - 1, 1)),
            "You divide by N - 1: a mean divides by N, the number of examples.",
        ),
        Mistake(
            "divided_by_d",
            _loss_divided(slice(None), lambda X: X.shape[1]),
            "You divide by the number of features: divide by the number of examples, X.shape[0].",
        ),
        Mistake(
            "divided_by_size",
            _loss_divided(slice(None), np.size),
            "You divide by X.size, N times D: divide by the number of examples, X.shape[0].",
        ),
        Mistake(
            "squared_mean",
            _of_residual(lambda r: np.mean(r) ** 2, _right_w, _right_b),
            "You square the mean residual: square each residual, then take the mean.",
        ),
        Mistake(
            "absolute",
            _of_residual(lambda r: np.mean(abs(r)), _right_w, _right_b),
            "Your loss is the mean absolute error: square the residuals.",
        ),
        Mistake(
            "norm",
            _of_residual(np.linalg.norm, _right_w, _right_b),
            "Your loss is the length of the residuals: it is the mean of their squares.",
        ),
        Mistake(
            "variance",
            _of_residual(np.var, _right_w, _right_b),
            "`np.var` subtracts the mean first: the loss is the mean of the squares, `np.mean(residual**2)`.",
        ),
        Mistake(
            "mean_times_mean",
            _loss_with(lambda w, b, X, y: 2 * np.mean(X @ w + b - y) * X.mean(axis=0)),
            "You multiply the mean residual by the mean features: multiply for each example, then take the mean.",
        ),
        Mistake(
            "mean_times_sum",
            _loss_with(lambda w, b, X, y: 2 * np.mean(X @ w + b - y) * X.sum(axis=0)),
            "You multiply the mean residual by the sums of the features: multiply for each example, then take the mean.",
        ),
        Mistake(
            "features_left_out",
            _loss_with(lambda w, b, X, y: np.full(len(w), 2 * np.mean(X @ w + b - y))),
            "Your grad_w leaves out the features: each residual is multiplied by its example's x.",
        ),
        Mistake(
            "prediction_for_residual",
            _loss_with(lambda w, b, X, y: _right_w(X @ w + b, X)),
            "Your grad_w uses the predictions: use the residuals, predictions minus y.",
        ),
        Mistake(
            "no_bias_in_grad_w",
            _loss_with(lambda w, b, X, y: _right_w(X @ w - y, X)),
            "The residuals in your grad_w lack the bias: they are X w + b - y.",
        ),
        Mistake(
            "times_w",
            _loss_with(lambda w, b, X, y: w * _right_w(X @ w + b - y, X)),
            "You multiply grad_w by w: the derivative of x w by w is x alone.",
        ),
        Mistake(
            "last_row_only",
            _loss_with(lambda w, b, X, y: 2 * (X[-1] @ w + b - y[-1]) * X[-1] / len(y)),
            "Your grad_w keeps the last example alone: add up with `+=`.",
        ),
        Mistake(
            "times_b",
            _loss_with(grad_b=lambda w, b, X, y: b * _right_b(X @ w + b - y)),
            "You multiply grad_b by b: the derivative of b by b is 1.",
        ),
        Mistake(
            "no_bias_in_grad_b",
            _loss_with(grad_b=lambda w, b, X, y: _right_b(X @ w - y)),
            "The residuals in your grad_b lack the bias: they are X w + b - y.",
        ),
        Mistake(
            "grad_b_of_squares",
            _of_residual(_mean_square, _right_w, lambda r: 2 * _mean_square(r)),
            "Your grad_b squares the residuals: it is 2 times their mean.",
        ),
        Mistake(
            "grad_b_half_sum",
            _of_residual(_mean_square, _right_w, np.sum),
            "Your grad_b is the sum of the residuals: it is 2 times their mean.",
        ),
        Mistake(
            "grad_b_vector",
            _of_residual(_mean_square, _right_w, lambda r: 2 * r),
            "Your grad_b holds one number per example: the bias is one number, so take the mean.",
        ),
        Mistake(
            "grad_w_mean",
            _of_residual(_mean_square, lambda r, X: np.mean(_right_w(r, X)), _right_b),
            "Your grad_w is one number: each weight has its own derivative, of shape (D,).",
        ),
        Mistake(
            "grad_w_rows",
            _of_residual(_mean_square, lambda r, X: 2 * r[:, None] * X, _right_b),
            "Your grad_w holds one row per example: take the mean over the examples.",
        ),
        Mistake(
            "mean_over_features",
            _of_residual(_mean_square, lambda r, X: 2 * X.T @ r / X.shape[1], _right_b),
            "You divide grad_w by the number of features: divide by the number of examples.",
        ),
        Mistake(
            "half",
            _of_residual(lambda r: _mean_square(r) / 2, lambda r, X: X.T @ r / len(r), np.mean),
            "You take half of the squares: this course's loss has no factor 1/2.",
        ),
        Mistake(
            "truncates",
            _loss_truncated_gradient,
            "Your grad_w is cut to whole numbers (`zeros_like(w)` and `dtype=w.dtype` keep whole numbers): collect it in an array of floats.",
        ),
        Mistake(
            "truncates",
            _loss_truncated,
            "Your residuals are cut to whole numbers (`zeros_like` of whole-number data keeps its dtype): collect them in an array of floats.",
        ),
        Mistake(
            "mutates_input",
            _loss_in_place,
            "Your function writes into y (`-=`), so the caller's data is gone: compute a new array.",
        ),
    ),
)


def _regressions(rng):
    for n, d in ((5, 1), (9, 3)):
        X = rng.normal(size=(n, d)) + 2
        yield Case(f"random, N={n}, D={d}", (X, X @ rng.normal(size=d) + rng.normal(size=n)), hidden=True)


def _design(X):
    return np.column_stack([X, np.ones(len(X), X.dtype)])


def _split(both, X):
    return np.asarray(both[:-1], X.dtype if X.dtype.kind == "f" else float), both[-1]


def _lstsq(X, y):
    return _split(np.linalg.lstsq(_design(X), y, rcond=None)[0], X)


def _augmented_pinv(X, y):
    v = np.linalg.pinv(np.hstack([np.ones((len(X), 1)), X])) @ y
    return v[1:].tolist(), float(v[0])


def _by_svd(X, y):
    x_mean = np.mean(X, axis=0)
    U, sizes, Vt = np.linalg.svd(X - x_mean, full_matrices=False)
    w = np.zeros(X.shape[1])
    for u, size, v in zip(U.T, sizes, Vt, strict=True):
        if size > 1e-6 * sizes[0]:
            w += v * (u @ (y - np.mean(y))) / size
    return w, np.mean(y) - x_mean @ w


def _with_bias(w, X, y):
    return w, y.mean() - X.mean(axis=0) @ w


def _of_weights(weights):
    """Return an answer with other weights, and the bias that fits them."""
    return lambda X, y: _with_bias(weights(X, y), X, y)


def _centered(X):
    return X - X.mean(axis=0)


def _through_origin(X, y):
    return _split(np.append(np.linalg.lstsq(X, y, rcond=None)[0], 0.0), X)


def _centered_in_place(X, y):
    x_mean = X.mean(axis=0)
    X -= x_mean.astype(X.dtype)
    w = np.linalg.lstsq(X, y - y.mean(), rcond=None)[0]
    return w, y.mean() - x_mean @ w


def _ridge(X, y):
    A = _design(X.astype(float))
    return _split(np.linalg.solve(A.T @ A + np.eye(A.shape[1]), A.T @ y), X)


def _of_fit(change):
    """Return an answer that spoils the right weights and bias."""
    return lambda X, y: change(*_lstsq(X, y), X, y)


least_squares = Exercise(
    ref.least_squares,
    number="1.6",
    title="The answer in closed form",
    points=3,
    minutes=12,
    difficulty=2,
    rtol=1e-7,
    returns=("w", "b"),
    cases=(
        Case("worked example", (array([[0.0], [1.0], [2.0]]), array([1.0, 3.0, 5.0]))),
        Case("noisy line", (array([[0.0], [1.0], [2.0], [4.0]]), array([1.0, 2.5, 5.5, 8.0]))),
        Case("two features", (array([[1.0, 2.0], [2.0, -1.0], [0.0, 3.0], [4.0, 1.0]]), array([3.0, 1.0, 5.0, 2.0]))),
        Case("whole numbers", (array([[0], [1], [2], [5]]), array([1, 2, 4, 9]))),
        Case(
            "float32",
            (
                array([[0.5, 1.0], [1.0, -1.0], [2.0, 0.0], [3.0, 2.0]], np.float32),
                array([1.0, 2.0, 4.0, 3.0], np.float32),
            ),
        ),
        Case("a column twice", (array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), array([2.0, 5.0, 2.0]))),
        Case(
            "a column twice another",
            (array([[1.0, 2.0], [2.0, 4.0], [4.0, 8.0], [5.0, 10.0]]), array([1.0, 4.0, 4.0, 1.0])),
            hidden=True,
        ),
        Case("far from the origin", (array([[100.0], [101.0], [103.0]]), array([-50.0, -47.0, -42.0])), hidden=True),
        Case(
            "features of different sizes",
            (array([[1.0, 2e3], [2.0, -1e3], [0.5, 3e3], [4.0, 1e3]]), array([3.0, 1.0, 5.0, 2.0])),
            hidden=True,
        ),
    ),
    random_cases=_regressions,
    hints=(
        "Write the bias as one more weight whose feature is always 1: glue a column of ones to X.",
        "With A = [X, 1] the best weights solve the normal equations (A.T A) v = A.T y. `np.linalg.lstsq(A, y)` solves them without squaring A.",
        "`A = np.column_stack([X, np.ones(len(X), X.dtype)])`, `v = np.linalg.lstsq(A, y, rcond=None)[0]`, then `return v[:-1], v[-1]`.",
    ),
    right=(_lstsq, _augmented_pinv, _by_svd),
    equivalent={
        "X, y = (as_float(X), as_float(y)) -> ": "whole numbers in may stay whole: the values agree, and no case holds unsigned ones",
        "-> w = xp.linalg.pinv(X - x_mean) @ y": "the columns of X - x_mean are orthogonal to a constant, so the mean of y drops out",
        "@ (y + y_mean)": "the columns of X - x_mean are orthogonal to a constant, so the mean of y drops out",
    },
    mistakes=(
        Mistake(
            "no_bias",
            _through_origin,
            "Your line goes through the origin: glue a column of ones to X, so that the bias is fitted too.",
        ),
        Mistake(
            "weights_without_bias",
            lambda X, y: (_through_origin(X, y)[0], y.mean() - X.mean(axis=0) @ _through_origin(X, y)[0]),
            "You fit the weights as if there were no bias, and the bias afterwards: fit both at once, or center X and y first.",
        ),
        Mistake(
            "X_not_centered",
            _of_weights(lambda X, y: np.linalg.pinv(X) @ (y - y.mean())),
            "You center y alone: subtract the column means from X too, before `pinv`.",
        ),
        Mistake(
            "one_mean_for_all",
            _of_weights(lambda X, y: np.linalg.pinv(X - X.mean()) @ (y - y.mean())),
            "You subtract one mean from all of X: each column has its own, `X.mean(axis=0)`.",
        ),
        Mistake(
            "row_means",
            _of_weights(lambda X, y: np.linalg.pinv(X - X.mean(axis=1, keepdims=True)) @ (y - y.mean())),
            "You subtract the mean of each row of X: the mean of each column is axis=0.",
        ),
        Mistake(
            "standardized",
            _of_weights(lambda X, y: np.linalg.pinv(_centered(X) / X.std(axis=0)) @ (y - y.mean())),
            "You also divide X by its deviations, so the weights belong to other features: center only.",
        ),
        Mistake(
            "not_solved",
            _of_weights(lambda X, y: _centered(X).T @ (y - y.mean())),
            "You leave out the inverse: w is pinv(X) @ y of the centered data, not X.T @ y.",
        ),
        Mistake(
            "n_minus_one",
            _of_weights(lambda X, y: np.linalg.pinv(_centered(X)) @ (y - y.mean()) * len(y) / max(len(y) - 1, 1)),
            "You divide once by N and once by N - 1: covariance and variance need the same divisor.",
        ),
        Mistake(
            "each_feature_alone",
            _of_weights(lambda X, y: array([np.polyfit(column, y, 1)[0] for column in X.T])),
            "You fit each feature alone: fit all of them together.",
        ),
        Mistake(
            "ridge",
            _of_weights(
                lambda X, y: np.linalg.solve(
                    _centered(X).T @ _centered(X) + np.eye(X.shape[1]), _centered(X).T @ (y - y.mean())
                )
            ),
            "You add 1 to the diagonal of X.T X: that is ridge regression (chapter 3); here lambda is 0.",
        ),
        Mistake(
            "bias_is_mean",
            _of_fit(lambda w, b, X, y: (w, y.mean())),
            "Your bias is the mean of y: subtract the weights' part, mean(X) @ w, from it.",
        ),
        Mistake(
            "bias_zero",
            _of_fit(lambda w, b, X, y: (w, 0.0)),
            "Your bias is always 0: it is mean(y) - mean(X) @ w.",
        ),
        Mistake(
            "bias_added",
            _of_fit(lambda w, b, X, y: (w, y.mean() + X.mean(axis=0) @ w)),
            "You add mean(X) @ w to the mean of y: subtract it.",
        ),
        Mistake(
            "bias_of_one_mean",
            _of_fit(lambda w, b, X, y: (w, y.mean() - X.mean() * np.sum(w))),
            "Your bias takes one mean of all of X: each column has its own, `X.mean(axis=0) @ w`.",
        ),
        Mistake(
            "bias_of_first",
            _of_fit(lambda w, b, X, y: (w, y[0] - X[0] @ w)),
            "Your bias fits the first example alone: use the means, mean(y) - mean(X) @ w.",
        ),
        Mistake(
            "bias_per_feature",
            _of_fit(lambda w, b, X, y: (w, y.mean() - X.mean(axis=0) * w)),
            "Your bias holds one number per feature: `@` adds the products up, `*` does not.",
        ),
        Mistake(
            "bias_per_example",
            _of_fit(lambda w, b, X, y: (w, y - X @ w)),
            "Your bias holds one number per example: take the mean.",
        ),
        Mistake(
            "split_wrongly",
            _of_fit(lambda w, b, X, y: (np.append(b, w[:-1]), w[-1])),
            "Your column of ones comes first, so v[0] is the bias and v[1:] are the weights.",
        ),
        Mistake(
            "split_wrongly",
            _of_fit(lambda w, b, X, y: (np.append(w[1:], b), w[0])),
            "Your column of ones comes last, so v[-1] is the bias and v[:-1] are the weights.",
        ),
        Mistake(
            "loss_for_bias",
            _of_fit(lambda w, b, X, y: (w, np.mean((X @ w + b - y) ** 2))),
            "You return the loss in place of the bias: return w, b.",
        ),
        Mistake("order", _of_fit(lambda w, b, X, y: (b, w)), "You return the bias first: return w, then b."),
        Mistake(
            "one_array",
            _of_fit(lambda w, b, X, y: np.append(w, b)),
            "You return weights and bias in one array: return w, of shape (D,), and b, one number.",
        ),
        Mistake("sign", _of_fit(lambda w, b, X, y: (w, -b)), "Your bias has the wrong sign: the model is X w + b."),
        Mistake(
            "column", _of_fit(lambda w, b, X, y: (w[:, None], b)), "Your w has the shape (D, 1): (D,) is asked for."
        ),
        Mistake(
            "ridge",
            _ridge,
            "You add 1 to the diagonal of A.T A: that is ridge regression (chapter 3); here lambda is 0.",
        ),
        Mistake(
            "column",
            _of_fit(lambda w, b, X, y: (w[:, None], array([b]))),
            "Your w has the shape (D, 1) and b the shape (1,): (D,) and one number are asked for.",
        ),
        Mistake(
            "mutates_input",
            _centered_in_place,
            "Your function writes into X (`-=`), so the caller's data is gone: compute a new array.",
        ),
    ),
)
