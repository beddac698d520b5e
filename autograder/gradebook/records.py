"""What a gradebook holds, as plain data: a mark, what marks depend on, and what a student gets in the end."""

from __future__ import annotations

import hashlib
import platform
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from ..checking.exercise import Exercise, Verdict
from ..course import current


@dataclass(frozen=True)
class Mark:
    """What grading says about one notebook.

    Args:
        student: the student's name.
        file: the graded notebook, as a path inside the folder of submissions; empty if there is none.
        sha256: the digest of the notebook's content; empty if there is none.
        found: notes on the files that the student handed in.
        notes: notes on the grading.
        verdicts: one per exercise, as plain data.
        isolation: the rung of isolation that the student's code was run on, "A" to "D"; empty if it was not run.
    """

    student: str
    file: str
    sha256: str
    found: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    verdicts: tuple[dict[str, Any], ...] = ()
    isolation: str = ""

    @property
    def points(self) -> float:
        """The points of all exercises together."""
        return round(sum(verdict["points"] for verdict in self.verdicts), 2)

    @property
    def sentences(self) -> tuple[str, ...]:
        """All notes, as sentences."""
        return tuple(map(sentence, (*self.found, *self.notes)))

    @property
    def note(self) -> str:
        """All notes in one line."""
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Edition:
    """What marks depend on besides the student's work: another edition may mark the same notebook differently.

    Args:
        chapter: name of the chapter.
        seed: seed of the random cases.
        limits: the fields of `sandbox.process.Limits`, in seconds and bytes.
        exercises: id and points of each exercise.
        course: version of the course, with a digest of its code.
        numpy: version of NumPy.
        python: version of Python.
    """

    chapter: str
    seed: int
    limits: dict[str, float]
    exercises: dict[str, float]
    course: str
    numpy: str
    python: str

    @property
    def max_points(self) -> float:
        """The points that all exercises are worth together."""
        return sum(self.exercises.values())

    def agrees(self, other: Edition) -> bool:
        """Return whether the other's marks may stand beside these: only seed and Python version may differ."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("chapter", "limits", "exercises", "course", "numpy")
        )

    def percent(self, points: float) -> float:
        """Return points in percent of `max_points`, with one decimal place."""
        return round(100 * points / self.max_points, 1) if self.max_points else 0.0


@dataclass(frozen=True)
class Result:
    """What a student gets: the attempt that counts, with what the teacher corrected and what lateness costs.

    Args:
        mark: that of the attempt that counts; its verdicts hold the teacher's corrections.
        attempt: its number among the student's attempts, from 1.
        attempts: how many attempts the student has made.
        handed_in: when the attempt was handed in, if that is known.
        penalty: what lateness costs, in percent of the points.
        remarks: notes on corrections and lateness.
    """

    mark: Mark
    attempt: int = 1
    attempts: int = 1
    handed_in: datetime | None = None
    penalty: float = 0.0
    remarks: tuple[str, ...] = field(default=())

    @property
    def student(self) -> str:
        """The student's name."""
        return self.mark.student

    @property
    def file(self) -> str:
        """The graded notebook, as a path inside the folder of submissions."""
        return self.mark.file

    @property
    def verdicts(self) -> tuple[dict[str, Any], ...]:
        """A verdict per exercise, as plain data."""
        return self.mark.verdicts

    @property
    def points(self) -> float:
        """The points of all exercises, minus the penalty for lateness."""
        return round(self.mark.points * (1 - self.penalty / 100), 2)

    @property
    def notes(self) -> tuple[str, ...]:
        """All notes, as sentences: on the files, on the grading, on corrections and lateness."""
        return (*self.mark.sentences, *map(sentence, self.remarks))

    @property
    def note(self) -> str:
        """All notes in one line."""
        return " ".join(self.notes)


def sentence(note: str) -> str:
    """Return a note as a sentence. Its first word is left unchanged if it may be code or a file's name.

    Example:
        >>> sentence("no notebook: found a.txt"), sentence("relu: took longer than 5 s"), sentence("a.ipynb is empty")
        ('No notebook: found a.txt.', 'relu: took longer than 5 s.', 'a.ipynb is empty.')
        >>> sentence("The notebook defines no function relu.")
        'The notebook defines no function relu.'
    """
    text = note[:1].upper() + note[1:] if re.match(r"[a-z]+([\s,;']|$)", note) else note
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def no_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: what would be one gets an apostrophe in front.

    Example:
        >>> no_formula("=1+1"), no_formula("＝1+1"), no_formula("Ada")
        ("'=1+1", "'＝1+1", 'Ada')
    """
    plain = unicodedata.normalize("NFKC", text)  # a spreadsheet may take wide and small signs for the usual ones
    return f"'{text}" if plain.lstrip().startswith(("=", "+", "-", "@")) or text.startswith(("\t", "\r")) else text


def edition(chapter: str, exercises: Sequence[Exercise], seed: int, limits: dict[str, float]) -> Edition:
    """Return the edition of the course as it is installed here.

    Args:
        chapter: name of the chapter.
        exercises: the chapter's exercises.
        seed: seed of the random cases.
        limits: the fields of `sandbox.process.Limits`, in seconds and bytes.
    """
    points = {exercise.id: float(exercise.points) for exercise in exercises}
    return Edition(chapter, seed, limits, points, _course(), np.__version__, platform.python_version())


def _course() -> str:
    digest = hashlib.sha256()
    course = current()
    folders = {Path(__file__).parents[1], course.folder(course.exercises), course.folder(course.solutions)}
    for path in sorted({path for folder in folders for path in folder.rglob("*.py")}):
        digest.update(path.read_bytes())
    return f"{metadata.version('follow-the-slope')}+{digest.hexdigest()[:12]}"


def unattempted(exercise: Exercise, message: str) -> Verdict:
    """Return the verdict on an exercise for which there is no function."""
    return Verdict(exercise.id, "not_attempted", 0, exercise.points, None, message)
