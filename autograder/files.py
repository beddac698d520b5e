"""Write files so that nobody ever meets half of one, and make temporary folders that a killed run does not leave.

What is temporary carries a name by which the next start knows it, and a lock as long as its process lives. So what a
killed process has left is deleted by the next one, and never what another one is using. Windows has no such lock: what
is left there waits for the system's own clean-up.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from .errors import UserError

if sys.platform != "win32":
    import fcntl

# The errors that no user's file is to blame for: a disk, or the table of open files, has no room.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EROFS)
# With the machine's name: on a disk that several share, the locks of another machine may not show.
PREFIX = f".autograder-{platform.node()}-"


def write_text(path: Path, text: str, private: bool = False) -> None:
    """Write `text` to `path` as UTF-8 with \\n line ends, as `write` does.

    Raises:
        OSError: the folder cannot be written; the old file, if any, is as it was.

    Example:
        >>> with TemporaryFolder() as folder:
        ...     write_text(folder / "a" / "b.txt", "slope")
        ...     (folder / "a" / "b.txt").read_text()
        'slope'
    """
    write(path, text.encode(), private)


def write(path: Path, content: bytes, private: bool = False) -> None:
    """Write a file, whole or not at all; folders are made as needed.

    Args:
        path: the file. One that is there already keeps its permissions.
        content: what it is to hold.
        private: let nobody else read the file, nor enter a folder that is made for it.

    Raises:
        OSError: the folder cannot be written; the old file, if any, is as it was.
    """
    path.parent.mkdir(0o700 if private else 0o777, parents=True, exist_ok=True)
    temporary, lock = _made(_file, path.parent)
    try:
        temporary.write_bytes(content)
        temporary.chmod(path.stat().st_mode if path.exists() else 0o600 if private else 0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        _let_go(lock)


class TemporaryFolder:
    """A new folder that only this user may enter. It goes when deleted, after a `with`, or with the process.

    Args:
        parent: where to make it; among the system's temporary files if left out.

    Raises:
        OSError: there is no room for it.
    """

    def __init__(self, parent: Path | None = None) -> None:
        self.path, lock = _made(_folder, parent or Path(tempfile.gettempdir()))
        self.delete = weakref.finalize(self, _delete, self.path, lock, os.getpid())

    def __enter__(self) -> Path:
        """Return its path."""
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Delete it."""
        self.delete()


def _made(make: Callable[[Path], Path], parent: Path) -> tuple[Path, int | None]:
    """Return something new in a folder, and what locks it."""
    _sweep_once(parent, os.getpid())
    while True:
        path = make(parent)
        lock = _locked(path, wait=True)
        if path.exists():  # else another process has swept it, just before it was locked
            return path, lock
        _let_go(lock)


def _file(parent: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=parent, prefix=PREFIX)
    os.close(handle)
    return Path(name)


def _folder(parent: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=parent, prefix=PREFIX))


def _delete(folder: Path, lock: int | None, owner: int) -> None:
    if os.getpid() == owner:  # not in a fork of it
        delete(folder)
        _let_go(lock)


def delete(path: Path) -> None:
    """Delete a file, or a folder with all that it holds."""
    with contextlib.suppress(OSError):
        path.unlink()
    with contextlib.suppress(RecursionError):
        shutil.rmtree(path, ignore_errors=True)
    if path.exists() and sys.platform != "win32":
        # Closed folders, or folders in folders, a thousand deep: more than Python's own function can follow.
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run([*command, "--", str(path)], capture_output=True, check=False)


def sweep(folder: Path) -> None:
    """Delete the temporary files and folders in a folder that killed processes of this user have left.

    Args:
        folder: where to look; not below.
    """
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # what cannot be read stays
        for name in os.listdir(folder):
            lock = _locked(folder / name, wait=False) if name.startswith(PREFIX) else None
            if lock is None:
                continue
            if os.fstat(lock).st_uid == os.getuid():
                delete(folder / name)
            _let_go(lock)


@functools.cache
def _sweep_once(folder: Path, process: int) -> None:
    sweep(folder)


def _locked(path: Path, wait: bool) -> int | None:
    """Return what holds the lock of a file or a folder until it is let go; None if it is not to be had."""
    if sys.platform == "win32":
        return None
    try:
        lock = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(lock)
        return None
    return lock


def _let_go(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)


@contextlib.contextmanager
def writing(out: Path) -> Iterator[None]:
    """Say in one line that a result cannot be written.

    Raises:
        UserError: in place of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror or error}") from error
