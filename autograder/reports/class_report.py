"""The teacher's page on a class: who has solved what, what went wrong, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from markupsafe import Markup

from ..files import write_text
from ..gradebook import reading
from ..gradebook.database import Gradebook
from ..gradebook.records import Result
from ..learner.display import code
from . import feedback, pages

REPORT = "report.html"
# A message that quotes a student's error may be long; each exercise has several.
MESSAGE_LINES, LINE_LENGTH = 4, 300
# Among so many different messages about one mistake, the most common one has already come.
MESSAGES = 500
LABELS = {
    "not_attempted": "not attempted",
    "error": "raises an error",
    "failed": "wrong in another way",
}


@dataclass(frozen=True)
class Finding:
    """What went wrong in an exercise for some students.

    Args:
        number: identifies it on the page.
        label: what it is, in a few words.
        count: how many students.
        share: their share of all students, in percent.
        example: lines of the most common message.
    """

    number: int
    label: str
    count: int
    share: float
    example: tuple[Markup, ...]


@dataclass(frozen=True)
class Column:
    """An exercise of the table: `full` is the percentage of students with full marks."""

    name: str
    points: float
    full: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Cell:
    """A student's points of an exercise: the text, the class of its colour, the number of what went wrong, if any."""

    text: str
    look: str
    number: int | None


@dataclass(frozen=True)
class Row:
    """A student of the table; `page` is the address of the page of feedback, if there is one."""

    student: str
    page: str | None
    percent: float
    points: float
    cells: tuple[Cell, ...]
    note: str


@dataclass(frozen=True)
class Remarked:
    """A remark on right answers to an exercise: how many students got it, and what it says."""

    exercise: str
    label: str
    count: int
    text: Markup


@dataclass(frozen=True)
class Bar:
    """A bar of the distribution: its range in percent, how many students, and its height in the picture's units."""

    label: str
    count: int
    height: int


Key = tuple[str, str]
"""An exercise's id, and the recognised mistake or else the verdict's status."""


@dataclass
class _Class:
    """What the page says about all students together."""

    percents: list[float] = field(default_factory=list)
    counts: Counter[Key] = field(default_factory=Counter)
    messages: dict[Key, Counter[str]] = field(default_factory=dict)
    passed: Counter[str] = field(default_factory=Counter)
    remarks: Counter[Key] = field(default_factory=Counter)
    remark_texts: dict[Key, str] = field(default_factory=dict)

    def add(self, result: Result, percent: float) -> None:
        self.percents.append(percent)
        for verdict in result.verdicts:
            for remark in verdict["remarks"]:
                self.remarks[verdict["exercise"], remark["id"]] += 1
                self.remark_texts.setdefault((verdict["exercise"], remark["id"]), remark["text"])
            key = _key(verdict)
            if key is None:
                self.passed[verdict["exercise"]] += 1
                continue
            self.counts[key] += 1
            messages = self.messages.setdefault(key, Counter())
            if verdict["message"] in messages or len(messages) < MESSAGES:
                messages[verdict["message"]] += 1


def write(out: Path, book: Gradebook) -> Path:
    """Write `report.html` into a folder of results, and return its path.

    Hidden cases do not appear at all. The page links to each page of feedback that the folder holds.

    Args:
        out: the folder of results.
        book: the marks of at least one student.

    Raises:
        OSError: the folder cannot be written.
    """
    edition, together = book.edition, _Class()
    for result in reading.results(book):
        together.add(result, edition.percent(result.points))
    findings = _findings(together)
    page = pages.render(
        "report.html",
        title=edition.chapter.replace("_", " ").capitalize(),
        edition=edition,
        facts=_facts(together.percents),
        bars=distribution(together.percents),
        exercises=_columns(edition.exercises, together, findings),
        rows=_rows(out, book, findings),
        remarks=_remarks(together),
    )
    write_text(out / REPORT, page, private=True)
    return out / REPORT


def distribution(percents: Sequence[float]) -> list[Bar]:
    """Return the ten bars of a distribution of points.

    Args:
        percents: each student's points in percent.

    Example:
        >>> [bar.count for bar in distribution([0, 9.9, 10, 55, 100])]
        [2, 1, 0, 0, 0, 1, 0, 0, 0, 1]
    """
    counts = Counter(min(max(int(percent // 10), 0), 9) for percent in percents)
    most = max(counts.values(), default=1)
    labels = [f"{10 * i}–{10 * (i + 1)}" for i in range(10)]
    return [Bar(label, counts[i], round(130 * counts[i] / most)) for i, label in enumerate(labels)]


def _facts(percents: Sequence[float]) -> list[tuple[str, str]]:
    lower, median, upper = np.quantile(percents, (0.25, 0.5, 0.75))
    return [
        ("students", str(len(percents))),
        ("mean", f"{np.mean(percents):.0f} %"),
        ("median", f"{median:.0f} %"),
        ("the middle half", f"{lower:.0f} to {upper:.0f} %"),
    ]


def _findings(together: _Class) -> dict[Key, Finding]:
    """Return what went wrong, the most common first."""
    ranked = sorted(together.counts, key=lambda key: (-together.counts[key], key))
    return {key: _finding(number, key, together) for number, key in enumerate(ranked)}


def _key(verdict: dict[str, Any]) -> Key | None:
    if verdict["status"] == "passed":
        return None
    return verdict["exercise"], verdict["mistake"] or verdict["status"]


def _finding(number: int, key: Key, together: _Class) -> Finding:
    what, messages = key[1], together.messages[key]
    label = LABELS.get(what, what.replace("_", " "))
    commonest = min(messages, key=lambda message: (-messages[message], len(message), message))
    lines = commonest.split("\n")[:MESSAGE_LINES] if what != "not_attempted" else []
    short = [line if len(line) <= LINE_LENGTH else f"{line[:LINE_LENGTH]}…" for line in lines]
    count = together.counts[key]
    share = 100 * count / len(together.percents)
    return Finding(number, label, count, share, tuple(Markup(code(line)) for line in short))


def _remarks(together: _Class) -> list[Remarked]:
    """Return the remarks on right answers, the most common first."""
    return [
        Remarked(key[0].rpartition(".")[2], key[1].replace("_", " "), count, Markup(code(together.remark_texts[key])))
        for key, count in sorted(together.remarks.items(), key=lambda item: (-item[1], item[0]))
    ]


def _columns(exercises: dict[str, float], together: _Class, findings: dict[Key, Finding]) -> list[Column]:
    return [
        Column(
            name.rpartition(".")[2],
            points,
            100 * together.passed[name] / len(together.percents),
            tuple(finding for (exercise, _), finding in findings.items() if exercise == name),
        )
        for name, points in exercises.items()
    ]


def _rows(out: Path, book: Gradebook, findings: dict[Key, Finding]) -> list[Row]:
    names = feedback.file_names(reading.everyone(book))
    there = {path.name for path in (out / feedback.FOLDER).glob("*.html")}
    edition, rows = book.edition, []
    for result in reading.results(book):
        name = names[result.student]
        page = f"{feedback.FOLDER}/{quote(name)}" if name in there else None
        verdicts = {verdict["exercise"]: verdict for verdict in result.verdicts}
        cells = tuple(_cell(verdicts.get(exercise), findings) for exercise in edition.exercises)
        percent = edition.percent(result.points)
        rows.append(Row(result.student, page, percent, result.points, cells, result.note))
    return sorted(rows, key=lambda row: (row.student.casefold(), row.student))


def _cell(verdict: dict[str, Any] | None, findings: dict[Key, Finding]) -> Cell:
    if verdict is None:
        return Cell("○", "open", None)
    key = _key(verdict)
    number = findings[key].number if key else None
    if verdict["status"] == "not_attempted":
        return Cell("○", "open", number)
    share = verdict["points"] / verdict["max_points"] if verdict["max_points"] else float(key is None)
    # Full marks and no marks have their own colours, the rest is coloured by thirds.
    look = 4 if share >= 1 else 0 if share <= 0 else 1 + min(int(3 * share), 2)
    sign = " !" if verdict["status"] == "error" else " *" if verdict["remarks"] else ""
    return Cell(f"{verdict['points']:g}{sign}", f"q{look}", number)
