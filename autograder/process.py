"""A process of its own for a student's code, and talk with it in plain data.

The process has limits on time and memory and is killed with all its children. It keeps a student's mistakes away from
the grader and from other students; it is no defence against a student who attacks the machine. Windows has no limit on
memory here.
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

from . import stand_ins
from .chapters import Chapter
from .exercise import CallError
from .worker import wire

MAX_CALLBACK_BYTES = 256 * 2**20
WORKER = Path(__file__).parent / "worker"
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

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
    """A running worker process."""

    def __init__(self, chapter: Chapter, memory: int) -> None:
        self._lock = threading.Lock()
        self._folder = Path(tempfile.mkdtemp(prefix="grading-"))
        modules, work = self._folder / "modules", self._folder / "work"
        modules.mkdir()
        work.mkdir()
        stand_ins.write(modules, chapter)
        command = [sys.executable, "-I", "-S", str(WORKER), str(memory), str(modules), *_site_packages()]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=work,
            env=_environment(work),
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
        """
        end, called_back = time.monotonic() + seconds, 0
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

    def _receive(self, end: float, too_late: str) -> Message | None:
        # A flood of messages must not outrun the clock, so the clock is asked before the queue.
        left = end - time.monotonic()
        try:
            if left > 0:
                return self._inbox.get(timeout=left)
        except queue.Empty:
            pass
        raise WorkerLost("Timeout", too_late)

    def _last_words(self) -> str:
        self._kill()
        code = self._process.returncode
        if code is not None and code < 0 and code != -signal.SIGKILL:
            with contextlib.suppress(ValueError):
                return f"the Python process ended by {signal.Signals(-code).name}"
        return "the Python process ended"

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
        shutil.rmtree(self._folder, ignore_errors=True)

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


def _site_packages() -> list[str]:
    folders = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    numpy_home = str(Path(np.__file__).parent.parent)
    return folders if numpy_home in folders else [*folders, numpy_home]


def _environment(home: Path) -> dict[str, str]:
    """Return the worker's environment: nothing of the teacher's but what Python itself needs."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    folders = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(home))
    return kept | folders | dict.fromkeys(ONE_THREAD, "1") | {"MPLBACKEND": "Agg"}
