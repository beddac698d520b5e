"""The process that workers are forked from, as the grader sees it: one for each chapter and rung. Linux alone.

To start Python and NumPy takes longer than to grade a notebook. So they are started once, by exec and never by a fork
of the grader, whose memory holds the answers; each worker is a fork of that (`worker/forkserver.py`). Forks of the
grader share it: each has a socket of its own to ask by.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..course import Chapter
from . import plan
from .plan import Rung
from .workdir import Scratch, empty, write_modules

# For Python and NumPy to start on a busy machine: not the student's time.
START_SECONDS = 60.0
# How long a process that has closed its channel may take to end by itself, so that the reason can be told.
PATIENCE = 0.2


class ForkServerLost(Exception):
    """The process that forks workers does not answer; the message says why."""


class ForkServer:
    """A process that forks workers. May be used from several threads.

    Args:
        chapter: the chapter under grading.
        rung: what the workers lock themselves down to.
    """

    def __init__(self, chapter: Chapter, rung: Rung) -> None:
        self.grader = self.started_by = os.getpid()
        self._lock = threading.Lock()
        self._scratch = Scratch()
        write_modules(self._scratch.modules, chapter)
        self._free: list[str] = []
        self._made = 0
        self._lost = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_SECONDS)
        self._stderr = self._scratch.folder / "stderr"
        with theirs, self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                plan.command(rung, self._scratch, control=theirs.fileno()),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                cwd=self._scratch.folder,
                env=plan.environment(self._scratch.works),
                start_new_session=True,  # out of reach of the terminal's Ctrl-C
            )

    @property
    def lives(self) -> bool:
        """Whether the process is there, as far as is known."""
        mine = self.started_by == os.getpid()
        return not self._lost and (not mine or self._process.poll() is None)

    def share(self) -> socket.socket:
        """Return a socket by which a fork of this process may ask as well, after `adopt`.

        Raises:
            ForkServerLost: there is no answer, or it is shared by too many already.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, self._lock:
            try:
                self._ask({"do": "share"}, [theirs.fileno()])
            except BaseException:
                ours.close()
                raise
        return ours

    def adopt(self, control: socket.socket) -> None:
        """Ask by another socket from now on, in a fork of the process that has got it from `share`."""
        self._control.close()
        self._control = control
        self._control.settimeout(START_SECONDS)
        self.grader, self._lock, self._free, self._made = os.getpid(), threading.Lock(), [], 0

    def fork(self, memory: int, reading: int, writing: int) -> tuple[int, Path]:
        """Return a new worker's number and the folder that it works in.

        Args:
            memory: limit of its address space in bytes; 0 for none.
            reading: descriptor of a pipe that it reads from.
            writing: descriptor of a pipe that it writes to.

        Raises:
            ForkServerLost: there is no answer.
        """
        with self._lock:
            place = self._place()
            try:
                work = self._scratch.work(place)
                asked = {"do": "fork", "memory": memory, "work": str(work)}
                worker = self._ask(asked, [reading, writing])["worker"]
            except OSError as error:  # say, a clean-up of old files has taken the folder: another process gets another
                self._lost = True
                raise ForkServerLost(f"the folder for students' code: {error.strerror}") from error
            except BaseException:
                self._free.append(place)
                raise
        return worker, work

    def _place(self) -> str:
        if not self._free:
            self._free.append(f"{self.grader}-{self._made}")
            self._made += 1
        return self._free.pop()

    def end(self, worker: int, work: Path, patient: bool) -> int:
        """Kill a worker with all its children, and empty its folder; return its exit code, as `subprocess` gives it.

        Args:
            worker: its number.
            work: its folder.
            patient: give it a moment to end by itself.

        Raises:
            ForkServerLost: there is no answer, since the process that forks workers has ended, and all workers with it.
        """
        with self._lock:
            asked = {"do": "end", "worker": worker, "patience": PATIENCE if patient else 0}
            code: int = self._ask(asked)["code"]
        emptied = empty(work)
        with self._lock:
            if emptied:
                self._free.append(work.name)
        return code

    def _ask(self, request: dict[str, Any], pipes: list[int] | None = None) -> dict[str, Any]:
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], pipes or [])
            answer = self._control.recv(65536)
        except OSError:
            answer = b""
        if not answer:
            self._lost = True  # also if it is late only: its answer would be taken for that to another request
            raise ForkServerLost(self._last_words())
        reply: dict[str, Any] = json.loads(answer)
        if "error" in reply:
            raise ForkServerLost(f"no process for students' code: {reply['error']}")
        return reply

    def _last_words(self) -> str:
        try:
            said = self._stderr.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            said = ""
        return f"the Python process ended: {said[-200:]}" if said else "the Python process ended"

    def close(self) -> None:
        """End this process's workers; and the process with them and their folders, if it was started here."""
        self._control.close()
        if self.started_by != os.getpid():
            return
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._scratch.delete()


_servers: dict[tuple[Chapter, Rung], ForkServer] = {}
_lock = threading.Lock()


def of(chapter: Chapter, rung: Rung) -> ForkServer:
    """Return this process's fork server for a chapter and a rung, a new one if there is none or it has died.

    Args:
        chapter: the chapter under grading.
        rung: what its workers lock themselves down to.
    """
    with _lock:
        server = _servers.get((chapter, rung))
        if server and server.grader == os.getpid():
            if server.lives:
                return server
            server.close()
        _servers[chapter, rung] = server = ForkServer(chapter, rung)
        return server


def lend() -> dict[tuple[Chapter, Rung], socket.socket]:
    """Return what a fork of this process needs for `adopt`: for each fork server, a socket to ask it by."""
    lent = {}
    with _lock:
        for key, server in _servers.items():
            if server.grader == os.getpid() and server.lives:
                with contextlib.suppress(ForkServerLost):  # it gets one of its own then
                    lent[key] = server.share()
    return lent


def adopt(lent: Mapping[tuple[Chapter, Rung], socket.socket]) -> None:
    """Use the fork servers of the process that this one is a fork of.

    Args:
        lent: what `lend` gave there.
    """
    for key, control in lent.items():
        _servers[key].adopt(control)


def close() -> None:
    """End this process's workers, and the fork servers that it has started. The next worker gets another."""
    with _lock:
        for key, server in list(_servers.items()):
            if server.grader == os.getpid():
                del _servers[key]
                server.close()


atexit.register(close)
