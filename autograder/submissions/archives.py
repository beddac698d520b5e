"""Open a learning platform's download: a zip of submissions is read like a folder of them.

A zip comes from outside, and students choose the names in it. So its files are written only into a new temporary
folder, and only those that grading needs are taken out: notebooks, Gradescope's and GitHub Classroom's lists of
students, and nbgrader's notes of the time. All others become empty files, since the teacher reads their names. No zip
inside the zip is ever opened.
"""

from __future__ import annotations

import mmap
import os
import stat
import struct
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..course import FILE as COURSE_FILE
from ..course import current
from ..errors import UserError
from ..files import NO_ROOM, TemporaryFolder
from .discovery import MAX_BYTES, printable
from .platforms import METADATA, ROSTER, TIMESTAMP, is_litter

MAX_TOTAL = 8 * 2**30
MAX_MEMBERS = 200_000
MAX_RATIO = 200
# Small files may compress this well, and do no harm.
SMALL = 20 * 2**20
CHUNK = 2**20
IS_UTF8, IS_ENCRYPTED = 0x800, 0x1
# An entry of an archive's directory without name and records; kinds of records; "this number is in a zip64 record".
ENTRY, ENTRY_BYTES = b"PK\1\2", 46
ZIP64, UNICODE_PATH, BEYOND = 0x0001, 0x7075, 0xFFFFFFFF
# What zipfile raises on damaged members: of unknown compression, or of a wrong length or checksum, or encrypted.
DAMAGE = (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, OSError, RuntimeError, ValueError)


class BadArchive(UserError, ValueError):
    """A file that is not a zip, or not safe to open; the message says why and what to do."""


@dataclass
class Opened:
    """A folder of submissions.

    Args:
        folder: where they are.
        skipped: why a file in the folder is empty, for those that could not be taken out of an archive.
        left_out: members of an archive that are not in the folder, and why: a line each.
        loose: files that belong to no student, and why they are not graded: a line each, once submissions are found.
    """

    folder: Path
    skipped: dict[Path, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)


class _Skip(Exception):
    """Why a member is not taken out."""


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Yield the folder of submissions at a path; for a zip, a temporary one that is deleted in the end.

    Args:
        path: a folder, or a zip file.

    Raises:
        BadArchive: nothing is there, or it is not a zip, a zip bomb or unreadable, or there is no room for its files.

    Example:
        >>> with opened(Path.cwd()) as submissions:
        ...     submissions.folder == Path.cwd()
        True
    """
    if (home := current().home) and home.is_relative_to(path.resolve()):
        raise BadArchive(f"{home / COURSE_FILE} lies among the submissions: run the command from a folder outside")
    if path.is_dir():
        yield Opened(path)
        return
    if not path.exists():
        raise BadArchive(f"there is no folder or zip {path}")
    with ExitStack() as stack:
        try:
            submissions = _unpacked(path, stack.enter_context(TemporaryFolder()).resolve())
        except OSError as error:
            raise BadArchive(f"{path} cannot be unpacked: {error.strerror}") from error
        yield submissions


def _unpacked(path: Path, folder: Path) -> Opened:
    result = Opened(folder)
    try:
        with _readable(path) as archive:
            members = [info for info in archive.infolist() if not is_litter(*_name(info).split("/"))]
            _refuse_bomb(path, members)
            room = MAX_TOTAL
            for info in reversed(members):  # of two members with the same name, the later one is the newer
                try:
                    room -= _take_out(archive, info, result, room)
                except _Skip as why:
                    result.left_out.append(f"{printable(_name(info))}: {why}")
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        if isinstance(error, BadArchive):
            raise
        raise BadArchive(f"{path} is not a zip file, or only part of one: download it again") from error
    result.left_out.reverse()
    inside = list(folder.iterdir())
    if len(inside) == 1 and unicodedata.normalize("NFC", path.stem).startswith(inside[0].name) and inside[0].is_dir():
        result.folder = inside[0]  # the zip of a folder holds that folder
    return result


class _View(mmap.mmap):
    """A file mapped into memory, where changes stay."""

    def seekable(self) -> bool:
        """Return True, as mmap does only from Python 3.13 on: zipfile asks."""
        return True


@contextmanager
def _readable(path: Path) -> Iterator[zipfile.ZipFile]:
    """Yield an archive. zipfile would reject all of it for one broken record: here only that member is damaged."""
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
        except zipfile.BadZipFile as error:
            if "extra field" not in str(error):
                raise
            with path.open("rb") as stream:
                view = stack.enter_context(_View(stream.fileno(), 0, access=mmap.ACCESS_COPY))
            _mark_broken(view)
            archive = stack.enter_context(zipfile.ZipFile(view))  # type: ignore[call-overload]
        yield archive


def _mark_broken(view: _View) -> None:
    """Remove unreadable records from the entries of the directory, and let these entries lead nowhere."""
    at = view.find(ENTRY)
    while at >= 0 and at + ENTRY_BYTES <= len(view):
        sizes = struct.unpack_from("<II", view, at + 20)
        length, extra = struct.unpack_from("<HH", view, at + 28)
        start = at + ENTRY_BYTES + length
        if not _is_sound(view[start : start + extra], (*sizes, *struct.unpack_from("<I", view, at + 42))):
            if extra >= 4:
                struct.pack_into("<HH", view, start, 0xFFFF, extra - 4)  # one record of no known kind
            struct.pack_into("<II", view, at + 20, 0, 0)
            struct.pack_into("<I", view, at + 42, BEYOND)
        at = view.find(ENTRY, at + 4)


def _is_sound(extra: bytes, numbers: Sequence[int]) -> bool:
    """Return whether records are as long as they say, and a zip64 one holds each number that did not fit elsewhere."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        name = extra[9 : 4 + size]  # after a version and a checksum, if it is one
        broken = {ZIP64: size < 8 * numbers.count(BEYOND), UNICODE_PATH: size < 5 or not _is_utf8(name)}
        if size + 4 > len(extra) or broken.get(kind, False):
            return False
        extra = extra[size + 4 :]
    return True


def _is_utf8(text: bytes) -> bool:
    return text.decode("utf-8", "ignore").encode() == text


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name with forward slashes, in the characters that were meant."""
    name = info.filename
    if not info.flag_bits & IS_UTF8:
        # macOS writes UTF-8 without saying so; zipfile reads such names as MS-DOS would.
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _refuse_bomb(path: Path, members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise BadArchive(f"{path} holds {len(members)} files: at most {MAX_MEMBERS} are opened")
    if sum(info.compress_size for info in members) > path.stat().st_size:
        raise BadArchive(f"{path} is a zip bomb: its members share bytes")
    total = sum(info.file_size for info in members if _is_wanted(_name(info)) and not _is_bomb(info))
    if total > MAX_TOTAL:
        raise BadArchive(f"{path} holds {total >> 30} GiB of notebooks: at most {MAX_TOTAL >> 30} are opened")


def _is_wanted(name: str) -> bool:
    return name.lower().endswith(".ipynb") or name.rpartition("/")[2] in (METADATA, ROSTER, TIMESTAMP)


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    return info.file_size > MAX_BYTES or info.file_size > max(SMALL, MAX_RATIO * info.compress_size)


def _take_out(archive: zipfile.ZipFile, info: zipfile.ZipInfo, result: Opened, room: int) -> int:
    """Write a member, or an empty file instead of it, into the folder; return its size in bytes.

    Raises:
        _Skip: it cannot be written there.
    """
    path = _place(result.folder, _name(info))
    mode = info.external_attr >> 16
    try:
        if info.is_dir() or _name(info).endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            return 0
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("xb").close()
    except FileExistsError as error:
        raise _Skip("another file of the same name comes later in the archive") from error
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise
        raise _Skip("its name is not possible here") from error
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        path.unlink()
        raise _Skip("a link, not a file")
    if not _is_wanted(_name(info)):
        return 0
    try:
        size = _copy(archive, info, path, room)
    except _Skip as why:
        path.write_bytes(b"")
        result.skipped[path] = str(why)
        return 0
    changed = _changed(info)
    os.utime(path, (changed, changed))
    return size


def _place(folder: Path, name: str) -> Path:
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or not parts or (len(parts[0]) > 1 and parts[0][1] == ":"):
        raise _Skip("its name leads out of the archive")
    return folder.joinpath(*parts)


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, room: int) -> int:
    if info.flag_bits & IS_ENCRYPTED:
        raise _Skip("encrypted: hand it in without a password")
    if _is_bomb(info):
        raise _Skip(f"unpacked it would take {info.file_size / 2**20:.0f} MiB")
    size = 0
    with path.open("wb") as target:
        for chunk in _chunks(archive, info):  # the size that the archive states may be a lie
            size += len(chunk)
            if size > min(info.file_size, room):
                raise _Skip("larger than the archive says")
            target.write(chunk)
    return size


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as source:
            while chunk := source.read(CHUNK):
                yield chunk
    except DAMAGE as error:
        raise _Skip("damaged in the archive") from error


def _changed(info: zipfile.ZipInfo) -> float:
    try:
        return time.mktime((*info.date_time, 0, 0, -1))
    except (ValueError, OverflowError):
        return 0.0
