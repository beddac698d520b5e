"""A clone is dated by its last commit, and nothing that it names is run."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from autograder.submissions import discovery
from tests.classroom import NOTEBOOK
from tests.zips import CHAPTER, EMPTY

pytestmark = pytest.mark.usefixtures("temporary")

MONDAY, FRIDAY = "2026-11-02T12:00:00+01:00", "2026-11-06T12:00:00+01:00"


def git(clone: Path, *arguments: str, date: str = MONDAY) -> None:
    """Run git as a student would: with a name, and at a date."""
    names = {f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    environment = {**os.environ, **names, **dates, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", clone, *arguments], env=environment, check=True, capture_output=True)


@pytest.fixture
def clone(tmp_path) -> Path:
    """A clone as `gh classroom clone student-repos` leaves it: the notebook of Monday, a change of Friday beside it."""
    made = tmp_path / "hw1-submissions" / "hw1-ada"
    made.mkdir(parents=True)
    git(made, "init", "--initial-branch", "main")
    for name, date in ((NOTEBOOK, MONDAY), ("README.md", FRIDAY)):
        (made / name).write_bytes(EMPTY)
        git(made, "add", "--all")
        git(made, "commit", "--message", "work", date=date)
    return made


def only(clone: Path) -> discovery.Submission:
    (found,) = discovery.find(clone.parent, CHAPTER)
    return found


def as_it_is(clone: Path) -> None:
    pass


def packed(clone: Path) -> None:
    git(clone, "gc")


def detached(clone: Path) -> None:
    git(clone, "checkout", "--detach")


@pytest.mark.parametrize("change", [as_it_is, packed, detached])
def test_a_clone_is_dated_by_the_last_commit_of_its_notebook(clone, change):
    change(clone)
    assert (only(clone).handed_in, only(clone).dated_by) == (datetime.fromisoformat(MONDAY), "the commit")
    assert only(clone).notes == ()


def test_a_shallow_clone_is_dated_by_the_commit_that_it_has(clone, tmp_path):
    shallow = tmp_path / "shallow" / "hw1-ada"
    shallow.parent.mkdir()
    git(tmp_path, "clone", "--depth=1", clone.as_uri(), str(shallow))
    assert only(shallow).handed_in == datetime.fromisoformat(FRIDAY)


def test_of_two_notebooks_in_a_clone_the_one_committed_last_is_the_newest(clone):
    git(clone, "rm", NOTEBOOK)
    for name, date in (("b.ipynb", FRIDAY), ("a.ipynb", MONDAY)):
        (clone / name).write_bytes(EMPTY)
        git(clone, "add", name)
        git(clone, "commit", "--message", name, date=date)
        os.utime(clone / name, (1_800_000_000 + len(date), 1_800_000_000 + (name == "a.ipynb")))
    assert only(clone).path == clone / "b.ipynb"


def test_nothing_that_a_clone_names_is_run(clone, tmp_path):
    ran, program = tmp_path / "ran", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        shutil.copy(program, clone / ".git" / "hooks" / hook)
    (clone / ".gitattributes").write_text("* filter=x diff=x\n")
    keys = "core.fsmonitor", "core.pager", "diff.external", "diff.x.textconv", "filter.x.clean", "gpg.program"
    for key in (*keys, "core.sshCommand", "alias.rev-list", "alias.log"):
        git(clone, "config", key, str(program))
    git(clone, "config", "log.showSignature", "true")
    assert only(clone).handed_in == datetime.fromisoformat(MONDAY)
    assert not ran.exists()
    git(clone, "status")  # git itself obeys the clone
    assert ran.exists()


def no_git(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(clone))


def broken(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(clone / ".git" / "objects")


def without_head(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (clone / ".git" / "HEAD").write_text("ref: refs/heads/../../../other")


def never_committed(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (clone / NOTEBOOK).unlink()
    (clone / f"new {NOTEBOOK}").write_bytes(EMPTY)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (no_git, "git is not installed here"),
        (broken, "git finds no commit of it"),
        (without_head, "git finds no commit of it"),
        (never_committed, "git finds no commit of it"),
    ],
)
def test_where_no_commit_tells_the_file_s_date_does_and_that_is_said(clone, monkeypatch, change, why):
    change(clone, monkeypatch)
    assert only(clone).dated_by == "the file's date"
    assert only(clone).notes == (f"handed_in is the file's date, not the commit's: {why}",)
