"""Versions travel with what is handed out: those installed here, of all that is needed and of nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.authoring import pins
from autograder.errors import UserError
from autograder.integrations.gradescope.export import NOT_FOR_GRADING

NEEDS = {
    pins.COURSE: ["Some_Library[fast]>=1; extra == 'lab'", "left-out", "checks>=2; extra == 'dev'"],
    "some-library": ["c-parts; extra == 'fast'", "some-library[fast]; extra == 'all'", "docs; extra == 'docs'", "base"],
    "base": ["some-library", "old; python_version < '3'"],
}


def test_what_is_needed_in_turn_is_pinned_and_nothing_else(monkeypatch):
    monkeypatch.setattr(pins.metadata, "requires", NEEDS.get)
    monkeypatch.setattr(pins.metadata, "version", lambda name: f"{len(name)}.0")
    assert pins.files("lab", without={"left-out"}) == {
        "requirements.txt": "-c constraints.txt\nsome-library==12.0\n",
        "constraints.txt": "base==4.0\nc-parts==7.0\n",
    }


def test_a_layer_that_is_not_installed_is_named(monkeypatch):
    def requires(name):
        if name == "some-library":
            raise pins.metadata.PackageNotFoundError(name)
        return NEEDS[name]

    monkeypatch.setattr(pins.metadata, "requires", requires)
    with pytest.raises(UserError, match=r'pip install "follow-the-slope\[lab\]"'):
        pins.files("lab", without={"left-out"})


@pytest.mark.parametrize(("layer", "without"), [("lab", ()), ("grade", NOT_FOR_GRADING)])
def test_pip_takes_the_files_and_finds_these_very_versions_here(tmp_path, layer, without):
    for name, text in pins.files(layer, without).items():
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "-r", tmp_path / "requirements.txt"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, "Would install" in done.stdout) == (0, False), done.stderr
