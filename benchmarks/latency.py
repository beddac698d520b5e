"""How long a verdict takes: for right answers and for wrong ones, and for all right answers of a chapter together.

`python -m benchmarks.latency` prints a line per exercise, with the bare calls that its check makes.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from autograder import evaluate
from autograder.checking.catalogue import exercises, of_chapter
from autograder.checking.evaluate import prepared
from autograder.checking.exercise import Exercise, Seed

from .harness import Row, alternate, compare

# What a reader does not notice, in milliseconds: of a usual verdict, and of the slowest.
USUAL_MS, SLOWEST_MS = 20.0, 200.0
# All references of a chapter, one after the other.
CHAPTERS_MS = {
    "gradient_descent": 40.0,
    "logistic_regression": 60.0,
    "regularization": 40.0,
    "softmax_svm": 60.0,
    "word2vec": 150.0,
}


def rows() -> Iterator[Row]:
    """Yield the median and the slowest verdict, on right answers and on known mistakes, and a row per chapter."""
    kinds: dict[str, Callable[[Exercise], list[Callable[..., Any]]]] = {
        "right answers": lambda exercise: [exercise.reference, *exercise.right],
        "known mistakes": lambda exercise: [mistake.function for mistake in exercise.mistakes],
    }
    for kind, answers in kinds.items():
        times = {
            f"{exercise.name}, number {number}": _check_ms(exercise, answer)
            for exercise in exercises().values()
            for number, answer in enumerate(answers(exercise))
        }
        slowest = max(times, key=lambda name: times[name])
        yield compare(
            f"verdicts on {len(times)} {kind}, median",
            "aim",
            [statistics.median(times.values())],
            [USUAL_MS],
            at_most=1.0,
        )
        yield compare(f"verdicts on {kind}, slowest: {slowest}", "aim", [times[slowest]], [SLOWEST_MS], at_most=1.0)
    for chapter, aim in CHAPTERS_MS.items():
        chosen = of_chapter(chapter)

        def check_all(chosen: list[Exercise] = chosen) -> None:
            for exercise in chosen:
                evaluate(exercise, exercise.reference)

        times_of_all = alternate(check_all, rounds=7, seconds=3.0)[0]
        yield compare(f"all verdicts of chapter {chapter}", "aim", times_of_all, [aim] * len(times_of_all), at_most=1.0)


def _check_ms(exercise: Exercise, answer: Callable[..., Any]) -> float:
    return statistics.median(alternate(lambda: evaluate(exercise, answer), rounds=3, seconds=0.0)[0])


def bare_calls(exercise: Exercise) -> None:
    """Call the reference on every case, as `evaluate` does, and look at nothing."""
    for case, _ in prepared(exercise, 0):
        for _ in range(2 if exercise.rule and not case.once else 1):
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
    table = Table("exercise", "check ms", "bare ms", "ratio", f"of {USUAL_MS:g} ms")
    for exercise in exercises().values():
        checks, bare = alternate(
            lambda exercise=exercise: evaluate(exercise, exercise.reference),
            lambda exercise=exercise: bare_calls(exercise),
            seconds=2.0,
        )
        row = compare(exercise.id, "bare calls", checks, bare)
        share = (row.ours or 0) / USUAL_MS
        table.add_row(row.name, f"{row.ours:.2f}", f"{row.theirs:.2f}", f"{row.ratio:.1f}", f"{share:.1%}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
