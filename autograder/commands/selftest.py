"""Prove that the checks accept right answers and catch wrong ones."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from ..authoring.selftest import examine_all
from ..checking.catalogue import exercises, find


def selftest(
    names: Annotated[list[str] | None, typer.Argument(help="Exercises to test; all by default.")] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also list the mutants declared equivalent.")
    ] = False,
) -> None:
    """Prove every check on right answers, known mistakes, blanks and mutants of the reference."""
    console = Console() if sys.stdout.isatty() else Console(width=120)
    chosen = [find(name) for name in names] if names else list(exercises().values())
    table = Table("exercise", "cases", "right", "mistakes", "blanks", "mutants", "equal", "score")
    table.columns[0].no_wrap = True
    bar = Console(stderr=True)
    reports = list(track(examine_all(chosen), "testing", total=len(chosen), console=bar, transient=True))
    for report in reports:
        total = report.caught + len(report.survivors) + report.equivalent
        numbers = (report.cases, report.right, report.mistakes, report.blanks, total, report.equivalent)
        table.add_row(report.exercise, *map(str, numbers), f"{report.score:.1%}")
    console.print(table)
    caught, survivors = sum(r.caught for r in reports), sum(len(r.survivors) for r in reports)
    console.print(f"mutation score {caught / max(caught + survivors, 1):.1%} ({caught} of {caught + survivors})")
    for one in chosen if verbose else ():
        for change, reason in one.equivalent.items():
            console.print(f"  {one.id}: {change}: {reason}", markup=False)
    problems = [f"{report.exercise}: {problem}" for report in reports for problem in report.problems]
    for problem in problems:
        print(f"✗ {problem}")
    if problems:
        raise typer.Exit(1)
