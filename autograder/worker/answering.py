"""Answer the grader's messages beside a student's code."""

from __future__ import annotations

import builtins
import gc
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from .calling import NO_NUMBERS, call
from .slicing import Loader
from .wire import MAX_ANSWER, WireError, decode, encode, receive, send

Answer = tuple[dict[str, Any], list[bytes]]

# How long answers wait for others to go with, and how large one is that goes at once.
HOLD_SECONDS, HOLD_BYTES = 0.05, 2**18
# A notebook may have lost the cell that imports these.
GIVEN: dict[str, Any] = {"check": lambda function, name=None: function, "display": lambda *args, **kwargs: None}


class Desk:
    """Answers one message at a time: `read` a notebook's cells, `load` some functions, `call` one."""

    def __init__(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        self.stdin, self.stdout = stdin, stdout
        self.loader = Loader([], GIVEN)
        self.functions: dict[str, Callable] = {}

    def serve(self) -> None:
        """Answer until the grader hangs up."""
        answers = {"read": self._read, "load": self._load, "call": self._call}
        while received := receive(self.stdin):
            message, buffers = received
            answers[message["do"]](message, buffers)

    def _read(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        # The parser makes thousands of objects, none of them garbage: to look for some would take half of its time.
        gc.disable()
        self.loader = Loader(message["cells"], GIVEN)
        gc.freeze()
        gc.enable()
        send(self.stdout, {"errors": self.loader.notebook.errors[:50]}, [])

    def _load(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        ways = {
            "slice": self.loader.from_slice,
            "slice at end": self.loader.from_slice_at_end,
            "all cells": self.loader.from_all_cells,
        }
        load, reasons = ways[message["way"]], {}
        for name in message["names"]:
            self.functions[name], reasons[name] = load(name)
        send(self.stdout, {"reasons": reasons}, [])

    def _call(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        """Make some calls, and send the answers: together if that is a matter of moments."""
        function, left = self.functions[message["name"]], iter(buffers)
        answers: list[Answer] = []
        late = time.monotonic() + HOLD_SECONDS
        for case in message["cases"]:
            args, kwargs = decode(case["value"], left, self._remote)
            called = call(function, args, kwargs, message["names"], case["times"], case.get("frozen", False))
            tree = {"list": [output for output, _ in called.outputs]}
            parts = [part for _, output in called.outputs for part in output]
            answer: dict[str, Any] = {"outputs": tree, "error": called.error, "mutated": called.mutated}
            # Neither lines nor what was printed: they may hold what only this process should see. Of an error's place
            # the grader reads no more than numbers.
            answer |= {"warned": [kind for kind, _ in called.warned], "printed": bool(called.printed)}
            if message.get("timed"):
                answer["seconds"] = called.seconds
            answers.append((answer, parts))
            if sum(map(len, parts)) > HOLD_BYTES or time.monotonic() > late:
                self._answer(answers)
                answers, late = [], time.monotonic() + HOLD_SECONDS
        if answers:
            self._answer(answers)

    def _answer(self, answers: list[Answer]) -> None:
        parts = [part for _, own in answers for part in own]
        try:
            send(self.stdout, {"answers": [answer for answer, _ in answers]}, parts, MAX_ANSWER)
        except WireError as refused:
            if len(answers) > 1:
                for each in answers:
                    self._answer([each])
                return
            error = {"kind": "UnreadableResult", "text": f"it returned {refused}", "place": None}
            send(self.stdout, {"answers": [{"outputs": encode([])[0], "error": error, "mutated": []}]}, [])

    def _remote(self, number: int) -> Callable:
        """Return a function that lives in the grader's process."""

        def function(*args: Any, **kwargs: Any) -> Any:
            try:
                tree, buffers = encode((args, kwargs))
                send(self.stdout, {"callback": number, "args": tree}, buffers, MAX_ANSWER)
            except WireError as refused:
                raise TypeError(NO_NUMBERS.format(what=refused)) from None
            received = receive(self.stdin)
            if received is None:
                raise SystemExit  # the grader is gone
            reply, buffers = received
            if "raises" in reply:
                raise getattr(builtins, reply["raises"]["kind"], RuntimeError)(reply["raises"]["text"])
            return decode(reply["value"], buffers)

        return function
