"""A notebook that holds the public cases and the right answers to them, and nothing else, earns next to nothing."""

import importlib

import pytest

from autograder import evaluate
from autograder.authoring import notebooks
from autograder.checking.catalogue import find, of_chapter
from autograder.checking.diagnose import Diagnosis
from autograder.course import find as find_chapter
from autograder.grading.grader import Grader
from autograder.sandbox.process import Limits
from autograder.submissions.discovery import Submission
from tests import classroom, lookup
from tests.classroom import NOTEBOOK

SEED = 11


@pytest.mark.parametrize("chapter", notebooks.chapters())
def test_a_table_of_the_public_cases_earns_five_percent_at_most(chapter, monkeypatch):
    # What is wrong with such an answer is of no interest, and takes longest to find.
    monkeypatch.setattr(
        importlib.import_module("autograder.checking.evaluate"),
        "diagnose",
        lambda evidence: Diagnosis(None, "", "value"),
    )
    exercises = of_chapter(chapter)
    tables = lookup.tables(exercises)
    points = dict.fromkeys(tables, 0.0)
    for fallback in lookup.FALLBACKS:
        functions = lookup.functions(tables, fallback)
        for exercise in exercises:
            verdict = evaluate(exercise, functions[exercise.name], seed=SEED, timed=False)
            known = [case for case in verdict.cases if not case.hidden]
            assert all(case.passed for case in known), exercise.name  # the table is complete
            points[exercise.name] = max(points[exercise.name], verdict.points)  # for each function the best fallback
    assert sum(points.values()) <= 0.05 * sum(exercise.points for exercise in exercises), points


def test_the_row_says_that_only_public_cases_pass(tmp_path):
    exercises = [find("squared_error"), find("numerical_gradient"), find("minibatches")]
    path = tmp_path / NOTEBOOK
    path.write_bytes(classroom.notebook(lookup.cells(lookup.tables(exercises), "zeros")))
    mark = Grader(find_chapter("01"), exercises, SEED, Limits(), tmp_path).grade(Submission("ada", path))
    assert mark.points == 0
    assert mark.note == "Only public cases pass: squared_error, numerical_gradient, minibatches."


def test_the_row_says_once_what_became_of_a_function_that_is_lost(tmp_path):
    lost = """
import os
looked_up = squared_error

def squared_error(y_hat, y):
    try:
        return looked_up(y_hat, y)
    except KeyError:
        os._exit(0)
"""
    cells = [*lookup.cells(lookup.tables([find("squared_error")]), "KeyError"), lost]
    path = tmp_path / NOTEBOOK
    path.write_bytes(classroom.notebook(cells))
    mark = Grader(find_chapter("01"), [find("squared_error")], SEED, Limits(), tmp_path).grade(Submission("ada", path))
    assert mark.notes == ("squared_error: the Python process ended",)
