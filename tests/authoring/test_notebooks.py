"""The course's notebooks and the commands that derive, fill and execute them."""

import re
from dataclasses import replace
from itertools import pairwise

import nbformat
import pytest
from typer.testing import CliRunner

from autograder.authoring import notebooks
from autograder.checking.catalogue import exercises, find, of_chapter
from autograder.checking.exercise_cell import stub
from autograder.commands import notebooks as command
from autograder.commands.program import app
from autograder.course import current

v4 = nbformat.v4
CHAPTERS = pytest.mark.parametrize("chapter", notebooks.chapters())


def cell(source, tag, name):
    return v4.new_code_cell(source, id=name, metadata={"tags": [tag]})


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
            cell("def center_columns(): raise NotImplementedError", "exercise", "center-exercise"),
            v4.new_markdown_cell("after", id="after"),
            v4.new_code_cell("progress()\nprint(center_columns(np.eye(2)).tolist())", id="use"),
        ]
    )
    path = tmp_path / "00_start_here.ipynb"
    notebooks.write(notebook, path)
    return path


def run(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


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


@CHAPTERS
def test_exercise_cells_are_derived(chapter):
    notebook = notebooks.read(notebooks.path_of(chapter))
    assert notebooks.derive(notebook, chapter) == notebook


@CHAPTERS
def test_every_check_of_the_filled_notebook_is_green(chapter):
    # The other cells run in nbval, where `check` hands them the same functions, from the course.
    path = notebooks.path_of(chapter)
    filled = notebooks.fill_in(notebooks.read(path), chapter)
    wanted = ("exercise", "check")
    filled.cells = [c for c in filled.cells if c.id == "imports" or any(notebooks.tagged(c, tag) for tag in wanted)]
    done = notebooks.run(filled, path.parent)
    verdicts = [
        output.data["text/html"]
        for one in done.cells
        if notebooks.tagged(one, "check")
        for output in one.outputs
        if "text/html" in output.get("data", {})
    ]
    assert len(verdicts) == sum(exercise.chapter == chapter for exercise in exercises().values())
    for verdict in verdicts:
        assert 'data-status="passed"' in verdict


@CHAPTERS
def test_every_check_of_the_committed_notebook_is_open(chapter):
    notebook = notebooks.read(notebooks.path_of(chapter))
    verdicts = [one.outputs[0].data["text/html"] for one in notebook.cells if notebooks.tagged(one, "check")]
    assert verdicts
    for verdict in verdicts:
        assert 'data-status="not_attempted"' in verdict


@CHAPTERS
def test_the_committed_notebook_is_executed_and_free_of_machine_traces(chapter):
    text = notebooks.path_of(chapter).read_text(encoding="utf-8")
    notebook = notebooks.read(notebooks.path_of(chapter))
    code = [one for one in notebook.cells if one.cell_type == "code" and one.source.strip()]
    assert [one.execution_count for one in code] == list(range(1, len(code) + 1))
    assert not re.search(r"0x[0-9a-f]{6,}", text)
    assert '"ename"' not in text
    assert notebooks.WIDGET not in text
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}


def words_of(cell):
    """Return the number of words of prose: formulas, tables and folded answers are not read in one go."""
    text = re.sub(
        r"<details>.*?</details>|\$\$.*?\$\$|\$[^$]*\$|^\|.*$", "", cell.source, flags=re.DOTALL | re.MULTILINE
    )
    return len(text.split())


@CHAPTERS
def test_at_most_300_words_until_the_reader_has_to_do_something(chapter):
    words = 0
    for one in notebooks.read(notebooks.path_of(chapter)).cells:
        if notebooks.tagged(one, "exercise") or "<details>" in one.source:
            words = 0
        elif one.cell_type == "markdown":
            words += words_of(one)
        assert words <= 300, one.id


@CHAPTERS
def test_numbers_and_titles_of_exercises_are_those_of_the_page(chapter):
    cells = notebooks.read(notebooks.path_of(chapter)).cells
    headings = [
        re.findall(r"^### Exercise ([\d.]+): (.+)$", above.source, re.MULTILINE)
        for above, cell in pairwise(cells)
        if notebooks.tagged(cell, "exercise")
    ]
    assert headings == [[(exercise.number, exercise.title)] for exercise in of_chapter(chapter)]
