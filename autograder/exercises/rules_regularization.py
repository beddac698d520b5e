"""The rules of chapter 3's random exercises: folds and dropout. They travel in homework copies, as the other rules do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..exercise import Outcome, Problem
from .rules_common import close, numbers, repeats, told

MANY_ROWS_IN_FOLDS = 48
"""With so many rows, two right ways to fold are equal, or keep neighbours together, less than once in 10^9 times."""

MANY_ENTRIES = 600
"""With so many entries, the share dropped lies within the bounds used here but for less than once in 10^9 times."""

MANY_CALLS = 8
"""In so many calls, right answers drop equally many of `MANY_ENTRIES` entries less than once in 10^9 times."""

NOT_SHUFFLED = (
    "The folds come in the order of the data: shuffle all rows first, for instance with `rng.permutation(n)`."
)


@np.errstate(all="ignore")
def k_fold(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check that the validation sets share out all rows evenly, that training takes the rest, and that both are random."""
    n, k = arguments["n"], arguments["k"]
    for outcome in outcomes:
        for pairs in outcome.outputs:
            problem = _folds_form(pairs, k) or _folds_content(list(pairs), n)
            if problem:
                return problem
    first, again = ([_labels(pairs, n) for pairs in outcome.outputs] for outcome in outcomes)
    if n >= MANY_ROWS_IN_FOLDS:
        for labels in first:
            problem = _folds_order(labels, k)
            if problem:
                return problem
    if not np.array_equal(first, again):
        return told("ignores_rng")
    return told("seed_hard_coded") if n >= MANY_ROWS_IN_FOLDS and repeats(first) else None


def _folds_form(pairs: Any, k: int) -> Problem | None:
    if pairs is None:
        return told("returns_none")
    if not isinstance(pairs, (list, tuple)):
        return told("folds_without_train") if isinstance(pairs, np.ndarray) else told("no_pairs")
    one_pair = len(pairs) == 2 and all(isinstance(part, np.ndarray) and part.ndim == 1 for part in pairs)
    if one_pair and len(pairs[0]) != len(pairs[1]):
        return told("first_fold_only")
    if len(pairs) and all(isinstance(pair, np.ndarray) for pair in pairs):
        return told("folds_without_train")
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            return told("no_pairs")
        for part in pair:
            if isinstance(part, list):
                return told("fold_lists")
            if not isinstance(part, np.ndarray) or part.ndim != 1:
                return told("no_pairs")
            if part.dtype.kind == "b":
                return told("masks")
            if part.dtype.kind not in "iu":
                return told("no_pairs")
    if len(pairs) == 1:
        return told("first_fold_only")
    return None if len(pairs) == k else told("number_of_folds")


def _folds_content(pairs: list[tuple[np.ndarray, np.ndarray]], n: int) -> Problem | None:
    trains, folds = zip(*pairs, strict=True)
    rows = np.concatenate(folds)
    everything = np.concatenate([*trains, rows])
    if np.any((everything < 0) | (everything >= n)):
        return told("fold_out_of_range")
    shared_out = np.array_equal(np.sort(np.concatenate(trains)), np.arange(n))
    if len(pairs) > 2 and shared_out and all(len(train) + len(fold) == n for train, fold in pairs):
        return told("swapped")
    if len(np.unique(rows)) < len(rows):
        return told("overlap")
    if len(rows) < n:
        return told("rows_left_out")
    sizes = [len(fold) for fold in folds]
    if max(sizes) - min(sizes) > 1:
        return told("fold_sizes")
    for train, fold in pairs:
        if np.any(np.isin(train, fold)):
            return told("validation_in_train")
        if not np.array_equal(np.sort(train), np.setdiff1d(np.arange(n), fold)):
            return told("train_incomplete")
    return None


def _labels(pairs: Sequence[Any], n: int) -> np.ndarray:
    """Return for each row the number of the fold in which it is validated."""
    labels = np.empty(n, int)
    for i, (_, fold) in enumerate(pairs):
        labels[fold] = i
    return labels


def _folds_order(labels: np.ndarray, k: int) -> Problem | None:
    n = len(labels)
    if k > n / 4:
        return None
    # Folds of neighbours, or of every k-th row.
    if np.all(np.diff(labels) >= 0) or np.array_equal(labels, np.arange(n) % k):
        return Problem("not_shuffled", NOT_SHUFFLED)
    if np.count_nonzero(labels != np.roll(labels, 1)) <= k:
        return told("neighbours_in_folds")
    return None


@np.errstate(all="ignore")
def dropout(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check that each entry is dropped on its own, as often as it should be, and that the others are scaled up."""
    h, rate = np.asarray(arguments["h"]), arguments["rate"]
    works = arguments.get("training", True) and rate > 0
    kept = []
    for outcome in outcomes:
        for output in outcome.outputs:
            problem = _activations_form(output, h) or (
                _scaling(output, h, rate) if works else _nothing(output, h, rate)
            )
            if problem:
                return problem
        kept.append(np.array([np.asarray(output)[h != 0] != 0 for output in outcome.outputs]))
    if not works:
        return None
    problem = _shares(kept[0], rate)
    for output in outcomes[0].outputs:
        problem = problem or _independence(np.asarray(output) != 0, h != 0)
    if problem:
        return problem
    if not np.array_equal(kept[0], kept[1]):
        return told("ignores_rng")
    return told("same_mask") if kept[0].shape[-1] >= MANY_ENTRIES and repeats(list(kept[0])) else None


def _activations_form(output: Any, h: np.ndarray) -> Problem | None:
    if output is None:
        return told("returns_none")
    values = numbers(output)
    if values is None or values.shape != h.shape:
        return told("activations_shape")
    if h.dtype.kind == "f" and values.dtype != h.dtype and h.ndim:
        return told("activations_dtype", dtype=values.dtype)
    return None


def _nothing(output: Any, h: np.ndarray, rate: float) -> Problem | None:
    """Check that the activations pass unchanged."""
    values = np.asarray(output)
    if close(values, h, _rtol(h)):
        return None
    if np.any((values == 0) & (h != 0)):
        return told("active_outside_training")
    if rate > 0 and close(values, h * (1 - rate), _rtol(h)):
        return told("scaled_outside_training")
    return told("changed_outside_training")


def _scaling(output: Any, h: np.ndarray, rate: float) -> Problem | None:
    values = np.asarray(output)
    kept = values != 0
    right = np.where(kept, h / (1 - rate), 0)
    if close(values, right, _rtol(h)):
        return None
    for factor, mistake in ((1.0, "not_scaled"), (1 - rate, "scaled_down"), (1 / rate, "scaled_by_rate")):
        if close(values, np.where(kept, h * factor, 0), _rtol(h)):
            return told(mistake)
    return told("dropped_values")


def _rtol(h: np.ndarray) -> float:
    return 1e-5 if h.dtype == np.float32 else 1e-9


def _shares(kept: np.ndarray, rate: float) -> Problem | None:
    """Check how many entries each call keeps; one row of `kept` per call."""
    calls, entries = kept.shape
    if entries < MANY_ENTRIES:
        return None
    counts = kept.sum(axis=1)
    margin = 7 * np.sqrt(entries * rate * (1 - rate)) + 5
    if np.all(np.abs(counts - entries * (1 - rate)) <= margin):
        return told("fixed_number") if calls >= MANY_CALLS and len(set(counts.tolist())) == 1 else None
    if np.all(counts == entries):
        return told("nothing_dropped")
    # All calls together, since other wrong shares may be close to rate.
    if abs(counts.sum() - kept.size * rate) <= 3.5 * np.sqrt(kept.size * rate * (1 - rate)):
        return told("keeps_with_rate")
    return told("share_dropped", share=1 - counts.sum() / kept.size)


def _independence(kept: np.ndarray, alive: np.ndarray) -> Problem | None:
    if kept.size < MANY_ENTRIES or not np.all(alive):
        return None
    for axis in range(kept.ndim):
        if kept.shape[axis] >= 10 and np.all(kept == np.take(kept, [0], axis=axis)):
            return told("mask_shared")
    return None
