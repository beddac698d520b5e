"""What is wrong with a command's files or numbers ends it with one line, and Ctrl-C with none."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import typer

from autograder.commands import program
from tests.terminal import refused


def test_help_lists_the_commands_and_imports_none_of_them() -> None:
    code = "import sys; from autograder.commands.program import app; app(['--help'], standalone_mode=False)"
    done = subprocess.run([sys.executable, "-c", f"{code}; print(*sys.modules)"], capture_output=True, text=True)
    *listed, modules = done.stdout.splitlines()
    first = [row.split()[1] for row in listed if row.startswith("│ ")]
    assert [word for word in first if word in program.COMMANDS] == list(program.COMMANDS)
    loaded = {name for name in modules.split() if name.startswith("autograder.commands.")}
    assert loaded == {"autograder.commands.program"}
    assert "sqlalchemy" not in modules


@pytest.mark.parametrize("name", program.COMMANDS)
def test_a_command_is_what_the_list_says(name: str) -> None:
    group: Any = typer.main.get_command(program.app)
    found, command, left = group.resolve_command(typer.Context(group), [name, "--help"])
    assert (found, command.name, left) == (name, name, ["--help"])
    assert command.help
    assert command.help == group.get_command(typer.Context(group), name).help


@pytest.mark.parametrize("command", ["release", "github", "nbgrader", "gradescope", "fill"])
@pytest.mark.parametrize("out", ["file/x", "file"])
def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path, monkeypatch, command: str, out: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("mine")
    assert {"release": "not empty", "github": "not empty", "gradescope": "already exists"}.get(
        command if out == "file" else "", "cannot be written"
    ) in refused(command, "01", "--out", out)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert Path("file").read_text() == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="nobody may write there, not even root")
@pytest.mark.parametrize("command", ["release", "github", "nbgrader", "gradescope", "fill"])
def test_a_place_where_nobody_may_write_is_told(command: str) -> None:
    assert "/proc/x cannot be written: No such file or directory" in refused(command, "01", "--out", "/proc/x").replace(
        "/proc/x/source/01_gradient_descent", "/proc/x"
    )


@pytest.mark.parametrize("command", ["gradescope", "nbgrader"])
@pytest.mark.parametrize("seed", [-5, 2**63])
def test_a_seed_that_is_none_is_told(tmp_path: Path, command: str, seed: int) -> None:
    assert "Invalid value for '--seed'" in refused(command, "01", "--out", tmp_path / "x", "--seed", seed)
    assert not list(tmp_path.iterdir())


def test_a_file_that_nobody_foresaw_ends_the_command_with_its_name(monkeypatch) -> None:
    monkeypatch.setattr(program, "app", lambda: Path("no", "such", "file").read_bytes())
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert str(ended.value) == f"autograder: {Path('no', 'such', 'file')}: No such file or directory"


def test_a_class_list_that_is_none_ends_the_command_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "classroom_roster.csv").write_text("name\nada\n")
    words = refused("grade", tmp_path, "--out", "marks", "--chapter", "01")
    assert re.match("autograder: .*classroom_roster.csv holds no class list", words)


def test_a_fault_of_the_program_keeps_its_traceback(monkeypatch) -> None:
    def fault() -> None:
        raise OSError("no file's")

    monkeypatch.setattr(program, "app", fault)
    with pytest.raises(OSError, match="no file's"):
        program.main()


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX signal")
def test_ctrl_c_while_the_command_is_imported_ends_it_without_a_word() -> None:
    # The command's first import takes long, and says when it begins.
    slow = "import sys, time, types\nclass Slow:\n    def find_spec(self, name, *_):\n"
    slow += "        if name == 'autograder.commands.program': print('now', flush=True); time.sleep(30)\n"
    code = f"{slow}sys.meta_path.insert(0, Slow())\nfrom autograder.__main__ import main\nmain()"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "now\n"
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, out, errors) == (130, "", "")
    assert time.monotonic() < start + 20
