"""Chapter 3: overfitting, and what keeps weights small, few or uncertain."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import array_api_compat
import numpy as np

from .backend import Array, array_namespace, as_float, like, require_data_shapes, require_number, require_same_shape
from .logistic_regression import logistic_loss


def polynomial_features(x: Array, degree: int) -> Array:
    """Return the powers of each number, from the first to the given degree.

    There is no column of ones: a linear model has its bias.

    Args:
        x: (N,) numbers.
        degree: the highest power, >= 1.

    Returns: (N, degree) features; column k holds x^(k+1).
    Raises: ValueError if x is not one-dimensional, or degree is smaller than 1.

    Example:
        >>> polynomial_features(np.array([2.0, 3.0]), 3).tolist()
        [[2.0, 4.0, 8.0], [3.0, 9.0, 27.0]]

    Source: Bishop, Pattern Recognition and Machine Learning, section 1.1.
    """
    if np.ndim(x) != 1:
        raise ValueError(f"x must have the shape (N,), got {np.shape(x)}")
    if degree < 1:
        raise ValueError(f"degree must be at least 1, got {degree}")
    x = as_float(x)
    return array_namespace(x).stack([x**power for power in range(1, degree + 1)], axis=1)


def ngrams(tokens: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """Return every run of n neighbouring tokens, in order.

    Args:
        tokens: the words of a text, in order.
        n: tokens per run, >= 1.

    Returns: a list of n-tuples: one per place where a run can start, repeated runs included; empty for a shorter text.
    Raises: ValueError if n is smaller than 1.

    Example:
        >>> ngrams(["not", "a", "good", "film"], 2)
        [('not', 'a'), ('a', 'good'), ('good', 'film')]

    Source: Jurafsky and Martin, Speech and Language Processing, chapter on n-gram language models.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    return [tuple(tokens[start : start + n]) for start in range(len(tokens) - n + 1)]


def l2_penalty(W: Array) -> tuple[Array, Array]:
    """Return the L2 penalty, the sum of squared weights, and its gradient.

    Args:
        W: weights, of any shape.

    Returns:
        value: the sum of W^2, one number: no square root, no 1/2.
        grad: 2 W, of W's shape.

    Example:
        >>> value, grad = l2_penalty(np.array([3.0, -4.0]))
        >>> float(value), grad.tolist()
        (25.0, [6.0, -8.0])

    Source: Hoerl and Kennard, Ridge Regression, Technometrics 12 (1970).
    """
    W = as_float(W)
    return array_namespace(W).sum(W**2), 2 * W


def l1_penalty(W: Array) -> tuple[Array, Array]:
    """Return the L1 penalty, the sum of absolute weights, and a subgradient.

    Args:
        W: weights, of any shape.

    Returns:
        value: the sum of |W|, one number.
        grad: the sign of each weight, of W's shape; 0 at 0, where the slope jumps from -1 to 1.

    Example:
        >>> value, grad = l1_penalty(np.array([3.0, -4.0, 0.0]))
        >>> float(value), grad.tolist()
        (7.0, [1.0, -1.0, 0.0])

    Source: Tibshirani, Regression Shrinkage and Selection via the Lasso, JRSS B 58 (1996).
    """
    W = as_float(W)
    xp = array_namespace(W)
    return xp.sum(xp.abs(W)), xp.sign(W)


def elastic_net_penalty(W: Array, beta: float) -> tuple[Array, Array]:
    """Return the elastic-net penalty, a mix of L2 and L1, and a subgradient.

    Args:
        W: weights, of any shape.
        beta: the share of the squares, >= 0; with 0 this is the L1 penalty.

    Returns:
        value: the sum of beta W^2 + |W|, one number.
        grad: 2 beta W + sign(W), of W's shape.
    Raises: ValueError if beta is more than one number.

    Example: the squares count 25, the absolute values 7.
        >>> value, grad = elastic_net_penalty(np.array([3.0, -4.0]), 0.5)
        >>> float(value), grad.tolist()
        (19.5, [4.0, -5.0])

    Source: Zou and Hastie, Regularization and Variable Selection via the Elastic Net, JRSS B 67 (2005).
    """
    require_number(beta=beta)
    squares, grad_squares = l2_penalty(W)
    sizes, grad_sizes = l1_penalty(W)
    return beta * squares + sizes, beta * grad_squares + grad_sizes


def ridge_regression(X: Array, y: Array, lam: float) -> tuple[Array, Array]:
    """Return the weights and the bias that minimise the mean squared error plus the L2 penalty, in closed form.

    They minimise mean((X w + b - y)^2) + lam * sum(w^2). The bias is not penalised, so with means subtracted from X and
    y it drops out, and w solves (X^T X / N + lam I) w = X^T y / N.

    Args:
        X: (N, D) inputs, one example per row.
        y: (N,) true values.
        lam: strength of the penalty, > 0; 0 is least squares, and needs columns that do not follow from each other.

    Returns:
        w: (D,) weights.
        b: bias, one number.
    Raises: ValueError if the shapes do not fit together, or lam is more than one number.

    Example: the points (-1, 1), (0, 3), (1, 5) lie on the line 2 x + 3. The mean of x^2 is 2/3, so lam = 2/3 halves w.
        >>> w, b = ridge_regression(np.array([[-1.0], [0.0], [1.0]]), np.array([1.0, 3.0, 5.0]), 2 / 3)
        >>> w.round(6).tolist(), round(float(b), 6)
        ([1.0], 3.0)

    Source: Hoerl and Kennard (1970); Hastie et al., The Elements of Statistical Learning, section 3.4.1.
    """
    require_data_shapes(X, y)
    require_number(lam=lam)
    X, y = as_float(X), as_float(y)
    xp = array_namespace(X, y)
    n, d = X.shape
    x_mean, y_mean = xp.mean(X, axis=0), xp.mean(y)
    centered = X - x_mean
    penalty = lam * xp.eye(d, dtype=X.dtype, device=array_api_compat.device(X))
    w = xp.linalg.solve(centered.T @ centered / n + penalty, centered.T @ (y - y_mean) / n)
    return w, y_mean - x_mean @ w


def k_fold(n: int, k: int, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return k ways to split n examples into training and validation.

    The examples are shuffled and cut into k folds whose sizes differ by at most one. Each is the validation set once.

    Args:
        n: number of examples.
        k: number of folds, from 2 to n.
        rng: source of randomness.

    Returns: k pairs (train, validation) of integer arrays of row indices; each pair holds every example once.
    Raises: ValueError if k is smaller than 2 or larger than n.

    Example:
        >>> splits = k_fold(5, 2, np.random.default_rng(0))
        >>> [(len(train), len(validation)) for train, validation in splits]
        [(2, 3), (3, 2)]

    Source: Stone, Cross-Validatory Choice, JRSS B 36 (1974); The Elements of Statistical Learning, section 7.10.
    """
    if not 2 <= k <= n:
        raise ValueError(f"k must be from 2 to n = {n}, got {k}")
    folds = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), fold) for i, fold in enumerate(folds)]


def soft_threshold(w: Array, t: float) -> Array:
    """Return the weights moved towards zero by t; a weight that is nearer to zero than t becomes exactly 0.

    This v minimises (v - w)^2 / 2 + t |v| for each weight w: it is the proximal step of the L1 penalty.

    Args:
        w: weights, of any shape.
        t: the threshold, one number, >= 0.

    Returns: sign(w) max(|w| - t, 0), of w's shape.
    Raises: ValueError if t is more than one number.

    Example:
        >>> soft_threshold(np.array([3.0, -1.5, 0.25]), 0.5).tolist()
        [2.5, -1.0, 0.0]

    Source: Donoho and Johnstone, Biometrika 81 (1994); Parikh and Boyd, Proximal Algorithms (2014), section 6.5.2.
    """
    require_number(t=t)
    w = as_float(w)
    xp = array_namespace(w)
    return xp.sign(w) * xp.maximum(xp.abs(w) - t, like(0, w))


def proximal_gradient_descent(
    grad: Callable[[Array], Array],
    prox: Callable[[Array, float], Array],
    w0: Array,
    learning_rate: float,
    steps: int,
) -> Array:
    """Return every point that proximal gradient descent visits, the start included.

    Each step goes down the smooth part of the loss, then lets `prox` deal with the penalty, which may have kinks:
    w <- prox(w - learning_rate * grad(w), learning_rate).

    Args:
        grad: function from w to the gradient of the smooth part there, of w's shape.
        prox: function from (v, learning_rate) to the next w; for the penalty lam * sum |w| it is
            soft_threshold(v, learning_rate * lam).
        w0: start, a number or an array of any shape.
        learning_rate: step size, > 0.
        steps: number of steps.

    Returns: (steps+1, *shape) path: w0 first, then w after each step.
    Raises: ValueError if grad or prox returns another shape than w's.

    Example: the smallest (w - 3)^2 + 2 |w| lies at 2, where the slope 2 w - 6 is -2.
        >>> def prox(v, learning_rate):
        ...     return soft_threshold(v, 2 * learning_rate)
        >>> proximal_gradient_descent(lambda w: 2 * w - 6, prox, 0.0, 0.25, 4).tolist()
        [0.0, 1.0, 1.5, 1.75, 1.875]

    Source: Parikh and Boyd, Proximal Algorithms (2014), section 4.2.
    """
    w = as_float(w0)
    path = [w]
    for _ in range(steps):
        slope = like(grad(w), w)
        require_same_shape(gradient=slope, w=w)
        after = like(prox(w - learning_rate * slope, learning_rate), w)
        require_same_shape(prox=after, w=w)
        w = after
        path.append(w)
    return array_namespace(w).stack(path)


def regularized_logistic_loss(
    w: Array,
    b: float,
    X: Array,
    y: Array,
    lam: float,
    penalty: Callable[[Array], tuple[Array, Array]],
) -> tuple[Array, Array, Array]:
    """Return the mean cross-entropy loss of logistic regression plus lam times a penalty, and the gradients.

    Args:
        w: (D,) weights.
        b: bias, one number; it is not penalised.
        X: (N, D) inputs, one example per row.
        y: (N,) labels, 0 or 1.
        lam: strength of the penalty, >= 0; it does not depend on N.
        penalty: function from w to (value, gradient), such as l2_penalty.

    Returns:
        loss: logistic_loss plus lam times the penalty's value.
        grad_w: (D,) gradient with respect to w.
        grad_b: derivative with respect to b, one number.
    Raises: ValueError if the shapes do not fit together, or lam or the penalty's value is more than one number.

    Example: one example, x = (0, 0): the model says 1/2, so only the penalty pulls at w, and only the example at b.
        >>> loss, grad_w, grad_b = regularized_logistic_loss(
        ...     np.array([1.0, -2.0]), 0.0, np.zeros((1, 2)), np.ones(1), 0.5, l2_penalty
        ... )
        >>> round(float(loss), 4), grad_w.tolist(), float(grad_b)
        (3.1931, [1.0, -2.0], -0.5)

    Source: Hastie et al., The Elements of Statistical Learning, section 4.4.4.
    """
    require_number(lam=lam)
    loss, grad_w, grad_b = logistic_loss(w, b, X, y)
    value, slope = penalty(w)
    require_number(penalty=value)
    require_same_shape(penalty_gradient=slope, w=w)
    return loss + lam * value, grad_w + lam * slope, grad_b


def dropout(h: Array, rate: float, rng: np.random.Generator, training: bool = True) -> Array:
    """Return the activations with a random part of them set to zero (inverted dropout).

    Args:
        h: activations, of any shape.
        rate: probability that an entry becomes 0, from 0 up to but not including 1.
        rng: source of randomness.
        training: outside of training nothing is dropped and nothing is drawn from rng.

    Returns: an array of h's shape. Each entry is 0, or h / (1 - rate): the expected value stays h. Outside of training
        it is a copy of h.
    Raises: ValueError if rate is more than one number, or not in the range.

    Example: with rate 1/2 each entry is dropped, or doubled to make up for the dropped ones.
        >>> dropout(np.array([1.0, 2.0, 3.0, 4.0]), 0.5, np.random.default_rng(1)).tolist()
        [2.0, 4.0, 0.0, 8.0]

    Source: Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, JMLR 15 (2014).
    """
    require_number(rate=rate)
    if not 0 <= rate < 1:
        raise ValueError(f"rate must be at least 0 and smaller than 1, got {rate}")
    h = as_float(h)
    xp = array_namespace(h)
    if not training:
        return xp.asarray(h, copy=True)
    kept = xp.asarray(rng.random(h.shape) >= rate, device=array_api_compat.device(h))
    return xp.where(kept, h / (1 - rate), like(0, h))
