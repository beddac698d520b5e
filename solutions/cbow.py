"""Chapter 5: continuous bag of words (CBOW), which guesses a word from the mean of the words around it."""

from __future__ import annotations

import array_api_compat
import numpy as np

from .backend import Array, add_rows, array_namespace, as_float
from .gradient_descent import minibatches
from .logistic_regression import log_sigmoid, sigmoid


def cbow_loss(context_vectors: Array, c_pos: Array, C_neg: Array) -> tuple[Array, Array, Array, Array]:
    """Return the loss of one window of CBOW with negative sampling, and its gradients.

    The mean h of the context vectors has to tell the word in the middle from the negatives:
    loss = -[log sigmoid(h . c_pos) + sum over j of log sigmoid(-h . c_neg_j)].

    Args:
        context_vectors: (L, d) vectors of the words around, L >= 1.
        c_pos: (d,) vector of the word in the middle.
        C_neg: (k, d) vectors of the negatives, one per row; a word drawn twice has two rows.

    Returns:
        loss: one number.
        grad_context_vectors: (L, d) gradient with respect to each context vector: they share the slope equally.
        grad_c_pos: (d,) gradient with respect to c_pos.
        grad_C_neg: (k, d) gradient with respect to each row of C_neg.
    Raises: ValueError if the shapes do not fit together.

    Example: with vectors of zeros each of the three probabilities is one half, and the loss is 3 log 2.
        >>> loss, grad_context, grad_pos, grad_neg = cbow_loss(np.array([[1.0], [3.0]]), np.zeros(1), np.zeros((2, 1)))
        >>> round(float(loss), 4), grad_context.tolist(), grad_pos.tolist(), grad_neg.tolist()
        (2.0794, [[0.0], [0.0]], [-1.0], [[1.0], [1.0]])

    Source: Mikolov et al., Efficient Estimation of Word Representations in Vector Space (2013), section 3.1.
    """
    fits = context_vectors.ndim == 2 and c_pos.shape == context_vectors.shape[1:] and context_vectors.shape[0] > 0
    if not (fits and C_neg.ndim == 2 and C_neg.shape[1:] == c_pos.shape):
        shapes = f"context_vectors {context_vectors.shape}, c_pos {c_pos.shape}, C_neg {C_neg.shape}"
        raise ValueError(f"expected context_vectors (L, d) with L >= 1, c_pos (d,), C_neg (k, d); got {shapes}")
    context_vectors, c_pos, C_neg = as_float(context_vectors), as_float(c_pos), as_float(C_neg)
    xp = array_namespace(context_vectors, c_pos, C_neg)
    h = xp.mean(context_vectors, axis=0)
    pos, neg = c_pos @ h, C_neg @ h
    loss = -(log_sigmoid(pos) + xp.sum(log_sigmoid(-neg)))
    slope_pos, slope_neg = -sigmoid(-pos), sigmoid(neg)
    grad_h = slope_pos * c_pos + slope_neg @ C_neg
    grad_context_vectors = xp.zeros_like(context_vectors) + grad_h / context_vectors.shape[0]
    return loss, grad_context_vectors, slope_pos * h, slope_neg[:, None] * h


def _take(array: Array, ids: Array) -> Array:
    """The rows of an array that a table of ids names: ids (M, L) of an array (V, d) give (M, L, d)."""
    xp = array_namespace(array)
    return xp.reshape(xp.take(array, xp.reshape(ids, (-1,)), axis=0), (*ids.shape, *array.shape[1:]))


def _averages(words: Array, sizes: Array) -> Array:
    """The share of each of (M, S + 2 window) words in the mean of each centre, whose windows are `sizes` (M, S)."""
    xp, device = array_namespace(words), array_api_compat.device(words)
    n_centres = sizes.shape[1]
    window = (words.shape[1] - n_centres) // 2
    middle = slice(window, window + n_centres)
    places = xp.arange(words.shape[1], device=device)
    distance = xp.abs(places[None, :] - places[middle][:, None])
    text = xp.cumulative_sum(xp.astype(words < 0, xp.int64), axis=1)
    near = (distance > 0) & (distance <= sizes[:, :, None]) & (text[:, None, :] == text[:, middle][:, :, None])
    near = xp.astype(near & (words >= 0)[:, None, :] & (words[:, middle] >= 0)[:, :, None], xp.float32)
    return near / xp.maximum(xp.sum(near, axis=2, keepdims=True), 1)


def _span_loss(A: Array, B: Array, average: Array, target: Array, weight: Array) -> tuple[Array, Array, Array]:
    """The loss of a batch of spans, and its gradients with respect to A and B.

    A (M, S + 2 window, d) are the vectors of the text, B (M, S + K, d) those of the words to choose from: the centres
    and the negatives. `target` (S, S + K) is 1 for a centre's own word, `weight` (M, S, S + K) is what a choice counts.
    """
    xp = array_namespace(A)
    h = average @ A
    scores = h @ xp.matrix_transpose(B)
    loss = -xp.sum(weight * log_sigmoid((2 * target - 1) * scores), dtype=xp.float64)
    slope = weight * (sigmoid(scores) - target)
    return loss, xp.matrix_transpose(average) @ (slope @ B), xp.matrix_transpose(slope) @ h


def _step(vectors: Array, rows: Array, grad: Array, rate: float, crowd: Array) -> Array:
    """The vectors after a step down. A word takes all its steps of a batch at once, about `crowd` of them: a frequent
    word takes shorter ones, such that their lengths add up to 1 at most, or it would jump over its minimum."""
    xp = array_namespace(vectors)
    rates = xp.astype(rate / xp.maximum(rate * crowd, 1.0), vectors.dtype)
    moves = xp.reshape(-_take(rates, rows)[:, :, None] * grad, (-1, vectors.shape[1]))
    return add_rows(vectors, xp.reshape(rows, (-1,)), moves)


def train_cbow(
    ids: Array,
    vocab_size: int,
    *,
    dim: int,
    window: int,
    negatives: int,
    learning_rate: float,
    epochs: int,
    rng: np.random.Generator,
) -> tuple[Array, Array, Array]:
    """Return word vectors trained by CBOW with negative sampling: guess each word from the mean of its neighbours.

    The text is cut into spans of 16 centres. The centres of a span share 16 negatives, each of which counts
    `negatives` / 16, so that a batch of spans is a few products of small matrices. A step moves the vectors of its
    whole batch. The context words share the slope of their mean, unlike in the original program, which gives it to each
    of them in full: so the learning rate should be larger, 0.1 to 0.5.

    Args:
        ids: (T,) integers from 0 to vocab_size - 1; -1 marks the end of a text, which no window crosses.
        vocab_size: number of words V.
        dim: size of the vectors, d.
        window: the most words to each side; each centre draws its own from 1 to window.
        negatives: number of negatives that each centre pays for.
        learning_rate: step size at the start, > 0; it falls linearly to 0.
        epochs: passes over the text.
        rng: source of randomness.

    Returns:
        W: (V, d) vectors of words in the context (input), float32; what a reader calls the word vectors.
        C: (V, d) vectors of words in the middle (output), float32.
        losses: (epochs,) mean loss per centre in each epoch.
    Raises: ValueError if ids has another shape, holds another id, or has no two neighbours.

    Example: "a b" and "c d" are the texts; the word in the middle of "a ?" is b.
        >>> ids = np.array([0, 1, -1, 2, 3, -1] * 100)
        >>> W, C, losses = train_cbow(ids, 4, dim=8, window=1, negatives=2, learning_rate=0.1, epochs=20,
        ...                           rng=np.random.default_rng(0))
        >>> (W @ C.T).argmax(axis=1).tolist()
        [1, 0, 3, 2]

    Source: Mikolov et al. (2013); Irsoy, Benton and Stratos, Corrected CBOW Performs as well as Skip-gram (2021).
    """
    ids = ids if array_api_compat.is_array_api_obj(ids) else np.asarray(ids)
    xp, device = array_namespace(ids), array_api_compat.device(ids)
    if ids.ndim != 1 or xp.any((ids < -1) | (ids >= vocab_size)):
        raise ValueError(f"expected ids (T,) from -1 to {vocab_size - 1}; got {ids.shape}")
    if not xp.any((ids[1:] >= 0) & (ids[:-1] >= 0)):
        raise ValueError("expected a text with two words side by side")

    W = xp.asarray(rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim)).astype(np.float32), device=device)
    return _train(W, xp.zeros_like(W), ids, window, negatives, learning_rate, epochs, rng)


def _train(
    W: Array,
    C: Array,
    ids: Array,
    window: int,
    negatives: int,
    learning_rate: float,
    epochs: int,
    rng: np.random.Generator,
) -> tuple[Array, Array, Array]:
    """Return W, C and the mean loss of each epoch, from these vectors on."""
    xp, device = array_namespace(ids), array_api_compat.device(ids)

    def on_device(values: np.ndarray) -> Array:
        return xp.asarray(values, device=device)

    vocab_size = W.shape[0]
    span, shared = 16, 16
    n_spans = -(-ids.shape[0] // span)
    batch_size = max(1, min(128, vocab_size // span))  # a small vocabulary goes in small steps
    ends = on_device(np.full(window + span, -1))
    ids = xp.astype(ids, xp.int64)
    text = xp.concat([ends[:window], ids, ends])
    first_places = xp.searchsorted(xp.sort(ids), xp.arange(vocab_size + 1, device=device))
    counts = xp.astype(first_places[1:] - first_places[:-1], xp.float64)
    noise = counts**0.75 / xp.sum(counts**0.75)
    heights = xp.cumulative_sum(noise)
    crowd = counts * (span * batch_size / ids.shape[0])
    noise_crowd = crowd + noise * (negatives * span * batch_size)
    target = xp.eye(span, span + shared, dtype=xp.float32, device=device)
    share = on_device(np.repeat([0, negatives / shared], [span, shared]).astype(np.float32))
    losses, step, steps = [], 0, epochs * -(-n_spans // batch_size)
    for _ in range(epochs):
        loss, n_guesses = 0.0, 0.0
        for batch in minibatches(n_spans, batch_size, rng):
            words = _take(text, on_device(batch[:, None] * span + np.arange(span + 2 * window)))
            average = _averages(words, on_device(rng.integers(1, window + 1, (len(batch), span))))
            guessed = xp.astype(xp.any(average > 0, axis=2, keepdims=True), xp.float32)
            centres = words[:, window : window + span]
            drawn = on_device(rng.random((len(batch), shared))) * heights[-1]
            choices = xp.concat([centres, xp.searchsorted(heights, drawn, side="right")], axis=1)
            other = xp.astype(choices[:, None, :] != centres[:, :, None], xp.float32)
            weight = guessed * (target + share * other)
            words, choices = xp.maximum(words, 0), xp.maximum(choices, 0)  # the -1 of an end weighs 0 by now
            batch_loss, grad_A, grad_B = _span_loss(_take(W, words), _take(C, choices), average, target, weight)
            rate = learning_rate * (1 - step / steps)
            W, C = _step(W, words, grad_A, rate, crowd), _step(C, choices, grad_B, rate, noise_crowd)
            loss, n_guesses, step = loss + batch_loss, n_guesses + xp.sum(guessed), step + 1
        losses.append(loss / n_guesses)
    return W, C, xp.astype(xp.stack(losses), xp.float32)
