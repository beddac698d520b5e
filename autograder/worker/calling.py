"""Call a function on a case's arguments and tell what came of it. Used in the notebook and beside a student's code."""

from __future__ import annotations

import contextlib
import inspect
import io
import linecache
import os
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .wire import OnePass, Seed, WireError, decode, encode

CONTAINERS = (list, tuple, dict, set)
MAX_PRINTED, MAX_TEXT, MAX_LINE = 2000, 500, 200  # characters
NO_NUMBERS = "the function that yours is given takes numbers and arrays of numbers, not {what}"
READ_ONLY = "read-only"  # what NumPy says of an array that cannot be written

# Processor time of this thread: a busy machine makes no function slow. Windows counts it in ticks of 16 ms, and a
# browser has none.
clock = time.perf_counter if os.name == "nt" or not hasattr(time, "thread_time") else time.thread_time


def plain(value: Any) -> Any:
    """Return an independent copy of `value` as plain data. Raises WireError if it cannot be sent."""
    return decode(*encode(value))


class Called(NamedTuple):
    """What came of a function's calls.

    Args:
        outputs: the values returned, as `encode` gives them.
        error: what `describe` says of the exception that ended the calls, or None.
        mutated: names of the arguments that changed.
        warned: what NumPy would have warned about: kinds, each with the function's line.
        printed: the start of what the function printed.
        seconds: the calls' processor time.
    """

    outputs: list[tuple[Any, list[bytes]]]
    error: dict[str, Any] | None
    mutated: list[str]
    warned: list[tuple[str, str]]
    printed: str
    seconds: float


def call(
    function: Callable,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    names: list[str],
    times: int = 1,
    frozen: bool = False,
    listen: bool = True,
) -> Called:
    """Call `function` some times in a row and return what came of it.

    Args:
        function: the function under check.
        args: positional arguments, the function's to keep; each `Seed` becomes a random generator.
        kwargs: keyword arguments, likewise.
        names: what to call the positional arguments.
        times: number of calls.
        frozen: whether the arrays among the arguments are read-only, so that what is changed and put back is found.
        listen: whether to keep what is printed from the standard output. That is one for all threads, so it is only for
            a function that runs alone.
    """
    args = tuple([_fresh(value) for value in args])
    kwargs = {name: _fresh(value) for name, value in kwargs.items()}
    given = {**dict(zip(names, args)), **kwargs}  # noqa: B905 - a function may take fewer arguments than it has names
    before = {name: _copied(value) for name, value in given.items() if isinstance(value, (np.ndarray, *CONTAINERS))}
    arrays = {name: value for name, value in given.items() if isinstance(value, np.ndarray)}
    for value in arrays.values() if frozen else ():
        value.flags.writeable = False
    outputs: list[tuple[Any, list[bytes]]] = []
    error: dict[str, Any] | None = None
    ear, paper, seconds = _Ear(function), _Paper(), 0.0
    try:
        with (
            np.errstate(divide="call", over="call", invalid="call", under="ignore", call=ear.hear),
            warnings.catch_warnings(),
            contextlib.redirect_stdout(paper) if listen else contextlib.nullcontext(),
        ):
            warnings.simplefilter("ignore")
            for _ in range(times):
                start = clock()
                try:
                    value = function(*args, **kwargs)
                finally:
                    seconds += clock() - start
                outputs.append(encode(value))
    except WireError as refused:
        error = {"kind": "UnreadableResult", "text": f"it returned {refused}", "place": None}
    except (Exception, SystemExit) as raised:
        error = describe(raised, function)
    mutated = [name for name, value in before.items() if not _is_same(value, given[name])]
    if frozen and error and READ_ONLY in error["text"]:
        error, mutated = None, mutated or list(arrays)
    return Called(outputs, error, mutated, list(ear.heard.items()), paper.text, seconds)


class _Ear:
    """Hears of each floating-point warning once, and notes the line of the function that was at work."""

    def __init__(self, function: Callable) -> None:
        self._code = getattr(inspect.unwrap(function), "__code__", None)
        self.heard: dict[str, str] = {}

    def hear(self, kind: str, flag: int) -> None:
        if kind in self.heard:
            return
        frame = inspect.currentframe()
        while frame and frame.f_code is not self._code:
            frame = frame.f_back
        self.heard[kind] = (
            linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()[:MAX_LINE] if frame else ""
        )


class _Paper(io.TextIOBase):
    """Takes what a function prints, and keeps the start of it."""

    def __init__(self) -> None:
        self.text = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if len(self.text) < MAX_PRINTED:
            self.text = (self.text + text)[:MAX_PRINTED]
        return len(text)


def _copied(value: Any) -> Any:
    if isinstance(value, (np.ndarray, set)):
        return value.copy()
    if isinstance(value, dict):
        return {key: _copied(part) for key, part in value.items()}
    return type(value)(map(_copied, value)) if isinstance(value, CONTAINERS) else value


def _is_same(before: Any, now: Any) -> bool:
    if type(before) is not type(now):  # put into a list, say
        return False
    if isinstance(before, np.ndarray):
        if before.shape == now.shape and before.tobytes() == now.tobytes():  # the usual case, and quickly told
            return True
        return bool(np.array_equal(before, now, equal_nan=True))
    if isinstance(before, dict):
        return before.keys() == now.keys() and all(_is_same(part, now[key]) for key, part in before.items())
    if isinstance(before, (list, tuple)):
        return len(before) == len(now) and all(map(_is_same, before, now))
    return before is now or bool(before == now)  # nan is the same nan


def _fresh(value: Any) -> Any:
    if type(value) is OnePass:
        return iter(value.values)
    return np.random.default_rng(value.value) if type(value) is Seed else value


def describe(error: BaseException, function: Callable) -> dict[str, Any]:
    """Return an exception's type, its text, and the place of the last of the function's own lines that it came through.

    The place is the name of a file and the number of a line in it; it is missing if there is no such line.
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    place = None
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code is code:
            place = [code.co_filename, number]
    return {"kind": type(error).__name__, "text": str(error)[:MAX_TEXT], "place": place}
