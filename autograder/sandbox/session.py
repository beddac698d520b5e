"""A student's notebook at work in a worker process: its functions are loaded there; their cases go in few messages."""

from __future__ import annotations

import builtins
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from ..checking.exercise import CallError, Case, Outcome
from ..checking.handed import Notes
from ..course import Chapter
from ..worker import wire
from ..worker.calling import MAX_LINE, MAX_TEXT
from ..worker.slicing import MISSING, SAME, file_name, lines_of
from ..worker.wire import Frame, Message
from .forkserver import START_SECONDS, ForkServerLost
from .process import Limits, Worker, WorkerLost

Calls = list[tuple[tuple[Any, ...], Any]]

# How much is sent in one message.
MAX_BATCH_BYTES = 2**18
# A worker that works on several cases sends what it has five times as often: if nothing comes for so long, one of the
# calls takes long, and those that are left are made one by one. It adds to what a loop costs, so it is short.
BATCH_SECONDS = 0.25
# What NumPy says of a floating-point operation: nothing else that a worker says of it is taken.
WARNINGS = ("divide by zero", "overflow", "invalid value")
# The names of exceptions that are taken: a student may call his own after what he has seen.
KINDS = {name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}
KINDS |= {"AxisError", "DTypePromotionError", "LinAlgError", "UFuncTypeError", "_ArrayMemoryError", "UnreadableResult"}
# And the texts that are taken of a hidden case, whose values another might hold.
TEXTS = ("math domain error", "math range error", "can't start new thread")
NO_ANSWER = "it sent what is no answer"
# So many different answers to a message are kept, and none of more bytes: those of one class rarely are more.
MAX_KNOWN, MAX_KNOWN_BYTES = 16, 2**12


class RemoteRunner:
    """Runs cases on a function of a session's worker process.

    After a timeout or a crash all further cases fail at once with the same error: they cost no time limit each.
    """

    def __init__(self, session: Session, name: str) -> None:
        self._session, self._name = session, name
        self.lost: CallError | None = None
        self.starved = False  # whether a call failed as it might for want of memory
        self.announced = False
        self._coming: deque[_Batch] = deque()
        self._ready: defaultdict[Case, deque[Outcome]] = defaultdict(deque)

    def announce(self, cases: Sequence[Case], names: Sequence[str]) -> None:
        """Run the public ones of some cases at once, and note that the hidden ones will come.

        No function of the notebook has met a hidden case then, if all are announced before any is run. Those without
        functions among their arguments are sent together.

        Args:
            cases: the cases, in the order in which they will be run.
            names: those of the function's positional parameters.
        """
        self.announced = True
        public = tuple(case for case in cases if not case.hidden)
        self._coming = deque(_batches(tuple(case for case in cases if case.hidden), self._name, tuple(names)))
        for batch in _batches(public, self._name, tuple(names)):
            if not self._run_together(batch):
                return  # it takes long: what is missing is run when it is asked for, and the others come first

    def renew(self) -> None:
        """Go on in another process, where the function finds nothing of what it has kept in this one."""
        self._session.close()

    def run(self, case: Case, names: Sequence[str]) -> Outcome:
        """Return the outcome of the case; `names` are those of the positional parameters."""
        if not self._ready[case] and self._coming and self._coming[0].cases[0] is case:
            batch = self._coming.popleft()
            if len(batch.cases) > 1 and not self.lost and not self._run_together(batch):
                self._coming.clear()
        outcome = self._ready[case].popleft() if self._ready[case] else self._run_alone(case, names)
        self.starved = self.starved or _is_starved(outcome.error)
        return outcome

    def _run_together(self, batch: _Batch) -> bool:
        """Have the outcomes of a batch ready, as far as they come, and return whether that is all: where a call takes
        long or ends the process, those of the calls before it may be missing, too."""
        waiting = deque(batch.cases)
        try:
            for outcome in self._outcomes(batch, min(BATCH_SECONDS, self._session.seconds)):
                self._ready[waiting.popleft()].append(outcome)
        except WorkerLost:
            self._session.close()
        except wire.WireError:
            self._lose(CallError("Crash", NO_ANSWER))
        return not waiting

    def _run_alone(self, case: Case, names: Sequence[str]) -> Outcome:
        if self.lost:
            return Outcome(error=self.lost)
        (batch,) = _batches((case,), self._name, tuple(names))
        try:
            (outcome,) = self._outcomes(batch, self._session.seconds)
            return outcome
        except WorkerLost as lost:
            self.starved = lost.error.kind == "Crash"
            return self._lose(CallError("Timeout", self._session.over) if self._session.is_over else lost.error)
        except wire.WireError:
            return self._lose(CallError("Crash", NO_ANSWER))  # no honest answer comes to that: no second try

    def _lose(self, error: CallError) -> Outcome:
        """End the process, and give up the function."""
        self.lost = error
        self._session.close()
        return Outcome(error=error)

    def _outcomes(self, batch: _Batch, seconds: float) -> Iterator[Outcome]:
        """Yield the outcomes of a batch as they come."""
        self._session.require(self._name, unspoiled=not batch.hidden)
        notes, done = Notes(), 0
        serve = _server(batch.functions, notes) if batch.functions else None
        answer = self._session.ask_frame(batch.frame, seconds, serve, batch.hidden)
        while True:
            outcomes = batch.outcomes(answer, done, self._session.line, notes.calls)
            yield from outcomes
            done += len(outcomes)
            if done == len(batch.cases):
                return
            answer = self._session.next_answer(seconds)


def _is_starved(error: CallError | None) -> bool:
    return error is not None and (error.kind.endswith("MemoryError") or error.text == "can't start new thread")


def _server(functions: Sequence[Callable], notes: Notes) -> Callable[..., Any]:
    """Return what calls one of the course's functions for a worker, and notes each call."""
    handles = [notes.recorded(function) for function in functions]

    def serve(number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not 0 <= number < len(handles):
            raise WorkerLost("Crash", "it asked for a function that it was not given")
        return handles[number](*args, **kwargs)

    return serve


class _Batch:
    """Cases that are sent together, the same to every student: put into bytes once, and an equal answer is read once.

    Args:
        name: the function's name.
        names: those of its positional parameters.
    """

    def __init__(self, name: str, names: Sequence[str]) -> None:
        self.cases: list[Case] = []
        self.functions: list[Callable] = []
        self.hidden = False
        self._message = {"do": "call", "name": name, "names": list(names)}
        self._trees: list[dict[str, Any]] = []
        self._buffers: list[bytes] = []
        self._known: dict[tuple[int, Frame], list[Outcome]] = {}
        self._frame = b""

    def add(self, case: Case) -> bool:
        """Add a case if it fits; tell whether it did. The first one always fits."""
        functions: list[Callable] = []

        def handle(function: Callable) -> int:
            functions.append(function)
            return len(functions) - 1

        tree, buffers = wire.encode((case.args, dict(case.kwargs)), handle)
        size = sum(map(len, (*self._buffers, *buffers)))
        if self.cases and (functions or self.functions or size > MAX_BATCH_BYTES):
            return False
        self.cases.append(case)
        self.hidden = self.hidden or case.hidden
        self.functions += functions
        self._trees.append({"value": tree, "times": case.times, "frozen": case.frozen})
        self._buffers += buffers
        return True

    @property
    def frame(self) -> bytes:
        """The message that asks for all cases."""
        if not self._frame:
            # Times differ from student to student, so only a case that is sent alone has one.
            message = self._message | {"cases": self._trees, "timed": len(self.cases) == 1}
            self._frame = wire.pack(message, self._buffers)
        return self._frame

    def outcomes(self, answer: Frame, start: int, line: Callable[[Any], str], calls: Calls) -> list[Outcome]:
        """Return what an answer says of one case or several: the same objects for the same bytes, if none is an error.

        Args:
            answer: made beside a student's code: nothing in it is taken on trust.
            start: number of the first of these cases.
            line: returns the line of the student's notebook that an error speaks of.
            calls: what the course's functions among the arguments were asked meanwhile.

        Raises:
            WireError: it says nothing, or too much.
        """
        if (known := self._known.get((start, answer))) is None or calls:
            known = list(self._read(answer, start, line, calls))
            if calls or sum(map(len, answer)) > MAX_KNOWN_BYTES or any(outcome.error for outcome in known):
                return known
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[start, answer] = known
        return known

    def _read(self, answer: Frame, start: int, line: Callable[[Any], str], calls: Calls) -> Iterator[Outcome]:
        message, parts = wire.unpack(answer)
        answers, buffers = message.get("answers"), iter(parts)
        if not isinstance(answers, list) or not 0 < len(answers) <= len(self.cases) - start:
            raise wire.WireError("a malformed answer")
        for case, reply in zip(self.cases[start:], answers, strict=False):
            yield _outcome(case, self._message["names"], reply, buffers, line, calls)


def _outcome(
    case: Case,
    names: Iterable[Any],
    reply: Any,
    buffers: Iterator[bytes],
    line: Callable[[Any], str],
    calls: Calls,
) -> Outcome:
    if not isinstance(reply, dict):
        raise wire.WireError("a malformed answer")
    outputs, error, mutated = wire.decode(reply.get("outputs"), buffers), reply.get("error"), reply.get("mutated")
    if not isinstance(outputs, list) or not isinstance(mutated, list):
        raise wire.WireError("a malformed answer")
    known = {*names, *case.kwargs}
    changed = tuple(name for name in mutated if isinstance(name, str) and name in known)
    # One that writes into an argument which cannot be written comes to no end, and to no error of its own.
    if error is None and not changed and len(outputs) != case.times:
        raise wire.WireError("too few answers")
    warned, seconds = reply.get("warned", []), reply.get("seconds", 0.0)
    return Outcome(
        tuple(outputs),
        None if error is None else _call_error(error, line, case.hidden),
        changed,
        tuple(calls),
        tuple((kind, "") for kind in WARNINGS if isinstance(warned, list) and kind in warned),
        reply.get("printed") is True,
        seconds if isinstance(seconds, float) and seconds >= 0 else 0.0,
    )


def _call_error(error: Any, line: Callable[[Any], str], hidden: bool) -> CallError:
    if not isinstance(error, dict) or not all(isinstance(error.get(key), str) for key in ("kind", "text")):
        raise wire.WireError("a malformed error")
    kind = error["kind"] if error["kind"] in KINDS else "Exception"
    text = error["text"] if not hidden or error["text"] in TEXTS else ""
    return CallError(kind, text[:MAX_TEXT], line(error.get("place"))[:MAX_LINE])


# What has been put together for one student serves the next.
@lru_cache(maxsize=1024)
def _batches(cases: tuple[Case, ...], name: str, names: tuple[str, ...]) -> tuple[_Batch, ...]:
    """Return cases as batches, in order."""
    made: list[_Batch] = []
    for case in cases:
        if not (made and made[-1].add(case)):
            made.append(_Batch(name, names))
            made[-1].add(case)
    return tuple(made)


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
