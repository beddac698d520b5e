"""Write the zip from which Gradescope grades a chapter: the course as a wheel, and the two scripts that it runs."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

import jinja2

from ...authoring import pins
from ...course import Chapter, current
from ...errors import UserError
from ...files import write, writing
from .grade_one import Visibility

TEMPLATES = Path(__file__).parent
PACKAGE = Path(__file__).parents[2]
# Packages for readers' notebooks, and for a teacher's gradebook and pages: the grader does not need them here.
NOT_FOR_GRADING = frozenset({"ipykernel", "ipywidgets", "jinja2", "nbclient", "nbformat", "sqlalchemy"})
# The earliest time a zip file can hold: the same course gives the same file, byte for byte.
EPOCH = (1980, 1, 1, 0, 0, 0)


def write_zip(out: Path, chapter: Chapter, seed: int, visibility: Visibility, *, weak: bool, overwrite: bool) -> None:
    """Write the zip of a chapter.

    Args:
        out: the file to write.
        chapter: the chapter.
        seed: the seed of the random cases.
        visibility: when students see the verdicts.
        weak: whether to grade there even on a machine below rung B.
        overwrite: whether it may replace another file.

    Raises:
        UserError: another file exists, or the file cannot be written.
    """
    words = {
        "chapter": chapter.name,
        "python": pins.PYTHON,
        "seed": seed,
        "visibility": visibility.value,
        "weak": " --allow-weak-isolation" if weak else "",
    }
    name, wheel = build_wheel()
    members = {script: _script(script, words) for script in ("setup.sh", "run_autograder")}
    members |= {file: text.encode() for file, text in pins.files("grade", NOT_FOR_GRADING).items()} | {name: wheel}
    content = _zipped(members, executable=("setup.sh", "run_autograder"))
    with writing(out):
        if out.is_file() and not overwrite and out.read_bytes() != content:
            raise UserError(f"{out} already exists: choose another file, or replace it with --overwrite")
        write(out, content, private=True)


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
    course = current()
    for package in dict.fromkeys((PACKAGE, course.folder(course.exercises), course.folder(course.solutions))):
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
