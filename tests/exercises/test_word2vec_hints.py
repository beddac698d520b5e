"""A beginner of chapter 5 who follows the hints to the letter passes, up to the probability of a window."""

from collections import Counter

import numpy as np
import pytest

from autograder import evaluate
from solutions.logistic_regression import log_sigmoid, sigmoid


def cosine_similarity(A, B):
    lengths = np.linalg.norm(A, axis=1, keepdims=True)
    A = A / np.where(lengths > 0, lengths, np.ones_like(lengths))
    lengths = np.linalg.norm(B, axis=1, keepdims=True)
    B = B / np.where(lengths > 0, lengths, np.ones_like(lengths))
    return A @ B.T


def most_similar(W, i, k):
    similarities = cosine_similarity(W[i : i + 1], W)[0]
    ids = np.argsort(-similarities, kind="stable")
    ids = ids[ids != i][:k]
    return ids, similarities[ids]


def analogy(W, a, b, c, k):
    lengths = np.linalg.norm(W, axis=1, keepdims=True)
    units = W / np.where(lengths > 0, lengths, np.ones_like(lengths))
    direction = units[b] - units[a] + units[c]
    similarities = cosine_similarity(direction[None, :], W)[0]
    ids = np.argsort(-similarities, kind="stable")
    ids = ids[~np.isin(ids, [a, b, c])][:k]
    return ids, similarities[ids]


def build_vocabulary(tokens, min_count=1):
    counts = Counter(tokens)
    words = sorted((word for word in counts if counts[word] >= min_count), key=lambda word: (-counts[word], word))
    return {word: i for i, word in enumerate(words)}, np.array([counts[word] for word in words])


def skipgram_pairs(ids, window):
    pairs = []
    for t in range(len(ids)):
        for j in range(max(t - window, 0), min(t + window + 1, len(ids))):
            if j != t:
                pairs.append([ids[t], ids[j]])
    return np.array(pairs, dtype=int).reshape(-1, 2)


def negative_sampling_distribution(counts, power=0.75):
    weights = counts**power
    return weights / np.sum(weights)


def sample_negatives(probs, size, rng):
    probs = probs / probs.sum(dtype=float)
    return rng.choice(len(probs), size=size, p=probs)


def pair_probability(w, c):
    return sigmoid(np.sum(w * c, axis=-1))


def window_log_probability(w, C):
    return np.sum(log_sigmoid(C @ w))


ANSWERS = (
    cosine_similarity,
    most_similar,
    analogy,
    build_vocabulary,
    skipgram_pairs,
    negative_sampling_distribution,
    sample_negatives,
    pair_probability,
    window_log_probability,
)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.__name__)
@pytest.mark.parametrize("seed", range(5))
def test_what_the_hints_lead_to_passes(answer, seed):
    verdict = evaluate(f"word2vec.{answer.__name__}", answer, seed=seed)
    assert verdict.passed, verdict.message
