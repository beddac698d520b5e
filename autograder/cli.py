"""The command `autograder`."""

from __future__ import annotations

import typer

from .notebooks import execute, fill, sync
from .selftest import selftest

app = typer.Typer(
    help="Check, release and grade the exercises of Follow the Slope.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (selftest, sync, execute, fill):
    app.command()(command)


@app.callback()
def main() -> None:
    """Check, release and grade the exercises of Follow the Slope."""


if __name__ == "__main__":
    app()
