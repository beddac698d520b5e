"""The gradebook of a class for one chapter, in a database: its current edition, and the policy of the class."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from . import schema
from .policy import Attempts, Policy
from .records import Edition
from .schema import GradebookError, assignment, edition, writing

# If two runs begin the same thing at once, one comes second, and then finds what the first has made.
TRIES = 5


@contextmanager
def opened(
    out: Path, url: str | None = None, chapter: str | None = None, class_name: str = "", *, create: bool = False
) -> Iterator[Gradebook]:
    """Yield the gradebook that belongs to a folder of results.

    Args:
        out: the folder.
        url: the database, if it is not the file in this folder.
        chapter: name of the chapter; None for the class's only one.
        class_name: whose marks, since such a database may be shared; empty for the file in this folder.
        create: begin a gradebook if there is none; this needs a chapter.

    Raises:
        GradebookError: there is none, it is another chapter's, the class is not named, or the database cannot be used.
    """
    if url is not None and not class_name:
        raise GradebookError("several classes may share a database: name yours with --class, the same in every command")
    if url is None and class_name:
        raise GradebookError("--class goes with --gradebook: the gradebook in a folder of results belongs to one class")
    place = schema.address(out, url)
    if create and url is None:  # a folder that the URL names is not made: it may be a slip
        try:
            out.mkdir(0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise GradebookError(f"{out} cannot be written: {error.strerror}") from error
    with schema.opened(place, create=create) as engine:
        chapters = _chapters(engine, class_name)
        name = f"{place.render_as_string()}, class {class_name}," if url else str(out)
        if url is None and chapter and chapters and chapter not in chapters:
            raise GradebookError(f"{name} holds the marks of chapter {chapters[0]}: choose another folder")
        if create and chapter:
            yield _gradebook(engine, class_name, chapter)
            return
        fitting = [each for each in chapters if chapter in (None, each)]
        if not fitting:
            raise GradebookError(f"{name} holds no marks{f' of {chapter}' if chapter else ''}: grade a class first")
        if len(fitting) > 1:
            raise GradebookError(f"{name} holds the marks of {', '.join(fitting)}: choose one with --chapter")
        yield _gradebook(engine, class_name, fitting[0])


def _chapters(engine: sa.Engine, class_name: str) -> list[str]:
    query = sa.select(assignment.c.chapter).where(assignment.c.class_name == class_name)
    with engine.connect() as connection:
        return list(connection.scalars(query.order_by(assignment.c.chapter)))


def _gradebook(engine: sa.Engine, class_name: str, chapter: str) -> Gradebook:
    """Return the gradebook of a class for a chapter, begun if there is none."""
    key = {"class_name": class_name, "chapter": chapter}
    query = sa.select(assignment.c.id).filter_by(**key)
    for _ in range(TRIES):
        with engine.connect() as connection:
            found = connection.scalar(query)
        if found is not None:
            return Gradebook(engine, class_name, chapter, found)
        start = Policy()
        values = {"attempts": start.attempts, "late_days": start.late_days, "penalty": start.penalty}
        try:
            with writing(engine) as connection:
                connection.execute(sa.insert(assignment).values(**key, **values))
        except IntegrityError:
            continue  # another run was faster
    raise GradebookError(f"chapter {chapter} cannot be added to the gradebook: run the command again")


class Gradebook:
    """The attempts of a class at one chapter. `opened` gives it; `recording` writes to it, `reading` reads it.

    Args:
        engine: the database.
        class_name: the class's name in a shared database, else empty.
        chapter: the chapter's name.
        id: the row of class and chapter in the database: all that belongs to them refers to it.
    """

    def __init__(self, engine: sa.Engine, class_name: str, chapter: str, id: int) -> None:
        self.engine, self.class_name, self.chapter, self.id = engine, class_name, chapter, id
        self.edition_id: int | None = None
        self._edition: Edition | None = None
        self._load_edition()

    @property
    def edition(self) -> Edition:
        """The edition of the newest run.

        Raises:
            GradebookError: nothing has been graded yet.
        """
        if self._edition is None:
            raise GradebookError(f"the gradebook of {self.chapter} holds no marks: grade a class first")
        return self._edition

    @property
    def is_new(self) -> bool:
        """Whether nothing has been graded yet."""
        return self._edition is None

    def _load_edition(self) -> int:
        """Read the newest edition, and return its number; 0 if there is none."""
        query = sa.select(edition).where(edition.c.assignment_id == self.id).order_by(edition.c.number.desc()).limit(1)
        with self.engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return 0
        self.edition_id = row["id"]
        keys = ("seed", "limits", "exercises", "course", "numpy", "python")
        self._edition = Edition(chapter=self.chapter, **{key: row[key] for key in keys})
        return row["number"]

    def begin(self, wanted: Edition, *, fresh: bool = False, same_seed: bool = False) -> None:
        """Continue the newest edition if its marks may stand beside those of the wanted one, else begin that one.

        Args:
            wanted: the edition of this run.
            fresh: begin it in any case.
            same_seed: continue an edition only if it has the wanted seed, too.

        Raises:
            GradebookError: other runs keep beginning editions at the same moment.
        """
        for _ in range(TRIES):
            number, newest = self._load_edition(), self._edition
            fits = newest is not None and wanted.agrees(newest) and (not same_seed or wanted.seed == newest.seed)
            if fits and not fresh:
                return
            columns = ("seed", "limits", "exercises", "course", "numpy", "python")
            values = {name: getattr(wanted, name) for name in columns}
            try:
                with writing(self.engine) as connection:
                    insert = sa.insert(edition).values(assignment_id=self.id, number=number + 1, **values)
                    connection.execute(insert)
            except IntegrityError:
                continue  # another run has begun an edition at the same moment; perhaps it is the same
            self._load_edition()
            return
        raise GradebookError("other runs keep starting in this gradebook: let them end first")

    @property
    def policy(self) -> Policy:
        """Which attempt counts, and what lateness costs."""
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(assignment).where(assignment.c.id == self.id)).mappings().one()
        return Policy(Attempts(row["attempts"]), row["deadline"], row["late_days"], row["penalty"])

    def agree(self, policy: Policy) -> None:
        """Store a policy: results follow it from now on, and no stored mark changes."""
        values = {
            "attempts": policy.attempts.value,
            "deadline": policy.deadline,
            "late_days": policy.late_days,
            "penalty": policy.penalty,
        }
        with writing(self.engine) as connection:
            connection.execute(sa.update(assignment).where(assignment.c.id == self.id).values(**values))
