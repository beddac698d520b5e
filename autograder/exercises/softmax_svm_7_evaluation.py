"""Chapter 4: which classes are taken for which."""

from __future__ import annotations

import numpy as np

from solutions import softmax_svm as ref

from ..exercise import Case, Exercise, Mistake

array = np.array

# No count is that of another place, and no class comes as often as it is predicted.
TRUE = array([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2])
PREDICTED = array([0, 0, 0, 1, 2, 0, 0, 1, 2, 2, 2, 2, 1, 1])
# More pairs are equal than one byte can count.
MANY_TRUE = np.repeat(array([0, 2, 1], np.uint8), (5, 285, 10))
MANY_PREDICTED = np.repeat(array([2, 1, 2], np.uint8), (12, 20, 268))


def _label_pairs(rng):
    for n, k in ((15, 3), (40, 5)):
        y = rng.permutation(np.arange(n) % k)
        y_hat = np.where(rng.permutation(np.arange(n) % 3 == 0), rng.integers(0, k, n), y)
        y_hat[y == k - 1] = 0  # the table is not its own mirror image
        yield Case(f"{n} random labels of {k} classes", (y_hat, y, k), hidden=True)


def _table(y_hat, y, n_classes):
    table = np.zeros((n_classes, n_classes), np.int64)
    np.add.at(table, (y, y_hat), 1)
    return table


def _table_loop(y_hat, y, n_classes):
    table = np.zeros((n_classes, n_classes), int)
    for guess, truth in zip(y_hat, y, strict=True):
        table[truth, guess] += 1
    return table


def _table_counted(y_hat, y, n_classes):
    places = n_classes * y.astype(int) + y_hat
    return np.bincount(places, minlength=n_classes**2).reshape(n_classes, n_classes)


def _table_of_masks(y_hat, y, n_classes):
    return array([[np.sum((y == i) & (y_hat == j)) for j in range(n_classes)] for i in range(n_classes)])


def _of_table(change):
    """Return an answer that makes something else of the right table."""
    return lambda y_hat, y, n_classes: change(_table(y_hat, y, n_classes))


def _once(y_hat, y, n_classes):
    table = np.zeros((n_classes, n_classes), int)
    table[y, y_hat] += 1
    return table


def _classes_seen(y_hat, y, n_classes):
    return _table(y_hat, y, int(max(y_hat.max(), y.max())) + 1)


def _overflow(y_hat, y, n_classes):
    size = n_classes**2
    places = (y * y.dtype.type(n_classes) + y_hat).astype(int) % size
    return np.bincount(places, minlength=size).reshape(n_classes, n_classes)


ONE_BYTE = (
    "Your counts have one byte each, which holds no more than 255: begin with `np.zeros((n_classes, n_classes), int)`."
)

confusion_matrix = Exercise(
    ref.confusion_matrix,
    title="Confusion matrix",
    points=2,
    minutes=8,
    difficulty=1,
    returns=("the table",),
    cases=(
        Case("worked example", (array([0, 1, 0]), array([0, 1, 1]), 2)),
        Case("fourteen examples, three classes", (PREDICTED, TRUE, 3)),
        Case("two classes that are never seen", (PREDICTED[:9], TRUE[:9], 5)),
        Case("one example", (array([2]), array([0]), 3)),
        Case("labels of one byte", (array([18, 3, 3, 19, 3], np.uint8), array([19, 3, 3, 19, 17], np.uint8), 20)),
        Case("labels of different widths", (PREDICTED.astype(np.int8), TRUE.astype(np.int32), 3), hidden=True),
        Case("all right", (TRUE, TRUE, 3), hidden=True, weight=0),
        Case("all wrong", (array([1, 1, 2, 2, 0]), array([0, 0, 1, 1, 2]), 3), hidden=True),
        Case("class 0 takes all", (np.zeros(7, int), array([0, 1, 2, 3, 1, 1, 0]), 4), hidden=True),
        Case("300 examples", (MANY_PREDICTED, MANY_TRUE, 3), hidden=True),
        Case("every other label", (PREDICTED[::2], TRUE[::2], 3), hidden=True),
    ),
    random_cases=_label_pairs,
    hints=(
        "Start from a table of zeros, (K, K). Each example adds 1 at one place: which row, which column?",
        "The row is the true class, the column the predicted one. The counts are whole numbers, so `np.zeros((n_classes, n_classes), int)`. "
        "`table[y, y_hat] += 1` for all at once would count a place that comes twice only once.",
        "After `table = np.zeros((n_classes, n_classes), int)` loop over the pairs, `for guess, truth in zip(y_hat, y):`, with `table[truth, guess] += 1`. "
        "Return table. (`np.add.at(table, (y, y_hat), 1)` does it without a loop.)",
    ),
    right=(_table, _table_loop, _table_counted, _table_of_masks),
    equivalent={
        "-> classes = xp.arange(n_classes, device": "NumPy compares whole numbers with floats",
        "-> classes = xp.arange(n_classes, dtype=xp.float64)": "NumPy has one device only",
        "-> predicted, true = (xp.astype(labels[": "NumPy compares whole numbers with floats",
    },
    mistakes=(
        Mistake(
            "transposed",
            _of_table(np.transpose),
            "Rows and columns are exchanged: the row is the true class, the column the predicted one.",
        ),
        Mistake(
            "counted_once",
            _once,
            "`table[y, y_hat] += 1` adds 1 to a place only once, however often it comes: loop over the examples, or use `np.add.at`.",
        ),
        Mistake(
            "classes_seen",
            _classes_seen,
            "Your table is as large as the largest label asks for: its size is n_classes, even if a class never comes.",
        ),
        Mistake(
            "overflow",
            _overflow,
            "Labels of one byte hold numbers up to 255: n_classes * y goes beyond. Make int64 of them first, `y.astype(int)`.",
        ),
        Mistake("count_overflows", _of_table(lambda table: table.astype(np.uint8)), ONE_BYTE),
        Mistake("count_overflows", lambda y_hat, y, n_classes: _table(y_hat, y, n_classes).astype(y.dtype), ONE_BYTE),
        Mistake(
            "floats",
            _of_table(lambda table: table.astype(float)),
            "Your counts are floats: np.zeros makes those unless you say `int`.",
            craft=True,
        ),
        Mistake(
            "shares_of_rows",
            _of_table(lambda table: table / np.maximum(table.sum(axis=1, keepdims=True), 1)),
            "You divide each row by its sum: return the counts.",
        ),
        Mistake(
            "shares_of_rows",
            _of_table(lambda table: table / table.sum(axis=1, keepdims=True)),
            "You divide each row by its sum: return the counts.",
        ),
        Mistake(
            "shares",
            _of_table(lambda table: table / table.sum()),
            "You divide by the number of examples: return the counts.",
        ),
        Mistake(
            "errors_only",
            _of_table(lambda table: table * (1 - np.eye(len(table), dtype=int))),
            "You count the mistakes alone: what is right belongs on the diagonal.",
        ),
        Mistake(
            "right_only",
            _of_table(lambda table: np.diag(np.diag(table))),
            "You count what is right alone: an example of class i that is called j belongs in row i, column j.",
        ),
        Mistake(
            "diagonal",
            _of_table(np.diag),
            "You return the diagonal: the whole table, (K, K), is asked for.",
        ),
        Mistake(
            "true_classes",
            lambda y_hat, y, n_classes: _table(y, y, n_classes),
            "You count the true classes alone: the column is the predicted class.",
        ),
        Mistake(
            "predicted_classes",
            lambda y_hat, y, n_classes: _table(y_hat, y_hat, n_classes),
            "You count the predicted classes alone: the row is the true class.",
        ),
        Mistake(
            "accuracy",
            lambda y_hat, y, n_classes: np.mean(y_hat == y),
            "You return the share that is right: a table is asked for, how often each class was taken for each other.",
        ),
        Mistake(
            "per_class",
            lambda y_hat, y, n_classes: np.bincount(y, minlength=n_classes),
            "You count each class by itself: count each pair of a true and a predicted class.",
        ),
        Mistake(
            "from_one",
            lambda y_hat, y, n_classes: _table(
                (y_hat.astype(int) - 1) % n_classes, (y.astype(int) - 1) % n_classes, n_classes
            ),
            "Your classes are off by one: they are counted from 0, so a label is an index as it is.",
        ),
        Mistake(
            "last_class_dropped",
            _of_table(lambda table: table[:-1, :-1]),
            "Your table misses the last class: the labels go from 0 to n_classes - 1, which are n_classes rows.",
        ),
        Mistake(
            "list_of_counts",
            _of_table(lambda table: table.ravel()),
            "Your counts are in one row: give them the shape (K, K).",
        ),
    ),
)
