"""What a right answer to a random exercise has to fulfil, whatever way it draws. These rules travel in homework copies.

A rule gets a case's arguments by name and the outcomes of two equal runs. Both runs begin with equal generators, so a
function that draws from its `rng` alone gives equal outcomes; within a run the generator moves on, so a second call
has to draw anew. A rule takes any plain data for an answer and never raises. Its sentences hold no argument's value:
the case may be hidden.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..checking.compare import as_array
from ..checking.exercise import Outcome, Problem
from .rules_classifier import train_linear_classifier
from .rules_common import MANY_ROWS, close, list_remark, numbers, order_problem, parts_problem, remarked, repeats, told
from .rules_embeddings import train_cbow, train_skipgram
from .rules_regularization import dropout, k_fold
from .rules_sgd import sgd
from .rules_training import train_logistic_regression
from .rules_word2vec import sample_negatives

__all__ = [
    "dropout",
    "k_fold",
    "minibatches",
    "random_search",
    "sample_negatives",
    "sgd",
    "train_cbow",
    "train_linear_classifier",
    "train_logistic_regression",
    "train_skipgram",
]

MANY_NUMBERS = 600
"""With so many normal numbers, mean and spread lie within the bounds used here but for less than once in 10^9 times."""


@np.errstate(all="ignore")
def random_search(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check that guesses are new normal draws of the given shape and scale, and that the best of them is returned."""
    shape, trials = arguments["shape"], arguments["trials"]
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    drawn = []
    for outcome in dict.fromkeys(outcomes):
        problem = _search_form(outcome.outputs, shape) or _guess_form(outcome.calls, shape)
        if problem:
            return problem
        guesses, values = _distinct_guesses(outcome.calls)
        problem = _number_of_guesses(len(guesses), len(outcome.calls), trials, len(outcome.outputs))
        problem = problem or _distribution(guesses, arguments.get("scale", 1.0))
        for i, output in enumerate(outcome.outputs):
            own = slice(i * trials, (i + 1) * trials)
            problem = problem or _search_result(output, guesses[own], values[own])
        if problem:
            return problem
        drawn.append(guesses)
    if not np.array_equal(drawn[0], drawn[-1]):
        return told("ignores_rng")
    remarks = (list_remark({"best": best, "losses": losses}) for best, _, losses in outcomes[0].outputs)
    return next(filter(None, remarks), None)


def _search_form(outputs: Sequence[Any], shape: tuple[int, ...]) -> Problem | None:
    for output in outputs:
        problem = parts_problem(output, ("best", "best_loss", "losses"))
        if problem:
            return problem
        best, best_loss, losses = (numbers(part) for part in output)
        if best is not None and best_loss is not None and best.shape == () != shape and best_loss.shape == shape:
            return told("order", names="best, best_loss, losses")
        if best is None or best.shape != shape:
            return told("best_shape")
        if best_loss is None or best_loss.shape != ():
            return told("best_loss")
        if losses is None or losses.ndim != 1:
            return told("no_array", what="losses")
    return None


def _guess_form(calls: Sequence[tuple[tuple[Any, ...], Any]], shape: tuple[int, ...]) -> Problem | None:
    if not calls:
        return told("never_called")
    guesses = [numbers(args[0]) if len(args) == 1 else None for args, _ in calls]
    if any(guess is None or guess.shape != shape for guess in guesses):
        return told("guess_shape")
    return None


def _distinct_guesses(calls: Sequence[tuple[tuple[Any, ...], Any]]) -> tuple[np.ndarray, np.ndarray]:
    # A function may ask for the same guess's loss again, say for the best one.
    found: dict[bytes, tuple[np.ndarray, float]] = {}
    for (guess,), value in calls:
        guess = np.asarray(guess, np.float64)
        found.setdefault(guess.tobytes(), (guess, float(value)))
    return np.array([guess for guess, _ in found.values()]), np.array([value for _, value in found.values()])


def _number_of_guesses(distinct: int, calls: int, trials: int, times: int) -> Problem | None:
    if distinct == trials * times:
        return None
    if distinct == trials and times > 1:
        return told("seed_hard_coded")
    if calls == times:
        return told("returns_in_loop", one="guess")
    if distinct <= times:
        return told("same_guess")
    return told("trials", count=distinct / times)


def _distribution(guesses: np.ndarray, scale: float) -> Problem | None:
    numbers = guesses.ravel() / scale
    if numbers.size < MANY_NUMBERS:
        return None
    if len(np.unique(numbers)) < numbers.size / 2:
        return told("same_number")
    spread = np.sqrt(np.mean(numbers**2))
    if not np.max(np.abs(numbers)) > 2 * spread:
        return told("uniform")
    if not abs(np.mean(numbers)) < 0.3 * spread:
        return told("not_centered")
    if not abs(np.mean(guesses[1:] * guesses[:-1])) < 0.3 * np.mean(guesses**2):
        return told("walks")
    if not 0.75 < spread < 1.3:
        if 0.75 < spread * scale < 1.3:
            return told("scale_ignored")
        return told("scale", factor=spread)
    return None


def _search_result(output: Any, guesses: np.ndarray, values: np.ndarray) -> Problem | None:
    best, best_loss, losses = (numbers(part) for part in output)
    assert best is not None
    assert best_loss is not None
    assert losses is not None
    if not np.any(np.isfinite(values)):
        return told("no_finite_loss")
    if losses.shape != values.shape:
        return told("losses_length", count=len(losses), one="guess")
    if np.isnan(best_loss) and np.any(np.isnan(values)):
        return told("nan_wins")
    winner = int(np.nanargmin(values))
    rtol = 1e-5 if np.float32 in (best.dtype, best_loss.dtype, losses.dtype) else 1e-9
    if close(best_loss, np.nanmax(values), rtol) and not close(best_loss, values[winner], rtol):
        return told("keeps_worst")
    if not close(best_loss, values[winner], rtol):
        return told("best_loss")
    if not close(losses, values, rtol):
        if close(losses, np.fmin.accumulate(values), rtol):
            return told("running_best")
        return told("losses", one="guess")
    if not close(best, guesses[winner], rtol):
        if close(best, guesses[-1], rtol):
            return told("last_guess")
        return told("best")
    return None


@np.errstate(all="ignore")
def minibatches(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check that the batches hold every index once, have the right sizes, and come in a new random order each time."""
    n, batch_size = arguments["n"], arguments["batch_size"]
    orders = []
    for outcome in dict.fromkeys(outcomes):
        epochs = []
        for output in outcome.outputs:
            batches = _batches(output)
            if isinstance(batches, Problem):
                return batches
            problem = _batches_content(batches, n, batch_size)
            if problem:
                return problem
            epochs.append(np.concatenate(batches))
        orders.append(epochs)
    if not np.array_equal(orders[0], orders[-1]):
        return told("ignores_rng")
    # A single batch has no order that matters.
    if n >= MANY_ROWS and batch_size < n and repeats(orders[0]):
        return told("seed_hard_coded")
    lists = any(isinstance(batch, (list, tuple)) for output in outcomes[0].outputs for batch in output)
    return remarked("list_not_array", what="A batch") if lists else None


def _batches(output: Any) -> list[np.ndarray] | Problem:
    """Return the batches as arrays of whole numbers."""
    if output is None:
        return told("returns_none")
    if isinstance(output, np.ndarray) and output.ndim == 1 and output.size:
        return told("one_array")
    if not isinstance(output, (list, tuple)) and not (isinstance(output, np.ndarray) and output.ndim == 2):
        return told("no_batches")
    batches = []
    for one in output:
        batch = np.array(one, int) if isinstance(one, (list, tuple)) and not one else _array_of(one)
        if batch is None:
            return told("no_array", what="A batch")
        if batch.dtype.kind == "b":
            return told("masks")
        if batch.ndim != 1 or batch.dtype.kind not in "iu":
            return told("no_indices", shape=batch.shape, dtype=batch.dtype)
        batches.append(batch)
    return batches or told("no_batches")


def _array_of(value: Any) -> np.ndarray | None:
    return as_array(value) if isinstance(value, (list, tuple)) else value if isinstance(value, np.ndarray) else None


def _batches_content(batches: list[np.ndarray], n: int, batch_size: int) -> Problem | None:
    sizes, rows = [len(batch) for batch in batches], np.concatenate(batches)
    if np.any((rows < 0) | (rows >= n)):
        return told("out_of_range")
    if len(np.unique(rows)) < len(rows):
        return told("with_replacement")
    full, rest = divmod(n, batch_size)
    if len(rows) < n:
        if sizes == [batch_size] * full:
            return told("last_dropped")
        if len(batches) == 1:
            return told("first_batch_only")
        return told("rows_missing", share=len(rows) / n)
    if 0 in sizes:
        return told("empty_batch")
    if sizes != [batch_size] * full + [rest] * (rest > 0):
        return told("batch_sizes")
    return order_problem(batches, n)
