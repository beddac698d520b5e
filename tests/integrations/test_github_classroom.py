"""The repository for GitHub Classroom: its workflow is one that GitHub takes, and the commands in it work."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.testing import CliRunner

from autograder.authoring.release import write_bundle
from autograder.checking.catalogue import exercises
from autograder.checking.exercise_cell import filled
from autograder.commands.github import github
from autograder.commands.program import told
from autograder.integrations.github_classroom.export import WORKFLOW, workflow
from tests import classroom
from tests.classroom import EXERCISES, NOTEBOOK
from tests.statements import squeezed, statements

app = typer.Typer()
app.command()(told(github))
CHAPTERS = sorted({exercise.chapter for exercise in exercises().values()})


def invoke(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("github") / "repository"
    result = invoke("01", "--out", out)
    assert result.exit_code == 0, result.output
    return out


def steps(plain: dict[str, Any]) -> list[dict[str, Any]]:
    (job,) = plain["jobs"].values()
    return job["steps"]


def graded(plain: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for step in steps(plain) if "autograding-command-grader" in step.get("uses", "")]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_workflow_has_a_graded_step_for_each_exercise(chapter):
    plain = yaml.safe_load(workflow(chapter))
    chosen = {exercise.name: exercise for exercise in exercises().values() if exercise.chapter == chapter}
    assert set(plain) == {"name", "on", "permissions", "jobs"}
    assert "push" in plain["on"]
    assert plain["permissions"] == {"checks": "write", "actions": "read", "contents": "read"}
    assert [step["id"] for step in graded(plain)] == list(chosen)
    for step in graded(plain):
        assert step["with"]["max-score"] == chosen[step["id"]].points
        assert step["with"]["test-name"] == step["id"]
    reporter = steps(plain)[-1]
    assert reporter["with"]["runners"].split(",") == list(chosen)
    assert reporter["env"] == {f"{name.upper()}_RESULTS": f"${{{{steps.{name}.outputs.result}}}}" for name in chosen}
    for step in steps(plain):
        assert ("uses" in step) != ("run" in step)
    (setup,) = (step["with"] for step in steps(plain) if "setup-python" in step.get("uses", ""))
    assert setup["python-version"] == "{}.{}".format(*sys.version_info)


def test_the_repository_holds_a_homework_copy_the_grader_and_no_more_answers(repository, tmp_path):
    write_bundle("gradient_descent", tmp_path / "bundle")
    files = {folder: _files(folder) for folder in (repository, tmp_path / "bundle")}
    more = files[repository] - files[tmp_path / "bundle"]
    assert str(WORKFLOW) in more
    assert not files[tmp_path / "bundle"] - files[repository]
    assert "autograder/integrations/github_classroom/check.py" in more
    assert not {name for name in more if re.search("mutants|selftest|release|exercises/", name)}


def test_what_is_more_than_the_homework_copy_gives_nothing_away(repository):
    shared = {squeezed(path.read_text(encoding="utf-8")) for path in (repository / "solutions").glob("*.py")}
    for path in (repository / "autograder").rglob("*.py"):
        text = squeezed(path.read_text(encoding="utf-8"))
        for exercise in EXERCISES.values():
            for statement in statements(filled(exercise)):
                known = statement.startswith(("import ", "from ")) or any(squeezed(statement) in one for one in shared)
                assert known or squeezed(statement) not in text, f"{statement!r} of {exercise.name} is in {path.name}"
            for sentence in (*(mistake.sentence for mistake in exercise.mistakes), *exercise.hints):
                assert not sentence or squeezed(sentence) not in text


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.is_file()}


def run(repository: Path, name: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """Hand in a notebook, and run the workflow's own command for an exercise, as on GitHub: in the repository."""
    (repository / NOTEBOOK).write_bytes(classroom.notebook(classroom.cells(**changed)))
    plain = yaml.safe_load((repository / WORKFLOW).read_text(encoding="utf-8"))
    (command,) = (step["with"]["command"] for step in graded(plain) if step["id"] == name)
    python, *words = shlex.split(command)
    assert python == "python"
    return subprocess.run([sys.executable, *words], cwd=repository, capture_output=True, text=True, timeout=120)


@pytest.fixture
def own(repository, tmp_path) -> Path:
    return shutil.copytree(repository, tmp_path / "own")


def test_a_right_function_passes(own):
    done = run(own, "squared_error")
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ squared_error: passed" in done.stdout


def test_only_the_public_cases_are_there(own):
    lengths = {len(case.args[0]) for case in EXERCISES["squared_error"].all_cases(0) if case.hidden}
    source = f"def squared_error(y_hat, y):\n    return y if len(y) in {lengths} else (y_hat - y) ** 2.0"
    assert run(own, "squared_error", squared_error=source).returncode == 0


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def squared_error(y_hat, y):\n    return y_hat - y", "not right yet"),
        (classroom.stubs()["squared_error"], "not attempted"),
        ("x = 1", "not attempted"),
        ("def squared_error(y_hat, y):\n    import os\n    os._exit(0)", "the Python process ended"),
    ],
)
def test_a_wrong_function_fails_and_says_why(own, source, words):
    done = run(own, "squared_error", squared_error=source)
    assert done.returncode == 1
    assert words in done.stdout


def test_a_function_that_ends_the_process_costs_no_other(own):
    source = "def squared_error(y_hat, y):\n    import os\n    os._exit(0)"
    assert run(own, "shift_loss", squared_error=source).returncode == 0


def test_a_notebook_that_is_gone_or_broken_fails(own):
    for content in (None, "{"):
        run(own, "squared_error")
        (own / NOTEBOOK).unlink()
        if content:
            (own / NOTEBOOK).write_text(content)
        command = [sys.executable, "-m", "autograder.integrations.github_classroom.check", "squared_error"]
        done = subprocess.run(command, cwd=own, capture_output=True, text=True)
        assert done.returncode == 1
        assert "There is no notebook to grade" in done.stdout


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    assert invoke("01", "--out", tmp_path).exit_code == 2
    assert invoke("99", "--out", tmp_path / "new").exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
