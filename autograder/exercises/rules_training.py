"""The rule of train_logistic_regression. It travels in homework copies, as the other rules do.

No generator's draws are prescribed, so most cases are made such that the order changes nothing but its own trace. Either a
batch holds all the data. Or the examples are the rows of the unit matrix, all of class 1: then every weight belongs to
one example, the first epoch's losses do not depend on the order, and the weights tell who was in which batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..exercise import Outcome, Problem
from .rules_common import close, no_array, numbers, order_problem, parts_problem, repeats, told

Model = tuple[np.ndarray, float, np.ndarray]
"""Weights, bias and losses."""

SENTENCES = {
    "log_of_zero": (
        "losses holds numbers that are not finite: for a large score the probability is rounded to 0 or 1, and its log "
        "is lost. Work from the scores, with log_sigmoid(z) and log_sigmoid(-z), as logistic_loss does."
    ),
}
"""What to tell the reader about a mistake of this exercise alone."""


@np.errstate(all="ignore")
def train_logistic_regression(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check weights, bias and losses against a training of the rule's own, then the order of the examples."""
    drawn = []
    for outcome in outcomes:
        orders = []
        for output in outcome.outputs:
            problem = _form(output, arguments["X"])
            if problem:
                return problem
            model = np.asarray(output[0], float), float(output[1]), np.asarray(output[2], float)
            problem = _followed(model, arguments)
            if problem:
                return problem
            orders.append(_batch_of_each(model[0], arguments))
        if arguments["batch_size"] < len(arguments["X"]) and repeats(orders):
            return told("seed_hard_coded")
        drawn.append(orders)
    return None if np.array_equal(drawn[0], drawn[1]) else told("ignores_rng")


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
        return no_array("losses", output[2])
    if w.dtype != (X.dtype if X.dtype.kind == "f" else np.float64):
        return told("weights_dtype", dtype=w.dtype)
    return None


def _followed(model: Model, arguments: Mapping[str, Any]) -> Problem | None:
    n, batch_size = len(arguments["X"]), arguments["batch_size"]
    right = _train(arguments)
    if batch_size < n and len(right[2]) > -(-n // batch_size):
        return _second_epoch(model, arguments)
    rtol = 1e-4 if arguments["X"].dtype == np.float32 else 1e-8
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
    if batch_size < n and np.any(model[0] == 0):
        return told("with_replacement")
    if close(np.sort(model[0]), np.sort(right[0]), rtol) and close(model[1], right[1], rtol):
        return told("losses")
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


def _train(
    arguments: Mapping[str, Any],
    mean: bool = True,
    factor: float = 1.0,
    learning_rate: float | None = None,
    bias: bool = True,
    after: bool = False,
) -> Model:
    """Train without shuffling; the changes are known mistakes."""
    X, y = np.asarray(arguments["X"], float), np.asarray(arguments["y"], float)
    rate = factor * (arguments["learning_rate"] if learning_rate is None else learning_rate)
    w, b, losses = np.zeros(X.shape[1]), 0.0, []
    for _ in range(arguments["epochs"]):
        for rows in _cut(len(X), arguments["batch_size"]):
            loss, grad_w, grad_b = _loss(w, b, X[rows], y[rows])
            length = rate if mean else rate * len(rows)
            w, b = w - length * grad_w, b - length * grad_b * bias
            losses.append(_loss(w, b, X[rows], y[rows])[0] if after else loss)
        _, grad_w, grad_b = _loss(w, b, X, y)
        if np.hypot(np.linalg.norm(grad_w), grad_b) < arguments.get("tol", 0.0):
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
    if count == -(-n // batch_size) and epochs > 1:
        return told("one_epoch")
    if arguments.get("tol", 0.0) and count == epochs * -(-n // batch_size):
        return told("tol_ignored")
    if arguments.get("tol", 0.0):
        return told("stops_elsewhere")
    if count == epochs * (n // batch_size) and np.any(w == 0):
        return told("last_dropped")
    return told("epoch_losses") if count == epochs else told("losses_length", count=count)


def _batch_of_each(w: np.ndarray, arguments: Mapping[str, Any]) -> np.ndarray:
    # Weights of one batch differ in their last digits at most. Where a batch is all the data, only rounding differs.
    return np.round(w, 9) if arguments["batch_size"] < len(arguments["X"]) else np.zeros(0)


def _batches(w: np.ndarray, right: np.ndarray, arguments: Mapping[str, Any]) -> list[np.ndarray]:
    """Return the examples of each batch: those with its weight."""
    firsts = [right[rows[0]] for rows in _cut(len(w), arguments["batch_size"])]
    return [np.flatnonzero(np.isclose(w, weight, rtol=1e-6, atol=0)) for weight in firsts]


def _second_epoch(model: Model, arguments: Mapping[str, Any]) -> Problem | None:
    """Follow two epochs with one example per batch; the examples are numbered as the first epoch met them."""
    n, rate, epochs = len(arguments["X"]), arguments["learning_rate"], arguments["epochs"]
    w, b, first = _train({**arguments, "epochs": 1})
    if len(model[2]) != epochs * n:
        return told("one_epoch") if len(model[2]) == n else told("losses_length", count=len(model[2]))
    if not close(model[2][:n], first, 1e-8):
        return told("losses")
    order = []
    for loss in model[2][n:]:
        costs = np.logaddexp(0, -(w + b))
        i = int(np.argmin(np.abs(costs - loss)))
        if not abs(costs[i] - loss) <= 1e-9:
            return told("losses")
        step = rate / (1 + np.exp(w[i] + b))
        w[i], b = w[i] + step, b + step
        order.append(i)
    if len(set(order)) < n:
        return told("with_replacement")
    if np.array_equal(order, np.arange(n)):
        return told("same_shuffle")
    return None if _agree(model, (w, b, model[2]), 1e-8) else told("training_step")
