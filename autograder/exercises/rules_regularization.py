"""The rules of chapter 3's random exercises: folds and dropout. They travel in homework copies, as the other rules do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..checking.compare import as_array
from ..checking.exercise import Outcome, Problem
from .rules_common import close, list_remark, numbers, remarked, repeats, told

MANY_ROWS_IN_FOLDS = 48
"""With so many rows, two right ways to fold are equal, or keep neighbours together, less than once in 10^9 times."""

MANY_ENTRIES = 400
"""With so many entries, the share dropped lies within the bounds used here but for less than once in 10^9 times."""

MANY_CALLS = 6
"""In so many calls, right answers drop equally many of `MANY_ENTRIES` entries less than once in 10^7 times."""

NOT_SHUFFLED = (
    "The folds come in the order of the data: shuffle all rows first, for instance with `rng.permutation(n)`."
)


@np.errstate(all="ignore")
def k_fold(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check that the validation sets share out all rows evenly, that training takes the rest, and that both are random."""
    n, k = arguments["n"], arguments["k"]
    runs = []
    for outcome in dict.fromkeys(outcomes):
        labels = []
        for output in outcome.outputs:
            pairs = _pairs(output, k)
            if isinstance(pairs, Problem):
                return pairs
            problem = _folds_content(pairs, n)
            if problem:
                return problem
            labels.append(_labels(pairs, n))
        runs.append(labels)
    if n >= MANY_ROWS_IN_FOLDS:
        for folds in runs[0]:
            problem = _folds_order(folds, k)
            if problem:
                return problem
    if not np.array_equal(runs[0], runs[-1]):
        return told("ignores_rng")
    if n >= MANY_ROWS_IN_FOLDS and repeats(runs[0]):
        return told("seed_hard_coded")
    parts = (part for output in outcomes[0].outputs for pair in output for part in pair)
    return remarked("fold_lists") if any(isinstance(part, (list, tuple)) for part in parts) else None


_Pair = tuple[np.ndarray, np.ndarray]
"""A training set and a validation set: arrays of row numbers."""


def _pairs(output: Any, k: int) -> list[_Pair] | Problem:
    """Return the pairs as arrays of whole numbers."""
    if output is None:
        return told("returns_none")
    if not isinstance(output, (list, tuple)):
        return told("folds_without_train") if isinstance(output, np.ndarray) else told("no_pairs")
    one_pair = len(output) == 2 and all(isinstance(part, np.ndarray) and part.ndim == 1 for part in output)
    if one_pair and len(output[0]) != len(output[1]):
        return told("first_fold_only")
    if len(output) and all(isinstance(pair, np.ndarray) for pair in output):
        return told("folds_without_train")
    if len(output) == 2 < k and all(isinstance(sets, (list, tuple)) and len(sets) == k for sets in output):
        return told("all_trains_first")
    pairs = []
    for pair in output:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            return told("no_pairs")
        train, fold = map(_rows, pair)
        if isinstance(train, Problem):
            return told("train_not_joined") if _holds_arrays(pair[0]) else train
        if isinstance(fold, Problem):
            return fold
        pairs.append((train, fold))
    if len(pairs) == 1:
        return told("first_fold_only")
    return pairs if len(pairs) == k else told("number_of_folds")


def _rows(part: Any) -> np.ndarray | Problem:
    """Return a set of rows as an array of whole numbers."""
    if isinstance(part, (list, tuple)):
        part = as_array(part) if len(part) else np.zeros(0, int)
    if not isinstance(part, np.ndarray) or part.ndim != 1:
        return told("no_pairs")
    if part.dtype.kind == "b":
        return told("masks")
    return part if part.dtype.kind in "iu" else told("no_pairs")


def _holds_arrays(part: Any) -> bool:
    return isinstance(part, (list, tuple)) and len(part) > 0 and all(np.ndim(one) == 1 for one in part)


def _folds_content(pairs: list[_Pair], n: int) -> Problem | None:
    trains, folds = zip(*pairs, strict=True)
    rows, trained = np.concatenate(folds), np.concatenate(trains)
    if np.any((rows < 0) | (rows >= n)) or np.any((trained < 0) | (trained >= n)):
        return told("fold_out_of_range")
    sizes = [len(fold) for fold in folds]
    whole = all(len(train) + size == n for train, size in zip(trains, sizes, strict=True))
    if len(pairs) > 2 and whole and np.array_equal(np.sort(trained), np.arange(n)):
        return told("swapped")
    times = np.bincount(rows.astype(int), minlength=n)
    if np.any(times > 1):
        return told("overlap")
    if np.any(times == 0):
        return told("rows_left_out")
    if max(sizes) - min(sizes) > 1:
        return told("fold_sizes")
    for train, fold in pairs:
        in_train = np.bincount(train.astype(int), minlength=n)
        if np.any(in_train[fold]):
            return told("validation_in_train")
        if len(train) + len(fold) != n or np.any(in_train > 1):
            return told("train_incomplete")
    return None


def _labels(pairs: Sequence[_Pair], n: int) -> np.ndarray:
    """Return for each row the number of the fold in which it is validated."""
    labels = np.empty(n, int)
    for i, (_, fold) in enumerate(pairs):
        labels[fold] = i
    return labels


def _folds_order(labels: np.ndarray, k: int) -> Problem | None:
    if k > len(labels) / 4:
        return None
    # Folds of neighbours, or of every k-th row, in any order.
    if np.all(np.diff(labels) >= 0) or np.array_equal(labels[k:], labels[:-k]):
        return Problem("not_shuffled", NOT_SHUFFLED)
    if np.count_nonzero(labels != np.roll(labels, 1)) <= k:
        return told("neighbours_in_folds")
    # Parts of the data shuffled apart: the mean row of a fold is then far from the middle.
    sizes = np.bincount(labels)
    means = np.bincount(labels, np.arange(len(labels))) / sizes
    spread = np.sqrt(len(labels) ** 2 / 12 * (1 / sizes - 1 / len(labels)))
    far = np.any(np.abs(means - (len(labels) - 1) / 2) > 7 * spread)
    return told("neighbours_in_folds") if far else None


@np.errstate(all="ignore")
def dropout(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check that each entry is dropped on its own, as often as it should be, and that the others are scaled up."""
    h, rate = np.asarray(arguments["h"]), arguments["rate"]
    works = arguments.get("training", True) and rate > 0
    kept = []
    for outcome in dict.fromkeys(outcomes):
        for output in outcome.outputs:
            values = numbers(output)
            if values is None or values.shape != h.shape:
                return told("returns_none" if output is None else "activations_shape")
            problem = _scaling(values, h, rate) if works else _nothing(values, h, rate)
            if problem:
                return problem
        kept.append(np.array([np.asarray(output)[h != 0] != 0 for output in outcome.outputs]))
    outputs = outcomes[0].outputs
    # An array with gaps in memory goes through a call as it is; no copy has gaps.
    gaps = h.size and not h.flags.c_contiguous
    if not arguments.get("training", True) and gaps and any(_has_gaps(output) for output in outputs):
        return told("not_a_copy")
    problem = _randomness(kept, outputs, h, rate) if works else None
    return problem or next(filter(None, (_activations_remark(output, h) for output in outputs)), None)


def _has_gaps(output: Any) -> bool:
    return isinstance(output, np.ndarray) and not output.flags.c_contiguous


def _randomness(kept: Sequence[np.ndarray], outputs: Sequence[Any], h: np.ndarray, rate: float) -> Problem | None:
    problem = _shares(kept[0], rate)
    for output in outputs:
        problem = problem or _independence(np.asarray(output) != 0, h != 0)
    if problem:
        return problem
    if not np.array_equal(kept[0], kept[-1]):
        return told("ignores_rng")
    return told("same_mask") if kept[0].shape[-1] >= MANY_ENTRIES and repeats(list(kept[0])) else None


def _activations_remark(output: Any, h: np.ndarray) -> Problem | None:
    values = np.asarray(output)
    if isinstance(output, (list, tuple)):
        return list_remark({"Your result": output})
    if h.ndim and h.dtype.kind == "f" and values.dtype != h.dtype:
        return remarked("activations_dtype", dtype=values.dtype)
    return None


def _nothing(values: np.ndarray, h: np.ndarray, rate: float) -> Problem | None:
    """Check that the activations pass unchanged."""
    if close(values, h, _rtol(h, values)):
        return None
    if np.any((values == 0) & (h != 0)):
        return told("active_outside_training")
    if rate > 0 and close(values, h * (1 - rate), _rtol(h, values)):
        return told("scaled_outside_training")
    return told("changed_outside_training")


def _scaling(values: np.ndarray, h: np.ndarray, rate: float) -> Problem | None:
    kept = values != 0
    right = np.where(kept, h / (1 - rate), 0)
    if close(values, right, _rtol(h, values)):
        return None
    if h.size >= MANY_ENTRIES and close(values, h, _rtol(h, values)):
        return told("inactive_in_training")
    if values.dtype.kind in "iu" and np.all(np.abs(values - right) <= 1):
        return told("digits_cut")
    for factor, mistake in ((1.0, "not_scaled"), (1 - rate, "scaled_down"), (1 / rate, "scaled_by_rate")):
        if close(values, np.where(kept, h * factor, 0), _rtol(h, values)):
            return told(mistake)
    return told("dropped_values")


def _rtol(*arrays: np.ndarray) -> float:
    return 1e-5 if any(array.dtype == np.float32 for array in arrays) else 1e-9


def _shares(kept: np.ndarray, rate: float) -> Problem | None:
    """Check how many entries each call keeps; one row of `kept` per call."""
    calls, entries = kept.shape
    if entries < MANY_ENTRIES:
        return None
    counts = kept.sum(axis=1)
    in_all = counts.sum()
    if np.all(_near(counts, entries, rate)) and _near(in_all, kept.size, rate):
        return told("fixed_number") if calls >= MANY_CALLS and len(set(counts.tolist())) == 1 else None
    if np.all(counts == entries):
        return told("nothing_dropped")
    # All calls together, since other wrong shares may be close to rate.
    if _near(in_all, kept.size, 1 - rate, 3.5):
        return told("keeps_with_rate")
    return told("share_dropped", share=1 - in_all / kept.size)


def _near(count: Any, entries: int, rate: float, sigmas: float = 7) -> Any:
    """Return whether so many entries are left as chance leaves of all."""
    return np.abs(count - entries * (1 - rate)) <= sigmas * np.sqrt(entries * rate * (1 - rate)) + 5


def _independence(kept: np.ndarray, alive: np.ndarray) -> Problem | None:
    if kept.size < MANY_ENTRIES or not np.all(alive):
        return None
    for axis in range(kept.ndim):
        if kept.shape[axis] >= 10 and np.all(kept == np.take(kept, [0], axis=axis)):
            return told("mask_shared")
    return None
