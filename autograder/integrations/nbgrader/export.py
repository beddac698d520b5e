"""Write a chapter as an nbgrader assignment: its source has solutions and hidden tests, which nbgrader removes."""

from __future__ import annotations

import ast
import textwrap
from copy import deepcopy
from pathlib import Path
from typing import Any

from ...authoring import notebooks
from ...authoring.release import write_bundle
from ...checking.exercise import Exercise
from ...checking.exercise_cell import filled, stub
from ...course import Chapter, current
from ...errors import UserError
from ...files import TemporaryFolder, write_text, writing
from ...sandbox.process import Limits

OPEN = "    raise NotImplementedError"
BODY = """\
    ### BEGIN SOLUTION
{body}
    ### END SOLUTION
"""
# Seconds for the public cases of a function, in its check and in its test.
SECONDS = 5
# The last value of a cell is its points. The public cases are those of the homework copy beside the notebook; what a
# function prints must not reach the cell's output, since nbgrader takes a line on stderr for a failure. The judges of a
# notebook share one time budget.
TEST = """\
# Test of {name}, {points:g} points: the public cases; when it is graded, others as well
import contextlib
import io

from autograder.checking.evaluate import LocalRunner, evaluate

with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    verdict = evaluate("{id}", LocalRunner({name}, {seconds}, listen=True))
print(verdict.message, *(f"Remark: {{remark.text}}" for remark in verdict.remarks), sep="\\n")
float(verdict.points)
### BEGIN HIDDEN TESTS
import json
import subprocess
import sys

left = globals().get("judge_seconds", {budget:g})
judge = [sys.executable, "-P", "-m", "autograder.integrations.nbgrader.judge", {course!r}, "{id}", "{seed}", str(left)]
cells = json.dumps(list(get_ipython().history_manager.input_hist_raw))
judged = subprocess.run(judge, input=cells, capture_output=True, text=True, check=True).stdout.split()
judge_seconds = float(judged[1])
if verdict.status == "error":
    del {name}  # it may never end: the cells below do not wait for it
float(judged[0])
### END HIDDEN TESTS"""
CONFIG = """\
import time

c = get_config()
c.CourseDirectory.course_id = {course!r}
# Seconds for a whole notebook: its own cells train models, and endless loops use up the same budget.
SECONDS = 300
end = 0.0


def start(notebook):
    global end
    end = time.monotonic() + SECONDS


def seconds_left(cell):
    return max(1.0, end - time.monotonic())


c.ExecutePreprocessor.on_notebook_start = start
c.ExecutePreprocessor.timeout_func = seconds_left
"""


def add_assignment(out: Path, chapter: Chapter, seed: int) -> Path:
    """Write a chapter's assignment, and a configuration, into nbgrader's course folder; return the assignment's folder.

    Args:
        out: nbgrader's course folder.
        chapter: the chapter.
        seed: the seed of the random cases; only the hidden tests hold it.

    Raises:
        UserError: the assignment already exists, or cannot be written.
    """
    folder = out / "source" / chapter.stem
    with writing(folder):
        if folder.exists():
            raise UserError(f"{folder} already exists: move it away, so that nothing is overwritten")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFolder(folder.parent) as temporary:
            made = temporary / chapter.stem
            write_assignment(chapter.name, made, seed)
            made.rename(folder)
        config = out / "nbgrader_config.py"
        if not config.exists():
            write_text(config, CONFIG.format(course=current().name))
    return folder


def write_assignment(chapter: str, folder: Path, seed: int) -> None:
    """Write an assignment's source into `folder`: the homework copy, its notebook with solutions and hidden tests."""
    write_bundle(chapter, folder)
    path = folder / notebooks.path_of(chapter).name
    path.chmod(0o600)  # it holds solutions and seed; `write` keeps the permissions
    notebooks.write(with_tests(notebooks.read(path), chapter, seed), path)


def with_tests(notebook: Any, chapter: str, seed: int) -> Any:
    """Return a homework copy's notebook with nbgrader's metadata: a solution in each exercise, a test below its check.

    Args:
        notebook: as `release.write_bundle` writes it.
        chapter: name of the chapter.
        seed: the seed of the random cases; only the hidden tests hold it.
    """
    copy = deepcopy(notebook)
    cells: list[Any] = []
    exercise: Exercise | None = None
    for cell in copy.cells:
        cells.append(cell)
        if cell.cell_type == "code":
            # nbgrader continues after an error even without this tag, which would hide the error from its `validate`.
            cell.metadata["tags"] = [tag for tag in cell.metadata.get("tags", []) if tag != "raises-exception"]
        if notebooks.tagged(cell, "exercise"):
            exercise = notebooks.exercise_of(cell, chapter, notebooks.path_of(chapter).name)
            cell.source = solved(exercise)
            cell.metadata["nbgrader"] = _metadata(exercise.name, solution=True)
        elif exercise and notebooks.tagged(cell, "check"):
            cell.source = f"{exercise.name} = check({exercise.name}, seconds={SECONDS})"
            cells.append(_test(exercise, seed))
            exercise = None
    copy.cells = cells
    return copy


def solved(exercise: Exercise) -> str:
    """Return an exercise's cell with the solution between the marks where nbgrader cuts.

    Imports and helper functions go inside the function: all between the marks becomes one `raise`.

    Example:
        >>> from autograder.checking.catalogue import find
        >>> print(solved(find("squared_error")))  # doctest: +ELLIPSIS
        # Exercise gradient_descent.squared_error: ...
        def squared_error(y_hat, y):
            ...
            ### BEGIN SOLUTION
            ...
            ### END SOLUTION
    """
    source = filled(exercise)
    lines = source.split("\n")
    *before, function = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    docstring, first = function.body[:2]
    outside = [ast.get_source_segment(source, node) or "" for node in before]
    # From the docstring's end on, so that a comment above the first statement is included.
    inside = lines[(docstring.end_lineno or first.lineno - 1) : function.end_lineno]
    body = "\n".join([*(textwrap.indent(text, "    ") for text in outside), *inside])
    return stub(exercise).removesuffix(OPEN) + BODY.format(body=body).rstrip("\n")


def _test(exercise: Exercise, seed: int) -> Any:
    from nbformat.v4 import new_code_cell  # it takes two seconds to import

    source = TEST.format(
        id=exercise.id,
        name=exercise.name,
        points=exercise.points,
        seed=seed,
        seconds=SECONDS,
        course=current().address,
        budget=Limits().notebook_seconds,
    )
    metadata = {"nbgrader": _metadata(f"test_{exercise.name}", grade=True, points=exercise.points)}
    name = f"{exercise.name.replace('_', '-')}-test"
    return new_code_cell(source, id=name, metadata=metadata)


def _metadata(grade_id: str, *, grade: bool = False, solution: bool = False, **more: float) -> dict[str, Any]:
    """Return a cell's metadata in nbgrader's schema, version 3."""
    flags = {"grade": grade, "locked": not solution, "solution": solution, "task": False}
    return {"grade_id": grade_id, "schema_version": 3, **flags, **more}
