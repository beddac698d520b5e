"""The set-up: what make.py installs and starts, and when."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import make as original


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """make.py in a project with nothing to install: programs are recorded, and one that is given `failing` fails."""
    make: Any = importlib.reload(original)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "constraints.txt").touch()

    def call(command: list[str]) -> int:
        make.called.append([Path(command[0]).stem, *command[1:]])
        if make.failing in command:
            return 3
        if "venv" in command:
            Path(make.program("python")).parent.mkdir(parents=True, exist_ok=True)
            Path(make.program("python")).touch()
        return 0

    monkeypatch.setattr(make.shutil, "which", lambda name: None)
    make.ROOT, make.call, make.called, make.failing = tmp_path, call, [], "nothing"
    return make


def installed(make: Any, command: str, fails: str = "nothing") -> str:
    """Return what a command installs, say "venv .[lab]"."""
    make.called, make.failing = [], fails
    assert isinstance(make.main([command]), str) == (fails != "nothing")
    return " ".join("venv" if "venv" in called else called[-1] for called in make.called if {"venv", "-e"} & {*called})


def test_each_layer_is_installed_once_and_again_when_the_lists_change(make, tmp_path):
    assert installed(make, "setup") == "venv .[grade,lab]"
    assert installed(make, "lab") == ""
    assert installed(make, "test", fails="-e") == ".[dev,grade,lab]"
    assert installed(make, "lab") == ""
    assert installed(make, "test") == ".[dev,grade,lab]"
    assert installed(make, "lab") == ""
    (tmp_path / "constraints.txt").write_text("second")
    assert installed(make, "lab", fails="-e") == ".[dev,grade,lab]"
    (tmp_path / "constraints.txt").write_text("")
    assert installed(make, "lab") == "venv .[grade,lab]"


@pytest.mark.parametrize("fails", ["venv", "-e"])
def test_a_set_up_that_fails_starts_no_program_and_is_made_again(make, fails):
    assert installed(make, "lab", fails).startswith("venv")
    assert "follow-the-slope" not in [called[0] for called in make.called]
    assert installed(make, "lab") == "venv .[grade,lab]"


def test_an_environment_that_is_damaged_or_older_or_moved_is_made_again(make, tmp_path):
    for stamp in ("", "{}", '{"root": "elsewhere", "extras": ["dev"]}'):
        installed(make, "setup")
        (tmp_path / ".venv" / "installed.json").write_text(stamp)
        assert installed(make, "lab") == "venv .[grade,lab]"
    Path(make.program("python")).unlink()
    assert installed(make, "lab") == "venv .[grade,lab]"
    make.ROOT = tmp_path.rename(tmp_path.with_name("moved"))
    assert installed(make, "lab") == "venv .[grade,lab]"


@pytest.mark.parametrize(("uv", "program"), [(None, "python"), ("/bin/uv", "uv")])
def test_uv_installs_where_it_is_there_and_both_obey_the_constraints(make, monkeypatch, uv, program):
    monkeypatch.setattr(make.shutil, "which", lambda name: uv)
    assert make.main(["setup"]) == 0
    assert all(called[0].startswith(program) for called in make.called)
    assert make.called[-1][-4:] == ["-c", "constraints.txt", "-e", ".[grade,lab]"]


def test_arguments_reach_the_program_and_the_first_that_fails_ends_a_command(make):
    assert make.main(["lab", "--no-browser"]) == 0
    assert make.called[-1] == ["follow-the-slope", "lab", "--no-browser"]
    make.failing = "loadfile"
    assert (make.main(["test"]), "loadfile" in make.called[-1]) == (3, True)
    assert make.main(["test", "--fast"]).startswith("Not a command: test --fast.")


def test_an_old_python_can_read_it_and_says_what_to_install(make):
    ast.parse(Path(original.__file__).read_text(encoding="utf-8"), feature_version=(3, 6))
    make.sys = SimpleNamespace(version_info=(3, 6, 8), version="3.6.8 (default)")
    assert make.main(["lab"]).startswith("This is Python 3.6.8, and the course needs Python 3.11 or newer: install it")
