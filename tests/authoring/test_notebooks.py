"""The course's notebooks and the commands that derive, fill and execute them."""

import re
from itertools import pairwise

import nbformat
import pytest

from autograder.authoring import notebooks
from autograder.checking.catalogue import of_chapter

v4 = nbformat.v4
CHAPTERS = pytest.mark.parametrize("chapter", notebooks.chapters())


def cell(source, tag, name):
    return v4.new_code_cell(source, id=name, metadata={"tags": [tag]})


@CHAPTERS
def test_exercise_cells_are_derived(chapter):
    notebook = notebooks.read(notebooks.path_of(chapter))
    assert notebooks.derive(notebook, chapter) == notebook


@CHAPTERS
def test_every_check_of_the_filled_notebook_is_green(chapter, capsys):
    # The other cells run in nbval, where `check` hands them the same functions, from the course.
    filled = notebooks.fill_in(notebooks.read(notebooks.path_of(chapter)), chapter)
    names = {"__name__": "__main__"}
    for one in filled.cells:
        if one.id == "imports" or notebooks.tagged(one, "exercise") or notebooks.tagged(one, "check"):
            exec(one.source, names)
    passed = re.findall(r"^✓ (\w+): passed", capsys.readouterr().out, re.MULTILINE)
    assert sorted(passed) == sorted(exercise.name for exercise in of_chapter(chapter))


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
