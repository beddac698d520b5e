"""What the commands have in common: options, and how they say that a gradebook or a file cannot be used."""

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
# From here on a word looks like a name: as `difflib` has it.
ALIKE = 0.6

ClassName = Annotated[
    str,
    typer.Option(
        "--class",
        metavar="NAME",
        envvar="AUTOGRADER_CLASS",
        parser=str.strip,
        help='Whose marks, if --gradebook names a database: several classes may share it. Say "ML 2026".',
    ),
]
ChapterName = Annotated[
    str | None, typer.Option("--chapter", help="The chapter, say 01, if the gradebook holds the marks of several.")
]

Seed = Annotated[
    int | None, typer.Option(min=0, max=2**63 - 1, help="Seed of the random cases; a new one if left out.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there already.")]


@contextmanager
def gradebook_of(out: Path, url: str | None, class_name: str, chapter: str | None) -> Iterator[Gradebook]:
    """Yield the gradebook that a command's options name;

    Raises:
        GradebookError: there is none, it cannot be used, or the folder of results is that of other marks.
    """
    with database.opened(out, url, find_chapter(chapter).name if chapter else None, class_name) as book:
        if book.is_new:
            raise GradebookError(f"{out} holds no marks: grade a class first, with autograder grade")
        grades_csv.refuse_others(out, of_chapter(book.chapter), book.class_name)
        yield book


def chosen(word: str, names: Iterable[str], otherwise: str) -> str:
    """Return the name that a word of the user's is.

    Args:
        word: the name, written whole.
        names: those that there are.
        otherwise: what to say if it is none of them, up to the word.

    Raises:
        UserError: it is none; the message names those that it looks like, in whole or in part.

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
    """Return how much a word looks like a name or a part of it, from 0 to 1."""
    parts = (name, *re.split(r"[\s_]+", name))
    return max(part.startswith(word) or SequenceMatcher(None, word, part).ratio() for part in parts)


def finite(value: float | None) -> float | None:
    """Return an option's number, which must be neither infinite nor `nan`.

    Raises:
        typer.BadParameter: it is.
    """
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is no finite number")
    return value


def progress(what: str) -> Progress:
    """Return a bar with the time that is left."""
    return Progress(
        TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True)
    )
