"""Measure how fast the course is, as ratios to its peers, and print one table.

Both sides of a row work on the same data in one run, in turn, with the same number of threads. A ratio is the median
over such pairs, a spread its quartiles. Results go to a file only with --json or --save.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from threadpoolctl import threadpool_limits

from . import harness

GROUPS = ("loss", "training", "gradient_check", "word2vec", "latency", "grading", "grading_peers", "cluster")
SAVED = Path(__file__).parent / "results.json"
PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
MARK = "<!-- The rest of this page is written by `make bench ARGS=--save`. -->\n"


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; all if none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to this file")
    parser.add_argument("--save", action="store_true", help=f"write benchmarks/{SAVED.name} and docs/{PAGE.name}")
    parser.add_argument("--threads", type=int, default=1, help="threads of both sides; 1 if left out")
    chosen = parser.parse_args(arguments)
    if unknown := [group for group in chosen.groups if group not in GROUPS]:
        parser.error(f"no group is called {unknown[0]}: there are {', '.join(GROUPS)}")
    console = Console() if Console().is_terminal else Console(width=140)
    modules = {group: importlib.import_module(f"benchmarks.{group}") for group in chosen.groups or GROUPS}
    harness.machine()  # loads the libraries: those that come later would not hear of the limit
    rows: list[harness.Row] = []
    with threadpool_limits(chosen.threads):
        if (torch := harness.optional("torch")) is not None:
            torch.set_num_threads(chosen.threads)
        about = harness.machine()
        for group, module in modules.items():
            with Console(stderr=True).status(f"measuring {group}"):
                rows += module.rows()
    ratio = "ratio: ours / peer, the median of pairs measured in turn; spread: its quartiles"
    harness.show(rows, console, f"{caption(about)}\n{ratio}")
    for path in filter(None, (chosen.json, SAVED if chosen.save else None)):
        harness.write_json(path, rows, about)
    if chosen.save:
        PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), rows, about), encoding="utf-8")


def caption(about: dict[str, Any]) -> str:
    """Return where and with what the values were measured, in one line."""
    return ", ".join(f"{name} {value}" for name, value in about.items())


def with_table(page: str, rows: Iterable[harness.Row], about: dict[str, Any]) -> str:
    """Return a page in Markdown with this table below its mark, in place of what was there."""
    return f"{page.partition(MARK)[0]}{MARK}\n{harness.markdown(rows)}\n\n{caption(about)}\n"


if __name__ == "__main__":
    main()
