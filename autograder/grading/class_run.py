"""What grading a class and regrading it have in common: the submissions, the machine, Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from ..course import Chapter
from ..course import find as find_chapter
from ..errors import UserError
from ..gradebook.database import Gradebook
from ..gradebook.records import Result
from ..reports import feedback, grades_csv
from ..sandbox import isolation
from ..sandbox.process import Limits
from ..sandbox.session import why_none_starts
from ..submissions import archives, discovery
from ..submissions.discovery import Submission


def chapter_of(folder: Path, given: Path, word: str | None) -> Chapter:
    """Return the chapter that a word means, else the one that the files' names speak of.

    Args:
        folder: the submissions.
        given: what the user calls them.
        word: the chapter's number or name, or None.

    Raises:
        UserError: there is no such chapter, or the names tell none or several.
    """
    if word is not None:
        return find_chapter(word)
    named = discovery.chapters_in(folder)
    if len(named) != 1:
        what = "speak of several chapters" if named else "name no chapter"
        raise UserError(f"the files in {given} {what}: say which with --chapter, as in --chapter 01")
    return named.pop()


def found_in(source: archives.Opened, given: Path, chapter: Chapter, out: Path) -> list[Submission]:
    """Return the submissions, one per student.

    Args:
        source: where they are.
        given: what the user calls them.
        chapter: the chapter under grading.
        out: the folder of results, which may lie among them.

    Raises:
        UserError: there are none, or they cannot be read, or `out` is a file.
    """
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file: name a folder")
    try:
        found = discovery.find(source.folder, chapter, out, source.skipped, source.loose)
    except OSError as error:
        raise UserError(f"{given} cannot be read: {error.strerror}") from error
    if not found:
        loose = f": {', '.join(source.loose)}" if source.loose else ""
        raise UserError(f"{given} holds no notebook and no student's folder{loose}")
    return found


def digest(submission: Submission) -> str:
    """Return the digest of what a student has handed in; empty if there is no notebook."""
    return discovery.digest(submission.path) if submission.path else ""


def require_isolation(chapter: Chapter, weak: bool) -> str:
    """Refuse to give marks that a student's code could forge, unless the teacher wants them nevertheless.

    Returns:
        What to warn of, where there is something.

    Raises:
        UserError: this machine reaches no rung A or B.
    """
    reached = isolation.reached(chapter)
    if reached.at_least("B"):
        return ""
    promise = f"this machine reaches rung {reached.rung} of isolation ({isolation.PROMISES[reached.rung]})"
    if sys.platform == "linux" and not weak:
        raise UserError(
            f"{promise}: see `autograder doctor` for what is missing, or grade all the same with --allow-weak-isolation"
        )
    return f"Warning: {promise}."


def try_worker(chapter: Chapter, limits: Limits) -> None:
    """Refuse to grade where no worker starts: a whole class would get no points for it.

    Raises:
        UserError: none starts; the message says why.
    """
    if why := why_none_starts(chapter, limits):
        raise UserError(f"no process for students' code starts with these limits. {why}")


@contextmanager
def ctrl_c(interrupted: threading.Event) -> Iterator[None]:
    """Let Ctrl-C set an event: raised in the midst of a lock or a clean-up, KeyboardInterrupt would be lost or harm."""

    def note(number: int, frame: FrameType | None) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, before)  # a second one ends the program as usual

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def write_files(out: Path, book: Gradebook) -> Iterator[Result]:
    """Write a page of feedback per student, and `grades.csv`; yield each result.

    Args:
        out: the folder of results.
        book: the gradebook.

    Raises:
        UserError: the folder cannot be written; the marks are safe.
    """
    try:
        table = grades_csv.Table(book)
        for result in feedback.write_all(out, book):
            table.add(result)
            yield result
        table.write(out)
    except OSError as error:
        raise UserError(
            f"{out} cannot be written: {error.strerror}. The marks are in the gradebook; run the command again"
        ) from error
