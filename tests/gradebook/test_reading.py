"""What is read: all that was recorded, and of several attempts the one that counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from autograder.gradebook import reading, recording
from autograder.gradebook.policy import Attempts, Policy
from tests.gradebooks import EDITION, NOON, handed, mark


def test_what_is_recorded_comes_back_whole_and_in_order(book, opened):
    names = ["b", "a", "Ä", "Z", "李小龙", "'; DROP TABLE attempt; --"]
    for name in names:
        assert recording.record(book, mark(name, 1), handed(name, NOON))
    with opened() as again:
        assert again.edition == EDITION
        found = list(reading.results(again))
    assert [result.student for result in found] == sorted(names)
    assert [result.mark for result in found] == [mark(name, 1) for name in sorted(names)]
    assert {result.handed_in for result in found} == {NOON}


def test_last_or_best_attempt(book):
    for points, content in ((1.0, "a"), (0.0, "b")):
        recording.record(book, mark("ada", points, content), handed("ada"))
    assert [(r.points, r.attempt, r.attempts) for r in reading.results(book)] == [(0, 2, 2)]
    book.agree(Policy(Attempts.BEST))
    assert [(r.points, r.attempt, r.attempts) for r in reading.results(book)] == [(1, 1, 2)]
    book.agree(Policy())
    assert recording.kept(book, [(handed("ada"), "a")]) == {"ada"}  # the first notebook is handed in again
    assert [(r.points, r.attempt, r.attempts) for r in reading.results(book)] == [(1, 1, 2)]
    assert [len(attempt.mark.verdicts) for attempt in reading.attempts(book, "ada")] == [2, 2]


def test_who_hands_in_nothing_after_something_keeps_it(book):
    recording.record(book, mark("ada", 1), handed("ada"))
    recording.record(book, replace(mark("ada", 0, ""), file=""), handed("ada"))
    for attempts in Attempts:
        book.agree(Policy(attempts))
        assert [result.points for result in reading.results(book)] == [1]


def test_lateness_costs_when_results_are_read_and_grades_nothing(book):
    recording.record(book, mark("ada", 1), handed("ada", NOON + timedelta(hours=30)))
    recording.record(book, mark("ben", 1), handed("ben", None, "Canvas"))
    for policy, points in ((Policy(), 1), (Policy(deadline=NOON, penalty=10), 0.8), (Policy(deadline=NOON), 1)):
        book.agree(policy)
        assert book.policy == policy
        ada, ben = reading.results(book)
        assert (ada.points, ben.points) == (points, 1)
    assert "2 days late by nbgrader" in ada.note
    assert "late" not in ben.note


def test_many_students_are_read_page_by_page(book, monkeypatch):
    monkeypatch.setattr(reading, "PAGE", 3)
    names = [f"student {number:02}" for number in range(10)]
    for name in names:
        recording.record(book, mark(name), handed(name))
        recording.correct(book, name, "gradient_descent.first", 1.0, "for all", "teacher")
    found = list(reading.results(book))
    assert [result.student for result in found] == names
    assert {result.points for result in found} == {1}
    assert len(reading.corrections(book, names)) == 10
