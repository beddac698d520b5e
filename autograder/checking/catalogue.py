"""The exercises of the course: every `Exercise` in its package of exercises, found by its id or its function's name."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import lru_cache

from ..course import current
from ..errors import UnknownExercise, shortened
from .exercise import Exercise


@lru_cache(maxsize=1)
def exercises() -> dict[str, Exercise]:
    """Return all exercises by id, in the order of the course. In a homework copy: its own."""
    package = importlib.import_module(current().exercises)
    found = []
    for module in sorted(pkgutil.walk_packages(package.__path__, f"{package.__name__}."), key=lambda info: info.name):
        found += [value for value in vars(importlib.import_module(module.name)).values() if isinstance(value, Exercise)]
    found.sort(key=lambda exercise: [int(part) for part in exercise.number.split(".")])
    return {exercise.id: exercise for exercise in found}


def of_chapter(chapter: str) -> list[Exercise]:
    """Return the exercises of a chapter, in the order of the course.

    Example:
        >>> [exercise.name for exercise in of_chapter("start_here")]
        ['center_columns']
    """
    return [exercise for exercise in exercises().values() if exercise.chapter == chapter]


def find(name: str) -> Exercise:
    """Return the exercise with this id, or whose function has this name.

    Raises:
        KeyError: there is none; the message lists close names.

    Example:
        >>> find("squared_error").id
        'gradient_descent.squared_error'
    """
    known = exercises()
    if name in known:
        return known[name]
    fitting = [exercise for exercise in known.values() if exercise.name == name]
    if len(fitting) == 1:
        return fitting[0]
    names = [*known, *(exercise.name for exercise in known.values())]
    shown = shortened(name)
    close = difflib.get_close_matches(shown, names, n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    raise UnknownExercise(f"no exercise is called {shown!r}{hint}")
