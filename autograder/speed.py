"""Time a function against a loop: an exercise may ask for work on whole arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# A busy machine may spoil one try, so a function has three; a fast one needs only the first.
TRIES = 3
MISTAKE = "not_vectorised"

Clock = Callable[[], float]


def race(
    run: Callable[[], Any],
    run_slow: Callable[[], Any],
    times_as_fast: float,
    clock: Clock,
    before_retry: Callable[[], Any],
) -> tuple[float, float]:
    """Return the best time of a function and of the slow one, in seconds.

    Args:
        run: calls the function.
        run_slow: calls the slow one.
        times_as_fast: tries end as soon as the function is that many times as fast.
        clock: tells the time in seconds.
        before_retry: called before each further try, and not timed.
    """
    fast = slow = math.inf
    for number in range(TRIES):
        if number:
            before_retry()
        fast, slow = min(fast, _seconds(run, clock)), min(slow, _seconds(run_slow, clock))
        if slow >= times_as_fast * fast:
            break
    return fast, slow


def _seconds(run: Callable[[], Any], clock: Clock) -> float:
    start = clock()
    run()
    return clock() - start


def praise(fast: float, slow: float) -> str:
    """Return the sentence for a function that is fast enough.

    Example:
        >>> praise(0.0005, 0.0771)
        'Your function is 150 times as fast as the loop.'
    """
    return f"Your function is {two_digits(slow / fast)} times as fast as the loop."


def complaint(fast: float, slow: float, examples: int, times_as_fast: float) -> str:
    """Return the sentence for a function that is right but too slow, with both times."""
    return (
        f"Your values are right, but your function takes {two_digits(1000 * fast)} ms for {examples} examples, and a "
        f"loop over the examples takes {two_digits(1000 * slow)} ms: work on whole arrays in place of Python loops, "
        f"and it will be at least {times_as_fast:g} times as fast as the loop."
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
