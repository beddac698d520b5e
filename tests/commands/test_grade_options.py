"""What `grade` refuses before it grades anything, and the times that it shows."""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from autograder.commands.grade import grade
from autograder.commands.program import told
from tests import classroom
from tests.classroom import NOTEBOOK

app = typer.Typer()
app.command()(told(grade))


def invoke(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def table(out: Path) -> dict[str, dict[str, str]]:
    with (out / "grades.csv").open(encoding="utf-8", newline="") as stream:
        return {row["student"]: row for row in csv.DictReader(stream)}


def refused(*arguments: object) -> str:
    result = invoke(*arguments)
    assert result.exit_code == 2, result.output
    return " ".join(result.output.replace("│", " ").split())


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder of submissions: ada's."""
    path = tmp_path / "in" / "ada" / NOTEBOOK
    path.parent.mkdir(parents=True)
    path.write_bytes(classroom.notebook(["def squared_error(y_hat, y):\n    return (y_hat - y) ** 2.0"]))
    return tmp_path / "in"


@pytest.mark.parametrize("inside", [".", "marks", "ada/marks", "../in/ada/../marks"])
def test_results_may_not_lie_among_the_submissions(tmp_path, folder, inside):
    before = sorted(tmp_path.rglob("*"))
    said = refused(folder, "--out", folder / inside)
    assert "choose a folder outside it, or results would be taken for submissions" in said
    assert sorted(tmp_path.rglob("*")) == before


def test_submissions_may_lie_among_the_results(tmp_path, folder):
    invoke(folder, "--out", tmp_path)
    assert list(table(tmp_path)) == ["ada"]


def test_the_folder_of_another_chapter_is_left_alone_whatever_the_gradebook(tmp_path, folder):
    run = (folder, "--out", tmp_path / "out", "--gradebook", f"sqlite:///{tmp_path}/all.db", "--class", "ML")
    assert invoke(*run, "--chapter", "00").exit_code == 0
    before = (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8")
    assert "out holds the marks of chapter start_here: choose another folder" in refused(*run, "--chapter", "01")
    assert (tmp_path / "out" / "grades.csv").read_text(encoding="utf-8") == before
    assert invoke(*run, "--chapter", "00").exit_code == 0


def test_classes_that_share_a_database_keep_their_folders_and_names(tmp_path, folder):
    shared = (folder, "--gradebook", f"sqlite:///{tmp_path}/all.db")
    assert "several classes may share a database: name yours with --class" in refused(*shared, "--out", tmp_path / "a")
    late = ("--deadline", "2020-01-01", "--penalty", 100)
    assert invoke(*shared, "--class", " a ", "--out", tmp_path / "a", *late).exit_code == 0
    assert invoke(*shared, "--class", "b", "--out", tmp_path / "b").exit_code == 0
    for name, attempt, off in (("a", "1 of 1", "100"), ("b", "1 of 1", "0")):
        row = table(tmp_path / name)["ada"]
        assert (row["class"], row["attempt"], row["percent_off"]) == (name, attempt, off)
    assert "holds the marks of class a: choose another folder" in refused(
        *shared, "--class", "b", "--out", tmp_path / "a"
    )
    forgotten = "holds the marks of class a: choose another folder, or name this class with --class"
    assert forgotten in refused(folder, "--out", tmp_path / "a")
    elsewhere = (*shared, "--class", "b", "--out", tmp_path / "c")
    assert "continue this class with --join" in refused(*elsewhere)
    assert not (tmp_path / "c").exists()
    assert "1 of them earlier" in invoke(*elsewhere, "--join").output
    assert invoke(*elsewhere).exit_code == 0
    assert invoke(folder, "--out", tmp_path / "own").exit_code == 0
    assert "class" not in table(tmp_path / "own")["ada"]
    assert "a class with its own gradebook" in refused(*shared, "--class", "a", "--out", tmp_path / "own")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be changed on Windows")
@pytest.mark.parametrize(
    ("zone", "shown"), [("Europe/Berlin", "2023-11-14 23:13:20+01:00"), ("UTC", "2023-11-14 22:13:20+00:00")]
)
def test_the_table_shows_local_time_with_its_offset(tmp_path, folder, monkeypatch, zone, shown):
    os.utime(folder / "ada" / NOTEBOOK, (1_700_000_000, 1_700_000_000))
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        invoke(folder, "--out", tmp_path / "out")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert table(tmp_path / "out")["ada"]["handed_in"] == shown


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--time-limit", "inf"),
        ("--time-limit", "nan"),
        ("--penalty", "nan"),
        ("--late-days", "99999999999999999999"),
        ("--jobs", "99999999999999999999"),
        ("--deadline", "9999-12-31T23:59-05:00"),
    ],
)
def test_a_number_that_no_machine_can_use_is_refused(tmp_path, folder, option, value):
    assert option in refused(folder, "--out", tmp_path / "out", option, value)
    assert not (tmp_path / "out").exists()
