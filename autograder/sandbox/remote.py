"""A student's function in a worker process: its cases go there in few messages, and their outcomes come back."""

from __future__ import annotations

import builtins
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol

from ..checking.exercise import CallError, Case, Outcome
from ..checking.handed import Notes
from ..worker import wire
from ..worker.calling import MAX_LINE, MAX_TEXT
from ..worker.wire import Frame
from .process import WorkerLost

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


class Place(Protocol):
    """Where the function is: a session."""

    @property
    def seconds(self) -> float:
        """The time limit of a call."""

    @property
    def is_over(self) -> bool:
        """Whether the time for all calls is used up."""

    @property
    def over(self) -> str:
        """What to say then."""

    def require(self, name: str, unspoiled: bool) -> None:
        """Have the function ready in a process, as `Session.require` does."""

    def ask_frame(self, frame: bytes, seconds: float, serve: Callable[..., Any] | None, hidden: bool) -> Frame:
        """Send a message and return the answer, as `Session.ask_frame` does."""

    def next_answer(self, seconds: float) -> Frame:
        """Return the next part of an answer."""

    def line(self, place: Any) -> str:
        """Return the line of the notebook that an error speaks of."""

    def close(self) -> None:
        """End the process."""


class RemoteRunner:
    """Runs cases on a function of a session's worker process.

    After a timeout or a crash all further cases fail at once with the same error: they cost no time limit each.
    """

    def __init__(self, session: Place, name: str) -> None:
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
