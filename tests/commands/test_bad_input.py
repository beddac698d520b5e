"""Whatever is wrong with what a command is given ends it with one line, and nothing is made or lost."""

from __future__ import annotations

import errno
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import files
from autograder.commands import program
from autograder.reports import feedback
from autograder.sandbox import isolation
from tests import classroom
from tests.terminal import refused

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="reads what POSIX says of files, and sends its signals")
NOTEBOOK = "00_start_here.ipynb"
SOLVED = "def center_columns(X):\n    return X - X.mean(axis=0)"


def put(folder: Path, student: str, source: str = SOLVED) -> None:
    path = folder / student / NOTEBOOK
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(classroom.notebook([source]))


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    """A folder with the submissions `in` and their results `out`."""
    folder = tmp_path_factory.mktemp("graded")
    put(folder / "in", "ada")
    result = CliRunner().invoke(program.app, ["grade", str(folder / "in"), "--out", str(folder / "out"), "--seed", "3"])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def place(graded, tmp_path, monkeypatch) -> Path:
    """A copy of it, with files to trip over; the commands run there."""
    shutil.copytree(graded, tmp_path, dirs_exist_ok=True)
    for name, content in {
        "empty": b"",
        "text": b"no table",
        "cut.db": b"SQLite format 3\0",
        "latin": b"\xff,\xe9",
    }.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "list.csv").write_text("Full name,Email address\nada,ada@example.org\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nobody_else_reads_marks(graded):
    inside = [graded / "out", *(graded / "out").rglob("*")]
    assert {"gradebook.db", "grades.csv", "ada.html"} <= {path.name for path in inside}
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in inside}
    assert {name for name, mode in modes.items() if mode & 0o077} == set()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("selftest nope", "no exercise is called 'nope'"),
        ("selftest squared_eror", "did you mean squared_error"),
        ("sync 99", "no chapter is called"),
        ("execute nope", "no chapter is called"),
        ("fill 99 --out new", "no chapter is called"),
        ("release 99 --out new", "no chapter is called"),
        ("release 00 --out in", "not empty"),
        ("github 00 --out text", "not empty"),
        ("gradescope 99 --out new.zip", "no chapter is called"),
        ("gradescope 00 --out in", "cannot be written"),
        ("nbgrader 99 --out new", "no chapter is called"),
        ("nbgrader 00 --out text", "cannot be written"),
        ("grade nowhere --out new", "there is no folder or zip"),
        ("grade text --out new", "is not a zip file"),
        ("grade empty --out new", "is not a zip file"),
        ("grade in --out text", "is a file"),
        ("grade in --out in", "choose a folder outside it"),
        ("grade in --out new --chapter nope", "no chapter is called"),
        ("grade in --out new --deadline soon", "write it as"),
        ("grade in --out new --gradebook nowhere --class c", "must be a URL"),
        ("grade in --out new --gradebook sqlite:///nope/x.db --class c", "there is no folder nope"),
        ("grade in --out new --gradebook sqlite:///empty --class c", "is empty, not a gradebook"),
        ("grade in --out new --gradebook sqlite:///text --class c", "file is not a database"),
        ("grade in --out new --gradebook sqlite:///cut.db --class c", "file is not a database"),
        ("grade in --out new --gradebook sqlite:///in --class c", "unable to open database file"),
        ("grade in --out new --gradebook sqlite:// --class c", "names no file"),
        ("grade in --out new --gradebook sqlite:///:memory: --class c", "names no file"),
        ("grade in --out new --gradebook nosuch://x/y --class c", "is not installed"),
        ("report nowhere", "grade a class first"),
        ("report text", "grade a class first"),
        ("report in", "grade a class first"),
        ("report out --chapter nope", "no chapter is called"),
        ("report out --chapter 01", "holds the marks of chapter start_here"),
        ("report out --gradebook sqlite:///empty --class c", "is empty, not a gradebook"),
        ("override out eda center_columns 1 --reason x", "did you mean ada"),
        ("override out ada center_colums 1 --reason x", "did you mean center_columns"),
        ("override out ada center_columns 9 --reason x", "give no more"),
        ("override out ada center_columns nan --reason x", "Invalid value"),
        ("override out ada center_columns --take-back --reason x", "nothing to take back"),
        ("regrade in --out out --exercise nope", "has no exercise 'nope'"),
        ("regrade nowhere --out out --exercise center_columns", "there is no folder or zip"),
        ("regrade text --out out --exercise center_columns", "is not a zip file"),
        ("export out --format moodle", "say who is in the class"),
        ("export out --format moodle --students nowhere", "cannot be read: No such file"),
        ("export out --format moodle --students in", "cannot be read: Is a directory"),
        ("export out --format moodle --students latin", "is not in UTF-8"),
        ("export out --format moodle --students text", "holds no class list"),
        ("export out --format moodle --students empty", "holds no class list"),
        ("export out --format canvas --students list.csv", "holds no class list"),
        ("export out --format plain --out in", "cannot be read"),
        ("export out --format plain --out text/x", "cannot be written"),
        ("similarity in --chapter 00 --out new.txt", "must end in .html or .csv"),
        ("similarity in --chapter 00 --out new.csv", "fewer than two readable notebooks"),
        ("similarity text --chapter 00 --out new.csv", "is not a zip file"),
        ("similarity in --chapter 99 --out new.csv", "no chapter is called"),
    ],
)
def test_one_line_and_nothing_made_or_changed(place, arguments, words):
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file() and "-" not in path.suffix}
    assert words in refused(*arguments.split())
    for path, content in before.items():
        assert path.read_bytes() == content
    there = {path.name for path in place.rglob("*") if path.is_file() and "-" not in path.suffix}
    assert there == {path.name for path in before}
    assert not (place / "nope").exists()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verdict.points", -1),
        ("verdict.points", "many"),
        ("verdict.cases", "{bad"),
        ("verdict.cases", "[1]"),
        ("verdict.status", "lost"),
        ("verdict.comparison", "[1]"),
        ("grading.notes", "no JSON"),
        ("attempt.handed_in", "yesterday"),
        ("assignment.attempts", "first"),
        ("assignment.penalty", b"\xff"),
        ("edition.exercises", "[1]"),
    ],
)
def test_a_damaged_gradebook_is_told(place, column, value):
    table, _, name = column.partition(".")
    connection = sqlite3.connect(place / "out" / "gradebook.db")
    connection.execute(f"UPDATE {table} SET {name} = ?", (value,))
    connection.commit()
    connection.close()
    words = refused(*["export", "out", "--format", "moodle", "--students", "list.csv"])
    assert f"is damaged ({name} in its table {table}): restore a copy of it" in words


def test_a_gradebook_that_is_gone_but_for_its_newest_marks_is_not_begun_anew(place):
    (place / "out" / "gradebook.db").rename(place / "out" / "gradebook.db-wal")
    assert "its newest marks are in out" in refused("grade", "in", "--out", "out")
    assert not (place / "out" / "gradebook.db").exists()


def test_a_full_folder_for_temporary_files_is_told_and_no_rung(monkeypatch):
    def full(parent: Path) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_folder", full)
    with pytest.raises(isolation.IsolationError, match="No space left on device: make room for temporary files"):
        isolation.climb()
    monkeypatch.setattr(program, "app", lambda: full(Path()))
    with pytest.raises(SystemExit, match="temporary files: No space left on device"):
        program.main()


def test_a_run_killed_between_marks_and_pages_is_gone_on_with(place, monkeypatch):
    """No page, nor table, of the attempt before stays, and nothing is graded twice."""
    put(place / "in", "ben")
    put(place / "in", "ada", "def center_columns(X):\n    return X")
    code = "import os; from autograder.commands import program; from autograder.reports import grades_csv\n"
    code += "grades_csv.Table.add = lambda *_: os.kill(os.getpid(), 9)\nprogram.app()"
    run = ["grade", "in", "--out", "out"]
    killed = subprocess.run([sys.executable, "-c", code, *run], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert not (place / "out" / "feedback" / "ben.html").exists()
    monkeypatch.setattr("autograder.grading.grader.Grader.grade", None)  # nothing to grade
    result = CliRunner().invoke(program.app, run)
    assert result.exit_code == 0, result.output
    assert "2 students graded, 2 of them earlier" in result.output
    rows = (place / "out" / "grades.csv").read_text(encoding="utf-8")
    assert f"ada,ada/{NOTEBOOK},0,1,0,2 of 2," in rows
    assert f"ben,ben/{NOTEBOOK},1,1,100,1 of 1," in rows
    pages = {path.name: path.read_text(encoding="utf-8") for path in (place / "out" / feedback.FOLDER).iterdir()}
    assert {name: "1 of 1 points" in page for name, page in pages.items()} == {"ada.html": False, "ben.html": True}
