"""Wrong answers that both exercises on the loss of the support vector machine share."""

from __future__ import annotations

import numpy as np

from ..checking.exercise import Mistake


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


def _hits_of_scores(hits):
    """Return an answer whose slopes are 1 where something holds for the scores, given them and the true classes'."""

    def answer(W, X, y, lam=0.0):
        scores = X @ W.T
        found = hits(scores, scores[np.arange(len(y)), y][:, None])
        return svm(slopes=lambda margins, y: _balanced(found.astype(margins.dtype), y))(W, X, y, lam)

    return answer


def _true_slopes(value):
    """Return slopes whose entries at the true class come from those of the wrong classes, which are 1 or 0."""

    def slopes(margins, y):
        hits = (margins > 0).astype(margins.dtype)
        hits[np.arange(len(y)), y] = value(hits, y)
        return hits

    return slopes


def _labels_once(W, X, y, lam=0.0):
    hits = (_right_margins(X @ W.T, y) > 0).astype((1.0 * W).dtype)
    grad_W = hits.T @ X
    grad_W[y] -= hits.sum(axis=1)[:, None] * X
    return svm()(W, X, y, lam)[0], grad_W / len(X) + 2 * lam * W


def _worst_class(scores, y):
    margins = _right_margins(scores, y)
    return margins * (np.arange(scores.shape[1]) == margins.argmax(axis=1)[:, None])


def _of_classes(keeps):
    """Return margins that are left out for some classes, given their numbers and how many there are."""
    return lambda scores, y: _right_margins(scores, y) * keeps(np.arange(scores.shape[1]), scores.shape[1])


def _from_highest(scores, y):
    gaps = scores - scores.max(axis=1, keepdims=True) + 1
    return np.where(np.arange(scores.shape[1]) == y[:, None], 0, np.maximum(gaps, 0))


def _examples(part):
    """Return an answer that adds up over some of the examples only, but divides by N."""
    return svm(
        total=lambda margins: margins[part].sum() / len(margins),
        pull=lambda slopes, X: slopes[part].T @ X[part] / len(X),
    )


def _last_loss(margins):
    positive = margins[margins > 0]
    return positive[-1] / len(margins) if positive.size else 0 * margins.sum()


def _divided_again(rows):
    """Return what each example's part is divided by if the division by N stands in the loop."""
    n = len(rows)
    return 1.0 * n ** np.arange(n, 0, -1)[:, None]


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


MISTAKES = (
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
        "lam_missing",
        svm(decay=lambda W, lam, n: 2 * W),
        "The penalty's part of your gradient lacks lam: add 2 * lam * W.",
    ),
    Mistake(
        "lam_missing",
        svm(penalty=lambda W, lam, n: np.sum(W**2)),
        "The penalty in your loss lacks lam: add lam * sum(W**2).",
    ),
    Mistake(
        "weights_missing",
        svm(decay=lambda W, lam, n: 2 * lam + 0 * W),
        "The penalty's part of your gradient lacks the weights: add 2 * lam * W.",
    ),
    Mistake(
        "weights_added_up",
        svm(decay=lambda W, lam, n: 2 * lam * np.sum(W) + 0 * W),
        "You add up the weights in your gradient: each weight has its own part, 2 * lam * W.",
    ),
    Mistake(
        "weights_squared",
        svm(decay=_times_lam(lambda W: 2 * W**2)),
        "Your gradient squares the weights: the slope of W**2 is 2 * W.",
    ),
    Mistake(
        "weights_squared",
        svm(decay=_times_lam(lambda W: W**2)),
        "Your gradient has the squared weights: the slope of W**2 is 2 * W.",
    ),
    Mistake(
        "penalty_sign",
        svm(decay=_times_lam(lambda W: -2 * W)),
        "The penalty's part of your gradient has the wrong sign: add 2 * lam * W.",
    ),
    Mistake(
        "penalty_sign",
        svm(penalty=_times_lam(lambda W: -np.sum(W**2)), decay=_times_lam(lambda W: -2 * W)),
        "You subtract the penalty: add it, so that large weights cost something.",
    ),
    Mistake(
        "square_of_sum",
        svm(penalty=_times_lam(lambda W: np.sum(W) ** 2)),
        "You square the sum of the weights: square each of them, then add up, sum(W**2).",
    ),
    Mistake(
        "penalty_of_rows",
        svm(penalty=_times_lam(lambda W: np.sum(W**2, axis=1))),
        "Your penalty is one number for each class: add up over all of W, without an axis.",
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
        "absolute_weights",
        svm(penalty=_times_lam(lambda W: np.sum(np.abs(W)))),
        "Your penalty adds up the absolute weights: it is the sum of the squares.",
    ),
    Mistake(
        "last_column_free",
        svm(decay=_times_lam(lambda W: 2 * W * (np.arange(W.shape[1]) < W.shape[1] - 1))),
        "Your gradient leaves the last column of W out of the penalty: here all of W is in it.",
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
        svm(
            total=lambda margins: margins.sum() / len(margins) ** 2,
            pull=lambda slopes, X: slopes.T @ X / len(X) ** 2,
        ),
        "You divide by N twice: once is enough.",
    ),
    Mistake(
        "divided_in_loop",
        svm(
            total=lambda margins: np.sum(margins / _divided_again(margins)),
            pull=lambda slopes, X: (slopes / _divided_again(slopes)).T @ X,
        ),
        "You divide by N within the loop, so the first examples are divided again and again: divide once, after it.",
    ),
    Mistake(
        "last_example_missing",
        _examples(slice(None, -1)),
        "You leave out the last example: there are N of them, `range(N)`.",
    ),
    Mistake(
        "first_example_missing",
        _examples(slice(1, None)),
        "You leave out the first example: counting begins with 0, `range(N)`.",
    ),
    Mistake(
        "last_example",
        _examples(slice(-1, None)),
        "You set loss and gradient back to 0 for each example, so the last one alone counts: do it before the loops.",
    ),
    Mistake(
        "loss_of_last_example",
        svm(total=lambda margins: margins[-1].sum() / len(margins)),
        "You set the loss back to 0 for each example, so the last one alone counts: do it before the loops.",
    ),
    Mistake(
        "gradient_of_last_example",
        svm(pull=lambda slopes, X: slopes[-1:].T @ X[-1:] / len(X)),
        "You set the gradient back to 0 for each example, so the last one alone counts: do it before the loops.",
    ),
    Mistake(
        "loss_overwritten",
        svm(total=_last_loss),
        "Each margin overwrites the loss so far: add to it, `+=`.",
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
        "mean_over_classes",
        svm(pull=lambda slopes, X: slopes.T @ X / slopes.size),
        "Your gradient is divided by the number of classes, too: divide by N alone.",
    ),
    Mistake(
        "own_margin",
        svm(total=lambda margins: (margins.sum() + len(margins) - 1) / len(margins)),
        "The true class's margin of 1 is in your loss once for each example: leave them all out, not just one.",
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
        "weighted_by_margin",
        svm(slopes=lambda margins, y: _balanced(2 * margins, y)),
        "Your gradient is that of squared margins: the slope of max(0, m) is 1 or 0, so ask for margins > 0.",
    ),
    Mistake(
        "every_class_pulls",
        svm(slopes=lambda margins, y: _balanced(np.ones_like(margins), y)),
        "Every wrong class moves your gradient, even one far below: only those with a margin above 0 do.",
    ),
    Mistake(
        "every_class_pulls",
        svm(slopes=lambda m, y: _balanced(np.ones_like(m), y) - (np.arange(m.shape[1]) == y[:, None])),
        "`np.maximum` leaves no margin below 0, so `margins >= 0` holds for every class: ask for margins > 0.",
    ),
    Mistake(
        "slopes_of_scores",
        _hits_of_scores(lambda scores, true: scores > 0),
        "Your slopes ask whether the scores are above 0: ask for margins > 0.",
    ),
    Mistake(
        "slopes_of_scores",
        _hits_of_scores(lambda scores, true: scores > true),
        "Your gradient counts the classes that beat the true one: those less than 1 below it count, too, margins > 0.",
    ),
    Mistake(
        "booleans",
        svm(slopes=_true_slopes(lambda hits, y: hits.sum(axis=1) > 0)),
        "Your table of slopes holds True and False, where no number below 0 fits in: make it `(margins > 0).astype(float)`.",
    ),
    Mistake(
        "labels_once",
        _labels_once,
        "`grad_W[y] -= ...` does not add up where a label comes twice: use `np.subtract.at`, or put the counts in the table of slopes.",
    ),
    Mistake(
        "true_row_all_classes",
        svm(slopes=_true_slopes(lambda hits, y: 1 - hits.shape[1])),
        "The true class's row gets -x K - 1 times in yours: count only the wrong classes with a margin above 0.",
    ),
    Mistake(
        "counts_of_columns",
        svm(slopes=_true_slopes(lambda hits, y: -hits.sum(axis=0)[y])),
        "You count along axis 0, over the examples: each example has its own count, `axis=1`.",
    ),
    Mistake(
        "counts_of_all",
        svm(slopes=_true_slopes(lambda hits, y: -hits.sum())),
        "You count over the whole table: each example has its own count, `axis=1`.",
    ),
    Mistake(
        "mean_of_slopes",
        svm(slopes=_true_slopes(lambda hits, y: -hits.mean(axis=1))),
        "At the true class you take the mean of the slopes: it is minus their sum.",
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
        craft=True,
    ),
    Mistake(
        "margin_zero",
        _hits_of_scores(lambda scores, true: scores - true + 1 >= 0),
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
        "above_one_alone",
        svm(lambda scores, y: np.where(_right_margins(scores, y) > 1, _right_margins(scores, y), 0)),
        "You count only margins above 1: the 1 is in the margin already, so ask for margin > 0.",
    ),
    Mistake(
        "half",
        svm(_other_margins(lambda gap: np.maximum(gap + 0.5, 0))),
        "You add 0.5: the margin is s_j - s_y + 1.",
    ),
    Mistake(
        "absolute",
        svm(_other_margins(lambda gap: np.abs(gap + 1))),
        "You take the absolute value: a negative margin counts nothing, max(0, ...).",
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
        "A class far below the true one lowers your loss: it should add nothing, max(0, ...).",
    ),
    Mistake(
        "squared",
        svm(
            total=lambda margins: np.sum(margins**2) / len(margins), slopes=lambda margins, y: _balanced(2 * margins, y)
        ),
        "You square the margins: they are added as they are.",
    ),
    Mistake(
        "squared",
        svm(total=lambda margins: np.sum(margins**2) / len(margins)),
        "Your loss squares the margins: they are added as they are.",
    ),
    Mistake("worst_class", svm(_worst_class), "You keep the worst class alone: add up over all the wrong classes."),
    Mistake(
        "worst_class",
        svm(total=lambda margins: margins.max(axis=1).mean()),
        "Your loss keeps the worst class alone: add up over all the wrong classes.",
    ),
    Mistake(
        "last_class_missing",
        svm(_of_classes(lambda j, K: j < K - 1)),
        "You leave out the last class: there are K of them, `range(K)`.",
    ),
    Mistake(
        "first_class_missing",
        svm(_of_classes(lambda j, K: j > 0)),
        "You leave out class 0: the classes are counted from 0, `range(K)`.",
    ),
    Mistake(
        "three_classes",
        svm(_of_classes(lambda j, K: j < 3)),
        "You count three classes, as in the example: there are K, `len(W)`.",
    ),
    Mistake(
        "best_class_as_true",
        svm(_from_highest),
        "You compare with the highest score: compare with the score of the true class, y.",
    ),
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
        "label_from_one",
        _other_labels(lambda y: y + 1),
        "Your labels are one too high: the classes are counted from 0, so y indexes as it is.",
    ),
    Mistake(
        "first_class",
        _other_labels(lambda y: 0 * y),
        "You always take class 0 as the true one: the true class of example i is y[i].",
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
