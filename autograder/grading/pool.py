"""Grade in several processes, so that Python's lock does not hold them up: submissions go out, marks come back."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from ..files import TemporaryFolder
from ..gradebook.records import Mark
from ..sandbox import forkserver, isolation
from ..sandbox.isolation import Reached
from ..submissions.discovery import Submission
from ..worker import lockdown

Grade = Callable[[Submission], Mark | None]

# The one at work and the next, so that a process need not wait while the marks are written down.
AT_A_TIME = 2
TRIES = 2
STOP_SECONDS = 5.0


@dataclass
class _Process:
    process: BaseProcess
    channel: Connection
    given: deque[Submission] = field(default_factory=deque)


def grade_all(
    grade: Grade,
    todo: Iterator[Submission],
    jobs: int,
    interrupted: threading.Event,
    give_up: Callable[[Submission], Mark],
) -> Generator[Mark, None, None]:
    """Yield a mark for each submission, as they are ready, until `interrupted` is set. Ends all processes then.

    A process that dies costs nothing but time: what it had goes to another. A submission at which a second one dies is
    given up.

    Args:
        grade: grades a submission; it is pickled.
        todo: the submissions; few are drawn ahead.
        jobs: number of processes.
        interrupted: set it to stop.
        give_up: makes the mark of a submission at which processes die.
    """
    died: Counter[str] = Counter()
    with TemporaryFolder() as place:
        place.chmod(0o711)  # for workers that run as another user, who see no names in it
        folder = str(place)
        processes = [_start(grade, folder) for _ in range(jobs)]
        try:
            while not interrupted.is_set():
                for each in processes:
                    _fill(each, todo)
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
                        processes.append(_start(grade, folder))
                        died[each.given[0].student] += 1
                        if died[each.given[0].student] == TRIES:
                            yield give_up(each.given.popleft())
                        for submission in each.given:
                            _give(processes[-1], submission)
                        continue
                    each.given.popleft()
                    if isinstance(answer, BaseException):
                        raise answer
                    if answer is not None:
                        yield answer
        finally:
            _end(processes)


def _start(grade: Grade, folder: str) -> _Process:
    context = multiprocessing.get_context("spawn")  # a fork would copy locks that other threads hold
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, grade, folder, isolation.reached()), daemon=True)
    process.start()
    theirs.close()
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


def _serve(channel: Connection, grade: Grade, folder: str, reached: Reached) -> None:
    """Grade what comes, in a process of its own, until the parent hangs up or ends this."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise SystemExit

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is the parent's to hear
    signal.signal(signal.SIGTERM, stop)
    if sys.platform == "linux":
        lockdown.die_with(os.getppid())
    isolation.take_over(reached)  # to find out takes a quarter of a second
    tempfile.tempdir = folder  # which the parent deletes, however this process ends
    try:
        while True:
            submission: Submission = channel.recv()
            answer: Any
            try:
                answer = grade(submission)
            except Exception as error:  # the parent's to report
                answer = error
            channel.send(answer)
    except (EOFError, OSError):
        return
    finally:
        forkserver.close()
