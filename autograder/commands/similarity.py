"""Show which submissions look alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..course import find as find_chapter
from ..errors import UserError
from ..files import write_text, writing
from ..reports.similarity import as_csv, as_html, compare, published, read
from ..submissions import archives
from .options import progress

# As many names as fit a line of the terminal.
MOST_NAMES = 12


def similarity(
    folder: Annotated[Path, typer.Argument(metavar="SUBMISSIONS", help="A folder, or a zip from a learning platform.")],
    chapter: Annotated[str, typer.Option(help="The chapter, say 01 or gradient_descent.")],
    out: Annotated[Path, typer.Option(help="The file to write: .html to look at, .csv for a spreadsheet.")],
) -> None:
    """Show the teacher which submissions look alike: a hint where to look, not a proof, and never a mark."""
    if out.suffix.lower() not in (".html", ".csv"):
        raise UserError(f"{out}: the file's name must end in .html or .csv")
    wanted = find_chapter(chapter)
    with archives.opened(folder) as source, progress("Reading") as bar:
        works, unread = read(source.folder, wanted, source.skipped, bar.track)
    if len(works) < 2:
        raise UserError(f"{folder} holds fewer than two readable notebooks: there is nothing to compare")
    found = compare(works, published(wanted))
    with writing(out):
        text = as_csv(found) if out.suffix.lower() == ".csv" else as_html(found, wanted, unread)
        write_text(out, text, private=True)
    groups = f"{len(found.groups)} group{'' if len(found.groups) == 1 else 's'}"
    typer.echo(f"{out}: {len(works)} students, {groups} to look at. Similarity is a hint, not a proof.")
    for group in found.groups:
        more = f" and {len(group.students) - MOST_NAMES} more" if len(group.students) > MOST_NAMES else ""
        typer.echo(f"  at least {100 * group.share:.0f} % alike: {', '.join(group.students[:MOST_NAMES])}{more}")
    for student, why in unread.items():
        typer.echo(f"  not compared: {student}: {why}")
    for line in source.left_out:
        typer.echo(f"  not taken from the archive: {line}")
