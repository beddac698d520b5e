"""Chapter 2: the loss of logistic regression, and its gradient."""

from __future__ import annotations

import numpy as np

from solutions import logistic_regression as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array


def _losses(rng):
    for n, d in ((1, 3), (7, 2), (4, 5)):
        w, b, X = rng.normal(size=d), rng.normal() + 1, rng.normal(size=(n, d)) + 0.5
        yield Case(
            f"a random ({n}, {d}) matrix", (w, b, X, rng.permutation(np.arange(n) % 3 == 0).astype(int)), hidden=True
        )


def _dtype(X):
    return X.dtype if X.dtype.kind == "f" else np.dtype(float)


def _sigmoid(z):
    small = np.exp(-abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def _log_sigmoid(z):
    return np.minimum(z, 0) - np.log1p(np.exp(-abs(z)))


def _costs(z, y):
    """Return the loss of each score."""
    return -_log_sigmoid(np.where(y == 1, z, -z))


def _loss_loop(w, b, X, y):
    loss, grad_w, grad_b = 0.0, np.zeros(X.shape[1]), 0.0
    for x_i, y_i in zip(X[::-1], y[::-1], strict=True):
        z = float(sum(w_j * x_ij for w_j, x_ij in zip(w, x_i, strict=True)) + b)
        loss += float(_costs(z, y_i)) / len(y)
        grad_w += (_sigmoid(z) - y_i) * x_i / len(y)
        grad_b += (_sigmoid(z) - y_i) / len(y)
    return loss, grad_w.astype(_dtype(X)), grad_b


def _loss_of_softplus(w, b, X, y):
    z = X @ w + b
    error = (1 / (1 + np.exp(-z)) - y).astype(_dtype(X))
    return np.mean(np.logaddexp(0, z) - y * z), error @ X / len(y), error.sum() / len(y)


def _loss_of_signs(w, b, X, y):
    sign = (2 * y - 1).astype(_dtype(X))
    margin = sign * (np.einsum("nd,d->n", X, w) + b)
    pull = -sign * _sigmoid(-margin)
    return -_log_sigmoid(margin).mean(), (pull[:, None] * X).mean(axis=0), pull.mean()


def _of_scores(loss=None, error=None, grad_w=None, grad_b=None):
    """Return an answer that finds the loss or a gradient in another way, from the scores or from the errors."""

    def answer(w, b, X, y):
        z = X @ w + b
        e = error(z, y) if error else _sigmoid(z) - y
        return (
            loss(z, y) if loss else np.mean(_costs(z, y)),
            grad_w(e, X) if grad_w else X.T @ e / len(y),
            grad_b(e) if grad_b else np.mean(e),
        )

    return answer


def _plain(p, y, epsilon=0.0):
    """Return the mean cross-entropy from probabilities."""
    return -np.mean(y * np.log(p + epsilon) + (1 - y) * np.log(1 - p + epsilon))


def _chance(z, y):
    """Return the probability of the true label."""
    return np.where(y == 1, _sigmoid(z), 1 - _sigmoid(z))


def _with_epsilon(epsilon):
    sentence = (
        "A small number inside the log (or a cut-off probability) makes the loss of large scores wrong: work from the scores, "
        "with log_sigmoid(z) and log_sigmoid(-z)."
    )
    added = _of_scores(lambda z, y: _plain(_sigmoid(z), y, epsilon))
    clipped = _of_scores(lambda z, y: _plain(np.clip(_sigmoid(z), epsilon, 1 - epsilon), y))
    chance_added = _of_scores(lambda z, y: -np.mean(np.log(_chance(z, y) + epsilon)))
    chance_clipped = _of_scores(lambda z, y: -np.mean(np.log(np.maximum(_chance(z, y), epsilon))))
    return tuple(Mistake("epsilon", answer, sentence) for answer in (added, clipped, chance_added, chance_clipped))


def _clipped_score(bound):
    sentence = "You cut the scores off, which makes the loss of large scores wrong: log_sigmoid needs no such help."

    def loss(z, y):
        return np.mean(_costs(np.clip(z, -bound, bound), y))

    everywhere = _of_scores(loss, lambda z, y: _sigmoid(np.clip(z, -bound, bound)) - y)
    return Mistake("clipped_score", _of_scores(loss), sentence), Mistake("clipped_score", everywhere, sentence)


def _loss_into_zeros(w, b, X, y):
    loss, grad_w, grad_b = 0.0, np.zeros_like(w), 0.0
    for i in range(len(X)):
        z = X[i] @ w + b
        loss += float(np.logaddexp(0, z) - y[i] * z)
        error = float(_sigmoid(z) - y[i])
        grad_w += error * X[i]
        grad_b += error
    return loss / len(X), grad_w / len(X), grad_b / len(X)


def _last_gradient(w, b, X, y):
    """Return the gradient of the last example, as a loop leaves it that does not add up."""
    error = _sigmoid(X @ w + b) - y
    return np.mean(_costs(X @ w + b, y)), error[-1] * X[-1] / len(y), error[-1] / len(y)


def _step_taken(w, b, X, y):
    loss, grad_w, grad_b = _of_scores()(w, b, X, y)
    return loss, w - 0.1 * grad_w, b - 0.1 * grad_b


def _loss_truncated(w, b, X, y):
    z = np.zeros_like(X[:, 0])
    for i in range(len(X)):
        z[i] = X[i] @ w + b
    return _of_table(z, X, y)


def _loss_in_place(w, b, X, y):
    loss = np.mean(_costs(X @ w + b, y))
    e = _sigmoid(X @ w + b) - y
    X *= e[:, None]
    return loss, X.mean(axis=0), np.mean(e)


def _of_table(z, X, y):
    error = _sigmoid(z) - y
    return np.mean(_costs(z, y)), X.T @ error / len(y), np.mean(error)


logistic_loss = Exercise(
    ref.logistic_loss,
    number="2.11",
    title="Loss and gradient of logistic regression",
    points=4,
    minutes=20,
    difficulty=3,
    returns=("loss", "grad_w", "grad_b"),
    cases=(
        Case("worked example", (array([0.0, 0.0]), 0.0, array([[3.0, 2.0]]), array([1]))),
        Case(
            "three examples, two features",
            (array([2.0, -1.0]), 0.5, array([[1.0, 2.0], [0.0, 1.0], [3.0, -1.0]]), array([1, 0, 0])),
        ),
        Case(
            "two examples, three features",
            (array([1.0, 0.5, -2.0]), -1.0, array([[1.0, 2.0, 0.5], [0.0, 1.0, 4.0]]), array([0, 1])),
        ),
        Case(
            "whole numbers as weights",
            (array([1, -1]), 1, array([[1, 2], [3, 5], [2, 0]]), array([1, 1, 0])),
            courtesy=True,
        ),
        Case(
            "whole numbers as features", (array([1.5, -0.75]), 0.1, array([[1, 1], [8, -1], [-7, 1]]), array([1, 0, 0]))
        ),
        Case(
            "as many examples as features",
            (array([1.0, -0.5]), 2.0, array([[1.0, 4.0], [0.5, -1.0]]), array([1.0, 0.0])),
            hidden=True,
        ),
        Case(
            "float32",
            (
                array([1.0, 2.0], np.float32),
                0.5,
                array([[1.5, 2.0], [0.5, -1.0], [-80.5, 0.0], [79.5, 0.0]], np.float32),
                array([1, 0, 1, 0]),
            ),
        ),
        Case(
            "scores of 1000, all of them right",
            (array([10.0, -1.0]), 0.0, array([[100.0, 0.0], [-100.0, 0.0], [0.1, 0.5]]), array([1, 0, 1])),
        ),
        Case(
            "scores of 1000, some of them wrong",
            (
                array([10.0, -1.0]),
                0.0,
                array([[100.0, 0.0], [0.0, 1000.0], [1.0, 2.0], [90.0, -100.0]]),
                array([1, 1, 0, 0]),
            ),
        ),
        Case(
            "scores of 40",
            (
                array([1.0, 1.0, 0.5]),
                -1.0,
                array([[20.0, 21.0, 0.0], [-20.0, -19.0, 0.0], [1.0, 1.0, -1.0]]),
                array([0, 1, 1]),
            ),
            hidden=True,
        ),
    ),
    random_cases=_losses,
    hints=(
        "First the scores `z = X @ w + b`, of shape (N,). The loss of an example is -log_sigmoid(z) where y is 1 and -log_sigmoid(-z) "
        "where y is 0: no probability is needed, so nothing overflows.",
        "The slope of an example's loss along its score is sigmoid(z) - y, the error. Along w_j that is multiplied by x_j, along b by 1, "
        "and each is averaged over the examples.",
        "`loss = -np.mean(y * log_sigmoid(z) + (1 - y) * log_sigmoid(-z))`, `error = sigmoid(z) - y`, `grad_w = X.T @ error / len(y)`, `grad_b = np.mean(error)`. "
        "(With float32 data, make y float32 first: `y = y.astype(z.dtype)`.)",
    ),
    right=(
        _loss_loop,
        _loss_of_softplus,
        _loss_of_signs,
        _loss_into_zeros,
        lambda w, b, X, y: [
            _of_scores()(w, b, X, y)[0],
            _of_scores()(w, b, X, y)[1].tolist(),
            _of_scores()(w, b, X, y)[2],
        ],
    ),
    equivalent={"-> return (loss, X.T @ residual": "whole numbers in may stay whole: the values agree"},
    mistakes=(
        Mistake(
            "log_of_zero",
            _of_scores(lambda z, y: _plain(_sigmoid(z), y)),
            "Your loss takes the log of a probability that is 0 or 1 for large scores: work from the scores, with log_sigmoid(z) and log_sigmoid(-z).",
        ),
        Mistake(
            "log_of_zero",
            _of_scores(lambda z, y: -np.mean(np.log(np.where(y == 1, _sigmoid(z), 1 - _sigmoid(z))))),
            "Your loss takes the log of a probability that is 0 for large scores: work from the scores, with log_sigmoid(z) and log_sigmoid(-z).",
        ),
        Mistake(
            "log_of_zero",
            _of_scores(lambda z, y: -np.mean(np.log(_sigmoid(np.where(y == 1, z, -z))))),
            "Your loss takes the log of a probability that is 0 for large scores: use log_sigmoid, not the log of sigmoid.",
        ),
        *_with_epsilon(1e-15),
        *_with_epsilon(1e-12),
        *_with_epsilon(1e-10),
        *_with_epsilon(1e-9),
        *_with_epsilon(1e-8),
        *_with_epsilon(1e-7),
        *_clipped_score(20),
        *_clipped_score(30),
        *_clipped_score(50),
        *_clipped_score(100),
        *_clipped_score(500),
        Mistake(
            "infinity_replaced",
            _of_scores(
                lambda z, y: -np.mean(np.nan_to_num(y * np.log(_sigmoid(z)) + (1 - y) * np.log(1 - _sigmoid(z))))
            ),
            "Replacing infinity by another number makes the loss of large scores wrong: work from the scores, with "
            "log_sigmoid(z) and log_sigmoid(-z).",
        ),
        Mistake(
            "overflow",
            _of_scores(lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z)),
            "For large scores your exponential is infinite: use log_sigmoid, or np.logaddexp(0, z).",
        ),
        Mistake(
            "grad_scalar",
            _of_scores(grad_w=lambda e, X: np.sum(X.T @ e) / len(e)),
            "Your grad_w is one number: each weight has its own derivative, of shape (D,).",
        ),
        Mistake(
            "grad_scalar",
            _of_scores(grad_w=lambda e, X: np.mean(e[:, None] * X)),
            "Your grad_w is one number: each weight has its own derivative, so take the mean over the examples only, axis 0.",
        ),
        Mistake(
            "transpose_missing",
            _of_scores(grad_w=lambda e, X: X @ e / len(e)),
            "Transpose X in grad_w: `X.T @ error` has one entry for each feature, X @ error one for each example.",
        ),
        Mistake(
            "inputs_missing",
            _of_scores(grad_w=lambda e, X: np.full(X.shape[1], np.mean(e))),
            "Your grad_w leaves out the inputs: each error is multiplied by its row of X.",
        ),
        Mistake(
            "means_multiplied",
            _of_scores(grad_w=lambda e, X: np.mean(e) * X.mean(axis=0)),
            "You multiply the mean error by the mean input: multiply each error by its own row of X, then average.",
        ),
        Mistake(
            "decisions_in_gradient",
            _of_scores(error=lambda z, y: (z > 0) - y),
            "Your gradient uses the labels 0 and 1 that you predict: the error is the probability minus the truth, "
            "sigmoid(z) - y.",
        ),
        Mistake(
            "last_example",
            _last_gradient,
            "Your gradients are those of the last example: add up over the examples, `+=`.",
        ),
        Mistake(
            "step_taken",
            _step_taken,
            "You return the parameters after a step: return the gradients themselves.",
        ),
        Mistake(
            "bias_gradient_missing",
            lambda w, b, X, y: _of_scores()(w, b, X, y)[:2],
            "The derivative along the bias is missing: return loss, grad_w, grad_b.",
        ),
        Mistake(
            "bias_gradient_missing",
            _of_scores(grad_b=lambda e: 0.0),
            "Your grad_b is always 0: it is the mean of the errors, sigmoid(z) - y.",
        ),
        Mistake(
            "grad_b_vector",
            _of_scores(grad_b=lambda e: e),
            "Your grad_b holds one number per example: the bias is one number, so take the mean.",
        ),
        Mistake(
            "grad_w_rows",
            _of_scores(grad_w=lambda e, X: e[:, None] * X),
            "Your grad_w holds one row per example: take the mean over the examples.",
        ),
        Mistake(
            "grad_sum",
            _of_scores(grad_w=lambda e, X: X.T @ e, grad_b=np.sum),
            "Your loss is a mean, but your gradients add up over the examples: divide them by N.",
        ),
        Mistake(
            "grad_w_sum",
            _of_scores(grad_w=lambda e, X: X.T @ e),
            "Your grad_w adds up over the examples: divide it by N.",
        ),
        Mistake("grad_b_sum", _of_scores(grad_b=np.sum), "Your grad_b adds up over the examples: divide it by N."),
        Mistake(
            "sum",
            _of_scores(lambda z, y: np.sum(_costs(z, y)), grad_w=lambda e, X: X.T @ e, grad_b=np.sum),
            "You add up over the examples: the loss over a data set is the mean, and so are its gradients.",
        ),
        Mistake(
            "loss_sum",
            _of_scores(lambda z, y: np.sum(_costs(z, y))),
            "Your gradients are means, but your loss adds up over the examples: divide it by N.",
        ),
        Mistake(
            "per_example",
            _of_scores(_costs),
            "You return one loss per example: take their mean.",
        ),
        Mistake(
            "mean_over_features",
            _of_scores(grad_w=lambda e, X: X.T @ e / X.shape[1]),
            "You divide grad_w by the number of features: divide by the number of examples.",
        ),
        Mistake(
            "mean_over_features",
            lambda w, b, X, y: _of_scores(
                grad_w=lambda e, X: X.T @ e / X.shape[1], grad_b=lambda e: np.sum(e) / X.shape[1]
            )(w, b, X, y),
            "You divide the gradients by the number of features: divide by the number of examples.",
        ),
        Mistake(
            "mean_over_features",
            _of_scores(grad_w=lambda e, X: X.T @ e / X.size),
            "You divide grad_w by the number of features as well: divide by the number of examples alone.",
        ),
        Mistake(
            "divided_twice",
            _of_scores(grad_w=lambda e, X: X.T @ e / len(e) ** 2, grad_b=lambda e: np.mean(e) / len(e)),
            "Your gradients are divided by N twice: once is enough.",
        ),
        Mistake(
            "sign",
            _of_scores(error=lambda z, y: y - _sigmoid(z)),
            "Both gradients have the wrong sign: the error is sigmoid(z) - y, prediction minus truth.",
        ),
        Mistake(
            "not_negated",
            _of_scores(lambda z, y: -np.mean(_costs(z, y))),
            "Your loss is the log likelihood, a negative number: the loss is minus that.",
        ),
        Mistake(
            "not_negated",
            _of_scores(lambda z, y: -np.mean(_costs(z, y)), lambda z, y: y - _sigmoid(z)),
            "You climb the log likelihood: the loss is minus that, and the gradients change their signs with it.",
        ),
        Mistake(
            "sign_of_zero_class",
            _of_scores(lambda z, y: -np.mean(y * _log_sigmoid(z) - (1 - y) * _log_sigmoid(-z))),
            "Your loss subtracts what the examples with y = 0 cost: both terms are added.",
        ),
        Mistake(
            "sign_of_score",
            _of_scores(lambda z, y: -np.mean(y * _log_sigmoid(z) + (1 - y) * _log_sigmoid(z))),
            "For y = 0 the probability is 1 - sigmoid(z) = sigmoid(-z): your loss takes log_sigmoid(z) for both classes.",
        ),
        Mistake(
            "one_minus_log",
            _of_scores(lambda z, y: -np.mean(y * _log_sigmoid(z) + (1 - y) * (1 - _log_sigmoid(z)))),
            "1 - log_sigmoid(z) is not the log of 1 - sigmoid(z): that is log_sigmoid(-z).",
        ),
        Mistake(
            "one_minus_log",
            _of_scores(lambda z, y: -np.mean(y * _log_sigmoid(z) + (1 - y) * np.log(1 - _log_sigmoid(z)))),
            "log(1 - log_sigmoid(z)) is not the log of 1 - sigmoid(z): that is log_sigmoid(-z).",
        ),
        Mistake(
            "signs_expected",
            _of_scores(lambda z, y: np.mean(np.logaddexp(0, -y * z))),
            "log(1 + e^(-y z)) is for labels -1 and 1: with 0 and 1 it is -log_sigmoid(z) for y = 1 and -log_sigmoid(-z) "
            "for y = 0.",
        ),
        Mistake(
            "classes_swapped",
            lambda w, b, X, y: _of_scores()(w, b, X, 1 - y),
            "Your classes are the wrong way round: sigmoid(z) is the probability of y = 1.",
        ),
        Mistake(
            "classes_swapped",
            _of_scores(lambda z, y: np.mean(_costs(z, 1 - y))),
            "In your loss the classes are the wrong way round: -log_sigmoid(z) belongs to y = 1.",
        ),
        Mistake(
            "zeros_only",
            _of_scores(lambda z, y: -np.mean((1 - y) * _log_sigmoid(-z))),
            "Your loss leaves out the examples with y = 1: they cost -log_sigmoid(z).",
        ),
        Mistake(
            "ones_only",
            _of_scores(lambda z, y: -np.mean(y * _log_sigmoid(z))),
            "Your loss leaves out the examples with y = 0: they cost -log_sigmoid(-z).",
        ),
        Mistake(
            "scores_for_probabilities",
            _of_scores(error=lambda z, y: z - y),
            "Your gradient uses the scores: the error is sigmoid(z) - y.",
        ),
        Mistake(
            "label_missing",
            _of_scores(error=lambda z, y: _sigmoid(z)),
            "Your gradient leaves out the labels: the error is sigmoid(z) - y.",
        ),
        Mistake(
            "slope_of_squares",
            _of_scores(error=lambda z, y: (_sigmoid(z) - y) * _sigmoid(z) * (1 - _sigmoid(z))),
            "Your gradient has the slope of the sigmoid in it, p (1 - p), as squared error would: the slope of the log cancels it.",
        ),
        Mistake(
            "squared",
            _of_scores(lambda z, y: np.mean((_sigmoid(z) - y) ** 2)),
            "Your loss is the squared error: it is the cross-entropy.",
        ),
        Mistake(
            "factor_two",
            _of_scores(error=lambda z, y: 2 * (_sigmoid(z) - y)),
            "Your gradients have a factor 2, as for squares: the cross-entropy has none.",
        ),
        Mistake(
            "no_bias",
            lambda w, b, X, y: _of_scores()(w, 0.0, X, y),
            "Your scores leave out the bias: z = X w + b.",
        ),
        Mistake(
            "minus_bias",
            lambda w, b, X, y: _of_scores()(w, -b, X, y),
            "Your scores subtract the bias: z = X w + b.",
        ),
        Mistake(
            "broadcast",
            lambda w, b, X, y: _of_table((X @ w)[:, None] + b, X, y),
            "Your scores are a column, (N, 1): with y, (N,), they make a table of all pairs. Let w be (D,), so that X @ w is (N,).",
        ),
        Mistake(
            "column",
            _of_scores(grad_w=lambda e, X: (X.T @ e / len(e))[:, None]),
            "Your grad_w has the shape (D, 1): (D,) is asked for.",
        ),
        Mistake(
            "order",
            lambda w, b, X, y: (_of_scores()(w, b, X, y)[0], *_of_scores()(w, b, X, y)[:0:-1]),
            "You return grad_b before grad_w: the order is loss, grad_w, grad_b.",
        ),
        Mistake(
            "truncates",
            _loss_truncated,
            "Your scores are cut to whole numbers (`zeros_like` of whole-number data keeps its dtype): collect them in an array of floats.",
        ),
        Mistake(
            "mutates_input",
            _loss_in_place,
            "Your function writes into X (`*=`), so the caller's data is gone: compute a new array.",
        ),
    ),
)
