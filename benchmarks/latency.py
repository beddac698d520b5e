"""How long a check takes for a right answer, over all exercises, against the time that a reader would notice.

`python -m benchmarks.latency` prints a line per exercise, with the bare calls that its check makes.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

import numpy as np
from rich.console import Console
from rich.table import Table

from autograder import evaluate
from autograder.evaluate import prepared
from autograder.exercise import Exercise, Seed
from autograder.exercises import exercises

from .harness import Row, alternate, compare

NOTICED_MS = 100.0


def rows() -> Iterator[Row]:
    """Yield a row for the slowest check, and one for the median over exercises."""
    checks = {exercise.id: _check_ms(exercise) for exercise in exercises().values()}
    slowest = max(checks, key=lambda name: statistics.median(checks[name]))
    typical = [statistics.median(times) for times in checks.values()]
    for name, times in ((f"check, the slowest: {slowest}", checks[slowest]), ("check, over exercises", typical)):
        yield compare(name, "what a reader notices", times, [NOTICED_MS] * len(times), at_most=1.0)


def _check_ms(exercise: Exercise) -> list[float]:
    return alternate(lambda: evaluate(exercise, exercise.reference), rounds=5, seconds=1.0)[0]


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
    """Print the table of all exercises."""
    table = Table("exercise", "check ms", "bare ms", "ratio", f"of {NOTICED_MS:g} ms")
    for exercise in exercises().values():
        checks, bare = alternate(
            lambda exercise=exercise: evaluate(exercise, exercise.reference),
            lambda exercise=exercise: bare_calls(exercise),
            seconds=2.0,
        )
        row = compare(exercise.id, "bare calls", checks, bare)
        share = (row.ours or 0) / NOTICED_MS
        table.add_row(row.name, f"{row.ours:.2f}", f"{row.theirs:.2f}", f"{row.ratio:.1f}", f"{share:.1%}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
