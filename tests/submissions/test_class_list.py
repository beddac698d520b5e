"""A name belongs to exactly one student of a class list, or to none."""

from __future__ import annotations

import unicodedata

import pytest

from autograder.submissions import class_list

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
    found = class_list.match([name], KEYS)
    assert found.rows == ({} if row is None else {name: row})
    assert found.unknown == ((name,) if row is None else ())


def test_two_of_one_name_and_two_names_of_one_are_unclear():
    found = class_list.match(["Jo Smith", "ada", "Ada Lovelace", "zoe"], KEYS)
    assert found.rows == {"zoe": 1}
    assert found.unclear == ("Jo Smith", "ada", "Ada Lovelace")


NAMESAKES = [["Jane Doe", "j1", "111"], ["Jane Doe", "j2", "112"], ["Li Wei", "7", "113"], ["Bo", "bo@x.org", ""]]
NUMBERS = [["111"], ["112"], ["113"], [""]]


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("Jane Doe (111)", 0),
        ("JANE DOE (112)", 1),
        ("doejane (112)", 1),  # a platform's own number needs no name
        ("Li Wei (113)", 2),
        ("Li Wei (7)", 2),  # any other number needs one
        ("weili (7)", None),
        ("Bo (bo@x.org)", 3),
        ("Nora (999)", None),
        ("(111)", None),
    ],
)
def test_the_number_in_a_name_decides(name, row):
    found = class_list.match([name], NAMESAKES, NUMBERS)
    assert found.rows == ({} if row is None else {name: row})
    assert found.unknown == ((name,) if row is None else ())
    assert found.by_name == ()


@pytest.mark.parametrize("name", ["Jane Doe (999)", "Jane Doe (7)", "Li Wei (112)"])
def test_a_number_of_another_and_an_unknown_number_of_namesakes_are_unclear(name):
    assert class_list.match([name], NAMESAKES, NUMBERS).unclear == (name,)


def test_an_unknown_number_leaves_the_name_and_that_is_told():
    found = class_list.match(["Li Wei (999)", "Bo"], NAMESAKES, NUMBERS)
    assert (found.rows, found.by_name) == ({"Li Wei (999)": 2, "Bo": 3}, ("Li Wei (999)",))


def test_where_the_numbers_are_the_list_s_own_an_unknown_number_is_nobody():
    """A namesake who is not in the list must not get another's row."""
    found = class_list.match(["Jane Doe (111)", "Li Wei (999)"], NAMESAKES, NUMBERS)
    assert (found.rows, found.unknown) == ({"Jane Doe (111)": 0}, ("Li Wei (999)",))


def test_a_list_may_hold_a_name_with_brackets():
    found = class_list.match(["Ada (née Byron)"], [["Ada (née Byron)"], ["Ada"]])
    assert (found.rows, found.by_name) == ({"Ada (née Byron)": 0}, ())


def test_short_and_long_lines_are_read(tmp_path):
    (tmp_path / "a.csv").write_text("ID,Name\n1\n\n2,Bo,more\n")
    table = class_list.read(tmp_path / "a.csv", ("ID",))
    assert table.columns == ("ID", "Name")
    assert table.rows == ({"ID": "1", "Name": ""}, {"ID": "2", "Name": "Bo"})
