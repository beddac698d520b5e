"""The command `autograder`."""

from __future__ import annotations

import sys

import typer

from .cluster import ClusterError
from .exports import export
from .github_classroom import github
from .grade import grade
from .gradescope import gradescope
from .isolation import IsolationError, doctor
from .nbgrader_export import nbgrader
from .notebooks import NotebookError, execute, fill, sync
from .override import override
from .regrade import regrade
from .release import release
from .report import report
from .roster import UnreadableRoster
from .selftest import selftest
from .similarity import similarity

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
    app.command()(command)


def main() -> None:
    """Run the command line; a fault of the course's notebooks, the isolation or the cluster ends it with one line.

    So does a class list that is none, and a file that cannot be read or written.
    """
    try:
        app()
    except (NotebookError, IsolationError, ClusterError, UnreadableRoster) as error:
        sys.exit(f"autograder: {error}")
    except OSError as error:
        if error.filename is None:  # a fault of the program: it needs the traceback
            raise
        sys.exit(f"autograder: {error.filename}: {error.strerror}")
