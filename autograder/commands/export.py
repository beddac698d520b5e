"""Export a class's marks for a learning platform (LMS) or a spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import UserError
from ..files import write_text, writing
from ..reports.lms import MOODLE, WHERE, ExportError, Format, canvas, moodle, needless, plain
from ..submissions import class_list
from .options import ChapterName, ClassName, Results, Url, finite, gradebook_of


def export(
    results: Results,
    to: Annotated[Format, typer.Option("--format", help="Who the table is for.")],
    students: Annotated[
        Path | None, typer.Option(help="The class list: Canvas' gradebook export, or Moodle's participants.")
    ] = None,
    assignment: Annotated[
        str | None, typer.Option(help="Canvas: name or number of the assignment, if the list has several.")
    ] = None,
    out_of: Annotated[
        float | None,
        typer.Option(min=0.01, callback=finite, help="Full marks in the LMS; the chapter's points if left out."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; in the folder of results if left out.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is already there.")] = False,
    url: Url = None,
    class_name: ClassName = "",
    chapter: ChapterName = None,
) -> None:
    """Write the marks as a table for Canvas, Moodle or a spreadsheet."""
    target = out or results / f"{to}.csv"
    try:
        with gradebook_of(results, url, class_name, chapter) as book:
            if unused := needless(to, students, assignment, out_of):
                raise ExportError(f"--format {to} takes no {' and no '.join(unused)}: leave it out")
            if to is Format.PLAIN:
                made = plain(book)
            elif students is None:
                raise ExportError(f"say who is in the class with --students: {WHERE[to]}")
            elif to is Format.CANVAS:
                made = canvas(book, class_list.read(students, ("SIS Login ID", "ID")), assignment, out_of)
            else:
                made = moodle(book, class_list.read(students, MOODLE), out_of)
        before = target.read_text(encoding="utf-8") if target.exists() else made.text
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{target} exists but cannot be read: choose another file with --out") from error
    typer.echo("\n".join([*made.notes, *made.replaced]), nl=bool(made.notes or made.replaced))
    if not overwrite and (made.replaced or before != made.text):
        what = f"{target} already holds other marks" if before != made.text else "marks of the class list would change"
        typer.echo(f"Nothing written: {what}. The same command with --overwrite replaces them.")
        raise typer.Exit(1)
    with writing(target):
        write_text(target, made.text, private=True)
    typer.echo(f"{target}: {made.rows} students")
