"""The exercises of a chapter are found without those of the others."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.checking import catalogue
from autograder.course import CourseError, current


def test_a_chapter_has_all_of_its_exercises():
    everything = list(catalogue.exercises().values())
    for chapter in current().chapters:
        chosen = catalogue.of_chapter(chapter.name)
        assert chosen
        assert chosen == [exercise for exercise in everything if exercise.chapter == chapter.name]


def test_a_chapter_is_found_without_the_others():
    code = "import sys; from autograder.checking.catalogue import of_chapter; of_chapter('gradient_descent')"
    done = subprocess.run([sys.executable, "-c", f"{code}; print(*sys.modules)"], capture_output=True, text=True)
    named = [name for name in done.stdout.split() if name.startswith("autograder.exercises.")]
    assert "autograder.exercises.gradient_descent_1_losses" in named
    assert not [name for name in named if name.split(".")[2].startswith(("logistic", "regular", "softmax", "word2vec"))]
    assert "numpy.f2py" not in done.stdout.split()


def test_an_exercise_that_its_chapter_would_miss_is_told(monkeypatch):
    monkeypatch.setattr(catalogue, "of_chapter", lambda chapter: [])
    with pytest.raises(CourseError, match="is in a module that is named after another chapter: move it"):
        catalogue.exercises.__wrapped__()
