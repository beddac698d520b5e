"""Read marks from the gradebook: what each student gets, with a few hundred students in memory at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from .database import Gradebook
from .policy import Attempt, Attempts, Correction, Policy
from .records import Mark, Result
from .schema import CASE, attempt, correction, edition, grading, verdict

PAGE = 200


def everyone(book: Gradebook) -> list[str]:
    """Return the names of all students who have handed in anything, in order."""
    query = sa.select(attempt.c.student).where(attempt.c.assignment_id == book.id).distinct()
    with book.engine.connect() as connection:
        return list(connection.scalars(query.order_by(attempt.c.student)))


def graded(book: Gradebook) -> int:
    """Return the number of students for whom the newest edition has graded anything."""
    query = (
        sa.select(sa.func.count(attempt.c.student.distinct()))
        .join(grading, grading.c.attempt_id == attempt.c.id)
        .where(grading.c.edition_id == book.edition_id)
    )
    with book.engine.connect() as connection:
        return connection.scalar(query) or 0


def results(book: Gradebook, students: Sequence[str] | None = None) -> Iterator[Result]:
    """Yield what each student gets, in order of names, with only a few hundred in memory.

    Args:
        book: the gradebook.
        students: their names; None for all.
    """
    policy = book.policy
    names = everyone(book) if students is None else sorted(students)
    for start in range(0, len(names), PAGE):
        page = names[start : start + PAGE]
        by_hand = corrections(book, page)
        for student, found in _attempts(book, page, policy).items():
            yield policy.result(found, by_hand.get(student, {}))


def attempts(book: Gradebook, student: str) -> list[Attempt]:
    """Return a student's attempts, the first one first; none if the gradebook does not know the name."""
    return _attempts(book, [student], None).get(student, [])


def _attempts(book: Gradebook, page: Sequence[str], policy: Policy | None) -> dict[str, list[Attempt]]:
    """Return each student's attempts, with verdicts where the policy needs them, or everywhere if there is none."""
    query = (
        sa.select(attempt, grading.c.id.label("grading_id"), grading.c.notes, grading.c.isolation)
        .join(grading, grading.c.attempt_id == attempt.c.id)
        .join(edition, edition.c.id == grading.c.edition_id)
        .where(attempt.c.assignment_id == book.id, attempt.c.student.in_(page))
        .order_by(attempt.c.student, attempt.c.id, edition.c.number)
    )
    with book.engine.connect() as connection:
        rows = connection.execute(query).mappings().all()
        made: dict[str, dict[int, Attempt]] = {}
        for student, group in groupby(rows, key=lambda row: row["student"]):
            newest = {row["id"]: row for row in group}  # of several gradings the last stays: the newest edition's
            # An empty folder stands for a student who has handed in nothing else; otherwise it is not an attempt.
            some = [row for row in newest.values() if row["file"]] or newest.values()
            made[student] = {row["grading_id"]: _attempt(row, at) for at, row in enumerate(some, 1)}
        verdicts = _verdicts(connection, [key for found in made.values() for key in _needed(found, policy)])
    return {
        student: [_with(each, verdicts.get(key, ())) for key, each in found.items()] for student, found in made.items()
    }


def _needed(found: dict[int, Attempt], policy: Policy | None) -> list[int]:
    if policy is None or policy.attempts is Attempts.BEST:
        return list(found)
    last = policy.last(list(found.values()))
    return [key for key, each in found.items() if each is last]


def _verdicts(connection: sa.Connection, gradings: Sequence[int]) -> dict[int, tuple[dict[str, Any], ...]]:
    query = sa.select(verdict).where(verdict.c.grading_id.in_(gradings))
    rows = connection.execute(query.order_by(verdict.c.grading_id, verdict.c.position)).mappings()
    return {key: tuple(map(_plain, group)) for key, group in groupby(rows, key=lambda row: row["grading_id"])}


def _attempt(row: sa.RowMapping, number: int) -> Attempt:
    mark = Mark(
        row["student"], row["file"], row["sha256"], tuple(row["found"]), tuple(row["notes"]), (), row["isolation"]
    )
    return Attempt(mark, number, row["seen"], row["handed_in"], row["dated_by"])


def _with(found: Attempt, verdicts: tuple[dict[str, Any], ...]) -> Attempt:
    return replace(found, mark=replace(found.mark, verdicts=verdicts))


def _plain(row: sa.RowMapping) -> dict[str, Any]:
    if not 0 <= row["points"] < math.inf:
        raise ValueError(f"{row['points']} points")  # `opened` then says that the gradebook is damaged
    names = (
        "exercise",
        "status",
        "points",
        "max_points",
        "mistake",
        "message",
        "finding",
        "remarks",
        "comparison",
    )
    return {name: row[name] for name in names} | {
        "cases": tuple(dict(zip(CASE, case, strict=True)) for case in row["cases"])
    }


def corrections(book: Gradebook, students: Sequence[str]) -> dict[str, dict[str, Correction]]:
    """Return the points that a teacher has given by hand and not taken back, by student and exercise."""
    found: dict[str, dict[str, Correction]] = {}
    with book.engine.connect() as connection:
        for start in range(0, len(students), PAGE):
            there = (correction.c.assignment_id == book.id, correction.c.student.in_(students[start : start + PAGE]))
            query = sa.select(correction).where(*there).order_by(correction.c.id)
            for row in connection.execute(query).mappings():
                own = found.setdefault(row["student"], {})
                own.pop(row["exercise"], None)
                if row["points"] is not None:
                    own[row["exercise"]] = Correction(
                        *(row[name] for name in ("exercise", "points", "reason", "made_by", "made"))
                    )
    return found
