"""What is recorded: each notebook once, with its first time, and the newest marks of each edition."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from autograder.gradebook import reading, recording
from autograder.gradebook.schema import GradebookError
from tests.gradebooks import EDITION, NOON, count, handed, mark


def test_the_same_content_by_the_same_edition_is_kept_once(book, tmp_path, url):
    assert recording.record(book, mark("ada"), handed("ada"))
    assert not recording.record(book, mark("ada", 1), handed("ada"))
    assert [result.points for result in reading.results(book)] == [0]
    assert [count(table, tmp_path, url) for table in ("attempt", "grading", "verdict")] == [1, 1, 2]


def test_only_what_the_edition_has_graded_is_kept(book):
    recording.record(book, mark("ada"), handed("ada"))
    recording.record(book, mark("nobody", sha256=""), handed("nobody"))
    found = [(handed("ada"), "a"), (handed("ben"), "a"), (handed("nobody"), "")]
    assert recording.kept(book, found) == {"ada", "nobody"}
    assert recording.kept(book, [(handed("ada"), "other")]) == set()
    (result,) = reading.results(book, ["ada"])
    recording.kept(book, [(handed("ada", notes=("handed in late",)), "a")])
    (again,) = reading.results(book, ["ada"])
    assert (result.mark.found, again.mark.found) == (("found",), ("handed in late",))


def test_the_first_time_counts_and_a_platform_s_word_more_than_a_file_s_date(book):
    def when() -> datetime | None:
        (result,) = reading.results(book)
        return result.handed_in

    recording.record(book, mark("ada"), handed("ada", NOON, "the file's date"))
    for hours, by, expected in ((1, "the file's date", 0), (-1, "the file's date", -1), (5, "nbgrader", 5)):
        recording.kept(book, [(handed("ada", NOON + timedelta(hours=hours), by), "a")])
        assert when() == NOON + timedelta(hours=expected)


def test_corrections_hold_for_every_attempt_until_taken_back(book, tmp_path, url):
    recording.record(book, mark("ada", 1), handed("ada"))
    recording.correct(book, "ada", "gradient_descent.second", 2.0, "by mouth", "teacher")
    recording.record(book, mark("ada", 0, "b"), handed("ada"))
    ((points, (remark,)),) = ((result.points, result.remarks) for result in reading.results(book))
    assert points == 2
    assert re.fullmatch(r"second: 2 of 2 points by hand in place of 0, by teacher on [\d-]{10}: by mouth", remark)
    recording.correct(book, "ada", "gradient_descent.second", None, "a mistake", "teacher")
    assert [r.points for r in reading.results(book)] == [0]
    assert count("correction", tmp_path, url) == 2


def test_a_new_verdict_is_its_student_s_alone(book, tmp_path, url):
    for name in ("ada", "ben"):  # both hand in the same
        recording.record(book, mark(name), handed(name))
    name = "gradient_descent.first"
    assert recording.judged(book, "ada", "a", name) == ({"points": 0, "status": "failed"}, True)
    book.begin(replace(EDITION, course="0.1.0+corrected"))
    for student in ("ada", "ben"):
        assert recording.judged(book, student, "a", name) == ({"points": 0, "status": "failed"}, False)
    new = replace(mark("ben", 1), verdicts=mark("ben", 1).verdicts[:1], notes=("first: slow", "second: no"))
    assert recording.rejudge(book, new, name)
    assert not recording.rejudge(book, new, name)
    assert {result.student: result.points for result in reading.results(book)} == {"ada": 0, "ben": 1}
    assert [r.mark.notes for r in reading.results(book, ["ben"])] == [("a note", "first: slow")]
    assert recording.judged(book, "ben", "a", name) == ({"points": 1, "status": "passed"}, True)
    assert recording.judged(book, "ben", "b", name) is None
    assert count("grading", tmp_path, url) == 3
    with pytest.raises(GradebookError, match="no such notebook of cleo"):
        recording.rejudge(book, replace(new, student="cleo"), name)


def test_two_runs_at_once_double_nothing(opened, tmp_path, url):
    names = [f"student {number}" for number in range(20)]
    together, wrong, new = threading.Barrier(2), [], []

    def run(points: float) -> None:
        try:
            together.wait(60)
            with opened() as mine:
                mine.begin(EDITION)
                together.wait(60)
                new.extend(recording.record(mine, mark(name, points), handed(name)) for name in names)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(points,)) for points in (0.0, 1.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert wrong == []
    assert sorted(new) == [False] * 20 + [True] * 20
    counts = [count(table, tmp_path, url) for table in ("assignment", "edition", "attempt", "grading", "verdict")]
    assert counts == [1, 1, 20, 20, 40]


def test_a_mark_that_breaks_off_leaves_nothing(book, tmp_path, url):
    broken = mark("ada")
    broken.verdicts[1]["points"] = None
    with pytest.raises(GradebookError, match="cannot be recorded"):
        recording.record(book, broken, handed("ada"))
    assert [count(table, tmp_path, url) for table in ("attempt", "grading", "verdict")] == [0, 0, 0]


def test_the_last_attempt_is_the_last_also_when_the_clock_is_set_back(book, monkeypatch):
    class Clock(datetime):
        hour_ = 12

        @classmethod
        def now(cls, zone=None):
            cls.hour_ -= 1
            return datetime(2026, 11, 30, cls.hour_, tzinfo=UTC)

    monkeypatch.setattr(recording, "datetime", Clock)

    def last() -> str:
        (result,) = reading.results(book)
        return result.mark.sha256

    for content in ("a", "b", "c"):
        recording.record(book, mark("ada", sha256=content), handed("ada"))
        assert last() == content
    assert recording.kept(book, [(handed("ada"), "a")]) == {"ada"}  # handed in again
    assert last() == "a"
