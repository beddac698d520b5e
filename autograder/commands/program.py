"""The command `autograder`."""

from __future__ import annotations

import functools
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import typer

from ..errors import UserError
from ..files import NO_ROOM
from .doctor import doctor
from .export import export
from .github import github
from .grade import grade
from .gradescope import gradescope
from .nbgrader import nbgrader
from .notebooks import execute, fill, sync
from .override import override
from .regrade import regrade
from .release import release
from .report import report
from .selftest import selftest
from .similarity import similarity


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


app = typer.Typer(
    help="Check, release and grade the exercises of Follow the Slope.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (
    *(selftest, sync, execute, fill, release, doctor, grade, override, regrade, export, report, similarity),
    *(gradescope, github, nbgrader),
):
    app.command()(told(command))


def main() -> None:
    """Run the command line. A file that cannot be read or written ends it with one line."""
    try:
        app()
    except OSError as error:
        if error.filename is None and error.errno not in NO_ROOM:  # a bug: it needs the traceback
            raise
        where = error.filename or f"the folder of results, or {tempfile.gettempdir()} for temporary files"
        sys.exit(f"autograder: {where}: {error.strerror}")
