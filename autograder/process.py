"""Run a student's functions in a process of their own, and talk to it in plain data.

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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from . import stand_ins
from .chapters import Chapter
from .evaluate import recorded
from .exercise import CallError, Case, Outcome
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
            try:
                received = self._inbox.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise WorkerLost("Timeout", f"took longer than {seconds:g} s") from None
            if received is None:
                self._inbox.put(None)  # it stays the last word
                raise WorkerLost("Crash", self._last_words())
            if "callback" not in received[0]:
                return received
            called_back += sum(map(len, received[1]))
            if called_back > MAX_CALLBACK_BYTES:
                raise WorkerLost("Crash", "it handed too much data to a function that it was given")
            self._outbox.put(_serve(*received, serve))

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
        with contextlib.suppress(queue.Empty):
            while self._inbox.get(timeout=1) is not None:
                pass
        for thread in self._threads:
            thread.join(timeout=1)  # for ever only if a child that fled its group still holds the pipe
        self._inbox.put(None)  # for a thread that still waits for an answer
        shutil.rmtree(self._folder, ignore_errors=True)

    def _kill(self) -> None:
        if self._process.returncode is not None:
            return
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(self._process.pid)], capture_output=True, check=False)
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
        number, args = message["callback"], wire.decode(message.get("args"), buffers)
        if serve is None or type(number) is not int or not isinstance(args, tuple):
            raise WorkerLost("Crash", "it asked for a function that it was not given")
        with np.errstate(all="ignore"):
            tree, parts = wire.encode(serve(number, *args))
    except wire.WireError as error:
        raise WorkerLost("Crash", f"it sent {error}") from error
    except WorkerLost:
        raise
    except Exception as error:  # raised by the course's own function on a student's arguments: the student's to see
        return {"raises": {"kind": type(error).__name__, "text": str(error)[:500]}}, []
    return {"value": tree}, parts


def _site_packages() -> list[str]:
    folders = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    numpy_home = str(Path(np.__file__).parent.parent)
    return folders if numpy_home in folders else [*folders, numpy_home]


def _environment(home: Path) -> dict[str, str]:
    """Return the worker's environment: nothing of the teacher's but what Python itself needs."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    folders = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(home))
    return kept | folders | dict.fromkeys(ONE_THREAD, "1") | {"MPLBACKEND": "Agg"}


class Session:
    """A student's notebook in a worker process, started anew after each crash."""

    def __init__(self, cells: Sequence[str], chapter: Chapter, limits: Limits) -> None:
        self.errors: list[str] = []
        self._cells, self._chapter, self._limits = list(cells), chapter, limits
        self._worker: Worker | None = None
        self._all_cells_lost: str | None = None
        self._stopped = False

    def load(self, name: str) -> tuple[RemoteRunner | None, str | None]:
        """Return a runner of the notebook's function, or None; and why there is none, or what went wrong on the way."""
        try:
            why = self._load(name, all_cells=False)
        except WorkerLost as lost:
            self.close()
            return None, _loading(lost)
        if why is None:
            return RemoteRunner(self, name), None
        if self._all_cells_lost:
            return None, f"{why} {self._all_cells_lost}"
        try:
            still = self._load(name, all_cells=True)
        except WorkerLost as lost:
            self.close()
            self._all_cells_lost = _loading(lost)
            return None, f"{why} {self._all_cells_lost}"
        return (None, why) if still else (RemoteRunner(self, name), why)

    def _load(self, name: str, all_cells: bool) -> str | None:
        if self._worker is None:
            self._worker = Worker(self._chapter, self._limits.memory)
            if self._stopped:
                raise WorkerLost("Crash", "the grading was stopped")
            reply = self.ask({"do": "read", "cells": self._cells}, [], self._limits.load_seconds)[0]
            self.errors = _texts(reply.get("errors"))
        reply = self.ask({"do": "load", "name": name, "all_cells": all_cells}, [], self._limits.load_seconds)[0]
        why = reply.get("reason")
        return why if why is None else str(why)[:500]

    def ask(self, message: dict[str, Any], buffers: list[bytes], seconds: float, serve: Any = None) -> Message:
        """Ask the worker, as `Worker.ask` does."""
        if self._worker is None:
            raise WorkerLost("Crash", "the Python process ended")
        return self._worker.ask(message, buffers, seconds, serve)

    @property
    def seconds(self) -> float:
        """The time limit of a call."""
        return self._limits.seconds

    def stop(self) -> None:
        """End the worker process, from another thread, and let no other start."""
        self._stopped = True
        self.close()

    def close(self) -> None:
        """End the worker process. The session may go on with another."""
        worker, self._worker = self._worker, None
        if worker:
            worker.close()


def _loading(lost: WorkerLost) -> str:
    return f"Running the notebook's cells: {lost.error.text}."


def _texts(value: Any) -> list[str]:
    return [str(text)[:500] for text in value[:50]] if isinstance(value, list) else []


class RemoteRunner:
    """Runs cases on a function of a session's worker process.

    After a timeout or a crash all further cases fail at once with the same error: they cost no time limit each.
    """

    def __init__(self, session: Session, name: str) -> None:
        self._session, self._name = session, name
        self.lost: CallError | None = None

    def run(self, case: Case, names: list[str]) -> Outcome:
        """Return the outcome of the case; `names` are those of the positional parameters."""
        if self.lost:
            return Outcome(error=self.lost)
        handles: list[Callable] = []
        calls: list[tuple[tuple[Any, ...], Any]] = []

        def handle(function: Callable) -> int:
            handles.append(recorded(function, calls))
            return len(handles) - 1

        def serve(number: int, *args: Any) -> Any:
            if not 0 <= number < len(handles):
                raise WorkerLost("Crash", "it asked for a function that it was not given")
            return handles[number](*args)

        tree, buffers = wire.encode((case.args, dict(case.kwargs)), handle)
        message = {"do": "call", "name": self._name, "value": tree, "names": names, "times": case.times}
        try:
            reply, parts = self._session.ask(message, buffers, self._session.seconds, serve)
            return _outcome(reply, parts, names, calls, case)
        except (WorkerLost, wire.WireError) as error:
            self.lost = error.error if isinstance(error, WorkerLost) else CallError("Crash", f"it sent {error}")
            self._session.close()
            return Outcome(error=self.lost)


def _outcome(
    reply: dict[str, Any], buffers: list[bytes], names: list[str], calls: list[tuple[tuple[Any, ...], Any]], case: Case
) -> Outcome:
    """Return what a reply says. It was made beside a student's code: nothing in it is taken on trust."""
    outputs, error, mutated = (wire.decode(reply.get("outputs"), buffers), reply.get("error"), reply.get("mutated"))
    if not isinstance(outputs, list) or not isinstance(mutated, list):
        raise wire.WireError("a malformed answer")
    if error is None and len(outputs) != case.times:
        raise wire.WireError("too few answers")
    known = {*names, *case.kwargs}
    changed = tuple(name for name in mutated if isinstance(name, str) and name in known)
    return Outcome(tuple(outputs), None if error is None else _call_error(error), changed, tuple(calls))


def _call_error(error: Any) -> CallError:
    if not isinstance(error, dict) or not all(isinstance(error.get(key), str) for key in ("kind", "text", "line")):
        raise wire.WireError("a malformed error")
    kind = error["kind"] if error["kind"].isidentifier() else "Exception"
    return CallError(kind[:60], error["text"][:500], error["line"][:200])
