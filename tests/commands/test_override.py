"""Points by hand: the right student, the right exercise, a reason, and a way back."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner

from autograder.checking.exercise import CaseResult, Verdict
from autograder.commands.override import override
from autograder.commands.program import told
from autograder.gradebook import database, schema
from autograder.gradebook.policy import Policy
from autograder.gradebook.records import Mark
from tests import gradebooks

app = typer.Typer()
app.command()(told(override))
REASON = ("--reason", "told me <b>why</b>", "--by", "Dr. Hopper")


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
    names = ("ada", "ben", "Grace Hopper (111)")
    marks = [Mark(name, f"{name}.ipynb", "0", verdicts=(verdict.to_dict(),)) for name in names]
    with gradebooks.book_of(tmp_path, gradebooks.edition({"gradient_descent.f": 4.0}), marks):
        pass
    return tmp_path


def test_points_by_hand_count_with_their_reason(out):
    assert said(out, "ada", "f", 3.5, *REASON) == "ada, f: 1 -> 3.5 points; in all 1 -> 3.5 of 4"
    assert (row(out)["f"], row(out)["points"], row(out)["percent"]) == ("3.5", "3.5", "87.5")
    note = r"f: 3.5 of 4 points by hand in place of 1, by Dr. Hopper on \d{4}-\d\d-\d\d: told me <b>why</b>\."
    assert re.fullmatch(note, row(out)["note"])
    assert row(out, "ben")["points"] == "1"
    page = (out / "feedback" / "ada.html").read_text(encoding="utf-8")
    assert "3.5 of 4 points" in page
    assert re.search(f"<li>{note.replace('<b>why</b>', '&lt;b&gt;why&lt;/b&gt;')}</li>", page)


def test_it_says_what_lateness_leaves_of_them(out):
    deadline = datetime.now(UTC)
    with database.opened(out) as book:
        book.agree(Policy(deadline=deadline, penalty=40))
        with book.engine.begin() as connection:
            late = {"handed_in": deadline + timedelta(hours=1), "dated_by": "nbgrader"}
            connection.execute(sa.update(schema.attempt).where(schema.attempt.c.student == "ada").values(**late))
    assert "ada, f: 1 -> 4 points; in all 0.6 -> 2.4 of 4, 40 % off for lateness" in said(out, "ada", "f", 4, *REASON)
    assert row(out)["points"] == "2.4"
    late = "1 day late by nbgrader: 40 % of the points off, of those by hand as well."
    assert row(out)["note"].endswith(f"told me <b>why</b>. {late}")
    page = (out / "feedback" / "ada.html").read_text(encoding="utf-8")
    assert "<strong>2.4 of 4 points</strong> (60 %): 4 less 40 % for lateness" in page
    assert f"<li>{late}</li>" in page
    assert "in all 1 -> 4 of 4" in said(out, "ben", "f", 4, *REASON)
    assert "lateness" not in (out / "feedback" / "ben.html").read_text(encoding="utf-8")


def test_more_than_the_maximum_is_given_only_as_a_bonus(out):
    assert "f is worth 4 points: give no more, or say --bonus" in said(out, "ada", "f", 5, *REASON, code=2)
    assert "1 -> 5 points; in all 1 -> 5 of 4" in said(out, "ada", "f", 5, *REASON, "--bonus")
    assert (row(out)["points"], row(out)["percent"]) == ("5", "125")


def test_a_dry_run_keeps_nothing(out):
    said(out, "ada", "f", 2, *REASON)
    before = {path: path.read_bytes() for path in out.rglob("*.[ch]*")}
    assert said(out, "ada", "f", 3, *REASON, "--dry-run").endswith("told me <b>why</b>) Nothing is saved.")
    assert "2 -> 1 points" in said(out, "ada", "f", "--take-back", *REASON, "--dry-run")
    assert {path: path.read_bytes() for path in out.rglob("*.[ch]*")} == before
    assert gradebooks.count("correction", out) == 1


def test_who_gives_them_is_the_user_if_nobody_is_named(out, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "teacher7")
    said(out, "ada", "f", 2, "--reason", "seen in class")
    assert ", by teacher7 on " in row(out)["note"]


def test_the_pages_of_another_chapter_are_left_alone(out):
    (out / "grades.csv").write_text("student,points,center_columns\n")
    assert "holds the marks of chapter start_here: choose another folder" in said(out, "ada", "f", 3, *REASON, code=2)
    assert (out / "grades.csv").read_text() == "student,points,center_columns\n"
    assert gradebooks.count("correction", out) == 0


def test_they_change_and_go_back_and_all_stays_on_record(out):
    said(out, "ada", "gradient_descent.f", 3, *REASON)
    assert "in all 3 -> 4 of 4 (by hand before: told me <b>why</b>)" in said(
        out, "ada", "f", 4, "--reason", "even better"
    )
    assert "4 -> 1 points" in said(out, "ada", "f", "--take-back", "--reason", "no")
    assert (row(out)["points"], row(out)["note"]) == ("1", "")
    assert gradebooks.count("correction", out) == 3


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("adda", "f", 1, *REASON), "holds no student 'adda': did you mean ada?"),
        (("ada", "ff", 1, *REASON), "has no exercise 'ff': did you mean f?"),
        (("Grace", "f", 1, *REASON), "'Grace': did you mean Grace Hopper (111)?"),
        (("grace hoper", "f", 1, *REASON), "did you mean Grace Hopper (111)?"),
        (("111", "f", 1, *REASON), "did you mean Grace Hopper (111)?"),
        (("zoe", "f", 1, *REASON), "holds no student 'zoe'\n"),
        (("ada", "f", 1), "say why with --reason"),
        (("ada", "f", 1, "--reason", " "), "say why with --reason"),
        (("ada", "f", *REASON), "either the points to give, or --take-back"),
        (("ada", "f", 1, "--take-back", *REASON), "either the points to give, or --take-back"),
        (("ada", "f", "--take-back", *REASON), "there is nothing to take back"),
        (("ada", "f", "nan", "--bonus", *REASON), "points"),
        (("ada", "f", "inf", "--bonus", *REASON), "inf is not a finite number"),
    ],
)
def test_what_is_not_meant_is_refused(out, arguments, why):
    assert why in f"{said(out, *arguments, code=2)}\n"
    assert gradebooks.count("correction", out) == 0


def test_without_marks_there_is_nothing_to_override(tmp_path):
    assert "grade a class first" in said(tmp_path / "none", "ada", "f", 1, *REASON, code=2)
