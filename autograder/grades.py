"""The table of a class's marks, `grades.csv`: for the teacher's spreadsheet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from . import reading
from .database import Gradebook
from .files import write_text
from .gradebook import Result, no_formula

GRADES = "grades.csv"
HEADS = ["student", "file", "points", "max_points", "percent", "attempt", "handed_in", "percent_off", "note"]


def text(book: Gradebook) -> str:
    """Return the table: a row per student, sorted by name; times are in UTC."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    exercises = book.edition.exercises
    writer.writerow([*HEADS, *(name.rpartition(".")[2] for name in exercises)])
    writer.writerows(_row(book, result) for result in reading.results(book))
    return stream.getvalue()


def _row(book: Gradebook, result: Result) -> list[str]:
    edition = book.edition
    each = {verdict["exercise"]: verdict["points"] for verdict in result.verdicts}
    when = result.handed_in.isoformat(" ", "seconds").removesuffix("+00:00") if result.handed_in else ""
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
        *(f"{each.get(name, 0):g}" for name in edition.exercises),
    ]


def write(out: Path, book: Gradebook) -> None:
    """Write `grades.csv` into a folder, whole or not at all.

    Raises:
        OSError: the folder cannot be written.
    """
    write_text(out / GRADES, text(book))
