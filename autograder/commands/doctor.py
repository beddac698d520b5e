"""Report how well this machine isolates students' code."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..sandbox.isolation import PROMISES, advice, layers_here, reached


def doctor() -> None:
    """Report how well this machine isolates students' code, why not better, and what would help."""
    console, best = Console(), reached()
    layers = Table("layer", "works", "why not")
    for name, why in layers_here().items():
        layers.add_row(name, "no" if why else "yes", escape(why))
    console.print(layers)
    rungs = Table("rung", "reached", "what it promises", "why not")
    for rung, promise in PROMISES.items():
        mine = f"not {rung}: "
        why = next((reason.removeprefix(mine) for reason in best.reasons if reason.startswith(mine)), "")
        rungs.add_row(rung, "yes" if rung == best.rung else "", promise, escape(why))
    console.print(rungs)
    console.print(f"This machine reaches rung {best.rung}.", highlight=False)
    for line in advice(best):
        console.print(line, highlight=False, markup=False)
