"""Chapter 4, continued: why softmax, the chain rule on a graph, training, and what becomes of the scores."""

from __future__ import annotations

from collections.abc import Callable

import array_api_compat
import numpy as np

from .backend import Array, array_namespace, as_float, require_data_shapes, require_same_shape
from .gradient_descent import sgd
from .logistic_regression import log_sigmoid, sigmoid


def loss_bases(z: Array) -> tuple[Array, Array, Array]:
    """Return three losses of the true class's score: squashed and clipped, logistic, and logistic with a logarithm.

    Args:
        z: score of the true class, a number or an array of any shape; the model calls its class right where z > 0.

    Returns: three arrays of z's shape.
        clip: 1 where z <= 0, else 0: the probability is clipped to 0 or 1. It has no slope, so nothing to learn from.
        likelihood: 1 - sigmoid(z). It is flat where the model is very wrong.
        nll: -log(sigmoid(z)). The more wrong, the steeper, and flat where the model is right.

    Example: a score of 3 is right, and sigmoid(3) is .95.
        >>> [loss.round(2).tolist() for loss in loss_bases(np.array([-3.0, 0.0, 3.0]))]
        [[1.0, 1.0, 0.0], [0.95, 0.5, 0.05], [3.05, 0.69, 0.05]]

    Source: Goodfellow et al., Deep Learning, section 6.2.2.2.
    """
    z = as_float(z)
    xp = array_namespace(z)
    clip = xp.astype(z <= 0, z.dtype)
    return clip, sigmoid(-z), -log_sigmoid(z)  # 1 - sigmoid(z) would round to 0 from z = 37 on


def logistic_chain(w: Array, x: Array) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Return the values and the slopes on the way from w to the loss -log(1 / (1 + exp(-w.x))).

    Args:
        w: (D,) weights.
        x: (D,) features of one example of class 1.

    Returns: five numbers and one gradient.
        u, p, L: the score w.x, the probability sigmoid(u), and the loss -log(p).
        dL_dp, dp_du: -1 / p, which is minus infinity where p rounds to 0, and p (1 - p).
        dL_dw: (D,) their product with du/dw = x, which is (p - 1) x.
    Raises: ValueError if the shapes differ or are not (D,).

    Example: at a score of 0 the slopes are -2 and 1/4.
        >>> [part.round(4).tolist() for part in logistic_chain(np.zeros(2), np.array([3.0, 2.0]))]
        [0.0, 0.5, 0.6931, -2.0, 0.25, [-1.5, -1.0]]

    Source: Goodfellow et al., Deep Learning, section 6.5.
    """
    require_same_shape(w=w, x=x)
    if w.ndim != 1:
        raise ValueError(f"expected w (D,), x (D,); got w {w.shape}, x {x.shape}")
    w, x = as_float(w), as_float(x)
    u = w @ x
    p, rest = sigmoid(u), sigmoid(-u)  # the rest is 1 - p, to all its digits
    with np.errstate(divide="ignore", over="ignore"):
        dL_dp = -1 / p
    return u, p, -log_sigmoid(u), dL_dp, p * rest, -rest * x


def train_linear_classifier(
    loss: Callable[[Array, Array, Array, float], tuple[Array, Array]],
    X: Array,
    y: Array,
    n_classes: int,
    *,
    lam: float,
    learning_rate: float,
    batch_size: int,
    epochs: int,
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    """Return the weights of a linear classifier after mini-batch descent from zeros, and the loss of each mini-batch.

    Args:
        loss: function from (W, X, y, lam) to (loss, grad_W): svm_loss or softmax_loss.
        X: (N, D) inputs, one example per row; with a column of ones for a bias.
        y: (N,) labels, integers from 0 to n_classes - 1.
        n_classes: number of classes K.
        lam: strength of the penalty, >= 0.
        learning_rate: step size, > 0.
        batch_size: examples per step, >= 1.
        epochs: how often to go through the data, >= 1.
        rng: source of randomness; it shuffles the examples anew in every epoch.

    Returns:
        W: (K, D) weights, one class per row.
        losses: (steps,) each mini-batch's loss, before its step.
    Raises: ValueError if the shapes do not fit together, or batch_size is smaller than 1.

    Example: one example, and one step of rate 0.1 along the gradient of a loss that wants W to be y everywhere.
        >>> W, losses = train_linear_classifier(lambda W, X, y, lam: (((W - y) ** 2).sum(), 2 * (W - y)),
        ...                                     np.ones((1, 2)), np.array([1]), 2, lam=0.0, learning_rate=0.1,
        ...                                     batch_size=1, epochs=1, rng=np.random.default_rng(0))
        >>> W.tolist(), losses.tolist()
        ([[0.2, 0.2], [0.2, 0.2]], [4.0])

    Source: Bottou et al., Optimization Methods for Large-Scale Machine Learning, SIAM Review 60 (2018).
    """
    require_data_shapes(X, y)
    X = as_float(X)
    xp = array_namespace(X)
    W = xp.zeros((n_classes, X.shape[1]), dtype=X.dtype, device=array_api_compat.device(X))
    return sgd(
        lambda W, X, y: loss(W, X, y, lam),
        W,
        X,
        y,
        learning_rate=learning_rate,
        batch_size=batch_size,
        epochs=epochs,
        rng=rng,
    )


def confusion_matrix(y_hat: Array, y: Array, n_classes: int) -> Array:
    """Return how often each class was taken for each other.

    Args:
        y_hat: (N,) predicted labels, integers from 0 to n_classes - 1.
        y: (N,) true labels, in the same order.
        n_classes: number of classes K.

    Returns: (K, K) counts, int64: in row i, column j the examples of class i that were called j.
    Raises: ValueError if the shapes differ or are not (N,), or a label is none of the K.

    Example: of the two examples of class 1, one was called 0.
        >>> confusion_matrix(np.array([0, 1, 0]), np.array([0, 1, 1]), 2).tolist()
        [[1, 0], [1, 1]]

    Source: Kohavi and Provost, Glossary of Terms, Machine Learning 30 (1998).
    """
    require_same_shape(y_hat=y_hat, y=y)
    if y.ndim != 1:
        raise ValueError(f"expected y_hat (N,), y (N,); got y_hat {y_hat.shape}, y {y.shape}")
    xp = array_namespace(y_hat, y)
    classes = xp.arange(n_classes, dtype=xp.float64, device=array_api_compat.device(y))
    predicted, true = (xp.astype(as_float(labels)[:, None] == classes, xp.float64) for labels in (y_hat, y))
    table = xp.astype(true.T @ predicted, xp.int64)
    if int(xp.sum(table)) != y.shape[0]:
        raise ValueError(f"expected labels from 0 to {n_classes - 1}")
    return table


def _newton(F: Array, targets: Array) -> Array:
    """Return the theta that minimises the cross-entropy of sigmoid(F theta), by Newton's method."""
    xp = array_namespace(F, targets)

    def cross_entropy(theta: Array) -> Array:
        z = F @ theta
        return -xp.sum(targets * log_sigmoid(z) + (1 - targets) * log_sigmoid(-z))

    theta = xp.zeros_like(F[0, :])
    for _ in range(100):
        p = sigmoid(F @ theta)
        grad = F.T @ (p - targets)
        hessian = F.T @ (F * (p * (1 - p))[:, None])
        step = xp.linalg.pinv(hessian) @ grad
        loss = cross_entropy(theta)
        if grad @ step < 1e-12 * loss:  # as good as there: the loss falls by less than it is rounded by
            return theta - step
        while cross_entropy(theta - step) > loss:
            step = step / 2
        theta = theta - step
    return theta


def platt_scaling(scores: Array, y: Array) -> tuple[Array, Array]:
    """Return slope and offset that turn scores of a classifier into probabilities: P(y = 1) = sigmoid(a s + b).

    They minimise the cross-entropy by Newton's method. The targets are not quite 0 and 1, as if one more example of the
    other class had been seen, so that a and b stay finite where a score separates the classes.

    Args:
        scores: (N,) scores of any size, not all equal; high ones speak for class 1.
        y: (N,) true labels, 0 or 1.

    Returns: a and b, two numbers.
    Raises: ValueError if the shapes differ or are not (N,), there is no example, or a label is neither 0 nor 1.

    Example: the classes mirror each other, so the offset is 0. The targets are 3/4 and 1/4: a = log(3).
        >>> a, b = platt_scaling(np.array([-1.0, -1.0, 1.0, 1.0]), np.array([0, 0, 1, 1]))
        >>> round(float(a), 4), round(abs(float(b)), 4)
        (1.0986, 0.0)

    Source: Platt (1999); Lin, Lin and Weng, A Note on Platt's Probabilistic Outputs (2007).
    """
    require_same_shape(scores=scores, y=y)
    if y.ndim != 1 or y.shape[0] == 0:
        raise ValueError(f"expected scores (N,), y (N,) with N >= 1; got scores {scores.shape}, y {y.shape}")
    dtype = as_float(scores).dtype
    xp = array_namespace(scores, y)
    if not xp.all((y == 0) | (y == 1)):
        raise ValueError("expected labels 0 and 1")
    scores, y = xp.astype(scores, xp.float64), xp.astype(y, xp.float64)
    ones = xp.sum(y)
    targets = xp.where(y == 1, (ones + 1) / (ones + 2), 1 / (y.shape[0] - ones + 2))

    centre, width = xp.mean(scores), xp.std(scores)  # scores of any size become numbers around 1
    width = xp.where(width > 0, width, xp.ones_like(width))
    F = xp.stack([(scores - centre) / width, xp.ones_like(scores)], axis=1)

    theta = _newton(F, targets)
    a, b = theta[0] / width, theta[1] - theta[0] * centre / width
    return xp.astype(a, dtype), xp.astype(b, dtype)
