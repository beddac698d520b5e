"""Chapter 4: the loss of softmax regression, and its gradient."""

from __future__ import annotations

import numpy as np

from solutions import softmax_svm as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

# More examples than features, more features than classes: shapes that cannot be mixed up.
W23 = array([[1.0, -0.5, 0.25], [-0.75, 1.5, 0.5]])
X43 = array([[1.0, 2.0, 1.0], [0.5, -1.0, 1.0], [-2.0, 0.25, 1.0], [3.0, 1.0, 1.0]])
W42 = array([[0.5, 1.0], [-1.0, 0.25], [1.5, -0.5], [0.75, 2.0]])
X32 = array([[2.0, -1.0], [0.5, 3.0], [-1.5, 1.0]])
Y4, Y3 = array([0, 1, 1, 0]), array([2, 0, 3])


def _data(rng):
    for n, d, k in ((1, 3, 2), (6, 2, 4)):
        W, X, y = rng.normal(size=(k, d)), rng.normal(size=(n, d)) + 0.5, rng.permutation(np.arange(n) % (k - 1) + 1)
        name = f"random: {n} examples, {d} features, {k} classes"
        yield Case(name, (W, X, y, float(rng.uniform(0.2, 0.5))), hidden=True)


def _log_probs(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _probs(scores):
    return np.exp(_log_probs(scores))


def _one_hot(scores, y):
    return (np.arange(scores.shape[1]) == y[:, None]).astype(scores.dtype)


def _costs(scores, y):
    return -_log_probs(scores)[np.arange(len(y)), y]


def _pull(scores, y):
    return _probs(scores) - _one_hot(scores, y)


def _squares(W):
    return np.sum(W**2)


def _double(W):
    return 2 * W


def _over_examples(pull, X):
    return pull.T @ X / len(X)


def _answer(costs=_costs, pull=_pull, total=np.mean, grad=_over_examples, penalty=_squares, slope=_double):
    """Return an answer that finds one part of the loss or of the gradient in another way."""

    def answer(W, X, y, lam=0.0):
        scores = X @ W.T
        return total(costs(scores, y)) + lam * penalty(W), grad(pull(scores, y), X) + lam * slope(W)

    return answer


def _into_zeros(W, X, y, lam=0.0):
    """Return the answer collected in `np.zeros`, so in float64, example by example."""
    loss, grad = 0.0, np.zeros(W.shape)
    for n in range(len(X)):
        scores = W @ X[n] - (W @ X[n]).max()
        probs = np.exp(scores) / np.exp(scores).sum()
        loss += np.log(np.exp(scores).sum()) - scores[y[n]]
        probs[y[n]] -= 1
        grad += np.outer(probs, X[n])
    return loss / len(X) + lam * np.sum(W**2), grad / len(X) + 2 * lam * W


def _loop(W, X, y, lam=0.0):
    """Return the answer example by example, the last one first."""
    dtype = np.result_type(W, X) if X.dtype.kind == "f" else np.dtype(float)
    loss, grad = 0.0, np.zeros(W.shape, dtype)
    for x, true in zip(X[::-1], y[::-1], strict=True):
        scores = array([sum(w_d * x_d for w_d, x_d in zip(w, x, strict=True)) for w in W], dtype)
        powers = np.exp(scores - scores.max())
        loss += float(np.log(powers.sum()) - (scores[true] - scores.max()))
        for k, power in enumerate(powers):
            grad[k] += (power / powers.sum() - (k == true)) * x
    return loss / len(y) + lam * float(np.sum(W * W)), grad / len(y) + 2 * lam * W.astype(dtype)


def _on_logs(W, X, y, lam=0.0):
    log_probs = _log_probs(np.einsum("nd,kd->nk", X, W))
    rows = np.arange(len(y))
    pull = np.exp(log_probs)
    pull[rows, y] -= 1
    return -log_probs[rows, y].mean() + lam * (W**2).sum(), np.tensordot(pull / len(y), X, (0, 0)) + lam * 2 * W


def _no_shift(scores):
    return np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


def _shifted_by_all(scores):
    shifted = scores - scores.max()
    return np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)


def _of_probs(probs):
    """Return an answer that gets both parts from probabilities computed in another way."""

    def costs(scores, y):
        return -np.log(probs(scores)[np.arange(len(y)), y])

    return _answer(costs, lambda scores, y: probs(scores) - _one_hot(scores, y))


def _epsilons():
    sentence = (
        "A small number inside the log (or a cut-off probability) makes the loss of a very wrong example too small: compute log "
        "probabilities directly, with your log_softmax."
    )
    for epsilon in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20):
        for change in (np.add, np.maximum):
            yield Mistake("epsilon", _answer(_changed(change, epsilon)), sentence)


def _changed(change, epsilon):
    def costs(scores, y):
        p = _probs(scores)[np.arange(len(y)), y]
        return -np.log(change(p, np.asarray(epsilon, p.dtype)))

    return costs


def _labels(change):
    """Return an answer to other labels; `change` gets y and K."""
    return lambda W, X, y, lam=0.0: _answer()(W, X, change(y, len(W)), lam)


def _true_only(pull, scores, y):
    return pull * _one_hot(scores, y)


def _bias_left_out(W):
    return np.concatenate([W[:, :-1], 0 * W[:, -1:]], axis=1)


def _columns_off(scores, y):
    probs = _probs(scores)
    probs[:, y] -= 1
    return probs


def _one_class_at_a_time(scores, y):
    return np.logaddexp(0, scores).sum(axis=1) - scores[np.arange(len(y)), y]


def _hinge(W, X, y, lam=0.0):
    margins = X @ W.T - (X @ W.T)[np.arange(len(y)), y][:, None] + 1
    wrong = (margins > 0) * (1 - _one_hot(margins, y))
    pull = wrong - _one_hot(margins, y) * wrong.sum(axis=1, keepdims=True)
    return (wrong * margins).sum() / len(y) + lam * np.sum(W**2), pull.T @ X / len(y) + 2 * lam * W


softmax_loss = Exercise(
    ref.softmax_loss,
    number="4.11",
    title="Softmax loss",
    points=4,
    minutes=25,
    difficulty=3,
    returns=("loss", "grad_W"),
    cases=(
        Case("worked example: all weights 0", (np.zeros((3, 2)), array([[3.0, 2.0]]), array([1]), 0.0)),
        Case("four examples, two classes, no penalty", (W23, X43, Y4)),
        Case("four examples, two classes", (W23, X43, Y4, 0.3)),
        Case("three examples, four classes", (W42, X32, Y3, 0.25)),
        Case("as many of everything", (W42[:2], X32[:2], array([1, 0]), 0.5)),
        Case(
            "whole numbers",
            (array([[1, -1], [2, 0], [0, 1]]), array([[1, 2], [3, 1], [0, -2]]), array([0, 0, 2]), 1),
            courtesy=True,
        ),
        Case("float32", (W42.astype(np.float32), 40 * X32.astype(np.float32), Y3, 0.3)),
        Case("labels of one byte", (W23, X43, Y4.astype(np.uint8), 0.4), hidden=True, courtesy=True),
        Case("labels of four bytes", (W42, X32, Y3.astype(np.int32), 0.2), hidden=True),
        Case("one example", (W23, X43[1:2], array([1]), 0.35), hidden=True),
        Case(
            "scores of 1000",
            (
                array([[1.0, 0.0], [0.0, 1.0]]),
                array([[1000.0, -1000.0], [-1000.0, 999.0], [-1000.0, -999.0], [2.0, 1.0]]),
                array([1, 1, 0, 0]),
                0.3,
            ),
        ),
        Case(
            "scores of 1000 beside small ones",
            (W42, array([[700.0, 600.0], [0.5, 0.25]]), array([3, 1]), 0.3),
            hidden=True,
        ),
        Case("scores of 40", (W42, array([[40.0, 0.5], [-8.0, 20.0]]), array([1, 2]), 0.3), hidden=True),
        Case("every other column", (W23[:, ::-1], np.arange(24.0).reshape(4, 6)[:, ::2] / 7, Y4, 0.3), hidden=True),
        Case(
            "as many examples as classes",
            (W42, array([[1.0, 0.5], [2.0, -1.0], [0.0, 1.0], [-1.0, 0.5]]), array([3, 2, 2, 0]), 0.3),
            hidden=True,
        ),
    ),
    random_cases=_data,
    hints=(
        "Scores, log probabilities, and of each example minus the true class's log probability: you have a function for each step. The mean of that, plus lam times the "
        "sum of the squared weights, is the loss.",
        "The slope of an example's loss with respect to its scores is softmax(scores), less 1 at the true class: (N, K). The gradient with respect to W is its transpose times X, "
        "divided by N; the penalty adds 2 * lam * W.",
        "`log_probs = log_softmax(X @ W.T)` and `rows = np.arange(len(y))`. The loss is `-np.mean(log_probs[rows, y]) + lam * np.sum(W**2)`. Then `slopes = np.exp(log_probs)`, "
        "`slopes[rows, y] -= 1`, and the gradient is `slopes.T @ X / len(y) + 2 * lam * W`. Return both.",
    ),
    right=(_answer(), _loop, _on_logs, _into_zeros, lambda *given: [part.tolist() for part in _answer()(*given)]),
    equivalent={
        "W, X, y = _checked(W, X, y, lam) -> (dropped)": "whole numbers become floats on the way, and labels of any width are good as indices",
    },
    mistakes=(
        Mistake(
            "penalty_gradient_half",
            _answer(slope=lambda W: W),
            "Your loss has lam * sum(W**2), so its gradient is 2 * lam * W: yours is half that.",
        ),
        Mistake(
            "penalty_half",
            _answer(penalty=lambda W: _squares(W) / 2, slope=lambda W: W),
            "You halve the penalty: it is lam * sum(W**2), without 1/2, and its gradient 2 * lam * W.",
        ),
        Mistake(
            "penalty_half",
            _answer(penalty=lambda W: _squares(W) / 2),
            "Your loss has half of the penalty: it is lam * sum(W**2), as its gradient 2 * lam * W says.",
        ),
        Mistake(
            "penalty_gradient_only",
            _answer(penalty=lambda W: 0),
            "The penalty is in your gradient, but not in your loss: add lam * sum(W**2).",
        ),
        Mistake(
            "penalty_loss_only",
            _answer(slope=lambda W: 0),
            "The penalty is in your loss, but not in your gradient: add 2 * lam * W.",
        ),
        Mistake(
            "no_penalty",
            _answer(penalty=lambda W: 0, slope=lambda W: 0),
            "You leave out the penalty: lam * sum(W**2) belongs to the loss, 2 * lam * W to the gradient.",
        ),
        Mistake(
            "penalty_over_n",
            lambda W, X, y, lam=0.0: _answer()(W, X, y, lam / len(y)),
            "You divide the penalty by N: only what the data cost is a mean.",
        ),
        Mistake(
            "penalty_over_n",
            lambda W, X, y, lam=0.0: (_answer()(W, X, y, lam)[0], _answer()(W, X, y, lam / len(y))[1]),
            "Your gradient divides the penalty's 2 * lam * W by N: only the data's part is a mean.",
        ),
        Mistake(
            "penalty_over_n",
            lambda W, X, y, lam=0.0: (_answer()(W, X, y, lam / len(y))[0], _answer()(W, X, y, lam)[1]),
            "Your loss divides the penalty by N: only what the data cost is a mean.",
        ),
        Mistake(
            "lam_missing",
            lambda W, X, y, lam=0.0: (_answer()(W, X, y, lam)[0], _answer()(W, X, y)[1] + 2 * W),
            "lam is missing in your gradient: the penalty's part is 2 * lam * W.",
        ),
        Mistake(
            "norm",
            _answer(penalty=lambda W: np.sqrt(_squares(W))),
            "Your penalty is the norm, with a square root: it is the sum of the squares.",
        ),
        Mistake(
            "bias_left_out",
            _answer(penalty=lambda W: _squares(_bias_left_out(W)), slope=lambda W: 2 * _bias_left_out(W)),
            "You leave the last column of W out of the penalty: this function does not know of a bias, so all weights count.",
        ),
        Mistake(
            "label_missing",
            _answer(pull=lambda scores, y: _probs(scores)),
            "Your gradient leaves out the labels: subtract 1 from the probability of each true class.",
        ),
        Mistake(
            "label_added",
            _answer(pull=lambda scores, y: _probs(scores) + _one_hot(scores, y)),
            "Your gradient adds 1 to the probability of each true class: subtract it.",
        ),
        Mistake(
            "softmax_twice",
            _answer(lambda scores, y: _costs(_probs(scores), y), lambda scores, y: _pull(_probs(scores), y)),
            "You apply softmax twice: log_softmax takes the scores, not probabilities.",
        ),
        Mistake(
            "softmax_twice",
            _answer(lambda scores, y: _costs(_probs(scores), y)),
            "Your loss applies softmax twice: log_softmax takes the scores, not probabilities.",
        ),
        Mistake(
            "one_class_at_a_time",
            _answer(_one_class_at_a_time, lambda scores, y: 1 / (1 + np.exp(-scores)) - _one_hot(scores, y)),
            "You treat each class as a yes or no of its own, with the sigmoid: the classes share one softmax.",
        ),
        Mistake(
            "last_example_only",
            _answer(grad=lambda pull, X: np.outer(pull[-1], X[-1]) / len(X)),
            "Only the last example is in your gradient: add up in the loop, `+=` instead of `=`.",
        ),
        Mistake(
            "sign",
            _answer(grad=lambda pull, X: -_over_examples(pull, X)),
            "The data's part of your gradient has the wrong sign: it is probability minus truth, softmax(scores) less 1 at the true class.",
        ),
        Mistake(
            "true_class_only",
            _answer(pull=lambda scores, y: _true_only(_pull(scores, y), scores, y)),
            "Only the true classes' rows of your gradient get something from the data: the other classes have a slope, too, their probabilities.",
        ),
        Mistake(
            "true_class_missing",
            _answer(pull=lambda scores, y: _probs(scores) * (1 - _one_hot(scores, y))),
            "The true classes' rows of your gradient get nothing: there the slope is the probability less 1.",
        ),
        Mistake(
            "true_probability_for_all",
            _answer(
                pull=lambda scores, y: (
                    (_probs(scores) * _one_hot(scores, y)).sum(axis=1, keepdims=True) - _one_hot(scores, y)
                )
            ),
            "Your gradient takes the true class's probability for all classes: each class has its own.",
        ),
        Mistake(
            "scores_for_probabilities",
            _answer(pull=lambda scores, y: scores - _one_hot(scores, y)),
            "Your gradient uses the scores: it is the probabilities, softmax(scores), from which 1 is subtracted.",
        ),
        Mistake(
            "scores_for_probabilities",
            _answer(pull=lambda scores, y: _log_probs(scores) - _one_hot(scores, y)),
            "Your gradient uses log probabilities: take np.exp of them, then subtract 1 at the true class.",
        ),
        Mistake(
            "columns_of_labels",
            _answer(pull=_columns_off),
            "`probs[:, y] -= 1` changes whole columns: one entry per row is `probs[np.arange(N), y]`.",
        ),
        Mistake(
            "one_off_everywhere",
            _answer(pull=lambda scores, y: _probs(scores) - 1),
            "You subtract 1 from the probability of every class: only the true class's is reduced. `probs[np.arange(N), y] -= 1` reaches one entry per row.",
        ),
        Mistake(
            "slope_of_squares",
            _answer(pull=lambda scores, y: _pull(scores, y) * _probs(scores) * (1 - _probs(scores))),
            "Your gradient has p (1 - p) in it, as squared error would: the slope of the log cancels it.",
        ),
        Mistake(
            "sum",
            _answer(total=np.sum, grad=lambda pull, X: pull.T @ X),
            "You add up over the examples: what the data cost is the mean, and so is its gradient.",
        ),
        Mistake(
            "grad_sum",
            _answer(grad=lambda pull, X: pull.T @ X),
            "Your loss is a mean, but the data's part of your gradient adds up over the examples: divide it by N.",
        ),
        Mistake(
            "loss_sum",
            _answer(total=np.sum),
            "The data's part of your gradient is a mean, but your loss adds up over the examples: divide that by N.",
        ),
        Mistake(
            "divided_twice",
            _answer(grad=lambda pull, X: pull.T @ X / len(X) ** 2),
            "The data's part of your gradient is divided by N twice: once is enough.",
        ),
        Mistake(
            "over_classes",
            _answer(grad=lambda pull, X: pull.T @ X / pull.size),
            "You divide the gradient by N K: divide by the number of examples, N, alone. (np.mean over a table divides by the number of its entries.)",
        ),
        Mistake(
            "over_classes",
            _answer(lambda scores, y: _costs(scores, y) / scores.shape[1]),
            "You divide the loss by N K: divide by the number of examples, N, alone. (np.mean over a table divides by the number of its entries.)",
        ),
        Mistake(
            "per_example",
            _answer(total=lambda costs: costs),
            "You return one loss per example: take their mean.",
        ),
        Mistake(
            "not_negated",
            _answer(lambda scores, y: -_costs(scores, y)),
            "Your loss is the log likelihood, a negative number: what the data cost is minus that.",
        ),
        Mistake(
            "likelihood",
            _answer(lambda scores, y: 1 - np.exp(-_costs(scores, y))),
            "Your loss is 1 minus the true class's probability: take minus its logarithm.",
        ),
        Mistake(
            "all_classes",
            _answer(lambda scores, y: -_log_probs(scores).sum(axis=1)),
            "Your loss adds up the log probabilities of all classes: take that of the true class alone, log_probs[np.arange(N), y].",
        ),
        Mistake(
            "label_from_one",
            _labels(lambda y, k: (y - 1) % k),
            "Your labels are off by one: the classes are counted from 0, so y indexes as it is.",
        ),
        Mistake(
            "columns_of_labels",
            _answer(lambda scores, y: -_log_probs(scores)[:, y].mean(axis=1)),
            "`log_probs[:, y]` takes whole columns: one entry per row is `log_probs[np.arange(N), y]`.",
        ),
        Mistake(
            "no_shift",
            _of_probs(_no_shift),
            "exp overflows for large scores, so you return nan: subtract each row's maximum first, or use your log_softmax.",
        ),
        Mistake(
            "shifted_by_all",
            _of_probs(_shifted_by_all),
            "You shift by the maximum of the whole table: a row far below it becomes 0 / 0. Subtract each row's own maximum, `axis=1, keepdims=True`.",
        ),
        Mistake(
            "log_of_zero",
            _of_probs(_probs),
            "You take the logarithm of a probability that has become 0, so the loss is infinite: compute log probabilities directly, with your log_softmax.",
        ),
        Mistake(
            "over_examples",
            _of_probs(lambda scores: _probs(scores.T).T),
            "You normalise along axis 0, over the examples: each row's probabilities add up to 1, `axis=1`.",
        ),
        Mistake(
            "hinge",
            _hinge,
            "You return the SVM's loss: softmax_loss is the mean of minus the true class's log probability.",
        ),
        Mistake(
            "transposed",
            _answer(grad=lambda pull, X: X.T @ pull / len(X), slope=lambda W: 2 * W.T),
            "Your gradient is transposed: it has the shape of W, (K, D), so slopes.T @ X.",
        ),
        Mistake(
            "float64",
            lambda W, X, y, lam=0.0: _answer()(W.astype(float), X.astype(float), y, lam),
            "Your gradient is float64 for float32 data: make no array of another dtype.",
            craft=True,
        ),
        *_epsilons(),
    ),
)
