"""The command `autograder`."""

from __future__ import annotations

import ast
import functools
import importlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from .. import layers
from ..errors import UserError
from ..files import NO_ROOM

# The module of each command: imported only when the command is called.
COMMANDS = {
    "selftest": "selftest",
    "sync": "notebooks",
    "execute": "notebooks",
    "fill": "notebooks",
    "release": "release",
    "doctor": "doctor",
    "grade": "grade",
    "override": "override",
    "regrade": "regrade",
    "export": "export",
    "report": "report",
    "similarity": "similarity",
    "gradescope": "gradescope",
    "github": "github",
    "nbgrader": "nbgrader",
}


def told(command: Callable[..., None]) -> Callable[..., None]:
    """Return the command, made to end with one line and exit status 2 where it raises a `UserError`."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except UserError as error:
            typer.echo(f"autograder: {error}", err=True)
            raise typer.Exit(2) from error

    return run


class Commands(TyperGroup):
    """Lists the commands by what their modules' text says, and imports the one that is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": {name: TyperCommand(name) for name in COMMANDS}})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return what a list shows of a command; None if there is no such command."""
        if listed := self.commands.get(cmd_name):
            text = Path(__file__).with_name(f"{COMMANDS[cmd_name]}.py").read_text(encoding="utf-8")
            (body,) = (node for node in ast.parse(text).body if getattr(node, "name", "") == cmd_name)
            listed.help = ast.get_docstring(body)  # type: ignore[arg-type]
        return listed

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is called, its name, and the arguments that are left."""
        name, _, left = super().resolve_command(ctx, args)
        with layers.importing(f"autograder {name}", "grade"):
            module = importlib.import_module(f"{__package__}.{COMMANDS[str(name)]}")
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command()(told(getattr(module, str(name))))
        return name, typer.main.get_command(alone), left


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def program() -> None:
    """Check, release and grade the exercises of Follow the Slope."""


def main() -> None:
    """Run the command line. A file that cannot be read or written ends it with one line."""
    try:
        app()
    except OSError as error:
        if error.filename is None and error.errno not in NO_ROOM:  # a bug: it needs the traceback
            raise
        where = error.filename or f"the folder of results, or {tempfile.gettempdir()} for temporary files"
        sys.exit(f"autograder: {where}: {error.strerror}")
