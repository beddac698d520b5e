"""Write a chapter's homework copy."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..authoring.release import new_folder, write_bundle
from ..course import Chapter, current
from ..course import find as find_chapter
from ..errors import UserError

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether earlier chapters' solutions may be handed out.")]


def release(
    chapter: Annotated[str, typer.Argument(help="The chapter, say 01 or gradient_descent.")],
    out: Annotated[Path, typer.Option(help="Folder to write, new or empty.")],
    yes: Yes = False,
) -> None:
    """Write a chapter's homework copy: stubs, public cases with their answers, solutions of earlier chapters only."""
    found = find_chapter(chapter)
    may_hand_out(found, yes)
    with new_folder(out) as bundle:
        write_bundle(found.name, bundle)
    files = sum(path.is_file() for path in out.rglob("*"))
    typer.echo(f"{out}: {files} files. Hand out the whole folder; students hand in {found.notebook}.")


def may_hand_out(chapter: Chapter, yes: bool) -> None:
    """Say which chapters' solutions a homework copy holds, and ask whether these chapters are closed.

    Args:
        chapter: the chapter.
        yes: whether the teacher has answered already.

    Raises:
        UserError: there is no terminal to ask at.
        typer.Abort: the teacher says no.
    """
    earlier = ", ".join(each.stem for each in current().before(chapter) if each.number)  # chapter 0 is no homework
    if not earlier:
        return
    holds = f"The homework copy of {chapter.stem} holds the solutions of {earlier}"
    if not yes and not (sys.stdin and sys.stdin.isatty()):
        raise UserError(f"{holds}: once nobody may hand these in any more, add --yes")
    typer.echo(f"{holds}: hand it out only once nobody may hand these in any more, not even late.")
    if not yes:
        typer.confirm("Write it?", abort=True)
