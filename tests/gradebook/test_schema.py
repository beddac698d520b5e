"""The tables: those of another make are left alone, and a database that is not there is told."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from autograder.gradebook import database, schema
from autograder.gradebook.schema import GradebookError
from tests.gradebooks import CLASS


def test_a_gradebook_of_an_older_version_is_refused_and_left_alone(tmp_path, url):
    """Before classes had names, a chapter was the key."""
    engine = sa.create_engine(schema.address(tmp_path, url))
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TABLE assignment (id INTEGER, chapter TEXT, attempts TEXT, deadline TEXT, "
                "late_days INTEGER, penalty FLOAT)"
            )
        )
    refused = pytest.raises(GradebookError, match=r"has no class_name.*: choose another database or folder, and grade")
    with refused, database.opened(tmp_path, url, "word2vec", CLASS, create=True):
        pass
    engine.dispose()


def test_tables_of_somebody_else_are_left_alone(tmp_path, url):
    engine = sa.create_engine(schema.address(tmp_path, url))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE attempt (id INTEGER, guess TEXT)"))
    refused = pytest.raises(GradebookError, match="its table attempt has no assignment_id")
    with refused, database.opened(tmp_path, url, "word2vec", CLASS, create=True):
        pass
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["attempt"]
    engine.dispose()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("marks.db", "must be a URL like"),
        ("oracle+nothing://x", "the driver for oracle"),
        ("postgresql://teacher@/marks?host=/nowhere", "cannot be opened as a gradebook"),
    ],
)
def test_a_database_that_is_not_reached_is_told(tmp_path, given, why):
    if given.startswith("postgresql"):
        pytest.importorskip("psycopg", reason="needs psycopg: pip install 'psycopg[binary]'")
    with pytest.raises(GradebookError, match=why), database.opened(tmp_path, given, "word2vec", CLASS, create=True):
        pass


def test_passwords_are_not_told(tmp_path):
    pytest.importorskip("psycopg", reason="needs psycopg: pip install 'psycopg[binary]'")
    place = "postgresql://teacher:secret@/marks?host=/nowhere"
    with pytest.raises(GradebookError) as caught, database.opened(tmp_path, place, "word2vec", CLASS, create=True):
        pass
    assert "secret" not in str(caught.value)


def test_reading_makes_no_file(tmp_path):
    with pytest.raises(GradebookError, match="grade a class first"), database.opened(tmp_path / "none"):
        pass
    assert not (tmp_path / "none").exists()
