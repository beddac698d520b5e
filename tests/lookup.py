"""Notebooks that hold nothing but the public cases of a homework copy and the right answers to them."""

from __future__ import annotations

import base64
import inspect
import json
import pickle
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder import evaluate
from autograder.authoring import release
from autograder.checking import homework
from autograder.checking.catalogue import find
from autograder.checking.exercise import Exercise
from autograder.worker.calling import plain

# What such a notebook does with arguments that are in no public case.
FALLBACKS = ("KeyError", "ValueError", "None", "zeros", "halves", "nearest", "frequent", "its first argument")

# It looks like any student's code: the course's own is not there to import.
LOOK_UP = '''
import base64
import pickle

import numpy as np


def settled(value):
    return list(value) if hasattr(value, "__next__") else value


def key_of(value):
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, np.random.Generator):
        return repr(value.bit_generator.state)
    if isinstance(value, dict):
        return [(key, key_of(part)) for key, part in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value).__name__, list(map(key_of, value))
    if isinstance(value, set):
        return sorted(value)
    return "function" if callable(value) else (type(value).__name__, repr(value))


def distance(one, other):
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)) and len(one) == len(other):
        return sum(map(distance, one, other))
    try:
        gaps = np.abs(np.asarray(one, float) - np.asarray(other, float))
        return float(np.sum(np.nan_to_num(gaps, posinf=1e6))) if np.shape(one) == np.shape(other) else 1e6
    except (TypeError, ValueError):
        return float(key_of(one) != key_of(other))


def full_of(number, like):
    if isinstance(like, (list, tuple)):
        return type(like)(full_of(number, part) for part in like)
    return number * np.ones_like(like) if isinstance(like, (float, np.ndarray)) else like


def replayed(entry, values):
    """Make the calls of the function among the arguments that the right answer made: are they the same?"""
    functions = [value for value in values if callable(value)]
    same = all(key_of(functions[which](*given)) == key_of(value) for which, given, value in entry["calls"])
    for state, value in zip(entry["states"], (v for v in values if isinstance(v, np.random.Generator))):
        value.bit_generator.state = state
    return same


def look_up(name, *values):
    values, entries = list(map(settled, values)), TABLE[name]
    for entry in entries:
        if entry["key"] == key_of(values) and replayed(entry, values):
            break
    else:
        entry = min(entries, key=lambda one: distance(one["values"], values))
        if FALLBACK == "its first argument":
            return values[0]
        if FALLBACK in ("zeros", "halves"):
            return full_of(0.5 * (FALLBACK == "halves"), entry["answer"])
        if FALLBACK == "frequent":
            answers = [repr(one["answer"]) for one in entries]
            entry = max(entries, key=lambda one: answers.count(repr(one["answer"])))
        elif FALLBACK != "nearest":
            entry = {"error": {"KeyError": KeyError, "ValueError": ValueError}.get(FALLBACK), "answer": None}
    if entry["error"]:
        raise entry["error"](name)
    return entry["answer"]
'''


Table = list[dict[str, Any]]


def tables(exercises: Sequence[Exercise]) -> dict[str, Table]:
    """Return, by the functions' names, the public cases of some exercises and the right answers."""
    plain_exercises = [release.plain_exercise(exercise) for exercise in exercises]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "homework.json"
        path.write_text(json.dumps(plain_exercises), encoding="utf-8")
        public = homework.load(path)
    return {one.name: _table(one, exercise) for one, exercise in zip(public.values(), exercises, strict=True)}


def cells(tables: dict[str, Table], fallback: str) -> list[str]:
    """Return the code cells of such a notebook."""
    packed = base64.b85encode(pickle.dumps(tables)).decode()
    first = f"{LOOK_UP}\n\nFALLBACK = {fallback!r}\nTABLE = pickle.loads(base64.b85decode({packed!r}))"
    return [first, *(_definition(find(name)) for name in tables)]


def functions(tables: dict[str, Table], fallback: str) -> dict[str, Callable[..., Any]]:
    """Return the functions of such a notebook by name."""
    names: dict[str, Any] = {}
    for cell in cells(tables, fallback):
        exec(cell, names)
    return {name: names[name] for name in tables}


def _definition(exercise: Exercise) -> str:
    signature = inspect.signature(exercise.reference)
    bare = signature.replace(
        parameters=[one.replace(annotation=one.empty) for one in signature.parameters.values()],
        return_annotation=signature.empty,
    )
    values = ", ".join((repr(exercise.name), *bare.parameters))
    return f"def {exercise.name}{bare}:\n    return look_up({values})"


def _table(public: Exercise, exercise: Exercise) -> Table:
    """Return all calls that a check of the homework copy makes, with what a right answer returns."""
    names: dict[str, Any] = {}
    exec(LOOK_UP, names)
    found: list[dict[str, Any]] = []

    def right(*args: Any, **kwargs: Any) -> Any:
        bound = inspect.signature(exercise.reference).bind(*args, **kwargs)
        bound.apply_defaults()
        values = list(map(names["settled"], bound.arguments.values()))
        calls: list[Any] = []
        entry = {"key": names["key_of"](values), "values": [_kept(value) for value in values], "calls": calls}
        generators = [value for value in values if isinstance(value, np.random.Generator)]
        functions = [value for value in values if callable(value)]
        given = [_noting(value, functions.index(value), calls) if callable(value) else value for value in values]
        bound.arguments = dict(zip(bound.arguments, given, strict=True))
        try:
            answer, error = plain(exercise.reference(*bound.args, **bound.kwargs)), None
        except ValueError as raised:
            answer, error = None, type(raised)
        states = [generator.bit_generator.state for generator in generators]
        found.append(entry | {"answer": answer, "error": error, "states": states})
        if error:
            raise ValueError
        return answer

    assert evaluate(public, right).passed
    return found


def _kept(value: Any) -> Any:
    return None if callable(value) or isinstance(value, np.random.Generator) else plain(value)


def _noting(function: Callable[..., Any], which: int, calls: list[Any]) -> Callable[..., Any]:
    def noted(*args: Any) -> Any:
        answer = function(*args)
        calls.append((which, plain(args), plain(answer)))
        return answer

    return noted
