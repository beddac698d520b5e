"""Chapter 2: likelihood and cross-entropy."""

from __future__ import annotations

import math

import numpy as np

from solutions import logistic_regression as ref

from ..checking.exercise import Case, Exercise, Mistake

array = np.array

# Five outcomes, so that a mean and a sum, heads and tails, all differ.
TOSSES = array([1, 0, 1, 1, 0, 1, 1])


def _coins(rng):
    for n in (6, 11):
        outcomes = rng.permutation(np.arange(n) % 3 > 0).astype(int)
        yield Case(f"{n} random tosses", (float(rng.uniform(0.1, 0.4)), outcomes), hidden=True)


def _counts(outcomes):
    heads = int(np.sum(outcomes == 1))
    return heads, len(outcomes) - heads


def _coin_counts(p, outcomes):
    heads, tails = _counts(outcomes)
    total = np.zeros(np.shape(p), getattr(p, "dtype", float))
    if heads:
        total = total + heads * np.log(p)
    if tails:
        total = total + tails * np.log(1 - p)
    return total


def _coin_loop(p, outcomes):
    def one(value):
        return sum(
            (-math.inf if chance == 0 else math.log(chance))
            for chance in (value if o == 1 else 1 - value for o in outcomes)
        )

    if np.ndim(p) == 0:
        return one(float(p))
    return np.array([one(float(value)) for value in np.ravel(p)], p.dtype).reshape(np.shape(p))


def _coin_table(p, outcomes):
    chances = np.where(outcomes == 1, np.asarray(p)[..., None], 1 - np.asarray(p)[..., None])
    return np.log(chances).sum(axis=-1)


def _of_likelihood(change):
    """Return an answer that makes something else of the right log likelihood."""
    return lambda p, outcomes: change(_coin_counts(p, outcomes), p, outcomes)


def _coin_of(head, tail):
    """Return an answer from what a head and a tail count."""

    def answer(p, outcomes):
        heads, tails = _counts(outcomes)
        return heads * head(p) + tails * tail(p)

    return answer


def _coin_mistakes(id_, sentence, head, tail):
    """Return a known mistake in two forms: with nan where something never came, and without."""

    def careful(p, outcomes):
        heads, tails = _counts(outcomes)
        return 0.0 * p + (heads * head(p) if heads else 0.0) + (tails * tail(p) if tails else 0.0)

    return Mistake(id_, careful, sentence), Mistake(id_, _coin_of(head, tail), sentence)


def _coin_into_zeros(p, outcomes):
    result = np.zeros(np.shape(p))
    with np.errstate(divide="ignore"):
        for outcome in outcomes:
            result = result + np.log(p if outcome == 1 else 1 - p)
    return result


def _coin_product(p, outcomes):
    heads, tails = _counts(outcomes)
    return np.log(p**heads * (1 - p) ** tails)


def _coin_elif(p, outcomes):
    heads, tails = _counts(outcomes)
    return heads * np.log(p) if heads else tails * np.log(1 - p)


def _coin_at_once(p, outcomes):
    heads, tails = _counts(outcomes)
    return np.log(heads * p + tails * (1 - p))


def _certain(value):
    """Return an answer that is `value` wherever p is 0 or 1."""
    return lambda p, outcomes: np.where((p == 0.0) | (p == 1.0), value, _coin_counts(p, outcomes))


def _plain_sum(p, outcomes):
    return np.sum(outcomes * np.log(p) + (1 - outcomes) * np.log(1 - p))


def _coin_epsilon(epsilon):
    sentence = (
        "A small number inside the log hides the trouble: an impossible outcome makes the log likelihood minus infinity, "
        "and one that never comes costs nothing."
    )
    clipped = (
        "You keep p away from 0 and 1: an impossible outcome makes the log likelihood minus infinity, and one that never "
        "comes costs nothing."
    )
    return (
        Mistake("epsilon", _coin_of(lambda p: np.log(p + epsilon), lambda p: np.log(1 - p + epsilon)), sentence),
        Mistake(
            "epsilon",
            lambda p, outcomes: _coin_of(np.log, lambda p: np.log(1 - p))(np.clip(p, epsilon, 1 - epsilon), outcomes),
            clipped,
        ),
        Mistake(
            "epsilon",
            _coin_of(lambda p: np.log(np.maximum(p, epsilon)), lambda p: np.log(np.maximum(1 - p, epsilon))),
            clipped,
        ),
    )


EPSILONS = (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6)


bernoulli_log_likelihood = Exercise(
    ref.bernoulli_log_likelihood,
    number="2.9",
    title="Log likelihood of a coin",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("the log likelihood",),
    cases=(
        Case("worked example: a fair coin", (0.5, array([1, 1, 1, 0]))),
        Case("worked example: three in four", (0.75, array([1, 1, 1, 0]))),
        Case("seven tosses", (0.2, TOSSES)),
        Case("outcomes as floats", (0.4, TOSSES * 1.0)),
        Case("several coins", (array([0.1, 0.5, 0.9]), TOSSES)),
        Case("what was seen is impossible", (0.0, array([0, 1, 0])), weight=0),
        Case("what was seen is certain", (1.0, array([1, 1])), weight=0),
        Case("several coins, two of them certain", (array([0.0, 0.25, 1.0]), array([1, 1, 1]))),
        Case("a table of coins", (array([[0.2, 0.4, 0.6], [0.7, 0.8, 0.9]]), TOSSES[:5]), hidden=True),
        Case("only tails", (array([0.0, 0.3, 1.0]), array([0, 0, 0, 0])), hidden=True),
        Case("a thousand tosses", (0.3, np.resize(TOSSES, 1000)), hidden=True),
    ),
    random_cases=_coins,
    hints=(
        "Every 1 adds log(p), every 0 adds log(1 - p). So all that counts is how many there are of each.",
        "With `heads = np.sum(outcomes)` and `tails = len(outcomes) - heads` the sum is heads * log(p) + tails * log(1 - p), for a "
        "number p as for an array. But 0 * log(0) is nan in NumPy: what never came must add nothing.",
        "Start with `total = 0.0 * p`. Where heads > 0 add `heads * np.log(p)` to it, where tails > 0 add `tails * np.log(1 - p)`: two ifs. Return total.",
    ),
    right=(
        _coin_counts,
        _coin_loop,
        _coin_table,
        _coin_into_zeros,
        lambda p, outcomes: np.nansum(
            [np.sum(outcomes) * np.log(p), np.sum(1 - outcomes) * np.log(1 - np.asarray(p))], axis=0
        ),
    ),
    equivalent={
        "-> p = as_float(p)": "a single number has no dtype to keep",
        "-> p = like(p, as_float(outcomes))": "it changes the dtype of float32 alone, and no case holds that: a count times float32 logs is float64 in NumPy",
        "outcomes = like(outcomes, p) -> (dropped)": "whole outcomes give the same sums",
        "-> p = p if": "whole numbers in may stay whole: their logarithms are floats",
        "-> with np.errstate():": "it silences a warning only",
    },
    mistakes=(
        Mistake(
            "zero_times_log_zero",
            _coin_of(np.log, lambda p: np.log(1 - p)),
            "For p = 0 or p = 1 you compute 0 * log(0), which is nan in NumPy: an outcome that never came must add nothing.",
        ),
        Mistake(
            "one_coin_only",
            lambda p, outcomes: (
                _plain_sum(p, outcomes) if np.ndim(p) == 0 else _plain_sum(np.resize(p, len(outcomes)), outcomes)
            ),
            "Your function pairs each p with one outcome: every p is judged on all outcomes. And mind 0 * log(0), which is nan.",
        ),
        Mistake(
            "single_number",
            _of_likelihood(lambda total, p, outcomes: np.sum(total)),
            "You add up over the coins: return one log likelihood for each p.",
        ),
        Mistake(
            "mean",
            _of_likelihood(lambda total, p, outcomes: total / len(outcomes)),
            "You take the mean over the outcomes: the log likelihood is their sum.",
        ),
        Mistake(
            "negated",
            _of_likelihood(lambda total, p, outcomes: -total),
            "You return the negative log likelihood: it is the loss, but here the log likelihood itself is asked for.",
        ),
        Mistake(
            "no_log",
            _of_likelihood(lambda total, p, outcomes: np.exp(total)),
            "You return the likelihood, a product: return its logarithm, a sum.",
        ),
        Mistake(
            "mean_loss",
            _of_likelihood(lambda total, p, outcomes: -total / len(outcomes)),
            "You return minus the mean: the log likelihood is the plain sum of the logarithms.",
        ),
        *_coin_mistakes("heads_only", "You leave out the tails: every 0 adds log(1 - p).", np.log, lambda p: 0.0 * p),
        *_coin_mistakes(
            "tails_only", "You leave out the heads: every 1 adds log(p).", lambda p: 0.0 * p, lambda p: np.log(1 - p)
        ),
        *_coin_mistakes(
            "swapped",
            "Your outcomes are the wrong way round: p is the probability of a 1.",
            lambda p: np.log(1 - p),
            np.log,
        ),
        *_coin_mistakes(
            "tails_sign", "You subtract the tails: both terms are added.", np.log, lambda p: -np.log(1 - p)
        ),
        *_coin_mistakes(
            "log_of_one_plus_p",
            "Your tails add log(1 + p): the probability of a 0 is 1 - p.",
            np.log,
            lambda p: np.log(1 + p),
        ),
        Mistake(
            "binomial",
            _of_likelihood(
                lambda total, p, outcomes: total + np.log(float(math.comb(len(outcomes), int(np.sum(outcomes)))))
            ),
            "You add the log of the number of orders: these outcomes have come in this one order, so leave it out.",
        ),
        Mistake(
            "one_term",
            _coin_elif,
            "You add one of the two terms alone: if there are heads and tails, both count. Write two ifs.",
        ),
        Mistake(
            "product",
            _coin_product,
            "You multiply the probabilities first: of many outcomes the product is too small for a float. Add up the "
            "logarithms.",
        ),
        Mistake(
            "certain_costs_nothing",
            _certain(0.0),
            "Where p is 0 or 1 you return 0 whatever was seen: if it is impossible, the answer is minus infinity.",
        ),
        Mistake(
            "certain_is_impossible",
            _certain(-math.inf),
            "Where p is 0 or 1 you return minus infinity whatever was seen: if p explains it perfectly, the answer is 0.",
        ),
        Mistake(
            "infinity_replaced",
            lambda p, outcomes: np.nan_to_num(_coin_of(np.log, lambda p: np.log(1 - p))(p, outcomes)),
            "`np.nan_to_num` replaces infinity, too: where p calls impossible what was seen, minus infinity is right.",
        ),
        Mistake(
            "infinity_replaced",
            _coin_of(lambda p: np.nan_to_num(np.log(p)), lambda p: np.nan_to_num(np.log(1 - p))),
            "`np.nan_to_num` replaces infinity, too: where p calls impossible what was seen, minus infinity is right.",
        ),
        Mistake(
            "all_at_once",
            _of_likelihood(lambda total, p, outcomes: np.log(np.exp(total / len(outcomes)) * len(outcomes))),
            "You take the logarithm of a sum: take the logarithm of each probability, then add up.",
        ),
        Mistake(
            "all_at_once",
            _coin_at_once,
            "You take the logarithm of a sum: take the logarithm of each probability, then add up.",
        ),
        Mistake(
            "log10",
            _of_likelihood(lambda total, p, outcomes: total / np.log(10)),
            "You take logarithms to base 10: take natural ones, `np.log`.",
        ),
        Mistake(
            "log2",
            _of_likelihood(lambda total, p, outcomes: total / np.log(2)),
            "You take logarithms to base 2: take natural ones, `np.log`.",
        ),
        *(mistake for epsilon in EPSILONS for mistake in _coin_epsilon(epsilon)),
    ),
)


def _predictions(rng):
    for n in (5, 8, 11):
        y = rng.permutation(np.arange(n) % 2)
        yield Case(f"{n} random predictions", (rng.uniform(0.05, 0.95, n), y), hidden=True)


def _chance(y_hat, y):
    """Return the probability that each prediction gave to the true label."""
    return np.where(y == 1, y_hat, 1 - y_hat)


def _entropy_loop(y_hat, y):
    losses = np.zeros_like(y_hat)
    for i in range(len(y)):
        chance = float(y_hat[i] if y[i] == 1 else 1 - y_hat[i])
        losses[i] = -math.log(chance) if chance > 0 else math.inf
    return losses


def _entropy_masked(y_hat, y):
    losses = np.empty_like(y_hat)
    losses[y == 1] = -np.log(y_hat[y == 1])
    losses[y == 0] = -np.log(1 - y_hat[y == 0])
    return losses


def _plain_entropy(y_hat, y):
    return -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


def _entropy_epsilon(epsilon):
    sentence = (
        "A small number inside the log makes a finite loss of an infinite one (or a negative one of 0): choose the right "
        "logarithm instead."
    )
    return (
        Mistake("epsilon", lambda y_hat, y: _plain_entropy_of(y_hat + epsilon, 1 - y_hat + epsilon, y), sentence),
        Mistake("epsilon", lambda y_hat, y: -np.log(_chance(y_hat, y) + epsilon), sentence),
    )


def _entropy_clip(epsilon):
    sentence = (
        "You keep the probabilities away from 0 and 1: that makes a finite loss of an infinite one. Choose the right "
        "logarithm instead."
    )
    return (
        Mistake("epsilon", lambda y_hat, y: _plain_entropy(np.clip(y_hat, epsilon, 1 - epsilon), y), sentence),
        Mistake("epsilon", lambda y_hat, y: -np.log(np.maximum(_chance(y_hat, y), epsilon)), sentence),
    )


def _careful(weight, values):
    """Return weight * values, but 0 where the weight is 0."""
    return np.where(weight == 0, 0.0, weight * values)


def _entropy_lists(y_hat, y):
    chances = [p if label == 1 else 1 - p for p, label in zip(y_hat.tolist(), y.tolist(), strict=True)]
    return [-math.log(chance) if chance else math.inf for chance in chances]


def _swapped_of(careful):
    def answer(y_hat, y):
        times = _careful if careful else np.multiply
        return -(times(y_hat, np.log(y)) + times(1 - y_hat, np.log(1 - y)))

    return answer


def _plain_entropy_of(p, q, y):
    return -(y * np.log(p) + (1 - y) * np.log(q))


def _entropy_in_place(y_hat, y):
    y_hat[y == 0] = 1 - y_hat[y == 0]
    return -np.log(y_hat)


binary_cross_entropy = Exercise(
    ref.binary_cross_entropy,
    number="2.10",
    title="Cross-entropy",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("the losses",),
    cases=(
        Case("worked example", (array([0.7, 0.7]), array([1, 0]))),
        Case("five predictions", (array([0.9, 0.2, 0.5, 0.01, 0.6]), array([1, 1, 0, 0, 0]))),
        Case("labels as floats", (array([0.3, 0.8, 0.25]), array([0.0, 1.0, 1.0]))),
        Case("certain and wrong", (array([0.0, 1.0, 0.5]), array([1, 0, 1]))),
        Case("certain and right", (array([1.0, 0.0, 0.25]), array([1, 0, 1]))),
        Case("float32", (array([0.25, 0.75, 0.5, 0.125], np.float32), array([1, 1, 0, 0]))),
        Case("one prediction", (array([0.35]), array([0])), hidden=True),
        Case("certain each way", (array([1.0, 0.0, 1.0, 0.0, 0.4]), array([0, 1, 1, 0, 0])), hidden=True),
        Case("close to certain", (array([1e-12, 1e-300, 0.999]), array([1, 1, 0])), hidden=True, courtesy=True),
    ),
    random_cases=_predictions,
    hints=(
        "The label chooses: where y is 1 the loss is -log(y_hat), where y is 0 it is -log(1 - y_hat).",
        "The formula with y and 1 - y as factors says the same, but 0 * log(0) is nan in NumPy. `np.where` chooses without multiplying.",
        "`chance = np.where(y == 1, y_hat, 1 - y_hat)` is the probability that the prediction gave to the truth: `return -np.log(chance)`.",
    ),
    right=(
        lambda y_hat, y: -np.log(_chance(y_hat, y)),
        _entropy_loop,
        _entropy_masked,
        _entropy_lists,
        lambda y_hat, y: -np.log(1 - abs(y_hat - y)),
        lambda y_hat, y: np.nan_to_num(_plain_entropy(y_hat, y), nan=0.0, posinf=np.inf),
    ),
    equivalent={
        "y_hat = as_float(y_hat) -> ": "whole numbers in may stay whole: their logarithms are floats",
        "-> with np.errstate():": "it silences a warning only",
    },
    mistakes=(
        Mistake(
            "zero_times_log_zero",
            _plain_entropy,
            "Where y_hat is 0 or 1 you compute 0 * log(0), which is nan in NumPy: choose the logarithm that counts, for instance with np.where.",
        ),
        Mistake(
            "mean",
            lambda y_hat, y: np.mean(-np.log(_chance(y_hat, y))),
            "You return the mean: one loss per example is asked for.",
        ),
        Mistake(
            "mean_of_plain",
            lambda y_hat, y: np.mean(_plain_entropy(y_hat, y)),
            "You return the mean: one loss per example is asked for.",
        ),
        Mistake(
            "sum",
            lambda y_hat, y: np.sum(-np.log(_chance(y_hat, y))),
            "You add up: one loss per example is asked for.",
        ),
        Mistake(
            "not_negated",
            lambda y_hat, y: np.log(_chance(y_hat, y)),
            "You return the log likelihood, a negative number: the loss is minus that.",
        ),
        Mistake(
            "not_negated",
            lambda y_hat, y: -_plain_entropy(y_hat, y),
            "You return the log likelihood, a negative number: the loss is minus that. And mind 0 * log(0), which is nan.",
        ),
        Mistake(
            "sign_of_zero_class",
            lambda y_hat, y: -(y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat)),
            "Your term for y = 0 has the wrong sign: both terms are added inside the bracket, and the minus stands before it.",
        ),
        Mistake(
            "minus_first_only",
            lambda y_hat, y: np.where(y == 1, -np.log(y_hat), np.log(1 - y_hat)),
            "Your loss is negative where y is 0: the minus belongs to both terms.",
        ),
        Mistake(
            "ones_only",
            lambda y_hat, y: np.where(y == 1, -np.log(y_hat), 0),
            "Your loss is 0 where y is 0: there it is -log(1 - y_hat).",
        ),
        Mistake(
            "ones_only",
            lambda y_hat, y: -y * np.log(y_hat),
            "Your loss is 0 (or nan) where y is 0: there it is -log(1 - y_hat).",
        ),
        Mistake(
            "zeros_only",
            lambda y_hat, y: np.where(y == 0, -np.log(1 - y_hat), 0),
            "Your loss is 0 where y is 1: there it is -log(y_hat).",
        ),
        Mistake(
            "zeros_only",
            lambda y_hat, y: -(1 - y) * np.log(1 - y_hat),
            "Your loss is 0 (or nan) where y is 1: there it is -log(y_hat).",
        ),
        Mistake(
            "label_missing",
            lambda y_hat, y: -(_careful(y, np.log(y_hat)) + np.log(1 - y_hat)),
            "Your second term lacks its factor 1 - y: it counts where y is 0 alone.",
        ),
        Mistake(
            "label_missing",
            lambda y_hat, y: -(np.log(y_hat) + _careful(1 - y, np.log(1 - y_hat))),
            "Your first term lacks its factor y: it counts where y is 1 alone.",
        ),
        Mistake(
            "entropy",
            lambda y_hat, y: -(_careful(y_hat, np.log(y_hat)) + _careful(1 - y_hat, np.log(1 - y_hat))),
            "You weigh the logarithms by the predictions: the labels are the weights, y log(y_hat) + (1 - y) log(1 - y_hat).",
        ),
        Mistake(
            "entropy",
            lambda y_hat, y: -_careful(y_hat, np.log(y_hat)),
            "You do not use the labels: the loss is -log(y_hat) where y is 1, and -log(1 - y_hat) where it is 0.",
        ),
        Mistake(
            "sigmoid_again",
            lambda y_hat, y: -np.log(_chance(1 / (1 + np.exp(-y_hat)), y)),
            "You take the sigmoid of y_hat, which is a probability already.",
        ),
        Mistake(
            "certain_is_infinite",
            lambda y_hat, y: np.where((y_hat == 0) | (y_hat == 1), np.inf, -np.log(_chance(y_hat, y))),
            "Your loss is infinite for every prediction of 0 or 1: if it is right, the loss is 0.",
        ),
        Mistake(
            "infinity_replaced",
            lambda y_hat, y: np.where(np.isfinite(_plain_entropy(y_hat, y)), _plain_entropy(y_hat, y), 0),
            "You make 0 of every loss that is not finite: where the prediction is exactly wrong, infinity is right.",
        ),
        Mistake(
            "infinity_replaced",
            lambda y_hat, y: np.nan_to_num(_plain_entropy(y_hat, y)),
            "`np.nan_to_num` makes a number of infinity, too: where the prediction is exactly wrong, infinity is right.",
        ),
        Mistake(
            "infinity_replaced",
            lambda y_hat, y: np.minimum(-np.log(_chance(y_hat, y)), 100),
            "You cut the losses off: where the prediction is exactly wrong, infinity is right.",
        ),
        Mistake(
            "classes_swapped",
            lambda y_hat, y: -np.log(np.where(y == 0, y_hat, 1 - y_hat)),
            "Your classes are the wrong way round: y_hat is the probability of class 1.",
        ),
        Mistake(
            "predictions_and_labels_swapped",
            _swapped_of(careful=False),
            "You take the log of the labels: take the log of the probabilities.",
        ),
        Mistake(
            "predictions_and_labels_swapped",
            _swapped_of(careful=True),
            "You take the log of the labels: take the log of the probabilities.",
        ),
        Mistake(
            "predictions_and_labels_swapped",
            lambda y_hat, y: -np.log(np.where(y_hat == 1, y, 1 - y)),
            "You take the log of the labels: take the log of the probabilities.",
        ),
        Mistake(
            "broadcast",
            lambda y_hat, y: -np.log(np.where(y[:, None] == 1, y_hat, 1 - y_hat)),
            "You have made a table of all pairs, (N, N): y and y_hat both stay (N,).",
        ),
        Mistake(
            "no_log",
            lambda y_hat, y: 1 - _chance(y_hat, y),
            "You return the distance of y_hat and y: take minus the log of the probability of the truth.",
        ),
        Mistake(
            "no_log",
            _chance,
            "You return the probability of the true label: take minus its logarithm.",
        ),
        Mistake(
            "divided_by_n",
            lambda y_hat, y: -np.log(_chance(y_hat, y)) / len(y),
            "You divide by N: each example has its own loss, without a mean.",
        ),
        Mistake(
            "log1p",
            lambda y_hat, y: -np.log1p(_chance(y_hat, y)),
            "`np.log1p` takes the log of one more than its argument: take `np.log`.",
        ),
        Mistake(
            "log10",
            lambda y_hat, y: -np.log10(_chance(y_hat, y)),
            "You take logarithms to base 10: take natural ones, `np.log`.",
        ),
        Mistake(
            "squared",
            lambda y_hat, y: (y_hat - y) ** 2,
            "You return the squared error: take minus the log of the probability of the truth.",
        ),
        Mistake(
            "log2",
            lambda y_hat, y: -np.log2(_chance(y_hat, y)),
            "You take logarithms to base 2: take natural ones, `np.log`.",
        ),
        *(mistake for epsilon in EPSILONS for mistake in (*_entropy_epsilon(epsilon), *_entropy_clip(epsilon))),
        Mistake(
            "mutates_input",
            _entropy_in_place,
            "Your function writes into y_hat, so the caller's predictions are spoiled: compute a new array.",
        ),
    ),
)
