"""Each relation that fits every exercise is named where it holds, and not where it does not."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.exercise import Case, Mistake
from tests.made_up import cases_of, exercise_of

RNG = np.random.default_rng(5)
X, Y = RNG.normal(size=(4, 3)), RNG.normal(size=(5, 3))


def shares(x):
    """Return each number's share of the sum.

    Args:
        x: (N,) numbers.

    Returns: (N,) shares.
    """
    return x / np.sum(x)


SHARES = exercise_of(
    shares,
    cases_of(*((np.array(x),) for x in ([1.0, 2.0, 5.0], [0.5, 7.25], [3.0, -1.0, 4.5, 0.75]))),
    returns=("the shares",),
)


def loss_and_gradient(w, X, lam=0.5):
    """Return a loss and its gradient.

    Args:
        w: (D,) weights.
        X: (N, D) data.
        lam: strength.

    Returns: loss and grad_w.
    """
    return np.mean((X @ w) ** 2) + lam * np.sum(w**2), 2 * X.T @ (X @ w) / len(X) + 2 * lam * w


LOSS = exercise_of(
    loss_and_gradient,
    (
        Case("three", (np.array([0.5, -1.0, 2.0]), X)),
        Case("lam 2", (np.array([1.5, 0.25, -1.0]), Y, 2.0)),
        Case("lam 0.1", (np.array([0.75, -0.5, 0.3]), Y), {"lam": 0.1}),
    ),
    returns=("loss", "grad_w"),
)


def scores(W, X):
    """Return the scores.

    Args:
        W: (K, D) weights.
        X: (N, D) data.

    Returns: (N, K) scores.
    """
    return X @ W.T


SCORES = exercise_of(
    scores, cases_of((RNG.normal(size=(2, 3)), X), (RNG.normal(size=(4, 3)), Y)), returns=("the scores",)
)


def difference(a, b):
    """Return a^2 - 2b.

    Args:
        a: (N,) numbers.
        b: (N,) numbers.
    """
    return a**2 - 2 * b


DIFFERENCE = exercise_of(difference, cases_of(*((RNG.normal(size=n), RNG.normal(size=n)) for n in (2, 3, 5))))


def neighbours(words):
    return list(itertools.pairwise(words))


WORDS = exercise_of(neighbours, cases_of((list("abcd"),), (list("xyxyz"),)), returns=("the pairs",))


def scaled(x, factor=3.0):
    """Return factor * |x|.

    Args:
        x: (N,) numbers.
        factor: a number.
    """
    return factor * np.abs(x)


SCALED = exercise_of(
    scaled,
    (
        Case("positive", (np.array([1.0, 2.5]),)),
        Case("more", (np.array([0.3, 4.0, 7.5]),)),
        Case("negative", (np.array([-1.0, 2.0]),)),
        Case("other factor", (np.array([1.0, 0.25]),), {"factor": 1.5}),
    ),
)


def means(X):
    """Return the mean of each column.

    Args:
        X: (N, D) data.

    Returns: (D,) means.
    """
    return np.mean(X, axis=0)


# With two columns in most of them, a mean over the table is half of the right value there.
MEANS = exercise_of(
    means,
    cases_of(*((RNG.normal(size=shape),) for shape in ((1, 2), (3, 2), (4, 2), (6, 2), (5, 3)))),
    returns=("the means",),
    mistakes=(Mistake("half", lambda X: np.mean(X, axis=0) / 2, "You take half of the mean."),),
)


def squares(W):
    """Return the sum of squares.

    Args:
        W: weights of any shape.
    """
    return np.sum(W**2)


SQUARES = exercise_of(squares, cases_of(*((RNG.normal(size=shape),) for shape in (2, (2, 2), (3, 2), 5))))


LARGE = exercise_of(squares, cases_of(*((np.array(W),) for W in ([0.1, 0.3], [8.0, 9.0], [7.0, 5.0, 11.0]))))


def path(x, steps):
    """Return x and what comes of it when it is halved again and again."""
    return x / 2.0 ** np.arange(steps + 1)


PATH = exercise_of(path, cases_of((3.0, 4), (5.0, 3), (-2.0, 5)), returns=("the path",), curve=True)


def with_momentum(x, steps):
    points = [x, x / 2]
    for _ in range(steps - 1):
        points.append(points[-1] / 2 + 0.9 * (points[-1] - points[-2]))
    return np.array(points)


def labels(x, b):
    """Return 1 for each number that lies above -b, else 0.

    Args:
        x: (N,) numbers.
        b: a number.
    """
    return (x + b > 0).astype(int)


LABELS = exercise_of(
    labels,
    cases_of(
        (np.array([0.2, -2.0, 1.5]), 0.0),
        (np.array([2.0, -3.0, 1.0, -0.5]), 0.0),
        (np.array([-4.0, 0.4, 0.1]), 0.0),
        (np.array([-3.0, 7.0]), 0.5),
        (np.array([0.2, 0.3]), -0.25),
        (np.array([0.5, -1.0, 0.4]), -0.45),
    ),
    returns=("the labels",),
)


def features(x, factor=1.0):
    """Return three numbers that describe x.

    Args:
        x: (N,) numbers.
        factor: a number.
    """
    return np.array([np.sum(x), np.max(x), factor * np.mean(x)])


FEATURES = exercise_of(
    features,
    (
        *(Case(f"{n}", (RNG.normal(size=n),)) for n in (2, 3, 4, 5)),
        *(Case(f"factor {factor}", (RNG.normal(size=3), factor)) for factor in (2.0, 0.3)),
    ),
    returns=("the features",),
)


@pytest.mark.parametrize(
    ("exercise", "answer", "mistake", "words"),
    [
        (SHARES, lambda x: None, "returns_none", "returns None"),
        (SHARES, lambda x: print(shares(x)), "prints", "write `return` in place of `print`"),
        (SHARES, lambda x: "no", "structure", "it is a str, not an array"),
        (LOSS, lambda w, X, lam=0.5: loss_and_gradient(w, X, lam)[0], "structure", "return 2 values, loss and grad_w"),
        (LOSS, lambda w, X, lam=0.5: loss_and_gradient(w, X, lam)[::-1], "order", "in the wrong order"),
        (SHARES, lambda x: x.copy(), "unchanged", "gives x back as it came"),
        (SHARES, lambda x: 2 * shares(x), "factor", "twice the right value"),
        (SHARES, lambda x: -shares(x), "sign", "opposite sign"),
        (SHARES, lambda x: shares(x) * len(x), "factor_n", "N times the right value"),
        (SHARES, lambda x: shares(x) / len(x), "factor_n", "divided by N"),
        (SCORES, lambda W, X: X @ W.T / W.shape[1] * X.shape[1] * len(W), "factor_k", "K times the right value"),
        (MEANS, lambda X: np.sum(X, axis=0) / X.size, "factor_d", "a mean over a whole (N, D) table"),
        (MEANS, lambda X: np.sum(X, axis=0) / X.shape[1], "factor_n_d", "N / D times the right value"),
        (MEANS, lambda X: np.sum(X, axis=0) / max(len(X) - 1, 1), "factor_n", "divided by (N - 1) and not by N"),
        (MEANS, lambda X: np.mean(X, axis=0) / 2, "half", "You take half of the mean."),
        (SQUARES, lambda W: np.mean(W**2), "factor_size", "the right value divided by W.size"),
        (PATH, with_momentum, "start_right", "Only the first 2 entries of the path are right"),
        (FEATURES, lambda x, factor=1.0: features(x, factor) + np.arange(3), "some_entries", "Only entries 1 and 2"),
        (
            SCALED,
            lambda x, factor=3.0: np.abs(x) * 3 if factor == 3 else np.abs(x) + factor,
            "given",
            "factor is left out",
        ),
        (SHARES, lambda x: shares(x) + 0.25, "offset", "off by 0.25 everywhere"),
        (SHARES, lambda x: shares(x)[:, None] - np.zeros(len(x)), "broadcast", "made a table"),
        (SHARES, lambda x: shares(x)[:, None], "reshape", "drop the axis of size 1"),
        (SCORES, lambda W, X: W @ X.T, "transposed", "Transpose the scores"),
        (SHARES, lambda x: shares(x)[1:], "first_missing", "The first entry of the shares is missing"),
        (SHARES, lambda x: shares(x)[:-1], "last_missing", "The last entry of the shares is missing"),
        (SHARES, lambda x: np.append(shares(x), 0.0), "last_too_many", "one entry too many in the shares, at the end"),
        (SCORES, lambda W, X: (X @ W.T)[:, 1:], "first_missing", "The first column of the scores is missing"),
        (SHARES, lambda x: shares(x)[::-1].copy(), "reversed", "in reverse order"),
        (SHARES, lambda x: np.sort(shares(x))[[0]] + 0 * x, "one_number", "one and the same number"),
        (SCORES, lambda W, X: (X @ W.T)[[1, 0, *range(2, len(X))]], "permuted", "in another order"),
        (SHARES, lambda x: np.roll(shares(x), 1), "shifted", "one place too far down"),
        (SCORES, lambda W, X: (X @ W.T).sum(axis=1), "sum", "You return the sum along axis 1"),
        (SCORES, lambda W, X: np.mean(X @ W.T), "mean", "You return the mean of the scores"),
        (SCORES, lambda W, X: np.abs(X @ W.T), "absolute", "the sign is lost"),
        (SCORES, lambda W, X: np.exp(X @ W.T), "exponential", "a logarithm is missing"),
        (SCORES, lambda W, X: 1 - X @ W.T, "complement", "1 minus the right value"),
        (SCORES, lambda W, X: np.maximum(X @ W.T, 0), "cut_at_zero", "cut off at 0"),
        (SCORES, lambda W, X: (X @ W.T) / np.log(2), "log_base", "a logarithm of base 2"),
        (SHARES, lambda x: np.round(shares(x), 6), "nearly", "nearly right"),
        (SCORES, lambda W, X: (X @ W.T).astype(int), "integer", "whole numbers"),
        (DIFFERENCE, lambda a, b: difference(b, a), "swapped_arguments", "You use a where b belongs"),
        (
            DIFFERENCE,
            lambda a, b: np.where(np.arange(len(a)) < len(a) - 1, a**2 - 2 * b, 0),
            "last_wrong",
            "last entry",
        ),
        (
            LOSS,
            lambda w, X, lam=0.5: loss_and_gradient(w, X[:1], lam),
            "first_example_only",
            "that of the first example alone",
        ),
        (
            LOSS,
            lambda w, X, lam=0.5: loss_and_gradient(w, X[:-1], lam),
            "last_example_missing",
            "leaves out the last example",
        ),
        (
            LOSS,
            lambda w, X, lam=0.5: loss_and_gradient(w, X),
            "ignored_parameter",
            "ignores lam: it computes as if lam were always 0.5",
        ),
        (
            DIFFERENCE,
            lambda a, b: np.tanh(a),
            "ignored_parameter",
            "b makes no difference",
        ),
        (
            LOSS,
            lambda w, X, lam=0.5: (loss_and_gradient(w, X, lam)[0], np.sin(w)),
            "not_the_slope",
            "grad_w is not its slope",
        ),
        (
            LOSS,
            lambda w, X, lam=0.5: (np.sum(np.cos(X @ w)) + lam, -X.T @ np.sin(X @ w)),
            "loss_wrong",
            "the slip is in the loss",
        ),
        (
            LOSS,
            lambda w, X, lam=0.5: (np.sum(np.cos(X @ w)) + lam, loss_and_gradient(w, X, lam)[1]),
            "loss_wrong_gradient_right",
            "Your gradient is right",
        ),
        (SCALED, lambda x, factor=2.0: factor * np.abs(x), "wrong_default", "factor is left out it should be 3.0"),
        (WORDS, lambda words: neighbours(words)[1:], "first_missing", "at the start of the pairs is missing"),
        (WORDS, lambda words: neighbours(words)[:-1], "last_missing", "at the end of the pairs is missing"),
        (WORDS, lambda words: neighbours(words)[::-1], "reversed", "in reverse order"),
        (
            SCALED,
            lambda x, factor=3.0: factor * np.where(x < 0, 7.7, x),
            "negative",
            "in all where it is wrong x holds a negative number",
        ),
    ],
)
def test_a_relation_is_named(exercise, answer, mistake, words):
    verdict = evaluate(exercise, answer)
    assert verdict.mistake == mistake, verdict.message
    assert words in verdict.message


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        # One case holds, another does not.
        (DIFFERENCE, lambda a, b: difference(a, b) * (2.0 if len(a) < 5 else 1.0)),
        (DIFFERENCE, lambda a, b: difference(a, b) + (0.25 if len(a) < 5 else 0.0)),
        # Of labels most are right by chance, at whatever place.
        (LABELS, lambda x, b: labels(x - 0.25, b)),
        (DIFFERENCE, lambda a, b: difference(a, b) * (2.0 if len(a) == 2 else 1.37)),
        (SHARES, lambda x: shares(x)[::-1] if len(x) == 3 else np.cos(x)),
        (DIFFERENCE, lambda a, b: difference(b, a) if len(a) == 2 else np.cos(a * b)),
        (SCORES, lambda W, X: np.abs(X @ W.T) + 0.1 * np.sin(X @ W.T)),
        # Slopes fit the loss, and both are wrong in their own ways: no single sentence is true of it.
        (LOSS, lambda w, X, lam=0.5: (np.cos(w[0] * X[0, 0]) * lam, np.tan(w) * X[1])),
    ],
)
def test_what_holds_in_one_case_only_is_no_relation(exercise, answer):
    verdict = evaluate(exercise, answer)
    assert verdict.mistake is None, verdict.message
    assert "Not right yet" in verdict.message


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        # Reversed data leaves these answers as they are, though they do depend on it.
        (DIFFERENCE, lambda a, b: np.sort(a) * 0 + np.sum(a) + b[0] ** 3),
        (DIFFERENCE, lambda a, b: np.max(b) + a * 0 + np.max(a)),
        # The answer is cut off where it is wrong, and follows W where it is right.
        (LARGE, lambda W: np.minimum(squares(W), 1.0)),
        # A share of a number has the same sign.
        (LABELS, lambda x, b: labels(x, 0)),
    ],
)
def test_a_parameter_that_changes_something_is_not_called_ignored(exercise, answer):
    assert "makes no difference" not in evaluate(exercise, answer).message


def kinked(w, X):
    """Return a loss with kinks and its slope.

    Args:
        w: (D,) weights.
        X: (N, D) data.

    Returns: loss and grad_w.
    """
    return np.sum(np.maximum(X @ w, 0)), X.T @ (X @ w > 0)


KINKED = exercise_of(
    kinked,
    cases_of((np.zeros(2), X[:1, :2]), (np.array([0.5, -1.0, 2.0]), X), (np.array([1.0, 0.25, 2.0]), Y)),
    returns=("loss", "grad_w"),
)
ONE_EXAMPLE = replace(LOSS, cases=(Case("one", (np.array([0.5, -1.0, 2.0]), X[:1])), *LOSS.cases))


@pytest.mark.parametrize(
    ("exercise", "answer", "mistake"),
    [
        # In a case of one example alone the sum's slope and the mean's are one and the same.
        (ONE_EXAMPLE, lambda w, X, lam=0.5: (np.sum(np.cos(X @ w)) + lam, -X.T @ np.sin(X @ w) / len(X)), None),
        # At w = 0 the loss has a kink, and no slope to compare with.
        (
            KINKED,
            lambda w, X: (np.sum(np.maximum(X @ w, 0) ** 2), 2 * X.T @ np.maximum(X @ w, 0) + 0 * w),
            "loss_wrong",
        ),
        (KINKED, lambda w, X: (kinked(w, X)[0], kinked(w, X)[1] + (w == 0)), None),
    ],
)
def test_a_slope_is_compared_where_it_tells(exercise, answer, mistake):
    verdict = evaluate(exercise, answer)
    assert verdict.mistake == mistake, verdict.message


def mean(x):
    return np.mean(x)


def test_one_number_proves_nothing():
    one = exercise_of(mean, cases_of((np.array([1.0, 2.0, 4.0]),)), returns=("the mean",))
    assert evaluate(one, lambda x: np.median(x) + 0.123).mistake is None
    assert evaluate(one, lambda x: np.mean(x) / 2).mistake == "factor"


def test_row_numbers_as_floats_are_a_mistake_only_where_they_are_used_as_such():
    cases = cases_of((np.array([3.0, 1.0, 2.0]),), (np.array([5.0, 9.0]),))
    assert evaluate(exercise_of(np.argsort, cases), lambda a: np.argsort(a) * 1.0).passed
    verdict = evaluate(exercise_of(np.argsort, cases, strict=("floats",)), lambda a: np.argsort(a) * 1.0)
    assert verdict.mistake == "floats"


def test_a_shape_of_which_nothing_more_is_known_is_shown():
    # Twice the numbers in one case, half of them in the other: no single name fits both.
    verdict = evaluate(SHARES, lambda x: np.repeat(shares(x), 2) if len(x) == 3 else shares(x)[::2] + 9.0)
    assert verdict.mistake == "shape"
    assert "it has the shape (6,), not (3,)" in verdict.message
