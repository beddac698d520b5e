"""Lateness and attempts, at their edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from autograder.gradebook.policy import Attempt, Attempts, Correction, Policy, moment
from autograder.gradebook.records import Mark

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def attempt(number: int, points: float, *, file: str = "a.ipynb", seen: int = 0, late: int | None = None) -> Attempt:
    verdict = {"exercise": "c.f", "points": points, "max_points": 10, "status": "failed"}
    handed_in = None if late is None else NOON + timedelta(hours=late)
    return Attempt(
        Mark("ada", file, "", (), (), (verdict,)), number, NOON + timedelta(seconds=seen), handed_in, "a clock"
    )


@pytest.mark.parametrize(
    ("hours", "days", "off"),
    [(-1, 0, 0), (0, 0, 0), (1 / 3600, 1, 0), (24, 1, 0), (25, 2, 30), (72, 3, 60), (999, 42, 100)],
)
def test_a_started_day_is_a_day_and_free_days_cost_nothing(hours, days, off):
    policy = Policy(deadline=NOON, late_days=1, penalty=30)
    handed_in = NOON + timedelta(hours=hours)
    assert (policy.days_late(handed_in), policy.percent_off(handed_in)) == (days, off)
    assert policy.percent_off(None) == 0
    assert Policy(penalty=30).percent_off(handed_in) == 0


def test_the_last_is_what_was_seen_last_with_a_notebook():
    policy = Policy()
    first, second = attempt(1, 5, seen=9), attempt(2, 1, seen=3)
    assert policy.result([first, second], {}).attempt == 1
    assert policy.result([attempt(1, 5), attempt(2, 0, file="", seen=99)], {}).attempt == 1
    assert policy.result([attempt(1, 0, file="")], {}).points == 0


def test_the_best_is_so_after_lateness_and_corrections():
    policy = Policy(Attempts.BEST, NOON, 0, 50)
    in_time, late = attempt(1, 6, late=-1), attempt(2, 10, late=1)
    result = policy.result([in_time, late], {})
    assert (result.attempt, result.points, result.attempts) == (1, 6, 2)
    assert policy.result([attempt(1, 4, late=-1), late], {}).points == 5
    by_hand = {"c.f": Correction("c.f", 8, "a reason", "teacher", NOON)}
    corrected = policy.result([late, in_time], by_hand)
    assert (corrected.attempt, corrected.points, corrected.verdicts[0]["points"]) == (1, 8, 8)
    assert policy.result([attempt(1, 3), attempt(2, 3)], {}).attempt == 1


def test_a_time_without_a_zone_is_the_computer_s():
    assert moment("2026-11-30 12:00") == datetime(2026, 11, 30, 12).astimezone()
    assert moment("2026-11-30") > moment("2026-11-30 23:59:59")
    assert moment("2026-11-30T12:00Z") == NOON
    for wrong in ("tomorrow", "", "30.11.2026"):
        with pytest.raises(ValueError, match="isoformat"):
            moment(wrong)


def test_a_time_that_is_none_in_utc_is_none():
    for wrong in ("9999-12-31T23:59-05:00", "0001-01-01T00:00+05:00"):
        with pytest.raises(ValueError, match="out of range"):
            moment(wrong)
