"""A gradebook keeps every attempt once, in SQLite and in PostgreSQL alike."""

from __future__ import annotations

import itertools
import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import typer
from typer.testing import CliRunner

from autograder.checking.exercise import CaseResult, Verdict
from autograder.commands.export import export
from autograder.commands.grade import grade
from autograder.commands.override import override
from autograder.commands.program import told
from autograder.commands.report import report
from autograder.gradebook import database, reading, recording, schema
from autograder.gradebook.policy import Attempts, Policy
from autograder.gradebook.records import Mark
from autograder.gradebook.schema import GradebookError
from autograder.submissions.discovery import Submission
from tests import gradebooks
from tests.gradebooks import CLASS, count

EXERCISES = {"gradient_descent.first": 1.0, "gradient_descent.second": 2.0}
EDITION = gradebooks.edition(EXERCISES)
NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL, with a place for the database's name."""
    if sys.platform != "linux":
        pytest.skip("finds and starts PostgreSQL as Debian installs it")
    from tests import postgres

    if postgres.programs() is None:
        pytest.skip("needs PostgreSQL's server: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="needs psycopg: pip install 'psycopg[binary]'")
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path) -> str:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/my.db"
    place = request.getfixturevalue("postgresql")
    name = f"book{next(NUMBERS)}"
    engine = sa.create_engine(schema.address(tmp_path, place.format("postgres")), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return place.format(name)


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


@pytest.fixture
def opened(tmp_path, url) -> Callable:
    def open_it():
        return database.opened(tmp_path, url, "gradient_descent", CLASS, create=True)

    return open_it


@pytest.fixture
def book(opened) -> Iterator[database.Gradebook]:
    with opened() as made:
        made.begin(EDITION)
        yield made


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


def test_the_same_content_by_the_same_edition_is_kept_once(book, tmp_path, url):
    assert recording.record(book, mark("ada"), handed("ada"))
    assert not recording.record(book, mark("ada", 1), handed("ada"))
    assert [result.points for result in reading.results(book)] == [0]
    assert [count(table, tmp_path, url) for table in ("attempt", "grading", "verdict")] == [1, 1, 2]


def test_an_edition_goes_on_unless_marks_would_differ(book):
    first = book.edition_id
    book.begin(replace(EDITION, seed=99, python="3.99"))
    assert (book.edition_id, book.edition.seed) == (first, 7)
    for change in ({"seed": 99}, {"course": "0.1.0+other"}, {"numpy": "2.1.0"}, {"limits": {"seconds": 1}}):
        book.begin(replace(EDITION, **change), same_seed="seed" in change)
        assert book.edition == replace(EDITION, **change)
    second = book.edition_id
    book.begin(book.edition, fresh=True)
    assert len({first, second, book.edition_id}) == 3


def test_a_newer_edition_counts_and_the_older_marks_stay(book, tmp_path, url):
    for name in ("ada", "ben"):
        recording.record(book, mark(name), handed(name))
    book.begin(replace(EDITION, course="0.1.0+corrected"))
    recording.record(book, mark("ada", 1), handed("ada"))
    assert {result.student: (result.points, result.attempts) for result in reading.results(book)} == {
        "ada": (1, 1),
        "ben": (0, 1),
    }
    assert count("grading", tmp_path, url) == 3
    assert recording.kept(book, [(handed("ada"), "a"), (handed("ben"), "a")]) == {"ada"}


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


def test_one_database_holds_several_chapters(opened, book, tmp_path, url):
    recording.record(book, mark("ada"), handed("ada"))
    with database.opened(tmp_path, url, "word2vec", CLASS, create=True) as other:
        other.begin(replace(EDITION, chapter="word2vec"))
        assert reading.everyone(other) == []
    for chapter, why in (
        (None, "gradient_descent, word2vec: choose one"),
        ("regularization", "no marks of regularization"),
    ):
        with pytest.raises(GradebookError, match=why), database.opened(tmp_path, url, chapter, CLASS):
            pass
    with database.opened(tmp_path, url, "gradient_descent", CLASS) as again:
        assert reading.everyone(again) == ["ada"]


def test_classes_in_one_database_never_meet(opened, tmp_path, url):
    """Two classes at one chapter, at once, with students of the same names and notebooks: each has its own marks."""
    together, wrong = threading.Barrier(2), []
    names = [f"student {number}" for number in range(10)]
    classes = {"ML 2026": (1.0, Policy(Attempts.BEST, NOON, 1, 10)), "ML 2027": (0.0, Policy())}

    def teach(name: str, points: float, policy: Policy) -> None:
        try:
            together.wait(60)
            with database.opened(tmp_path, url, "gradient_descent", name, create=True) as mine:
                mine.agree(policy)
                mine.begin(replace(EDITION, seed=int(points)))
                together.wait(60)
                for student in names:
                    assert recording.record(mine, mark(student, points), handed(student, NOON))
                    recording.correct(mine, student, "gradient_descent.second", 2 * points, name, "teacher")
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=teach, args=(name, *each)) for name, each in classes.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert wrong == []
    for name, (points, policy) in classes.items():
        with database.opened(tmp_path, url, class_name=name) as book:
            found = list(reading.results(book))
            assert (book.policy, book.edition.seed, reading.graded(book)) == (policy, points, 10)
            assert recording.kept(book, [(handed("student 1"), "a"), (handed("ada"), "a")]) == {"student 1"}
        assert [result.student for result in found] == names
        assert {(each.points, each.attempts) for each in found} == {(3 * points, 1)}
        assert all(each.remarks[0].endswith(name) for each in found)


def test_a_class_is_named_where_several_may_be(tmp_path):
    url = f"sqlite:///{tmp_path}/all.db"
    for arguments, why in (
        ((url, "word2vec"), "name yours with --class"),
        ((None, "word2vec", CLASS), "belongs to one class"),
    ):
        with pytest.raises(GradebookError, match=why), database.opened(tmp_path, *arguments, create=True):
            pass
    assert not list(tmp_path.iterdir())


def test_a_gradebook_of_an_older_version_is_refused_and_left_alone(tmp_path, url):
    """Before classes had names, a chapter was the key."""
    engine = sa.create_engine(schema.address(tmp_path, url))
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TABLE assignment (id INTEGER, chapter TEXT, attempts TEXT, deadline TEXT, "
                "late_days INTEGER, penalty FLOAT)"
            )
        )
    refused = pytest.raises(GradebookError, match=r"has no class_name.*: choose another database or folder, and grade")
    with refused, database.opened(tmp_path, url, "word2vec", CLASS, create=True):
        pass
    engine.dispose()


def test_tables_of_somebody_else_are_left_alone(tmp_path, url):
    engine = sa.create_engine(schema.address(tmp_path, url))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE attempt (id INTEGER, guess TEXT)"))
    refused = pytest.raises(GradebookError, match="its table attempt has no assignment_id")
    with refused, database.opened(tmp_path, url, "word2vec", CLASS, create=True):
        pass
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["attempt"]
    engine.dispose()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("marks.db", "must be a URL like"),
        ("oracle+nothing://x", "the driver for oracle"),
        ("postgresql://teacher@/marks?host=/nowhere", "cannot be opened as a gradebook"),
    ],
)
def test_a_database_that_is_not_reached_is_told(tmp_path, given, why):
    if given.startswith("postgresql"):
        pytest.importorskip("psycopg", reason="needs psycopg: pip install 'psycopg[binary]'")
    with pytest.raises(GradebookError, match=why), database.opened(tmp_path, given, "word2vec", CLASS, create=True):
        pass


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


def test_passwords_are_not_told(tmp_path):
    pytest.importorskip("psycopg", reason="needs psycopg: pip install 'psycopg[binary]'")
    place = "postgresql://teacher:secret@/marks?host=/nowhere"
    with pytest.raises(GradebookError) as caught, database.opened(tmp_path, place, "word2vec", CLASS, create=True):
        pass
    assert "secret" not in str(caught.value)


def test_reading_makes_no_file(tmp_path):
    with pytest.raises(GradebookError, match="grade a class first"), database.opened(tmp_path / "none"):
        pass
    assert not (tmp_path / "none").exists()


def test_two_classes_are_graded_reported_and_exported(tmp_path, url):
    path = tmp_path / "in" / "ada" / "00_start_here.ipynb"
    path.parent.mkdir(parents=True)
    source = "def center_columns(X):\n    return X - X.mean(axis=0)"
    path.write_text(json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source}]}), encoding="utf-8")

    def call(command: Callable, name: str, *arguments: object) -> None:
        app = typer.Typer()
        app.command()(told(command))
        done = CliRunner().invoke(app, [*map(str, arguments), "--gradebook", url, "--class", name])
        assert done.exit_code == 0, done.output

    outs = {CLASS: tmp_path / "one", "another": tmp_path / "two"}
    for name, out in (*outs.items(), *outs.items()):
        call(grade, name, tmp_path / "in", "--out", out)
    call(override, CLASS, outs[CLASS], "ada", "center_columns", "0.5", "--reason", "why")
    for name, out in outs.items():
        call(report, name, out)
        call(export, name, out, "--format", "plain")
        points, percent = ("0.5", 50) if name == CLASS else ("1", 100)
        assert f"ada,ada/00_start_here.ipynb,{points},1,{percent},1 of 1," in (out / "plain.csv").read_text("utf-8")
        assert f"<td>{percent}.0</td>" in (out / "report.html").read_text("utf-8")
        assert not list(out.glob("*.db"))
    assert count("grading", tmp_path, url) == 2
