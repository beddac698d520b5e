"""A process of a cluster that would give other marks, or that is not isolated, does not grade."""

from __future__ import annotations

import json

import pytest

from autograder.checking.catalogue import exercises
from autograder.course import find
from autograder.grading import dask_worker
from autograder.grading.grader import Grader
from autograder.sandbox.process import Limits

WANTED = {"course": "1+a", "numpy": "2.4", "weak": False}
FACTS = {"course": "1+a", "course_at_start": "1+a", "numpy": "2.4", "rung": "B", "threads": 1, "trouble": ""}


@pytest.mark.parametrize("rung", ["A", "B"])
def test_a_process_that_is_the_same_and_isolated_may_grade(rung):
    assert dask_worker.why_unfit(WANTED, FACTS | {"rung": rung}) == ""


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"course": "1+b", "course_at_start": "1+b"}, "has version 1+b of the course, not 1+a: install"),
        ({"course_at_start": "1+b"}, "started before its files of the course were changed: restart"),
        ({"numpy": "2.0"}, "has NumPy 2.0, not 2.4: install"),
        ({"rung": "C"}, "reaches rung C of isolation"),
        ({"rung": "D"}, "--allow-weak-isolation"),
        ({"threads": 8}, "start it with --nthreads 1, and with --nworkers 8"),
        ({"trouble": "It ended."}, "starts no process for students' code with these limits. It ended."),
    ],
)
def test_a_process_that_differs_may_not(facts, why):
    assert why in dask_worker.why_unfit(WANTED, FACTS | facts)


def test_weak_isolation_is_enough_if_the_teacher_says_so():
    assert dask_worker.why_unfit(WANTED | {"weak": True}, FACTS | {"rung": "D"}) == ""


def test_a_job_is_plain_text_and_says_all_that_marks_depend_on(tmp_path):
    chosen = [exercise for exercise in exercises().values() if exercise.chapter == "start_here"]
    job = json.loads(dask_worker.new_job(Grader(find("00"), chosen, 7, Limits(1, 2, 3, 4), tmp_path), weak=True))
    assert job.pop("course") == dask_worker.versions()["course"]
    assert job.pop("numpy") == dask_worker.versions()["numpy"]
    assert job == {
        "chapter": "start_here",
        "exercises": [exercise.id for exercise in chosen],
        "seed": 7,
        "limits": {"seconds": 1, "load_seconds": 2, "memory": 3, "notebook_seconds": 4},
        "weak": True,
    }
