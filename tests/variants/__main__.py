"""Print what the verdicts say of the variants: `python -m tests.variants [EXERCISE ...]`."""

from __future__ import annotations

import contextlib
import io
import statistics
import sys
import time

from rich.console import Console
from rich.table import Table

from autograder import evaluate
from autograder.checking.catalogue import exercises, find
from autograder.checking.exercise import Verdict
from tests.variants import Variant, collected


def verdict_on(variant: Variant) -> tuple[Verdict, float]:
    """Return the verdict on a variant, and the processor time that it took, in seconds."""
    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):  # printing is some students' mistake
        verdict = evaluate(find(variant.exercise), variant.function)
    return verdict, time.process_time() - start


def main() -> None:
    """Judge the variants of the exercises named, or all, and print the table and what is not as it should be."""
    chosen = set(sys.argv[1:]) or {exercise.name for exercise in exercises().values()}
    for name in chosen:
        evaluate(find(name), find(name).reference)  # so that nothing is prepared while the clock runs
    found = [(variant, *verdict_on(variant)) for variant in collected() if variant.exercise in chosen]
    table = Table("answers", "number", "passed", "with a remark", "named", "median ms", "95 % ms", "worst ms")
    for kind in ("right", "fragile", "wrong"):
        own = [(verdict, seconds) for variant, verdict, seconds in found if variant.kind == kind]
        if not own:
            continue
        times = sorted(1000 * seconds for _, seconds in own)
        failing = [verdict for verdict, _ in own if not verdict.passed]
        named = sum(verdict.mistake is not None or verdict.status == "error" for verdict in failing)
        table.add_row(
            kind,
            str(len(own)),
            str(len(own) - len(failing)),
            str(sum(bool(verdict.remarks) for verdict, _ in own)),
            f"{named} of {len(failing)}",
            *(f"{value:.1f}" for value in (statistics.median(times), times[int(0.95 * len(times))], times[-1])),
        )
    Console().print(table)
    for variant, verdict, _ in found:
        if (variant.kind, verdict.passed) in (("right", False), ("wrong", True)):
            print(f"{variant.kind}, and {verdict.status}: {verdict.exercise}, {variant.what}: {verdict.message}")


if __name__ == "__main__":
    main()
