"""The rule of sample_negatives. It travels in homework copies, as the other rules do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..checking.exercise import Outcome, Problem
from .rules_common import numbers, repeats, told

SENTENCES = {
    "list_not_array": (
        "Your ids are in a list. The ids are right; `np.array(...)` makes an array of them, or rng fills one of the shape size."
    ),
    "not_ids": "Your function should return an array of ids: whole numbers from 0 to V - 1.",
    "draws_probabilities": (
        "You draw entries of probs: draw ids, which are the places 0 to V - 1 (`rng.choice(len(probs), ...)`)."
    ),
    "numbers_not_ids": "You return the random numbers between 0 and 1: the id is the word whose interval holds the number.",
    "floats": "Your ids are floats: they are row numbers, so make the array with dtype=int.",
    "counts": "You return how often each word was drawn: return the ids themselves, one for each draw.",
    "one_draw": "You return a single id: size says how many, or which shape the array of ids should have.",
    "flat": "Your ids are in one row: where size is a tuple, the array has that shape.",
    "size": "Your array of ids has another shape than size asks for.",
    "shifted_up": "Your ids are one too large: the first word has id 0.",
    "shifted_down": "Your ids are one too small: the first word has id 0, and -1 is no id.",
    "out_of_range": "Some of your ids stand for no word: they run from 0 to V - 1.",
    "argmax": "You always return the most probable word: draw at random, each word with its probability.",
    "same_number": "You draw one id and repeat it: draw each one anew.",
    "rows_repeated": "Your rows (or columns) repeat each other: draw one id for each entry of the array.",
    "sorted_draws": "Your ids are sorted: leave them in the order in which they are drawn.",
    "depends_on_neighbours": "Your draws depend on one another: draw each id on its own, whatever the others are.",
    "depends_on_place": "Which word you draw depends on its place in the array: each place has the same probabilities.",
    "too_even": (
        "Each word comes exactly as often as in the mean, in every call: draw each id on its own, then chance shows."
    ),
    "without_replacement": (
        "Your draws never hold a word twice: each draw is on its own, so leave out replace=False (it is a draw with replacement)."
    ),
    "uniform": "You draw all words equally often: draw word i with probability probs[i] (`rng.choice` has an argument p).",
    "rare_words_more_often": "You draw rare words more often than frequent ones: draw word i with probability probs[i].",
    "power_again": "You take a power of probs once more: they are the probabilities already.",
    "other_order": "Your ids are those of the sorted probabilities: id i belongs to probs[i] as it stands.",
    "probability_zero": "You draw a word whose probability is 0.",
    "frequencies": "You draw some words too often and others too rarely: draw word i with probability probs[i].",
}
"""What to tell the reader about each mistake."""

MANY_DRAWS = 200
"""With so many draws, right answers lie within the bounds used here but for less than once in 10^9 times."""


LAGS = 12
"""So many places back a draw is compared with others."""


@np.errstate(all="ignore")
def sample_negatives(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check that ids fill the shape asked for, that each word comes as often as it should, and that draws are anew."""
    probs, size = np.asarray(arguments["probs"], np.float64), arguments["size"]
    shape = (size,) if isinstance(size, int) else tuple(size)
    runs = []
    for outcome in dict.fromkeys(outcomes):
        problem = next((found for ids in outcome.outputs if (found := _form(ids, shape, probs))), None)
        if problem:
            return problem
        calls = np.array([np.asarray(ids, np.int64) for ids in outcome.outputs])
        problem = (
            _range(calls, probs)
            or _sameness(calls, probs)
            or _frequencies(calls, probs)
            or _places(calls, probs)
            or _neighbours(calls, probs)
        )
        if problem:
            return problem
        runs.append(calls)
    if not np.array_equal(runs[0], runs[-1]):
        return told("ignores_rng")
    # Two right calls are equal with this probability at most.
    if np.sum(probs**2) ** math.prod(shape) < 1e-9 and repeats(list(runs[0])):
        return told("seed_hard_coded")
    return _say("list_not_array", craft=True) if isinstance(outcomes[0].outputs[0], (list, tuple)) else None


def _say(mistake: str, craft: bool = False) -> Problem:
    return Problem(mistake, SENTENCES[mistake], craft)


def _form(output: Any, shape: tuple[int, ...], probs: np.ndarray) -> Problem | None:
    if output is None:
        return told("returns_none")
    ids = numbers(output)
    if ids is None:
        return _say("not_ids")
    if ids.ndim == 0:
        return _say("one_draw")
    if ids.dtype.kind == "f":
        return _say(_kind_of_floats(ids, probs))
    if ids.shape == shape:
        return None
    if ids.shape == probs.shape and ids.sum() == math.prod(shape):
        return _say("counts")
    return _say("flat" if ids.shape == (math.prod(shape),) else "size")


def _kind_of_floats(values: np.ndarray, probs: np.ndarray) -> str:
    if np.all(values == np.floor(values)):
        return "floats"
    if np.all(np.isin(values, probs)):
        return "draws_probabilities"
    return "numbers_not_ids" if np.all((values >= 0) & (values <= 1)) else "not_ids"


def _range(calls: np.ndarray, probs: np.ndarray) -> Problem | None:
    for shift, mistake in ((1, "shifted_up"), (-1, "shifted_down")):
        moved = calls - shift
        if (
            calls.size >= MANY_DRAWS
            and _inside(moved, probs)
            and _fits(moved, probs)
            and not (_inside(calls, probs) and _fits(calls, probs))
        ):
            return _say(mistake)
    return None if _inside(calls, probs) else _say("out_of_range")


def _inside(ids: np.ndarray, probs: np.ndarray) -> bool:
    return bool(np.all((ids >= 0) & (ids < len(probs))))


def _fits(ids: np.ndarray, probs: np.ndarray, sigmas: float = 7) -> bool:
    """Return whether each word comes about as often as its probability says, and all together do."""
    counts, expected = np.bincount(ids.ravel(), minlength=len(probs)), ids.size * probs
    margins = sigmas * np.sqrt(expected * (1 - probs)) + 5
    if not np.all(np.abs(counts - expected) <= margins):
        return False
    often = expected >= 15
    # The sum has as many degrees of freedom as words, less one: with up to 8 words it is beyond once in 10^9 times.
    return bool(np.sum((counts[often] - expected[often]) ** 2 / expected[often]) <= sigmas**2 + 2 * np.sum(often))


def _sameness(calls: np.ndarray, probs: np.ndarray) -> Problem | None:
    """Check that the draws within a call do not depend on one another."""
    same = float(np.sum(probs**2))  # the probability that two draws are equal
    rows = calls.reshape(-1, calls.shape[-1])
    if same == 1 or calls.size < MANY_DRAWS:
        return None
    if np.all(calls == np.argmax(probs)):
        return _say("argmax")
    flat = calls.reshape(len(calls), -1)
    if same ** (flat.size - len(flat)) < 1e-9 and np.all(flat == flat[:, :1]):
        return _say("same_number")
    for axis in range(1, calls.ndim):
        others = calls.size - calls.size // calls.shape[axis]
        if calls.ndim > 2 and same**others < 1e-9 and np.all(calls == np.take(calls, [0], axis=axis)):
            return _say("rows_repeated")
    steps = np.diff(rows, axis=1)
    if ((1 + same) / 2) ** (steps.size // 2) < 1e-9 and (np.all(steps >= 0) or np.all(steps <= 0)):
        return _say("sorted_draws")
    ordered = np.sort(rows, axis=1)
    never_twice = not np.any(ordered[:, 1:] == ordered[:, :-1])
    pairs = len(rows) * (rows.shape[1] // 2)
    return _say("without_replacement") if never_twice and (1 - same) ** pairs < 1e-9 else None


def _frequencies(calls: np.ndarray, probs: np.ndarray) -> Problem | None:
    if calls.size < MANY_DRAWS or _fits(calls, probs):
        return None if np.all(probs[calls] > 0) else _say("probability_zero")
    V = len(probs)
    others = (
        (np.full(V, 1 / V), "uniform"),
        ((probs > 0) / np.count_nonzero(probs), "uniform"),
        ((1 - probs) / (V - 1), "rare_words_more_often"),
        (probs**0.75 / np.sum(probs**0.75), "power_again"),
        (np.sort(probs)[::-1], "other_order"),
        (np.sort(probs), "other_order"),
    )
    # A name that is not certain may be missed, so the bounds are narrower here.
    fitting = [(np.sum(np.log(other[calls])), mistake) for other, mistake in others if _fits(calls, other, sigmas=4)]
    if fitting:
        return _say(max(fitting)[1])
    return _say("probability_zero" if np.any(probs[calls] == 0) else "frequencies")


def _places(calls: np.ndarray, probs: np.ndarray) -> Problem | None:
    """Check that each place has the same probabilities, and that words do not come as often as a quota says."""
    flat = calls.reshape(len(calls), -1)
    middle = flat.shape[1] // 2
    parts = [flat[:, :middle], flat[:, middle:], *(np.moveaxis(calls, -1, 0) if calls.ndim > 2 else ())]
    if any(part.size >= MANY_DRAWS and not _fits(part, probs) for part in parts):
        return _say("depends_on_place")
    occur = probs[probs > 0]
    if len(calls) < 2 or len(occur) < 5 or flat.shape[1] < MANY_DRAWS:
        return None
    expected = flat.shape[1] * occur
    gaps = [np.sum((np.bincount(call, minlength=len(probs))[probs > 0] - expected) ** 2 / expected) for call in flat]
    # By chance one call in 10^4 is so even.
    return _say("too_even") if max(gaps) < 0.03 else None


def _neighbours(calls: np.ndarray, probs: np.ndarray) -> Problem | None:
    """Check that draws are equal to those some places before as often as by chance."""
    flat = calls.reshape(len(calls), -1)
    if calls.size < MANY_DRAWS:
        return None
    same, thrice = float(np.sum(probs**2)), float(np.sum(probs**3))
    for lag in range(1, min(LAGS, flat.shape[1] - 1) + 1):
        equal = flat[:, lag:] == flat[:, :-lag]
        margin = 7 * math.sqrt(equal.size * (same - same**2 + 2 * (thrice - same**2))) + 5
        if abs(np.count_nonzero(equal) - equal.size * same) > margin:
            return _say("depends_on_neighbours")
    return None
