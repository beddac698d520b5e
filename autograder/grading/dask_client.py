"""Grade on a Dask cluster: notebooks go out to its processes (`dask_worker.py`), marks come back.

The machines share no disk: what travels is a notebook's content, without its student's name, and a mark as plain data.
"""

from __future__ import annotations

import itertools
import logging
import queue
import time
import uuid
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .. import layers
from ..checking.exercise import Verdict
from ..errors import UserError
from ..gradebook.records import Mark
from ..submissions import discovery
from ..submissions.discovery import Submission, printable
from . import dask_worker
from .grader import Grader

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS = 15.0
CHECK_SECONDS = 180.0
NO_WORKER_SECONDS = 60.0
LOOK_SECONDS = 1.0
# A task of Dask's costs some 10 ms, as much as a quick notebook: several go in one, for about as long as this.
TASK_SECONDS = 0.5
TASK_NOTEBOOKS, TASK_BYTES = 32, 4 * 2**20
# What is on its way at any moment: memory stays flat, however large the class is.
TASKS_PER_WORKER = 4
IN_FLIGHT_BYTES = 256 * 2**20
# A machine with a fault, say a full disk, must not spoil the whole class.
MAX_FAILURES = 20
KILLER = "the grading process died whenever it met this notebook: look at it by hand"
LOST = "the connection to the scheduler {} is lost, or somebody has cancelled the run."
GOES_ON = "What is graded is kept; the same command goes on from there."


class ClusterError(UserError):
    """The cluster cannot grade, or not everything; the message says why and what to do."""


@dataclass
class _Sent:
    submissions: list[Submission]
    size: int
    future: Future


def require(address: str, grader: Grader, weak: bool) -> None:
    """Refuse a cluster with a process that must not grade: one that would give other marks, or that is not isolated.

    Args:
        address: of the scheduler, say `tcp://10.0.0.1:8786`.
        grader: what would grade here.
        weak: whether a rung of isolation below B is enough.

    Raises:
        ClusterError: the scheduler cannot be reached, has no workers, or a worker must not grade.
    """
    job = dask_worker.new_job(grader, weak)
    with _connected(address) as client:
        from distributed import wait

        workers = sorted(client.nthreads())
        if not workers:
            raise ClusterError(f"{_no_worker(address)} Then give the same command again.")
        run = uuid.uuid4().hex
        # Each question may go to one process only; of a process that is gone meanwhile there is no answer.
        asked = {
            worker: client.submit(dask_worker.check, job, key=f"check-{run}-{k}", workers=[worker])
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
    install = "install the course, in this version, where the scheduler and each worker runs"
    return f"the worker {worker} cannot be asked: {install} ({_text(error)})"


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
        import dask
        from distributed import Client, Security
    except ImportError as error:
        raise ClusterError(layers.needed("--scheduler", "cluster")) from error
    where = printable(address)
    scheme = address.partition("://")[0] if "://" in address else "tcp"
    if scheme not in ("tcp", "tls"):
        raise ClusterError(f"{where} is no scheduler's address: give one like tcp://10.0.0.1:8786, or tls://...")
    if not _has_port(address):
        raise ClusterError(f"{where} names no port: give an address like tcp://10.0.0.1:8786")
    # Asked beforehand: Dask's client would wait for half a minute, and end with a traceback.
    if scheme == "tls" and not Security().get_connection_args("client").get("ssl_context"):
        raise ClusterError(f"{where} needs certificates: name them in Dask's configuration, under distributed.comm.tls")
    try:
        # Each connection keeps its last messages for debugging, a thousand of them, with all notebooks in them.
        with dask.config.set({"distributed.admin.low-level-log-length": 10}):
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        hint = "start one with `dask scheduler`, or look at the address, the firewall and the certificates"
        raise ClusterError(f"no Dask scheduler answers at {where}: {hint} ({_text(error)})") from error
    with _quiet(), client:  # what is left of its tasks goes when it closes
        yield client


def _has_port(address: str) -> bool:
    port = address.rpartition(":")[2]
    return port.isascii() and port.isdigit() and 0 < int(port) < 2**16


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's client from printing a traceback when a connection is lost: the user gets a sentence."""
    levels = {log: log.level for log in map(logging.getLogger, ("distributed.batched", "distributed.client"))}
    for log in levels:
        log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for log, level in levels.items():
            log.setLevel(level)


class _Run:
    """One run on a cluster: bounded in what is on its way, and each submission is answered once."""

    def __init__(self, client: Client, address: str, grader: Grader, weak: bool) -> None:
        self._client, self._address, self._grader = client, printable(address), grader
        self._job, self._run, self._count = dask_worker.new_job(grader, weak), uuid.uuid4().hex, 0
        self._sent: dict[str, _Sent] = {}
        self._done: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._suspects: deque[Submission] = deque()
        self._alone: set[str] = set()
        self._failures: list[str] = []
        self._at_once = 1
        self._workers, self._next_look, self._last_seen = 0, 0.0, time.monotonic()

    def marks(self, todo: Iterable[Submission]) -> Generator[Mark, None, None]:
        waiting, left = iter(todo), True
        while not self._grader.interrupted.is_set():
            self._look()
            while left and self._has_room() and not self._grader.interrupted.is_set():
                left = yield from self._send(itertools.islice(waiting, self._at_once))
            if not left and not self._sent:
                if not self._suspects:
                    break
                suspect = self._suspects.popleft()
                self._alone.add(suspect.student)
                yield from self._send(iter([suspect]))
            yield from self._arrived()
        if self._failures:
            listed = "; ".join(self._failures[:3])
            raise ClusterError(f"{len(self._failures)} submissions could not be graded: {listed}. {GOES_ON}")

    def _has_room(self) -> bool:
        few = len(self._sent) < TASKS_PER_WORKER * max(1, self._workers)
        return few and sum(sent.size for sent in self._sent.values()) < IN_FLIGHT_BYTES

    def _send(self, some: Iterator[Submission]) -> Generator[Mark, None, bool]:
        """Send notebooks out, until they are enough for a task, and return whether there was any submission at all.

        Where there is no notebook to be had, no code will run: the mark is made here, and yielded.
        """
        taken, size, any_at_all = [], 0, False
        for submission in some:
            any_at_all = True
            content = _content(submission)
            if content is not None:
                taken.append((submission, content))
                size += len(content)
            else:
                yield self._grader.grade(submission)
            if size >= TASK_BYTES:
                break
        if taken:
            self._submit(taken)
        return any_at_all

    def _submit(self, taken: Sequence[tuple[Submission, bytes]]) -> None:
        self._count += 1
        # Names that differ in a number alone: the scheduler then hands tasks out only as workers become free.
        key = f"grade-{self._run}-{self._count}"
        contents = [content for _, content in taken]
        future = self._client.submit(dask_worker.grade, self._job, contents, key=key)
        self._sent[key] = _Sent([submission for submission, _ in taken], sum(map(len, contents)), future)
        future.add_done_callback(self._done.put)

    def _arrived(self) -> Iterator[Mark]:
        """Yield the marks of a task that is done, if there is one within a moment."""
        try:
            future = self._done.get(timeout=0.2)
        except queue.Empty:
            return
        key = str(future.key)
        try:
            answer = future.result(timeout=LOOK_SECONDS)
        except Exception as error:
            # Asked only now: a task that was done can be cancelled, or lost and given up, while its marks are fetched.
            if future.status == "error":
                yield from self._died(self._sent.pop(key).submissions, future.exception())
            elif isinstance(error, TimeoutError):  # the worker died with the marks: another will grade anew
                future.add_done_callback(self._done.put)
            elif isinstance(error, (CancelledError, OSError)):
                raise ClusterError(f"{LOST.format(self._address)} {GOES_ON}") from error
            else:
                raise
            return
        if "unfit" in answer:
            raise ClusterError(f"a worker that came later must not grade: {answer['unfit']}. {GOES_ON}")
        sent = self._sent.pop(key)
        each = answer["seconds"] / len(sent.submissions)
        self._at_once = max(1, min(TASK_NOTEBOOKS, round(TASK_SECONDS / max(each, 1e-3))))
        for submission, result in zip(sent.submissions, answer["answers"], strict=True):
            if "mark" in result:
                yield self._signed(Mark(**result["mark"]), submission)
            else:
                self._failed(f"{submission.student} ({_text(result['failed'])})")

    def _died(self, some: Sequence[Submission], error: BaseException | None) -> Iterator[Mark]:
        """Try notebooks again, each by itself: they were with workers that died, and one may have killed them."""
        from distributed.scheduler import KilledWorker

        if not isinstance(error, KilledWorker):
            raise ClusterError(f"the cluster cannot grade: {_text(error)}. {GOES_ON}")
        for submission in some:
            if submission.student not in self._alone:
                self._suspects.append(submission)
            else:
                yield self._killer(submission)

    def _killer(self, submission: Submission) -> Mark:
        assert submission.path is not None
        message = "Your teacher will look at this answer."
        verdicts = [Verdict(each.id, "error", 0, each.points, None, message) for each in self._grader.exercises]
        plain = tuple(verdict.to_dict() for verdict in verdicts)
        return self._signed(Mark("", "", discovery.digest(submission.path), (), (KILLER,), plain), submission)

    def _failed(self, what: str) -> None:
        self._failures.append(what)
        if len(self._failures) >= MAX_FAILURES:
            raise ClusterError(f"{MAX_FAILURES} submissions could not be graded, the last {what}. {GOES_ON}")

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
            raise ClusterError(f"{LOST.format(self._address)} {GOES_ON}") from error
        if self._workers:
            self._last_seen = now
        elif now - self._last_seen > NO_WORKER_SECONDS:
            raise ClusterError(f"{_no_worker(self._address)} {GOES_ON}")


def _content(submission: Submission) -> bytes | None:
    """Return the content of a submission's notebook; None if there is none, or none that can be read."""
    path = submission.path
    try:
        return path.read_bytes() if path and path.stat().st_size <= discovery.MAX_BYTES else None
    except OSError:
        return None


def _no_worker(address: str) -> str:
    command = f"dask worker {printable(address)} --nworkers 4 --nthreads 1"
    return f"the scheduler has no worker: start some, say with `{command}`."


def _text(error: Any) -> str:
    text = printable(" ".join(str(error).split()))
    return f"{type(error).__name__}: {text}"[:300] if isinstance(error, BaseException) else text
