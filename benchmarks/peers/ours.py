"""`autograder` with a course of six exercises: `python -m benchmarks.peers.ours grade SUBMISSIONS --out FOLDER`.

The command grades whole chapters; here the assignment takes the place of all exercises. Everything else is the command
as it is: isolation, files, gradebook.
"""

from __future__ import annotations

from autograder.__main__ import main
from autograder.checking import catalogue

from . import assignment

# At import, before the commands are imported: a process that this one spawns imports this module as well.
_six = assignment.exercises()
catalogue.exercises = lambda: _six  # type: ignore[assignment]
catalogue.of_chapter = lambda chapter: [exercise for exercise in _six.values() if exercise.chapter == chapter]

if __name__ == "__main__":
    main()
