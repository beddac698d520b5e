"""Zips are read as learning platforms hand them out; nothing in one gets outside of its temporary folder."""

from __future__ import annotations

import errno
import os
import stat
import struct
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import classroom
import pytest
from classroom import NOTEBOOK

from autograder import archives, submissions
from autograder.archives import BadArchive, opened
from autograder.chapters import find as find_chapter
from autograder.exercises import exercises
from autograder.grader import Grader
from autograder.process import Limits

CHAPTER = find_chapter("01")
EMPTY = b'{"cells": []}'
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


def zipped(path: Path, members: dict[str, bytes | str], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2024, 5, 1, 12, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            for key, value in options.items():
                setattr(info, key, value)
            archive.writestr(info, content)
    return path


def read(path: Path) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    """Return what is found in an archive: by student the file's path and the notes."""
    with opened(path) as source:
        found = submissions.find(source.folder, CHAPTER, skipped=source.skipped)
        return {
            each.student: (each.path.relative_to(source.folder).as_posix() if each.path else None, each.notes)
            for each in found
        }


def left_out(path: Path) -> list[str]:
    with opened(path) as source:
        return source.left_out


@pytest.fixture(autouse=True)
def _temporary(tmp_path, monkeypatch):
    """Let temporary files go to a folder of the test, and look that none is left."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


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


def test_a_zip_of_a_folder_is_that_folder(tmp_path):
    members = {f"homework/{name}_{NOTEBOOK}": EMPTY for name in ("ada", "ben")}
    members["__MACOSX/homework/._x.ipynb"] = b"\0"
    assert list(read(zipped(tmp_path / "homework.zip", members))) == ["ada", "ben"]
    assert list(read(zipped(tmp_path / "homework (1).zip", members))) == ["ada", "ben"]
    assert list(read(zipped(tmp_path / "ada.zip", {f"anna/{NOTEBOOK}": EMPTY}))) == ["anna"]


def test_a_student_keeps_a_folder_of_her_own(tmp_path):
    """What looks like a wrapper may be the only student."""
    assert read(zipped(tmp_path / "x.zip", {f"ada/homework/{NOTEBOOK}": EMPTY})) == {
        "ada": (f"ada/homework/{NOTEBOOK}", ())
    }


UNSAFE = ["/etc/a.ipynb", "../a.ipynb", "ada/../../a.ipynb", "C:/a.ipynb", "C:\\a.ipynb", "..\\a.ipynb", "c:a.ipynb"]


@pytest.mark.parametrize("name", UNSAFE)
def test_a_name_that_leads_out_is_left_out_and_told(tmp_path, name):
    path = zipped(tmp_path / "x.zip", {name: EMPTY, f"ada/{NOTEBOOK}": EMPTY})
    before = set(tmp_path.rglob("*"))
    with opened(path) as source:
        inside = {each.relative_to(source.folder).as_posix() for each in source.folder.rglob("*")}
        assert inside == {"ada", f"ada/{NOTEBOOK}"}
        assert source.left_out == [f"{name.replace(chr(92), '/')}: its name leads out of the archive"]
    assert set(tmp_path.rglob("*")) == before


def test_links_in_a_zip_are_left_out(tmp_path):
    path = zipped(tmp_path / "x.zip", {f"ada/{NOTEBOOK}": "/etc/passwd"}, external_attr=(stat.S_IFLNK | 0o777) << 16)
    assert left_out(path) == [f"ada/{NOTEBOOK}: a link, not a file"]
    assert read(path) == {"ada": (None, ("no notebook",))}


def test_a_bomb_costs_its_student_alone(tmp_path):
    path = zipped(tmp_path / "x.zip", {f"ada/{NOTEBOOK}": b" " * 30 * 2**20, f"ben/{NOTEBOOK}": EMPTY})
    assert path.stat().st_size < 2**17
    assert read(path) == {
        "ada": (None, (f"no notebook: found {NOTEBOOK} (unpacked it would have 30 MiB)",)),
        "ben": (f"ben/{NOTEBOOK}", ()),
    }


def test_a_notebook_of_twenty_megabytes_is_no_bomb(tmp_path):
    path = zipped(tmp_path / "x.zip", {f"ada/{NOTEBOOK}": b'{"cells": []}' + b" " * (20 * 2**20 - 13)})
    assert read(path) == {"ada": (f"ada/{NOTEBOOK}", ())}


def _patched(path: Path, signature: bytes, offset: int, form: str, value: int) -> Path:
    """Change a number in every header of a zip."""
    content = bytearray(path.read_bytes())
    at = content.find(signature)
    while at >= 0:
        struct.pack_into(form, content, at + offset, value)
        at = content.find(signature, at + 4)
    path.write_bytes(content)
    return path


def test_a_size_that_is_a_lie_is_found_out(tmp_path):
    path = zipped(tmp_path / "x.zip", {f"ada/{NOTEBOOK}": EMPTY + b" " * 2**21})
    _patched(path, b"PK\1\2", 24, "<I", 100)
    ((file, notes),) = read(path).values()
    assert file is None
    assert "larger than the archive says" in notes[0] or "damaged in the archive" in notes[0]


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [("MAX_MEMBERS", 1, "holds 2 files"), ("MAX_TOTAL", 20, "GiB of notebooks")],
)
def test_an_archive_with_too_much_in_it_is_refused(tmp_path, monkeypatch, limit, value, words):
    monkeypatch.setattr(archives, limit, value)
    path = zipped(tmp_path / "x.zip", {f"ada/{NOTEBOOK}": EMPTY, f"ben/{NOTEBOOK}": EMPTY})
    with pytest.raises(BadArchive, match=words), opened(path):
        pass


def test_members_that_share_their_bytes_are_a_bomb(tmp_path):
    path = zipped(tmp_path / "x.zip", {f"ada/{NOTEBOOK}": os.urandom(1000)})
    _patched(path, b"PK\1\2", 20, "<I", 10_000)
    with pytest.raises(BadArchive, match="zip bomb"), opened(path):
        pass


def test_a_zip_inside_is_not_opened(tmp_path):
    inner = zipped(tmp_path / "inner.zip", {NOTEBOOK: EMPTY})
    path = zipped(tmp_path / "x.zip", {"ada/homework.zip": inner.read_bytes()})
    assert read(path) == {
        "ada": (None, ("no notebook: found homework.zip; a zip inside is not opened: put its notebook in its place",))
    }
    with opened(path) as source:
        assert (source.folder / "ada" / "homework.zip").read_bytes() == b""


def test_an_encrypted_notebook_is_told(tmp_path):
    path = zipped(tmp_path / "x.zip", {f"ada/{NOTEBOOK}": EMPTY})
    _patched(_patched(path, b"PK\1\2", 8, "<H", 1), b"PK\3\4", 6, "<H", 1)
    assert read(path) == {"ada": (None, (f"no notebook: found {NOTEBOOK} (encrypted: hand it in without a password)",))}


def test_a_damaged_member_costs_its_student_alone(tmp_path):
    path = zipped(tmp_path / "x.zip", {f"ada/{NOTEBOOK}": os.urandom(500), f"ben/{NOTEBOOK}": EMPTY})
    content = bytearray(path.read_bytes())
    content[100:120] = bytes(20)
    path.write_bytes(content)
    assert read(path) == {
        "ada": (None, (f"no notebook: found {NOTEBOOK} (damaged in the archive)",)),
        "ben": (f"ben/{NOTEBOOK}", ()),
    }


def test_an_unknown_compression_is_told(tmp_path):
    path = zipped(tmp_path / "x.zip", {f"ada/{NOTEBOOK}": EMPTY})
    _patched(_patched(path, b"PK\1\2", 10, "<H", 97), b"PK\3\4", 8, "<H", 97)
    assert "damaged in the archive" in read(path)["ada"][1][0]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_members_of_one_name_the_later_counts(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"ada/{NOTEBOOK}", "first")
        archive.writestr(f"ada/{NOTEBOOK}", "second")
    with opened(path) as source:
        assert (source.folder / "ada" / NOTEBOOK).read_text() == "second"
        assert source.left_out == [f"ada/{NOTEBOOK}: another file of the same name comes later in the archive"]


@pytest.mark.parametrize("name", ["a" * 300 + ".ipynb", "ada/" * 1500 + "a.ipynb", "./", ""])
def test_names_that_no_file_can_have_are_left_out(tmp_path, name):
    path = zipped(tmp_path / "x.zip", {name: EMPTY, f"ben/{NOTEBOOK}": EMPTY})
    assert len(left_out(path)) == 1
    assert read(path)["ben"] == (f"ben/{NOTEBOOK}", ())


def test_a_file_where_a_folder_is_needed_is_left_out(tmp_path):
    path = zipped(tmp_path / "x.zip", {"ada/a.ipynb": EMPTY, "ada/a.ipynb/b.ipynb": EMPTY})
    assert len(left_out(path)) == 1


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", b"\x1f\x8b\x08", b"Rar!\x1a\x07"])
def test_what_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(BadArchive, match=r"x\.zip is no zip file"), opened(path):
        pass


def test_a_zip_that_was_not_downloaded_to_its_end_is_refused(tmp_path):
    path = zipped(tmp_path / "x.zip", CANVAS)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BadArchive, match="download it again"), opened(path):
        pass


def test_any_damage_gives_a_reason_and_nothing_else(tmp_path):
    """Each byte of a small archive is changed in turn."""
    content = zipped(tmp_path / "x.zip", {f"ada/{NOTEBOOK}": EMPTY, f"ben/{NOTEBOOK}": EMPTY}).read_bytes()
    path = tmp_path / "y.zip"
    refused = 0
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        try:
            read(path)
        except BadArchive:
            refused += 1
    assert 0 < refused < len(content)


def test_names_of_macos_are_read(tmp_path):
    """Its zips hold UTF-8 with the accents apart, and do not say so."""
    path = zipped(tmp_path / "x.zip", {f"Zo?????/{NOTEBOOK}": EMPTY})
    path.write_bytes(path.read_bytes().replace(b"Zo?????", "Zoe\u0308\u00e9".encode()))
    assert list(read(path)) == ["Zoëé"]


def test_the_newest_file_wins_by_the_time_in_the_archive(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, year in (("ada/a.ipynb", 2024), ("ada/b.ipynb", 2025), ("ada/c.ipynb", 2023)):
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), EMPTY)
    assert read(path)["ada"][0] == "ada/b.ipynb"


@pytest.mark.parametrize("when", ["xb", "wb"])
def test_a_full_disk_is_no_fault_of_a_student(tmp_path, monkeypatch, when):
    path = zipped(tmp_path / "x.zip", {f"ada/{NOTEBOOK}": EMPTY})
    original = Path.open

    def full(self, mode="r", **options):
        if self.name == NOTEBOOK and mode == when:
            raise OSError(errno.ENOSPC, "No space left on device")
        return original(self, mode, **options)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OSError, match="No space left"), opened(path):
        pass


def test_a_folder_is_opened_as_it_is(tmp_path):
    with opened(tmp_path) as source:
        assert (source.folder, source.skipped, source.left_out) == (tmp_path, {}, [])


def test_the_folder_is_gone_when_grading_fails(tmp_path):
    path = zipped(tmp_path / "x.zip", CANVAS)
    with pytest.raises(ZeroDivisionError), opened(path) as source:  # noqa: PT012
        assert source.folder.exists()
        raise ZeroDivisionError
    assert not source.folder.exists()


def test_a_download_from_canvas_is_graded(tmp_path):
    solved = classroom.notebook(classroom.cells())
    half = classroom.notebook(classroom.cells(**classroom.stubs() | {"squared_error": ""}))
    members = {
        f"ada_1_11_{NOTEBOOK}": solved,
        f"ben_LATE_2_12_{NOTEBOOK}": half,
        "cleo_3_13_essay.pdf": b"%PDF",
        f"dan_4_14_{NOTEBOOK}": solved[:-400],
        f"../eve_5_15_{NOTEBOOK}": solved,
    }
    chosen = [exercise for exercise in exercises().values() if exercise.chapter == CHAPTER.name][:2]
    most = sum(exercise.points for exercise in chosen)
    with opened(zipped(tmp_path / "x.zip", members)) as source:
        found = submissions.find(source.folder, CHAPTER, skipped=source.skipped)
        grader = Grader(CHAPTER, chosen, 1, Limits(), source.folder)
        marks = {mark.student: mark for mark in grader.grade_all(found, 2)}
        assert source.left_out == [f"../eve_5_15_{NOTEBOOK}: its name leads out of the archive"]
    assert {name: mark.points for name, mark in marks.items()} == {"ada": most, "ben": 0, "cleo": 0, "dan": most}
    assert marks["ben"].found == ("handed in late",)
    assert marks["ada"].file == f"ada_1_11_{NOTEBOOK}"
