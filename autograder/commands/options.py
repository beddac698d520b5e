"""What the commands share: options and their checks, opening the gradebook, and progress bars."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..checking.catalogue import of_chapter
from ..course import find as find_chapter
from ..errors import UserError
from ..gradebook import database
from ..gradebook.database import Gradebook
from ..gradebook.schema import GradebookError
from ..reports import grades_csv
from ..submissions import class_list

Results = Annotated[Path, typer.Argument(metavar="RESULTS", help="The folder that `autograder grade` wrote.")]
Url = Annotated[
    str | None,
    typer.Option(
        "--gradebook",
        metavar="URL",
        envvar="AUTOGRADER_GRADEBOOK",
        help="The database, say postgresql://ada@localhost/marks; gradebook.db in the folder of results if left out.",
    ),
]
# How similar a word must be to a name, from 0 to 1, for the name to be suggested: the default of `difflib`.
ALIKE = 0.6

ClassName = Annotated[
    str,
    typer.Option(
        "--class",
        metavar="NAME",
        envvar="AUTOGRADER_CLASS",
        parser=str.strip,
        help='The class, say "ML 2026", if --gradebook names a database: several classes may share it.',
    ),
]
ChapterName = Annotated[
    str | None, typer.Option("--chapter", help="The chapter, say 01, if the gradebook holds the marks of several.")
]

Seed = Annotated[
    int | None, typer.Option(min=0, max=2**63 - 1, help="Seed of the random cases; a new one if left out.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is already there.")]


@contextmanager
def gradebook_of(out: Path, url: str | None, class_name: str, chapter: str | None) -> Iterator[Gradebook]:
    """Yield the gradebook that a command's options name.

    Raises:
        GradebookError: there is none, it cannot be used, or the folder of results holds other marks.
    """
    with database.opened(out, url, find_chapter(chapter).name if chapter else None, class_name) as book:
        if book.is_new:
            raise GradebookError(f"{out} holds no marks: grade a class first, with autograder grade")
        grades_csv.refuse_others(out, of_chapter(book.chapter), book.class_name)
        yield book


def chosen(word: str, names: Iterable[str], otherwise: str) -> str:
    """Return what the user typed, if it is a known name.

    Args:
        word: what the user typed.
        names: the known names.
        otherwise: how the message begins if it is none of them; the word follows.

    Raises:
        UserError: it is none of them; the message suggests names that look like it, in whole or in part.

    Example:
        >>> chosen("Ben", ["Ada Lovelace (111)", "Ben"], "marks holds no student")
        'Ben'
    """
    known = list(names)
    if word in known:
        return word
    alike = {name: _likeness(class_list.plain(word), class_list.plain(name)) for name in known}
    close = sorted((name for name in known if alike[name] >= ALIKE), key=lambda name: -alike[name])[:3]
    hint = f": did you mean {' or '.join(close)}?" if close else ""
    raise UserError(f"{otherwise} {word!r}{hint}")


def _likeness(word: str, name: str) -> float:
    """Return how similar a word is to a name or a part of it, from 0 to 1."""
    parts = (name, *re.split(r"[\s_]+", name))
    return max(part.startswith(word) or SequenceMatcher(None, word, part).ratio() for part in parts)


def finite(value: float | None) -> float | None:
    """Return an option's number, which must be neither infinite nor `nan`.

    Raises:
        typer.BadParameter: it is.
    """
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not a finite number")
    return value


def progress(what: str) -> Progress:
    """Return a progress bar that shows the time left."""
    return Progress(
        TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True)
    )
