"""Give points by hand, with a reason."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ..errors import UserError
from ..gradebook import reading, recording
from ..gradebook.database import Gradebook
from ..gradebook.policy import Correction
from ..gradebook.records import Result
from ..reports import feedback, grades_csv
from .options import ChapterName, ClassName, Results, Url, chosen, finite, gradebook_of


def override(
    out: Results,
    student: Annotated[str, typer.Argument(help="The student's name, as in grades.csv.")],
    exercise: Annotated[str, typer.Argument(help="The exercise's name, as in the head of grades.csv.")],
    points: Annotated[float | None, typer.Argument(min=0, callback=finite, help="The points to give.")] = None,
    reason: Annotated[str, typer.Option(help="Why: the student reads it.")] = "",
    by: Annotated[str, typer.Option(help="Who gives them: the student reads it. Your user name if left out.")] = "",
    bonus: Annotated[bool, typer.Option("--bonus", help="Give more points than the exercise is worth.")] = False,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Let the check's points count again, instead of those given by hand.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, but save nothing.")] = False,
    url: Url = None,
    class_name: ClassName = "",
    chapter: ChapterName = None,
) -> None:
    """Give a student points for an exercise by hand. They count for every attempt, even later ones, until taken back.

    The penalty for lateness applies to them as to all points.
    """
    if take_back == (points is not None):
        raise UserError("say either the points to give, or --take-back")
    if not reason.strip():
        raise UserError("say why with --reason")
    with gradebook_of(out, url, class_name, chapter) as book:
        name = _exercise(book, exercise)
        person = chosen(student, reading.everyone(book), f"{out} holds no student")
        given = reading.corrections(book, [person]).get(person, {})
        standing = given.get(name)
        if take_back and standing is None:
            raise UserError(f"{person} has no points by hand for {exercise}: there is nothing to take back")
        most = book.edition.exercises[name]
        if points is not None and points > most and not bonus:
            raise UserError(f"{exercise} is worth {most:g} points: give no more, or say --bonus")
        why, who = " ".join(reason.split()), by.strip() or _user()
        others = {key: each for key, each in given.items() if key != name}
        new = {} if points is None else {name: Correction(name, points, why, who, datetime.now(UTC))}
        attempts = reading.attempts(book, person)
        before, after = (book.policy.result(attempts, each) for each in (given, others | new))
        by_hand = f" (by hand before: {standing.reason})" if standing else ""
        line = f"{person}, {exercise}: {_change(book, name, before, after)}{by_hand}"
        if dry_run:
            typer.echo(f"{line}\nNothing is saved.")
            return
        recording.correct(book, person, name, points, why, who)
        try:
            _rewrite(out, book, person)
        except OSError as error:
            raise UserError(
                f"the points are in the gradebook, but {out} cannot be written: {error.strerror}"
            ) from error
        typer.echo(line)


def _exercise(book: Gradebook, word: str) -> str:
    names = {name.rpartition(".")[2]: name for name in book.edition.exercises}
    return names[chosen(word.rpartition(".")[2], names, f"{book.chapter} has no exercise")]


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run as a user id that has no name
        return "unknown"


def _change(book: Gradebook, exercise: str, before: Result, after: Result) -> str:
    old, new = (
        sum(verdict["points"] for verdict in each.verdicts if verdict["exercise"] == exercise)
        for each in (before, after)
    )
    late = f", {after.penalty:g} % off for lateness" if after.penalty else ""
    return (
        f"{old:g} -> {new:g} points; in all {before.points:g} -> {after.points:g} of {book.edition.max_points:g}{late}"
    )


def _rewrite(out: Path, book: Gradebook, student: str) -> None:
    grades_csv.of(book).write(out)
    for _ in feedback.write_all(out, book, [student]):
        pass
