"""The command `autograder`."""

from __future__ import annotations

import sys

import typer

from .grade import grade
from .notebooks import NotebookError, execute, fill, sync
from .release import release
from .selftest import selftest

app = typer.Typer(
    help="Check, release and grade the exercises of Follow the Slope.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (selftest, sync, execute, fill, release, grade):
    app.command()(command)


def main() -> None:
    """Run the command line; a fault in a notebook of the course ends it with one line."""
    try:
        app()
    except NotebookError as error:
        sys.exit(f"autograder: {error}")


if __name__ == "__main__":
    main()
