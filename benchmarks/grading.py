"""Grading a class: how many notebooks of chapter 1 `autograder grade` gets through in a second."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat

from autograder import notebooks
from autograder.exercises import exercises
from autograder.stubs import filled

from .harness import Row

CHAPTER, STUDENTS, ROUNDS = "gradient_descent", 12, 3


def rows() -> Iterator[Row]:
    """Yield a row for a class of solved notebooks."""
    graded = [exercise for exercise in exercises().values() if exercise.chapter == CHAPTER]
    with tempfile.TemporaryDirectory() as folder:
        submissions = Path(folder) / "submissions"
        for i in range(STUDENTS):
            cells = ["import math\nimport numpy as np", *map(filled, graded), f"student = {i}"]
            notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
            (submissions / f"student{i}").mkdir(parents=True)
            nbformat.write(notebook, submissions / f"student{i}" / notebooks.path_of(CHAPTER).name)
        rates = [STUDENTS / _seconds(submissions, Path(folder) / f"out{i}") for i in range(ROUNDS)]
    yield Row(
        f"autograder grade, notebooks of {len(graded)} functions, {os.cpu_count()} at a time",
        "none in this run",
        unit="notebooks/s",
        ours=statistics.median(rates),
    )


def _seconds(submissions: Path, out: Path) -> float:
    program = "from autograder.cli import main; main()"
    command = [sys.executable, "-c", program, "grade", str(submissions), "--out", str(out), "--chapter", CHAPTER]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - start
    if "100 % on average" not in done.stdout:
        raise RuntimeError(f"solved notebooks did not get all points: {done.stdout}")
    return seconds
