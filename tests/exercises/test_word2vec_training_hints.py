"""A beginner of chapter 5 who follows the hints on losses, training, counts and texts to the letter passes."""

import numpy as np
import pytest

from autograder import evaluate
from solutions.logistic_regression import log_sigmoid, sigmoid
from solutions.word2vec import negative_sampling_distribution, sample_negatives, skipgram_pairs


def sgns_loss(w, c_pos, C_neg):
    pos, neg = c_pos @ w, C_neg @ w
    loss = -log_sigmoid(pos) - np.sum(log_sigmoid(-neg))
    error, errors = sigmoid(pos) - 1, sigmoid(neg)
    return loss, error * c_pos + errors @ C_neg, error * w, errors[:, None] * w


def cbow_loss(context_vectors, c_pos, C_neg):
    h = np.mean(context_vectors, axis=0)
    loss, grad_h, grad_c_pos, grad_C_neg = sgns_loss(h, c_pos, C_neg)
    L = len(context_vectors)
    grad_context_vectors = np.tile(grad_h / L, (L, 1))
    return loss, grad_context_vectors, grad_c_pos, grad_C_neg


def train_skipgram(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    texts = np.split(ids, np.flatnonzero(ids == -1))
    pairs = np.concatenate([skipgram_pairs(text[text != -1], window) for text in texts])
    probs = negative_sampling_distribution(np.bincount(ids[ids != -1], minlength=vocab_size))
    W = ((rng.random((vocab_size, dim)) - 0.5) / dim).astype(np.float32)
    C = np.zeros((vocab_size, dim), np.float32)
    losses = []
    for _ in range(epochs):
        drawn = sample_negatives(probs, (len(pairs), negatives), rng)
        total = 0.0
        for (i, j), ids_neg in zip(pairs, drawn, strict=True):
            loss, grad_w, grad_c, grads = sgns_loss(W[i], C[j], C[ids_neg])
            W[i] -= learning_rate * grad_w
            C[j] -= learning_rate * grad_c
            np.subtract.at(C, ids_neg, learning_rate * grads)
            total += loss
        losses.append(total / len(pairs))
    return W, C, np.array(losses)


def train_cbow(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
    probs = negative_sampling_distribution(np.bincount(ids[ids != -1], minlength=vocab_size))
    W = ((rng.random((vocab_size, dim)) - 0.5) / dim).astype(np.float32)
    C = np.zeros((vocab_size, dim), np.float32)
    losses = []
    windows = []
    for text in np.split(ids, np.flatnonzero(ids == -1)):
        text = text[text != -1]
        for i in range(len(text)):
            around = np.concatenate([text[max(i - window, 0) : i], text[i + 1 : i + 1 + window]])
            if len(around) > 0:
                windows.append((around, text[i]))
    for _ in range(epochs):
        total = 0.0
        drawn = sample_negatives(probs, (len(windows), negatives), rng)
        for (around, i), ids_neg in zip(windows, drawn, strict=True):
            loss, grads_w, grad_c, grads = cbow_loss(W[around], C[i], C[ids_neg])
            np.subtract.at(W, around, learning_rate * grads_w)
            C[i] -= learning_rate * grad_c
            np.subtract.at(C, ids_neg, learning_rate * grads)
            total += loss
        losses.append(total / len(windows))
    return W, C, np.array(losses)


def cooccurrence_matrix(ids, vocab_size, window):
    counts = np.zeros((vocab_size, vocab_size))
    for i in range(len(ids)):
        for j in range(i, min(i + window + 1, len(ids))):
            if ids[j] == -1:
                break
            if j > i:
                counts[ids[i], ids[j]] += 1
                counts[ids[j], ids[i]] += 1
    return counts


def ppmi(counts):
    chance = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()
    ratio = np.ones_like(chance)
    met = counts > 0
    ratio[met] = counts[met] / chance[met]
    return np.maximum(np.log(ratio), 0)


def glove_loss(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    met = counts > 0
    logs = np.log(np.where(met, counts, 1)).astype((1.0 * W).dtype)
    f = (met * np.minimum(counts / x_max, 1) ** alpha).astype(logs.dtype)
    error = W @ C.T + b[:, None] + c - logs
    S = 2 * f * error
    return np.sum(f * error**2), S @ C, S.T @ W, S.sum(axis=1), S.sum(axis=0)


def document_vectors(docs, W):
    vectors = np.zeros((len(docs), W.shape[1]), (1.0 * W).dtype)
    for n, doc in enumerate(docs):
        if len(doc) > 0:
            vectors[n] = W[doc].mean(axis=0)
    return vectors


@pytest.mark.parametrize(
    "answer", [sgns_loss, cbow_loss, cooccurrence_matrix, ppmi, glove_loss, document_vectors], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("seed", range(5))
def test_what_the_hints_lead_to_passes(answer, seed):
    verdict = evaluate(f"word2vec.{answer.__name__}", answer, seed=seed)
    assert verdict.passed, verdict.message


@pytest.mark.parametrize("answer", [train_skipgram, train_cbow], ids=lambda f: f.__name__)
def test_what_the_hints_on_training_lead_to_passes(answer):
    verdict = evaluate(f"word2vec.{answer.__name__}", answer)
    assert verdict.passed, verdict.message
