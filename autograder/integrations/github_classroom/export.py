"""Write a chapter's homework copy as a template repository for GitHub Classroom, which checks it on each push."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import jinja2
import typer

from ...authoring import pins
from ...authoring.release import Yes, copy_modules, may_hand_out, new_folder, write_bundle
from ...commands.options import chapter_named
from ...exercises import of_chapter
from ...files import write_text

WORKFLOW = Path(".github", "workflows", "classroom.yml")
# The check on a push needs these beside a homework copy: it grades as a teacher does, with the cases that are there. Of
# the exercises there are only the homework copy's own, so none of these modules holds an answer.
GRADER = (
    "gradebook/__init__.py",
    "gradebook/records.py",
    "grading/__init__.py",
    "grading/grader.py",
    "grading/pool.py",
    "integrations/__init__.py",
    "integrations/github_classroom/__init__.py",
    "integrations/github_classroom/check.py",
    "sandbox/*.py",
    "submissions/*.py",
    "worker/*.py",
)


def github(
    chapter: Annotated[str, typer.Argument(help="The chapter, say 01 or gradient_descent.")],
    out: Annotated[Path, typer.Option(help="Folder to write, new or empty.")],
    yes: Yes = False,
) -> None:
    """Write a chapter's homework copy for GitHub Classroom, with a workflow that checks the public cases."""
    found = chapter_named(chapter)
    may_hand_out(found, yes)
    with new_folder(out) as bundle:
        write_bundle(found.name, bundle)
        copy_modules(GRADER, bundle)
        write_text(bundle / WORKFLOW, workflow(found.name))
    typer.echo(f"{out}: push it as a template repository, and choose it for the assignment in GitHub Classroom.")


def workflow(chapter: str) -> str:
    """Return the workflow file of a chapter: a graded step for each exercise.

    GitHub Classroom's own actions go by their tag, as it names them itself; the others by commit.

    Source: GitHub Classroom's own workflows, with the actions autograding-command-grader and -grading-reporter.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # YAML, of the course's own names
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    chosen = of_chapter(chapter)
    return environment.get_template("classroom.yml").render(exercises=chosen, python=pins.PYTHON)
