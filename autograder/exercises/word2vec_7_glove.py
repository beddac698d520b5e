"""Chapter 5: the loss of GloVe, and its gradients."""

from __future__ import annotations

import math

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

# Three words, vectors of two numbers; counts that differ with the order of the words, one above x_max = 10.
W32, C32 = array([[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0]]), array([[1.0, 0.5], [-0.25, 1.25], [0.5, -0.5]])
B3, BC3 = array([0.25, -0.5, 1.0]), array([-0.75, 0.5, 0.125])
COUNTS = array([[0.0, 4.0, 1.0], [9.0, 25.0, 0.0], [2.0, 0.0, 3.0]])


def _models(rng):
    for v, d in ((4, 3), (2, 4), (3, 2)):
        counts = np.floor(rng.gamma(0.7, 6, size=(v, v)))
        counts[0, :2] = 0, 30
        args = (*rng.normal(size=(2, v, d)), *rng.normal(size=(2, v)), counts)
        yield Case(f"random, V={v}, d={d}", (*args, float(rng.uniform(8, 12)), float(rng.uniform(0.5, 1))), hidden=True)


def _weight(counts, x_max, alpha):
    return np.where(counts < x_max, (counts / x_max) ** alpha, 1)


def _logs(counts):
    return np.log(np.where(counts > 0, counts, 1))


def _biases(b, c):
    return b[:, None] + c[None, :]


def _slopes(slope, W, C):
    return slope @ C, slope.T @ W, slope.sum(axis=1), slope.sum(axis=0)


def _glove(weight=_weight, logs=_logs, biases=_biases, slopes=_slopes, factor=2.0, total=np.sum, half=1.0, used=None):
    """Return an answer that finds one part of the loss or of the gradients in another way."""

    def answer(W, C, b, c, counts, x_max=100.0, alpha=0.75):
        dtype = W.dtype if W.dtype.kind == "f" else np.dtype(float)
        W, C, b, c, counts = (np.asarray(value, dtype) for value in (W, C, b, c, counts))
        f = np.asarray(weight(counts, x_max, alpha) * (used(counts) if used else counts > 0), dtype)
        error = np.asarray(W @ C.T + biases(b, c) - logs(counts), dtype)
        slope = dtype.type(factor * half * total(np.ones(counts.size)) / counts.size) * f * error
        return half * total(f * error**2), *slopes(slope, W, C)

    return answer


def _loop(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    dtype = W.dtype if W.dtype.kind == "f" else float
    loss = 0.0
    grads = [np.zeros(value.shape, dtype) for value in (W, C, b, c)]
    for i, j in np.argwhere(counts > 0)[::-1]:
        f = min(1.0, (counts[i, j] / x_max) ** alpha)
        error = float(W[i] @ C[j]) + float(b[i]) + float(c[j]) - math.log(counts[i, j])
        loss += f * error**2
        steps = (C[j], W[i], 1, 1)
        for grad, place, step in zip(grads, (i, j, i, j), steps, strict=True):
            grad[place] += 2 * f * error * step
    return loss, *grads


def _pairs(add=np.add.at):
    """Return an answer that goes through the pairs that meet, and collects their slopes by `add`."""

    def answer(W, C, b, c, counts, x_max=100.0, alpha=0.75):
        dtype = W.dtype if W.dtype.kind == "f" else float
        i, j = np.nonzero(counts)
        n = counts[i, j].astype(dtype)
        error = np.einsum("pd,pd->p", W[i], C[j]) + b[i] + c[j] - np.log(n)
        f = np.clip(n / x_max, 0, 1) ** alpha
        slope = 2 * f * error
        grads = [np.zeros(value.shape, dtype) for value in (W, C, b, c)]
        for grad, rows, steps in zip(
            grads, (i, j, i, j), (slope[:, None] * C[j], slope[:, None] * W[i], slope, slope), strict=True
        ):
            add(grad, rows, steps)
        return f @ error**2, *grads

    return answer


def _by_rows(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    """Go through the rows, and collect in arrays of zeros, whose dtype is float64."""
    loss = 0.0
    grad_W, grad_C, grad_b, grad_c = (np.zeros(value.shape) for value in (W, C, b, c))
    for i, row in enumerate(counts):
        met = np.flatnonzero(row)
        f = np.minimum((row[met] / x_max) ** alpha, 1)
        errors = C[met] @ W[i] + b[i] + c[met] - np.log(row[met])
        loss += np.sum(f * errors**2)
        grad_W[i] = 2 * (f * errors) @ C[met]
        grad_b[i] = 2 * np.sum(f * errors)
        grad_C[met] += 2 * np.outer(f * errors, W[i])
        grad_c[met] += 2 * f * errors
    return loss, grad_W, grad_C, grad_b, grad_c


def _after(change):
    """Return an answer that makes something else of the right values."""
    return lambda *args, **kwargs: change(*_glove()(*args, **kwargs))


def _unweighted_slope(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    slopes = _glove(weight=lambda counts, x_max, alpha: np.ones_like(counts))
    return _glove()(W, C, b, c, counts, x_max, alpha)[0], *slopes(W, C, b, c, counts, x_max, alpha)[1:]


def _mean_loss(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    loss, *grads = _glove()(W, C, b, c, counts, x_max, alpha)
    return loss / counts.size, *grads


def _mean_of_pairs(W, C, b, c, counts, x_max=100.0, alpha=0.75):
    values = _glove()(W, C, b, c, counts, x_max, alpha)
    return tuple(value / value.dtype.type(np.sum(counts > 0)) for value in values)


def _log_with(epsilon):
    return lambda counts: np.log(counts + epsilon)


ZEROS_AT_ALPHA_0 = "For alpha = 0 a pair that never meets gets the weight 0**0 = 1: leave it out, whatever alpha is."
FLOATS32 = tuple(value.astype(np.float32) for value in (W32, C32, B3, BC3, COUNTS))

glove_loss = Exercise(
    ref.glove_loss,
    number="5.16",
    title="The loss of GloVe",
    points=4,
    minutes=25,
    difficulty=3,
    returns=("loss", "grad_W", "grad_C", "grad_b", "grad_c"),
    cases=(
        Case("one word", (array([[1.0]]), array([[2.0]]), np.zeros(1), np.zeros(1), array([[100.0]]))),
        Case("three words", (W32, C32, B3, BC3, COUNTS, 10.0, 0.75)),
        Case("x_max and alpha as they are", (W32, C32, B3, BC3, COUNTS)),
        Case("alpha = 1", (W32, C32, B3, BC3, COUNTS, 8.0, 1.0)),
        Case("counts far above x_max", (W32, C32, B3, BC3, 50 * COUNTS, 10.0, 0.5)),
        Case("no biases", (W32, C32, np.zeros(3), np.zeros(3), COUNTS, 10.0, 0.75)),
        Case("alpha = 0", (W32, C32, B3, BC3, COUNTS, 10.0, 0.0)),
        Case("two words, one pair", (W32[:2], C32[:2], B3[:2], BC3[:2], array([[0.0, 5.0], [0.0, 0.0]]), 10.0)),
        Case(
            "counts as whole numbers",
            (
                array([[1.0, 2.0], [0.0, -1.0]]),
                array([[2.0, 1.0], [1.0, 1.0]]),
                array([1.0, 0.0]),
                array([0.0, -2.0]),
                array([[3, 0], [7, 12]]),
                10,
            ),
        ),
        # Vectors are never whole numbers in the chapter.
        Case(
            "vectors of whole numbers",
            (
                array([[1, 2], [0, -1]]),
                array([[2, 1], [1, 1]]),
                array([1, 0]),
                array([0, -2]),
                array([[3, 0], [7, 12]]),
                10,
            ),
            courtesy=True,
        ),
        Case("float32", (*FLOATS32, 10.0, 0.75)),
        Case(
            "as many words as numbers in a vector",
            (W32[:2], C32[1:], B3[:2], BC3[1:], array([[1.0, 7.0], [0.0, 12.0]]), 10.0, 0.6),
            hidden=True,
        ),
        Case(
            "every other number", (W32[:, ::-1], C32[::-1], B3.repeat(2)[::2], BC3[::-1], COUNTS.T, 10.0), hidden=True
        ),
        Case("a word without neighbours", (W32, C32, B3, BC3, COUNTS * [[1], [0], [1]], 10.0), hidden=True),
        Case(
            "alpha = 0 and two words",
            (W32[:2], C32[1:], B3[:2], BC3[1:], array([[6.0, 0.0], [20.0, 2.0]]), 8.0, 0.0),
            hidden=True,
        ),
    ),
    random_cases=_models,
    hints=(
        "One table of errors, (V, V): `W @ C.T` plus the biases minus the log of the counts. b belongs to the rows: `b[:, None]`. For pairs that never meet there is no log: their weight is 0.",
        "The loss is the sum of weight times squared error. Its slope with respect to the errors is 2 times weight times error, a table S. An error grows with w_i by c_j, so the gradient "
        "with respect to W is S @ C; with respect to C it is S.T @ W; a bias stands in one row or column, whose slopes add up.",
        "`met = counts > 0`, `logs = np.log(np.where(met, counts, 1)).astype((1.0 * W).dtype)`, `f = (met * np.minimum(counts / x_max, 1) ** alpha).astype(logs.dtype)`, "
        "`error = W @ C.T + b[:, None] + c - logs` and `S = 2 * f * error`. Return `np.sum(f * error**2), S @ C, S.T @ W, S.sum(axis=1), S.sum(axis=0)`.",
    ),
    right=(
        _glove(),
        _loop,
        _pairs(),
        _by_rows,
        _after(lambda loss, *grads: [float(loss), *map(np.ndarray.tolist, grads)]),
    ),
    equivalent={
        "parameters = [as_float(W), as_float(C), as_float(b), as_float(c)] -> ": "weights and logarithms of whole numbers are floats",
        "like(counts, parameters[1])": "W and C have one dtype",
        "like(counts, parameters[-1])": "W and c have one dtype",
    },
    mistakes=(
        Mistake(
            "factor_two_missing",
            _glove(factor=1.0),
            "Your gradients are half of what they should be: the slope of error**2 is 2 * error, and the loss has no 1/2.",
        ),
        Mistake(
            "half",
            _glove(half=0.5),
            "Your loss has a factor 1/2: it is the plain sum of weight times squared error.",
        ),
        Mistake(
            "half",
            _after(lambda loss, *grads: (loss / 2, *grads)),
            "Your loss has a factor 1/2, your gradients do not: leave it out.",
        ),
        Mistake(
            "mean",
            _glove(total=np.mean),
            "You take the mean over the pairs: the loss is their sum.",
        ),
        Mistake("mean", _mean_of_pairs, "You divide by the number of pairs: the loss is their sum."),
        Mistake("mean", _mean_loss, "Your loss is a mean, your gradients are those of the sum: return the sum."),
        Mistake(
            "not_capped",
            _glove(weight=lambda counts, x_max, alpha: (counts / x_max) ** alpha),
            "The weight of a frequent pair grows above 1: it is min(1, (n / x_max)**alpha).",
        ),
        Mistake(
            "capped_before_power",
            _glove(weight=lambda counts, x_max, alpha: np.where(counts < x_max, counts / x_max, 1)),
            "You leave out alpha: the weight is (n / x_max)**alpha below x_max.",
        ),
        Mistake(
            "alpha_fixed",
            _glove(weight=lambda counts, x_max, alpha: _weight(counts, x_max, 0.75)),
            "Your alpha is 0.75, whatever is given: use the argument.",
        ),
        Mistake(
            "x_max_fixed",
            _glove(weight=lambda counts, x_max, alpha: _weight(counts, 100.0, alpha)),
            "Your x_max is 100, whatever is given: use the argument.",
        ),
        Mistake(
            "x_max_not_raised",
            _glove(weight=lambda counts, x_max, alpha: np.minimum(counts**alpha / x_max, 1)),
            "You raise only the count to the power alpha: it is (n / x_max)**alpha, with brackets.",
        ),
        Mistake(
            "unweighted",
            _glove(weight=lambda counts, x_max, alpha: np.ones_like(counts)),
            "Every pair has the weight 1 in your loss: a rare one counts less, (n / x_max)**alpha.",
        ),
        Mistake(
            "weight_missing_in_gradient",
            _unweighted_slope,
            "Your gradients leave out the weight of the pairs: the slope is 2 * weight * error.",
        ),
        Mistake(
            "weight_squared",
            _glove(weight=lambda counts, x_max, alpha: _weight(counts, x_max, alpha) ** 2),
            "Your weight is squared: it stands outside of the square, weight * error**2.",
        ),
        Mistake(
            "zeros_counted",
            _glove(
                weight=lambda counts, x_max, alpha: np.where(counts > 0, _weight(counts, x_max, alpha), 1),
                used=np.ones_like,
            ),
            "Pairs that never meet have a weight in your loss: theirs is 0.",
        ),
        Mistake("zeros_at_alpha_0", _glove(used=lambda counts: 1), ZEROS_AT_ALPHA_0),
        *(
            Mistake("zeros_at_alpha_0", _glove(used=lambda counts: 1, logs=_log_with(epsilon)), ZEROS_AT_ALPHA_0)
            for epsilon in (1e-10, 1e-12, 1e-15)
        ),
        Mistake(
            "half_table",
            _glove(used=lambda counts: np.triu(counts) > 0),
            "You take half of the table: the pairs (i, j) and (j, i) both count.",
        ),
        Mistake(
            "diagonal_left_out",
            _glove(used=lambda counts: (counts > 0) & ~np.eye(len(counts), dtype=bool)),
            "You leave out the diagonal: a word that meets itself counts like any other pair.",
        ),
        Mistake(
            "last_pair",
            _pairs(add=lambda grad, rows, steps: grad.__setitem__(rows, steps)),
            "Your gradients keep one pair of each word: add up over all of them, with `+=` in a loop, or `np.add.at`.",
        ),
        Mistake(
            "frequent_lost",
            _glove(weight=lambda counts, x_max, alpha: np.where(counts < x_max, (counts / x_max) ** alpha, 0)),
            "Pairs that meet x_max times or more have the weight 0 in your loss: theirs is 1.",
        ),
        Mistake(
            "maximum",
            _glove(weight=lambda counts, x_max, alpha: np.maximum((counts / x_max) ** alpha, 1)),
            "You take the larger of 1 and (n / x_max)**alpha: the weight is the smaller one.",
        ),
        Mistake(
            "log_of_zero",
            _glove(logs=lambda counts: np.log(counts)),
            "The log of a count of 0 is minus infinity, and 0 times that is nan: give such pairs another number before the log, and the weight 0.",
        ),
        Mistake(
            "log_plus_one",
            _glove(logs=np.log1p),
            "You take the log of n + 1: take that of n, for the pairs that meet.",
        ),
        Mistake(
            "no_log", _glove(logs=lambda counts: counts), "You compare with the counts: compare with their logarithms."
        ),
        Mistake(
            "log2",
            _glove(logs=lambda counts: _logs(counts) / np.log(2)),
            "You take the logarithm to base 2: take the natural one.",
        ),
        Mistake(
            "log10",
            _glove(logs=lambda counts: _logs(counts) / np.log(10)),
            "You take the logarithm to base 10: take the natural one.",
        ),
        Mistake(
            "biases_swapped",
            _glove(biases=lambda b, c: b[None, :] + c[:, None]),
            "Your biases are swapped: b_i belongs to row i, `b[:, None]`, and c_j to column j.",
        ),
        Mistake(
            "bias_in_columns",
            _glove(biases=lambda b, c: (b + c)[None, :]),
            "You add b along the columns: b_i belongs to row i, `b[:, None]`.",
        ),
        Mistake(
            "no_biases",
            _glove(biases=lambda b, c: np.zeros_like(b)),
            "You leave out the biases: the error is w_i . c_j + b_i + c_j - log n_ij.",
        ),
        Mistake(
            "bias_gradients_swapped",
            _after(lambda loss, grad_W, grad_C, grad_b, grad_c: (loss, grad_W, grad_C, grad_c, grad_b)),
            "The gradients of your biases are swapped: b_i stands in row i, so add up over the columns (axis 1).",
        ),
        Mistake(
            "bias_gradients_summed",
            _after(lambda loss, grad_W, grad_C, grad_b, grad_c: (loss, grad_W, grad_C, grad_b.sum(), grad_c.sum())),
            "You add up the slopes of all pairs for the biases: each bias has its own row or column.",
        ),
        Mistake(
            "not_transposed",
            _glove(slopes=lambda S, W, C: (S @ C, S @ W, S.sum(axis=1), S.sum(axis=0))),
            "For grad_C the table of slopes must be transposed: word j's slopes stand in column j.",
        ),
        Mistake(
            "own_vector",
            _glove(slopes=lambda S, W, C: (S @ W, S.T @ C, S.sum(axis=1), S.sum(axis=0))),
            "An error grows with w_i by c_j, not by w_j: grad_W is made of the rows of C, grad_C of those of W.",
        ),
        Mistake(
            "order",
            _after(lambda loss, grad_W, grad_C, grad_b, grad_c: (loss, grad_C, grad_W, grad_b, grad_c)),
            "grad_W and grad_C come in the wrong order.",
        ),
        Mistake(
            "uphill",
            _after(lambda loss, *grads: (loss, *(-grad for grad in grads))),
            "Your gradients point downhill: the error is the model minus the log of the count.",
        ),
        Mistake(
            "absolute",
            lambda W, C, b, c, counts, x_max=100.0, alpha=0.75: (
                _glove()(W, C, b, c, counts, x_max, alpha)[0] * 0
                + np.sum(_weight(counts, x_max, alpha) * (counts > 0) * abs(W @ C.T + _biases(b, c) - _logs(counts))),
                *_glove()(W, C, b, c, counts, x_max, alpha)[1:],
            ),
            "You add up absolute errors: square them.",
        ),
    ),
)
