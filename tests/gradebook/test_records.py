"""What a gradebook's records hold is no formula in a spreadsheet."""

from __future__ import annotations

import pytest

from autograder.gradebook.records import no_formula


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " ="])
def test_every_start_of_a_formula_is_known(start):
    assert no_formula(f"{start}1") == f"'{start}1"
