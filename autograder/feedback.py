"""One page of feedback per student."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import jinja2

from .exercise import Verdict
from .files import write_text
from .gradebook import Gradebook, Mark
from .show import verdict_box

# Windows keeps these names for devices, whatever the suffix.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def file_names(students: Iterable[str]) -> dict[str, str]:
    """Return a file name per student: safe on every system, and no two alike, even where case does not count.

    Example:
        >>> file_names(["Zoë", "../x"])
        {'../x': 'x-d6b96a97.html', 'Zoë': 'Zoë.html'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for student in sorted(students):
        name = re.sub(r"[^\w.-]+", "_", student)[:40].strip("._-")
        if not name or name != student or name.casefold() in taken or RESERVED.fullmatch(name):
            digest = hashlib.sha256(student.encode(errors="replace")).hexdigest()[:8]
            name = f"{name}-{digest}" if name else digest
        taken.add(name.casefold())
        names[student] = f"{name}.html"
    return names


def write(path: Path, book: Gradebook, mark: Mark) -> None:
    """Write a student's page. Hidden cases appear by name only."""
    title = book.chapter.replace("_", " ").capitalize()
    boxes = [verdict_box(Verdict.from_dict(verdict)) for verdict in mark.verdicts]
    page = _template().render(book=book, mark=mark, boxes=boxes, title=title)
    write_text(path, page)


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template("feedback.html")
