"""Run the attacks and print what came of each: `python -m tests.attacks`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from autograder import isolation
from autograder.isolation import Rung

from . import KINDS
from .arena import EXERCISES, Result, arena
from .attack import Attack

RUNGS: tuple[Rung, ...] = ("A", "B", "C", "D")
FULL = sum(exercise.points for exercise in EXERCISES)


def main() -> None:
    """Run the attacks of some kinds on some rungs."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("kinds", nargs="*", help=f"kinds of attacks, of {', '.join(KINDS)}; all if left out")
    parser.add_argument("--rungs", default="ABCD", help="rungs of isolation, say AB")
    parser.add_argument("--json", action="store_true", help="print JSON in place of a table")
    chosen = parser.parse_args()
    if unknown := set(chosen.kinds) - set(KINDS):
        parser.error(f"there are no kinds {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    rows = list(run(chosen.kinds or list(KINDS), chosen.rungs))
    if chosen.json:
        plain = [{"attack": a.name, "rung": rung, "result": r and asdict(r)} for a, rung, r in rows]
        print(json.dumps(plain))
    else:
        print("\n".join(table(rows)))


def run(kinds: list[str], rungs: str) -> Iterator[tuple[Attack, Rung, Result | None]]:
    """Yield each attack on each rung that is reached, and what came of it; None where the rung promises nothing."""
    for rung in RUNGS:
        if rung not in rungs:
            continue
        if rung != "D" and (why := isolation.probe(rung)):
            print(f"Rung {rung} is not reached here: {why}", file=sys.stderr)
            continue
        with arena(rung) as place:
            for attack in (attack for kind in kinds for attack in KINDS[kind]):
                yield attack, rung, place.attack(attack) if rung in attack.rungs else None


def table(rows: list[tuple[Attack, Rung, Result | None]]) -> Iterator[str]:
    """Yield the lines of a table in Markdown: attacks down, rungs across.

    A cell holds the points gained, the secrets read, whether the next submission got its full marks, what stayed
    behind, and the seconds that the notebook took.
    """
    rungs = sorted({rung for _, rung, _ in rows})
    cells = {(attack.name, rung): result for attack, rung, result in rows}
    yield f"| attack | {' | '.join(f'{rung}: points, secrets, next, left, s' for rung in rungs)} |"
    yield f"|---|{'---|' * len(rungs)}"
    for name in dict.fromkeys(attack.name for attack, _, _ in rows):
        yield f"| {name} | {' | '.join(_cell(cells[name, rung]) for rung in rungs)} |"


def _cell(result: Result | None) -> str:
    if result is None:
        return "not promised"
    after = "full" if result.next == FULL else f"{result.next:g} of {FULL:g}"
    return f"{result.points:g}, {result.secrets}, {after}, {len(result.left)}, {result.seconds:.2f}"


if __name__ == "__main__":
    main()
