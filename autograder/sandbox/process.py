"""A process of its own for a student's code, and talk with it in plain data.

The process has limits on time, memory and disk, is locked down as far as the machine allows (`isolation.py`), and is
killed with all its children. Windows has no limit on memory here.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..checking.exercise import CallError
from ..course import Chapter
from ..worker import wire
from ..worker.wire import Frame, Message
from . import isolation
from .forkserver import ForkServerLost
from .isolation import IsolationError, Rung
from .launch import Body, Forked, Started
from .pipes import Late
from .workdir import is_filling_up, is_too_much

MAX_CALLBACK_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Limits:
    """What a student's code may use.

    Args:
        seconds: for one call of a function.
        load_seconds: for running the notebook's own code.
        memory: bytes of address space of the process; 0 for no limit. Without effect on Windows.
        notebook_seconds: for all that a notebook needs, from its first cell to its last call.
    """

    seconds: float = 5.0
    load_seconds: float = 20.0
    memory: int = 2 * 2**30
    notebook_seconds: float = 60.0


class WorkerLost(Exception):
    """The process took too long, died, or sent what is no message. Holds the `CallError` of the call it happened in."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.error = CallError(kind, text)


class Worker:
    """A running worker process.

    Args:
        chapter: the chapter under grading.
        memory: limit in bytes, as in `Limits`.
        rung: what the process locks itself down to; None for the best that this machine reaches.
    """

    def __init__(self, chapter: Chapter, memory: int, rung: Rung | None = None) -> None:
        self.rung: Rung = rung or isolation.reached().rung
        self._ending, self._talking = threading.Lock(), threading.Lock()
        self._confirmed = self._ended = False
        self._code: int | None = None
        forked = sys.platform == "linux"
        self._body: Body = Forked(chapter, memory, self.rung) if forked else Started(chapter, memory)
        self._free = shutil.disk_usage(self._body.work).free

    def wait_until_ready(self, seconds: float) -> None:
        """Wait until the process has started and locked itself down. `ask` does so, too, within its own time limit.

        Args:
            seconds: time limit.

        Raises:
            WorkerLost, ForkServerLost, IsolationError: as `ask` does.
        """
        with self._timed(seconds) as end:
            if not self._confirmed:
                self._confirm(end)

    def ask(
        self, message: dict[str, Any], buffers: list[bytes], seconds: float, serve: Callable[..., Any] | None = None
    ) -> Message:
        """Send a message and return the answer to it.

        Args:
            message: what to send, with the buffers of its trees.
            buffers: likewise.
            seconds: time limit.
            serve: calls the function with a given number, when the process asks for it.

        Raises:
            WorkerLost: there is no answer. The process is of no use then; close it.
            ForkServerLost: the process that forks workers has ended, and this worker with it: not the student's fault.
            IsolationError: the process is not locked down as it should be. Nothing was sent to it.
        """
        return self._unpacked(self.ask_frame(wire.pack(message, buffers), seconds, serve))

    def ask_frame(self, frame: bytes, seconds: float, serve: Callable[..., Any] | None = None) -> Frame:
        """Send a message that is packed already, and return the answer to it as it came; else as `ask` does."""
        with self._timed(seconds) as end:
            if not self._confirmed:
                self._confirm(end)
            self._body.channel.send(frame, end, self._look)
            answer = self._answer(end, serve)
            self._look()
            return answer

    def next_answer(self, seconds: float) -> Frame:
        """Return, as it comes, the rest of an answer that comes in parts. Raises as `ask` does.

        Args:
            seconds: time limit.
        """
        with self._timed(seconds) as end:
            answer = self._receive(end)
            self._look()
            return answer

    @contextlib.contextmanager
    def _timed(self, seconds: float) -> Iterator[float]:
        with self._talking:
            try:
                yield time.monotonic() + seconds
            except Late:
                starting = "" if self._confirmed else " to start"
                raise WorkerLost("Timeout", f"took longer than {seconds:g} s{starting}") from None

    def _answer(self, end: float, serve: Callable[..., Any] | None) -> Frame:
        called_back = 0
        while True:
            frame = self._receive(end)
            message = self._unpacked(frame) if serve and b'"callback"' in frame.head else ({}, [])
            if serve is None or "callback" not in message[0]:
                return frame
            called_back += len(frame.body)
            if called_back > MAX_CALLBACK_BYTES:
                raise WorkerLost("Crash", "it handed too much data to a function that it was given")
            self._body.channel.send(_serve(*message, serve), end, self._look)

    def _confirm(self, end: float) -> None:
        """Read the first message, which the process sends before it has met anything of a student's."""
        if why := isolation.unconfirmed(self.rung, self._unpacked(self._receive(end))[0]):
            raise IsolationError(f"rung {self.rung} does not hold here: {why}. Ask `autograder doctor`.")
        self._confirmed = True

    def _receive(self, end: float) -> Frame:
        received = self._body.channel.receive(end, self._look)
        if received is None:
            raise WorkerLost("Crash", self._last_words())
        return received

    def _unpacked(self, frame: Frame) -> Message:
        try:
            return wire.unpack(frame)
        except wire.WireError:
            raise WorkerLost("Crash", self._last_words()) from None

    def _look(self) -> None:
        if self._ended:
            raise WorkerLost("Crash", "the Python process ended")
        if is_too_much(self._body.work) or is_filling_up(self._body.work, self._free):
            raise WorkerLost("Crash", "it wrote too many files, or too much into them")

    def _last_words(self) -> str:
        self._end(patient=True)
        code = self._code
        if code is not None and code < 0 and code != -signal.SIGKILL:
            with contextlib.suppress(ValueError):
                return f"the Python process ended by {signal.Signals(-code).name}"
        return "the Python process ended"

    def close(self) -> None:
        """Kill the process with all its children and delete what it wrote. May be called from any thread, and twice."""
        with contextlib.suppress(ForkServerLost):
            self._end()
        with self._talking:  # who waits for an answer has noticed by now, or will at the next look
            self._body.close()

    def _end(self, patient: bool = False) -> None:
        with self._ending:
            if not self._ended:
                self._ended = True
                self._code = self._body.end(patient)


def _serve(message: dict[str, Any], buffers: list[bytes], serve: Callable[..., Any]) -> bytes:
    try:
        number, given = message["callback"], wire.decode(message.get("args"), buffers)
        if type(number) is not int or not _are_arguments(given):
            raise WorkerLost("Crash", "it asked for a function that it was not given")
        args, kwargs = given
        with np.errstate(all="ignore"):
            tree, parts = wire.encode(serve(number, args, kwargs))
    except wire.WireError as error:
        raise WorkerLost("Crash", "it sent what is no call of a function") from error
    except WorkerLost:
        raise
    except Exception as error:  # raised by the course's own function on a student's arguments: the student's to see
        return wire.pack({"raises": {"kind": type(error).__name__, "text": str(error)[:500]}}, [])
    return wire.pack({"value": tree}, parts)


def _are_arguments(given: Any) -> bool:
    if not isinstance(given, tuple) or list(map(type, given)) != [tuple, dict]:
        return False
    return all(isinstance(name, str) for name in given[1])
