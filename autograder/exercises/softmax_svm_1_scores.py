"""Chapter 4: the scores of a linear classifier."""

from __future__ import annotations

import numpy as np

from solutions import softmax_svm as ref

from ..checking.exercise import Case, Exercise, Mistake

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


def _bias_lists(X):
    rows = []
    for row in X:
        rows.append([*row, 1.0])
    return rows


def _bias_zeros(X):
    N, D = X.shape
    result = np.zeros((N, D + 1))
    for i in range(N):
        result[i, :D] = X[i]
        result[i, D] = 1
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
    number="4.1",
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
    right=(
        _bias_loop,
        _bias_lists,
        _bias_zeros,
        _bias_filled,
        lambda X: np.pad(X, ((0, 0), (0, 1)), constant_values=1),
        lambda X: np.vstack([X.T, np.ones(len(X))]).T,
    ),
    mistakes=(
        Mistake(
            "first_column",
            lambda X: np.concatenate([_ones(X).astype(X.dtype), X], axis=1),
            "You put the ones in front of the features: they are the last column.",
        ),
        Mistake(
            "last_but_one",
            lambda X: np.insert(X, -1, 1, axis=1),
            "Your ones stand in front of the last feature: they come after it, `np.insert(X, X.shape[1], 1, axis=1)`.",
        ),
        Mistake(
            "both_sides",
            lambda X: np.pad(X, ((0, 0), (1, 1)), constant_values=1),
            "You put ones on both sides of the features: the last column is enough.",
        ),
        Mistake(
            "all_sides",
            lambda X: np.pad(X, 1, constant_values=1),
            "You put ones all around X: only a last column is asked for, `np.pad(X, ((0, 0), (0, 1)), ...)`.",
        ),
        Mistake(
            "ones_below",
            lambda X: np.concatenate([X, _ones(X)]),
            "Without an axis np.concatenate puts the ones below X, where a column does not fit: add `axis=1`.",
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
        Mistake(
            "reshaped",
            lambda X: np.append(X, _ones(X)).reshape(len(X), -1),
            "Without an axis np.append makes one long list, and reshape cuts it in the wrong places: add `axis=1`.",
        ),
        Mistake(
            "first_example",
            lambda X: np.append(X[0], 1),
            "You return the first example alone: every row of X gets its one.",
        ),
        Mistake(
            "transposed",
            lambda X: np.vstack([X.T, np.ones(len(X))]),
            "Your result has one example per column, (D + 1, N): transpose it.",
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
        Mistake(
            "overwritten",
            lambda X: np.concatenate([_ones(X), X[:, 1:]], axis=1),
            "You write the ones over the first feature: they come after the last one, in a new column.",
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


def _scores_lists(W, X):
    result = []
    for x in X:
        row = []
        for w in W:
            total = 0.0
            for d in range(len(w)):
                total += w[d] * x[d]
            row.append(total)
        result.append(row)
    return result


def _of_scores(change):
    """Return an answer that makes something else of the right scores."""
    return lambda W, X: change(X @ W.T)


linear_scores = Exercise(
    ref.linear_scores,
    number="4.2",
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
        Case(
            "weights in whole numbers",
            (array([[1, -2], [0, 3], [-1, 4]]), array([[1.0, 0.25], [-1.0, 1.5]])),
            courtesy=True,
        ),
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
    right=(
        _scores_loop,
        _scores_lists,
        lambda W, X: _scores_filled(W, X, float),
        lambda W, X: np.einsum("kd,nd->nk", W, X),
        lambda W, X: (W[None] * X[:, None]).sum(axis=2),
    ),
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
            craft=True,
        ),
        Mistake(
            "integer",
            lambda W, X: _scores_filled(W, X, int),
            "Your scores are whole numbers: their fractions are cut off.",
        ),
        Mistake(
            "reshaped",
            lambda W, X: (W @ X.T).reshape(len(X), len(W)),
            "reshape does not transpose, so your scores stand in the wrong places: take X @ W.T.",
        ),
        Mistake(
            "reshaped",
            lambda W, X: X @ W.reshape(X.shape[1], -1),
            "reshape does not transpose, it cuts W into other rows: take X @ W.T.",
        ),
        Mistake(
            "not_summed",
            lambda W, X: W[None] * X[:, None],
            "You return all the products, (N, K, D): add them up over the features, `.sum(axis=2)`.",
        ),
        Mistake(
            "first_example",
            lambda W, X: W @ X[0],
            "You return the scores of the first example alone: each row of X gets a row of scores.",
        ),
        Mistake(
            "last_example",
            lambda W, X: W @ X[-1],
            "You return the scores of the last example alone: each row of X gets a row of scores.",
        ),
        Mistake(
            "last_feature_missing",
            lambda W, X: X[:, :-1] @ W[:, :-1].T,
            "You leave out the last feature: the sum goes over all D of them, `range(D)`.",
        ),
        Mistake(
            "first_feature_missing",
            lambda W, X: X[:, 1:] @ W[:, 1:].T,
            "You leave out the first feature: the sum goes over all D of them, `range(D)`.",
        ),
        Mistake(
            "last_class_missing",
            _of_scores(lambda scores: scores * (np.arange(scores.shape[1]) < scores.shape[1] - 1)),
            "The scores of the last class are missing: there are K classes, `range(K)`.",
        ),
        Mistake(
            "classes_as_features",
            lambda W, X: X @ W.T * (np.arange(len(W)) < X.shape[1]),
            "Your loop over the classes ends after D of them: there are K, `len(W)`.",
        ),
        Mistake(
            "overwritten",
            lambda W, X: X[:, -1:] * W[:, -1],
            "Each product overwrites the one before: add them up, `+=`.",
        ),
        Mistake(
            "not_reset",
            _of_scores(lambda scores: np.cumsum(scores).reshape(scores.shape)),
            "Your sum goes on from one score to the next: set it back to 0 for each score.",
        ),
        Mistake(
            "not_reset",
            _of_scores(lambda scores: np.cumsum(scores, axis=1)),
            "Your sum goes on from one class to the next: set it back to 0 for each score.",
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
            "bias_added",
            lambda W, X: X @ W.T + W[:, -1],
            "You add the last column of W once more: it is in the product already, times the column of ones.",
        ),
        Mistake(
            "bias_apart",
            lambda W, X: X[:, :-1] @ W[:, :-1].T + W[:, -1],
            "You skip the last feature and add its weight as a bias: here it is a feature like the others, X @ W.T.",
        ),
        Mistake(
            "half_square_subtracted",
            lambda W, X: X @ W.T - 0.5 * np.sum(W**2, axis=1),
            "You subtract half the square of the weights: scores are the plain products, X @ W.T.",
        ),
        Mistake(
            "distance",
            lambda W, X: np.sum((X[:, None] - W) ** 2, axis=2),
            "You return squared distances: a score is the sum of the products, X @ W.T.",
        ),
        Mistake(
            "distance",
            lambda W, X: -np.sum((X[:, None] - W) ** 2, axis=2),
            "You return negative squared distances: a score is the sum of the products, X @ W.T.",
        ),
        Mistake(
            "added",
            lambda W, X: np.sum(X[:, None] + W, axis=2),
            "You add weights and features: multiply them, then add up the products.",
        ),
        Mistake(
            "mean_over_examples",
            _of_scores(lambda scores: scores.mean(axis=0)),
            "You take the mean over the examples: each of them has its own row of scores, (N, K).",
        ),
        Mistake(
            "summed",
            _of_scores(np.sum),
            "You add up all the scores: return the table of them, (N, K).",
        ),
        Mistake(
            "summed",
            _of_scores(lambda scores: scores.sum(axis=1)),
            "You add up the scores of each example: return one for each class, (N, K).",
        ),
        Mistake(
            "centred",
            lambda W, X: (X - X.mean(axis=0)) @ W.T,
            "You subtract the mean of the features: take X as it is.",
        ),
        Mistake(
            "centred",
            _of_scores(lambda scores: scores - scores.mean(axis=1, keepdims=True)),
            "You subtract the mean of each example's scores: scores are the plain products, X @ W.T.",
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
            "normalised",
            lambda W, X: X @ W.T / np.linalg.norm(X, axis=1, keepdims=True),
            "You divide each score by the length of its example: return the plain products.",
        ),
        Mistake(
            "normalised",
            lambda W, X: X @ W.T / np.linalg.norm(W, axis=1) / np.linalg.norm(X, axis=1, keepdims=True),
            "You return cosines, divided by both lengths: return the plain products.",
        ),
        Mistake(
            "shifted",
            _of_scores(lambda scores: scores - scores.max(axis=1, keepdims=True)),
            "You subtract the highest score: that belongs in softmax. Scores are the plain products, X @ W.T.",
        ),
        Mistake(
            "float64",
            _of_scores(lambda scores: scores.astype(np.float64)),
            "Your scores are float64 for float32 data: make no array of another dtype, X @ W.T keeps it.",
            craft=True,
        ),
    ),
)
