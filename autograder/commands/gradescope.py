"""Write a chapter's autograder for Gradescope."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..checking.catalogue import of_chapter
from ..course import find as find_chapter
from ..grading import seeds
from ..integrations.gradescope.export import write_zip
from ..integrations.gradescope.grade_one import Visibility
from .options import Overwrite, Seed


def gradescope(
    chapter: Annotated[str, typer.Argument(help="The chapter, say 01 or gradient_descent.")],
    out: Annotated[Path, typer.Option(help="File to write, say autograder.zip.")],
    visibility: Annotated[Visibility, typer.Option(help="When students see the verdicts.")] = Visibility.VISIBLE,
    seed: Seed = None,
    weak: Annotated[
        bool, typer.Option("--allow-weak-isolation", help="Grade there even on a machine below rung B.")
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """Write a chapter's autograder for Gradescope, ready to upload."""
    found = find_chapter(chapter)
    # One seed for the class: handing in twice gives the same mark twice, and everyone meets the same cases.
    drawn = seeds.of_class(of_chapter(found.name), seed)
    write_zip(out, found, drawn, visibility, weak=weak, overwrite=overwrite)
    typer.echo(f"{out}: upload it in Gradescope under Configure Autograder. Students hand in {found.notebook}.")
    typer.echo("It holds the solutions: keep it away from students.")
