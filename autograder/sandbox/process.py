"""A process of its own for a student's code, and talk with it in plain data.

The process has limits on time, memory and disk, is locked down as far as the machine allows (`isolation.py`), and is
killed with all its children. Windows has no limit on memory here.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..checking.exercise import CallError
from ..course import Chapter
from ..worker import wire
from ..worker.wire import Frame, Message
from . import forkserver, isolation, plan
from .forkserver import ForkServerLost
from .pipes import Channel, Late, Pipes, ThreadedPipes
from .plan import IsolationError, Rung
from .workdir import Scratch, is_filling_up, is_too_much, write_modules


class Body(Protocol):
    """A worker's process."""

    @property
    def channel(self) -> Channel:
        """The way to it and back."""

    @property
    def work(self) -> Path:
        """The folder that it writes in."""

    def end(self, patient: bool) -> int | None:
        """Kill the process with all its children, and return its exit code as `subprocess` gives it, if known.

        Args:
            patient: give it a moment to end by itself, since it has begun to.
        """

    def close(self) -> None:
        """Let go of what is left of it. May be called twice."""


class Forked:
    """A process forked by this process's fork server for the chapter and the rung.

    Args:
        chapter: the chapter under grading.
        memory: limit of its address space in bytes; 0 for none.
        rung: what it locks itself down to.

    Raises:
        ForkServerLost: no fork server starts.
    """

    def __init__(self, chapter: Chapter, memory: int, rung: Rung) -> None:
        self.channel: Pipes = Pipes()
        self._open = True
        try:
            try:
                self._fork(forkserver.of(chapter, rung), memory)
            except ForkServerLost:  # it may have died since the last student: a new one gets a try
                self._fork(forkserver.of(chapter, rung), memory)
        except BaseException:
            self.channel.hand_over()
            self.channel.close()
            raise
        self.channel.hand_over()

    def _fork(self, parent: forkserver.ForkServer, memory: int) -> None:
        self._server = parent
        self._number, self.work = parent.fork(memory, *self.channel.theirs)

    def end(self, patient: bool) -> int | None:
        """End the process, as `Body.end` tells. Raises ForkServerLost if the server has ended, and this with it."""
        return self._server.end(self._number, self.work, patient)

    def close(self) -> None:
        """Let go of what is left of it."""
        if self._open:
            self._open = False
            self.channel.close()


class Started:
    """A process of its own, not locked down: on systems where a fork is not to be had, or not safe.

    Args:
        chapter: the chapter under grading.
        memory: limit of its address space in bytes; 0 for none.
    """

    def __init__(self, chapter: Chapter, memory: int) -> None:
        self._scratch = Scratch()
        self.work = self._scratch.work("0")
        write_modules(self._scratch.modules, chapter)
        pipes = Pipes() if sys.platform != "win32" else None
        reading, writing = pipes.theirs if pipes else (subprocess.PIPE, subprocess.PIPE)
        self._process = subprocess.Popen(
            plan.command("D", self._scratch, memory=memory),
            stdin=reading,
            stdout=writing,
            stderr=subprocess.DEVNULL,
            cwd=self.work,
            env=plan.environment(self.work),
            # A group of its own: killed as one, and out of reach of the terminal's Ctrl-C.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self.channel: Pipes | ThreadedPipes
        if pipes:
            pipes.hand_over()
            self.channel = pipes
        else:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self.channel = ThreadedPipes(self._process.stdin, self._process.stdout)
        self._open = True

    def end(self, patient: bool) -> int | None:
        """End the process, as `Body.end` tells."""
        if sys.platform == "win32":
            command = ["taskkill", "/T", "/F", "/PID", str(self._process.pid)]
            subprocess.run(command, capture_output=True, check=False)
        else:
            # Nobody has waited for the process yet, so that its number cannot be another's by now.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()

    def close(self) -> None:
        """Let go of what is left of it, its folder too."""
        if self._open:
            self._open = False
            self.channel.close()
            self._scratch.delete()


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
        if why := plan.unconfirmed(self.rung, self._unpacked(self._receive(end))[0]):
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
        # On rung A its disk is in memory, so whoever fills this machine's is another.
        if is_too_much(self._body.work) or (self.rung != "A" and is_filling_up(self._body.work, self._free)):
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
