"""A notebook gets its mark, whatever order its cells were written in."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from autograder.checking.evaluate import evaluate
from autograder.checking.exercise_cell import filled
from autograder.course import find
from autograder.grading import grader as grading
from autograder.grading.grader import Grader
from autograder.sandbox import session as sessions
from autograder.sandbox.process import Limits, WorkerLost
from autograder.sandbox.session import Session
from autograder.submissions.discovery import Submission
from tests import classroom
from tests.classroom import EXERCISES, NOTEBOOK

ANSWER = "def squared_error(y_hat, y):\n    return power(y_hat - y)"
SQUARE, HALF = "def power(x):\n    return x**2.0", "def power(x):\n    return x**2.0 / 2"
LOOPS = "def power(x):\n    while True: pass"
CHECK = "squared_error = check(squared_error)"


@pytest.mark.parametrize(
    ("cells", "points", "mistake"),
    [
        ([SQUARE, ANSWER, CHECK, HALF], 1, None),
        ([HALF, ANSWER, CHECK, SQUARE], 1, None),
        ([HALF, SQUARE, ANSWER, CHECK], 1, None),
        ([LOOPS, ANSWER, CHECK, SQUARE], 1, None),
        ([HALF, ANSWER, CHECK, LOOPS], 0, "half"),
        ([HALF, ANSWER, CHECK], 0, "half"),
    ],
    ids=["spoiled later", "mended later", "mended before", "a loop mended later", "a loop later", "wrong"],
)
def test_what_a_function_reads_may_change_below_its_check(tmp_path, cells, points, mistake):
    path = tmp_path / NOTEBOOK
    path.write_bytes(classroom.notebook(cells))
    grader = Grader(find("01"), [EXERCISES["squared_error"]], 11, Limits(1, 10, 2**31), tmp_path)
    mark = grader.grade(Submission("ada", path))
    (verdict,) = mark.verdicts
    assert (mark.points, mark.note, verdict["mistake"]) == (points, "", mistake)


def test_an_answer_with_a_syntax_error_beside_an_empty_stub_is_told(tmp_path):
    path = tmp_path / NOTEBOOK
    empty = "def squared_error(y_hat, y):\n    raise NotImplementedError"
    path.write_bytes(classroom.notebook([empty, "def squared_error(y_hat, y):\n    return (y_hat - y)) ** 2"]))
    grader = Grader(find("01"), [EXERCISES["squared_error"]], 11, Limits(1, 10, 2**31), tmp_path)
    mark = grader.grade(Submission("ada", path))
    (verdict,) = mark.verdicts
    assert (verdict["status"], verdict["points"]) == ("error", 0)
    assert "SyntaxError in code cell 2, line 2" in verdict["message"]
    assert "Nothing attempted." not in mark.note


NAMES = ("squared_error", "relative_error", "shift_loss")


def graded(tmp_path, limits, *cells, names=NAMES):
    path = tmp_path / NOTEBOOK
    path.write_bytes(classroom.notebook(list(cells)))
    grader = Grader(find("01"), [EXERCISES[name] for name in names], 11, limits, tmp_path)
    return grader.grade(Submission("ada", path))


def test_what_was_graded_when_the_notebooks_time_ends_keeps_its_marks(tmp_path, monkeypatch):
    late = []
    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + 3600 * len(late))

    def evaluated(exercise, *args, **kwargs):
        verdict = evaluate(exercise, *args, **kwargs)
        if exercise.name == "relative_error":
            late.append(exercise)
        return verdict

    monkeypatch.setattr(sessions, "time", clock)
    monkeypatch.setattr(grading, "evaluate", evaluated)
    mark = graded(tmp_path, Limits(), "import numpy as np", *(filled(EXERCISES[name]) for name in NAMES))
    assert [verdict["status"] for verdict in mark.verdicts] == ["passed", "passed", "error"]
    assert mark.verdicts[2]["message"].startswith("The notebook's time (60 s) was used up before this function")
    assert mark.notes == ("shift_loss: the notebook's time (60 s) was used up",)


def test_a_call_may_take_no_longer_than_the_notebook(tmp_path):
    loops = "def squared_error(y_hat, y):\n    while True: pass"
    start = time.monotonic()
    mark = graded(tmp_path, Limits(600, 600, 2**31, 1.5), loops, filled(EXERCISES["relative_error"]))
    assert time.monotonic() - start < 60
    assert {verdict["message"][:39] for verdict in mark.verdicts} == {"The notebook's time (1.5 s) was used up"}


def test_a_notebook_that_cannot_be_read_is_read_once(tmp_path, monkeypatch):
    asked = []

    def ask(self, message, *rest):
        asked.append(message["do"])
        raise WorkerLost("Timeout", "took longer than 20 s")

    monkeypatch.setattr(Session, "ask", ask)
    mark = graded(tmp_path, Limits(), "x;" * 1000)
    assert asked == ["read"]
    assert {verdict["status"] for verdict in mark.verdicts} == {"error"}
    assert "Running the notebook's cells: took longer than 20 s." in mark.verdicts[0]["message"]


def test_what_a_notebook_answers_is_bounded_all_together(tmp_path, monkeypatch):
    monkeypatch.setattr(sessions, "MAX_TAKEN", 2**18)
    large = "import numpy as np\ndef squared_error(y_hat, y): return np.zeros(2**14)"
    mark = graded(tmp_path, Limits(), large, names=["squared_error"])
    assert mark.notes == ("squared_error: the notebook's answers are too large, all together",)
