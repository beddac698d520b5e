"""What is wrong with an answer is named: a relation to the right one, or a known mistake."""

import functools

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.catalogue import find
from autograder.checking.exercise import Case, Mistake
from tests.made_up import DOUBLE, exercise_of, scale


@pytest.mark.parametrize(
    ("answer", "mistake"),
    [
        (lambda x, factor=2.0: None, "returns_none"),
        (lambda x, factor=2.0: -x * factor, "sign"),
        (lambda x, factor=2.0: x * factor * 3, "factor"),
        (lambda x, factor=2.0: x * factor * len(x), "factor"),
        (lambda x, factor=2.0: x * factor + 0.5, "offset"),
        (lambda x, factor=2.0: (x * factor)[:, None] - np.zeros(2), "broadcast"),
        (lambda x, factor=2.0: (x * factor)[:, None], "reshape"),
        (lambda x, factor=2.0: np.full(2, np.nan), "not_finite"),
        (lambda x, factor=2.0: (x * factor / 4).astype(int), "integer"),
        (lambda x, factor=2.0: (x, factor), "structure"),
    ],
)
def test_plain_relations_are_named(answer, mistake):
    plain = exercise_of(scale, DOUBLE.cases[:3])
    assert evaluate(plain, answer).mistake == mistake


def mean_and_slope(x):
    """Return the mean square and its slope.

    Args:
        x: (N,) numbers.
    """
    return np.mean(x**2), 2 * x / len(x)


def test_relations_name_the_part_and_the_number_of_examples():
    cases = tuple(Case(f"{n} values", (np.arange(1.0, n + 1),)) for n in (2, 3, 5))
    pair = exercise_of(mean_and_slope, cases, returns=("loss", "grad"))
    summed = evaluate(pair, lambda x: (np.mean(x**2), 2 * x))
    assert summed.mistake == "factor_n"
    assert "Look at grad: yours is N times the right value" in summed.message
    assert "(everything else is right)" in summed.message
    twice = evaluate(pair, lambda x: (np.mean(x**2) / len(x), 2 * x / len(x)))
    assert twice.mistake == "factor_n"
    assert "loss" in twice.message
    swapped = evaluate(pair, lambda x: mean_and_slope(x)[::-1])
    assert swapped.mistake == "order"


def test_a_nearly_right_answer_is_called_so_without_a_factor():
    verdict = evaluate(exercise_of(scale, DOUBLE.cases[:3]), lambda x, factor=2.0: x * factor / (1 + 1e-7))
    assert verdict.mistake == "nearly"
    assert "nearly right, but off by 1e-07 of it" in verdict.message
    assert "times" not in verdict.message
    assert "yours looks the same in six digits" in verdict.message


def test_two_single_numbers_prove_no_factor_and_no_offset():
    mean = exercise_of(np.mean, (Case("three values", (np.array([1.0, 2.0, 4.0]),)),), returns=("the mean",))
    assert evaluate(mean, lambda a: np.median(a) + 0.123).mistake is None
    assert evaluate(mean, lambda a: np.mean(a) * 2).mistake == "factor"
    assert evaluate(mean, lambda a: np.sum(a)).mistake == "factor"


def test_ordinary_cases_name_the_mistake_and_an_extreme_one_is_told_besides():
    def log(x):
        return np.log(x)

    cases = tuple(Case(f"{x}", (np.array([x, 2.0]),)) for x in (0.5, 3.0, 0.0))
    verdict = evaluate(exercise_of(log, cases), lambda x: np.where(x == 0, np.nan, 2 * np.log(x)))
    assert verdict.mistake == "factor"
    assert "yours is twice the right value. Besides, your function gives nan in one case (0.0)." in verdict.message
    finite = evaluate(exercise_of(log, cases), lambda x: 2 * np.log(x + 1e-300))
    assert "twice" not in finite.message


def test_whole_numbers_are_named_only_where_they_are_the_mistake():
    cases = (Case("whole numbers", (np.array([1, 2]),)), Case("fractions", (np.array([0.5, 2.0, 1.25]),)))
    exercise = exercise_of(scale, cases)
    tripled = evaluate(exercise, lambda x, factor=2: 3 * factor * x)
    assert (tripled.mistake, "whole" in tripled.message) == ("factor", False)
    assert evaluate(exercise, lambda x, factor=2: (factor * x).astype(int)).mistake == "integer"


def test_a_known_mistake_that_fails_where_the_reader_passes_is_not_named():
    cases = tuple(Case(f"{x}", (np.array(x),)) for x in (3.0, -3.0, 1.0))
    constant = Mistake("constant", lambda x: np.array(-3.0), "You return -3 for every x.")
    exercise = exercise_of(abs, cases, mistakes=(constant,))
    assert evaluate(exercise, constant.function).mistake == "constant"
    assert evaluate(exercise, lambda x: x).mistake is None


def test_of_two_mistakes_the_one_behind_most_cases_is_named():
    def stretched(x, factor=2.0, limit=100.0):
        return np.minimum(factor * x, limit)

    cases = (
        *(Case(f"{n}", (np.arange(1.5, n),)) for n in (3, 4, 6, 7)),
        Case("limit", (np.array([5.5]),), {"limit": 3.0}),
    )
    negative = Mistake("negative", lambda x, factor=2.0, limit=100.0: np.minimum(-factor * x, limit), "Mind the sign.")
    exercise = exercise_of(stretched, cases, mistakes=(negative,))
    assert evaluate(exercise, negative.function).message.startswith("Mind the sign.\n")
    both = evaluate(exercise, lambda x, factor=2.0, limit=100.0: -factor * x if limit > 50 else x**2)
    assert both.mistake == "negative"
    assert both.message.startswith("Most cases fit this, but one case does not: Mind the sign.\n")


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("bowl_gradient", "terms"),
        ("bowl_gradient", "swapped"),
        ("squared_error", "half"),
        ("squared_error", "absolute"),
    ],
)
def test_a_mistake_is_named_where_its_numbers_are_float32(name, mistake):
    (known,) = (each for each in find(name).mistakes if each.id == mistake)

    @functools.wraps(known.function)
    def narrow(*args, **kwargs):
        answer = known.function(*args, **kwargs)
        return tuple(map(np.float32, answer)) if isinstance(answer, tuple) else np.float32(answer)

    verdict = evaluate(find(name), narrow)
    assert (verdict.mistake, verdict.message.partition("\n")[0]) == (mistake, known.sentence)
