"""Workers forked from one process: nothing of a student reaches the next, and whatever dies, nothing is lost."""

from __future__ import annotations

import functools
import os
import pickle
import shutil
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from autograder.checking.catalogue import find
from autograder.checking.exercise import Case
from autograder.course import find as find_chapter
from autograder.grading.grader import Grader
from autograder.sandbox import forkserver, isolation
from autograder.sandbox.forkserver import ForkServerLost
from autograder.sandbox.isolation import Reached
from autograder.sandbox.process import Limits, Worker
from autograder.sandbox.session import Session
from autograder.submissions.discovery import Submission
from tests import classroom

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")

CHAPTER = find_chapter("01")


@functools.cache
def missing(rung) -> str:
    return "" if rung == "D" else isolation.probe(rung)


@pytest.fixture(params=["A", "B", "D"])
def rung(request, monkeypatch):
    """Each rung that this machine reaches."""
    if why := missing(request.param):
        pytest.skip(f"rung {request.param} is not reached here: {why}")
    monkeypatch.setattr(isolation, "reached", lambda: Reached(request.param))
    return request.param


@pytest.fixture
def alone():
    """Let no process be there before, and none after."""
    forkserver.close()
    yield isolation.reached().rung
    forkserver.close()


def answer(cell: str, *args, session: Session | None = None):
    """Return what `f` of a cell gives, in a worker of its own."""
    session = session or Session([cell], CHAPTER, Limits(20.0))
    try:
        runner, why = session.load("f")
        assert runner, why
        outcome = runner.run(Case("a case", args), [f"a{i}" for i in range(len(args))])
        assert not outcome.error, outcome.error
        return outcome.outputs[0]
    finally:
        session.close()


def processes() -> list[psutil.Process]:
    """Return the process that forks, those around it, and the workers; not what `multiprocessing` has of its own."""
    found = [child for child in psutil.Process().children() if "resource_tracker" not in " ".join(child.cmdline())]
    return [each for child in found for each in (child, *child.children(recursive=True))]


def test_one_process_serves_all_students(alone):
    answer("def f(): return 1")
    before = {process.pid for process in processes()}
    assert answer("def f(): return 2") == 2
    assert {process.pid for process in processes()} == before


def test_nothing_of_a_student_reaches_the_next(rung):
    leave = """
import builtins, os, sys, numpy
def f():
    builtins.left = numpy.left = sys.left = os.environ["LEFT"] = "here"
    open("left", "w").close()
    return os.getcwd()
"""
    look = """
import builtins, os, sys, numpy
def f(): return [hasattr(builtins, "left"), hasattr(numpy, "left"), hasattr(sys, "left"), "LEFT" in os.environ,
    os.listdir("."), os.getcwd()]
"""
    folder = answer(leave)
    assert answer(look) == [False, False, False, False, [], folder]


def test_each_worker_draws_other_random_numbers():
    cell = "import random, numpy as np\ndef f(): return [random.random(), np.random.random()]"
    first, second = answer(cell), answer(cell)
    assert not set(first) & set(second)


def test_a_worker_holds_its_channel_alone(rung):
    cell = """
import os, stat
def f():
    found = {}
    for number in range(256):
        try:
            found[number] = stat.S_IFMT(os.fstat(number).st_mode)
        except OSError:
            pass
    return [number for number in found if number > 2 and found[number] != stat.S_IFIFO], len(found)
"""
    control, other = os.pipe()  # what the grader has open is not handed on
    try:
        assert answer(cell) == ([], 5)
    finally:
        os.close(control)
        os.close(other)


def test_students_at_the_same_time_have_folders_of_their_own(rung):
    cell = "import os\ndef f(tell):\n    open('mine', 'w').close()\n    tell()\n    return os.listdir('.')"
    found = []
    answer(cell, lambda: found.append(answer("import os\ndef f(): return os.listdir('.')")))
    assert found == [[]]


def test_a_folder_that_cannot_be_emptied_is_not_used_again(alone, monkeypatch):
    worker = Worker(CHAPTER, 2**30)
    worker.wait_until_ready(60)
    folder = worker._body.work
    monkeypatch.setattr(forkserver, "empty", lambda folder: False)
    worker.close()
    other = Worker(CHAPTER, 2**30)
    try:
        assert other._body.work != folder
    finally:
        other.close()


def test_the_end_of_the_thread_that_started_it_does_no_harm(alone):
    thread = threading.Thread(target=answer, args=("def f(): return 1",))
    thread.start()
    thread.join()
    before = {process.pid for process in processes()}
    assert answer("def f(): return 2") == 2
    assert {process.pid for process in processes()} == before


def kill_fork_server() -> None:
    family = processes()
    family[0].kill()
    end = time.monotonic() + 5
    while not all(map(ended, family)):
        assert time.monotonic() < end, "a worker outlives the process that it was forked from"


def ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_fork_server_that_dies_takes_its_workers_along_and_is_replaced(rung, alone):
    session = Session(["def f(kill):\n    kill()\n    while True: pass"], CHAPTER, Limits(20.0))
    with pytest.raises(ForkServerLost, match="the Python process ended"):
        answer("", kill_fork_server, session=session)
    assert answer("def f(): return 2") == 2


def test_a_folder_that_somebody_has_deleted_costs_a_student_nothing(alone, tmp_path):
    grader = Grader(CHAPTER, [find("gradient_descent.squared_error")], 1, Limits(20.0), tmp_path)
    assert grader.grade(write_solved(tmp_path)).points == 1
    shutil.rmtree(forkserver.of(CHAPTER, alone)._scratch.folder)
    mark = grader.grade(write_solved(tmp_path))
    assert (mark.points, mark.notes) == (1, ())


def test_who_is_there_a_second_time_is_blamed(alone):
    session = Session(["def f(kill):\n    kill()\n    while True: pass"], CHAPTER, Limits(20.0), last_try=True)
    runner, _ = session.load("f")
    assert runner.run(Case("a case", (kill_fork_server,)), ["kill"]).error.kind == "Crash"


def write_solved(folder: Path) -> Submission:
    path = folder / classroom.NOTEBOOK
    path.write_bytes(classroom.notebook(classroom.cells()))
    return Submission("ada", path)


def test_a_lost_fork_server_costs_a_student_nothing(alone, tmp_path, monkeypatch):
    chosen = [find("gradient_descent.squared_error"), find("gradient_descent.bowl_gradient")]
    grader = Grader(CHAPTER, chosen, 1, Limits(20.0), tmp_path)
    load, killed = Session.load, []

    def load_and_kill(session, name):
        loaded = load(session, name)
        if name == "bowl_gradient" and not killed:
            killed.append(kill_fork_server())
        return loaded

    monkeypatch.setattr(Session, "load", load_and_kill)
    mark = grader.grade(write_solved(tmp_path))
    assert killed
    assert [verdict["status"] for verdict in mark.verdicts] == ["passed", "passed"]
    assert not mark.notes


def test_a_grader_may_be_pickled(tmp_path):
    chosen = [find("gradient_descent.squared_error")]
    grader = pickle.loads(pickle.dumps(Grader(CHAPTER, chosen, 7, Limits(3.0), tmp_path)))
    assert (grader.chapter, grader.exercises, grader.seed, grader.limits) == (CHAPTER, chosen, 7, Limits(3.0))
    assert grader.grade(write_solved(tmp_path)).points == 1


def test_closing_leaves_no_process_and_no_folder(alone):
    answer("def f(): return 1")
    servers = processes()
    folder = forkserver.of(CHAPTER, alone)._scratch.folder
    assert servers
    assert folder.exists()
    forkserver.close()
    assert all(map(ended, servers))
    assert not folder.exists()
