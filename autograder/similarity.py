"""Which submissions look alike: a hint to the teacher, who looks and judges; never a mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from scipy import sparse

import solutions

from . import batch, notebooks, pages, submissions
from .chapters import CHAPTERS, SUPPORT, Chapter
from .files import write_text
from .fingerprints import Function, functions, hashes
from .gradebook import no_formula, sentence
from .options import chapter_named, writing

# A passage that more students share than both of these is one that the exercise suggests.
COMMON_STUDENTS, COMMON_SHARE = 10, 0.1
# What a page can show and a teacher can look at.
MOST_PAIRS = 50
LEAST_PRINTS, LEAST_SHARE = 12, 0.2
ALIKE = 0.5


@dataclass(frozen=True)
class Match:
    """A function of one student that is found in the other's work: the share of it, and where most of it stands."""

    first: Function
    second: Function
    share: float


@dataclass(frozen=True)
class Pair:
    """Two students whose work looks alike.

    Args:
        first: a student.
        second: another one, later by name.
        share: how much of the shorter work is found in the other, from 0 to 1.
        prints: how many fingerprints they share.
        matches: the functions concerned, most alike first.
    """

    first: str
    second: str
    share: float
    prints: int
    matches: tuple[Match, ...]


@dataclass(frozen=True)
class Comparison:
    """All pairs worth a look, most alike first, and how many students were compared."""

    pairs: tuple[Pair, ...]
    students: int


def similarity(
    folder: Annotated[Path, typer.Argument(metavar="SUBMISSIONS", help="A folder, or a zip from a learning platform.")],
    chapter: Annotated[str, typer.Option(help="The chapter, say 01 or gradient_descent.")],
    out: Annotated[Path, typer.Option(help="The file to write: .html to look at, .csv for a spreadsheet.")],
) -> None:
    """Show the teacher which submissions look alike. A hint where to look, no proof, never a mark."""
    if out.suffix.lower() not in (".html", ".csv"):
        raise typer.BadParameter(f"{out}: name a file that ends in .html or .csv")
    wanted = chapter_named(chapter)
    with batch.opened(folder) as source:
        works, unread = read(source.folder, wanted, source.skipped)
    if len(works) < 2:
        raise typer.BadParameter(f"{folder} holds fewer than two notebooks that can be read: nothing to compare")
    found = compare(works)
    with writing(out):
        text = as_csv(found) if out.suffix.lower() == ".csv" else as_html(found, wanted, unread)
        write_text(out, text, private=True)
    pairs = f"{len(found.pairs)} pair{'' if len(found.pairs) == 1 else 's'}"
    typer.echo(f"{out}: {len(works)} students, {pairs} to look at. Likeness is a hint, not a proof.")
    for student, why in unread.items():
        typer.echo(f"  not compared: {student}: {why}")
    for line in source.left_out:
        typer.echo(f"  left out of the archive: {line}")


def read(
    folder: Path, chapter: Chapter, skipped: Mapping[Path, str] | None = None
) -> tuple[dict[str, list[Function]], dict[str, str]]:
    """Return the functions of each student, less what the course gave them; and why a student has none.

    Args:
        folder: the folder of submissions.
        chapter: the chapter of the homework.
        skipped: why there is nothing in a file, for those that could not be taken out of an archive.

    Raises:
        OSError: the folder cannot be read.
    """
    starter = starter_hashes(chapter)
    works, unread = {}, {}
    for submission in submissions.find(folder, chapter, skipped=skipped):
        if submission.path is None:
            unread[submission.student] = " ".join(map(sentence, submission.notes))
            continue
        try:
            works[submission.student] = functions(submissions.read_cells(submission.path), starter)
        except submissions.UnreadableNotebook as error:
            unread[submission.student] = sentence(str(error))
    return works, unread


def starter_hashes(chapter: Chapter) -> frozenset[int]:
    """Return the hashes of all code that a homework copy of the chapter holds: its notebook and earlier solutions."""
    notebook = notebooks.derive(notebooks.read(notebooks.path_of(chapter.name)), chapter.name)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    modules = [*SUPPORT, *(name for earlier in CHAPTERS[: chapter.number] for name in earlier.modules)]
    files = [*(Path(solutions.__path__[0]) / f"{name}.py" for name in modules), *notebooks.FOLDER.glob("*.py")]
    return hashes([*cells, *(path.read_text(encoding="utf-8") for path in files if path.exists())])


def compare(works: dict[str, list[Function]]) -> Comparison:
    """Return the pairs of students whose functions look alike.

    A passage that many share tells nothing and is left out; the rest goes into a table of students by fingerprints,
    whose product with itself visits only the students that share one: no pair is compared that has nothing in common.

    Args:
        works: the functions of each student, by name.
    """
    students = sorted(works)
    prints = [frozenset().union(*(function.prints for function in works[student])) for student in students]
    shared, sizes, kept = _shared(prints)
    upper = sparse.triu(shared, k=1).tocoo()
    least = np.minimum(sizes[upper.row], sizes[upper.col])
    shares = upper.data / np.maximum(least, 1)
    chosen = np.flatnonzero((upper.data >= LEAST_PRINTS) & (shares >= LEAST_SHARE))
    # By share, then by how much there is of it, then by name.
    order = np.lexsort((upper.col[chosen], upper.row[chosen], -upper.data[chosen], -shares[chosen]))
    pairs = []
    for at in chosen[order][:MOST_PAIRS]:
        first, second = students[upper.row[at]], students[upper.col[at]]
        matches = _matches(works[first], works[second], kept)
        pairs.append(Pair(first, second, float(shares[at]), int(upper.data[at]), matches))
    return Comparison(tuple(pairs), len(students))


def _shared(prints: Sequence[frozenset[int]]) -> tuple[sparse.csr_array, np.ndarray, frozenset[int]]:
    """Return how many fingerprints each two students share, how many each has, and which count."""
    lengths = [len(one) for one in prints]
    values, columns = np.unique(
        np.fromiter((value for one in prints for value in one), np.uint64, sum(lengths)), return_inverse=True
    )
    rows = np.repeat(np.arange(len(prints)), lengths)
    rare = np.bincount(columns, minlength=len(values)) <= max(COMMON_STUDENTS, COMMON_SHARE * len(prints))
    counts = rare[columns]
    ones = np.ones(int(counts.sum()), np.int32)
    table = sparse.csr_array((ones, (rows[counts], columns[counts])), shape=(len(prints), len(values)))
    sizes = np.bincount(rows[counts], minlength=len(prints))
    return table @ table.T, sizes, frozenset(values[rare].tolist())


def _matches(first: Sequence[Function], second: Sequence[Function], kept: frozenset[int]) -> tuple[Match, ...]:
    found = []
    everything = frozenset().union(*(function.prints for function in second))
    for function in first:
        own = function.prints & kept
        share = len(own & everything) / len(own) if own else 0.0
        if share >= ALIKE:
            other = max(second, key=lambda candidate: len(candidate.prints & own))
            found.append(Match(function, other, share))
    return tuple(sorted(found, key=lambda match: (-match.share, match.first.name)))


def as_csv(found: Comparison) -> str:
    """Return the pairs as a table for a spreadsheet: a row per pair, most alike first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student", "other_student", "percent_alike", "shared_passages", "functions"])
    for pair in found.pairs:
        names = "; ".join(f"{match.first.name} ~ {match.second.name}" for match in pair.matches)
        writer.writerow([*map(no_formula, (pair.first, pair.second)), f"{100 * pair.share:.0f}", pair.prints, names])
    return text.getvalue()


def as_html(found: Comparison, chapter: Chapter, unread: dict[str, str]) -> str:
    """Return the pairs as a page, with the functions concerned side by side."""
    title = chapter.name.replace("_", " ").capitalize()
    return pages.render("similarity.html", title=title, found=found, unread=unread, most=MOST_PAIRS, least=LEAST_SHARE)
