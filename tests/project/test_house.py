"""The tests mirror the rooms: each module has a test file of its name, and each test file its module."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from autograder.course import current

ROOT = Path(__file__).resolve().parents[2]
TESTS = {path.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py")}

# Modules without a test file of their name, and where what they promise is proven.
ELSEWHERE = {
    # Holds next to nothing.
    "__main__": "project/test_project.py",
    "errors": "checking/test_evaluate.py",
    "checking/exercise": "checking/test_evaluate.py",
    "checking/evidence": "checking/test_diagnose.py",
    "reports/pages": "reports/test_feedback.py",
    "sandbox/empty_course": "sandbox/test_process.py",
    # How a worker is started and what it runs is seen from outside, on each rung.
    "sandbox/plan": "sandbox/test_isolation.py",
    "sandbox/workdir": "sandbox/test_isolation.py",
    "worker/__main__": "sandbox/test_launch.py",
    "worker/answering": "sandbox/test_remote.py",
    "worker/calling": "sandbox/test_process.py",
    "worker/forkserver": "sandbox/test_forkserver.py",
    "worker/limits": "sandbox/test_isolation.py",
    "worker/namespaces": "sandbox/test_isolation.py",
    "worker/preloading": "sandbox/test_forkserver.py",
    "worker/statements": "worker/test_slicing.py",
}
# Test files without a module of their name: of all commands, of the whole way to a mark, of every solution or exercise.
OVERALL = {
    "commands/test_bad_input.py",
    "exercises/test_hints.py",
    "exercises/test_part_solutions.py",
    "exercises/test_variants.py",
    "integrations/test_remarks_in_marks.py",
    "sandbox/test_attacks.py",
    "solutions/test_contract.py",
    "solutions/test_gpu.py",
    "submissions/test_real_notebooks.py",
}


def modules() -> set[str]:
    """Return modules as `room/module`; an integration is one, whatever it consists of, and exercises are their chapter."""
    found = {path.relative_to(ROOT / "autograder").with_suffix("") for path in (ROOT / "autograder").rglob("*.py")}
    found |= {path.relative_to(ROOT).with_suffix("") for path in (ROOT / "solutions").glob("*.py")}
    found = {path for path in found if path.name != "__init__" and path.parts[0] != "exercises"}
    chapters = {f"exercises/{chapter.name}" for chapter in current().chapters}
    return {"/".join(path.parts[:2]) for path in found} | chapters


def test_each_module_has_its_tests():
    missing = {
        module
        for module in modules()
        if f"{module}.py".replace(Path(module).name, f"test_{Path(module).name}") not in TESTS
    }
    assert missing == set(ELSEWHERE)
    assert set(ELSEWHERE.values()) <= TESTS


def test_each_test_file_has_its_module():
    """Or a part of one, such as `test_gradient_descent_check.py`."""
    rooms = [path for path in TESTS if path.partition("/")[0] not in ("browser", "project")]
    strangers = {
        path
        for path in rooms
        if not any(f"{path[:-3]}_".replace("test_", "", 1).startswith(f"{module}_") for module in modules())
    }
    assert strangers == OVERALL


@pytest.mark.parametrize("path", sorted(TESTS))
def test_no_test_file_imports_another(path):
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert not [name for name in named if name.rpartition(".")[2].startswith("test_")]
