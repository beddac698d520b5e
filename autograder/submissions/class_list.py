"""A class list as an LMS exports it, and which of its students a mark belongs to. Nothing is guessed."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError

DELIMITERS = ",;\t"
# A student as a platform's download names them, `Jane Doe (111)`.
NUMBERED = re.compile(r"(?P<name>.+) \((?P<number>[^()]+)\)")


class UnreadableRoster(UserError, ValueError):
    """A file that holds no class list; the message names the file and says what it should hold."""


@dataclass(frozen=True)
class Roster:
    """A table as an LMS exports it.

    Args:
        columns: the heads of the columns.
        rows: a row per student, by the heads.
    """

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Matched:
    """How the names of a class match the rows of a roster.

    Args:
        rows: the number of the roster's row for each name that belongs to exactly one.
        unknown: names that fit no row.
        unclear: names that fit several rows, or a row that another name fits as well.
        by_name: names with a number that the roster does not hold, which fit by the name alone.
    """

    rows: dict[str, int]
    unknown: tuple[str, ...]
    unclear: tuple[str, ...]
    by_name: tuple[str, ...] = ()


def read(path: Path, needed: Sequence[str]) -> Roster:
    """Return the table of a CSV file with commas, semicolons or tabs, in UTF-8 with or without a mark at its start.

    Args:
        path: the file.
        needed: heads of columns, one of which the first line must hold.

    Raises:
        UnreadableRoster: the file holds no such table.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableRoster(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableRoster(f"{path} is not in UTF-8: export it again, as CSV in UTF-8") from error
    for delimiter in DELIMITERS:
        lines = [line for line in csv.reader(io.StringIO(text), delimiter=delimiter) if any(line)]
        heads = [head.strip() for head in lines[0]] if lines else []
        if any(name in heads for name in needed):
            rows = tuple(dict(zip(heads, [*line, *[""] * len(heads)], strict=False)) for line in lines[1:])
            return Roster(tuple(heads), rows)
    raise UnreadableRoster(f"{path} holds no class list: its first line has no column {' or '.join(map(repr, needed))}")


def plain(name: str) -> str:
    """Return a name in the form that is compared, however its accents, capitals and spaces are written.

    Example:
        >>> plain(" Zoe\\u0308  ÅSTRÖM")
        'zoë åström'
    """
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold()).split())


def match(students: Iterable[str], keys: Sequence[Iterable[str]], numbers: Sequence[Iterable[str]] = ()) -> Matched:
    """Return which row each student's name belongs to.

    A number among `numbers` identifies a row, whatever the name before it; any other needs the name as well, since one
    platform's numbers mean nothing on another. A name and a number that belong to different rows are unclear. If no
    student has a number among `numbers`, the names come from elsewhere, and a name may match without its number.

    Args:
        students: names as the marks hold them, some with a number in brackets.
        keys: for each row of the roster, what its student may be called: name, login, number, address.
        numbers: for each row, those of these keys by which the platform's own download knows its student.

    Example:
        >>> match(["anna", "bo", "cy"], [["Anna", "a1"], ["Bo", "b1"], ["Bo", "b2"]])
        Matched(rows={'anna': 0}, unknown=('cy',), unclear=('bo',), by_name=())
        >>> match(["bo (7)", "doejane (8)"], [["Bo", "7"], ["Bo", "9"], ["Jane Doe", "8"]], [["7"], ["9"], ["8"]]).rows
        {'bo (7)': 0, 'doejane (8)': 2}
    """
    known, sure = _index(keys), _index(numbers)
    fitting = {student: known.get(plain(student), set()) for student in students}
    split = {student: NUMBERED.fullmatch(student) for student, found in fitting.items() if not found}
    parts = {student: (plain(found[1]), plain(found[2])) for student, found in split.items() if found}
    at_home = any(number in sure for _, number in parts.values())
    by_name = set()
    for student, (name, number) in parts.items():
        named, numbered = known.get(name, set()), known.get(number, set())
        if numbered:
            fitting[student] = named & numbered or (named | numbered if named else sure.get(number, set()))
        elif not at_home:
            fitting[student] = named
            by_name.add(student)
    single = {student: next(iter(rows)) for student, rows in fitting.items() if len(rows) == 1}
    owners = list(single.values())
    rows = {student: row for student, row in single.items() if owners.count(row) == 1}
    unknown = tuple(student for student, found in fitting.items() if not found)
    unclear = tuple(student for student, found in fitting.items() if found and student not in rows)
    return Matched(rows, unknown, unclear, tuple(student for student in rows if student in by_name))


def _index(keys: Sequence[Iterable[str]]) -> dict[str, set[int]]:
    """Return the numbers of the rows that each word belongs to."""
    known: dict[str, set[int]] = {}
    for number, words in enumerate(keys):
        for word in filter(None, map(plain, words)):
            known.setdefault(word, set()).add(number)
    return known


def names_of(row: Mapping[str, str]) -> list[str]:
    """Return the ways in which a row names its student in full: as one column, or first and last name in two.

    Example:
        >>> names_of({"Student": "Lovelace, Ada"})
        ['Lovelace, Ada', 'Ada Lovelace']
        >>> names_of({"First name": "Ada", "Last name": "Lovelace"})
        ['Ada Lovelace', 'Lovelace Ada']
    """
    whole = next((row[head] for head in ("Student", "Full name") if row.get(head)), "")
    last, comma, first = whole.partition(",")
    found = [whole, f"{first.strip()} {last.strip()}"] if comma else [whole] if whole else []
    first, last = row.get("First name", ""), row.get("Last name") or row.get("Surname", "")
    return [*found, f"{first} {last}", f"{last} {first}"] if first and last else found
