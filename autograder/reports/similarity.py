"""Which submissions look alike: a hint for the teacher, who looks and judges; never a mark."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from ..authoring import notebooks
from ..course import Chapter, current
from ..gradebook.records import no_formula, sentence
from ..submissions import discovery
from ..submissions.discovery import Submission
from . import pages
from .fingerprints import Function, fingerprints, functions

COURSE = "the course's solution"
# What two share says much if nobody else has it, half as much if many do: they may all have found it.
LEAST_WEIGHT = 0.5
# A pair is listed if it shares 40 % that nobody else has, or 80 % that many have; a few short functions need more.
LEAST_SHARE, LEAST_PRINTS = 0.4, 50
ALIKE = 0.5
# For how many pairs of a group a page can show the code.
MOST_PAIRS = 50


@dataclass(frozen=True)
class Match:
    """A function found in another student's work, their function most like it, and the share found, from 0 to 1."""

    first: Function
    second: Function
    share: float


@dataclass(frozen=True)
class Pair:
    """Two students whose work looks alike.

    Args:
        first: a student.
        second: another one, or `COURSE`.
        share: how much of a function of one is found in the other's work, on average, from 0 to 1; the larger of both
            directions.
        prints: how many fingerprints they share.
        matches: the functions concerned, most alike first.
    """

    first: str
    second: str
    share: float
    prints: int
    matches: tuple[Match, ...]


@dataclass(frozen=True)
class Group:
    """Two or more students who are joined by pairs that look alike.

    Args:
        students: their names; `COURSE` may be among them, last.
        pairs: just enough to join them, most alike first: each student appears with the one most like them.
    """

    students: tuple[str, ...]
    pairs: tuple[Pair, ...]

    @property
    def share(self) -> float:
        """The share of the pair that is least alike."""
        return self.pairs[-1].share

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions concerned, those of most pairs first."""
        names = (match.first.name for pair in self.pairs for match in pair.matches)
        return tuple(name for name, _ in Counter(names).most_common())


@dataclass(frozen=True)
class Comparison:
    """All groups worth a look, most alike first, and how many students were compared."""

    groups: tuple[Group, ...]
    students: int


def read(
    folder: Path,
    chapter: Chapter,
    skipped: Mapping[Path, str] | None = None,
    track: Callable[[list[Submission]], Iterable[Submission]] = iter,
) -> tuple[dict[str, list[Function]], dict[str, str]]:
    """Return each student's functions, without code that the course handed out; and why a student has none.

    Args:
        folder: the folder of submissions.
        chapter: the chapter of the homework.
        skipped: why a file is empty, for those that could not be taken out of an archive.
        track: yields the submissions that it is given, say with a progress bar.

    Raises:
        OSError: the folder cannot be read.
    """
    given = handed_out(chapter)
    works, unread = {}, {}
    for submission in track(discovery.find(folder, chapter, skipped=skipped)):
        if submission.path is None:
            unread[submission.student] = " ".join(map(sentence, submission.notes))
            continue
        try:
            works[submission.student] = functions(discovery.read_cells(submission.path), given)
        except discovery.UnreadableNotebook as error:
            unread[submission.student] = sentence(str(error))
        except MemoryError:
            unread[submission.student] = "The file needs more memory than there is."
    return works, unread


def handed_out(chapter: Chapter) -> frozenset[int]:
    """Return the fingerprints of all code that a homework copy holds: the chapter's notebook and earlier solutions."""
    course = current()
    modules = [*course.support, *(name for earlier in course.before(chapter) for name in earlier.modules)]
    page = discovery.read_cells(notebooks.path_of(chapter.name))
    return fingerprints([*page, *_sources(modules), *(_text(path) for path in course.beside)])


def published(chapter: Chapter) -> list[Function]:
    """Return the functions of the chapter's own solutions, which readers of the course can see."""
    return functions(_sources(chapter.modules), handed_out(chapter))


def _sources(modules: Iterable[str]) -> list[str]:
    folder = current().folder(current().solutions)
    paths = (folder / f"{name}.py" for name in modules)
    return [_text(path) for path in paths if path.exists()]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def compare(works: Mapping[str, Sequence[Function]], course: Sequence[Function] = ()) -> Comparison:
    """Return the groups of students whose functions look alike.

    All functions of a student count the same, however long: each is one decision to copy or not. A group may be as
    large as the class.

    Args:
        works: the functions of each student, by name.
        course: the functions of the course, compared as if by another student.
    """
    names = [*sorted(works), *([COURSE] if course else [])]
    every = [works[name] for name in sorted(works)] + ([course] if course else [])
    shares, telling, prints = _shares(every)
    listed = np.triu((telling >= LEAST_SHARE) & (prints >= LEAST_PRINTS), k=1)
    group_of = connected_components(listed, directed=False)[1]
    # The pairs that join a group best; a distance of zero would count as no pair.
    tree = minimum_spanning_tree(sparse.csr_array(np.where(listed, 2 - shares, 0))).tocoo()
    pairs: dict[int, list[Pair]] = {}
    for i, j in sorted(zip(*np.sort([tree.row, tree.col], axis=0).tolist(), strict=True)):
        matches = _matches(every[i], every[j])
        pairs.setdefault(group_of[i], []).append(
            Pair(names[i], names[j], float(shares[i, j]), int(prints[i, j]), matches)
        )
    groups = [
        Group(
            tuple(names[i] for i in np.flatnonzero(group_of == number)),
            tuple(sorted(joined, key=lambda pair: -pair.share)),
        )
        for number, joined in pairs.items()
    ]
    return Comparison(tuple(sorted(groups, key=lambda group: (-group.share, -len(group.students)))), len(works))


def _shares(works: Sequence[Sequence[Function]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return for each pair of works how much of one is in the other, how much that tells, and their common prints."""
    every = [(row, function.prints) for row, work in enumerate(works) for function in work]
    sizes = np.array([len(prints) for _, prints in every], int)
    values = np.fromiter((value for _, prints in every for value in prints), np.uint64, sizes.sum())
    known, columns = np.unique(values, return_inverse=True)
    counts = np.array([len(work) for work in works])
    owners = np.array([row for row, _ in every], int)
    rows = np.repeat(owners, sizes)
    shape = len(works), len(known)
    # A fingerprint's share of a student's work: all functions count the same, and so do all prints of a function.
    parts = sparse.coo_array((np.repeat(1 / (sizes * counts[owners]), sizes), (rows, columns)), shape).tocsr()
    has = sparse.csr_array((np.ones_like(parts.data), parts.indices, parts.indptr), shape)
    holders = has.sum(axis=0)
    weights = np.maximum(LEAST_WEIGHT, 1 / np.sqrt(np.maximum(1, holders - 1)))
    # Rounded, so that equal shares compare equal: then the larger group comes first.
    shares, telling = (np.round((part @ has.T).toarray(), 6) for part in (parts, parts * weights))
    telling *= (counts / (counts + 1))[:, None]
    return np.maximum(shares, shares.T), np.maximum(telling, telling.T), (has @ has.T).toarray().astype(int)


def _matches(first: Sequence[Function], second: Sequence[Function]) -> tuple[Match, ...]:
    found = []
    everything = frozenset().union(*(function.prints for function in second))
    for function in first:
        share = len(function.prints & everything) / len(function.prints)
        if share >= ALIKE:
            other = max(second, key=lambda candidate: len(candidate.prints & function.prints))
            found.append(Match(function, other, share))
    return tuple(sorted(found, key=lambda match: (-match.share, match.first.name)))


def as_csv(found: Comparison) -> str:
    """Return the groups as a table for a spreadsheet: a row per pair that joins one, the most alike groups first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["group", "student", "other_student", "percent_alike", "shared_passages", "functions"])
    for number, group in enumerate(found.groups, start=1):
        for pair in group.pairs:
            names = "; ".join(f"{match.first.name} ~ {match.second.name}" for match in pair.matches)
            students = map(no_formula, (pair.first, pair.second))
            writer.writerow([number, *students, f"{100 * pair.share:.0f}", pair.prints, names])
    return text.getvalue()


def as_html(found: Comparison, chapter: Chapter, unread: Mapping[str, str]) -> str:
    """Return the groups as a page, with the functions concerned side by side."""
    title = chapter.name.replace("_", " ").capitalize()
    limits = LEAST_SHARE, LEAST_SHARE / LEAST_WEIGHT
    return pages.render("similarity.html", title=title, found=found, unread=unread, most=MOST_PAIRS, limits=limits)
