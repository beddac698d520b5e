"""Grade on a Dask cluster: notebooks go out to its processes (`station.py`), marks come back.

The machines share no disk: what travels is a notebook's content, without its student's name, and a mark as plain data.
"""

from __future__ import annotations

import queue
import time
import uuid
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from . import station, submissions
from .exercise import Verdict
from .gradebook import Mark
from .grader import Grader
from .submissions import Submission, printable

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS = 15.0
CHECK_SECONDS = 180.0
NO_WORKER_SECONDS = 60.0
LOOK_SECONDS = 1.0
# What is on its way at any moment: memory stays flat, however large the class is.
IN_FLIGHT_PER_WORKER = 4
IN_FLIGHT_BYTES = 256 * 2**20
# A machine with a fault, say a full disk, must not spoil the whole class.
MAX_FAILURES = 20
KILLER = "the grading process died whenever it met this notebook: look at it by hand"
GOES_ON = "What is graded is kept; the same command goes on from there."


class ClusterError(Exception):
    """The cluster cannot grade, or not everything; the message says why and what to do."""


@dataclass
class _Sent:
    submission: Submission
    size: int
    future: Future
    alone: bool


def require(address: str, grader: Grader, weak: bool) -> None:
    """Refuse a cluster with a process that must not grade: one that would give other marks, or that is not isolated.

    Args:
        address: of the scheduler, say `tcp://10.0.0.1:8786`.
        grader: what would grade here.
        weak: whether a rung of isolation below B is enough.

    Raises:
        ClusterError: the scheduler cannot be reached, has no workers, or a worker must not grade.
    """
    job = station.new_job(grader, weak)
    with _connected(address) as client:
        from distributed import wait

        workers = sorted(client.nthreads())
        if not workers:
            raise ClusterError(f"{_no_worker(address)} Then give the same command again.")
        run = uuid.uuid4().hex
        # Each question may go to one process only; of a process that is gone meanwhile there is no answer.
        asked = {
            worker: client.submit(station.check, job, key=f"check-{run}-{k}", workers=[worker])
            for k, worker in enumerate(workers)
        }
        try:
            with client.as_current():
                wait(list(asked.values()), timeout=CHECK_SECONDS)
        except TimeoutError:
            silent = [worker for worker, future in asked.items() if not future.done()]
            why = f"within {CHECK_SECONDS:g} s: another run keeps it busy, or it hangs"
            raise ClusterError(f"the worker {silent[0]} does not answer {why}.") from None
        unfit = [why for worker, future in asked.items() if (why := _answer(worker, future))]
    if unfit:
        raise ClusterError(f"{len(unfit)} of {len(workers)} workers must not grade: {unfit[0]}")


def _answer(worker: str, future: Future) -> str:
    if future.status == "finished":
        return future.result()
    error = future.exception() if future.status == "error" else "it is gone"
    return f"the worker {worker} cannot be asked whether it has this version of the course: {_text(error)}"


def grade_all(address: str, grader: Grader, todo: Iterable[Submission], weak: bool) -> Generator[Mark, None, None]:
    """Yield a mark for each submission, as they are ready, until the grader's `interrupted` is set.

    Args:
        address: of the scheduler, which `require` has accepted.
        grader: what would grade here.
        todo: the submissions; any number.
        weak: whether a rung of isolation below B is enough.

    Raises:
        ClusterError: the scheduler or all workers are lost, or some submissions could not be graded.
    """
    with _connected(address) as client:
        yield from _Run(client, address, grader, weak).marks(todo)


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError('a cluster needs Dask: python -m pip install "follow-the-slope[cluster]"') from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        hint = "start one with `dask scheduler`, or look at the address, the firewall and the certificates"
        raise ClusterError(f"no Dask scheduler answers at {printable(address)}: {hint} ({_text(error)})") from error
    with client:
        yield client


class _Run:
    """One run on a cluster: bounded in what is on its way, and each submission is answered once."""

    def __init__(self, client: Client, address: str, grader: Grader, weak: bool) -> None:
        self._client, self._address, self._grader = client, address, grader
        self._job, self._run, self._count = station.new_job(grader, weak), uuid.uuid4().hex, 0
        self._sent: dict[str, _Sent] = {}
        self._done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._suspects: deque[Submission] = deque()
        self._failures: list[str] = []
        self._workers, self._next_look, self._last_seen = 0, 0.0, time.monotonic()

    def marks(self, todo: Iterable[Submission]) -> Generator[Mark, None, None]:
        waiting: Iterator[Submission] | None = iter(todo)
        try:
            while not self._grader.interrupted.is_set():
                self._look()
                while waiting and self._has_room():
                    submission = next(waiting, None)
                    if submission is None:
                        waiting = None
                    elif mark := self._send(submission):
                        yield mark
                if not waiting and not self._sent:
                    if not self._suspects:
                        break
                    if mark := self._send(self._suspects.popleft(), alone=True):
                        yield mark
                if mark := self._next_mark():
                    yield mark
        finally:
            self._client.cancel([sent.future for sent in self._sent.values()])
        if self._failures:
            listed = "; ".join(self._failures[:3])
            raise ClusterError(f"{len(self._failures)} submissions could not be graded: {listed}. {GOES_ON}")

    def _has_room(self) -> bool:
        few = len(self._sent) < IN_FLIGHT_PER_WORKER * max(1, self._workers)
        return few and sum(sent.size for sent in self._sent.values()) < IN_FLIGHT_BYTES

    def _send(self, submission: Submission, alone: bool = False) -> Mark | None:
        """Send a notebook out. Where there is none to be had, no code will run: the mark is made here."""
        content = _content(submission)
        if content is None:
            return self._grader.grade(submission)
        self._count += 1
        # Names that differ in a number alone: the scheduler then hands them out as workers become free.
        key = f"grade-{self._run}-{self._count}"
        future = self._client.submit(station.grade, self._job, content, key=key, retries=1)
        self._sent[key] = _Sent(submission, len(content), future, alone)
        future.add_done_callback(self._done.put)
        return None

    def _next_mark(self) -> Mark | None:
        """Return a mark that has come, if any has within a moment."""
        from distributed.scheduler import KilledWorker

        try:
            future = self._done.get(timeout=0.2)
        except queue.Empty:
            return None
        sent = self._sent[str(future.key)]
        if future.cancelled():
            raise ClusterError(f"the connection to the scheduler {self._address} is lost. {GOES_ON}")
        if future.status == "error":
            del self._sent[str(future.key)]
            error = future.exception()
            if isinstance(error, KilledWorker):
                return self._suspected(sent)
            self._failed(sent.submission, _text(error))
            return None
        try:
            answer = future.result(timeout=LOOK_SECONDS)
        except TimeoutError:  # the worker died with the mark: another will grade anew
            future.add_done_callback(self._done.put)
            return None
        del self._sent[str(future.key)]
        if "unfit" in answer:
            raise ClusterError(f"a worker that came later must not grade: {answer['unfit']}. {GOES_ON}")
        return self._signed(Mark(**answer["mark"]), sent.submission)

    def _suspected(self, sent: _Sent) -> Mark | None:
        """Try a notebook again by itself: several were with the workers that died, and one may have killed them."""
        if not sent.alone:
            self._suspects.append(sent.submission)
            return None
        submission, path = sent.submission, sent.submission.path
        assert path is not None
        message = "Your teacher will look at this answer."
        verdicts = [Verdict(each.id, "error", 0, each.points, None, message) for each in self._grader.exercises]
        plain = tuple(verdict.to_dict() for verdict in verdicts)
        return self._signed(Mark("", "", submissions.digest(path), (), (KILLER,), plain), submission)

    def _failed(self, submission: Submission, why: str) -> None:
        self._failures.append(f"{submission.student} ({why})")
        if len(self._failures) >= MAX_FAILURES:
            raise ClusterError(f"{MAX_FAILURES} submissions could not be graded, as {self._failures[-1]}. {GOES_ON}")

    def _signed(self, mark: Mark, submission: Submission) -> Mark:
        assert submission.path is not None
        file = printable(submission.path.relative_to(self._grader.folder).as_posix())
        return replace(mark, student=submission.student, file=file, found=submission.notes)

    def _look(self) -> None:
        """Learn how many workers there are, now and then; workers may come and go."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + LOOK_SECONDS
        try:
            self._workers = len(self._client.nthreads())
        except OSError as error:
            raise ClusterError(f"the connection to the scheduler {self._address} is lost. {GOES_ON}") from error
        if self._workers:
            self._last_seen = now
        elif now - self._last_seen > NO_WORKER_SECONDS:
            raise ClusterError(f"{_no_worker(self._address)} {GOES_ON}")


def _content(submission: Submission) -> bytes | None:
    """Return the content of a submission's notebook; None if there is none, or none that can be read."""
    path = submission.path
    try:
        return path.read_bytes() if path and path.stat().st_size <= submissions.MAX_BYTES else None
    except OSError:
        return None


def _no_worker(address: str) -> str:
    command = f"dask worker {printable(address)} --nworkers 4 --nthreads 1"
    return f"the scheduler has no worker: start some, say with `{command}`."


def _text(error: Any) -> str:
    text = printable(" ".join(str(error).split()))
    return f"{type(error).__name__}: {text}"[:300] if isinstance(error, BaseException) else text
