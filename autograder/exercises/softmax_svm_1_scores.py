"""Chapter 4: the scores of a linear classifier."""

from __future__ import annotations

import numpy as np

from solutions import softmax_svm as ref

from ..exercise import Case, Exercise, Mistake

array = np.array

X23 = array([[1.0, 2.0, -0.5], [0.0, -1.0, 4.0]])


def _matrices(rng):
    for n, d in ((1, 4), (5, 2)):
        yield Case(f"a random ({n}, {d}) matrix", (rng.normal(size=(n, d)),), hidden=True)


def _bias_loop(X):
    result = np.empty((X.shape[0], X.shape[1] + 1), X.dtype)
    for i, row in enumerate(X):
        for j, value in enumerate(row):
            result[i, j] = value
        result[i, -1] = 1
    return result


def _bias_filled(X):
    result = np.ones((X.shape[0], X.shape[1] + 1), X.dtype)
    result[:, :-1] = X
    return result


def _beside(column):
    """Return an answer that puts another column on the right of X."""
    return lambda X: np.concatenate([X, column(X).astype(X.dtype)], axis=1)


def _ones(X):
    return np.ones((len(X), 1))


add_bias_column = Exercise(
    ref.add_bias_column,
    title="A column of ones",
    points=1,
    minutes=5,
    difficulty=1,
    returns=("X with its column of ones",),
    cases=(
        Case("two examples, three features", (X23,)),
        Case("three examples, two features", (array([[0.5, -3.0], [2.0, 1.5], [7.0, 0.25]]),)),
        Case("as many examples as features", (array([[2.0, 3.0], [-4.0, 5.0]]),)),
        Case("whole numbers", (array([[1, 2], [3, 4], [5, 6]]),)),
        Case("float32", (array([[1.5, -2.0, 0.1], [0.5, 3.0, -0.2]], np.float32),)),
        Case("one example", (array([[4.0, -2.0, 0.5]]),), hidden=True),
        Case("one feature", (array([[4.0], [-2.0], [0.5]]),), hidden=True),
        Case("every other column", (np.arange(18.0).reshape(3, 6)[:, ::2] / 7,), hidden=True),
    ),
    random_cases=_matrices,
    hints=(
        "One more number for every example: the result has the shape (N, D + 1), and its last column holds ones.",
        "`np.ones((len(X), 1))` is a column of N ones. Two arrays of N rows go side by side along axis 1.",
        "`return np.concatenate([X, np.ones((len(X), 1), X.dtype)], axis=1)`: the dtype keeps float32 as it is.",
    ),
    equivalent={
        "-> X = X": "whole numbers in may stay whole: the values agree",
        "X = as_float(X) -> (dropped)": "whole numbers in may stay whole: the values agree",
        "-> ones = xp.ones((X.shape[0], 1), dtype=X.dtype)": "NumPy has one device",
    },
    right=(_bias_loop, _bias_filled, lambda X: np.pad(X, ((0, 0), (0, 1)), constant_values=1)),
    mistakes=(
        Mistake(
            "first_column",
            lambda X: np.concatenate([_ones(X).astype(X.dtype), X], axis=1),
            "You put the ones in front of the features: they are the last column.",
        ),
        Mistake(
            "row",
            lambda X: np.concatenate([X, np.ones((1, X.shape[1]), X.dtype)]),
            "You add a row of ones, which is one more example: add a column, along axis 1.",
        ),
        Mistake(
            "flattened",
            lambda X: np.append(X, _ones(X).astype(X.dtype)),
            "Without an axis np.append makes one long list of numbers: add `axis=1`.",
        ),
        Mistake("zeros", _beside(lambda X: 0 * _ones(X)), "Your new column holds zeros: it holds ones."),
        Mistake(
            "row_numbers",
            _beside(lambda X: np.arange(len(X))[:, None]),
            "Your new column numbers the examples: it holds a one for each of them.",
        ),
        Mistake(
            "random_column",
            _beside(lambda X: np.random.default_rng(0).normal(size=(len(X), 1))),
            "Your new column holds random numbers, like weights: it holds ones, the weight of the bias belongs into W.",
        ),
        Mistake(
            "one_added",
            lambda X: X + 1,
            "You add 1 to every feature: the features stay as they are, and a column of ones comes after them.",
        ),
        Mistake(
            "overwritten",
            lambda X: np.concatenate([X[:, :-1], _ones(X).astype(X.dtype)], axis=1),
            "You write the ones over the last feature: the result has one column more than X.",
        ),
        Mistake("ones_only", lambda X: _ones(X).astype(X.dtype), "You return the ones alone: X comes first."),
        Mistake(
            "too_many_ones",
            lambda X: np.concatenate([X, np.ones_like(X)], axis=1),
            "You add as many ones as X has entries: one column, `np.ones((len(X), 1))`, is enough.",
        ),
        Mistake(
            "float64",
            lambda X: np.concatenate([X, _ones(X)], axis=1),
            "np.ones gives float64, which makes float64 of float32 features: say `np.ones((len(X), 1), X.dtype)`.",
            craft=True,
        ),
        Mistake(
            "integer",
            lambda X: np.concatenate([X, _ones(X)], axis=1).astype(int),
            "Your result holds whole numbers, so the features lose their fractions.",
        ),
    ),
)


W32 = array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]])


def _classifiers(rng):
    for n, d, k in ((1, 3, 2), (6, 2, 4)):
        name = f"random: {n} examples, {d} features, {k} classes"
        yield Case(name, (rng.normal(size=(k, d)), rng.normal(size=(n, d))), hidden=True)


def _scores_loop(W, X):
    return array([[sum((w_j * x_j for w_j, x_j in zip(w, x, strict=True)), 0 * x[0] * w[0]) for w in W] for x in X])


def _scores_filled(W, X, dtype):
    scores = np.zeros((len(X), len(W)), dtype)
    scores[...] = X @ W.T
    return scores


def _of_scores(change):
    """Return an answer that makes something else of the right scores."""
    return lambda W, X: change(X @ W.T)


linear_scores = Exercise(
    ref.linear_scores,
    title="Scores",
    points=1,
    minutes=5,
    difficulty=1,
    returns=("the scores",),
    cases=(
        Case("four examples, three classes", (W32, array([[1.0, 0.0], [2.0, -1.0], [0.5, 0.5], [-3.0, 1.0]]))),
        Case("two examples, two classes", (array([[1.0, 0.5, -1.0], [2.0, 0.0, 3.0]]), X23)),
        Case(
            "as many of everything",
            (array([[1.0, 2.0], [3.0, 5.0]]), array([[0.5, -1.0], [2.0, 4.0]])),
        ),
        Case("features in whole numbers", (W32, array([[2, 1], [3, -1]]))),
        Case("float32", (W32.astype(np.float32), array([[0.1, 0.7], [1.5, -2.5]], np.float32))),
        Case("one example", (W32, array([[4.0, -2.0]])), hidden=True),
        Case("one feature", (array([[2.0], [-1.0]]), array([[0.5], [3.0], [-4.0]])), hidden=True),
        Case("large whole weights", ((1000 * W32).astype(int), array([[1.0, 0.5321], [-1.0, 2.0]])), hidden=True),
        Case("every other column", (W32[:, ::-1], np.arange(12.0).reshape(3, 4)[:, ::2]), hidden=True),
    ),
    random_cases=_classifiers,
    hints=(
        "The score of example i for class k is the product of row i of X and row k of W, added up over the features.",
        "A matrix product adds up over the last axis of the left matrix and the first of the right one. X is (N, D) and W is "
        "(K, D), so one of them has to be transposed.",
        "(N, D) times (D, K) gives (N, K): `return X @ W.T`.",
    ),
    equivalent={
        "-> return (W @ as_float(X).T).T": "whole numbers in may stay whole: the values agree",
        "-> return (as_float(W) @ X.T).T": "whole numbers in may stay whole: the values agree",
    },
    right=(_scores_loop, lambda W, X: np.einsum("kd,nd->nk", W, X), lambda W, X: (W[None] * X[:, None]).sum(axis=2)),
    mistakes=(
        Mistake(
            "transposed",
            lambda W, X: W @ X.T,
            "You return (K, N), one row per class: one row per example is asked for, X @ W.T.",
        ),
        Mistake(
            "weights_not_transposed",
            lambda W, X: X @ W,
            "X is (N, D) and W is (K, D), so X @ W fits only where K = D, and is wrong there: transpose W.",
        ),
        Mistake(
            "sides_swapped",
            lambda W, X: W @ X,
            "W is (K, D) and X is (N, D), so W @ X fits only where N = D, and is wrong there: take X @ W.T.",
        ),
        Mistake(
            "elementwise",
            lambda W, X: X * W,
            "`*` multiplies entry by entry: the matrix product is `@`, X @ W.T.",
        ),
        Mistake(
            "classes_in_a_row",
            lambda W, X: X * W.T,
            "`*` multiplies entry by entry: the matrix product is `@`, X @ W.T.",
        ),
        Mistake(
            "truncates",
            lambda W, X: _scores_filled(W, X, X.dtype),
            "For features in whole numbers your scores are cut to whole numbers, too: your zeros have the dtype of X. X @ W.T finds the right one.",
        ),
        Mistake(
            "truncates",
            lambda W, X: _scores_filled(W, X, W.dtype),
            "For weights in whole numbers your scores are cut to whole numbers, too: your zeros have the dtype of W. X @ W.T finds the right one.",
        ),
        Mistake(
            "best_class",
            _of_scores(lambda scores: np.argmax(scores, axis=1)),
            "You return the class with the highest score: return all the scores, (N, K).",
        ),
        Mistake(
            "best_score",
            _of_scores(lambda scores: np.max(scores, axis=1)),
            "You return the highest score of each example: return all the scores, (N, K).",
        ),
        Mistake(
            "softmax",
            _of_scores(
                lambda s: (
                    np.exp(s - s.max(axis=1, keepdims=True))
                    / np.sum(np.exp(s - s.max(axis=1, keepdims=True)), axis=1, keepdims=True)
                )
            ),
            "You return probabilities: scores are the plain products, X @ W.T.",
        ),
        Mistake(
            "sigmoid",
            _of_scores(lambda scores: 1 / (1 + np.exp(-scores))),
            "You squash the scores with the sigmoid: scores are the plain products, X @ W.T.",
        ),
        Mistake(
            "bias_added",
            _of_scores(lambda scores: scores + 1),
            "You add 1 to every score: the bias is the last weight of each class already, times the column of ones.",
        ),
        Mistake(
            "mean_over_features",
            lambda W, X: X @ W.T / X.shape[1],
            "You divide by the number of features: a score is the sum of the products.",
        ),
        Mistake(
            "normalised",
            lambda W, X: X @ W.T / np.linalg.norm(W, axis=1),
            "You divide each score by the length of its weights, which makes a distance of it: return the plain products.",
        ),
        Mistake(
            "shifted",
            _of_scores(lambda scores: scores - scores.max(axis=1, keepdims=True)),
            "You take the highest score off: that belongs into softmax. Scores are the plain products, X @ W.T.",
        ),
        Mistake(
            "float64",
            _of_scores(lambda scores: scores.astype(np.float64)),
            "Your scores are float64 for float32 data: make no array of another dtype, X @ W.T keeps it.",
            craft=True,
        ),
    ),
)
