"""Who handed in which file: the ways in which learning platforms pack a class's submissions."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from . import class_list, commit_dates

METADATA = "submission_metadata.yml"
# GitHub Classroom's class list, as it is downloaded there.
ROSTER = "classroom_roster.csv"
COMMIT = "the commit"
# nbgrader writes it beside what a student hands in, as "2026-11-30 12:00:00.000000 UTC".
TIMESTAMP = "timestamp.txt"
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(?:\.\d+)? *(?:UTC|Z|([+-]\d\d):?(\d\d))?")
# doejane_LATE_12345_67890_homework-1.ipynb; in anonymous assignments anon_5f3xa_67890_homework.ipynb
CANVAS = re.compile(
    r"(?P<name>.+?)_(?P<late>LATE_)?(?P<number>\d+|(?<=^anon_)[^_]+|(?<=^anon_LATE_)[^_]+)_\d+_(?P<file>.+)"
)
# A folder `Jane Doe_12345_assignsubmission_file_`, or files whose names start like that.
MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_(?P<file>.*))?")
# What systems, editors and other programs leave beside the students' folders. Any other folder is a student's, even one
# whose name begins with a dot; inside a student's folder, such a folder is skipped.
LITTER = re.compile(
    r"__macosx|\.((autograder-|trash|nfs).*|git(hub)?|hg|svn|ds_store|appledouble|fseventsd|spotlight-v100|temporaryitems"
    r"|ipynb_checkpoints|virtual_documents|jupyter|ipython|local|config|cache|\w+_cache|venv|env|vscode|idea|history"
    r"|snapshot|stfolder|stversions)",
    re.IGNORECASE,
)
# Nobody works deeper than this in a student's folder.
MAX_DEPTH = 20
MAX_WRAPPERS = 3


@dataclass(frozen=True)
class Handed:
    """What a student handed in: a file, or just an empty folder.

    Args:
        student: the student's name, as far as it is known; empty if the file's name has to tell.
        number: the number that the platform gave the student; empty if it gives none.
        path: the file; None for an empty folder.
        name: the file's name as the student knows it.
        late: whether the platform says that it came late.
        handed_in: when, if the platform says so.
        dated_by: which platform knows when, even if it does not say so; empty if none does.
        note: what the teacher should know about it.
    """

    student: str
    number: str
    path: Path | None
    name: str
    late: bool = False
    handed_in: datetime | None = None
    dated_by: str = ""
    note: str = ""


def root(folder: Path, leave_out: Path | None = None) -> Path:
    """Return the folder in which the students' files or folders lie: this one, or the one in it that holds all.

    A folder wraps a class if it lies alone, and is a platform's download, or holds several folders with notebooks but
    no notebook itself. A student's own folder may look like that only in a class of one.

    Args:
        folder: the folder of submissions.
        leave_out: a folder inside that holds no submissions.

    Raises:
        OSError: the folder cannot be read.
    """
    at, inside = folder, _inside(folder, leave_out)
    for _ in range(MAX_WRAPPERS):
        for path in inside:
            if path.name == "submitted" and _is_nbgrader(path):
                return path
        names = [text(path) for path in inside]
        if METADATA in names or ROSTER in names or _is_canvas(inside) or any(map(MOODLE.fullmatch, names)):
            return at
        if len(inside) != 1 or inside[0].is_symlink():
            break
        at = inside[0]
        try:
            inside = _inside(at, leave_out)
        except OSError:
            break
        if _is_class(inside):
            folder = at
    return folder


def _inside(folder: Path, leave_out: Path | None = None) -> list[Path]:
    paths = [path for path in sorted(folder.iterdir()) if not is_litter(path.name, *([""] if is_(path, "dir") else []))]
    return [path for path in paths if not (leave_out and path.resolve() == leave_out.resolve())]


def _is_class(inside: list[Path]) -> bool:
    """Return whether several folders hold notebooks, and no notebook lies beside them."""
    if any(_is_notebook(path) for path in inside):
        return False
    folders = (path for path in inside if is_(path, "dir") and not path.is_symlink())
    holding = (path for path in folders if any(map(_is_notebook, files(path))))
    return next(holding, None) is not None and next(holding, None) is not None


def _is_notebook(path: Path) -> bool:
    return path.suffix.lower() == ".ipynb" and is_(path, "file")


def _is_nbgrader(folder: Path) -> bool:
    """Return whether a folder holds one folder per student, with one folder per assignment."""
    try:
        return any(is_(assignment, "dir") for student in _inside(folder) for assignment in _visible(student))
    except OSError:
        return False


def _is_canvas(inside: list[Path]) -> bool:
    files = [path for path in inside if is_(path, "file")]
    return bool(files) and 2 * sum(CANVAS.fullmatch(text(path)) is not None for path in files) >= len(files)


def handed_in(folder: Path, leave_out: Path | None = None) -> Iterator[Handed]:
    """Yield what the students handed in. Names reveal a platform; without one, each student has a folder or a file.

    Args:
        folder: the folder of submissions.
        leave_out: a folder inside that holds no submissions, say the one with the results.

    Raises:
        OSError: the folder cannot be read.
        UnreadableRoster: it holds a class list of GitHub Classroom that is not one.
    """
    top = root(folder, leave_out)
    inside = [path for path in _inside(top, leave_out) if path.name not in (METADATA, ROSTER)]
    owners = _owners(top / ROSTER, map(text, inside))
    people, canvas = _gradescope(top / METADATA), _is_canvas(inside)
    nbgrader = top.name == "submitted" and _is_nbgrader(top)
    for path in inside:
        match = MOODLE.fullmatch(text(path)) or (canvas and is_(path, "file") and CANVAS.fullmatch(text(path)))
        for student, number, when in people.get(path.name, []):
            for handed in _handed(path, student, number):
                yield replace(handed, handed_in=when, dated_by="Gradescope" if when else "")
        if match:
            name, late = match["file"] or text(path), bool(match.groupdict().get("late"))
            for handed in _handed(path, match["name"], match["number"], name, late):
                # Canvas tells who is late, not when; the dates in its archives are those of the download.
                yield replace(handed, dated_by="Canvas") if match.re is CANVAS else handed
        elif path.name not in people:
            student = re.sub(r"\.ipynb$", "", text(path), flags=re.IGNORECASE) if is_(path, "dir") else ""
            clone = commit_dates.is_clone(path)
            for handed in _handed(path, owners.get(text(path), student), ""):
                yield _dated_by_nbgrader(handed, path) if nbgrader else _dated_by_git(handed, path) if clone else handed


def _dated_by_nbgrader(handed: Handed, student: Path) -> Handed:
    """Return what a student handed in with the time that nbgrader noted; elsewhere, anyone may write such a file."""
    if handed.path is None:
        return handed
    assignment = student / handed.path.relative_to(student).parts[0]
    when = moment(_start(assignment / TIMESTAMP))
    return replace(handed, handed_in=when, dated_by="nbgrader") if when else handed


def _dated_by_git(handed: Handed, clone: Path) -> Handed:
    """Return what lies in a clone with the time of its commit; the file's own date is that of the download."""
    if handed.path is None or not _is_notebook(handed.path):
        return handed
    try:
        return replace(handed, handed_in=commit_dates.committed(handed.path, clone), dated_by=COMMIT)
    except commit_dates.NoCommit as error:
        return replace(handed, note=f"handed_in is the file's date, not the commit's: {error}")


def _owners(path: Path, folders: Iterable[str]) -> dict[str, str]:
    """Return which student each clone `<assignment>-<login>` belongs to, as GitHub Classroom's class list says.

    Raises:
        UnreadableRoster: the file is not such a list.
    """
    if not is_(path, "file"):
        return {}
    rows = class_list.read(path, ("github_username",)).rows
    logins = (row["github_username"].strip().casefold() for row in rows)
    people = {login: _nfc(row.get("identifier", "").strip()) for login, row in zip(logins, rows, strict=True) if login}
    names = {folder: folder.casefold() for folder in folders}
    # One login may be the end of another: the assignment is what most names have before a login.
    starts = Counter(
        name[:at]
        for name in names.values()
        for at in (0, *(hyphen.end() for hyphen in re.finditer("-", name)))
        if name[at:] in people
    )
    start = max(starts, key=lambda start: (starts[start], -len(start)), default="")
    found = {folder: people.get(name[len(start) :]) for folder, name in names.items() if name.startswith(start)}
    return {folder: person for folder, person in found.items() if person}


def _start(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(100).decode("utf-8", "replace")
    except OSError:
        return ""


def moment(written: str) -> datetime | None:
    """Return a point in time from nbgrader's or Gradescope's text; without a zone it is UTC. None if it is not one.

    Example:
        >>> moment("2024-09-25 06:31:47.302206000 Z").isoformat(), moment("2024-09-25 06:31:47 +0200").isoformat()
        ('2024-09-25T06:31:47+00:00', '2024-09-25T06:31:47+02:00')
    """
    match = MOMENT.match(written.strip())
    try:
        return (
            datetime.fromisoformat(match[1] + (f"{match[2]}:{match[3]}" if match[2] else "+00:00")) if match else None
        )
    except ValueError:
        return None


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


def _gradescope(path: Path) -> dict[str, list[tuple[str, str, datetime | None]]]:
    """Return the students of each folder in a download from Gradescope, where a group has several: name, number, and
    when they handed it in."""
    if not is_(path, "file"):
        return {}
    try:
        # Plain text throughout: a number keeps its zeros, and no tag creates an object.
        plain = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}  # the folders keep their own names
    folders = plain if isinstance(plain, dict) else {}
    found = {
        str(folder): [(*person, _created(entry)) for person in _submitters(entry)] for folder, entry in folders.items()
    }
    return {folder: people for folder, people in found.items() if people}


def _created(entry: dict[str, Any]) -> datetime | None:
    return moment(str(entry.get(":created_at")))


def _submitters(entry: Any) -> Iterator[tuple[str, str]]:
    people = entry.get(":submitters") if isinstance(entry, dict) else None
    for person in people if isinstance(people, list) else []:
        if isinstance(person, dict):
            name, sid, email = (person.get(key) or "" for key in (":name", ":sid", ":email"))
            if all(isinstance(word, str) for word in (name, sid, email)) and (name or sid or email):
                yield _nfc(name or email or sid), sid or email


def files(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and below. Links are skipped: they may lead to another student's work."""
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
    """Return whether a system or a program has left a file behind, by the parts of its path; the last is its own name.

    Example:
        >>> is_litter("__MACOSX", "a.ipynb"), is_litter("anna", ".ipynb_checkpoints", ""), is_litter("anna", ".a.ipynb")
        (True, True, True)
        >>> is_litter("anna", "a.ipynb"), is_litter(".anna", "a.ipynb"), is_litter(".anna", "")
        (False, False, False)
    """
    hidden = names[-1].startswith(".") and names[-1] not in (".", "..")
    return hidden or any(map(LITTER.fullmatch, names))


def is_(path: Path, what: str) -> bool:
    """Return whether a path is a "dir" or a "file"; one that cannot be looked at is neither."""
    try:
        return path.is_dir() if what == "dir" else path.is_file()
    except OSError:
        return False


def text(path: Path) -> str:
    """Return the last part of a path with its accented letters in one piece, which macOS takes apart."""
    return _nfc(path.name)


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)
