"""Chapter 5: the loss of skip-gram with negative sampling, and its gradients; that of CBOW builds on these answers."""

from __future__ import annotations

import math

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

# Sizes that cannot be mixed up: d = 3, four negatives.
W3, POS3 = array([0.5, -1.0, 2.0]), array([1.5, 0.25, -0.75])
NEG43 = array([[1.0, 0.5, -0.25], [-0.5, 2.0, 1.0], [0.75, -1.0, 0.5], [2.0, 1.0, 0.25]])


def floats(*vectors):
    dtype = np.result_type(*vectors)
    return [np.asarray(vector, dtype if dtype.kind == "f" else float) for vector in vectors]


def _sigmoid(z):
    small = np.exp(-abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def _log_sigmoid(z):
    return np.minimum(z, 0) - np.log1p(np.exp(-abs(z)))


def sgns(log=_log_sigmoid, prob=_sigmoid, real=1, noise=0, total=np.sum, rows=slice(None)):
    """Return an answer with another logarithm or sigmoid, other labels in the gradient, or another sum."""

    def answer(w, c_pos, C_neg):
        w, c_pos, C_neg = floats(w, c_pos, C_neg)
        pos, neg = c_pos @ w, C_neg @ w
        error, errors = prob(pos) - real, prob(neg) - noise
        share = total(np.ones(len(neg))) / len(neg)  # 1 for a sum, 1 / k for a mean
        share = np.asarray(share, w.dtype)
        loss = -(log(pos) + total(log(-neg[rows])))
        return loss, error * c_pos + share * (errors[rows] @ C_neg[rows]), error * w, share * errors[:, None] * w

    return answer


def after(change, answer=sgns):
    """Return an answer that makes something else of the right values; `change` gets them and the arguments."""
    right = answer()
    return lambda *vectors: change(*right(*vectors), *floats(*vectors))


def sgns_loop(w, c_pos, C_neg):
    dtype = floats(w, c_pos, C_neg)[0].dtype
    loss, grad_w, grads = 0.0, np.zeros(len(w), dtype), []
    for c, label in [(c_pos, 1), *((c, 0) for c in C_neg[::-1])]:
        score = sum(float(a) * float(b) for a, b in zip(w, c, strict=True))
        loss += math.log1p(math.exp(-abs(score))) + max(score, 0) - label * score
        error = float(_sigmoid(score)) - label
        grad_w += error * c
        grads.append(array([error * float(a) for a in w], dtype))
    return loss, grad_w, grads[0], np.stack(grads[:0:-1])


def sgns_one_matrix(w, c_pos, C_neg):
    w, C = floats(w, np.vstack([c_pos, C_neg]))
    signs = -np.ones(len(C), w.dtype)
    signs[0] = 1
    scores = np.einsum("nd,d->n", C, w)
    errors = -signs * _sigmoid(-signs * scores)
    grads = np.outer(errors, w)
    return np.logaddexp(np.zeros_like(scores), -signs * scores).sum(), C.T @ errors, grads[0], grads[1:]


def sgns_zeros(w, c_pos, C_neg):
    """Add the pairs up one by one in arrays of zeros, whose dtype is float64."""
    loss, grad_w, grad_C_neg = np.logaddexp(0, -(w @ c_pos)), np.zeros(len(w)), np.zeros(C_neg.shape)
    error = -_sigmoid(-(w @ c_pos))
    grad_w += error * c_pos
    for j, c in enumerate(C_neg):
        loss += np.logaddexp(0, w @ c)
        grad_w += _sigmoid(w @ c) * c
        grad_C_neg[j] = _sigmoid(w @ c) * w
    return loss, grad_w, error * w, grad_C_neg


def in_lists(loss, *values):
    return [float(loss), *(value.tolist() for value in values[:3])]


def _vectors(rng):
    for d, k in ((4, 2), (2, 5)):
        yield Case(f"random, d={d}, k={k}", (*rng.normal(size=(2, d)), rng.normal(size=(k, d))), hidden=True)


def counted_once(w, c_pos, C_neg):
    _, first = np.unique(C_neg, axis=0, return_index=True)
    return sgns(rows=np.sort(first))(w, c_pos, C_neg)


def repeats_summed(loss, grad_w, grad_pos, grad_neg, w, c_pos, C_neg):
    same = (C_neg[:, None] == C_neg).all(axis=2).astype(grad_neg.dtype)
    return loss, grad_w, grad_pos, same @ grad_neg


def positive_as_negative(loss, grad_w, grad_pos, grad_neg, w, c_pos, C_neg):
    prob = _sigmoid(c_pos @ w)
    return loss - _log_sigmoid(-c_pos @ w), grad_w + prob * c_pos, grad_pos + prob * w, grad_neg


def target_left_out(w, c_pos, C_neg):
    keep = (C_neg != c_pos).any(axis=1)
    loss, grad_w, grad_pos, grad_neg = sgns(rows=keep)(w, c_pos, C_neg)
    return loss, grad_w, grad_pos, keep[:, None].astype(grad_neg.dtype) * grad_neg


TARGET_LEFT_OUT = (
    "You leave out noise that equals c_pos: every row of C_neg counts, even if the noise happened to hit the true word."
)


def slope_twice(w, c_pos, C_neg):
    def squared(z):
        return _sigmoid(z) ** 2 * _sigmoid(-z)

    w, c_pos, C_neg = floats(w, c_pos, C_neg)
    error, errors = -(_sigmoid(-(c_pos @ w)) ** 2) * _sigmoid(c_pos @ w), squared(C_neg @ w)
    return sgns()(w, c_pos, C_neg)[0], error * c_pos + errors @ C_neg, error * w, errors[:, None] * w


SLOPE_TWICE = (
    "Your errors are multiplied by the slope of the sigmoid, which belongs to a squared error: the slope of -log sigmoid "
    "is sigmoid - label, and nothing more."
)


def _softmax(w, c_pos, C_neg):
    w, C = floats(w, np.vstack([c_pos, C_neg]))
    scores = C @ w
    probs = np.exp(scores - scores.max())
    probs /= probs.sum()
    errors = probs - (np.arange(len(C)) == 0)
    grads = errors[:, None].astype(w.dtype) * w
    return np.log(np.sum(np.exp(scores - scores.max()))) + scores.max() - scores[0], C.T @ errors, grads[0], grads[1:]


def _log_of_zero(z):
    return np.log(1 / (1 + np.exp(-z)))


def _exponential_over(z):
    return np.exp(z) / (1 + np.exp(z))


def _with_epsilon(epsilon, change):
    return lambda z: np.log(change(_sigmoid(z), np.asarray(epsilon, np.asarray(z).dtype)))


def _clipped(probability, epsilon):
    return np.clip(probability, epsilon, 1 - epsilon)


def _at_most(most, function):
    return lambda z: function(np.clip(z, -most, most))


def not_stable(answer):
    """Return the mistakes of a logarithm or sigmoid that fails for large products."""
    yield Mistake(
        "log_of_zero",
        answer(log=_log_of_zero),
        "For a product of -1000 your sigmoid is 0 and the loss infinite: it is 1000. Use your log_sigmoid, which never takes the log of 0.",
    )
    yield Mistake(
        "log_of_zero",
        answer(log=lambda z: np.log(1 - _sigmoid(-z))),
        "For a large product 1 - sigmoid is rounded to 0, and its log is infinite: log(1 - sigmoid(z)) is log_sigmoid(-z), which your own function finds.",
    )
    yield Mistake(
        "overflow",
        answer(log=lambda z: np.log(_exponential_over(z)), prob=_exponential_over),
        "For a product of 1000 your sigmoid is infinity divided by infinity, which is nan: use your sigmoid and your log_sigmoid.",
    )
    for epsilon in (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16, 1e-20):
        for change in (np.add, np.maximum, _clipped):
            yield Mistake(
                "epsilon",
                answer(log=_with_epsilon(epsilon, change)),
                "A small number inside the log makes the loss of a very wrong guess too small: for a product of -1000 it is 1000. Use your log_sigmoid.",
            )
    for most in (6, 10, 15, 20, 30, 50, 100, 500, 700, 709):
        yield Mistake(
            "clipped",
            answer(log=_at_most(most, _log_sigmoid), prob=_at_most(most, _sigmoid)),
            "You clip the products, so the loss of a very wrong guess is too small: for a product of -1000 it is 1000. Use your log_sigmoid.",
        )


def wrong_errors(answer, middle):
    """Return the mistakes in the slope of the loss with respect to the products; `middle` names w or h."""
    yield Mistake(
        "label_missing",
        answer(real=0),
        f"You use sigmoid(c_pos . {middle}) where the error is meant: the true pair's label is 1, so its slope is sigmoid(c_pos . {middle}) - 1.",
    )
    yield Mistake(
        "negatives_as_real",
        answer(noise=1),
        f"Your gradients treat the negatives as true pairs: their label is 0, so their slope is sigmoid(c_neg . {middle}), without - 1.",
    )
    yield Mistake(
        "labels_swapped",
        answer(real=0, noise=1),
        "In your gradients the labels are swapped: 1 belongs to the true pair, 0 to the negatives.",
    )
    yield Mistake(
        "mean_of_negatives",
        answer(total=np.mean),
        "You take the mean over the negatives: their losses, and their gradients, add up.",
    )
    yield Mistake(
        "mean_of_all",
        after(lambda *values: tuple(value / values[3].dtype.type(len(values[3]) + 1) for value in values[:4]), answer),
        "You divide by the number of pairs, k + 1: the loss is their sum.",
    )


def changed_values(answer, middle):
    """Return the mistakes that put something else in the place of one of the four values."""
    yield Mistake(
        "loss_sign",
        after(lambda loss, g_in, g_pos, g_neg, *_: (-loss, g_in, g_pos, g_neg), answer),
        "Your loss is the log probability: change its sign, so that it is positive and descent makes it smaller.",
    )
    yield Mistake(
        "uphill",
        after(lambda loss, g_in, g_pos, g_neg, *_: (loss, -g_in, -g_pos, -g_neg), answer),
        "Your gradients point downhill: the gradient of the loss is (sigmoid - label) times the other vector.",
    )
    yield Mistake(
        "all_signs",
        after(lambda loss, g_in, g_pos, g_neg, *_: (-loss, -g_in, -g_pos, -g_neg), answer),
        "You return the log probability and its gradients: the loss is minus that, and so are its gradients.",
    )
    yield Mistake(
        "mean_of_negatives",
        after(
            lambda loss, g_in, g_pos, g_neg, x, p, n: (answer(total=np.mean)(x, p, n)[0], g_in, g_pos, g_neg), answer
        ),
        "Your loss takes the mean over the negatives: it is their sum, as in your gradients.",
    )
    yield Mistake(
        "gradient_of_mean",
        after(lambda loss, g_in, g_pos, g_neg, *_: (loss, g_in, g_pos, g_neg / g_neg.dtype.type(len(g_neg))), answer),
        "You divide the gradient of the negatives by their number: the loss is a sum, so each row has its full slope.",
    )
    yield Mistake(
        "negatives_summed",
        after(lambda loss, g_in, g_pos, g_neg, *_: (loss, g_in, g_pos, g_neg.sum(axis=0)), answer),
        "You add up the gradients of the negatives: grad_C_neg has one row for each of them, (k, d).",
    )
    yield Mistake(
        "row_vector",
        after(lambda loss, g_in, g_pos, g_neg, *_: (loss, g_in, g_pos[None], g_neg), answer),
        "Your grad_c_pos has the shape (1, d): a gradient has the shape of what it belongs to, here (d,).",
    )
    yield Mistake(
        "structure_of_loss",
        after(lambda loss, g_in, g_pos, g_neg, *_: (np.reshape(loss, 1), g_in, g_pos, g_neg), answer),
        "Your loss is an array of shape (1,): it should be one number.",
    )
    yield Mistake(
        "order",
        after(lambda loss, g_in, g_pos, g_neg, *_: (loss, g_pos, g_in, g_neg), answer),
        "Your gradients are not in the order of the arguments: the first argument's comes first.",
    )
    yield Mistake(
        "order",
        after(lambda loss, g_in, g_pos, g_neg, *_: (g_in, g_pos, g_neg, loss), answer),
        "The loss comes first, then the three gradients.",
    )
    yield Mistake(
        "own_vector",
        after(
            lambda loss, g_in, g_pos, g_neg, x, p, n: (
                loss,
                g_in,
                (_sigmoid(p @ _middle(x)) - 1) * p,
                _sigmoid(n @ _middle(x))[:, None] * n,
            ),
            answer,
        ),
        f"Your gradients of c_pos and C_neg contain these vectors themselves: the slope of {middle} . c with respect to c is {middle}.",
    )


def _middle(x):
    return x if x.ndim == 1 else x.mean(axis=0)


sgns_loss = Exercise(
    ref.sgns_loss,
    number="5.10",
    title="Skip-gram with negative sampling",
    points=4,
    minutes=20,
    difficulty=2,
    returns=("loss", "grad_w", "grad_c_pos", "grad_C_neg"),
    cases=(
        Case("all products 0", (np.zeros(2), array([2.0, 0.0]), array([[0.0, 4.0], [0.0, 4.0]]))),
        Case("four negatives", (W3, POS3, NEG43)),
        Case("a word drawn twice", (W3, POS3, NEG43[[1, 0, 1]])),
        Case("one negative", (W3, POS3, NEG43[:1])),
        Case("as many negatives as numbers in a vector", (W3, POS3, NEG43[:3]), hidden=True),
        Case("vectors of one number", (array([2.0]), array([-0.5]), array([[1.0], [0.25]])), hidden=True),
        Case("three negatives", (array([1.0, -2.0]), array([2.0, 1.0]), array([[1.0, 1.0], [0.0, -1.0], [1.0, 0.0]]))),
        Case("the true word drawn as noise", (W3, NEG43[1], NEG43[:2])),
        # Vectors are never whole numbers in the chapter.
        Case("whole numbers", (array([1, -2]), array([2, 1]), array([[1, 1], [0, -1], [1, 0]])), courtesy=True),
        Case("float32", (W3.astype(np.float32), POS3.astype(np.float32), NEG43.astype(np.float32))),
        Case("products of 1000", (array([10.0, 1.0]), array([-100.0, 0.5]), array([[100.0, 0.0], [0.1, 0.3]]))),
        Case(
            "products of -1000 that are right",
            (array([10.0, 1.0]), array([100.0, 0.5]), array([[-100.0, 0.0], [0.1, 0.3], [-0.2, 1.0]])),
            hidden=True,
        ),
        # Here an epsilon inside the log shows in a second number, and 1 - sigmoid is rounded to 0.
        Case(
            "products of 50",
            (array([0.5, 0.1]), array([-100.0, 20.0]), array([[100.0, -40.0], [1.0, 3.0]])),
            hidden=True,
        ),
        Case("a word drawn three times", (W3, NEG43[2], NEG43[[3, 3, 2, 3]]), hidden=True),
        Case(
            "every other number", (np.arange(6.0)[::2] / 4, POS3[::-1], NEG43.repeat(2, axis=1)[::2, ::2]), hidden=True
        ),
    ),
    random_cases=_vectors,
    hints=(
        "k + 1 guesses of logistic regression: the product c_pos . w should be large (label 1), each product c_neg . w small (label 0). Their losses add up.",
        "The loss is `-log_sigmoid(c_pos @ w)`, plus the sum of `-log_sigmoid(-(C_neg @ w))`. The slope with respect to a product is sigmoid(product) - label. A product's slope with respect to one "
        "vector is the other vector; w stands in all products, so its gradient is a sum.",
        "`pos, neg = c_pos @ w, C_neg @ w`, then `loss = -log_sigmoid(pos) - np.sum(log_sigmoid(-neg))`, `error, errors = sigmoid(pos) - 1, sigmoid(neg)` and "
        "`return loss, error * c_pos + errors @ C_neg, error * w, errors[:, None] * w`, with the log_sigmoid and the sigmoid that you wrote in chapter 2.",
    ),
    right=(sgns(), sgns_loop, sgns_one_matrix, sgns_zeros, after(in_lists)),
    equivalent={
        "(as_float(w), as_float(c_pos), as_float(C_neg)) -> ": "the sigmoid of whole numbers is a float, and so is what it is multiplied with"
    },
    mistakes=(
        Mistake(
            "counted_once",
            counted_once,
            "A word that was drawn twice as a negative counts twice: it stands in two rows of C_neg, so add up over all rows and drop none.",
        ),
        Mistake(
            "repeats_summed",
            after(repeats_summed),
            "Equal rows of C_neg each get the sum of their gradients: each row has its own, and the update adds them up.",
        ),
        Mistake(
            "positive_as_negative",
            after(positive_as_negative),
            "You treat c_pos as a negative, too: it stands in the first term only, with the label 1.",
        ),
        Mistake("target_left_out", target_left_out, TARGET_LEFT_OUT),
        Mistake("slope_twice", slope_twice, SLOPE_TWICE),
        *not_stable(sgns),
        *wrong_errors(sgns, "w"),
        *changed_values(sgns, "w"),
        Mistake(
            "row_vector",
            after(lambda loss, g_w, g_pos, g_neg, *_: (loss, g_w[None], g_pos, g_neg)),
            "Your grad_w has the shape (1, d): a gradient has the shape of what it belongs to, here (d,).",
        ),
        Mistake(
            "negatives_missing",
            after(lambda loss, g_w, g_pos, g_neg, w, p, n: (loss, (_sigmoid(p @ w) - 1) * p, g_pos, g_neg)),
            "Your grad_w covers only the true pair: add sigmoid(w . c_neg) times c_neg of each negative.",
        ),
        Mistake(
            "positive_missing",
            after(lambda loss, g_w, g_pos, g_neg, w, p, n: (loss, _sigmoid(n @ w) @ n, g_pos, g_neg)),
            "Your grad_w covers only the negatives: add (sigmoid(w . c_pos) - 1) times c_pos.",
        ),
        Mistake(
            "negatives_not_turned",
            after(
                lambda loss, g_w, g_pos, g_neg, w, p, n: (
                    -_log_sigmoid(p @ w) - np.sum(_log_sigmoid(n @ w)),
                    g_w,
                    g_pos,
                    g_neg,
                )
            ),
            "Your loss rewards large products of the negatives: their term is log sigmoid(-w . c_neg), with a minus.",
        ),
        Mistake(
            "negatives_missing",
            after(lambda loss, g_w, g_pos, g_neg, w, p, n: (-_log_sigmoid(p @ w), g_w, g_pos, g_neg)),
            "Your loss covers only the true pair: add -log sigmoid(-w . c_neg) of each negative.",
        ),
        Mistake(
            "softmax",
            _softmax,
            "Your probabilities share one softmax: here each pair has its own sigmoid.",
        ),
        Mistake(
            "no_log",
            sgns(log=_sigmoid),
            "You add up probabilities: take the log of each.",
        ),
        Mistake(
            "probability",
            after(lambda loss, g_w, g_pos, g_neg, *_: (np.exp(-loss), g_w, g_pos, g_neg)),
            "You return the probability: the loss is minus its log.",
        ),
    ),
)
