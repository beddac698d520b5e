"""A cell that did not run is noticed, in a real IPython shell, and a stale verdict is never shown."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder import check
from autograder.learner import kernel, reader
from autograder.learner.kernel import why_stale
from solutions import gradient_descent as ref

RIGHT = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2"


@pytest.fixture
def shell(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path))
    monkeypatch.setattr(kernel, "_failed", {})
    monkeypatch.setattr(reader, "_own", {})
    shell = InteractiveShell()
    monkeypatch.setattr(kernel, "_shell", lambda: shell)
    kernel.watch()
    yield shell
    InteractiveShell.clear_instance()


def run(shell, cell):
    shell.run_cell(cell)


def test_a_cell_that_ran_leaves_nothing_to_say(shell):
    run(shell, RIGHT)
    assert why_stale("squared_error") is None


def test_a_syntax_error_is_noticed_until_the_cell_runs(shell, capsys):
    run(shell, RIGHT)
    run(shell, "def squared_error(y_hat, y)\n    return y_hat - y")
    assert why_stale("squared_error").startswith("SyntaxError in line 1, `def squared_error(y_hat, y)`: expected ':'")
    capsys.readouterr()
    assert check(shell.user_ns["squared_error"]) is ref.squared_error
    text = capsys.readouterr().out
    assert text.startswith("! squared_error: not checked\n")
    assert "passed" not in text
    assert "SyntaxError in line 1" in text
    run(shell, RIGHT)
    assert why_stale("squared_error") is None
    check(shell.user_ns["squared_error"])
    assert "✓ squared_error: passed" in capsys.readouterr().out


def test_an_error_above_the_function_is_noticed_and_one_below_it_is_not(shell):
    run(shell, RIGHT)
    run(shell, f"unknown_name\n{RIGHT}")
    assert why_stale("squared_error") == "NameError: name 'unknown_name' is not defined"
    run(shell, f"{RIGHT}\nunknown_name")
    assert why_stale("squared_error") is None


def test_a_cell_of_another_function_does_not_matter(shell):
    run(shell, RIGHT)
    run(shell, "def another(x)\n    return x")
    assert why_stale("squared_error") is None
    assert why_stale("squared_error", "another") is not None


def test_watching_twice_is_watching_once(shell):
    kernel.watch()
    assert shell.events.callbacks["pre_run_cell"].count(kernel._started) == 1


def test_without_a_shell_nothing_is_watched(monkeypatch):
    monkeypatch.setattr(kernel, "_shell", lambda: None)
    kernel.watch()
