"""The two ways in which a worker's process comes to be: forked on Linux, started elsewhere."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Protocol

from ..course import Chapter
from . import empty_course, forkserver, plan
from .forkserver import ForkServerLost
from .pipes import Channel, Pipes, ThreadedPipes
from .plan import Rung
from .workdir import Scratch


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
        empty_course.write(self._scratch.modules, chapter)
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
