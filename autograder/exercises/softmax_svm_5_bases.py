"""Chapter 4: what a loss is built on."""

from __future__ import annotations

import math

import numpy as np

from solutions import softmax_svm as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array


def _scores(rng):
    for shape in ((6,), (2, 3)):
        yield Case(f"random scores {shape}", (rng.normal(size=shape) * 2 + 0.3,), hidden=True)


def _sigmoid(z):
    small = np.exp(-abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def _log_sigmoid(z):
    return np.minimum(z, 0) - np.log1p(np.exp(-abs(z)))


def _step(z):
    return (z <= 0).astype(z.dtype)


def _bases(clip=_step, likelihood=lambda z: _sigmoid(-z), nll=lambda z: -_log_sigmoid(z)):
    """Return an answer that finds one of the losses in another way."""
    return lambda z: (clip(z), likelihood(z), nll(z))


def _bases_loop(z):
    dtype = z.dtype if z.dtype.kind == "f" else np.dtype(float)
    losses = np.zeros((3, z.size), dtype)
    for i, value in enumerate(map(float, z.ravel())):
        wrong = math.exp(-value) / (1 + math.exp(-value)) if value > -30 else 1.0
        loss = math.log1p(math.exp(-value)) if value > -30 else -value
        losses[:, i] = float(value <= 0), wrong, loss
    return tuple(losses.reshape(3, *z.shape))


def _clip_by_heaviside(z):
    return np.heaviside(-z, np.ones_like(z))


def _bases_epsilons():
    sentence = (
        "A small number inside the log (or a cut-off probability) makes the loss of a very wrong score too small: -log(sigmoid(-1000)) is 1000. "
        "Use your log_sigmoid."
    )
    for epsilon in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16):
        for change in (np.add, np.maximum):
            yield Mistake("epsilon", _bases(nll=_changed(change, epsilon)), sentence)


def _changed(change, epsilon):
    return lambda z: -np.log(change(_sigmoid(z), np.asarray(epsilon, _sigmoid(z).dtype)))


def _naive(z):
    return np.exp(z) / (1 + np.exp(z))


def _bases_in_place(z):
    wrong = _step(z)
    z[z > 700] = 700
    return wrong, _sigmoid(-z), -_log_sigmoid(z)


loss_bases = Exercise(
    ref.loss_bases,
    number="4.12",
    title="Three bases",
    points=2,
    minutes=12,
    difficulty=2,
    returns=("clip", "likelihood", "nll"),
    cases=(
        Case("worked example", (array([-3.0, 0.0, 3.0]),)),
        Case("six scores", (array([-2.5, -0.5, 0.25, 1.0, 2.0, 4.0]),)),
        Case("a table of scores", (array([[0.5, -1.5, 2.0], [-0.25, 0.75, -4.0]]),)),
        Case("whole numbers", (array([-2, 0, 1, 3]),)),
        Case("float32", (array([-80.5, -0.75, 0.0, 1.5, 79.5], np.float32),)),
        Case("scores of 1000", (array([1000.0, -1000.0, 40.0, -40.0]),)),
        Case("scores of 800 and more", (array([-3000.0, 800.0, -800.0, 0.5]),), hidden=True),
        Case("one score", (array([0.7]),), hidden=True),
        Case("an array without axes", (array(-1.2),), hidden=True),
        Case("close to 0", (array([1e-9, -1e-9, 0.0, -0.0]),), hidden=True),
        Case("so close to 0 that the probability is rounded to one half", (array([1e-17, 0.0, 1.0]),), courtesy=True),
        Case("every other column", (np.arange(-4.0, 8.0).reshape(2, 6)[:, ::2] / 3,), hidden=True),
    ),
    random_cases=_scores,
    hints=(
        "z is the score of the true class, so the model is right where z > 0. At exactly 0 it is not: class 1 needs more than one half.",
        "The second loss is the probability of the other class, 1 - sigmoid(z) = sigmoid(-z). The third is minus the logarithm of the true one's: "
        "your log_sigmoid computes it without an infinity.",
        "`return (z <= 0).astype(z.dtype), sigmoid(-z), -log_sigmoid(z)`. True becomes 1 and False 0.",
    ),
    right=(
        _bases(),
        _bases(_clip_by_heaviside, lambda z: 1 - _sigmoid(z), lambda z: np.logaddexp(0, -z)),
        _bases_loop,
        lambda z: _bases()(z.astype(float)),
        lambda z: [loss.tolist() for loss in _bases()(z)],
    ),
    equivalent={
        "z = as_float(z) -> ": "whole numbers give whole steps, and the other two losses are floats anyway",
    },
    mistakes=(
        Mistake(
            "zero_is_right",
            _bases(lambda z: (z < 0).astype(z.dtype)),
            "At z = 0 the probability is one half, and half is not enough: clip is 1 there, z <= 0.",
        ),
        Mistake(
            "half_at_zero",
            _bases(lambda z: np.heaviside(-z, 0.5)),
            "At z = 0 your clip is one half: exactly one half counts as wrong, so 1.",
        ),
        Mistake(
            "clip_reversed",
            _bases(lambda z: (z > 0).astype(z.dtype)),
            "Your clip is 1 where the model is right: it is a loss, 1 where z <= 0.",
        ),
        Mistake(
            "clip_reversed",
            _bases(lambda z: (z >= 0).astype(z.dtype)),
            "Your clip is 1 where the model is right: it is a loss, 1 where z <= 0.",
        ),
        Mistake(
            "clip_booleans",
            _bases(lambda z: z <= 0),
            "Your clip holds True and False: make numbers of them, `.astype(z.dtype)`.",
            craft=True,
        ),
        Mistake(
            "clip_of_score",
            _bases(lambda z: np.clip(z, 0, 1)),
            "You clip the score itself to [0, 1]: the loss is 1 where z <= 0, else 0.",
        ),
        Mistake(
            "clip_of_score",
            _bases(lambda z: 1 - np.clip(z, 0, 1)),
            "Your clip falls along a slope between 0 and 1: it jumps, 1 where z <= 0, else 0.",
        ),
        Mistake(
            "probability_cut",
            _bases(lambda z: (_sigmoid(z) <= 0).astype(z.dtype)),
            "You compare the probability with 0: it is the score that is compared with 0, the probability with one half.",
        ),
        Mistake(
            "probability_rounded",
            _bases(lambda z: np.where(_sigmoid(z) > 0.5, np.zeros_like(z), np.ones_like(z))),
            "For a tiny z above 0 the probability is rounded to one half, so your clip is 1: compare the score with 0, z <= 0.",
            craft=True,
        ),
        Mistake(
            "not_clipped",
            _bases(lambda z: _sigmoid(-z)),
            "Your clip is the probability of being wrong, not yet rounded: it is 1 where z <= 0, else 0.",
        ),
        Mistake(
            "half_of_score",
            _bases(lambda z: (z <= 0.5).astype(z.dtype)),
            "You compare the score with one half: that is for the probability, the score is compared with 0.",
        ),
        Mistake(
            "signs",
            _bases(lambda z: np.sign(-z)),
            "Your clip is -1 or 1: a loss is not negative, it is 1 where z <= 0, else 0.",
        ),
        Mistake(
            "hinge",
            _bases(lambda z: np.maximum(0, 1 - z)),
            "Your clip is a hinge: it has no slope at all, it is 1 where z <= 0, else 0.",
        ),
        Mistake(
            "likelihood_of_true",
            _bases(likelihood=_sigmoid),
            "Your likelihood is sigmoid(z), which is high where the model is right: the loss is 1 minus that.",
        ),
        Mistake(
            "likelihood_negated",
            _bases(likelihood=lambda z: -_sigmoid(z)),
            "Your likelihood is -sigmoid(z): the loss is 1 - sigmoid(z), between 0 and 1.",
        ),
        Mistake(
            "likelihood_slope",
            _bases(likelihood=lambda z: _sigmoid(z) * _sigmoid(-z)),
            "Your likelihood is p (1 - p), the slope of the sigmoid: the loss is 1 - sigmoid(z).",
        ),
        Mistake(
            "likelihood_squared",
            _bases(likelihood=lambda z: _sigmoid(-z) ** 2),
            "Your likelihood is the squared error: it is 1 - sigmoid(z), without a square.",
        ),
        Mistake(
            "not_negated",
            _bases(nll=_log_sigmoid),
            "Your nll is below 0: the logarithm of a probability is, so take minus log_sigmoid(z).",
        ),
        Mistake(
            "nll_of_wrong",
            _bases(nll=lambda z: -_log_sigmoid(-z)),
            "Your nll is large where the model is right: it is -log(sigmoid(z)), not of sigmoid(-z).",
        ),
        Mistake(
            "nll_of_wrong",
            _bases(nll=lambda z: _log_sigmoid(-z)),
            "Your nll is log(1 - sigmoid(z)): it is -log(sigmoid(z)).",
        ),
        Mistake(
            "log_of_zero",
            _bases(nll=lambda z: -np.log(_sigmoid(z))),
            "For z = -1000 sigmoid(z) becomes 0 (and exp(-z) infinite), so your nll is infinite: use your log_sigmoid, -log_sigmoid(-1000) is 1000.",
        ),
        Mistake(
            "exp_overflows",
            _bases(likelihood=lambda z: 1 - _naive(z), nll=lambda z: -np.log(_naive(z))),
            "exp(1000) overflows, and inf / inf is nan: use your sigmoid and your log_sigmoid.",
        ),
        Mistake(
            "exp_overflows",
            _bases(likelihood=lambda z: 1 - _naive(z)),
            "exp(1000) overflows, and inf / inf is nan: use your sigmoid.",
        ),
        Mistake(
            "base_two",
            _bases(nll=lambda z: -_log_sigmoid(z) / np.log(2).astype(_log_sigmoid(z).dtype)),
            "Your nll uses the logarithm to the base 2: the course's is the natural one.",
        ),
        Mistake(
            "score_as_nll",
            _bases(nll=lambda z: -z),
            "Your nll is -z: that is so only far below 0. It is -log(sigmoid(z)).",
        ),
        Mistake(
            "score_as_nll",
            _bases(nll=lambda z: np.maximum(-z, 0)),
            "Your nll is -z, cut off at 0: that is so only far from 0. It is -log(sigmoid(z)).",
        ),
        Mistake(
            "one_loss_only",
            lambda z: -_log_sigmoid(z),
            "You return one loss: three are asked for, clip, likelihood, nll.",
        ),
        Mistake(
            "mean",
            lambda z: tuple(np.mean(loss) for loss in _bases()(z)),
            "You return means: each loss has the shape of z, one number per score.",
        ),
        Mistake(
            "order",
            lambda z: _bases()(z)[::-1],
            "Your losses come in the wrong order: clip, likelihood, nll.",
        ),
        Mistake(
            "float64",
            _bases(lambda z: np.where(z <= 0, np.float64(1), np.float64(0))),
            "np.where(z <= 0, 1.0, 0.0) gives float64, even for float32 scores: say `(z <= 0).astype(z.dtype)`.",
            craft=True,
        ),
        Mistake(
            "mutates_input",
            _bases_in_place,
            "Your function writes into z, so the caller's scores are spoiled: compute a new array.",
        ),
        *_bases_epsilons(),
    ),
)
