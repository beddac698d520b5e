"""The exercises: every `Exercise` that a module of this folder holds, found by its id or its function's name."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import lru_cache

from ..exercise import Exercise


CHAPTERS = ("start_here", "gradient_descent", "logistic_regression", "regularization", "softmax_svm", "word2vec")
"""The chapters in order: chapter k is taught in notebook 0k and solved in the module of this name."""


@lru_cache(maxsize=1)
def exercises() -> dict[str, Exercise]:
    """Return all exercises by id, in the order of the course."""
    found = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        values = vars(importlib.import_module(f"{__name__}.{module.name}")).values()
        found += [value for value in values if isinstance(value, Exercise)]
    found.sort(key=lambda exercise: CHAPTERS.index(exercise.chapter))
    return {exercise.id: exercise for exercise in found}


def find_chapter(name: str) -> str:
    """Return the chapter's module name for `1`, `01`, `gradient_descent` or `01_gradient_descent`.

    Raises:
        KeyError: there is no such chapter; the message lists those that have exercises.

    Example:
        >>> find_chapter("01")
        'gradient_descent'
    """
    number, _, rest = name.partition("_")
    with_exercises = {exercise.chapter for exercise in exercises().values()}
    for k, chapter in enumerate(CHAPTERS):
        fits = chapter == name or (number.isdigit() and int(number) == k and rest in ("", chapter))
        if fits and chapter in with_exercises:
            return chapter
    known = ", ".join(f"{k:02} ({chapter})" for k, chapter in enumerate(CHAPTERS) if chapter in with_exercises)
    raise KeyError(f"no chapter {name!r} with exercises; there are {known}")


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
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    raise KeyError(f"no exercise is called {name!r}" + (f"; did you mean {' or '.join(close)}?" if close else ""))
