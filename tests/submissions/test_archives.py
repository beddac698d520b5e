"""Whatever is in a zip, nothing of it gets outside of its temporary folder, and it costs its student alone."""

from __future__ import annotations

import errno
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from autograder.checking.catalogue import exercises
from autograder.grading.grader import Grader
from autograder.sandbox import forkserver
from autograder.sandbox.process import Limits
from autograder.submissions import archives, discovery
from autograder.submissions.archives import BadArchive, opened
from tests import classroom
from tests.classroom import NOTEBOOK
from tests.zips import CHAPTER, EMPTY, left_out, read, zipped

pytestmark = pytest.mark.usefixtures("temporary")


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


def test_a_folder_whose_name_begins_with_a_dot_is_a_student_s(tmp_path):
    members = {f"{name}/{NOTEBOOK}": EMPTY for name in (".anna", "ben", "__MACOSX", ".git", "ben/.ipynb_checkpoints")}
    assert list(read(zipped(tmp_path / "x.zip", {".anna/": b"", **members, ".DS_Store": b""}))) == [".anna", "ben"]


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
        "ada": (None, (f"no notebook: found {NOTEBOOK} (unpacked it would take 30 MiB)",)),
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


@pytest.mark.parametrize("extra", [b"\1\0\4\0abcd", b"\1\0\0\0", b"\1\0\xff\0", b"\x75\x70\xff\0"])
def test_a_broken_record_beside_a_name_costs_its_student_alone(tmp_path, extra):
    """Such as that of zip64, in which sizes stand that are too large for their place."""
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, record in ((f"ada/{NOTEBOOK}", extra), (f"ben/{NOTEBOOK}", b"up\5\0" + bytes(5))):
            info = zipfile.ZipInfo(name, (2024, 5, 1, 12, 0, 0))
            info.extra = record
            archive.writestr(info, EMPTY)
    content = bytearray(path.read_bytes())
    struct.pack_into("<II", content, content.find(b"PK\1\2") + 20, 2**32 - 1, 2**32 - 1)
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
    with pytest.raises(BadArchive, match=r"x\.zip is not a zip file"), opened(path):
        pass


def test_a_zip_that_was_not_downloaded_to_its_end_is_refused(tmp_path):
    path = zipped(tmp_path / "x.zip", {f"{name}_{NOTEBOOK}": EMPTY for name in ("ada", "ben", "cleo")})
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
    with pytest.raises(BadArchive, match="cannot be unpacked: No space left"), opened(path):
        pass


def test_a_folder_is_opened_as_it_is(tmp_path):
    with opened(tmp_path) as source:
        assert (source.folder, source.skipped, source.left_out) == (tmp_path, {}, [])


def test_the_folder_is_gone_when_grading_fails(tmp_path):
    path = zipped(tmp_path / "x.zip", {f"ada_{NOTEBOOK}": EMPTY})
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
        found = discovery.find(source.folder, CHAPTER, skipped=source.skipped)
        grader = Grader(CHAPTER, chosen, 1, Limits(), source.folder)
        marks = {submission.student: grader.grade(submission) for submission in found}
        forkserver.close()
        assert source.left_out == [f"../eve_5_15_{NOTEBOOK}: its name leads out of the archive"]
    assert {name: mark.points for name, mark in marks.items()} == {
        "ada (1)": most,
        "ben (2)": 0,
        "cleo (3)": 0,
        "dan (4)": most,
    }
    assert marks["ben (2)"].found == ("handed in late",)
    assert marks["ada (1)"].file == f"ada_1_11_{NOTEBOOK}"
