"""Chapter 4: the logarithm of softmax, and the loss that it leads to."""

from __future__ import annotations

import math

import numpy as np

from solutions import softmax_svm as ref

from ..checking.exercise import Case, Exercise, Mistake
from .softmax_svm_3_softmax import (
    LONG_DOUBLE,
    SCORES,
    WHOLE,
    highest,
    one_row_at_a_time,
    powers,
    random_tables,
    right_softmax,
    softmax_in_place,
    sums,
)

array = np.array


def _of_softmax(change):
    """Return an answer that makes something else of the right probabilities."""
    return lambda scores: change(right_softmax(scores))


def _log_softmax(scores):
    shifted = scores - highest(scores)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _log_softmax_loop(scores):
    dtype = scores.dtype if scores.dtype.kind == "f" else float
    if scores.ndim > 1:
        return np.stack([_log_softmax_loop(row) for row in scores])
    high = float(max(scores))
    log_total = high + math.log(math.fsum(math.exp(score - high) for score in scores))
    return array([score - log_total for score in scores], dtype)


def _log_softmax_lists(scores):
    if scores.ndim > 1:
        return [_log_softmax_lists(row) for row in scores]
    high = max(scores)
    log_total = math.log(sum(math.exp(score - high) for score in scores))
    return [score - high - log_total for score in scores]


def _log_sum(shift=highest, axis=-1, log=np.log):
    """Return an answer that subtracts the log of the sum of the shifted exponentials from the shifted scores."""

    def answer(scores):
        shifted = scores - shift(scores)
        return shifted - log(np.exp(shifted).sum(axis=axis, keepdims=axis is not None))

    return answer


def _log_total(scores):
    return np.log(sums(powers(scores)))


def _log_epsilon(epsilon):
    return Mistake(
        "epsilon",
        _of_softmax(lambda p: np.log(p + epsilon)),
        "A small number inside the log makes every log probability wrong, and a tiny one very wrong: start from the scores less their "
        "maximum, log softmax = score - log(sum(exp(scores))).",
    )


def _log_clip(epsilon):
    return Mistake(
        "epsilon",
        _of_softmax(lambda p: np.log(np.maximum(p, epsilon))),
        "You keep the probabilities away from 0, so a tiny one has a wrong logarithm: start from the scores less their maximum, log softmax = score - log(sum(exp(scores))).",
    )


log_softmax = Exercise(
    ref.log_softmax,
    number="4.7",
    title="Log-softmax",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("the log probabilities",),
    cases=(*SCORES, Case("whole numbers", WHOLE, courtesy=True)),
    random_cases=random_tables,
    hints=(
        "The logarithm undoes exp: log(exp(s) / total) = s - log(total). So no probability is needed, which might be 0.",
        "Subtract the row's highest score from all its scores first, and use these shifted scores in both places: shifted - log(sum(exp(shifted))).",
        "`shifted = scores - np.max(scores, axis=-1, keepdims=True)`, then `return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))`.",
    ),
    equivalent={
        "-> scores = scores": "whole numbers in may stay whole: exp makes floats of them",
        "scores = as_float(scores) -> (dropped)": "whole numbers in may stay whole: exp makes floats of them",
    },
    right=(
        _log_softmax_loop,
        _log_softmax_lists,
        one_row_at_a_time(_log_softmax),
        lambda s: s - np.logaddexp.reduce(s, axis=-1, keepdims=True),
        lambda s: s - (highest(s) + _log_total(s)),
    ),
    mistakes=(
        Mistake(
            "log_of_softmax",
            _of_softmax(np.log),
            "The probability of a low score is rounded to 0, and its logarithm is -inf: start from the scores less their maximum, log softmax = score - log(sum(exp(scores))).",
        ),
        Mistake(
            "log_of_softmax",
            lambda s: np.log(np.exp(s) / np.exp(s).sum(axis=-1, keepdims=True)),
            "For large scores exp overflows, and of a low one the probability is rounded to 0: shift the scores, then shifted - log(sum(exp(shifted))).",
        ),
        Mistake(
            "no_shift",
            _log_sum(lambda scores: 0),
            "For large scores exp overflows (and for very low ones log(0) comes out): subtract the row's highest score first.",
        ),
        Mistake(
            "no_shift",
            lambda s: _log_sum(lambda scores: 0)(s.astype(np.longdouble)).astype((1.0 * s).dtype),
            LONG_DOUBLE,
        ),
        Mistake(
            "shift_in_exp_only",
            lambda scores: scores - _log_total(scores),
            "You subtract the highest score inside the exp, but not in front: use the shifted scores in both places.",
        ),
        Mistake(
            "shift_in_front_only",
            lambda scores: scores - highest(scores) - np.log(np.exp(scores).sum(axis=-1, keepdims=True)),
            "You subtract the highest score in front, but not inside the exp: use the shifted scores in both places.",
        ),
        Mistake(
            "shift_by_all",
            _log_sum(np.max),
            "You subtract the highest score of the whole table, so rows far below it lose their digits, or become log(0): each row has its own maximum, `axis=-1, keepdims=True`.",
        ),
        Mistake(
            "shift_by_lowest",
            _log_sum(lambda scores: scores.min(axis=-1, keepdims=True)),
            "You subtract the lowest score, so large gaps still overflow: subtract the highest one.",
        ),
        Mistake(
            "shift_by_mean",
            _log_sum(lambda scores: scores.mean(axis=-1, keepdims=True)),
            "You subtract the mean, so large gaps still overflow: subtract the highest score.",
        ),
        Mistake(
            "shift_of_axis_0",
            _log_sum(lambda scores: scores.max(axis=0) if scores.ndim > 1 else highest(scores)),
            "You subtract the highest score of each column: take that of each row, `axis=-1, keepdims=True`.",
        ),
        Mistake(
            "shift_twice",
            lambda s: s - 2 * highest(s) - _log_total(s),
            "You subtract the highest score twice: if it is in the log of the sum again, subtract that from the scores as they were.",
        ),
        Mistake(
            "shift_added",
            lambda s: s + highest(s) - _log_total(s),
            "You add the highest score: subtract it, in front and inside the exp.",
        ),
        Mistake(
            "clipped",
            lambda s: _log_sum(lambda scores: 0)(np.clip(s, -700, 700)),
            "You cut the scores off at 700, so 1000 and 999 look alike: subtract the row's highest score instead.",
        ),
        Mistake(
            "clipped",
            lambda s: _log_sum(lambda scores: 0)(np.clip(s, -500, 500)),
            "You cut the scores off at 500, so 1000 and 999 look alike: subtract the row's highest score instead.",
        ),
        Mistake(
            "infinity_replaced",
            _of_softmax(lambda p: np.nan_to_num(np.log(p))),
            "You replace -inf by another number, which is as wrong: start from the scores less their maximum, log softmax = score - log(sum(exp(scores))).",
        ),
        Mistake(
            "infinity_replaced",
            _of_softmax(lambda p: np.where(p > 0, np.log(np.where(p > 0, p, 1)), 0)),
            "You replace -inf by 0, the logarithm of 1: start from the scores less their maximum, log softmax = score - log(sum(exp(scores))).",
        ),
        Mistake(
            "axis_0",
            _log_sum(lambda scores: scores.max(axis=0), 0),
            "You normalise along axis 0, over the examples: the classes are the last axis, `axis=-1`.",
        ),
        Mistake(
            "total_of_axis_0",
            _log_sum(axis=0),
            "You add up the exponentials along axis 0, over the examples: the classes are the last axis, `axis=-1`.",
        ),
        Mistake(
            "total_of_all",
            _log_sum(axis=None),
            "You add up the exponentials of the whole table: each row has its own sum, `axis=-1, keepdims=True`.",
        ),
        Mistake(
            "total_of_all",
            _log_sum(np.max, None),
            "You treat the whole table as one example: each row has its own maximum and sum, `axis=-1, keepdims=True`.",
        ),
        Mistake(
            "no_keepdims",
            lambda scores: scores - scores.max(axis=-1) - np.log(np.exp(scores - scores.max(axis=-1)).sum(axis=-1)),
            "Without `keepdims=True` the maximum and the sum of each row, (N,), lie along the classes: keep the axis.",
        ),
        Mistake(
            "no_keepdims",
            lambda scores: scores - np.log(np.exp(scores).sum(axis=-1)),
            "Without `keepdims=True` the sums of the rows, (N,), lie along the classes: keep the axis.",
        ),
        Mistake(
            "total_without_keepdims",
            lambda s: s - highest(s) - _log_total(s)[..., 0],
            "Without `keepdims=True` the sums of the rows, (N,), lie along the classes: keep the axis.",
        ),
        Mistake(
            "one_example_as_table",
            lambda scores: _log_softmax(np.atleast_2d(scores)),
            "For one example, (K,), you return a table, (1, K): keep the shape. `axis=-1` fits both.",
        ),
        Mistake(
            "rows_as_one_class",
            lambda s: _log_softmax(s) if s.ndim > 1 else 0 * s,
            "For one example, (K,), your loop treats each score as an example of its own: the classes are the last axis, `axis=-1`.",
        ),
        Mistake(
            "mean",
            lambda s: s - highest(s) - np.log(powers(s).mean(axis=-1, keepdims=True)),
            "You take the mean of the exponentials: take their sum.",
        ),
        Mistake(
            "log_added",
            lambda s: s - highest(s) + _log_total(s),
            "You add the log of the sum: subtract it.",
        ),
        Mistake(
            "divided",
            lambda s: (s - highest(s)) / _log_total(s),
            "You divide by the log of the sum: the logarithm of a quotient is a difference, so subtract it.",
        ),
        Mistake(
            "no_exp",
            lambda s: s - highest(s) - sums(s - highest(s)),
            "You add up the scores themselves: add up their exponentials, then take the log.",
        ),
        Mistake(
            "exp_in_front",
            lambda s: powers(s) - _log_total(s),
            "You subtract the log of the sum from the exponentials: subtract it from the shifted scores.",
        ),
        Mistake(
            "log_of_scores",
            lambda s: np.log(s) - _log_total(s),
            "You take the logarithm of the scores: log(exp(s)) is s itself.",
        ),
        Mistake(
            "sigmoid",
            lambda s: -np.logaddexp(0, -s),
            "You take the log of the sigmoid of each score by itself: subtract the log of the row's sum.",
        ),
        Mistake(
            "no_log",
            lambda s: s - highest(s) - np.exp(_log_total(s)),
            "You subtract the sum itself: subtract its logarithm.",
        ),
        Mistake(
            "only_shifted",
            lambda s: s - highest(s),
            "You subtract the highest score, and no more: the log of the sum of the exponentials is missing.",
        ),
        Mistake(
            "log_total",
            lambda s: (highest(s) + _log_total(s))[..., 0],
            "You return the log of the sum: subtract it from the scores.",
        ),
        Mistake(
            "log_total",
            lambda s: highest(s) + _log_total(s),
            "You return the log of the sum: subtract it from the scores.",
        ),
        Mistake(
            "best_class_alone",
            lambda s: _log_softmax(s).max(axis=-1),
            "You return the largest log probability alone: return that of every class.",
        ),
        Mistake("softmax", right_softmax, "You return the probabilities: return their logarithms."),
        Mistake(
            "negated",
            lambda s: -_log_softmax(s),
            "You return minus the log probabilities, losses: a log probability is never above 0.",
        ),
        Mistake(
            "negative_scores",
            lambda s: _log_softmax(-s),
            "You take exp of minus the scores: the highest score gets the highest probability.",
        ),
        Mistake(
            "log2",
            lambda s: _log_softmax(s) / np.log(s.dtype.type(2)),
            "You take logarithms to base 2: take natural ones, `np.log`.",
        ),
        Mistake(
            "log10",
            lambda s: _log_softmax(s) / np.log(s.dtype.type(10)),
            "You take logarithms to base 10: take natural ones, `np.log`.",
        ),
        Mistake("log1p", _log_sum(log=np.log1p), "You take log1p, the logarithm of 1 + the sum: take `np.log`."),
        Mistake(
            "float64",
            lambda s: _log_softmax(s.astype(np.float64)),
            "Your result is float64 for float32 scores: keep the dtype of the scores.",
            craft=True,
        ),
        *map(_log_epsilon, (1e-300, 1e-100, *10.0 ** -np.arange(20, 1, -1))),
        *map(_log_clip, (1e-300, 1e-100, *10.0 ** -np.arange(20, 1, -1))),
        Mistake(
            "truncates",
            one_row_at_a_time(_log_softmax, lambda s: s.dtype),
            "For whole scores `np.zeros_like(scores)`, or `dtype=scores.dtype`, holds whole numbers, so the fractions are cut off: begin with `np.zeros(scores.shape)`.",
            craft=True,
        ),
        Mistake(
            "mutates_input",
            lambda s: np.log(softmax_in_place(s)),
            "Your function writes into the scores (`-=`), and takes the log of 0.",
        ),
    ),
)


# Every row adds up to 1; no two probabilities of a row are equal.
PROBABILITIES = array([[0.13, 0.87 - 2e-4, 2e-4], [0.25, 0.2, 0.55], [0.6, 0.3, 0.1]])
IMPOSSIBLE = array([[-np.inf, math.log(0.25), math.log(0.75)], [math.log(0.4), math.log(0.6), -np.inf]])


def _log_tables(rng):
    for n, k in ((1, 3), (6, 2), (4, 5)):
        log_probs = np.log(rng.dirichlet(np.ones(k), n))
        yield Case(f"random probabilities ({n}, {k})", (log_probs, k - 1 - np.arange(n) % 2), hidden=True)


def _true(log_probs, y):
    return log_probs[np.arange(len(y)), y]


def _nll_loop(log_probs, y):
    losses = np.empty(len(y), log_probs.dtype)
    for i in reversed(range(len(y))):
        losses[i] = -log_probs[i, y[i]]
    return losses


def _nll_zeros(log_probs, y):
    losses = np.zeros(len(y))
    for i in range(len(y)):
        losses[i] = -log_probs[i, y[i]]
    return losses


def _nll_masked(log_probs, y):
    return -log_probs[np.arange(log_probs.shape[1]) == y[:, None]]


def _one_hot(log_probs, y):
    return np.eye(log_probs.shape[1], dtype=log_probs.dtype)[y]


def _of_nll(change):
    """Return an answer that makes something else of the right losses."""
    return lambda log_probs, y: change(-_true(log_probs, y))


def _of_labels(change):
    """Return an answer that takes other labels."""
    return lambda log_probs, y: -_true(log_probs, change(y, log_probs.shape[1]))


def _binary(log_probs, y):
    p = np.exp(log_probs[:, 1])
    return -(y * np.log(p) + (1.0 - y) * np.log(1 - p))


def _nll_in_place(log_probs, y):
    log_probs *= -1
    return _true(log_probs, y)


nll_loss = Exercise(
    ref.nll_loss,
    number="4.8",
    title="Negative log likelihood",
    points=1,
    minutes=6,
    difficulty=1,
    returns=("the losses",),
    cases=(
        Case("worked example: the cat", (np.log(array([[0.13, 0.87]])), array([0]))),
        Case("two examples, three classes", (np.log(PROBABILITIES[:2]), array([2, 0]))),
        Case("as many examples as classes", (np.log(PROBABILITIES), array([0, 2, 1]))),
        Case(
            "three examples, two classes",
            (np.log(array([[0.9, 0.1], [0.3, 0.7], [0.45, 0.55]])), array([1, 1, 0])),
        ),
        Case("a wrong class is impossible", (IMPOSSIBLE, array([2, 0]))),
        Case("the true class is impossible", (IMPOSSIBLE, array([0, 1]))),
        Case("float32", (np.log(PROBABILITIES[:2]).astype(np.float32), array([1, 2], np.int32))),
        Case(
            "one example of five classes",
            (np.log(array([[0.1, 0.15, 0.4, 0.3, 0.05]])), array([3])),
            hidden=True,
        ),
        Case("labels of one byte", (np.log(PROBABILITIES[:2]), array([1, 0], np.uint8)), courtesy=True),
        Case("log probabilities of -1000", (array([[-1000.0, 0.0], [-2000.0, 0.0]]), array([0, 0])), hidden=True),
        Case("every other column", (np.log(np.tile(PROBABILITIES[:2], 2))[:, ::2], array([0, 1])), hidden=True),
    ),
    random_cases=_log_tables,
    hints=(
        "The logarithms are given. Of every row one number is needed: the one in the column of the true class.",
        "With two arrays of indices NumPy picks one entry for each pair of them: row i, column y[i]. `np.arange(len(y))` numbers the rows.",
        "`return -log_probs[np.arange(len(y)), y]`.",
    ),
    equivalent={
        "y = _labels(y, log_probs.shape) -> (dropped)": "labels of every width index alike; the rest of it rejects what no case holds",
        "-> return -_of_label(log_probs, y)": "log probabilities are floats already",
    },
    right=(
        _nll_loop,
        _nll_zeros,
        lambda log_probs, y: [-row[label] for row, label in zip(log_probs, y, strict=True)],
        _nll_masked,
        lambda log_probs, y: -np.take_along_axis(log_probs, y[:, None].astype(int), axis=1)[:, 0],
    ),
    mistakes=(
        Mistake("not_negated", _true, "You return the log probabilities of the true classes: the loss is minus that."),
        Mistake(
            "mean",
            _of_nll(np.mean),
            "You return the mean over the examples: here one loss for each of them is asked for.",
        ),
        Mistake("sum", _of_nll(np.sum), "You add up over the examples: one loss for each of them is asked for."),
        Mistake(
            "mean_of_each",
            lambda log_probs, y: -_true(log_probs, y) / len(y),
            "You divide each loss by the number of examples: leave each as it is.",
        ),
        Mistake(
            "first_example",
            lambda log_probs, y: -log_probs[0, y[0]],
            "You return the loss of the first example alone: collect one for each of them, and return after the loop.",
        ),
        Mistake(
            "last_example",
            lambda log_probs, y: -log_probs[-1, y[-1]],
            "Each example overwrites the one before, so the last alone is returned: collect one loss for each of them.",
        ),
        Mistake(
            "not_reset",
            _of_nll(np.cumsum),
            "Your losses go on adding up from one example to the next: each has its own.",
        ),
        Mistake(
            "zero_times_infinity",
            lambda log_probs, y: -(_one_hot(log_probs, y) * log_probs).sum(axis=1),
            "With a one-hot table an impossible class counts 0 * -inf, which is nan: pick the entries instead, `log_probs[np.arange(len(y)), y]`.",
        ),
        Mistake(
            "log_again",
            lambda log_probs, y: -np.log(_true(log_probs, y)),
            "You take the logarithm again: log_probs holds logarithms already, and they are negative.",
        ),
        Mistake(
            "log_again",
            lambda log_probs, y: -np.log(-_true(log_probs, y)),
            "You take the logarithm again: log_probs holds logarithms already, change their sign alone.",
        ),
        Mistake(
            "log_again",
            lambda log_probs, y: -np.log(np.maximum(_true(log_probs, y), 1e-12)),
            "You take the logarithm again: log_probs holds logarithms already, change their sign alone.",
        ),
        Mistake(
            "softmax",
            lambda log_probs, y: -np.exp(_true(log_probs, y)),
            "You return minus the probability: the loss is minus its logarithm, which log_probs holds.",
        ),
        Mistake(
            "of_the_others",
            lambda log_probs, y: -np.log(1 - np.exp(_true(log_probs, y))),
            "You take the logarithm of 1 - p: the loss is minus the log probability itself.",
        ),
        Mistake(
            "clipped",
            lambda log_probs, y: -np.maximum(_true(log_probs, y), -100),
            "You cut the losses off at 100: an impossible class costs infinity, and log_probs may be below -100.",
        ),
        Mistake(
            "clipped",
            lambda log_probs, y: -np.log(np.exp(_true(log_probs, y)) + 1e-15),
            "You go back to probabilities and add a small number: log_probs holds the logarithms already.",
        ),
        Mistake(
            "shifted",
            lambda log_probs, y: -_true(log_probs - log_probs.max(axis=1, keepdims=True), y),
            "You subtract the row's highest value: that belongs in log_softmax, here the logarithms are ready.",
        ),
        Mistake(
            "times_label",
            lambda log_probs, y: -_true(log_probs, y) * y,
            "You multiply by the label: it only says which entry to take.",
        ),
        Mistake(
            "squared",
            lambda log_probs, y: _true(log_probs, y) ** 2,
            "You square the log probability: change its sign.",
        ),
        Mistake(
            "probability",
            lambda log_probs, y: np.exp(_true(log_probs, y)),
            "You return the probabilities of the true classes: the loss is minus their logarithm.",
        ),
        Mistake(
            "one_minus",
            lambda log_probs, y: 1 - np.exp(_true(log_probs, y)),
            "You return 1 - the probability: the loss is minus its logarithm.",
        ),
        Mistake(
            "inverse",
            lambda log_probs, y: 1 / _true(log_probs, y),
            "You divide 1 by the log probability: change its sign.",
        ),
        Mistake(
            "rows_of_labels",
            lambda log_probs, y: -log_probs[y],
            "`log_probs[y]` takes whole rows of the table: one entry of each row is `log_probs[np.arange(len(y)), y]`.",
        ),
        Mistake(
            "columns_of_labels",
            lambda log_probs, y: -log_probs[:, y],
            "`log_probs[:, y]` takes whole columns of the table: one entry of each row is `log_probs[np.arange(len(y)), y]`.",
        ),
        Mistake(
            "indices_swapped",
            lambda log_probs, y: -log_probs[y, np.arange(len(y))],
            "Your indices are the wrong way round: the row comes first, then the column, `log_probs[np.arange(len(y)), y]`.",
        ),
        Mistake(
            "first_example",
            lambda log_probs, y: -log_probs[0, y],
            "You read all entries from the first row: example i has row i.",
        ),
        Mistake(
            "label_from_one",
            _of_labels(lambda y, k: y.astype(int) - 1),
            "Your labels are off by one: the classes are counted from 0, so y indexes as it is.",
        ),
        Mistake(
            "best_class",
            lambda log_probs, y: -log_probs.max(axis=1),
            "You take the most probable class: take the true one, y.",
        ),
        Mistake(
            "label_from_one",
            _of_labels(lambda y, k: (y.astype(int) + 1) % k),
            "Your labels are one too high: the classes are counted from 0, so y indexes as it is.",
        ),
        Mistake(
            "class_number",
            lambda log_probs, y: log_probs.argmax(axis=1),
            "You return the number of the most probable class: return minus the log probability of the true one.",
        ),
        Mistake(
            "hinge",
            lambda log_probs, y: np.maximum(log_probs - _true(log_probs, y)[:, None] + 1, 0).sum(axis=1) - 1,
            "This is the hinge loss: here the loss is minus the log probability of the true class.",
        ),
        Mistake(
            "worst_class",
            lambda log_probs, y: -log_probs.min(axis=1),
            "You take the least probable class: take the true one, y.",
        ),
        Mistake(
            "first_class", _of_labels(lambda y, k: 0 * y), "You always take the first class: take the true one, y."
        ),
        Mistake("class_1", _of_labels(lambda y, k: 0 * y + 1), "You always take class 1: take the true one, y."),
        Mistake(
            "last_class", _of_labels(lambda y, k: 0 * y - 1), "You always take the last class: take the true one, y."
        ),
        Mistake(
            "row_number_as_label",
            _of_labels(lambda y, k: np.arange(len(y)) % k),
            "You take the example's number for its class: the true class of example i is y[i].",
        ),
        Mistake(
            "binary",
            _binary,
            "This is the loss for two classes, 0 and 1: for K classes, pick the entry of the true one.",
        ),
        Mistake(
            "mean_over_classes",
            lambda log_probs, y: -log_probs.mean(axis=1),
            "You take the mean over all the classes: only the true one counts.",
        ),
        Mistake(
            "mean_over_classes",
            lambda log_probs, y: -_true(log_probs, y) / log_probs.shape[1],
            "You divide by the number of classes: only the true one counts, as it is.",
        ),
        Mistake(
            "table",
            lambda log_probs, y: -_one_hot(log_probs, y) * log_probs,
            "You return a whole table: one entry of each row is the loss.",
        ),
        Mistake(
            "over_examples",
            lambda log_probs, y: -np.where(_one_hot(log_probs, y) > 0, log_probs, 0).sum(axis=0),
            "You add up along axis 0, over the examples: one loss for each of them is asked for.",
        ),
        Mistake(
            "entropy",
            lambda log_probs, y: -(np.exp(log_probs) * log_probs).sum(axis=1),
            "You return the entropy of each row: pick the entry of the true class.",
        ),
        Mistake(
            "all_classes",
            lambda log_probs, y: -log_probs.sum(axis=1),
            "You add up all the classes: only the true one counts.",
        ),
        Mistake(
            "wrong_classes",
            lambda log_probs, y: -np.where(_one_hot(log_probs, y) > 0, 0, log_probs).sum(axis=1),
            "You add up the wrong classes: only the true one counts.",
        ),
        Mistake("column", _of_nll(lambda losses: losses[:, None]), "You return a column, (N, 1): (N,) is asked for."),
        Mistake(
            "log2",
            _of_nll(lambda losses: losses / np.log(losses.dtype.type(2))),
            "You turn the logarithms into those to base 2: leave them as they are.",
        ),
        Mistake(
            "log10",
            _of_nll(lambda losses: losses / np.log(losses.dtype.type(10))),
            "You turn the logarithms into those to base 10: leave them as they are.",
        ),
        Mistake(
            "float64",
            _of_nll(lambda losses: losses.astype(np.float64)),
            "Your losses are float64 for float32 log probabilities: keep their dtype.",
            craft=True,
        ),
        Mistake(
            "mutates_input",
            _nll_in_place,
            "Your function writes into log_probs (`*=`), so the caller's table is spoiled: compute a new array.",
        ),
    ),
)
