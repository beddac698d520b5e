"""Whole files or none."""

import os

import pytest

from autograder.files import write_text


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "marks.csv"
    path.write_text("old")

    def no_space(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", no_space)
    with pytest.raises(OSError, match="No space left"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["marks.csv"]


def test_unix_line_ends_everywhere(tmp_path):
    write_text(tmp_path / "a.txt", "slope\nä\n")
    assert (tmp_path / "a.txt").read_bytes() == "slope\nä\n".encode()
