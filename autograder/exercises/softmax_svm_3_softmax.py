"""Chapter 4: softmax."""

from __future__ import annotations

import math

import numpy as np

from solutions import softmax_svm as ref

from ..checking.exercise import Case, Exercise, Mistake

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
    Case("float32", (array([[0.1, 0.7, -2.0], [99.5, 100.0, -100.0]], np.float32),)),
    Case("scores of 1000", (array([1000.0, 999.0, -1000.0]),)),
    Case("scores of -1000", (array([-1000.0, -1002.0, -1000.5]),)),
    Case("high and low scores in one table", (array([[2e4, 2e4 + 1], [-1000.0, -1001.5], [0.0, 1.0]]),)),
    Case("all scores equal", (np.full((2, 5), 3.25),), hidden=True),
    Case("one example", (array([[0.5, 1.0, 3.0]]),), hidden=True),
    Case("scores of 1000 each way", (array([[-1000.0, 1000.0], [1000.0, -1000.0]]),), hidden=True),
    Case("every other column", (np.arange(16.0).reshape(2, 8)[:, ::2] % 5,), hidden=True),
)
WHOLE = (array([[3, 1, 2], [0, 5, 5]]),)


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


def _softmax_lists(scores):
    if scores.ndim > 1:
        return [_softmax_lists(row) for row in scores]
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


def _softmax_zeros(scores):
    table = np.atleast_2d(scores)
    result = np.zeros(table.shape)
    for i in range(len(table)):
        shifted = table[i] - np.max(table[i])
        result[i] = np.exp(shifted) / np.sum(np.exp(shifted))
    return result.reshape(scores.shape)


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


def one_row_at_a_time(one, like=None):
    """Return an answer that fills zeros row by row, for mistakes that only loops make."""

    def answer(scores):
        result = np.zeros(scores.shape, like(scores) if like else None)
        if scores.ndim == 1:
            result[:] = one(scores)
        for i in range(len(scores) if scores.ndim > 1 else 0):
            result[i] = one(scores[i])
        return result

    return answer


def sums(values):
    return values.sum(axis=-1, keepdims=True)


def _one_hot(scores):
    return 1.0 * (scores == highest(scores))


def _with_epsilon(epsilon):
    return Mistake(
        "epsilon",
        _shares(total=lambda powers: powers.sum(axis=-1, keepdims=True) + epsilon),
        "A small number in the denominator spoils every probability, and is not needed: after the shift one of the exponentials is 1.",
    )


NO_SHIFT = "For large scores exp overflows, and inf / inf is nan: subtract the row's highest score first. It does not change the result."
LONG_DOUBLE = (
    "A wider float moves the limit only, exp(20000) overflows there too: subtract the row's highest score first."
)

softmax = Exercise(
    ref.softmax,
    number="4.6",
    title="Softmax",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("the probabilities",),
    cases=(*SCORES, Case("whole numbers", WHOLE)),
    random_cases=random_tables,
    hints=(
        "Three steps: subtract the row's highest score from every score of it, take exp, divide by the row's sum.",
        "The last axis holds the classes, for one example, (K,), as for a table, (N, K): `axis=-1`. With `keepdims=True` the maximum and the "
        "sum keep that axis, so they fit to the table.",
        "`powers = np.exp(scores - np.max(scores, axis=-1, keepdims=True))`, then `return powers / np.sum(powers, axis=-1, keepdims=True)`.",
    ),
    equivalent={
        "-> scores = scores": "whole numbers in may stay whole: exp makes floats of them",
        "scores = as_float(scores) -> (dropped)": "whole numbers in may stay whole: exp makes floats of them",
    },
    right=(
        _softmax_loop,
        _softmax_lists,
        _softmax_zeros,
        _softmax_of_gaps,
        lambda s: np.exp(s - np.logaddexp.reduce(s, axis=-1, keepdims=True)),
    ),
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
            "You subtract the highest score of the whole table, so rows far below it become 0 / 0: each row has its own maximum, `axis=-1, keepdims=True`.",
        ),
        Mistake(
            "shift_by_lowest",
            _shares(lambda scores: np.exp(scores - scores.min(axis=-1, keepdims=True))),
            "You subtract the lowest score, so large gaps still overflow: subtract the highest one.",
        ),
        Mistake(
            "shift_by_mean",
            _shares(lambda scores: np.exp(scores - scores.mean(axis=-1, keepdims=True))),
            "You subtract the mean, so large gaps still overflow: subtract the highest score.",
        ),
        Mistake(
            "divided_by_highest",
            lambda scores: right_softmax(scores / highest(scores)),
            "You divide the scores by the highest one, which changes the probabilities: subtract it instead.",
        ),
        Mistake(
            "divided_by_highest",
            lambda scores: right_softmax(scores / np.abs(scores).max(axis=-1, keepdims=True)),
            "You divide the scores by the largest one, which changes the probabilities: subtract the highest score instead.",
        ),
        Mistake(
            "divided_by_sum",
            lambda scores: right_softmax(scores / sums(scores)),
            "You divide the scores by their sum before exp: take exp first, then divide.",
        ),
        Mistake(
            "scaled_down",
            lambda scores: right_softmax(scores / 1000),
            "You divide the scores by 1000, which changes the probabilities: subtract the row's highest score instead.",
        ),
        Mistake(
            "standardised",
            lambda scores: right_softmax(
                (scores - scores.mean(axis=-1, keepdims=True)) / scores.std(axis=-1, keepdims=True)
            ),
            "You divide the scores by their deviation, which changes the probabilities: subtract the highest score, and no more.",
        ),
        Mistake(
            "shift_above_only",
            lambda s: powers(s) / sums(np.exp(s)),
            "You subtract the highest score above, but not below: use the shifted scores in both places.",
        ),
        Mistake(
            "shift_below_only",
            lambda s: np.exp(s) / sums(powers(s)),
            "You subtract the highest score below, but not above: use the shifted scores in both places.",
        ),
        Mistake(
            "shift_of_axis_0",
            _shares(lambda scores: np.exp(scores - scores.max(axis=0)) if scores.ndim > 1 else powers(scores)),
            "You subtract the highest score of each column: take that of each row, `axis=-1, keepdims=True`.",
        ),
        Mistake(
            "clipped",
            _shares(lambda scores: np.exp(np.clip(scores, -700, 700))),
            "You cut the scores off at 700, so 1000 and 999 look alike: subtract the row's highest score instead.",
        ),
        Mistake(
            "clipped",
            _shares(lambda scores: np.exp(np.clip(scores, -500, 500))),
            "You cut the scores off at 500, so 1000 and 999 look alike: subtract the row's highest score instead.",
        ),
        Mistake(
            "nan_replaced",
            lambda s: np.nan_to_num(np.exp(s) / sums(np.exp(s))),
            "A 0 in place of nan is still wrong for large scores: subtract the row's highest score first.",
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
            "You divide by the sum of the whole table: each row adds up to 1 by itself, `axis=-1, keepdims=True`.",
        ),
        Mistake(
            "total_of_all",
            lambda scores: np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum(),
            "You treat the whole table as one example: each row adds up to 1 by itself, `axis=-1, keepdims=True`.",
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
            "rows_as_one_class",
            lambda scores: right_softmax(scores) if scores.ndim > 1 else np.ones_like(scores),
            "For one example, (K,), your loop treats each score as an example of its own: the classes are the last axis, `axis=-1`.",
        ),
        Mistake(
            "no_exp",
            lambda scores: np.abs(scores) / sums(np.abs(scores)),
            "You divide the absolute scores by their sum: take exp first, it makes every score positive.",
        ),
        Mistake(
            "no_exp",
            _shares(lambda scores: scores - scores.min(axis=-1, keepdims=True)),
            "You shift and divide the scores themselves: take exp first, it makes every score positive.",
        ),
        Mistake(
            "no_exp",
            _shares(lambda scores: scores),
            "You divide the scores themselves: take exp first, negative scores make no probabilities.",
        ),
        Mistake("not_normalised", powers, "Your exponentials do not add up to 1: divide them by their sum."),
        Mistake(
            "others_alone",
            lambda s: powers(s) / (sums(powers(s)) - powers(s)),
            "You divide by the other classes alone: the sum goes over all classes.",
        ),
        Mistake(
            "one_in_total",
            lambda s: powers(s) / (1 + sums(powers(s))),
            "You add 1 to the sum, as the sigmoid does: divide by the sum of the exponentials alone.",
        ),
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
        Mistake(
            "exp_twice",
            _shares(lambda scores: np.exp(powers(scores))),
            "You take exp twice: once is enough.",
        ),
        Mistake(
            "temperature",
            lambda scores: right_softmax(scores / 2),
            "You divide the scores by 2: take them as they are.",
        ),
        Mistake(
            "logarithm",
            lambda scores: scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True),
            "You return the logarithm: return the probabilities themselves.",
        ),
        Mistake("logarithm", _of_softmax(np.log), "You return the logarithm: return the probabilities themselves."),
        Mistake(
            "sigmoid",
            lambda scores: 1 / (1 + np.exp(-scores)),
            "You take the sigmoid of each score by itself: the probabilities of a row depend on each other and add up to 1.",
        ),
        Mistake(
            "sigmoid",
            _shares(lambda scores: 1 / (1 + np.exp(-scores))),
            "You take the sigmoid of each score: take exp, then divide by the sum.",
        ),
        Mistake(
            "one_hot",
            lambda scores: np.eye(scores.shape[-1])[scores.argmax(axis=-1)],
            "You give 1 to the highest score: softmax gives every class its share.",
        ),
        Mistake("one_hot", _one_hot, "You give 1 to the highest score: softmax gives every class its share."),
        Mistake("one_hot", _shares(_one_hot), "You give 1 to the highest score: softmax gives every class its share."),
        Mistake(
            "best_class",
            lambda scores: scores.argmax(axis=-1),
            "You return the number of the best class: return the probability of every class.",
        ),
        Mistake("rounded", _of_softmax(lambda p: p.round(2)), "You round the probabilities: return all their digits."),
        Mistake("rounded", _of_softmax(lambda p: p.round(4)), "You round the probabilities: return all their digits."),
        Mistake(
            "base_2",
            _shares(lambda scores: 2.0 ** (scores - highest(scores))),
            "You take powers of 2: take powers of e, `np.exp`.",
        ),
        Mistake(
            "base_10",
            _shares(lambda scores: 10.0 ** (scores - highest(scores))),
            "You take powers of 10: take powers of e, `np.exp`.",
        ),
        Mistake(
            "shift_after_exp",
            _shares(lambda scores: np.exp(scores) - np.exp(highest(scores))),
            "You subtract the maximum after exp: subtract the highest score first, then take exp.",
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
            "truncates",
            one_row_at_a_time(right_softmax, lambda scores: scores.dtype),
            "For whole scores `np.zeros_like(scores)`, or `dtype=scores.dtype`, holds whole numbers, so the probabilities become 0: begin with `np.zeros(scores.shape)`.",
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
