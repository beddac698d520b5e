"""The command release hands out no answers unasked, and replaces nothing."""

import io
import os
import sys

import pytest
import typer

from autograder.commands.release import may_hand_out
from autograder.course import current
from tests.terminal import in_one_line, refused, run


@pytest.mark.parametrize("command", ["release", "github", "nbgrader"])
def test_where_nobody_can_be_asked_no_earlier_solution_goes_out_unless_told_so(command, tmp_path):
    arguments = [command, "03", "--out", tmp_path / "out"]
    asked = run(*arguments, typed="y\n")  # a pipe is no teacher
    assert asked.exit_code == 2
    assert "the solutions of 01_gradient_descent, 02_logistic_regression" in in_one_line(asked.output)
    assert "--yes" in asked.output
    assert not (tmp_path / "out").exists()
    done = run(*arguments, "--yes")
    assert done.exit_code == 0
    assert "the solutions of 01_gradient_descent, 02_logistic_regression" in in_one_line(done.output)
    assert (tmp_path / "out").exists()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_teacher_is_asked_whether_an_earlier_chapter_is_closed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", Terminal("y\nn\n"))
    may_hand_out(current().chapters[2], yes=False)
    assert "holds the solutions of 01_gradient_descent:" in capsys.readouterr().out
    with pytest.raises(typer.Abort):
        may_hand_out(current().chapters[2], yes=False)


@pytest.mark.parametrize("chapter", current().chapters[:2])
def test_the_first_chapter_asks_nothing(chapter, capsys):
    may_hand_out(chapter, yes=False)
    assert capsys.readouterr().out == ""


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    assert "not empty" in refused("release", "01", "--out", tmp_path)
    assert os.listdir(tmp_path) == ["mine.txt"]
