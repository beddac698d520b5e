"""Grade in processes of their own: submissions go out, marks come back.

So Python's lock holds none of them up; and what a notebook makes the grader's process take, or whatever ends it, costs
the rest of the class nothing. On Linux they are forks of this process, which has the course in memory already.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import signal
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from socket import socket
from types import FrameType
from typing import TYPE_CHECKING, Any

from ..files import TemporaryFolder
from ..gradebook.records import Mark
from ..sandbox import forkserver, isolation
from ..sandbox.isolation import Reached
from ..submissions.discovery import Submission
from ..worker import lockdown

if TYPE_CHECKING:
    from .grader import Grader

Grade = Callable[[Submission], Mark]

# The one at work and the next, so that a process need not wait while the marks are written down.
AT_A_TIME = 2
TRIES = 2
STOP_SECONDS = 5.0
# Bytes of memory that a process may come to, whatever it is sent. Linux alone.
MAX_MEMORY = 512 * 2**20


@dataclass
class _Process:
    process: BaseProcess
    channel: Connection
    given: deque[Submission] = field(default_factory=deque)


@contextlib.contextmanager
def grading(grader: Grader, todo: Iterable[Submission], jobs: int) -> Iterator[Iterator[Mark]]:
    """Yield the marks of submissions, as they are ready, until the grader's `interrupted` is set. Ends all processes.

    A process that dies costs nothing but time: what it had goes to another. A submission at which a second one dies is
    given up.

    Args:
        grader: grades a submission, or gives it up; what it does for that is pickled where there is no fork.
        todo: the submissions; few are drawn ahead.
        jobs: number of processes; fewer if there are fewer submissions.
    """
    waiting, processes = iter(todo), list[_Process]()
    with TemporaryFolder() as place:
        place.chmod(0o711)  # for workers that run as another user, who see no names in it
        try:
            # All of them start here, and not with the first mark: a fork is best made before there are any threads.
            for submission in itertools.islice(waiting, jobs):
                processes.append(_start(grader, place))
                _give(processes[-1], submission)
            yield _marks(grader, waiting, processes, place)
        finally:
            _end(processes)
            forkserver.close()


def _marks(grader: Grader, waiting: Iterator[Submission], processes: list[_Process], place: Path) -> Iterator[Mark]:
    died: Counter[str] = Counter()
    while not grader.interrupted.is_set():
        for each in processes:
            _fill(each, waiting)
        busy = {each.channel: each for each in processes if each.given}
        if not busy:
            return
        for channel in wait(list(busy), timeout=0.2):
            each = busy[channel]  # type: ignore[index]
            try:
                answer = each.channel.recv()
            except (EOFError, OSError):
                processes.remove(each)
                _end([each])
                processes.append(_start(grader, place))
                died[each.given[0].student] += 1
                if died[each.given[0].student] == TRIES:
                    yield grader.given_up(each.given.popleft())
                for submission in each.given:
                    _give(processes[-1], submission)
                continue
            each.given.popleft()
            if isinstance(answer, BaseException):
                raise answer
            yield answer


def _start(grader: Grader, place: Path) -> _Process:
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    ours, theirs = context.Pipe()
    lent = forkserver.lend()
    process = context.Process(target=_serve, args=(theirs, grader.grade, place, isolation.reached(), lent), daemon=True)
    process.start()
    for each in (theirs, *lent.values()):
        each.close()
    return _Process(process, ours)


def _fill(each: _Process, todo: Iterator[Submission]) -> None:
    while len(each.given) < AT_A_TIME and (submission := next(todo, None)):
        _give(each, submission)


def _give(each: _Process, submission: Submission) -> None:
    each.given.append(submission)
    with contextlib.suppress(OSError):  # it has died: the missing answer will tell
        each.channel.send(submission)


def _end(processes: list[_Process]) -> None:
    for each in processes:
        each.channel.close()
        each.process.terminate()
    for each in processes:
        each.process.join(STOP_SECONDS)
        if each.process.exitcode is None:
            each.process.kill()
            each.process.join()


def _serve(channel: Connection, grade: Grade, place: Path, reached: Reached, lent: Mapping[Any, socket]) -> None:
    """Grade what comes, in a process of its own, until the parent hangs up or ends this."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is the parent's to hear
    signal.signal(signal.SIGTERM, stop)
    if sys.platform == "linux":
        lockdown.die_with(os.getppid())
        _limit_memory()
    isolation.take_over(reached)  # to find out takes a quarter of a second
    forkserver.adopt(lent)
    tempfile.tempdir = str(place)  # which the parent deletes, however this process ends
    try:
        while True:
            submission: Submission = channel.recv()
            answer: Any
            try:
                answer = grade(submission)
            except MemoryError:
                return  # as if the system had ended it: the next try has all the memory
            except Exception as error:  # the parent's to report
                answer = error
            channel.send(answer)
    except (EOFError, OSError, SystemExit):
        return
    finally:
        forkserver.close()
        os._exit(0)  # in a fork, what the parent would do at its end is not for this process to do


def _limit_memory() -> None:
    """Let an allocation fail by which this process would come to more than `MAX_MEMORY`.

    The limit is on what it may write to: what is mapped already counts as far as it is in memory. The processes for
    students' code have limits of their own.
    """
    import resource

    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    kib = {
        name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if rest[-3:] == " kB"
    }
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    soft = max(0, MAX_MEMORY - 1024 * kib["VmRSS"]) + 1024 * kib["VmData"]
    resource.setrlimit(resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
