"""Chapter 4: which classes are taken for which."""

from __future__ import annotations

import numpy as np

from solutions import softmax_svm as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

# No count is that of another place, and no class comes as often as it is predicted.
TRUE = array([0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2])
PREDICTED = array([0, 0, 0, 1, 2, 0, 0, 1, 2, 2, 2, 2, 1, 1])
# More pairs are equal than one byte can count.
MANY_TRUE, MANY_PREDICTED = np.repeat([0, 2, 1], (5, 285, 10)), np.repeat([2, 1, 2], (12, 20, 268))
# n_classes * y goes beyond one byte, and so does a count.
BYTES_TRUE, BYTES_PREDICTED = (np.repeat(array(y, np.uint8), (270, 2, 3)) for y in ([3, 19, 17], [3, 18, 3]))


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


def _of_copy(y_hat, y, n_classes):
    table = np.zeros((n_classes, n_classes), int)
    table[y][y_hat] += 1
    return table


def _of_part(part):
    return lambda y_hat, y, n_classes: _table(y_hat[part(n_classes)], y[part(n_classes)], n_classes)


def _overflow(y_hat, y, n_classes):
    size = n_classes**2
    places = (y * y.dtype.type(n_classes) + y_hat).astype(int) % size
    return np.bincount(places, minlength=size).reshape(n_classes, n_classes)


BOTH = "You count a mix-up in both directions: one example adds 1 at one place, in the row of its true class."
ONE_BYTE = (
    "Your counts have one byte each, which holds no more than 255: begin with `np.zeros((n_classes, n_classes), int)`."
)

confusion_matrix = Exercise(
    ref.confusion_matrix,
    number="4.15",
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
        Case("a pair that comes twice", (array([0, 0, 1]), array([1, 1, 1]), 2)),
        Case("labels of one byte", (BYTES_PREDICTED, BYTES_TRUE, 20), courtesy=True),
        Case("labels of different widths", (PREDICTED.astype(np.int8), TRUE.astype(np.int32), 3), hidden=True),
        Case("all right", (TRUE, TRUE, 3), hidden=True, weight=0),
        Case("all wrong", (array([1, 1, 2, 2, 0]), array([0, 0, 1, 1, 2]), 3), hidden=True),
        Case("class 0 takes all", (np.zeros(7, int), array([0, 1, 2, 3, 1, 1, 0]), 4), hidden=True),
        Case("labels above 9", (array([11, 1, 1, 10]), array([11, 1, 11, 0]), 12), hidden=True),
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
    right=(
        _table,
        _table_loop,
        _table_counted,
        _table_of_masks,
        lambda y_hat, y, n_classes: np.eye(n_classes)[y].T @ np.eye(n_classes)[y_hat],
        _of_table(np.ndarray.tolist),
    ),
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
            "Each place of your table counts at most once, as with `table[y, y_hat] += 1`: loop over the examples, or use `np.add.at`.",
        ),
        Mistake(
            "of_a_copy",
            _of_copy,
            "`table[y][y_hat] += 1` changes a copy, so your table stays 0: write both places into one bracket, `table[truth, guess] += 1`, in a loop.",
        ),
        Mistake(
            "one_row",
            _of_table(lambda table: np.tile(table.sum(axis=0), (len(table), 1))),
            "All rows of your table are one and the same list, as `[[0] * K] * K` makes it: begin with `np.zeros((n_classes, n_classes), int)`.",
        ),
        Mistake(
            "all_pairs",
            _of_table(lambda table: np.outer(table.sum(axis=1), table.sum(axis=0))),
            "You pair each true label with each predicted one: go through both together, `for truth, guess in zip(y, y_hat)`.",
        ),
        Mistake("both_places", _of_table(lambda table: table + table.T), BOTH),
        Mistake("both_places", _of_table(lambda table: table + table.T - np.diag(np.diag(table))), BOTH),
        Mistake(
            "some_examples",
            _of_part(slice),
            "You stop after n_classes examples: go through all of them, `range(len(y))`.",
        ),
        Mistake(
            "some_examples",
            _of_part(lambda n_classes: slice(-1)),
            "You leave out the last example: `range(len(y))` ends before len(y) already.",
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
            craft=True,
        ),
        Mistake("count_overflows", _of_table(lambda table: table.astype(np.uint8)), ONE_BYTE),
        Mistake(
            "count_overflows",
            lambda y_hat, y, n_classes: _table(y_hat, y, n_classes).astype(y.dtype),
            ONE_BYTE,
            craft=True,
        ),
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
            "shares_of_columns",
            _of_table(lambda table: table / np.maximum(table.sum(axis=0), 1)),
            "You divide each column by its sum: return the counts.",
        ),
        Mistake(
            "shares_of_columns",
            _of_table(lambda table: table / table.sum(axis=0)),
            "You divide each column by its sum: return the counts.",
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
