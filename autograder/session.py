"""A student's notebook at work: its functions are loaded and called in a worker process."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from .chapters import Chapter
from .evaluate import recorded
from .exercise import CallError, Case, Outcome
from .process import MAX_AHEAD, Limits, Worker, WorkerLost
from .worker import wire
from .worker.wire import Frame, Message
from .zygote import START_SECONDS, ZygoteLost

T = TypeVar("T")

# So many different answers to a case are kept, and none of more bytes: those of one class rarely are more.
MAX_KNOWN, MAX_KNOWN_BYTES = 16, 2048


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
        self._all_cells_lost: str | None = None
        self._stopped, self._last_try = False, last_try

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
            self._loaded.clear()
            self._worker = self._new_worker()
            if self._stopped:
                raise WorkerLost("Crash", "the grading was stopped")
            self.ask({"do": "start"}, [], START_SECONDS)
            reply = self.ask({"do": "read", "cells": self._cells}, [], self._limits.load_seconds)[0]
            self.errors = _texts(reply.get("errors"))
        self._loaded.add(name)
        reply = self.ask({"do": "load", "name": name, "all_cells": all_cells}, [], self._limits.load_seconds)[0]
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

    def send_ahead(self, frames: Sequence[bytes]) -> None:
        """Send calls ahead, as `Worker.send_ahead` does."""
        self._with_worker(lambda worker: worker.send_ahead(frames, self.seconds))

    def next_answer(self) -> Frame:
        """Return the next answer, as `Worker.next_answer` does."""
        return self._with_worker(lambda worker: worker.next_answer(self.seconds))

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


class RemoteRunner:
    """Runs cases on a function of a session's worker process.

    After a timeout or a crash all further cases fail at once with the same error: they cost no time limit each.
    """

    def __init__(self, session: Session, name: str) -> None:
        self._session, self._name = session, name
        self.lost: CallError | None = None
        self.starved = False  # whether a call failed as it might for want of memory
        self._coming: deque[Case] = deque()
        self._sent: deque[Case] = deque()

    def announce(self, cases: Sequence[Case]) -> None:
        """Note that these cases will be run, once and in this order. They are sent ahead when the first is answered."""
        self._coming = deque(cases)

    def renew(self) -> None:
        """Go on in another process, where the function finds nothing of what it has kept in this one."""
        if not self.lost:
            self._session.close()
            runner, why = self._session.load(self._name)
            if runner is None:
                self.lost = CallError("Crash", str(why))

    def run(self, case: Case, names: list[str]) -> Outcome:
        """Return the outcome of the case; `names` are those of the positional parameters."""
        if self.lost:
            return Outcome(error=self.lost)
        asked = _asked(case, self._name, names)
        if self._coming and self._coming[0] is case:
            self._coming.popleft()
        calls: list[tuple[tuple[Any, ...], Any]] = []
        serve = _server(asked.functions, calls) if asked.functions else None
        try:
            if self._sent and self._sent[0] is case:
                self._sent.popleft()
                answer = self._session.next_answer()
            else:
                self._sent.clear()  # answers that nobody waits for any more are dropped
                answer = self._session.ask_frame(asked.frame, self._session.seconds, serve)
            outcome = asked.outcome(answer, calls)
            if not self._sent and not outcome.error:  # the stub's error ends it all
                self._send_ahead(names)
            self.starved = self.starved or _is_starved(outcome.error)
            return outcome
        except (WorkerLost, wire.WireError) as error:
            self.lost = error.error if isinstance(error, WorkerLost) else CallError("Crash", f"it sent {error}")
            self.starved = self.lost.kind == "Crash"
            self._session.close()
            return Outcome(error=self.lost)

    def _send_ahead(self, names: list[str]) -> None:
        """Send what comes next, as far as it fits: the process works on it while its answers are looked at here."""
        frames: list[bytes] = []
        while self._coming:
            asked = _asked(self._coming[0], self._name, names)
            if asked.functions or sum(map(len, frames)) + len(asked.frame) > MAX_AHEAD:
                break
            frames.append(asked.frame)
            self._sent.append(self._coming.popleft())
        if frames:
            self._session.send_ahead(frames)


def _server(functions: Sequence[Callable], calls: list[tuple[tuple[Any, ...], Any]]) -> Callable[..., Any]:
    """Return what calls one of the course's functions for a worker, and notes each call."""
    handles = [recorded(function, calls) for function in functions]

    def serve(number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not 0 <= number < len(handles):
            raise WorkerLost("Crash", "it asked for a function that it was not given")
        return handles[number](*args, **kwargs)

    return serve


class _Asked:
    """A case as it goes to every student: put into bytes once, and an answer of the same bytes read once.

    Args:
        case: the case.
        name: the function's name.
        names: those of its positional parameters.
    """

    def __init__(self, case: Case, name: str, names: Sequence[str]) -> None:
        self.name, self.functions = name, list[Callable]()
        self._names, self._times = {*names, *case.kwargs}, case.times
        self._known: dict[Frame, Outcome] = {}

        def handle(function: Callable) -> int:
            self.functions.append(function)
            return len(self.functions) - 1

        tree, buffers = wire.encode((case.args, dict(case.kwargs)), handle)
        message = {"do": "call", "name": name, "value": tree, "names": names, "times": case.times}
        self.frame = wire.pack(message, buffers)

    def outcome(self, answer: Frame, calls: Sequence[tuple[tuple[Any, ...], Any]]) -> Outcome:
        """Return what an answer says: the same object for the same bytes. Raises WireError if it says nothing.

        Args:
            answer: made beside a student's code: nothing in it is taken on trust.
            calls: what the course's functions among the arguments were asked meanwhile.
        """
        if self.functions or sum(map(len, answer)) > MAX_KNOWN_BYTES:
            return self._read(answer, calls)
        if (known := self._known.get(answer)) is None:
            known = self._read(answer, calls)
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[answer] = known
        return known

    def _read(self, answer: Frame, calls: Sequence[tuple[tuple[Any, ...], Any]]) -> Outcome:
        reply, parts = wire.unpack(answer)
        outputs, error, mutated = wire.decode(reply.get("outputs"), parts), reply.get("error"), reply.get("mutated")
        if not isinstance(outputs, list) or not isinstance(mutated, list):
            raise wire.WireError("a malformed answer")
        if error is None and len(outputs) != self._times:
            raise wire.WireError("too few answers")
        changed = tuple(name for name in mutated if isinstance(name, str) and name in self._names)
        return Outcome(tuple(outputs), None if error is None else _call_error(error), changed, tuple(calls))


_cases: WeakKeyDictionary[Case, _Asked] = WeakKeyDictionary()


def _asked(case: Case, name: str, names: Sequence[str]) -> _Asked:
    asked = _cases.get(case)
    if asked is None or asked.name != name:
        asked = _cases[case] = _Asked(case, name, names)
    return asked


def _is_starved(error: CallError | None) -> bool:
    return error is not None and (error.kind.endswith("MemoryError") or error.text == "can't start new thread")


def _call_error(error: Any) -> CallError:
    if not isinstance(error, dict) or not all(isinstance(error.get(key), str) for key in ("kind", "text", "line")):
        raise wire.WireError("a malformed error")
    kind = error["kind"] if error["kind"].isidentifier() else "Exception"
    return CallError(kind[:60], error["text"][:500], error["line"][:200])
