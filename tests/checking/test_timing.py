"""The verdict on speed, told by a clock that ticks once per step of a function's loop."""

import json

import numpy as np
import pytest

from autograder import evaluate
from autograder.authoring import release, selftest
from autograder.authoring.mutants import Mutant
from autograder.checking import homework
from autograder.checking.evaluate import LocalRunner
from autograder.checking.exercise import CallError, Case, Exercise, Mistake, Outcome
from autograder.checking.timing import MISTAKE, two_digits
from autograder.exercises import callbacks
from autograder.worker import calling
from solutions.gradient_descent import squared_error

EXAMPLES = 200


class Clock:
    """A clock that stands still unless a function says how long it takes."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def takes(self, seconds, function=squared_error):
        """Return the function, taking so many seconds: always, or one number for each call."""
        costs = iter(seconds) if isinstance(seconds, list) else None

        def wrapper(y_hat, y):
            if len(y) == EXAMPLES:  # calls on other cases are nobody's race
                self.now += next(costs) if costs else seconds
            return function(y_hat, y)

        return wrapper


@pytest.fixture
def clock(monkeypatch):
    """The clock that times each call of a function."""
    made = Clock()
    monkeypatch.setattr(calling, "clock", made)
    return made


def numbers(n, seed=0):
    return tuple(np.random.default_rng(seed).normal(size=(2, n)))


def many(n):
    return lambda rng: Case("many", tuple(rng.normal(size=(2, n))), weight=3)


def exercise_of(slow, **changes):
    settings = {
        "number": "1.1",
        "title": "Squared error",
        "points": 4,
        "minutes": 1,
        "difficulty": 1,
        "cases": (Case("three", numbers(3)), Case("four", numbers(4, 1), hidden=True, weight=2)),
        "hints": ("a", "b", "c"),
        "right": (lambda y_hat, y: (y - y_hat) ** 2, lambda y_hat, y: np.square(y - y_hat)),
        "mistakes": (),
        "slow": slow,
        "speed": many(EXAMPLES),
        **changes,
    }
    return Exercise(squared_error, **settings)


def test_a_fast_function_passes_and_hears_how_fast(clock):
    exercise = exercise_of(clock.takes(0.0771))
    verdict = evaluate(exercise, clock.takes(0.0005))
    assert (verdict.status, verdict.points) == ("passed", 4)
    assert verdict.message == "All cases pass. Your function is 150 times as fast as the loop."
    assert [case.name for case in verdict.cases] == ["three", "four", "speed, 200 examples"]


def test_a_loop_fails_is_named_and_loses_the_weight_of_speed(clock):
    verdict = evaluate(exercise_of(clock.takes(0.09)), clock.takes(0.081))
    assert (verdict.status, verdict.mistake, verdict.points) == ("failed", "not_vectorised", 2)
    assert [case.passed for case in verdict.cases] == [True, True, False]
    assert verdict.message == (
        "Your values are right, but your function takes 81 ms for 200 examples, and a loop over the examples takes "
        "90 ms: work on whole arrays instead of in Python loops, and it will be at least 5 times as fast as the loop."
    )


@pytest.mark.parametrize(("seconds", "passed"), [(0.02, True), (0.0201, False)])
def test_the_exercise_says_how_fast_is_fast_enough(clock, seconds, passed):
    exercise = exercise_of(clock.takes(0.05), times_as_fast=2.5)
    assert evaluate(exercise, clock.takes(seconds)).passed is passed


@pytest.mark.parametrize(("seconds", "tries"), [(0.001, 1), (0.09, 3)])
def test_a_fast_function_is_tried_once_and_a_slow_one_three_times(clock, seconds, tries):
    calls = []
    function = clock.takes(seconds, lambda y_hat, y: calls.append(len(y)) or squared_error(y_hat, y))
    evaluate(exercise_of(clock.takes(0.09)), function)
    assert calls.count(EXAMPLES) == tries


def test_a_busy_machine_fails_no_right_answer(clock):
    exercise = exercise_of(clock.takes([0.09, 0.09, 0.09]))
    verdict = evaluate(exercise, clock.takes([0.7, 0.3, 0.001]))
    assert verdict.message.endswith("90 times as fast as the loop.")


def test_answers_kept_from_the_last_try_do_not_win(clock):
    kept = {}
    slow = clock.takes(0.09)

    def cheat(y_hat, y):
        key = y_hat.tobytes()
        if key not in kept:
            kept[key] = slow(y_hat, y)
        return kept[key]

    class Runner:
        def run(self, case, names):
            return LocalRunner(cheat).run(case, names)

        def renew(self):
            kept.clear()

    verdict = evaluate(exercise_of(clock.takes(0.09)), Runner())
    assert (verdict.mistake, verdict.points) == (MISTAKE, 2)
    # What a student's process says of the time might tell what the case holds.
    assert "your function is hardly faster than a loop over the examples (200 of them): work on" in verdict.message


def test_of_a_function_in_another_process_no_time_is_told(clock):
    class Runner:
        def run(self, case, names):
            return LocalRunner(clock.takes(0.0005)).run(case, names)

    assert evaluate(exercise_of(clock.takes(0.0771)), Runner()).message == "All cases pass."


def test_a_wrong_function_is_not_timed(clock):
    verdict = evaluate(exercise_of(clock.takes(0.09)), clock.takes(9.0, lambda y_hat, y: y_hat - y))
    assert verdict.points == 0
    assert len(verdict.cases) == 2
    assert clock.now == 0


def test_without_a_clock_speed_does_not_matter(clock):
    verdict = evaluate(exercise_of(clock.takes(0.09)), clock.takes(0.09), timed=False)
    assert (verdict.passed, verdict.message, clock.now) == (True, "All cases pass.", 0)


def test_fast_and_wrong_for_many_examples_fails(clock):
    def cheat(y_hat, y):
        return squared_error(y_hat, y) if len(y) < 100 else np.zeros(len(y))

    verdict = evaluate(exercise_of(clock.takes(0.09)), clock.takes(1e-6, cheat))
    assert (verdict.status, verdict.points) == ("failed", 2)
    assert verdict.mistake != MISTAKE


def test_an_error_or_a_changed_argument_fails_however_fast_it_comes(clock):
    def breaks(y_hat, y):
        return squared_error(y_hat, y) if len(y) < 100 else 1 / 0

    def changes(y_hat, y):
        y_hat -= y * (len(y) > 100)
        return squared_error(y_hat, y * (len(y) < 100))

    exercise = exercise_of(clock.takes(0.09))
    assert evaluate(exercise, clock.takes(1e-6, breaks)).status == "error"
    assert evaluate(exercise, clock.takes(1e-6, changes)).mistake == "mutates_input"


class LostAfterOneCall:
    """A runner whose process is gone in the midst of the tries, and then answers at once."""

    def __init__(self, clock):
        self.clock, self.calls = clock, 0

    def run(self, case, names):
        if len(case.args[1]) < EXAMPLES:
            return Outcome((squared_error(*case.args),))
        self.calls += 1
        if self.calls > 1:
            return Outcome(error=CallError("Timeout", "took longer than 5 s"))
        return Outcome((squared_error(*case.args),), seconds=1.0)


def test_a_process_lost_between_tries_passes_nobody(clock):
    verdict = evaluate(exercise_of(clock.takes(0.09)), LostAfterOneCall(clock))
    assert not verdict.passed
    assert "takes too long" in verdict.message


def test_a_slow_function_that_fails_is_the_authors_to_know(clock):
    with pytest.raises(ValueError, match="the slow function fails"):
        evaluate(exercise_of(lambda y_hat: y_hat), squared_error)


def test_an_author_gives_both():
    with pytest.raises(ValueError, match="`slow` and `speed` go together"):
        exercise_of(None)


@pytest.fixture
def released(clock, monkeypatch, tmp_path):
    """An exercise that asks for speed, and its homework copy."""
    slow = clock.takes(0.09)
    slow.__name__ = "slow_errors"
    monkeypatch.setattr(callbacks, "slow_errors", slow, raising=False)
    exercise = exercise_of(slow, times_as_fast=4.0)
    (tmp_path / "homework.json").write_text(json.dumps([release.plain_exercise(exercise)]))
    return exercise, homework.load(tmp_path / "homework.json")[exercise.name]


def test_a_homework_copy_asks_for_the_same_speed(clock, released):
    exercise, copy = released
    assert (copy.slow, copy.times_as_fast, copy.cases[-1].name) == (exercise.slow, 4.0, "many")
    assert evaluate(copy, clock.takes(0.02)).passed
    verdict = evaluate(copy, clock.takes(0.03))
    assert (verdict.mistake, verdict.points) == ("not_vectorised", 1)


def test_a_loop_with_the_answer_for_the_homework_copy_is_slow_in_every_class(clock, released):
    exercise, copy = released
    many, answer = copy.stored[-1]
    loop = clock.takes(0.09)

    def cheat(y_hat, y):
        return answer.outputs[0] if np.array_equal(y_hat, many.args[0]) else loop(y_hat, y)

    assert evaluate(copy, cheat).passed
    for seed in (0, 1, 2):
        verdict = evaluate(exercise, cheat, seed=seed)
        assert (verdict.mistake, verdict.points) == ("not_vectorised", 2)


def test_the_case_for_speed_is_hidden(clock):

    def spy(y_hat, y):
        return squared_error(y_hat, y) + (len(y) == EXAMPLES)

    verdict = evaluate(exercise_of(clock.takes(0.09)), clock.takes(1e-6, spy))
    assert verdict.comparison is None
    assert verdict.message.endswith("Seen in a hidden case: many.")
    assert verdict.cases[-1].hidden


def loop(y_hat, y):
    """Answer right, by many more steps than the values need."""
    return np.asarray([sum([(p - t) ** 2] * 50) / 50 for p, t in zip(y_hat, y, strict=True)])


def test_the_selftest_wants_a_loop_named_as_one():
    exercise = exercise_of(loop, mistakes=(Mistake("not_vectorised", loop),), speed=many(2000))
    assert not [problem for problem in selftest.examine(exercise).problems if "not_vectorised" in problem]


def test_the_selftest_times_no_mutant(monkeypatch):
    lengths = []

    def mutant(y_hat, y):
        lengths.append(len(y))
        return squared_error(y_hat, y)

    monkeypatch.setattr(selftest, "mutants", lambda reference: [Mutant("the same", mutant)])
    report = selftest.examine(exercise_of(loop, speed=many(2000)))
    assert report.survivors == ["the same"]
    assert set(lengths) == {3, 4}


@pytest.mark.parametrize(("value", "text"), [(154.2, "150"), (9.96, "10"), (0.0996, "0.1"), (1e6, "1000000")])
def test_numbers_keep_two_digits(value, text):
    assert two_digits(value) == text
