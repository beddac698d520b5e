"""Give a function's points to nbgrader.

Usage: `python -P -m autograder.integrations.nbgrader.judge COURSE EXERCISE SEED SECONDS`, with the notebook's cells as
JSON on the standard input.

A hidden test of an nbgrader assignment calls this with the seconds that the notebook has left, and reads the points and
the seconds left after that. The judge is a separate process and uses the course as the teacher installed it: the
homework copy beside the notebook has no influence on the points.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

from ...checking.catalogue import find
from ...course import VARIABLE as COURSE_VARIABLE
from ...course import find as find_chapter
from ...files import TemporaryFolder
from ...grading.grader import Grader
from ...sandbox.process import Limits
from ...submissions.discovery import Submission

HIDDEN = "### BEGIN HIDDEN TESTS"


def points(name: str, cells: list[Any], seed: int, seconds: float) -> float:
    """Return the points of the function that some cells of a notebook define.

    Args:
        name: the exercise, say `gradient_descent.squared_error`.
        cells: the sources of the cells that were run, in order.
        seed: the seed of the random cases.
        seconds: how long the notebook may still take.

    Raises:
        KeyError: there is no such exercise.

    Example:
        >>> points("gradient_descent.squared_error", ["def squared_error(y_hat, y): return (y_hat - y) ** 2.0"], 1, 60)
        1.0
    """
    exercise = find(name)
    chapter = find_chapter(exercise.chapter)
    notebook = {"nbformat": 4, "cells": [{"cell_type": "code", "source": str(cell)} for cell in cells]}
    with TemporaryFolder() as folder:
        path = folder / chapter.notebook
        path.write_text(json.dumps(notebook), encoding="utf-8")
        mark = Grader(chapter, [exercise], seed, Limits(notebook_seconds=seconds), folder).grade(Submission("", path))
    return float(mark.points)


if __name__ == "__main__":
    # The hidden tests define nothing, and would start further judges.
    student = [cell for cell in json.load(sys.stdin) if HIDDEN not in cell]
    os.environ[COURSE_VARIABLE], name = sys.argv[1:3]
    seed, seconds = int(sys.argv[3]), float(sys.argv[4])
    start = time.monotonic()
    print(points(name, student, seed, seconds), max(0.0, seconds - (time.monotonic() - start)))
