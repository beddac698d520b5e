"""A notebook gets its mark, whatever order its cells were written in."""

from __future__ import annotations

import classroom
import pytest
from classroom import EXERCISES, NOTEBOOK

from autograder.chapters import find
from autograder.grader import Grader
from autograder.process import Limits
from autograder.submissions import Submission

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
