"""A class of 30 students for chapter 1: what each hands in, and the mark that each has earned.

The marks follow from how the notebooks are made, not from the grader: a function is the solution, a known mistake, a
stub, or something that breaks.
"""

from __future__ import annotations

import ast
import inspect
import json
from dataclasses import dataclass, field
from pathlib import Path

from autograder.checking.catalogue import exercises
from autograder.checking.exercise import Exercise, Mistake
from autograder.checking.exercise_cell import filled, stub

NOTEBOOK = "01_gradient_descent.ipynb"
EXERCISES = {exercise.name: exercise for exercise in exercises().values() if exercise.chapter == "gradient_descent"}
INTRODUCTION = "import numpy as np\nfrom autograder import check, hint, progress, solution"

# What may become of an exercise: full marks; no full marks, with this mistake named; no marks, with this status.
FULL, OPEN, ERROR = "full", "not_attempted", "error"


@dataclass
class Student:
    """A student.

    Args:
        name: the name that grades.csv should hold.
        files: content by path inside the folder of submissions; None makes a folder.
        expected: what becomes of each exercise.
        note: words that the student's note must hold.
    """

    name: str
    files: dict[str, bytes | None]
    expected: dict[str, str] = field(default_factory=lambda: dict.fromkeys(EXERCISES, FULL))
    note: str = ""


def notebook(cells: list[str]) -> bytes:
    """Return a notebook of code cells, with a text cell at its start."""
    text = {"cell_type": "markdown", "id": "text", "metadata": {}, "source": "# Gradient descent"}
    plain = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": cell, "outputs": [], "execution_count": None}
        for i, cell in enumerate(cells)
    ]
    return json.dumps({"cells": [text, *plain], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def cells(**changed: str) -> list[str]:
    """Return the cells of a solved chapter, each exercise with its check; `changed` gives other sources by name."""
    found = [INTRODUCTION]
    for name, exercise in EXERCISES.items():
        found += [changed.get(name, filled(exercise)), f"{name} = check({name})"]
    return found


def stubs() -> dict[str, str]:
    """Return the cells as they are handed out."""
    return {name: stub(exercise) for name, exercise in EXERCISES.items()}


def wrong(exercise: Exercise, number: int) -> tuple[str, str]:
    """Return the source of a known mistake, and its id: the `number`-th that can be written in a notebook."""
    sources = [(source, mistake.id) for mistake in exercise.mistakes if (source := _source(exercise, mistake))]
    return sources[number % len(sources)]


def _source(exercise: Exercise, mistake: Mistake) -> str | None:
    """Return a mistake as a cell; None if it is made from the reference or by another function."""
    function = mistake.function
    text = inspect.getsource(function) if function.__name__ != "<lambda>" else _lambda(mistake)
    if text is None or function.__closure__:
        return None
    needed = _needed(ast.parse(text), function.__globals__)
    name = function.__name__ if function.__name__ != "<lambda>" else text
    definition = text if function.__name__ != "<lambda>" else ""
    return None if needed is None else "\n\n".join([*needed, definition, f"{exercise.name} = {name}"])


def _lambda(mistake: Mistake) -> str | None:
    code = mistake.function.__code__
    module = ast.parse(Path(code.co_filename).read_text(encoding="utf-8"))
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Mistake" and len(call.args) > 1:
            name, value = call.args[0], call.args[1]
            same = isinstance(name, ast.Constant) and name.value == mistake.id and isinstance(value, ast.Lambda)
            if same and value.lineno == code.co_firstlineno:
                return ast.unparse(value)
    return None


def _needed(tree: ast.AST, names: dict) -> list[str] | None:
    """Return imports and helper functions that some code needs; None if it needs anything else of its module."""
    sources: dict[str, None] = {}
    for name in sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in names}):
        value = names[name]
        if inspect.ismodule(value) and not value.__name__.startswith("solutions"):
            sources[f"import {value.__name__} as {name}"] = None
        elif inspect.isfunction(value) and value.__globals__ is names:
            source = inspect.getsource(value)
            if value.__closure__ or (inner := _needed(ast.parse(source).body[0], names)) is None:
                return None
            sources |= dict.fromkeys([*inner, source])
        else:
            return None
    return list(sources)


def _mistaken(name: str, number: int) -> Student:
    chosen = {key: wrong(exercise, number) for key, exercise in EXERCISES.items()}
    sources = {key: source for key, (source, _) in chosen.items()}
    return Student(
        name, {f"{name}/{NOTEBOOK}": notebook(cells(**sources))}, {key: id for key, (_, id) in chosen.items()}
    )


def _breaking(name: str, exercise: str, body: str, note: str = "") -> Student:
    signature = inspect.signature(EXERCISES[exercise].reference)
    source = f"def {exercise}({', '.join(signature.parameters)}):\n" + "\n".join(
        f"    {line}" for line in body.split("\n")
    )
    expected = dict.fromkeys(EXERCISES, FULL) | {exercise: ERROR}
    return Student(name, {f"{name}/{NOTEBOOK}": notebook(cells(**{exercise: source}))}, expected, note)


def _solved(name: str, path: str, source: list[str] | bytes | None = None, note: str = "", **expected: str) -> Student:
    content = source if isinstance(source, bytes) else notebook(source or cells())
    return Student(name, {path: content}, dict.fromkeys(EXERCISES, FULL) | expected, note)


def _nothing(name: str, path: str, content: bytes | None, note: str) -> Student:
    return Student(name, {path: content}, dict.fromkeys(EXERCISES, OPEN), note)


def students() -> list[Student]:
    """Return the class."""
    return [*_honest(), *_breaking_things(), *_odd_code(), *_odd_files()]


def _honest() -> list[Student]:
    loop = (
        "def squared_error(y_hat, y):\n"
        "    kind = y_hat.dtype if y_hat.dtype.kind == 'f' else float\n"
        "    return np.array([1.0 * (p - t) ** 2 for p, t in zip(y_hat, y)], kind)"
    )
    half = dict.fromkeys(EXERCISES, FULL) | dict.fromkeys(list(EXERCISES)[3:], OPEN)
    unsolved = {name: source for name, source in stubs().items() if half[name] == OPEN}
    return [
        _solved("ada", f"ada/{NOTEBOOK}"),
        _solved("ben", f"ben_{NOTEBOOK}"),
        _solved("Zoë Åström", f"Zoë Åström-{NOTEBOOK}"),
        _solved("own-ways", f"own-ways/{NOTEBOOK}", cells(squared_error=loop)),
        _nothing("untouched", f"untouched/{NOTEBOOK}", notebook(cells(**stubs())), "Nothing attempted."),
        Student("half-done", {f"half-done/{NOTEBOOK}": notebook(cells(**unsolved))}, half),
        *(_mistaken(f"mistaken-{k + 1}", k) for k in range(4)),
    ]


def _breaking_things() -> list[Student]:
    return [
        _breaking("exits", "shift_loss", "import os\nos._exit(0)", "shift_loss: the Python process ended."),
        _breaking("loops", "numerical_gradient", "while True:\n    pass", "numerical_gradient: took longer than"),
        _breaking(
            "segfaults", "least_squares", "import ctypes\nctypes.string_at(0)", "least_squares: the Python process"
        ),
        _breaking("eats-memory", "squared_error", "return [bytes(2**26) for i in range(2**20)]"),
        _breaking(
            "peeks", "relative_error", "from solutions.gradient_descent import relative_error as r\nreturn r(a, b)"
        ),
    ]


def _odd_code() -> list[Student]:
    right = {name: filled(exercise) for name, exercise in EXERCISES.items()}
    bad, bad_id = wrong(EXERCISES["squared_error"], 0)
    broken = cells(first_slip="def first_slip(path, grad, learning_rate, atol=1e-6):\n    return -1 if")
    magic = ["%matplotlib inline\n!pip list\nimport numpy as np", "%%bash\nls", *cells()[1:], "np?"]
    magic[2] = f"%%time\n{magic[2]}"
    raising = [INTRODUCTION, "1 / 0", "figure, = undefined", *cells()[1:], "raise SystemExit"]
    noisy = "import sys\ndef noisy(f):\n    def g(*args, **kwargs):\n        print('here', file=sys.stderr)\n"
    noisy += "        return f(*args, **kwargs)\n    return g\nprint('x' * 10**6, file=sys.stderr)"
    loud = [INTRODUCTION, noisy, *(f"{source}\n\n\n{name} = noisy({name})" for name, source in right.items())]
    return [
        _solved(
            "syntax-error", f"syntax-error/{NOTEBOOK}", broken, "SyntaxError in code cell 8, line 2", first_slip=ERROR
        ),
        _solved("magics", f"magics/{NOTEBOOK}", magic),
        _solved("raises-between", f"raises-between/{NOTEBOOK}", raising),
        _solved("prints", f"prints/{NOTEBOOK}", loud),
        _solved("better-second", f"better-second/{NOTEBOOK}", [INTRODUCTION, bad, *cells()[1:]]),
        _solved("worse-second", f"worse-second/{NOTEBOOK}", [*cells(), bad], squared_error=bad_id),
        _solved("copied-stubs", f"copied-stubs/{NOTEBOOK}", [*cells(), *stubs().values()]),
        _solved("no-checks", f"no-checks/{NOTEBOOK}", ["import numpy as np", *right.values()]),
        _solved(
            "deleted-cell",
            f"deleted-cell/{NOTEBOOK}",
            [c for c in cells() if "bowl_gradient" not in c],
            bowl_gradient=OPEN,
        ),
    ]


def _odd_files() -> list[Student]:
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": cell} for cell in cells()]}]}
    windows = json.dumps(json.loads(notebook(cells())), indent=1).replace("\n", "\r\n").encode("utf-8-sig")
    two = Student(
        "two-files",
        {f"two-files/{NOTEBOOK}": notebook(cells()), "two-files/draft.ipynb": notebook(cells(**stubs()))},
        note=f"Graded {NOTEBOOK}, not draft.ipynb.",
    )
    named = _solved(
        "wrong-name", "wrong-name/Untitled1.ipynb", note=f"The file is called Untitled1.ipynb, not {NOTEBOOK}."
    )
    return [
        _solved("old-format", f"old-format/{NOTEBOOK}", json.dumps(old).encode()),
        _solved("=SUM(A1)", f"=SUM(A1)/{NOTEBOOK}", windows),
        two,
        named,
        _nothing("not-json", f"not-json/{NOTEBOOK}", b"def squared_error(y_hat, y): pass\n", "it is not JSON"),
        _nothing("empty", f"empty/{NOTEBOOK}", b"", "The file is empty."),
    ]


def write(folder: Path) -> list[Student]:
    """Write all notebooks into a folder, and return the class."""
    found = students()
    for student in found:
        for name, content in student.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir() if content is None else path.write_bytes(content)
    return found
