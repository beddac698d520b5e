"""Exercises as a homework copy holds them: public cases with stored answers, and nothing else."""

from __future__ import annotations

import base64
import importlib
import json
from pathlib import Path
from typing import Any

from ..course import current
from ..worker.wire import decode
from .exercise import Case, Exercise, Outcome


def load(path: Path) -> dict[str, Exercise]:
    """Return the exercises of a homework copy's file by name: a stub as the reference, and cases with their answers."""
    exercises = [_exercise_from_plain(plain) for plain in json.loads(path.read_text(encoding="utf-8"))]
    return {exercise.name: exercise for exercise in exercises}


def _exercise_from_plain(plain: dict[str, Any]) -> Exercise:
    namespace: dict[str, Any] = {"__name__": f"{current().solutions}.{plain['chapter']}"}
    exec(plain["stub"], namespace)
    stored = []
    for case in plain["cases"]:
        args, kwargs = _value_from_plain(case["arguments"])
        outputs = case["outputs"]
        warned = tuple((kind, "") for kind in case["warned"])
        expected = None if outputs is None else Outcome(_value_from_plain(outputs), warned=warned)
        flags = {name: case[name] for name in ("weight", "times", "courtesy", "raises", "once", "timed")}
        stored.append((Case(case["name"], args, kwargs, **flags), expected))
    return Exercise(
        namespace[plain["name"]],
        number=plain["number"],
        title=plain["title"],
        points=plain["points"],
        minutes=plain["minutes"],
        difficulty=plain["difficulty"],
        cases=[case for case, _ in stored],
        hints=(),
        right=(),
        mistakes=(),
        returns=tuple(plain["returns"]),
        rule=getattr(importlib.import_module(current().rules), plain["rule"]) if plain["rule"] else None,
        rtol=plain["rtol"],
        strict=tuple(plain["strict"]),
        curve=plain["curve"],
        slow=callback(plain["slow"]) if plain["slow"] else None,
        times_as_fast=plain["times_as_fast"],
        stored=stored,
    )


def callback(name: Any) -> Any:
    """Return the function of this name that cases hand to readers' functions; None if the course has none."""
    return getattr(importlib.import_module(current().callbacks), str(name), None)


def _value_from_plain(plain: dict[str, Any]) -> Any:
    buffers = [base64.b64decode(buffer) for buffer in plain["buffers"]]
    return decode(plain["tree"], buffers, callback)
