"""The assignment's files, as each of the three graders wants them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from autograder.course import find as find_chapter

from . import assignment

NOTEBOOK = find_chapter(assignment.CHAPTER).notebook
# nbgrader gives a test cell without an error all its points, or as many as its last value says. A cell a test is what
# its manual shows; a cell a function is faster.
LAYOUTS = ("a cell a test", "a cell a function")
COUNT = """\
try:
    {test}
    passed += 1
except Exception as error:
    print(repr(error))
"""


def _write(cells: Iterable[Any], path: Path) -> None:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata=kernel), path)


def _code(source: str, **nbgrader: Any) -> Any:
    return nbformat.v4.new_code_cell(source, metadata={"nbgrader": nbgrader} if nbgrader else {})


def ours(folder: Path, numbers: Iterable[int]) -> None:
    """Write what students hand in to `autograder grade`: a folder each, and a check below each answer."""
    for number in numbers:
        cells = [_code("import numpy as np\nfrom autograder import check")]
        for name, source in assignment.answers(number).items():
            cells += [_code(source), _code(f"check({name})")]
        _write(cells, folder / assignment.student(number) / NOTEBOOK)


def nbgrader_source(path: Path, layout: str) -> None:
    """Write the assignment as an nbgrader source notebook, in one of the `LAYOUTS`."""
    cells = [_code("import numpy as np")]
    for exercise in assignment.exercises().values():
        blank = assignment.blank()[exercise.name]
        cells.append(_code(blank, **_metadata(exercise.name, solution=True)))
        tests = assignment.literal_tests(exercise)
        if layout == LAYOUTS[1]:
            source = "passed = 0\n" + "".join(COUNT.format(test=test) for test in tests) + "passed"
            cells.append(_code(source, **_metadata(f"test_{exercise.name}", points=len(tests))))
        else:
            names = (f"test_{exercise.name}_{k}" for k in range(len(tests)))
            cells += [_code(test, **_metadata(name, points=1)) for name, test in zip(names, tests, strict=True)]
    _write(cells, path)


def _metadata(grade_id: str, *, solution: bool = False, **points: int) -> dict[str, Any]:
    flags = {"grade": not solution, "locked": not solution, "solution": solution, "task": False}
    return {"grade_id": grade_id, "schema_version": 3, **flags, **points}


def nbgrader_submission(release: Path, path: Path, number: int) -> None:
    """Write what a student hands in to nbgrader: the released notebook with the answers in it."""
    answers = assignment.answers(number)
    made = nbformat.read(release, as_version=4)
    for cell in made.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution"):
            cell.source = answers[about["grade_id"]]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)


def otter_tests(folder: Path) -> None:
    """Write the tests as otter's test files, a point a test."""
    folder.mkdir(parents=True)
    for exercise in assignment.exercises().values():
        cases = [{"code": f">>> {test}\n", "hidden": False, "points": 1} for test in assignment.literal_tests(exercise)]
        suite = {"cases": cases, "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        test = {"name": exercise.name, "points": None, "suites": [suite]}
        (folder / f"{exercise.name}.py").write_text(f"OK_FORMAT = True\n\ntest = {test!r}\n", encoding="utf-8")


def otter_submission(path: Path, number: int) -> None:
    """Write what a student hands in to otter: without the cells that check, since otter runs the tests anyway."""
    _write(map(_code, ["import numpy as np", *assignment.answers(number).values()]), path)
