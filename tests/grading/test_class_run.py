"""`kill -9` at any moment, then the same command again: no mark is lost, none is doubled, none is other than it was."""

from __future__ import annotations

import multiprocessing
import os
import random
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer

from autograder.commands.grade import grade
from autograder.commands.program import told
from autograder.gradebook import database, reading
from tests import classroom, gradebooks
from tests.classroom import NOTEBOOK

KILLS, STUDENTS = 20, 8


def _class(folder: Path) -> None:
    """Write a class of which no two students have solved the same exercises."""
    solved = {name: classroom.filled(exercise) for name, exercise in classroom.EXERCISES.items()}
    names = ["squared_error", "shift_loss", "cubic_gradient"]
    for number in range(STUDENTS):
        path = folder / f"student-{number:02}" / NOTEBOOK
        path.parent.mkdir(parents=True)
        chosen = [solved[name] for bit, name in enumerate(names) if number >> bit & 1]
        path.write_bytes(classroom.notebook(["import numpy as np", *chosen]))


def run(arguments: list[str]) -> None:
    """Grade, in a process of its own."""
    app = typer.Typer()
    app.command()(told(grade))
    with (Path(arguments[2]).parent / "said.txt").open("a", encoding="utf-8") as sys.stdout:
        sys.stderr = sys.stdout
        app(arguments)


def _marks(out: Path) -> dict[str, Any]:
    """Return each student's whole verdicts; of a gradebook that is only just being made, none."""
    try:
        with database.opened(out) as book:
            found = {result.student: result for result in reading.results(book)}
    except database.GradebookError:
        return {}
    return {student: (result.attempts, result.verdicts) for student, result in found.items()}


def _marked(out: Path) -> int:
    """Return how many marks a gradebook holds, without much work; while it is only just being made, 0."""
    try:
        with closing(sqlite3.connect(f"file:{out}/gradebook.db?mode=ro", uri=True)) as book:
            return book.execute("SELECT count(*) FROM grading").fetchone()[0]
    except sqlite3.Error:
        return 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9, and no forkserver to start quickly from")
def test_a_run_killed_at_twenty_moments_loses_and_doubles_nothing(tmp_path, monkeypatch):
    """A gradebook is killed and gone on with until it is complete; then the next kill begins another one.

    Every other kill comes by the clock. Most of these meet a run that has not begun to grade or is done with it, so the
    others come as soon as a random number of new marks is there.
    """
    _class(tmp_path / "in")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.warmed"])
    chance, table = random.Random(5), []

    def start(out: Path) -> Any:
        arguments = [str(tmp_path / "in"), "--out", str(out), "--seed", "3", "--jobs", "2", "--chapter", "01"]
        process = context.Process(target=run, args=(arguments,))
        process.start()
        return process

    def completed(out: Path) -> float:
        begin, process = time.monotonic(), start(out)
        process.join(120)
        assert process.exitcode == 0, (out.parent / "said.txt").read_text(encoding="utf-8")
        return time.monotonic() - begin

    warm = context.Process(target=str)  # the server of processes starts, and imports what they need
    warm.start()
    warm.join()
    seconds = completed(tmp_path / "whole")
    whole = _marks(tmp_path / "whole")
    assert len(whole) == STUDENTS
    book, before = 0, 0
    for kill in range(KILLS):
        out, moment = tmp_path / f"killed-{book}", chance.uniform(0, seconds)
        wanted = chance.randint(before + 1, STUDENTS)
        begin, process = time.monotonic(), start(out)
        if kill % 2:
            process.join(moment)
        else:
            while process.exitcode is None and _marked(out) < wanted:
                process.join(0.001)
        process.kill()
        process.join()
        moment = time.monotonic() - begin
        marks = _marks(out)
        assert marks.items() <= whole.items()
        assert before <= len(marks)
        table.append(f"{book:4} {moment:7.2f} {before:7} {len(marks):6}")
        before = len(marks)
        if before == STUDENTS:
            book, before = book + 1, 0
    exercises = len(classroom.EXERCISES)
    for out in sorted(tmp_path.glob("killed-*")):
        completed(out)
        assert _marks(out) == whole
        rows = {name: gradebooks.count(name, out) for name in ("edition", "attempt", "grading", "verdict")}
        assert rows == {"edition": 1, "attempt": STUDENTS, "grading": STUDENTS, "verdict": STUDENTS * exercises}
        assert (out / "grades.csv").read_bytes() == (tmp_path / "whole" / "grades.csv").read_bytes()
    assert [path.name for path in (tmp_path / "temporary").iterdir()] == []
    assert list(tmp_path.rglob(".*")) == [], "a half-written file stays"
    print("\n".join(["", f"a whole run takes {seconds:.2f} s", "book  killed  before  after", *table]))
    assert any(0 < int(line.split()[-1]) < STUDENTS for line in table), "no kill came in the midst of a run"
