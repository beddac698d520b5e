"""Call a function on a case's arguments and tell what came of it. Used in the notebook and beside a student's code."""

from __future__ import annotations

import inspect
import linecache
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

try:  # in the grader's package, or alone in a worker's process
    from .wire import Seed, WireError, decode, encode
except ImportError:
    from wire import Seed, WireError, decode, encode  # type: ignore[no-redef]


CONTAINERS = (list, tuple, dict, set)


def plain(value: Any) -> Any:
    """Return an independent copy of `value` as plain data. Raises WireError if it cannot be sent."""
    return decode(*encode(value))


def call(
    function: Callable, args: tuple[Any, ...], kwargs: dict[str, Any], names: list[str], times: int = 1
) -> tuple[list[tuple[Any, list[bytes]]], dict[str, str] | None, list[str]]:
    """Call `function` some times in a row.

    Args:
        function: the function under check.
        args: positional arguments, the function's to keep; each `Seed` becomes a random generator.
        kwargs: keyword arguments, likewise.
        names: what to call the positional arguments.
        times: number of calls.

    Returns:
        outputs: the values returned, as `encode` gives them.
        error: kind, text and line of the exception that ended the calls, or None.
        mutated: names of the arguments that changed.
    """
    args = tuple([_fresh(value) for value in args])
    kwargs = {name: _fresh(value) for name, value in kwargs.items()}
    given = {**dict(zip(names, args)), **kwargs}  # noqa: B905 - a function may take fewer arguments than it has names
    before = {name: _copied(value) for name, value in given.items() if isinstance(value, (np.ndarray, *CONTAINERS))}
    outputs: list[tuple[Any, list[bytes]]] = []
    error = None
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(times):
                outputs.append(encode(function(*args, **kwargs)))
    except WireError as refused:
        error = {"kind": "UnreadableResult", "text": f"it returned {refused}", "line": ""}
    except (Exception, SystemExit) as raised:
        error = describe(raised, function)
    mutated = [name for name, value in before.items() if not _is_same(value, given[name])]
    return outputs, error, mutated


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
    return np.random.default_rng(value.value) if type(value) is Seed else value


def describe(error: BaseException, function: Callable) -> dict[str, str]:
    """Return an exception's type, its text, and the last of the function's own lines that it passed through."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    line = ""
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code is code:
            line = linecache.getline(frame.f_code.co_filename, number).strip()
    return {"kind": type(error).__name__, "text": str(error)[:500], "line": line[:200]}
