"""Write the teacher's page on a class."""

from __future__ import annotations

import typer

from ..errors import UserError
from ..files import writing
from ..gradebook import reading
from ..reports import class_report
from .options import ChapterName, ClassName, Results, Url, gradebook_of


def report(out: Results, url: Url = None, class_name: ClassName = "", chapter: ChapterName = None) -> None:
    """Write report.html into a folder of results: the class at a glance."""
    with gradebook_of(out, url, class_name, chapter) as book:
        students = len(reading.everyone(book))
        if not students:
            raise UserError(f"{out} holds no marks: grade a class first, with autograder grade")
        with writing(out / class_report.REPORT):
            path = class_report.write(out, book)
    typer.echo(f"{path}: {students} students. Open it in a browser.")
