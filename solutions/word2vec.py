"""Chapter 5: word2vec. Words that keep the same company get similar vectors.

The idea: do not count neighbours, train a classifier to tell them from noise, and keep its weights. Every word has two
vectors of size d: a row of W for when it is the centre of a window, and a row of C for when it is the context of
another. sigmoid(w.c) is the probability that c was really seen next to w. The road from a text to the vectors:
1. `build_vocabulary`: every word becomes a number, its id, so that a text is a list of ids.
2. `skipgram_pairs`: a window slides over the text and gives the pairs (centre, context) that were seen.
3. `sample_negatives`: for each pair k noise words are drawn, frequent words more often.
4. `sgns_loss`: minus the log probability that the pair is real and the k noise pairs are not, and its gradients.
5. Training is stochastic gradient descent on that loss.

What the vectors are good for is in `embeddings`; other ways to learn such vectors are in `cbow` and `counting`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress

import array_api_compat
import numpy as np

from .backend import Array, array_namespace, as_float
from .cbow import cbow_loss, train_cbow
from .counting import cooccurrence_matrix, glove_loss, ppmi, svd_embeddings, train_glove
from .embeddings import analogy, cosine_similarity, document_vectors, most_similar
from .hogwild import add_rows_in_place, opposite_sigmoid_in_place, progress_bar, run_workers
from .logistic_regression import log_sigmoid, sigmoid
from .spans import spans, text_of

__all__ = [
    "analogy",
    "build_vocabulary",
    "cbow_loss",
    "cooccurrence_matrix",
    "cosine_similarity",
    "document_vectors",
    "glove_loss",
    "most_similar",
    "negative_sampling_distribution",
    "pair_probability",
    "ppmi",
    "sample_negatives",
    "sgns_loss",
    "skipgram_pairs",
    "svd_embeddings",
    "train_cbow",
    "train_glove",
    "train_skipgram",
    "window_log_probability",
]


def build_vocabulary(tokens: Iterable[str], min_count: int = 1) -> tuple[dict[str, int], np.ndarray]:
    """Return the id of each word, and how often it occurs.

    Args:
        tokens: the words of a text, one after the other.
        min_count: words that occur less often than this are left out.

    Returns:
        vocabulary: word -> id, in the order of the ids. The most frequent word has id 0; of equally frequent ones the
            alphabetically first comes first.
        counts: (V,) integers: how often the word with each id occurs.

    Example:
        >>> vocabulary, counts = build_vocabulary("the cat and the dog and the owl".split())
        >>> vocabulary, counts.tolist()
        ({'the': 0, 'and': 1, 'cat': 2, 'dog': 3, 'owl': 4}, [3, 2, 1, 1, 1])

    Source: Mikolov et al., Efficient Estimation of Word Representations in Vector Space (2013).
    """
    frequent = [(word, count) for word, count in Counter(tokens).items() if count >= min_count]
    frequent.sort(key=lambda item: (-item[1], item[0]))
    vocabulary = {word: i for i, (word, _) in enumerate(frequent)}
    return vocabulary, np.array([count for _, count in frequent], dtype=np.int64)


def skipgram_pairs(ids: Array, window: int) -> Array:
    """Return every pair of a word and a word that stands near it.

    Args:
        ids: (T,) a text: the id of each word.
        window: how far a context may be from its centre, to the left and to the right, >= 1.

    Returns: (P, 2) integers, in each row [centre, context]: ordered by the position of the centre, then by that of the
        context. A position is never paired with itself, and nothing wraps around the ends of the text.
    Raises: ValueError if ids is not one-dimensional, or window is smaller than 1.

    Example: the centre at each end has only one neighbour.
        >>> skipgram_pairs(np.array([7, 8, 9]), window=1).tolist()
        [[7, 8], [8, 7], [8, 9], [9, 8]]

    Source: Mikolov et al., Efficient Estimation of Word Representations in Vector Space (2013).
    """
    if ids.ndim != 1:
        raise ValueError(f"expected ids (T,), got {ids.shape}")
    if window < 1:
        raise ValueError(f"window must be at least 1, got {window}")
    xp, device = array_namespace(ids), array_api_compat.device(ids)
    positions = xp.arange(ids.shape[0], dtype=xp.int64, device=device)
    before, after = (xp.arange(*ends, dtype=xp.int64, device=device) for ends in [(-window, 0), (1, window + 1)])
    contexts = positions[:, None] + xp.concat([before, after])[None, :]
    centres = xp.broadcast_to(positions[:, None], contexts.shape)
    inside = (contexts >= 0) & (contexts < ids.shape[0])
    ids = xp.astype(ids, xp.int64)
    return xp.stack([xp.take(ids, centres[inside]), xp.take(ids, contexts[inside])], axis=1)


def negative_sampling_distribution(counts: Array, power: float = 0.75) -> Array:
    """Return the probability of each word to be drawn as noise: its count to a power, divided by the sum of all.

    Args:
        counts: (V,) how often each word occurs, at least one of them above 0.
        power: 1 draws words as often as they occur, 0 draws all equally often; in between, rare ones gain.

    Returns: (V,) probabilities.
    Raises: ValueError if counts is not one-dimensional.

    Example: of two words, one 99 times as frequent, the rare one's probability of 0.01 becomes 0.03.
        >>> negative_sampling_distribution(np.array([99, 1])).round(2).tolist()
        [0.97, 0.03]

    Source: Mikolov et al., Distributed Representations of Words and Phrases (2013), section 2.2.
    """
    if counts.ndim != 1:
        raise ValueError(f"expected counts (V,), got {counts.shape}")
    weights = as_float(counts) ** power
    return weights / array_namespace(weights).sum(weights)


def sample_negatives(probs: Array, size: int | tuple[int, ...], rng: np.random.Generator) -> Array:
    """Return ids of noise words, drawn with the given probabilities, each draw on its own.

    Args:
        probs: (V,) probabilities, >= 0; they add up to 1.
        size: how many to draw, or the shape of the array to fill, say (pairs, negatives).
        rng: source of randomness.

    Returns: integers from 0 to V - 1, of the shape `size`. The same word may come up more than once.
    Raises: ValueError if probs is not one-dimensional, or has no entry above 0.

    Example:
        >>> sample_negatives(np.array([0.0, 1.0, 0.0]), (2, 3), np.random.default_rng(0)).tolist()
        [[1, 1, 1], [1, 1, 1]]

    Source: Mikolov et al., Distributed Representations of Words and Phrases (2013); inverse transform sampling.
    """
    if probs.ndim != 1:
        raise ValueError(f"expected probs (V,), got {probs.shape}")
    xp, device = array_namespace(probs), array_api_compat.device(probs)
    upper_ends = xp.cumulative_sum(xp.astype(probs, xp.float64))  # word i owns the interval that ends here
    if probs.shape[0] == 0 or not upper_ends[-1] > 0:
        raise ValueError("expected probs with an entry above 0")
    draws = xp.asarray(rng.random(size), device=device) * upper_ends[-1]
    return xp.astype(xp.searchsorted(upper_ends, draws, side="right"), xp.int64)


def pair_probability(w: Array, c: Array) -> Array:
    """Return the probability that a pair of words is a real one: sigmoid(w.c).

    Args:
        w: (d,) vector of the centre word, or (n, d) of n words.
        c: vectors of the context words, of the same shape.

    Returns: one number, or (n,): row i of w with row i of c.
    Raises: ValueError if the shapes differ, or hold no vector.

    Example: similar, unrelated, and opposite.
        >>> pair_probability(np.array([[1.0, 1.0]] * 3), np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])).round(3)
        array([0.881, 0.5  , 0.119])

    Source: Mikolov et al., Distributed Representations of Words and Phrases (2013), section 2.2.
    """
    if w.ndim == 0 or c.shape != w.shape:
        raise ValueError(f"expected w and c (d,), or both (n, d); got w {w.shape}, c {c.shape}")
    w, c = as_float(w), as_float(c)
    return sigmoid(array_namespace(w, c).sum(w * c, axis=-1))


def window_log_probability(w: Array, C: Array) -> Array:
    """Return the log probability that all the words of a window are real neighbours: the sum of log sigmoid(c.w).

    The probabilities multiply, as if the pairs were independent, so their logarithms add up.

    Args:
        w: (d,) vector of the centre word.
        C: (L, d) vectors of its context words, one per row.

    Returns: one number, at most 0.
    Raises: ValueError if the shapes do not fit together.

    Example: two words with probability 1/2 each.
        >>> round(float(np.exp(window_log_probability(np.zeros(3), np.ones((2, 3))))), 6)
        0.25

    Source: Jurafsky and Martin, Speech and Language Processing, chapter on embeddings.
    """
    if C.ndim != 2 or w.shape != C.shape[1:]:
        raise ValueError(f"expected w (d,), C (L, d); got w {w.shape}, C {C.shape}")
    log_probs = log_sigmoid(as_float(C) @ as_float(w))
    return array_namespace(log_probs).sum(log_probs)


def sgns_loss(w: Array, c_pos: Array, C_neg: Array) -> tuple[Array, Array, Array, Array]:
    """Return the loss of one pair in skip-gram with negative sampling, and its three gradients.

    The loss is -[log sigmoid(w.c_pos) + sum over the noise words of log sigmoid(-w.c_neg)].

    Args:
        w: (d,) vector of the centre word.
        c_pos: (d,) vector of its context word.
        C_neg: (k, d) vectors of the noise words, one per row; a word that was drawn twice has two rows.

    Returns:
        loss: one number, finite for every finite product.
        grad_w, grad_c_pos, grad_C_neg: (d,), (d,) and (k, d) gradients with respect to each argument.
    Raises: ValueError if the shapes do not fit together.

    Example: with all products 0 each of the three probabilities is 1/2, so the loss is 3 log 2.
        >>> loss, grad_w, *_ = sgns_loss(np.zeros(2), np.array([2.0, 0.0]), np.array([[0.0, 4.0], [0.0, 4.0]]))
        >>> round(float(loss), 3), grad_w.tolist()
        (2.079, [-1.0, 4.0])

    Source: Mikolov et al., Distributed Representations of Words and Phrases (2013), equation 4.
    """
    if w.ndim != 1 or c_pos.shape != w.shape or C_neg.ndim != 2 or C_neg.shape[1:] != w.shape:
        shapes = f"w {w.shape}, c_pos {c_pos.shape}, C_neg {C_neg.shape}"
        raise ValueError(f"expected w (d,), c_pos (d,), C_neg (k, d); got {shapes}")
    w, c_pos, C_neg = as_float(w), as_float(c_pos), as_float(C_neg)
    xp = array_namespace(w, c_pos, C_neg)
    score_pos, scores_neg = c_pos @ w, C_neg @ w
    loss = -(log_sigmoid(score_pos) + xp.sum(log_sigmoid(-scores_neg)))
    error_pos, errors_neg = sigmoid(score_pos) - 1, sigmoid(scores_neg)  # predicted minus true: 1 real, 0 noise
    return loss, error_pos * c_pos + errors_neg @ C_neg, error_pos * w, errors_neg[:, None] * w


def train_skipgram(
    ids: Array,
    vocab_size: int,
    *,
    dim: int,
    window: int,
    negatives: int,
    learning_rate: float,
    epochs: int,
    rng: np.random.Generator,
    subsample: float = 0.0,
    workers: int = 1,
    progress: bool = False,
) -> tuple[Array, Array, Array]:
    """Return word vectors learned from a text by skip-gram with negative sampling.

    The text is cut into spans of 28 centres. The centres of a span share their noise words, so that all the scores of a
    span are one matrix product. Each step takes a span from 36 places of the text at once.

    Args:
        ids: (T,) the id of each word, 0 to V - 1; -1 ends a text: no pair reaches across.
        vocab_size: V, the number of words.
        dim: d, the size of a vector.
        window: the largest distance of a context; each centre draws its own from 1 to window, so that near words count
            more.
        negatives: noise words per pair, in expectation; a word is drawn as noise in proportion to its count^0.75.
        learning_rate: step size at the start; it falls to 0 in a straight line.
        epochs: how often to go through the text.
        rng: source of randomness. With one worker the same rng gives the same vectors, bit for bit.
        subsample: if above 0, words with a larger share of the text than this are dropped at random, the more frequent
            the more often (anew in each epoch; windows then reach further). 1e-3 is usual.
        workers: processes that train at the same time, each on its part of the text; more than one only with NumPy.
        progress: whether to show a progress bar.

    Returns:
        W, C: (V, d) float32 vectors of the words as centres and as contexts.
        losses: (epochs,) mean loss per pair of each epoch, measured on some of its steps. After Ctrl-C the vectors are
            what was learned so far, and losses has no entries for epochs that did not begin.
    Raises: ValueError if ids is not a one-dimensional array of integers from -1 to V - 1, or a number makes no sense.

    Example: 0 and 1 keep company, and so do 2 and 3.
        >>> ids = np.array([0, 1, 0, 1, -1, 2, 3, 2, 3, -1] * 50)
        >>> W, C, losses = train_skipgram(ids, 4, dim=4, window=1, negatives=2, learning_rate=0.1, epochs=20,
        ...                               rng=np.random.default_rng(0))
        >>> (W @ C.T).argmax(axis=1).tolist()
        [1, 0, 3, 2]

    Source: Mikolov et al., Distributed Representations of Words and Phrases (2013); noise words shared as in Ji et al.,
        Parallelizing Word2Vec in Shared and Distributed Memory (2016); workers as in Niu et al., Hogwild! (2011).
    """
    ids = ids if array_api_compat.is_array_api_obj(ids) else np.asarray(ids)
    xp, device = array_namespace(ids), array_api_compat.device(ids)
    text = text_of(ids, vocab_size)
    if min(dim, window, negatives, epochs, workers) < 1:
        numbers = f"{dim=}, {window=}, {negatives=}, {epochs=}, {workers=}"
        raise ValueError(f"expected numbers of at least 1, got {numbers}")
    if workers > 1 and not array_api_compat.is_numpy_array(ids):
        raise ValueError("more than one worker needs ids in NumPy")
    W = xp.asarray((rng.random((vocab_size, dim), dtype=np.float32) - 0.5) / dim, device=device)
    C = xp.zeros((vocab_size, dim), dtype=xp.float32, device=device)
    counts = np.bincount(text[text >= 0], minlength=vocab_size)
    tallies = np.zeros((workers, epochs, 2))  # the loss that a worker measured in an epoch, and on how many pairs
    settings = (counts, window, negatives, learning_rate, subsample)
    rngs = [rng] if workers == 1 else rng.spawn(workers)
    parts = [(*settings, *part) for part in zip(np.array_split(text, workers), range(workers), rngs, strict=True)]
    with progress_bar(progress, workers) as tell, suppress(KeyboardInterrupt):
        run_workers(_train_part, (W, C, tallies), parts, tell)
    loss, pairs = tallies.sum(axis=0).T
    return W, C, xp.asarray(loss[pairs > 0] / pairs[pairs > 0], device=device)


def _train_part(
    W: Array,
    C: Array,
    tallies: np.ndarray,
    counts: np.ndarray,
    window: int,
    negatives: int,
    learning_rate: float,
    subsample: float,
    text: np.ndarray,
    worker: int,
    rng: np.random.Generator,
    tick: Callable[[float], None],
) -> None:
    """Train W and C on a text, in place. Workers share them without a lock: they seldom need the same row at once."""
    shares = np.maximum(counts, 1) / counts.sum()
    keep = np.sqrt(subsample / shares) + subsample / shares if subsample > 0 else np.ones(len(counts))
    keep = np.append(keep, 1.0).astype(np.float32)  # the last entry is for -1, the end of a text
    noise = np.cumsum(negative_sampling_distribution(counts)).astype(np.float32)
    noise[-1] = 1.0
    tally = tallies[worker]
    for epoch in range(len(tally)):
        kept = text[rng.random(len(text), dtype=np.float32) < keep[text]]
        measured = -1.0
        for done, span in spans(kept, noise, window, negatives, rng):
            share_done = (epoch + done) / len(tally)
            tick(share_done)
            if done >= measured + 0.05:  # 20 times in an epoch: logarithms take long
                tally[epoch] += _span_loss(W, C, *span)
                measured = done
            _span_step(W, C, *span, learning_rate * (1 - share_done))


def _span_step(
    W: Array, C: Array, centres: np.ndarray, others: np.ndarray, labels: np.ndarray, weights: np.ndarray, rate: float
) -> None:
    """Take a step down the slope of the loss of a span's pairs, in place. What `spans` yields is explained there."""
    xp, device = array_namespace(W), array_api_compat.device(W)
    rows_A, rows_B = centres.reshape(-1), others.reshape(-1)
    A, B = _vectors(W, centres), _vectors(C, others)
    errors = opposite_sigmoid_in_place(A @ xp.matrix_transpose(B))  # the probability of noise; the truth is 1 - label
    errors -= xp.asarray(1 - labels, device=device)
    errors *= xp.asarray(weights, device=device)
    add_rows_in_place(W, rows_A, errors @ B, _rates(rows_A, weights @ np.ones_like(labels), rate))
    add_rows_in_place(
        C, rows_B, xp.matrix_transpose(errors) @ A, _rates(rows_B, np.ones_like(weights[0, :, 0]) @ weights, rate)
    )


def _rates(rows: np.ndarray, pairs: np.ndarray, rate: float) -> np.ndarray:
    """Return the learning rate of each row: `rate`, or less for one that is in many pairs (n,) of the step.

    All slopes of a step are taken at one point, and their sum may lead far beyond the bottom. So no row moves by more
    than 4 times the mean of its pairs.
    """
    pairs_of_row = np.bincount(rows, pairs.reshape(-1))[rows]
    return (rate / np.maximum(pairs_of_row * (rate / 4), 1)).astype(np.float32)


def _vectors(W: Array, ids: np.ndarray) -> Array:
    """Return the rows (M, n, d) of W for ids (M, n)."""
    xp = array_namespace(W)
    flat = xp.asarray(ids.reshape(-1), device=array_api_compat.device(W))
    return xp.reshape(xp.take(W, flat, axis=0), (*ids.shape, -1))


def _span_loss(
    W: Array, C: Array, centres: np.ndarray, others: np.ndarray, labels: np.ndarray, weights: np.ndarray
) -> tuple[float, float]:
    """Return the loss of a span's pairs, and how many of them are pairs of words of the text."""
    xp, device = array_namespace(W), array_api_compat.device(W)
    scores = _vectors(W, centres) @ xp.matrix_transpose(_vectors(C, others))
    signs = xp.asarray(2 * labels - 1, device=device)
    loss = -xp.asarray(weights, device=device) * log_sigmoid(signs * scores)
    return float(xp.sum(loss)), float((weights @ labels).sum())
