"""Write files whole or not at all, and make temporary folders that not even a killed run leaves behind for long.

Temporary files and folders have a name that the next run recognises, and a lock for as long as their process lives. So
a run deletes what a killed one has left, and never what another one is using. Windows has no such lock: what is left
there waits for the system's own clean-up.
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

# Errors for which no user's file is to blame: a disk is full or read-only, or too many files are open.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EROFS)
# With the machine's name: on a shared disk, the locks of another machine may not show.
PREFIX = f".autograder-{platform.node()}-"


def write_text(path: Path, text: str, private: bool = False) -> None:
    """Write `text` to `path` as UTF-8 with \\n line ends, as `write` does.

    Raises:
        OSError: the folder cannot be written; the old file, if any, is unchanged.

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
        path: the file. An existing one keeps its permissions.
        content: the bytes to write.
        private: let nobody else read the file, nor enter a folder that is made for it.

    Raises:
        OSError: the folder cannot be written; the old file, if any, is unchanged.
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
    """A new folder that only this user may enter. `delete()`, the end of a `with` or of the process removes it.

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
    """Return a new file or folder in `parent`, and the file descriptor that locks it."""
    _sweep_once(parent, os.getpid())
    while True:
        path = make(parent)
        lock = _locked(path, wait=True)
        if path.exists():  # else another process has swept it away just before it was locked
            return path, lock
        _let_go(lock)


def _file(parent: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=parent, prefix=PREFIX)
    os.close(handle)
    return Path(name)


def _folder(parent: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=parent, prefix=PREFIX))


def _delete(folder: Path, lock: int | None, owner: int) -> None:
    if os.getpid() == owner:  # not in a fork of that process
        delete(folder)
        _let_go(lock)


def delete(path: Path) -> None:
    """Delete a file, or a folder with all that it holds."""
    with contextlib.suppress(OSError):
        path.unlink()
    with contextlib.suppress(RecursionError):
        shutil.rmtree(path, ignore_errors=True)
    if path.exists() and sys.platform != "win32":
        # Folders without permissions, or nested a thousand deep: more than Python's own function can handle.
        for command in (["chmod", "-R", "u+rwX"], ["rm", "-rf"]):
            subprocess.run([*command, "--", str(path)], capture_output=True, check=False)


def sweep(folder: Path) -> None:
    """Delete the temporary files and folders that killed processes of this user have left in a folder.

    Args:
        folder: where to look; its subfolders are left alone.
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
    """Return a file descriptor that locks a file or folder until it is closed; None if it cannot be locked."""
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
        UserError: instead of an `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror or error}") from error
