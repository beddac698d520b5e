"""Keep the course's notebooks in step with the solutions: sync, execute, fill."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..authoring import notebooks
from ..course import current
from ..course import find as find_chapter
from ..errors import UserError
from ..files import write_text, writing
from .options import Overwrite


def _chosen(names: list[str] | None) -> list[str]:
    return [find_chapter(name).name for name in names] if names else notebooks.chapters()


ChapterNames = Annotated[list[str] | None, typer.Argument(help="Chapters, say 01 or gradient_descent; all by default.")]


def sync(
    names: ChapterNames = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if a notebook would change.")] = False,
) -> None:
    """Derive the notebooks' exercise cells from the solutions."""
    stale = []
    for chapter in _chosen(names):
        path = notebooks.path_of(chapter)
        notebook = notebooks.read(path)
        derived = notebooks.derive(notebook, chapter)
        if derived == notebook:
            continue
        stale.append(path.name)
        if not check:
            notebooks.write(derived, path)
        typer.echo(f"{path.name}: {'differs from the solutions' if check else 'exercise cells rewritten'}")
    if check and stale:
        typer.echo("Run `autograder sync`, then commit the notebooks.")
        raise typer.Exit(1)


def execute(names: ChapterNames = None) -> None:
    """Execute the notebooks in place, ready to commit: outputs are the same on every machine."""
    for chapter in _chosen(names):
        path = notebooks.path_of(chapter)
        typer.echo(f"{path.name}: executing ...")
        notebooks.write(notebooks.run(notebooks.read(path), path.parent), path)


def fill(
    out: Annotated[Path, typer.Option(help="Folder for the filled notebooks.")],
    names: ChapterNames = None,
    overwrite: Overwrite = False,
) -> None:
    """Write copies of the notebooks with every exercise solved."""
    made = {
        path.name: notebooks.text_of(notebooks.fill_in(notebooks.read(path), name))
        for name in _chosen(names)
        for path in [notebooks.path_of(name)]
    }
    written = made | {path.name: path.read_text(encoding="utf-8") for path in current().beside}
    with writing(out):
        for name, text in written.items():
            if not overwrite and _differs(out / name, text):
                raise UserError(f"{out / name} already exists: choose another folder, or replace it with --overwrite")
        for name, text in written.items():
            write_text(out / name, text)
    typer.echo("\n".join(str(out / name) for name in made))


def _differs(path: Path, text: str) -> bool:
    """Return whether a file exists that holds anything but exactly this text."""
    return path.exists() and path.read_bytes() != text.encode()
