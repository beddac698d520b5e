"""A grader for tests of the processes that grade: it imports little, so that these start quickly."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from autograder.gradebook.records import Mark
from autograder.grading import pool
from autograder.sandbox import isolation
from autograder.submissions.discovery import Submission


def mark(submission: Submission) -> Mark:
    """Stand for a grader: what it does is in the student's name."""
    name, _, folder = submission.student.partition(" ")
    if name.startswith("dies-once"):
        once = Path(folder) / name
        if not once.exists():
            once.touch()
            os.kill(os.getpid(), signal.SIGTERM if name.endswith("softly") else 9)
            signal.pause()
    if name == "dies":
        os._exit(1)
    if name == "takes":
        bytearray(pool.MAX_MEMORY)
    if name == "fails":
        raise ValueError("the grader fails")
    while name == "loops":
        signal.pause()
    notes = {
        "rung": (isolation.reached().rung,),
        "folder": (f"{Path(tempfile.gettempdir()).stat().st_mode & 0o777:o}",),
    }
    return Mark(submission.student, str(os.getpid()), "", notes=notes.get(name, ()))


@dataclass
class FakeGrader:
    """A grader whose students say what happens to it."""

    interrupted: threading.Event
    grade = staticmethod(mark)

    def given_up(self, submission: Submission) -> Mark:
        return Mark(submission.student, "", "", notes=("given up",))
