"""Chapter 2: how good the predicted labels are."""

from __future__ import annotations

import numpy as np

from solutions import logistic_regression as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

# Three right ones of four predicted and five true; the numbers of all four kinds differ from case to case.
PREDICTED = array([1, 1, 1, 1, 0, 0, 0, 0, 0])
TRUE = array([1, 1, 1, 0, 1, 1, 0, 0, 0])


def _label_pairs(rng):
    for n in (13, 25):  # 5 and 9 ones: no half of them can be found
        y = rng.permutation(np.arange(n) % 3 == 0).astype(int)
        flips = rng.permutation(np.arange(n) % 4 == 0)
        flips[np.argmax(y)] = False  # one true one is found
        flips[np.argmin(y)] = True  # and one false alarm is given
        yield Case(f"{n} random labels", (np.where(flips, 1 - y, y), y), hidden=True)


def _accuracy_loop(y_hat, y):
    right = 0
    for guess, truth in zip(y_hat, y, strict=True):
        right += guess == truth
    return right / len(y)


accuracy = Exercise(
    ref.accuracy,
    number="2.13",
    title="Accuracy",
    points=1,
    minutes=3,
    difficulty=1,
    returns=("the accuracy",),
    cases=(
        Case("worked example", (array([1, 0, 1, 1]), array([1, 0, 0, 1]))),
        Case("nine labels", (PREDICTED, TRUE)),
        Case("more classes than two", (array([2, 0, 1, 3, 1]), array([2, 1, 1, 0, 2]))),
        Case("labels as floats", (array([1.0, 0.0, 0.0]), array([1, 1, 0]))),
        Case("all right", (array([0, 1, 1]), array([0, 1, 1])), hidden=True, weight=0),
        Case("all wrong", (array([0, 1]), array([1, 0])), hidden=True, weight=0),
        Case("no ones are found", (array([0, 0, 0, 1]), array([0, 1, 1, 0])), hidden=True),
    ),
    random_cases=_label_pairs,
    hints=(
        "Which predictions are right? `y_hat == y` compares entry by entry.",
        "True counts as 1 and False as 0, so the share of True is a mean.",
        "`return np.mean(y_hat == y)`.",
    ),
    right=(
        _accuracy_loop,
        lambda y_hat, y: np.mean(y_hat == y),
        lambda y_hat, y: float(np.sum(y_hat == y) / y.size),
        lambda y_hat, y: sum(np.zeros(1) + (guess == truth) for guess, truth in zip(y_hat, y, strict=True))[0] / len(y),
    ),
    equivalent={
        "y_hat, y = (as_float(y_hat), as_float(y)) -> ": "whole labels compare as floats do",
        "-> return xp.mean(": "a number of NumPy is as good as one of Python",
    },
    mistakes=(
        Mistake(
            "errors",
            lambda y_hat, y: np.mean(y_hat != y),
            "You return the share of the wrong ones: count the right ones.",
        ),
        Mistake(
            "count", lambda y_hat, y: np.sum(y_hat == y), "You return how many are right: divide by their number, N."
        ),
        Mistake(
            "percent",
            lambda y_hat, y: 100 * np.mean(y_hat == y),
            "You return a percentage: a share lies between 0 and 1.",
        ),
        Mistake(
            "per_example", lambda y_hat, y: y_hat == y, "You return one True or False per example: take their mean."
        ),
        Mistake(
            "zero_or_not",
            lambda y_hat, y: 1 - np.mean(np.logical_xor(y_hat, y)),
            "You take labels for equal if both are not 0, such as 1 and 2: compare them with ==.",
        ),
        Mistake(
            "distance",
            lambda y_hat, y: 1 - np.mean(abs(y_hat - y)),
            "You measure how far apart the labels are, which is more than 1 for 0 and 2: compare them with ==.",
        ),
        Mistake(
            "zeros_and_ones",
            lambda y_hat, y: np.mean(((y_hat == 1) & (y == 1)) | ((y_hat == 0) & (y == 0))),
            "You count the labels 0 and 1 alone: `y_hat == y` counts every class.",
        ),
        Mistake(
            "n_minus_one",
            lambda y_hat, y: np.sum(y_hat == y) / (len(y) - 1),
            "You divide by N - 1: divide by N.",
        ),
        Mistake(
            "last_missing",
            lambda y_hat, y: np.sum(y_hat[:-1] == y[:-1]) / len(y),
            "You leave out the last example: `range(len(y))` goes through all of them.",
        ),
        Mistake(
            "rounded",
            lambda y_hat, y: round(float(np.mean(y_hat == y)), 2),
            "You round the share: return it with all its digits.",
        ),
        Mistake(
            "f1",
            lambda y_hat, y: 2 * np.sum(y_hat * y) / max(np.sum(y_hat) + np.sum(y), 1),
            "You return F1, which looks at class 1: accuracy is the share of all labels that agree.",
        ),
        Mistake(
            "intersection_over_union",
            lambda y_hat, y: np.sum(y_hat * y) / max(np.sum((y_hat == 1) | (y == 1)), 1),
            "You divide by the examples with a 1 somewhere: divide by all of them, and count zeros that agree, too.",
        ),
        Mistake(
            "mean_over_classes",
            lambda y_hat, y: np.mean([np.mean(y_hat[y == c] == c) for c in np.unique(y)]),
            "You average the accuracies of the classes: take the share of right labels over all examples at once.",
        ),
        Mistake(
            "ones_compared",
            lambda y_hat, y: 1 - abs(np.sum(y_hat) - np.sum(y)) / len(y),
            "You compare how many ones there are: compare the labels one by one, `y_hat == y`.",
        ),
        Mistake(
            "exact_match",
            lambda y_hat, y: float(np.all(y_hat == y)),
            "You return 1 only if every label is right, and 0 if one is not: return the share that is right. If you "
            "divide with `//`, which drops the fraction, use `/`.",
        ),
        Mistake(
            "broadcast",
            lambda y_hat, y: np.mean(y_hat[:, None] == y),
            "You compare every prediction with every label: compare entry by entry, with both of shape (N,).",
        ),
        *(
            Mistake(
                "ones_only", hits, "You count only the ones that are right: a 0 that is rightly predicted counts, too."
            )
            for hits in (lambda y_hat, y: np.mean(y_hat * y), lambda y_hat, y: np.mean((y_hat == 1) & (y == 1)))
        ),
        *(
            Mistake(
                "precision",
                precision,
                "You return the precision, the share of the predicted ones that are right: accuracy looks at all examples.",
            )
            for precision in (
                lambda y_hat, y: np.sum(y_hat * y) / max(np.sum(y_hat), 1),
                lambda y_hat, y: np.sum(y[y_hat == 1] == 1) / max(np.sum(y_hat == 1), 1),
            )
        ),
        *(
            Mistake(
                "recall",
                recall,
                "You return the recall, the share of the true ones that are found: accuracy looks at all examples.",
            )
            for recall in (
                lambda y_hat, y: np.sum(y_hat * y) / max(np.sum(y), 1),
                lambda y_hat, y: np.sum(y_hat[y == 1] == 1) / max(np.sum(y == 1), 1),
            )
        ),
    ),
)


def _kinds(y_hat, y):
    """Return the numbers of true positives, false positives and false negatives."""
    return (
        int(np.sum((y_hat == 1) & (y == 1))),
        int(np.sum((y_hat == 1) & (y == 0))),
        int(np.sum((y_hat == 0) & (y == 1))),
    )


def _share(part, whole):
    return part / whole if whole else 0.0


def _harmonic(precision, recall):
    return _share(2 * precision * recall, precision + recall)


def _from_counts(y_hat, y):
    tp, fp, fn = _kinds(y_hat, y)
    return _share(tp, tp + fp), _share(tp, tp + fn), _share(2 * tp, 2 * tp + fp + fn)


def _from_loop(y_hat, y):
    tp = fp = fn = 0
    for guess, truth in zip(y_hat, y, strict=True):
        tp += guess == 1 and truth == 1
        fp += guess == 1 and truth == 0
        fn += guess == 0 and truth == 1
    if tp == 0:
        return 0, 0, 0
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    return [precision, recall, 2 / (1 / precision + 1 / recall)]


def _from_means(y_hat, y):
    precision = np.mean(y[y_hat == 1]) if np.any(y_hat == 1) else 0.0
    recall = np.mean(y_hat[y == 1]) if np.any(y == 1) else 0.0
    return precision, recall, _harmonic(precision, recall)


def _measures(precision=None, recall=None, f1=_harmonic):
    """Return an answer that counts or combines in another way; precision and recall get tp, fp, fn and N."""

    def answer(y_hat, y):
        kinds = (*_kinds(y_hat, y), len(y))
        p = precision(*kinds) if precision else _share(kinds[0], kinds[0] + kinds[1])
        r = recall(*kinds) if recall else _share(kinds[0], kinds[0] + kinds[2])
        return p, r, f1(p, r)

    return answer


def _into_zeros(y_hat, y):
    result, kinds = np.zeros(3), _kinds(y_hat, y)
    for i in (0, 1):
        if kinds[0] + kinds[i + 1] > 0:
            result[i] = kinds[0] / (kinds[0] + kinds[i + 1])
    if result[0] + result[1] > 0:
        result[2] = 2 * result[0] * result[1] / (result[0] + result[1])
    return result


def _with_epsilon(epsilon):
    return Mistake(
        "epsilon",
        _measures(
            lambda tp, fp, fn, n: tp / (tp + fp + epsilon),
            lambda tp, fp, fn, n: tp / (tp + fn + epsilon),
            lambda p, r: 2 * p * r / (p + r + epsilon),
        ),
        "A small number in the denominator changes every answer: ask whether the denominator is 0.",
    )


def _all_hits(y_hat, y):
    right = np.sum(y_hat == y)
    precision, recall = _share(right, np.sum(y_hat)), _share(right, np.sum(y))
    return precision, recall, _harmonic(precision, recall)


def _f1_of_counts(f1):
    """Return an answer with another F1, from the numbers of true positives, false positives and false negatives."""
    return lambda y_hat, y: (*_from_counts(y_hat, y)[:2], f1(*_kinds(y_hat, y)))


def _undefined(y_hat, y):
    tp, fp, fn = map(np.float64, _kinds(y_hat, y))
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _ones_where_nothing(part, whole):
    return part / whole if whole else 1.0


precision_recall_f1 = Exercise(
    ref.precision_recall_f1,
    number="2.14",
    title="Precision, recall, F1",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("precision", "recall", "f1"),
    cases=(
        Case("worked example", (array([1, 1, 0, 0, 0]), array([1, 0, 1, 1, 1]))),
        Case("nine labels", (PREDICTED, TRUE)),
        Case("more false alarms than misses", (TRUE, PREDICTED)),
        Case("labels as floats", (array([1.0, 1.0, 1.0, 0.0, 0.0]), array([1.0, 0.0, 0.0, 1.0, 0.0]))),
        Case("nothing is predicted to be 1", (array([0, 0, 0]), array([1, 0, 1])), weight=0),
        Case("there are no ones", (array([1, 0, 1]), array([0, 0, 0])), weight=0),
        Case("no ones anywhere", (array([0, 0]), array([0, 0])), hidden=True, weight=0),
        Case("never right", (array([1, 0, 1]), array([0, 1, 0])), hidden=True, weight=0),
        Case("always 1", (np.ones(7, int), array([1, 0, 1, 0, 0, 0, 0])), hidden=True),
        Case("everything right", (array([1, 0, 1]), array([1, 0, 1])), hidden=True, weight=0),
    ),
    random_cases=_label_pairs,
    hints=(
        "Count three kinds: true positives (predicted 1, truly 1), false positives (predicted 1, truly 0) and false negatives (predicted 0, truly 1).",
        "Precision is tp / (tp + fp), recall is tp / (tp + fn), and F1 is 2 * precision * recall / (precision + recall). Each is 0 where it would divide by 0.",
        "`tp = np.sum((y_hat == 1) & (y == 1))`, the other two likewise. If tp is 0, `return 0.0, 0.0, 0.0`: there all three are 0, by the "
        "formula or by the rule. Otherwise no denominator is 0.",
    ),
    right=(_from_counts, _from_loop, _from_means, _into_zeros),
    equivalent={
        "y_hat, y = (as_float(y_hat), as_float(y)) -> ": "whole labels give the same sums",
        "true = (xp.sum(y_hat * y), float": "a number of NumPy is as good as one of Python",
        "y)), xp.sum(y_hat), float": "a number of NumPy is as good as one of Python",
        "float(xp.sum(y_hat)), xp.sum(y))": "a number of NumPy is as good as one of Python",
    },
    mistakes=(
        Mistake(
            "zero_over_zero",
            _undefined,
            "Where nothing is predicted to be 1, or nothing is 1, you divide 0 by 0, which is nan: return 0 there.",
        ),
        Mistake(
            "one_where_nothing",
            _measures(
                lambda tp, fp, fn, n: _ones_where_nothing(tp, tp + fp),
                lambda tp, fp, fn, n: _ones_where_nothing(tp, tp + fn),
            ),
            "Where a denominator is 0 you return 1: the course's rule is 0.",
        ),
        Mistake(
            "one_where_nothing",
            _measures(recall=lambda tp, fp, fn, n: _ones_where_nothing(tp, tp + fn)),
            "Where there are no true ones your recall is 1: the course's rule is 0.",
        ),
        Mistake(
            "one_where_nothing",
            _measures(lambda tp, fp, fn, n: _ones_where_nothing(tp, tp + fp)),
            "Where nothing is predicted to be 1 your precision is 1: the course's rule is 0.",
        ),
        *map(_with_epsilon, (1e-9, 1e-8, 1e-7, 1e-6, 1e-5)),
        Mistake(
            "swapped",
            lambda y_hat, y: _from_counts(y, y_hat),
            "Precision and recall are swapped: precision looks at the predicted ones, recall at the true ones.",
        ),
        Mistake(
            "same_twice",
            _measures(recall=lambda tp, fp, fn, n: _share(tp, tp + fp)),
            "Your recall is the precision: divide by the true ones, tp + fn.",
        ),
        Mistake(
            "same_twice",
            _measures(lambda tp, fp, fn, n: _share(tp, tp + fn)),
            "Your precision is the recall: divide by the predicted ones, tp + fp.",
        ),
        Mistake(
            "arithmetic_mean",
            _measures(f1=lambda p, r: (p + r) / 2),
            "Your F1 is the plain mean: it is the harmonic mean, 2 P R / (P + R).",
        ),
        Mistake(
            "no_two",
            _measures(f1=lambda p, r: _harmonic(p, r) / 2),
            "Your F1 is half of what it should be: 2 P R / (P + R).",
        ),
        Mistake(
            "geometric_mean",
            _measures(f1=lambda p, r: (p * r) ** 0.5),
            "Your F1 is the geometric mean: it is the harmonic mean, 2 P R / (P + R).",
        ),
        Mistake(
            "product",
            _measures(f1=lambda p, r: 2 * p * r),
            "Your F1 lacks its denominator: 2 P R / (P + R).",
        ),
        Mistake(
            "smaller_one",
            _measures(f1=min),
            "Your F1 is the smaller of the two: it is the harmonic mean, 2 P R / (P + R).",
        ),
        Mistake(
            "larger_one",
            _measures(f1=max),
            "Your F1 is the larger of the two: it is the harmonic mean, 2 P R / (P + R).",
        ),
        Mistake(
            "brackets",
            _measures(f1=lambda p, r: _share(2 * p * r, p) + r),
            "`2 * p * r / p + r` divides by p alone: the denominator is p + r, in brackets.",
        ),
        Mistake(
            "upside_down",
            _measures(f1=lambda p, r: _share(2 * (p + r), p * r)),
            "Your F1 is upside down: it is 2 P R / (P + R).",
        ),
        Mistake(
            "f1_denominator",
            _f1_of_counts(lambda tp, fp, fn: _share(tp, tp + fp + fn)),
            "Your F1 is tp / (tp + fp + fn): from counts it is 2 tp / (2 tp + fp + fn).",
        ),
        Mistake(
            "f1_denominator",
            _f1_of_counts(lambda tp, fp, fn: _share(2 * tp, tp + fp + fn)),
            "Your F1 is 2 tp / (tp + fp + fn): from counts it is 2 tp / (2 tp + fp + fn).",
        ),
        Mistake(
            "f1_is_accuracy",
            lambda y_hat, y: (*_from_counts(y_hat, y)[:2], np.mean(y_hat == y)),
            "Your F1 is the accuracy: it is the harmonic mean of the two, 2 P R / (P + R).",
        ),
        Mistake(
            "specificity",
            _measures(recall=lambda tp, fp, fn, n: _share(n - tp - fp - fn, n - tp - fn)),
            "Your recall is that of class 0: recall is the share of the true ones that are found, tp / (tp + fn).",
        ),
        Mistake(
            "false_alarms",
            _measures(recall=lambda tp, fp, fn, n: _share(fp, n - tp - fn)),
            "Your recall is the share of false alarms among the zeros: it is the share of the true ones that are found, "
            "tp / (tp + fn).",
        ),
        Mistake(
            "negative_precision",
            _measures(lambda tp, fp, fn, n: _share(n - tp - fp - fn, n - tp - fp)),
            "Your precision is that of class 0: it is the share of the predicted ones that are right, tp / (tp + fp).",
        ),
        Mistake(
            "all_hits",
            _all_hits,
            "Your true positives hold the zeros that are rightly predicted, too: both labels have to be 1.",
        ),
        Mistake(
            "over_classes",
            lambda y_hat, y: tuple(
                (one + zero) / 2
                for one, zero in zip(_from_counts(y_hat, y), _from_counts(1 - y_hat, 1 - y), strict=True)
            ),
            "You average over both classes: measure class 1 alone.",
        ),
        Mistake(
            "rounded",
            lambda y_hat, y: tuple(round(value, 2) for value in _from_counts(y_hat, y)),
            "You round: return the values with all their digits.",
        ),
        Mistake(
            "class_zero",
            lambda y_hat, y: _from_counts(1 - y_hat, 1 - y),
            "You measure class 0: positive means 1.",
        ),
        Mistake(
            "share_of_all",
            _measures(lambda tp, fp, fn, n: tp / n, lambda tp, fp, fn, n: tp / n),
            "You divide by the number of all examples: divide by the predicted ones (precision) and by the true ones (recall).",
        ),
        Mistake(
            "accuracy_as_precision",
            lambda y_hat, y: (np.mean(y_hat == y), *_from_counts(y_hat, y)[1:]),
            "Your precision is the accuracy: it looks at the predicted ones alone.",
        ),
        Mistake(
            "accuracy_as_precision",
            _measures(lambda tp, fp, fn, n: (n - fp - fn) / n),
            "Your precision is the accuracy: it looks at the predicted ones alone.",
        ),
        Mistake(
            "accuracy_as_recall",
            _measures(recall=lambda tp, fp, fn, n: (n - fp - fn) / n),
            "Your recall is the accuracy: it looks at the true ones alone.",
        ),
        Mistake(
            "order",
            lambda y_hat, y: _from_counts(y_hat, y)[::-1],
            "Your values come in the wrong order: precision, recall, f1.",
        ),
        Mistake(
            "f1_missing",
            lambda y_hat, y: _from_counts(y_hat, y)[:2],
            "The F1 is missing: return precision, recall, f1.",
        ),
    ),
)
