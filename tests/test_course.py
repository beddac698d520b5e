"""A course is data: this one, one of somebody else's, and what is none."""

from __future__ import annotations

import ast
import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import autograder
from autograder.checking.catalogue import exercises
from autograder.course import CourseError, current, find, read
from tests import tiny_course

ENGINE = Path(autograder.__file__).parent
ROOT = ENGINE.parent


def run(folder: Path, *arguments: object, program: tuple[str, ...] = ("-m", "autograder"), code: int = 0) -> str:
    """Return what a program says that runs in a folder, without anything that tells where this course is."""
    environment = {key: value for key, value in os.environ.items() if key not in ("AUTOGRADER_COURSE", "PYTHONPATH")}
    command = [sys.executable, *program, *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def sources(page: Path) -> dict[str, str]:
    return {cell.id: cell.source for cell in nbformat.read(page, as_version=4).cells}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    folder = tiny_course.write(tmp_path_factory.mktemp("elsewhere") / "tiny")
    run(folder, "sync")
    return folder


def test_sync_derives_the_stubs_of_a_foreign_course(tiny):
    cells = sources(tiny / "pages" / "01_letters.ipynb")
    assert cells["shout-exercise"].startswith("# Exercise letters.shout: 2 minutes")
    assert "raise NotImplementedError" in cells["twice-exercise"]
    assert "upper" not in cells["shout-exercise"]
    run(tiny, "sync", "--check")


def test_selftest_proves_a_foreign_course(tiny):
    said = run(tiny, "selftest")
    assert "letters.shout" in said
    assert "letters.twice" in said
    assert "squared_error" not in said


CHECK = """
import autograder
shout = lambda word: word.lower()
shout.__name__ = "shout"
autograder.check(shout)
shout = lambda word: word.upper()
shout.__name__ = "shout"
autograder.check(shout)
"""


def test_check_names_the_mistakes_of_a_foreign_course(tiny, tmp_path):
    said = run(tiny, program=("-c", CHECK))
    assert "You return small letters." in said
    assert "✓ shout: passed" in said


def test_a_foreign_homework_copy_checks_by_itself(tiny, tmp_path):
    run(tiny, "release", "1", "--out", tmp_path / "out")
    said = run(tmp_path / "out", program=("-c", f"import autograder; print(autograder.__file__)\n{CHECK}"))
    assert said.startswith(str(tmp_path / "out" / "autograder"))
    assert "✗ shout: not right yet" in said
    assert "✓ shout: passed" in said
    everything = "".join(path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.*") if path.suffix != ".pyc")
    assert "word.upper()" not in everything
    assert not (tmp_path / "out" / "tiny_answers" / "words.py").exists()


def test_a_class_of_a_foreign_course_is_graded(tiny, tmp_path):
    run(tiny, "fill", "--out", tmp_path / "filled")
    page = (tmp_path / "filled" / "01_letters.ipynb").read_text("utf-8")
    for student, text in {"ada": page, "ben": page.replace("return word.upper()", "return word.lower()")}.items():
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / "01_letters.ipynb").write_text(text, encoding="utf-8")
    said = run(tiny, "grade", tmp_path / "in", "--out", tmp_path / "out", "--allow-weak-isolation")
    assert "2 students graded" in said
    rows = list(csv.DictReader((tmp_path / "out" / "grades.csv").read_text("utf-8-sig").splitlines()))
    assert [(row["student"], row["points"], row["shout"], row["twice"]) for row in rows] == [
        ("ada", "3", "1", "2"),
        ("ben", "2", "0", "2"),
    ]
    assert "You return small letters." in (tmp_path / "out" / "feedback" / "ben.html").read_text("utf-8")
    run(tiny, "report", tmp_path / "out")
    assert "lower" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_a_foreign_assignment_for_nbgrader_judges_by_the_teachers_course(tiny, tmp_path):
    run(tiny, "nbgrader", "1", "--out", tmp_path)
    folder = tmp_path / "source" / "01_letters"
    (hidden,) = (text for text in sources(folder / "01_letters.ipynb").values() if '"letters.shout", "' in text)
    judge = next(line for line in hidden.splitlines() if line.startswith("judge = "))
    words = ast.literal_eval(judge.partition("[sys.executable, ")[2].join(["[", ""]).replace("str(left)", '"60"'))
    # In the student's folder, whose own course.toml does not count.
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        input='["def shout(word): return word.upper()"]',
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout.split()[0]) == 1


def test_adding_a_chapter_takes_the_edits_that_contributing_names(tmp_path):
    for name in ("autograder", "solutions"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "course_style.py", tmp_path)
    tiny_course.write(tmp_path / "tiny")
    parts = tmp_path / "autograder" / "exercises" / "__init__.py"
    # The four edits: `parts`, a module of solutions, its exercises, a notebook.
    edited = parts.read_text("utf-8").replace("    parts={", '    parts={\n        "letters": ("words",),')
    parts.write_text(edited, encoding="utf-8")
    shutil.copy(tmp_path / "tiny" / "tiny_answers" / "words.py", tmp_path / "solutions")
    checks = (tmp_path / "tiny" / "tiny_checks" / "about_words.py").read_text("utf-8")
    checks = checks.replace("tiny_answers", "solutions").replace("from autograder", "from ..checking.exercise")
    (parts.parent / "letters_1_words.py").write_text(checks, encoding="utf-8")
    (tmp_path / "notebooks").mkdir()
    page = tmp_path / "notebooks" / "00_letters.ipynb"
    shutil.copy(tmp_path / "tiny" / "pages" / "01_letters.ipynb", page)
    said = run(tmp_path, "sync", "letters") + run(tmp_path, "selftest", "shout", "twice")
    assert "00_letters.ipynb: exercise cells rewritten" in said
    assert "letters.twice" in said
    assert sources(page)["shout-exercise"].startswith("# Exercise letters.shout: 2 minutes")
    run(tmp_path, "release", "00", "--out", tmp_path / "out")
    assert (tmp_path / "out" / "00_letters.ipynb").exists()


def test_no_student_says_what_the_course_is(tiny, tmp_path):
    tiny_course.write(tmp_path / "in")
    said = run(tmp_path / "in", "grade", ".", "--out", tmp_path / "out", code=2)
    assert "course.toml lies among the submissions" in said
    assert not (tmp_path / "out").exists()


def test_this_course_is_one_that_is_installed():
    course = current()
    assert (course.name, course.address, course.home) == ("follow-the-slope", "follow-the-slope", None)
    assert {exercise.chapter for exercise in exercises().values()} == {chapter.name for chapter in course.chapters}
    assert [chapter.number for chapter in course.before(find("02"))] == [0, 1]


def test_a_course_is_the_same_after_its_file_was_written(tmp_path):
    (tmp_path / "course.toml").write_text(current().to_toml(notebooks="."), encoding="utf-8")
    again = read(tmp_path / "course.toml")
    assert (again.chapters, again.home, again.notebooks) == (current().chapters, tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "course.toml: Invalid value"),
        ('name = "x"', "course.toml: 'notebooks'"),
        ('notebooks = "."\n[chapters]\none = []', "course.toml: "),
        (f"nodes = 1\n{tiny_course.COURSE}", "unexpected keyword argument 'nodes'"),
    ],
)
def test_a_wrong_course_file_is_named(tmp_path, text, words):
    (tmp_path / "course.toml").write_text(text, encoding="utf-8")
    with pytest.raises(CourseError) as caught:
        read(tmp_path / "course.toml")
    assert words in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_where_no_course_is_the_command_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_COURSE", "unheard-of")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="courses are follow-the-slope: choose one with AUTOGRADER_COURSE"):
        current.__wrapped__()


def test_nothing_but_the_course_names_exercises_or_solutions():
    """The import rules say so of imports; this is for names in texts that are imported when the program runs."""
    for path in ENGINE.rglob("*.py"):
        if path == ENGINE / "course.py" or ENGINE / "exercises" in path.parents:
            continue
        docstrings = set()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                docstrings.add(node.value)
        texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        named = [node.value for node in texts if node not in docstrings and node.value.split(".")[0] == "solutions"]
        assert not named, f"{path}: {named}"
