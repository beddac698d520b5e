"""Functions that are handed to a reader's function take what a right answer may call them with, and no more."""

from __future__ import annotations

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking import handed
from autograder.checking.catalogue import exercises
from autograder.checking.evaluate import LocalRunner, parameter_names
from autograder.exercises.callbacks import pull, quartic, weighted_cubes

X = np.ones((2, 3))
GIVEN = [
    exercise
    for exercise in exercises().values()
    if any(map(callable, (value for case in exercise.cases for value in (*case.args, *case.kwargs.values()))))
]


@pytest.mark.parametrize(
    "x",
    [
        X,
        X.astype(np.float32),
        X.astype(int),
        X[:, ::2],
        X.tolist(),
        tuple(map(tuple, X)),
        list(X),
        2.0,
        np.float32(2),
        True,
    ],
    ids=lambda x: type(x).__name__,
)
def test_what_a_right_answer_may_call_with_is_taken(x):
    notes = handed.Notes()
    assert notes.recorded(weighted_cubes)(x) == weighted_cubes(x)
    assert len(notes.calls) == 1


@pytest.mark.parametrize(
    ("x", "error", "says"),
    [
        (np.ones((12000, 2, 30)), ValueError, "called with 720000 numbers, far more than it is made for"),
        ([[0.0] * 2**9] * 513, ValueError, "called with 262656 numbers"),
        ([np.ones((300, 1)), np.ones((1, 300))], ValueError, "inhomogeneous|broadcast"),
        ([[0.0], 10**9], ValueError, "inhomogeneous"),
        (["x", 10**9], TypeError, "takes numbers and arrays of numbers, not a list"),
        ({0: [0.0], 1: 10**9}, TypeError, "not a dict"),
        ([1 << 4000], TypeError, "not a list"),
        (None, TypeError, "not None"),
        (print, TypeError, "not a function"),
    ],
    ids=["array", "list", "table", "repeated", "text", "dict", "whole number", "none", "function"],
)
def test_a_call_that_no_right_answer_makes_is_an_error_before_it_is_made(x, error, says):
    made = []
    with pytest.raises(error, match=says):
        handed.Notes().recorded(lambda x: made.append(x))(x)
    assert not made


def test_all_arguments_of_a_call_count_together():
    large = np.ones((1, 100)), np.ones((100, 1)), np.ones((100, 1, 1))
    with pytest.raises(ValueError, match="one batch, at a time"):
        handed.Notes().recorded(pull)(*large)


def test_calls_are_counted_and_what_they_leave():
    notes = handed.Notes()
    call = notes.recorded(quartic)
    for _ in range(10):
        call(np.ones((2, 10_000)))
    with pytest.raises(ValueError, match="a loop too many"):
        any(call(np.ones(2)) == 0 for _ in range(1000))
    assert sum(np.size(args[0]) for args, _ in notes.calls) < handed.MAX_NOTED


def test_a_refused_call_is_told_in_the_verdict():
    verdict = evaluate("gradient_descent.numerical_gradient", lambda f, x, h=1e-5: f(np.ones((2, 2**18))))
    assert verdict.status == "error"
    assert "the function that yours is given was called with" in verdict.message


@pytest.mark.parametrize("exercise", GIVEN, ids=lambda exercise: exercise.name)
def test_no_answer_of_the_course_comes_near_the_bounds(exercise, monkeypatch):
    monkeypatch.setattr(handed, "MAX_WORK", handed.MAX_WORK // 10)
    monkeypatch.setattr(handed, "MAX_NOTED", handed.MAX_NOTED // 5)
    answers = [exercise.reference, *exercise.right, *(mistake.function for mistake in exercise.mistakes)]
    for case in exercise.all_cases(3):
        for answer in answers:
            error = LocalRunner(answer).run(case, parameter_names(exercise)).error
            assert error is None or "that yours is given" not in error.text
