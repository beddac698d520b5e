"""A student's notebook at work: its functions are loaded and called in a worker process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from .chapters import Chapter
from .process import Limits, Worker, WorkerLost
from .remote import RemoteRunner
from .worker.wire import Frame, Message
from .zygote import START_SECONDS, ZygoteLost

T = TypeVar("T")


class Session:
    """A student's notebook in a worker process, started anew after each crash.

    Args:
        cells: the sources of its code cells.
        chapter: the chapter under grading.
        limits: what it may use.
        last_try: take the end of the process that forks workers for a crash of the student's, too: no ZygoteLost.
    """

    def __init__(self, cells: Sequence[str], chapter: Chapter, limits: Limits, last_try: bool = False) -> None:
        self.errors: list[str] = []
        self._cells, self._chapter, self._limits = list(cells), chapter, limits
        self._worker: Worker | None = None
        self._loaded: set[str] = set()
        self._at_end: dict[str, bool] = {}
        self._all_cells_lost: str | None = None
        self._stopped, self._last_try = False, last_try

    def load(self, name: str, at_end: bool = False) -> tuple[RemoteRunner | None, str | None]:
        """Return a runner of the notebook's function, or None; and why there is none, or what went wrong on the way.

        Args:
            name: the function's name.
            at_end: let it read what is there at the end of the notebook, which cells below its check may have defined
                anew. There is no such runner where that is the same.
        """
        self._at_end[name] = at_end
        try:
            why = self._load(name, "slice at end" if at_end else "slice")
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
        if self._worker is None:
            self._loaded.clear()
            self._worker = self._new_worker()
            if self._stopped:
                raise WorkerLost("Crash", "the grading was stopped")
            self._with_worker(lambda worker: worker.wait_until_ready(START_SECONDS))
            reply = self.ask({"do": "read", "cells": self._cells}, [], self._limits.load_seconds)[0]
            self.errors = _texts(reply.get("errors"))
        self._loaded.add(name)
        reply = self.ask({"do": "load", "name": name, "way": way}, [], self._limits.load_seconds)[0]
        why = reply.get("reason")
        return why if why is None else str(why)[:500]

    def _new_worker(self) -> Worker:
        try:
            return Worker(self._chapter, self._limits.memory)
        except ZygoteLost as lost:
            raise self._blamed(lost) from lost

    def ask(self, message: dict[str, Any], buffers: list[bytes], seconds: float, serve: Any = None) -> Message:
        """Ask the worker, as `Worker.ask` does."""
        return self._with_worker(lambda worker: worker.ask(message, buffers, seconds, serve))

    def ask_frame(self, frame: bytes, seconds: float, serve: Any = None) -> Frame:
        """Ask the worker, as `Worker.ask_frame` does."""
        return self._with_worker(lambda worker: worker.ask_frame(frame, seconds, serve))

    def next_answer(self, seconds: float) -> Frame:
        """Return the worker's next answer, as `Worker.next_answer` does."""
        return self._with_worker(lambda worker: worker.next_answer(seconds))

    def renew(self, name: str) -> str | None:
        """Load a function in another process, where it finds nothing of what it has kept; return why it is not there.

        Args:
            name: the function's name.
        """
        self.close()
        runner, why = self.load(name, self._at_end[name])
        return None if runner else why

    def _with_worker(self, do: Callable[[Worker], T]) -> T:
        worker = self._worker
        if worker is None:
            raise WorkerLost("Crash", "the Python process ended")
        try:
            return do(worker)
        except ZygoteLost as lost:
            raise self._blamed(lost) from lost

    def _blamed(self, lost: ZygoteLost) -> Exception:
        """Return what to raise: whoever is there when it happens a second time may have made it happen."""
        return WorkerLost("Crash", str(lost)) if self._last_try else lost

    @property
    def seconds(self) -> float:
        """The time limit of a call."""
        return self._limits.seconds

    @property
    def used(self) -> bool:
        """Whether there is a worker process, and it has loaded a function already."""
        return self._worker is not None and bool(self._loaded)

    def stop(self) -> None:
        """End the worker process, from another thread, and let no other start."""
        self._stopped = True
        self.close()

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
