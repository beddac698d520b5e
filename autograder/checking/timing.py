"""Time a function against a loop: an exercise may ask for work on whole arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# Processor time is what counts, but another program may still take up the cache: a function has three tries, and a fast
# one needs only the first.
TRIES = 3
MISTAKE = "not_vectorised"


def race(
    run: Callable[[], float], run_slow: Callable[[], float], times_as_fast: float, before_retry: Callable[[], Any]
) -> tuple[float, float]:
    """Return the best time of a function and of the slow one, in seconds.

    Args:
        run: calls the function and returns the seconds that it took.
        run_slow: calls the slow one, likewise.
        times_as_fast: tries end as soon as the function is that many times as fast.
        before_retry: called before each further try, and not timed.
    """
    fast = slow = math.inf
    for number in range(TRIES):
        if number:
            before_retry()
        fast, slow = min(fast, run()), min(slow, run_slow())
        if slow >= times_as_fast * fast:
            break
    return fast, slow


def praise(fast: float, slow: float) -> str:
    """Return the sentence for a function that is fast enough.

    Example:
        >>> praise(0.0005, 0.0771)
        'Your function is 150 times as fast as the loop.'
    """
    return f"Your function is {two_digits(slow / fast)} times as fast as the loop." if fast > 0 else ""


def complaint(fast: float, slow: float, examples: int, times_as_fast: float) -> str:
    """Return the sentence for a function that is right but too slow, with both times."""
    takes = f"takes {two_digits(1000 * fast)} ms for {examples} examples"
    return _too_slow(f"{takes}, and a loop over the examples takes {two_digits(1000 * slow)} ms", times_as_fast)


def complaint_without_times(examples: int, times_as_fast: float) -> str:
    """Return that sentence without times: a student's process measures them, and could leak a hidden case with them."""
    return _too_slow(f"is hardly faster than a loop over the examples ({examples} of them)", times_as_fast)


def _too_slow(what: str, times_as_fast: float) -> str:
    return (
        f"Your values are right, but your function {what}: work on whole arrays instead of in Python loops, and it "
        f"will be at least {times_as_fast:g} times as fast as the loop."
    )


def examples_in(args: Sequence[Any]) -> int:
    """Return the number of examples: the length of the longest argument."""
    return max(len(value) for value in args if np.ndim(value))


def two_digits(value: float) -> str:
    """Return a positive number with two digits that count.

    Example:
        >>> two_digits(1234.5), two_digits(7.349), two_digits(0.0512)
        ('1200', '7.3', '0.051')
    """
    return f"{round(value, 1 - math.floor(math.log10(value))):.10g}"
