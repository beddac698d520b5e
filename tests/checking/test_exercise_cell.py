"""What an exercise cell holds."""

import ast

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.catalogue import exercises, find
from autograder.checking.exercise_cell import filled, signature, stub

ALL = pytest.mark.parametrize("exercise", exercises().values(), ids=exercises().keys())


@ALL
def test_a_stub_is_not_attempted_and_tells_all_but_the_answer(exercise):
    namespace = {}
    exec(stub(exercise), namespace)
    assert evaluate(exercise, namespace[exercise.name]).status == "not_attempted"
    docstring = " ".join(namespace[exercise.name].__doc__.split())
    first_line = exercise.reference.__doc__.splitlines()[0]
    assert docstring.startswith(first_line)
    assert "Args:" in docstring
    assert "Raises:" not in docstring
    (definition,) = ast.parse(stub(exercise)).body
    assert isinstance(definition, ast.FunctionDef)
    assert len(definition.body) == 2
    assert ast.unparse(definition.body[1]) == "raise NotImplementedError"


@ALL
def test_a_filled_cell_runs_by_itself_and_passes(exercise):
    # A cell may use what the notebook solved before it.
    namespace = {"np": np, **{e.name: e.reference for e in exercises().values() if e.chapter == exercise.chapter}}
    del namespace[exercise.name]
    exec(filled(exercise), namespace)
    assert evaluate(exercise, namespace[exercise.name]).passed


def test_the_first_line_says_time_difficulty_and_points():
    exercise = find("squared_error")
    assert stub(exercise).splitlines()[:2] == [
        "# Exercise gradient_descent.squared_error: 3 minutes, difficulty 1 of 3, 1 point",
        "def squared_error(y_hat, y):",
    ]


def test_defaults_and_keyword_only_arguments_stay():
    assert signature(find("sgd").reference) == (
        "def sgd(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng):"
    )
    assert signature(find("numerical_gradient").reference) == "def numerical_gradient(f, x, h=1e-05):"


@ALL
def test_prose_fits_the_cell(exercise):
    for line in stub(exercise).splitlines():
        code = line.lstrip().startswith((">>>", "..."))
        assert code or len(line) <= 100, line
