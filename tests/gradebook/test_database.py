"""A gradebook keeps every attempt once, in SQLite and in PostgreSQL alike."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from autograder.commands.export import export
from autograder.commands.grade import grade
from autograder.commands.override import override
from autograder.commands.program import told
from autograder.commands.report import report
from autograder.gradebook import database, reading, recording
from autograder.gradebook.policy import Attempts, Policy
from autograder.gradebook.schema import GradebookError
from tests.gradebooks import CLASS, EDITION, NOON, count, handed, mark


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
