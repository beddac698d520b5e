"""Chapter 5: noise words, and how often each is drawn."""

from __future__ import annotations

import math

import numpy as np

from solutions import word2vec as ref

from ..checking.exercise import Case, Exercise, Mistake, Seed
from . import rules

array = np.array


def _counts(rng):
    for V in (6, 9):
        yield Case(
            f"{V} random counts", (rng.integers(1, 400, V),), {"power": float(rng.uniform(0.3, 0.9))}, hidden=True
        )


def _floats(counts):
    return counts if counts.dtype.kind == "f" else counts * 1.0


def _shares(weights):
    return weights / np.sum(weights)


def _by_loop(counts, power=0.75):
    weights = [float(count) ** power for count in counts]
    total = sum(weights)
    return array([weight / total for weight in weights], _floats(counts).dtype)


def _by_logs(counts, power=0.75):
    with np.errstate(divide="ignore"):
        weights = np.exp(power * np.log(_floats(counts)))
    return weights / weights.sum()


def _of_shares(counts, power=0.75):
    return _shares(_shares(_floats(counts)) ** np.asarray(power, _floats(counts).dtype))


def _into_zeros(counts, power=0.75):
    weights = np.zeros(len(counts))
    for i in range(len(counts)):
        weights[i] = counts[i] ** power
    total = 0
    for weight in weights:
        total += weight
    return weights / total


def _in_lists(counts, power=0.75):
    weights = [math.pow(count, power) for count in counts.tolist()]
    return [weight / math.fsum(weights) for weight in weights]


def _whole_weights(counts, power=0.75):
    """Return what weights make that are written into an array of the counts' dtype."""
    return _shares(_floats((_floats(counts) ** power).astype(counts.dtype)))


def _of_sums_so_far(counts, power=0.75):
    weights = _floats(counts) ** power
    return weights / np.cumsum(weights)


def _of_probabilities(change):
    """Return an answer that spoils the right probabilities."""
    return lambda counts, power=0.75: change(_shares(_floats(counts) ** power))


def _with_power(change):
    """Return an answer that takes another power."""
    return lambda counts, power=0.75: _shares(_floats(counts) ** change(power))


def _in_place(counts, power=0.75):
    if counts.dtype.kind != "f":
        return _by_loop(counts, power)
    counts **= power
    return counts / counts.sum()


def _softmax(counts, power=0.75):
    weights = _floats(counts) ** power
    return _shares(np.exp(weights - np.max(weights)))


COUNTS = array([60, 31, 17, 17, 4, 1])

negative_sampling_distribution = Exercise(
    ref.negative_sampling_distribution,
    number="5.6",
    title="The noise distribution",
    points=1,
    minutes=6,
    difficulty=1,
    returns=("the probabilities",),
    cases=(
        Case("worked example", (array([99, 1]),)),
        Case("six words", (COUNTS,)),
        Case("another power", (COUNTS, 0.5)),
        Case("as often as they occur", (array([5, 3, 2]), 1.0)),
        Case("all equally often", (array([8, 4, 1, 1, 2]), 0.0)),
        Case("a word that does not occur", (array([12, 0, 7]),)),
        Case("float32", (array([2.0, 40.0, 9.0, 0.5], np.float32),)),
        Case("int32, another power by name", (COUNTS.astype(np.int32),), {"power": 0.25}),
        Case("large counts of two bytes", (array([65000, 12000, 300, 7], np.uint16),), courtesy=True),
        Case("counts of one byte", (array([120, 3, 45, 1], np.int8), 0.9), courtesy=True),
        Case("words that do not occur, another power", (array([0, 25, 0, 4, 1]), 0.5), hidden=True),
        Case("one word", (array([9]),), hidden=True, weight=0),
        Case("counts that are fractions", (array([0.25, 3.5, 1.75]),), hidden=True),
        Case("every other word", (np.arange(3, 15)[::2],), hidden=True),
        Case("millions", (array([5_000_000, 80_000, 12]),), hidden=True),
    ),
    random_cases=_counts,
    hints=(
        "Two steps, in this order: the power makes weights of the counts, and the weights are scaled so that they add up to 1.",
        "`counts**power` takes the power of each entry. Probabilities are the weights divided by the sum of the weights (not by the sum of the counts).",
        "`weights = counts**power`, then `return weights / np.sum(weights)`.",
    ),
    right=(_by_loop, _by_logs, _of_shares, _into_zeros, _in_lists),
    equivalent={"weights = counts ** power": "a power that is a fraction makes floats of whole numbers"},
    mistakes=(
        Mistake(
            "no_power",
            lambda counts, power=0.75: _shares(_floats(counts)),
            "You draw words as often as they occur: take the power of the counts first, `counts**power`.",
        ),
        Mistake(
            "not_divided_again",
            lambda counts, power=0.75: _shares(_floats(counts)) ** np.asarray(power, _floats(counts).dtype),
            "You divide by the sum and take the power after that, so your probabilities no longer add up to 1: take the power first.",
        ),
        Mistake(
            "divided_by_counts",
            lambda counts, power=0.75: _floats(counts) ** power / np.sum(_floats(counts)),
            "You divide by the sum of the counts: divide by the sum of the weights, counts**power.",
        ),
        Mistake(
            "divided_by_power_of_sum",
            lambda counts, power=0.75: _floats(counts) ** power / np.max(_floats(counts) ** power),
            "You divide by the largest weight: divide by the sum, so that the probabilities add up to 1.",
        ),
        Mistake(
            "weights",
            lambda counts, power=0.75: _floats(counts) ** power,
            "You return the weights: divide them by their sum, so that they add up to 1.",
        ),
        Mistake(
            "mean",
            lambda counts, power=0.75: _floats(counts) ** power / np.mean(_floats(counts) ** power),
            "You divide by the mean of the weights: divide by their sum, so that the probabilities add up to 1.",
        ),
        Mistake(
            "norm",
            lambda counts, power=0.75: _floats(counts) ** power / np.linalg.norm(_floats(counts) ** power),
            "You divide by the length of the weights: divide by their sum, so that the probabilities add up to 1.",
        ),
        Mistake(
            "power_fixed",
            _with_power(lambda power: 0.75),
            "Your power is always 0.75: use the argument power.",
        ),
        *(
            Mistake(
                "default",
                lambda counts, power=other: _shares(_floats(counts) ** np.asarray(power, _floats(counts).dtype)),
                "Without a power yours is not 0.75: write `power=0.75` in the first line.",
            )
            for other in (1.0, 0.5, 0.0)
        ),
        Mistake(
            "root_always",
            _with_power(lambda power: 0.5),
            "You always take the square root: take the power that is given, `counts**power`.",
        ),
        Mistake(
            "base_and_power_swapped",
            lambda counts, power=0.75: _shares(np.asarray(power, _floats(counts).dtype) ** counts),
            "You raise power to the counts: raise the counts to the power, `counts**power`.",
        ),
        Mistake(
            "whole_division",
            lambda counts, power=0.75: _floats(counts) ** power // np.sum(_floats(counts) ** power),
            "`//` drops the fraction, so nearly all is 0: divide by `/`.",
        ),
        Mistake(
            "whole_weights",
            _whole_weights,
            "Your weights are cut to whole numbers, since the array that you write them into is one of integers: `counts**power` makes floats.",
        ),
        Mistake(
            "absent_words_left_out",
            lambda counts, power=0.75: _shares(_floats(counts[counts > 0]) ** power),
            "You leave out words with the count 0: they stay, with probability 0, so that entry i belongs to word i.",
        ),
        Mistake(
            "plus_one",
            lambda counts, power=0.75: _shares((_floats(counts) + 1) ** power),
            "You add 1 to the counts: take them as they are.",
        ),
        Mistake(
            "at_least_one",
            lambda counts, power=0.75: _shares(np.maximum(_floats(counts), 1) ** power),
            "You count words that do not occur as 1: their probability is 0.",
        ),
        Mistake(
            "power_twice",
            lambda counts, power=0.75: _shares(_shares(_floats(counts) ** power) ** power),
            "You take the power twice: once is enough.",
        ),
        Mistake(
            "sums_so_far",
            _of_sums_so_far,
            "You divide each weight by the sum so far: add up all weights first, then divide.",
        ),
        Mistake(
            "first_word_only",
            _of_probabilities(lambda probs: probs[0]),
            "You return the first word's probability alone: return after the loop, one number for each word.",
        ),
        *(
            Mistake(
                "rounded",
                _of_probabilities(lambda probs, digits=digits: np.round(probs, digits)),
                "You round the probabilities: return them as they are.",
            )
            for digits in (2, 3, 4)
        ),
        Mistake(
            "root",
            _with_power(lambda power: 1 / power if power else 0.0),
            "You take the root: counts**power, not counts**(1 / power).",
        ),
        Mistake(
            "one_minus_power",
            _with_power(lambda power: 1 - power),
            "Your power is 1 - power: counts**power.",
        ),
        Mistake(
            "minus_power",
            lambda counts, power=0.75: _shares((_floats(counts) + (counts == 0)) ** -power * (counts > 0)),
            "Your power is negative, so rare words are drawn most: counts**power.",
        ),
        Mistake(
            "minus_power",
            lambda counts, power=0.75: _shares(1 / _floats(counts) ** power),
            "You divide by the weights, so rare words are drawn most: counts**power.",
        ),
        Mistake(
            "times_power",
            lambda counts, power=0.75: _shares(_floats(counts) * power),
            "You multiply by power, which the division takes out again: `**` takes a power.",
        ),
        Mistake(
            "softmax",
            _softmax,
            "You take a softmax of the weights: divide the weights themselves by their sum.",
        ),
        Mistake(
            "uniform",
            lambda counts, power=0.75: np.full(len(counts), 1 / len(counts), _floats(counts).dtype),
            "All your probabilities are equal: that is so for power 0 only.",
        ),
        Mistake(
            "cumulative",
            lambda counts, power=0.75: np.cumsum(_shares(_floats(counts) ** power)),
            "You return the running sum of the probabilities: return the probabilities themselves.",
        ),
        Mistake(
            "sorted",
            lambda counts, power=0.75: np.sort(_shares(_floats(counts) ** power))[::-1],
            "You sort the probabilities: entry i belongs to the word with id i.",
        ),
        Mistake(
            "logarithm",
            lambda counts, power=0.75: np.log(_shares(_floats(counts) ** power)),
            "You return logarithms: return the probabilities.",
        ),
        Mistake(
            "list",
            lambda counts, power=0.75: _by_loop(counts, power).tolist(),
            "You return a list: make it an array, `np.array(...)`.",
            craft=True,
        ),
        Mistake(
            "float64",
            lambda counts, power=0.75: _by_loop(counts.astype(float), power),
            "You make float64 of float32 counts: keep their dtype.",
            craft=True,
        ),
        Mistake(
            "mutates_input",
            _in_place,
            "Your function writes into counts, so the caller's counts are spoiled: `counts**power` makes a new array, `counts **= power` does not.",
        ),
    ),
)


def _probabilities(rng):
    weights = rng.uniform(0.5, 8, 7) * (np.arange(7) != rng.integers(7))
    size = (int(rng.integers(40, 60)), 10)
    yield Case(
        "random probabilities", (weights / weights.sum(), size, Seed(int(rng.integers(2**31)))), hidden=True, once=True
    )


def _total(size):
    return math.prod(size) if isinstance(size, tuple) else size


def _normal(probs):
    return probs / probs.sum(dtype=float)


def _one_by_one(probs, size, rng):
    ids = [rng.choice(len(probs), p=_normal(probs)) for _ in range(_total(size))]
    return array(ids).reshape(size)


def _by_comparison(probs, size, rng):
    ends = np.cumsum(_normal(probs))[:-1]
    return np.sum(rng.random(size)[..., None] >= ends, axis=-1).astype(np.int32)


def _from_table(probs, size, rng):
    """Return ids from a table of many entries in which each word stands in proportion to its probability."""
    table = np.repeat(np.arange(len(probs)), np.round(_normal(probs) * 1_000_000).astype(int))
    return table[rng.integers(len(table), size=size)]


def _by_multinomial(probs, size, rng):
    return np.argmax(rng.multinomial(1, _normal(probs), size=size), axis=-1)


def _drawn(probs, size, rng):
    return rng.choice(len(probs), size=size, p=_normal(probs))


def _listed(probs, size, rng):
    """Return nested lists, as a beginner fills them."""
    return np.asarray(rng.choice(len(probs), size=size, p=_normal(probs))).tolist()


def _counted_up(probs, size, rng):
    """Return ids found by a loop: the first word whose running sum passes the random number."""
    ids = np.zeros(_total(size), dtype=int)
    for n in range(len(ids)):
        number, word = rng.random() * sum(probs), 0
        while number >= probs[word]:
            number -= probs[word]
            word += 1
        ids[n] = word
    return ids.reshape(size)


def _as(change):
    """Return an answer that draws from other probabilities."""
    return lambda probs, size, rng: _drawn(change(_normal(probs)), size, rng)


def _spoiled(change):
    """Return an answer that spoils right ids."""
    return lambda probs, size, rng: change(_drawn(probs, size, rng))


def _without_replacement(probs, size, rng):
    rows, width = (math.prod(size[:-1]), size[-1]) if isinstance(size, tuple) else (1, size)
    if width > np.count_nonzero(probs):
        return _drawn(probs, size, rng)
    ids = [rng.choice(len(probs), width, replace=False, p=_normal(probs)) for _ in range(rows)]
    return array(ids).reshape(size)


def _chain(probs, size, rng):
    """Return ids each of which is the last one again, every other time."""
    ids = _drawn(probs, _total(size), rng)
    for i in range(1, len(ids)):
        ids[i] = ids[i - 1] if rng.random() < 0.5 else ids[i]
    return ids.reshape(size)


def _by_halves(probs, size, rng):
    """Return ids of small numbers in the first half of the places, and of large ones in the second."""
    n = _total(size)
    numbers = (rng.random(n) + (np.arange(n) >= n / 2)) / 2
    return np.searchsorted(np.cumsum(_normal(probs))[:-1], numbers, side="right").reshape(size)


def _by_quota(probs, size, rng):
    """Return as many of each id as its probability says, shuffled."""
    shares = np.cumsum(_normal(probs))[:-1]
    numbers = (np.arange(_total(size)) + 0.5) / _total(size)
    return rng.permutation(np.searchsorted(shares, numbers)).reshape(size)


def _global_seed(probs, size, rng):
    np.random.seed(1)
    return np.random.choice(len(probs), size=size, p=_normal(probs))


PROBS = array([0.62, 0.1, 0.0, 0.2, 0.06, 0.02])
ZERO_ENDS = array([0.0, 0.55, 0.1, 0.3, 0.05, 0.0])

sample_negatives = Exercise(
    ref.sample_negatives,
    number="5.7",
    title="Draw noise words",
    points=2,
    minutes=10,
    difficulty=2,
    rule=rules.sample_negatives,
    returns=("the ids",),
    cases=(
        # One case tells, by a second, equal run, that all comes from rng.
        Case("800 draws", (PROBS, 800, Seed(1)), times=3, weight=2),
        Case("a table of draws", (ZERO_ENDS, (100, 5), Seed(2)), times=2, weight=2, once=True),
        Case("three for each of 100 pairs", (PROBS[::-1].copy(), (100, 3), Seed(4)), times=2, once=True),
        Case("three draws, again and again", (PROBS, 3, Seed(3)), times=100, once=True),
        Case("float32", (array([0.125, 0.5, 0.25, 0.125], np.float32), (30, 15), Seed(5)), once=True),
        Case("words that all come equally often", (np.full(8, 0.125), 500, Seed(6)), hidden=True, once=True),
        Case("three axes", (ZERO_ENDS[::-1].copy(), (10, 5, 6), Seed(7)), hidden=True, once=True),
        Case("every other probability", (np.repeat(PROBS, 2)[::2], (30, 20), Seed(8)), hidden=True, once=True),
        Case("one word is almost sure", (array([0.01, 0.97, 0.02]), 500, Seed(9)), hidden=True, once=True),
        Case("one word", (array([1.0]), (4, 2), Seed(10)), hidden=True, weight=0),
    ),
    random_cases=_probabilities,
    hints=(
        "rng can draw from 0 to V - 1 with given probabilities, and fill an array of any shape: look at the arguments of `rng.choice`.",
        "`rng.choice(V, size=..., p=...)` draws each id on its own (with replacement). V is the number of probabilities, and size may be a number or a tuple, both are fine for it.",
        "`probs = probs / probs.sum(dtype=float)`, which takes out what rounding left of float32, then `return rng.choice(len(probs), size=size, p=probs)`.",
    ),
    right=(_drawn, _one_by_one, _by_comparison, _by_multinomial, _from_table, _listed, _counted_up),
    equivalent={
        "-> draws = xp.asarray(rng.random(size), device=device)": "the probabilities add up to 1",
        "-> draws = xp.asarray(rng.random(size)) *": "NumPy has one device only",
        "xp.searchsorted(upper_ends, draws), xp.int64)": "a drawn number is the end of an interval once in 2^53 times",
    },
    mistakes=(
        Mistake("uniform", lambda probs, size, rng: rng.integers(0, len(probs), size)),
        Mistake("uniform", _as(lambda probs: (probs > 0) / np.count_nonzero(probs))),
        Mistake("without_replacement", _without_replacement),
        Mistake("argmax", lambda probs, size, rng: np.full(size, np.argmax(probs))),
        Mistake(
            "rare_words_more_often",
            _as(lambda probs: (1 - probs) / max(len(probs) - 1, 1) if len(probs) > 1 else probs),
        ),
        Mistake("power_again", _as(lambda probs: _shares(probs**0.75))),
        Mistake("other_order", _as(lambda probs: np.sort(probs)[::-1])),
        Mistake("frequencies", _as(lambda probs: _shares(np.sqrt(probs)))),
        Mistake("frequencies", _as(lambda probs: _shares(probs**2))),
        Mistake("probability_zero", _as(lambda probs: _shares(np.exp(probs)))),
        Mistake("seed_hard_coded", lambda probs, size, rng: _drawn(probs, size, np.random.default_rng(0))),
        Mistake("seed_hard_coded", _global_seed),
        Mistake("ignores_rng", lambda probs, size, rng: np.random.choice(len(probs), size=size, p=_normal(probs))),
        Mistake("ignores_rng", lambda probs, size, rng: _drawn(probs, size, np.random.default_rng())),
        Mistake("shifted_up", _spoiled(lambda ids: ids + 1)),
        Mistake("shifted_down", _spoiled(lambda ids: ids - 1)),
        Mistake("out_of_range", lambda probs, size, rng: rng.integers(0, len(probs) + 1, size)),
        Mistake("floats", _spoiled(lambda ids: ids.astype(float))),
        Mistake(
            "draws_probabilities", lambda probs, size, rng: rng.choice(_normal(probs), size=size, p=_normal(probs))
        ),
        Mistake("draws_probabilities", lambda probs, size, rng: probs[_drawn(probs, size, rng)]),
        Mistake("numbers_not_ids", lambda probs, size, rng: rng.random(size)),
        Mistake("counts", lambda probs, size, rng: rng.multinomial(_total(size), _normal(probs))),
        Mistake("one_draw", lambda probs, size, rng: rng.choice(len(probs), p=_normal(probs))),
        Mistake("same_number", lambda probs, size, rng: np.full(size, rng.choice(len(probs), p=_normal(probs)))),
        Mistake(
            "rows_repeated",
            lambda probs, size, rng: np.broadcast_to(
                _drawn(probs, size[-1] if isinstance(size, tuple) else size, rng), size
            ).copy(),
        ),
        Mistake("flat", lambda probs, size, rng: _drawn(probs, _total(size), rng)),
        Mistake("size", lambda probs, size, rng: _drawn(probs, size[0] if isinstance(size, tuple) else size, rng)),
        Mistake("size", lambda probs, size, rng: _drawn(probs, len(probs), rng)),
        Mistake("list_not_array", _spoiled(lambda ids: ids.tolist()), craft=True),
        Mistake("sorted_draws", _spoiled(lambda ids: np.sort(ids, axis=-1))),
        Mistake("sorted_draws", _spoiled(lambda ids: np.sort(ids, axis=None).reshape(ids.shape))),
        Mistake("depends_on_neighbours", _chain),
        Mistake("depends_on_place", _by_halves),
        Mistake("too_even", _by_quota),
        Mistake("not_ids", _spoiled(lambda ids: ids == 1)),
        Mistake(
            "probability_zero", _spoiled(lambda ids: np.where(np.arange(ids.size).reshape(ids.shape) == 9, 2, ids))
        ),
        Mistake("returns_none", lambda probs, size, rng: None),
    ),
)
