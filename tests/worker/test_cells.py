"""Cells are read line by line: magics are dropped, and hostile text costs its own cell alone."""

from __future__ import annotations

import pytest

from autograder.worker.cells import parse_cell
from autograder.worker.slicing import Loader


def load(*cells: str):
    """Return the function `f` that the cells define."""
    function, why = Loader(cells, {}).from_slice("f")
    assert why is None, why
    return function


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nx = 1",
        "!pip install numpy\nx = 1",
        "x = 1\nprint?",
        "?print\nx = 1",
        "%%time\nx = 1",
        "%%capture out --no-stderr\n\nx = 1",
        "%%capture\n%%time\nx = 1",
        "%time x = 1",
        "x = 1\ny = !ls",
        "y = %pwd\nx = 1",
        "if True:\n    %cd -q\n    x = 1",
        "!echo it's\nx = 1",
        "x = 1\n!echo '''",
        "def g(:\n    pass\n%load_ext autoreload\nx = 1",
    ],
)
def test_magics_and_shell_lines_are_dropped(cell):
    assert load(cell, "def f(): return x")() == 1


@pytest.mark.parametrize("cell", ["%%bash\nx = 1", "%%writefile a.py\nx = 1", "%%html\n<b>", "%%javascript\nx = 1"])
def test_a_cell_that_does_not_run_python_here_is_dropped(cell):
    assert parse_cell(cell) == ([], [])


def test_a_percent_sign_that_is_no_magic_stays():
    assert load("%matplotlib inline\nx = (7\n% 4)\ntext = '''\n%d\n! no\n'''", "def f(): return x, text")() == (
        3,
        "\n%d\n! no\n",
    )


@pytest.mark.parametrize(
    "cell", ["x = '\0'", "y = '\ud800'", "(" * 500, "x = " + "-" * 100_000 + "1", "\x0c", "return 1"]
)
def test_hostile_text_costs_its_own_cell_alone(cell):
    assert load(cell, "def f(): return 1")() == 1


def test_the_lines_of_an_error_are_known():
    import linecache

    f = load("\n\ndef f():\n    raise ValueError")
    assert linecache.getline(f.__code__.co_filename, 4).strip() == "raise ValueError"
