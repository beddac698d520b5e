"""Regrade one exercise for a whole class, after its check has been corrected."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ..checking.catalogue import of_chapter
from ..checking.exercise import Exercise
from ..course import find as find_chapter
from ..errors import UserError
from ..gradebook import reading, recording, records
from ..gradebook.database import Gradebook
from ..gradebook.policy import Attempt, Correction
from ..gradebook.records import Mark
from ..grading import class_run, pool
from ..grading.grader import Grader
from ..sandbox.process import Limits
from ..submissions import archives
from ..submissions.discovery import Submission
from .options import ChapterName, ClassName, Url, gradebook_of, progress


@dataclass(frozen=True)
class Change:
    """What the corrected check says of an attempt, and what it said before: points and status."""

    mark: Mark
    before: dict[str, Any]

    @property
    def student(self) -> str:
        """The student's name."""
        return self.mark.student

    @property
    def after(self) -> dict[str, Any]:
        """The verdict of the corrected check."""
        (verdict,) = self.mark.verdicts
        return verdict

    @property
    def text(self) -> str:
        """Both in one line; empty if they are the same."""
        old, new = (f"{each['points']:g} {each['status'].replace('_', ' ')}" for each in (self.before, self.after))
        return f"{self.student}: {old} -> {new}" if old != new else ""


def regrade(
    folder: Annotated[Path, typer.Argument(metavar="SUBMISSIONS", help="The folder or zip that has been graded.")],
    out: Annotated[Path, typer.Option(help="The folder of its results.")],
    exercise: Annotated[str, typer.Option(help="The exercise's name.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say who would change, but save nothing.")] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=9999, help="Students graded at once; one per core if left out.")
    ] = None,
    weak: Annotated[
        bool, typer.Option("--allow-weak-isolation", help="Grade even below rung B (see `autograder doctor`).")
    ] = False,
    url: Url = None,
    class_name: ClassName = "",
    chapter: ChapterName = None,
) -> None:
    """Regrade one exercise for everyone with its current check, and say whose points change. Other verdicts stay."""
    with gradebook_of(out, url, class_name, chapter) as book, archives.opened(folder) as source:
        wanted, chosen = find_chapter(book.chapter), _exercise(book, exercise)
        limits = Limits(**book.edition.limits)  # type: ignore[arg-type]
        found = class_run.found_in(source, folder, wanted, out)
        if warning := class_run.require_isolation(wanted, weak):
            typer.echo(warning, err=True)
        class_run.try_worker(wanted, limits)
        todo, notes = _todo(book, chosen, found)
        grader = Grader(wanted, [chosen], book.edition.seed, limits, source.folder)
        if todo and not dry_run:
            book.begin(_edition(book))
        changes = []
        marked = pool.grading(grader, [submission for submission, _ in todo.values()], jobs or _cores())
        with class_run.ctrl_c(grader.interrupted), marked as marks, progress("Grading") as bar:
            task = bar.add_task("", total=len(todo))
            for mark in marks:
                changes.append(Change(mark, todo[mark.student][1]))
                if not dry_run:
                    recording.rejudge(book, mark, chosen.id)
                bar.advance(task)
        if not dry_run:
            with progress("Writing") as bar:
                for _ in bar.track(class_run.write_files(out, book), len(reading.everyone(book))):
                    pass
        typer.echo("\n".join([*_told(book, chosen, changes, dry_run), *notes]))
        if len(changes) < len(todo):
            typer.echo(f"Stopped: {len(changes)} of {len(todo)} graded. Run the command again to continue.", err=True)
            raise typer.Exit(130)


def _cores() -> int:
    return os.cpu_count() or 1


def _exercise(book: Gradebook, word: str) -> Exercise:
    there = {each.name: each for each in of_chapter(book.chapter)}
    try:
        return there[word.rpartition(".")[2]]
    except KeyError as error:
        raise UserError(f"{book.chapter} has no exercise {word!r}; it has {', '.join(there)}") from error


def _edition(book: Gradebook) -> records.Edition:
    """Return the course's current edition, with the seed and limits that the class was graded with."""
    chosen = of_chapter(book.chapter)
    return records.edition(book.chapter, chosen, book.edition.seed, book.edition.limits)


def _todo(
    book: Gradebook, exercise: Exercise, found: list[Submission]
) -> tuple[dict[str, tuple[Submission, dict[str, Any]]], list[str]]:
    """Return by student the submissions to grade, each with its current verdict; and why others are left out."""
    same = _edition(book).agrees(book.edition)
    todo: dict[str, tuple[Submission, dict[str, Any]]] = {}
    new, judged = [], 0
    for submission in found:
        if submission.path is None:
            continue
        standing = recording.judged(book, submission.student, class_run.digest(submission), exercise.id)
        if standing is None:
            new.append(submission.student)
        elif same and standing[1]:
            judged += 1
        else:
            todo[submission.student] = submission, standing[0]
    notes = [f"Left out, as this notebook is not graded yet (run autograder grade): {name}" for name in new]
    if judged:
        notes.append(f"{judged} students have already been graded with the current check.")
    away = len(set(reading.everyone(book)) - {submission.student for submission in found})
    if away:
        notes.append(f"{away} students are not in the folder: their verdicts stay.")
    return todo, notes


def _told(book: Gradebook, exercise: Exercise, changes: list[Change], dry_run: bool) -> list[str]:
    """Return a summary, a line for each student whose points change, and one on attempts outside the folder."""
    lines = [(change, change.text) for change in sorted(changes, key=lambda change: change.student)]
    by_hand = reading.corrections(book, [change.student for change, line in lines if line])
    told = []
    for change, line in lines:
        hand = by_hand.get(change.student, {}).get(exercise.id)
        if line:
            by = f" (stays {hand.points:g} by hand)" if hand else ""
            told.append(f"  {line}{by}{_another(book, change.mark, by_hand.get(change.student, {}))}")
    kept = "would change; nothing is saved" if dry_run else "change"
    same = {change.student: change.mark.sha256 for change, line in lines if not line}
    others = sum(result.mark.sha256 != same[result.student] for result in reading.results(book, list(same)))
    note = f"For {others} more students, the attempt that counts is not in the folder: its verdict stays."
    return [f"{exercise.name}: {len(told)} of {len(changes)} students {kept}", *told, *([note] if others else [])]


def _another(book: Gradebook, mark: Mark, by_hand: Mapping[str, Correction]) -> str:
    """Return which attempt of a student counts, if it is not the regraded one; else an empty text."""
    (new,) = mark.verdicts
    attempts = reading.attempts(book, mark.student)
    own = next((each.number for each in attempts if each.mark.sha256 == mark.sha256), 0)
    counts = book.policy.result([_with(each, new) if each.number == own else each for each in attempts], by_hand)
    if counts.attempt == own or not own:
        return ""
    return f" in attempt {own}; attempt {counts.attempt} counts, with its old verdict"


def _with(found: Attempt, new: dict[str, Any]) -> Attempt:
    """Return an attempt with one verdict replaced."""
    others = [each for each in found.mark.verdicts if each["exercise"] != new["exercise"]]
    return replace(found, mark=replace(found.mark, verdicts=(*others, new)))
