"""The exercises of the course: every `Exercise` in its package of exercises, found by its id or its function's name."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..course import CourseError, current
from ..errors import UnknownExercise, shortened
from ..worker.preloading import numpy_as_loaded
from .exercise import Exercise


@lru_cache(maxsize=1)
def exercises() -> dict[str, Exercise]:
    """Return all exercises by id, in the order of the course. In a homework copy: its own.

    Raises:
        CourseError: a module is named after one chapter and holds an exercise of another.
    """
    found = _among(_modules())
    for chapter in {exercise.chapter for exercise in found.values()}:
        ids = {exercise.id for exercise in of_chapter(chapter)}
        if lost := [each.id for each in found.values() if each.chapter == chapter and each.id not in ids]:
            raise CourseError(f"{lost[0]} is in a module that is named after another chapter: move it")
    return found


def of_chapter(chapter: str) -> list[Exercise]:
    """Return the exercises of a chapter, in the order of the course. Modules named after other chapters stay unread.

    Example:
        >>> [exercise.name for exercise in of_chapter("start_here")]
        ['center_columns']
    """
    return [exercise for exercise in _among(_modules(chapter)).values() if exercise.chapter == chapter]


def _modules(wanted: str = "") -> Iterator[str]:
    """Yield the names of all modules in the package of exercises, or those that may hold some of one chapter."""
    package = importlib.import_module(current().exercises)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        place = module.name.removeprefix(f"{package.__name__}.")
        named = [chapter.name for chapter in current().chapters if re.match(rf"{chapter.name}(_|\.|$)", place)]
        if not wanted or not named or wanted in named:
            yield module.name


def _among(modules: Iterable[str]) -> dict[str, Exercise]:
    with numpy_as_loaded():
        read = [vars(importlib.import_module(module)) for module in sorted(modules)]
    found = [value for names in read for value in names.values() if isinstance(value, Exercise)]
    found.sort(key=lambda exercise: [int(part) for part in exercise.number.split(".")])
    return {exercise.id: exercise for exercise in found}


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
