"""A corrected check: who changes is told first, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import autograder.commands.grade
from autograder.commands.grade import grade
from autograder.commands.override import override
from autograder.commands.program import told
from autograder.commands.regrade import regrade
from autograder.gradebook import recording, records
from autograder.gradebook.records import Result
from tests import classroom, gradebooks
from tests.classroom import EXERCISES, NOTEBOOK

app = typer.Typer()
for command in (grade, regrade, override):
    app.command()(told(command))
RIGHT = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2.0"
HALF = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2.0 / 2"
OTHER = "\n\ndef bowl_gradient(theta):\n    return None"
NAME = "gradient_descent.squared_error"


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.output


def half(y_hat, y):
    return (y_hat - y) ** 2.0 / 2


@contextmanager
def faulty_check() -> Iterator[None]:
    """Grade by a check with a wrong answer."""
    half.__name__, half.__module__ = "squared_error", "solutions.gradient_descent"
    wrong = replace(EXERCISES["squared_error"], reference=half, mistakes=())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(records, "_course", lambda: "0.1.0+faulty")
        everything = {exercise.id: exercise for exercise in EXERCISES.values()} | {NAME: wrong}
        patched.setattr(autograder.commands.grade, "of_chapter", lambda chapter: list(everything.values()))
        yield


@pytest.fixture
def faulty(tmp_path) -> Path:
    """A class that was graded by a check with a wrong answer; now the check is right."""
    with faulty_check():
        for name, source in (("ada", RIGHT), ("ben", HALF), ("cleo", "x = 1")):
            write(tmp_path / "in", name, source + OTHER)
        run("grade", tmp_path / "in", "--out", tmp_path / "out", "--jobs", 2)
    assert points(tmp_path / "out") == {"ada": 0, "ben": 1, "cleo": 0}
    return tmp_path


def write(folder: Path, student: str, source: str) -> None:
    path = folder / student / NOTEBOOK
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(classroom.notebook([source]))


def points(out: Path) -> dict[str, float]:
    return {student: result.points for student, result in gradebooks.results(out).items()}


def others(results: dict[str, Result]) -> list[dict]:
    return [verdict for result in results.values() for verdict in result.verdicts if verdict["exercise"] != NAME]


def test_only_the_exercise_changes_and_the_change_is_told(faulty):
    out = faulty / "out"
    before, seed = gradebooks.results(out), gradebooks.seed(out)
    command = ("regrade", faulty / "in", "--out", out, "--exercise", "squared_error")
    told = run(*command, "--dry-run")
    for line in (
        "squared_error: 2 of 3 students would change",
        "ada: 0 failed -> 1 passed",
        "ben: 1 passed -> 0 failed",
    ):
        assert line in told
    assert "cleo" not in told
    assert gradebooks.results(out) == before
    assert gradebooks.count("edition", out) == 1

    run("override", out, "ben", "squared_error", 1, "--reason", "our fault")
    told = run(*command)
    assert "2 of 3 students change" in told
    assert "ben: 1 passed -> 0 failed (stays 1 by hand)" in told
    after = gradebooks.results(out)
    assert points(out) == {"ada": 1, "ben": 1, "cleo": 0}
    assert others(after) == others(before)
    assert [verdict["exercise"] for verdict in after["ada"].verdicts] == [each.id for each in EXERCISES.values()]
    assert "ada,ada/01_gradient_descent.ipynb,1," in (out / "grades.csv").read_text(encoding="utf-8")
    assert gradebooks.seed(out) == seed
    assert gradebooks.count("grading", out) == 6  # the marks of the faulty check stay on record

    told = run(*command)
    assert "0 of 0 students change" in told
    assert "3 students have already been graded with the current check" in told
    run("grade", faulty / "in", "--out", out)
    assert gradebooks.count("grading", out) == 6


def test_another_exercise_of_the_same_edition_is_put_in_its_place(faulty):
    out = faulty / "out"
    command = ("regrade", faulty / "in", "--out", out, "--exercise")
    run(*command, "bowl_gradient")
    assert points(out) == {"ada": 0, "ben": 1, "cleo": 0}
    run(*command, "squared_error")
    assert points(out) == {"ada": 1, "ben": 0, "cleo": 0}
    assert gradebooks.count("grading", out) == 6


def test_who_is_new_or_away_is_told_and_left(faulty):
    out = faulty / "out"
    write(faulty / "in", "cleo", RIGHT)
    (faulty / "in" / "ben" / NOTEBOOK).unlink()
    (faulty / "in" / "ben").rmdir()
    (faulty / "in" / "nobody").mkdir()
    told = run("regrade", faulty / "in", "--out", out, "--exercise", "squared_error")
    assert "not graded yet (run autograder grade): cleo" in told
    assert "1 students are not in the folder: their verdicts stay" in told
    assert points(out) == {"ada": 1, "ben": 1, "cleo": 0}
    run("grade", faulty / "in", "--out", out)
    assert points(out) == {"ada": 1, "ben": 1, "cleo": 1, "nobody": 0}


def test_a_run_that_is_killed_goes_on(faulty, monkeypatch):
    command = ("regrade", faulty / "in", "--out", faulty / "out", "--exercise", "squared_error", "--jobs", 1)
    original, seen = recording.rejudge, []

    def dies(*arguments):
        if seen:
            raise SystemExit(9)
        seen.append(original(*arguments))
        return seen[0]

    monkeypatch.setattr(recording, "rejudge", dies)
    run(*command, code=9)
    monkeypatch.setattr(recording, "rejudge", original)
    told = run(*command)
    assert "1 students have already been graded with the current check" in told
    assert points(faulty / "out") == {"ada": 1, "ben": 0, "cleo": 0}
    assert gradebooks.count("grading", faulty / "out") == 6


@pytest.mark.parametrize("dry", [True, False])
def test_an_attempt_that_does_not_count_is_told(faulty, dry):
    out = faulty / "out"
    command = ("grade", faulty / "in", "--out", out)
    # By the check as it is now all of the later attempts have less than those before.
    for name, source in (("ben", RIGHT), ("cleo", "x = 2")):
        write(faulty / "in", name, source + OTHER)
    run("override", out, "ada", "squared_error", 1, "--reason", "our fault")
    with faulty_check():
        run(*command, "--attempts", "best")
    told = run("regrade", faulty / "in", "--out", out, "--exercise", "squared_error", *(["--dry-run"] if dry else []))
    assert "  ada: 0 failed -> 1 passed (stays 1 by hand)\n" in told
    # Both attempts of ben have a point now: the first counts, whose verdict is the faulty check's.
    assert "  ben: 0 failed -> 1 passed in attempt 2; attempt 1 counts, with its old verdict\n" in told
    assert "For 1 more students, the attempt that counts is not in the folder: its verdict stays." in told
    assert points(out) == {"ada": 1, "ben": 1, "cleo": 0}


def test_an_unknown_exercise_is_refused(faulty):
    said = run("regrade", faulty / "in", "--out", faulty / "out", "--exercise", "sorcery", code=2)
    assert "has no exercise 'sorcery'" in " ".join(said.replace("│", " ").split())
