"""Wrong answers that both exercises on the loss of the support vector machine share."""

from __future__ import annotations

import numpy as np

from ..exercise import Mistake


def _right_margins(scores, y):
    gaps = scores - scores[np.arange(len(y)), y][:, None] + 1
    return np.where(np.arange(scores.shape[1]) == y[:, None], 0, np.maximum(gaps, 0))


def _right_slopes(margins, y):
    return _balanced((margins > 0).astype(margins.dtype), y)


def _balanced(slopes, y):
    """Return the slopes with minus the row's sum at the true class."""
    slopes[np.arange(len(y)), y] = 0
    slopes[np.arange(len(y)), y] = -slopes.sum(axis=1)
    return slopes


def _times_lam(penalty):
    """Return lam times a function of the weights."""
    return lambda W, lam, n: lam * penalty(W)


_squares = _times_lam(lambda W: np.sum(W**2))
_decay = _times_lam(lambda W: 2 * W)


def svm(
    margins=_right_margins,
    slopes=_right_slopes,
    total=lambda margins: margins.sum() / len(margins),
    pull=lambda slopes, X: slopes.T @ X / len(X),
    penalty=_squares,
    decay=_decay,
):
    """Return an answer that does one step in another way."""

    def answer(W, X, y, lam=0.0):
        m = margins(X @ W.T, y)
        return total(m) + penalty(W, lam, len(X)), pull(slopes(m, y), X) + decay(W, lam, len(X))

    return answer


def _of_svm(change):
    """Return an answer that makes something else of the right loss and gradient."""
    return lambda W, X, y, lam=0.0: change(*svm()(W, X, y, lam))


def _every_margin(scores, y):
    return np.maximum(scores - scores[np.arange(len(y)), y][:, None] + 1, 0)


def _other_margins(term):
    """Return margins from what a wrong class costs, given s_j - s_y."""

    def margins(scores, y):
        costs = term(scores - scores[np.arange(len(y)), y][:, None])
        return np.where(np.arange(scores.shape[1]) == y[:, None], 0, costs)

    return margins


def _own_slope(value):
    """Return slopes with another value at the true class."""

    def slopes(margins, y):
        result = _right_slopes(margins, y)
        rows = np.arange(len(y))
        result[rows, y] = value(-result[rows, y])
        return result

    return slopes


def _slopes_at_ties(W, X, y, lam=0.0):
    gaps = X @ W.T - (X @ W.T)[np.arange(len(y)), y][:, None] + 1
    return svm(slopes=lambda margins, y: _balanced((gaps >= 0).astype(margins.dtype), y))(W, X, y, lam)


def _worst_class(scores, y):
    margins = _right_margins(scores, y)
    return margins * (np.arange(scores.shape[1]) == margins.argmax(axis=1)[:, None])


def _other_labels(change):
    return lambda W, X, y, lam=0.0: svm()(W, X, change(y.astype(int)) % len(W), lam)


def _softmax(W, X, y, lam=0.0):
    scores = X @ W.T - (X @ W.T).max(axis=1, keepdims=True)
    powers = np.exp(scores)
    probs = powers / powers.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(powers.sum(axis=1)) - scores[np.arange(len(y)), y])
    probs[np.arange(len(y)), y] -= 1
    return loss + lam * np.sum(W**2), probs.T @ X / len(y) + 2 * lam * W


def _weights_in_place(W, X, y, lam=0.0):
    loss, grad_W = svm()(W, X, y, lam)
    W -= grad_W
    return loss, grad_W


def _with_float64(mistake):
    """Return the mistake of a reader whose gradient begins with np.zeros(W.shape), too."""

    def answer(W, X, y, lam=0.0):
        loss, grad_W = mistake.function(W, X, y, lam)
        return loss, grad_W.astype(np.float64)

    also = " And begin with `np.zeros_like(W)`, W as floats: your gradient is float64 for float32 weights."
    return Mistake(mistake.id, answer, mistake.sentence + also)


_MISTAKES = (
    Mistake(
        "factor_two",
        svm(decay=_times_lam(lambda W: W)),
        "Your loss has lam * sum(W**2), so its gradient is 2 * lam * W: yours is half that.",
    ),
    Mistake(
        "factor_two",
        svm(decay=_times_lam(lambda W: 4 * W)),
        "Your loss has lam * sum(W**2), so its gradient is 2 * lam * W: yours is twice that.",
    ),
    Mistake(
        "half_in_loss",
        svm(penalty=_times_lam(lambda W: np.sum(W**2) / 2)),
        "Your gradient is right, but your loss has half of the penalty: add lam * sum(W**2), without 1/2.",
    ),
    Mistake(
        "half_penalty",
        svm(penalty=_times_lam(lambda W: np.sum(W**2) / 2), decay=_times_lam(lambda W: W)),
        "You take half of the penalty in both: here it is lam * sum(W**2), and its gradient 2 * lam * W.",
    ),
    Mistake(
        "penalty_not_in_gradient",
        svm(decay=_times_lam(lambda W: 0 * W)),
        "The penalty is in your loss, but not in the gradient: add 2 * lam * W.",
    ),
    Mistake(
        "penalty_not_in_loss",
        svm(penalty=_times_lam(lambda W: 0)),
        "The penalty is in your gradient, but not in the loss: add lam * sum(W**2).",
    ),
    Mistake(
        "no_penalty",
        svm(penalty=_times_lam(lambda W: 0), decay=_times_lam(lambda W: 0 * W)),
        "You leave out the penalty: lam * sum(W**2) belongs to the loss, 2 * lam * W to the gradient.",
    ),
    Mistake(
        "penalty_over_n",
        svm(penalty=lambda W, lam, n: lam * np.sum(W**2) / n, decay=lambda W, lam, n: 2 * lam * W / n),
        "You divide the penalty by N, too: only what the examples cost is averaged.",
    ),
    Mistake(
        "penalty_over_n",
        svm(decay=lambda W, lam, n: 2 * lam * W / n),
        "You divide the penalty's gradient by N, too: divide first, then add 2 * lam * W.",
    ),
    Mistake(
        "penalty_over_n",
        svm(penalty=lambda W, lam, n: lam * np.sum(W**2) / n),
        "You divide the penalty by N, too: divide the loss first, then add lam * sum(W**2).",
    ),
    Mistake(
        "norm",
        svm(penalty=_times_lam(lambda W: np.sqrt(np.sum(W**2)))),
        "Your penalty is the norm, with its square root: it is the plain sum of the squares.",
    ),
    Mistake(
        "mean_of_squares",
        svm(penalty=_times_lam(lambda W: np.mean(W**2))),
        "Your penalty is the mean of the squared weights: it is their sum.",
    ),
    Mistake(
        "absolute_weights",
        svm(penalty=_times_lam(lambda W: np.sum(np.abs(W))), decay=_times_lam(np.sign)),
        "Your penalty adds up the absolute weights: it is the sum of the squares.",
    ),
    Mistake(
        "last_column_free",
        svm(
            penalty=_times_lam(lambda W: np.sum(W[:, :-1] ** 2)),
            decay=_times_lam(lambda W: 2 * W * (np.arange(W.shape[1]) < W.shape[1] - 1)),
        ),
        "You leave the last column of W out of the penalty: here all of W is in it.",
    ),
    Mistake(
        "grad_sum",
        svm(pull=lambda slopes, X: slopes.T @ X),
        "Your loss is a mean, but your gradient adds up over the examples: divide that part by N.",
    ),
    Mistake(
        "loss_sum",
        svm(total=np.sum),
        "Your gradient is a mean, but your loss adds up over the examples: divide that part by N.",
    ),
    Mistake(
        "sum",
        svm(total=np.sum, pull=lambda slopes, X: slopes.T @ X),
        "You add up over the examples: the loss over a data set is the mean, and so is its gradient.",
    ),
    Mistake(
        "divided_twice",
        svm(pull=lambda slopes, X: slopes.T @ X / len(X) ** 2),
        "Your gradient is divided by N twice: once is enough.",
    ),
    Mistake(
        "mean_over_classes",
        svm(total=np.mean, pull=lambda slopes, X: slopes.T @ X / slopes.size),
        "You divide by the number of classes, too: divide by N alone.",
    ),
    Mistake(
        "mean_over_classes",
        svm(total=np.mean),
        "You take the mean over examples and classes: add up over the classes, then divide by N.",
    ),
    Mistake(
        "own_margin",
        svm(total=lambda margins: margins.sum() / len(margins) + 1),
        "You count the true class, too: its margin is always 1, so your loss is 1 too high.",
    ),
    Mistake(
        "own_margin",
        svm(total=lambda m: m.sum() / len(m) + 1, slopes=_own_slope(lambda count: -count - 1)),
        "You count the true class, too: its margin is always 1, so your loss is 1 too high, and its row of the gradient gets -x once too often.",
    ),
    Mistake(
        "own_slope",
        svm(slopes=_own_slope(lambda count: -count - 1)),
        "You count the true class among those that are too close: its row of the gradient gets -x once too often.",
    ),
    Mistake(
        "own_slope",
        svm(slopes=_own_slope(lambda count: 1 - count)),
        "You count the true class among those that are too close: its row of the gradient gets an x that does not belong there.",
    ),
    Mistake(
        "weighted_by_margin",
        svm(slopes=lambda margins, y: _balanced(1 * margins, y)),
        "Your gradient is weighted by the margins: the slope of max(0, m) is 1 or 0, so ask for margins > 0.",
    ),
    Mistake(
        "true_row_missing",
        svm(slopes=_own_slope(lambda count: 0 * count)),
        "Your gradient leaves out the true class: its row gets -x for every wrong class that is too close.",
    ),
    Mistake(
        "true_row_once",
        svm(slopes=_own_slope(lambda count: -np.minimum(count, 1))),
        "The true class's row gets -x once for every wrong class that is too close, not once for each example.",
    ),
    Mistake(
        "true_row_always",
        svm(slopes=_own_slope(lambda count: 0 * count - 1)),
        "The true class's row gets -x for every example in yours: it gets it once for every wrong class that is too close.",
    ),
    Mistake(
        "true_row_plus",
        svm(slopes=_own_slope(lambda count: count)),
        "The true class's row has the wrong sign: its score lowers the loss, so it gets -x.",
    ),
    Mistake(
        "true_row_only",
        svm(slopes=lambda m, y: np.where(_right_slopes(m, y) < 0, _right_slopes(m, y), 0)),
        "Only the true class's row gets its part: the row of every wrong class that is too close gets x.",
    ),
    Mistake(
        "slopes_of_bytes",
        svm(slopes=lambda margins, y: _balanced((margins > 0).astype(y.dtype), y).astype(margins.dtype)),
        "Your slopes have the dtype of y: labels of one byte may hold no number below 0. Give them the dtype of the scores.",
    ),
    Mistake(
        "margin_zero",
        _slopes_at_ties,
        "A margin of exactly 0 moves your gradient: it adds nothing, so ask for margin > 0, not >= 0.",
    ),
    Mistake(
        "sign",
        svm(pull=lambda slopes, X: -slopes.T @ X / len(X)),
        "The examples' part of your gradient has the wrong sign: a wrong class that is too close gets x, the true class -x.",
    ),
    Mistake(
        "counted",
        svm(total=lambda margins: np.sum(margins > 0) / len(margins)),
        "Your loss counts the classes that are too close: add up by how much they are.",
    ),
    Mistake(
        "one_outside",
        svm(_other_margins(lambda gap: np.maximum(gap, 0) + 1), _right_slopes),
        "You add 1 outside of the maximum, so every wrong class costs: it is max(0, s_j - s_y + 1).",
    ),
    Mistake(
        "no_one",
        svm(_other_margins(lambda gap: np.maximum(gap, 0))),
        "Your margin misses the 1: it is max(0, s_j - s_y + 1).",
    ),
    Mistake(
        "margins_sign",
        svm(_other_margins(lambda gap: np.maximum(1 - gap, 0))),
        "Your difference is the wrong way round: a wrong class costs by its score minus the true one, s_j - s_y + 1.",
    ),
    Mistake(
        "no_max",
        svm(_other_margins(lambda gap: gap + 1)),
        "A class far below the true one takes off from your loss: it adds nothing, max(0, ...).",
    ),
    Mistake(
        "squared",
        svm(
            total=lambda margins: np.sum(margins**2) / len(margins), slopes=lambda margins, y: _balanced(2 * margins, y)
        ),
        "You square the margins: they are added as they are.",
    ),
    Mistake("worst_class", svm(_worst_class), "You keep the worst class alone: add up over all the wrong classes."),
    Mistake(
        "softmax",
        _softmax,
        "This is the loss of softmax: the SVM's adds up max(0, s_j - s_y + 1) over the wrong classes.",
    ),
    Mistake(
        "label_from_one",
        _other_labels(lambda y: y - 1),
        "Your labels are off by one: the classes are counted from 0, so y indexes as it is.",
    ),
    Mistake(
        "per_example",
        svm(total=lambda margins: margins.sum(axis=1)),
        "You return one loss per example: take their mean.",
    ),
    Mistake(
        "transposed",
        _of_svm(lambda loss, grad_W: (loss, grad_W.T)),
        "Your gradient is (D, K): W is (K, D), and its gradient has the same shape.",
    ),
    Mistake(
        "grad_scalar",
        _of_svm(lambda loss, grad_W: (loss, np.sum(grad_W))),
        "Your gradient is one number: each weight has its own derivative, of shape (K, D).",
    ),
    Mistake("gradient_missing", _of_svm(lambda loss, grad_W: loss), "The gradient is missing: return loss, grad_W."),
    Mistake(
        "order",
        _of_svm(lambda loss, grad_W: (grad_W, loss)),
        "You return the gradient before the loss: the order is loss, grad_W.",
    ),
    Mistake(
        "float64",
        _of_svm(lambda loss, grad_W: (loss, grad_W.astype(np.float64))),
        "Your gradient is float64 for float32 weights: let it begin with `np.zeros_like(W)`, W as floats, or with floats of the scores' dtype.",
        craft=True,
    ),
    Mistake(
        "mutates_input",
        _weights_in_place,
        "Your function takes a step, W -= ..., so the caller's weights are spoiled: return the gradient only.",
    ),
)
_OFTEN = {
    "factor_two",
    "half_penalty",
    "penalty_not_in_gradient",
    "no_penalty",
    "grad_sum",
    "sum",
    "own_slope",
    "own_margin",
    "true_row_missing",
    "true_row_once",
    "margin_zero",
}
MISTAKES = (*_MISTAKES, *(_with_float64(mistake) for mistake in _MISTAKES if mistake.id in _OFTEN))
