"""Run the attacks and print what came of each: `python -m tests.attacks`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from autograder.sandbox import isolation
from autograder.sandbox.plan import NOBODY, Rung

from . import ATTACKS, KINDS
from .arena import EXERCISES, Result, arena
from .attack import Attack

RUNGS: tuple[Rung, ...] = ("A", "B", "C", "D")
FULL = sum(exercise.points for exercise in EXERCISES)
ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "isolation.md"
START, END = "<!-- written by `python -m tests.attacks --write`: -->\n", "<!-- to here -->\n"

Row = tuple[Attack, Rung, Result | None]


def main() -> None:
    """Run the attacks of some kinds on some rungs."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("kinds", nargs="*", help=f"kinds of attacks, of {', '.join(KINDS)}; all if left out")
    parser.add_argument("--rungs", default="ABCD", help="rungs of isolation, say AB")
    show = parser.add_mutually_exclusive_group()
    show.add_argument("--json", action="store_true", help="print JSON in place of a table")
    show.add_argument("--nobody", action="store_true", help="as root, let another user run the grader")
    show.add_argument("--write", action="store_true", help="write root's table and nobody's into docs/isolation.md")
    chosen = parser.parse_args()
    if unknown := set(chosen.kinds) - set(KINDS):
        parser.error(f"there are no kinds {', '.join(sorted(unknown))}; there are {', '.join(KINDS)}")
    if (chosen.write or chosen.nobody) and (why := isolation.why_no_other_user()):
        parser.error(f"no other user can run the grader: {why}")
    ours = list(run(chosen.kinds or list(KINDS), chosen.rungs)) if not chosen.nobody else []
    theirs = as_nobody(*chosen.kinds, "--rungs", chosen.rungs) if chosen.nobody or chosen.write else []
    if chosen.json:
        plain = [{"attack": a.name, "rung": rung, "result": r and asdict(r)} for a, rung, r in ours]
        print(json.dumps(plain))
    elif chosen.write:
        made = filled_in(PAGE.read_text(encoding="utf-8"), {"root": ours, "an ordinary user": theirs})
        PAGE.write_text(made, encoding="utf-8")
    else:
        print("\n".join(table(ours or theirs)))


def run(kinds: list[str], rungs: str) -> Iterator[Row]:
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


def as_nobody(*arguments: str) -> list[Row]:
    """Return what comes of attacks on a grader that runs as another user than root.

    Args:
        arguments: for the command.
    """
    command = [sys.executable, "-m", "tests.attacks", "--json", *arguments]
    path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    environment = {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
    whom = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    done = subprocess.run(command, **whom, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    plain = [(ATTACKS[row["attack"]], row["rung"], row["result"]) for row in json.loads(done.stdout)]
    return [(a, rung, r and Result(**r | {"left": tuple(r["left"])})) for a, rung, r in plain]


def filled_in(page: str, users: dict[str, list[Row]]) -> str:
    """Return a page with the tables of some users between its two marks, in place of what was there.

    Args:
        page: Markdown.
        users: who ran the grader, and what came of the attacks.
    """
    before, _, rest = page.partition(START)
    where = f"Linux {platform.release().partition('-')[0]} on {platform.machine()}, {time.strftime('%Y-%m-%d')}"
    tables = ""
    for user, rows in users.items():
        lines = "\n".join(table(rows))
        tables += f"\n<details>\n<summary>The grader runs as {user}: {where}</summary>\n\n{lines}\n\n</details>\n"
    return f"{before}{START}{tables}\n{END}{rest.partition(END)[2]}"


def table(rows: list[Row]) -> Iterator[str]:
    """Yield the lines of a table in Markdown: attacks down, rungs across.

    A cell holds the points gained, the secrets read, the memory in MiB by which the grader grew, the seconds that the
    notebook took, whether the next submission got its full marks, and how much stayed behind.
    """
    rungs = sorted({rung for _, rung, _ in rows})
    cells = {(attack.name, rung): result for attack, rung, result in rows}
    yield f"| attack | {' | '.join(f'{rung}: points, secrets, MiB, s, next, left' for rung in rungs)} |"
    yield f"|---|{'---|' * len(rungs)}"
    for name in dict.fromkeys(attack.name for attack, _, _ in rows):
        yield f"| {name} | {' | '.join(_cell(cells[name, rung]) for rung in rungs)} |"


def _cell(result: Result | None) -> str:
    if result is None:
        return "not promised"
    after = "full" if result.next == FULL else f"{result.next:g} of {FULL:g}"
    return f"{result.points:g}, {result.secrets}, {result.memory}, {result.seconds:.1f}, {after}, {len(result.left)}"


if __name__ == "__main__":
    main()
