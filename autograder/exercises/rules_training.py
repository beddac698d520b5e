"""The rule of train_logistic_regression. It travels in homework copies, as the other rules do.

No generator's draws are prescribed, so most cases are made such that the order changes nothing but its own trace. Either a
batch holds all the data. Or the examples are the rows of the unit matrix, all of class 1: then every weight belongs to
one example, the first epoch's losses do not depend on the order, and the weights tell who was in which batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from ..checking.exercise import Outcome, Problem
from .rules_common import close, list_remark, numbers, order_problem, parts_problem, remarked, repeats, told

Model = tuple[np.ndarray, float, np.ndarray]
"""Weights, bias and losses."""

SENTENCES = {
    "losses": "losses should hold each mini-batch's loss before its step, the mean over its examples, in that order.",
    "log_of_zero": (
        "losses holds numbers that are not finite: for a large score the probability is rounded to 0 or 1, and its log "
        "is lost. Work from the scores, with log_sigmoid(z) and log_sigmoid(-z), as logistic_loss does."
    ),
    "epsilon_in_log": (
        "Your losses are a little off, or too small for large scores, as a number added or a limit inside the log makes "
        "them. Work from the scores, with log_sigmoid(z) and log_sigmoid(-z), as logistic_loss does."
    ),
}
"""What to tell the reader about a mistake of this exercise alone."""


@np.errstate(all="ignore")
def train_logistic_regression(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check weights, bias and losses against a training of the rule's own, then the order of the examples."""
    drawn = []
    for outcome in dict.fromkeys(outcomes):
        orders = []
        for output in outcome.outputs:
            problem = _form(output, arguments["X"])
            if problem:
                return problem
            w = np.asarray(output[0])
            model = w.astype(float), float(np.asarray(output[1])), np.asarray(output[2], float)
            single = np.float32 in (w.dtype, arguments["X"].dtype)
            problem = _followed(model, arguments, 1e-4 if single else 1e-8)
            if problem:
                return problem
            orders.append(_batch_of_each(model[0], arguments))
        if arguments["batch_size"] < len(arguments["X"]) and repeats(orders):
            return told("seed_hard_coded")
        drawn.append(orders)
    if not np.array_equal(drawn[0], drawn[-1]):
        return told("ignores_rng")
    return next(filter(None, (_remark(output, arguments["X"]) for output in outcomes[0].outputs)), None)


def _form(output: Any, X: np.ndarray) -> Problem | None:
    problem = parts_problem(output, ("w", "b", "losses"))
    if problem:
        return problem
    w, b, losses = (numbers(part) for part in output)
    if w is None or w.shape != X.shape[1:]:
        return told("weights_shape")
    if b is None or b.shape != ():
        return told("bias_number")
    if losses is None or losses.ndim != 1:
        return told("no_array", what="losses")
    return None


def _remark(output: Any, X: np.ndarray) -> Problem | None:
    problem, w = list_remark({"w": output[0], "losses": output[2]}), np.asarray(output[0])
    if problem is None and w.dtype != (X.dtype if X.dtype.kind == "f" else np.float64):
        return remarked("weights_dtype", dtype=w.dtype)
    return problem


def _followed(model: Model, arguments: Mapping[str, Any], rtol: float) -> Problem | None:
    n, batch_size = len(arguments["X"]), arguments["batch_size"]
    right = _train(arguments)
    if batch_size < n and len(right[2]) > -(-n // batch_size):
        return _second_epoch(model, arguments, rtol)
    problem = _losses_length(model, len(right[2]), arguments)
    if _agree(model, right, rtol):
        batches = _batches(model[0], right[0], arguments) if batch_size < n else []
        return order_problem(batches, n) if batches else None
    for mistake, change in _CHANGES.items():
        if _agree(model, _train(arguments, **change), rtol):
            return told(mistake)
    if problem:
        return problem
    if not np.all(np.isfinite(model[2])):
        return Problem("log_of_zero", SENTENCES["log_of_zero"])
    if _cut_off(model, right, rtol):
        return Problem("epsilon_in_log", SENTENCES["epsilon_in_log"])
    if batch_size < n and np.any(model[0] == 0):
        return told("with_replacement")
    if close(np.sort(model[0]), np.sort(right[0]), rtol) and close(model[1], right[1], rtol):
        return Problem("losses", SENTENCES["losses"])
    if not close(model[2][0], np.log(2), 1e-4):
        return told("start_at_zero")
    return told("training_step")


_CHANGES: dict[str, dict[str, Any]] = {
    "summed_gradient": {"mean": False},
    "uphill": {"factor": -1.0},
    "learning_rate_ignored": {"learning_rate": 1.0},
    "bias_not_trained": {"bias": False},
    "loss_after_step": {"after": True},
}


def _train(arguments: Mapping[str, Any], **change: Any) -> Model:
    """Train without shuffling; a change makes a known mistake of it."""
    data = tuple((array.tobytes(), array.dtype.str, array.shape) for array in (arguments["X"], arguments["y"]))
    settings = (arguments[name] for name in ("learning_rate", "batch_size", "epochs"))
    return _trained(*data, *settings, arguments.get("tol", 0.0), **change)


@lru_cache(maxsize=256)  # the same for all students of a class
def _trained(
    X_data: tuple[Any, ...],
    y_data: tuple[Any, ...],
    rate: float,
    batch_size: int,
    epochs: int,
    tol: float,
    mean: bool = True,
    factor: float = 1.0,
    learning_rate: float | None = None,
    bias: bool = True,
    after: bool = False,
) -> Model:
    X, y = (np.frombuffer(data, dtype).reshape(shape).astype(float) for data, dtype, shape in (X_data, y_data))
    rate = factor * (rate if learning_rate is None else learning_rate)
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(int(epochs)):
        for rows in _cut(len(X), batch_size):
            loss, grad_w, grad_b = _loss(w, b, X[rows], y[rows])
            length = rate if mean else rate * len(rows)
            w, b = w - length * grad_w, b - length * grad_b * bias
            losses.append(_loss(w, b, X[rows], y[rows])[0] if after else loss)
        _, grad_w, grad_b = _loss(w, b, X, y)
        if np.hypot(np.linalg.norm(grad_w), grad_b) < tol:
            break
    return w, b, np.array(losses)


def _cut(n: int, batch_size: int) -> list[np.ndarray]:
    return np.split(np.arange(n), range(batch_size, n, batch_size))


def _loss(w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray, float]:
    z = X @ w + b
    error = 1 / (1 + np.exp(-z)) - y
    return float(np.mean(np.logaddexp(0, z) - y * z)), X.T @ error / len(y), float(np.mean(error))


def _agree(model: Model, right: Model, rtol: float) -> bool:
    return (
        close(np.sort(model[0]), np.sort(right[0]), rtol)
        and close(model[1], right[1], rtol)
        and close(model[2], right[2], rtol)
    )


def _cut_off(model: Model, right: Model, rtol: float) -> bool:
    """Return whether the steps are right, and only losses are not: slightly, or large ones, which are too small."""
    if not (close(np.sort(model[0]), np.sort(right[0]), rtol) and close(model[1], right[1], rtol)):
        return False
    if model[2].shape != right[2].shape:
        return False
    large = right[2] > 10
    return bool(np.allclose(model[2][~large], right[2][~large], rtol=1e-3) and np.all(model[2] <= right[2] + 1e-3))


def _losses_length(model: Model, right: int, arguments: Mapping[str, Any]) -> Problem | None:
    n, batch_size, epochs = len(arguments["X"]), arguments["batch_size"], arguments["epochs"]
    w, count = model[0], len(model[2])
    if count == right:
        return None
    if count == epochs == 1 and np.any(w):  # one step was taken, or one loss is kept of all
        if np.ptp(w) == 0:
            return told("whole_data")
        if np.count_nonzero(w) <= batch_size:
            return told("first_batch_only")
    if arguments.get("tol", 0.0):
        return told("tol_ignored" if count == epochs * -(-n // batch_size) else "stops_elsewhere")
    if count == -(-n // batch_size) and epochs > 1:
        return told("one_epoch")
    if count == epochs * (n // batch_size) and np.any(w == 0):
        return told("last_dropped")
    if count == epochs:
        return told("epoch_losses")
    if count == epochs * n:
        return told("batch_sizes")
    whole_epochs, rest = divmod(count, -(-n // batch_size))
    return told("losses_length", count=count, one="mini-batch") if rest else told("epochs", count=whole_epochs)


def _batch_of_each(w: np.ndarray, arguments: Mapping[str, Any]) -> np.ndarray:
    # Weights of one batch differ in their last digits at most. Where a batch is all the data, only rounding differs.
    return np.round(w, 9) if arguments["batch_size"] < len(arguments["X"]) else np.zeros(0)


def _batches(w: np.ndarray, right: np.ndarray, arguments: Mapping[str, Any]) -> list[np.ndarray]:
    """Return the examples of each batch: those with its weight."""
    firsts = [right[rows[0]] for rows in _cut(len(w), arguments["batch_size"])]
    return [np.flatnonzero(np.isclose(w, weight, rtol=1e-6, atol=0)) for weight in firsts]


def _second_epoch(model: Model, arguments: Mapping[str, Any], rtol: float) -> Problem | None:
    """Follow two epochs with one example per batch; the examples are numbered as the first epoch met them."""
    n, rate, epochs = len(arguments["X"]), arguments["learning_rate"], arguments["epochs"]
    w, b, first = _train({**arguments, "epochs": 1})
    w = w.copy()
    if len(model[2]) != epochs * n:
        return told("one_epoch") if len(model[2]) == n else told("losses_length", count=len(model[2]), one="mini-batch")
    if not close(model[2][:n], first, rtol):
        return Problem("losses", SENTENCES["losses"])
    order = []
    for loss in model[2][n:]:
        costs = np.logaddexp(0, -(w + b))
        i = int(np.argmin(np.abs(costs - loss)))
        if not abs(costs[i] - loss) <= rtol * costs[i]:
            return Problem("losses", SENTENCES["losses"])
        step = rate / (1 + np.exp(w[i] + b))
        w[i], b = w[i] + step, b + step
        order.append(i)
    if len(set(order)) < n:
        return told("with_replacement")
    if np.array_equal(order, np.arange(n)):
        return told("same_shuffle")
    return None if _agree(model, (w, b, model[2]), rtol) else told("training_step")
