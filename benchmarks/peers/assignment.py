"""One assignment of six functions with five tests each: the exercises, the tests as text, and a class that answers."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.checking.catalogue import find
from autograder.checking.evaluate import prepared
from autograder.checking.exercise import Case, Exercise

CHAPTER = "logistic_regression"
TESTS = 5


@dataclass(frozen=True)
class Task:
    """A function of the assignment.

    Args:
        name: of the function.
        parameters: as they stand in its definition.
        right: the body of a right answer, as a student writes it.
        wrong: the body of a wrong one.
        passes: how many of the five tests the wrong one passes. Worked out by hand: no grader has a say in it.
    """

    name: str
    parameters: str
    right: str
    wrong: str
    passes: int


TASKS = (
    Task("sigmoid", "z", "return 1 / (1 + np.exp(-z))", "return 1 / (1 + np.exp(z))", 1),  # right at zero
    Task("log_sigmoid", "z", "return -np.log1p(np.exp(-z))", "return np.log1p(np.exp(-z))", 0),
    Task("predict_proba", "w, b, X", "return 1 / (1 + np.exp(-(X @ w + b)))", "return 1 / (1 + np.exp(-(X @ w)))", 0),
    # In the first and the fourth test there is a score that b lifts above 0.
    Task("predict", "w, b, X", "return (X @ w + b > 0).astype(int)", "return (X @ w > 0).astype(int)", 3),
    Task(
        "binary_cross_entropy",
        "y_hat, y",
        # Without errstate NumPy warns, and nbgrader takes a line on stderr for a failure.
        "with np.errstate(divide='ignore'):\n    return -np.log(np.where(y == 1, y_hat, 1 - y_hat))",
        "with np.errstate(divide='ignore'):\n    return -np.log(np.where(y == 1, y_hat, 1))",
        1,  # certain and right: those with the label 0 cost nothing there either
    ),
    Task(
        "logistic_loss",
        "w, b, X, y",
        "z = X @ w + b\nresidual = 1 / (1 + np.exp(-z)) - y\n"
        "return np.mean(np.logaddexp(0, z) - y * z), X.T @ residual / len(y), np.mean(residual)",
        "z = X @ w + b\nresidual = 1 / (1 + np.exp(-z)) - y\n"
        "return np.mean(np.logaddexp(0, z) - y * z), X.T @ residual, np.sum(residual)",
        1,  # the one with a single example
    ),
)
POINTS = TESTS * len(TASKS)
# Which answers are wrong: of each twenty students ten have none, six have one, two have half, one has all; the last one
# hands in what was handed out.
_ONE_WRONG = tuple((task.name,) for task in TASKS)
_NAMES = tuple(task.name for task in TASKS)
WRONG = ((),) * 10 + _ONE_WRONG + (_NAMES[::2], _NAMES[1::2], _NAMES)
CYCLE = len(WRONG) + 1


def exercises() -> dict[str, Exercise]:
    """Return the course's six exercises by id, cut down to their first five plain cases, a point each."""
    found = (find(f"{CHAPTER}.{task.name}") for task in TASKS)
    return {exercise.id: _cut(exercise) for exercise in found}


def _cut(exercise: Exercise) -> Exercise:
    chosen = [case for case in exercise.cases if case.weight and not (case.courtesy or _has_float32(case))][:TESTS]
    seen = tuple(replace(case, hidden=False) for case in chosen)  # elsewhere a hidden test counts as any other
    return replace(exercise, cases=seen, random_cases=None, points=TESTS)


def _has_float32(case: Case) -> bool:
    return any(isinstance(value, np.ndarray) and value.dtype == np.float32 for value in case.args)


def literal_tests(exercise: Exercise) -> list[str]:
    """Return the exercise's tests as statements with literal values, for a grader that knows nothing of the course.

    Example:
        >>> print(literal_tests(exercises()["logistic_regression.sigmoid"])[0])
        assert np.allclose(sigmoid(np.array([0.0])), np.array([0.5]), rtol=1e-9)
    """
    return [_test(exercise, case, outcome.outputs[0]) for case, outcome in prepared(exercise, 0) if outcome]


def _test(exercise: Exercise, case: Case, expected: Any) -> str:
    call = f"{exercise.name}({', '.join(map(literal, case.args))})"
    if not isinstance(expected, tuple):
        return f"assert np.allclose({call}, {literal(expected)}, rtol=1e-9)"
    pairs = f"zip({call}, {literal(expected)}, strict=True)"
    return f"assert all(np.allclose(got, wanted, rtol=1e-9) for got, wanted in {pairs})"


def literal(value: Any) -> str:
    """Return a value as an expression, in which `np` is NumPy.

    Example:
        >>> literal((1.5, np.array([[1, 2]]), np.array([np.inf])))
        '(1.5, np.array([[1, 2]]), np.array([np.inf]))'
    """
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))})"
    if isinstance(value, (np.ndarray, np.generic)) and value.ndim:
        return f"np.array({repr(value.tolist()).replace('inf', 'np.inf')})"
    return repr(value.item() if isinstance(value, (np.ndarray, np.generic)) else value)


def answers(number: int) -> dict[str, str]:
    """Return what a student writes: a cell's source by the function's name. No two students write the same."""
    turn = number % CYCLE
    if turn == len(WRONG):
        return blank()
    return {
        task.name: _function(task, task.wrong if task.name in WRONG[turn] else task.right, number) for task in TASKS
    }


def blank() -> dict[str, str]:
    """Return the cells as they are handed out."""
    return {task.name: f"def {task.name}({task.parameters}):\n    raise NotImplementedError" for task in TASKS}


def _function(task: Task, body: str, number: int) -> str:
    # The student's number is part of the code, so that nothing can be marked by what another one wrote.
    return f"def {task.name}({task.parameters}):\n" + textwrap.indent(f"student = {number}\n{body}", "    ")


def points(number: int) -> int:
    """Return what a student has earned of the 30 points."""
    turn = number % CYCLE
    if turn == len(WRONG):
        return 0
    return sum(task.passes if task.name in WRONG[turn] else TESTS for task in TASKS)


def student(number: int) -> str:
    """Return a student's name."""
    return f"student{number:04}"


def require_marks(marks: Mapping[str, float], students: int, grader: str) -> None:
    """Check that a grader gave each student of a class what they have earned.

    Args:
        marks: points by student.
        students: size of the class.
        grader: its name, for the message.

    Raises:
        RuntimeError: it gave other marks, so its time says nothing.
    """
    wanted = {student(number): points(number) for number in range(students)}
    if dict(marks) != wanted:
        wrong = {name: (marks.get(name), wanted.get(name)) for name in {*wanted, *marks}}
        shown = {name: pair for name, pair in sorted(wrong.items()) if pair[0] != pair[1]}
        raise RuntimeError(f"{grader} gave other marks than were earned (given, earned): {shown}")
