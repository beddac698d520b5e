"""A class is graded: every mark is the one earned, nothing is lost, nobody learns what is hidden."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from autograder import evaluate
from autograder.checking.diagnose import show
from autograder.checking.evaluate import prepared
from autograder.commands.grade import grade
from autograder.commands.program import told
from autograder.gradebook import database, recording, records
from autograder.gradebook.records import Mark, Result
from autograder.grading import grader
from autograder.sandbox import isolation
from tests import classroom, gradebooks
from tests.classroom import ERROR, EXERCISES, FULL, NOTEBOOK, OPEN
from tests.pages import Text

app = typer.Typer()
app.command()(told(grade))
SEED = 11


def invoke(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def table(out: Path) -> dict[str, dict[str, str]]:
    with (out / "grades.csv").open(encoding="utf-8", newline="") as stream:
        return {row["student"]: row for row in csv.DictReader(stream)}


def test_a_class_of_thirty(tmp_path):
    """One test, so that the class is graded once, however the tests are spread over processes."""
    students, out = classroom.write(tmp_path / "in"), tmp_path / "out"
    assert len(students) == 30
    # Room for a machine under load; the student who fills the memory is through with less of it sooner.
    limits = ("--time-limit", 4, "--memory-limit", 640)
    result = invoke(tmp_path / "in", "--out", out, "--seed", SEED, *limits)
    assert result.exit_code == 0, result.output
    rows, marks = table(out), {student: found.mark for student, found in gradebooks.results(out).items()}
    assert len(rows) == len(marks) == 30
    wrong = [line for student in students for line in _wrong_marks(student, rows, marks[student.name])]
    assert not wrong, "\n".join(wrong)
    with database.opened(out) as book:
        assert (book.edition.seed, book.edition.numpy) == (SEED, np.__version__)
        assert list(book.edition.exercises) == [exercise.id for exercise in EXERCISES.values()]
    assert {mark.isolation for mark in marks.values() if mark.sha256} <= {isolation.reached().rung, ""}
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (out / "feedback").iterdir()}
    assert len(pages) == 30
    assert EXERCISES["squared_error"].mistakes[0].sentence in Text(pages["mistaken-1"]).text
    everything = "".join(path.read_text(encoding="utf-8") for path in out.rglob("*.[ch]*") if path.is_file())
    everything += "".join(map(str, marks.values()))
    assert "(hidden)" in everything
    assert not [text for text in _hidden_values() if text in everything]


def _wrong_marks(student: classroom.Student, rows: dict[str, dict[str, str]], mark: Mark) -> Iterator[str]:
    """Yield a line for each mark that is not the one earned."""
    row = rows[f"'{student.name}" if student.name.startswith("=") else student.name]
    if student.note not in row["note"]:
        yield f"{student.name}: the note is {row['note']!r}, without {student.note!r}"
    total, most = 0.0, sum(exercise.points for exercise in EXERCISES.values())
    for verdict in mark.verdicts:
        exercise = EXERCISES[verdict["exercise"].partition(".")[2]]
        expected, points = student.expected[exercise.name], float(row[exercise.name])
        total += points
        if expected == FULL:
            right = (points, verdict["status"]) == (exercise.points, "passed")
        elif expected in (OPEN, ERROR):
            right = (points, verdict["status"]) == (0, expected)
        else:
            right = points < exercise.points and verdict["mistake"] == expected
        if not right:
            yield f"{student.name}, {exercise.name}: expected {expected}, got {points} points, {verdict}"
    numbers = [float(row[name]) for name in ("points", "max_points", "percent")]
    if numbers != pytest.approx([total, most, 100 * total / most], abs=0.051):
        yield f"{student.name}: points, max_points and percent are {numbers}, not {total} of {most}"


def _hidden_values() -> set[str]:
    """Return the inputs and answers of hidden cases, as messages write values; not short ones, which are anybody's."""
    shown, hidden = set(), set()
    for exercise in EXERCISES.values():
        for case, expected in prepared(exercise, SEED):
            values = (*case.args, *case.kwargs.values(), *(expected.outputs if expected else ()))
            texts = {show(value) for value in values if len(show(value)) > 10}
            (hidden if case.hidden else shown).update(texts)
    assert len(hidden - shown) > 30
    return hidden - shown


def write_notebooks(folder: Path, *students: str, source: str | None = None) -> None:
    for student in students:
        path = folder / student / NOTEBOOK
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(classroom.notebook([source or "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2.0"]))


@pytest.fixture
def counted(monkeypatch):
    """Count the notebooks that are graded, not taken over from an earlier run."""
    graded = []
    original = recording.record

    def count(book, mark, submission):
        graded.append(mark.student)
        original(book, mark, submission)

    monkeypatch.setattr(recording, "record", count)
    return graded


def test_a_second_run_grades_only_what_changed(tmp_path, counted):
    write_notebooks(tmp_path / "in", "ada", "ben")
    (tmp_path / "in" / "nobody").mkdir()
    run = (tmp_path / "in", "--out", tmp_path / "out")
    assert invoke(*run).exit_code == 0
    first = gradebooks.seed(tmp_path / "out")
    (tmp_path / "out" / "mine.txt").write_text("keep")
    counted.clear()
    write_notebooks(tmp_path / "in", "ben", source="def squared_error(y_hat, y): return None")
    write_notebooks(tmp_path / "in", "cleo")
    result = invoke(*run)
    assert sorted(counted) == ["ben", "cleo"]
    assert "2 of them earlier" in result.output
    assert gradebooks.seed(tmp_path / "out") == first
    rows = table(tmp_path / "out")
    assert [rows[name]["squared_error"] for name in ("ada", "ben", "cleo", "nobody")] == ["1", "0", "1", "0"]
    assert (tmp_path / "out" / "mine.txt").read_text() == "keep"


@pytest.mark.parametrize("change", [["--fresh"], ["--seed", "5"], ["--time-limit", "6"]])
def test_what_bears_on_the_marks_grades_all_again(tmp_path, counted, change):
    write_notebooks(tmp_path / "in", "ada")
    run = (tmp_path / "in", "--out", tmp_path / "out")
    invoke(*run)
    invoke(*run)
    assert counted == ["ada"]
    invoke(*run, *change)
    assert counted == ["ada", "ada"]


def test_another_version_of_the_course_grades_all_again(tmp_path, counted, monkeypatch):
    write_notebooks(tmp_path / "in", "ada")
    run = (tmp_path / "in", "--out", tmp_path / "out")
    invoke(*run)
    monkeypatch.setattr(records, "_course", lambda: "0.0.0+another")
    invoke(*run)
    assert counted == ["ada", "ada"]


def test_each_run_draws_other_random_cases(tmp_path):
    write_notebooks(tmp_path / "in", "ada")
    invoke(tmp_path / "in", "--out", tmp_path / "a")
    invoke(tmp_path / "in", "--out", tmp_path / "b")
    assert gradebooks.seed(tmp_path / "a") != gradebooks.seed(tmp_path / "b")


def test_a_deadline_is_kept_changed_and_taken_back_and_grades_nothing(tmp_path, counted):
    write_notebooks(tmp_path / "in", "ada")
    os.utime(tmp_path / "in" / "ada" / NOTEBOOK, (1_700_000_000, 1_700_000_000))  # 2023-11-14 22:13:20 UTC
    run = (tmp_path / "in", "--out", tmp_path / "out")
    for options, points in (
        (("--deadline", "2023-11-13T00:00Z", "--penalty", "30"), "0.4"),
        ((), "0.4"),
        (("--late-days", "1"), "0.7"),
        (("--deadline", "2023-11-15T00:00Z"), "1"),
        (("--deadline", "2023-11-13T00:00Z"), "0.7"),
        (("--deadline", "none"), "1"),
    ):
        invoke(*run, *options)
        assert table(tmp_path / "out")["ada"]["points"] == points
    assert counted == ["ada"]
    assert "write it as" in _refused(*run, "--deadline", "tomorrow")


def test_each_attempt_is_kept_and_the_best_one_may_count(tmp_path):
    run = (tmp_path / "in", "--out", tmp_path / "out")
    write_notebooks(tmp_path / "in", "ada")
    invoke(*run)
    write_notebooks(tmp_path / "in", "ada", source="def squared_error(y_hat, y): return None")
    invoke(*run)
    assert (table(tmp_path / "out")["ada"]["points"], table(tmp_path / "out")["ada"]["attempt"]) == ("0", "2 of 2")
    invoke(*run, "--attempts", "best")
    assert (table(tmp_path / "out")["ada"]["points"], table(tmp_path / "out")["ada"]["attempt"]) == ("1", "1 of 2")
    assert "1 of 1 points" in (tmp_path / "out" / "feedback" / "ada.html").read_text(encoding="utf-8")


def test_who_is_not_in_the_folder_any_more_keeps_the_mark(tmp_path):
    write_notebooks(tmp_path / "first", "ada", "ben")
    write_notebooks(tmp_path / "second", "cleo")
    (tmp_path / "second" / "ben").mkdir()
    invoke(tmp_path / "first", "--out", tmp_path / "out")
    result = invoke(tmp_path / "second", "--out", tmp_path / "out")
    assert "3 students graded, 1 of them earlier" in result.output
    assert {name: row["points"] for name, row in table(tmp_path / "out").items()} == {
        "ada": "1",
        "ben": "1",
        "cleo": "1",
    }


def test_the_marks_may_lie_in_another_database(tmp_path):
    write_notebooks(tmp_path / "in", "ada")
    url = f"sqlite:///{tmp_path}/elsewhere.db"
    invoke(tmp_path / "in", "--out", tmp_path / "out", "--gradebook", url, "--class", gradebooks.CLASS)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["feedback", "grades.csv"]
    assert gradebooks.results(tmp_path / "out", url)["ada"].points == 1
    assert "must be a URL" in _refused(
        tmp_path / "in", "--out", tmp_path / "out", "--gradebook", "elsewhere.db", "--class", gradebooks.CLASS
    )


def _refused(*arguments: object) -> str:
    result = invoke(*arguments)
    assert result.exit_code == 2
    return " ".join(result.output.replace("│", " ").split())


def test_what_cannot_be_graded_is_said(tmp_path):
    out = ("--out", tmp_path / "out")
    assert "there is no folder" in _refused(tmp_path / "gone", *out)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "name no chapter" in _refused(empty, *out)
    assert "holds no notebook" in _refused(empty, *out, "--chapter", "01")
    assert "no chapter is called" in _refused(empty, *out, "--chapter", "99")
    write_notebooks(tmp_path / "in", "ada")
    (tmp_path / "in" / "ada" / "00_start_here.ipynb").write_text("{}")
    assert "speak of several chapters" in _refused(tmp_path / "in", *out)
    (tmp_path / "file").write_text("")
    assert "cannot be written" in _refused(tmp_path / "in", "--out", tmp_path / "file" / "out", "--chapter", "1")
    assert "is a file" in _refused(tmp_path / "in", "--out", tmp_path / "file", "--chapter", "1")
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no isolation to ask for, only a warning")
def test_weak_isolation_is_refused_unless_asked_for_and_stands_in_the_marks(tmp_path, monkeypatch):
    write_notebooks(tmp_path / "in", "ada")
    run = (tmp_path / "in", "--out", tmp_path / "out")
    weak = isolation.Reached("D", ("not C: there is nothing",))
    monkeypatch.setattr(isolation, "reached", lambda chapter=None: weak)
    assert "rung D" in _refused(*run)
    assert "--allow-weak-isolation" in _refused(*run)
    assert not (tmp_path / "out").exists()
    assert invoke(*run, "--allow-weak-isolation").exit_code == 0
    assert gradebooks.results(tmp_path / "out")["ada"].mark.isolation == "D"


def test_a_file_that_is_no_gradebook_is_left_alone(tmp_path):
    write_notebooks(tmp_path / "in", "ada")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "gradebook.db").write_text("my marks\n" * 100)
    said = _refused(tmp_path / "in", "--out", tmp_path / "out")
    assert "a gradebook: file is not a database" in said
    assert (tmp_path / "out" / "gradebook.db").read_text() == "my marks\n" * 100


def test_marks_of_another_chapter_are_left_alone(tmp_path):
    write_notebooks(tmp_path / "in", "ada")
    run = (tmp_path / "in", "--out", tmp_path / "out")
    invoke(*run, "--chapter", "00")
    assert "holds the marks of chapter start_here" in _refused(*run, "--chapter", "01")


forks = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the processes that grade know of no patch")


@forks
def test_a_fault_of_the_grader_costs_one_exercise_and_is_told(tmp_path, monkeypatch):
    write_notebooks(tmp_path / "in", "ada", source="\n".join(classroom.cells()))

    def faulty(exercise, runner, *, seed):
        if exercise.name == "shift_loss":
            raise ZeroDivisionError("unforeseen")
        return evaluate(exercise, runner, seed=seed)

    monkeypatch.setattr(grader, "evaluate", faulty)
    invoke(tmp_path / "in", "--out", tmp_path / "out")
    row = table(tmp_path / "out")["ada"]
    assert "shift_loss: the grader failed (ZeroDivisionError: unforeseen): look at it by hand" in row["note"]
    assert (row["shift_loss"], row["squared_error"]) == ("0", "1")


def test_a_file_that_is_nobodys_is_named(tmp_path):
    write_notebooks(tmp_path / "in", "ada")
    (tmp_path / "in" / "plan.py").write_text("x = 1", encoding="utf-8")
    result = invoke(tmp_path / "in", "--out", tmp_path / "out")
    assert "Not graded:\n  plan.py (no notebook)" in result.output
    assert list(table(tmp_path / "out")) == ["ada"]


def _recorded(out: Path) -> dict[str, Result]:
    try:
        return gradebooks.results(out)
    except database.GradebookError:  # it is being made
        return {}


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_ctrl_c_keeps_what_is_graded_and_the_next_run_goes_on(tmp_path):
    write_notebooks(tmp_path / "in", "ada", "ben")
    write_notebooks(tmp_path / "in", "cleo", source="def squared_error(y_hat, y):\n    while True: pass")
    arguments = [str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--time-limit", "60", "--jobs", "1"]
    code = "import typer; from autograder.commands.grade import grade; typer.run(grade)"
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "out" / "gradebook.db").exists() or len(_recorded(tmp_path / "out")) < 2:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    try:
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130, said
    assert "2 of 3 graded and saved" in said
    assert list(table(tmp_path / "out")) == ["ada", "ben"]
    write_notebooks(tmp_path / "in", "cleo")
    result = invoke(*arguments)
    assert "2 of them earlier" in result.output
    assert list(table(tmp_path / "out")) == ["ada", "ben", "cleo"]


@forks
def test_a_file_without_permission_keeps_its_row(tmp_path, monkeypatch):
    write_notebooks(tmp_path / "in", "ada", "ben")
    original = Path.read_bytes

    def refuse(path):
        if path.parent.name == "ada":
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    invoke(tmp_path / "in", "--out", tmp_path / "out")
    rows = table(tmp_path / "out")
    assert rows["ada"]["note"] == "The file cannot be read: Permission denied."
    assert (rows["ada"]["points"], rows["ben"]["points"]) == ("0", "1")


def test_limits_too_low_to_start_a_process_are_refused(tmp_path):
    write_notebooks(tmp_path / "in", "ada")
    said = _refused(tmp_path / "in", "--out", tmp_path / "out", "--memory-limit", "20")
    assert "no process for students' code starts with these limits" in said


def test_texts_that_no_file_can_hold_do_not_stop_the_run(tmp_path):
    write_notebooks(tmp_path / "in", "ada", source="def squared_error(a, b): raise ValueError('\\ud800 \\x1b[31m')")
    boom = "def boom():\n    raise ValueError('\\ud800')\nsquared_error = boom()"
    write_notebooks(tmp_path / "in", "ben", source=boom)
    assert invoke(tmp_path / "in", "--out", tmp_path / "out").exit_code == 0
    page = Text((tmp_path / "out" / "feedback" / "ada.html").read_text(encoding="utf-8"))
    assert "raises ValueError: \\ud800 \\x1b[31m" in page.text
    assert table(tmp_path / "out")["ben"]["note"].endswith("ValueError in code cell 1, line 2: \\ud800.")


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text on other systems")
def test_a_file_name_that_is_no_text_keeps_its_row(tmp_path):
    write_notebooks(tmp_path / "in", "ada")
    (tmp_path / "in" / "ada").rename(tmp_path / "in" / "Jos\udce9")
    assert invoke(tmp_path / "in", "--out", tmp_path / "out").exit_code == 0
    assert table(tmp_path / "out")["Jos\\udce9"]["points"] == "1"


def test_no_cell_becomes_a_formula(tmp_path):
    for k, name in enumerate(("=1+1", "+1", "-1", "@SUM(A1)")):
        write_notebooks(tmp_path / "in", name, source=f"x = {k}")
    invoke(tmp_path / "in", "--out", tmp_path / "out")
    with (tmp_path / "out" / "grades.csv").open(newline="", encoding="utf-8") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
