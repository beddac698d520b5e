"""The rules of train_skipgram and train_cbow. They travel in homework copies, as the other rules do.

No generator's draws are prescribed, nor the start, nor whether the learning rate falls or windows have a random size,
nor what becomes of a negative that equals the true word. But with equal generators a training starts equally, so a
second run with the learning rate 0 gives the start, and the difference tells what was learned. While products are
small, each probability is one half, so that a training moves C by T/2 M'W: M_ij counts how often word i had to predict
j, less how often j was its negative, and T is the sum of the learning rates. W has at least as many columns as there are
words, so M can be solved for, and with it all comes to light: which words were paired, how often, and with what noise.
W moves by T/2 MC in the same way, whatever was drawn: that tells whether W and C take all their steps.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ..checking.exercise import Outcome, Problem
from .rules_common import numbers, parts_problem, told

SENTENCES = {
    "vectors_shape": "W and C should both be arrays of the shape (vocab_size, dim): one row for each word.",
    "losses_shape": "losses should be a one-dimensional array of numbers.",
    "losses_array": "losses is a list. The numbers are right; `np.array(losses)` makes the array that is asked for.",
    "vectors_array": "W or C is a list. The numbers are right; `np.array(...)` makes the array that is asked for.",
    "float64": "W or C comes back as {dtype}. float32 is asked for, and takes less memory: `.astype(np.float32)`.",
    "stops_early": "losses is 0 after the first epoch: is your `return` inside the loop over the epochs?",
    "epoch_losses": "losses should hold one number for each epoch: append to it once at the end of an epoch.",
    "not_finite": (
        "Your vectors or losses hold nan or infinity. Leave out a word that has no neighbours: the mean of none is nan."
    ),
    "shared_vectors": "W and C are the same: a word has one vector as a centre and another one as a context.",
    "zero_start": "W and C both start at 0, where every slope is 0. Start W with small random numbers.",
    "swapped": "W and C are swapped: W, the vectors that predict, starts at random and is returned first.",
    "learning_rate_ignored": "With a learning rate of 0 your vectors move: multiply each gradient by learning_rate.",
    "large_start": "Your vectors start large: draw small random numbers, for instance between -0.5 / dim and 0.5 / dim.",
    "one_half": (
        "Before any step a probability is one half, so an example with {k} negatives costs {k} + 1 times log 2. Yours "
        "costs {count:.2f} times log 2: add up over the negatives, and take the mean over the epoch's examples."
    ),
    "positive_as_negative": "The true word counts as a negative, too, in each pair: a negative comes from the draws alone.",
    "roles_swapped": (
        "The words around should predict the word in the middle: yours predicts one of them. Take the mean of "
        "W[around], and C of the word in the middle."
    ),
    "counted_once": (
        "A word that stands twice in a window counts twice, for you only once: go through places, not through a set or "
        "`np.unique` of words."
    ),
    "rate_restarts": (
        "Some examples move the vectors far more than others. Does the learning rate fall in each epoch anew? It should "
        "fall over the whole training, and each example come once in an epoch."
    ),
    "moved_words": (
        "C moves by a gradient at which W has already moved: compute all gradients of an example before anything moves."
    ),
    "moved_contexts": (
        "W moves by a gradient at which C has already moved: compute all gradients of an example before anything moves."
    ),
    "not_learned": "Your vectors stay as they start: after each loss take a step, in W and in C.",
    "context_stays": "C stays as it starts: take its steps, too.",
    "word_stays": "W stays as it starts: take its step, too.",
    "mark_as_word": "You treat -1 as a word, which as an index means the last row. It ends a text.",
    "absent_drawn": "You draw negatives that never occur in ids: their count is 0, and so is their probability.",
    "losses_rise": "Your steps go uphill: subtract learning_rate times the gradient.",
    "negatives_stay": "The vectors of the negatives take no steps: subtract from C[negatives] learning_rate times their gradient.",
    "positive_stays": "The vector of the true word takes no step: subtract from C learning_rate times its gradient.",
    "step_length": "Your steps are {factor:.2g} times as long as they should be: learning_rate times the gradient.",
    "crosses_texts": "You pair words across a -1: it ends a text.",
    "window_ignored": "Words {window} places apart never meet in your pairs: use the argument window.",
    "window_too_large": "You pair words that are further apart than window.",
    "only_right": "You look to the right alone, or too short to the left: the window has as many words on either side.",
    "only_left": "You look to the left alone, or too short to the right: the window has as many words on either side.",
    "own_context": "A word is part of its own context in your pairs: leave out the place itself.",
    "start_cut": (
        "Near the start of a text words to the left are missing: in `text[i - window : i]` the start may be negative, "
        "`max(i - window, 0)` is not."
    ),
    "ends_left_out": "Words near the ends of a text are left out: there the window is shorter, but they count as well.",
    "pairs_of_skipgram": (
        "You train on pairs, as skip-gram does, or on sums: here the mean of all the vectors around a word predicts it, once."
    ),
    "means_of_cbow": "You train on means of windows, as CBOW does: here each pair of words is an example of its own.",
    "words_left_out": "Some words are never trained: go through all texts, and every word of them.",
    "other_pairs": "Your vectors come from other pairs than those of the texts: look at which words you pair.",
    "noise_drawn_once": "You draw the negatives once and use them in every epoch: draw new ones each time.",
    "noise_shared": "All examples of an epoch get the same negatives: draw new ones for each example.",
    "number_of_negatives": "Your pairs learn from {count:.1f} negatives in the mean, not from {k}: draw `negatives` words and add up.",
    "not_divided": (
        "Each word around takes the whole slope. They share it: divide the slope of the mean by the number of words around."
    ),
    "word_steps": "W takes longer or shorter steps than C: both subtract learning_rate times their gradient.",
    "repeats_lost": (
        "A word drawn twice as a negative counts twice: `C[ids] -= ...` takes only one of its steps, "
        "`np.subtract.at(C, ids, ...)` takes both."
    ),
    "context_repeats_lost": (
        "A word that stands twice in a window gets both parts: `W[around] -= ...` takes only one of its steps, "
        "`np.subtract.at(W, around, ...)` takes both."
    ),
    "power_missing": "Your negatives come as often as the words do: take the counts to the power 0.75 first.",
    "uniform_negatives": "You draw all words equally often as negatives: a word comes in proportion to count**0.75.",
    "other_noise": (
        "Your negatives do not come in proportion to count**0.75, or some of their steps are lost: `np.subtract.at` "
        "takes all."
    ),
    "one_example": "losses holds the loss of a single example: add up over the epoch, and divide by the number of examples.",
}
"""What to tell the reader about each mistake."""

SHARED = " Or does each word around take the whole slope? Divide it by their number."
"""What else may make W's steps longer than C's where means of windows predict."""

OTHER = 2.5
"""Where other words are paired, so many times as much remains unexplained as between words that never meet."""

COUNTED_ONCE = 0.55
"""The share of a word that stands several times, beside one that stands once. Windows of random size give 0.63 with a
spread of 0.014, full ones 0.75; wrong ones 0.5."""

UNEVEN = 0.016
"""The variance of what examples move, next to the mean's square. Right ones come to 0.005 with a spread of 0.001, others
to 0.037 and more."""

GROWN_LESS, GROWN_MORE = 0.85, 1.2
"""The growth of W, next to C's. Right ones come to 0.93 to 1.06, with a spread of 0.016; wrong ones to 0.77 and less or 1.36 and more."""

SHORT = 2
"""With no more epochs, a training tells whether all comes from the generator, and nothing more."""


def _told(mistake: str, **values: Any) -> Problem:
    return Problem(mistake, SENTENCES[mistake].format(**values))


def train_skipgram(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check the form of W, C and losses, then what a training on pairs has learned."""
    return _trained(arguments, outcomes, means=False)


def train_cbow(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check the form of W, C and losses, then what a training on means of windows has learned."""
    return _trained(arguments, outcomes, means=True)


def _second_runs(arguments: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return what to change for the second run: it starts equally, and is cheap. The last one suits any answer."""
    if arguments["learning_rate"] == 0:
        return {"epochs": 1}, {}
    if arguments["epochs"] <= SHORT:
        return ({},)
    # An answer may draw the noise of all epochs before it starts.
    return {"learning_rate": 0.0, "epochs": 1}, {"learning_rate": 0.0}


for _rule in (train_skipgram, train_cbow):
    vars(_rule)["second_runs"] = _second_runs


Vectors = tuple[np.ndarray, np.ndarray]


@np.errstate(all="ignore")
def _trained(arguments: Mapping[str, Any], outcomes: Sequence[Outcome], means: bool) -> Problem | None:
    first, second = outcomes
    for output in first.outputs:
        problem = _form(output, arguments, arguments["epochs"])
        if problem:
            return problem
    text = _text(tuple(np.asarray(arguments["ids"]).tolist()), arguments["vocab_size"], arguments["window"], means)
    runs = [[_vectors(output) for output in outcome.outputs] for outcome in outcomes[:1]]
    learning_rate, losses = arguments["learning_rate"], np.asarray(first.outputs[0][2], np.float64)
    if learning_rate == 0:
        problem = _without_steps(losses, text, arguments["negatives"])
    if len(runs[0]) > 1 and np.array_equal(runs[0][0][0], runs[0][1][0]):
        problem = told("seed_hard_coded")
    if problem is None and second is not first:
        problem = next((found for output in second.outputs if (found := _form(output, arguments, None))), None)
        if problem:
            return problem
        runs.append([_vectors(output) for output in second.outputs])
        if learning_rate == 0 or arguments["epochs"] <= SHORT:
            problem = _sources(runs[0], runs[1], text)
            if problem is None and learning_rate == 0 and _is_large(*runs[0][0]):
                problem = _told("large_start")
        else:
            start, end = runs[1][0], runs[0][0]
            problem = _learned(start, end, losses, text, arguments)
    return problem or next((found for output in first.outputs if (found := _craft(output))), None)


def _vectors(output: Any) -> Vectors:
    return np.asarray(output[0], np.float64), np.asarray(output[1], np.float64)


# --- form ---


def _form(output: Any, arguments: Mapping[str, Any], epochs: int | None) -> Problem | None:
    problem = parts_problem(output, ("W", "C", "losses"))
    if problem:
        return problem
    W, C, losses = (numbers(part) for part in output)
    shape = (arguments["vocab_size"], arguments["dim"])
    if W is None or C is None or W.shape != shape or C.shape != shape:
        return _told("vectors_shape")
    if losses is None or losses.ndim != 1:
        return _told("losses_shape")
    if epochs is not None and len(losses) != epochs:
        return _told("epoch_losses")
    if not all(np.all(np.isfinite(part)) for part in (W, C, losses)):
        return _told("not_finite")
    if not np.any(W):
        return _told("swapped" if np.any(C) else "zero_start")
    return _told("shared_vectors") if np.array_equal(W, C) else None


def _craft(output: Any) -> Problem | None:
    W, C, losses = output
    if not isinstance(losses, np.ndarray):
        return Problem("losses_array", SENTENCES["losses_array"], craft=True)
    if not isinstance(W, np.ndarray) or not isinstance(C, np.ndarray):
        return Problem("vectors_array", SENTENCES["vectors_array"], craft=True)
    other = next((part.dtype for part in (W, C) if part.dtype != np.float32), None)
    return Problem("float64", SENTENCES["float64"].format(dtype=other), craft=True) if other else None


# --- the text ---


@dataclass(frozen=True, eq=False)
class Text:
    """A text, and what may be made of it.

    Args:
        occurs: (V,) whether a word occurs.
        met: (V,) whether it has neighbours.
        absent: a word in the middle of the vocabulary that does not occur, or None: no row of it ever moves.
        noise: (n,) the probability of each word that occurs as a negative.
        pairs: for each reach of a window up to the largest, (n, n) how often word i predicts word j in an epoch.
        squares: (n, n) for the largest window, how much the negatives of an epoch scatter, for one negative.
        others: the pairs of known mistakes, some of which have several forms, as tables like `pairs`.
        means: whether means of windows predict, or single words.
        never: (n, n) which words are far from each other, so that they meet as negatives alone.
        doubled: (n, n) whether word i stands several times beside word j, which occurs once.
        beside: (n, n) whether i stands once beside such a j.
        alone: (n, n) whether i and j stand together once, and beside nothing else.
    """

    occurs: np.ndarray
    met: np.ndarray
    absent: int | None
    noise: np.ndarray
    pairs: tuple[np.ndarray, ...]
    squares: np.ndarray
    others: Mapping[tuple[str, int], tuple[np.ndarray, ...]]
    never: np.ndarray
    doubled: np.ndarray
    beside: np.ndarray
    alone: np.ndarray
    means: bool

    @property
    def all_pairs(self) -> np.ndarray:
        """The table of the largest window."""
        return self.pairs[-1]


@lru_cache(maxsize=64)
def _text(ids: tuple[int, ...], vocab_size: int, window: int, means: bool) -> Text:
    places = np.flatnonzero(np.array(ids) >= 0)
    words, number = np.array(ids)[places], np.cumsum(np.array(ids) < 0)[places]
    counts = np.bincount(words, minlength=vocab_size)
    occurs = counts > 0
    at = (words[:, None] == np.flatnonzero(occurs)).astype(float)
    same, apart = number[:, None] == number, places - places[:, None]
    first, last = same & (apart <= 0), same & (apart >= 0)

    def near(left: int, right: int) -> np.ndarray:
        return same & (apart >= -left) & (apart <= right) & (apart != 0)

    def table(company: np.ndarray, by_mean: bool = means) -> np.ndarray:
        """Count how often a word predicts another, from the places (T, T) that are near each place."""
        return at.T @ (_shares(company).T if by_mean else company) @ at

    reaches = range(1, window + 1)
    pairs = tuple(table(near(r, r)) for r in reaches)
    order = np.arange(len(words))
    in_a_row = order - order[:, None]
    lonely = np.sum(same, axis=1) == 1
    to_start, to_end = np.sum(first, axis=1) - 1, np.sum(last, axis=1) - 1

    def inside(reach: int) -> np.ndarray:
        return (to_start >= reach) & (to_end >= reach)

    others = {
        ("crosses_texts", 0): tuple(table((np.abs(in_a_row) <= r) & (in_a_row != 0)) for r in reaches),
        ("window_too_large", 0): (*pairs[:-1], table(near(window + 1, window + 1))),
        ("words_left_out", 0): tuple(table(near(r, r) & (number == number[0])) for r in reaches),
        ("own_context", 0): tuple(table((near(r, r) | (apart == 0)) & ~lonely) for r in reaches),
        ("ends_left_out", 0): tuple(table(near(r, r) & inside(r)[:, None]) for r in reaches),
        ("pairs_of_skipgram" if means else "means_of_cbow", 0): tuple(table(near(r, r), not means) for r in reaches),
    }
    if window > 1:
        others["start_cut", 0] = tuple(table(near(r, r) & ((apart > 0) | (to_start >= r)[:, None])) for r in reaches)
    for less in {1, window}:
        others["only_right", less] = tuple(table(near(max(r - less, 0), r)) for r in reaches)
        others["only_left", less] = tuple(table(near(r, max(r - less, 0))) for r in reaches)
    if means:
        for way in (1, -1):  # the word in the middle predicts the first around, or the last
            ends = [near(r, r) & (np.cumsum(near(r, r)[:, ::way], axis=1)[:, ::way] == 1) for r in reaches]
            others["roles_swapped", way] = tuple(table(end, by_mean=False) for end in ends)
        others["roles_swapped", 0] = tuple(table(_shares(near(r, r)), by_mean=False) for r in reaches)
    noise = counts[occurs] ** 0.75
    noise /= np.sum(noise)
    company = near(window, window)
    squares = at.T @ (np.sum(_shares(company) ** 2, axis=0) if means else np.sum(company, axis=1))
    met = np.zeros(vocab_size, bool)
    met[occurs] = np.any(pairs[0] > 0, axis=1)
    wide = table(near(window + 1, window + 1), by_mean=False)
    once, times = table(near(1, 1), by_mean=False), table(company, by_mean=False)
    doubled = (once > 0) & (times > 1) & (counts[occurs] == 1)
    never = (wide == 0) & ~np.eye(len(noise), dtype=bool) & met[occurs][:, None]
    absent = np.flatnonzero(~occurs[:-1])
    return Text(
        occurs,
        met,
        int(absent[0]) if len(absent) else None,
        noise,
        pairs,
        squares[:, None] * noise,
        others,
        never,
        doubled,
        (times == 1) & (once == 1) & np.any(doubled, axis=0),
        (times == 1) & (np.sum(times, axis=0) == 1) & (np.sum(times, axis=1) == 1)[:, None],
        means,
    )


def _shares(company: np.ndarray) -> np.ndarray:
    """Return (T, T) the share of each place in the mean of those near a place."""
    return company / np.maximum(np.sum(company, axis=1, keepdims=True), 1)


# --- without steps, and whether all comes from the generator ---


def _without_steps(losses: np.ndarray, text: Text, k: int) -> Problem | None:
    if losses[0] > 0 and not np.any(losses[1:]) and len(losses) > 1:
        return _told("stops_early")
    count = losses / math.log(2)
    if np.all(np.abs(count - k - 2) < 0.15):
        return _told("positive_as_negative")
    # A negative that is the true word may be left out: so many are, with this spread.
    hit = float(np.sum(text.all_pairs * text.noise) / np.sum(text.all_pairs))
    spread = math.sqrt(k * hit * (1 - hit) / np.sum(text.pairs[0]))
    least = 1 + k * (1 - hit) - 0.15
    mean = float(np.mean(count))
    if (
        mean < least - 6 * spread / math.sqrt(len(losses))
        or np.min(count) < least - 8 * spread
        or np.max(count) > k + 1.15
    ):
        return _told("one_half", count=mean, k=k)
    return None


def _is_large(W: np.ndarray, C: np.ndarray) -> bool:
    # Numbers between -1/2 and 1/2 have the mean square 0.08, those between 0 and 1 have 0.33.
    return bool(np.max(np.abs(W @ C.T)) > 0.5 or np.mean(W**2) > 0.2)


def _sources(first: Sequence[Vectors], second: Sequence[Vectors], text: Text) -> Problem | None:
    """Compare two equal runs, or two without steps of different length."""
    if all(
        np.array_equal(a, b) for one, other in zip(first, second, strict=False) for a, b in zip(one, other, strict=True)
    ):
        return None
    still = text.absent is not None and np.array_equal(first[0][0][text.absent], second[0][0][text.absent])
    return _told("learning_rate_ignored") if still else told("ignores_rng")


# --- what was learned ---


@dataclass(frozen=True, eq=False)
class Moves:
    """What a training has moved, in the rows of the words that occur.

    Args:
        table: (n, n) how often i predicted j, less how often j was a negative of i, times the sum of the learning rates.
        word_steps: how far W went, as a share of where C would take it.
    """

    table: np.ndarray
    word_steps: float


def _learned(
    start: Vectors, end: Vectors, losses: np.ndarray, text: Text, arguments: Mapping[str, Any]
) -> Problem | None:
    (W0, C0), (W1, C1) = start, end
    if text.absent is not None and not np.array_equal(W0[text.absent], W1[text.absent]):
        return told("ignores_rng")
    if np.array_equal(C0, C1):
        return _told("not_learned" if np.array_equal(W0, W1) else "context_stays")
    if np.array_equal(W0, W1):
        return _told("word_stays")
    if not np.array_equal(W0[~text.occurs], W1[~text.occurs]):
        return _told("mark_as_word")
    if not np.array_equal(C0[~text.occurs], C1[~text.occurs]):
        return _told("absent_drawn")
    if arguments["learning_rate"] > 0.5:
        return _order_problem(start, end)
    moves = _moves(W0[text.occurs], C0[text.occurs], W1[text.occurs], C1[text.occurs])
    if np.any(text.doubled) and arguments["window"] > 1:
        return _counts_problem(moves.table, text)
    k, longest = arguments["negatives"], arguments["learning_rate"] * len(losses)
    if arguments["window"] > 1:
        still = bool(np.any(np.all(W0 == W1, axis=1) & text.met))
        return _pairs_problem(moves, _products(start, text), _products(end, text), losses, text, k, longest, still)
    if np.max(text.noise) > 0.3:
        return _noise_problem(moves, text, k, longest)
    return _losses_problem(_products(start, text), _products(end, text), losses, text, k)


def _products(vectors: Vectors, text: Text) -> np.ndarray:
    W, C = vectors
    return W[text.occurs] @ C[text.occurs].T


def _moves(W0: np.ndarray, C0: np.ndarray, W1: np.ndarray, C1: np.ndarray) -> Moves:
    half = np.linalg.pinv(((W0 + W1) / 2).T) @ (C1 - C0).T
    expected = half @ (C0 + C1) / 2
    return Moves(2 * half, float(np.sum((W1 - W0) * expected) / np.sum(expected**2)))


def _fit(
    table: np.ndarray, pairs: Sequence[np.ndarray], noise: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Explain what was moved: return how much of each table, how many negatives each word had, and what is left."""
    n = len(noise)
    columns = np.stack([*(each.ravel() for each in pairs), *np.kron(-np.eye(n), noise)], axis=1)
    amounts, *_ = np.linalg.lstsq(columns, table.ravel(), rcond=None)
    return amounts[: len(pairs)], amounts[len(pairs) :], table - (columns @ amounts).reshape(n, n)


def _pairs_problem(
    moves: Moves,
    before: np.ndarray,
    after: np.ndarray,
    losses: np.ndarray,
    text: Text,
    k: int,
    longest: float,
    still: bool,
) -> Problem | None:
    """Look at which words were paired, and with what noise, in a text whose words all occur once."""
    shares, negatives, left = _fit(moves.table, text.pairs, text.noise)
    amount, epochs = float(np.sum(shares)), len(losses)
    mixed = np.tensordot(shares / amount, np.stack(text.pairs), 1)
    paired = np.sum(mixed, axis=1)
    drawn = float(np.sum(negatives) / np.sum(paired))
    if amount < 0 and drawn < 0:
        return _told("losses_rise")
    if abs(drawn) < 0.1 * amount:
        return _told("negatives_stay")
    if amount < 0.1 * drawn / k:
        return _told("positive_stays")
    rest = {name: float(np.sum(_fit(moves.table, pairs, text.noise)[2] ** 2)) for name, pairs in text.others.items()}
    likeliest = min(rest, key=lambda name: rest[name])
    # What is left of right answers is more by 0.04 or more, of wrong ones less by 0.2 or more: the spreads are near 0.03.
    # Where roles are swapped they are 0.5 and 0.15, with spreads of 0.1 and 0.04.
    if rest[likeliest] < (1 if likeliest[0] == "roles_swapped" else 0.88) * np.sum(left**2):
        return _told(likeliest[0])
    if still:
        return _told("words_left_out")
    if len(shares) > 1 and shares[-1] < 0.18 * amount:
        return _told("window_ignored", window=len(shares))
    if not 0.3 < amount / longest < 1.2:
        return _told("step_length", factor=amount / longest)
    one = amount / epochs  # what an example moves
    surplus = (moves.table + paired[:, None] * text.noise * drawn) / one * text.never
    # How often a word was the negative of another, and of all in an epoch, against what chance makes of it.
    by_word = float(np.sum(surplus**2) / (k * epochs * np.sum(text.squares * text.never)))
    by_epoch = float(np.sum(np.sum(surplus, axis=0) ** 2) / (k * epochs * np.sum(text.all_pairs)))
    # The pairs of a centre may share their negatives, which makes 3 of both. CBOW has no such pairs.
    if by_epoch > 2 * by_word and by_epoch > (4.5 if text.means else 11):
        return _told("noise_shared")
    if by_word > 2.8 and _learns_noise(mixed, before, after, losses, text.noise, k, very=by_word > 5):
        return _told("noise_drawn_once")
    if not 0.7 < drawn / amount / k < 1.3:
        return _told("number_of_negatives", count=drawn / amount, k=k)
    if moves.word_steps > 1.4 or moves.word_steps < 0.45:
        # Of several words around each takes the whole slope, and so W takes as many times its steps.
        return _told("not_divided" if moves.word_steps > 1.4 and text.means else "word_steps")
    unexplained = float(np.sum(left**2)) / one**2 / (k * epochs * np.sum(text.squares))
    return _told("other_pairs") if unexplained > OTHER * max(by_word, 1) else None


def _learns_noise(
    pairs: np.ndarray, before: np.ndarray, after: np.ndarray, losses: np.ndarray, noise: np.ndarray, k: int, very: bool
) -> bool:
    """Return whether losses fall faster than new negatives would let them, as they do if the old ones are learned.

    That alone is told by chance once in 10^4 times; with negatives that come `very` unevenly it is sure.
    """
    fall = _fall(pairs, np.sum(pairs, axis=1, keepdims=True) * noise, after, k)
    drop = losses - (k + 1) * math.log(2)
    if np.any(before) or np.max(np.abs(drop)) > 0.01:
        return very  # the losses tell nothing: they start elsewhere, or negatives are left out
    return bool(drop[-1] / fall > (1.65 if very else 2))


def _fall(pairs: np.ndarray, negatives: np.ndarray, products: np.ndarray, k: int) -> float:
    """Return how far the mean loss lies below that of products of 0."""
    return float(np.sum((k * negatives - pairs) * products) / (2 * np.sum(pairs)))


def _counts_problem(table: np.ndarray, text: Text) -> Problem | None:
    """Look at how often words count, in texts that each have their own words."""
    amounts = table if text.means else table.T  # in a column is what predicts a word, or what a word predicts
    often = float(np.sum(amounts[text.doubled]))
    if often / (often + float(np.sum(amounts[text.beside]))) < COUNTED_ONCE:
        return _told("counted_once")
    alone = table[text.alone]
    return _told("rate_restarts") if np.var(alone) / np.mean(alone) ** 2 > UNEVEN else None


def _order_problem(start: Vectors, end: Vectors) -> Problem | None:
    """Look at whether W and C grow alike, in texts of two words, whose roles are equal.

    A step moves W by G C and C by G'W. If both are taken from one point, |W|^2 - |C|^2 changes by |G C|^2 - |G'W|^2,
    which is next to nothing; if C's is taken where W has moved, by - |G C|^2 - |G'W|^2: with large steps C runs ahead.
    """
    grown_W, grown_C = (float(np.sum(after**2) - np.sum(before**2)) for before, after in zip(start, end, strict=True))
    if grown_W < GROWN_LESS * grown_C:
        return _told("moved_words")
    return _told("moved_contexts") if grown_W > GROWN_MORE * grown_C else None


def _noise_problem(moves: Moves, text: Text, k: int, longest: float) -> Problem | None:
    """Look at the noise in a text of one frequent word among many rare ones, its only neighbours."""
    # Where a word is drawn twice, or stands on either side, W and C move by different parts of the slope.
    if moves.word_steps > 1.4:
        lost = _told("repeats_lost")
        return Problem(lost.mistake, lost.sentence + SHARED) if text.means else lost
    if moves.word_steps < 0.66:
        return _told("context_repeats_lost" if text.means else "word_steps")
    hub = int(np.argmax(text.noise))
    row = moves.table[hub]
    amount = float(np.sum(row)) / (np.sum(text.all_pairs[hub]) * (1 - k))
    if not 0.25 < amount / longest < 1.25:
        return _told("step_length", factor=amount / longest)
    # With fewer draws, as where many examples share them, right shares have a spread of 0.031; else one of 0.01.
    share = float(row[hub] / np.sum(row)) * (k - 1) / k
    if share > text.noise[hub] + 0.17:
        return _told("power_missing")
    if share < text.noise[hub] - 0.155:
        return _told("uniform_negatives" if share < 2 / len(row) else "other_noise")
    return None


def _losses_problem(before: np.ndarray, after: np.ndarray, losses: np.ndarray, text: Text, k: int) -> Problem | None:
    """Compare the losses with what the vectors say, in a text of one frequent pair of words and many rare ones."""
    if np.any(before):
        return None  # products that start elsewhere scatter more than they fall
    count = losses / math.log(2)
    if np.max(np.abs(count - k - 1)) > 0.01:
        # Negatives that are the true word are left out, so that the mean of many examples is no whole number.
        return _told("one_example") if np.max(np.abs(count - np.round(count))) < 0.01 else None
    pairs = text.all_pairs
    own = np.sum(pairs, axis=1, keepdims=True)
    drawn_anew = pairs @ (text.noise / (1 - text.noise)[:, None] * (1 - np.eye(len(pairs))))
    done = (np.arange(len(losses)) + np.array([[0.5], [0.0]])) / len(losses)
    courses = np.concatenate([done, 2 * done - done**2])  # of a fixed rate and a falling one, of steps and of batches
    gaps = []
    for negatives in (own * text.noise, drawn_anew):
        drop = (losses - (k + 1) * math.log(2)) / _fall(pairs, negatives, after, k)
        gaps.append(np.sqrt(np.mean((drop - courses) ** 2, axis=1)))
    # Right answers come to 0.06 with a spread of 0.02; the loss of one example to 0.5 with one of 0.1.
    return _told("one_example") if np.min(gaps) > 0.2 else None
