"""The tables of a gradebook, and how a database is opened."""

from __future__ import annotations

import json
import math
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import sqlalchemy as sa
from sqlalchemy import JSON, BigInteger, Column, Float, ForeignKey, Integer, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from ..checking.exercise import Status
from ..errors import UserError
from ..files import TemporaryFolder
from .policy import Attempts

FILE = "gradebook.db"
# What a case's result holds, in the order in which the column `cases` of a verdict lists it.
CASE = ("name", "passed", "hidden", "weight")
# What a run writes into columns whose type alone does not say it: the kind of JSON and of its parts, or certain words.
SHAPES: dict[str, tuple[type, type | tuple[type, ...]]] = {
    "limits": (dict, (int, float)),
    "exercises": (dict, (int, float)),
    "comparison": (dict, object),
    "found": (list, str),
    "notes": (list, str),
    "cases": (list, list),
    "remarks": (list, dict),
}
WORDS = {"attempts": tuple(Attempts), "status": get_args(Status)}
# How long, in seconds, a run waits for another one to release a gradebook in a file.
PATIENCE = 60
# Which driver is meant by a URL that names only the database.
DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}

# Sorted by code points everywhere, as in Python: PostgreSQL would sort by the language of the machine.
Name = Text().with_variant(Text(collation="C"), "postgresql")


class Moment(sa.TypeDecorator[datetime]):
    """A point in time with its zone: the database stores it in UTC."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment in UTC, without a zone."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Return the moment with its zone, UTC."""
        return value.replace(tzinfo=UTC) if value else None


metadata = MetaData()
assignment = Table(
    "assignment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("class_name", Name, nullable=False),  # empty in a gradebook that only one class has
    Column("chapter", Name, nullable=False),
    Column("attempts", Text, nullable=False),
    Column("deadline", Moment),
    Column("late_days", Integer, nullable=False),
    Column("penalty", Float, nullable=False),
    UniqueConstraint("class_name", "chapter"),
)
edition = Table(
    "edition",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("assignment_id", ForeignKey(assignment.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("limits", JSON, nullable=False),
    Column("exercises", JSON, nullable=False),
    Column("course", Text, nullable=False),
    Column("numpy", Text, nullable=False),
    Column("python", Text, nullable=False),
    UniqueConstraint("assignment_id", "number"),
)
attempt = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("assignment_id", ForeignKey(assignment.c.id), nullable=False),
    Column("student", Name, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("file", Text, nullable=False),
    Column("found", JSON, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("handed_in", Moment),
    Column("dated_by", Text, nullable=False),
    UniqueConstraint("assignment_id", "student", "sha256"),
)
grading = Table(
    "grading",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("attempt_id", ForeignKey(attempt.c.id), nullable=False),
    Column("edition_id", ForeignKey(edition.c.id), nullable=False),
    Column("notes", JSON, nullable=False),
    Column("isolation", Text, nullable=False),
    Column("graded", Moment, nullable=False),
    UniqueConstraint("attempt_id", "edition_id"),
)
verdict = Table(
    "verdict",
    metadata,
    Column("grading_id", ForeignKey(grading.c.id), primary_key=True),
    Column("exercise", Name, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("judged_by", ForeignKey(edition.c.id), nullable=False),
    Column("status", Text, nullable=False),
    Column("points", Float, nullable=False),
    Column("max_points", Float, nullable=False),
    Column("mistake", Text),
    Column("message", Text, nullable=False),
    Column("cases", JSON, nullable=False),  # each as a list, by CASE: they are most of the data
    Column("finding", Text, nullable=False),
    Column("remarks", JSON, nullable=False),
    Column("comparison", JSON),
)
correction = Table(
    "correction",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("assignment_id", ForeignKey(assignment.c.id), nullable=False),
    Column("student", Name, nullable=False),
    Column("exercise", Name, nullable=False),
    Column("points", Float),  # null: the earlier correction is taken back
    Column("reason", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made", Moment, nullable=False),
)


class GradebookError(UserError, ValueError):
    """A gradebook that cannot be used; the message names it and says what to do."""


def address(out: Path, url: str | None) -> sa.URL:
    """Return where a gradebook is: at the URL, else in a file of the folder of results.

    Args:
        out: the folder of results.
        url: as SQLAlchemy writes it, say `postgresql://teacher@localhost/marks`; None for the file.

    Raises:
        GradebookError: it is not a URL.

    Example:
        >>> address(Path("marks"), None).render_as_string(), address(Path(), "postgresql://u:secret@db/x").host
        ('sqlite:///marks/gradebook.db', 'db')
    """
    if url is None:
        return sa.URL.create("sqlite", database=str(out / FILE))
    try:
        found = sa.make_url(url)
    except ArgumentError as error:
        raise GradebookError(
            "a gradebook's address must be a URL like sqlite:////home/ada/marks.db or postgresql://ada@localhost/marks"
        ) from error
    return found.set(drivername=DRIVERS.get(found.drivername, found.drivername))


@contextmanager
def opened(url: sa.URL, *, create: bool) -> Iterator[sa.Engine]:
    """Yield an engine for the database at a URL, with the tables in it.

    Args:
        url: from `address`.
        create: make the tables if there are none; without it, that is an error.

    Raises:
        GradebookError: there is no such database, it cannot be reached, or its tables are not those of a gradebook.
    """
    name = url.render_as_string()  # without the password
    if url.get_backend_name() == "sqlite":
        name = str(_in_place(url, create))
    try:
        engine = _engine(url)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        hint = ': pip install "psycopg[binary]"' if url.get_backend_name() == "postgresql" else ""
        raise GradebookError(f"the driver for {name} is not installed ({error}){hint}") from error
    try:
        try:
            _prepare(engine, name, create)
        except SQLAlchemyError as error:
            raise GradebookError(f"{name} cannot be opened as a gradebook: {_first_line(error)}") from error
        try:
            yield engine
        except SQLAlchemyError as error:
            raise GradebookError(f"{name} failed: {_first_line(error)}") from error
        except GradebookError:
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            if found := _damage(engine):
                raise GradebookError(f"{name} is damaged ({found}): restore a copy of it") from error
            raise  # a bug
    finally:
        engine.dispose()


def _in_place(url: sa.URL, create: bool) -> Path:
    """Return the file of a gradebook; make one if there is none.

    Raises:
        GradebookError: there is none, or none can be made, or it has been lost or emptied.
    """
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise GradebookError(f"{url.render_as_string()} names no file: name one, as in sqlite:////home/ada/marks.db")
    path = Path(url.database)
    log = Path(f"{path}-wal")  # SQLite's log: changes that are newer than the file itself
    orphan = log.exists()  # asked before the file, since another run makes it after the file
    try:
        if not path.exists():
            if orphan:
                raise GradebookError(
                    f"{path} is missing, but its newest marks are in {log}: restore it, or delete both"
                )
            if not create:
                raise GradebookError(f"{path} does not exist: grade a class first, with autograder grade")
            if not path.parent.is_dir():
                raise GradebookError(f"{path} cannot be written: there is no folder {path.parent}")
            _make(path)
        elif path.is_file() and not path.stat().st_size:
            raise GradebookError(f"{path} is empty, not a gradebook: restore a copy, or delete it to start again")
    except OSError as error:
        raise GradebookError(f"{path} cannot be written: {error.strerror}") from error
    except SQLAlchemyError as error:
        raise GradebookError(f"{path} cannot be created: {_first_line(error)}") from error
    return path


def _make(path: Path) -> None:
    """Make a gradebook without marks that only this user may read. It is complete as soon as it exists."""
    with TemporaryFolder(path.parent) as folder:
        made = folder / FILE
        engine = _engine(sa.URL.create("sqlite", database=str(made)))
        try:
            with writing(engine) as connection:
                metadata.create_all(connection)
        finally:
            engine.dispose()
        made.chmod(0o600)
        try:
            os.link(made, path)
        except OSError:  # it exists by now, or this disk, say a USB stick, cannot give a file a second name
            if not path.exists():
                made.rename(path)


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True, json_serializer=_json)
    engine = sa.create_engine(url, connect_args={"timeout": PATIENCE}, json_serializer=_json)

    def connected(connection: Any, record: object) -> None:
        connection.isolation_level = None  # transactions begin where `began` says, not where the driver guesses
        with suppress(sqlite3.OperationalError):  # SQLite does not wait where another run does this at the same moment
            connection.execute("PRAGMA journal_mode=WAL")
        # A killed run loses nothing; a power cut may cost the last moment's marks, which the next run grades again.
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    def began(connection: sa.Connection) -> None:
        # A transaction that will write says so at once: it waits for others now, and does not fail later.
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))

    sa.event.listen(engine, "connect", connected)
    sa.event.listen(engine, "begin", began)
    return engine


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection in a transaction that writes: all of it is stored, or nothing."""
    with engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as connection, connection.begin():
        yield connection


def _prepare(engine: sa.Engine, name: str, create: bool) -> None:
    found = _columns(engine, name)
    if not create and not found:
        raise GradebookError(f"{name} holds no gradebook: grade a class first, with autograder grade")
    if len(found) == len(metadata.tables):
        return
    try:
        with writing(engine) as connection:
            metadata.create_all(connection)
    except SQLAlchemyError:
        if len(_columns(engine, name)) < len(metadata.tables):  # else another run has made them at the same moment
            raise


def _columns(engine: sa.Engine, name: str) -> dict[str, set[str]]:
    """Return the columns of the tables of a gradebook that a database holds.

    Raises:
        GradebookError: a table has the name of one of them, but other columns.
    """
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        there = set(inspector.get_table_names()) & set(metadata.tables)
        found = {table: {column["name"] for column in inspector.get_columns(table)} for table in there}
    for table, columns in found.items():
        missing = sorted({column.name for column in metadata.tables[table].columns} - columns)
        if missing:
            raise GradebookError(
                f"{name} holds no gradebook of this version (its table {table} has no {', '.join(missing)}): "
                "choose another database or folder, and grade the class into it"
            )
    return found


def _damage(engine: sa.Engine) -> str:
    """Return where a gradebook holds something that no run has written; an empty text if nowhere."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            try:
                with engine.connect() as connection:
                    sound = all(_is_sound(column, value) for value in connection.scalars(sa.select(column)))
            except (SQLAlchemyError, TypeError, ValueError):  # not JSON, or not a point in time
                sound = False
            if not sound:
                return f"{column.name} in its table {table.name}"
    return ""


def _is_sound(column: Column[Any], value: Any) -> bool:
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, JSON):
        kind, part = SHAPES[column.name]
        parts = value.values() if isinstance(value, dict) else value
        return isinstance(value, kind) and all(isinstance(each, part) for each in parts)
    number = not isinstance(value, (int, float)) or 0 <= value < math.inf
    return number and isinstance(value, column.type.python_type) and value in WORDS.get(column.name, (value,))


def _first_line(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0]
