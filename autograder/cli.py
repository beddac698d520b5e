"""The command `autograder`."""

from __future__ import annotations

import typer

from .selftest import selftest

app = typer.Typer(
    help="Check, release and grade the exercises of Follow the Slope.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(selftest)


@app.callback()
def main() -> None:
    """Check, release and grade the exercises of Follow the Slope."""


if __name__ == "__main__":
    app()
