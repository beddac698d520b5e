"""The text as `train_skipgram` reads it: in spans of neighbouring centres, which share their noise words."""

from __future__ import annotations

from collections.abc import Iterator

import array_api_compat
import numpy as np
from numpy.lib.stride_tricks import as_strided

from .backend import Array, array_namespace, to_numpy

Span = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def text_of(ids: Array, vocab_size: int) -> np.ndarray:
    """Return the ids of a text as int32 in NumPy.

    Args:
        ids: (T,) integers of any width, library and device: ids of words, and -1 where a text ends.
        vocab_size: V, the number of words.

    Returns: (T,) the same ids.
    Raises: ValueError if ids are not such integers, or hold no word.

    Example:
        >>> text_of(np.array([3, 0, -1], dtype=np.int8), 4)
        array([ 3,  0, -1], dtype=int32)
    """
    if ids.ndim != 1 or not array_namespace(ids).isdtype(ids.dtype, "integral"):
        raise ValueError(f"expected ids (T,) of integers, got {ids.shape} of {ids.dtype}")
    plain = array_api_compat.is_numpy_array(ids) or array_api_compat.is_cupy_array(ids)
    text = to_numpy(ids) if plain else np.asarray([int(i) for i in ids], dtype=np.int64)
    if len(text) == 0 or text.min() < -1 or text.max() >= vocab_size or text.max() < 0:
        raise ValueError(f"expected a text of ids from 0 to {vocab_size - 1}, and -1 where a text ends")
    return text.astype(np.int32, copy=False)


def spans(
    text: np.ndarray, cumulative: np.ndarray, window: int, negatives: int, rng: np.random.Generator
) -> Iterator[tuple[float, Span]]:
    """Yield the steps of one epoch. In each, M readers in M places of the text read on by a span of S centres.

    Args:
        text: (T,) int32 ids; -1 ends a text.
        cumulative: (V,) float32: the probability that a noise word's id is i or smaller.
        window: the largest distance of a context; each centre draws its own from 1 to window.
        negatives: noise words per pair, in expectation.
        rng: source of randomness.

    Yields: the share of the epoch that is done, from 0 to below 1, and four arrays, which the next step may overwrite:
        centres: (M, S) int32 ids.
        others: (M, L + K) int32 ids: the L = S + 2 window words around the span and in it, then K noise words.
        labels: (L + K,) float32: 1 for the words of the text, 0 for the noise words.
        weights: (M, S, L + K) float32, how often each centre is paired with each of the others: 1 or 0 for words of the
            text; for all noise words the same number, so that together they weigh `negatives` per word of the text.

    Example: three centres with two neighbours, two with one.
        >>> text, cumulative = np.arange(5, dtype=np.int32), np.linspace(0.2, 1, 5, dtype=np.float32)
        >>> done, (centres, others, labels, weights) = next(spans(text, cumulative, 1, 2, np.random.default_rng(0)))
        >>> (weights @ labels)[0, :5].tolist(), (weights @ (1 - labels))[0, :5].tolist()
        ([1.0, 2.0, 2.0, 2.0, 1.0], [2.0, 4.0, 4.0, 4.0, 2.0])

    Source: Ji et al., Parallelizing Word2Vec in Shared and Distributed Memory (2016), for a window; here for a span.
    """
    span = 28
    drawn = max(64 - span - 2 * window, negatives)  # 64 others in all: processors like products of such sizes
    readers = min(max(len(text) // (64 * span), 1), 36)  # a short text is read in at least 64 steps
    steps = -(-len(text) // (readers * span))
    words = np.full(readers * steps * span + 2 * window, -1, dtype=np.int32)
    words[window : window + len(text)] = text
    left, right = _room(words)
    reach = rng.integers(1, window + 1, size=len(words), dtype=np.int32)
    kind = np.minimum(left, reach) * (window + 1) + np.minimum(right, reach)  # of a centre's window: how far it goes
    np.maximum(words, 0, out=words)  # an end has weight 0, but it needs a row
    offset = np.arange(-window, window + 1)
    to_left, to_right = np.divmod(np.arange((window + 1) ** 2)[:, None], window + 1)
    windows = ((offset >= -to_left) & (offset <= to_right) & (offset != 0)).astype(np.float32)
    noise_weight = windows.sum(axis=1) * np.float32(negatives / drawn)
    around = np.arange(span + 2 * window)
    labels = np.concatenate([np.ones(len(around), np.float32), np.zeros(drawn, np.float32)])
    others = np.empty((readers, len(labels)), dtype=np.int32)
    weights = np.zeros((readers, span, len(labels)), dtype=np.float32)
    by_reader, by_centre, by_word = weights.strides
    # Each centre's window is one word further to the right than the last one's: they lie along a diagonal.
    band = as_strided(weights, (readers, span, len(offset)), (by_reader, by_centre + by_word, by_word))
    size = max(2**20, 64 * len(cumulative))  # a table with each word as often as it is drawn: faster than a search
    places: np.ndarray = np.diff(np.rint(cumulative.astype(np.float64) * size).astype(np.intp), prepend=0)
    table = np.repeat(np.arange(len(cumulative), dtype=np.int32), places)
    noise = np.empty((min(steps, 64), readers, drawn), np.int32)  # for so many steps at a time: fewer, longer calls
    start = np.arange(readers)[:, None] * steps * span + around
    for step in range(steps):
        at = start + step * span
        others[:, : len(around)] = words[at]
        if step % len(noise) == 0:
            noise = table[rng.integers(len(table), size=noise.shape)]
        others[:, len(around) :] = noise[step % len(noise)]
        inside = slice(window, window + span)
        kinds = kind[at[:, inside]]
        band[:] = windows.take(kinds, axis=0)
        weights[:, :, len(around) :] = noise_weight.take(kinds)[:, :, None]
        yield step / steps, (others[:, inside], others, labels, weights)


def _room(words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many words of the same text lie to the left and to the right of each place; 0 at an end (-1)."""
    place = np.arange(len(words), dtype=np.int32)
    ends = words < 0
    last = np.maximum.accumulate(np.where(ends, place, np.int32(-1)))
    following = np.minimum.accumulate(np.where(ends, place, np.int32(len(words)))[::-1])[::-1]
    return np.maximum(place - last - 1, 0), np.maximum(following - place - 1, 0)
