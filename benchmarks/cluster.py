"""Grading on a cluster: what one and two worker processes get through, what the way there costs, and the memory."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from autograder.checking.catalogue import of_chapter
from autograder.checking.exercise import Exercise
from autograder.checking.exercise_cell import filled
from autograder.course import find
from autograder.grading import dask_client
from autograder.grading.grader import Grader
from autograder.sandbox.process import Limits
from autograder.submissions.discovery import Submission

from .harness import Row, missing, optional

CHAPTER = "gradient_descent"
WARM_SECONDS, SECONDS = 5, 20
# Files that hold no code cost nothing but the way; they are as large as a notebook with a few outputs.
EMPTY_BYTES = 50_000
NAME = "autograder grade --scheduler"


def rows() -> Iterator[Row]:
    """Yield rows for one and two workers, and for the way alone."""
    if optional("distributed") is None:
        yield missing(NAME, "none in this run", "distributed", unit="notebooks/s")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        solved, empty = folder / "solved.ipynb", folder / "empty.ipynb"
        functions = _exercises()
        cells = ["import math\nimport numpy as np", *map(filled, functions)]
        nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells]), solved)
        empty.write_text("no notebook".ljust(EMPTY_BYTES), encoding="utf-8")
        with _running(folder, workers=1) as address:
            one, _ = _rate(address, solved)
        with _running(folder, workers=2) as address:
            two, _ = _rate(address, solved)
            way, grown = _rate(address, empty)
    what = f"{NAME}, notebooks of {len(functions)} functions"
    yield Row(f"{what}: 2 workers on {os.cpu_count()} cores", "1 worker", "notebooks/s", two, one, two / one)
    note = f"the client grew by {grown:.0f} MiB over {way * SECONDS:,.0f} of them"
    yield Row(f"{NAME}, files of {EMPTY_BYTES // 1000} kB without code", "none in this run", "files/s", way, note=note)


def _exercises() -> list[Exercise]:
    return of_chapter(CHAPTER)


@contextmanager
def _running(folder: Path, workers: int) -> Iterator[str]:
    from distributed import Client

    file = folder / f"{workers}.json"
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    commands = [[*dask, "scheduler", "--port", "0", *local]]
    commands += [[*dask, "worker", "--nthreads", "1", "--no-nanny", *local]] * workers
    environment = os.environ | {"DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "10"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment, "cwd": folder}
    processes = [subprocess.Popen(command, **quiet) for command in commands]
    try:
        with Client(scheduler_file=str(file), timeout=60) as client:
            client.wait_for_workers(workers, timeout=60)
            yield client.scheduler.address
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _rate(address: str, path: Path) -> tuple[float, float]:
    """Return how often a second a file is graded, and by how many MiB this process has grown meanwhile."""
    import psutil

    me = psutil.Process()
    grader = Grader(find(CHAPTER), _exercises(), 0, Limits(), path.parent)
    full = sum(exercise.points for exercise in grader.exercises) if path.stem == "solved" else 0
    todo = (Submission(f"student {k}", path) for k in itertools.count())
    count, size, start = 0, 0, float("inf")
    # The first marks come late: each worker has to make a grader ready.
    warm = time.perf_counter() + WARM_SECONDS
    for mark in dask_client.grade_all(address, grader, todo, weak=True):
        if mark.points != full:
            raise RuntimeError(f"a notebook got {mark.points} points, not {full}: {mark.note}")
        now = time.perf_counter()
        if start < now:
            count += 1
        elif now > warm:
            start, size = now, me.memory_info().rss
        if now > start + SECONDS:
            grader.interrupted.set()
    return count / (now - start), (me.memory_info().rss - size) / 2**20
