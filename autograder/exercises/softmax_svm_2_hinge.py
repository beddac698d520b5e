"""Chapter 4: the hinge loss."""

from __future__ import annotations

import numpy as np

from solutions import softmax_svm as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

ANIMALS = array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])


def _score_tables(rng):
    for n, k in ((1, 3), (6, 2), (4, 5)):
        # The true class comes last or last but one, and not all labels are one.
        y = k - 1 - np.arange(n) % 2
        yield Case(f"random scores ({n}, {k})", (rng.normal(size=(n, k)), y), hidden=True)


def _true_scores(scores, y):
    return scores[np.arange(len(y)), y][:, None]


def _wrong(scores, y):
    return np.arange(scores.shape[1]) != y[:, None]


def _hinge_loop(scores, y):
    losses = np.zeros(len(y), scores.dtype if scores.dtype.kind == "f" else float)
    for i, true in enumerate(y):
        for j in reversed(range(scores.shape[1])):
            if j != true and scores[i, j] - scores[i, true] + 1 > 0:
                losses[i] += scores[i, j] - scores[i, true] + 1
    return losses


def _hinge_lists(scores, y):
    losses = []
    for row, label in zip(scores, y, strict=True):
        margins = [float(score) - float(row[label]) + 1 for j, score in enumerate(row) if j != label]
        losses.append(sum(margin for margin in margins if margin > 0))
    return losses


def _hinge_zeros(scores, y):
    losses = np.zeros(len(y))
    for i in range(len(y)):
        for j in range(scores.shape[1]):
            if j != y[i]:
                losses[i] += max(0, scores[i, j] - scores[i, y[i]] + 1)
    return losses


def _hinge(term, total=None):
    """Return an answer from what a wrong class costs, given s_j - s_y, and from how the costs are put together."""

    def answer(scores, y):
        costs = _wrong(scores, y) * term(scores - _true_scores(scores, y))
        return total(costs) if total else costs.sum(axis=1)

    return answer


def _margins(scores, y):
    return np.maximum(scores - _true_scores(scores, y) + 1, 0)


def _of_classes(keeps):
    """Return an answer that counts only some of the wrong classes, given their numbers, the labels, and how many."""

    def answer(scores, y):
        counted = keeps(np.arange(scores.shape[1]), y[:, None], scores.shape[1])
        return (_wrong(scores, y) * counted * _margins(scores, y)).sum(axis=1)

    return answer


def _last_wrong_class(scores, y):
    last = np.where(y == scores.shape[1] - 1, scores.shape[1] - 2, scores.shape[1] - 1)
    return _margins(scores, y)[np.arange(len(y)), last]


def _first_rows(scores, y):
    losses = _hinge(_right_part)(scores, y)
    losses[1:] = 0
    return losses


def _label_from_one_in_a_loop(scores, y):
    # Label 0 becomes -1, the last class, which no number in the loop equals.
    return np.where(np.arange(scores.shape[1]) != (y - 1)[:, None], _margins(scores, y - 1), 0).sum(axis=1)


def _columns_zeroed(scores, y):
    margins = _margins(scores, y)
    margins[:, y] = 0
    return margins.sum(axis=1)


def _one_against_all(scores, y):
    return np.maximum(1 + np.where(_wrong(scores, y), scores, -scores), 0).sum(axis=1)


def _of_probabilities(scores, y):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return _hinge(_right_part)(powers / powers.sum(axis=1, keepdims=True), y)


def _hinge_in_place(scores, y):
    scores -= _true_scores(scores, y)
    return np.maximum(scores + 1, 0).sum(axis=1) - 1


def _right_part(gap):
    return np.maximum(gap + 1, 0)


hinge_loss = Exercise(
    ref.hinge_loss,
    number="4.3",
    title="Hinge loss",
    points=2,
    minutes=12,
    difficulty=2,
    returns=("the losses",),
    cases=(
        Case("worked example: cat, car and frog", (ANIMALS, array([0, 1, 2]))),
        Case("two examples, four classes", (array([[1.5, 0.25, 2.0, -1.0], [0.5, 0.75, -2.0, 0.0]]), array([3, 1]))),
        Case("all scores equal", (np.full((2, 5), 3.25), array([4, 1]))),
        Case("two classes", (array([[0.5, 2.0], [1.25, 1.0], [-3.0, 4.0]]), array([0, 1, 0]))),
        Case("whole numbers", (array([[3, 1, 2], [0, 5, 5]]), array([1, 1]))),
        Case("float32", (array([[0.1, 0.7, -2.0], [79.5, 80.0, -80.0]], np.float32), array([0, 2]))),
        Case("one example", (array([[0.5, 1.0, 3.0]]), array([1])), hidden=True),
        Case(
            "scores of 1000",
            (array([[1000.0, -1000.0, 999.5], [-1000.0, 1000.0, 0.0]]), array([2, 0], np.int32)),
            hidden=True,
        ),
        Case("a tie with the true class", (array([[2.5, 2.5, 3.25]]), array([0])), hidden=True),
        Case("every other column", (np.arange(16.0).reshape(2, 8)[:, ::2] % 5, array([3, 0])), hidden=True),
        Case(
            "labels of one byte", (array([[0.5, 2.0, 1.0], [1.25, 1.0, 0.5]]), array([2, 1], np.uint8)), courtesy=True
        ),
        Case("nothing lost", (array([[5.0, 1.0, 2.0], [0.0, 1.0, 3.0]]), array([0, 2])), hidden=True, weight=0),
    ),
    random_cases=_score_tables,
    hints=(
        "For each example: compare every wrong class with the true one. Where its score plus 1 is above the true score, the difference is added.",
        "The true classes' scores are `scores[np.arange(len(y)), y]`, of shape (N,). As a column, `[:, None]`, they can be subtracted from every row. "
        "`np.maximum(..., 0)` keeps what is positive.",
        "`margins = np.maximum(scores - scores[np.arange(len(y)), y][:, None] + 1, 0)` counts the true class, too, with a margin of exactly 1. Subtract that: "
        "`return np.sum(margins, axis=1) - 1`.",
    ),
    equivalent={
        "y = _labels(y, scores.shape) -> (dropped)": "labels of every width index alike; the rest of it rejects what no case holds",
        "-> margins = xp.asarray(scores, copy=True)": "whole numbers in may stay whole: the values agree",
        "-> return xp.sum(xp.maximum(0, margins), axis=1)": "the larger of two numbers is the same in either order",
    },
    right=(
        _hinge_loop,
        _hinge_lists,
        _hinge_zeros,
        lambda scores, y: _margins(scores, y).sum(axis=1) - 1,
        lambda scores, y: np.where(_wrong(scores, y), _margins(scores, y), 0).sum(axis=1),
    ),
    mistakes=(
        Mistake(
            "own_margin",
            lambda scores, y: _margins(scores, y).sum(axis=1),
            "You count the true class, too: its margin is always 1. Leave it out, or subtract 1 from each loss.",
        ),
        Mistake(
            "subtracted_twice",
            lambda scores, y: _hinge(_right_part)(scores, y) - 1,
            "You leave out the true class and still subtract its 1: one of the two is enough.",
        ),
        Mistake(
            "stops_at_true_class",
            _of_classes(lambda j, y, K: j < y),
            "Your loop ends at the true class, so the classes after it are left out: `continue`, not `break`.",
        ),
        Mistake(
            "last_class_missing",
            _of_classes(lambda j, y, K: j < K - 1),
            "You leave out the last class: there are K of them, `range(K)`.",
        ),
        Mistake(
            "first_class_missing",
            _of_classes(lambda j, y, K: j > 0),
            "You leave out class 0: the classes are counted from 0, `range(K)`.",
        ),
        Mistake(
            "three_classes",
            _of_classes(lambda j, y, K: j < 3),
            "You count three classes, as in the example: there are K, `scores.shape[1]`.",
        ),
        Mistake(
            "first_example",
            _first_rows,
            "Only the first example gets its loss: the return belongs after both loops.",
        ),
        Mistake(
            "first_example",
            lambda scores, y: _hinge(_right_part)(scores, y)[0],
            "You return the loss of the first example alone: return one for each of them, after the loops.",
        ),
        Mistake(
            "not_reset",
            lambda scores, y: np.cumsum(_hinge(_right_part)(scores, y)),
            "Your sum goes on from one example to the next: set it back to 0 for each of them.",
        ),
        Mistake(
            "overwritten",
            _last_wrong_class,
            "Each wrong class overwrites the ones before: add them up, `+=`.",
        ),
        Mistake(
            "counted",
            _hinge(lambda gap: 1.0 * (gap + 1 > 0)),
            "You count the classes that are too close: add up by how much they are.",
        ),
        Mistake(
            "one_outside",
            _hinge(lambda gap: np.maximum(gap, 0) + 1),
            "You add 1 outside of the maximum, so every wrong class costs: it is max(0, s_j - s_y + 1).",
        ),
        Mistake(
            "no_one", _hinge(lambda gap: np.maximum(gap, 0)), "Your margin misses the 1: it is max(0, s_j - s_y + 1)."
        ),
        Mistake(
            "minus_one",
            _hinge(lambda gap: np.maximum(gap - 1, 0)),
            "You subtract 1: the margin is max(0, s_j - s_y + 1).",
        ),
        Mistake(
            "no_max",
            _hinge(lambda gap: gap + 1),
            "A class far below the true one lowers your loss: it should add nothing, max(0, ...).",
        ),
        Mistake(
            "above_true_alone",
            _hinge(lambda gap: np.where(gap > 0, gap + 1, 0)),
            "You count a wrong class only where it beats the true one: it costs wherever s_j - s_y + 1 is above 0.",
        ),
        Mistake(
            "above_true_alone",
            _hinge(lambda gap: np.where(gap >= 0, gap + 1, 0)),
            "You count a wrong class only where it reaches the true one: it costs wherever s_j - s_y + 1 is above 0.",
        ),
        Mistake(
            "half",
            _hinge(lambda gap: np.maximum(gap + 0.5, 0)),
            "You add 0.5: the margin is s_j - s_y + 1.",
        ),
        Mistake(
            "cut_at_one",
            _hinge(lambda gap: np.clip(gap + 1, 0, 1)),
            "You cut each margin off at 1: it may be as large as it is.",
        ),
        Mistake(
            "minimum",
            _hinge(lambda gap: np.minimum(gap + 1, 0)),
            "You keep the negative margins: keep the positive ones, `np.maximum`.",
        ),
        Mistake(
            "minimum",
            lambda scores, y: np.minimum(scores - _true_scores(scores, y) + 1, 0).sum(axis=1) - 1,
            "You keep the negative margins: keep the positive ones, `np.maximum`.",
        ),
        Mistake(
            "softplus",
            _hinge(lambda gap: np.logaddexp(0, gap + 1)),
            "You take log(1 + exp(margin)), a smooth curve: the hinge is max(0, margin).",
        ),
        Mistake(
            "margins_of_one",
            _hinge(lambda gap: np.where(gap == 0, 0, _right_part(gap))),
            "You drop every margin of 1, but a wrong class can have it, too: leave out the true class by its number, y.",
        ),
        Mistake(
            "max_of_sum",
            _hinge(lambda gap: gap + 1, lambda costs: np.maximum(costs.sum(axis=1), 0)),
            "You take the maximum after adding up: each wrong class has its own max(0, ...).",
        ),
        Mistake(
            "sign",
            _hinge(lambda gap: np.maximum(1 - gap, 0)),
            "Your difference is the wrong way round: a wrong class costs by its score minus the true one, s_j - s_y + 1.",
        ),
        Mistake(
            "squared", _hinge(lambda gap: _right_part(gap) ** 2), "You square the margins: they are added as they are."
        ),
        Mistake(
            "half_squared",
            _hinge(lambda gap: _right_part(gap) ** 2 / 2),
            "You square the margins and take half: they are added as they are.",
        ),
        Mistake(
            "of_probabilities",
            _of_probabilities,
            "You turn the scores into probabilities first: the hinge loss takes the scores as they are.",
        ),
        Mistake(
            "sign",
            _hinge(lambda gap: np.maximum(-gap - 1, 0)),
            "Your difference is the wrong way round, and so is the 1: a wrong class costs max(0, s_j - s_y + 1).",
        ),
        Mistake(
            "absolute",
            _hinge(lambda gap: np.abs(gap + 1)),
            "You take the absolute value: a negative margin counts nothing, max(0, ...).",
        ),
        Mistake(
            "absolute",
            _hinge(lambda gap: np.abs(gap) + 1),
            "You take the absolute difference: its sign matters, max(0, s_j - s_y + 1).",
        ),
        Mistake(
            "one_for_all",
            _hinge(lambda gap: np.maximum(gap, 0), lambda costs: costs.sum(axis=1) + 1),
            "You add 1 once for each example: it belongs into every margin, max(0, s_j - s_y + 1).",
        ),
        Mistake(
            "mean_less_one",
            lambda scores, y: _margins(scores, y).mean(axis=1) - 1,
            "You take the mean over the classes, then subtract 1: add up, then subtract 1.",
        ),
        Mistake(
            "mean_over_wrong_classes",
            _hinge(_right_part, lambda costs: costs.sum(axis=1) / (costs.shape[1] - 1)),
            "You take the mean over the wrong classes: it is their sum.",
        ),
        Mistake(
            "mean_over_classes",
            _hinge(_right_part, lambda costs: costs.mean(axis=1)),
            "You take the mean over the classes: it is the sum.",
        ),
        Mistake(
            "worst_class",
            _hinge(_right_part, lambda costs: costs.max(axis=1)),
            "You keep the worst class alone: add up over all the wrong classes.",
        ),
        Mistake(
            "worst_class",
            lambda scores, y: np.maximum(scores.max(axis=1) - _true_scores(scores, y)[:, 0] + 1, 0),
            "You compare with the highest score alone: add up over all the wrong classes.",
        ),
        Mistake(
            "mean",
            _hinge(_right_part, lambda costs: costs.sum(axis=1).mean()),
            "You return the mean over the examples: here one loss for each of them is asked for.",
        ),
        Mistake(
            "sum", _hinge(_right_part, np.sum), "You add up over the examples: one loss for each of them is asked for."
        ),
        Mistake(
            "over_examples",
            _hinge(_right_part, lambda costs: costs.sum(axis=0)),
            "You add up along axis 0, over the examples: add up over the classes, axis 1.",
        ),
        Mistake(
            "table",
            _hinge(_right_part, lambda costs: costs),
            "You return the margins of all classes: add them up for each example.",
        ),
        Mistake(
            "column",
            _hinge(_right_part, lambda costs: costs.sum(axis=1, keepdims=True)),
            "You return a column, (N, 1): (N,) is asked for.",
        ),
        Mistake(
            "rows_of_labels",
            lambda scores, y: (_wrong(scores, y) * np.maximum(scores - scores[y] + 1, 0)).sum(axis=1),
            "`scores[y]` takes whole rows of the table: the true classes' scores are `scores[np.arange(len(y)), y]`.",
        ),
        Mistake(
            "columns_of_labels",
            lambda scores, y: (_wrong(scores, y) * np.maximum(scores - scores[:, y] + 1, 0)).sum(axis=1),
            "`scores[:, y]` takes whole columns of the table: the true classes' scores are `scores[np.arange(len(y)), y]`.",
        ),
        Mistake(
            "columns_zeroed",
            _columns_zeroed,
            "You clear the whole columns of all labels: one entry of each row is `[np.arange(len(y)), y]`.",
        ),
        Mistake(
            "broadcast",
            lambda scores, y: (_wrong(scores, y) * np.maximum(scores - _true_scores(scores, y)[:, 0] + 1, 0)).sum(
                axis=1
            ),
            "Your true scores, (N,), lie along the classes: make a column of them, `[:, None]`.",
        ),
        Mistake(
            "label_from_one",
            lambda scores, y: _hinge(_right_part)(scores, (y - 1) % scores.shape[1]),
            "Your labels are off by one: the classes are counted from 0, so y indexes as it is.",
        ),
        Mistake(
            "label_from_one",
            _label_from_one_in_a_loop,
            "Your labels are off by one: the classes are counted from 0, so y indexes as it is.",
        ),
        Mistake(
            "label_from_one",
            lambda scores, y: _hinge(_right_part)(scores, (y + 1) % scores.shape[1]),
            "Your labels are one too high: the classes are counted from 0, so y indexes as it is.",
        ),
        Mistake(
            "row_number_as_label",
            lambda scores, y: _hinge(_right_part)(scores, np.arange(len(y)) % scores.shape[1]),
            "You take the example's number for its class: the true class of example i is y[i].",
        ),
        Mistake(
            "first_class",
            lambda scores, y: _hinge(_right_part)(scores, 0 * y),
            "You always take class 0 as the true one: the true class of example i is y[i].",
        ),
        Mistake(
            "one_against_all",
            _one_against_all,
            "You judge each score by itself, against 1 and -1: compare every wrong class with the true one, s_j - s_y + 1.",
        ),
        Mistake(
            "best_class_as_true",
            lambda scores, y: _hinge(_right_part)(scores, scores.argmax(axis=1)),
            "You compare with the highest score: compare with the score of the true class, y.",
        ),
        Mistake(
            "true_class_alone",
            lambda scores, y: np.maximum(1 - _true_scores(scores, y)[:, 0], 0),
            "You look at the true class's score alone: compare it with the score of every wrong class.",
        ),
        Mistake(
            "cross_entropy",
            lambda scores, y: np.log(np.exp(scores - _true_scores(scores, y)).sum(axis=1)),
            "You return the cross-entropy of softmax: the hinge loss adds up max(0, s_j - s_y + 1) over the wrong classes.",
        ),
        Mistake(
            "integer",
            lambda scores, y: _hinge(_right_part)(scores, y).astype(int),
            "Your losses are whole numbers: their fractions are cut off.",
        ),
        Mistake(
            "float64",
            lambda scores, y: _hinge(_right_part)(scores.astype(np.float64), y),
            "Your losses are float64 for float32 scores: keep the dtype of the scores.",
            craft=True,
        ),
        Mistake(
            "mutates_input",
            _hinge_in_place,
            "Your function writes into the scores (`-=`), so the caller's table is spoiled: compute a new array.",
        ),
    ),
)
