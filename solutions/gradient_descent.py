"""Chapter 1: losses, their slopes, and ways to walk down them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import array_api_compat
import numpy as np

from .backend import Array, array_namespace, as_float, like, require_data_shapes, require_number, require_same_shape


def squared_error(y_hat: Array, y: Array) -> Array:
    """Return the squared error of each prediction.

    Args:
        y_hat: (N,) predictions.
        y: (N,) true values.

    Returns: (N,) squared errors, (y_hat - y)^2, one per example.
    Raises: ValueError if the shapes differ.

    Example: predicting 5 where 3 is true costs 4; predicting 1 where 1 is true costs 0.
        >>> squared_error(np.array([5.0, 1.0]), np.array([3.0, 1.0])).tolist()
        [4.0, 0.0]

    Source: Legendre (1805); Hastie et al., The Elements of Statistical Learning, section 2.3.
    """
    require_same_shape(y_hat=y_hat, y=y)
    return (as_float(y_hat) - as_float(y)) ** 2


def shift_loss(theta: float, x: Array, y: Array) -> tuple[Array, Array]:
    """Return the mean squared error of the model f(x) = x + theta, and its slope.

    Args:
        theta: the shift, one number.
        x: (N,) inputs.
        y: (N,) true values.

    Returns: loss, the mean of (x + theta - y)^2 over the examples, and grad, its slope d loss / d theta: two numbers.
    Raises: ValueError if x and y differ in shape, or theta is more than one number.

    Example: at theta = 5 each point of the secret number game is 3 too high.
        >>> loss, grad = shift_loss(5.0, np.array([2.0, 3.0]), np.array([4.0, 5.0]))
        >>> float(loss), float(grad)
        (9.0, 6.0)
    """
    require_same_shape(x=x, y=y)
    require_number(theta=theta)
    x, y = as_float(x), as_float(y)
    xp = array_namespace(x, y)
    residual = x + theta - y
    return xp.mean(residual**2), 2 * xp.mean(residual)


def gradient_descent(
    grad: Callable[[Array], Array], theta0: Array, learning_rate: float, steps: int, tol: float = 0.0
) -> Array:
    """Return every point that gradient descent visits, the start included.

    Each step is theta <- theta - learning_rate * grad(theta).

    Args:
        grad: function from theta to the gradient there, of theta's shape.
        theta0: start, a number or an array of any shape.
        learning_rate: step size, > 0.
        steps: the largest number of steps.
        tol: where the gradient's Euclidean norm is below this, stop without a further step.

    Returns: (T+1, *shape) path: theta0 first, then theta after each of the T <= steps steps taken.
    Raises: ValueError if grad returns another shape than theta's.

    Example: the slope of (theta - 2)^2 is 2 theta - 4. From 5 with rate 0.75:
        >>> gradient_descent(lambda theta: 2 * theta - 4, 5.0, 0.75, 3).tolist()
        [5.0, 0.5, 2.75, 1.625]

    Source: Cauchy (1847); Nocedal and Wright, Numerical Optimization, chapter 2.
    """
    theta = as_float(theta0)
    xp = array_namespace(theta)
    path = [theta]
    for _ in range(steps):
        slope = like(grad(theta), theta)
        require_same_shape(gradient=slope, theta=theta)
        if xp.linalg.vector_norm(slope) < tol:
            break
        theta = theta - learning_rate * slope
        path.append(theta)
    return xp.stack(path)


def first_slip(path: Array, grad: Callable[[float], float], learning_rate: float, atol: float = 1e-6) -> int:
    """Return where a printed path of gradient descent first goes wrong.

    Args:
        path: (T+1,) the numbers as printed, the start first.
        grad: function from theta to the slope there, both numbers.
        learning_rate: the step size that the path claims to use.
        atol: how far a printed number may lie from the right one (printed numbers are rounded).

    Returns: the index of the first entry that does not follow from the entry printed before it; -1 if there is none.
    Raises: ValueError if path is not one-dimensional.

    Example: with slope 2 theta - 4 and rate 1, the step from 5 leads to -1, and from -1 back to 5.
        >>> first_slip(np.array([5.0, -1.0, 4.0, 0.0]), lambda theta: 2 * theta - 4, 1.0)
        2
    """
    if np.ndim(path) != 1:
        raise ValueError(f"path must have the shape (T+1,), got {np.shape(path)}")
    for i in range(1, np.shape(path)[0]):
        before = float(path[i - 1])
        expected = before - learning_rate * grad(before)
        if not abs(float(path[i]) - expected) <= atol:
            return i
    return -1


def linear_regression_loss(w: Array, b: float, X: Array, y: Array) -> tuple[Array, Array, Array]:
    """Return the mean squared error of the model X w + b, and its gradients.

    Args:
        w: (D,) weights.
        b: bias, one number.
        X: (N, D) inputs, one example per row.
        y: (N,) true values.

    Returns:
        loss: the mean of (X w + b - y)^2 over the examples.
        grad_w: (D,) gradient with respect to w.
        grad_b: derivative with respect to b, one number.
    Raises: ValueError if the shapes do not fit together.

    Example: one example, x = (1, 2) with y = 0: the model (1, 1) says 3, so the residual is 3.
        >>> loss, grad_w, grad_b = linear_regression_loss(np.ones(2), 0.0, np.array([[1.0, 2.0]]), np.zeros(1))
        >>> float(loss), grad_w.tolist(), float(grad_b)
        (9.0, [6.0, 12.0], 6.0)

    Source: Hastie et al., The Elements of Statistical Learning, section 3.2.
    """
    require_data_shapes(X, y, w)
    require_number(b=b)
    w, X, y = as_float(w), as_float(X), as_float(y)
    xp = array_namespace(w, X, y)
    residual = X @ w + b - y
    loss = xp.mean(residual**2)
    grad_w = 2 * (X.T @ residual) / X.shape[0]
    grad_b = 2 * xp.mean(residual)
    return loss, grad_w, grad_b


def least_squares(X: Array, y: Array) -> tuple[Array, Array]:
    """Return the weights and the bias with the smallest mean squared error, in closed form.

    Args:
        X: (N, D) inputs, one example per row.
        y: (N,) true values.

    Returns:
        w: (D,) weights; where several are best, one of them.
        b: bias, one number.
    Raises: ValueError if the shapes do not fit together.

    Example: the points (0, 1), (1, 3), (2, 5) lie on the line 2 x + 1.
        >>> w, b = least_squares(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]))
        >>> w.round(6).tolist(), round(float(b), 6)
        ([2.0], 1.0)

    Source: Gauss (1809); Hastie et al., The Elements of Statistical Learning, section 3.2.
    """
    require_data_shapes(X, y)
    X, y = as_float(X), as_float(y)
    xp = array_namespace(X, y)
    x_mean, y_mean = xp.mean(X, axis=0), xp.mean(y)
    w = xp.linalg.pinv(X - x_mean) @ (y - y_mean)
    return w, y_mean - x_mean @ w


def cubic_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    """Return the gradient of f(x, y) = 10 x^3 y^2 + 5 x y^3 + 4 x + y.

    Args:
        x, y: two numbers, or two arrays of one shape.

    Returns: df_dx and df_dy, the derivatives along x (y held fixed) and along y (x held fixed), each of x's shape.
    Raises: ValueError if the shapes differ.

    Example: at (1, 1) the terms are 30 + 5 + 4 and 20 + 15 + 1.
        >>> df_dx, df_dy = cubic_gradient(1.0, 1.0)
        >>> float(df_dx), float(df_dy)
        (39.0, 36.0)
    """
    require_same_shape(x=x, y=y)
    x, y = as_float(x), as_float(y)
    df_dx = 30 * x**2 * y**2 + 5 * y**3 + 4
    df_dy = 20 * x**3 * y + 15 * x * y**2 + 1
    return df_dx, df_dy


def bowl_gradient(x: Array, y: Array) -> tuple[Array, Array]:
    """Return the gradient of the bowl f(x, y) = 4 x^2 + y^2.

    Args:
        x, y: two numbers, or two arrays of one shape.

    Returns: df_dx and df_dy, the derivatives along x (y held fixed) and along y (x held fixed), each of x's shape.
    Raises: ValueError if the shapes differ.

    Example: at (1, 1) the bowl is four times as steep along x as along y.
        >>> df_dx, df_dy = bowl_gradient(1.0, 1.0)
        >>> float(df_dx), float(df_dy)
        (8.0, 2.0)
    """
    require_same_shape(x=x, y=y)
    return 8 * as_float(x), 2 * as_float(y)


def numerical_gradient(f: Callable[[Array], float], x: Array, h: float = 1e-5) -> Array:
    """Return the gradient of f at x, by central differences: two values of f per entry of x.

    Args:
        f: function from x to one number. It is given float64 arrays, whatever x's dtype, and never x itself.
        x: the point, a number or an array of any shape; integers count as float64. It is never written into.
        h: how far to step to either side.

    Returns: the gradient, of x's shape and floating dtype. Where f is nan, so is the gradient.
    Raises: ValueError if f gives several numbers, TypeError if x is not real, ZeroDivisionError if rounding undoes h.

    Example: the slope of x^2 at 3 is 6.
        >>> round(float(numerical_gradient(lambda x: x**2, 3.0)), 6)
        6.0

    Source: Nocedal and Wright, Numerical Optimization, section 8.1.
    """
    x = as_float(x)
    xp = array_namespace(x)
    point = xp.reshape(xp.astype(x, xp.float64), (-1,))
    slopes = xp.zeros_like(point)
    for i in range(point.shape[0]):
        above, below = xp.asarray(point, copy=True), xp.asarray(point, copy=True)
        above[i] += h
        below[i] -= h
        width = float(above[i] - below[i])  # 2h, as far as floating point could step
        f_above, f_below = f(xp.reshape(above, x.shape)), f(xp.reshape(below, x.shape))
        require_number(f_above=f_above, f_below=f_below)
        slopes[i] = (float(f_above) - float(f_below)) / width
    return xp.astype(xp.reshape(slopes, x.shape), x.dtype)


def relative_error(a: Array, b: Array) -> float:
    """Return the largest difference between two arrays as a fraction of their largest entry.

    It is max |a - b| / max(|a|, |b|): 0 for equal arrays (all zeros too), about 1 where one of them is missing.

    Args:
        a, b: arrays of one shape, for instance a gradient from a formula and a numerical one.

    Returns: a number >= 0. It is infinite if either array holds a nan or an infinity, so that no comparison accepts it.
    Raises: ValueError if the shapes differ or the arrays are empty.

    Example: the largest difference is 1, the largest entry 100.
        >>> relative_error(np.array([99.0, 5.0]), np.array([100.0, 5.0]))
        0.01

    Source: normwise relative error; Higham, Accuracy and Stability of Numerical Algorithms, section 1.2.
    """
    require_same_shape(a=a, b=b)
    a, b = as_float(a), as_float(b)
    xp = array_namespace(a, b)
    largest = max(float(xp.max(xp.abs(a))), float(xp.max(xp.abs(b))))
    difference = float(xp.max(xp.abs(a - b)))
    if not math.isfinite(difference):  # a nan or an infinity in a or b makes it so
        return math.inf
    return difference / largest if largest > 0 else 0.0


def random_search(
    loss: Callable[[Array], float],
    shape: int | tuple[int, ...],
    trials: int,
    rng: np.random.Generator,
    scale: float = 1.0,
) -> tuple[Array, float, Array]:
    """Return the best of many random guesses.

    Args:
        loss: function from parameters to their loss.
        shape: shape of the parameters.
        trials: number of guesses, >= 1. Each is drawn from a normal distribution with mean 0.
        rng: source of randomness.
        scale: standard deviation of the guesses.

    Returns:
        best, best_loss: the guess with the smallest loss, of the given shape, and that loss.
        losses: (trials,) the loss of each guess, in the order drawn.
    Raises: ValueError if no guess has a finite loss.

    Example:
        >>> best, best_loss, losses = random_search(lambda w: (w**2).sum(), (2,), 100, np.random.default_rng(0))
        >>> best.shape, len(losses), bool(best_loss == losses.min())
        ((2,), 100, True)

    Source: Bergstra and Bengio, Random Search for Hyper-Parameter Optimization, JMLR 13 (2012).
    """
    losses = np.empty(trials)
    best, best_loss = None, math.inf
    for t in range(trials):
        guess = scale * rng.standard_normal(shape)
        losses[t] = loss(guess)
        if losses[t] < best_loss:
            best, best_loss = guess, float(losses[t])
    if best is None:
        raise ValueError(f"none of the {trials} guesses has a finite loss")
    return best, best_loss, losses


def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield the indices of one epoch's mini-batches: every example once, in a new random order.

    Args:
        n: number of examples.
        batch_size: examples per batch, >= 1; the last batch is shorter if it does not divide n.
        rng: source of randomness.

    Yields: (batch_size,) integer arrays of row indices.
    Raises: ValueError if batch_size is smaller than 1.

    Example:
        >>> batches = list(minibatches(5, 2, np.random.default_rng(0)))
        >>> [len(batch) for batch in batches], sorted(np.concatenate(batches).tolist())
        ([2, 2, 1], [0, 1, 2, 3, 4])

    Source: Bottou, Curtis, Nocedal, Optimization Methods for Large-Scale Machine Learning, SIAM Review 60 (2018).
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    order = rng.permutation(n)
    for start in range(0, n, batch_size):
        yield order[start : start + batch_size]


def sgd(
    loss_and_grad: Callable[[Array, Array, Array], tuple[Array, Array]],
    theta0: Array,
    X: Array,
    y: Array,
    *,
    learning_rate: float,
    batch_size: int,
    epochs: int,
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    """Return the parameters after stochastic gradient descent on mini-batches, and the loss of each batch.

    Every epoch shuffles anew and uses each example once: batch_size=1 is stochastic, batch_size=N is batch descent.

    Args:
        loss_and_grad: function from (theta, X_batch, y_batch) to (loss, gradient), called once per mini-batch.
        theta0: start, an array of any shape, from X's library; a number goes with NumPy data.
        X: (N, ...) inputs, one example per row, N >= 1.
        y: (N, ...) true values, in the same order.
        learning_rate: step size, > 0.
        batch_size: examples per step, >= 1.
        epochs: how often to go through the data, >= 1.
        rng: source of randomness.

    Returns:
        theta: the parameters after the last step.
        losses: (epochs * ceil(N / batch_size),) each mini-batch's loss, before its step.
    Raises: ValueError if X and y differ in length, the gradient and theta in shape, or batch_size is smaller than 1.

    Example: three pairs, one per batch, for two epochs: six steps, each halves the distance to theta = 2.
        >>> x = np.array([1.0, 2.0, 3.0])
        >>> theta, losses = sgd(shift_loss, 5.0, x, x + 2, learning_rate=0.25, batch_size=1, epochs=2,
        ...                     rng=np.random.default_rng(0))
        >>> float(theta), losses.tolist()
        (2.046875, [9.0, 2.25, 0.5625, 0.140625, 0.03515625, 0.0087890625])

    Source: Robbins and Monro (1951); Bottou et al., SIAM Review 60 (2018).
    """
    if X.shape[0] != y.shape[0]:
        raise ValueError(f"X and y differ in their number of examples: X {X.shape}, y {y.shape}")
    theta = as_float(theta0)
    xp, device = array_namespace(X, y), array_api_compat.device(X)
    losses = []
    for _ in range(epochs):
        for batch in minibatches(X.shape[0], batch_size, rng):
            rows = xp.asarray(batch, device=device)
            loss, grad = loss_and_grad(theta, xp.take(X, rows, axis=0), xp.take(y, rows, axis=0))
            require_same_shape(gradient=grad, theta=theta)
            theta = theta - learning_rate * like(grad, theta)
            losses.append(like(loss, theta))
    return theta, xp.stack(losses)
