"""The pages that students get back: what others write into them stays text, and their names are safe."""

from __future__ import annotations

from typer.testing import CliRunner

from autograder.commands.program import app
from autograder.gradebook import records
from autograder.gradebook.records import Mark, Result
from autograder.reports import feedback
from tests import classroom
from tests.classroom import NOTEBOOK
from tests.pages import Text


def test_pages_escape_what_students_write(tmp_path):
    name = "<img src=x onerror=alert(1)>"
    path = tmp_path / "in" / "ada" / NOTEBOOK
    path.parent.mkdir(parents=True)
    path.write_bytes(classroom.notebook(["def squared_error(a, b): raise ValueError('<script>alert(1)</script>')"]))
    done = CliRunner().invoke(app, ["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    page = Text((tmp_path / "out" / "feedback" / "ada.html").read_text(encoding="utf-8"))
    assert "<script>alert(1)</script>" in page.text
    edition = records.edition("gradient_descent", [], 1, {})
    feedback.write(tmp_path / "page.html", edition, Result(Mark(name, "", "")))
    other = Text((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert name in other.text
    assert not {"script", "img"} & (page.tags | other.tags)


def test_no_page_stays_under_a_name_that_is_another_one_s_by_now(tmp_path):
    for student in ("Ada", "ADA"):
        path = tmp_path / "in" / student / NOTEBOOK
        path.parent.mkdir(parents=True)
        path.write_bytes(classroom.notebook([f"x = '{student}'"]))
        done = CliRunner().invoke(app, ["grade", str(tmp_path / "in"), "--out", str(tmp_path / "out")])
        assert done.exit_code == 0, done.output
    pages = {path.name for path in (tmp_path / "out" / "feedback").iterdir()}
    assert pages == set(feedback.file_names(["Ada", "ADA"]).values())


def test_file_names_of_pages_are_safe_and_differ():
    students = ["Anna", "anna", "../../etc/passwd", "CON", "a/b", "a:b", "", ".hidden", "ä" * 300, "ä" * 301, "学生"]
    names = feedback.file_names(students)
    assert len({name.casefold() for name in names.values()}) == len(students)
    for name in names.values():
        assert name.endswith(".html")
        assert not name.startswith((".", "-"))
        assert not set(name) & set('/\\:*?"<>|')
        assert len(name.encode()) < 200
    assert names["学生"] == "学生.html"
