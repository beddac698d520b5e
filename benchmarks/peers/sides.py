"""The three graders: what to run for a class, and the marks that came of it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from . import assignment, forms
from .environments import ROOT, programs

PROCESSES = 2
COURSE, NAME = "course", "ps1"
# At the end nbgrader kills the kernel of a notebook: asking it to end, as it does by itself, takes a while.
NBGRADER_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "benchmark"
c.Execute.shutdown_kernel = "immediate"
"""


@dataclass(frozen=True)
class Command:
    """A command line, and the folder that it runs in."""

    arguments: Sequence[str]
    folder: Path
    environment: dict[str, str]

    def start(self, output: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        """Return the process."""
        return subprocess.Popen(
            self.arguments,
            cwd=self.folder,
            env=self.environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    def run(self) -> None:
        """Run the command to its end.

        Raises:
            RuntimeError: it failed; the message has what it said.
        """
        process = self.start(subprocess.PIPE)
        said, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(f"{' '.join(self.arguments)} failed: {said[-2000:]}")


class Side(Protocol):
    """A grader in one of its modes."""

    @property
    def name(self) -> str:
        """The grader and its mode, for the table."""

    @property
    def least(self) -> int:
        """Size of the smallest class for which all its programs start."""

    def commands(self, folder: Path, students: int) -> list[Command]:
        """Write a class's submissions into an empty folder; return the commands that grade them, at the same time."""

    def marks(self, folder: Path) -> dict[str, float]:
        """Return each student's points, after the commands have run."""


def _environment(folder: Path, environment: Path | None = None) -> dict[str, str]:
    """Return the variables for a command: one thread for linear algebra, and no settings of this user's Jupyter."""
    own = {"OPENBLAS_NUM_THREADS": "1", "JUPYTER_PREFER_ENV_PATH": "1"}
    own |= {f"JUPYTER_{name}_DIR": str(folder / f"jupyter-{name.lower()}") for name in ("CONFIG", "DATA", "RUNTIME")}
    own["IPYTHONDIR"] = str(folder / "ipython")
    if environment:  # nbgrader starts another program of its environment by the bare name
        own["PATH"] = os.pathsep.join([str(programs(environment)), os.environ["PATH"]])
    return {**os.environ, **own}


def _split(students: int, parts: int) -> list[range]:
    """Return the students' numbers in parts of about the same size.

    Example:
        >>> _split(5, 2)
        [range(0, 5, 2), range(1, 5, 2)]
    """
    return [range(first, students, parts) for first in range(parts)]


@dataclass(frozen=True)
class Ours:
    """`autograder grade`, the whole command."""

    parts: int = PROCESSES

    @property
    def name(self) -> str:
        """The grader and its mode, for the table."""
        return f"autograder grade --jobs {self.parts}"

    @property
    def least(self) -> int:
        """Size of the smallest class for which all its processes start."""
        return self.parts

    def commands(self, folder: Path, students: int) -> list[Command]:
        """Write a class's submissions; return the command that grades them."""
        forms.ours(folder / "submissions", range(students))
        grade = ["grade", str(folder / "submissions"), "--out", str(folder / "out"), "--chapter", assignment.CHAPTER]
        arguments = [sys.executable, "-m", "benchmarks.peers.ours", *grade, "--jobs", str(self.parts)]
        return [Command(arguments, ROOT, _environment(folder))]

    def marks(self, folder: Path) -> dict[str, float]:
        """Return each student's points."""
        with (folder / "out" / "grades.csv").open(encoding="utf-8", newline="") as stream:
            return {row["student"]: float(row["points"]) for row in csv.DictReader(stream)}


@dataclass(frozen=True)
class Nbgrader:
    """`nbgrader autograde`, in one of the layouts of a notebook; two at a time need a course folder each."""

    environment: Path
    prepared: Path
    layout: str
    parts: int

    @property
    def name(self) -> str:
        """The grader and its mode, for the table."""
        return f"{_processes(self.parts)}, {self.layout}"

    @property
    def least(self) -> int:
        """Size of the smallest class for which all its programs start."""
        return self.parts

    def commands(self, folder: Path, students: int) -> list[Command]:
        """Write a class's submissions; return the commands that grade them."""
        template = _nbgrader_course(self.environment, self.prepared / self.layout.replace(" ", "-"), self.layout)
        for part, numbers in enumerate(_split(students, self.parts)):
            course = folder / f"{COURSE}{part}"
            shutil.copytree(template, course)
            for number in numbers:
                path = course / "submitted" / assignment.student(number) / NAME / f"{NAME}.ipynb"
                forms.nbgrader_submission(course / "release" / NAME / f"{NAME}.ipynb", path, number)
        return [_nbgrader(self.environment, course, "autograde", NAME) for course in _courses(folder)]

    def marks(self, folder: Path) -> dict[str, float]:
        """Return each student's points."""
        marks: dict[str, float] = {}
        for course in _courses(folder):
            _nbgrader(self.environment, course, "export", "--to", "grades.csv").run()
            with (course / "grades.csv").open(encoding="utf-8", newline="") as stream:
                marks |= {row["student_id"]: float(row["score"]) for row in csv.DictReader(stream)}
        return marks


def _courses(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"{COURSE}*"))


def _nbgrader(environment: Path, course: Path, *arguments: str) -> Command:
    python = str(programs(environment) / "python")
    return Command([python, "-m", "nbgrader", *arguments], course, _environment(course.parent, environment))


@lru_cache
def _nbgrader_course(environment: Path, course: Path, layout: str) -> Path:
    """Return a course folder with the assignment released; made once, as a teacher does before there is homework."""
    forms.nbgrader_source(course / "source" / NAME / f"{NAME}.ipynb", layout)
    (course / "nbgrader_config.py").write_text(NBGRADER_CONFIG, encoding="utf-8")
    _nbgrader(environment, course, "generate_assignment", NAME).run()
    return course


@dataclass(frozen=True)
class Otter:
    """A loop over otter's API without Docker: `api` for its documented call, `direct` for the function below it."""

    environment: Path
    prepared: Path
    mode: str
    parts: int

    @property
    def name(self) -> str:
        """The grader and its mode, for the table."""
        call = {"api": "otter.api.grade_submission", "direct": "otter.execute.grade_notebook"}[self.mode]
        return f"{_processes(self.parts)}, {call}"

    @property
    def least(self) -> int:
        """Size of the smallest class for which all its programs start."""
        return self.parts

    def commands(self, folder: Path, students: int) -> list[Command]:
        """Write a class's submissions; return the commands that grade them."""
        shutil.copytree(_otter_assignment(self.environment, self.prepared), folder / COURSE)
        commands = []
        for part, numbers in enumerate(_split(students, self.parts)):
            paths = [folder / "submitted" / f"{assignment.student(number)}.ipynb" for number in numbers]
            for path, number in zip(paths, numbers, strict=True):
                forms.otter_submission(path, number)
            python, loop = str(programs(self.environment) / "python"), str(Path(__file__).parent / "otter_loop.py")
            arguments = [python, "-P", loop, self.mode, str(folder / f"marks{part}.json"), *map(str, paths)]
            commands.append(Command(arguments, folder / COURSE, _environment(folder, self.environment)))
        return commands

    def marks(self, folder: Path) -> dict[str, float]:
        """Return each student's points."""
        marks: dict[str, float] = {}
        for path in folder.glob("marks*.json"):
            marks |= json.loads(path.read_text(encoding="utf-8"))
        return marks


@lru_cache
def _otter_assignment(environment: Path, folder: Path) -> Path:
    """Return a folder with the tests, and with what otter makes of them; made once, before there is homework."""
    forms.otter_tests(folder / "tests")
    otter, options = str(programs(environment) / "otter"), ["--no-environment", "--no-requirements"]
    arguments = [otter, "generate", "-t", "tests", "-o", "autograder.zip", *options]
    Command(arguments, folder, _environment(folder.parent, environment)).run()
    return folder


def _processes(parts: int) -> str:
    return "one process" if parts == 1 else f"{parts} processes"
