"""The reader's progress: one small file per exercise, so that two open notebooks cannot overwrite each other's."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import platformdirs

from ..checking.exercise import Verdict
from ..course import current
from ..files import write_text

COURSE = Path(__file__).resolve().parents[2]


def folder() -> Path:
    """Return where progress is kept: the environment variable `COURSE_PROGRESS`, else a folder for this copy.

    Two copies on one machine, say last year's and this year's, are kept apart.
    """
    chosen = os.environ.get("COURSE_PROGRESS")
    if chosen:
        return Path(chosen)
    copy = f"{COURSE.name}-{hashlib.sha256(str(COURSE).encode()).hexdigest()[:8]}"
    return platformdirs.user_data_path(current().name, appauthor=False) / "progress" / copy


def folder_name() -> str:
    """Return `folder()` for people to read, with `~` for the home folder."""
    path, home = folder(), Path.home()
    return f"~{os.sep}{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def read(exercise: str) -> dict[str, Any]:
    """Return what is recorded about an exercise; an empty dict if nothing is, or if the file is damaged."""
    try:
        record = json.loads((folder() / f"{exercise}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def record(verdict: Verdict) -> str | None:
    """Record a verdict: the last one, and the best points so far.

    Returns:
        None, or a sentence on why nothing could be written: the check goes on without its record.
    """
    if verdict.status == "not_attempted":
        return None
    before = read(verdict.exercise)
    after = {
        "passed": verdict.passed or before.get("passed") is True,
        "points": max(verdict.points, before.get("points", 0)),
        "checks": before.get("checks", 0) + 1,
        "last": {"status": verdict.status, "points": verdict.points, "remarks": len(verdict.remarks)},
    }
    try:
        write_text(folder() / f"{verdict.exercise}.json", json.dumps(after))
    except OSError as error:
        return f"Your progress could not be saved in {folder_name()}: {error.strerror}."
    return None
