"""Whole files or none, read by nobody else where they hold marks; and nothing stays of a killed process."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import files
from autograder.authoring.release import new_folder
from autograder.files import PREFIX, TemporaryFolder, delete, sweep, write_text

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither these permissions nor these locks")
HOLDS = """
import sys
from pathlib import Path
from autograder import files
folder = files.TemporaryFolder(Path.cwd())
(folder.path / "work").mkdir()
(folder.path / "work" / "notebook.ipynb").write_text("mine")
file, lock = files._made(files._file, Path.cwd())
file.write_text("half of")
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "marks.csv"
    path.write_text("old")

    def no_space(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", no_space)
    with pytest.raises(OSError, match="No space left"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["marks.csv"]


def test_unix_line_ends_everywhere(tmp_path):
    write_text(tmp_path / "a.txt", "slope\nä\n")
    assert (tmp_path / "a.txt").read_bytes() == "slope\nä\n".encode()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@POSIX
def test_what_is_private_is_read_by_nobody_else_and_what_is_there_keeps_its_permissions(tmp_path):
    write_text(tmp_path / "marks" / "a.csv", "1", private=True)
    write_text(tmp_path / "public" / "a.txt", "1")
    assert (mode(tmp_path / "marks"), mode(tmp_path / "marks" / "a.csv")) == (0o700, 0o600)
    assert mode(tmp_path / "public" / "a.txt") == 0o644
    (tmp_path / "public" / "a.txt").chmod(0o640)
    write_text(tmp_path / "public" / "a.txt", "2", private=True)
    assert mode(tmp_path / "public" / "a.txt") == 0o640
    write_text(tmp_path / "public" / "b.txt", "1", private=True)
    assert (mode(tmp_path / "public"), mode(tmp_path / "public" / "b.txt")) == (0o777 & ~umask(), 0o600)


def umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


@pytest.fixture
def holder(tmp_path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds a temporary folder and a half-written file in `tmp_path`."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-c", HOLDS], cwd=tmp_path, text=True, **pipes)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


@POSIX
def test_what_a_killed_process_has_left_goes_and_what_a_living_one_uses_stays(tmp_path, holder):
    sweep(tmp_path)
    left = sorted(path.name for path in tmp_path.rglob("*"))
    assert len(left) == 4
    assert all(mode(path) & 0o077 == 0 for path in tmp_path.iterdir())
    with TemporaryFolder(tmp_path) as ours:
        holder.kill()
        holder.wait()
        sweep(tmp_path)
        assert list(tmp_path.iterdir()) == [ours]
    assert list(tmp_path.iterdir()) == []


@POSIX
@pytest.mark.parametrize("whose", ["a link's", "another machine's", "another user's", "the teacher's"])
def test_what_is_not_its_own_stays(tmp_path, monkeypatch, whose):
    (tmp_path / "kept" / "inside").mkdir(parents=True)
    names = {"another machine's": ".autograder-elsewhere-abcdefgh", "the teacher's": ".homework.abcdefgh"}
    path = tmp_path / names.get(whose, f"{PREFIX}abcdefgh")
    if whose == "a link's":
        path.symlink_to(tmp_path / "kept")
    else:
        path.mkdir()
    if whose == "another user's":
        user = os.getuid() + 1
        monkeypatch.setattr(os, "getuid", lambda: user)
    before = sorted(tmp_path.rglob("*"))
    sweep(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


@POSIX
def test_a_folder_swept_before_it_was_locked_is_made_again(tmp_path, monkeypatch):
    original, made = files._folder, []

    def unlucky(parent: Path) -> Path:
        made.append(original(parent))
        if len(made) == 1:
            sweep(parent)
        return made[-1]

    monkeypatch.setattr(files, "_folder", unlucky)
    with TemporaryFolder(tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder]
    assert len(made) == 2


@POSIX
def test_a_homework_copy_that_was_killed_leaves_nothing_for_long(tmp_path):
    code = "import os; from pathlib import Path; from autograder.authoring.release import new_folder\n"
    code += "with new_folder(Path('h')) as bundle: bundle.mkdir(); os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False).returncode == -9
    assert len(list(tmp_path.iterdir())) == 1
    with new_folder(tmp_path / "h") as bundle:
        bundle.mkdir()
    assert [path.name for path in tmp_path.iterdir()] == ["h"]


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() == 0, reason="only root, and Windows, enter closed folders")
def test_a_closed_folder_is_deleted_too(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").write_text("")
    (tmp_path / "a" / "b").chmod(0)
    delete(tmp_path / "a")
    assert not (tmp_path / "a").exists()
