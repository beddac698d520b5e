"""Chapter 1: linear regression, by its slopes and in closed form."""

from __future__ import annotations

import numpy as np

from solutions import gradient_descent as ref

from ..exercise import Case, Exercise, Mistake

array = np.array


def _losses(rng):
    for n, d in ((1, 3), (6, 2)):
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
    right=(_loss_loop, _loss_by_column, _loss_einsum),
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
            "Your model takes the bias off: the prediction is X w + b.",
        ),
        Mistake(
            "sign",
            _of_residual(_mean_square, lambda r, X: -_right_w(r, X), lambda r: -_right_b(r)),
            "Both gradients have the wrong sign: the residual is prediction minus truth.",
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


def _normal_equations(X, y):
    A = _design(X.astype(float))
    return _split(np.linalg.solve(A.T @ A, A.T @ y), X)


def _by_covariance(X, y):
    centered = (X - X.mean(axis=0)).astype(float)
    w = np.linalg.solve(centered.T @ centered, centered.T @ (y - y.mean()))
    return w.astype(X.dtype if X.dtype.kind == "f" else float), y.mean() - X.mean(axis=0) @ w


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
    return lambda X, y: change(*_by_covariance(X, y), X, y)


least_squares = Exercise(
    ref.least_squares,
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
    right=(_lstsq, _normal_equations, _by_covariance),
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
            "bias_is_mean",
            _of_fit(lambda w, b, X, y: (w, y.mean())),
            "Your bias is the mean of y: take the weights' part, mean(X) @ w, off it.",
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
            "mutates_input",
            _centered_in_place,
            "Your function writes into X (`-=`), so the caller's data is gone: compute a new array.",
        ),
    ),
)
