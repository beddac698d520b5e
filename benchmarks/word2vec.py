"""Skip-gram on the docstring corpus: words a second against gensim, and each step of the road there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from solutions.backend import add_rows
from solutions.corpora import docstring_corpus, encode
from solutions.logistic_regression import sigmoid
from solutions.word2vec import (
    build_vocabulary,
    negative_sampling_distribution,
    sample_negatives,
    skipgram_pairs,
    train_skipgram,
)

from .harness import Row, compare, missing, optional

DIM, WINDOW, NEGATIVES, RATE, SUBSAMPLE = 100, 5, 5, 0.025, 1e-3
EPOCHS, ROUNDS = 5, 3
AIM = 3.0
# For the first steps of the road, which would take minutes on the whole corpus.
SAMPLE = 20_000

Clock = Callable[[], float]


def rows() -> Iterator[Row]:
    """Yield rows for one worker, for two, and for the road."""
    ids, counts = corpus()
    words = EPOCHS * int(counts.sum())
    gensim = optional("gensim")
    name, peer = "train_skipgram, docstrings, {} on as many cores", "gensim Word2Vec, {}"
    # One worker is a matter of one core, so its processor time is what counts; with two it is the time that passes.
    for workers, clock in ((1, time.process_time), (2, time.perf_counter)):
        label = "1 worker" if workers == 1 else f"{workers} workers"
        row: dict[str, Any] = {"name": name.format(label), "peer": peer.format(label), "at_least": AIM}
        if gensim is None:
            yield missing(module="gensim", **row)
            continue
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(words / timed(partial(train_ours, ids, len(counts), EPOCHS, workers), clock))
            theirs.append(words / timed(train_gensim(ids, counts, EPOCHS, workers), clock))
        if workers == 1:
            alone = theirs
        yield compare(ours=ours, theirs=theirs, unit="words/s", **row)
    if gensim is not None:
        for name, train in ROAD.items():
            sample = np.append(ids[:SAMPLE], -1)
            seconds = [timed(partial(train, sample, counts)) for _ in range(ROUNDS)]
            speeds = [int((sample >= 0).sum()) / second for second in seconds]
            yield compare(f"  the road: {name}", peer.format("1 worker"), speeds, alone, unit="words/s")


def corpus(min_count: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Return the ids of the docstrings, -1 after each, and how often each word occurs."""
    texts, _ = docstring_corpus()
    vocabulary, counts = build_vocabulary((word for text in texts for word in text), min_count)
    return encode(texts, vocabulary), counts


def timed(work: Callable[[], object], clock: Clock = time.process_time) -> float:
    """Return the seconds that the work takes."""
    start = clock()
    work()
    return clock() - start


def train_ours(
    ids: np.ndarray, vocab_size: int, epochs: int, workers: int = 1, seed: int = 0, learning_rate: float = RATE
) -> tuple:
    """Return W, C and losses."""
    return train_skipgram(
        ids,
        vocab_size,
        dim=DIM,
        window=WINDOW,
        negatives=NEGATIVES,
        learning_rate=learning_rate,
        epochs=epochs,
        subsample=SUBSAMPLE,
        workers=workers,
        rng=np.random.default_rng(seed),
    )


def train_gensim(
    ids: np.ndarray, counts: np.ndarray, epochs: int, workers: int = 1, seed: int = 0
) -> Callable[[], tuple[np.ndarray, np.ndarray]]:
    """Return a function that trains, with everything before it done; it returns W and C."""
    from gensim.models import Word2Vec

    texts = [[str(i) for i in text[text >= 0]] for text in np.split(ids, np.flatnonzero(ids < 0) + 1)]
    texts = [text for text in texts if text]
    model = Word2Vec(
        vector_size=DIM,
        window=WINDOW,
        negative=NEGATIVES,
        alpha=RATE,
        sample=SUBSAMPLE,
        sg=1,
        hs=0,
        min_count=1,
        workers=workers,
        seed=seed,
    )
    model.build_vocab_from_freq({str(i): int(count) for i, count in enumerate(counts)})

    def train() -> tuple[np.ndarray, np.ndarray]:
        model.train(texts, total_examples=len(texts), epochs=epochs)
        order = [model.wv.key_to_index[str(i)] for i in range(len(counts))]
        return model.wv.vectors[order], model.syn1neg[order]

    return train


def start(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Return W, C and the generator with which each step of the road begins."""
    rng = np.random.default_rng(0)
    W = ((rng.random((len(counts), DIM)) - 0.5) / DIM).astype(np.float32)
    return W, np.zeros_like(W), rng


def pairs_of(ids: np.ndarray, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (P, 2) the pairs of one epoch, with frequent words dropped and windows drawn as in train_skipgram."""
    shares = np.append(counts / counts.sum(), 1e-9)
    ids = ids[rng.random(len(ids)) < (np.sqrt(SUBSAMPLE / shares) + SUBSAMPLE / shares)[ids]]
    places = np.arange(len(ids))
    near = np.concatenate(
        [skipgram_pairs(text, WINDOW) for text in np.split(places, np.flatnonzero(ids < 0)) if len(text)]
    )
    distance = np.abs(near[:, 0] - near[:, 1])
    pairs = ids[near[distance <= rng.integers(1, WINDOW + 1, size=len(ids))[near[:, 0]]]]
    return pairs[(pairs >= 0).all(axis=1)]


def pair_by_pair(ids: np.ndarray, counts: np.ndarray) -> None:
    """Train as the formula says."""
    W, C, rng = start(counts)
    pairs = pairs_of(ids, counts, rng)
    noise = sample_negatives(negative_sampling_distribution(counts), (len(pairs), NEGATIVES), rng)
    labels = np.array([1, *[0] * NEGATIVES], dtype=np.float32)
    for (i, j), drawn in zip(pairs, noise, strict=True):
        others = np.append(j, drawn)
        B = C[others]
        errors = labels - 1 / (1 + np.exp(-B @ W[i]))
        np.add.at(C, others, RATE * errors[:, None] * W[i])
        W[i] += RATE * errors @ B


def in_batches(add: Callable) -> Callable[[np.ndarray, np.ndarray], None]:
    """Return a function that trains on 2048 pairs at once, and adds rows by `add`."""

    def train(ids: np.ndarray, counts: np.ndarray) -> None:
        W, C, rng = start(counts)
        probs = negative_sampling_distribution(counts)
        pairs = pairs_of(ids, counts, rng)
        labels = np.array([1, *[0] * NEGATIVES], dtype=np.float32)
        for batch in np.array_split(pairs, len(pairs) // 2048 + 1):
            i, j = batch.T
            drawn = sample_negatives(probs, (len(batch), NEGATIVES), rng)
            others = np.concatenate([j[:, None], drawn], axis=1)
            A, B = W[i], C[others]
            errors = RATE * (labels - sigmoid(np.einsum("pd,pkd->pk", A, B)))
            W = add(W, i, np.einsum("pk,pkd->pd", errors, B))
            C = add(C, others.ravel(), (errors[:, :, None] * A[:, None, :]).reshape(-1, DIM))

    return train


def shared_noise(ids: np.ndarray, counts: np.ndarray) -> None:
    """Train on 2048 pairs at once, which share 128 noise words."""
    W, C, rng = start(counts)
    probs = negative_sampling_distribution(counts)
    pairs = pairs_of(ids, counts, rng)
    for batch in np.array_split(pairs, len(pairs) // 2048 + 1):
        i, j = batch.T
        drawn = sample_negatives(probs, 128, rng)
        A, B, N = W[i], C[j], C[drawn]
        real = RATE * (1 - sigmoid((A * B).sum(axis=1)))[:, None]
        noisy = np.float32(-RATE * NEGATIVES / 128) * sigmoid(A @ N.T)
        W = add_rows(W, i, real * B + noisy @ N)
        C = add_rows(C, np.concatenate([j, drawn]), np.concatenate([real * A, noisy.T @ A]))


def add_at(target: np.ndarray, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return target itself after the rows were added one by one."""
    np.add.at(target, rows, values)
    return target


ROAD: dict[str, Callable[[np.ndarray, np.ndarray], None]] = {
    "pair by pair": pair_by_pair,
    "2048 pairs at once, np.add.at": in_batches(add_at),
    "2048 pairs at once, one-hot product": in_batches(add_rows),
    "2048 pairs share 128 noise words": shared_noise,
}
