"""Find the students' notebooks in a folder, and read their code. Whatever is there, every student gets an entry."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .chapters import CHAPTERS, Chapter

MAX_BYTES = 100 * 2**20
MAX_CODE = 2**20


class UnreadableNotebook(ValueError):
    """A file that holds no notebook; the message says why, for the teacher and the student."""


@dataclass(frozen=True)
class Submission:
    """What a student handed in.

    Args:
        student: name of the student's folder, or the part of the file's name that is the student's.
        path: the notebook to grade, or None.
        notes: what the teacher should know: why there is none, which other files there are.
    """

    student: str
    path: Path | None
    notes: tuple[str, ...] = ()


@dataclass
class _Found:
    notebooks: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)


def find(folder: Path, chapter: Chapter, leave_out: Path | None = None) -> list[Submission]:
    """Return one submission per student, sorted by name.

    A student is a folder (`anna/01_gradient_descent.ipynb`) or a file (`anna.ipynb`, `anna_01_gradient_descent.ipynb`,
    `anna-01_gradient_descent.ipynb`). Of a student's notebooks, one with the expected name is graded, else the newest.

    Args:
        folder: the folder of submissions.
        chapter: the chapter under grading.
        leave_out: a folder inside that holds no submissions, say the one with the results.

    Raises:
        OSError: the folder cannot be read.
    """
    students: dict[str, _Found] = {}
    for path in sorted(folder.iterdir()):
        if _is_litter(path) or (leave_out and path.resolve() == leave_out.resolve()):
            continue
        name = _name(path)
        if _is(path, "dir"):
            found = students.setdefault(name, _Found())
            for file in _files(path):
                (found.notebooks if _is_notebook(file) else found.others).append(file)
        elif ".ipynb" in name.lower():  # `anna.ipynb.txt` is a student's as well
            student = _student(name, chapter)
            found = students.setdefault(student, _Found())
            (found.notebooks if _is_notebook(path) else found.others).append(path)
    return [_submission(student, students[student], chapter) for student in sorted(students)]


def chapters_in(folder: Path) -> set[Chapter]:
    """Return the chapters that the names of the notebooks in a folder of submissions speak of."""
    names = [path.name for path in _files(folder)]
    return {chapter for chapter in CHAPTERS if any(chapter.stem in name for name in names)}


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and below. Links are left: they may lead to another student's work."""
    try:
        paths = sorted(folder.iterdir())
    except OSError:
        return  # an unreadable folder is one without notebooks
    for path in paths:
        if _is_litter(path) or path.is_symlink():
            continue
        if _is(path, "dir"):
            yield from _files(path)
        elif _is(path, "file"):
            yield path


def _is(path: Path, what: str) -> bool:
    try:
        return path.is_dir() if what == "dir" else path.is_file()
    except OSError:  # no permission to look into the folder
        return False


def _name(path: Path) -> str:
    # macOS takes accented letters apart.
    return printable(unicodedata.normalize("NFC", path.name))


def printable(text: str) -> str:
    """Return a text with escapes in place of control characters and halves of characters, which few files can hold.

    Example:
        >>> printable("Zoë\\x1b[31m \\udce9")
        'Zoë\\\\x1b[31m \\\\udce9'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _is_litter(path: Path) -> bool:
    return path.name.startswith(".") or path.name == "__MACOSX"


def _is_notebook(path: Path) -> bool:
    return path.suffix.lower() == ".ipynb" and _is(path, "file")


def _student(file: str, chapter: Chapter) -> str:
    name = re.split(r"\.ipynb", file, maxsplit=1, flags=re.IGNORECASE)[0]
    return re.sub(rf"(?<=.)[ _-]+{re.escape(chapter.stem)}.*$", "", name)


def _submission(student: str, found: _Found, chapter: Chapter) -> Submission:
    if not found.notebooks:
        names = sorted(map(_name, found.others))
        there = f": found {', '.join(names[:5])}" if names else ""
        return Submission(student, None, (f"no notebook{there}",))
    ranked = sorted(found.notebooks, key=lambda path: _rank(path, chapter))
    chosen, *left = ranked
    notes = []
    if left:
        notes.append(f"graded {_short(chosen, student)}, not {', '.join(_short(path, student) for path in left)}")
    if chapter.stem not in chosen.name and _name(chosen)[: -len(chosen.suffix)] != student:
        notes.append(f"the file is called {_name(chosen)}, not {chapter.notebook}")
    if student == chapter.stem:
        notes.append("the file's name holds no student's name")
    return Submission(student, chosen, tuple(notes))


def _rank(path: Path, chapter: Chapter) -> tuple[bool, float, str]:
    try:
        changed = path.stat().st_mtime
    except OSError:
        changed = 0.0
    expected = path.stem.endswith(chapter.stem)
    return not expected, -changed, str(path)


def _short(path: Path, student: str) -> str:
    parts = [_name(Path(part)) for part in path.parts]
    return "/".join(parts[len(parts) - parts[::-1].index(student) :]) if student in parts else _name(path)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's content; of nothing, if it cannot be read."""
    try:
        if path.stat().st_size <= MAX_BYTES:
            return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        pass  # read_cells says why
    return hashlib.sha256().hexdigest()


def read_cells(path: Path) -> list[str]:
    """Return the sources of a notebook's code cells, in order. Reads nbformat 3 and 4, and forgives missing fields.

    Raises:
        UnreadableNotebook: the file holds no notebook.
    """
    notebook = _read_json(path)
    if not isinstance(notebook, dict):
        raise UnreadableNotebook("the file is JSON but no notebook")
    sheets = notebook.get("worksheets")
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
    lists.append(notebook.get("cells"))
    cells = [cell for part in lists if isinstance(part, list) for cell in part if isinstance(cell, dict)]
    if not any(isinstance(part, list) for part in lists):
        raise UnreadableNotebook("the file is JSON but no notebook: it has no cells")
    sources = [_source(cell) for cell in cells if cell.get("cell_type") == "code"]
    if sum(map(len, sources)) > MAX_CODE:
        raise UnreadableNotebook(f"the notebook holds more than {MAX_CODE // 2**20} MiB of code")
    return sources


def _read_json(path: Path) -> Any:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableNotebook(f"the file is larger than {MAX_BYTES // 2**20} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableNotebook(f"the file cannot be read: {error.strerror}") from error
    if not content.strip():
        raise UnreadableNotebook("the file is empty")
    try:
        return json.loads(content)  # from bytes, it finds UTF-8, UTF-16 and UTF-32, with their marks
    except (ValueError, RecursionError) as error:
        what = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableNotebook(f"the file is no notebook: it is not JSON{what}") from error


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str)).replace("\r\n", "\n")
