"""Write marks to the gradebook. No mark is ever overwritten: that of another edition is stored beside it.

A mark is one transaction. Its key is who handed in which content, and which edition graded it: what another run has
recorded meanwhile is found, not doubled, and a killed run has recorded each mark whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ..submissions.discovery import FILE_DATE, Submission
from .database import TRIES, Gradebook
from .records import Mark
from .schema import CASE, GradebookError, attempt, correction, edition, grading, verdict, writing

# Built once: for a large class, building them each time would take longer than the database does.
ATTEMPT = sa.select(attempt).where(
    *(attempt.c[name] == sa.bindparam(name) for name in ("assignment_id", "student", "sha256"))
)
NEWEST = sa.select(sa.func.max(attempt.c.seen)).where(
    *(attempt.c[name] == sa.bindparam(name) for name in ("assignment_id", "student"))
)
GRADING = sa.select(grading.c.id).where(
    grading.c.attempt_id == sa.bindparam("attempt"), grading.c.edition_id == sa.bindparam("edition")
)


def record(book: Gradebook, mark: Mark, submission: Submission) -> bool:
    """Store a mark by the newest edition, in one transaction.

    Args:
        book: the gradebook.
        mark: the mark.
        submission: what it is for.

    Returns:
        False if the gradebook already holds a mark of the same content by the same edition.

    Raises:
        GradebookError: other runs keep recording marks at the same moment.
    """
    for _ in range(TRIES):
        try:
            with writing(book.engine) as connection:
                attempt_id, is_new = _attempt_id(book, connection, mark, submission)
                by_edition = {"attempt": attempt_id, "edition": book.edition_id}
                if not is_new and connection.scalar(GRADING, by_edition) is not None:
                    return False
                rows = [_row(book, each) for each in mark.verdicts]
                _insert(book, connection, attempt_id, mark.notes, mark.isolation, rows)
                return True
        except IntegrityError:
            continue  # another run has recorded it at the same moment
    raise GradebookError(f"the mark of {mark.student} cannot be recorded: run the command again")


def _attempt_id(book: Gradebook, connection: sa.Connection, mark: Mark, submission: Submission) -> tuple[int, bool]:
    """Return the number of the attempt's row, and whether it is new."""
    key = {"assignment_id": book.id, "student": mark.student, "sha256": mark.sha256}
    row = connection.execute(ATTEMPT, key).mappings().first()
    newest = connection.scalar(NEWEST, {"assignment_id": book.id, "student": mark.student})
    seen = _after(newest)
    if row is None:
        values = {
            **key,
            "file": mark.file,
            "found": list(mark.found),
            "seen": seen,
            "handed_in": submission.handed_in,
            "dated_by": submission.dated_by,
        }
        return connection.execute(sa.insert(attempt), values).inserted_primary_key[0], True  # type: ignore[index]
    changes = _changes(row, submission) | {"seen": seen}
    connection.execute(sa.update(attempt).where(attempt.c.id == row["id"]).values(**changes))
    return row["id"], False


def _after(seen: datetime | None) -> datetime:
    """Return the present moment, or the first one after `seen` if the clock has been set back since."""
    now = datetime.now(UTC)
    return max(now, seen + timedelta(microseconds=1)) if seen else now


def _row(book: Gradebook, plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return a verdict by the newest edition as the database stores it."""
    cases = [[case[name] for name in CASE] for case in plain["cases"]]
    return {**plain, "cases": cases, "judged_by": book.edition_id}


def _insert(
    book: Gradebook,
    connection: sa.Connection,
    attempt_id: int,
    notes: Sequence[str],
    isolation: str,
    verdicts: Sequence[Mapping[str, Any]],
) -> None:
    values = {
        "attempt_id": attempt_id,
        "edition_id": book.edition_id,
        "notes": list(notes),
        "isolation": isolation,
        "graded": datetime.now(UTC),
    }
    grading_id = connection.execute(sa.insert(grading), values).inserted_primary_key[0]  # type: ignore[index]
    rows = [{**each, "grading_id": grading_id, "position": at} for at, each in enumerate(verdicts)]
    if rows:
        connection.execute(sa.insert(verdict), rows)


def kept(book: Gradebook, found: Iterable[tuple[Submission, str]]) -> set[str]:
    """Return which students need no grading: the newest edition has graded what they have handed in.

    Args:
        book: the gradebook.
        found: each submission, with the digest of its content; without a notebook it is empty.
    """
    newest: dict[str, sa.RowMapping] = {}
    rows: dict[tuple[str, str], sa.RowMapping] = {}
    by_edition = sa.and_(grading.c.attempt_id == attempt.c.id, grading.c.edition_id == book.edition_id)
    query = (
        sa.select(attempt, grading.c.id.label("grading_id"))
        .outerjoin(grading, by_edition)
        .where(attempt.c.assignment_id == book.id)
        .order_by(attempt.c.seen, attempt.c.id)
    )
    with book.engine.connect() as connection:
        for row in connection.execute(query).mappings():
            rows[row["student"], row["sha256"]] = row
            newest[row["student"]] = row
    students, changes = set(), []
    for submission, digest in found:
        known = rows.get((submission.student, digest))
        if known is None or known["grading_id"] is None:
            continue
        students.add(submission.student)
        changed = _changes(known, submission)
        last = newest[submission.student]
        if last["id"] != known["id"]:
            changed["seen"] = _after(last["seen"])  # handed in again, after another one
        if changed:
            changes.append((known["id"], changed))
    if changes:
        with writing(book.engine) as connection:
            for attempt_id, values in changes:
                connection.execute(sa.update(attempt).where(attempt.c.id == attempt_id).values(**values))
    return students


def _changes(row: sa.RowMapping, submission: Submission) -> dict[str, Any]:
    """Return what changes in a known attempt's row, given a submission of the same content."""
    changes: dict[str, Any] = {}
    if row["found"] != list(submission.notes):
        changes["found"] = list(submission.notes)
    # The first time of handing in stays, but what a platform says is worth more than a file's date.
    before, now = row["handed_in"], submission.handed_in
    better = row["dated_by"] == FILE_DATE and submission.dated_by != FILE_DATE
    earlier = row["dated_by"] == submission.dated_by and now and before and now < before
    if (now and before is None) or better or earlier:
        changes |= {"handed_in": now, "dated_by": submission.dated_by}
    return changes


def judged(book: Gradebook, student: str, sha256: str, exercise: str) -> tuple[dict[str, Any], bool] | None:
    """Return the current verdict on an exercise, and whether the newest edition gave it; None for an unknown attempt.

    Args:
        book: the gradebook.
        student: the student's name.
        sha256: the digest of the content that was handed in.
        exercise: id of the exercise.
    """
    with book.engine.connect() as connection:
        row = _standing(book, connection, student, sha256)
        if row is None:
            return None
        query = sa.select(verdict).where(verdict.c.grading_id == row["id"], verdict.c.exercise == exercise)
        found = connection.execute(query).mappings().first()
    if found is None:  # the exercise is newer than the mark
        return {"points": 0.0, "status": "not_attempted"}, False
    return {"points": found["points"], "status": found["status"]}, found["judged_by"] == book.edition_id


def rejudge(book: Gradebook, mark: Mark, exercise: str) -> bool:
    """Replace the current verdict on one exercise, in one transaction; the others stay unchanged.

    Args:
        book: the gradebook; its newest edition has judged the exercise.
        mark: holds the verdict.
        exercise: id of the exercise.

    Returns:
        False if another run was faster.

    Raises:
        GradebookError: the gradebook holds no such attempt, or other runs keep writing at the same moment.
    """
    (new,) = (each for each in mark.verdicts if each["exercise"] == exercise)
    for _ in range(TRIES):
        try:
            with writing(book.engine) as connection:
                row = _standing(book, connection, mark.student, mark.sha256)
                if row is None:
                    raise GradebookError(f"the gradebook holds no such notebook of {mark.student}: grade it first")
                query = sa.select(verdict).where(verdict.c.grading_id == row["id"]).order_by(verdict.c.position)
                old = [dict(each) for each in connection.execute(query).mappings()]
                return _replace(book, connection, row, old, mark, _row(book, new))
        except IntegrityError:
            continue  # another run has done it at the same moment
    raise GradebookError(f"the mark of {mark.student} cannot be recorded: run the command again")


def _replace(
    book: Gradebook,
    connection: sa.Connection,
    row: sa.RowMapping,
    old: Sequence[dict[str, Any]],
    mark: Mark,
    new: dict[str, Any],
) -> bool:
    name = new["exercise"]
    if any(each["exercise"] == name and each["judged_by"] == book.edition_id for each in old):
        return False
    own = f"{name.rpartition('.')[2]}: "  # how notes on an exercise begin
    notes = [note for note in row["notes"] if not note.startswith(own)]
    notes += [note for note in mark.notes if note.startswith(own)]
    weaker = max(row["isolation"], mark.isolation)
    if row["edition_id"] != book.edition_id:
        others = [each for each in old if each["exercise"] != name]
        at = next((at for at, each in enumerate(old) if each["exercise"] == name), len(others))
        _insert(book, connection, row["attempt_id"], notes, weaker, [*others[:at], new, *others[at:]])
        return True
    # An earlier correction of another exercise made this grading: the one before it still holds the old verdict.
    here = (verdict.c.grading_id == row["id"], verdict.c.exercise == name)
    if any(each["exercise"] == name for each in old):
        connection.execute(sa.update(verdict).where(*here).values(**new))
    else:
        connection.execute(sa.insert(verdict).values(**new, grading_id=row["id"], position=len(old)))
    connection.execute(sa.update(grading).where(grading.c.id == row["id"]).values(notes=notes, isolation=weaker))
    return True


def _standing(book: Gradebook, connection: sa.Connection, student: str, sha256: str) -> sa.RowMapping | None:
    """Return the grading of an attempt by the newest edition that has graded it."""
    query = (
        sa.select(grading)
        .join(attempt, attempt.c.id == grading.c.attempt_id)
        .join(edition, edition.c.id == grading.c.edition_id)
        .where(attempt.c.assignment_id == book.id, attempt.c.student == student, attempt.c.sha256 == sha256)
        .order_by(edition.c.number.desc())
        .limit(1)
    )
    return connection.execute(query).mappings().first()


def correct(book: Gradebook, student: str, exercise: str, points: float | None, reason: str, by: str) -> None:
    """Store points that a teacher gives by hand, for every attempt of a student; earlier corrections stay on record.

    Args:
        book: the gradebook.
        student: the student's name.
        exercise: id of the exercise.
        points: these replace the points of the check; None takes a correction back.
        reason: why; the student reads it.
        by: who gives them; the student reads that, too.
    """
    values = {"student": student, "exercise": exercise, "points": points, "reason": reason, "made_by": by}
    with writing(book.engine) as connection:
        connection.execute(sa.insert(correction).values(assignment_id=book.id, made=datetime.now(UTC), **values))
