"""Write the zip from which Gradescope grades a chapter: the course as a wheel, and the two scripts that it runs."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Annotated

import jinja2
import typer

import solutions

from . import pins, seeds
from .exercises import of_chapter
from .files import write
from .gradescope_run import Visibility
from .options import Overwrite, Seed, chapter_named, writing

TEMPLATES = Path(__file__).parent / "templates"
PACKAGES = (Path(__file__).parent, Path(solutions.__path__[0]))
# What readers' notebooks, and a teacher's gradebook and pages, are made with: no grader here needs them.
NOT_FOR_GRADING = frozenset({"ipykernel", "ipywidgets", "jinja2", "nbclient", "nbformat", "sqlalchemy"})
# The earliest time a zip file can hold: the same course gives the same file, byte for byte.
EPOCH = (1980, 1, 1, 0, 0, 0)


def gradescope(
    chapter: Annotated[str, typer.Argument(help="The chapter, say 01 or gradient_descent.")],
    out: Annotated[Path, typer.Option(help="File to write, say autograder.zip.")],
    visibility: Annotated[Visibility, typer.Option(help="When students see the verdicts.")] = Visibility.VISIBLE,
    seed: Seed = None,
    weak: Annotated[
        bool, typer.Option("--allow-weak-isolation", help="Grade there even on a machine of no rung A or B.")
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """Write a chapter's autograder for Gradescope, to upload as it is."""
    found = chapter_named(chapter)
    words = {
        "chapter": found.name,
        "python": pins.PYTHON,
        # One for the class: who hands in twice gets the same mark twice, and meets no other cases than the rest.
        "seed": seeds.of_class(of_chapter(found.name), seed),
        "visibility": visibility.value,
        "weak": " --allow-weak-isolation" if weak else "",
    }
    name, wheel = build_wheel()
    members = {script: _script(script, words) for script in ("setup.sh", "run_autograder")}
    members |= {file: text.encode() for file, text in pins.files("grade", NOT_FOR_GRADING).items()} | {name: wheel}
    content = _zipped(members, executable=("setup.sh", "run_autograder"))
    with writing(out):
        if out.is_file() and not overwrite and out.read_bytes() != content:
            raise typer.BadParameter(f"{out} is there: name another file, or replace it with --overwrite")
        write(out, content, private=True)
    typer.echo(f"{out}: upload it in Gradescope under Configure Autograder. Students hand in {found.notebook}.")
    typer.echo("It holds the solutions: keep it from students.")


def build_wheel() -> tuple[str, bytes]:
    """Return the file name and content of a wheel of the course as it is installed here, for `pip install`.

    Made from the installed files, so that it needs neither the repository nor a network.

    Source: PEP 427, The Wheel Binary Package Format.
    """
    distribution = metadata.distribution("follow-the-slope")
    stem = f"follow_the_slope-{distribution.version}"
    info = f"{stem}.dist-info"
    members = {name: path.read_bytes() for name, path in _modules()}
    for file in distribution.files or ():
        if file.parts[0] == info and file.name in ("METADATA", "entry_points.txt", "LICENSE", "LICENSE-TEXT"):
            members[file.as_posix()] = Path(str(file.locate())).read_bytes()
    members[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    lines = [f"{name},sha256={_digest(content)},{len(content)}" for name, content in members.items()]
    record = f"{info}/RECORD"
    members[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    return f"{stem}-py3-none-any.whl", _zipped(members)


def _modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted(package.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(package.parent).as_posix(), path


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")


def _script(name: str, words: Mapping[str, object]) -> bytes:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True, autoescape=False)
    return environment.from_string((TEMPLATES / name).read_text(encoding="utf-8")).render(words).encode()


def _zipped(members: Mapping[str, bytes], executable: tuple[str, ...] = ()) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if name in executable else 0o100644) << 16
            archive.writestr(entry, content)
    return stream.getvalue()
