"""What a student's notebook imports of the course while it is graded: stand-ins, without anything to copy from."""

from __future__ import annotations

from pathlib import Path

from ..course import Chapter, current

AUTOGRADER = '''"""Stands for the autograder while a notebook is graded: checks nothing, shows nothing."""


def check(function, name=None):
    return function


def hint(function=None, confirm=None):
    return None


solution = progress = evaluate = hint
'''

MISSING = """name = "{package}.{name}"
raise ImportError(f"{{name}} is not there in grading: use your own functions", name=name)
"""


def write(folder: Path, chapter: Chapter) -> None:
    """Write the modules `autograder` and `solutions` for grading a chapter: only earlier chapters have solutions there.

    Args:
        folder: where to write; it goes first on the worker's path.
        chapter: the chapter under grading.
    """
    (folder / "autograder.py").write_text(AUTOGRADER, encoding="utf-8")
    course = current()
    target = folder / course.solutions
    target.mkdir()
    shown = {name for earlier in course.before(chapter) for name in earlier.modules} | {"__init__", *course.support}
    for file in course.folder(course.solutions).glob("*.py"):
        text = (
            MISSING.format(package=course.solutions, name=file.stem)
            if file.stem not in shown
            else file.read_text(encoding="utf-8")
        )
        (target / file.name).write_text(text, encoding="utf-8")
