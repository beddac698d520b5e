"""The table of a class's marks, `grades.csv`: for the teacher's spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ..checking.catalogue import exercises as all_exercises
from ..checking.exercise import Exercise
from ..files import write_text
from ..gradebook import reading
from ..gradebook.database import Gradebook
from ..gradebook.records import Edition, Result, no_formula
from ..gradebook.schema import GradebookError

GRADES = "grades.csv"
HEADS = ["student", "file", "points", "max_points", "percent", "attempt", "handed_in", "percent_off", "note", "remarks"]
CLASS = "class"  # the column of a class that shares its database


class Table:
    """The table as it grows: a row per student; times are in this computer's zone, with their offset from UTC."""

    def __init__(self, book: Gradebook) -> None:
        self._edition = book.edition
        self._class = [no_formula(book.class_name)] if book.class_name else []
        self._stream = io.StringIO()
        self._writer = csv.writer(self._stream, lineterminator="\n")
        exercises = (name.rpartition(".")[2] for name in self._edition.exercises)
        self._writer.writerow([*HEADS, *([CLASS] if self._class else []), *exercises])

    def add(self, result: Result) -> None:
        """Add a student's row."""
        points = {verdict["exercise"]: verdict["points"] for verdict in result.verdicts}
        each = (f"{points.get(name, 0):g}" for name in self._edition.exercises)
        self._writer.writerow([*_row(self._edition, result), *self._class, *each])

    @property
    def text(self) -> str:
        """The rows so far."""
        return self._stream.getvalue()

    def write(self, out: Path) -> None:
        """Write `grades.csv` into a folder, whole or not at all.

        Raises:
            OSError: the folder cannot be written.
        """
        write_text(out / GRADES, self.text, private=True)


def of(book: Gradebook) -> Table:
    """Return the table of a class, sorted by name."""
    table = Table(book)
    for result in reading.results(book):
        table.add(result)
    return table


def refuse_others(out: Path, exercises: Sequence[Exercise], class_name: str) -> None:
    """Refuse a folder whose `grades.csv` belongs to another chapter or class: the pages of both would be mixed.

    Args:
        out: the folder of results.
        exercises: those of the chapter that will be written there.
        class_name: the class's name in the gradebook; empty if it has none.

    Raises:
        GradebookError: the folder holds other marks.
    """
    try:
        with (out / GRADES).open(encoding="utf-8", newline="") as stream:
            table = csv.DictReader(stream)
            there, first = set(table.fieldnames or ()) - set(HEADS), next(table, None)
    except (OSError, UnicodeDecodeError, csv.Error):
        return
    others = {each.chapter for each in all_exercises().values() if each.name in there}
    if others and not there & {each.name for each in exercises}:
        raise GradebookError(f"{out} holds the marks of chapter {', '.join(sorted(others))}: choose another folder")
    if others and first and (other := first.get(CLASS) or "") != no_formula(class_name):
        whose = f"class {other}" if other else "a class with its own gradebook"
        hint = ", or name this class with --class" if other else ""
        raise GradebookError(f"{out} holds the marks of {whose}: choose another folder{hint}")


def _local(when: datetime) -> datetime:
    try:
        return when.astimezone()
    except (OverflowError, OSError):  # a year that the clock cannot show
        return when


def _remarks(result: Result) -> str:
    """Return the remarks on right answers by exercise, as the words of their ids: they cost no points."""
    remarked = (
        (verdict["exercise"].rpartition(".")[2], [remark["id"].replace("_", " ") for remark in verdict["remarks"]])
        for verdict in result.verdicts
        if verdict["remarks"]
    )
    return "; ".join(f"{name}: {', '.join(ids)}" for name, ids in remarked)


def _row(edition: Edition, result: Result) -> list[str]:
    when = _local(result.handed_in).isoformat(" ", "seconds") if result.handed_in else ""
    return [
        no_formula(result.student),
        no_formula(result.file),
        f"{result.points:g}",
        f"{edition.max_points:g}",
        f"{edition.percent(result.points):g}",
        f"{result.attempt} of {result.attempts}",
        when,
        f"{result.penalty:g}",
        no_formula(result.note),
        no_formula(_remarks(result)),
    ]
