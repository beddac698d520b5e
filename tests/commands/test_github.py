"""The command github replaces nothing."""

from tests.terminal import refused


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    refused("github", "01", "--out", tmp_path)
    refused("github", "99", "--out", tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
