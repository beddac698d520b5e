"""Write a chapter as homework: all that a student needs, and no part of the solution."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..checking.catalogue import of_chapter
from ..checking.evaluate import prepared
from ..checking.exercise import Exercise
from ..checking.exercise_cell import stub
from ..checking.homework import callback
from ..course import FILE as COURSE_FILE
from ..course import current
from ..course import find as find_chapter
from ..errors import UserError
from ..files import TemporaryFolder, write_text, writing
from ..worker.wire import encode
from . import notebooks, pins

PACKAGE = Path(__file__).resolve().parents[1]
# Seed of the timed case that students see: larger than any that is drawn for a class.
SEED = 2**32
# The part of the autograder that checks in a notebook. What an author writes about the exercises is left out.
RUNTIME = (
    "__init__.py",
    "course.py",
    "errors.py",
    "files.py",
    "checking/*.py",
    "learner/*.py",
    "worker/__init__.py",
    "worker/calling.py",
    "worker/preloading.py",
    "worker/wire.py",
)
# The module that replaces those of the exercises.
LOADER = '''"""The exercises of this homework copy: public cases with their answers."""

from pathlib import Path

from autograder.checking.homework import load

globals().update(load(Path(__file__).with_suffix(".json")))
'''
README = """# Homework: {title}

1. Once, with Python 3.11 or newer, ideally {python}: `python -m pip install -r requirements.txt`
2. `jupyter lab {notebook}`
3. Write your functions in the cells that start with `# Exercise`; run the cell below each to check it.
4. Hand in `{notebook}`.

The checks here hold only the public cases. Your mark also depends on hidden ones, which decide, so a function that
passes here is very likely, but not certainly, right.
"""


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Yield a folder to write into; in the end it becomes `out`, whole or not at all.

    Raises:
        UserError: `out` is in use, or cannot be written.
    """
    with writing(out):
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise UserError(f"{out} is not empty: choose a new folder, so that nothing is overwritten")
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFolder(out.parent) as temporary:
            bundle = temporary / "bundle"
            yield bundle
            if out.exists():
                out.rmdir()
            bundle.rename(out)


def write_bundle(chapter: str, folder: Path) -> None:
    """Write the homework copy of a chapter into `folder`."""
    course, source = current(), notebooks.path_of(chapter)
    notebook = notebooks.derive(notebooks.without_outputs(notebooks.read(source)), chapter)
    copy_modules(RUNTIME, folder)
    chosen = of_chapter(chapter)
    cases = json.dumps([plain_exercise(exercise) for exercise in chosen], indent=1)
    own = folder.joinpath(*course.exercises.split("."))
    for path in course.folder(course.exercises).glob("*.py"):
        if path.stem in ("__init__", "callbacks") or path.stem.startswith("rules"):
            _copy(path, own / path.name)
    write_text(own / "homework.json", cases)
    write_text(own / "homework.py", LOADER)
    write_text(folder / COURSE_FILE, course.to_toml(notebooks="."))
    earlier = [name for other in course.before(find_chapter(chapter)) for name in other.modules]
    solutions = course.folder(course.solutions)
    for name in ("__init__", *course.support, *earlier):
        _copy(solutions / f"{name}.py", folder / course.solutions / f"{name}.py")
    if (solutions / "data").is_dir():
        shutil.copytree(solutions / "data", folder / course.solutions / "data")
    for path in course.beside:
        _copy(path, folder / path.name)
    for name, text in pins.files("lab").items():
        write_text(folder / name, text)
    for cell in notebook.cells:
        # A cell may need an exercise that is not solved yet: "Run All" shows the error and continues.
        if cell.cell_type == "code" and not notebooks.tagged(cell, "exercise"):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "raises-exception"]
    notebooks.write(notebook, folder / source.name)
    title = chapter.replace("_", " ")
    write_text(folder / "README.md", README.format(title=title, notebook=source.name, python=pins.PYTHON))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def copy_modules(patterns: Sequence[str], folder: Path) -> None:
    """Copy the autograder's modules that match `patterns` (relative to its folder) into `folder`/autograder."""
    for path in sorted(path for pattern in patterns for path in PACKAGE.glob(pattern)):
        _copy(path, folder / "autograder" / path.relative_to(PACKAGE))


def plain_exercise(exercise: Exercise) -> dict[str, Any]:
    """Return what `homework.load` reads: the stub, and the public cases with their answers."""
    pairs = prepared(exercise, SEED)
    public = [(case, expected) for case, expected in pairs if case.timed or not case.hidden]
    return {
        "chapter": exercise.chapter,
        "name": exercise.name,
        "number": exercise.number,
        "title": exercise.title,
        "stub": stub(exercise),
        "points": exercise.points,
        "minutes": exercise.minutes,
        "difficulty": exercise.difficulty,
        "returns": exercise.returns,
        "rtol": exercise.rtol,
        "strict": exercise.strict,
        "curve": exercise.curve,
        "rule": exercise.rule.__name__ if exercise.rule else None,
        "slow": _given_name(exercise.slow) if exercise.slow else None,
        "times_as_fast": exercise.times_as_fast,
        "cases": [
            {
                "name": case.name,
                "weight": case.weight,
                "times": case.times,
                "courtesy": case.courtesy,
                "raises": case.raises,
                "once": case.once,
                "timed": case.timed,
                "arguments": _plain_value((case.args, dict(case.kwargs))),
                "outputs": _plain_value(expected.outputs) if expected else None,
                "warned": [kind for kind, _ in expected.warned] if expected else [],
            }
            for case, expected in public
        ],
    }


def _plain_value(value: Any) -> dict[str, Any]:
    tree, buffers = encode(value, _given_name)
    return {"tree": tree, "buffers": [base64.b64encode(buffer).decode() for buffer in buffers]}


def _given_name(function: Callable[..., Any]) -> Any:
    if callback(function.__name__) is not function:
        raise ValueError(
            f"{function.__name__} is handed to readers' functions, so it must be defined in {current().callbacks}"
        )
    return function.__name__
