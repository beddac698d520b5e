"""Points by hand: the right student, the right exercise, a reason, and a way back."""

from __future__ import annotations

import csv
from pathlib import Path

import gradebooks
import pytest
import typer
from typer.testing import CliRunner

from autograder.exercise import CaseResult, Verdict
from autograder.gradebook import Mark
from autograder.override import override

app = typer.Typer()
app.command()(override)
REASON = ("--reason", "told me <b>why</b>")


def said(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return " ".join(result.output.replace("│", " ").split())


def row(out: Path, student: str = "ada") -> dict[str, str]:
    with (out / "grades.csv").open(encoding="utf-8", newline="") as stream:
        return {each["student"]: each for each in csv.DictReader(stream)}[student]


@pytest.fixture
def out(tmp_path) -> Path:
    verdict = Verdict("gradient_descent.f", "failed", 1, 4, None, "No.", (CaseResult("a case", False, True, 1.0),))
    marks = [Mark(name, f"{name}.ipynb", "0", verdicts=(verdict.to_dict(),)) for name in ("ada", "ben")]
    with gradebooks.book_of(tmp_path, gradebooks.edition({"gradient_descent.f": 4.0}), marks):
        pass
    return tmp_path


def test_points_by_hand_count_with_their_reason(out):
    assert said(out, "ada", "f", 3.5, *REASON) == "ada, f: 1 -> 3.5 points"
    assert (row(out)["f"], row(out)["points"], row(out)["percent"]) == ("3.5", "3.5", "87.5")
    assert row(out)["note"] == "f: 3.5 points by hand: told me <b>why</b>"
    assert row(out, "ben")["points"] == "1"
    page = (out / "feedback" / "ada.html").read_text(encoding="utf-8")
    assert "3.5 of 4 points" in page
    assert "told me &lt;b&gt;why&lt;/b&gt;" in page


def test_the_pages_of_another_chapter_are_left_alone(out):
    (out / "grades.csv").write_text("student,points,center_columns\n")
    assert "holds the marks of chapter start_here: name another folder" in said(out, "ada", "f", 3, *REASON, code=2)
    assert (out / "grades.csv").read_text() == "student,points,center_columns\n"
    assert gradebooks.count("correction", out) == 0


def test_they_change_and_go_back_and_all_stays_on_record(out):
    said(out, "ada", "gradient_descent.f", 3, *REASON)
    assert "3 -> 4 points (by hand before: told me <b>why</b>)" in said(out, "ada", "f", 4, "--reason", "even better")
    assert "4 -> 1 points" in said(out, "ada", "f", "--take-back", "--reason", "no")
    assert (row(out)["points"], row(out)["note"]) == ("1", "")
    assert gradebooks.count("correction", out) == 3


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("adda", "f", 1, *REASON), "holds no student 'adda': did you mean ada?"),
        (("ada", "ff", 1, *REASON), "has no exercise 'ff': did you mean f?"),
        (("ada", "f", 5, *REASON), "f is worth 4 points: give no more"),
        (("ada", "f", 1), "say why with --reason"),
        (("ada", "f", 1, "--reason", " "), "say why with --reason"),
        (("ada", "f", *REASON), "either the points to give, or --take-back"),
        (("ada", "f", 1, "--take-back", *REASON), "either the points to give, or --take-back"),
        (("ada", "f", "--take-back", *REASON), "there is nothing to take back"),
        (("ada", "f", "nan", *REASON), "points"),
    ],
)
def test_what_is_not_meant_is_refused(out, arguments, why):
    assert why in said(out, *arguments, code=2)
    assert gradebooks.count("correction", out) == 0


def test_without_marks_there_is_nothing_to_override(tmp_path):
    assert "grade a class first" in said(tmp_path / "none", "ada", "f", 1, *REASON, code=2)
