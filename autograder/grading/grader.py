"""Turn submissions into marks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..checking.catalogue import of_chapter
from ..checking.evaluate import announce, evaluate
from ..checking.exercise import Exercise, Verdict
from ..course import Chapter
from ..course import find as find_chapter
from ..gradebook import records
from ..gradebook.records import Mark
from ..sandbox import isolation
from ..sandbox.forkserver import ForkServerLost
from ..sandbox.process import Limits
from ..sandbox.session import RemoteRunner, Session
from ..submissions import discovery
from ..submissions.discovery import Submission, UnreadableNotebook, printable
from ..worker.slicing import MISSING

# A function's runner, or None, and what is wrong with it.
Begun = tuple[RemoteRunner | None, str | None]


@dataclass
class Grader:
    """Grades submissions of one chapter. May be pickled: it arrives with its settings alone."""

    chapter: Chapter
    exercises: Sequence[Exercise]
    seed: int
    limits: Limits
    folder: Path
    interrupted: threading.Event = field(default_factory=threading.Event)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it is made of: exercises hold functions without a name, and the rest is of this process alone."""
        names = tuple(exercise.id for exercise in self.exercises)
        return _made_of, (self.chapter.name, names, self.seed, self.limits, self.folder)

    def grade(self, submission: Submission) -> Mark:
        """Return a student's mark.

        Should the process end that forks the students' processes, the submission is graded once more.
        """
        try:
            return self._grade(submission, last_try=False)
        except ForkServerLost:
            return self._grade(submission, last_try=True)

    def _grade(self, submission: Submission, last_try: bool) -> Mark:
        path = submission.path
        if path is None:
            return self._without_notebook(submission, "", "")
        file, digest = printable(path.relative_to(self.folder).as_posix()), discovery.digest(path)
        try:
            contents = discovery.read(path)
        except UnreadableNotebook as error:
            return self._without_notebook(submission, file, digest, str(error))
        session = Session(contents.cells, self.chapter, self.limits, last_try)
        notes = list(contents.notes)
        verdicts, begun = [], {}
        try:
            session.load_ahead([exercise.name for exercise in self.exercises])
            # All public cases come before the first hidden one: no function can tell on a page what another has seen.
            for exercise in self.exercises:
                begun[exercise.id] = self._begin(exercise, session)
            for exercise in self.exercises:
                verdicts.append(self._judge(exercise, session, begun[exercise.id], notes.append))
        finally:
            session.close()
        learnt = [verdict.exercise.rpartition(".")[2] for verdict in verdicts if verdict.public_only]
        # One that took too long in a hidden case, or crashed, has its note already.
        if learnt := [name for name in learnt if not any(note.startswith(f"{name}: ") for note in notes)]:
            notes.append(f"only public cases pass: {', '.join(learnt)}")
        if all(verdict.status == "not_attempted" for verdict in verdicts):
            notes.insert(0, "nothing attempted")
        plain = tuple(verdict.to_dict() | {"message": _printable_lines(verdict.message)} for verdict in verdicts)
        notes = [printable(note) for note in (*session.errors, *notes)]
        rung = isolation.reached().rung
        return Mark(submission.student, file, digest, submission.notes, tuple(notes), plain, rung)

    def _without_notebook(self, submission: Submission, file: str, digest: str, *notes: str) -> Mark:
        message = "There is no notebook to grade."
        verdicts = tuple(records.unattempted(exercise, message).to_dict() for exercise in self.exercises)
        return Mark(submission.student, file, digest, submission.notes, notes, verdicts)

    def given_up(self, submission: Submission) -> Mark:
        """Return the mark of a notebook at which a grading process has died twice."""
        assert submission.path is not None  # only grading a notebook can end a process
        file, digest = submission.path.relative_to(self.folder).as_posix(), discovery.digest(submission.path)
        message = "Your teacher will look at this notebook."
        verdicts = tuple(
            Verdict(exercise.id, "error", 0, exercise.points, None, message).to_dict() for exercise in self.exercises
        )
        note = "the grader's process ended twice at this notebook, for want of memory perhaps: look at it by hand"
        return Mark(submission.student, printable(file), digest, submission.notes, (note,), verdicts)

    def _begin(self, exercise: Exercise, session: Session) -> Begun:
        """Return a runner that has run the public cases, as far as they take no time; and what `Session.load` says."""
        runner, why = session.load(exercise.name)
        if runner:
            announce(exercise, runner, self.seed)
            if runner.starved:
                session.close()  # what has taken the memory and keeps it: the next one has all of it
        return runner, why

    def _judge(self, exercise: Exercise, session: Session, begun: Begun, note: Callable[[str], None]) -> Verdict:
        notes: list[str] = []
        if session.is_over:
            note(f"{exercise.name}: {session.over}")
            return Verdict(exercise.id, "error", 0, exercise.points, None, _out_of_time(session))
        verdict, starved = self._attempt(exercise, session, begun, notes.append)
        if starved:
            # Another function, or another notebook, may have taken the memory or the disk: that costs this one nothing.
            session.close()
            notes.clear()
            verdict, starved = self._attempt(exercise, session, self._begin(exercise, session), notes.append)
        if starved:
            session.close()
        if verdict.status in ("failed", "error"):
            verdict = self._at_end(exercise, session, verdict, notes)
        if session.is_over and not verdict.passed:
            verdict = replace(verdict, message=_out_of_time(session))
        for each in notes:
            note(each)
        return verdict

    def _at_end(self, exercise: Exercise, session: Session, verdict: Verdict, notes: list[str]) -> Verdict:
        """Return the better verdict: the reader may have mended what the function reads in a cell below its check."""
        later: list[str] = []
        runner, _ = session.load(exercise.name, at_end=True)
        other = self._evaluate(exercise, session, runner, later.append) if runner else verdict
        if other.points <= verdict.points:
            return verdict
        notes[:] = later
        return other

    def _attempt(
        self, exercise: Exercise, session: Session, begun: Begun, note: Callable[[str], None]
    ) -> tuple[Verdict, bool]:
        """Return the verdict, and whether it is as it might be for want of memory."""
        runner, why = begun
        if runner is None:
            if why == MISSING.format(name=exercise.name):
                return records.unattempted(exercise, why), False
            if why not in session.errors:
                note(f"{exercise.name}: {why}")
            message = f"Your function cannot be loaded. {why}"
            return Verdict(exercise.id, "error", 0, exercise.points, None, message), _is_starved(str(why))
        verdict = self._evaluate(exercise, session, runner, note)
        if why and not verdict.passed:
            verdict = replace(verdict, message=f"{verdict.message}\nYour notebook does not run as it stands: {why}")
        return verdict, runner.starved

    def _evaluate(
        self, exercise: Exercise, session: Session, runner: RemoteRunner, note: Callable[[str], None]
    ) -> Verdict:
        try:
            verdict = evaluate(exercise, runner, seed=self.seed)
        except ForkServerLost:
            raise
        except Exception as error:  # an answer that the course did not foresee costs this exercise, not the class
            session.close()  # there may be answers in it that nobody waits for any more
            note(f"{exercise.name}: the grader failed ({type(error).__name__}: {error}): look at it by hand")
            return Verdict(exercise.id, "error", 0, exercise.points, None, "Your teacher will look at this answer.")
        if runner.lost:
            note(f"{exercise.name}: {runner.lost.text}")
        return verdict


def _made_of(chapter: str, names: Sequence[str], seed: int, limits: Limits, folder: Path) -> Grader:
    chosen = [exercise for exercise in of_chapter(chapter) if exercise.id in names]
    return Grader(find_chapter(chapter), chosen, seed, limits, folder)


def _out_of_time(session: Session) -> str:
    return (
        f"{session.over[0].upper()}{session.over[1:]} before this function was graded. Does a cell or a loop take long?"
    )


def _is_starved(why: str) -> bool:
    return "MemoryError" in why or "the Python process ended" in why


def _printable_lines(message: str) -> str:
    return "\n".join(map(printable, message.split("\n")))
