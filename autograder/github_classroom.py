"""Write a chapter's homework copy as a template repository for GitHub Classroom, which checks it on each push."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import Annotated

import jinja2
import typer

from . import pins
from .exercises import of_chapter
from .files import write_text
from .options import chapter_named
from .release import PACKAGE, Yes, may_hand_out, new_folder, write_bundle

WORKFLOW = Path(".github", "workflows", "classroom.yml")
CHECK = "github_check"


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
        for path in grader_files():
            shutil.copyfile(path, bundle / "autograder" / path.relative_to(PACKAGE))
        write_text(bundle / WORKFLOW, workflow(found.name))
    typer.echo(f"{out}: push it as a template repository, and choose it for the assignment in GitHub Classroom.")


def grader_files() -> list[Path]:
    """Return the modules that the check on a push needs: it grades as a teacher does, with the cases that are there.

    Of the exercises there are only the homework copy's own, so none of these files holds an answer.
    """
    found: set[str] = set()
    _add_needed(CHECK, found)
    return [*(PACKAGE / f"{name}.py" for name in sorted(found)), *sorted((PACKAGE / "worker").glob("*.py"))]


def _add_needed(name: str, found: set[str]) -> None:
    found.add(name)
    for node in ast.walk(ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            names = [node.module.partition(".")[0]] if node.module else [alias.name for alias in node.names]
            for needed in names:
                if needed not in found and (PACKAGE / f"{needed}.py").is_file():
                    _add_needed(needed, found)


def workflow(chapter: str) -> str:
    """Return the workflow file of a chapter: a graded step for each exercise.

    GitHub Classroom's own actions go by their tag, as it names them itself; the others by commit.

    Source: GitHub Classroom's own workflows, with the actions autograding-command-grader and -grading-reporter.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PACKAGE / "templates"),
        autoescape=False,  # YAML, of the course's own names
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    chosen = of_chapter(chapter)
    return environment.get_template("classroom.yml").render(exercises=chosen, python=pins.PYTHON)
