"""The pairs of a text that one epoch holds, and the noise words among them."""

import itertools
from collections import Counter

import numpy as np
import pytest

from solutions.spans import spans
from solutions.word2vec import negative_sampling_distribution


def noise_of(text, vocab_size):
    cumulative = np.cumsum(negative_sampling_distribution(np.bincount(text[text >= 0], minlength=vocab_size)))
    return cumulative.astype(np.float32)


def real_pairs(text, window, rng, vocab_size):
    """Count the pairs of words of the text that the spans of one epoch hold."""
    pairs = Counter()
    for _, (centres, others, labels, weights) in spans(text, noise_of(text, vocab_size), window, 2, rng):
        for m, s, j in zip(*np.nonzero(weights * labels), strict=True):
            pairs[int(centres[m, s]), int(others[m, j])] += float(weights[m, s, j])
    return pairs


@pytest.mark.parametrize("length", [1, 2, 31, 32, 33, 65, 5000])
def test_with_window_1_every_pair_of_neighbours_is_there_once(length):
    rng = np.random.default_rng(length)
    text = rng.integers(-1, 30, size=length).astype(np.int32)
    text[0] = 29
    expected = Counter()
    for left, right in itertools.pairwise(text.tolist()):
        if left >= 0 and right >= 0:
            expected[left, right] += 1
            expected[right, left] += 1
    assert real_pairs(text, 1, rng, 30) == expected


def test_near_words_are_contexts_more_often():
    """With windows from 1 to 3, a distance of 1 is always inside, 2 in two cases out of three, 3 in one."""
    length = 20_000
    pairs = real_pairs(np.arange(length, dtype=np.int32), 3, np.random.default_rng(0), length)
    distances = Counter()
    for (i, j), times in pairs.items():
        distances[j - i] += times
    assert set(distances) == {-3, -2, -1, 1, 2, 3}
    for distance, times in distances.items():
        assert times / length == pytest.approx((4 - abs(distance)) / 3, abs=0.02)


def test_no_pair_reaches_across_the_end_of_a_text():
    text = np.array([0, 1, 2, -1, 3, 4, -1, -1, 5, -1, 6, 7, 8, 9, -1] * 40, dtype=np.int32)
    number = [0, 0, 0, 1, 1, 2, 3, 3, 3, 3]
    assert all(number[i] == number[j] for i, j in real_pairs(text, 5, np.random.default_rng(0), 10))


def test_noise_weighs_as_much_as_was_asked_for():
    text = np.random.default_rng(0).integers(-1, 30, size=3000).astype(np.int32)
    for _, (_, _, labels, weights) in spans(text, noise_of(text, 30), 4, 7, np.random.default_rng(1)):
        np.testing.assert_allclose(weights @ (1 - labels), 7 * (weights @ labels), rtol=1e-5)


def test_noise_words_come_as_often_as_they_should():
    rng = np.random.default_rng(0)
    text = np.minimum(rng.geometric(0.3, size=40_000) - 1, 9).astype(np.int32)
    drawn = Counter()
    for _, (_, others, labels, _) in spans(text, noise_of(text, 10), 2, 5, rng):
        drawn.update(others[:, labels == 0].ravel().tolist())
    counts = np.bincount(text, minlength=10) ** 0.75
    shares = np.array([drawn[i] for i in range(10)]) / drawn.total()
    np.testing.assert_allclose(shares, counts / counts.sum(), atol=0.012)
