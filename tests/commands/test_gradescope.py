"""The command gradescope replaces a file only when asked."""

import zipfile

from tests.terminal import refused, run


def test_what_cannot_be_written_is_said(tmp_path):
    refused("gradescope", "99", "--out", tmp_path / "a.zip")
    (tmp_path / "file").write_text("")
    assert "written" in refused("gradescope", "01", "--out", tmp_path / "file" / "a.zip")


def test_a_file_that_is_there_is_replaced_only_when_asked(tmp_path):
    path = tmp_path / "s.zip"
    path.write_text("all submissions")
    assert "--overwrite" in refused("gradescope", "01", "--out", path)
    assert path.read_text() == "all submissions"
    again = ("gradescope", "01", "--out", path, "--seed", 7)
    assert run(*again, "--overwrite").exit_code == 0
    assert run(*again).exit_code == 0  # the same again
    assert zipfile.is_zipfile(path)
