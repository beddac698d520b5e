"""Write a chapter as an assignment for nbgrader."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..checking.catalogue import of_chapter
from ..course import find as find_chapter
from ..grading import seeds
from ..integrations.nbgrader.export import add_assignment
from .options import Seed
from .release import Yes, may_hand_out


def nbgrader(
    chapter: Annotated[str, typer.Argument(help="The chapter, say 01 or gradient_descent.")],
    out: Annotated[Path, typer.Option(help="nbgrader's course folder; the assignment goes into its source/.")],
    seed: Seed = None,
    yes: Yes = False,
) -> None:
    """Write a chapter as an assignment for nbgrader: source/<chapter>, and a configuration if there is none."""
    found = find_chapter(chapter)
    may_hand_out(found, yes)
    folder = add_assignment(out, found, seeds.of_class(of_chapter(found.name), seed))
    typer.echo(f"{folder}: in {out}, run `nbgrader generate_assignment {found.stem}`.")
    typer.echo("It holds the chapter's solutions; what nbgrader writes to release/ does not.")
