"""The seed of a class: whatever is drawn, the course's own answers pass by it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from autograder.checking.catalogue import find, of_chapter
from autograder.checking.exercise import Case, Problem, Seed
from autograder.commands.program import app
from autograder.errors import UserError
from autograder.grading import seeds


def wrong_about(odd):
    """Return an exercise whose rule is wrong about the cases that `odd` tells of their number."""

    def random_cases(rng):
        yield Case("random", (int(rng.integers(100)), 3, Seed(1)))

    def rule(arguments, outcomes):
        return Problem("wrong", "This is wrong.") if odd(arguments["n"]) else None

    return replace(find("minibatches"), rule=rule, random_cases=random_cases)


def number(seed):
    """Return what the random case of a seed holds."""
    (case,) = wrong_about(bool).all_cases(seed)[-1:]
    return case.args[0]


def test_a_new_seed_is_one_by_which_the_course_passes(monkeypatch):
    drawn = iter(range(100))
    monkeypatch.setattr(seeds.secrets, "randbelow", lambda below: next(drawn))
    unlucky = {number(0), number(1), number(2)}
    first = next(seed for seed in range(100) if number(seed) not in unlucky)
    assert first > 0
    assert seeds.of_class([find("sigmoid"), wrong_about(lambda n: n in unlucky)], None) == first


def test_seeds_differ_from_class_to_class():
    assert len({seeds.of_class([find("minibatches")], None) for _ in range(5)}) == 5


def test_a_named_seed_is_taken_or_refused():
    assert seeds.of_class([wrong_about(lambda n: n != number(7))], 7) == 7
    with pytest.raises(UserError, match="--seed 7: by it the course's own minibatches fails"):
        seeds.of_class([wrong_about(lambda n: n == number(7))], 7)


def test_an_exercise_that_no_seed_helps_is_named():
    with pytest.raises(UserError, match="run `autograder selftest minibatches`"):
        seeds.of_class([wrong_about(lambda n: True)], None)


@pytest.mark.parametrize("command", ["grade", "gradescope", "nbgrader"])
def test_each_command_that_draws_a_seed_asks(monkeypatch, tmp_path, command):
    asked = []

    def of_class(exercises, wanted):
        asked.append(([exercise.name for exercise in exercises], wanted))
        raise UserError("no such seed")

    monkeypatch.setattr(seeds, "of_class", of_class)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.ipynb").write_text("{}")
    arguments = {
        "grade": [str(tmp_path / "in"), "--chapter", "01"],
        "gradescope": ["01"],
        "nbgrader": ["01"],
    }[command]
    result = CliRunner().invoke(app, [command, *arguments, "--out", str(tmp_path / "out"), "--seed", "5"])
    assert result.exit_code == 2
    assert "no such seed" in result.output
    assert asked == [([exercise.name for exercise in of_chapter("gradient_descent")], 5)]
    assert not (tmp_path / "out").exists()
