"""A student's notebook at work: its functions are loaded and called in a worker process."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..course import Chapter
from ..worker.slicing import MISSING, SAME, file_name, lines_of
from ..worker.wire import Frame, Message
from .forkserver import START_SECONDS, ForkServerLost
from .process import Limits, Worker, WorkerLost
from .remote import RemoteRunner

T = TypeVar("T")

# What all answers to a notebook's functions may come to, in bytes.
MAX_TAKEN = 32 * 2**20
# How long all functions together may take to load: else one takes long or ends the process, and each is loaded alone.
AHEAD_SECONDS = 0.25
SLICE = "slice"
ANOTHER_TIME = "It does not load another time as it did before."


class Session:
    """A student's notebook in a worker process, started anew after each crash.

    What a process says of a public case is shown, so it is asked of none that has seen a hidden input: whatever comes
    from there (an error's text, why a function does not load, a value) might hold it.

    Args:
        cells: the sources of its code cells.
        chapter: the chapter under grading.
        limits: what it may use. The time for the whole notebook begins now.
        last_try: take the end of the process that forks workers for a crash of the student's, too: no ForkServerLost.
    """

    def __init__(self, cells: Sequence[str], chapter: Chapter, limits: Limits, last_try: bool = False) -> None:
        self.errors: list[str] = []
        self.has_seen_hidden = False  # whether the process at work has
        self._cells, self._chapter, self._limits = list(cells), chapter, limits
        self._end = time.monotonic() + limits.notebook_seconds
        self._worker: Worker | None = None
        self._loaded: set[str] = set()
        self._ways: dict[str, str] = {}
        self._ahead: dict[str, Any] = {}  # why functions that are loaded already are not there, or None
        self._unreadable: WorkerLost | None = None
        self._all_cells_lost: str | None = None
        self._taken = 0
        self._last_try = last_try

    def load_ahead(self, names: Sequence[str]) -> None:
        """Load functions in one message, if that takes no time: `load` is quicker then.

        Args:
            names: those of the functions.
        """
        try:
            self._start()
            self._ahead = self._reasons(names, SLICE, min(AHEAD_SECONDS, self._limits.load_seconds))
        except WorkerLost:
            self.close()

    def load(self, name: str, at_end: bool = False) -> tuple[RemoteRunner | None, str | None]:
        """Return a runner of the notebook's function, or None; and why there is none, or what went wrong on the way.

        Args:
            name: the function's name.
            at_end: let it read what is there at the end of the notebook, which cells below its check may have defined
                anew. There is no such runner where that is the same.
        """
        try:
            why = self._load(name, "slice at end" if at_end else SLICE)
        except WorkerLost as lost:
            self.close()
            return None, _loading(lost)
        if why is None:
            return RemoteRunner(self, name), None
        if at_end:
            return None, why
        if self._all_cells_lost:
            return None, f"{why} {self._all_cells_lost}"
        try:
            still = self._load(name, "all cells")
        except WorkerLost as lost:
            self.close()
            self._all_cells_lost = _loading(lost)
            return None, f"{why} {self._all_cells_lost}"
        return (None, why) if still else (RemoteRunner(self, name), why)

    def _load(self, name: str, way: str) -> str | None:
        self._start()
        self._ways[name] = way
        self._loaded.add(name)
        ahead = self._ahead if way == SLICE else {}
        why = (ahead if name in ahead else self._reasons([name], way, self._limits.load_seconds)).pop(name, None)
        if why is None or (self.has_seen_hidden and why not in (SAME, MISSING.format(name=name))):
            return why and ANOTHER_TIME
        return str(why)[:500]

    def _reasons(self, names: Sequence[str], way: str, seconds: float) -> dict[str, Any]:
        """Load functions, and return why each is not there, or None."""
        reasons = self.ask({"do": "load", "names": list(names), "way": way}, [], seconds)[0].get("reasons")
        return reasons if isinstance(reasons, dict) else {}

    def _start(self) -> None:
        """Start a process that has read the notebook, if there is none."""
        if self._unreadable:
            raise self._unreadable
        if self._worker:
            return
        self._loaded.clear()
        self._ahead.clear()
        self.has_seen_hidden = False
        self._worker = self._new_worker()
        self._with_worker(lambda worker: worker.wait_until_ready(START_SECONDS))
        try:
            reply = self.ask({"do": "read", "cells": self._cells}, [], self._limits.load_seconds)[0]
        except WorkerLost as lost:
            self._unreadable = lost  # it would take as long for each function
            raise
        self.errors = _texts(reply.get("errors"))

    def _new_worker(self) -> Worker:
        try:
            return Worker(self._chapter, self._limits.memory)
        except ForkServerLost as lost:
            raise self._blamed(lost) from lost

    def require(self, name: str, unspoiled: bool) -> None:
        """Have a function that has been loaded ready in a process.

        Args:
            name: the function's name.
            unspoiled: whether that must be a process that has seen no hidden input.

        Raises:
            WorkerLost: it is not there any more.
        """
        if unspoiled and self.has_seen_hidden:
            self.close()
        if (self._worker is None or name not in self._loaded) and (why := self._load(name, self._ways[name])):
            raise WorkerLost("Crash", why)

    def ask(self, message: dict[str, Any], buffers: list[bytes], seconds: float) -> Message:
        """Ask the worker, as `Worker.ask` does."""
        return self._with_worker(lambda worker: worker.ask(message, buffers, self._within(seconds)))

    def ask_frame(self, frame: bytes, seconds: float, serve: Any = None, hidden: bool = False) -> Frame:
        """Ask the worker, as `Worker.ask_frame` does.

        Args:
            frame: the message.
            seconds: time limit.
            serve: calls the functions that the message hands over.
            hidden: whether it holds hidden inputs.
        """
        self.has_seen_hidden |= hidden
        return self._counted(self._with_worker(lambda it: it.ask_frame(frame, self._within(seconds), serve)))

    def next_answer(self, seconds: float) -> Frame:
        """Return the worker's next answer, as `Worker.next_answer` does."""
        return self._counted(self._with_worker(lambda worker: worker.next_answer(self._within(seconds))))

    def _within(self, seconds: float) -> float:
        if self.is_over:
            raise WorkerLost("Timeout", self.over)
        return min(seconds, self._end - time.monotonic())

    def _counted(self, frame: Frame) -> Frame:
        self._taken += sum(map(len, frame))
        if self._taken > MAX_TAKEN:
            raise WorkerLost("Crash", "the notebook's answers are too large, all together")
        return frame

    @property
    def is_over(self) -> bool:
        """Whether the time for the notebook is used up."""
        return time.monotonic() >= self._end

    @property
    def over(self) -> str:
        """What to say then."""
        return f"the notebook's time ({self._limits.notebook_seconds:g} s) was used up"

    def line(self, place: Any) -> str:
        """Return a line of the notebook; an empty text if there is none.

        Args:
            place: what a process says of it, who may say anything: `describe` tells. The line is looked up here, since
                a student's code can change what it shows for one.
        """
        if not (isinstance(place, list) and list(map(type, place)) == [str, int]):
            return ""
        cell = next((cell for number, cell in enumerate(self._cells, 1) if file_name(number) == place[0]), "")
        lines = lines_of(cell)
        return lines[place[1] - 1].strip() if 0 < place[1] <= len(lines) else ""

    def _with_worker(self, do: Callable[[Worker], T]) -> T:
        worker = self._worker
        if worker is None:
            raise WorkerLost("Crash", "the Python process ended")
        try:
            return do(worker)
        except ForkServerLost as lost:
            raise self._blamed(lost) from lost

    def _blamed(self, lost: ForkServerLost) -> Exception:
        """Return what to raise: whoever is there when it happens a second time may have made it happen."""
        return WorkerLost("Crash", str(lost)) if self._last_try else lost

    @property
    def seconds(self) -> float:
        """The time limit of a call."""
        return self._limits.seconds

    def close(self) -> None:
        """End the worker process. The session may go on with another."""
        worker, self._worker = self._worker, None
        if worker:
            worker.close()


def why_none_starts(chapter: Chapter, limits: Limits) -> str:
    """Return why no worker process starts here; an empty text if one does.

    Args:
        chapter: the chapter under grading.
        limits: what the process may use.
    """
    session = Session(["def ready():\n    return 1"], chapter, limits)
    try:
        return session.load("ready")[1] or ""
    finally:
        session.close()


def _loading(lost: WorkerLost) -> str:
    return f"Running the notebook's cells: {lost.error.text}."


def _texts(value: Any) -> list[str]:
    return [str(text)[:500] for text in value[:50]] if isinstance(value, list) else []
