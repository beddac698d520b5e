"""The reader's own copy of the notebooks, which no update overwrites: the command `follow-the-slope`."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from .. import layers
from ..course import current
from ..files import write_text

# The pages as they were last handed out: where the copy differs from them, the reader has written in it.
ORIGINALS = ".originals"
# Settings for the JupyterLab that is opened here, and no other: no question about news, file names in full.
SETTINGS = Path(__file__).parent / "jupyter"


def refresh(folder: Path) -> list[str]:
    """Make a copy of the notebooks, or bring one up to date. Pages in which the reader has written stay unchanged.

    Args:
        folder: the copy.

    Returns: a line for each new page that is written beside the reader's own.

    Raises:
        OSError: a page cannot be read or written.
    """
    import nbformat
    from nbformat.sign import NotebookNotary

    notary, news = NotebookNotary(), []
    for source in sorted(current().notebooks.glob("*.ipynb")):
        own, original, page = folder / source.name, folder / ORIGINALS / source.name, source.read_text(encoding="utf-8")
        before = _text(original) if original.exists() else page
        if own.exists() and original.exists() and page == before:
            continue
        editions = _cells(before), _cells(page)
        target = next(path for path in _places(own) if not path.exists() or _is_one_of(editions, path))
        write_text(target, page)
        notary.sign(nbformat.reads(page, as_version=4))  # else JupyterLab shows no interactive figures
        write_text(original, page)
        if target != own:
            news.append(f"{own} has a new edition. Yours is unchanged; the new one is {target.name}")
    return news


def _places(own: Path) -> Iterator[Path]:
    """Yield where a page may be written: in its own place, then beside it."""
    yield own
    yield own.with_suffix(".new.ipynb")
    for number in itertools.count(2):
        yield own.with_suffix(f".new-{number}.ipynb")


def _text(path: Path) -> str:
    return path.read_bytes().decode(errors="replace")


def _is_one_of(editions: Sequence[list[str]], path: Path) -> bool:
    """Return whether a page reads like an edition of the course. A damaged one does not: it may hold answers."""
    cells = _cells(_text(path))
    return bool(cells) and cells in editions


def _cells(notebook: str) -> list[str]:
    """Return the source of each cell, without outputs; an empty list if the notebook is damaged."""
    try:
        return ["".join(cell["source"]) for cell in json.loads(notebook)["cells"]]
    except (ValueError, KeyError, TypeError):
        return []


def lab(folder: Path, options: list[str]) -> None:
    """Open a copy in JupyterLab at its first page; return when the reader quits it."""
    from jupyterlab.labapp import main as jupyterlab

    paths = (str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH"))
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    # Its own workspace, or JupyterLab would look here for the pages of the reader's other projects.
    first = f"/lab/workspaces/{current().name}/tree/{current().chapters[0].notebook}"
    # The only user of a container is often root, which JupyterLab refuses by default.
    jupyterlab([f"--ServerApp.root_dir={folder}", f"--LabApp.default_url={first}", "--allow-root", *options])


def main() -> None:
    """Run the command `follow-the-slope`."""
    parser = argparse.ArgumentParser(
        prog="follow-the-slope",
        description="Study in your own copy of the notebooks. An update never overwrites what you have written.",
        epilog="Further options after `lab`, say --no-browser, are passed to JupyterLab.",
    )
    parser.add_argument(
        "command", choices=("lab", "copy"), help="open the copy in JupyterLab, or only make or update it"
    )
    parser.add_argument("--folder", type=Path, default=Path("my-course"), help="the copy (default: %(default)s)")
    given, options = parser.parse_known_args()
    if given.command == "copy" and options:
        parser.error(f"unrecognized arguments: {' '.join(options)}")
    try:
        print(*refresh(given.folder), f"Your course is in {given.folder.resolve()}", sep="\n", flush=True)
        if given.command == "lab":
            lab(given.folder.resolve(), options)
    except ModuleNotFoundError:
        if layers.is_whole("lab"):
            raise
        sys.exit(layers.needed(f"follow-the-slope {given.command}", "lab"))
    except OSError as error:
        if error.filename is None:
            raise
        sys.exit(f"follow-the-slope: {error.filename}: {error.strerror}")
