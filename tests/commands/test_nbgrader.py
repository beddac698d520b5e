"""The command nbgrader replaces nothing."""

from tests.terminal import refused, run


def test_nothing_is_overwritten(tmp_path):
    assert run("nbgrader", "01", "--out", tmp_path, "--seed", 5).exit_code == 0
    (tmp_path / "nbgrader_config.py").write_text("# mine\n")
    assert "overwritten" in refused("nbgrader", "01", "--out", tmp_path)
    refused("nbgrader", "99", "--out", tmp_path)
    assert (tmp_path / "nbgrader_config.py").read_text() == "# mine\n"
