"""Notebooks as they really come: each gives the code that is in it, and says what is wrong with the rest."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from autograder.commands.grade import grade
from autograder.commands.program import told
from autograder.submissions import discovery
from autograder.worker.slicing import Loader
from tests import classroom
from tests.classroom import EXERCISES, NOTEBOOK

ANSWER = "def f():\n    return 'Zoë'"


def code(source: str | list[str], **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source, **more}


def book(*cells: dict[str, Any] | str, **more: Any) -> dict[str, Any]:
    plain = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return {"cells": plain, "metadata": {}, "nbformat": 4, "nbformat_minor": 4, **more}


def lines(notebook: dict[str, Any]) -> str:
    return json.dumps(notebook, indent=1, ensure_ascii=False)


def old(version: int, **cell: Any) -> dict[str, Any]:
    cell = {"cell_type": "code", "language": "python", "collapsed": False, "outputs": [], **cell}
    return {"nbformat": version, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": [cell]}]}


def conflict(mine: str, theirs: str) -> str:
    text = lines(book("import math", "MARK", "y = 2"))
    at = next(line for line in text.split("\n") if "MARK" in line)
    sides = [at.replace("MARK", json.dumps(side)[1:-1]) for side in (mine, theirs)]
    return text.replace(at, f"<<<<<<< HEAD\n{sides[0]}\n=======\n{sides[1]}\n>>>>>>> main")


PICTURE = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo" * 200_000}, "metadata": {}}
WIDGET = {"application/vnd.jupyter.widget-state+json": {"state": {"a1": {"model_name": "IntSliderModel"}}}}
COLAB = {
    "accelerator": "GPU",
    "colab": {"provenance": [], "toc_visible": True},
    "kernelspec": {"name": "python3", "display_name": "Python 3"},
    "language_info": {"name": "python"},
}
KAGGLE = {
    "kaggle": {"accelerator": "none", "dataSources": [], "isGpuEnabled": False},
    "kernelspec": {"language": "python", "display_name": "Python 3", "name": "python3"},
}
PYTHON_2 = {"language_info": {"name": "python", "version": "2.7.18"}}

# What the file holds, what `f` returns or why there is no `f`, and words that a note or a reason must hold.
NOTEBOOKS: dict[str, tuple[str | bytes | dict[str, Any], object, str]] = {
    "nbformat 2": (old(2, input=ANSWER), "Zoë", ""),
    "nbformat 3": (old(3, input=ANSWER.splitlines(keepends=True), prompt_number=1), "Zoë", ""),
    "nbformat 4.0": (book(ANSWER, nbformat_minor=0), "Zoë", ""),
    "nbformat 4.5": (book(code(ANSWER, id="a1"), nbformat_minor=5), "Zoë", ""),
    "a format of the future": (book(ANSWER, nbformat=9), "Zoë", ""),
    "Colab": (
        book(code(["#@title Answer\n", ANSWER], metadata={"id": "x", "cellView": "form"}), metadata=COLAB),
        "Zoë",
        "",
    ),
    "Kaggle": (book(code(ANSWER, metadata={"trusted": True, "_kg_hide-input": True}), metadata=KAGGLE), "Zoë", ""),
    "VS Code": (
        book(code("echo $HOME", metadata={"vscode": {"languageId": "shellscript"}}), ANSWER),
        "Zoë",
        "",
    ),
    "VS Code, Python": (book(code(ANSWER, metadata={"vscode": {"languageId": "python"}})), "Zoë", ""),
    "CRLF in the cells": (book(ANSWER.replace("\n", "\r\n")), "Zoë", ""),
    "CR in the cells": (book(ANSWER.replace("\n", "\r")), "Zoë", ""),
    "CRLF in the file": (lines(book(ANSWER)).replace("\n", "\r\n"), "Zoë", ""),
    "BOM": (lines(book(ANSWER)).encode("utf-8-sig"), "Zoë", ""),
    "UTF-16": (lines(book(ANSWER)).encode("utf-16"), "Zoë", ""),
    "UTF-16 without a mark": (lines(book(ANSWER)).encode("utf-16-be"), "Zoë", ""),
    "Windows-1252": (lines(book(ANSWER)).encode("cp1252"), "Zoë", "not in UTF-8"),
    "a line end inside a string": (lines(book(ANSWER)).replace("\\n", "\n"), "Zoë", ""),
    "NaN in the outputs": (book(code(ANSWER, outputs=[{"data": float("nan")}])), "Zoë", ""),
    "pictures": (book(code("1", outputs=[PICTURE] * 10), code(ANSWER, outputs=[PICTURE])), "Zoë", ""),
    "widgets": (book(code("slider", outputs=[{"data": WIDGET}]), ANSWER, metadata={"widgets": WIDGET}), "Zoë", ""),
    "attachments": (
        book({"cell_type": "markdown", "source": "![](attachment:a.png)", "attachments": {"a.png": {}}}, ANSWER),
        "Zoë",
        "",
    ),
    "raw and unknown cells": (book({"cell_type": "raw", "source": "def f(): 1"}, {"cell_type": 5}, ANSWER), "Zoë", ""),
    "a Python 2 cell": (book("print 'hello'\nexcept E, e: pass\nK = 3", ANSWER, metadata=PYTHON_2), "Zoë", "Python 2"),
    "a Python 2 cell with the answer": (
        book(f"print 'hello'\n{ANSWER}\nprint f()"),
        "Zoë",
        "SyntaxError in code cell 1",
    ),
    "a Python 2 function": (book("def f():\n    print 'x'\n    return 1"), None, "SyntaxError in code cell 1, line 2"),
    "another language": (book("f <- function() 1", metadata={"kernelspec": {"language": "R"}}), None, "is in R, not"),
    "a conflict in the file": (conflict(ANSWER, "def f(): return 'theirs'"), "Zoë", "git's conflict markers"),
    "a conflict in a cell": (
        book("def f():\n<<<<<<< local\n    return 'Zoë'\n=======\n    return 2\n>>>>>>> remote\n\nx = 1"),
        "Zoë",
        "a git conflict",
    ),
    "a conflict of three": (
        book("x = 0\n<<<<<<< a\nx = 1\n||||||| base\nx = 2\n=======\nx = 3\n>>>>>>> b", "def f(): return x"),
        1,
        "code cell 1, line 2: a git conflict",
    ),
    "arrows that are no conflict": (book("'''\n=======\n'''", ANSWER), "Zoë", ""),
    "cut off": (
        lines(book(ANSWER, "x = 1", "y = 2")).partition("y =")[0],
        "Zoë",
        "only its first 2 code cells are read",
    ),
    "a comma too many": (lines(book(ANSWER, "MARK")).replace('"MARK"', '"MARK",,'), "Zoë", "damaged or cut off (line"),
    "invalid JSON": ("{'cells': []}", None, "not JSON (line 1)"),
    "empty": ("", None, "the file is empty"),
    "zeros": (b"\0" * 4096, None, "the file is empty"),
    "a web page": ("\n<!DOCTYPE html><html><body>Sign in</body></html>", None, "a web page: download"),
    "a zip": (b"PK\x03\x04....", None, "a zip: unpack it"),
    "Git LFS": ("version https://git-lfs.github.com/spec/v1\n", None, "Git LFS"),
    "a script": (ANSWER, None, "not JSON"),
    "magics": (book("%matplotlib inline\n%load_ext autoreload\n%autoreload 2", f"%%time\n{ANSWER}"), "Zoë", ""),
    "an indented magic": (book(f"\n  %%time\n{ANSWER}"), "Zoë", ""),
    "a comment above the magic": (book(f"# slow\n%%time\n{ANSWER}"), "Zoë", ""),
    "a magic of an extension": (book(f"%%memit -r 1\n{ANSWER}"), "Zoë", ""),
    "%%timeit": (book(f"%%timeit -n1 -r1\n{ANSWER}"), "Zoë", ""),
    "shell lines": (book(f"!pip install numpy \\\n    scipy \\\n    pandas\n{ANSWER}"), "Zoë", ""),
    "shell lines in a function": (book("def f():\n    !ls -l \\\n       /tmp\n    return 3"), 3, ""),
    "help": (book(f"import math\nmath.sqrt??\n?math.sqrt\n{ANSWER}\nf?"), "Zoë", ""),
    "out of order": (book("def f(x=START): return x", "START = BASE + 1", "BASE = 1"), 2, ""),
    "imports at the end": (book("def f(x: np.ndarray = np.ones(1)): return int(x[0])", "import numpy as np"), 1, ""),
    "a deleted cell": (book("def g(): return helper()", ANSWER), "Zoë", ""),
    "a copied cell": (book(ANSWER, ANSWER, "def f():\n    raise NotImplementedError"), "Zoë", ""),
    "a function defined again": (book("def f(): return 1", "def g(): return f()", ANSWER), "Zoë", ""),
    "names in many scripts": (book("größe = 1", "数 = größe + 1", "عدد = 数 + 1", "def f(): return عدد"), 3, ""),
    "a name in two forms": (book("caf\u00e9 = 1", "def f(): return cafe\u0301"), 1, ""),
    "Colab's drive": (
        book("from google.colab import drive\ndrive.mount('/content/drive')", "%cd /content/drive", ANSWER),
        "Zoë",
        "",
    ),
    "display": (book("def f():\n    display(1)\n    return 2"), 2, ""),
}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_gives_what_is_in_it(tmp_path, name):
    content, expected, words = NOTEBOOKS[name]
    value, said = _loaded(tmp_path / "a.ipynb", content)
    assert value == expected, said
    assert words in said
    if not words:
        assert said == ""


def _loaded(path: Path, content: str | bytes | dict[str, Any]) -> tuple[object, str]:
    """Return what `f` of a notebook returns, or None; and all that is said about it."""
    text = json.dumps(content) if isinstance(content, dict) else content
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    try:
        contents = discovery.read(path)
    except discovery.UnreadableNotebook as error:
        return None, str(error)
    loader = Loader(contents.cells, {"display": lambda value: None})
    function, why = loader.from_slice("f")
    said = "; ".join((*contents.notes, *loader.notebook.errors, *([why] if why else [])))
    return function() if function else None, said


def test_twenty_megabytes_of_outputs_are_read_in_no_time(tmp_path):
    content = book(*(code("1", outputs=[PICTURE]) for _ in range(10)), ANSWER)
    start = time.perf_counter()
    value, _ = _loaded(tmp_path / "a.ipynb", content)
    assert (tmp_path / "a.ipynb").stat().st_size > 20 * 2**20
    assert value == "Zoë"
    assert time.perf_counter() - start < 20


def _git(notebook: bytes) -> bytes:
    text = json.dumps(json.loads(notebook), indent=1)
    at = next(line for line in text.split("\n") if "def shift_loss" in line)
    return text.replace(at, f'<<<<<<< HEAD\n{at}\n=======\n   "source": "?"\n>>>>>>> x').encode()


SOLVED = classroom.notebook(classroom.cells())
SPREAD: dict[str, Callable[[], bytes]] = {
    "Zoe\u0308/Übung 1.ipynb": lambda: SOLVED,
    f"علی\u200cرضا/{NOTEBOOK}": lambda: SOLVED,
    f"👩\u200d💻 学生/{NOTEBOOK}": lambda: SOLVED.decode().encode("utf-16"),
    f"conflict/{NOTEBOOK}": lambda: _git(SOLVED),
    f"bom/{NOTEBOOK}": lambda: SOLVED.decode().encode("utf-8-sig"),
    f"checkpoints/.ipynb_checkpoints/{NOTEBOOK}": lambda: b"{}",
    f"checkpoints/{NOTEBOOK}": lambda: SOLVED,
    f"__MACOSX/._{NOTEBOOK}": lambda: b"\0\5\26\7",
    "copied/01_gradient_descent-Copy1 (2).ipynb": lambda: SOLVED,
    f"time/{NOTEBOOK}": lambda: classroom.notebook([f"%%time\n{cell}" for cell in classroom.cells()]),
    f"late-import/{NOTEBOOK}": lambda: classroom.notebook([*classroom.cells()[1:], classroom.INTRODUCTION]),
    f"page/{NOTEBOOK}": lambda: b"<!DOCTYPE html>",
    "folder.ipynb/essay.ipynb/notes.txt": lambda: b"",
}


def test_a_class_with_odd_notebooks_is_graded_to_the_last(tmp_path):
    for name, content in SPREAD.items():
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content())
    deep = tmp_path / "in" / "deep"
    for _ in range(200):
        deep = deep / "a"
    deep.mkdir(parents=True)
    app = typer.Typer()
    app.command()(told(grade))
    result = CliRunner().invoke(app, [str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--chapter", "01"])
    assert result.exit_code == 0, result.output
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["student"]: row for row in csv.DictReader(stream)}
    most = f"{sum(exercise.points for exercise in EXERCISES.values()):g}"
    full = {"Zoë", "علی\u200cرضا", "👩\u200d💻 学生", "conflict", "bom", "checkpoints", "copied", "time", "late-import"}
    assert {name for name, row in rows.items() if row["points"] == most} == full
    assert set(rows) - full == {"page", "folder", "deep"}
    assert "a web page" in rows["page"]["note"]
    assert rows["folder"]["note"] == "No notebook: found essay.ipynb/notes.txt."
    assert rows["deep"]["note"] == "No notebook."
