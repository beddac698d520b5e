"""The command similarity writes a file, or says what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.classroom import notebook
from tests.made_up import made_up_work
from tests.terminal import refused, run


def written(folder: Path, **students: int) -> Path:
    """Write notebooks into a folder: work is alike where the number is."""
    folder.mkdir(exist_ok=True)
    for student, number in students.items():
        (folder / f"{student}.ipynb").write_bytes(notebook([made_up_work(number)]))
    return folder


@pytest.mark.parametrize("name", ["alike.html", "alike.csv"])
def test_the_command_writes_a_file(tmp_path: Path, name: str) -> None:
    folder = written(tmp_path / "handed-in", ada=1, ben=1, cem=2)
    (folder / "dee.ipynb").write_text("no JSON")
    result = run("similarity", folder, "--chapter", "01", "--out", tmp_path / name)
    assert result.exit_code == 0, result.output
    assert "3 students, 1 group to look at. Similarity is a hint, not a proof." in result.output
    assert "  at least 100 % alike: ada, ben" in result.output
    assert "not compared: dee: The file is no notebook: it is not JSON (line 1)." in result.output
    content = (tmp_path / name).read_text(encoding="utf-8")
    assert "ben" in content
    assert content.startswith("<!DOCTYPE html>" if name.endswith("html") else "group,student,")


def test_the_command_takes_the_zip_that_grade_takes(tmp_path: Path, temporary: None) -> None:
    folder = written(tmp_path / "handed-in", ada=1, ben=1, cem=2)
    made = shutil.make_archive(str(tmp_path / "submissions"), "zip", folder)
    result = run("similarity", made, "--chapter", "01", "--out", tmp_path / "alike.csv")
    assert result.exit_code == 0, result.output
    assert "3 students, 1 group to look at." in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{}", "--chapter", "01", "--out", "x.txt"], "must end in .html or .csv"),
        (["{}", "--chapter", "99", "--out", "x.csv"], "no chapter is called"),
        (["{}/none", "--chapter", "01", "--out", "x.csv"], "there is no folder"),
        (["{}", "--chapter", "01", "--out", "x.csv"], "fewer than two readable notebooks"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path: Path, arguments: list[str], words: str) -> None:
    written(tmp_path, ada=1)
    assert words in refused("similarity", *(argument.format(tmp_path) for argument in arguments))
