"""Functions that a case hands to the reader's function: each call is checked before it is made, and recorded.

In grading they run in the grader's own process, which must not do whatever work a student's code asks for.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..worker.calling import NO_NUMBERS, plain
from ..worker.wire import KINDS, WireError
from .compare import kind_of

# A limit on the product of the arguments' sizes: a broadcast or a product of matrices can have as many entries. Calls
# by the course's own answers and mistakes stay below a tenth of it.
MAX_WORK = 2**18
# How many numbers the calls of a case may record; each call counts as CALL numbers besides those in and out.
MAX_NOTED, CALL = 2**20, 1024

TOO_LARGE = (
    "the function that yours is given was called with {count} numbers, far more than it is made for: "
    "hand it one point, or one batch, at a time"
)
TOO_OFTEN = "the function that yours is given was called too often: is there a loop too many around the call?"


class Notes:
    """What the functions among a case's arguments were called with, and what they returned: `calls`, in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[tuple[Any, ...], Any]] = []
        self._left = MAX_NOTED

    def recorded(self, function: Callable) -> Callable[..., Any]:
        """Return `function`, with each call recorded as copies that nobody else can change.

        It raises ValueError or TypeError, before anything is computed, for a call that no right answer makes: with far
        too many numbers, with something other than numbers, or after far too many other calls.

        Args:
            function: the course's function.
        """

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if kwargs:
                args = inspect.signature(function).bind(*args, **kwargs).args
            try:
                given = plain(args)
            except WireError as refused:
                raise TypeError(NO_NUMBERS.format(what=refused)) from None
            self._look_at(given)
            with np.errstate(all="ignore"):  # what warns here is not the reader's doing
                value = function(*plain(args))
            self._left -= _count(value)
            self.calls.append((given, plain(value)))
            return value

        return wrapper

    def _look_at(self, given: tuple[Any, ...]) -> None:
        counts = list(map(_count, given))
        if math.prod(max(count, 1) for count in counts) > MAX_WORK:
            raise ValueError(TOO_LARGE.format(count=sum(counts)))
        for value in given:
            # A list must be a table as well: multiplied by a whole number, it would become a list of any length. A text
            # by itself is left to the function to refuse.
            if not isinstance(value, str) and np.asarray(value).dtype.kind not in KINDS:
                raise TypeError(NO_NUMBERS.format(what=kind_of(value)))
        self._left -= CALL + sum(counts)
        if self._left < 0:
            raise ValueError(TOO_OFTEN)


def _count(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, (tuple, list)):
        return sum(map(_count, value))
    return len(value) if isinstance(value, (str, dict)) else 1
