"""A remark costs nothing and goes wherever marks go; and differences are drawn on the page."""

from __future__ import annotations

import csv
import json

import pytest
from typer.testing import CliRunner

from autograder.checking.catalogue import of_chapter
from autograder.checking.exercise import Verdict
from autograder.commands.program import app
from autograder.course import find as find_chapter
from autograder.gradebook import database, reading
from autograder.grading.grader import Grader
from autograder.integrations.gradescope import grade_one
from autograder.reports import lms
from autograder.sandbox.process import Limits
from autograder.submissions.discovery import Submission
from tests import classroom, gradebooks
from tests.classroom import NOTEBOOK

LOOP = """\
import numpy as np

def squared_error(y_hat, y):
    errors = np.zeros(len(y))
    for i in range(len(y)):
        errors[i] = (y_hat[i] - y[i]) ** 2
    return errors
"""
WRONG = "def squared_error(y_hat, y):\n    return y_hat - y\n"
REMARK = "For float32 data your function returns float64"


@pytest.fixture(scope="module")
def marks(tmp_path_factory):
    """The folder of results of two students: one right with a remark, one wrong."""
    folder = tmp_path_factory.mktemp("class")
    for name, source in (("ada", LOOP), ("ben", WRONG)):
        path = folder / "in" / name / NOTEBOOK
        path.parent.mkdir(parents=True)
        path.write_bytes(classroom.notebook([source]))
    for arguments in (["grade", "in", "--out", "out"], ["report", "out"]):
        done = CliRunner().invoke(app, [str(folder / word) if word in ("in", "out") else word for word in arguments])
        assert done.exit_code == 0, done.output
    return folder / "out"


def first_verdict(marks, student):
    (found,) = (
        each for each in gradebooks.results(marks)[student].verdicts if each["exercise"].endswith("squared_error")
    )
    return Verdict.from_dict(found)


def test_the_gradebook_keeps_remarks_and_differences(marks):
    right, wrong = first_verdict(marks, "ada"), first_verdict(marks, "ben")
    assert (right.status, right.points, [remark.id for remark in right.remarks]) == ("passed", 1, ["wide"])
    assert right.comparison is None
    assert (wrong.status, wrong.finding, wrong.mistake) == ("failed", "value", "not_squared")
    assert (wrong.comparison.want, wrong.comparison.have) == ([[4.0, 0.0]], [[2.0, 0.0]])


def test_the_pages_of_feedback_show_them(marks):
    right, wrong = ((marks / "feedback" / f"{name}.html").read_text("utf-8") for name in ("ada", "ben"))
    assert "squared_error: passed, one remark, 1 of 1 points" in right
    assert REMARK in right
    assert "yours: the squared errors" in wrong
    assert "img-src data:" in wrong


def test_the_report_marks_and_counts_them(marks):
    page = (marks / "report.html").read_text("utf-8")
    assert ">1 *</td>" in page
    assert "Remarks on right answers" in page
    assert REMARK in page


def test_the_table_has_a_column_for_them(marks):
    with (marks / "grades.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["student"]: row for row in csv.DictReader(stream)}
    assert (rows["ada"]["remarks"], rows["ada"]["points"], rows["ben"]["remarks"]) == ("squared_error: wide", "1", "")


def test_a_platform_gets_them_with_the_feedback(marks):
    with database.opened(marks, None) as book:
        (ada, _) = reading.results(book)
        assert f"Remark: {REMARK}" in lms.feedback(ada)


def test_gradescope_shows_them(tmp_path):
    path = tmp_path / NOTEBOOK
    path.write_bytes(classroom.notebook([LOOP]))
    (exercise, *_) = of_chapter("gradient_descent")
    mark = Grader(find_chapter("01"), [exercise], 1, Limits(), tmp_path).grade(Submission("", path))
    (test,) = json.loads(json.dumps(grade_one.results(mark, grade_one.Visibility.VISIBLE)))["tests"]
    assert (test["score"], test["status"]) == (1, "passed")
    assert f"Remark: {REMARK}" in test["output"]
