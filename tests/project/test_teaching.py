"""The page for teachers does what it says: its commands are run in order, and what they print is what it shows."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import isolation

PAGE = Path(__file__).parents[2] / "docs" / "teaching.md"


def steps(page: str) -> list[tuple[str, str]]:
    """Return each block of commands, with the text that the page shows after it; empty if it shows none."""
    blocks = re.findall(r"^```(sh|text)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    following = [*blocks[1:], ("", "")]
    return [
        (body, shown if kind == "text" else "")
        for (language, body), (kind, shown) in zip(blocks, following, strict=True)
        if language == "sh"
    ]


@pytest.mark.skipif(
    not isolation.reached().at_least("B"),
    reason="grade refuses this machine: " + "; ".join(isolation.reached().reasons),
)
def test_each_command_of_the_page_does_what_the_page_says(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "COLUMNS": "200"}
    for body, shown in steps(PAGE.read_text(encoding="utf-8")):
        done = subprocess.run(["bash", "-ec", body], cwd=work, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{body}\n{done.stdout}\n{done.stderr}"
        if shown:
            assert doctest.OutputChecker().check_output(shown, done.stdout, doctest.ELLIPSIS), done.stdout
    assert {path.name for path in (work / "marks").iterdir()} >= {"report.html", "similarity.html", "all.csv"}


def test_the_page_on_isolation_names_every_rung():
    page = PAGE.with_name("isolation.md").read_text(encoding="utf-8")
    assert all(f"| {rung} |" in page for rung in isolation.PROMISES)
