"""Chapter 3: dropout."""

from __future__ import annotations

import numpy as np

from solutions import regularization as ref

from ..checking.exercise import Case, Exercise, Mistake, Seed
from . import rules


def _floats(h):
    return h if h.dtype.kind == "f" else h * 1.0


def _refusing(answer):
    """Return an answer that refuses a rate outside of [0, 1), as the task asks."""

    def refusing(h, rate, rng, training=True):
        if not 0 <= rate < 1:
            raise ValueError(f"rate must be at least 0 and below 1, not {rate}")
        return answer(h, rate, rng, training)

    return refusing


@_refusing
def _by_binomial(h, rate, rng, training=True):
    if not training:
        return h.copy()
    if rate == 0:
        return h
    mask = rng.binomial(1, 1 - rate, size=h.shape)
    return (h * mask / (1 - rate)).astype(_floats(h).dtype)


@_refusing
def _by_copy(h, rate, rng, training=True):
    result = np.array(_floats(h))
    if training:
        result[rng.uniform(size=h.shape) < rate] = 0
        result /= 1 - rate
    return result


@_refusing
def _by_entry(h, rate, rng, training=True):
    result = np.zeros(h.shape, _floats(h).dtype)
    for i in np.ndindex(h.shape):
        if not training or rng.random() >= rate:
            result[i] = h[i] / (1 - rate) if training else h[i]
    return result


@_refusing
def _by_zeros(h, rate, rng, training=True):
    if training is False:
        return h + 0.0
    out = np.zeros(h.shape)
    keep = rng.random(size=h.shape) >= rate
    out[keep] = h[keep] / (1.0 - rate)
    return out


@_refusing
def _by_lists(h, rate, rng, training=True):
    if not training:
        return h.tolist()
    flat = [float(x) / (1 - rate) if rng.uniform() > rate else 0.0 for x in h.ravel()]
    return np.array(flat).reshape(h.shape).tolist()


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
    return h.copy()


def _cut_off(h, rate, rng, training=True):
    if not training:
        return h.copy()
    result, kept = np.zeros_like(h), rng.random(h.shape) >= rate
    result[kept] = h[kept] / (1 - rate)
    return result


@_refusing
def _widened(h, rate, rng, training=True):
    return h * (rng.random(h.shape) >= rate).astype(float) / (1 - rate) if training else h.copy()


def _activations(seed, shape, dtype=np.float64):
    """Return activations none of which is zero."""
    rng = np.random.default_rng(seed)
    return (rng.uniform(0.5, 2.5, shape) * rng.choice([-1, 1], shape)).astype(dtype)


def _layers(rng):
    h, rate = _activations(int(rng.integers(2**31)), (int(rng.integers(14, 20)), 30)), float(rng.uniform(0.15, 0.4))
    yield _hidden("random activations and rate", h, rate, int(rng.integers(2**31)))


def _hidden(name, h, rate, seed, **more):
    return Case(name, (h, rate, Seed(seed)), hidden=True, once=True, **more)


_OUTSIDE = {"training": False}

dropout = Exercise(
    ref.dropout,
    number="3.11",
    title="Dropout",
    points=2,
    minutes=10,
    difficulty=2,
    rule=rules.dropout,
    returns=("the activations",),
    cases=(
        # First, since what is dropped or scaled here tells more than what is missing in training then.
        Case("outside of training", (_activations(4, (5, 6)), 0.4, Seed(4)), _OUTSIDE, weight=0, once=True),
        Case("rate 0.2", (_activations(1, (25, 20)), 0.2, Seed(1)), times=2, weight=2),
        Case("rate 0.8", (_activations(2, (500,)), 0.8, Seed(2)), weight=2, once=True),
        Case("float32", (_activations(3, (21, 20), np.float32), 0.25, Seed(3)), once=True),
        Case("rate 0", (_activations(5, (4, 10)), 0.0, Seed(5)), weight=0, once=True),
        _hidden("six calls", _activations(6, (40, 10)), 0.5, 6, times=6),
        _hidden("whole numbers", np.arange(1, 421).reshape(21, 20), 0.3, 7),
        _hidden("three axes", _activations(8, (10, 5, 10)), 0.35, 8),
        _hidden("activations of zero among others", _activations(9, (30, 30)).clip(0), 0.3, 9),
        # These lie in memory with gaps between them. No copy has gaps: an answer that has them is h itself.
        Case(
            "a copy outside of training",
            (_activations(10, (40,), np.float32)[::2], 0.4, Seed(10)),
            _OUTSIDE,
            weight=0,
            once=True,
        ),
        Case(
            "outside of training nothing is drawn: rng is None",
            (np.array([1.0, -2.0]), 0.4, None),
            _OUTSIDE,
            weight=0,
            once=True,
        ),
        Case("a rate of 1", (np.array([1.0, -2.0]), 1.0, Seed(11)), weight=0.5, raises="ValueError"),
        Case("a negative rate", (np.array([3.0]), -0.25, Seed(12)), weight=0.5, hidden=True, raises="ValueError"),
    ),
    random_cases=_layers,
    hints=(
        "Draw one random number for each entry of h. Which of them decide that the entry is dropped, so that this happens with probability rate?",
        "`rng.random(h.shape) >= rate` is True with probability 1 - rate. Entries that stay are divided by 1 - rate, so that the "
        "expected value is h. Outside of training nothing changes.",
        '`if not 0 <= rate < 1: raise ValueError("rate")`; `if not training: return h.copy()`; else `kept = rng.random(h.shape) >= rate` and `return kept * h / (1 - rate)`: True counts as 1, False as 0.',
    ),
    right=(_by_binomial, _by_copy, _by_entry, _by_zeros, _by_lists),
    equivalent={
        "rng.random(h.shape) > rate": "a drawn number is equal to the rate once in 2^53 times",
        "h = as_float(h) -> ": "whole numbers in may stay whole: the division makes floats of them",
        "-> kept = xp.asarray(rng.random(h.shape) >= rate)": "NumPy has one device only",
    },
    mistakes=(
        Mistake("not_scaled", _masked(_keep, lambda rate: 1.0)),
        Mistake(
            "scaled_outside_training",
            _masked(_keep, lambda rate: 1.0, lambda h, rate: h * h.dtype.type(1 - rate)),
        ),
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
            "nothing_dropped",
            lambda h, rate, rng, training=True: _floats(h) / (1 - rate if training else 1),
        ),
        Mistake("inactive_in_training", lambda h, rate, rng, training=True: h.copy()),
        Mistake("active_outside_training", _never_active),
        Mistake("active_outside_training", lambda h, rate, rng, training=True: _by_copy(h, rate, rng, not training)),
        Mistake("digits_cut", _cut_off),
        Mistake(
            "list_not_array", lambda h, rate, rng, training=True: _by_zeros(h, rate, rng, training).tolist(), craft=True
        ),
        Mistake("active_outside_training", _always_active),
        Mistake("scaled_outside_training", _masked(_keep, outside=lambda h, rate: h * h.dtype.type(1 - rate))),
        Mistake("changed_outside_training", _masked(_keep, outside=lambda h, rate: h / h.dtype.type(1 - rate))),
        Mistake("dropped_values", _gaussian),
        Mistake("activations_dtype", _widened, craft=True),
        Mistake("activations_shape", lambda h, rate, rng, training=True: h[rng.random(h.shape) >= rate] / (1 - rate)),
        Mistake("returns_none", lambda h, rate, rng, training=True: None),
        Mistake("mutates_input", _in_place),
        Mistake("no_error", _masked(_keep)),
        Mistake(
            "no_error",
            lambda h, rate, rng, training=True: (
                _by_copy(h, rate, rng, training) if 0 <= rate < 1 else ValueError("rate")
            ),
        ),
    ),
)
