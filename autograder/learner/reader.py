"""What a reader calls in a notebook: check, hint, solution, progress."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..checking import remarks
from ..checking.catalogue import exercises, find
from ..checking.evaluate import LocalRunner, evaluate
from ..checking.exercise import Exercise
from ..errors import BadSetting, NotAFunction
from . import kernel, progress_file
from .display import LOOKS, Box, Table, remarks_counted, show, verdict_box

Function = Callable[..., Any]

LIMIT_SECONDS = 30.0

kernel.watch()

_own: dict[str, Function] = {}  # the reader's last function of each exercise
_hints: dict[str, int] = {}  # hints shown since the kernel started


def check(function: Function, name: str | None = None, seconds: float = LIMIT_SECONDS) -> Function:
    """Show the verdict on a function, and return the function to continue with.

    Args:
        function: the reader's function, not called.
        name: the exercise, if the function has another name.
        seconds: how long the function may take in all cases together, so that an endless loop ends.

    Returns:
        The function itself if it passed; else the course's own, so that the page can go on. A homework copy holds no
        solutions: there it is always the function itself.

    Raises:
        KeyError: no exercise has this name.
        TypeError: `function` is not a function.
        ValueError: `seconds` is not a positive number.

    Example:
        >>> def squared_error(y_hat, y):
        ...     return (y_hat - y) ** 2
        >>> squared_error = check(squared_error)
        ✓ squared_error: passed, 1 of 1 points
          All cases pass.
    """
    exercise = _exercise(name or function)
    if not isinstance(seconds, (int, float)) or not seconds > 0:
        raise BadSetting("seconds, how long the function may take, must be a number above 0")
    if why := kernel.why_stale(exercise.name, getattr(function, "__name__", "")):
        stale = (
            f"The last run of the cell with `{exercise.name}` failed, so Python still has the function from before.",
            f"{why}.",
            "Fix the cell and run it, then run this one again.",
        )
        show(Box("error", f"{exercise.name}: not checked", stale))
        return function if exercise.stored is not None else exercise.reference
    # After a failed check the name means the course's function: running the check cell again must not pass that one.
    if function is exercise.reference:
        function = _own.get(exercise.id, function)
    if function is exercise.reference and exercise.stored is None:
        lines = ("This is the course's own function: run the cell with yours first, then this one.",)
        show(Box("not_attempted", f"{exercise.name}: not checked", lines))
        return function
    _own[exercise.id] = function
    runner = LocalRunner(function, seconds, listen=True)
    verdict = evaluate(exercise, runner)
    if verdict.passed:
        verdict = replace(verdict, remarks=(*verdict.remarks, *remarks.of_source(function, exercise.reference)))
    unsaved = progress_file.record(verdict)
    notes = [unsaved] if unsaved else []
    go_on = function if verdict.passed or exercise.stored is not None else exercise.reference
    if go_on is not function:
        notes.append(f"The page goes on with the course's own `{exercise.name}`.")
    show(verdict_box(verdict, notes, runner.printed))
    return go_on


def hint(function: Function | str) -> None:
    """Show the next hint for an exercise; each of the three says more than the one before.

    Args:
        function: the reader's function, or the exercise's name.

    Raises:
        KeyError: no exercise has this name.

    Example:
        >>> hint("bowl_gradient")  # doctest: +ELLIPSIS
        ? bowl_gradient: hint 1 of 3
          ...
    """
    exercise = _exercise(function)
    if not exercise.hints:
        show(Box("hint", f"{exercise.name}: no hints", ("A homework copy has none: ask your teacher.",)))
        return
    number = min(_hints.get(exercise.id, 0) + 1, len(exercise.hints))
    _hints[exercise.id] = number
    last = number == len(exercise.hints)
    further = f"That was the last hint: `solution({exercise.name})` shows the whole function." if last else ""
    lines = (exercise.hints[number - 1], *([further] if further else []))
    show(Box("hint", f"{exercise.name}: hint {number} of {len(exercise.hints)}", lines))


def solution(function: Function | str, confirm: bool | None = None) -> None:
    """Show the course's own function, after asking whether the reader is sure.

    Args:
        function: the reader's function, or the exercise's name.
        confirm: True to skip the question.

    Raises:
        KeyError: no exercise has this name.

    Example:
        >>> solution("bowl_gradient", confirm=True)  # doctest: +ELLIPSIS
        def bowl_gradient(...
    """
    exercise = _exercise(function)
    if exercise.stored is not None:
        show(Box("hint", f"{exercise.name}: no solution", ("A homework copy holds none.",)))
        return
    if confirm is None:
        try:
            confirm = input(f"Show the solution of {exercise.name}? [y/N] ").strip().lower() in ("y", "yes")
        except (EOFError, NotImplementedError):  # there is nobody to answer, as under "Run All" in a script
            confirm = False
    if confirm:
        print(inspect.getsource(exercise.reference))
    else:
        lines = (f"When you are ready: `solution({exercise.name}, confirm=True)`.",)
        show(Box("hint", f"{exercise.name}: solution stays folded", lines))


def progress() -> None:
    """Show all exercises with the last verdict and the best points, and where these are stored. They survive restarts.

    Example:
        >>> progress()  # doctest: +ELLIPSIS, +NORMALIZE_WHITESPACE
        exercise function last check best points time
        ...
    """
    rows, points, done = [], 0.0, 0
    for exercise in exercises().values():
        record = progress_file.read(exercise.id)
        best = record.get("points", 0)
        points, done = points + best, done + (record.get("passed") is True)
        rows.append(
            (
                exercise.number,
                exercise.title,
                exercise.name,
                _last(record),
                f"{best:g} of {exercise.points:g}",
                f"{exercise.minutes} min",
            )
        )
    total = sum(exercise.points for exercise in exercises().values())
    stored = f"Stored in `{progress_file.folder_name()}`."
    caption = f"{done} of {len(rows)} exercises passed, {points:g} of {total:g} points. {stored}"
    show(Table(("", "exercise", "function", "last check", "best points", "time"), tuple(rows), caption))


def _last(record: dict[str, Any]) -> str:
    """Return the last verdict in a few words."""
    last = record.get("last")
    if not isinstance(last, dict) or last.get("status") not in LOOKS:
        last = {"status": "passed" if record.get("passed") else "failed" if record else "not_attempted"}
    sign, words, _ = LOOKS[last["status"]]
    remarked = f", {remarks_counted(last['remarks'])}" if last.get("remarks") else ""
    return f"{sign} {words}{remarked}"


def _exercise(function: Function | str) -> Exercise:
    if isinstance(function, str):
        return find(function)
    if not callable(function):
        kind = type(function).__name__
        raise NotAFunction(f"expected a function, got a {kind}: write check(name), without calling it")
    name = getattr(function, "__name__", None)
    return find(name if isinstance(name, str) else type(function).__name__)
