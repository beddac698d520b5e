"""Give points by hand, with a reason."""

from __future__ import annotations

import difflib
import getpass
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from . import feedback, grades, reading, recording
from .database import Gradebook
from .options import ChapterName, ClassName, Results, Url, gradebook_of


def override(
    out: Results,
    student: Annotated[str, typer.Argument(help="The student's name, as in grades.csv.")],
    exercise: Annotated[str, typer.Argument(help="The exercise's name, as in the head of grades.csv.")],
    points: Annotated[float | None, typer.Argument(min=0, help="The points to give.")] = None,
    reason: Annotated[str, typer.Option(help="Why: the student reads it.")] = "",
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Let the check's points count again, in place of those given by hand.")
    ] = False,
    url: Url = None,
    class_name: ClassName = "",
    chapter: ChapterName = None,
) -> None:
    """Give a student's exercise points by hand. They hold for every attempt, also for later ones, until taken back."""
    if take_back == (points is not None):
        raise typer.BadParameter("say either the points to give, or --take-back")
    if not reason.strip():
        raise typer.BadParameter("say why with --reason")
    with gradebook_of(out, url, class_name, chapter) as book:
        name = _exercise(book, exercise)
        person = _chosen(student, reading.everyone(book), f"{out} holds no student")
        standing = reading.corrections(book, [person]).get(person, {}).get(name)
        if take_back and standing is None:
            raise typer.BadParameter(f"{person} has no points by hand for {exercise}: there is nothing to take back")
        most = book.edition.exercises[name]
        if points is not None and not points <= most:  # nor is it no number
            raise typer.BadParameter(f"{exercise} is worth {most:g} points: give no more")
        before = _points(book, person, name)
        recording.correct(book, person, name, points, reason.strip(), _user())
        try:
            _rewrite(out, book, person)
        except OSError as error:
            raise typer.BadParameter(
                f"the points are in the gradebook, but {out} cannot be written: {error.strerror}"
            ) from error
        by_hand = f" (by hand before: {standing.reason})" if standing else ""
        typer.echo(f"{person}, {exercise}: {before:g} -> {_points(book, person, name):g} points{by_hand}")


def _exercise(book: Gradebook, word: str) -> str:
    names = {name.rpartition(".")[2]: name for name in book.edition.exercises}
    return names[_chosen(word.rpartition(".")[2], names, f"{book.chapter} has no exercise")]


def _chosen(word: str, names: Iterable[str], otherwise: str) -> str:
    known = list(names)
    if word in known:
        return word
    close = difflib.get_close_matches(word, known, 3)
    raise typer.BadParameter(f"{otherwise} {word!r}{': did you mean ' + ' or '.join(close) + '?' if close else ''}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run as a number that has no name
        return "unknown"


def _points(book: Gradebook, student: str, exercise: str) -> float:
    (result,) = reading.results(book, [student])
    return sum(verdict["points"] for verdict in result.verdicts if verdict["exercise"] == exercise)


def _rewrite(out: Path, book: Gradebook, student: str) -> None:
    grades.of(book).write(out)
    for _ in feedback.write_all(out, book, [student]):
        pass
