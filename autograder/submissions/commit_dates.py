"""When the notebook in a student's git repository was committed.

A repository's configuration and hooks can name programs, and git runs them. So git never runs in a student's
repository, but in an empty one, from where it reads only the student's objects.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from ..files import TemporaryFolder

HASH = re.compile(r"[0-9a-f]{40}")
BRANCH = re.compile(r"ref: (refs/heads/(?!.*\.\.)\S+)")
SECONDS = 10
MAX_BYTES = 2**20


class NoCommit(ValueError):
    """No commit gives the file's date; the message says why."""


def is_clone(folder: Path) -> bool:
    """Return whether a folder is a git repository with its files."""
    return (folder / ".git" / "HEAD").is_file()


def committed(file: Path, clone: Path) -> datetime:
    """Return when the last commit that changed a file was made, by the committer's clock.

    Args:
        file: a file in the clone.
        clone: the student's repository.

    Raises:
        NoCommit: there is no git here, or it finds no commit of the file.
    """
    git, store = shutil.which("git"), clone / ".git"
    if git is None:
        raise NoCommit("git is not installed here")
    with TemporaryFolder() as own:
        (own / "refs").mkdir()
        (own / "HEAD").write_text("ref: refs/heads/main\n")
        if shallow := _text(store / "shallow"):
            (own / "shallow").write_text(shallow)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | {
            "GIT_DIR": str(own),
            "GIT_OBJECT_DIRECTORY": str((store / "objects").resolve()),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        command = [git, "--literal-pathspecs", "-c", "core.commitGraph=false", "rev-list", "--max-count=1"]
        command += ["--timestamp", _head(store), "--", file.relative_to(clone).as_posix()]
        try:
            done = subprocess.run(command, cwd=own, env=environment, capture_output=True, timeout=SECONDS, check=True)
            return datetime.fromtimestamp(int(done.stdout.split()[0]), UTC)
        except (OSError, subprocess.SubprocessError, IndexError, ValueError, OverflowError) as error:
            raise NoCommit("git finds no commit of it") from error


def _head(store: Path) -> str:
    """Return the hash of the commit that is checked out; an empty text if it cannot be found."""
    head = _text(store / "HEAD")
    if branch := BRANCH.fullmatch(head):
        packed = re.search(rf"^(\S+) {re.escape(branch[1])}$", _text(store / "packed-refs"), re.MULTILINE)
        head = _text(store / branch[1]) or (packed[1] if packed else "")
    return head if HASH.fullmatch(head) else ""


def _text(path: Path) -> str:
    try:
        if path.is_file():  # a pipe would never end
            with path.open("rb") as stream:
                return stream.read(MAX_BYTES).decode("utf-8", "replace").strip()
    except OSError:
        pass
    return ""
