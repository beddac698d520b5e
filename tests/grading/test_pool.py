"""Processes that grade: every submission gets its mark, whichever of them dies, and none of them stays."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import closing

import psutil
import pytest

from autograder.checking.catalogue import find
from autograder.course import find as find_chapter
from autograder.grading import pool
from autograder.grading.grader import Grader
from autograder.sandbox import forkserver, isolation
from autograder.sandbox.isolation import Reached
from autograder.sandbox.process import Limits
from autograder.submissions.discovery import Submission
from tests import classroom
from tests.fake_grader import FakeGrader

CHAPTER = find_chapter("01")


def run(*students: str, jobs: int = 2, interrupted: threading.Event | None = None):
    todo = [Submission(student, None) for student in students]
    with pool.grading(FakeGrader(interrupted or threading.Event()), todo, jobs) as marks:
        yield from marks


@pytest.fixture(autouse=True)
def _nothing_stays():
    before = set(psutil.Process().children(recursive=True))
    yield
    after = [process for process in psutil.Process().children(recursive=True) if process not in before]
    assert not [process for process in after if "resource_tracker" not in " ".join(process.cmdline())]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_another_user_comes_through_the_folder_and_sees_no_names():
    (mark,) = run("folder")
    assert mark.notes == ("711",)


linux = pytest.mark.skipif(sys.platform != "linux", reason="there is a limit on Linux alone")
posix = pytest.mark.skipif(not hasattr(signal, "pause"), reason="needs POSIX signals")


@posix
def test_what_dies_costs_nothing_and_what_kills_is_given_up(tmp_path):
    names = [f"s{i}" for i in range(20)]
    marks = list(run("dies", f"dies-once {tmp_path}", *names, f"dies-once-softly {tmp_path}"))
    assert sorted(m.student.split()[0] for m in marks) == sorted(["dies", "dies-once", "dies-once-softly", *names])
    assert [m.student for m in marks if m.notes] == ["dies"]
    assert str(os.getpid()) not in {m.file for m in marks}


@linux
def test_what_takes_the_memory_is_given_up():
    assert {m.student: m.notes for m in run("a", "takes", "b")} == {"a": (), "b": (), "takes": ("given up",)}


@linux
@pytest.mark.parametrize("own", [False, True])
def test_a_student_has_all_of_his_own_limit(tmp_path, monkeypatch, own):
    if own:  # as after a fork server has died
        monkeypatch.setattr(forkserver, "lend", dict)
    source = f"def squared_error(y_hat, y):\n    bytearray({pool.MAX_MEMORY})\n    return (y_hat - y) ** 2"
    (tmp_path / classroom.NOTEBOOK).write_bytes(classroom.notebook([source]))
    grader = Grader(CHAPTER, [find("gradient_descent.squared_error")], 5, Limits(30.0, 60.0), tmp_path)
    with pool.grading(grader, [Submission("ada", tmp_path / classroom.NOTEBOOK)], 1) as marks:
        assert [m.points for m in marks] == [1]


@pytest.mark.parametrize("rung", ["B", "D"])
def test_processes_take_over_what_isolation_is_reached(monkeypatch, rung):
    monkeypatch.setattr(isolation, "reached", lambda: Reached(rung))
    assert [m.notes for m in run("rung", "rung")] == [(rung,), (rung,)]


def test_an_error_of_the_grader_is_raised():
    with pytest.raises(ValueError, match="the grader fails"):
        list(run("a", "fails", "b", jobs=1))


@posix
def test_an_interruption_ends_all_at_once():
    interrupted = threading.Event()
    with closing(run("a", "loops", "b", "loops", "loops", interrupted=interrupted)) as marks:
        done = [next(marks).student]
        interrupted.set()
        start = time.monotonic()
        done += [m.student for m in marks]
        assert time.monotonic() - start < 10
    assert set(done) <= {"a", "b"}


def test_a_class_is_graded_in_processes_with_the_same_marks(tmp_path):
    chosen = [find("gradient_descent.squared_error"), find("gradient_descent.bowl_gradient")]
    cells = [classroom.cells(), classroom.cells(squared_error="def squared_error(y_hat, y): return y_hat - y")]
    todo = []
    for i in range(4):
        path = tmp_path / f"s{i}" / classroom.NOTEBOOK
        path.parent.mkdir()
        path.write_bytes(classroom.notebook([*cells[i % 2], f"student = {i}"]))
        todo.append(Submission(f"s{i}", path))
    drawn = []

    def draw():
        for submission in todo:
            drawn.append(submission)
            yield submission

    def fresh() -> Grader:
        return Grader(CHAPTER, chosen, 5, Limits(30.0, 60.0), tmp_path)

    with pool.grading(fresh(), draw(), 2) as marks:
        together = {m.student: m for m in marks}
    assert together == {s.student: fresh().grade(s) for s in todo}
    forkserver.close()
    assert [together[f"s{i}"].verdicts[0]["mistake"] for i in range(4)] == [None, "not_squared"] * 2


def test_submissions_are_drawn_as_they_are_needed():
    drawn = []

    def draw():
        for i in range(50):
            drawn.append(i)
            yield Submission(f"s{i}", None)

    with pool.grading(FakeGrader(threading.Event()), draw(), 1) as marks:
        next(marks)
        assert len(drawn) <= 1 + pool.AT_A_TIME
