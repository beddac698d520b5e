"""A chapter as an nbgrader assignment: what nbgrader must find in it, and nbgrader itself at work on it."""

from __future__ import annotations

import ast
import csv
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
import typer
from typer.testing import CliRunner

from autograder import evaluate
from autograder.authoring import notebooks
from autograder.checking.catalogue import exercises, find
from autograder.checking.exercise_cell import filled
from autograder.commands.nbgrader import nbgrader
from autograder.commands.program import told
from autograder.integrations.nbgrader.export import solved
from autograder.integrations.nbgrader.judge import points
from tests.classroom import EXERCISES, NOTEBOOK, wrong

app = typer.Typer()
app.command()(told(nbgrader))
STEM = "01_gradient_descent"
FLAGS = {"grade", "locked", "solution", "task"}
CHAPTERS = sorted({exercise.chapter for exercise in exercises().values()})


def invoke(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("nbgrader")
    result = invoke("01", "--out", folder, "--seed", 5)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def notebook(course) -> Any:
    return notebooks.read(course / "source" / STEM / NOTEBOOK)


def about(cell: Any) -> dict[str, Any]:
    return cell.metadata.get("nbgrader", {})


def test_the_metadata_is_nbgrader_s_version_3(notebook):
    """By hand, from nbgrader's `v3.json`: its keys, their types, and what goes with what."""
    nbformat.validate(notebook)
    marked = [cell for cell in notebook.cells if about(cell)]
    assert len(marked) == 2 * len(EXERCISES)
    ids = [about(cell)["grade_id"] for cell in marked]
    assert len(set(ids)) == len(ids)
    for cell in marked:
        meta = dict(about(cell))
        assert cell.cell_type == "code"
        assert meta.pop("schema_version") == 3
        assert re.fullmatch(r"[a-zA-Z0-9_-]+", meta.pop("grade_id"))
        assert all(type(meta[flag]) is bool for flag in FLAGS)
        assert (meta["grade"], meta["locked"], meta["task"]) == (not meta["solution"], not meta["solution"], False)
        assert set(meta) == FLAGS | ({"points"} if meta["grade"] else set())


def test_each_exercise_is_a_solution_with_a_test_of_its_points_below(notebook):
    marked = [cell for cell in notebook.cells if about(cell)]
    for exercise, solution, test in zip(EXERCISES.values(), marked[::2], marked[1::2], strict=True):
        assert about(solution)["solution"]
        assert about(test)["points"] == exercise.points
        assert f'evaluate("{exercise.id}", LocalRunner({exercise.name}, ' in test.source
        ast.parse(test.source)
        assert test.source.count("### BEGIN HIDDEN TESTS") == test.source.count("### END HIDDEN TESTS") == 1
        for line in ("### BEGIN SOLUTION", "### END SOLUTION"):
            assert solution.source.count(line) == 1
            assert line not in test.source


def cut(source: str, what: str, instead: str = "") -> str:
    """Do as nbgrader does: replace the lines between the marks, and these, by another at the first one's indent."""
    return re.sub(rf"( *)### BEGIN {what}\n.*### END {what}", rf"\1{instead}", source, flags=re.DOTALL)


def test_what_students_get_holds_no_solution_and_no_seed(notebook):
    for cell in notebook.cells:
        cell = nbformat.from_dict(cell)
        source = cut(cut(cell.source, "SOLUTION", "raise NotImplementedError()"), "HIDDEN TESTS")
        assert "nbgrader.judge" not in source
        assert "BEGIN" not in source
        if about(cell).get("solution"):
            exercise = EXERCISES[about(cell)["grade_id"]]
            namespace: dict[str, Any] = {}
            exec(source, namespace)
            assert evaluate(exercise, namespace[exercise.name]).status == "not_attempted"
            last = filled(exercise).rstrip().split("\n")[-1].strip()
            assert last not in source


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_solutions_work_where_they_stand(chapter):
    """All cells in order, as in the notebook: a solution may call an earlier one."""
    namespace: dict[str, Any] = {"__name__": "notebook"}
    chosen = [exercise for exercise in exercises().values() if exercise.chapter == chapter]
    for exercise in chosen:
        exec(solved(exercise), namespace)
    slow = {"word2vec"}  # its trainings take a minute: there, that the functions are defined must do
    for exercise in chosen if chapter not in slow else ():
        assert evaluate(exercise, namespace[exercise.name], timed=False).passed
    assert all(callable(namespace[exercise.name]) for exercise in chosen)


def test_the_judge_gives_the_points_of_the_course():
    exercise = EXERCISES["squared_error"]
    right = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2.0"
    assert points(exercise.id, [right], 1, 60) == exercise.points
    assert points(exercise.id, ["%%time\n" + right], 1, 60) == exercise.points
    assert points(exercise.id, [right, wrong(exercise, 0)[0]], 1, 60) < exercise.points
    assert points(exercise.id, ["def squared_error(y_hat, y):\n    import os\n    os._exit(0)"], 1, 60) == 0
    assert points(exercise.id, [], 1, 60) == 0
    with pytest.raises(KeyError):
        points("gradient_descent.nothing", [], 1, 60)


SHELL = """
from types import SimpleNamespace as N
get_ipython = lambda: N(history_manager=N(input_hist_raw=["", source, test]))
"""


def run_test(course: Path, notebook: Any, name: str, source: str, left: float) -> list[float]:
    """Run an exercise's test beside the homework copy; return the public points, the points, and what is left of time.

    The folder of the assignment holds a package `autograder` with the public cases; the judge must not take that.
    """
    test = next(cell for cell in notebook.cells if about(cell).get("grade_id") == f"test_{name}").source
    *lines, value = test.partition("### END")[0].strip().split("\n")
    program = [f"source, test, judge_seconds = {source!r}, {test!r}, {left}", SHELL, source, *lines]
    program += [f"print(verdict.points, {value}, judge_seconds)"]
    folder = course / "source" / STEM
    done = subprocess.run([sys.executable, "-c", "\n".join(program)], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [float(number) for number in done.stdout.split("\n")[-2].split()]


def test_the_test_gives_the_points_of_all_cases(course, notebook):
    lengths = {len(case.args[0]) for case in find("squared_error").all_cases(5) if case.hidden}
    right = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2.0"
    known = f"def squared_error(y_hat, y):\n    return y if len(y) in {lengths} else (y_hat - y) ** 2.0"
    assert run_test(course, notebook, "squared_error", right, 60)[:2] == [1, 1]
    assert run_test(course, notebook, "squared_error", known, 60)[:2] == [1, 0]


def test_the_judges_of_a_notebook_have_one_budget_of_time(course, notebook):
    loops = "def squared_error(y_hat, y):\n    while True: pass"
    assert run_test(course, notebook, "squared_error", loops, 0.5) == [0, 0, 0]
    right = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2.0"
    assert 0 < run_test(course, notebook, "squared_error", right, 60)[2] < 60


def test_the_cells_of_a_notebook_share_one_budget_of_time(course, monkeypatch):
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    config = SimpleNamespace(CourseDirectory=SimpleNamespace(), ExecutePreprocessor=SimpleNamespace())
    exec((course / "nbgrader_config.py").read_text(), {"get_config": lambda: config})
    seconds = config.ExecutePreprocessor.timeout_func
    for _ in range(2):
        config.ExecutePreprocessor.on_notebook_start(notebook=None)
        assert seconds(None) == 300
        now += 290
        assert seconds(None) == 10
        now += 290
        assert seconds(None) == 1


def test_nothing_is_overwritten(course):
    (course / "nbgrader_config.py").write_text("# mine\n")
    result = invoke("01", "--out", course)
    assert result.exit_code == 2
    assert "overwritten" in " ".join(result.output.replace("│", " ").split())
    assert invoke("99", "--out", course).exit_code == 2
    assert (course / "nbgrader_config.py").read_text() == "# mine\n"


@pytest.mark.nbgrader
@pytest.mark.skipif(importlib.util.find_spec("nbgrader") is None, reason="needs nbgrader: pip install nbgrader")
def test_nbgrader_itself(tmp_path):
    """Release, three students, autograde: with the first three exercises, since nbgrader runs each cell for each."""
    course = tmp_path / "course"
    assert invoke("01", "--out", course, "--seed", 5).exit_code == 0
    path = course / "source" / STEM / NOTEBOOK
    made = notebooks.read(path)
    names = list(EXERCISES)[:3]
    ids = {name.replace("_", "-") for name in names}
    made.cells = [
        cell
        for cell in made.cells
        if cell.id == "imports" or cell.id.removesuffix("-check") in ids or _exercise_id(cell) in names
    ]
    assert len(made.cells) == 1 + 3 * 3
    notebooks.write(made, path)
    assert "passes all the tests" in _nbgrader(course, "validate", str(path))
    _nbgrader(course, "generate_assignment", STEM)
    release = course / "release" / STEM / NOTEBOOK
    mistaken = wrong(EXERCISES[names[0]], 0)[0]
    noisy = filled(EXERCISES[names[1]]) + f"\nimport sys\nprint('here', file=sys.stderr)\nprint({names[1]})"
    right = {name: filled(EXERCISES[name]) for name in names}
    _hand_in(course, release, "right", right)
    _hand_in(course, release, "mixed", {names[0]: mistaken, names[1]: noisy})
    _hand_in(course, release, "blank", {})
    _nbgrader(course, "autograde", STEM)
    _nbgrader(course, "export", "--to", "grades.csv")
    with (course / "grades.csv").open(newline="") as stream:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(stream)}
    total = sum(EXERCISES[name].points for name in names)
    assert scores["right"] == (total, total)
    assert scores["blank"] == (0, total)
    assert scores["mixed"][0] == EXERCISES[names[1]].points


def _exercise_id(cell: Any) -> str:
    return about(cell).get("grade_id", "").removeprefix("test_")


def _hand_in(course: Path, release: Path, student: str, sources: dict[str, str]) -> None:
    made = notebooks.read(release)
    for cell in made.cells:
        if about(cell).get("solution") and about(cell)["grade_id"] in sources:
            cell.source = sources[about(cell)["grade_id"]]
    notebooks.write(made, course / "submitted" / student / STEM / NOTEBOOK)


def _nbgrader(course: Path, *arguments: str) -> str:
    environment = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1", "COURSE_PROGRESS": str(course / "progress")}
    # nbgrader starts `alembic` by its bare name.
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments], cwd=course, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
