"""Chapter 4: the values and the slopes along a graph of computations."""

from __future__ import annotations

import math

import numpy as np

from solutions import softmax_svm as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array


def _sigmoid(z):
    small = np.exp(-abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def _log_sigmoid(z):
    return np.minimum(z, 0) - np.log1p(np.exp(-abs(z)))


def _vectors(rng):
    for d in (1, 4):
        w, x = rng.normal(size=d), rng.normal(size=d) + 0.4
        yield Case(f"random, {d} features", (w, x), hidden=True)


def _chain(u=np.dot, p=_sigmoid, L=lambda u: -_log_sigmoid(u), dL_dp=None, dp_du=None, dL_dw=None):
    """Return an answer that finds one link in another way; the slopes are made from u and p."""

    def answer(w, x):
        score = u(w, x)
        chance = p(score)
        rest = _sigmoid(-score)
        return (
            score,
            chance,
            L(score),
            dL_dp(score, chance) if dL_dp else -1 / chance,
            dp_du(score, chance) if dp_du else chance * rest,
            dL_dw(score, chance, w, x) if dL_dw else -rest * x,
        )

    return answer


def _chain_loop(w, x):
    u = float(sum(w_j * x_j for w_j, x_j in zip(w, x, strict=True)))
    small = math.exp(-abs(u))
    p, rest = ((1 if sign * u >= 0 else small) / (1 + small) for sign in (1, -1))
    dL_dw = array([-rest * float(x_j) for x_j in x], x.dtype if x.dtype.kind == "f" else float)
    return u, p, math.log1p(small) + max(-u, 0), -1 / p if p else -math.inf, p * rest, dL_dw


def _product(score, chance, w, x):
    return -1 / chance * (chance * (1 - chance)) * x


def _odds(score):
    return np.exp(score) / (1 + np.exp(score))


def _chain_epsilons():
    sentence = "A small number added to p (or a cut-off p) makes the loss or its slope too small where the model is very wrong: use -log_sigmoid(u) and -1 / p as it is."
    for epsilon in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16):
        for change in (np.add, np.maximum):
            yield Mistake("epsilon", _chain(L=_changed(change, epsilon)), sentence)
            yield Mistake("epsilon", _chain(dL_dp=_changed_slope(change, epsilon)), sentence)
            yield Mistake(
                "epsilon", _chain(L=_changed(change, epsilon), dL_dp=_changed_slope(change, epsilon)), sentence
            )


def _changed(change, epsilon):
    return lambda z: -np.log(change(_sigmoid(z), np.asarray(epsilon, _sigmoid(z).dtype)))


def _changed_slope(change, epsilon):
    return lambda u, p: -1 / change(p, np.asarray(epsilon, p.dtype))


INFINITE = "Where p rounds to 0, dL_dp is minus infinity: leave -1 / p as it is."

logistic_chain = Exercise(
    ref.logistic_chain,
    number="4.13",
    title="There and back",
    points=3,
    minutes=15,
    difficulty=2,
    returns=("u", "p", "L", "dL_dp", "dp_du", "dL_dw"),
    cases=(
        Case("worked example: all weights 0", (array([0.0, 0.0]), array([3.0, 2.0]))),
        Case("three features", (array([2.0, -1.0, 0.5]), array([0.5, 1.5, -2.0]))),
        Case("a score above 0", (array([1.0, 0.25]), array([0.75, 2.0]))),
        Case("whole numbers", (array([1, -2, 1]), array([3, 1, -2]))),
        Case("float32", (array([0.5, -1.25], np.float32), array([2.0, 0.75], np.float32))),
        Case("a score of 1000", (array([10.0, 0.5]), array([99.9, 2.0]))),
        Case("a score of -1000", (array([10.0, 0.5]), array([-99.9, -2.0]))),
        Case("one feature", (array([0.8]), array([-1.5])), hidden=True),
        Case("a score of -40", (array([-20.0, 1.0]), array([2.5, 10.0])), hidden=True),
        Case("a score of 40", (array([20.0, 1.0]), array([1.5, 10.0])), hidden=True),
        Case("a score of -80 in float32", (array([-20.0, 1.0], np.float32), array([4.5, 10.0], np.float32))),
        Case("every other number", (np.arange(8.0)[::2] / 4, np.arange(-4.0, 4.0)[::2] / 3), hidden=True),
    ),
    random_cases=_vectors,
    hints=(
        "Go forward first: u is w.x, p is your sigmoid of u, and L is -log(p). Then each box has a slope of its own: of -log(p) it is -1 / p.",
        "dp/du is p (1 - p) and du/dw is x. The product of all three slopes shortens to (p - 1) x; the long product would be inf * 0 = nan where p is 0. "
        "And -log(p) would be infinite there: your log_sigmoid(u) is not.",
        "`u = w @ x`, `p = sigmoid(u)`, then `return u, p, -log_sigmoid(u), -1 / p, p * (1 - p), (p - 1) * x`.",
    ),
    right=(
        _chain(),
        _chain_loop,
        _chain(
            L=lambda u: np.logaddexp(0, -u),
            dL_dp=lambda u, p: -1 - np.exp(-u),
            dp_du=lambda u, p: p - p**2,
            dL_dw=lambda u, p, w, x: (p - 1) * x,
        ),
        lambda w, x: _chain()(w.astype(float), x.astype(float)),
        lambda w, x: [part.tolist() for part in _chain()(w, x)],
    ),
    equivalent={
        "w, x = (as_float(w), as_float(x)) -> ": "the sigmoid of a whole number is a float",
        "-> with np.errstate(": "it silences a warning only",
    },
    mistakes=(
        Mistake(
            "long_product",
            _chain(dL_dw=_product),
            "For a score of -1000 you multiply infinity by 0, which is nan: shorten the product, dL_dw = (p - 1) x.",
        ),
        Mistake(
            "log_of_zero",
            _chain(L=lambda u: -np.log(_sigmoid(u))),
            "For a score of -1000 p becomes 0 (and exp(-u) infinite), so your loss is infinite: use your log_sigmoid(u), the loss is 1000.",
        ),
        Mistake(
            "log_of_zero",
            _chain(L=lambda u: -np.log(_sigmoid(u)), dL_dw=_product),
            "For a score of -1000 p becomes 0, so its logarithm is infinite, and inf * 0 is nan: use your log_sigmoid(u), and dL_dw = (p - 1) x.",
        ),
        Mistake(
            "exp_overflows",
            _chain(p=_odds, L=lambda u: -np.log(_odds(u)), dL_dw=_product),
            "exp(1000) overflows, and inf / inf is nan: use your sigmoid and your log_sigmoid.",
        ),
        Mistake(
            "exp_overflows",
            _chain(p=_odds),
            "exp(1000) overflows, and inf / inf is nan: use your sigmoid.",
        ),
        Mistake(
            "not_negated",
            _chain(L=_log_sigmoid),
            "Your L is below 0: the loss is minus the logarithm, -log_sigmoid(u).",
        ),
        Mistake(
            "loss_of_other_class",
            _chain(L=lambda u: -_log_sigmoid(-u)),
            "Your L is -log(1 - p), as for class 0: here the class is 1, so -log(p).",
        ),
        Mistake(
            "likelihood",
            _chain(L=lambda u: _sigmoid(-u)),
            "Your L is 1 - p: it is -log(p).",
        ),
        Mistake(
            "dL_dp_sign",
            _chain(dL_dp=lambda u, p: 1 / p),
            "Your dL_dp has the wrong sign: the slope of -log(p) is -1 / p.",
        ),
        Mistake(
            "dL_dp_square",
            _chain(dL_dp=lambda u, p: -1 / p**2),
            "Your dL_dp is the slope of 1 / p: that of -log(p) is -1 / p.",
        ),
        Mistake(
            "dL_dp_both",
            _chain(dL_dp=lambda u, p: (p - 1) / (p * (1 - p))),
            "For a score of 1000 you divide 0 by 0, which is nan: the slope of -log(p) is -1 / p.",
        ),
        Mistake("infinity_hidden", _chain(dL_dp=lambda u, p: np.nan_to_num(-1 / p)), INFINITE),
        Mistake("infinity_hidden", _chain(dL_dp=lambda u, p: -1 / p if p > 0 else 0.0), INFINITE),
        Mistake(
            "dL_dp_of_u",
            _chain(dL_dp=lambda u, p: p - 1),
            "Your dL_dp is p - 1, the slope with respect to u: the one with respect to p is -1 / p.",
        ),
        Mistake(
            "dL_dp_of_score",
            _chain(dL_dp=lambda u, p: -1 / u),
            "Your dL_dp is -1 / u: the loss is -log(p), so its slope is -1 / p.",
        ),
        Mistake(
            "dp_du_of_score",
            _chain(dp_du=lambda u, p: u * (1 - u)),
            "Your dp_du is u (1 - u): it is made of probabilities, p (1 - p).",
        ),
        Mistake(
            "dp_du_sign",
            _chain(dp_du=lambda u, p: p * (p - 1)),
            "Your dp_du has the wrong sign: the sigmoid rises, so p (1 - p).",
        ),
        Mistake(
            "dp_du_sum",
            _chain(dp_du=lambda u, p: 1 - p),
            "Your dp_du misses a factor: it is p (1 - p).",
        ),
        Mistake(
            "dp_du_sum",
            _chain(dp_du=lambda u, p: p),
            "Your dp_du misses a factor: it is p (1 - p).",
        ),
        Mistake(
            "dp_du_twice",
            _chain(dp_du=lambda u, p: _sigmoid(p) * (1 - _sigmoid(p))),
            "You put p through the sigmoid again: dp_du is p (1 - p).",
        ),
        Mistake(
            "dL_du",
            _chain(dL_dw=lambda u, p, w, x: p - 1),
            "Your dL_dw is the slope with respect to u: times du/dw = x it becomes (p - 1) x.",
        ),
        Mistake(
            "dL_du",
            _chain(dL_dw=lambda u, p, w, x: (p - 1) * np.ones_like(x)),
            "Your dL_dw is the slope with respect to u: times du/dw = x it becomes (p - 1) x.",
        ),
        Mistake(
            "dL_dw_sign",
            _chain(dL_dw=lambda u, p, w, x: (1 - p) * x),
            "Your dL_dw has the wrong sign: it is (p - 1) x, for L falls where the score of its class rises.",
        ),
        Mistake(
            "dL_dw_of_class_zero",
            _chain(dL_dw=lambda u, p, w, x: p * x),
            "Your dL_dw is that of class 0: here the class is 1, so (p - 1) x.",
        ),
        Mistake(
            "weights_for_features",
            _chain(dL_dw=lambda u, p, w, x: (p - 1) * w),
            "Your dL_dw has w in it: du/dw is x, so (p - 1) x.",
        ),
        Mistake(
            "link_missing",
            _chain(dL_dw=lambda u, p, w, x: p * (p - 1) * x),
            "Your dL_dw leaves out the factor -1 / p: the product of all three slopes is (p - 1) x.",
        ),
        Mistake(
            "link_missing",
            _chain(dL_dw=lambda u, p, w, x: -1 / p * x),
            "Your dL_dw leaves out the factor p (1 - p): the product of all three slopes is (p - 1) x.",
        ),
        Mistake(
            "link_missing",
            _chain(dL_dw=lambda u, p, w, x: p * (1 - p) * x),
            "Your dL_dw leaves out the factor -1 / p: the product of all three slopes is (p - 1) x.",
        ),
        Mistake(
            "link_missing",
            _chain(dL_dw=lambda u, p, w, x: x),
            "Your dL_dw is du/dw alone: the product of all three slopes is (p - 1) x.",
        ),
        Mistake(
            "dL_dw_summed",
            _chain(dL_dw=lambda u, p, w, x: np.sum((p - 1) * x)),
            "Your dL_dw is one number: a gradient has a slope for each weight, (D,).",
        ),
        Mistake(
            "no_sum",
            lambda w, x: _chain(u=np.multiply)(w, x),
            "Your u holds one number per feature: the score is their sum, w @ x.",
        ),
        Mistake(
            "score_sign",
            _chain(u=lambda w, x: -np.dot(w, x)),
            "Your u has the wrong sign: it is w.x; the minus belongs in the exponent of the sigmoid.",
        ),
        Mistake(
            "sign_in_sigmoid",
            lambda w, x: (w @ x, *_chain()(-w, x)[1:]),
            "Your u is right, but the sigmoid gets -u: p is sigmoid(u), 1 / (1 + exp(-u)).",
        ),
        Mistake(
            "sign_in_sigmoid",
            _chain(
                lambda w, x: w @ x,
                lambda u: _sigmoid(-u),
                dp_du=lambda u, p: p * (1 - p),
                dL_dw=lambda u, p, w, x: (p - 1) * x,
            ),
            "Your p is sigmoid(-u): it is sigmoid(u), 1 / (1 + exp(-u)).",
        ),
        Mistake(
            "gradient_only",
            lambda w, x: _chain()(w, x)[-1],
            "You return the gradient alone: six values are asked for, u, p, L, dL_dp, dp_du, dL_dw.",
        ),
        Mistake(
            "order",
            lambda w, x: (*_chain()(w, x)[:3], *_chain()(w, x)[:2:-1]),
            "Your slopes come in the wrong order: dL_dp, dp_du, dL_dw.",
        ),
        Mistake(
            "order",
            lambda w, x: tuple(_chain()(w, x)[i] for i in (0, 1, 2, 4, 3, 5)),
            "Your slopes come in the wrong order: dL_dp, dp_du, dL_dw.",
        ),
        Mistake(
            "integer",
            lambda w, x: (*_chain()(w, x)[:-1], _chain()(w, x)[-1].astype(int)),
            "Your dL_dw holds whole numbers: its fractions are cut off.",
        ),
        *_chain_epsilons(),
    ),
)
