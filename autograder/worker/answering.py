"""Answer the grader's messages beside a student's code."""

from __future__ import annotations

import builtins
import gc
from collections.abc import Callable
from typing import Any, BinaryIO

if __package__:
    from .calling import call
    from .slicing import Loader
    from .wire import MAX_ANSWER, WireError, decode, encode, receive, send
else:
    from calling import call  # type: ignore[import-not-found, no-redef]
    from slicing import Loader  # type: ignore[import-not-found, no-redef]
    from wire import (  # type: ignore[import-not-found, no-redef]
        MAX_ANSWER,
        WireError,
        decode,
        encode,
        receive,
        send,
    )

# A notebook may have lost the cell that imports these.
GIVEN: dict[str, Any] = {"check": lambda function, name=None: function, "display": lambda *args, **kwargs: None}


class Desk:
    """Answers one message at a time: `start`, `read` a notebook's cells, `load` a function, `call` it."""

    def __init__(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        self.stdin, self.stdout = stdin, stdout
        self.loader = Loader([], GIVEN)
        self.functions: dict[str, Callable] = {}

    def serve(self) -> None:
        """Answer until the grader hangs up."""
        answers = {"start": self._start, "read": self._read, "load": self._load, "call": self._call}
        while received := receive(self.stdin):
            message, buffers = received
            answers[message["do"]](message, buffers)

    def _start(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        send(self.stdout, {}, [])

    def _read(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        # The parser makes objects by the thousand, and none of them is garbage: to look for some takes half of its time.
        gc.disable()
        self.loader = Loader(message["cells"], GIVEN)
        gc.freeze()
        gc.enable()
        send(self.stdout, {"errors": self.loader.notebook.errors[:50]}, [])

    def _load(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        load = self.loader.from_all_cells if message["all_cells"] else self.loader.from_slice
        self.functions[message["name"]], why = load(message["name"])
        send(self.stdout, {"reason": why}, [])

    def _call(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        args, kwargs = decode(message["value"], buffers, self._remote)
        function = self.functions[message["name"]]
        outputs, error, mutated = call(function, args, kwargs, message["names"], message["times"])
        tree = {"list": [output for output, _ in outputs]}
        parts = [part for _, output in outputs for part in output]
        try:
            send(self.stdout, {"outputs": tree, "error": error, "mutated": mutated}, parts, MAX_ANSWER)
        except WireError as refused:
            error = {"kind": "UnreadableResult", "text": f"it returned {refused}", "line": ""}
            send(self.stdout, {"outputs": encode([])[0], "error": error, "mutated": []}, [])

    def _remote(self, number: int) -> Callable:
        """Return a function that lives in the grader's process."""

        def function(*args: Any, **kwargs: Any) -> Any:
            tree, buffers = encode((args, kwargs))
            send(self.stdout, {"callback": number, "args": tree}, buffers, MAX_ANSWER)
            received = receive(self.stdin)
            if received is None:
                raise SystemExit  # the grader is gone
            reply, buffers = received
            if "raises" in reply:
                raise getattr(builtins, reply["raises"]["kind"], RuntimeError)(reply["raises"]["text"])
            return decode(reply["value"], buffers)

        return function
