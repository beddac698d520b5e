"""The command `autograder` as it is called in a terminal."""

from __future__ import annotations

from typing import Any

from typer.testing import CliRunner

from autograder.commands import program


def run(*arguments: object, typed: str | None = None) -> Any:
    """Return what comes of a call; `typed` is what stands in the pipe to it."""
    return CliRunner().invoke(program.app, [str(argument) for argument in arguments], input=typed)


def in_one_line(output: str) -> str:
    """Return what a command says, in a frame or without."""
    return " ".join(output.replace("│", " ").split())


def refused(*arguments: object) -> str:
    """Return in one line what a command says that refuses."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output or result.exception
    return in_one_line(result.output)
