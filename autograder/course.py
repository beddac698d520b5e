"""What a course consists of, as data: its chapters, and where its exercises, solutions and notebooks are.

No other part of the autograder names an exercise or a solution. The course is the one in the folder where the
autograder is started (a `course.toml`), else the one that is installed (entry point "autograder.courses").
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from .errors import UnknownChapter, UserError

FILE = "course.toml"
ENTRY_POINTS = "autograder.courses"
VARIABLE = "AUTOGRADER_COURSE"


class CourseError(UserError):
    """There is no course, or its description is wrong; the message says where."""


@dataclass(frozen=True)
class Chapter:
    """A chapter: its number, its name, and the names of its modules in the package of solutions."""

    number: int
    name: str
    modules: tuple[str, ...]

    @property
    def stem(self) -> str:
        """The name of its notebook without the suffix, say `01_gradient_descent`."""
        return f"{self.number:02}_{self.name}"

    @property
    def notebook(self) -> str:
        """The notebook's file name, say `01_gradient_descent.ipynb`."""
        return f"{self.stem}.ipynb"


@dataclass(frozen=True, eq=False)
class Course:
    """A course.

    Args:
        name: what it is called in folders and files, say `follow-the-slope`.
        exercises: the package whose modules hold the `Exercise`s.
        solutions: the package with the functions that readers write.
        notebooks: the folder of the notebooks.
        parts: the chapters in order, each with the modules of `solutions` that hold its functions. The first chapter
            has the number `first`.
        support: modules of `solutions` that belong to no chapter: every homework copy holds them.
        preload: modules that most notebooks import: a process for students' code has them loaded already.
        beside: files that every copy of a notebook needs beside it, say a module of its own styles.
        callbacks: the module with the functions that cases hand to a reader's function.
        rules: the module with the rules for exercises that have no single right answer.
        first: the number of the first chapter.
        home: the folder of its `course.toml`; None for an installed course.
    """

    name: str
    exercises: str
    solutions: str
    notebooks: Path
    parts: Mapping[str, Sequence[str]]
    support: Sequence[str] = ()
    preload: Sequence[str] = ()
    beside: Sequence[Path] = ()
    callbacks: str = ""
    rules: str = ""
    first: int = 0
    home: Path | None = None

    @property
    def address(self) -> str:
        """The value of AUTOGRADER_COURSE with which this course is found from anywhere on this machine."""
        return str(self.home or self.name)

    @functools.cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters, in order."""
        return tuple(
            Chapter(number, name, tuple(modules))
            for number, (name, modules) in enumerate(self.parts.items(), self.first)
        )

    def before(self, chapter: Chapter) -> tuple[Chapter, ...]:
        """Return the chapters that come before this one."""
        return self.chapters[: chapter.number - self.first]

    def chapter_of(self, module: str) -> str:
        """Return the name of the chapter to which a module of `solutions` belongs.

        Example:
            >>> current().chapter_of("embeddings")
            'word2vec'
        """
        return next((chapter.name for chapter in self.chapters if module in chapter.modules), module)

    def folder(self, package: str) -> Path:
        """Return the folder of one of the course's packages."""
        return Path(importlib.import_module(package).__path__[0])

    def to_toml(self, **changed: Any) -> str:
        """Return the text of a `course.toml` for this course, with some entries changed."""
        plain = {
            "name": self.name,
            "exercises": self.exercises,
            "solutions": self.solutions,
            "notebooks": str(self.notebooks),
            "support": list(self.support),
            "preload": list(self.preload),
            "beside": [path.name for path in self.beside],
            "callbacks": self.callbacks,
            "rules": self.rules,
            "first": self.first,
        } | changed
        lines = [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
        chapters = [f"{name} = {json.dumps(list(modules))}" for name, modules in self.parts.items()]
        return "\n".join([*lines, "", "[chapters]", *chapters, ""])


def find(word: str) -> Chapter:
    """Return the chapter with this number, name or notebook.

    Raises:
        UnknownChapter: there is none; the message lists all.

    Example:
        >>> find("1") == find("01") == find("gradient_descent") == find("01_gradient_descent.ipynb")
        True
    """
    chapters = current().chapters
    for chapter in chapters:
        if word in (str(chapter.number), f"{chapter.number:02}", chapter.name, chapter.notebook, chapter.stem):
            return chapter
    known = ", ".join(f"{chapter.number:02} {chapter.name}" for chapter in chapters)
    raise UnknownChapter(f"no chapter is called {word!r}; the chapters are {known}")


@functools.cache
def current() -> Course:
    """Return the course in use here.

    The first of these decides: the environment variable AUTOGRADER_COURSE, with a folder or the name of an installed
    course; a `course.toml` in the working folder or above it, or beside the autograder; the one course that is
    installed.

    Raises:
        CourseError: there is none, or several, or its file is wrong.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted and Path(wanted).is_dir():
        return read(Path(wanted) / FILE)
    here = Path.cwd()
    for folder in () if wanted else (here, *here.parents, Path(__file__).resolve().parents[1]):
        if (folder / FILE).is_file():
            return read(folder / FILE)
    installed = {point.name: point for point in metadata.entry_points(group=ENTRY_POINTS)}
    named = [installed[wanted]] if wanted in installed else [] if wanted else list(installed.values())
    if len(named) == 1:
        course: Course = named[0].load()
        return course
    there = f"the installed courses are {', '.join(sorted(installed))}" if installed else "no course is installed"
    raise CourseError(
        f"there is no {FILE} in {here} or above it, and {there}: choose one with {VARIABLE}, by name or folder"
    )


def read(file: Path) -> Course:
    """Return the course that a `course.toml` describes; its folder goes first on Python's path.

    Raises:
        CourseError: it cannot be read, or an entry is missing or unknown.
    """
    try:
        plain = tomllib.loads(file.read_text(encoding="utf-8"))
        plain["notebooks"] = file.parent / plain["notebooks"]
        plain["beside"] = [file.parent / name for name in plain.get("beside", ())]
        course = Course(parts=plain.pop("chapters"), home=file.parent.resolve(), **plain)
    except OSError as error:
        raise CourseError(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError) as error:  # not TOML; an unknown entry; a missing one
        raise CourseError(f"{file}: {error}") from error
    if str(file.parent) not in sys.path:
        sys.path.insert(0, str(file.parent))
    return course
