"""Write a chapter as homework: what a student needs, and nothing of the solution."""

from __future__ import annotations

import base64
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from . import notebooks, pins
from .chapters import CHAPTERS, STYLE, SUPPORT, Chapter
from .chapters import find as find_chapter
from .evaluate import prepared
from .exercise import Exercise
from .exercises import given, of_chapter
from .files import TemporaryFolder, write_text
from .options import chapter_named, writing
from .stubs import stub
from .worker.wire import encode

PACKAGE = Path(__file__).resolve().parent
# Of the case for speed that students see: it is larger than any that is drawn for a class.
SEED = 2**32
# The part of the autograder that checks in a notebook. What an author writes about the exercises stays behind.
RUNTIME = (
    "__init__.py",
    "chapters.py",
    "compare.py",
    "deadline.py",
    "diagnose.py",
    "drawing.py",
    "errors.py",
    "evaluate.py",
    "evidence.py",
    "exercise.py",
    "explain.py",
    "files.py",
    "handed.py",
    "homework.py",
    "kernel.py",
    "relations.py",
    "remarks.py",
    "show.py",
    "speed.py",
    "store.py",
    "study.py",
    "exercises/__init__.py",
    "exercises/given.py",
    "exercises/rules.py",
    "exercises/rules_classifier.py",
    "exercises/rules_common.py",
    "exercises/rules_embeddings.py",
    "exercises/rules_regularization.py",
    "exercises/rules_sgd.py",
    "exercises/rules_training.py",
    "exercises/rules_word2vec.py",
    "worker/__init__.py",
    "worker/calling.py",
    "worker/wire.py",
)
README = """# Homework: {title}

1. With Python 3.11 or newer, best {python}, once: `python -m pip install -r requirements.txt`
2. `jupyter lab {notebook}`
3. Write your functions in the cells that start with `# Exercise`; run the cell below each to check it.
4. Hand in `{notebook}`.

The checks here hold the public cases. Your mark comes from these and from others, which decide, so a function that
passes is most likely, but not certainly, right.
"""


Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether earlier chapters' solutions may go out.")]


def release(
    chapter: Annotated[str, typer.Argument(help="The chapter, say 01 or gradient_descent.")],
    out: Annotated[Path, typer.Option(help="Folder to write, new or empty.")],
    yes: Yes = False,
) -> None:
    """Write a chapter's homework copy: stubs, public cases with their answers, solutions of earlier chapters only."""
    found = chapter_named(chapter)
    may_hand_out(found, yes)
    with new_folder(out) as bundle:
        write_bundle(found.name, bundle)
    files = sum(path.is_file() for path in out.rglob("*"))
    typer.echo(f"{out}: {files} files. Hand out the whole folder; students hand in {found.notebook}.")


def may_hand_out(chapter: Chapter, yes: bool) -> None:
    """Say whose solutions a chapter's homework copy holds, and ask whether these chapters are closed.

    Args:
        chapter: the chapter.
        yes: whether the teacher has answered already.

    Raises:
        typer.BadParameter: nobody is there to answer.
        typer.Abort: the teacher says no.
    """
    earlier = ", ".join(each.stem for each in CHAPTERS[1 : chapter.number])  # chapter 0 is no homework
    if not earlier:
        return
    holds = f"The homework copy of {chapter.stem} holds the solutions of {earlier}"
    if not yes and not (sys.stdin and sys.stdin.isatty()):
        raise typer.BadParameter(f"{holds}: when nobody may hand these in any more, add --yes")
    typer.echo(f"{holds}: hand it out when nobody may hand these in any more, late students included.")
    if not yes:
        typer.confirm("Write it?", abort=True)


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Yield a folder to write into, which takes the place of `out` in the end, whole or not at all.

    Raises:
        typer.BadParameter: `out` is in use, or cannot be written.
    """
    with writing(out):
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise typer.BadParameter(f"{out} is not empty: name a new folder, so that nothing is overwritten")
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFolder(out.parent) as temporary:
            bundle = temporary / "bundle"
            yield bundle
            if out.exists():
                out.rmdir()
            bundle.rename(out)


def write_bundle(chapter: str, folder: Path) -> None:
    """Write the homework copy of a chapter into `folder`."""
    source = notebooks.path_of(chapter)
    notebook = notebooks.derive(notebooks.without_outputs(notebooks.read(source)), chapter)
    for name in RUNTIME:
        _copy(PACKAGE / name, folder / "autograder" / name)
    chosen = of_chapter(chapter)
    cases = json.dumps([plain_exercise(exercise) for exercise in chosen], indent=1)
    write_text(folder / "autograder" / "exercises" / "homework.json", cases)
    earlier = [name for other in CHAPTERS[: find_chapter(chapter).number] for name in other.modules]
    solutions = PACKAGE.parent / "solutions"
    for name in ("__init__", *SUPPORT, *earlier):
        _copy(solutions / f"{name}.py", folder / "solutions" / f"{name}.py")
    shutil.copytree(solutions / "data", folder / "solutions" / "data")
    _copy(STYLE, folder / STYLE.name)
    for name, text in pins.files("lab").items():
        write_text(folder / name, text)
    for cell in notebook.cells:
        # Without solutions a cell may meet an exercise that is still open: "Run All" shows that and goes on.
        if cell.cell_type == "code" and not notebooks.tagged(cell, "exercise"):
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "raises-exception"]
    notebooks.write(notebook, folder / source.name)
    title = chapter.replace("_", " ")
    write_text(folder / "README.md", README.format(title=title, notebook=source.name, python=pins.PYTHON))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def plain_exercise(exercise: Exercise) -> dict[str, Any]:
    """Return what `homework.load` reads: the stub, and the public cases with the answers to them."""
    pairs = prepared(exercise, SEED)
    public = [(case, expected) for case, expected in pairs if case.timed or not case.hidden]
    return {
        "chapter": exercise.chapter,
        "name": exercise.name,
        "number": exercise.number,
        "title": exercise.title,
        "stub": stub(exercise),
        "points": exercise.points,
        "minutes": exercise.minutes,
        "difficulty": exercise.difficulty,
        "returns": exercise.returns,
        "rtol": exercise.rtol,
        "strict": exercise.strict,
        "curve": exercise.curve,
        "rule": exercise.rule.__name__ if exercise.rule else None,
        "slow": _given_name(exercise.slow) if exercise.slow else None,
        "times_as_fast": exercise.times_as_fast,
        "cases": [
            {
                "name": case.name,
                "weight": case.weight,
                "times": case.times,
                "courtesy": case.courtesy,
                "raises": case.raises,
                "once": case.once,
                "timed": case.timed,
                "arguments": _plain_value((case.args, dict(case.kwargs))),
                "outputs": _plain_value(expected.outputs) if expected else None,
                "warned": [kind for kind, _ in expected.warned] if expected else [],
            }
            for case, expected in public
        ],
    }


def _plain_value(value: Any) -> dict[str, Any]:
    tree, buffers = encode(value, _given_name)
    return {"tree": tree, "buffers": [base64.b64encode(buffer).decode() for buffer in buffers]}


def _given_name(function: Callable[..., Any]) -> Any:
    if getattr(given, function.__name__, None) is not function:
        raise ValueError(
            f"{function.__name__} is handed to readers' functions, so it has to live in exercises/given.py"
        )
    return function.__name__
