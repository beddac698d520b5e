"""Grade a folder of notebooks."""

from __future__ import annotations

import itertools
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from . import archives, cluster, feedback, gradebook, isolation, submissions
from .chapters import Chapter
from .chapters import find as find_chapter
from .exercise import Exercise
from .exercises import exercises
from .gradebook import Gradebook, Mark
from .grader import Grader
from .process import Limits
from .session import why_none_starts
from .submissions import Submission

# How often, in seconds, the results so far go to disk.
SAVE_EVERY = 2.0


def grade(
    folder: Annotated[Path, typer.Argument(metavar="SUBMISSIONS", help="A folder, or a zip from a learning platform.")],
    out: Annotated[Path, typer.Option(help="Folder for the results. Run again with the same one to go on.")],
    chapter: Annotated[
        str | None, typer.Option(help="The chapter, say 01; if left out, the files' names tell.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the random cases; a new one each run if left out.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="Students graded at a time; all cores if left out.")] = None,
    time_limit: Annotated[float, typer.Option(min=0.01, help="Seconds for a call; 4 times that to load.")] = 5.0,
    memory_limit: Annotated[
        int, typer.Option(min=0, help="MiB for a student's process; 0: none. Not on Windows.")
    ] = 2048,
    fresh: Annotated[bool, typer.Option("--fresh", help="Grade all again, also what has been graded before.")] = False,
    weak: Annotated[
        bool, typer.Option("--allow-weak-isolation", help="Grade where `autograder doctor` finds no rung A or B, too.")
    ] = False,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Grade on the Dask cluster of this scheduler, not here.")
    ] = None,
) -> None:
    """Grade the notebooks of a class: grades.csv, results.json and a page of feedback per student."""
    limits = Limits(time_limit, 4 * time_limit, memory_limit * 2**20)
    with _opened(folder) as source:
        _grade(source, folder, out, chapter, seed, jobs or os.cpu_count() or 1, limits, fresh, weak, scheduler)


@contextmanager
def _opened(path: Path) -> Iterator[archives.Opened]:
    if not path.exists():
        raise typer.BadParameter(f"there is no folder and no zip {path}")
    with ExitStack() as stack:
        try:
            source = stack.enter_context(archives.opened(path))
        except archives.BadArchive as error:
            raise typer.BadParameter(str(error)) from error
        except OSError as error:
            raise typer.BadParameter(f"{path} cannot be unpacked: {error.strerror}") from error
        yield source


def _grade(
    source: archives.Opened,
    folder: Path,
    out: Path,
    chapter: str | None,
    seed: int | None,
    jobs: int,
    limits: Limits,
    fresh: bool,
    weak: bool,
    scheduler: str | None,
) -> None:
    console = Console(stderr=True)
    wanted = _chapter(source.folder, folder, chapter)
    chosen = [exercise for exercise in exercises().values() if exercise.chapter == wanted.name]
    try:
        found = submissions.find(source.folder, wanted, out, source.skipped)
    except OSError as error:
        raise typer.BadParameter(f"{folder} cannot be read: {error.strerror}") from error
    if not found:
        raise typer.BadParameter(f"{folder} holds no notebook and no student's folder")
    book, earlier = _book(out, wanted, chosen, seed, limits, fresh)
    grader = Grader(wanted, chosen, book.seed, limits, source.folder)
    if scheduler:
        cluster.require(scheduler, grader, weak)
    else:
        _require_isolation(weak)
        _try_worker(wanted, limits)
    kept = {submission.student: mark for submission in found if (mark := _kept(submission, earlier))}
    book.marks |= kept
    try:
        book.write_results(out)
    except OSError as error:  # better known now than after an hour
        raise typer.BadParameter(f"{out} cannot be written: {error.strerror}") from error
    todo = [submission for submission in found if submission.student not in kept]
    graded = cluster.grade_all(scheduler, grader, todo, weak) if scheduler else grader.grade_all(todo, jobs)
    with _ctrl_c(grader.interrupted), closing(graded) as marks:
        _write(out, book, marks, [submission.student for submission in found], console)
    if len(book.marks) < len(found):
        done = f"{len(book.marks)} of {len(found)}"
        console.print(f"Stopped: {done} graded and kept. The same command goes on from here.")
        raise typer.Exit(130)
    _report(book, len(kept), out)
    if source.left_out:
        typer.echo("\n".join(["Left out of the archive:", *(f"  {line}" for line in source.left_out)]))


@contextmanager
def _ctrl_c(interrupted: threading.Event) -> Iterator[None]:
    """Let Ctrl-C set an event: raised in the midst of a lock or a clean-up, KeyboardInterrupt would be lost or harm."""

    def note(number: int, frame: FrameType | None) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, before)  # a second one ends the program as usual

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _write(out: Path, book: Gradebook, marks: Iterable[Mark], students: Sequence[str], console: Console) -> None:
    """Write marks as they come; whatever ends this early, those that came are on disk."""
    names = feedback.file_names(students)
    columns = TextColumn("Grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    saved = time.monotonic()
    try:
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("", total=len(students))
            for mark in itertools.chain(list(book.marks.values()), marks):
                book.marks[mark.student] = mark
                feedback.write(out / "feedback" / names[mark.student], book, mark)
                progress.advance(task)
                if time.monotonic() > saved + SAVE_EVERY:
                    book.write_results(out)
                    saved = time.monotonic()
    finally:
        book.write_results(out)
        book.write_grades(out)


def _chapter(folder: Path, given: Path, word: str | None) -> Chapter:
    if word is None:
        named = submissions.chapters_in(folder)
        if len(named) != 1:
            what = "speak of several chapters" if named else "name no chapter"
            raise typer.BadParameter(f"the files in {given} {what}: say which with --chapter, as in --chapter 01")
        (chapter,) = named
    else:
        try:
            chapter = find_chapter(word)
        except KeyError as error:
            raise typer.BadParameter(error.args[0]) from error
    return chapter


def _book(
    out: Path, chapter: Chapter, chosen: Sequence[Exercise], seed: int | None, limits: Limits, fresh: bool
) -> tuple[Gradebook, Gradebook | None]:
    """Return a new gradebook, and the earlier one if its marks may be kept."""
    if out.exists() and not out.is_dir():
        raise typer.BadParameter(f"{out} is a file: name a folder")
    try:
        earlier = gradebook.read(out)
    except gradebook.ForeignResults as error:
        raise typer.BadParameter(str(error)) from error
    if earlier and earlier.chapter != chapter.name:
        raise typer.BadParameter(f"{out} holds the marks of chapter {earlier.chapter}: name another folder")
    plain = {"seconds": limits.seconds, "load_seconds": limits.load_seconds, "memory": limits.memory}
    book = gradebook.new(chapter.name, chosen, secrets.randbelow(2**32) if seed is None else seed, plain)
    if fresh or earlier is None or not book.agrees(earlier) or seed not in (None, earlier.seed):
        return book, None
    book.seed = earlier.seed
    return book, earlier


def _require_isolation(weak: bool) -> None:
    """Refuse to give marks that a student's code could forge, unless the teacher wants them nevertheless."""
    reached = isolation.reached()
    if reached.at_least("B"):
        return
    promise = f"this machine reaches rung {reached.rung} of isolation ({isolation.PROMISES[reached.rung]})"
    if sys.platform == "linux" and not weak:
        raise typer.BadParameter(
            f"{promise}: see `autograder doctor` for what is missing, or grade all the same with --allow-weak-isolation"
        )
    typer.echo(f"Warning: {promise}.", err=True)


def _try_worker(chapter: Chapter, limits: Limits) -> None:
    """Refuse to grade where no worker starts: a whole class would get no points for it."""
    if why := why_none_starts(chapter, limits):
        raise typer.BadParameter(f"no process for students' code starts with these limits. {why}")


def _kept(submission: Submission, earlier: Gradebook | None) -> Mark | None:
    """Return the mark of an earlier run if the notebook is still the same."""
    mark = earlier.marks.get(submission.student) if earlier else None
    if mark is None or submission.path is None or mark.sha256 != submissions.digest(submission.path):
        return None
    return replace(mark, found=submission.notes)


def _report(book: Gradebook, kept: int, out: Path) -> None:
    marks = sorted(book.marks.values(), key=lambda mark: mark.student)
    mean = sum(map(book.percent, marks)) / len(marks)
    before = f", {kept} of them earlier" if kept else ""
    typer.echo(f"{len(marks)} students graded{before}, {mean:.0f} % on average: {out / gradebook.GRADES}")
    noted = [f"  {mark.student}: {mark.note}" for mark in marks if mark.note]
    if noted:
        typer.echo("\n".join(["To look at:", *noted]))
