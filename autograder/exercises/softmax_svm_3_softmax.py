"""Chapter 4: softmax."""

from __future__ import annotations

import math

import numpy as np

from solutions import softmax_svm as ref

from ..exercise import Case, Exercise, Mistake

array = np.array

ANIMALS = array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])


def random_tables(rng):
    for shape in ((4,), (1, 3), (5, 2)):
        yield Case(f"random scores {shape}", (rng.normal(size=shape) * 2,), hidden=True)


SCORES = (
    Case("worked example: cat, car and frog", (ANIMALS[0],)),
    Case("two examples, four classes", (array([[1.5, 0.25, 2.0, -1.0], [0.5, 0.75, -2.0, 0.0]]),)),
    Case("three examples, two classes", (array([[0.5, 2.0], [1.25, 1.0], [-3.0, 4.0]]),)),
    Case("as many examples as classes", (ANIMALS,)),
    Case("whole numbers", (array([[3, 1, 2], [0, 5, 5]]),)),
    Case("float32", (array([[0.1, 0.7, -2.0], [99.5, 100.0, -100.0]], np.float32),)),
    Case("scores of 1000", (array([1000.0, 999.0, -1000.0]),)),
    Case("scores of -1000", (array([-1000.0, -1002.0, -1000.5]),)),
    Case("high and low scores in one table", (array([[2e4, 2e4 + 1], [-1000.0, -1001.5], [0.0, 1.0]]),)),
    Case("all scores equal", (np.full((2, 5), 3.25),), hidden=True),
    Case("one example", (array([[0.5, 1.0, 3.0]]),), hidden=True),
    Case("scores of 1000 each way", (array([[-1000.0, 1000.0], [1000.0, -1000.0]]),), hidden=True),
    Case("every other column", (np.arange(16.0).reshape(2, 8)[:, ::2] % 5,), hidden=True),
)


def highest(scores):
    return scores.max(axis=-1, keepdims=True)


def powers(scores):
    return np.exp(scores - highest(scores))


def right_softmax(scores):
    return powers(scores) / powers(scores).sum(axis=-1, keepdims=True)


def _softmax_loop(scores):
    dtype = scores.dtype if scores.dtype.kind == "f" else float
    if scores.ndim > 1:
        return np.stack([_softmax_loop(row) for row in scores])
    powers = [math.exp(score - max(scores)) for score in scores]
    return array([power / math.fsum(powers) for power in powers], dtype)


def _softmax_of_gaps(scores):
    with np.errstate(over="ignore"):
        return 1 / np.exp(scores[..., None, :] - scores[..., :, None]).sum(axis=-1)


def _shares(powers=powers, total=lambda powers: powers.sum(axis=-1, keepdims=True)):
    """Return an answer from what each score becomes, and from what these are divided by."""
    return lambda scores: powers(scores) / total(powers(scores))


def _of_softmax(change):
    """Return an answer that makes something else of the right probabilities."""
    return lambda scores: change(right_softmax(scores))


def softmax_in_place(scores):
    scores -= highest(scores)
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


def _divided_too_early(scores):
    return powers(scores / highest(scores)) / powers(scores / highest(scores)).sum(axis=-1, keepdims=True)


def _with_epsilon(epsilon):
    return Mistake(
        "epsilon",
        _shares(total=lambda powers: powers.sum(axis=-1, keepdims=True) + epsilon),
        "A small number in the denominator spoils every probability, and is not needed: after the shift one of the exponentials is 1.",
    )


NO_SHIFT = "For large scores exp overflows, and inf / inf is nan: take the row's highest score off first. It does not change the result."
LONG_DOUBLE = (
    "A wider float moves the limit only, exp(20000) overflows there too: take the row's highest score off first."
)

softmax = Exercise(
    ref.softmax,
    title="Softmax",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("the probabilities",),
    cases=SCORES,
    random_cases=random_tables,
    hints=(
        "Three steps: take the highest score of the row off every score of it, take exp, divide by the row's sum.",
        "The last axis holds the classes, for one example, (K,), as for a table, (N, K): `axis=-1`. With `keepdims=True` the maximum and the "
        "sum keep that axis, so they fit to the table.",
        "`powers = np.exp(scores - np.max(scores, axis=-1, keepdims=True))`, then `return powers / np.sum(powers, axis=-1, keepdims=True)`.",
    ),
    equivalent={
        "-> scores = scores": "whole numbers in may stay whole: exp makes floats of them",
        "scores = as_float(scores) -> (dropped)": "whole numbers in may stay whole: exp makes floats of them",
    },
    right=(_softmax_loop, _softmax_of_gaps, lambda s: np.exp(s - np.logaddexp.reduce(s, axis=-1, keepdims=True))),
    mistakes=(
        Mistake("no_shift", _shares(np.exp), NO_SHIFT),
        Mistake(
            "no_shift",
            lambda s: _shares(np.exp)(s.astype(np.longdouble)).astype((1.0 * s).dtype),
            LONG_DOUBLE,
        ),
        Mistake(
            "shift_by_all",
            _shares(lambda scores: np.exp(scores - scores.max())),
            "You take off the highest score of the whole table, so rows far below it become 0 / 0: each row has its own maximum, `axis=-1, keepdims=True`.",
        ),
        Mistake(
            "shift_by_lowest",
            _shares(lambda scores: np.exp(scores - scores.min(axis=-1, keepdims=True))),
            "You take the lowest score off: large gaps overflow still. Take off the highest one.",
        ),
        Mistake(
            "shift_by_mean",
            _shares(lambda scores: np.exp(scores - scores.mean(axis=-1, keepdims=True))),
            "You take the mean off: large gaps overflow still. Take off the highest score.",
        ),
        Mistake(
            "divided_by_highest",
            _divided_too_early,
            "You divide the scores by the highest one, which changes the probabilities: take it off instead.",
        ),
        Mistake(
            "axis_0",
            lambda scores: np.exp(scores - scores.max(axis=0)) / np.exp(scores - scores.max(axis=0)).sum(axis=0),
            "You normalise along axis 0, over the examples: the classes are the last axis, `axis=-1`.",
        ),
        Mistake(
            "total_of_axis_0",
            _shares(total=lambda powers: powers.sum(axis=0)),
            "You divide by the sums along axis 0, over the examples: the classes are the last axis, `axis=-1`.",
        ),
        Mistake(
            "total_of_all",
            _shares(total=np.sum),
            "You divide by the sum of the whole table: each row adds up to 1 of itself, `axis=-1, keepdims=True`.",
        ),
        Mistake(
            "no_keepdims",
            _shares(lambda s: np.exp(s - s.max(axis=-1)), lambda powers: powers.sum(axis=-1)),
            "Without `keepdims=True` the maximum and the sum of each row, (N,), lie along the classes: keep the axis.",
        ),
        Mistake(
            "total_without_keepdims",
            _shares(total=lambda powers: powers.sum(axis=-1)),
            "Without `keepdims=True` the sums of the rows, (N,), lie along the classes: keep the axis.",
        ),
        Mistake(
            "one_example_as_table",
            lambda scores: right_softmax(np.atleast_2d(scores)),
            "For one example, (K,), you return a table, (1, K): keep the shape. `axis=-1` fits both.",
        ),
        Mistake(
            "no_exp",
            _shares(lambda scores: scores),
            "You divide the scores themselves: take exp first, negative scores make no probabilities.",
        ),
        Mistake("not_normalised", powers, "Your exponentials do not add up to 1: divide them by their sum."),
        Mistake(
            "mean",
            _shares(total=lambda powers: powers.mean(axis=-1, keepdims=True)),
            "You divide by the mean of the exponentials: divide by their sum.",
        ),
        Mistake(
            "negative_scores",
            lambda scores: right_softmax(-scores),
            "You take exp of minus the scores: the highest score gets the highest probability.",
        ),
        Mistake("logarithm", _of_softmax(np.log), "You return the logarithm: return the probabilities themselves."),
        Mistake(
            "sigmoid",
            lambda scores: 1 / (1 + np.exp(-scores)),
            "You take the sigmoid of each score by itself: the probabilities of a row depend on each other and add up to 1.",
        ),
        Mistake(
            "one_hot",
            lambda scores: (scores == highest(scores)) * np.ones_like(scores) * 1.0,
            "You give 1 to the highest score: softmax gives every class its share.",
        ),
        Mistake(
            "base_2",
            _shares(lambda scores: 2.0 ** (scores - highest(scores))),
            "You take powers of 2: take powers of e, `np.exp`.",
        ),
        Mistake(
            "squared",
            _shares(lambda scores: powers(scores) ** 2),
            "Your exponentials are squared, as if the scores were twice as large.",
        ),
        Mistake(
            "sum_only",
            _of_softmax(lambda p: p.sum(axis=-1)),
            "You return the sums of the probabilities: return the probabilities.",
        ),
        Mistake(
            "float64",
            lambda scores: right_softmax(scores.astype(np.float64)),
            "Your probabilities are float64 for float32 scores: keep the dtype of the scores.",
            craft=True,
        ),
        Mistake(
            "integer",
            _of_softmax(lambda p: p.astype(int)),
            "Your probabilities are whole numbers: their fractions are cut off.",
        ),
        *map(_with_epsilon, (1e-8, 1e-7, 1e-6, 1e-5)),
        Mistake(
            "mutates_input",
            softmax_in_place,
            "Your function writes into the scores (`-=`), so the caller's table is spoiled: compute a new array.",
        ),
    ),
)
