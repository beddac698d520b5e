"""The rule of sgd: every recorded step is followed. It travels in homework copies, as the other rules do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..checking.exercise import Outcome, Problem
from .rules_common import MANY_ROWS, close, list_remark, numbers, order_problem, parts_problem, remarked, repeats, told


@np.errstate(all="ignore")
def sgd(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check every recorded step: its rows, its theta, its loss, and what is returned in the end."""
    times, orders = len(outcomes[0].outputs), []
    for outcome in dict.fromkeys(outcomes):
        problem = _form(outcome.outputs, np.shape(arguments["theta0"])) or _batches_form(outcome.calls, arguments)
        if problem:
            return problem
        rows = _rows_of(outcome.calls, arguments)
        if isinstance(rows, Problem):
            return rows
        problem = _sizes(rows, arguments, times)
        if problem:
            return problem
        per_call = len(rows) // times
        own = [slice(i * per_call, (i + 1) * per_call) for i in range(times)]
        problem = _epochs([rows[part] for part in own], len(arguments["X"]), arguments["epochs"])
        for part, output in zip(own, outcome.outputs, strict=True):
            problem = problem or _updates(outcome.calls[part], output, arguments)
            problem = problem or _losses(outcome.calls[part], output, arguments)
        if problem:
            return problem
        orders.append(np.concatenate(rows))
    if not np.array_equal(orders[0], orders[-1]):
        return told("ignores_rng")
    return next(filter(None, (_remark(output, arguments["theta0"]) for output in outcomes[0].outputs)), None)


_Calls = Sequence[tuple[tuple[Any, ...], Any]]
"""Recorded calls of loss_and_grad: (theta, X_batch, y_batch), and the (loss, gradient) that came back."""


def _form(outputs: Sequence[Any], shape: tuple[int, ...]) -> Problem | None:
    for output in outputs:
        problem = parts_problem(output, ("theta", "losses"))
        if problem:
            return problem
        theta, losses = (numbers(part) for part in output)
        if theta is not None and losses is not None and theta.ndim == 1 and theta.shape != shape == losses.shape:
            return told("order", names="theta, losses")
        if theta is None or theta.shape != shape:
            return told("theta_shape")
        if losses is None or losses.ndim != 1:
            return told("no_array", what="losses")
    return None


def _remark(output: Any, theta0: Any) -> Problem | None:
    theta, start = np.asarray(output[0]), np.asarray(theta0)
    if theta.ndim and theta.dtype != (start.dtype if start.dtype.kind == "f" else np.float64):
        return list_remark({"theta": output[0]}) or remarked("dtype", dtype=theta.dtype)
    return list_remark({"theta": output[0], "losses": output[1]})


def _batches_form(calls: _Calls, arguments: Mapping[str, Any]) -> Problem | None:
    shape, X, y = np.shape(arguments["theta0"]), arguments["X"], arguments["y"]
    for args, _ in calls:
        theta, x_batch, y_batch = (numbers(value) for value in args)
        if theta is None or theta.shape != shape:
            return told("theta_shape")
        for batch, data in ((x_batch, X), (y_batch, y)):
            if batch is None or batch.ndim != data.ndim or batch.shape[1:] != data.shape[1:] or len(batch) > len(data):
                return told("batch_shape")
        if len(args[1]) != len(args[2]):
            return told("batch_shape")
    return None


def _rows_of(calls: _Calls, arguments: Mapping[str, Any]) -> list[np.ndarray] | Problem:
    """Return the rows that make up each batch, by their place in the data."""
    if not calls:
        return told("never_called")
    x_rows, y_rows = (
        _places(np.concatenate([args[i] for args, _ in calls]), arguments[name]) for i, name in ((1, "X"), (2, "y"))
    )
    if np.any(x_rows < 0) or np.any(y_rows < 0):
        return told("changed_rows")
    if not np.array_equal(x_rows, y_rows):
        return told("pairs_broken")
    ends = np.cumsum([len(args[1]) for args, _ in calls])
    return np.split(x_rows, ends[:-1])


def _places(rows: np.ndarray, data: np.ndarray) -> np.ndarray:
    """Return the place in `data` of each row, -1 where there is none."""
    match = rows[:, None] == data[None]
    match = match.all(axis=tuple(range(2, match.ndim)))
    return np.where(match.any(axis=1), match.argmax(axis=1), -1)


def _sizes(rows: list[np.ndarray], arguments: Mapping[str, Any], times: int) -> Problem | None:
    n, batch_size, epochs = len(arguments["X"]), arguments["batch_size"], arguments["epochs"]
    full, rest = divmod(n, batch_size)
    epoch = [batch_size] * full + [rest] * (rest > 0)
    sizes = [len(batch) for batch in rows]
    if sizes == epoch * epochs * times:
        return None
    if len(sizes) == times:
        return told("returns_in_loop", one="step")
    if len(sizes) == 2 * len(epoch) * epochs * times and all(map(np.array_equal, rows[::2], rows[1::2])):
        return told("called_twice")
    if set(sizes) == {n}:
        return told("whole_data")
    if sizes == epoch * times:
        return told("one_epoch")
    if set(sizes) == {batch_size} and len(sizes) == epochs * times:
        return told("one_batch_per_epoch")
    if 0 in sizes:
        return told("empty_batch")
    if sizes == epoch * (len(sizes) // len(epoch)):
        return told("epochs", count=len(sizes) / len(epoch) / times)
    if set(sizes) == {batch_size}:
        first = np.concatenate(rows[:full])
        if len(sizes) == full * epochs * times and len(np.unique(first)) == len(first):
            return told("last_dropped")
        return told("with_replacement")
    return told("batch_sizes")


def _epochs(runs: list[list[np.ndarray]], n: int, epochs: int) -> Problem | None:
    """Check what the batches of all calls hold; they have the right sizes."""
    calls = []
    for batches in runs:
        size = len(batches) // epochs
        parts = [batches[i * size : (i + 1) * size] for i in range(epochs)]
        for part in parts:
            if len(np.unique(np.concatenate(part))) < n:
                return told("with_replacement")
        calls.append(parts)
    for part in (part for parts in calls for part in parts):
        problem = order_problem(part, n)
        if problem:
            return problem
    if n < MANY_ROWS:
        return None
    if repeats([np.concatenate(batches) for batches in runs]):
        return told("seed_hard_coded")
    if any(repeats([np.concatenate(part) for part in parts]) for parts in calls):
        return told("same_shuffle")
    return None


def _updates(calls: _Calls, output: Any, arguments: Mapping[str, Any]) -> Problem | None:
    """Follow theta from step to step."""
    theta0, rate = np.asarray(arguments["theta0"]), arguments["learning_rate"]
    returned = np.asarray(output[0])
    rtol = _rtol(theta0, returned)
    path = np.array([*(args[0] for args, _ in calls), returned], np.float64).reshape(len(calls) + 1, -1)
    grads = np.array([grad for _, (_, grad) in calls], np.float64).reshape(len(calls), -1)
    if not close(path[0], theta0.ravel(), rtol):
        return told("start")
    right = path[:-1] - rate * grads
    # Where a descent has run off to infinity, no step can be told from another.
    told_apart = np.all(np.isfinite(right), axis=1)
    wrong = told_apart & ~(np.max(np.abs(path[1:] - right), axis=1) <= rtol * np.max(np.abs(right), axis=1))
    if np.any(wrong):
        i = int(np.argmax(wrong))
        last = i == len(calls) - 1
        return _wrong_step(path[i], path[i + 1], grads[i], rate, len(calls[i][0][1]), last, rtol)
    return None


def _rtol(*values: Any) -> float:
    return 1e-5 if any(np.asarray(value).dtype == np.float32 for value in values) else 1e-9


def _wrong_step(
    theta: np.ndarray, after: np.ndarray, grad: np.ndarray, rate: float, rows: int, last: bool, rtol: float
) -> Problem:
    if close(after, theta, rtol):
        return told("before_last_update" if last else "not_updated")
    factors = {
        -rate: "uphill",
        1.0: "learning_rate_ignored",
        rate / rows: "divided_twice",
        rate * rows: "divided_twice",
    }
    for factor, mistake in factors.items():
        if close(after, theta - factor * grad, rtol):
            return told(mistake)
    return told("theta" if last else "step")


def _losses(calls: _Calls, output: Any, arguments: Mapping[str, Any]) -> Problem | None:
    losses, recorded = np.asarray(output[1]), np.array([loss for _, (loss, _) in calls])
    if losses.shape == (arguments["epochs"],) != recorded.shape:
        return told("epoch_losses")
    if losses.shape != recorded.shape:
        return told("losses_length", count=len(losses), one="mini-batch")
    if not close(losses, recorded, _rtol(arguments["theta0"], losses)):
        return told("losses", one="mini-batch")
    return None
