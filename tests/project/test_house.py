"""The tests mirror the rooms: each module has a test file of its name, and each test file its module."""

from __future__ import annotations

import ast
from pathlib import Path

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
    # How a worker is started and what it runs is seen from outside, on each rung.
    "sandbox/plan": "sandbox/test_isolation.py",
    "sandbox/workdir": "sandbox/test_isolation.py",
    "worker/__main__": "sandbox/test_process_started.py",
    "worker/answering": "sandbox/test_session_remote.py",
    "worker/calling": "sandbox/test_process.py",
    "worker/forkserver": "sandbox/test_forkserver.py",
    "worker/namespaces": "sandbox/test_isolation.py",
    "worker/preloading": "sandbox/test_forkserver.py",
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
    """Return all modules, as `room/module`; an integration is one, whatever it consists of."""
    found = {path.relative_to(ROOT / "autograder").with_suffix("") for path in (ROOT / "autograder").rglob("*.py")}
    found |= {path.relative_to(ROOT).with_suffix("") for path in (ROOT / "solutions").glob("*.py")}
    return {"/".join(path.parts[:2]) for path in found if path.name != "__init__"}


def test_each_module_has_its_tests():
    # Exercises are proven by `autograder selftest`; what is tested beyond that goes by the modules of solutions.
    named = {path.removesuffix(".py").replace("test_", "", 1) for path in TESTS}
    missing = {module for module in modules() - named if not module.startswith("exercises/")}
    assert missing == set(ELSEWHERE)
    assert set(ELSEWHERE.values()) <= TESTS


def test_each_test_file_has_its_module():
    """Or a part of one, as `solutions/test_gradient_descent_check.py` has."""
    known = modules() | {module.replace("solutions/", "exercises/") for module in modules()}
    rooms = {path for path in TESTS if not path.startswith(("browser/", "project/"))}
    names = {path: path.removesuffix(".py").replace("test_", "", 1) for path in rooms}
    strangers = {path for path, name in names.items() if not any(f"{name}_".startswith(f"{each}_") for each in known)}
    assert strangers == OVERALL


def test_no_test_file_imports_another():
    for path in TESTS:
        tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
        named = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        named += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
        assert not [name for name in named if name.rpartition(".")[2].startswith("test_")], path
