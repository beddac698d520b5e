"""How long a check takes for a right answer, against the bare calls that it makes.

Each row: the median time of `evaluate` on the reference, the median time of the reference called on the same cases
without any checking, their ratio, and the share of the 100 ms that a reader would notice.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from rich.console import Console
from rich.table import Table

from autograder import evaluate
from autograder.evaluate import prepared
from autograder.exercise import Exercise, Seed
from autograder.exercises import exercises

RUNS = 15
NOTICED_MS = 100


def median_ms(work: Callable[[], object]) -> float:
    """Return the median time of some runs, in milliseconds."""
    work()
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def bare_calls(exercise: Exercise) -> None:
    """Call the reference on every case, as `evaluate` does, and look at nothing."""
    for case, _ in prepared(exercise, 0):
        for _ in range(2 if exercise.rule else 1):
            args = [_fresh(value) for value in case.args]
            kwargs = {name: _fresh(value) for name, value in case.kwargs.items()}
            with np.errstate(all="ignore"):
                for _ in range(case.times):
                    answer = exercise.reference(*args, **kwargs)
                    if hasattr(answer, "__next__"):
                        list(answer)


def _fresh(value: object) -> object:
    return np.random.default_rng(value.value) if isinstance(value, Seed) else value


def main() -> None:
    """Print the table."""
    table = Table("exercise", "check ms", "bare ms", "ratio", f"of {NOTICED_MS} ms")
    for exercise in exercises().values():
        check = median_ms(lambda exercise=exercise: evaluate(exercise, exercise.reference))
        bare = median_ms(lambda exercise=exercise: bare_calls(exercise))
        table.add_row(exercise.id, f"{check:.2f}", f"{bare:.2f}", f"{check / bare:.1f}", f"{check / NOTICED_MS:.1%}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
