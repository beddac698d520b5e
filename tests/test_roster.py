"""A name belongs to exactly one student of a class list, or to none."""

from __future__ import annotations

import unicodedata

import pytest

from autograder import roster

KEYS = [["Ada Lovelace", "ada", "7"], ["Zoë Åström", "zoe", "8"], ["Jo Smith", "jo1", ""], ["Jo Smith", "jo2", ""]]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("ada lovelace", 0),
        ("  Ada   Lovelace ", 0),
        (unicodedata.normalize("NFD", "ZOË ÅSTRÖM"), 1),
        ("7", 0),
        ("jo1", 2),
        ("Ada", 0),  # the login, whatever its capitals
        ("Lovelace", None),
        ("Ada Lovelac", None),
        ("Zoe Astrom", None),
        ("", None),
    ],
)
def test_a_name_fits_as_it_is_or_not_at_all(name, row):
    found = roster.match([name], KEYS)
    assert found.rows == ({} if row is None else {name: row})
    assert found.unknown == ((name,) if row is None else ())


def test_two_of_one_name_and_two_names_of_one_are_unclear():
    found = roster.match(["Jo Smith", "ada", "Ada Lovelace", "zoe"], KEYS)
    assert found.rows == {"zoe": 1}
    assert found.unclear == ("Jo Smith", "ada", "Ada Lovelace")


def test_short_and_long_lines_are_read(tmp_path):
    (tmp_path / "a.csv").write_text("ID,Name\n1\n\n2,Bo,more\n")
    table = roster.read(tmp_path / "a.csv", ("ID",))
    assert table.columns == ("ID", "Name")
    assert table.rows == ({"ID": "1", "Name": ""}, {"ID": "2", "Name": "Bo"})
