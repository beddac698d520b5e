"""What a reader calls in a notebook: check, hint, solution, progress.

Progress is one small file per exercise, so that two open notebooks cannot overwrite each other's. A cell that did not
run is noticed: its name still means the function from the run before, so a verdict would be about code that is no
longer on the page.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import platformdirs

from ..checking import remarks
from ..checking.catalogue import exercises, find
from ..checking.evaluate import LocalRunner, evaluate
from ..checking.exercise import Exercise, Verdict
from ..course import current
from ..errors import BadSetting, NotAFunction
from ..files import write_text
from .display import LOOKS, Box, Table, remarks_counted, show, verdict_box

Function = Callable[..., Any]

LIMIT_SECONDS = 30.0
COURSE = Path(__file__).resolve().parents[2]
DEFINITION = re.compile(r"^(?:async )?def (\w+)", re.MULTILINE)

_own: dict[str, Function] = {}  # the reader's last function of each exercise
_hints: dict[str, int] = {}  # hints shown since the kernel started
_failed: dict[str, str] = {}  # why the last run of a function's cell failed
_before: dict[str, Any] = {}  # what the names of the running cell's functions meant before


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
    if why := _why_stale(exercise.name, getattr(function, "__name__", "")):
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
    unsaved = _note(verdict)
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
        record = _recorded(exercise.id)
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
    stored = f"Stored in `{progress_folder_name()}`."
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


def progress_folder() -> Path:
    """Return where progress is kept: the environment variable `COURSE_PROGRESS`, else a folder for this copy.

    Two copies on one machine, say last year's and this year's, are kept apart.
    """
    chosen = os.environ.get("COURSE_PROGRESS")
    if chosen:
        return Path(chosen)
    copy = f"{COURSE.name}-{hashlib.sha256(str(COURSE).encode()).hexdigest()[:8]}"
    return platformdirs.user_data_path(current().name, appauthor=False) / "progress" / copy


def progress_folder_name() -> str:
    """Return `progress_folder()` for people to read, with `~` for the home folder."""
    path, home = progress_folder(), Path.home()
    return f"~{os.sep}{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _recorded(exercise: str) -> dict[str, Any]:
    """Return what is recorded about an exercise; an empty dict if nothing is, or if the file is damaged."""
    try:
        record = json.loads((progress_folder() / f"{exercise}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _note(verdict: Verdict) -> str | None:
    """Record a verdict: the last one, and the best points so far.

    Returns:
        None, or a sentence on why nothing could be written: the check goes on without its record.
    """
    if verdict.status == "not_attempted":
        return None
    before = _recorded(verdict.exercise)
    after = {
        "passed": verdict.passed or before.get("passed") is True,
        "points": max(verdict.points, before.get("points", 0)),
        "checks": before.get("checks", 0) + 1,
        "last": {"status": verdict.status, "points": verdict.points, "remarks": len(verdict.remarks)},
    }
    try:
        write_text(progress_folder() / f"{verdict.exercise}.json", json.dumps(after))
    except OSError as error:
        return f"Your progress could not be saved in {progress_folder_name()}: {error.strerror}."
    return None


def _watch() -> None:
    """Follow the runs of cells from now on. Without IPython, in a script or a test, there is nothing to follow."""
    shell = _shell()
    if shell is not None and _started not in shell.events.callbacks["pre_run_cell"]:
        shell.events.register("pre_run_cell", _started)
        shell.events.register("post_run_cell", _ended)


def _why_stale(*names: str) -> str | None:
    """Return why the last run of the cell with a function failed; None if it did not, or if that is unknown.

    Args:
        names: names that the function may have.
    """
    return next((_failed[name] for name in names if name in _failed), None)


def _shell() -> Any:
    # Not imported for this: it is slow, and where it is not imported yet there is no notebook.
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


def _started(info: Any) -> None:
    _before.clear()
    shell = _shell()
    _before.update({name: shell.user_ns.get(name) for name in DEFINITION.findall(info.raw_cell or "")})


def _ended(result: Any) -> None:
    error = result.error_before_exec or result.error_in_exec
    shell = _shell()
    for name in DEFINITION.findall(getattr(result.info, "raw_cell", None) or ""):
        # A cell may fail below the function, which is then the one on the page.
        if error is None or (result.error_before_exec is None and shell.user_ns.get(name) is not _before.get(name)):
            _failed.pop(name, None)
        else:
            _failed[name] = _in_words(error)


def _in_words(error: BaseException) -> str:
    """Return an error in one line.

    Example:
        >>> _in_words(SyntaxError("expected ':'", ("cell", 2, 11, "    if x > 0", 2, 11)))
        "SyntaxError in line 2, `if x > 0`: expected ':'"
    """
    kind = type(error).__name__
    if isinstance(error, SyntaxError) and error.lineno:
        code = f", `{error.text.strip()}`" if error.text and error.text.strip() else ""
        return f"{kind} in line {error.lineno}{code}: {error.msg}"
    return f"{kind}: {error}" if str(error) else kind


_watch()
