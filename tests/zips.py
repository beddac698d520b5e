"""Zips of submissions for tests: made, and read as the course reads them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from autograder.course import find as find_chapter
from autograder.submissions import discovery
from autograder.submissions.archives import opened

CHAPTER = find_chapter("01")
EMPTY = b'{"cells": []}'


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
        found = discovery.find(source.folder, CHAPTER, skipped=source.skipped)
        return {
            each.student: (each.path.relative_to(source.folder).as_posix() if each.path else None, each.notes)
            for each in found
        }


def left_out(path: Path) -> list[str]:
    with opened(path) as source:
        return source.left_out
