"""Who handed in which file: the ways in which learning platforms pack a class's submissions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

METADATA = "submission_metadata.yml"
# doejane_LATE_12345_67890_homework-1.ipynb; in anonymous assignments anon_5f3xa_67890_homework.ipynb
CANVAS = re.compile(
    r"(?P<name>.+?)_(?P<late>LATE_)?(?P<number>\d+|(?<=^anon_)[^_]+|(?<=^anon_LATE_)[^_]+)_\d+_(?P<file>.+)"
)
# A folder `Jane Doe_12345_assignsubmission_file_`, or files whose names start like that.
MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?")
# Deeper in a student's folder nobody works.
MAX_DEPTH = 20
MAX_WRAPPERS = 3


@dataclass(frozen=True)
class Handed:
    """What a student handed in: a file, or nothing but a folder.

    Args:
        student: the student's name, or what there is of it.
        number: the number that the platform gave to the student; empty if it gives none.
        path: the file; None for an empty folder.
        name: the file's name as the student knows it.
        late: whether the platform says that it came late.
    """

    student: str
    number: str
    path: Path | None
    name: str
    late: bool = False


def root(folder: Path) -> Path:
    """Return the folder in which the students' files or folders lie: this one, or the one in it that holds all.

    Raises:
        OSError: the folder cannot be read.
    """
    at, inside = folder, _visible(folder)
    for _ in range(MAX_WRAPPERS):
        for path in inside:
            if path.name == "submitted" and _is_nbgrader(path):
                return path
        names = [text(path) for path in inside]
        if METADATA in names or _is_canvas(inside) or any(map(MOODLE.fullmatch, names)):
            return at
        if len(inside) != 1 or inside[0].is_symlink():
            break
        at = inside[0]
        try:
            inside = _visible(at)
        except OSError:
            break
    return folder


def _is_nbgrader(folder: Path) -> bool:
    """Whether a folder holds a folder a student, with a folder an assignment."""
    try:
        return any(is_(assignment, "dir") for student in _visible(folder) for assignment in _visible(student))
    except OSError:
        return False


def _is_canvas(inside: list[Path]) -> bool:
    files = [path for path in inside if is_(path, "file")]
    return bool(files) and 2 * sum(CANVAS.fullmatch(text(path)) is not None for path in files) >= len(files)


def handed_in(folder: Path, leave_out: Path | None = None) -> Iterator[Handed]:
    """Yield what the students handed in. A platform is known by its names; the rest is a folder or a file a student.

    Args:
        folder: the folder of submissions.
        leave_out: a folder inside that holds no submissions, say the one with the results.

    Raises:
        OSError: the folder cannot be read.
    """
    top = root(folder)
    inside = [path for path in _visible(top) if not (leave_out and path.resolve() == leave_out.resolve())]
    people, canvas = _gradescope(top / METADATA), _is_canvas(inside)
    for path in inside:
        match = MOODLE.fullmatch(text(path)) or (canvas and is_(path, "file") and CANVAS.fullmatch(text(path)))
        for student, number in people.get(path.name, []):
            yield from _handed(path, student, number)
        if match:
            name, late = match["file"] or text(path), bool(match.groupdict().get("late"))
            yield from _handed(path, match["name"], match["number"], name, late)
        elif path.name not in people:
            student = re.sub(r"\.ipynb$", "", text(path), flags=re.IGNORECASE) if is_(path, "dir") else ""
            yield from _handed(path, student, "")


def _handed(path: Path, student: str, number: str, name: str = "", late: bool = False) -> Iterator[Handed]:
    if not is_(path, "dir"):
        yield Handed(student, number, path, name or text(path), late)
        return
    empty = True
    for file in files(path):
        empty = False
        yield Handed(student, number, file, "/".join(map(_nfc, file.relative_to(path).parts)), late)
    if empty:
        yield Handed(student, number, None, "", late)


def _gradescope(path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return name and number of the students of each folder in a download from Gradescope; of a group, each."""
    if not is_(path, "file"):
        return {}
    try:
        # Plain text throughout: a number keeps its zeros, and no tag makes an object of anything.
        plain = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}  # the folders keep their own names
    folders = plain if isinstance(plain, dict) else {}
    found = {str(folder): list(_submitters(entry)) for folder, entry in folders.items()}
    return {folder: people for folder, people in found.items() if people}


def _submitters(entry: Any) -> Iterator[tuple[str, str]]:
    people = entry.get(":submitters") if isinstance(entry, dict) else None
    for person in people if isinstance(people, list) else []:
        if isinstance(person, dict):
            name, sid, email = (person.get(key) or "" for key in (":name", ":sid", ":email"))
            if all(isinstance(word, str) for word in (name, sid, email)) and (name or sid or email):
                yield _nfc(name or email or sid), sid or email


def files(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and below. Links are left: they may lead to another student's work."""
    waiting = [(folder, 0)]
    while waiting:
        at, depth = waiting.pop()
        try:
            paths = _visible(at)
        except OSError:
            continue  # an unreadable folder is one without notebooks
        for path in paths:
            if path.is_symlink():
                continue
            if is_(path, "dir") and depth < MAX_DEPTH:
                waiting.append((path, depth + 1))
            elif is_(path, "file"):
                yield path


def _visible(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if not is_litter(path.name)]


def is_litter(*names: str) -> bool:
    """Whether one of these names is that of a file which a system or an editor left behind.

    Example:
        >>> is_litter("__MACOSX", "a.ipynb"), is_litter("anna", ".ipynb_checkpoints"), is_litter("anna", "a.ipynb")
        (True, True, False)
    """
    return any(name == "__MACOSX" or (name.startswith(".") and name not in (".", "..")) for name in names)


def is_(path: Path, what: str) -> bool:
    """Whether a path is a "dir" or a "file"; where nobody may look, it is neither."""
    try:
        return path.is_dir() if what == "dir" else path.is_file()
    except OSError:
        return False


def text(path: Path) -> str:
    """Return a path's last name with its accented letters in one piece, which macOS takes apart."""
    return _nfc(path.name)


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)
