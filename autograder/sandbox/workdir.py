"""The folders of workers: the modules that they read, the places where they write, and how to be rid of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ..course import Chapter, current
from ..files import TemporaryFolder, delete

MAX_BYTES, MAX_FILES, MAX_DEPTH = 64 * 2**20, 10_000, 50


class Scratch:
    """The folders of workers: their modules, which they read, and the places where they write; in a temporary one."""

    def __init__(self) -> None:
        self._temporary = TemporaryFolder()
        self.delete = self._temporary.delete
        self.folder = folder = self._temporary.path
        self.modules, self.works, self.root = folder / "modules", folder / "work", folder / "root"
        self._user: int | None = None
        for each in (self.modules, self.works, self.root):
            each.mkdir(parents=True)

    def work(self, name: str) -> Path:
        """Return the folder that a worker writes in. It is made if it is not there."""
        path = self.works / name
        if not path.exists():
            path.mkdir()
        if self._user is not None:
            os.chown(path, self._user, self._user)
        return path

    def share(self, user: int) -> None:
        """Let another user read the modules, whatever rights the teacher's new files have, and write in its places.

        Args:
            user: number of the user.
        """
        self._user = user
        for folder in (self.folder, self.works):
            folder.chmod(0o711)  # it comes through, and sees no names
        for path in (self.modules, *self.modules.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def is_too_much(folder: Path) -> bool:
    """Tell whether a folder has outgrown its limits. No disk quota is to be had without root."""
    count = size = 0
    waiting = [(str(folder), 0)]
    while waiting:
        path, depth = waiting.pop()
        try:
            for entry in os.scandir(path):
                count += 1
                size += entry.stat(follow_symlinks=False).st_size
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, depth + 1))
        except FileNotFoundError:
            continue  # deleted meanwhile
        except OSError:
            return True  # closed, or a path longer than paths may be: made to hide something
        if count > MAX_FILES or size > MAX_BYTES or depth > MAX_DEPTH:
            return True
    return False


def is_filling_up(folder: Path, free: int) -> bool:
    """Tell whether the disk of a folder is getting full, and by more than its files may hold.

    Files that are deleted while they are open take space that nobody sees in a folder. Others may write on the disk,
    too, so this is asked only where there is little left.

    Args:
        folder: the folder.
        free: bytes that were free on its disk before.
    """
    disk = shutil.disk_usage(folder)
    return disk.free < disk.total / 4 and free - disk.free > MAX_BYTES


def empty(folder: Path) -> bool:
    """Delete all that a folder holds; tell whether it is empty then."""
    try:
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                delete(Path(entry.path))
            else:
                os.unlink(entry.path)
        return not os.listdir(folder)
    except OSError:
        return False


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


def write_modules(folder: Path, chapter: Chapter) -> None:
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
