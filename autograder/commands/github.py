"""Write a chapter's homework copy for GitHub Classroom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..authoring.release import new_folder
from ..course import find as find_chapter
from ..integrations.github_classroom.export import write_template
from .release import Yes, may_hand_out


def github(
    chapter: Annotated[str, typer.Argument(help="The chapter, say 01 or gradient_descent.")],
    out: Annotated[Path, typer.Option(help="Folder to write, new or empty.")],
    yes: Yes = False,
) -> None:
    """Write a chapter's homework copy for GitHub Classroom, with a workflow that checks the public cases."""
    found = find_chapter(chapter)
    may_hand_out(found, yes)
    with new_folder(out) as bundle:
        write_template(found.name, bundle)
    typer.echo(f"{out}: push it as a template repository, and choose it for the assignment in GitHub Classroom.")
