"""The command export replaces other marks only when asked, and takes no option in vain."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import gradebooks
from tests.terminal import refused, run


def graded(out: Path, points: float) -> Path:
    """Return a folder of results: ada's."""
    (out / "gradebook.db").unlink(missing_ok=True)
    with gradebooks.book_of(out, gradebooks.EDITION, [gradebooks.mark("ada", points)]):
        pass
    return out


def test_a_file_with_other_marks_is_replaced_only_when_asked(tmp_path):
    export = ("export", graded(tmp_path, 1), "--format", "plain")
    assert run(*export).exit_code == 0
    before = (tmp_path / "plain.csv").read_bytes()
    assert before.startswith(b"\xef\xbb\xbfstudent,")
    assert run(*export).exit_code == 0  # the same again
    graded(tmp_path, 0)
    assert run(*export).exit_code == 1
    assert (tmp_path / "plain.csv").read_bytes() == before
    assert run(*export, "--overwrite").exit_code == 0
    assert (tmp_path / "plain.csv").read_bytes() != before


@pytest.mark.parametrize(
    ("to", "option", "value"),
    [
        ("plain", "--out-of", "20"),
        ("plain", "--students", "class.csv"),
        ("plain", "--assignment", "22"),
        ("moodle", "--assignment", "22"),
    ],
)
def test_an_option_that_a_format_takes_no_notice_of_is_refused(tmp_path, to, option, value):
    said = refused("export", graded(tmp_path, 1), "--format", to, option, value)
    assert f"--format {to} takes no {option}: leave it out" in said
    assert [path.name for path in tmp_path.iterdir()] == ["gradebook.db"]


def test_without_results_or_class_list_it_says_what_to_name(tmp_path):
    assert "does not exist: grade a class first" in refused("export", tmp_path, "--format", "plain")
    assert "under Participants" in refused("export", graded(tmp_path, 1), "--format", "moodle")
