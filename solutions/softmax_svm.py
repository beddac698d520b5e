"""Chapter 4: linear classifiers of several classes: scores, the SVM's hinge loss, softmax and cross-entropy."""

from __future__ import annotations

from typing import Any

import array_api_compat
import numpy as np

from .backend import Array, array_namespace, as_float, require_number, require_same_shape
from .linear_classifiers import confusion_matrix, logistic_chain, loss_bases, platt_scaling, train_linear_classifier

__all__ = [
    "add_bias_column",
    "confusion_matrix",
    "cross_entropy",
    "hinge_loss",
    "kl_divergence",
    "linear_scores",
    "log_softmax",
    "logistic_chain",
    "loss_bases",
    "nll_loss",
    "platt_scaling",
    "softmax",
    "softmax_loss",
    "svm_loss",
    "svm_loss_naive",
    "train_linear_classifier",
]


def add_bias_column(X: Array) -> Array:
    """Return the inputs with a last column of ones, so that the last column of the weights acts as the bias.

    Args:
        X: (N, D) inputs, one example per row.

    Returns: (N, D + 1).
    Raises: ValueError if X is not two-dimensional.

    Example:
        >>> add_bias_column(np.array([[2, 3], [4, 5]])).tolist()
        [[2.0, 3.0, 1.0], [4.0, 5.0, 1.0]]

    Source: Duda, Hart and Stork, Pattern Classification, section 5.3 (augmented feature vectors).
    """
    if X.ndim != 2:
        raise ValueError(f"expected X (N, D), got X {X.shape}")
    X = as_float(X)
    xp = array_namespace(X)
    ones = xp.ones((X.shape[0], 1), dtype=X.dtype, device=array_api_compat.device(X))
    return xp.concat([X, ones], axis=1)


def linear_scores(W: Array, X: Array) -> Array:
    """Return the score of each example for each class: X W^T.

    Args:
        W: (K, D) weights, one class per row.
        X: (N, D) inputs, one example per row.

    Returns: (N, K) scores.
    Raises: ValueError if the shapes do not fit together.

    Example: the first class counts the first feature, the second class the second one.
        >>> linear_scores(np.eye(2), np.array([[3.0, 1.0], [0.0, 2.0], [5.0, 5.0]])).tolist()
        [[3.0, 1.0], [0.0, 2.0], [5.0, 5.0]]

    Source: Bishop, Pattern Recognition and Machine Learning, section 4.1.2.
    """
    if W.ndim != 2 or X.ndim != 2 or W.shape[1] != X.shape[1]:
        raise ValueError(f"expected W (K, D), X (N, D); got W {W.shape}, X {X.shape}")
    return (as_float(W) @ as_float(X).T).T  # X @ W.T, stored class by class: NumPy adds up over classes much faster


def _labels(y: Array, scores_shape: tuple[int, ...]) -> Array:
    """Return the labels as int64, ready for use as indices, or raise."""
    if len(scores_shape) != 2 or y.shape != scores_shape[:1]:
        raise ValueError(f"expected scores (N, K), y (N,); got scores {scores_shape}, y {y.shape}")
    if 0 in scores_shape:
        raise ValueError(f"expected at least one example and one class, got scores {scores_shape}")
    xp = array_namespace(y)
    if not xp.isdtype(y.dtype, "integral"):
        raise ValueError(f"expected labels that are integers, got y of dtype {y.dtype}")
    lowest, highest = int(xp.min(y)), int(xp.max(y))
    if lowest < 0 or highest >= scores_shape[1]:
        raise ValueError(f"expected labels from 0 to {scores_shape[1] - 1}, got {lowest} to {highest}")
    return xp.astype(y, xp.int64, copy=False)


def _checked(W: Array, X: Array, y: Array, lam: float) -> tuple[Array, Array, Array]:
    """Return W and X as floating arrays, and the labels as int64, or raise."""
    require_number(lam=lam)
    if W.ndim != 2 or X.ndim != 2 or W.shape[1] != X.shape[1] or y.shape != X.shape[:1]:
        raise ValueError(f"expected W (K, D), X (N, D), y (N,); got W {W.shape}, X {X.shape}, y {y.shape}")
    return as_float(W), as_float(X), _labels(y, (X.shape[0], W.shape[0]))


def _one_hot(y: Array, n_classes: int, dtype: Any) -> Array:
    """Return (N, K): 1 where the column is the row's label, else 0."""
    xp = array_namespace(y)
    classes = xp.arange(n_classes, device=array_api_compat.device(y))
    return xp.astype(classes[:, None] == y[None, :], dtype).T  # class by class in memory, as the scores are


def _of_label(scores: Array, y: Array) -> Array:
    """Return (N,) the score of each example's own class."""
    return scores[array_namespace(scores).arange(y.shape[0], device=array_api_compat.device(y)), y]


def _to_margins(scores: Array, y: Array, one_hot: Array) -> None:
    """Turn the scores into margins: s_j - s_y + 1 of every wrong class j, and 0 for the true one."""
    scores -= _of_label(scores, y)[:, None]  # in place: for a few thousand examples, new memory takes longest
    scores += 1
    scores -= one_hot  # the true class's own s_y - s_y + 1 does not count


def hinge_loss(scores: Array, y: Array) -> Array:
    """Return the multiclass hinge loss of each example: the sum of max(0, s_j - s_y + 1) over the wrong classes j.

    Args:
        scores: (N, K) scores, one example per row.
        y: (N,) labels, integers from 0 to K - 1.

    Returns: (N,) losses >= 0.
    Raises: ValueError if the shapes do not fit together, there is no example, or a label is none of the K.

    Example: class 1 should be 1 below class 0, and is 1.9 above it. In the second row all is well.
        >>> hinge_loss(np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0]]), np.array([0, 1])).round(4).tolist()
        [2.9, 0.0]

    Source: Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition (1999).
    """
    y = _labels(y, scores.shape)
    xp = array_namespace(scores)
    margins = xp.asarray(as_float(scores), copy=True)
    _to_margins(margins, y, _one_hot(y, margins.shape[1], margins.dtype))
    return xp.sum(xp.maximum(margins, 0), axis=1)


def svm_loss_naive(W: Array, X: Array, y: Array, lam: float = 0.0) -> tuple[Array, Array]:
    """Return the loss and the gradient of `svm_loss`, computed with one loop over examples and one over classes.

    Args:
        W: (K, D) weights, one class per row.
        X: (N, D) inputs, one example per row.
        y: (N,) labels, integers from 0 to K - 1.
        lam: strength of the penalty, >= 0.

    Returns:
        loss: the mean hinge loss plus lam times the sum of the squared weights.
        grad_W: (K, D) gradient with respect to W. A margin of exactly 0 adds nothing to it.
    Raises: ValueError if the shapes do not fit together, there is no example, or a label is none of the K.

    Example: both scores are 0, so class 1 is too close by 1. It should go down along x, and class 0 up.
        >>> loss, grad_W = svm_loss_naive(np.zeros((2, 2)), np.array([[3.0, 2.0]]), np.array([0]))
        >>> float(loss), grad_W.tolist()
        (1.0, [[-3.0, -2.0], [3.0, 2.0]])

    Source: Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition (1999).
    """
    W, X, y = _checked(W, X, y, lam)
    xp = array_namespace(W, X)
    loss, grad_W = 0 * xp.sum(W), xp.zeros_like(W)
    for i in range(X.shape[0]):
        x, true = X[i, :], int(y[i])
        for j in range(W.shape[0]):
            margin = W[j, :] @ x - W[true, :] @ x + 1
            if j != true and margin > 0:
                loss = loss + margin
                grad_W[j, :] += x
                grad_W[true, :] -= x
    return loss / X.shape[0] + lam * xp.sum(W**2), grad_W / X.shape[0] + 2 * lam * W


def svm_loss(W: Array, X: Array, y: Array, lam: float = 0.0) -> tuple[Array, Array]:
    """Return the mean hinge loss of a linear classifier plus its penalty, and the gradient, without a Python loop.

    Args:
        W: (K, D) weights, one class per row.
        X: (N, D) inputs, one example per row.
        y: (N,) labels, integers from 0 to K - 1.
        lam: strength of the penalty, >= 0.

    Returns:
        loss: the mean hinge loss plus lam times the sum of the squared weights.
        grad_W: (K, D) gradient with respect to W. A margin of exactly 0 adds nothing to it.
    Raises: ValueError if the shapes do not fit together, there is no example, or a label is none of the K.

    Example: both scores are 0, so class 1 is too close by 1. It should go down along x, and class 0 up.
        >>> loss, grad_W = svm_loss(np.zeros((2, 2)), np.array([[3.0, 2.0]]), np.array([0]))
        >>> float(loss), grad_W.tolist()
        (1.0, [[-3.0, -2.0], [3.0, 2.0]])

    Source: Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition (1999).
    """
    W, X, y = _checked(W, X, y, lam)
    xp, N = array_namespace(W, X), X.shape[0]
    margins = (W @ X.T).T  # X @ W.T, stored class by class
    one_hot = _one_hot(y, W.shape[0], margins.dtype)
    _to_margins(margins, y, one_hot)
    slopes = xp.astype(margins > 0, margins.dtype)  # of the loss in each score, times N
    margins *= slopes
    loss = xp.sum(margins) / N + lam * xp.sum(W**2)
    one_hot *= xp.sum(slopes, axis=1, keepdims=True)
    slopes -= one_hot
    return loss, slopes.T @ X / N + 2 * lam * W


def _require_scores(scores: Array) -> None:
    if scores.ndim not in (1, 2) or scores.shape[-1] == 0:
        raise ValueError(f"expected scores (K,) or (N, K) with K >= 1, got scores {scores.shape}")


def softmax(scores: Array) -> Array:
    """Return the probability of each class: the exponentials of the scores, divided by their sum.

    Args:
        scores: (K,) scores of one example, or (N, K) of one example per row; of any size: +-1000 is fine.

    Returns: probabilities of the same shape; they sum to 1 over the classes, the last axis.
    Raises: ValueError if scores has another number of axes, or no classes.

    Example: the exponentials are 24.5, 164.0 and 0.18.
        >>> softmax(np.array([3.2, 5.1, -1.7])).round(2).tolist()
        [0.13, 0.87, 0.0]

    Source: Bridle (1990); Goodfellow et al., Deep Learning, section 4.1.
    """
    _require_scores(scores)
    scores = as_float(scores)
    xp = array_namespace(scores)
    exps = xp.exp(scores - xp.max(scores, axis=-1, keepdims=True))  # never above 1: exp(1000) would overflow
    return exps / xp.sum(exps, axis=-1, keepdims=True)


def log_softmax(scores: Array) -> Array:
    """Return the natural logarithm of each class's probability: s_k - log(sum of exp(s_j)).

    Args:
        scores: (K,) scores of one example, or (N, K) of one example per row; of any size: +-1000 is fine.

    Returns: log probabilities of the same shape; finite for every finite score.
    Raises: ValueError if scores has another number of axes, or no classes.

    Example: the logarithm of exp(-1000) is -1000, though the probability itself is 0.
        >>> log_softmax(np.array([0.0, -1000.0])).tolist()
        [0.0, -1000.0]

    Source: Blanchard, Higham and Higham, Accurately Computing the Log-Sum-Exp and Softmax Functions (2021).
    """
    _require_scores(scores)
    scores = as_float(scores)
    xp = array_namespace(scores)
    shifted = scores - xp.max(scores, axis=-1, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))


def nll_loss(log_probs: Array, y: Array) -> Array:
    """Return the negative log likelihood of each example: minus the log probability of its true class.

    Args:
        log_probs: (N, K) log probabilities, one example per row.
        y: (N,) labels, integers from 0 to K - 1.

    Returns: (N,) losses >= 0.
    Raises: ValueError if the shapes do not fit together, there is no example, or a label is none of the K.

    Example:
        >>> nll_loss(np.log([[0.13, 0.87, 0.0001], [0.25, 0.25, 0.5]]), np.array([0, 2])).round(2).tolist()
        [2.04, 0.69]

    Source: Bishop, Pattern Recognition and Machine Learning, section 4.3.4.
    """
    y = _labels(y, log_probs.shape)
    return -_of_label(as_float(log_probs), y)


def _log_where(p: Array, q: Array) -> Array:
    """Return log(q), and 0 where p is 0: what it is multiplied by there is 0."""
    xp = array_namespace(p, q)
    with np.errstate(divide="ignore"):  # log(0) is minus infinity, as it should be
        return xp.log(xp.where(p > 0, q, xp.ones_like(q)))


def cross_entropy(p: Array, q: Array) -> Array:
    """Return the cross-entropy H(p, q) = -sum of p_k log(q_k): the mean surprise if p is true and q is believed.

    Args:
        p: (K,) true probabilities, or (N, K), one distribution per row.
        q: the believed probabilities, of p's shape.

    Returns: one number >= 0 for each distribution: () or (N,). 0 log 0 counts as 0; it is infinite where q is 0 and
        p is not.
    Raises: ValueError if the shapes differ, or are not (K,) or (N, K).

    Example: a one-hot p picks the logarithm of one probability.
        >>> cross_entropy(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[0.13, 0.87], [0.5, 0.5]])).round(2).tolist()
        [2.04, 0.69]

    Source: Cover and Thomas, Elements of Information Theory, chapter 2.
    """
    require_same_shape(p=p, q=q)
    _require_scores(p)
    p, q = as_float(p), as_float(q)
    xp = array_namespace(p, q)
    return -xp.sum(p * _log_where(p, q), axis=-1)


def kl_divergence(p: Array, q: Array) -> Array:
    """Return the Kullback-Leibler divergence: the sum of p_k log(p_k / q_k), what believing q costs if p is true.

    Args:
        p: (K,) true probabilities, or (N, K), one distribution per row.
        q: the believed probabilities, of p's shape.

    Returns: one number for each distribution: () or (N,); 0 if p = q, else above 0. 0 log 0 counts as 0; it is infinite
        where q is 0 and p is not.
    Raises: ValueError if the shapes differ, or are not (K,) or (N, K).

    Example: it is the cross-entropy H(p, q) less the entropy H(p, p).
        >>> kl_divergence(np.array([0.5, 0.5]), np.array([0.9, 0.1])).round(3).tolist()
        0.511

    Source: Kullback and Leibler (1951); Cover and Thomas, Elements of Information Theory, chapter 2.
    """
    require_same_shape(p=p, q=q)
    _require_scores(p)
    p, q = as_float(p), as_float(q)
    xp = array_namespace(p, q)
    return xp.sum(p * (_log_where(p, p) - _log_where(p, q)), axis=-1)


def softmax_loss(W: Array, X: Array, y: Array, lam: float = 0.0) -> tuple[Array, Array]:
    """Return the mean cross-entropy of the model softmax(X W^T) plus its penalty, and the gradient.

    Args:
        W: (K, D) weights, one class per row.
        X: (N, D) inputs, one example per row.
        y: (N,) labels, integers from 0 to K - 1.
        lam: strength of the penalty, >= 0.

    Returns:
        loss: the mean of -log(probability of the true class) plus lam times the sum of the squared weights.
        grad_W: (K, D) gradient with respect to W.
    Raises: ValueError if the shapes do not fit together, there is no example, or a label is none of the K.

    Example: with all weights 0 both classes have 1/2, so the gradient is (1/2 - 1) x and 1/2 x.
        >>> loss, grad_W = softmax_loss(np.zeros((2, 2)), np.array([[3.0, 2.0]]), np.array([0]))
        >>> round(float(loss), 4), grad_W.tolist()
        (0.6931, [[-1.5, -1.0], [1.5, 1.0]])

    Source: Bishop, Pattern Recognition and Machine Learning, section 4.3.4.
    """
    W, X, y = _checked(W, X, y, lam)
    xp, N = array_namespace(W, X), X.shape[0]
    scores = (W @ X.T).T  # X @ W.T, stored class by class
    one_hot = _one_hot(y, W.shape[0], scores.dtype)
    scores -= xp.max(scores, axis=1, keepdims=True)  # exp(1000) would overflow
    probs = xp.exp(scores)
    totals = xp.sum(probs, axis=1, keepdims=True)
    loss = (xp.sum(xp.log(totals)) - xp.sum(_of_label(scores, y))) / N + lam * xp.sum(W**2)
    probs *= 1 / totals
    probs -= one_hot  # now the slope of the loss in each score, times N
    return loss, probs.T @ X / N + 2 * lam * W
