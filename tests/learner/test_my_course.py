"""The reader's own copy: it follows the course, and nothing that the reader has written is ever lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook, new_output

from autograder.course import current
from autograder.learner import my_course

NAME = "01_slopes.ipynb"
STUB = "def slope(x): ..."


def write(path: Path, source: str, output: str = "") -> None:
    outputs = [new_output("stream", text=output)] if output else []
    nbformat.write(new_notebook(cells=[new_code_cell(source, id="slope", outputs=outputs)]), path)


def source_of(path: Path) -> str:
    return nbformat.read(path, as_version=4).cells[0].source


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of one page."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write(folder / NAME, STUB, "1")
    course = replace(current(), notebooks=folder)
    monkeypatch.setattr(my_course, "current", lambda: course)
    return folder


@pytest.fixture
def mine(course: Path, tmp_path: Path) -> Path:
    """The reader's copy of the course, just made."""
    assert my_course.refresh(tmp_path / "mine") == []
    return tmp_path / "mine"


def pages(mine: Path) -> dict[str, str]:
    return {path.name: source_of(path) for path in sorted(mine.glob("*.ipynb"))}


def test_a_copy_is_the_course_and_is_trusted(course, mine):
    assert (mine / NAME).read_bytes() == (course / NAME).read_bytes()
    assert NotebookNotary().check_signature(nbformat.read(mine / NAME, as_version=4))


def test_what_the_reader_writes_stays_when_nothing_changes(mine):
    write(mine / NAME, "mine")
    assert my_course.refresh(mine) == []
    assert pages(mine) == {NAME: "mine"}


@pytest.mark.parametrize("output", ["1", "2"], ids=["never run", "run"])
def test_a_page_that_the_reader_has_only_run_follows_the_course(course, mine, output):
    write(mine / NAME, STUB, output)
    write(course / NAME, "def slope(x, y): ...")
    assert my_course.refresh(mine) == []
    assert pages(mine) == {NAME: "def slope(x, y): ..."}


def test_a_new_edition_lies_beside_the_readers_page_and_is_offered_once(course, mine):
    write(mine / NAME, "mine")
    write(course / NAME, "second edition")
    (line,) = my_course.refresh(mine)
    assert NAME in line
    assert "01_slopes.new.ipynb" in line
    assert pages(mine) == {NAME: "mine", "01_slopes.new.ipynb": "second edition"}
    (mine / "01_slopes.new.ipynb").unlink()
    assert my_course.refresh(mine) == []
    assert pages(mine) == {NAME: "mine"}


def test_a_new_edition_in_which_the_reader_goes_on_stays_too(course, mine):
    write(mine / NAME, "mine")
    write(course / NAME, "second edition")
    my_course.refresh(mine)
    write(mine / "01_slopes.new.ipynb", "mine too")
    write(course / NAME, "third edition")
    my_course.refresh(mine)
    write(course / NAME, "fourth edition")
    my_course.refresh(mine)
    assert pages(mine) == {
        NAME: "mine",
        "01_slopes.new.ipynb": "mine too",
        "01_slopes.new-2.ipynb": "fourth edition",
    }


def test_a_page_that_is_deleted_comes_back_as_new(mine):
    (mine / NAME).unlink()
    assert my_course.refresh(mine) == []
    assert pages(mine) == {NAME: STUB}


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"cells": [{}]}'])
@pytest.mark.parametrize("which", ["", my_course.ORIGINALS])
def test_a_damaged_file_stays_if_it_is_the_readers(course, mine, content, which):
    (mine / NAME).write_bytes(content)
    (mine / which / NAME).write_bytes(content)
    write(course / NAME, "second edition")
    my_course.refresh(mine)
    assert (mine / NAME).read_bytes() == content
    assert source_of(mine / "01_slopes.new.ipynb") == "second edition"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from autograder.learner.my_course import main; main()", *arguments]
    environment = {**os.environ, "JUPYTER_DATA_DIR": str(folder / "jupyter")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_the_command_copies_all_pages_and_cells_find_what_they_import_there(tmp_path):
    done = run(tmp_path, "copy")
    assert (done.returncode, done.stdout) == (0, f"Your course is in {tmp_path.resolve() / 'my-course'}\n"), done.stderr
    copied = sorted(path.name for path in (tmp_path / "my-course").glob("*"))
    assert copied == [my_course.ORIGINALS, *sorted(path.name for path in current().notebooks.glob("*.ipynb"))]
    subprocess.run([sys.executable, "-c", "import course_style"], cwd=tmp_path / "my-course", check=True)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["copy", "--folder", "a file"], "a file"),
        (["copy", "--no-browser"], "unrecognized arguments: --no-browser"),
        ([], "command"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(tmp_path, arguments, line):
    (tmp_path / "a file").touch()
    done = run(tmp_path, *arguments)
    assert done.returncode != 0
    assert line in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_the_lab_opens_the_first_page_for_everybody_without_questions(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr("jupyterlab.labapp.main", given.append)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    my_course.lab(tmp_path, ["--no-browser"])
    assert given[0][-2:] == ["--allow-root", "--no-browser"]
    assert given[0][0].endswith(str(tmp_path))
    assert given[0][1].endswith("/tree/00_start_here.ipynb")
    first, second = os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert second == "theirs"
    settings = json.loads((Path(first) / "labconfig" / "default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
