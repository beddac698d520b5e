"""Answers that people wrote who had only the page: the right ones pass, the wrong ones do not."""

import contextlib
import io
import os
import subprocess
import sys
from collections import defaultdict

import pytest

from autograder import evaluate
from autograder.checking.catalogue import exercises
from autograder.checking.evaluate import LocalRunner, parameter_names, prepared, run_case
from tests.variants import collected

BY_NAME = defaultdict(list)
for variant in collected():
    BY_NAME[variant.exercise].append(variant)


@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda exercise: exercise.name)
def test_right_answers_pass_and_wrong_ones_do_not(exercise):
    variants = BY_NAME[exercise.name]
    assert {"right", "wrong"} <= {variant.kind for variant in variants}
    with contextlib.redirect_stdout(io.StringIO()):
        red = [variant.what for variant in variants if variant.kind == "right" and not passes(exercise, variant)]
        green = [variant.what for variant in variants if variant.kind == "wrong" and not fails(exercise, variant)]
    assert (red, green) == ([], [])


def passes(exercise, variant):
    return evaluate(exercise, variant.function).passed


def fails(exercise, variant):
    # Without a diagnosis, which takes longer than all the rest.
    runner, names = LocalRunner(variant.function), parameter_names(exercise)
    pairs = (pair for pair in prepared(exercise, 0) if not pair[0].courtesy and not pair[0].timed)
    if any(run_case(exercise, case, expected, runner, names).failure for case, expected in pairs):
        return True
    return not evaluate(exercise, variant.function).passed  # as one that puts an argument back


@pytest.fixture
def busy_machine():
    """Twice as many busy processes as there are processors."""
    loop = "import os\nparent = os.getppid()\nprint(flush=True)\nwhile os.getppid() == parent: pass"
    loops = [
        subprocess.Popen([sys.executable, "-c", loop], stdout=subprocess.PIPE) for _ in range(2 * (os.cpu_count() or 1))
    ]
    for each in loops:
        each.stdout.readline()  # it runs
    yield
    for each in loops:
        each.kill()
        each.communicate()


def test_right_answers_are_fast_enough_on_a_busy_machine(busy_machine):
    timed = [exercise for exercise in exercises().values() if exercise.slow]
    assert timed
    for exercise in timed:
        written = [variant.function for variant in BY_NAME[exercise.name] if variant.kind == "right"]
        for function in (exercise.reference, *exercise.right, *written) * 3:
            verdict = evaluate(exercise, function)
            assert verdict.passed, verdict.message
