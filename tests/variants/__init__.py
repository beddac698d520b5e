"""Answers to the exercises as students write them, by people who saw the page and nothing else.

They measure the verdicts from outside: the exercises' own right answers and mistakes were written together with the
checks. `python -m tests.variants` prints what comes of them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["right", "fragile", "wrong"]
Function = Callable[..., Any]


@dataclass(frozen=True)
class Variant:
    """One answer.

    Args:
        exercise: the function's name in the course.
        kind: `right`; `fragile`, right on ordinary numbers but not on extreme ones; or `wrong`.
        what: how it is written, or what is wrong with it, in a few words.
        function: the answer.
    """

    exercise: str
    kind: Kind
    what: str
    function: Function


VARIANTS: list[Variant] = []


def collected() -> list[Variant]:
    """Return all variants, of all modules of this folder."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        if module.name != "__main__":
            importlib.import_module(f"{__name__}.{module.name}")
    return VARIANTS


def _collector(kind: Kind) -> Callable[[str, str], Callable[[Function], Function]]:
    def variant(exercise: str, what: str) -> Callable[[Function], Function]:
        def collect(function: Function) -> Function:
            VARIANTS.append(Variant(exercise, kind, what, function))
            return function

        return collect

    return variant


right, fragile, wrong = _collector("right"), _collector("fragile"), _collector("wrong")
