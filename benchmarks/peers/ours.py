"""`autograder` with a course of six exercises: `python -m benchmarks.peers.ours grade SUBMISSIONS --out FOLDER`.

The command grades whole chapters; here the assignment takes the place of all exercises. Everything else is the command
as it is: isolation, files, gradebook.
"""

from __future__ import annotations

from autograder.__main__ import main
from autograder.checking.catalogue import exercises

from . import assignment

# At import, and in the one dict that everybody gets: a process that this one spawns imports this module as well.
_six = assignment.exercises()
exercises().clear()
exercises().update(_six)

if __name__ == "__main__":
    main()
