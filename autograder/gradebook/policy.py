"""Which of a student's attempts counts, and what lateness costs: computed anew each time, never stored with a mark."""

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
        seen: when a run found it first, or found it again after another one: later than any that came before it.
        handed_in: when it was handed in, if that is known.
        dated_by: who says so: "nbgrader", "Gradescope", "the commit", "the file's date".
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
        points: in place of those of the check.
        reason: the student reads it.
        by: who; the student reads it, too.
        made: when.
    """

    exercise: str
    points: float
    reason: str
    by: str
    made: datetime

    def told(self, verdict: dict[str, Any]) -> str:
        """Return a note on what the points replace, by whom, when and why.

        Args:
            verdict: of the check.
        """
        points = f"{self.points:g} of {verdict['max_points']:g} points by hand in place of {verdict['points']:g}"
        who = f"by {self.by} on {self.made.astimezone():%Y-%m-%d}"
        return f"{self.exercise.rpartition('.')[2]}: {points}, {who}: {self.reason}"


@dataclass(frozen=True)
class Policy:
    """What a class has agreed on.

    Args:
        attempts: which attempt counts.
        deadline: the latest moment that is not late; None if there is none.
        late_days: so many days after the deadline cost nothing.
        penalty: percent of the points that each day after these costs; a started day is a day.
    """

    attempts: Attempts = Attempts.LAST
    deadline: datetime | None = None
    late_days: int = 0
    penalty: float = 0.0

    def days_late(self, handed_in: datetime | None) -> int:
        """Return how many days, each started one counted, lie between the deadline and a moment.

        Example:
            >>> deadline = moment("2026-11-30T12:00Z")
            >>> [Policy(deadline=deadline).days_late(deadline + timedelta(hours=hours)) for hours in (0, 1, 24, 25)]
            [0, 1, 1, 2]
        """
        if self.deadline is None or handed_in is None:
            return 0
        return max(0, math.ceil((handed_in - self.deadline) / timedelta(days=1)))

    def percent_off(self, handed_in: datetime | None) -> float:
        """Return how many percent of the points it costs to hand in at a moment, from 0 to 100.

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
        # Of equally good ones the first: it was in time longest ago.
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
    """Return a verdict with the points that the teacher gives; what the check found stays to be read."""
    return verdict | {"points": correction.points}


def moment(text: str) -> datetime:
    """Return a point in time: of this computer's zone if it names none; a day alone means its end.

    Raises:
        ValueError: it is none.

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
        raise ValueError(f"{text} is too near to the end of time") from error
    return found
