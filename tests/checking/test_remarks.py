"""Right answers that are not in good form pass, with a remark that says what would mend them."""

import inspect
import math
import re

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.catalogue import find
from autograder.checking.exercise import Case, Mistake, OnePass
from autograder.checking.remarks import of_source
from tests.made_up import cases_of, exercise_of


def sigmoid(z):
    """Return a sigmoid that warns of nothing."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


CASES = (
    Case("float64", (np.array([0.5, -2.0]),)),
    Case("float32", (np.array([0.5, -2.0, 3.0], np.float32),)),
    Case("large", (np.array([-1000.0, 3.0]),)),
)
SIGMOID = exercise_of(sigmoid, CASES)


def ids(verdict):
    assert verdict.passed, verdict.message
    assert verdict.points == verdict.max_points
    return [remark.id for remark in verdict.remarks]


@pytest.mark.parametrize(
    ("answer", "remarks"),
    [
        (sigmoid, []),
        (lambda z: sigmoid(z).astype(np.float64), ["wide"]),
        (lambda z: sigmoid(z).astype(np.float32), ["narrow"]),
        (lambda z: sigmoid(z).tolist(), ["list"]),
        (lambda z: 1 / (1 + np.exp(-z)), ["warns"]),
        (lambda z: list(1 / (1 + np.exp(-z.astype(float)))), ["list", "warns"]),
    ],
)
def test_form_and_warnings_are_remarks(answer, remarks):
    assert ids(evaluate(SIGMOID, answer)) == remarks


def test_a_warning_names_the_line():
    def plain(z):
        return 1 / (1 + np.exp(-z))

    (remark,) = evaluate(SIGMOID, plain).remarks
    assert "an overflow on the way, in `return 1 / (1 + np.exp(-z))`" in remark.text


def test_a_warning_that_the_reader_has_silenced_and_one_of_the_reference_are_none():
    def silenced(z):
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(-z))

    assert ids(evaluate(SIGMOID, silenced)) == []
    warned = exercise_of(lambda z: 1 / (1 + np.exp(-z)), CASES)
    assert ids(evaluate(warned, lambda z: 1 / (1 + np.exp(-z)))) == []


def test_the_remark_on_the_dtype_names_the_argument():
    (remark,) = evaluate(SIGMOID, lambda z: sigmoid(z).astype(float)).remarks
    assert "`.astype(np.result_type(z, 1.0))`" in remark.text


@pytest.mark.parametrize("name", ["soft_threshold", "log_sigmoid", "proximal_gradient_descent", "center_columns"])
def test_who_follows_the_remark_on_the_dtype_still_passes_for_whole_numbers_and_plain_ones(name):
    exercise = find(name)
    reference = exercise.reference

    def wide(*args, **kwargs):
        return reference(*args, **kwargs).astype(np.float64)

    def mended(*args, **kwargs):
        given = inspect.signature(reference).bind(*args, **kwargs).arguments
        (name,) = re.findall(r"`\.astype\(np\.result_type\((\w+), 1\.0\)\)`", remark.text)
        return np.asarray(wide(*args, **kwargs)).astype(np.result_type(given[name], 1.0))

    (remark,) = evaluate(exercise, wide).remarks
    assert remark.id == "wide"
    verdict = evaluate(exercise, mended)
    assert ids(verdict) == []


def test_a_known_remark_speaks_for_itself():
    known = Mistake("lists", lambda z: sigmoid(z).tolist(), "Make an array of your list.", craft=True)
    exercise = exercise_of(sigmoid, CASES, mistakes=(known,))
    (remark,) = evaluate(exercise, lambda z: [float(each) for each in sigmoid(z)]).remarks
    assert (remark.id, remark.text) == ("lists", "Make an array of your list.")
    assert ids(evaluate(exercise, lambda z: sigmoid(z).astype(float))) == ["wide"]


def test_a_courtesy_case_costs_nothing():
    def double(x):
        return 2 * x.astype(float)

    exercise = exercise_of(
        double,
        (
            *cases_of((np.array([1.0, 2.0]),), (np.array([3.0]),)),
            Case("bytes", (np.array([200], np.uint8),), courtesy=True),
        ),
    )
    assert ids(evaluate(exercise, double)) == []
    verdict = evaluate(exercise, lambda x: 2 * x)
    assert len(ids(verdict)) == 1
    assert "All that the page asks for is right. One thing beyond it is not (bytes)" in verdict.remarks[0].text
    assert [case.name for case in verdict.cases] == ["case 1", "case 2"]
    wrong = evaluate(exercise, lambda x: 3 * x)
    assert (wrong.points, wrong.remarks) == (0, ())


def test_right_on_ordinary_numbers_only():
    def naive(z):
        return np.exp(z) / (1 + np.exp(z))

    cases = (*CASES, Case("three", (np.array([1.0, 2.0, 3.0]),)), Case("+-1000", (np.array([1000.0, -1000.0]),)))
    verdict = evaluate(exercise_of(sigmoid, cases), naive)
    assert (verdict.status, verdict.finding, verdict.mistake) == ("failed", "robustness", "overflow")
    assert verdict.points == 4 * 4 / 5
    assert verdict.message.startswith(
        "Right on ordinary numbers; for z = [1000, -1000] it gives nan. On the way a number grows beyond the largest "
        "float in the line `return np.exp(z) / (1 + np.exp(z))`."
    )
    wrong = evaluate(exercise_of(sigmoid, cases), lambda z: 2 * naive(z))
    assert (wrong.finding, "ordinary" in wrong.message) == ("value", False)


def test_a_hidden_extreme_case_shows_no_value():
    cases = (*cases_of((np.array([1.0]),), (np.array([2.0, 0.5]),)), Case("huge", (np.array([777.5]),), hidden=True))
    verdict = evaluate(exercise_of(np.tanh, cases), lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)))
    assert verdict.message.startswith("Right on ordinary numbers, but not in an extreme case (huge).")
    assert "777" not in verdict.message
    assert verdict.comparison is None


def test_an_argument_that_is_changed_and_put_back_is_found():
    def puts_back(x):
        x *= 2
        total = np.sum(x)
        x /= 2
        return total

    def total(x):
        return 2 * np.sum(x)

    exercise = exercise_of(total, cases_of((np.array([1.0, 2.0]),), (np.array([0.5]),)))
    verdict = evaluate(exercise, puts_back)
    assert (verdict.status, verdict.mistake) == ("failed", "puts_back")
    assert 0 < verdict.points < 4
    assert ids(evaluate(exercise, lambda x: puts_back(x.copy()))) == []
    # Nor may a case beyond the page be the one that cannot be written to.
    beyond = Case("bytes", (np.array([4], np.uint8),), courtesy=True)
    only_beyond = exercise_of(total, (beyond, *exercise.cases))
    assert evaluate(only_beyond, lambda x: puts_back(x) if x.dtype == float else total(x)).mistake == "puts_back"
    verdict = evaluate(only_beyond, lambda x: total(x) if x.dtype == float else x.sort() or total(x))
    assert (verdict.status, verdict.points) == ("passed", 4)


def test_an_iterator_can_be_gone_through_once():
    def pairs(words):
        return sorted(set(words))

    exercise = exercise_of(pairs, cases_of((["b", "a", "b"],), (OnePass(("d", "c")),)))
    assert ids(evaluate(exercise, pairs)) == []

    def twice(words):
        return sorted(set(words) & set(words))

    verdict = evaluate(exercise, twice)
    assert [case.passed for case in verdict.cases] == [True, False]
    assert "words = an iterator over ['d', 'c']" in verdict.message


def test_an_error_that_the_task_asks_for_is_a_case():
    def root(x):
        if x < 0:
            raise ValueError("negative")
        return x**0.5

    exercise = exercise_of(root, (*cases_of((4.0,), (2.25,)), Case("a negative number", (-1.0,), raises="ValueError")))
    assert ids(evaluate(exercise, root)) == []
    for answer, said in (
        (lambda x: abs(x) ** 0.5, "does something else"),
        (lambda x: ValueError("negative") if x < 0 else x**0.5, "raises UnreadableResult"),
        (lambda x: math.sqrt(x) if x >= 0 else 1 / 0, "raises ZeroDivisionError"),
    ):
        verdict = evaluate(exercise, answer)
        assert (verdict.mistake, [case.passed for case in verdict.cases]) == ("no_error", [True, True, False])
        assert said in verdict.message


def test_what_goes_wrong_besides_in_a_hidden_case_is_told_without_its_values():
    cases = (*cases_of((np.array([1.0, 2.0]),), (np.array([3.0]),)), Case("huge", (np.array([777.5]),), hidden=True))

    class Secret777(Exception):
        """A student's own exception, whose name tells what it has seen."""

    def raises(x):
        if x[0] > 100:
            raise Secret777(x[0])
        return 3 * x

    exercise = exercise_of(lambda x: 2 * x, cases)
    for answer in (raises, lambda x: 3 * x if x[0] < 100 else np.full(1, np.inf)):
        message = evaluate(exercise, answer).message
        assert "Besides, your function" in message
        assert "777" not in message


def loops(x):
    total = 0.0
    for number in x:
        total += np.log(1 + number)
    return total


def whole(x):
    return np.sum(np.log1p(x))


def test_advice_on_the_source_of_a_right_answer():
    assert [remark.id for remark in of_source(loops, whole)] == ["log1p", "loop"]
    assert "`np.log(1 + number)`" in of_source(loops, whole)[0].text
    assert [remark.id for remark in of_source(loops, loops)] == ["log1p"]
    assert of_source(whole, loops) == ()
    assert of_source(np.sum, whole) == ()


def test_a_wrong_value_that_follows_from_the_slip_named_is_no_second_one():
    cases = (
        *cases_of((np.array([1.0, 2.0]),), (np.array([3.0, -1.5]),)),
        Case("infinite", (np.array([np.inf, 2.0]),)),
    )
    exercise = exercise_of(lambda x: x, cases, mistakes=(Mistake("negated", lambda x: -x, "The sign is wrong."),))
    verdict = evaluate(exercise, lambda x: -x)
    assert verdict.mistake == "negated"
    assert "Besides" not in verdict.message


def test_a_known_mistake_that_agrees_by_little_is_only_perhaps_it():
    cases = cases_of((1.0,), (0.0,))
    mistakes = (Mistake("halved", lambda x: 0.0, "You divide by too much."),)
    exercise = exercise_of(lambda x: 1.0 if x else 2.0, cases, mistakes=mistakes)
    assert "Perhaps this is it: You divide by too much." in evaluate(exercise, lambda x: 0.0).message
