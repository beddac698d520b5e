"""Gradebooks in a folder and in a PostgreSQL."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from autograder.gradebook import database, schema
from tests.gradebooks import CLASS, EDITION

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL, with a place for the database's name."""
    if sys.platform != "linux":
        pytest.skip("finds and starts PostgreSQL as Debian installs it")
    from tests import postgres

    if postgres.programs() is None:
        pytest.skip("needs PostgreSQL's server: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="needs psycopg: pip install 'psycopg[binary]'")
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path) -> str:
    """The URL of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/my.db"
    place = request.getfixturevalue("postgresql")
    name = f"book{next(NUMBERS)}"
    engine = sa.create_engine(schema.address(tmp_path, place.format("postgres")), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return place.format(name)


@pytest.fixture
def opened(tmp_path, url) -> Callable:
    def open_it():
        return database.opened(tmp_path, url, "gradient_descent", CLASS, create=True)

    return open_it


@pytest.fixture
def book(opened) -> Iterator[database.Gradebook]:
    with opened() as made:
        made.begin(EDITION)
        yield made
