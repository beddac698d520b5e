"""A process of its own for a student's code, and talk with it in plain data.

The process has limits on time, memory and disk, is locked down as far as the machine allows (`isolation.py`), and is
killed with all its children. Windows has no limit on memory here.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from . import isolation, stand_ins
from .chapters import Chapter
from .exercise import CallError
from .isolation import IsolationError, Rung
from .worker import wire

MAX_CALLBACK_BYTES = 256 * 2**20
MAX_SCRATCH_BYTES, MAX_SCRATCH_FILES, MAX_SCRATCH_DEPTH = 64 * 2**20, 10_000, 50
LOOK_SECONDS = 0.25  # how often the grader looks at what the process has written

Message = tuple[dict[str, Any], list[bytes]]


@dataclass(frozen=True)
class Limits:
    """What a student's code may use.

    Args:
        seconds: for one call of a function.
        load_seconds: for running the notebook's own code.
        memory: bytes of address space of the process; 0 for no limit. Without effect on Windows.
    """

    seconds: float = 5.0
    load_seconds: float = 20.0
    memory: int = 2 * 2**30


class WorkerLost(Exception):
    """The process took too long, died, or sent what is no message. Holds the `CallError` of the call it happened in."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.error = CallError(kind, text)


class Worker:
    """A running worker process. The kernel kills it when the thread that started it ends.

    Args:
        chapter: the chapter under grading.
        memory: limit in bytes, as in `Limits`.
        rung: what the process locks itself down to; None for the best that this machine reaches.
    """

    def __init__(self, chapter: Chapter, memory: int, rung: Rung | None = None) -> None:
        self._lock = threading.Lock()
        self.rung: Rung = rung or isolation.reached().rung
        self._confirmed = False
        self._folder = Path(tempfile.mkdtemp(prefix="grading-"))
        scratch = isolation.Scratch(self._folder)
        self._work = scratch.work
        stand_ins.write(scratch.modules, chapter)
        self._process = subprocess.Popen(
            isolation.command(self.rung, memory, scratch),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=scratch.work,
            env=isolation.environment(scratch.work),
            # A group of its own: killed as one, and out of reach of the terminal's Ctrl-C.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        # Threads, since Windows cannot wait for a pipe with a time limit. A flood of messages stays in the pipe.
        self._inbox: queue.Queue[Message | None] = queue.Queue(maxsize=2)
        self._outbox: queue.Queue[Message | None] = queue.Queue()
        self._threads = [
            threading.Thread(target=_pump_in, args=(self._process.stdout, self._inbox), daemon=True),
            threading.Thread(target=_pump_out, args=(self._process.stdin, self._outbox), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

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
            IsolationError: the process is not locked down as it should be. Nothing was sent to it.
        """
        end, called_back = time.monotonic() + seconds, 0
        if not self._confirmed:
            self._confirm(end, seconds)
        self._outbox.put((message, buffers))
        while True:
            received = self._receive(end, f"took longer than {seconds:g} s")
            if received is None:
                self._inbox.put(None)  # it stays the last word
                raise WorkerLost("Crash", self._last_words())
            if "callback" not in received[0]:
                return received
            called_back += sum(map(len, received[1]))
            if called_back > MAX_CALLBACK_BYTES:
                raise WorkerLost("Crash", "it handed too much data to a function that it was given")
            self._outbox.put(_serve(*received, serve))

    def _confirm(self, end: float, seconds: float) -> None:
        """Read the first message, which the process sends before it has met anything of a student's."""
        received = self._receive(end, f"took longer than {seconds:g} s to start")
        if received is None:
            self._inbox.put(None)
            raise WorkerLost("Crash", self._last_words())
        if why := isolation.unconfirmed(self.rung, received[0]):
            raise IsolationError(f"rung {self.rung} does not hold here: {why}. Ask `autograder doctor`.")
        self._confirmed = True

    def _receive(self, end: float, too_late: str) -> Message | None:
        # A flood of messages must not outrun the clock, so the clock is asked before the queue.
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                return self._inbox.get(timeout=min(left, LOOK_SECONDS))
            if _is_too_much(self._work):
                raise WorkerLost("Crash", "it wrote too many files, or too much into them")
        raise WorkerLost("Timeout", too_late)

    def _last_words(self) -> str:
        if self.rung == "A":
            self._let_it_end()
        self._kill()
        code = self._process.returncode
        if code is not None and code < 0 and code != -signal.SIGKILL:
            with contextlib.suppress(ValueError):
                return f"the Python process ended by {signal.Signals(-code).name}"
        return "the Python process ended"

    def _let_it_end(self) -> None:
        """Give the outermost process of namespaces a moment to learn how the one inside ended, and to end like it."""
        end = time.monotonic() + 0.2
        with contextlib.suppress(ChildProcessError):  # another thread was faster
            # Not waited for in earnest: its number has to stay its own until the group is killed.
            look = os.WEXITED | os.WNOHANG | os.WNOWAIT
            while os.waitid(os.P_PID, self._process.pid, look) is None and time.monotonic() < end:
                time.sleep(0.002)

    def close(self) -> None:
        """Kill the process with all its children and delete its folder. May be called from any thread, and twice."""
        self._kill()
        self._outbox.put(None)
        # A child that fled its group may still hold the pipes, or flood them: it gets a second, and no more.
        with contextlib.suppress(WorkerLost):
            end = time.monotonic() + 1
            while self._receive(end, "") is not None:
                pass
        for thread in self._threads:
            thread.join(timeout=0.5)
        with contextlib.suppress(queue.Full):
            self._inbox.put_nowait(None)  # for a thread that still waits for an answer
        _delete(self._folder)

    def _kill(self) -> None:
        with self._lock:
            if self._process.returncode is not None:
                return
            if sys.platform == "win32":
                command = ["taskkill", "/T", "/F", "/PID", str(self._process.pid)]
                subprocess.run(command, capture_output=True, check=False)
            else:
                # Nobody has waited for the process yet, so its number cannot be another's by now.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _pump_in(stream: BinaryIO, inbox: queue.Queue[Message | None]) -> None:
    with stream, contextlib.suppress(OSError, wire.WireError):
        while message := wire.receive(stream, wire.MAX_ANSWER):
            inbox.put(message)
    inbox.put(None)


def _pump_out(stream: BinaryIO, outbox: queue.Queue[Message | None]) -> None:
    with contextlib.suppress(OSError), stream:
        while message := outbox.get():
            wire.send(stream, *message)


def _serve(message: dict[str, Any], buffers: list[bytes], serve: Callable[..., Any] | None) -> Message:
    try:
        number, given = message["callback"], wire.decode(message.get("args"), buffers)
        if serve is None or type(number) is not int or not _are_arguments(given):
            raise WorkerLost("Crash", "it asked for a function that it was not given")
        args, kwargs = given
        with np.errstate(all="ignore"):
            tree, parts = wire.encode(serve(number, args, kwargs))
    except wire.WireError as error:
        raise WorkerLost("Crash", f"it sent {error}") from error
    except WorkerLost:
        raise
    except Exception as error:  # raised by the course's own function on a student's arguments: the student's to see
        return {"raises": {"kind": type(error).__name__, "text": str(error)[:500]}}, []
    return {"value": tree}, parts


def _are_arguments(given: Any) -> bool:
    if not isinstance(given, tuple) or list(map(type, given)) != [tuple, dict]:
        return False
    return all(isinstance(name, str) for name in given[1])


def _is_too_much(folder: Path) -> bool:
    """Tell whether a folder has outgrown its limits. No disk quota is to be had without root."""
    count = size = 0
    waiting = [(str(folder), 0)]
    while waiting:
        path, depth = waiting.pop()
        try:
            for entry in os.scandir(path):
                count += 1
                size += entry.stat(follow_symlinks=False).st_size
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, depth + 1))
        except FileNotFoundError:
            continue  # deleted meanwhile
        except OSError:
            return True  # closed, or a path longer than paths may be: made to hide something
        if count > MAX_SCRATCH_FILES or size > MAX_SCRATCH_BYTES or depth > MAX_SCRATCH_DEPTH:
            return True
    return False


def _delete(folder: Path) -> None:
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if folder.exists() and sys.platform != "win32":
        # Folders in folders, a thousand deep: more than Python's own function can follow.
        subprocess.run(["rm", "-rf", "--", str(folder)], capture_output=True, check=False)
