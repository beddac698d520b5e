"""The commands sync, execute and fill write notebooks, and replace nobody's work."""

from dataclasses import replace

import nbformat
import pytest

from autograder.authoring import notebooks
from autograder.checking.catalogue import find
from autograder.checking.exercise_cell import stub
from autograder.commands import notebooks as command
from autograder.course import current
from tests.terminal import run

v4 = nbformat.v4


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one chapter with one exercise, in a folder of its own."""
    only = find("center_columns")
    course = replace(current(), notebooks=tmp_path)
    for module in (notebooks, command):
        monkeypatch.setattr(module, "current", lambda: course)
    monkeypatch.setattr(notebooks, "exercises", lambda: {only.id: only})
    notebook = v4.new_notebook(
        cells=[
            v4.new_code_cell("import numpy as np\nfrom autograder import check, progress", id="imports"),
            v4.new_code_cell(
                "def center_columns(): raise NotImplementedError", id="center-exercise", metadata={"tags": ["exercise"]}
            ),
            v4.new_markdown_cell("after", id="after"),
            v4.new_code_cell("progress()\nprint(center_columns(np.eye(2)).tolist())", id="use"),
        ]
    )
    path = tmp_path / "00_start_here.ipynb"
    notebooks.write(notebook, path)
    return path


def test_sync_writes_stub_and_check_once(course):
    assert run("sync", "--check").exit_code == 1
    assert "def center_columns(): raise" in course.read_text()
    assert run("sync").exit_code == 0
    cells = notebooks.read(course).cells
    assert cells[1].source == stub(find("center_columns"))
    assert (cells[2].source, cells[2].metadata.tags, cells[2].id) == (
        "center_columns = check(center_columns)",
        ["check"],
        "center-columns-check",
    )
    assert [c.id for c in cells] == ["imports", "center-exercise", "center-columns-check", "after", "use"]
    before = course.read_bytes()
    assert run("sync", "--check").exit_code == 0
    assert run("sync").output == ""
    assert course.read_bytes() == before


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda nb: nb.cells.pop(1), "center_columns has 0 cells tagged `exercise`, not one"),
        (lambda nb: nb.cells.append(nbformat.from_dict({**nb.cells[1], "id": "again"})), "center_columns has 2 cells"),
        (
            lambda nb: nb.cells[1].update(source="x = 1"),
            "cell 'center-exercise': it is tagged `exercise` but defines no",
        ),
        (lambda nb: nb.cells[1].update(source="def f(): pass"), "defines f, which is no exercise of start_here"),
    ],
)
def test_a_notebook_that_does_not_fit_is_named(course, spoil, message):
    notebook = notebooks.read(course)
    spoil(notebook)
    notebooks.write(notebook, course)
    result = run("sync")
    assert result.exit_code == 2
    assert result.output.startswith("autograder: 00_start_here.ipynb")
    assert message in result.output


def test_a_missing_notebook_is_named(course):
    course.unlink()
    with pytest.raises(notebooks.NotebookError, match=r"00_start_here.ipynb: No such file"):
        notebooks.read(course)


def test_execute_twice_gives_the_same_bytes(course):
    run("sync")
    assert run("execute").exit_code == 0
    first = course.read_bytes()
    assert run("execute", "00").exit_code == 0
    assert course.read_bytes() == first
    cells = {c.id: c for c in notebooks.read(course).cells}
    assert "not attempted" in cells["center-columns-check"].outputs[0].data["text/plain"]
    assert "~/.local/share/follow-the-slope/progress" in cells["use"].outputs[0].data["text/plain"]
    assert cells["use"].outputs[1].text == "[[0.5, -0.5], [-0.5, 0.5]]\n"


def test_fill_solves_the_copy_alone(course, tmp_path):
    run("sync")
    before = course.read_bytes()
    out = tmp_path / "filled"
    assert run("fill", "00", "--out", out).exit_code == 0
    assert course.read_bytes() == before
    filled = notebooks.run(notebooks.read(out / course.name), out)
    cells = {c.id: c for c in filled.cells}
    assert "passed, 1 of 1 points" in cells["center-columns-check"].outputs[0].data["text/plain"]


def test_fill_replaces_nobody_s_work_unless_asked(course, tmp_path):
    run("sync")
    out = tmp_path / "ben"
    out.mkdir()
    (out / course.name).write_text("my answers")
    refused = run("fill", "00", "--out", out)
    assert refused.exit_code == 2
    assert "--overwrite" in refused.output
    assert [path.name for path in out.iterdir()] == [course.name]
    assert (out / course.name).read_text() == "my answers"
    assert run("fill", "00", "--out", out, "--overwrite").exit_code == 0
    assert "def center_columns" in (out / course.name).read_text()
    assert run("fill", "00", "--out", out).exit_code == 0  # the same again


def test_an_unknown_chapter_lists_the_known():
    result = run("sync", "9")
    assert result.exit_code == 2
    assert "01" in result.output
    assert "gradient_descent" in result.output
