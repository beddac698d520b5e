"""Functions are found in a notebook's code, whatever became of its cells."""

from __future__ import annotations

import ast

import pytest

from autograder.worker.slicing import SAME, Loader, parse_cell, read

GIVEN = {"check": lambda function: function}


def load(*cells: str, name: str = "f"):
    """Return the function that the cells define, by its slice alone."""
    function, why = Loader(cells, GIVEN).from_slice(name)
    assert why is None, why
    return function


def load_all(*cells: str, name: str = "f"):
    function, why = Loader(cells, GIVEN).from_all_cells(name)
    assert why is None, why
    return function


def why_not(*cells: str, name: str = "f") -> str:
    function, why = Loader(cells, GIVEN).from_slice(name)
    assert function is None
    assert why is not None
    return why


def test_slice_holds_what_the_function_needs_and_nothing_else():
    cells = ["import math\nimport json", "HALF = 0.5", "x = 1 / 0", "def f(r):\n    return HALF * math.pi * r"]
    needed = [ast.unparse(statement.node).split("\n")[0] for statement in read(cells).needed("f")]
    assert needed == ["import math", "HALF = 0.5", "def f(r):"]
    assert load(*cells)(2) == pytest.approx(3.14159, rel=1e-5)


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (["def f(): return 1", "def f(): return 2"], 2),
        (["f = lambda: 1", "g = f", "f = lambda: g() + 1"], 2),
        (["def f(): return 1", "f = check(f)"], 1),
        (["def f(): return 1", "import autograder\nf = autograder.check(f)"], 1),
        (["def f(): return helper()", "def helper(): return 3"], 3),
        (["def f(): return C", "C = 1", "C = 2"], 2),
        (["C = 1", "def f(x=C): return x", "C = 2"], 1),
        (["C = 1", "D = C + 1", "C = 5", "def f(): return D"], 2),
        (["table = []", "table.append(7)", "def f(): return table[0]"], 7),
        (["table = {}", "table['a'] = 7", "def f(): return table['a']"], 7),
        (["table = {}", "for i in range(3):\n    table[i] = i * i", "def f(): return table[2]"], 4),
        (["n = 1", "n += 4", "def f(): return n"], 5),
        (["n = 1", "if n > 1:\n    n = 4", "def f(): return n"], 1),
        (["def twice(g):\n    return lambda: 2 * g()", "@twice\ndef f(): return 4"], 8),
        (["class A:\n    k = 3\n    def get(self): return self.k", "def f(): return A().get()"], 3),
        (["try:\n    import nonexistent_xyz as m\nexcept ImportError:\n    m = None", "def f(): return m"], None),
        (["from math import *", "def f(): return floor(2.5)"], 2),
        (["from __future__ import annotations", "def f(x: Missing = 3): return x"], 3),
        (["a, (b, *c) = 1, (2, 3, 4)", "def f(): return c"], [3, 4]),
        (["k = 5", "def f(): return [k * i for i in range(2)]"], [0, 5]),
        (
            ["def outer():\n    def inner(): return CONST\n    return inner()", "CONST = 9", "def f(): return outer()"],
            9,
        ),
        (["if (limit := 4) > 3:\n    pass", "def f(): return limit"], 4),
        (["with open(__import__('os').devnull) as stream:\n    text = stream.read()", "def f(): return text"], ""),
    ],
)
def test_slice_gives_what_the_notebook_meant(cells, value):
    assert load(*cells)() == value


def test_a_copied_stub_does_not_delete_the_answer():
    stub = 'def f():\n    """Return one."""\n    raise NotImplementedError'
    assert load("def f(): return 1", stub)() == 1
    assert load_all("def f(): return 1", "f = check(f)", stub)() == 1
    assert load(stub, "def f(): return 1")() == 1
    with pytest.raises(NotImplementedError):
        load(stub, 'def f():\n    raise NotImplementedError("later")')()


def test_a_failing_statement_costs_only_the_functions_that_need_it():
    cells = ["K = 1 / 0", "def f(): return K", "def g(): return 2"]
    assert why_not(*cells) == "ZeroDivisionError in code cell 1, line 1: division by zero"
    assert load(*cells, name="g")() == 2


def test_each_function_has_a_namespace_of_its_own():
    loader = Loader(
        ["count = []", "def f():\n    count.append(1)\n    return len(count)", "def g(): return len(count)"], {}
    )
    f, _ = loader.from_slice("f")
    g, _ = loader.from_slice("g")
    assert (f(), f(), g()) == (1, 2, 0)


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        (["globals()['f'] = lambda: 1"], 1),
        (["exec('def f(): return 2')"], 2),
        (["def make():\n    global f\n    def f(): return 3", "make()"], 3),
        (["x = 1 / 0\ny = 4", "exec('def f(): return y')"], 4),
        (["import sys\nsys.exit()", "exec('def f(): return 5')"], 5),
    ],
)
def test_all_cells_run_where_the_slice_finds_nothing(cells, value):
    assert "defines no function" in why_not(*cells)
    assert load_all(*cells)() == value


def test_what_is_no_function_is_said():
    assert why_not("f = 5") == "f is a int, not a function."
    assert why_not("g = 5") == "The notebook defines no function f."


def test_a_syntax_error_costs_one_function():
    broken = "def f(x):\n    return x +\n"
    cell = f"K = 2\n\ndef g():\n    return K\n\n{broken}\nL = 3\n@staticmethod\ndef h():\n    return L"
    assert why_not(cell).startswith("SyntaxError in code cell 1, line 7: invalid syntax")
    assert load(cell, name="g")() == 2
    assert load(cell, name="h")() == 3
    assert len(read([cell]).errors) == 1


def test_an_earlier_right_definition_stands_in_for_a_broken_one():
    assert load("def f(): return 1", "def f(: return 2")() == 1


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


@pytest.mark.parametrize(
    ("cells", "checked", "at_end"),
    [
        (["def h(): return 1", "def f(): return h()", "f = check(f)", "def h(): return 2"], 1, 2),
        (["def h(): return 1", "def f(): return h()", "def h(): return 2", "f = check(f)"], 2, None),
        (["def f(): return h()\ndef h(): return 1", "def h(): return 2", "def h(): return 3"], 1, 3),
        (["C = 1", "def f(): return C", "f = check(f)", "C = 2", "f = check(f)"], 1, 2),
        (["C = 1", "def f(): return C", "f = check(f)", "C = 2", "def f(): return C"], 2, None),
        (["def f(): return C", "f = check(f)", "C = 1", "C = 2"], 2, None),
        (["C = 1", "def h(): return C", "def f(): return h()", "f = check(f)", "C = 2"], 1, 2),
        (["def h(): raise NotImplementedError", "def f(): return h()", "f = check(f)", "def h(): return 2"], 2, None),
        (["C = [1]", "def f(): return C[-1]", "f = check(f)", "C.append(2)"], 1, 2),
        (["import math", "def f(): return math.floor(1.5)", "f = check(f)", "import math"], 1, None),
        (["def f(): return C[-1]", "f = check(f)", "C = [1]", "C.append(2)"], 2, None),
    ],
)
def test_a_body_reads_what_is_there_when_it_is_checked_or_at_the_end(cells, checked, at_end):
    assert load(*cells)() == checked
    function, why = Loader(cells, GIVEN).from_slice_at_end("f")
    assert (why if function is None else function()) == (SAME if at_end is None else at_end)
