"""Grading a class: how many notebooks go through in a second, what isolation costs, and how much memory it takes."""

from __future__ import annotations

import functools
import itertools
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.authoring import notebooks
from autograder.checking.catalogue import find
from autograder.checking.evaluate import prepared
from autograder.checking.exercise import Exercise
from autograder.checking.exercise_cell import filled
from autograder.course import find as find_chapter
from autograder.grading import pool
from autograder.grading.grader import Grader
from autograder.sandbox import forkserver, isolation
from autograder.sandbox.isolation import Rung
from autograder.sandbox.process import Limits, Worker
from autograder.submissions.discovery import Submission

from . import harness
from .harness import Row

CHAPTER, ROUNDS, SEED = "gradient_descent", 3, 3
# How many hand in a solved chapter, as `autograder fill` writes it.
WHOLE = ((CHAPTER, 200), ("softmax_svm", 20), ("word2vec", 20), (CHAPTER, 1))
# Exercises of all kinds but long trainings, and without functions of the same name as a helper of another's solution.
THIRTY = {
    "start_here": "center_columns",
    "gradient_descent": "squared_error shift_loss linear_regression_loss least_squares cubic_gradient bowl_gradient"
    " relative_error",
    "logistic_regression": "naive_bayes_fit naive_bayes_predict sentiment_features period_features sigmoid log_sigmoid"
    " predict_proba predict bernoulli_log_likelihood binary_cross_entropy logistic_loss accuracy precision_recall_f1",
    "regularization": "polynomial_features ngrams l2_penalty l1_penalty elastic_net_penalty ridge_regression"
    " soft_threshold",
    "softmax_svm": "add_bias_column linear_scores",
}
SIX = {"gradient_descent": "squared_error shift_loss linear_regression_loss least_squares cubic_gradient bowl_gradient"}
WARM, SHORT, LONG = 20, 100, 10_000


def rows() -> Iterator[Row]:
    """Yield the rows: whole runs of the command, then processes at work, then what they cost."""
    yield from _commands()
    jobs = os.cpu_count() or 1
    for names, goal in ((THIRTY, 25), (SIX, 65)):
        chosen = [find(f"{chapter}.{name}") for chapter, text in names.items() for name in text.split()]
        cases = sum(len(prepared(exercise, SEED)) for exercise in chosen)
        with _Class(chosen) as students:
            yield Row(
                f"grading {len(chosen)} exercises, {cases} cases, {jobs} processes at work",
                "none in this run",
                unit="notebooks/s",
                ours=statistics.median(students.rate(jobs) for _ in range(ROUNDS)),
                note=f"rung {isolation.reached().rung}; aimed at on two cores: {goal}",
            )
    yield from _rungs()
    yield from _memory(jobs)


class _Class:
    """A class in a temporary folder, which hands in one solved notebook as often as wanted."""

    def __init__(self, chosen: Sequence[Exercise]) -> None:
        self._chosen = chosen
        self._folder = tempfile.TemporaryDirectory()
        # The last chapter's own stand-ins: of the solutions, only those of that chapter are missing.
        self._chapter = find_chapter("word2vec")
        self._path = Path(self._folder.name) / self._chapter.notebook
        write_notebook(self._path, ["import math\nimport numpy as np", *map(filled, chosen)])

    def __enter__(self) -> _Class:
        return self

    def __exit__(self, *error: object) -> None:
        self._folder.cleanup()

    def marks(self, jobs: int) -> Iterator[int]:
        """Grade without end, and yield how many are done."""
        grader = Grader(self._chapter, self._chosen, SEED, Limits(30.0, 60.0), Path(self._folder.name))
        todo = (Submission(f"student{i}", self._path) for i in itertools.count())
        with pool.grading(grader, todo, jobs) as marks:
            for number, mark in enumerate(marks, 1):
                if mark.points != sum(exercise.points for exercise in self._chosen):
                    raise RuntimeError(f"a solved notebook did not get all points: {mark.verdicts}")
                yield number

    def rate(self, jobs: int) -> float:
        """Return notebooks a second, once all processes are at work."""
        marks = self.marks(jobs)
        for _ in range(WARM * jobs):
            next(marks)
        start, count = time.perf_counter(), 0
        while time.perf_counter() < start + 5:
            next(marks)
            count += 1
        seconds = time.perf_counter() - start
        marks.close()  # type: ignore[attr-defined]
        return count / seconds


def _rungs() -> Iterator[Row]:
    """Yield what it costs to start and end a worker, for each rung that is there."""
    chapter = find_chapter(CHAPTER)

    def start_and_end(rung: Rung) -> None:
        worker = Worker(chapter, 2**31, rung)
        worker.wait_until_ready(forkserver.START_SECONDS)
        worker.close()

    rungs: list[Rung] = [rung for rung in ("A", "B", "C") if not isolation.probe(rung)] if _on_linux() else []
    for rung in rungs:
        start_and_end(rung)
        start_and_end("D")
        ours, theirs = harness.alternate(functools.partial(start_and_end, rung), lambda: start_and_end("D"))
        yield harness.compare(f"a worker of rung {rung}, from its start to its end", "rung D", ours, theirs)


def _on_linux() -> bool:
    return sys.platform == "linux"


def _memory(jobs: int) -> Iterator[Row]:
    """Yield the memory of all processes after many notebooks, and after few."""
    psutil = harness.optional("psutil")
    name = f"memory of {jobs} processes that grade, after {LONG} notebooks"
    if psutil is None:
        yield Row(name, f"after {SHORT}", note="psutil is not installed")
        return

    def megabytes() -> float:
        graders = [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
        # With the processes that fork the workers; the workers themselves are new for each notebook.
        lasting = [*graders, *(child for grader in graders for child in grader.children())]
        return sum(process.memory_info().rss for process in lasting) / 2**20

    with _Class([find("gradient_descent.squared_error")]) as students:
        marks = students.marks(jobs)
        early = late = math.nan
        for number in marks:
            if number == SHORT:
                early = megabytes()
            elif number == LONG:
                late = megabytes()
                break
        marks.close()  # type: ignore[attr-defined]
    yield harness.compare(name, f"after {SHORT}", [late], [early], unit="MiB", at_most=1.05)


def _commands() -> Iterator[Row]:
    """Yield what whole commands take: the start of the program, and chapters as they are handed in."""
    seconds, processor = _median([["--help"]] * ROUNDS)
    yield Row("autograder --help", "none in this run", ours=1000 * seconds, note=_note(processor))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run(["fill", "--out", str(folder / "filled")])
        for chapter, count in WHOLE:
            submissions, notebook = folder / f"{chapter}-{count}", notebooks.path_of(chapter).name
            for i in range(count):
                (submissions / f"student{i}").mkdir(parents=True)
                shutil.copy(folder / "filled" / notebook, submissions / f"student{i}")
            command = ["grade", str(submissions), "--chapter", chapter, "--seed", str(SEED)]
            outs = (str(folder / f"marks-{chapter}-{count}-{i}") for i in range(ROUNDS))
            seconds, processor = _median([[*command, "--out", out] for out in outs], "100 % on average")
            yield Row(
                f"autograder grade, {count} whole notebook{'' if count == 1 else 's'} of {chapter}, its start included",
                "none in this run",
                unit="notebooks/s",
                ours=count / seconds,
                note=_note(processor / count),
            )


def _note(processor: float) -> str:
    return f"processor time: {harness.number(1000 * processor)} ms each"


def _median(commands: Sequence[Sequence[str]], said: str = "") -> tuple[float, float]:
    """Return the seconds that a command takes, by the clock and of the processors."""
    walls, processors = zip(*(_run(command, said) for command in commands), strict=True)
    return statistics.median(walls), statistics.median(processors)


def _run(command: Sequence[str], said: str = "") -> tuple[float, float]:
    program = "from autograder.__main__ import main; main()"
    before, start = harness.children_seconds(), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program, *command], capture_output=True, text=True, check=True)
    taken = time.perf_counter() - start, harness.children_seconds() - before
    if said not in done.stdout:
        raise RuntimeError(f"solved notebooks did not get all points: {done.stdout}")
    return taken


def write_notebook(path: Path, sources: Sequence[str]) -> None:
    """Write a notebook of code cells, and the folder that it is in."""
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        for i, text in enumerate(sources)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
