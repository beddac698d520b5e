"""Chapter 5: counts of neighbours, and how much more often two words meet than by chance."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

TEXT = array([0, 1, 2, 1, 3, 0, 2, 2, 1])


def _texts(rng):
    for length, v, window in ((12, 4, 2), (20, 3, 3)):
        ids = rng.integers(0, v, length)
        ids[length // 2] = -1
        yield Case(f"random, {length} places, window {window}", (ids, v + 1, window), hidden=True)


def _pairs(ids, window, near=lambda distance, window: 0 < distance <= window):
    """Yield the places (i, j) of the pairs, in both orders, that no end of a text parts."""
    for i in range(len(ids)):
        for j in range(len(ids)):
            between = ids[min(i, j) : max(i, j) + 1]
            if near(abs(i - j), window) and min(between) >= 0:
                yield i, j


def _counts(near=lambda distance, window: 0 < distance <= window, keep=lambda i, j, a, b: True, weight=None):
    """Return an answer that counts other pairs, or weighs them."""

    def answer(ids, vocab_size, window):
        counts = np.zeros((vocab_size, vocab_size))
        for i, j in _pairs(ids, window, near):
            if keep(i, j, ids[i], ids[j]):
                counts[ids[i], ids[j]] += weight(abs(i - j)) if weight else 1
        return counts

    return answer


def _text_by_text(ids, vocab_size, window):
    counts = np.zeros((vocab_size, vocab_size), int)
    ends = [-1, *np.flatnonzero(ids == -1), len(ids)]
    for start, stop in pairwise(ends):
        text = ids[start + 1 : stop]
        for distance in range(1, window + 1):
            np.add.at(counts, (text[:-distance], text[distance:]), 1)
            np.add.at(counts, (text[distance:], text[:-distance]), 1)
    return counts


def _one_hot(ids, vocab_size, window):
    table = (ids[:, None] == np.arange(vocab_size)).astype(float)
    place, text = np.arange(len(ids)), np.cumsum(ids == -1)
    near = (abs(place[:, None] - place) <= window) & (text[:, None] == text) & (place[:, None] != place)
    return table.T @ near.astype(float) @ table


def _repeats_lost(ids, vocab_size, window):
    counts, text = np.zeros((vocab_size, vocab_size)), np.cumsum(ids == -1)
    for distance in range(1, min(window, len(ids) - 1) + 1):
        left, right = ids[:-distance], ids[distance:]
        inside = (text[:-distance] == text[distance:]) & (left >= 0)
        counts[left[inside], right[inside]] += 1
        counts[right[inside], left[inside]] += 1
    return counts


def _crosses(ids, vocab_size, window):
    return _counts()(ids[ids >= 0], vocab_size, window)


def _over_the_end(ids, vocab_size, window):
    """Leave out the marks, but count across them."""
    counts = np.zeros((vocab_size, vocab_size))
    for i in range(len(ids)):
        for j in range(max(i - window, 0), min(i + window + 1, len(ids))):
            if i != j and ids[i] >= 0 and ids[j] >= 0:
                counts[ids[i], ids[j]] += 1
    return counts


def _mark_as_word(ids, vocab_size, window):
    counts = np.zeros((vocab_size, vocab_size))
    for i in range(len(ids)):
        for j in range(max(i - window, 0), min(i + window + 1, len(ids))):
            if i != j:
                counts[ids[i], ids[j]] += 1
    return counts


def _wraps(ids, vocab_size, window):
    counts = np.zeros((vocab_size, vocab_size))
    for i in range(len(ids)):
        for step in (*range(-window, 0), *range(1, window + 1)):
            j = (i + step) % len(ids)
            if ids[i] >= 0 and ids[j] >= 0 and (not 0 <= i + step < len(ids) or min(ids[min(i, j) : max(i, j)]) >= 0):
                counts[ids[i], ids[j]] += 1
    return counts


def _by_slices(ids, vocab_size, window):
    """Take the neighbours on the left from a slice whose start may be negative."""
    counts = np.zeros((vocab_size, vocab_size))
    for text in _texts_of(ids):
        for i, word in enumerate(text):
            for other in (*text[i - window : i], *text[i + 1 : i + 1 + window]):
                counts[word, other] += 1
    return counts


def _texts_of(ids):
    """Return the texts between the marks, as lists."""
    ends = [-1, *np.flatnonzero(ids == -1), len(ids)]
    return [ids[start + 1 : stop].tolist() for start, stop in pairwise(ends)]


def _dictionary(ids, vocab_size, window):
    """Count in a dict, and return lists."""
    found = {}
    for text in _texts_of(ids):
        for i, j in _pairs(text, window):
            found[text[i], text[j]] = found.get((text[i], text[j]), 0) + 1
    return [[found.get((a, b), 0) for b in range(vocab_size)] for a in range(vocab_size)]


def _some_texts(chosen, counted=None):
    """Return an answer that counts in some of the texts only, or in each by itself."""

    def answer(ids, vocab_size, window):
        texts = chosen(_texts_of(ids))
        counts = ((counted or _counts())(np.array(text, int), vocab_size, window) for text in texts)
        return sum(counts, np.zeros((vocab_size, vocab_size)))

    return answer


def _neighbours_once(ids, vocab_size, window):
    counts = np.zeros((vocab_size, vocab_size))
    for i, other in {(i, int(ids[j])) for i, j in _pairs(ids, window)}:
        counts[ids[i], other] += 1
    return counts


def _left_break(ids, vocab_size, window):
    """Go from left to right through the window, and leave it at any mark."""
    counts = np.zeros((vocab_size, vocab_size))
    for i in np.flatnonzero(ids >= 0):
        for j in range(max(i - window, 0), min(i + window + 1, len(ids))):
            if ids[j] == -1:
                break
            if i != j:
                counts[ids[i], ids[j]] += 1
    return counts


def _mark_as_centre(ids, vocab_size, window):
    """Stop at a mark on the right, but take the mark itself for a centre."""
    counts = np.zeros((vocab_size, vocab_size))
    for i in range(len(ids)):
        for j in range(i + 1, min(i + window + 1, len(ids))):
            if ids[j] == -1:
                break
            counts[ids[i], ids[j]] += 1
            counts[ids[j], ids[i]] += 1
    return counts


def _of(change):
    """Return an answer that makes something else of the right counts."""
    return lambda ids, vocab_size, window: change(_counts()(ids, vocab_size, window))


cooccurrence_matrix = Exercise(
    ref.cooccurrence_matrix,
    number="5.14",
    title="The co-occurrence matrix",
    points=3,
    minutes=15,
    difficulty=2,
    returns=("the counts",),
    cases=(
        Case("a b a", (array([0, 1, 0]), 2, 2)),
        Case("tablespoon of apricot jam, a", (array([0, 1, 2, 3, 4]), 5, 2)),
        Case("nine words", (TEXT, 4, 2)),
        Case("nine words, window 1", (TEXT, 4, 1)),
        Case("three texts", (array([0, 1, -1, 2, 1, 0, -1, 3, 3]), 4, 3)),
        Case("two texts, window 1", (array([0, 1, 2, -1, 2, 0]), 3, 1)),
        Case("one word again and again", (array([1, 1, 1, 1]), 2, 2)),
        Case("a window wider than the text", (array([2, 0, 1, 1]), 3, 7), hidden=True),
        Case("a word that does not occur", (array([3, 1, 3, 0, 1]), 6, 2)),
        Case("empty texts at both ends", (array([-1, 0, 1, -1, -1, 1, 1, 0, -1]), 3, 2), hidden=True),
        # The page has ids of NumPy's own width: products of such small ones overflow.
        Case("ids of one byte", (array([19, 3, 18, 3, 19, 0], np.uint8), 20, 3), hidden=True, courtesy=True),
        Case("ids of four bytes", (array([1, 0, -1, 1, 1], np.int32), 2, 2), hidden=True),
        Case("every other place", (np.repeat(TEXT, 2)[::2], 4, 3), hidden=True),
        Case("one word, once", (array([0]), 2, 2), hidden=True, weight=0),
    ),
    random_cases=_texts,
    hints=(
        "Go through the text: each pair of places that are at most `window` apart adds 1 in the table, at the row of one word and the column of the other.",
        "Start with zeros of the shape (vocab_size, vocab_size). For each place go right for 1, 2, ... window steps, as long as the text goes on, and count the pair in both orders. "
        "At a -1 stop: the text ends there.",
        "`counts = np.zeros((vocab_size, vocab_size))`. Then `for i in range(len(ids)):`, in it `for j in range(i, min(i + window + 1, len(ids))):`, in that `if ids[j] == -1: break`, "
        "and `if j > i:` with `counts[ids[i], ids[j]] += 1` and `counts[ids[j], ids[i]] += 1`. Return counts after the loops.",
    ),
    right=(_counts(), _text_by_text, _one_hot, _dictionary),
    equivalent={
        "ids if array_api_compat.is_array_api_obj(ids) else np.asarray(ids)": "the cases hand over arrays",
        "ids = xp.astype(ids, xp.int64) -> (dropped)": "only ids of one byte overflow, which the page does not have",
        "min(window, ids.shape[0] - 1) + 1): -> for distance in range(1, min(": "beyond the end of the text nothing is left to pair",
        "xp.zeros((vocab_size * vocab_size, 1)": "float64 is NumPy's default, and NumPy has one device only",
        "xp.ones((pairs.shape[0], 1)": "float64 is NumPy's default, and NumPy has one device only",
    },
    mistakes=(
        Mistake(
            "one_order",
            _counts(keep=lambda i, j, a, b: i < j),
            "You count each pair in one order only: it belongs at [a, b] and at [b, a], so the table is symmetric.",
        ),
        Mistake(
            "one_order",
            _counts(keep=lambda i, j, a, b: i > j),
            "You look to the left only: neighbours on the right count, too, so the table is symmetric.",
        ),
        Mistake(
            "own_place",
            _counts(near=lambda distance, window: distance <= window),
            "You pair each place with itself: the neighbours are the other places of the window.",
        ),
        Mistake(
            "window_too_small",
            _counts(near=lambda distance, window: 0 < distance < window),
            "Your window is one too small: a word exactly `window` places away counts. The end of a range is not in it.",
        ),
        Mistake(
            "window_too_large",
            _counts(near=lambda distance, window: 0 < distance <= window + 1),
            "Your window is one too large: words at most `window` places away count.",
        ),
        Mistake(
            "half_window",
            _counts(near=lambda distance, window: 0 < distance <= window // 2),
            "You look half a window to each side: a word up to `window` places away on either side counts.",
        ),
        Mistake(
            "negative_start",
            _by_slices,
            "Near the start of a text `i - window` is negative, and such a slice begins at the end: write "
            "`max(i - window, 0)`.",
        ),
        Mistake(
            "neighbours_once",
            _neighbours_once,
            "A word that stands twice in a window counts twice: a set of the neighbours loses that.",
        ),
        Mistake(
            "first_text",
            _some_texts(lambda texts: texts[:1]),
            "Your count ends at the first -1: go on with the next text.",
        ),
        Mistake(
            "last_text",
            _some_texts(lambda texts: texts[:-1]),
            "The last text is missing: no -1 has to follow it.",
        ),
        Mistake(
            "only_last_text",
            _some_texts(lambda texts: texts[-1:]),
            "Only the last text is counted: keep the counts of those before it.",
        ),
        Mistake(
            "edge_only",
            _counts(near=lambda distance, window: distance == window),
            "You count the words exactly `window` places away: the nearer ones count, too.",
        ),
        *(
            Mistake(
                "repeats_lost",
                lost,
                "A pair that occurs twice among your indices is counted once: `counts[rows, columns] += 1` drops repeats. Use `np.add.at`, or a loop.",
            )
            for lost in (_repeats_lost, _some_texts(lambda texts: texts, _repeats_lost))
        ),
        Mistake(
            "crosses_texts",
            _crosses,
            "You take the -1 out and count across the end of a text: no pair reaches from one text into the next.",
        ),
        Mistake(
            "crosses_texts",
            _over_the_end,
            "You leave out the -1 itself, but count pairs across it: no pair reaches from one text into the next.",
        ),
        Mistake(
            "mark_as_word",
            _mark_as_word,
            "The -1 that ends a text counts as a word: as an index it means the last one. Stop at a -1.",
        ),
        Mistake(
            "mark_as_word",
            _mark_as_centre,
            "Your count never takes a -1 as a neighbour, but it does take it as the word in the middle: skip it there, too.",
        ),
        Mistake(
            "left_break",
            _left_break,
            "At a -1 on the left you leave the whole window: the words after it are still neighbours.",
        ),
        Mistake(
            "wraps_around",
            _wraps,
            "Your window goes around the ends of the text: the first word has no neighbour on its left.",
        ),
        Mistake(
            "present_or_not",
            _of(lambda counts: (counts > 0).astype(float)),
            "You record whether two words meet: count how often.",
        ),
        Mistake(
            "equal_words_left_out",
            _counts(keep=lambda i, j, a, b: a != b),
            "A word that meets itself, at another place, counts as well: only the own place is left out.",
        ),
        Mistake(
            "weighted_by_distance",
            _counts(weight=lambda distance: 1 / distance),
            "You weigh a pair by 1/distance: here every pair within the window counts 1.",
        ),
        Mistake(
            "counted_twice",
            _of(lambda counts: 2 * counts),
            "You count each pair twice: go to the right only and add in both orders, or go both ways and add once.",
        ),
        Mistake(
            "half_table",
            _of(np.triu),
            "Below the diagonal your table is empty: each pair counts in both orders, at [a, b] and at [b, a].",
        ),
        Mistake(
            "equal_words_once",
            _of(lambda counts: counts - np.diag(np.diag(counts)) / 2),
            "Two places with the same word count in both orders, too: 2 at [a, a].",
        ),
        Mistake(
            "size_of_ids",
            lambda ids, vocab_size, window: _counts()(ids, int(ids.max()) + 1, window),
            "Your table ends at the largest id of the text: it has vocab_size rows and columns.",
        ),
        Mistake(
            "shares",
            _of(lambda counts: counts / max(counts.sum(), 1)),
            "You return shares: return the counts.",
        ),
        Mistake(
            "row_shares",
            _of(lambda counts: counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)),
            "Your rows add up to 1: return the counts.",
        ),
    ),
)


def _tables(rng):
    for v in (3, 5, 4):
        counts = np.floor(rng.gamma(0.7, 4, size=(v, v)))
        counts[0, :2] = 0, 9
        yield Case(f"random, V={v}", (counts,), hidden=True)


def _log_ratio(counts, log=np.log, rows=1, columns=0, power=1.0):
    """Return the PMI, -inf for pairs that never meet."""
    counts = counts.astype(counts.dtype if counts.dtype.kind == "f" else float)
    n_i, n_j = counts.sum(axis=rows), counts.sum(axis=columns) ** power
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = counts * n_j.sum() / (n_i[:, None] * n_j)
        return np.where(counts > 0, log(ratio), -np.inf)


def _ppmi(**changes):
    return lambda counts: np.maximum(_log_ratio(counts, **changes), 0)


def _ppmi_loop(counts):
    dtype = counts.dtype if counts.dtype.kind == "f" else float
    result, n = np.zeros(counts.shape, dtype), counts.sum()
    for i, j in np.argwhere(counts > 0):
        result[i, j] = max(0.0, math.log(counts[i, j] * n / (float(counts[i].sum()) * counts[:, j].sum())))
    return result


def _ppmi_probabilities(counts):
    p = counts / counts.sum()
    expected = p.sum(axis=1, keepdims=True) * p.sum(axis=0, keepdims=True)
    ratio = np.divide(p, expected, out=np.ones_like(p), where=p > 0)
    return np.maximum(np.log(ratio), 0)


def _ppmi_lists(counts):
    """Sum up the logarithms pair by pair in lists."""
    n, of_row, of_column = np.sum(counts), np.sum(counts, axis=1), np.sum(counts, axis=0)
    result = []
    for i, row in enumerate(counts):
        result.append([])
        for j, count in enumerate(row):
            pmi = np.log(count) + np.log(n) - np.log(of_row[i]) - np.log(of_column[j]) if count > 0 else 0.0
            result[i].append(max(float(pmi), 0.0))
    return result


def _ppmi_nan_to_num(counts):
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.log(counts * counts.sum() / np.outer(counts.sum(axis=1), counts.sum(axis=0)))
    return np.clip(np.nan_to_num(pmi, nan=0, neginf=0), 0, None)


def _sums_multiplied(counts):
    chance = (counts.sum(axis=1) * counts.sum(axis=0) / counts.sum()).astype(_ppmi()(counts).dtype)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(counts > 0, np.maximum(np.log(counts / chance), 0), np.zeros_like(chance))


def _mirrored(counts):
    upper = np.triu(_ppmi()(counts))
    return upper + np.triu(upper, 1).T


def _ratio_only(counts):
    return np.where(np.isfinite(_log_ratio(counts)), np.exp(_log_ratio(counts)), 0)


ppmi = Exercise(
    ref.ppmi,
    number="5.15",
    title="Positive pointwise mutual information",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("the PPMI",),
    cases=(
        Case("two words that meet only themselves", (array([[3.0, 0.0], [0.0, 1.0]]),)),
        Case("three words", (array([[0.0, 4.0, 1.0], [4.0, 2.0, 0.0], [1.0, 0.0, 6.0]]),)),
        Case("rows and columns with other sums", (array([[1.0, 8.0, 0.0], [0.0, 2.0, 5.0], [3.0, 0.0, 1.0]]),)),
        Case("a word without neighbours", (array([[2.0, 0.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]),)),
        Case("whole numbers", (array([[5, 1], [1, 0]]),)),
        Case("float32", (array([[40.0, 3.0, 0.0], [7.0, 1.0, 2.0], [0.0, 0.0, 90.0]], np.float32),)),
        Case("counts of a million", (1e6 * array([[3.0, 1.0], [2.0, 7.0]]),), hidden=True),
        Case("every other number", (np.arange(36.0).reshape(6, 6)[::2, ::2],), hidden=True),
    ),
    random_cases=_tables,
    hints=(
        "By chance, words i and j would meet n_i n_j / n times. Compare their count with that: the log of the ratio, and 0 where that is negative.",
        "n_i are the sums of the rows, n_j those of the columns: with `keepdims=True` they fit together. A pair that never meets has the log of 0: give it the ratio 1 before you take the log.",
        "`chance = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / counts.sum()`, then `ratio = np.ones_like(chance)`, `met = counts > 0`, `ratio[met] = counts[met] / chance[met]` and "
        "`return np.maximum(np.log(ratio), 0)`.",
    ),
    right=(_ppmi(), _ppmi_loop, _ppmi_probabilities, _ppmi_lists, _ppmi_nan_to_num),
    equivalent={
        "counts = as_float(counts) -> ": "the division makes floats of whole numbers",
        "like(2, counts))": "where nothing is expected the count is 0, too",
        "xp.maximum(like(1, counts), ratio)": "the maximum has no order",
    },
    mistakes=(
        Mistake(
            "negative_kept",
            lambda counts: np.where(counts > 0, _log_ratio(counts), 0),
            "Your function keeps negative values, of pairs that meet less often than by chance: take the maximum with 0.",
        ),
        Mistake(
            "minus_infinity",
            lambda counts: _log_ratio(counts),
            "A pair that never meets comes out as minus infinity, and negative values stay: take the maximum with 0.",
        ),
        Mistake(
            "nan",
            lambda counts: np.where(
                (counts.sum(axis=1)[:, None] * counts.sum(axis=0)) > 0,
                _ppmi()(counts),
                np.asarray(np.nan, _ppmi()(counts).dtype),
            ),
            "A word without neighbours gives 0 / 0, which is nan: its values are 0.",
        ),
        Mistake("log2", _ppmi(log=np.log2), "You take the logarithm to base 2: take the natural one."),
        Mistake("log10", _ppmi(log=np.log10), "You take the logarithm to base 10: take the natural one."),
        Mistake("no_log", _ratio_only, "You return the ratio: take its log, and 0 where that is negative."),
        Mistake(
            "no_log",
            lambda counts: np.maximum(_ratio_only(counts), 1) * (counts > 0),
            "You return the ratio: take its log.",
        ),
        Mistake(
            "total_missing",
            lambda counts: np.maximum(_log_ratio(counts) - np.log(counts.sum()), 0),
            # The same zeros come of a share such as n_ij / n_i, and of a shifted ratio.
            "Your ratios are never above 1, so their logs are all cut off to 0: is n missing? The ratio is "
            "n_ij n / (n_i n_j).",
        ),
        Mistake(
            "total_twice",
            lambda counts: np.maximum(_log_ratio(counts) + np.log(counts.sum()), 0),
            "Your ratio is n times too large: it is n_ij n / (n_i n_j), or p_ij / (p_i p_j).",
        ),
        Mistake(
            "row_sums_twice",
            _ppmi(columns=1),
            "You use the sums of the rows twice: n_j is the sum of column j.",
        ),
        Mistake(
            "rows_missing",
            lambda counts: np.maximum(_log_ratio(counts) + np.log(counts.sum(axis=1))[:, None], 0),
            "You leave out the sums of the rows: the ratio is n_ij n / (n_i n_j).",
        ),
        Mistake(
            "sums_multiplied",
            _sums_multiplied,
            "You multiply the sums entry by entry, so each column gets one number: `keepdims=True` in one of them makes "
            "the table n_i n_j.",
        ),
        Mistake(
            "mirrored",
            _mirrored,
            "You mirror the upper half: the counts need not be symmetric, so go through all pairs (i, j).",
        ),
        Mistake(
            "normalised",
            lambda counts: _ppmi()(counts) / -np.log(np.where(counts > 0, counts / counts.sum(), 0.5)),
            "You divide by -log p_ij, which gives the normalised PMI: return the log ratio itself.",
        ),
        Mistake(
            "column_sums_twice",
            _ppmi(rows=0),
            "You use the sums of the columns twice: n_i is the sum of row i.",
        ),
        Mistake(
            "sums_swapped",
            _ppmi(rows=0, columns=1),
            "Your sums are swapped: n_i is the sum of row i (axis 1), n_j that of column j (axis 0).",
        ),
        Mistake(
            "smoothed_contexts",
            _ppmi(power=0.75),
            "You raise the counts of the contexts to the power 0.75: that belongs to the negatives of word2vec, not to the PPMI.",
        ),
        Mistake(
            "add_one",
            lambda counts: _ppmi()(counts + counts.dtype.type(1)),
            "You add 1 to every count: take the counts as they are.",
        ),
        Mistake(
            "weighted",
            lambda counts: _ppmi()(counts) * (counts / counts.sum()),
            "You multiply by the probability of the pair: that gives a term of the mutual information. Return the log ratio itself.",
        ),
        Mistake(
            "absolute",
            lambda counts: np.abs(np.where(counts > 0, _log_ratio(counts), 0)),
            "You take the absolute value of the negative ones: they become 0.",
        ),
        Mistake(
            "diagonal_zero",
            lambda counts: _ppmi()(counts) * (1 - np.eye(len(counts), dtype=_ppmi()(counts).dtype)),
            "You set the diagonal to 0: a word that meets itself counts like any other pair.",
        ),
    ),
)
