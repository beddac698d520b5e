"""Find the students' notebooks in a folder, and read their code. Whatever is there, every student gets an entry."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..checking.catalogue import of_chapter
from ..checking.exercise_cell import stub
from ..course import Chapter, current
from ..worker.slicing import first_side
from . import platforms
from .platforms import Handed

MAX_BYTES = 40 * 2**20  # with an emoji in it, a text takes four times as much memory
MAX_CODE = 2**20
MAX_CELLS = 5000
# Lists, objects and entries of a large file's JSON: each takes up to thirty times the memory of its text. A figure is
# a single string.
LARGE, MAX_VALUES = 4 * 2**20, 500_000
CLEAR = "clear the outputs, save it, and hand it in again"
_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)  # also one without an end: each is read once
FILE_DATE = "the file's date"
# What a file or an archive holds instead of a missing date is earlier.
FIRST_DATE = datetime(1990, 1, 1, tzinfo=UTC)
# What people hand in by mistake under a notebook's name.
NO_NOTEBOOKS = {
    b"pk\x03\x04": "a zip: unpack it",
    b"<!doctype html": "a web page: download the notebook itself",
    b"<html": "a web page: download the notebook itself",
    b"version https://git-lfs": "a link of Git LFS: fetch the notebook itself",
    b"%pdf": "a PDF",
}
ZIPPED = "a zip inside is not opened"
_SEPARATORS = re.compile(r"[\s,]*")
# What browsers, Canvas and JupyterLab append to the name of a copy: ` (2)`, `-1`, `-Copy1`.
COPY = re.compile(r"(?:[ _-]*\(\d{1,9}\)|[ _-]+(?:copy)?\d{1,9}|[ _-]+copy)+$", re.IGNORECASE)
# Joiners hold emoji and Persian or Indic letters together; they print nothing and move nothing.
JOINERS = "\u200c\u200d"


class UnreadableNotebook(ValueError):
    """A file that holds no notebook; the message says why, for the teacher and the student."""


@dataclass(frozen=True)
class Submission:
    """What a student handed in.

    Args:
        student: name of the student's folder, or the part of the file's name that is the student's; where the platform
            numbers its students, the number follows in brackets.
        path: the notebook to grade, or None.
        notes: what the teacher should know: why there is none, which other files there are, whether it came late.
        number: the student's number on the platform that the submissions come from; empty if there is none.
        handed_in: when, if known.
        dated_by: how it is known: from "nbgrader", "Gradescope", "the commit" of a clone, else the file's own date,
            which a copy or a student may change; "Canvas" says who is late, not when.
    """

    student: str
    path: Path | None
    notes: tuple[str, ...] = ()
    number: str = ""
    handed_in: datetime | None = None
    dated_by: str = ""


@dataclass
class _Found:
    number: str = ""
    notebooks: list[Handed] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    late: bool = False


def find(
    folder: Path,
    chapter: Chapter,
    leave_out: Path | None = None,
    skipped: Mapping[Path, str] | None = None,
    loose: list[str] | None = None,
) -> list[Submission]:
    """Return one submission per student, sorted by name.

    A student is a folder (`anna/01_gradient_descent.ipynb`) or a file (`anna.ipynb`, `anna_01_gradient_descent.ipynb`,
    `anna-01_gradient_descent.ipynb`); the downloads of Canvas, Moodle and Gradescope, the clones of GitHub Classroom
    and the folders of nbgrader are recognised by their names. Of a student's notebooks, one with the expected name is
    graded, else the newest; but one that is still as it was handed out only if there is no other.

    A student with a number on the platform is always named with it, `Jane Doe (111)`: the name must not change when a
    namesake hands in later.

    Args:
        folder: the folder of submissions.
        chapter: the chapter under grading.
        leave_out: a folder inside that holds no submissions, say the one with the results.
        skipped: why a file is empty, for those that could not be taken out of an archive.
        loose: gets a line for each file that is not a notebook and belongs to no student, so that no row mentions it.

    Raises:
        OSError: the folder cannot be read.
        UnreadableRoster: it holds a class list of GitHub Classroom that is not one.
    """
    students: dict[str, _Found] = {}
    nobodys: list[str] = []
    for handed in platforms.handed_in(folder, leave_out):
        student = handed.student or _student(handed.name, chapter)
        if not student:
            nobodys.append(handed.name)
            continue
        found = students.setdefault(_called(student, handed.number), _Found(handed.number))
        found.late = found.late or handed.late
        reason = (skipped or {}).get(handed.path) if handed.path else None
        if handed.path and handed.path.suffix.lower() == ".ipynb" and platforms.is_(handed.path, "file") and not reason:
            found.notebooks.append(handed)
        elif handed.path:
            found.others.append(printable(handed.name) + (f" ({reason})" if reason else ""))
            found.loose += [] if handed.student else [found.others[-1]]
    for name in nobodys:
        owner = students.get(printable(name.rpartition(".")[0]))
        if owner:  # `anna.py` beside the folder `anna`
            owner.others.append(printable(name))
            owner.loose.append(printable(name))
        elif loose is not None:
            loose.append(f"{printable(name)} ({_why_not(name)})")
    submissions = [_submission(name, found, chapter) for name, found in students.items()]
    return sorted(submissions, key=lambda submission: submission.student)


def chapters_in(folder: Path) -> set[Chapter]:
    """Return the chapters that the names of the notebooks in a folder of submissions mention."""
    names = [path.name for path in platforms.files(platforms.root(folder))]
    return {chapter for chapter in current().chapters if any(chapter.stem in name for name in names)}


def printable(text: str) -> str:
    """Return a text with control characters and halves of characters, which few files can hold, as escapes.

    Example:
        >>> printable("Zoë\\x1b[31m \\udce9")
        'Zoë\\\\x1b[31m \\\\udce9'
    """
    return "".join(c if c.isprintable() or c in JOINERS else c.encode("unicode_escape").decode() for c in text)


def _called(student: str, number: str) -> str:
    """Return a student's name in the results; the number tells namesakes apart, and is in the class list."""
    name = printable(student)
    return f"{name} ({printable(number)})" if number and number != student else name


def _student(file: str, chapter: Chapter) -> str:
    """Return the student that a loose file belongs to; an empty text if it is not a notebook and does not say so."""
    name, *notebook = re.split(r"\.ipynb", file, maxsplit=1, flags=re.IGNORECASE)  # `anna.ipynb.txt` is anna's as well
    student = re.sub(rf"(?<=.)[ _-]+{re.escape(chapter.stem)}.*$", "", name, flags=re.IGNORECASE)
    return student if notebook or student != name else ""


def _why_not(file: str) -> str:
    return ZIPPED if file.lower().endswith(".zip") else "no notebook"


def _submission(student: str, found: _Found, chapter: Chapter) -> Submission:
    number, late = found.number, ("handed in late",) if found.late else ()
    if not found.notebooks:
        there = f": found {', '.join(sorted(found.others)[:5])}" if found.others else ""
        zipped = any(name.lower().endswith(".zip") for name in found.others)
        hint = f"; {ZIPPED}: put its notebook in its place" if zipped else ""
        return Submission(student, None, (*late, f"no notebook{there}{hint}"), number)
    chosen, *left = found.notebooks
    if left:
        chosen, *left = sorted(found.notebooks, key=lambda handed: _rank(handed, chapter))
    notes = [*late]
    others = [*(printable(handed.name) for handed in left if not _is_other_chapter(handed, chapter))]
    others += [name for name in found.others if ".ipynb" in name.rpartition("/")[2].lower() or name in found.loose]
    if others:
        notes.append(f"graded {printable(chosen.name)}, not {', '.join(others)}")
    stem = _stem(chosen)
    if chapter.stem not in stem.casefold() and stem != student:
        notes.append(f"the file is called {printable(chosen.name.rpartition('/')[2])}, not {chapter.notebook}")
    if student.casefold().startswith(chapter.stem):
        notes.append("the file's name holds no student's name")
    if chosen.note:
        notes.append(chosen.note)
    assert chosen.path is not None
    return Submission(student, chosen.path, tuple(notes), number, *_dated(chosen, chosen.path))


def _dated(handed: Handed, path: Path) -> tuple[datetime | None, str]:
    if handed.dated_by:
        return handed.handed_in, handed.dated_by
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None, ""
    return (changed, FILE_DATE) if changed > FIRST_DATE else (None, "")


def _rank(handed: Handed, chapter: Chapter) -> tuple[bool, bool, bool, int, float, int, str]:
    try:
        changed = handed.path.stat().st_mtime if handed.path else 0.0
    except OSError:
        changed = 0.0
    if handed.dated_by == platforms.COMMIT and handed.handed_in:
        changed = handed.handed_in.timestamp()
    stem = _stem(handed)
    copy = COPY.search(stem)
    number = int("0" + "".join(re.findall(r"\d+", copy[0]))[:9]) if copy else 0
    # Platforms count what a student hands in again; elsewhere the time of the last change is the better witness.
    again = number if handed.number else 0
    expected = COPY.sub("", stem).casefold().endswith(chapter.stem)
    other = _is_other_chapter(handed, chapter)
    untouched = other or handed.path is None or not attempts(handed.path, chapter)
    return other, untouched, not expected, -again, -changed, -number, handed.name


def attempts(path: Path, chapter: Chapter) -> bool:
    """Return whether a notebook defines a function of a chapter differently from how it was handed out.

    Args:
        path: the notebook.
        chapter: the chapter under grading.
    """
    defining, given = _handed_out(chapter)
    try:
        cells = read_cells(path)
    except UnreadableNotebook:
        return False
    return any(defining.search(cell) and _squeezed(cell) not in given for cell in cells)


@lru_cache
def _handed_out(chapter: Chapter) -> tuple[re.Pattern[str], frozenset[str]]:
    """Return a pattern of cells that define a function of a chapter, and these cells as they are handed out."""
    chosen = of_chapter(chapter.name)
    names = "|".join(exercise.name for exercise in chosen)
    # Limited in length, or a hostile line would take hours.
    assigned = rf"^(?:[\w ,]{{0,200}}\W)?(?:{names})\b[^()\n]{{0,200}}=(?!=|\s*check\()"
    defining = re.compile(rf"\bdef +(?:{names})\b|{assigned}", re.MULTILINE)
    return defining, frozenset(_squeezed(stub(exercise)) for exercise in chosen)


def _squeezed(cell: str) -> str:
    """Return a cell without whitespace, and without what nbgrader writes instead of a solution."""
    return re.sub(r"# YOUR CODE HERE|\s|(?<=NotImplementedError)\(\)", "", cell)


def _is_other_chapter(handed: Handed, chapter: Chapter) -> bool:
    stem = _stem(handed).casefold()
    return chapter.stem not in stem and any(other.stem in stem for other in current().chapters)


def _stem(handed: Handed) -> str:
    return printable(re.sub(r"\.ipynb$", "", handed.name.rpartition("/")[2], flags=re.IGNORECASE))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's content; that of an empty file if it cannot be read."""
    try:
        if path.stat().st_size <= MAX_BYTES:
            return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        pass  # read_cells says why
    return hashlib.sha256().hexdigest()


@dataclass(frozen=True)
class Contents:
    """What a notebook holds.

    Args:
        cells: the sources of its code cells, in order; one in another language is empty.
        notes: what the teacher should know: which part of a damaged file was read, which language it is in.
    """

    cells: list[str]
    notes: tuple[str, ...] = ()


def read_cells(path: Path) -> list[str]:
    """Return the sources of a notebook's code cells, in order, as `read` does.

    Raises:
        UnreadableNotebook: the file holds no notebook.
    """
    return read(path).cells


def read(path: Path) -> Contents:
    """Return what a notebook holds: of nbformat 3 or 4, with missing fields or none, and of a damaged file what can
    be saved.

    Raises:
        UnreadableNotebook: the file holds no notebook.
    """
    notes: list[str] = []
    notebook = _parsed(_text(path, notes), notes)
    if not isinstance(notebook, dict):
        raise UnreadableNotebook("the file is JSON but no notebook")
    sheets = notebook.get("worksheets")
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
    lists.append(notebook.get("cells"))
    cells = [cell for part in lists if isinstance(part, list) for cell in part if isinstance(cell, dict)]
    if not any(isinstance(part, list) for part in lists):
        raise UnreadableNotebook("the file is JSON but no notebook: it has no cells")
    sources = [_source(cell) for cell in cells if cell.get("cell_type") == "code"]
    if len(sources) > MAX_CELLS:
        raise UnreadableNotebook(f"the notebook holds more than {MAX_CELLS} code cells")
    if sum(map(len, sources)) > MAX_CODE:
        raise UnreadableNotebook(f"the notebook holds more than {MAX_CODE // 2**20} MiB of code")
    return Contents(sources, (*notes, *_foreign(notebook)))


def _text(path: Path, notes: list[str]) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableNotebook(f"the file is larger than {MAX_BYTES // 2**20} MiB: {CLEAR}")
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableNotebook(f"the file cannot be read: {error.strerror}") from error
    if len(content) > LARGE and _values(content) > MAX_VALUES:
        raise UnreadableNotebook(f"the file holds more than {MAX_VALUES:,} values: {CLEAR}")
    if not content.strip(b"\0 \t\r\n"):
        raise UnreadableNotebook("the file is empty")
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for beginning, what in NO_NOTEBOOKS.items():
        if start.startswith(beginning):
            raise UnreadableNotebook(f"the file is no notebook: it is not JSON but {what}")
    encoding = json.detect_encoding(content)  # UTF-8, UTF-16 or UTF-32, with or without a mark
    try:
        return content.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        notes.append("the file is not in UTF-8: letters with accents may be wrong")
        return content.decode("cp1252" if encoding.startswith("utf-8") else encoding, "replace")


def _values(content: bytes) -> int:
    """Return roughly how many values a JSON text holds, without building them."""
    quotes = content.count(b'"') // 4  # some may be inside strings
    return quotes if quotes > MAX_VALUES else sum(map(_STRINGS.sub(b"", content).count, (b",", b"[", b"{")))


def _parsed(text: str, notes: list[str]) -> Any:
    """Return a notebook's JSON; of a damaged one, the cells before the damage."""
    try:
        return json.loads(text, strict=False)  # line ends inside strings are forgiven
    except (ValueError, RecursionError) as error:
        problem = error
    side = first_side(text)
    if side is not None:
        notes.append("the file holds git's conflict markers: the first side of each conflict is read")
        try:
            return json.loads(side, strict=False)
        except (ValueError, RecursionError) as error:
            problem = error
    what = f" (line {problem.lineno})" if isinstance(problem, json.JSONDecodeError) else ""
    cells = _whole_cells(text if side is None else side)
    count = sum(cell.get("cell_type") == "code" for cell in cells)
    if not count:
        raise UnreadableNotebook(f"the file is no notebook: it is not JSON{what}") from problem
    notes.append(f"the file is damaged or cut off{what}: only its first {count} code cells are read")
    return {"cells": cells}


def _whole_cells(text: str) -> list[dict[str, Any]]:
    start = re.search(r'"cells"\s*:\s*\[', text)  # inside a cell's source the quotes are escaped
    decoder, cells = json.JSONDecoder(strict=False), []
    at = start.end() if start else len(text)
    while at < len(text):
        at = _SEPARATORS.match(text, at).end()  # type: ignore[union-attr]  # it also matches an empty text
        try:
            cell, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        if not isinstance(cell, dict):
            break
        cells.append(cell)
    return cells


def _source(cell: dict[str, Any]) -> str:
    metadata = cell.get("metadata")
    editor = metadata.get("vscode") if isinstance(metadata, dict) else None
    language = editor.get("languageId") if isinstance(editor, dict) else None
    if isinstance(language, str) and not _is_python(language):
        return ""  # VS Code lets each cell have its own language
    source = cell.get("source", cell.get("input", ""))
    parts = source if isinstance(source, list) else [source]
    return "".join(part for part in parts if isinstance(part, str)).replace("\r\n", "\n")


def _is_python(language: str) -> bool:
    return "python" in language.lower()


def _foreign(notebook: dict[str, Any]) -> Iterator[str]:
    """Yield a note if a notebook says that it is in another language than Python 3."""
    metadata = notebook.get("metadata")
    plain = [metadata.get(key) for key in ("kernelspec", "language_info")] if isinstance(metadata, dict) else []
    kernel, info = [each if isinstance(each, dict) else {} for each in plain] or [{}, {}]
    language, version = kernel.get("language") or info.get("name"), info.get("version")
    if isinstance(language, str) and not _is_python(language):
        yield f"the notebook says that it is in {printable(language)[:40]}, not Python"
    elif isinstance(version, str) and version.startswith("2."):
        yield "the notebook says that it is in Python 2"
