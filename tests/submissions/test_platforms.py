"""The downloads of learning platforms, and nbgrader's folders: who is who, and when each handed in."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from autograder.submissions import discovery
from autograder.submissions.archives import opened
from autograder.submissions.class_list import UnreadableRoster
from tests.classroom import NOTEBOOK
from tests.zips import CHAPTER, EMPTY, left_out, read, zipped

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
    "astromzoe (12345)": (f"astromzoe_12345_678_{NOTEBOOK}", ()),
    "benson (12346)": ("benson_LATE_12346_679_01_gradient_descent-1.ipynb", ("handed in late",)),
    "li (12347)": ("li_12347_680_01_gradient_descent.ipynb", ()),
    "li (12348)": (
        "li_12348_681_01_gradient_descent-2.ipynb",
        (f"graded 01_gradient_descent-2.ipynb, not {NOTEBOOK}",),
    ),
    "mora (12349)": (None, ("handed in late", "no notebook: found my_essay.pdf")),
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
    "Zoë Åström (1001)": (f"Zoë Åström_1001_assignsubmission_file_/{NOTEBOOK}", ()),
    "Ana_María Núñez (1002)": (
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
    "Ben (1005)": (f"Ben_1005_assignsubmission_file_{NOTEBOOK}", ()),
    "Participant 7 (1006)": (None, ("no notebook: found .html",)),
}
GRADESCOPE = {
    "assignment_99_export/submission_metadata.yml": METADATA,
    f"assignment_99_export/submission_101/{NOTEBOOK}": EMPTY,
    f"assignment_99_export/submission_102/sub/{NOTEBOOK}": EMPTY,
    "assignment_99_export/submission_103/a.py": "",
    f"assignment_99_export/submission_104/{NOTEBOOK}": EMPTY,
}
GRADESCOPE_FOUND = {
    "Zoë Åström (0042)": (f"assignment_99_export/submission_101/{NOTEBOOK}", ()),
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
LAYOUTS: dict[str, tuple[Any, Any]] = {
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
        ("Canvas", "benson (12346)", "12346"),
        ("Moodle", "Ben (1005)", "1005"),
        ("Gradescope", "Zoë Åström (0042)", "0042"),
        ("Gradescope", "cleo@example.org", "cleo@example.org"),
        ("nbgrader", "ada", ""),
    ],
)
def test_the_number_that_a_platform_gives_is_kept(tmp_path, layout, student, number):
    with opened(zipped(tmp_path / "x.zip", LAYOUTS[layout][0])) as source:
        found = discovery.find(source.folder, CHAPTER)
    assert {each.student: each.number for each in found}[student] == number


def test_a_namesake_who_comes_later_changes_no_name(tmp_path):
    first = {f"Jane Doe_111_assignsubmission_file_/{NOTEBOOK}": EMPTY}
    second = first | {f"Jane Doe_112_assignsubmission_file_/{NOTEBOOK}": EMPTY}
    assert list(read(zipped(tmp_path / "one.zip", first))) == ["Jane Doe (111)"]
    assert list(read(zipped(tmp_path / "two.zip", second))) == ["Jane Doe (111)", "Jane Doe (112)"]


CLASS = {f"submissions/{name}/{NOTEBOOK}": EMPTY for name in ("ada", "ben")} | {"submissions/eve/a.txt": ""}


def unpacked(folder: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(zipped(folder.with_suffix(".zip"), members)) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.parametrize("wrapper", ["", "download/", "a/b/"])
@pytest.mark.parametrize("make", [zipped, unpacked])
def test_a_class_in_one_folder_is_a_class(tmp_path, wrapper, make):
    path = make(
        tmp_path / "hw1.zip" if make is zipped else tmp_path / "hw1", {wrapper + n: c for n, c in CLASS.items()}
    )
    assert list(read(path)) == ["ada", "ben", "eve"]


@pytest.mark.parametrize(
    "members",
    [
        {f"ada/homework/{NOTEBOOK}": EMPTY, "ada/data/a.csv": ""},
        {f"ada/{NOTEBOOK}": EMPTY, f"ada/old/{NOTEBOOK}": EMPTY, f"ada/older/{NOTEBOOK}": EMPTY},
    ],
)
def test_a_student_s_own_folders_are_no_class(tmp_path, members):
    assert list(read(zipped(tmp_path / "hw1.zip", members))) == ["ada"]


def test_results_beside_the_wrapping_folder_change_nothing(tmp_path):
    folder = unpacked(tmp_path / "hw1", CLASS)
    (folder / "marks" / "feedback").mkdir(parents=True)
    found = discovery.find(folder, CHAPTER, leave_out=folder / "marks")
    assert [each.student for each in found] == ["ada", "ben", "eve"]


@pytest.mark.parametrize(
    ("layout", "wrapper"), [("Canvas", ""), ("Moodle", ""), ("Gradescope", "assignment_99_export/")]
)
def test_a_file_that_is_nobodys_is_told(tmp_path, layout, wrapper):
    members = LAYOUTS[layout][0] | {f"{wrapper}readme.txt": "", f"{wrapper}rest.zip": b"PK"}
    loose: list[str] = []
    with opened(zipped(tmp_path / "x.zip", members)) as source:
        discovery.find(source.folder, CHAPTER, loose=loose)
    assert loose == ["readme.txt (no notebook)", "rest.zip (a zip inside is not opened)"]


@pytest.mark.parametrize(
    ("layout", "student", "time", "by"),
    [
        ("Canvas", "benson (12346)", None, "Canvas"),
        ("Moodle", "Ben (1005)", datetime(2024, 1, 2, 3, 4, 6).astimezone(), "the file's date"),
        ("Gradescope", "Zoë Åström (0042)", datetime(2024, 9, 25, 6, 31, 47, tzinfo=UTC), "Gradescope"),
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
        found = {each.student: each for each in discovery.find(source.folder, CHAPTER)}
    assert (found[student].handed_in, found[student].dated_by) == (time, by)


@pytest.mark.parametrize(
    "text", ["{", "\0", "[" * 5000, "a: &a [*a]", "? [1]\n: 2", "submission_1: {':submitters': [5]}"]
)
def test_a_list_of_students_that_cannot_be_read_leaves_the_folders_names(tmp_path, text):
    path = zipped(tmp_path / "x.zip", {"submission_metadata.yml": text, f"submission_1/{NOTEBOOK}": EMPTY})
    assert list(read(path)) == ["submission_1"]


ROSTER = '"identifier","github_username","github_id","name"\n'


@pytest.mark.parametrize(
    ("clones", "listed", "students"),
    [
        (["hw1-ada", "hw1-Ben"], ["Ada Lovelace,ada", "b@x.org,ben", "Cy,"], ["Ada Lovelace", "b@x.org"]),
        (["ada", "ben"], ["Ada Lovelace,ada"], ["Ada Lovelace", "ben"]),
        (["hw1-lee", "hw1-ann-lee", "hw1-bo"], ["Lee,lee", "Bo,bo"], ["Bo", "Lee", "hw1-ann-lee"]),
        (["hw1-ann-lee"], ["Lee,lee", "Ann,ann-lee"], ["Ann"]),
        (["hw1-ada-1", "team"], ["Ada Lovelace,ada"], ["hw1-ada-1", "team"]),
        (["hw1-ada"], [" ,ada"], ["hw1-ada"]),
    ],
)
@pytest.mark.parametrize("make", [zipped, unpacked])
def test_the_class_list_of_github_classroom_says_whose_clone_it_is(tmp_path, make, clones, listed, students):
    text = ROSTER + "".join(f"{line},7,\n" for line in listed)
    members = {f"hw1-submissions/{name}/{NOTEBOOK}": EMPTY for name in clones}
    path = make(
        tmp_path / ("x.zip" if make is zipped else "x"), members | {"hw1-submissions/classroom_roster.csv": text}
    )
    assert list(read(path)) == students
    if path.is_dir():
        loose: list[str] = []
        discovery.find(path, CHAPTER, loose=loose)
        assert loose == []


def test_a_class_list_that_is_none_is_said(tmp_path):
    path = zipped(tmp_path / "x.zip", {f"hw1-ada/{NOTEBOOK}": EMPTY, "classroom_roster.csv": "name\nada\n"})
    with pytest.raises(UnreadableRoster, match="no column 'github_username'"):
        read(path)
