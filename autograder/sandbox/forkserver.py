"""The process that workers are forked from, as the grader sees it: one for each chapter and rung. Linux alone.

To start Python and NumPy takes longer than to grade a notebook. So they are started once, by exec and never by a fork
of the grader, whose memory holds the answers; each worker is a fork of that (`worker/forkserver.py`).
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any

from ..course import Chapter
from . import empty_course, isolation
from .isolation import Rung
from .workdir import Scratch, empty

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
        self.grader = os.getpid()
        self._lock = threading.Lock()
        self._scratch = Scratch()
        empty_course.write(self._scratch.modules, chapter)
        self._free: list[int] = []
        self._made = 0
        self._lost = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(START_SECONDS)
        self._stderr = self._scratch.folder / "stderr"
        with theirs, self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                isolation.command(rung, self._scratch, control=theirs.fileno()),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                cwd=self._scratch.folder,
                env=isolation.environment(self._scratch.works),
                start_new_session=True,  # out of reach of the terminal's Ctrl-C
            )

    @property
    def lives(self) -> bool:
        """Whether the process is there."""
        return not self._lost and self._process.poll() is None

    @property
    def idle(self) -> bool:
        """Whether it has no workers."""
        with self._lock:
            return len(self._free) == self._made

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

    def _place(self) -> int:
        if self._free:
            return self._free.pop()
        self._made += 1
        return self._made - 1

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
                self._free.append(int(work.name))
            else:
                self._free.append(self._made)
                self._made += 1
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
        """End the process with all workers, and delete their folders."""
        self._control.close()
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


def close(idle: bool = False) -> None:
    """End this process's fork servers and delete their folders. The next worker gets another.

    Args:
        idle: only those that have no worker now.
    """
    with _lock:
        for key, server in list(_servers.items()):
            if server.grader == os.getpid() and (server.idle or not idle):
                del _servers[key]
                server.close()


atexit.register(close)
