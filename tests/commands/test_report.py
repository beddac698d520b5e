"""The command report writes the page of a folder of results."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.gradebook.records import Mark
from tests import gradebooks
from tests.terminal import refused, run

EDITION = gradebooks.edition({"gradient_descent.first": 1.0})


def test_it_writes_the_page_of_a_folder_of_results(tmp_path: Path) -> None:
    with gradebooks.book_of(tmp_path, EDITION, [Mark(name, f"{name}.ipynb", "0" * 64) for name in ("ada", "ben")]):
        pass
    result = run("report", tmp_path)
    assert (result.exit_code, result.output.split(": ")[-1]) == (0, "2 students. Open it in a browser.\n")
    assert (tmp_path / "report.html").stat().st_size > 10_000


@pytest.mark.parametrize("content", [None, "no database" * 100])
def test_a_folder_without_marks_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "gradebook.db").write_text(content)
    else:
        with gradebooks.book_of(tmp_path, EDITION, ()):
            pass
    for folder in (tmp_path, tmp_path / "none"):
        refused("report", folder)
    assert not (tmp_path / "report.html").exists()
    assert not (tmp_path / "none").exists()
