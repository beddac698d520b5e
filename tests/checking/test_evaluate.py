"""The engine on made-up exercises: what passes, what is earned, what is said."""

import math
import warnings

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.evaluate import LocalRunner, prepared
from autograder.checking.exercise import Case, Mistake, Seed
from tests.made_up import exercise_of


def scale(x, factor=2.0):
    """Return factor * x."""
    return factor * x


DOUBLE = exercise_of(
    scale,
    (
        Case("plain", (np.array([1.0, -2.0]),)),
        Case("by three", (np.array([1.0, 5.0]),), {"factor": 3.0}),
        Case("secret", (np.array([77.25, 3.5]),), hidden=True),
        Case("zero", (np.zeros(2),), weight=0),
    ),
    mistakes=(Mistake("not_scaled", lambda x, factor=2.0: x, "You forgot the factor."),),
)


def test_right_answer_passes_with_all_points():
    verdict = evaluate(DOUBLE, lambda x, factor=2.0: x * factor)
    assert verdict.passed
    assert (verdict.status, verdict.points, verdict.max_points, verdict.mistake) == ("passed", 4, 4, None)
    assert [case.passed for case in verdict.cases] == [True] * 4


def test_points_follow_the_weights_of_the_cases_passed():
    verdict = evaluate(DOUBLE, lambda x, factor=2.0: x * 2)
    assert [case.name for case in verdict.cases if not case.passed] == ["by three"]
    assert verdict.status == "failed"
    assert verdict.points == round(4 * 2 / 3, 2)


def test_a_case_without_weight_earns_nothing_but_costs_when_it_fails():
    only_zero_right = evaluate(DOUBLE, lambda x, factor=2.0: x)
    assert [case.name for case in only_zero_right.cases if case.passed] == ["zero"]
    assert only_zero_right.points == 0
    only_zero_wrong = evaluate(DOUBLE, lambda x, factor=2.0: x * factor if x.any() else x + 1)
    assert (only_zero_wrong.status, only_zero_wrong.points) == ("failed", 3)


def test_known_mistake_is_named():
    verdict = evaluate(DOUBLE, lambda x, factor=2.0: x.copy())
    assert verdict.mistake == "not_scaled"
    assert verdict.message == "You forgot the factor.\nFor x = [1, -2] the answer is [2, -4]; yours is [1, -2]."
    assert verdict.points == 0


def test_stub_is_not_attempted():
    def scale(x, factor=2.0):
        raise NotImplementedError

    verdict = evaluate(DOUBLE, scale)
    assert (verdict.status, verdict.points, verdict.cases) == ("not_attempted", 0, ())


def test_a_function_that_calls_a_stub_is_an_error():
    def helper(x):
        raise NotImplementedError

    def scale(x, factor=2.0):
        return helper(x)

    verdict = evaluate(DOUBLE, scale)
    assert verdict.status == "error"
    assert "return helper(x)" in verdict.message


def test_error_names_type_text_and_line():
    def scale(x, factor=2.0):
        return x / {"a": 1}["missing"]

    verdict = evaluate(DOUBLE, scale)
    assert (verdict.status, verdict.mistake) == ("error", None)
    first, *told, last = verdict.message.split("\n")
    assert first == "For x = [1, -2] your function raises KeyError."
    assert "'missing'" in " ".join(told)
    assert last == 'It happens in the line `return x / {"a": 1}["missing"]`.'


def test_sys_exit_is_an_error_and_ctrl_c_is_not_swallowed():
    def leave(x, factor=2.0):
        raise SystemExit(0)

    def interrupted(x, factor=2.0):
        raise KeyboardInterrupt

    assert evaluate(DOUBLE, leave).status == "error"
    with pytest.raises(KeyboardInterrupt):
        evaluate(DOUBLE, interrupted)


def test_hidden_values_are_never_shown():
    class UnreadableResult(Exception):
        """An exception that poses as the check's own."""

    def tells(kind):
        def right_but_for_the_secret(x, factor=2.0):
            if x[0] == 77.25:
                raise kind(f"secret {x[0]} and {x[1]}")
            return x * factor

        return right_but_for_the_secret

    for wrong in (
        tells(ValueError),
        tells(UnreadableResult),
        lambda x, factor=2.0: x * factor + (x[0] == 77.25) * np.array([1.5, 0.0]),
    ):
        verdict = evaluate(DOUBLE, wrong)
        assert [case.name for case in verdict.cases if not case.passed] == ["secret"]
        for value in ("77.25", "154.5", "156", "3.5", "7"):
            assert value not in verdict.message


def test_changed_argument_fails_and_the_cases_stay_as_they_are():
    def in_place(x, factor=2.0):
        x *= factor
        return x.copy()

    for _ in range(2):
        verdict = evaluate(DOUBLE, in_place)
        assert (verdict.status, verdict.mistake) == ("failed", "mutates_input")
    assert evaluate(DOUBLE, scale).passed


def first_word(words, counts):
    return words[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda words, counts: words.append("d"),
        lambda words, counts: words.sort(),
        lambda words, counts: words.pop(),
        lambda words, counts: words.__setitem__(2, np.float64(1)),
        lambda words, counts: counts.update(b=1),
        lambda words, counts: counts["a"][0].add("y"),
        lambda words, counts: counts["a"].__setitem__(1, 3.0),
        lambda words, counts: np.negative(counts["c"], out=counts["c"]),
    ],
    ids=["append", "sort", "pop", "another type", "a key more", "a set in it", "another number", "an array in it"],
)
def test_changed_lists_sets_and_dicts_fail_as_arrays_do(change):
    counts = {"a": [{"x"}, 2.0, float("nan")], "c": np.array([1.0, np.nan])}
    exercise = exercise_of(first_word, (Case("three words", (["a", "c", "b"], counts)),))
    assert evaluate(exercise, first_word).passed

    def answer(words, counts):
        word = words[0]
        change(words, counts)
        return word

    verdict = evaluate(exercise, answer)
    assert (verdict.status, verdict.mistake) == ("failed", "mutates_input")


def test_answers_are_copied_when_they_come():
    kept = np.empty(2)

    def one_buffer(x, factor=2.0):
        kept[:] = x * factor
        return kept

    assert evaluate(DOUBLE, one_buffer).passed


class Liar:
    """Equal to everything, and an array of everything."""

    __array_priority__ = 1e9

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __array__(self, *args, **kwargs):
        return np.array([2.0, -4.0])


class LyingArray(np.ndarray):
    def __sub__(self, other):
        return np.zeros(self.shape)

    def __array_ufunc__(self, *args, **kwargs):
        return np.zeros(self.shape)


@pytest.mark.parametrize(
    "answer",
    [
        lambda x, factor=2.0: Liar(),
        lambda x, factor=2.0: np.zeros(2).view(LyingArray),
        lambda x, factor=2.0: np.array([Liar(), Liar()], dtype=object),
        lambda x, factor=2.0: np.ma.masked_array([5.0, 5.0], mask=True),
        lambda x, factor=2.0: (Liar() for _ in iter(int, 1)),
        lambda x, factor=2.0: evaluate,
        lambda x, factor=2.0: np.array(["2", "-4"]),
        lambda x, factor=2.0: {"answer": x},
        lambda x, factor=2.0: [[[]]],
        lambda x, factor=2.0: math.nan,
        lambda x, factor=2.0: None,
    ],
)
def test_no_strange_answer_passes_or_crashes(answer):
    verdict = evaluate(DOUBLE, answer)
    assert verdict.status in ("failed", "error")
    assert verdict.points == 0
    assert verdict.message


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


@pytest.mark.parametrize("whole", [False, True])
def test_a_mistake_that_agrees_by_chance_is_not_named(whole):
    """What a mistake explains has to outweigh what it does not; and a factor that explains all says more."""

    def index(x):
        return int(np.argmax(x)) if whole else np.sum(x)

    cases = tuple(Case(f"{n}", (np.append(np.arange(0.5, n), 0.25),)) for n in (2, 3, 4, 5, 7, 9))
    last = Mistake("last", lambda x: 0 if whole else -np.sum(x), "You return the index of the first.")
    exercise = exercise_of(index, cases, mistakes=(last,))
    assert evaluate(exercise, last.function).mistake == "last"
    verdict = evaluate(exercise, lambda x: last.function(x) if len(x) < 9 else index(x) * 7 + 1)
    assert verdict.mistake == (None if whole else "last")
    assert evaluate(exercise, lambda x: last.function(x) if len(x) < 6 else index(x) * 7 + 1).mistake is None


def test_random_cases_depend_on_the_seed():
    exercise = exercise_of(scale, (), random_cases=lambda rng: [Case("random", (rng.normal(size=3),))])
    first, again, other = (prepared(exercise, seed)[0][0].args[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_generator_argument_is_made_anew_for_each_run():
    def draw(rng):
        return rng.normal(size=2)

    exercise = exercise_of(draw, (Case("two draws", (Seed(3),), times=2),))
    outcome = LocalRunner(draw).run(exercise.cases[0], ["rng"])
    np.testing.assert_array_equal(outcome.outputs[0], np.random.default_rng(3).normal(size=4)[:2])
    np.testing.assert_array_equal(outcome.outputs[1], np.random.default_rng(3).normal(size=4)[2:])
    assert evaluate(exercise, draw).passed


def test_calls_of_an_argument_are_recorded():
    def apply(f, x):
        return f(x) + f(x + 1)

    case = Case("square", (lambda x: x**2, np.array([1.0, 2.0])))
    outcome = LocalRunner(apply).run(case, ["f", "x"])
    np.testing.assert_array_equal([args[0] for args, _ in outcome.calls], [[1.0, 2.0], [2.0, 3.0]])
    np.testing.assert_array_equal([value for _, value in outcome.calls], [[1.0, 4.0], [4.0, 9.0]])


def test_a_handed_in_function_may_be_called_by_name():
    def apply(f, x):
        return f(power=3, x=x)

    case = Case("cube", (lambda x, power: x**power, 2.0))
    outcome = LocalRunner(apply).run(case, ["f", "x"])
    assert outcome.outputs == (8.0,)
    assert outcome.calls == (((2.0, 3), 8.0),)
    wrong = LocalRunner(lambda f, x: f(x, exponent=3)).run(case, ["f", "x"])
    assert wrong.error.kind == "TypeError"


def test_non_contiguous_arguments_stay_so():
    case = Case("view", (np.arange(12.0).reshape(3, 4)[:, ::2],))
    seen = []
    LocalRunner(lambda x: seen.append(x.flags.c_contiguous) or x).run(case, ["x"])
    assert seen == [False]


def test_unknown_exercise_lists_close_names():
    with pytest.raises(KeyError, match="did you mean squared_error"):
        evaluate("squard_error", scale)


def test_a_value_in_place_of_a_function():
    with pytest.raises(TypeError, match="scale is a ndarray: pass the function itself"):
        evaluate(DOUBLE, np.ones(2))


def test_a_reference_that_fails_its_own_case_is_reported():
    broken = exercise_of(scale, (Case("no number", ("text",)),))
    with pytest.raises(ValueError, match="the reference fails its own case 'no number'"):
        evaluate(broken, scale)


def test_answers_too_far_off_to_divide_bring_no_warning():
    tiny = exercise_of(scale, (Case("tiny and plain", (np.array([1e-10, 1.0]),)),))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert evaluate(tiny, lambda x, factor=2.0: np.full(2, 1.7e308)).status == "failed"


def test_nothing_in_place_of_an_exercise_and_a_seed_that_is_no_number_get_a_sentence():
    with pytest.raises(TypeError, match="exercise"):
        evaluate(None, scale)
    with pytest.raises(ValueError, match="seed"):
        evaluate(DOUBLE, scale, seed="x")
    with pytest.raises(KeyError) as caught:
        evaluate("a" * 10**6, scale)
    assert len(str(caught.value)) < 300


def test_an_object_whose_text_cannot_be_had_earns_nothing_and_harms_nothing():
    class Shy:
        def __repr__(self):
            raise RuntimeError("no")

    verdict = evaluate(DOUBLE, lambda x, factor=2.0: Shy())
    assert (verdict.status, verdict.points) == ("error", 0)
    with pytest.raises(TypeError, match="exercise"):
        evaluate(Shy(), scale)
