"""Grade one submission inside Gradescope: `python -m autograder.integrations.gradescope.grade_one CHAPTER --seed N`."""

from __future__ import annotations

import argparse
import json
import time
import traceback
from enum import StrEnum
from pathlib import Path
from typing import Any

from ...checking.catalogue import of_chapter
from ...checking.exercise import Exercise, Verdict
from ...course import Chapter
from ...course import find as find_chapter
from ...files import write_text
from ...gradebook import records
from ...gradebook.records import Mark
from ...grading.grader import Grader
from ...learner.display import verdict_lines, verdict_title
from ...sandbox import isolation
from ...sandbox.process import Limits
from ...submissions import discovery
from ...submissions.discovery import Submission

FAILED = "The grader failed. Tell your teacher; it is not your fault."
UNSAFE = "This was not graded: the machine cannot keep marks safe. Tell your teacher; it is not your fault."


class Visibility(StrEnum):
    """When Gradescope shows a student the verdicts."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    HIDDEN = "hidden"


def run(
    chapter: str,
    seed: int,
    visibility: Visibility = Visibility.VISIBLE,
    weak: bool = False,
    root: Path = Path("/autograder"),
) -> None:
    """Grade the notebook in `submission` and write `results/results.json`, whatever happens."""
    start = time.monotonic()
    reached = isolation.reached()
    if not (weak or reached.at_least("B")):
        # Gradescope shows the teacher what is printed.
        print(f"rung {reached.rung} of isolation: {isolation.PROMISES[reached.rung]}.", *reached.reasons, sep="\n")
        print("To grade anyway, upload the zip of `autograder gradescope --allow-weak-isolation`.")
        _write(root, {"score": 0, "output": UNSAFE, "stdout_visibility": "hidden", "tests": []})
        return
    found = find_chapter(chapter)
    chosen = of_chapter(found.name)
    try:
        mark = _grade(root / "submission", found, chosen, seed)
        plain = results(mark, visibility) | {"extra_data": _versions(found, chosen, mark)}
    except Exception:  # the student gets an answer, the teacher the reason: Gradescope shows it what is printed
        traceback.print_exc()
        plain = {"score": 0, "output": FAILED, "stdout_visibility": "hidden", "tests": []}
    plain["execution_time"] = round(time.monotonic() - start)
    _write(root, plain)


def _write(root: Path, plain: dict[str, Any]) -> None:
    write_text(root / "results" / "results.json", json.dumps(plain, indent=1))


def results(mark: Mark, visibility: Visibility) -> dict[str, Any]:
    """Return a mark as Gradescope reads it: a test for each exercise. Hidden cases appear by name only.

    Args:
        mark: the mark.
        visibility: when the student sees the verdicts; the notes on the notebook are always seen.

    Source: Gradescope, Autograder Specifications, Output Format.
    """
    tests = []
    for number, verdict in enumerate(map(Verdict.from_dict, mark.verdicts), 1):
        tests.append(
            {
                "name": verdict.exercise.rpartition(".")[2],
                "number": str(number),
                "score": verdict.points,
                "max_score": verdict.max_points,
                "status": "passed" if verdict.passed else "failed",
                # Plain text: what a student's code says is never read as HTML.
                "name_format": "text",
                "output_format": "text",
                "output": "\n".join([verdict_title(verdict), *verdict_lines(verdict)]),
                "visibility": visibility.value,
            }
        )
    title = f"Graded: {mark.file}" if mark.file else "No notebook was graded."
    output = "\n".join([title, *mark.sentences])
    return {"output": output, "output_format": "text", "stdout_visibility": "hidden", "tests": tests}


def _grade(folder: Path, chapter: Chapter, chosen: list[Exercise], seed: int) -> Mark:
    return Grader(chapter, chosen, seed, Limits(), folder).grade(_submission(folder, chapter))


def _submission(folder: Path, chapter: Chapter) -> Submission:
    """Return the one notebook to grade: preferably one that is edited and has the chapter's name, else the newest."""
    found = discovery.find(folder, chapter)
    paths = [submission.path for submission in found if submission.path]
    if not paths:
        there = ", ".join(discovery.printable(path.name) for path in sorted(folder.iterdir())[:5])
        notes = (f"Hand in {chapter.notebook}" + (f"; found {there}" if there else "; found no file"),)
        return Submission("", None, notes)
    paths.sort(key=lambda path: (discovery.attempts(path, chapter), chapter.stem in path.name, path.stat().st_mtime))
    *others, chosen = paths
    left = ", ".join(discovery.printable(path.name) for path in others)
    return Submission("", chosen, (f"Not graded: {left}",) if left else ())


def _versions(chapter: Chapter, chosen: list[Exercise], mark: Mark) -> dict[str, str]:
    edition = records.edition(chapter.name, chosen, 0, {})
    versions = {"course": edition.course, "numpy": edition.numpy, "python": edition.python}
    return versions | {"notebook": mark.sha256, "isolation": mark.isolation}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=run.__doc__)
    parser.add_argument("chapter")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--visibility", type=Visibility, default=Visibility.VISIBLE)
    parser.add_argument("--allow-weak-isolation", dest="weak", action="store_true")
    parser.add_argument("--root", type=Path, default=Path("/autograder"))
    run(**vars(parser.parse_args()))
