"""What runs in each process of a Dask cluster: it grades notebooks, one at a time, if it is fit to.

A job says in JSON what to grade and with what. No student's name comes here.
"""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..checking.catalogue import of_chapter
from ..course import find as find_chapter
from ..files import TemporaryFolder
from ..gradebook import records
from ..sandbox import isolation
from ..sandbox.isolation import Rung
from ..sandbox.process import Limits
from ..sandbox.session import why_none_starts
from ..submissions.discovery import Submission
from .grader import Grader

REQUIRED_RUNG: Rung = "B"


@dataclass(frozen=True)
class _Station:
    """What a process keeps from one notebook to the next."""

    address: str
    why_unfit: str
    grader: Grader
    folder: TemporaryFolder


def new_job(grader: Grader, weak: bool) -> str:
    """Return what the processes of a cluster need to know in order to grade as a grader here would.

    Args:
        grader: the grader.
        weak: whether a rung of isolation below B is enough.
    """
    return json.dumps(
        {
            "chapter": grader.chapter.name,
            "exercises": [exercise.id for exercise in grader.exercises],
            "seed": grader.seed,
            "limits": asdict(grader.limits),
            "weak": weak,
            **versions(),
        }
    )


def versions() -> dict[str, str]:
    """Return the versions of the course, as its files are now, and of NumPy: with others, marks may differ."""
    here = records.edition("", [], 0, {})
    return {"course": here.course, "numpy": here.numpy}


def check(job: str) -> str:
    """Return why this process of a Dask cluster must not grade, with its address; an empty text if it may.

    Args:
        job: from `new_job`.
    """
    return _station(job).why_unfit


def grade(job: str, notebooks: Sequence[bytes]) -> dict[str, Any]:
    """Return what came of some notebooks, as plain data, or why this process must not grade.

    Args:
        job: from `new_job`.
        notebooks: the contents of the files.

    Returns:
        `{"unfit": why}`, or `{"answers": [...], "seconds": ...}` with an answer for each notebook: `{"mark": ...}`, a
        mark without a student, or `{"failed": why}`.
    """
    station = _station(job)
    if station.why_unfit:
        return {"unfit": station.why_unfit}
    start = time.monotonic()
    answers = [_answer(station, notebook) for notebook in notebooks]
    return {"answers": answers, "seconds": time.monotonic() - start}


def _answer(station: _Station, notebook: bytes) -> dict[str, Any]:
    path = station.folder.path / "notebook.ipynb"
    try:
        path.write_bytes(notebook)
        return {"mark": asdict(station.grader.grade(Submission("", path)))}
    except Exception as error:  # of this machine, say a full disk, or of this one notebook: the others go on
        return {"failed": f"{station.address}: {type(error).__name__}: {error}"}
    finally:
        path.unlink(missing_ok=True)


@functools.lru_cache(maxsize=1)
def _station(job: str) -> _Station:
    from distributed import get_worker

    wanted, worker = json.loads(job), get_worker()
    why = why_unfit(wanted, _facts(wanted, worker.state.nthreads))
    chosen = [exercise for exercise in of_chapter(wanted["chapter"]) if exercise.id in wanted["exercises"]]
    folder = TemporaryFolder()
    limits = Limits(**wanted["limits"])
    grader = Grader(find_chapter(wanted["chapter"]), chosen, wanted["seed"], limits, folder.path)
    return _Station(worker.address, f"the worker {worker.address} {why}" if why else "", grader, folder)


def _facts(wanted: dict[str, Any], threads: int) -> dict[str, Any]:
    trouble = why_none_starts(find_chapter(wanted["chapter"]), Limits(**wanted["limits"]))
    return {
        **versions(),
        "course_at_start": _course_at_start(),
        "rung": isolation.reached().rung,
        "threads": threads,
        "trouble": trouble,
    }


@functools.cache
def _course_at_start() -> str:
    """Return the version of the course that this process has in memory, whatever becomes of its files later."""
    return versions()["course"]


def why_unfit(wanted: dict[str, Any], facts: dict[str, Any]) -> str:
    """Return why a process must not grade; an empty text if it may.

    Args:
        wanted: what the job asks for.
        facts: what the process has: `course`, `course_at_start`, `numpy`, `rung`, `threads`, and `trouble`, why it
            starts no process for students' code.

    Example:
        >>> facts = {"course": "1", "course_at_start": "1", "numpy": "2", "rung": "A", "threads": 1, "trouble": ""}
        >>> why_unfit({"course": "1", "numpy": "2", "weak": False}, facts)
        ''
        >>> why_unfit({"course": "1", "numpy": "3", "weak": False}, facts)
        'has NumPy 2, not 3: install that one there, and restart it'
    """
    if facts["course"] != wanted["course"]:
        there, here = facts["course"], wanted["course"]
        return f"has version {there} of the course, not {here}: install that one there, and restart it"
    if facts["course"] != facts["course_at_start"]:
        return "was started before its files of the course were changed: restart it"
    if facts["numpy"] != wanted["numpy"]:
        return f"has NumPy {facts['numpy']}, not {wanted['numpy']}: install that one there, and restart it"
    if (threads := facts["threads"]) != 1:
        return f"has {threads} threads: start it with --nthreads 1, and with --nworkers {threads} for as many processes"
    if not isolation.Reached(facts["rung"]).at_least(REQUIRED_RUNG) and not wanted["weak"]:
        promise = f"reaches rung {facts['rung']} of isolation ({isolation.PROMISES[facts['rung']]})"
        return f"{promise}: see `autograder doctor` there, or grade all the same with --allow-weak-isolation"
    if facts["trouble"]:
        return f"starts no process for students' code with these limits. {facts['trouble']}"
    return ""
