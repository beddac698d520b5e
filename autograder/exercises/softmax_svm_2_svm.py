"""Chapter 4: the loss of the support vector machine and its gradient, first in loops, then on whole arrays."""

from __future__ import annotations

import numpy as np

from solutions import softmax_svm as ref

from ..checking.exercise import Case, Exercise, Mistake
from .callbacks import score_loops
from .softmax_svm_2_answers import MISTAKES, svm

array = np.array

ANIMALS = array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
W32 = array([[1.0, -1.5], [0.5, 2.0], [-1.0, 0.75]])
X42 = array([[1.0, 0.5], [2.0, -1.0], [0.25, 0.5], [-3.0, 1.0]])
W23 = array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]])
X53 = array([[1.0, 2.0, 0.5], [-1.0, 0.5, 1.0], [0.75, -2.0, 0.25], [2.0, 1.0, -1.0], [0.5, 0.5, 3.0]])


def _classifiers(rng):
    for n, d, k in ((1, 4, 3), (6, 2, 4), (9, 3, 2)):
        W, X = rng.normal(size=(k, d)), rng.normal(size=(n, d)) + 0.5
        y = k - 1 - np.arange(n) % 2
        name = f"random: {n} examples, {d} features, {k} classes"
        yield Case(name, (W, X, y, float(rng.uniform(0.2, 0.6))), hidden=True)
    # Whoever has only the penalty wrong has this right.
    yield Case("random, without a penalty", (W, X, y), hidden=True)


CASES = (
    Case("worked example: cat, car and frog", (ANIMALS.T, np.eye(3), array([0, 1, 2]))),
    Case("worked example: weights of zero", (np.zeros((2, 2)), array([[3.0, 2.0]]), array([0]))),
    Case("four examples, three classes", (W32, X42, array([1, 0, 2, 1]))),
    Case("the same with a penalty", (W32, X42, array([1, 0, 2, 1]), 0.3)),
    Case("four classes", (array([[1.0], [0.5], [0.0], [0.25]]), array([[1.0], [2.0]]), array([0, 1]), 0.1)),
    Case("two classes with a penalty", (W23, X53, array([0, 1, 1, 0, 1]), 0.5)),
    Case(
        "margins of exactly 0",
        (
            array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]),
            array([[2.0, 1.0], [1.0, 3.0], [0.5, 1.5]]),
            array([0, 2, 1]),
            0.25,
        ),
    ),
    Case("the penalty alone", (3 * W32, array([[2.0, -1.0], [-1.0, 3.0]]), array([0, 1]), 0.3)),
    Case("features in whole numbers", (W32, array([[1, 2], [3, -1], [0, 4]]), array([2, 0, 0]), 0.25)),
    Case("float32", (W32.astype(np.float32), X42.astype(np.float32), array([0, 2, 1, 1], np.int32), 0.25)),
    Case("one example", (W23, X53[:1], array([0]), 0.4), hidden=True),
    Case("one feature", (array([[2.0], [-1.0], [0.5]]), array([[0.5], [-3.0]]), array([2, 0]), 0.2), hidden=True),
    Case("scores of 1000", (1000 * W32, X42, array([2, 1, 0, 0]), 1e-3), hidden=True),
    Case("more margins of 0", (np.eye(3), array([[2.0, 1.0, 1.0], [0.0, 1.0, 0.0]]), array([0, 2]), 0.5), hidden=True),
    Case("labels of one byte", (W32, X42, array([1, 0, 2, 1], np.uint8), 0.2), courtesy=True),
    Case("every other column", (W23[:, ::2], X53[:, ::2], array([1, 0, 0, 1, 0]), 0.35), hidden=True),
)


def _loops(W, X, y, lam=0.0, plus=np.add, minus=np.subtract, skip=False, examples=None, like=lambda W: 1.0 * W):
    """Return the loss and the gradient from loops, for mistakes that only loops make."""
    loss, grad_W = 0.0, np.zeros_like(like(W))
    for i in range(len(X) if examples is None else examples):
        for j in range(len(W)):
            if j == y[i]:
                if skip:
                    break
                continue
            margin = X[i] @ W[j] - X[i] @ W[y[i]] + 1
            if margin > 0:
                loss += margin
                grad_W[j] = plus(grad_W[j], X[i])
                grad_W[y[i]] = minus(grad_W[y[i]], X[i])
    return loss / len(X) + lam * np.sum(W**2), grad_W / len(X) + 2 * lam * W


def _lists(W, X, y, lam=0.0):
    N, K, D = len(X), len(W), len(W[0])
    loss, grad_W = 0.0, [[2 * lam * W[k, d] for d in range(D)] for k in range(K)]
    for i in range(N):
        true = int(y[i])
        scores = [sum(W[k, d] * X[i, d] for d in range(D)) for k in range(K)]
        for j in range(K):
            margin = scores[j] - scores[true] + 1
            if j != true and margin > 0:
                loss += margin / N
                for d in range(D):
                    grad_W[j][d] += X[i, d] / N
                    grad_W[true][d] -= X[i, d] / N
    return loss + lam * sum(w * w for row in W for w in row), grad_W


def _zeros(W, X, y, lam=0.0):
    grad_W = np.zeros(W.shape)
    loss = 0
    for i in range(len(X)):
        scores = W.dot(X[i])
        for j in range(len(W)):
            if j == y[i]:
                continue
            margin = max(0, scores[j] - scores[y[i]] + 1)
            if margin > 0:
                loss += margin
                grad_W[j, :] += X[i, :]
                grad_W[y[i], :] -= X[i, :]
    return loss / len(X) + lam * np.sum(W * W), grad_W / len(X) + 2 * lam * W


def _table_of_zeros(W, X, y, lam=0.0):
    n = X.shape[0]
    scores = X.dot(W.T)
    margins = np.maximum(0, scores - scores[range(n), y].reshape(-1, 1) + 1)
    margins[range(n), y] = 0
    slopes = np.zeros(margins.shape)
    slopes[margins > 0] = 1
    slopes[range(n), y] = -slopes.sum(axis=1)
    return margins.sum() / n + lam * np.linalg.norm(W) ** 2, slopes.T.dot(X) / n + 2 * lam * W


def _by_pieces(W, X, y, lam=0.0):
    losses, grads = zip(*(svm()(W, X[i : i + 1], y[i : i + 1], lam) for i in reversed(range(len(X)))), strict=True)
    return sum(losses) / len(X), sum(grads) / len(X)


def _by_classes(W, X, y, lam=0.0):
    scores = X @ W.T
    true = scores[np.arange(len(y)), y]
    margins = [np.where(y == j, 0, np.maximum(scores[:, j] - true + 1, 0)) for j in range(len(W))]
    hits = [(margin > 0).astype(scores.dtype) for margin in margins]
    count = sum(hits)
    grad_W = np.stack([X.T @ (hit - (y == j) * count) for j, hit in enumerate(hits)])
    return sum(m.sum() for m in margins) / len(y) + lam * np.sum(W**2), grad_W / len(y) + 2 * lam * W


def _by_one_hot(W, X, y, lam=0.0):
    Y = np.eye(len(W), dtype=W.dtype)[y]
    scores = np.einsum("nd,kd->nk", X, W)
    gaps = 1 - Y + scores - (Y * scores).sum(axis=1, keepdims=True)
    hits = (gaps > 0).astype(W.dtype)
    slopes = hits - Y * hits.sum(axis=1, keepdims=True)
    return (hits * gaps).sum() / len(y) + lam * (W * W).sum(), (X.T @ slopes).T / len(y) + lam * (W + W)


svm_loss_naive = Exercise(
    ref.svm_loss_naive,
    number="4.4",
    title="SVM loss in loops",
    points=3,
    minutes=20,
    difficulty=2,
    returns=("loss", "grad_W"),
    cases=(
        *CASES,
        Case(
            "weights in whole numbers", (array([[1, 0], [0, 1], [-1, 2]]), X42, array([2, 1, 0, 0]), 0.3), courtesy=True
        ),
    ),
    random_cases=_classifiers,
    hints=(
        "Two loops: over the examples i, and within it over the classes j. Skip the true class, j == y[i].",
        "The margin is W[j] @ X[i] - W[y[i]] @ X[i] + 1. If it is above 0, it is added to the loss. Its slope along W[j] is X[i], and along W[y[i]] it is -X[i].",
        "Begin with `loss = 0.0` and `grad_W = np.zeros_like(1.0 * W)`. In the loops, where j is not y[i]: `margin = W[j] @ X[i] - W[y[i]] @ X[i] + 1`, and "
        "`if margin > 0:` then `loss += margin`, `grad_W[j] += X[i]`, `grad_W[y[i]] -= X[i]`. After the loops: "
        "`return loss / len(y) + lam * np.sum(W**2), grad_W / len(y) + 2 * lam * W`.",
    ),
    equivalent={
        "-> loss, grad_W = (0, ": "a Python number grows into a float of the right kind",
        "-> loss, grad_W = (0 * xp.mean(W), ": "0 times anything finite",
        "W, X, y = _checked(W, X, y, lam) -> (dropped)": "whole weights are more than the page asks for; the rest of it rejects what no case holds",
        "-> x, true = (X[i, :], y[i])": "labels of every width index alike",
    },
    right=(_loops, _lists, _zeros, _by_pieces, _by_one_hot),
    mistakes=(
        *MISTAKES,
        Mistake(
            "stops_at_true_class",
            lambda W, X, y, lam=0.0: _loops(W, X, y, lam, skip=True),
            "Your inner loop ends at the true class, so the classes after it are left out: `continue`, not `break`.",
        ),
        Mistake(
            "first_example",
            lambda W, X, y, lam=0.0: _loops(W, X, y, lam, examples=1),
            "Your function returns after the first example: the return belongs after both loops.",
        ),
        Mistake(
            "overwritten",
            lambda W, X, y, lam=0.0: _loops(W, X, y, lam, plus=lambda slope, x: x, minus=lambda slope, x: -x),
            "Each example overwrites the gradient of the ones before: add to it, `+=` and `-=`.",
        ),
        Mistake(
            "truncates",
            lambda W, X, y, lam=0.0: _loops(W, X, y, lam, like=lambda W: W),
            "For weights in whole numbers `np.zeros_like(W)`, or `dtype=W.dtype`, holds whole numbers, so your gradient's fractions are cut off: begin with `np.zeros_like(1.0 * W)`.",
            craft=True,
        ),
        Mistake(
            "label_from_one",
            lambda W, X, y, lam=0.0: _loops(W, X, y.astype(int) - 1, lam),
            "Your labels are off by one: the classes are counted from 0, so y indexes as it is.",
        ),
        Mistake(
            "overwritten",
            lambda W, X, y, lam=0.0: _loops(W, X, y, lam, plus=lambda slope, x: x),
            "Each example overwrites the wrong classes' rows of the gradient: add to them, `+=`.",
        ),
    ),
)


def _many_examples(rng: np.random.Generator) -> Case:
    # Few features and classes, so that what the loops themselves cost is what counts.
    return Case("many examples", (rng.normal(size=(5, 4)), rng.normal(size=(2000, 4)), rng.integers(0, 5, 2000), 0.3))


svm_loss = Exercise(
    ref.svm_loss,
    number="4.5",
    title="SVM loss on whole arrays",
    points=4,
    minutes=25,
    difficulty=3,
    returns=("loss", "grad_W"),
    cases=CASES,
    random_cases=_classifiers,
    hints=(
        "All scores at once are X @ W.T, (N, K), and all margins as in hinge_loss. Set the margins of the true classes to 0.",
        "A table of slopes, (N, K): 1 where the margin is above 0, and at the true class minus the number of these ones in the row. Its product with the inputs, "
        "slopes.T @ X, adds up over the examples.",
        "With `scores = X @ W.T` and `rows = np.arange(len(y))`: `margins = np.maximum(scores - scores[rows, y][:, None] + 1, 0)`, `margins[rows, y] = 0`, `slopes = (margins > 0).astype(scores.dtype)`, "
        "`slopes[rows, y] = -np.sum(slopes, axis=1)`, `return np.sum(margins) / len(y) + lam * np.sum(W**2), slopes.T @ X / len(y) + 2 * lam * W`.",
    ),
    equivalent={
        "W, X, y = _checked(W, X, y, lam) -> (dropped)": "weights are floats in every case, whole features and labels of every width do as they are",
    },
    right=(svm(), _table_of_zeros, _by_classes, _by_one_hot),
    slow=score_loops,
    speed=_many_examples,
    mistakes=(
        *MISTAKES,
        Mistake(
            "not_vectorised",
            _loops,
            "Your values are right, but they come from Python loops over the examples: work on whole arrays.",
        ),
        Mistake(
            "not_vectorised",
            _by_pieces,
            "Your values are right, but they come from a Python loop over the examples: work on whole arrays.",
        ),
    ),
)
