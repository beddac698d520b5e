"""The marks of a class, on disk: `results.json` to go on from, `grades.csv` for the teacher."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

import solutions

from .exercise import Exercise, Verdict
from .files import write_text

RESULTS, GRADES = "results.json", "grades.csv"


class ForeignResults(ValueError):
    """A results file that is not ours to overwrite; the message says why."""


@dataclass(frozen=True)
class Mark:
    """A student's result.

    Args:
        student: the student's name.
        file: the graded notebook, as a path inside the folder of submissions; empty if there is none.
        sha256: of the notebook's content.
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
        """Points of all exercises."""
        return round(sum(verdict["points"] for verdict in self.verdicts), 2)

    @property
    def note(self) -> str:
        """All notes in one line."""
        return "; ".join((*self.found, *self.notes))


@dataclass
class Gradebook:
    """The marks of a class and what they depend on.

    Args:
        chapter: name of the chapter.
        seed: of the random cases.
        limits: time and memory that the students' functions had.
        exercises: id and points of each exercise.
        course: version of the course, with a digest of its code: another code may mark otherwise.
        numpy: version of NumPy.
        python: version of Python.
        marks: the marks by student.
    """

    chapter: str
    seed: int
    limits: dict[str, float]
    exercises: dict[str, float]
    course: str
    numpy: str
    python: str
    marks: dict[str, Mark] = field(default_factory=dict)

    @property
    def max_points(self) -> float:
        """Points of all exercises together."""
        return sum(self.exercises.values())

    def agrees(self, other: Gradebook) -> bool:
        """Whether the other's marks may stand beside these: all but the marks and the seed is the same."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("chapter", "limits", "exercises", "course", "numpy")
        )

    def percent(self, mark: Mark) -> float:
        """Return a mark in percent of all points."""
        return round(100 * mark.points / self.max_points, 1) if self.max_points else 0.0

    def write_results(self, out: Path) -> None:
        """Write `results.json`, whole or not at all."""
        plain = asdict(self) | {"marks": [asdict(self.marks[student]) for student in sorted(self.marks)]}
        write_text(out / RESULTS, json.dumps(plain, indent=1, ensure_ascii=False) + "\n")

    def write_grades(self, out: Path) -> None:
        """Write `grades.csv`, whole or not at all: a row per student, sorted by name."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        names = [name.rpartition(".")[2] for name in self.exercises]
        writer.writerow(["student", "file", "points", "max_points", "percent", "note", *names])
        for student in sorted(self.marks):
            mark = self.marks[student]
            points = {verdict["exercise"]: verdict["points"] for verdict in mark.verdicts}
            numbers = [f"{mark.points:g}", f"{self.max_points:g}", f"{self.percent(mark):g}"]
            each = [f"{points.get(name, 0):g}" for name in self.exercises]
            writer.writerow([no_formula(student), no_formula(mark.file), *numbers, no_formula(mark.note), *each])
        write_text(out / GRADES, text.getvalue())


def no_formula(text: str) -> str:
    """Return a text that no spreadsheet calculates: an apostrophe stands before what would be a formula.

    Example:
        >>> no_formula("=1+1"), no_formula("Ada")
        ("'=1+1", 'Ada')
    """
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) or text.startswith(("\t", "\r")) else text


def new(chapter: str, exercises: Sequence[Exercise], seed: int, limits: dict[str, float]) -> Gradebook:
    """Return an empty gradebook of this course as it is installed here."""
    points = {exercise.id: exercise.points for exercise in exercises}
    return Gradebook(chapter, seed, limits, points, _course(), np.__version__, platform.python_version())


def _course() -> str:
    digest = hashlib.sha256()
    folders = Path(__file__).parent, Path(solutions.__path__[0])
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return f"{metadata.version('follow-the-slope')}+{digest.hexdigest()[:12]}"


def read(out: Path) -> Gradebook | None:
    """Return the gradebook of an earlier run, or None if there is none.

    Raises:
        ForeignResults: there is a file of this name with something else in it.
    """
    path = out / RESULTS
    if not path.exists():
        return None
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        marks = [Mark(**{**mark, **_tuples(mark)}) for mark in plain.pop("marks")]
        return Gradebook(**plain, marks={mark.student: mark for mark in marks})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ForeignResults(f"{path} holds no results of this command: name another folder") from error


def _tuples(mark: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    verdicts = tuple(verdict | {"cases": tuple(verdict["cases"])} for verdict in mark["verdicts"])
    return {"found": tuple(mark["found"]), "notes": tuple(mark["notes"]), "verdicts": verdicts}


def unattempted(exercise: Exercise, message: str) -> Verdict:
    """Return the verdict on an exercise of which there is no function."""
    return Verdict(exercise.id, "not_attempted", 0, exercise.points, None, message)
