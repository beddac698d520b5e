"""Whatever lies in a folder of submissions, every student gets an entry, and every file a clear reason."""

from __future__ import annotations

import json
import os
import unicodedata
from datetime import UTC, datetime

import nbformat
import pytest

from autograder.authoring import notebooks
from autograder.course import find as find_chapter
from autograder.submissions import discovery
from autograder.submissions.discovery import UnreadableNotebook, chapters_in, digest, find, read_cells
from tests import classroom

CHAPTER = find_chapter("01")
NOTEBOOK = "01_gradient_descent.ipynb"


def put(folder, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")


def found(folder, **options) -> dict[str, str | None]:
    return {
        each.student: each.path.relative_to(folder).as_posix() if each.path else None
        for each in find(folder, CHAPTER, **options)
    }


@pytest.mark.parametrize(
    ("file", "student"),
    [
        (f"anna/{NOTEBOOK}", "anna"),
        ("anna/homework.ipynb", "anna"),
        (f"anna/Homework 1/{NOTEBOOK}", "anna"),
        ("anna.ipynb", "anna"),
        ("anna.IPYNB", "anna"),
        (f"anna_{NOTEBOOK}", "anna"),
        (f"anna-{NOTEBOOK}", "anna"),
        ("anna_01_gradient_descent (2).ipynb", "anna"),
        (f"Ana María_Núñez_{NOTEBOOK}", "Ana María_Núñez"),
        ("学生.ipynb", "学生"),
        (f"=1+1/{NOTEBOOK}", "=1+1"),
    ],
)
def test_students_are_found(tmp_path, file, student):
    put(tmp_path, file)
    assert found(tmp_path) == {student: file}


@pytest.mark.parametrize("name", [".anna", "...", "._anna", ".gitta"])
@pytest.mark.parametrize("place", ["", "homework/", "submitted/"])
def test_a_folder_whose_name_begins_with_a_dot_is_a_student_s(tmp_path, name, place):
    inside = f"01_gradient_descent/{NOTEBOOK}" if place == "submitted/" else NOTEBOOK
    put(tmp_path, f"{place}{name}/{inside}", f"{place}{name}/.old/{NOTEBOOK}", f"{place}ben/{inside}")
    put(tmp_path, *(f"{place}{litter}/x.ipynb" for litter in (".git", ".ipynb_checkpoints", ".Trash-1000", "__MACOSX")))
    assert found(tmp_path) == {name: f"{place}{name}/{inside}", "ben": f"{place}ben/{inside}"}


def test_a_folder_with_a_dot_and_no_notebook_has_a_row(tmp_path):
    put(tmp_path, ".anna/essay.pdf")
    assert found(tmp_path) == {".anna": None}


@pytest.mark.parametrize(
    "file", [".anna.ipynb", "._anna.ipynb", ".ipynb_checkpoints/anna-checkpoint.ipynb", "__MACOSX/x.ipynb"]
)
def test_litter_is_left(tmp_path, file):
    put(tmp_path, file, "ben/.ipynb_checkpoints/01-checkpoint.ipynb", "ben/__MACOSX/a.ipynb", f"ben/._{NOTEBOOK}")
    assert found(tmp_path) == {"ben": None}


def test_a_student_without_a_notebook_keeps_the_row(tmp_path):
    put(tmp_path, "anna/essay.pdf", "cleo.ipynb.txt", f"dan/{NOTEBOOK}/file.txt")
    (tmp_path / "ben").mkdir()
    notes = {each.student: each.notes for each in find(tmp_path, CHAPTER)}
    assert notes == {
        "anna": ("no notebook: found essay.pdf",),
        "ben": ("no notebook",),
        "cleo": ("no notebook: found cleo.ipynb.txt",),
        "dan": (f"no notebook: found {NOTEBOOK}/file.txt",),
    }


def test_a_loose_file_is_its_student_s_if_its_name_says_so_else_it_is_told(tmp_path):
    put(tmp_path, "anna.py", "bert_01_gradient_descent.zip", "carl.ipynb", "carl_01_gradient_descent.zip", "carl.py")
    put(tmp_path, f"dora/{NOTEBOOK}", "dora.PY", "dora/data.csv", "01_gradient_descent.py", "rest.zip")
    loose: list[str] = []
    notes = {each.student: each.notes for each in find(tmp_path, CHAPTER, loose=loose)}
    assert notes == {
        "bert": (
            "no notebook: found bert_01_gradient_descent.zip; "
            "a zip inside is not opened: put its notebook in its place",
        ),
        "carl": ("graded carl.ipynb, not carl_01_gradient_descent.zip, carl.py",),
        "dora": (f"graded {NOTEBOOK}, not dora.PY",),
    }
    assert loose == [
        "01_gradient_descent.py (no notebook)",
        "anna.py (no notebook)",
        "rest.zip (a zip inside is not opened)",
    ]


def test_the_expected_name_wins_over_a_newer_file(tmp_path):
    put(tmp_path, f"anna/{NOTEBOOK}", "anna/new.ipynb")
    os.utime(tmp_path / "anna" / NOTEBOOK, (1, 1))
    (submission,) = find(tmp_path, CHAPTER)
    assert submission.path == tmp_path / "anna" / NOTEBOOK
    assert submission.notes == (f"graded {NOTEBOOK}, not new.ipynb",)


def test_else_the_newest_wins_and_ties_go_by_name(tmp_path):
    put(tmp_path, "anna/a.ipynb", "anna/b.ipynb", "anna/c.ipynb")
    for name, changed in (("a", 1), ("b", 5), ("c", 5)):
        os.utime(tmp_path / "anna" / f"{name}.ipynb", (changed, changed))
    (submission,) = find(tmp_path, CHAPTER)
    assert submission.path == tmp_path / "anna" / "b.ipynb"
    assert submission.notes == ("graded b.ipynb, not c.ipynb, a.ipynb", f"the file is called b.ipynb, not {NOTEBOOK}")


ONE = classroom.filled(classroom.EXERCISES["squared_error"])
STUBS = classroom.stubs()
OPEN = classroom.cells(**STUBS)
EXECUTED = {"outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}], "execution_count": 7, "id": "new"}


def executed(cells: list[str]) -> bytes:
    """Return a notebook as it is after "Run All": with outputs, numbers, ids and metadata of the reader's own."""
    plain = json.loads(classroom.notebook(cells))
    plain["cells"] = [cell | EXECUTED | {"metadata": {"collapsed": True}} for cell in plain["cells"]]
    return json.dumps(plain).encode()


UNTOUCHED = {
    "as handed out": classroom.notebook(OPEN),
    "executed": executed(OPEN),
    "with other line ends": classroom.notebook([cell.replace("\n", "  \r\n") for cell in OPEN]),
    "with cells deleted": classroom.notebook(OPEN[:5]),
    "by nbgrader": classroom.notebook(
        [
            cell.replace("raise NotImplementedError", "# YOUR CODE HERE\n    raise NotImplementedError()")
            for cell in OPEN
        ]
    ),
    "with a cell to try things": classroom.notebook([*OPEN, "print(squared_error(np.ones(2), np.zeros(2)))", ""]),
    "no notebook": b"{}",
}
EDITED = {
    "solved": classroom.notebook(classroom.cells()),
    "one function": classroom.notebook(classroom.cells(**STUBS | {"squared_error": ONE})),
    "one function, the raise left below": classroom.notebook(
        [STUBS["squared_error"].replace("raise", "return 1\n    raise")]
    ),
    "by assignment": classroom.notebook([*OPEN, "squared_error = lambda y_hat, y: (y_hat - y) ** 2"]),
    "several at once": classroom.notebook([*OPEN, "bowl, squared_error = make()"]),
}


@pytest.mark.parametrize("untouched", UNTOUCHED)
@pytest.mark.parametrize(
    ("name", "edited"),
    [
        ("01_gradient_descent_final.ipynb", "solved"),
        ("01_gradient_descent (2).ipynb", "one function, the raise left below"),
        ("homework.ipynb", "one function"),
        ("work/Untitled.ipynb", "by assignment"),
        ("a.ipynb", "several at once"),
    ],
)
def test_a_notebook_as_it_was_handed_out_never_wins_over_an_edited_one(tmp_path, untouched, name, edited):
    put(tmp_path, f"anna/{NOTEBOOK}", f"anna/{name}", "anna/02_logistic_regression.ipynb")
    (tmp_path / "anna" / NOTEBOOK).write_bytes(UNTOUCHED[untouched])
    (tmp_path / "anna" / name).write_bytes(EDITED[edited])
    os.utime(tmp_path / "anna" / name, (1, 1))
    (submission,) = find(tmp_path, CHAPTER)
    assert submission.path == tmp_path / "anna" / name
    assert submission.notes[0] == f"graded {name}, not {NOTEBOOK}"


def test_a_solved_notebook_with_the_name_wins_over_an_untouched_copy_handed_in_later(tmp_path):
    folder = tmp_path / "Jane Doe_111_assignsubmission_file_"
    put(folder, NOTEBOOK, "01_gradient_descent (2).ipynb")
    (folder / NOTEBOOK).write_bytes(EDITED["solved"])
    (folder / "01_gradient_descent (2).ipynb").write_bytes(UNTOUCHED["executed"])
    (submission,) = find(tmp_path, CHAPTER)
    assert submission.path == folder / NOTEBOOK


def test_of_two_edited_ones_that_with_the_name_wins(tmp_path):
    put(tmp_path, f"anna/{NOTEBOOK}", "anna/a.ipynb")
    for name, content in ((NOTEBOOK, "one function"), ("a.ipynb", "solved")):
        (tmp_path / "anna" / name).write_bytes(EDITED[content])
    (submission,) = find(tmp_path, CHAPTER)
    assert submission.path == tmp_path / "anna" / NOTEBOOK


@pytest.mark.parametrize("name", notebooks.chapters())
def test_what_the_course_hands_out_is_untouched_in_each_chapter(tmp_path, name):
    chapter, given = find_chapter(name), notebooks.read(notebooks.path_of(name))
    for number, notebook in enumerate((given, notebooks.derive(given, name), notebooks.fill_in(given, name))):
        notebooks.write(notebook, tmp_path / f"{number}.ipynb")
    assert [discovery.attempts(tmp_path / f"{number}.ipynb", chapter) for number in range(3)] == [False, False, True]


def test_the_time_is_the_file_s_and_a_student_s_own_timestamp_says_nothing(tmp_path):
    put(tmp_path, f"anna/homework/{NOTEBOOK}", f"ben/{NOTEBOOK}")
    (tmp_path / "anna" / "homework" / "timestamp.txt").write_text("2001-01-01 00:00:00 UTC")
    for name, changed in (("anna/homework", 1_700_000_000), ("ben", 5)):  # some tools write files without a date
        os.utime(tmp_path / name / NOTEBOOK, (changed, changed))
    anna, ben = find(tmp_path, CHAPTER)
    assert (anna.handed_in, anna.dated_by) == (datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), "the file's date")
    assert (ben.handed_in, ben.dated_by) == (None, "")


@pytest.mark.parametrize("file", [NOTEBOOK, "01_gradient_descent (2).ipynb", "01_Gradient_Descent-1.ipynb"])
def test_a_name_without_a_student_is_told(tmp_path, file):
    put(tmp_path, file)
    (submission,) = find(tmp_path, CHAPTER)
    assert submission.notes == ("the file's name holds no student's name",)


def test_folder_and_file_of_one_student_are_one_student(tmp_path):
    name = unicodedata.normalize("NFD", "Zoë")
    put(tmp_path, f"{name}/{NOTEBOOK}", f"Zoë_{NOTEBOOK}")
    (submission,) = find(tmp_path, CHAPTER)
    assert submission.student == "Zoë"
    assert submission.notes[0].startswith("graded ")


def test_results_inside_the_folder_are_no_student(tmp_path):
    put(tmp_path, f"anna/{NOTEBOOK}", "grades/results.json")
    assert found(tmp_path, leave_out=tmp_path / "grades") == {"anna": f"anna/{NOTEBOOK}"}


@pytest.mark.skipif(os.name == "nt", reason="Windows lets only some users make links")
def test_a_link_to_another_student_is_not_followed(tmp_path):
    put(tmp_path, f"anna/{NOTEBOOK}")
    (tmp_path / "ben").mkdir()
    (tmp_path / "ben" / NOTEBOOK).symlink_to(tmp_path / "anna" / NOTEBOOK)
    assert found(tmp_path) == {"anna": f"anna/{NOTEBOOK}", "ben": None}


def test_the_chapter_is_told_from_the_names(tmp_path):
    put(tmp_path, f"anna/{NOTEBOOK}", "ben/homework.ipynb")
    assert chapters_in(tmp_path) == {CHAPTER}


def write(path, content) -> None:
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"import numpy as np\n", "not JSON"),
        (b'{"cells": [', "not JSON"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        ([], "no notebook"),
        ({}, "it has no cells"),
        ({"cells": "none"}, "it has no cells"),
        ({"worksheets": [5]}, "it has no cells"),
        ({"cells": [{"cell_type": "code", "source": "x" * 5 * 2**20}]}, "MiB of code"),
        ({"cells": [{"cell_type": "code", "source": ""}] * 5001}, "more than 5000 code cells"),
        ({"cells": [{}] * 1_500_000}, "more than 500,000 values"),
    ],
)
def test_what_is_no_notebook_is_said(tmp_path, content, reason):
    write(tmp_path / "a.ipynb", content)
    with pytest.raises(UnreadableNotebook, match=reason):
        read_cells(tmp_path / "a.ipynb")


def test_a_missing_or_huge_file_is_said(tmp_path, monkeypatch):
    with pytest.raises(UnreadableNotebook, match="cannot be read: No such file"):
        read_cells(tmp_path / "gone.ipynb")
    write(tmp_path / "a.ipynb", {"cells": []})
    monkeypatch.setattr(discovery, "MAX_BYTES", 3)
    with pytest.raises(UnreadableNotebook, match="larger than"):
        read_cells(tmp_path / "a.ipynb")
    assert digest(tmp_path / "a.ipynb") == digest(tmp_path / "gone.ipynb")


@pytest.mark.parametrize(
    "content",
    [
        {"cells": [{"cell_type": "code", "source": ["x = 1\n", "y = 2"]}]},
        {"cells": [{"cell_type": "code", "source": "x = 1\r\ny = 2", "outputs": "?"}], "nbformat": "four"},
        {"cells": [{"cell_type": "markdown", "source": "z"}, 5, {}, {"cell_type": "code", "source": "x = 1\ny = 2"}]},
        {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\n", "y = 2"]}]}]},
        b'\xef\xbb\xbf{"cells": [{"cell_type": "code", "source": "x = 1\\ny = 2"}]}',
        json.dumps({"cells": [{"cell_type": "code", "source": "x = 1\ny = 2"}]}, indent=1)
        .replace("\n", "\r\n")
        .encode(),
        json.dumps({"cells": [{"cell_type": "code", "source": "x = 1\ny = 2"}]}).encode("utf-16"),
    ],
    ids=["list", "CRLF", "missing fields", "nbformat 3", "BOM", "CRLF file", "UTF-16"],
)
def test_code_is_read_from_any_notebook(tmp_path, content):
    write(tmp_path / "a.ipynb", content)
    assert read_cells(tmp_path / "a.ipynb") == ["x = 1\ny = 2"]


@pytest.mark.parametrize("version", [nbformat.v3, nbformat.v4])
def test_what_nbformat_writes_is_read(tmp_path, version):
    cell = version.new_code_cell("def f():\n    return 'ä'")
    notebook = (
        version.new_notebook(cells=[cell])
        if version is nbformat.v4
        else version.new_notebook(worksheets=[version.new_worksheet(cells=[cell])])
    )
    (tmp_path / "a.ipynb").write_text(version.writes_json(notebook), encoding="utf-8")
    assert read_cells(tmp_path / "a.ipynb") == ["def f():\n    return 'ä'"]


def test_a_cell_without_source_is_empty(tmp_path):
    write(tmp_path / "a.ipynb", {"cells": [{"cell_type": "code"}, {"cell_type": "code", "source": None}]})
    assert read_cells(tmp_path / "a.ipynb") == ["", ""]
