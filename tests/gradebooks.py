"""Gradebooks for tests: made from marks, and read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from autograder.checking.exercise import CaseResult, Verdict
from autograder.gradebook import database, reading, recording, schema
from autograder.gradebook.database import Gradebook
from autograder.gradebook.records import Edition, Mark, Result
from autograder.submissions.discovery import Submission


def edition(exercises: dict[str, float], chapter: str = "gradient_descent", course: str = "0.1.0+abc") -> Edition:
    return Edition(
        chapter, 7, {"seconds": 5.0, "load_seconds": 20.0, "memory": 2**31}, exercises, course, "2", "3.11.2"
    )


CLASS = "ML 2026"  # in a database that several may share
EXERCISES = {"gradient_descent.first": 1.0, "gradient_descent.second": 2.0}
EDITION = edition(EXERCISES)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def mark(student: str, points: float = 0.0, sha256: str = "a", **changed) -> Mark:
    cases = (CaseResult("large numbers", points > 0, True, 1.0),)
    statuses = ["passed" if points else "failed", "not_attempted"]
    verdicts = [
        Verdict(name, status, each, EXERCISES[name], None, "Look\nagain: ✓", cases).to_dict()
        for name, status, each in zip(EXERCISES, statuses, (points, 0.0), strict=True)
    ]
    return Mark(student, f"{student}.ipynb", sha256, ("found",), ("a note",), tuple(verdicts), "A", **changed)


def handed(student: str, when: datetime | None = None, by: str = "nbgrader", notes: tuple[str, ...] = ("found",)):
    return Submission(student, None, notes, "", when, by)


def class_at(url: str | None) -> str:
    return CLASS if url else ""


@contextmanager
def book_of(out: Path, made: Edition, marks: Iterable[Mark], url: str | None = None) -> Iterator[Gradebook]:
    """Yield a gradebook in a folder, with marks by an edition."""
    with database.opened(out, url, made.chapter, class_at(url), create=True) as book:
        book.begin(made)
        for mark in marks:
            recording.record(book, mark, Submission(mark.student, None, mark.found))
        yield book


def results(out: Path, url: str | None = None) -> dict[str, Result]:
    """Return what each student gets, by name."""
    with database.opened(out, url, class_name=class_at(url)) as book:
        return {result.student: result for result in reading.results(book)}


def seed(out: Path) -> int:
    with database.opened(out) as book:
        return book.edition.seed


def count(table: str, out: Path, url: str | None = None) -> int:
    """Return how many rows a table of a gradebook holds."""
    with database.opened(out, url, class_name=class_at(url)) as book, book.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(schema.metadata.tables[table])) or 0
