"""Which of a student's attempts counts, and what lateness costs: computed each time, never stored with a mark."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from .records import Mark, Result


class Attempts(StrEnum):
    """Which attempt counts: the last, which the latest run found, or the one with the most points."""

    LAST = "last"
    BEST = "best"


@dataclass(frozen=True)
class Attempt:
    """A notebook that a student handed in, and its mark.

    Args:
        mark: by the newest edition that has graded it.
        number: 1 for the student's first attempt.
        seen: when a run first found it, or found it again after another one: later than that of any attempt before.
        handed_in: when it was handed in, if that is known.
        dated_by: how that is known: "nbgrader", "Gradescope", "the commit", "the file's date".
    """

    mark: Mark
    number: int
    seen: datetime
    handed_in: datetime | None = None
    dated_by: str = ""


@dataclass(frozen=True)
class Correction:
    """Points that a teacher gives by hand.

    Args:
        exercise: id of the exercise.
        points: these replace the points of the check.
        reason: why; the student reads it.
        by: who gives them; the student reads that, too.
        made: when.
    """

    exercise: str
    points: float
    reason: str
    by: str
    made: datetime

    def told(self, verdict: dict[str, Any]) -> str:
        """Return a note that says which points these replace, and who gave them, when and why.

        Args:
            verdict: the verdict of the check.
        """
        points = f"{self.points:g} of {verdict['max_points']:g} points by hand in place of {verdict['points']:g}"
        who = f"by {self.by} on {self.made.astimezone():%Y-%m-%d}"
        return f"{self.exercise.rpartition('.')[2]}: {points}, {who}: {self.reason}"


@dataclass(frozen=True)
class Policy:
    """The rules of a class on attempts and lateness.

    Args:
        attempts: which attempt counts.
        deadline: the latest moment that is not late; None if there is none.
        late_days: how many days after the deadline cost nothing.
        penalty: what each day after these costs, in percent of the points; a day that has begun counts.
    """

    attempts: Attempts = Attempts.LAST
    deadline: datetime | None = None
    late_days: int = 0
    penalty: float = 0.0

    def days_late(self, handed_in: datetime | None) -> int:
        """Return how many days after the deadline a moment is; a day that has begun counts.

        Example:
            >>> deadline = moment("2026-11-30T12:00Z")
            >>> [Policy(deadline=deadline).days_late(deadline + timedelta(hours=hours)) for hours in (0, 1, 24, 25)]
            [0, 1, 1, 2]
        """
        if self.deadline is None or handed_in is None:
            return 0
        return max(0, math.ceil((handed_in - self.deadline) / timedelta(days=1)))

    def percent_off(self, handed_in: datetime | None) -> float:
        """Return what handing in at a moment costs, in percent of the points, from 0 to 100.

        Example:
            >>> policy = Policy(deadline=moment("2026-11-30T12:00Z"), late_days=1, penalty=10)
            >>> policy.percent_off(moment("2026-12-02T12:00Z"))
            10.0
        """
        return float(min(100.0, self.penalty * max(0, self.days_late(handed_in) - self.late_days)))

    def last(self, attempts: Sequence[Attempt]) -> Attempt:
        """Return the last of a student's attempts; one without a notebook only if there is no other."""
        return max(attempts, key=lambda attempt: (bool(attempt.mark.file), attempt.seen, attempt.number))

    def result(self, attempts: Sequence[Attempt], corrections: Mapping[str, Correction]) -> Result:
        """Return what a student gets.

        Args:
            attempts: the student's attempts, at least one.
            corrections: the teacher's corrections by exercise; they hold for every attempt.
        """
        if self.attempts is Attempts.LAST:
            return self._result(self.last(attempts), len(attempts), corrections)
        # Of equally good attempts the first one counts: it is the least late.
        newest = sorted(attempts, key=lambda attempt: (not attempt.mark.file, attempt.number))
        return max((self._result(each, len(attempts), corrections) for each in newest), key=lambda each: each.points)

    def _result(self, attempt: Attempt, attempts: int, corrections: Mapping[str, Correction]) -> Result:
        off, days = self.percent_off(attempt.handed_in), self.days_late(attempt.handed_in)
        verdicts, remarks = [], []
        for verdict in attempt.mark.verdicts:
            correction = corrections.get(verdict["exercise"])
            verdicts.append(corrected(verdict, correction) if correction else verdict)
            if correction:
                remarks.append(correction.told(verdict))
        if days:
            too = ", of those by hand as well" if remarks else ""
            plural = "" if days == 1 else "s"
            remarks.append(f"{days} day{plural} late by {attempt.dated_by}: {off:g} % of the points off{too}")
        mark = replace(attempt.mark, verdicts=tuple(verdicts))
        return Result(mark, attempt.number, attempts, attempt.handed_in, off, tuple(remarks))


def corrected(verdict: dict[str, Any], correction: Correction) -> dict[str, Any]:
    """Return a verdict with the points that the teacher gives; it still says what the check found."""
    return verdict | {"points": correction.points}


def moment(text: str) -> datetime:
    """Return a point in time: in this computer's zone if it names none; a day alone means its end.

    Raises:
        ValueError: the text is not one.

    Example:
        >>> moment("2026-11-30T12:00+01:00").isoformat(), moment("2026-11-30").astimezone().strftime("%d %H:%M")
        ('2026-11-30T12:00:00+01:00', '30 23:59')
    """
    found = datetime.fromisoformat(text)
    if len(text.strip()) <= len("2026-11-30"):
        found = datetime.combine(found, time.max)
    try:
        found = found if found.tzinfo else found.astimezone()
        found.astimezone(UTC)  # as a gradebook keeps it
    except (OverflowError, OSError) as error:
        raise ValueError(f"{text} is out of range") from error
    return found
