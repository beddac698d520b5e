"""grades.csv shows the time where the teacher is, and holds no formula."""

from __future__ import annotations

import csv
import time
from datetime import UTC, datetime

import pytest

from autograder.gradebook import database, recording
from autograder.reports import grades_csv
from tests.gradebooks import EDITION, handed, mark

WHEN = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.fixture
def rows(tmp_path):
    """Return a function that gives the rows of a table, and records students before."""
    with database.opened(tmp_path, None, EDITION.chapter, create=True) as book:
        book.begin(EDITION)

        def of(*students: str) -> list[dict[str, str]]:
            for student in students:
                recording.record(
                    book, mark(student, 1), handed(student, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC))
                )
            return list(csv.DictReader(grades_csv.of(book).text.splitlines()))

        yield of


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be changed on Windows")
@pytest.mark.parametrize(
    ("zone", "shown"), [("Europe/Berlin", "2023-11-14 23:13:20+01:00"), ("UTC", "2023-11-14 22:13:20+00:00")]
)
def test_the_time_is_local_with_its_offset(rows, monkeypatch, zone, shown):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        (row,) = rows("ada")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert row["handed_in"] == shown


def test_no_cell_becomes_a_formula(rows):
    found = rows("=1+1", "+1", "-1", "@SUM(A1)")
    assert [row["student"] for row in found] == ["'+1", "'-1", "'=1+1", "'@SUM(A1)"]
    assert not [cell for row in found for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
