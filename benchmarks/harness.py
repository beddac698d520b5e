"""Time two sides in turn, and say their ratio."""

from __future__ import annotations

import importlib
import itertools
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Table

# A sample shorter than this, in seconds, says more about the clock than about the work.
SHORTEST = 0.002


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Args:
        name: what is measured, on what.
        peer: what it is compared with.
        unit: of `ours`, `theirs` and `floor`, say "ms" or "words/s".
        ours: the median of our values.
        theirs: the median of the peer's values.
        ratio: ours / theirs: the median over pairs that were measured one after the other.
        spread: the quartiles of the same ratios.
        floor: a value that nothing can beat, if one is known.
        at_most: the ratio that is aimed at, where less is better.
        at_least: the ratio that is aimed at, where more is better.
        note: anything to know, or why there are no values.
    """

    name: str
    peer: str
    unit: str = "ms"
    ours: float | None = None
    theirs: float | None = None
    ratio: float | None = None
    spread: tuple[float, float] | None = None
    floor: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the ratio is as good as was aimed at; None where nothing was, or nothing was measured."""
        if self.ratio is None or (self.at_most is None and self.at_least is None):
            return None
        high_enough = self.at_least is None or self.ratio >= self.at_least
        return high_enough and (self.at_most is None or self.ratio <= self.at_most)


def compare(name: str, peer: str, ours: Sequence[float], theirs: Sequence[float], **more: Any) -> Row:
    """Return the row for values of two sides, measured in turn; `more` goes to the row.

    Example:
        >>> row = compare("sorting", "sorted()", [2.0, 6.0, 5.0], [1.0, 2.0, 2.0])
        >>> row.ours, row.theirs, row.ratio, row.spread
        (5.0, 2.0, 2.5, (2.25, 2.75))
    """
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Row(
        name,
        peer,
        ours=statistics.median(ours),
        theirs=statistics.median(theirs),
        ratio=statistics.median(ratios),
        spread=quartiles(ratios),
        **more,
    )


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    """Return the first and the third quartile."""
    if len(values) == 1:
        return values[0], values[0]
    first, _, third = statistics.quantiles(values, n=4, method="inclusive")
    return first, third


def alternate(
    *works: Callable[[], Any],
    rounds: int = 25,
    seconds: float = 10.0,
    clock: Callable[[], float] = time.perf_counter,
) -> list[list[float]]:
    """Return the times of each work, in milliseconds a call; in each round all have their turn, first one, then another
    in the lead.

    Args:
        works: what to time.
        rounds: how often, at most.
        seconds: no new round starts after this time, but three there are at least.
        clock: tells the time in seconds.
    """
    calls = [_calls(work, clock) for work in works]
    times: list[list[float]] = [[] for _ in works]
    end = clock() + seconds
    for i in itertools.count():
        if i >= rounds or (i >= 3 and clock() >= end):
            return times
        for j in range(len(works)):
            at = (i + j) % len(works)
            times[at].append(1000 * _time(works[at], calls[at], clock) / calls[at])
    raise AssertionError


def _calls(work: Callable[[], Any], clock: Callable[[], float]) -> int:
    """Return how many calls make a sample, after the first ones, which fill caches."""
    _time(work, 1, clock)
    calls = 1
    while calls < 1000 and _time(work, calls, clock) < SHORTEST:
        calls *= 2
    return calls


def _time(work: Callable[[], Any], calls: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(calls):
        work()
    return clock() - start


def children_seconds() -> float:
    """Return the processor time of all children that have ended, with their own children."""
    used = os.times()
    return used.children_user + used.children_system


EXTRAS = {"gensim": "bench", "torch": "oracle", "cupy": "gpu", "distributed": "cluster"}


def optional(name: str) -> ModuleType | None:
    """Return a peer's module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def missing(name: str, peer: str, module: str, **more: Any) -> Row:
    """Return the row for a peer that is not installed: it says how to get it."""
    return Row(name, peer, note=f"{module} is not installed: python -m pip install -e '.[{EXTRAS[module]}]'", **more)


def number(value: float | None) -> str:
    """Return a number in three digits or so.

    Example:
        >>> number(1234567.0), number(12.3456), number(0.123456), number(None)
        ('1,234,567', '12.3', '0.123', '-')
    """
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def cells(row: Row) -> tuple[str, ...]:
    """Return a row's cells: row, ours, peer, ratio, spread, floor, target."""
    theirs = "" if row.theirs is None else f" {number(row.theirs)} {row.unit}"
    aims = (("<=", row.at_most), (">=", row.at_least))
    target = " ".join(f"{sign} {aim:g}" for sign, aim in aims if aim is not None)
    verdict = {True: " ✓", False: " ✗", None: ""}[row.met]
    return (
        row.name + (f"\n  {row.note}" if row.note else ""),
        "-" if row.ours is None else f"{number(row.ours)} {row.unit}",
        row.peer + theirs,
        number(row.ratio),
        "-" if row.spread is None else f"{number(row.spread[0])} to {number(row.spread[1])}",
        "" if row.floor is None else f"{number(row.floor)} {row.unit}",
        target + verdict,
    )


COLUMNS = ("row", "ours", "peer", "ratio", "spread", "floor", "target")


def show(rows: Iterable[Row], console: Console, caption: str) -> None:
    """Print the table."""
    table = Table(*COLUMNS, caption=caption, caption_justify="left")
    for column in table.columns[1:]:
        column.overflow = "fold"
    for row in rows:
        table.add_row(*cells(row))
    console.print(table)


def markdown(rows: Iterable[Row]) -> str:
    """Return the table in Markdown."""
    lines = [COLUMNS, ("---",) * len(COLUMNS), *map(cells, rows)]
    return "\n".join("| " + " | ".join(" ".join(cell.split()) for cell in line) + " |" for line in lines)


def machine() -> dict[str, Any]:
    """Return where and with what the values were measured."""
    from threadpoolctl import threadpool_info

    versions = {}
    for name in ("numpy", "scipy", "sklearn", *EXTRAS):
        if module := optional(name):
            versions[name] = module.__version__
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": max((pool["num_threads"] for pool in threadpool_info()), default=1),
        "system": platform.system(),
        "python": platform.python_version(),
        **versions,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def write_json(path: Path, rows: Iterable[Row], about: dict[str, Any]) -> None:
    """Write rows, and what `machine` says about them, to a file."""
    path.write_text(json.dumps({"machine": about, "rows": [asdict(row) for row in rows]}, indent=1) + "\n")


def read_json(path: Path) -> tuple[list[Row], dict[str, Any]]:
    """Return what `write_json` wrote."""
    plain = json.loads(path.read_text())
    rows = [Row(**{**row, "spread": row["spread"] and tuple(row["spread"])}) for row in plain["rows"]]
    return rows, plain["machine"]
