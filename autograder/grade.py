"""Grade a folder of notebooks."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from . import feedback, gradebook, submissions
from .chapters import Chapter
from .chapters import find as find_chapter
from .evaluate import evaluate
from .exercise import Exercise, Verdict
from .exercises import exercises
from .gradebook import Gradebook, Mark
from .process import Limits
from .session import RemoteRunner, Session
from .submissions import Submission, UnreadableNotebook, printable
from .worker.slicing import MISSING

# How often, in seconds, the results so far go to disk.
SAVE_EVERY = 2.0


def grade(
    folder: Annotated[Path, typer.Argument(metavar="SUBMISSIONS", help="Holds a folder or a notebook per student.")],
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
) -> None:
    """Grade a folder of notebooks: grades.csv, results.json and a page of feedback per student."""
    console = Console(stderr=True)
    wanted = _chapter(folder, chapter)
    chosen = [exercise for exercise in exercises().values() if exercise.chapter == wanted.name]
    found = submissions.find(folder, wanted, leave_out=out)
    if not found:
        raise typer.BadParameter(f"{folder} holds no notebook and no student's folder")
    limits = Limits(time_limit, 4 * time_limit, memory_limit * 2**20)
    book, earlier = _book(out, wanted, chosen, seed, limits, fresh)
    _try_worker(wanted, limits)
    grader = Grader(wanted, chosen, book.seed, limits, folder)
    names = feedback.file_names(submission.student for submission in found)
    todo = []
    for submission in found:
        kept = _kept(submission, earlier)
        if kept:
            book.marks[submission.student] = kept
            feedback.write(out / "feedback" / names[submission.student], book, kept)
        else:
            todo.append(submission)
    columns = TextColumn("Grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    saved = time.monotonic()
    try:
        marks = grader.grade_all(todo, jobs or os.cpu_count() or 1)
        with closing(marks), Progress(*columns, console=console) as progress:
            task = progress.add_task("", total=len(found), completed=len(found) - len(todo))
            for mark in marks:
                book.marks[mark.student] = mark
                feedback.write(out / "feedback" / names[mark.student], book, mark)
                progress.advance(task)
                if time.monotonic() > saved + SAVE_EVERY:
                    book.write_results(out)
                    saved = time.monotonic()
    except KeyboardInterrupt:
        done = len(book.marks)
        console.print(f"Stopped: {done} of {len(found)} graded and kept. The same command goes on from here.")
        raise typer.Exit(130) from None
    finally:
        book.write_results(out)
        book.write_grades(out)
    _report(book, len(found) - len(todo), out)


def _chapter(folder: Path, word: str | None) -> Chapter:
    if not folder.is_dir():
        raise typer.BadParameter(f"there is no folder {folder}")
    known = {exercise.chapter for exercise in exercises().values()}
    if word is None:
        named = submissions.chapters_in(folder)
        if len(named) != 1:
            what = "speak of several chapters" if named else "name no chapter"
            raise typer.BadParameter(f"the files in {folder} {what}: say which with --chapter, as in --chapter 01")
        (chapter,) = named
    else:
        try:
            chapter = find_chapter(word)
        except KeyError as error:
            raise typer.BadParameter(error.args[0]) from error
    if chapter.name not in known:
        raise typer.BadParameter(f"chapter {chapter.name} has no exercises")
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


def _try_worker(chapter: Chapter, limits: Limits) -> None:
    """Refuse to grade where no worker starts: a whole class would get no points for it."""
    session = Session(["def ready():\n    return 1"], chapter, limits)
    try:
        _, why = session.load("ready")
    finally:
        session.close()
    if why:
        raise typer.BadParameter(f"no process for students' code starts with these limits. {why}")


def _kept(submission: Submission, earlier: Gradebook | None) -> Mark | None:
    """Return the mark of an earlier run if the notebook is still the same."""
    mark = earlier.marks.get(submission.student) if earlier else None
    if mark is None or submission.path is None or mark.sha256 != submissions.digest(submission.path):
        return None
    return replace(mark, found=submission.notes)


@dataclass
class Grader:
    """Grades submissions of one chapter, several at a time."""

    chapter: Chapter
    exercises: Sequence[Exercise]
    seed: int
    limits: Limits
    folder: Path
    _sessions: set[Session] = field(default_factory=set)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def grade_all(self, todo: Sequence[Submission], jobs: int) -> Generator[Mark, None, None]:
        """Yield a mark for each submission, as they are ready. Ends all workers when it is left early."""
        pool = ThreadPoolExecutor(jobs)
        try:
            waiting = {pool.submit(self.grade, submission) for submission in todo}
            while waiting:
                # With a time limit, since Ctrl-C does not end a wait without one on Windows.
                ready, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                yield from (mark for future in ready if (mark := future.result()))
        finally:
            self._stopped.set()
            for session in list(self._sessions):
                session.stop()
            pool.shutdown(cancel_futures=True)

    def grade(self, submission: Submission) -> Mark | None:
        """Return a student's mark; None if the grading was stopped meanwhile."""
        path = submission.path
        if path is None:
            return self._without_notebook(submission, "", "")
        file, digest = printable(path.relative_to(self.folder).as_posix()), submissions.digest(path)
        try:
            cells = submissions.read_cells(path)
        except UnreadableNotebook as error:
            return self._without_notebook(submission, file, digest, str(error))
        session = Session(cells, self.chapter, self.limits)
        self._sessions.add(session)
        notes: list[str] = []
        verdicts = []
        try:
            for exercise in self.exercises:
                verdicts.append(self._judge(exercise, session, notes.append))
                if self._stopped.is_set():
                    return None
        finally:
            session.close()
            self._sessions.discard(session)
        if all(verdict.status == "not_attempted" for verdict in verdicts):
            notes.insert(0, "nothing attempted")
        plain = tuple(verdict.to_dict() | {"message": printable(verdict.message)} for verdict in verdicts)
        notes = [printable(note) for note in (*session.errors, *notes)]
        return Mark(submission.student, file, digest, submission.notes, tuple(notes), plain)

    def _without_notebook(self, submission: Submission, file: str, digest: str, *notes: str) -> Mark:
        message = "There is no notebook to grade."
        verdicts = tuple(gradebook.unattempted(exercise, message).to_dict() for exercise in self.exercises)
        return Mark(submission.student, file, digest, submission.notes, notes, verdicts)

    def _judge(self, exercise: Exercise, session: Session, note: Callable[[str], None]) -> Verdict:
        runner, why = session.load(exercise.name)
        if runner is None:
            if why == MISSING.format(name=exercise.name):
                return gradebook.unattempted(exercise, why)
            note(f"{exercise.name}: {why}")
            return Verdict(exercise.id, "error", 0, exercise.points, None, f"Your function cannot be loaded. {why}")
        verdict = self._evaluate(exercise, runner, note)
        if why and not verdict.passed:
            return replace(verdict, message=f"{verdict.message} Your notebook does not run as it stands: {why}")
        return verdict

    def _evaluate(self, exercise: Exercise, runner: RemoteRunner, note: Callable[[str], None]) -> Verdict:
        try:
            verdict = evaluate(exercise, runner, seed=self.seed)
        except Exception as error:  # an answer that the course did not foresee costs this exercise, not the class
            note(f"{exercise.name}: the grader failed ({type(error).__name__}: {error}): look at it by hand")
            return Verdict(exercise.id, "error", 0, exercise.points, None, "Your teacher will look at this answer.")
        if runner.lost:
            note(f"{exercise.name}: {runner.lost.text}")
        return verdict


def _report(book: Gradebook, kept: int, out: Path) -> None:
    marks = sorted(book.marks.values(), key=lambda mark: mark.student)
    mean = sum(map(book.percent, marks)) / len(marks)
    before = f", {kept} of them earlier" if kept else ""
    typer.echo(f"{len(marks)} students graded{before}, {mean:.0f} % on average: {out / gradebook.GRADES}")
    noted = [f"  {mark.student}: {mark.note}" for mark in marks if mark.note]
    if noted:
        typer.echo("\n".join(["To look at:", *noted]))
