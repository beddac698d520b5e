"""Where attacks are graded: a class with planted secrets, a grader on one rung, and a look at what is left after."""

from __future__ import annotations

import inspect
import json
import os
import secrets
import shutil
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from unittest import mock

import psutil

from autograder.checking.catalogue import exercises
from autograder.checking.exercise import Exercise
from autograder.checking.exercise_cell import filled
from autograder.course import find as find_chapter
from autograder.gradebook.records import Mark
from autograder.grading.grader import Grader
from autograder.sandbox import forkserver, isolation
from autograder.sandbox.isolation import Reached, Rung
from autograder.sandbox.process import Limits
from autograder.submissions.discovery import Submission

from .attack import HONEST, HOSTILE, TOOLS, Attack

CHAPTER = find_chapter("01")
SEED = 3
COURSE = Path(isolation.__file__).parents[2]
MEMORY = 2**29
# For processes to end that have been killed, on a busy machine.
PATIENCE = 5.0


@dataclass(frozen=True)
class Result:
    """What came of an attack.

    Args:
        points: earned by the hostile function.
        alone: points of the honest function in the same notebook.
        secrets: how many of the planted secrets came back, or a proof that something forbidden was done.
        next: points of the next submission, an honest one.
        left: processes and files that stayed behind.
        seconds: that the hostile notebook took.
        size: characters of the mark.
        memory: MiB by which the grader's process grew meanwhile, at its peak; 0 where no system tells.
    """

    points: float
    alone: float
    secrets: int
    next: float
    left: tuple[str, ...]
    seconds: float
    size: int
    memory: int


class Arena:
    """A class whose notebooks are graded on one rung."""

    def __init__(self, folder: Path, rung: Rung) -> None:
        self.folder, self.rung = folder, rung
        self.secrets = [f"SECRET-{secrets.token_hex(8)}" for _ in range(5)]
        self._proof, in_file, in_name, in_notebook, self._in_environment = self.secrets
        self._submissions, self._secret = folder / "submissions", folder / "secret"
        self._temporary = folder / "temporary"
        os.environ["TOKEN"] = self._in_environment
        for each in (self._submissions, self._temporary):
            each.mkdir()
            each.chmod(0o755)
        self._secret.write_text(in_file, encoding="utf-8")
        self._secret.chmod(0o600)
        (self._submissions / in_name).mkdir()
        self._classmate = self._hand_in("classmate", [f"# {in_notebook}", *map(filled, EXERCISES)])
        self._honest = self._hand_in("next", ["import numpy as np", *map(filled, EXERCISES)])
        self._grader(Attack.seconds).grade(self._honest)  # what grading keeps for itself is there from now on
        self._processes, self._files = self._around(), self._names()

    def attack(self, attack: Attack) -> Result:
        """Return what comes of an attack."""
        grader = self._grader(attack.seconds)
        if attack.first:
            grader.grade(self._hand_in("first", self._cells(replace(attack, body=attack.first))))
        hostile = self._hand_in("hostile", self._cells(attack))
        before = _start_peak()
        mark, seconds = self._graded(self._grader(attack.seconds, attack.exercise), hostile)
        memory = (_memory("VmHWM") - before) // 2**20
        after, _ = self._graded(grader, self._honest)
        text = json.dumps([asdict(mark), asdict(after)])
        points = [verdict["points"] for verdict in mark.verdicts]
        stolen = sum(secret in text for secret in self.secrets)
        return Result(points[0], points[1], stolen, after.points, self._left(), seconds, len(text), memory)

    def _cells(self, attack: Attack) -> list[str]:
        names = {
            "GRADER": os.getpid(),
            "COURSE": str(COURSE),
            "SUBMISSIONS": str(self._submissions),
            "CLASSMATE": str(self._classmate.path),
            "SECRET_FILE": str(self._secret),
            "TEMPORARY": str(self._temporary),
            "PUBLIC": [[value.tolist() for value in case.args] for case in EXERCISES[0].cases if not case.hidden],
        }
        facts = "\n".join(f"{name} = {value!r}" for name, value in names.items())
        # In two parts, so that no line of the code gives the proof away.
        proof = f"PROOF = {self._proof[:10]!r} + {self._proof[10:]!r}"
        parameters = inspect.signature(_exercise(attack.exercise).reference).parameters.values()
        given = ", ".join(p.name if p.default is p.empty else f"{p.name}={p.default!r}" for p in parameters)
        hostile = f"def {attack.exercise}({given}):\n{textwrap.indent(attack.body.strip(chr(10)), '    ')}"
        honest = f"{filled(EXERCISES[1])}\n{attack.top}"
        return [f"{facts}\n{proof}", TOOLS, hostile, "import numpy as np", honest]

    def _hand_in(self, student: str, cells: list[str]) -> Submission:
        path = self._submissions / student / CHAPTER.notebook
        path.parent.mkdir(exist_ok=True)
        code = [{"cell_type": "code", "metadata": {}, "source": cell, "outputs": []} for cell in cells]
        path.write_text(json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
        return Submission(student, path)

    def _grader(self, seconds: float, hostile: str = HOSTILE) -> Grader:
        chosen = [_exercise(hostile), EXERCISES[1]]
        return Grader(CHAPTER, chosen, SEED, Limits(seconds, 20.0, MEMORY), self._submissions)

    def _graded(self, grader: Grader, submission: Submission) -> tuple[Mark, float]:
        """Return a mark, and the seconds that it took."""
        start = time.monotonic()
        mark = grader.grade(submission)
        return mark, time.monotonic() - start

    def close(self) -> None:
        """End what graders keep for the next submission."""
        forkserver.close()

    def _around(self) -> set[psutil.Process]:
        """Return the processes below this one, and all whose command line names a folder of this class."""
        fled = (process for process in psutil.process_iter() if _speaks_of(process, str(self.folder)))
        return {*psutil.Process().children(recursive=True), *fled}

    def _names(self) -> set[str]:
        return {path.name for path in self._temporary.iterdir()} | {path.name for path in self.folder.iterdir()}

    def _left(self) -> tuple[str, ...]:
        new = self._around() - self._processes
        alive = psutil.wait_procs(new, timeout=PATIENCE)[1] if new else []
        names = [f"process {process.pid}" for process in alive]
        return tuple(sorted([*names, *(self._names() - self._files)]))


def _exercise(name: str) -> Exercise:
    return exercises()[f"{CHAPTER.name}.{name}"]


def _memory(what: str) -> int:
    """Return bytes of memory that this process has, `VmRSS`, or had at its peak, `VmHWM`; 0 where no system tells."""
    if sys.platform != "linux":
        return 0
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return 1024 * int(status.partition(f"{what}:")[2].split()[0])


def _start_peak() -> int:
    """Let the peak of this process's memory begin anew; return what it has now."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _memory("VmRSS")


def _speaks_of(process: psutil.Process, word: str) -> bool:
    try:
        return any(word in part for part in process.cmdline())
    except psutil.Error:  # it has ended meanwhile
        return False


EXERCISES = [_exercise(HOSTILE), _exercise(HONEST)]


@contextmanager
def arena(rung: Rung) -> Iterator[Arena]:
    """Give an arena on a rung; its files are deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="attacks-"))
    folder.chmod(0o755)  # open to other users: what they may not have is closed by itself
    try:
        with (
            mock.patch.object(isolation, "reached", return_value=Reached(rung)),
            mock.patch.object(tempfile, "tempdir", str(folder / "temporary")),
            mock.patch.dict(os.environ),
            closing(Arena(folder, rung)) as opened,
        ):
            yield opened
    finally:
        shutil.rmtree(folder)
