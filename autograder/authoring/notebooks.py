"""The course's notebooks: derive their exercise cells, fill them in, execute them in place."""

from __future__ import annotations

import os
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

from ..checking.catalogue import exercises, of_chapter
from ..checking.exercise import Exercise
from ..checking.exercise_cell import filled, stub
from ..course import current
from ..course import find as find_chapter
from ..errors import UserError
from ..files import TemporaryFolder, write_text

WIDGET = "application/vnd.jupyter.widget-view+json"


class NotebookError(UserError, ValueError):
    """A notebook of the course that does not fit the exercises; the message names the notebook and the cell."""


def path_of(chapter: str) -> Path:
    """Return the notebook of a chapter, say notebooks/01_gradient_descent.ipynb."""
    return current().notebooks / find_chapter(chapter).notebook


def chapters() -> list[str]:
    """Return the chapters that have exercises, in order."""
    return list(dict.fromkeys(exercise.chapter for exercise in exercises().values()))


def read(path: Path) -> Any:
    """Return a notebook.

    Raises:
        NotebookError: there is none, or it cannot be read.
    """
    import nbformat  # not at the top: it takes two seconds, and most commands can do without

    try:
        return nbformat.read(path, as_version=4)
    except OSError as error:
        raise NotebookError(f"{path.name}: {error.strerror}") from error
    except (ValueError, nbformat.ValidationError) as error:
        raise NotebookError(f"{path.name} is not a notebook: {str(error)[:200]}") from error


def write(notebook: Any, path: Path) -> None:
    """Write a notebook, whole or not at all."""
    write_text(path, text_of(notebook))


def text_of(notebook: Any) -> str:
    """Return the text of a notebook's file."""
    import nbformat

    return str(nbformat.writes(notebook, version=4)) + "\n"


def tagged(cell: Any, tag: str) -> bool:
    """Return whether a code cell carries a tag."""
    return cell.cell_type == "code" and tag in cell.metadata.get("tags", [])


def exercise_of(cell: Any, chapter: str, where: str) -> Exercise:
    """Return the exercise of a cell tagged `exercise`: that of the last function that the cell defines.

    Raises:
        NotebookError: the cell defines no exercise of the chapter.
    """
    names = re.findall(r"^def (\w+)\(", cell.source, flags=re.MULTILINE)
    exercise = exercises().get(f"{chapter}.{names[-1]}") if names else None
    if exercise is None:
        what = f"defines {names[-1]}, which is no exercise of {chapter}" if names else "defines no function"
        raise NotebookError(f"{where}, cell {cell.id!r}: it is tagged `exercise` but {what}")
    return exercise


def derive(notebook: Any, chapter: str) -> Any:
    """Return a copy of a notebook whose exercise cells are the stubs, each with its check in the next cell.

    Raises:
        NotebookError: an exercise of the chapter is missing or appears twice, or a cell's exercise is unknown.
    """
    from nbformat.v4 import new_code_cell

    derived = deepcopy(notebook)
    where, cells, seen = path_of(chapter).name, [], []
    following = [*derived.cells[1:], None]
    for cell, after in zip(derived.cells, following, strict=True):
        cells.append(cell)
        if not tagged(cell, "exercise"):
            continue
        exercise = exercise_of(cell, chapter, where)
        seen.append(exercise)
        cell.source = stub(exercise)
        if after is None or not tagged(after, "check"):
            name = f"{exercise.name.replace('_', '-')}-check"
            after = new_code_cell(id=name, metadata={"tags": ["check"]})
            cells.append(after)
        after.source = f"{exercise.name} = check({exercise.name})"
    derived.cells = cells
    wanted = of_chapter(chapter)
    for exercise in wanted:
        if seen.count(exercise) != 1:
            raise NotebookError(f"{where}: {exercise.name} has {seen.count(exercise)} cells tagged `exercise`, not one")
    return derived


def fill_in(notebook: Any, chapter: str) -> Any:
    """Return a copy of a notebook with each stub replaced by its solution, and without outputs."""
    copy = without_outputs(notebook)
    for cell in copy.cells:
        if tagged(cell, "exercise"):
            cell.source = filled(exercise_of(cell, chapter, path_of(chapter).name))
    return copy


def without_outputs(notebook: Any) -> Any:
    """Return a copy of a notebook as if it had never run."""
    copy = deepcopy(notebook)
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return copy


def run(notebook: Any, folder: Path) -> Any:
    """Return a notebook executed in `folder`, with outputs that are the same on every machine.

    The reader's own progress is left alone. Widgets lose their random ids: only their text stays.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell raised.
    """
    from nbclient import NotebookClient

    with TemporaryFolder() as temporary:
        progress = str(temporary)
        client = NotebookClient(
            without_outputs(notebook),
            resources={"metadata": {"path": folder}},
            record_timing=False,
            timeout=300,
            coalesce_streams=True,  # into how many parts a cell's text is split is random
        )
        done = client.execute(env={**os.environ, "COURSE_PROGRESS": progress})
        for cell in done.cells:
            for output in cell.get("outputs", []):
                for kind, data in output.get("data", {}).items():
                    if isinstance(data, str):
                        output["data"][kind] = data.replace(progress, f"~/.local/share/{current().name}/progress")
                output.get("data", {}).pop(WIDGET, None)
    done.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return done
