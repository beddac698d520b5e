"""The command `autograder`."""

from __future__ import annotations

import sys
import tempfile

import typer

from ..authoring.notebooks import NotebookError, execute, fill, sync
from ..authoring.release import release
from ..authoring.selftest import selftest
from ..files import NO_ROOM
from ..grading.dask_client import ClusterError
from ..integrations.github_classroom.export import github
from ..integrations.gradescope.export import gradescope
from ..integrations.nbgrader.export import nbgrader
from ..reports.class_list import UnreadableRoster
from ..reports.class_report import report
from ..reports.lms import export
from ..reports.similarity import similarity
from ..sandbox.isolation import IsolationError, doctor
from .grade import grade
from .override import override
from .regrade import regrade

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
    """Run the command line.

    A fault of the course's notebooks, the class list, the isolation or the cluster ends it with one line. So does a
    file that cannot be read or written.
    """
    try:
        app()
    except (NotebookError, IsolationError, ClusterError, UnreadableRoster) as error:
        sys.exit(f"autograder: {error}")
    except OSError as error:
        if error.filename is None and error.errno not in NO_ROOM:  # a fault of the program: it needs the traceback
            raise
        where = error.filename or f"the folder of results, or {tempfile.gettempdir()} for temporary files"
        sys.exit(f"autograder: {where}: {error.strerror}")
