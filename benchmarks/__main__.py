"""Measure how fast the course is, as ratios to its peers, and print one table.

Both sides of a row work on the same data in one run, in turn, with the same number of threads. A ratio is the median
over such pairs, a spread its quartiles. Results go to a file only with --json or --save.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from rich.console import Console
from threadpoolctl import threadpool_limits

from . import harness

GROUPS = ("loss", "training", "gradient_check", "word2vec", "latency", "grading", "grading_peers", "cluster")
SAVED = Path(__file__).parent / "results.json"


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(GROUPS)}; all if none is named")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to this file")
    parser.add_argument("--save", action="store_true", help=f"the same as --json benchmarks/{SAVED.name}")
    parser.add_argument("--markdown", action="store_true", help="print the table in Markdown")
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
    caption = ", ".join(f"{name} {value}" for name, value in about.items())
    if chosen.markdown:
        print(harness.markdown(rows), f"\n\n{caption}", sep="")
    else:
        harness.show(
            rows, console, f"{caption}\nratio: ours / peer, the median of pairs measured in turn; spread: its quartiles"
        )
    for path in filter(None, (chosen.json, SAVED if chosen.save else None)):
        harness.write_json(path, rows, about)


if __name__ == "__main__":
    main()
