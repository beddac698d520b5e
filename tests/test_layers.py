"""The layers in which the course is installed: the core alone checks, and a command says which layer it lacks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COURSE, CORE = "follow-the-slope", ("numpy", "array-api-compat", "platformdirs")
VERDICTS = """
from autograder import check, evaluate
from autograder.checking.catalogue import exercises

for exercise in exercises().values():
    right = evaluate(exercise, exercise.reference)
    assert right.passed, f"{exercise.id}: {right.message}"
    mistake = next(mistake for mistake in exercise.mistakes if not mistake.craft)
    wrong = evaluate(exercise, mistake.function)
    assert (wrong.passed, wrong.mistake) == (False, mistake.id), f"{exercise.id}: {wrong.message}"
check(lambda y_hat, y: (y_hat - y) ** 2, "squared_error")
"""


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages that a kernel in a browser has, and with what an installation says of the course."""
    folder = tmp_path_factory.mktemp("core")
    for distribution in map(metadata.distribution, (*CORE, COURSE)):
        for name in {file.parts[0] for file in distribution.files or ()}:
            path = Path(str(distribution.locate_file(name)))
            if path.is_dir() and name not in ("..", "__pycache__"):
                (folder / name).symlink_to(path)
    return folder


def python(core: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python where only the core is installed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(core), str(ROOT)])}
    return subprocess.run([sys.executable, "-S", *arguments], env=environment, capture_output=True, text=True)


def test_the_core_gives_a_verdict_on_every_exercise(core):
    done = python(core, "-W", "error", "-c", VERDICTS)
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ squared_error: passed" in done.stdout


def test_without_scipy_the_numbers_are_the_same(core):
    program = """
import numpy as np
from solutions.backend import add_rows
from solutions.counting import svd_embeddings

rng = np.random.default_rng(0)
rows = add_rows(rng.normal(size=(9, 2)), rng.integers(0, 9, 20), rng.normal(size=(20, 2)))
print(np.round(np.concatenate([rows, svd_embeddings(rng.normal(size=(40, 30)), 2)]), 6).tolist())
"""
    whole = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert python(core, "-c", program).stdout == whole.stdout


def test_importing_the_autograder_loads_no_package_of_a_further_layer():
    program = "import autograder, autograder.checking.catalogue as e, sys; e.exercises(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    belongs_to = metadata.packages_distributions()
    layers = {re.split(r"[^\w-]", line)[0] for line in metadata.requires(COURSE) or () if "extra ==" in line}
    assert {"matplotlib", "typer", "scipy", "jupyterlab"} <= layers
    assert {name for top in loaded for name in belongs_to.get(top, ())} & layers - {*CORE} == set()


@pytest.mark.parametrize(
    ("module", "command", "layer"),
    [("__main__", "autograder grade", "grade"), ("learner.my_course", "follow-the-slope lab", "lab")],
)
def test_a_command_whose_layer_is_missing_says_in_one_line_what_to_install(core, module, command, layer):
    done = python(core, "-c", f"from autograder.{module} import main; main()", command.split()[1])
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f'{command} needs more packages: pip install "follow-the-slope[{layer}]"\n'


def test_a_fault_of_an_installed_layer_is_not_taken_for_a_missing_one():
    program = "import sys; sys.modules['rich'] = None; from autograder.__main__ import main; sys.argv[1:] = ['doctor']"
    done = subprocess.run([sys.executable, "-c", f"{program}; main()"], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1].startswith("ModuleNotFoundError: No module named 'rich")
