"""One page of feedback per student."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import jinja2

from ..checking.exercise import Verdict
from ..files import write_text
from ..gradebook import reading
from ..gradebook.database import Gradebook
from ..gradebook.records import Edition, Result
from ..learner.display import verdict_box

FOLDER = "feedback"

# Windows reserves these names for devices, whatever the suffix.
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def file_names(students: Iterable[str]) -> dict[str, str]:
    """Return a file name per student: safe on every system, and unique even where case does not count.

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


def write_all(out: Path, book: Gradebook, students: Sequence[str] | None = None) -> Iterator[Result]:
    """Write a page per student into the folder `feedback` of a folder of results; yield each result once it is written.

    Args:
        out: the folder of results.
        book: the gradebook.
        students: whose pages; None for all.

    Raises:
        OSError: the folder cannot be written.
    """
    names = file_names(reading.everyone(book))
    for result in reading.results(book, students):
        write(out / FOLDER / names[result.student], book.edition, result)
        yield result
    if students is None:  # a later student with a similar name may have changed the name of a page
        for path in (out / FOLDER).glob("*.html"):
            if path.name not in names.values():
                path.unlink()


def write(path: Path, edition: Edition, result: Result) -> None:
    """Write a student's page. Hidden cases appear by name only."""
    title = edition.chapter.replace("_", " ").capitalize()
    boxes = [verdict_box(Verdict.from_dict(verdict)) for verdict in result.verdicts]
    page = _template().render(edition=edition, result=result, boxes=boxes, title=title)
    write_text(path, page, private=True)


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
