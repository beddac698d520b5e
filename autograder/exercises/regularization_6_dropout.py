"""Chapter 3: dropout."""

from __future__ import annotations

import numpy as np

from solutions import regularization as ref

from ..exercise import Case, Exercise, Mistake, Seed
from . import rules


def _floats(h):
    return h if h.dtype.kind == "f" else h * 1.0


def _by_binomial(h, rate, rng, training=True):
    if not training or rate == 0:
        return h
    mask = rng.binomial(1, 1 - rate, size=h.shape)
    return (h * mask / (1 - rate)).astype(_floats(h).dtype)


def _by_copy(h, rate, rng, training=True):
    result = np.array(_floats(h))
    if training:
        result[rng.uniform(size=h.shape) < rate] = 0
        result /= 1 - rate
    return result


def _by_entry(h, rate, rng, training=True):
    result = np.zeros(h.shape, _floats(h).dtype)
    for i in np.ndindex(h.shape):
        if not training or rng.random() >= rate:
            result[i] = h[i] / (1 - rate) if training else h[i]
    return result


def _masked(mask, factor=lambda rate: 1 / (1 - rate), outside=lambda h, rate: h.copy()):
    """Return an answer from the entries kept, the factor of those, and what it does outside of training."""

    def answer(h, rate, rng, training=True):
        if not training:
            return outside(h, rate)
        return np.where(mask(h.shape, rate, rng), _floats(h) * factor(rate), 0).astype(_floats(h).dtype)

    return answer


def _keep(shape, rate, rng):
    return rng.random(shape) >= rate


def _fixed_number(shape, rate, rng):
    kept = np.ones(np.prod(shape, dtype=int), bool)
    kept[rng.permutation(kept.size)[: round(rate * kept.size)]] = False
    return kept.reshape(shape)


def _always_active(h, rate, rng, training=True):
    return _masked(_keep)(h, rate, rng)


def _never_active(h, rate, rng, training=True):
    return h.copy() if training else _masked(_keep)(h, rate, rng)


def _gaussian(h, rate, rng, training=True):
    return h * rng.normal(1, np.sqrt(rate / (1 - rate)), h.shape).astype(_floats(h).dtype) if training else h.copy()


def _in_place(h, rate, rng, training=True):
    if training:
        h *= (rng.random(h.shape) >= rate).astype(h.dtype)
        h /= np.asarray(1 - rate, h.dtype)
    return h


def _widened(h, rate, rng, training=True):
    return h * (rng.random(h.shape) >= rate).astype(float) / (1 - rate) if training else h.copy()


def _activations(seed, shape, dtype=np.float64):
    """Return activations none of which is zero."""
    rng = np.random.default_rng(seed)
    return (rng.uniform(0.5, 2.5, shape) * rng.choice([-1, 1], shape)).astype(dtype)


def _layers(rng):
    h, rate = _activations(int(rng.integers(2**31)), (int(rng.integers(40, 60)), 30)), float(rng.uniform(0.15, 0.4))
    yield Case("random activations and rate", (h, rate, Seed(int(rng.integers(2**31)))), hidden=True, times=2)


_OUTSIDE = {"training": False}

dropout = Exercise(
    ref.dropout,
    title="Dropout",
    points=2,
    minutes=10,
    difficulty=2,
    rule=rules.dropout,
    returns=("the activations",),
    cases=(
        Case("rate 0.3", (_activations(1, (40, 25)), 0.3, Seed(1)), times=2, weight=2),
        Case("rate 0.8", (_activations(2, (900,)), 0.8, Seed(2)), times=2, weight=2),
        Case("float32", (_activations(3, (30, 24), np.float32), 0.25, Seed(3))),
        Case("outside of training", (_activations(4, (20, 50)), 0.4, Seed(4)), _OUTSIDE, weight=0),
        Case("rate 0", (_activations(5, (20, 50)), 0.0, Seed(5)), weight=0),
        Case("eight calls", (_activations(6, (700, 4)), 0.5, Seed(6)), hidden=True, times=8),
        Case("whole numbers", (np.arange(1, 801).reshape(40, 20), 0.2, Seed(7)), hidden=True),
        Case("three axes", (_activations(8, (10, 10, 10)), 0.35, Seed(8)), hidden=True, times=2),
        Case("activations of zero among others", (_activations(9, (40, 30)).clip(0), 0.3, Seed(9)), hidden=True),
        Case("float32 outside of training", (_activations(10, (5, 4), np.float32), 0.4, Seed(10)), _OUTSIDE, weight=0),
    ),
    random_cases=_layers,
    hints=(
        "Draw one random number for each entry of h. Which of them decide that the entry is dropped, so that this happens with probability rate?",
        "`rng.random(h.shape) >= rate` is True with probability 1 - rate. Entries that stay are divided by 1 - rate, so that the "
        "expected value is h. Outside of training nothing changes.",
        "`if not training: return h.copy()`; else `kept = rng.random(h.shape) >= rate` and `return kept * h / (1 - rate)`: True counts as 1, False as 0.",
    ),
    right=(_by_binomial, _by_copy, _by_entry),
    equivalent={
        "rng.random(h.shape) > rate": "a drawn number is equal to the rate once in 2^53 times",
        "-> return xp.asarray(h)": "whether the answer is a copy cannot be seen from its values",
        "h = as_float(h) -> ": "whole numbers in may stay whole: the division makes floats of them",
        "-> kept = xp.asarray(rng.random(h.shape) >= rate)": "NumPy has one device only",
    },
    mistakes=(
        Mistake("not_scaled", _masked(_keep, lambda rate: 1.0)),
        Mistake("not_scaled", _masked(_keep, lambda rate: 1.0, lambda h, rate: h * h.dtype.type(1 - rate))),
        Mistake("scaled_down", _masked(_keep, lambda rate: 1 - rate)),
        Mistake("scaled_by_rate", _masked(_keep, lambda rate: 1 / rate if rate else 1.0)),
        Mistake("keeps_with_rate", _masked(lambda shape, rate, rng: rng.random(shape) < rate)),
        Mistake("share_dropped", _masked(lambda shape, rate, rng: rng.random(shape) >= 0.5)),
        Mistake("share_dropped", _masked(lambda shape, rate, rng: rng.uniform(-1, 1, shape) >= rate)),
        Mistake("share_dropped", _masked(lambda shape, rate, rng: rng.normal(size=shape) >= rate)),
        Mistake("same_mask", _masked(lambda shape, rate, rng: _keep(shape, rate, np.random.default_rng(0)))),
        Mistake("ignores_rng", _masked(lambda shape, rate, rng: _keep(shape, rate, np.random))),
        Mistake("mask_shared", _masked(lambda shape, rate, rng: _keep(shape[1:] or shape, rate, rng))),
        Mistake("mask_shared", _masked(lambda shape, rate, rng: _keep((shape[0], *(1 for _ in shape[1:])), rate, rng))),
        Mistake(
            "mask_shared",
            _masked(lambda shape, rate, rng: _keep((*shape[:2], *(1 for _ in shape[2:])), rate, rng)),
        ),
        Mistake("fixed_number", _masked(_fixed_number)),
        Mistake(
            "nothing_dropped", lambda h, rate, rng, training=True: _floats(h) / h.dtype.type(1 - rate) if rate else h
        ),
        Mistake("not_scaled", _never_active),
        Mistake("active_outside_training", _always_active),
        Mistake("scaled_outside_training", _masked(_keep, outside=lambda h, rate: h * h.dtype.type(1 - rate))),
        Mistake("changed_outside_training", _masked(_keep, outside=lambda h, rate: h / h.dtype.type(1 - rate))),
        Mistake("dropped_values", _gaussian),
        Mistake("activations_dtype", _widened),
        Mistake("activations_shape", lambda h, rate, rng, training=True: h[rng.random(h.shape) >= rate] / (1 - rate)),
        Mistake("returns_none", lambda h, rate, rng, training=True: None),
        Mistake("mutates_input", _in_place),
    ),
)
