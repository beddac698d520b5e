"""The rule of train_linear_classifier. It travels in homework copies, as the other rules do.

Training a classifier is stochastic gradient descent on W, so the rule of sgd follows the steps. Labels repeat, so before
that each example gets a number of its own in place of its label.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from ..checking.exercise import Outcome, Problem
from .rules_common import close
from .rules_sgd import sgd

SENTENCES = {
    "start": "W starts at zeros, of the shape (n_classes, D): your first W is another.",
    "theta_shape": (
        "W should have the shape (n_classes, D), one row of weights for each class, in each call of loss and in what "
        "you return."
    ),
    "pairs_broken": "The rows of X meet the labels of other rows: use the same indices for X and for y.",
    "changed_labels": "Give loss the labels as they are, y[batch]: integers, one for each row of the batch.",
    "lam_missing": "You call loss without lam: loss(W, X[batch], y[batch], lam).",
    "lam_changed": "You give loss another lam than yours: it takes lam as it is.",
    "penalty_twice": "loss has the penalty in it already, and so has its gradient: a step is W - learning_rate * grad.",
}

_Call = tuple[tuple[Any, ...], Any]
"""A recorded call of loss: (W, X_batch, y_batch, lam), and the (loss, gradient) that came back."""


@np.errstate(all="ignore")
def train_linear_classifier(arguments: Mapping[str, Any], outcomes: Sequence[Outcome]) -> Problem | None:
    """Check what loss is given in every call, and follow the steps by the rule of sgd."""
    X, y, lam = np.asarray(arguments["X"]), np.asarray(arguments["y"]), arguments["lam"]
    numbered: dict[Outcome, Outcome] = {}
    for outcome in dict.fromkeys(outcomes):
        places = _places([call[0][1] for call in outcome.calls], X)
        found = {
            _lam_problem(call, lam) or _labels_problem(call[0][2], own, y)
            for call, own in zip(outcome.calls, places, strict=True)
        }
        for mistake in ("lam_missing", "lam_changed", "changed_labels", "pairs_broken"):
            if mistake in found:
                return Problem(mistake, SENTENCES[mistake])
        calls = tuple(_numbered(call, own) for call, own in zip(outcome.calls, places, strict=True))
        numbered[outcome] = replace(outcome, calls=calls)
    W0 = np.zeros((arguments["n_classes"], X.shape[1]), X.dtype if X.dtype.kind == "f" else np.float64)
    problem = sgd({**arguments, "theta0": W0, "y": np.arange(len(y))}, [numbered[outcome] for outcome in outcomes])
    if problem is None:
        return None
    mistake = problem.mistake
    if mistake in ("step", "theta") and _penalty_twice(outcomes[0].calls, arguments):
        mistake = "penalty_twice"
    words = problem.sentence.replace("loss_and_grad", "loss").replace("theta", "W")
    return replace(problem, mistake=mistake, sentence=SENTENCES.get(mistake, words))


def _lam_problem(call: _Call, lam: float) -> str | None:
    given = call[0][3:]
    if not given:
        return "lam_missing" if lam else None
    return None if close(given[0], lam) else "lam_changed"


def _places(batches: Sequence[Any], X: np.ndarray) -> list[np.ndarray | None]:
    """Return for each batch the place in X of each of its rows, -1 where there is none; None for what is no batch."""
    arrays = [np.asarray(batch) for batch in batches]
    proper = [array.ndim == 2 and array.shape[1:] == X.shape[1:] for array in arrays]
    rows = [array for array, is_batch in zip(arrays, proper, strict=True) if is_batch]
    if not rows:
        return [None] * len(arrays)
    same = (np.concatenate(rows)[:, None] == X).all(axis=2)
    places = np.where(same.any(axis=1), same.argmax(axis=1), -1)
    parts = iter(np.split(places, np.cumsum([len(array) for array in rows])[:-1]))
    return [next(parts) if is_batch else None for is_batch in proper]


def _labels_problem(labels: Any, places: np.ndarray | None, y: np.ndarray) -> str | None:
    if places is None or np.any(places < 0):
        return None  # the rule of sgd names it
    labels = np.asarray(labels)
    if labels.shape != places.shape or labels.dtype.kind not in "iu":
        return "changed_labels"
    if np.array_equal(labels, y[places]):
        return None
    return "pairs_broken" if np.isin(labels, y).all() else "changed_labels"


def _numbered(call: _Call, places: np.ndarray | None) -> _Call:
    """Return the call without lam, and with each example's place in the data as its label."""
    (W, x_batch, y_batch, *_), value = call
    return (W, x_batch, y_batch if places is None else places), value


def _penalty_twice(calls: Sequence[_Call], arguments: Mapping[str, Any]) -> bool:
    """Return whether each step of the first call of the function adds 2 lam W to a gradient that has it already."""
    rate, lam = arguments["learning_rate"], arguments["lam"]
    steps = -(-len(arguments["X"]) // arguments["batch_size"]) * arguments["epochs"]
    return steps > 2 and all(
        close(after[0][0], before[0][0] - rate * (before[1][1] + 2 * lam * before[0][0]), 1e-6)
        for before, after in pairwise(calls[:steps])
    )
