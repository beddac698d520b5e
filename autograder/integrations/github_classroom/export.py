"""Write a chapter's homework copy as a template repository for GitHub Classroom, which checks it on each push."""

from __future__ import annotations

from pathlib import Path

import jinja2

from ...authoring import pins
from ...authoring.release import copy_modules, write_bundle
from ...checking.catalogue import of_chapter
from ...files import write_text

WORKFLOW = Path(".github", "workflows", "classroom.yml")
# The check on a push needs these besides a homework copy: it grades as a teacher does, with the cases of the copy. The
# exercises are only the homework copy's own, so none of these modules holds an answer.
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


def write_template(chapter: str, folder: Path) -> None:
    """Write a chapter's template repository into `folder`."""
    write_bundle(chapter, folder)
    copy_modules(GRADER, folder)
    write_text(folder / WORKFLOW, workflow(chapter))


def workflow(chapter: str) -> str:
    """Return the workflow file of a chapter: a graded step for each exercise.

    GitHub Classroom's own actions are pinned by tag, as it names them itself; the others by commit.

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
