"""Chapter 5: answers to the exercises on training word vectors, right ones and wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Example = tuple[np.ndarray, int]
"""The ids that predict, and the id that is predicted."""


def windows(ids, window, rng=None, mark=None, sides=None):
    """Yield each place's id and the ids around it; with an rng, in windows of random size.

    A -1 ends a text; with `mark` it does not: "skip" leaves it out, "word" takes it for a word, "break" ends all. With
    `sides` the window is a wrong one: only "left", only "right", "short" (without its last word), "cut" (a slice whose
    start may be negative), "whole" (no shorter ones near the ends), with the place itself ("own"), or with each word only
    "once".
    """
    ids = np.asarray(ids).astype(int)
    if mark == "break" and np.any(ids < 0):
        ids = ids[: np.argmax(ids < 0)]
    text = np.cumsum(ids < 0)
    if mark == "skip":
        ids, text = ids[ids >= 0], np.zeros(np.sum(ids >= 0))
    if mark == "word":
        text = np.zeros(len(ids))
    for i in range(len(ids)):
        reach = window if rng is None else rng.integers(1, window + 1)
        start, end = i - reach * (sides != "right"), i + reach * (sides != "left") - (sides == "short")
        places = [j for j in range(max(start, 0), min(end + 1, len(ids))) if text[i] == text[j] and ids[j] >= 0]
        if mark == "word":
            places = list(range(max(start, 0), min(end + 1, len(ids))))
        own = np.flatnonzero((text == text[i]) & (ids >= 0))
        if sides == "cut" and i - own[:1].sum() < window:
            places = [j for j in places if j >= i]
        if sides == "whole" and not own[0] + window <= i <= own[-1] - window:
            places = []
        around = [j for j in places if j != i or (sides == "own" and len(places) > 1)]
        if around and (mark == "word" or ids[i] >= 0):
            yield ids[i], np.unique(ids[around]) if sides == "once" else ids[around]


def skipgram_examples(ids, window, **changes) -> Iterator[Example]:
    """Yield one example for each pair: the centre predicts the context."""
    for centre, around in windows(ids, window, **changes):
        for context in around:
            yield np.array([centre]), context


def cbow_examples(ids, window, **changes) -> Iterator[Example]:
    """Yield one example for each window: the words around predict the centre."""
    for centre, around in windows(ids, window, **changes):
        yield around, centre


def first_only(ids, window, **changes) -> Iterator[Example]:
    """Yield one example for each window: its centre predicts the first word around."""
    for centre, around in windows(ids, window, **changes):
        yield np.array([centre]), around[0]


def last_only(ids, window, **changes) -> Iterator[Example]:
    """Yield one example for each window: its centre predicts the last word around."""
    for centre, around in windows(ids, window, **changes):
        yield np.array([centre]), around[-1]


def sigmoid(z):
    """Return 1 / (1 + e^(-z))."""
    return 1 / (1 + np.exp(-z))


def _repeats_add(C, rows, steps):
    np.subtract.at(C, rows, steps)


def repeats_lost(C, rows, steps):
    """Take the step of the true word, the first row, and of a negative's several steps only the last."""
    C[rows[0]] -= steps[0]
    C[rows[1:]] -= steps[1:]


def all_repeats_lost(C, rows, steps):
    """Take of each row's several steps only the last."""
    C[rows] -= steps


def training(
    examples: Callable[..., Iterator[Example]],
    *,
    falls: bool = False,
    restarts: bool = False,
    shuffled: bool = True,
    normal: bool = False,
    reduced: bool = False,
    batch: int = 1,
    power: float = 0.75,
    hits: str = "count",
    add: Callable[..., None] = _repeats_add,
    also_negative: bool = False,
    mean: bool = False,
    drawn: int | None = None,
    both: str = "WC",
    moved: bool = False,
    direction: float = 1.0,
    window_change: int = 0,
    mark: str | None = None,
    own_rng: Any = None,
    rate: float | None = None,
    epochs_done: int | None = None,
    finish: Callable[..., Any] | None = None,
    sides: str | None = None,
    noise: str = "new",
    noise_first: bool = False,
    whole_slope: bool = False,
    contexts_lost: bool = False,
    last_loss: bool = False,
    zero: bool = False,
    padded: bool = False,
):
    """Return a training on these examples, one by one or in batches; most arguments make a mistake of it.

    `both` tells what takes its steps, and in which order; with `moved` the second one's are those of what has moved.
    """

    def train(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
        rng = own_rng() if own_rng else rng
        ids = np.asarray(ids).astype(int)
        counts = np.bincount(ids[ids >= 0], minlength=vocab_size)
        p = counts**power * (counts > 0)
        p = np.cumsum(p / p.sum())
        p[-1] = 1
        changes = {"mark": mark, "sides": sides}
        found = list(examples(ids, max(window + window_change, 1), **changes))
        number = negatives if drawn is None else drawn

        def draw():
            return np.searchsorted(p, rng.random((len(found), number)), side="right")

        of_all = [draw() for _ in range(epochs)] if noise_first else []
        W, C = rng.uniform(-0.5 / dim, 0.5 / dim, (vocab_size, dim)), np.zeros((vocab_size, dim))
        if normal:
            W, C = rng.normal(0, 0.1, W.shape), rng.normal(0, 0.1, W.shape)
        if zero:
            W = np.zeros(W.shape)
        losses, label, kept_noise = [], (np.arange(1 + number) == 0) * 1.0, draw() if noise == "once" else None
        for epoch in range(epochs if epochs_done is None else epochs_done):
            if reduced:
                found = list(examples(ids, max(window + window_change, 1), rng=rng, **changes))
            order = rng.permutation(len(found)) if shuffled else np.arange(len(found))
            words = of_all[epoch] if noise_first else kept_noise if noise == "once" else draw()
            if noise == "shared":
                words[:] = words[0]
            for i in range(1, len(found) * (noise == "of_centre")):
                words[i] = words[i - 1] if np.array_equal(found[i][0], found[i - 1][0]) else words[i]
            choices = np.column_stack([[true for _, true in found], words])
            total = 0.0
            for start in range(0, len(found), batch):
                done = start / len(found) if restarts else (epoch + start / len(found)) / epochs
                length = direction * (learning_rate if rate is None else rate) * (1 - done if falls or restarts else 1)
                W_before, C_before = (W.copy(), C.copy()) if batch > 1 else (W, C)
                for e in order[start : start + batch]:
                    inputs, true = found[e]
                    rows, labels = choices[e], label
                    while hits == "drawn_anew" and np.any(rows[1:] == true):
                        again = np.flatnonzero(rows[1:] == true) + 1
                        rows[again] = np.searchsorted(p, rng.random(len(again)), side="right")
                    if hits == "left_out":
                        kept = (rows != true) | (labels == 1)
                        rows, labels = rows[kept], labels[kept]
                    if also_negative:
                        rows, labels = np.append(rows, true), np.append(labels, 0.0)
                    h, vectors = W_before[inputs].mean(axis=0), C_before[rows]
                    scores = vectors @ h
                    costs = np.logaddexp(0, np.where(labels == 1, -scores, scores))
                    slopes = length * (sigmoid(scores) - labels)
                    if mean:
                        shares = np.where(labels == 1, 1, 1 / max(number, 1))
                        costs, slopes = shares * costs, shares * slopes
                    total = costs.sum() * len(found) if last_loss else total + costs.sum()
                    for name in both:
                        if moved:
                            h, vectors = W[inputs].mean(axis=0), C[rows]
                        if name == "C":
                            add(C, rows, slopes[:, None] * h)
                            continue
                        shares_of = np.tile(slopes @ vectors / (1 if whole_slope else len(inputs)), (len(inputs), 1))
                        (all_repeats_lost if contexts_lost else _repeats_add)(W, inputs, shares_of)
            losses.append(total / len(found))
        losses += [0.0] * (epochs - len(losses)) * padded
        W, C, losses = W.astype(np.float32), C.astype(np.float32), np.array(losses)
        return finish(W, C, losses, len(found), len(ids)) if finish else (W, C, losses)

    return train


def plain_loop(examples: Callable[..., Iterator[Example]], draw_one_by_one: bool = False):
    """Return a training as a beginner writes it: in float64, from zeros, with a loop over the words and a list of losses."""

    def train(ids, vocab_size, *, dim, window, negatives, learning_rate, epochs, rng):
        found, losses = list(examples(ids, window)), []
        p = np.zeros(vocab_size)
        for i in ids:
            p[i] += i >= 0
        p = p**0.75 / sum(p**0.75)
        W, C = (rng.random((vocab_size, dim)) - 0.5) / dim, np.zeros((vocab_size, dim))
        for _ in range(epochs):
            rng.shuffle(found)
            losses.append(0.0)
            for inputs, true in found:
                if draw_one_by_one:
                    noise = [int(rng.choice(vocab_size, p=p)) for _ in range(negatives)]
                else:
                    noise = rng.choice(vocab_size, size=negatives, p=p).tolist()
                h, slope = sum(W[i] for i in inputs) / len(inputs), np.zeros(dim)
                steps = []
                for place, j in enumerate([true, *noise]):
                    score = float(C[j] @ h)
                    losses[-1] += float(np.log1p(np.exp(score if place else -score)))
                    error = float(sigmoid(score)) - (place == 0)
                    slope += error * C[j]
                    steps.append((j, error))
                for j, error in steps:
                    C[j] -= learning_rate * error * h
                for i in inputs:
                    W[i] -= learning_rate * slope / len(inputs)
            losses[-1] /= len(found)
        return W, C, losses

    return train
