"""The downloads of learning platforms, and nbgrader's folders: who is who, and when each handed in."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime

import pytest
from classroom import NOTEBOOK
from zips import CHAPTER, EMPTY, left_out, read, zipped

from autograder import submissions
from autograder.archives import opened

pytestmark = pytest.mark.usefixtures("temporary")
METADATA = """---
submission_101:
  :submitters:
  - :name: Zoë Åström
    :sid: '0042'
    :email: zoe@example.org
  :created_at: 2024-09-25 06:31:47.302206000 Z
  :score: 10.0
  :results: !ruby/object:Results
    tests: []
submission_102:
  :submitters:
  - :name: Ben
    :sid: '7'
  - :name:
    :sid:
    :email: cleo@example.org
submission_103:
  :submitters:
  - :name: Ben
    :sid: '8'
"""
CANVAS = {
    f"astromzoe_12345_678_{NOTEBOOK}": EMPTY,
    "benson_LATE_12346_679_01_gradient_descent-1.ipynb": EMPTY,
    "li_12347_680_01_gradient_descent.ipynb": EMPTY,
    "li_12348_681_01_gradient_descent-2.ipynb": EMPTY,
    "li_12348_682_01_gradient_descent.ipynb": EMPTY,
    "li_12348_683_data.csv": "1",
    "mora_LATE_12349_684_my_essay.pdf": "%PDF",
    "anon_5f3xa_685_homework.ipynb": EMPTY,
    "anon_LATE_9zz2b_686_homework.ipynb": EMPTY,
}
CANVAS_FOUND = {
    "astromzoe": (f"astromzoe_12345_678_{NOTEBOOK}", ()),
    "benson": ("benson_LATE_12346_679_01_gradient_descent-1.ipynb", ("handed in late",)),
    "li (12347)": ("li_12347_680_01_gradient_descent.ipynb", ()),
    "li (12348)": (
        "li_12348_681_01_gradient_descent-2.ipynb",
        (f"graded 01_gradient_descent-2.ipynb, not {NOTEBOOK}",),
    ),
    "mora": (None, ("handed in late", "no notebook: found my_essay.pdf")),
    "anon (5f3xa)": ("anon_5f3xa_685_homework.ipynb", (f"the file is called homework.ipynb, not {NOTEBOOK}",)),
    "anon (9zz2b)": (
        "anon_LATE_9zz2b_686_homework.ipynb",
        ("handed in late", f"the file is called homework.ipynb, not {NOTEBOOK}"),
    ),
}
MOODLE = {
    f"Zoë Åström_1001_assignsubmission_file_/{NOTEBOOK}": EMPTY,
    "Ana_María Núñez_1002_assignsubmission_file_/answers/hw.ipynb": EMPTY,
    "Ana_María Núñez_1002_assignsubmission_onlinetext_/onlinetext.html": "see file",
    "Li Wei_1003_assignsubmission_file_/essay.zip": b"PK",
    "Li Wei_1004_assignsubmission_file/a.ipynb": EMPTY,
    f"Ben_1005_assignsubmission_file_{NOTEBOOK}": EMPTY,
    "Participant 7_1006_assignsubmission_onlinetext_.html": "nothing",
}
MOODLE_FOUND = {
    "Zoë Åström": (f"Zoë Åström_1001_assignsubmission_file_/{NOTEBOOK}", ()),
    "Ana_María Núñez": (
        "Ana_María Núñez_1002_assignsubmission_file_/answers/hw.ipynb",
        (f"the file is called hw.ipynb, not {NOTEBOOK}",),
    ),
    "Li Wei (1003)": (
        None,
        ("no notebook: found essay.zip; a zip inside is not opened: put its notebook in its place",),
    ),
    "Li Wei (1004)": (
        "Li Wei_1004_assignsubmission_file/a.ipynb",
        (f"the file is called a.ipynb, not {NOTEBOOK}",),
    ),
    "Ben": (f"Ben_1005_assignsubmission_file_{NOTEBOOK}", ()),
    "Participant 7": (None, ("no notebook: found .html",)),
}
GRADESCOPE = {
    "assignment_99_export/submission_metadata.yml": METADATA,
    f"assignment_99_export/submission_101/{NOTEBOOK}": EMPTY,
    f"assignment_99_export/submission_102/sub/{NOTEBOOK}": EMPTY,
    "assignment_99_export/submission_103/a.py": "",
    f"assignment_99_export/submission_104/{NOTEBOOK}": EMPTY,
}
GRADESCOPE_FOUND = {
    "Zoë Åström": (f"assignment_99_export/submission_101/{NOTEBOOK}", ()),
    "Ben (7)": (f"assignment_99_export/submission_102/sub/{NOTEBOOK}", ()),
    "cleo@example.org": (f"assignment_99_export/submission_102/sub/{NOTEBOOK}", ()),
    "Ben (8)": (None, ("no notebook: found a.py",)),
    "submission_104": (f"assignment_99_export/submission_104/{NOTEBOOK}", ()),
}
NBGRADER = {
    "course/nbgrader_config.py": "",
    f"course/release/ps1/{NOTEBOOK}": EMPTY,
    f"course/submitted/ada/ps1/{NOTEBOOK}": EMPTY,
    "course/submitted/ada/ps1/timestamp.txt": "2024-05-01 12:00:00 UTC",
    "course/submitted/ada/ps0/00_start_here.ipynb": EMPTY,
    "course/submitted/ben/ps1/other.ipynb": EMPTY,
}
NBGRADER_FOUND = {
    "ada": (f"course/submitted/ada/ps1/{NOTEBOOK}", ()),
    "ben": ("course/submitted/ben/ps1/other.ipynb", (f"the file is called other.ipynb, not {NOTEBOOK}",)),
}
LAYOUTS = {
    "Canvas": (CANVAS, CANVAS_FOUND),
    "Moodle": (MOODLE, MOODLE_FOUND),
    "Gradescope": (GRADESCOPE, GRADESCOPE_FOUND),
    "nbgrader": (NBGRADER, NBGRADER_FOUND),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("wrapper", ["", "down loads/"])
def test_platforms_are_known_in_a_zip(tmp_path, layout, wrapper):
    members, found = LAYOUTS[layout]
    path = zipped(tmp_path / "x.zip", {f"{wrapper}{name}": content for name, content in members.items()})
    assert read(path) == {student: (file and f"{wrapper}{file}", notes) for student, (file, notes) in found.items()}
    assert left_out(path) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_platforms_are_known_in_a_folder(tmp_path, layout):
    members, found = LAYOUTS[layout]
    with zipfile.ZipFile(zipped(tmp_path / "x.zip", members)) as archive:
        archive.extractall(tmp_path / "folder")
    assert {student: file for student, (file, _) in read(tmp_path / "folder").items()} == {
        student: file for student, (file, _) in found.items()
    }


@pytest.mark.parametrize(
    ("layout", "student", "number"),
    [
        ("Canvas", "benson", "12346"),
        ("Moodle", "Ben", "1005"),
        ("Gradescope", "Zoë Åström", "0042"),
        ("nbgrader", "ada", ""),
    ],
)
def test_the_number_that_a_platform_gives_is_kept(tmp_path, layout, student, number):
    with opened(zipped(tmp_path / "x.zip", LAYOUTS[layout][0])) as source:
        found = submissions.find(source.folder, CHAPTER)
    assert {each.student: each.number for each in found}[student] == number


@pytest.mark.parametrize(
    ("layout", "student", "time", "by"),
    [
        ("Canvas", "benson", None, "Canvas"),
        ("Moodle", "Ben", datetime(2024, 1, 2, 3, 4, 6).astimezone(), "the file's date"),
        ("Gradescope", "Zoë Åström", datetime(2024, 9, 25, 6, 31, 47, tzinfo=UTC), "Gradescope"),
        ("Gradescope", "submission_104", datetime(2024, 1, 2, 3, 4, 6).astimezone(), "the file's date"),
        ("nbgrader", "ada", datetime(2024, 5, 1, 12, tzinfo=UTC), "nbgrader"),
        ("nbgrader", "ben", datetime(2024, 1, 2, 3, 4, 6).astimezone(), "the file's date"),
    ],
)
def test_the_time_is_what_the_platform_says_else_the_file_s_date(tmp_path, layout, student, time, by):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in LAYOUTS[layout][0].items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 2, 3, 4, 6)), content)
    with opened(path) as source:
        found = {each.student: each for each in submissions.find(source.folder, CHAPTER)}
    assert (found[student].handed_in, found[student].dated_by) == (time, by)


@pytest.mark.parametrize(
    "text", ["{", "\0", "[" * 5000, "a: &a [*a]", "? [1]\n: 2", "submission_1: {':submitters': [5]}"]
)
def test_a_list_of_students_that_cannot_be_read_leaves_the_folders_names(tmp_path, text):
    path = zipped(tmp_path / "x.zip", {"submission_metadata.yml": text, f"submission_1/{NOTEBOOK}": EMPTY})
    assert list(read(path)) == ["submission_1"]
