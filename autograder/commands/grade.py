"""Grade a folder of notebooks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from ..checking.catalogue import of_chapter
from ..errors import UserError
from ..gradebook import database, reading, recording, records
from ..gradebook.database import Gradebook
from ..gradebook.policy import Attempts, Policy, moment
from ..gradebook.records import Mark
from ..gradebook.schema import GradebookError
from ..grading import class_run, dask_client, pool, seeds
from ..grading.grader import Grader
from ..reports import grades_csv
from ..sandbox.process import Limits
from ..submissions import archives
from ..submissions.discovery import Submission
from .options import ClassName, Seed, Url, finite, progress


def grade(
    folder: Annotated[Path, typer.Argument(metavar="SUBMISSIONS", help="A folder, or a zip from a learning platform.")],
    out: Annotated[Path, typer.Option(help="Folder for the results. Run again with the same folder to continue.")],
    chapter: Annotated[
        str | None, typer.Option(help="The chapter, say 01; taken from the file names if left out.")
    ] = None,
    seed: Seed = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=9999, help="Students graded at once; one per core if left out.")
    ] = None,
    time_limit: Annotated[
        float, typer.Option(min=0.01, max=86400, callback=finite, help="Seconds per call; 4 times as many to load.")
    ] = 5.0,
    memory_limit: Annotated[
        int, typer.Option(min=0, help="MiB per student's process; 0 for no limit. Not on Windows.")
    ] = 2048,
    notebook_limit: Annotated[
        float, typer.Option(min=0.01, max=86400, callback=finite, help="Seconds for a whole notebook.")
    ] = 60.0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Grade all again, even what is already graded.")] = False,
    weak: Annotated[
        bool, typer.Option("--allow-weak-isolation", help="Grade even below rung B (see `autograder doctor`).")
    ] = False,
    url: Url = None,
    class_name: ClassName = "",
    join: Annotated[
        bool, typer.Option("--join", help="Continue a class of --gradebook whose results are in another folder.")
    ] = False,
    attempts: Annotated[
        Attempts | None, typer.Option(help="Which attempt counts if a student hands in again; initially the last.")
    ] = None,
    deadline: Annotated[
        str | None,
        typer.Option(metavar="TIME", help='Say "2026-11-30 12:00", or a day to mean its end; "none" removes it.'),
    ] = None,
    late_days: Annotated[
        int | None, typer.Option(min=0, max=9999, help="Days after the deadline that cost nothing.")
    ] = None,
    penalty: Annotated[
        float | None,
        typer.Option(min=0, max=100, callback=finite, help="Percent of the points lost per day begun after these."),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Grade on this scheduler's Dask cluster instead of here.")
    ] = None,
) -> None:
    """Grade the notebooks of a class into a gradebook: grades.csv, and a page of feedback per student.

    Deadline, penalty and which attempt counts are stored: a later run may change them, and regrades nothing for it.
    """
    _refuse_among(folder, out)
    limits = Limits(time_limit, 4 * time_limit, memory_limit * 2**20, notebook_limit)
    due = _deadline(deadline)
    with archives.opened(folder) as source:
        wanted = class_run.chapter_of(source.folder, folder, chapter)
        found = class_run.found_in(source, folder, wanted, out)
        chosen = of_chapter(wanted.name)
        grades_csv.refuse_others(out, chosen, class_name)
        drawn = seeds.of_class(chosen, seed)
        grader = Grader(wanted, chosen, drawn, limits, source.folder)
        if scheduler:
            dask_client.require(scheduler, grader, weak)
        else:
            if warning := class_run.require_isolation(wanted, weak):
                typer.echo(warning, err=True)
            class_run.try_worker(wanted, limits)
        with database.opened(out, url, wanted.name, class_name, create=True) as book:
            if url and not join:
                _refuse_known(out, book)
            given = {"attempts": attempts, "late_days": late_days, "penalty": penalty}
            book.agree(_agreed(book.policy, due, {name: value for name, value in given.items() if value is not None}))
            edition = records.edition(wanted.name, chosen, drawn, asdict(limits))
            book.begin(edition, fresh=fresh, same_seed=seed is not None)
            grader.seed = book.edition.seed

            def run(todo: Sequence[Submission]) -> AbstractContextManager[Iterator[Mark]]:
                if scheduler:
                    return closing(dask_client.grade_all(scheduler, grader, todo, weak))
                return pool.grading(grader, todo, jobs or os.cpu_count() or 1)

            _grade(source, out, book, grader, found, run)


def _refuse_among(folder: Path, out: Path) -> None:
    """Refuse results among the submissions, where the next run would take them for a student's.

    Raises:
        UserError: the folder of results is that of the submissions, or lies inside it.
    """
    place = out.resolve()
    if folder.is_dir() and any(each.exists() and each.samefile(folder) for each in (place, *place.parents)):
        where = "is the folder of the submissions" if place == folder.resolve() else f"lies inside {folder}"
        raise UserError(f"--out {out} {where}: choose a folder outside it, or results would be taken for submissions")


def _refuse_known(out: Path, book: Gradebook) -> None:
    """Refuse to grade into a class that has marks where this folder has none: it may be somebody else's.

    Raises:
        GradebookError: the gradebook knows the class, and the folder does not.
    """
    if not (out / grades_csv.GRADES).exists() and reading.everyone(book):
        raise GradebookError(
            f"the gradebook holds marks of {book.chapter} in class {book.class_name}, but {out} does not: choose "
            "another name with --class, or continue this class with --join"
        )


def _deadline(text: str | None) -> list[object]:
    """Return the new deadline, or None for none, in a list; an empty list leaves the deadline unchanged."""
    if text is None:
        return []
    if text.strip().lower() == "none":
        return [None]
    try:
        return [moment(text)]
    except ValueError as error:
        raise UserError(f'--deadline {text}: write it as "2026-11-30 12:00" or "2026-11-30"') from error


def _agreed(policy: Policy, deadline: list[object], given: dict[str, object]) -> Policy:
    changed = given | ({"deadline": deadline[0]} if deadline else {})
    return replace(policy, **changed)  # type: ignore[arg-type]


def _grade(
    source: archives.Opened,
    out: Path,
    book: Gradebook,
    grader: Grader,
    found: Sequence[Submission],
    run: Callable[[Sequence[Submission]], AbstractContextManager[Iterator[Mark]]],
) -> None:
    try:
        # Better to fail now than after an hour; and however the run ends, the folder belongs to this class.
        if not (out / grades_csv.GRADES).exists():
            grades_csv.of(book).write(out)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}") from error
    kept = recording.kept(book, ((submission, class_run.digest(submission)) for submission in found))
    by_name = {submission.student: submission for submission in found}
    todo = [submission for submission in found if submission.student not in kept]
    done = 0
    try:
        with class_run.ctrl_c(grader.interrupted), run(todo) as marks, progress("Grading") as bar:
            task = bar.add_task("", total=len(found), completed=len(kept))
            for mark in marks:
                recording.record(book, mark, by_name[mark.student])
                done += 1
                bar.advance(task)
    except dask_client.ClusterError:
        _report(out, book, done)  # what arrived is kept, and reported
        raise
    _report(out, book, done)
    if done < len(todo):
        counts = f"{len(kept) + done} of {len(found)}"
        typer.echo(f"Stopped: {counts} graded and saved. Run the command again to continue.", err=True)
        raise typer.Exit(130)
    if source.left_out:
        typer.echo("\n".join(["Not taken from the archive:", *(f"  {line}" for line in source.left_out)]))
    if source.loose:
        typer.echo("\n".join(["Not graded:", *(f"  {line}" for line in source.loose)]))


def _report(out: Path, book: Gradebook, done: int) -> None:
    total, percents, noted = len(reading.everyone(book)), 0.0, []
    with progress("Writing") as bar:
        for result in bar.track(class_run.write_files(out, book), total):
            percents += book.edition.percent(result.points)
            if result.note:
                noted.append(f"  {result.student}: {result.note}")
    before = f", {total - done} of them earlier" if total > done else ""
    mean = f"{percents / total:.0f} % on average" if total else "none yet"
    typer.echo(f"{total} students graded{before}, {mean}: {out / grades_csv.GRADES}")
    if noted:
        typer.echo("\n".join(["To look at:", *noted]))
