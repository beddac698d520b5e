"""Check one function of a homework copy's notebook, on each push.

Usage: `python -m autograder.integrations.github_classroom.check NAME`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ...checking.catalogue import find
from ...checking.exercise import Verdict
from ...course import find as find_chapter
from ...grading.grader import Grader
from ...learner.display import verdict_box
from ...sandbox.process import Limits
from ...submissions.discovery import Submission


def verdict_of(name: str, folder: Path) -> Verdict:
    """Return the verdict on a function of the chapter's notebook, which runs in an isolated process as in grading.

    Args:
        name: the exercise.
        folder: the homework copy.

    Raises:
        KeyError: there is no such exercise.
    """
    exercise = find(name)
    chapter = find_chapter(exercise.chapter)
    path = folder / chapter.notebook
    handed_in = Submission("", path if path.is_file() else None)
    mark = Grader(chapter, [exercise], 0, Limits(), folder).grade(handed_in)
    return Verdict.from_dict(mark.verdicts[0])


if __name__ == "__main__":
    verdict = verdict_of(sys.argv[1], Path.cwd())
    print(verdict_box(verdict))
    sys.exit(not verdict.passed)
