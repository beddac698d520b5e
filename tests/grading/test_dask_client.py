"""A class is graded on a real cluster, a Dask scheduler and two workers: the marks are those of one machine."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from autograder.checking.catalogue import exercises
from autograder.checking.exercise_cell import filled, stub
from autograder.commands import program
from autograder.commands.grade import grade
from autograder.commands.program import told
from autograder.course import find
from autograder.grading import dask_client, dask_worker
from autograder.grading.dask_client import ClusterError
from autograder.grading.grader import Grader
from autograder.sandbox import isolation
from autograder.sandbox.process import Limits
from autograder.submissions import discovery
from autograder.submissions.discovery import Submission
from tests import classroom
from tests.classroom import EXERCISES, NOTEBOOK

distributed = pytest.importorskip("distributed", reason="needs Dask: the extra `cluster`")

RIGHT = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2.0"
WRONG = "def squared_error(y_hat, y):\n    return y_hat - y"
# Sleeps through its time limit; where nothing kills it along with its worker, it ends by itself.
SLOW = "import time\ndef squared_error(y_hat, y):\n    time.sleep(50)"


class Cluster:
    """A scheduler and its workers, in processes of their own."""

    def __init__(self, folder: Path) -> None:
        self._file, self._folder = folder / "scheduler.json", folder
        self._workers: list[subprocess.Popen] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(self._file))
        self.client = distributed.Client(scheduler_file=str(self._file), timeout=60, set_as_default=False)
        self.address = self.client.scheduler.address

    def _start(self, *command: str) -> subprocess.Popen:
        local = ("--host", "127.0.0.1", "--no-dashboard")
        whole = [sys.executable, "-m", "dask", *command, *local]
        environment = os.environ | {"TMPDIR": str(self._folder)}  # what a killed process leaves goes with the test
        with (self._folder / f"{len(self._workers)}.log").open("w") as log:
            return subprocess.Popen(whole, stdout=log, stderr=log, env=environment)

    def ready(self, workers: int = 2, allowed_failures: int = 3) -> Cluster:
        """Start as many workers as are missing, and tell the scheduler how often it may try a task again."""
        alone = ("--nthreads", "1", "--no-nanny", "--local-directory", str(self._folder))
        for _ in range(workers - len(self.client.nthreads())):
            self._workers.append(self._start("worker", "--scheduler-file", str(self._file), *alone))
        self.client.wait_for_workers(workers, timeout=60)
        self.client.run_on_scheduler(
            lambda dask_scheduler: setattr(dask_scheduler, "allowed_failures", allowed_failures)
        )
        return self

    def busy(self) -> dict[str, int]:
        """Return how many notebooks each worker has, of those that have any."""
        return {worker: len(keys) for worker, keys in self.client.processing().items() if keys}

    def kill(self, worker: str) -> None:
        """End a worker as the kernel does when memory is short, and wait until the scheduler knows."""
        pid = self.client.run(os.getpid, workers=[worker])[worker]
        next(process for process in self._workers if process.pid == pid).kill()
        until(lambda: worker not in self.client.nthreads())

    def close(self) -> None:
        """End all processes."""
        self.client.close(timeout=5)
        for process in (*self._workers, self.scheduler):
            process.kill()
            process.wait()


def until(condition: Callable[[], object]) -> None:
    """Ask again and again until it is so; each question goes to the scheduler and back."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with closing(Cluster(tmp_path_factory.mktemp("cluster"))) as found:
        yield found


@pytest.fixture
def pair(shared: Cluster) -> Cluster:
    """A cluster with two workers."""
    return shared.ready()


def write(folder: Path, **sources: str | bytes) -> list[Submission]:
    """Write a notebook per student, and return the submissions."""
    for student, source in sources.items():
        path = folder / student / NOTEBOOK
        path.parent.mkdir(parents=True)
        path.write_bytes(classroom.notebook([source]) if isinstance(source, str) else source)
    return [Submission(student, folder / student / NOTEBOOK, (f"of {student}",)) for student in sources]


def new_grader(folder: Path) -> Grader:
    return Grader(find("01"), [EXERCISES["squared_error"]], 11, Limits(40, 160, 2**31), folder)


def graded(address: str, grader: Grader, todo) -> Iterator:
    return dask_client.grade_all(address, grader, todo, weak=not isolation.reached().at_least("B"))


def test_the_command_gives_the_same_files_with_and_without_a_cluster(tmp_path, pair):
    (exercise,) = [exercise for exercise in exercises().values() if exercise.chapter == "start_here"]
    write(tmp_path / "in", ada=filled(exercise), ben=stub(exercise), cleo=b"no JSON", dora=b"")
    (tmp_path / "in" / "emil").mkdir()
    app = typer.Typer()
    app.command()(told(grade))
    command = [str(tmp_path / "in"), "--chapter", "00", "--seed", "11", "--time-limit", "20", "--allow-weak-isolation"]
    outs = [tmp_path / "one", tmp_path / "many"]
    for out, more in zip(outs, ([], ["--scheduler", pair.address]), strict=True):
        result = CliRunner().invoke(app, [*command, "--out", str(out), *more])
        assert result.exit_code == 0, result.output
    one, many = [
        {path.relative_to(out): path.read_bytes() for path in (out / "grades.csv", *(out / "feedback").iterdir())}
        for out in outs
    ]
    assert len(one) == 6
    assert one == many


@pytest.mark.parametrize(("size", "most"), [(2**20, 2 * dask_client.TASKS_PER_WORKER * 3), (1, 1)])
def test_few_submissions_are_on_their_way_at_a_time(tmp_path, pair, monkeypatch, size, most):
    monkeypatch.setattr(dask_client, "TASK_NOTEBOOKS", 3)
    monkeypatch.setattr(dask_client, "IN_FLIGHT_BYTES", size)
    monkeypatch.setattr(dask_client, "TASK_BYTES", size)
    todo = write(tmp_path / "in", **{f"s{k}": b"no JSON" for k in range(60)})
    taken, counts = [], []
    for count, _ in enumerate(graded(pair.address, new_grader(tmp_path / "in"), map(_noting(taken), todo))):
        counts.append(len(taken) - count)
    assert len(counts) == len(taken) == len(todo)
    assert most / 2 < max(counts) <= most


def _noting(taken: list):
    def note(submission: Submission) -> Submission:
        taken.append(submission)
        return submission

    return note


def test_ctrl_c_ends_the_run_and_leaves_nothing_on_the_cluster(tmp_path, pair):
    todo = write(tmp_path / "in", ada=RIGHT, **{f"s{k}": WRONG for k in range(40)})
    grader = new_grader(tmp_path / "in")
    run = graded(pair.address, grader, todo)
    marks = [next(run)]
    grader.interrupted.set()
    marks += run
    assert len(marks) < 10
    until(lambda: pair.client.run_on_scheduler(lambda dask_scheduler: not dask_scheduler.tasks))


def cancel(found: Cluster, *keys: str) -> None:
    """Cancel tasks of a run as somebody else who uses the scheduler can, and wait until they are gone from it."""
    found.client.cancel([distributed.Future(key, found.client) for key in keys], force=True)
    until(lambda: found.client.run_on_scheduler(lambda dask_scheduler: not {*keys} & {*dask_scheduler.tasks}))


def test_a_run_that_somebody_cancels_ends_with_a_word(tmp_path, pair):
    todo = write(tmp_path, **{f"s{k}": RIGHT for k in range(40)})
    run = graded(pair.address, new_grader(tmp_path), todo)
    next(run)
    cancel(pair, *pair.client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks)))
    with pytest.raises(ClusterError, match="somebody has cancelled the run"):
        list(run)


def test_a_run_cancelled_while_marks_are_fetched_ends_with_a_word(tmp_path, pair, monkeypatch):
    fetch = distributed.Future.result

    def fetch_too_late(future, timeout: float | None = None):
        cancel(pair, future.key)
        return fetch(future, timeout)

    monkeypatch.setattr(distributed.Future, "result", fetch_too_late)
    with pytest.raises(ClusterError, match="somebody has cancelled the run"):
        list(graded(pair.address, new_grader(tmp_path), write(tmp_path, ada=RIGHT)))


def test_a_cluster_with_another_course_is_refused(tmp_path, pair, monkeypatch):
    todo, grader = write(tmp_path / "in", ada=RIGHT), new_grader(tmp_path / "in")
    mine = dask_worker.versions()
    dask_client.require(pair.address, grader, weak=True)
    monkeypatch.setattr(dask_worker, "versions", lambda: mine | {"course": "0+another"})
    why = (
        f"2 of 2 workers must not grade: the worker tcp://.* has version {mine['course']} of the course, not 0.another"
    )
    with pytest.raises(ClusterError, match=why.replace("+", ".")):
        dask_client.require(pair.address, grader, weak=True)
    with pytest.raises(ClusterError, match=r"a worker that came later must not grade: .* not 0.another"):
        list(graded(pair.address, grader, todo))


def test_a_worker_that_cannot_be_asked_is_told(tmp_path, pair, monkeypatch):
    todo, grader = write(tmp_path / "in", ada=RIGHT), new_grader(tmp_path / "in")
    broken = dask_worker.new_job(grader, weak=True).replace("gradient_descent", "nowhere", 1)
    monkeypatch.setattr(dask_worker, "new_job", lambda grader, weak: broken)
    with pytest.raises(ClusterError, match=r"cannot be asked: install the course.*no chapter is called 'nowhere'"):
        dask_client.require(pair.address, grader, weak=True)
    with pytest.raises(
        ClusterError, match=r"the cluster cannot grade: UnknownChapter: .*no chapter is called 'nowhere'"
    ):
        list(graded(pair.address, grader, todo))


def test_what_a_worker_fails_on_has_no_mark_and_is_told(tmp_path, pair, monkeypatch):
    todo = write(tmp_path / "in", **{name: RIGHT + "\n" * k for k, name in enumerate(("ada", "ben", "cleo", "dora"))})
    grader, spared, marks = new_grader(tmp_path / "in"), discovery.digest(todo[1].path), []

    def disk_full(spared: str | None) -> None:
        from autograder.grading import dask_worker
        from autograder.submissions import discovery

        if spared is None:
            dask_worker.Grader.grade = dask_worker.whole_grade  # type: ignore[attr-defined]
            return
        dask_worker.whole_grade = dask_worker.Grader.grade  # type: ignore[attr-defined]

        def grade(self: Grader, submission: Submission):
            if discovery.digest(submission.path) != spared:
                raise OSError(28, "No space left on device")
            return dask_worker.whole_grade(self, submission)  # type: ignore[attr-defined]

        dask_worker.Grader.grade = grade

    pair.client.run(disk_full, spared)
    try:
        failed = r"3 submissions could not be graded: \w+ \(tcp://.*: OSError: .* No space left on device\); .* goes on"
        with pytest.raises(ClusterError, match=failed):
            marks.extend(graded(pair.address, grader, todo))
        assert [mark.student for mark in marks] == ["ben"]
        monkeypatch.setattr(dask_client, "MAX_FAILURES", 2)
        with pytest.raises(ClusterError, match="2 submissions could not be graded, the last "):
            list(graded(pair.address, grader, todo))
    finally:
        pair.client.run(disk_full, None)


def test_the_command_says_in_one_line_that_no_scheduler_answers(tmp_path, monkeypatch):
    write(tmp_path / "in", ada=RIGHT)
    monkeypatch.setattr(dask_client, "CONNECT_SECONDS", 0.5)
    # Nobody may listen at port 1 but root.
    command = ["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:1"]
    result = CliRunner().invoke(program.app, command)
    assert result.exit_code == 2
    assert re.fullmatch("autograder: no Dask scheduler answers at tcp://127.0.0.1:1.*\n", result.output)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("nonsense://a", "nonsense://a is no scheduler's address"),
        ("localhost", "localhost names no port: give an address like tcp://10.0.0.1:8786"),
        ("tcp://[::1]", r"tcp://\[::1\] names no port"),
        ("localhost:99999", "localhost:99999 names no port"),
        ("tcp://a host:1", "no Dask scheduler answers at tcp://a host:1"),
        ("tls://127.0.0.1:1", "tls://127.0.0.1:1 needs certificates"),
    ],
)
def test_an_address_that_is_none_is_refused(tmp_path, monkeypatch, address, why):
    monkeypatch.setattr(dask_client, "CONNECT_SECONDS", 0.5)
    with pytest.raises(ClusterError, match=why):
        dask_client.require(address, new_grader(tmp_path), weak=False)


def test_without_dask_the_command_that_installs_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r'pip install "follow-the-slope\[cluster\]"'):
        dask_client.require("tcp://127.0.0.1:1", new_grader(tmp_path), weak=False)


@pytest.mark.parametrize("allowed_failures", [3, 0], ids=["Dask tries again", "Dask gives up at once"])
def test_a_worker_is_killed_and_no_mark_is_lost_or_doubled(tmp_path, shared, allowed_failures):
    found = shared.ready(allowed_failures=allowed_failures)
    names = [f"s{k}" for k in range(6)]
    todo = write(tmp_path, **{name: WRONG if k % 3 else RIGHT for k, name in enumerate(names)})
    grader = new_grader(tmp_path)
    run = graded(found.address, grader, todo)
    marks = [next(run)]
    busy = found.busy()
    found.kill(max(busy, key=busy.get))
    marks += run
    assert len(found.client.nthreads()) == 1
    marks.sort(key=lambda mark: mark.student)
    assert marks == [grader.grade(submission) for submission in todo]
    assert [mark.points for mark in marks] == [1, 0, 0, 1, 0, 0]


def test_a_worker_killed_while_the_command_grades_costs_nobody_a_mark(tmp_path, shared):
    found = shared.ready()
    slowly = RIGHT.replace("return", "__import__('time').sleep(0.1)\n    return")
    wanted = {f"s{k}": "0" if k % 3 else "1" for k in range(8)}
    write(tmp_path / "in", **{name: WRONG if points == "0" else slowly for name, points in wanted.items()})

    def kill_one() -> None:
        until(lambda: any("grade-" in str(keys) for keys in found.client.processing().values()))
        found.kill(next(iter(found.busy())))

    killer = threading.Thread(target=kill_one)
    killer.start()
    app = typer.Typer()
    app.command()(told(grade))
    command = [str(tmp_path / "in"), "--chapter", "01", "--out", str(tmp_path / "out"), "--allow-weak-isolation"]
    result = CliRunner().invoke(app, [*command, "--scheduler", found.address])
    killer.join()
    assert result.exit_code == 0, result.output
    assert len(found.client.nthreads()) == 1
    rows = list(csv.DictReader((tmp_path / "out" / "grades.csv").read_text().splitlines()))
    assert [(row["student"], row["attempt"]) for row in rows] == [(name, "1 of 1") for name in wanted]
    assert [row["squared_error"] for row in rows] == list(wanted.values())


def test_a_notebook_that_kills_its_graders_gets_a_note_and_then_nobody_is_left(tmp_path, shared, monkeypatch):
    found, grader, todo = shared.ready(allowed_failures=0), new_grader(tmp_path), write(tmp_path, ada=RIGHT, slow=SLOW)

    def kill_both() -> None:
        for _ in range(2):
            until(found.busy)
            found.kill(next(iter(found.busy())))

    run = graded(found.address, grader, todo)
    assert next(run).student == "ada"
    killer = threading.Thread(target=kill_both)
    killer.start()
    (mark,) = run
    killer.join()
    assert (mark.student, mark.points, mark.note) == ("slow", 0, f"Of slow. {dask_client.KILLER.capitalize()}.")
    assert (mark.file, mark.sha256) == (f"slow/{NOTEBOOK}", discovery.digest(tmp_path / "slow" / NOTEBOOK))
    assert [verdict["status"] for verdict in mark.verdicts] == ["error"]
    with pytest.raises(ClusterError, match="has no worker: start some"):
        dask_client.require(found.address, grader, weak=False)
    monkeypatch.setattr(dask_client, "NO_WORKER_SECONDS", 0.5)
    with pytest.raises(ClusterError, match=r"has no worker: .* the same command goes on"):
        list(graded(found.address, grader, todo))


def test_a_lost_scheduler_ends_the_run_with_a_word(tmp_path, caplog):
    todo = write(tmp_path, ada=SLOW, ben=SLOW)
    with closing(Cluster(tmp_path)) as found:
        found.client.close()

        def handed_in() -> Iterator[Submission]:
            yield todo[0]
            found.scheduler.kill()
            yield todo[1]

        with pytest.raises(ClusterError, match=r"the connection to the scheduler .* is lost"):
            list(graded(found.address, new_grader(tmp_path), handed_in()))
        assert not caplog.records
