"""Chapter 5: word vectors from counts of neighbours: PPMI with an SVD, and GloVe."""

from __future__ import annotations

from importlib.util import find_spec

import array_api_compat
import numpy as np

from .backend import Array, add_rows, array_namespace, as_float, like


def cooccurrence_matrix(ids: Array, vocab_size: int, window: int) -> Array:
    """Return how often each word stands near each other word.

    Args:
        ids: (T,) integers from 0 to vocab_size - 1; -1 marks the end of a text, and nothing is counted across it.
        vocab_size: number of words V.
        window: the largest distance that is near, in positions, >= 1.

    Returns: (V, V) float64; entry (i, j) counts the pairs of positions, at most `window` apart, with word i at one and
        word j at the other, in both orders: the matrix is symmetric. It takes 8 V^2 bytes.
    Raises: ValueError if ids has another shape or holds another id, or window is smaller than 1.

    Example: in "a b a" word 0 stands beside word 1 twice; two words apart, word 0 meets itself, in both orders.
        >>> cooccurrence_matrix(np.array([0, 1, 0]), 2, window=2).tolist()
        [[2.0, 2.0], [2.0, 0.0]]

    Source: Lund and Burgess, Behavior Research Methods 28 (1996); Pennington et al., GloVe (2014), section 3.
    """
    ids = ids if array_api_compat.is_array_api_obj(ids) else np.asarray(ids)
    xp, device = array_namespace(ids), array_api_compat.device(ids)
    if ids.ndim != 1 or xp.any((ids < -1) | (ids >= vocab_size)):
        raise ValueError(f"expected ids (T,) from -1 to {vocab_size - 1}; got {ids.shape}")
    if window < 1:
        raise ValueError(f"window must be at least 1, got {window}")
    ids = xp.astype(ids, xp.int64)
    text = xp.cumulative_sum(xp.astype(ids < 0, xp.int64))
    counts = xp.zeros((vocab_size * vocab_size, 1), dtype=xp.float64, device=device)
    for distance in range(1, min(window, ids.shape[0] - 1) + 1):
        left, right = ids[:-distance], ids[distance:]
        pairs = (left * vocab_size + right)[(text[:-distance] == text[distance:]) & (left >= 0)]
        counts = add_rows(counts, pairs, xp.ones((pairs.shape[0], 1), dtype=xp.float64, device=device))
    counts = xp.reshape(counts, (vocab_size, vocab_size))
    return counts + counts.T


def ppmi(counts: Array) -> Array:
    """Return the positive pointwise mutual information of each pair: how much more often they meet than by chance.

    Args:
        counts: (V, V) counts of pairs, 0 or more.

    Returns: (V, V) max(0, log(n_ij n / (n_i n_j))) with the sums n_i of row i, n_j of column j and n of everything; 0
        for a pair that never meets.
    Raises: ValueError if counts is not square.

    Example: the first pair meets 3 times of 4; by chance it would be 4 * 3/4 * 3/4 = 2.25 times.
        >>> ppmi(np.array([[3.0, 0.0], [0.0, 1.0]])).round(3).tolist()
        [[0.288, 0.0], [0.0, 1.386]]

    Source: Church and Hanks, Computational Linguistics 16 (1990); Jurafsky and Martin, chapter on vector semantics.
    """
    _require_square(counts)
    counts = as_float(counts)
    xp = array_namespace(counts)
    chance = xp.sum(counts, axis=1, keepdims=True) * (xp.sum(counts, axis=0) / xp.sum(counts))
    ratio = counts / xp.where(chance > 0, chance, like(1, counts))  # a word without neighbours has 0 / 1
    return xp.log(xp.maximum(ratio, like(1, counts)))


def _require_square(counts: Array) -> None:
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"expected counts (V, V), got {counts.shape}")


def svd_embeddings(matrix: Array, dim: int) -> Array:
    """Return word vectors whose products are as near to the matrix as `dim` numbers per word allow.

    Args:
        matrix: (V, M) one row per word, such as the PPMI of each pair.
        dim: size of the vectors, from 1 to the smaller side of the matrix.

    Returns: (V, dim) U sqrt(S) of the singular value decomposition matrix = U S V^T, the largest singular value first;
        the sign of a column is chosen so that its entry of largest size is positive.
    Raises: ValueError if matrix is not two-dimensional, or dim is not in the range.

    Example: the singular values are 9 and 4, and the larger belongs to the second word.
        >>> svd_embeddings(np.array([[4.0, 0.0], [0.0, 9.0]]), 2).tolist()
        [[0.0, 2.0], [3.0, 0.0]]

    Source: Levy, Goldberg and Dagan, Improving Distributional Similarity, TACL 3 (2015), section 2.2.
    """
    if matrix.ndim != 2 or not 1 <= dim <= min(matrix.shape):
        raise ValueError(f"expected matrix (V, M) with at least dim = {dim} >= 1 rows and columns; got {matrix.shape}")
    matrix = as_float(matrix)
    xp = array_namespace(matrix)
    few = array_api_compat.is_numpy_array(matrix) and 8 * dim <= min(matrix.shape) and matrix.any()
    if few and find_spec("scipy"):
        # Only the part that is asked for, and most of a PPMI matrix is 0: seconds for 4000 words, not minutes.
        from scipy.sparse import csr_array
        from scipy.sparse.linalg import svds

        start = np.random.default_rng(0).standard_normal(min(matrix.shape)).astype(matrix.dtype)
        U, S, _ = svds(csr_array(matrix), dim, v0=start)  # the smallest first
        U, S = U[:, ::-1], S[::-1]
    else:
        U, S, _ = xp.linalg.svd(matrix, full_matrices=False)
        U, S = U[:, :dim], S[:dim]
    upside_down = xp.max(U, axis=0) < -xp.min(U, axis=0)
    return xp.where(upside_down, -U, U) * xp.sqrt(S)


def glove_loss(
    W: Array, C: Array, b: Array, c: Array, counts: Array, x_max: float = 100.0, alpha: float = 0.75
) -> tuple[Array, Array, Array, Array, Array]:
    """Return the loss of GloVe, weighted least squares on the logarithms of the counts, and its gradients.

    loss = sum over the pairs with n_ij > 0 of f(n_ij) (w_i . c_j + b_i + c_j - log n_ij)^2, where the weight
    f(n) = min(1, (n / x_max)^alpha) lets rare pairs, whose counts are mostly luck, say little.

    Args:
        W, C: (V, d) vectors of the words and of the words near them.
        b, c: (V,) biases of the words and of the words near them.
        counts: (V, V) counts of pairs, 0 or more.
        x_max: the count from which on a pair has the full weight, > 0.
        alpha: exponent of the weight below that, >= 0.

    Returns: loss, the sum, one number; then grad_W (V, d), grad_C (V, d), grad_b (V,) and grad_c (V,).
    Raises: ValueError if the shapes do not fit together.

    Example: one word meets itself x_max = 100 times; the model says exp(1 * 2 + 0 + 0), so the error is 2 - log 100.
        >>> one, two, zero = np.array([[1.0]]), np.array([[2.0]]), np.zeros(1)
        >>> loss, grad_W, grad_C, grad_b, grad_c = glove_loss(one, two, zero, zero, np.array([[100.0]]))
        >>> round(float(loss), 3), grad_W.round(3).tolist(), grad_b.round(3).tolist()
        (6.787, [[-10.421]], [-5.21])

    Source: Pennington, Socher and Manning, GloVe: Global Vectors for Word Representation (2014), equations 8 and 9.
    """
    v = W.shape[:1]
    if W.ndim != 2 or C.shape != W.shape or not (v == b.shape == c.shape) or counts.shape != (*v, *v):
        shapes = f"W {W.shape}, C {C.shape}, b {b.shape}, c {c.shape}, counts {counts.shape}"
        raise ValueError(f"expected W, C (V, d), b, c (V,), counts (V, V); got {shapes}")
    parameters = [as_float(W), as_float(C), as_float(b), as_float(c)]
    loss, (grad_W, grad_C, grad_b, grad_c) = _glove(
        parameters, *_weights_and_logs(like(counts, parameters[0]), x_max, alpha)
    )
    return loss, grad_W, grad_C, grad_b, grad_c


def _weights_and_logs(counts: Array, x_max: float, alpha: float) -> tuple[Array, Array]:
    xp = array_namespace(counts)
    met = counts > 0
    weights = xp.minimum(counts / x_max, 1) ** alpha
    return xp.where(met, weights, like(0, counts)), xp.log(xp.where(met, counts, like(1, counts)))


def _glove(parameters: list[Array], weights: Array, logs: Array) -> tuple[Array, list[Array]]:
    W, C, b, c = parameters
    xp = array_namespace(W)
    error = W @ C.T + b[:, None] + c - logs
    weighted = weights * error
    slope = 2 * weighted
    return xp.sum(weighted * error), [slope @ C, slope.T @ W, xp.sum(slope, axis=1), xp.sum(slope, axis=0)]


def train_glove(
    counts: Array,
    *,
    dim: int,
    learning_rate: float,
    epochs: int,
    rng: np.random.Generator,
    x_max: float = 100.0,
    alpha: float = 0.75,
) -> tuple[Array, Array, Array]:
    """Return word vectors trained by GloVe: their products plus biases become the logarithms of the counts.

    Each epoch is one step of AdaGrad on all pairs: a number moves by its slope, divided by the root of the sum of the
    squares of all its slopes so far.

    Args:
        counts: (V, V) counts of pairs, 0 or more.
        dim: size of the vectors, d.
        learning_rate: how far a number moves in the first step, > 0.
        epochs: number of steps.
        rng: source of randomness.
        x_max, alpha: the weight of a pair, see glove_loss.

    Returns:
        W, C: (V, d) vectors of the words and of the words near them; their sum serves best.
        losses: (epochs,) loss before each step.
    Raises: ValueError if counts is not square.

    Example: words 0 and 1 meet, and words 2 and 3; in the sum of both, each is nearest to its partner.
        >>> counts = np.array([[1.0, 9, 1, 1], [9, 1, 1, 1], [1, 1, 1, 9], [1, 1, 9, 1]])
        >>> W, C, losses = train_glove(counts, dim=2, learning_rate=0.1, epochs=50, rng=np.random.default_rng(0))
        >>> bool(losses[-1] < losses[0] / 10)
        True

    Source: Pennington, Socher and Manning (2014); Duchi, Hazan and Singer, Adaptive Subgradient Methods (2011).
    """
    _require_square(counts)
    counts = as_float(counts)
    xp = array_namespace(counts)
    v = counts.shape[0]
    weights, logs = _weights_and_logs(counts, x_max, alpha)
    parameters = [like(rng.uniform(-0.5 / dim, 0.5 / dim, (v, dim)), counts) for _ in range(2)]
    parameters += [like(np.zeros(v), counts) for _ in range(2)]
    squares = [xp.zeros_like(parameter) for parameter in parameters]
    losses = []
    for _ in range(epochs):
        loss, grads = _glove(parameters, weights, logs)
        squares = [total + grad**2 for total, grad in zip(squares, grads, strict=True)]
        parameters = [
            parameter - learning_rate * grad / xp.sqrt(total + 1e-12)  # the slope of a word without neighbours is 0
            for parameter, grad, total in zip(parameters, grads, squares, strict=True)
        ]
        losses.append(loss)
    return parameters[0], parameters[1], xp.stack(losses)
