"""Export a class's marks as CSV: for a learning platform (Canvas, Moodle) or for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ..checking.exercise import Verdict
from ..errors import UserError
from ..gradebook import reading
from ..gradebook.database import Gradebook
from ..gradebook.records import Edition, Result, no_formula
from ..learner.display import code, remark_lines, verdict_lines, verdict_title
from ..submissions import class_list
from ..submissions.class_list import Roster
from ..submissions.discovery import printable
from . import grades_csv

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE = ("Email address", "ID number")
ASSIGNMENT = re.compile(r"(?P<name>.+) \((?P<id>\d+)\)")
POINTS_POSSIBLE = "Points Possible"


class Format(StrEnum):
    """Who a table is for."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    PLAIN = "plain"


class ExportError(UserError, ValueError):
    """Marks that cannot be exported as they are; the message says what to do."""


@dataclass(frozen=True)
class Export:
    """An exported table.

    Args:
        text: the file's content.
        rows: how many students it holds.
        notes: who is left out, and why, a line each.
        replaced: marks of the LMS that would change, a line each.
    """

    text: str
    rows: int
    notes: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()


def needless(to: Format, students: Path | None, assignment: str | None, out_of: float | None) -> list[str]:
    """Return which of the given options a format does not use."""
    given = {"--students": students, "--assignment": assignment, "--out-of": out_of}
    needless = {Format.CANVAS: [], Format.MOODLE: ["--assignment"], Format.PLAIN: list(given)}
    return [option for option in needless[to] if given[option] is not None]


WHERE = {
    Format.CANVAS: "the file that Canvas offers under Grades, Export",
    Format.MOODLE: "the file that Moodle offers under Participants, or the assignment's grading worksheet",
}


def plain(book: Gradebook) -> Export:
    """Return `grades.csv` with the mark by which Excel recognises UTF-8."""
    return Export(f"\ufeff{grades_csv.of(book).text}", len(reading.everyone(book)))


def canvas(book: Gradebook, listed: Roster, assignment: str | None, out_of: float | None) -> Export:
    """Return a table for Canvas' gradebook import: the class list's own columns and that of the assignment.

    Args:
        book: the marks.
        listed: Canvas' gradebook export.
        assignment: name or number of the assignment; None if the list has only one.
        out_of: points for full marks in the LMS; None for the chapter's own.

    Raises:
        ExportError: `listed` is not a gradebook export, lacks the assignment, or gives it other points.
    """
    if missing := {"Student", "ID"} - set(listed.columns):
        raise ExportError(f"the class list has no column {' and '.join(sorted(missing))}: {WHERE[Format.CANVAS]}")
    column = _assignment(listed, assignment)
    heads = [head for head in CANVAS if head in listed.columns]
    full = book.edition.max_points if out_of is None else out_of
    # Canvas puts lines about the assignments above the students: only those have no number.
    possible = [row for row in listed.rows if row.get("Student", "").strip() == POINTS_POSSIBLE]
    worth = possible[0].get(column, "").strip() if possible else ""
    if worth and _number(worth) != full:
        raise ExportError(f"{column} is worth {worth} points in Canvas, {full:g} here: add --out-of {worth}")
    people = [row for row in listed.rows if row.get("ID", "").strip().isdigit()]
    keys = [
        [*class_list.names_of(row), *(row.get(head, "") for head in ("ID", "SIS User ID", "SIS Login ID"))]
        for row in people
    ]
    rows: list[list[str]] = [[POINTS_POSSIBLE, *[""] * (len(heads) - 1), f"{full:g}"]]
    replaced = []

    def add(row: dict[str, str], result: Result) -> None:
        points = _points(book.edition, result, full)
        before = row.get(column, "").strip()
        if before and _number(before) != float(points):
            replaced.append(f"{printable(row['Student'])}: {printable(before)} in Canvas would become {points}")
        rows.append([no_formula(row["Student"]), *(row[head] for head in heads[1:]), points])

    notes = _join(book, people, keys, [[row["ID"]] for row in people], heads[1:], add)
    return Export(_table([*heads, column], rows), len(rows) - 1, notes, tuple(replaced))


def moodle(book: Gradebook, listed: Roster, out_of: float | None) -> Export:
    """Return a table for Moodle's grade import: address or number, mark, and feedback as HTML.

    Args:
        book: the marks.
        listed: Moodle's participants, or a grading worksheet.
        out_of: points for full marks in the LMS; None for the chapter's own.
    """
    heads = [head for head in MOODLE if head in listed.columns]
    full = book.edition.max_points if out_of is None else out_of
    numbers = [[row.get("Identifier", "").removeprefix("Participant ")] for row in listed.rows]
    keys = [
        [*class_list.names_of(row), *(row[head] for head in heads), *number]
        for row, number in zip(listed.rows, numbers, strict=True)
    ]
    rows: list[list[str]] = []
    above = []

    def add(row: dict[str, str], result: Result) -> None:
        points = _points(book.edition, result, full)
        if float(points) > full:
            above.append(
                f"Above full marks, which Moodle accepts only if its site allows it: {printable(result.student)}"
            )
        rows.append([*(row[head] for head in heads), points, no_formula(feedback(result))])

    notes = (*_join(book, listed.rows, keys, numbers, heads, add), *above)
    title = book.chapter.replace("_", " ").capitalize()
    return Export(_table([*heads, f"{title} (Real)", f"{title} (Feedback)"], rows), len(rows), notes)


def feedback(result: Result) -> str:
    """Return what a student reads about a result, as HTML in one line. Hidden cases appear by name only."""
    lines = [*result.notes]
    for verdict in map(Verdict.from_dict, result.verdicts):
        lines += [verdict_title(verdict), *(remark_lines(verdict) if verdict.passed else verdict_lines(verdict))]
    return "<br>".join(code(" ".join(line.split())) for line in lines)


def _assignment(listed: Roster, word: str | None) -> str:
    found = {head: match for head in listed.columns if (match := ASSIGNMENT.fullmatch(head))}
    fitting = [head for head, match in found.items() if word is None or word in (head, match["name"], match["id"])]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(map(repr, found)) or "none: create the assignment in Canvas, then export the gradebook again"
    what = "choose one with --assignment" if word is None else f"--assignment {word} matches {len(fitting)} assignments"
    raise ExportError(f"{what}; the class list has {names}")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _points(edition: Edition, result: Result, full: float) -> str:
    return f"{round(result.points * full / edition.max_points, 2) if edition.max_points else 0:g}"


def _join(
    book: Gradebook,
    people: Sequence[dict[str, str]],
    keys: Sequence[Iterable[str]],
    numbers: Sequence[Iterable[str]],
    identifying: Sequence[str],
    add: Callable[[dict[str, str], Result], None],
) -> tuple[str, ...]:
    """Add each mark to its row; return a line for each mark without a row, and for each row without a mark."""
    found = class_list.match(reading.everyone(book), keys, numbers)
    notes = [f"Not in the class list, left out: {printable(student)}" for student in found.unknown]
    notes += [f"Matches more than one row, left out: {printable(student)}" for student in found.unclear]
    notes += [
        f"Matched by name alone, as the class list does not hold the number: {printable(student)}"
        for student in found.by_name
    ]
    for result in reading.results(book, list(found.rows)):
        student = result.student
        row = people[found.rows[student]]
        # An LMS would not recognise its own number with an apostrophe before it.
        if any(no_formula(row[head]) != row[head] for head in identifying):
            notes.append(f"Login or number looks like a formula, left out: {printable(student)}")
        elif not any(row[head] for head in identifying):
            notes.append(f"No login or number in the class list, left out: {printable(student)}")
        else:
            add(row, result)
    unmarked = sorted(set(range(len(people))) - set(found.rows.values()))
    names = (next(iter(class_list.names_of(people[number])), "?") for number in unmarked)
    return (*notes, *(f"In the class list without a mark: {printable(name)}" for name in names))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([no_formula(head) for head in heads])
    writer.writerows(rows)
    return text.getvalue()
