"""The comparison with other graders: one assignment in three forms, marks that are known, and arithmetic on times.

The peers themselves are not installed here; `make bench` runs them, and refuses times that come with other marks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder.checking.evaluate import evaluate
from benchmarks import grading_peers
from benchmarks.grading_peers import Taken, Turn, grade, rows, two_cores
from benchmarks.peers import assignment, environments, forms
from benchmarks.peers.sides import Command, Ours

ROOT = Path(__file__).parents[2]
EXERCISES = assignment.exercises()


def passed(number, name):
    """Return how many of the literal tests a student's function passes, run by nobody but Python."""
    names = {"np": np}
    exec(assignment.answers(number)[name], names)
    count = 0
    for test in assignment.literal_tests(EXERCISES[f"{assignment.CHAPTER}.{name}"]):
        try:
            exec(test, names)
            count += 1
        except (AssertionError, NotImplementedError):
            pass
    return count


def test_there_are_six_functions_with_five_tests_each():
    assert len(EXERCISES) == 6
    assert [len(assignment.literal_tests(exercise)) for exercise in EXERCISES.values()] == [5] * 6
    assert sum(exercise.points for exercise in EXERCISES.values()) == assignment.POINTS == 30


@pytest.mark.parametrize("number", range(assignment.CYCLE))
def test_the_literal_tests_and_our_check_agree_on_what_a_student_has_earned(number):
    names = {"np": np}
    ours = 0
    for exercise in EXERCISES.values():
        exec(assignment.answers(number)[exercise.name], names)
        ours += evaluate(exercise, names[exercise.name]).points
    assert ours == sum(passed(number, exercise.name) for exercise in EXERCISES.values()) == assignment.points(number)


def test_a_class_has_right_wrong_and_blank_answers():
    earned = [assignment.points(number) for number in range(assignment.CYCLE)]
    assert earned.count(30) == 10
    assert earned[-1] == 0
    assert len(set(earned)) > 5


def test_no_two_students_write_the_same():
    handed_in = [str(assignment.answers(number)) for number in range(100) if assignment.points(number)]
    assert len(set(handed_in)) == len(handed_in) == 95


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        ({"student0000": 30.0}, "student0001': (None, 30)"),
        ({"student0000": 30.0, "student0001": 29.0}, "student0001': (29.0, 30)"),
        ({"student0000": 30.0, "student0001": 30.0, "student0002": 30.0}, "student0002': (30.0, None)"),
    ],
)
def test_other_marks_than_were_earned_are_refused(marks, shown):
    assignment.require_marks({"student0000": 30.0, "student0001": 30.0}, 2, "it")
    with pytest.raises(RuntimeError) as raised:
        assignment.require_marks(marks, 2, "it")
    assert shown in str(raised.value)


@pytest.mark.parametrize(("layout", "graded"), list(zip(forms.LAYOUTS, (30, 6), strict=True)))
def test_nbgrader_s_notebook_has_a_solution_cell_a_function_and_thirty_points(layout, graded, tmp_path):
    forms.nbgrader_source(tmp_path / "source.ipynb", layout)
    forms.nbgrader_submission(tmp_path / "source.ipynb", tmp_path / "in" / "made.ipynb", 3)
    made = nbformat.read(tmp_path / "in" / "made.ipynb", as_version=4)
    about = [cell.metadata.get("nbgrader", {}) for cell in made.cells]
    assert sum(cell.get("points", 0) for cell in about) == assignment.POINTS
    assert sum(cell.get("grade", False) for cell in about) == graded
    assert len({cell["grade_id"] for cell in about if cell}) == graded + 6
    sources = [cell.source for cell, flags in zip(made.cells, about, strict=True) if flags.get("solution")]
    assert sources == list(assignment.answers(3).values())


@pytest.mark.parametrize("number", [0, 18, 19])
def test_a_cell_a_function_counts_the_tests_that_pass(number, tmp_path, capsys):
    forms.nbgrader_source(tmp_path / "source.ipynb", forms.LAYOUTS[1])
    forms.nbgrader_submission(tmp_path / "source.ipynb", tmp_path / "made.ipynb", number)
    names, points = {}, 0
    for cell in nbformat.read(tmp_path / "made.ipynb", as_version=4).cells:
        exec(cell.source, names)
        points += names["passed"] if cell.metadata.get("nbgrader", {}).get("grade") else 0
    assert points == assignment.points(number)


def test_otter_s_test_files_hold_a_point_a_test(tmp_path):
    forms.otter_tests(tmp_path / "tests")
    names = {}
    points = []
    for path in (tmp_path / "tests").glob("*.py"):
        exec(path.read_text(), names)
        assert names["OK_FORMAT"] is True
        points += [case["points"] for case in names["test"]["suites"][0]["cases"]]
    assert points == [1] * 30


def test_a_submission_s_time_has_no_start_in_it():
    turn = Turn(20, 2, Taken(12.0, 20.0), Taken(3.0, 2.0))
    assert turn.each == Taken(0.5, 1.0)
    assert turn.seconds(2) == 3.0
    assert turn.seconds(100) == 52.0


@dataclass
class Fake:
    """A side that gives the marks it is told, by a command of its own."""

    name: str = "fake"
    least: int = 1
    program: str = "pass"
    given: dict | None = None

    def commands(self, folder, students):
        return [Command([sys.executable, "-c", self.program], folder, dict(os.environ))]

    def marks(self, folder):
        return self.given or {assignment.student(number): assignment.points(number) for number in range(3)}


def test_times_come_with_the_right_marks_or_not_at_all(tmp_path):
    taken = grade(Fake(program="sum(range(10**6))"), 3, tmp_path)
    assert taken.wall > 0
    assert taken.processor > 0
    with pytest.raises(RuntimeError, match="other marks"):
        grade(Fake(given={"student0000": 1.0}), 3, tmp_path)
    with pytest.raises(RuntimeError, match="so it ends"):
        grade(Fake(program="raise SystemExit('so it ends')"), 3, tmp_path)
    assert not list(tmp_path.iterdir())


def test_our_command_grades_the_six_functions_and_no_others(tmp_path):
    assert grade(Ours(), 2, tmp_path).wall > 0


def test_commands_get_two_cores_and_the_others_come_back(monkeypatch):
    cores = {1, 3, 4, 7}
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(cores), raising=False)

    def choose(process, chosen):
        cores.clear()
        cores.update(chosen)

    monkeypatch.setattr(os, "sched_setaffinity", choose, raising=False)
    with two_cores() as count:
        assert (count, cores) == (2, {1, 3})
    assert cores == {1, 3, 4, 7}


@pytest.fixture
def reckoned(monkeypatch):
    """Replace the measuring by seconds of start and seconds a submission, by the name of a side."""
    costs = {Ours().name: (3.0, 0.01), "slow": (2.0, 5.0), "fast": (4.0, 0.8)}

    def take(side, students, folder):
        start, each = costs[side.name]
        return Taken(start + students * each, 2 * students * each)

    monkeypatch.setattr(grading_peers, "grade", take)
    monkeypatch.setattr(grading_peers, "_modes", lambda peer, prepared: [Fake("slow"), Fake("fast")])


def test_the_rows_compare_with_the_fastest_mode(reckoned):
    found = list(rows())
    assert len(found) == 6
    for row, aim, met in ((found[0], 60, True), (found[3], 100, False)):
        assert row.ratio == pytest.approx(80)
        assert row.theirs == pytest.approx(1.25)
        assert (row.at_least, row.met) == (aim, met)
        assert "fast:" in row.peer
        assert "512 submissions, starts of programs left out" in row.name  # 256 keep ours at work for 2.5 s only
        assert "1,600 ms a submission" in row.note
    assert found[1].ratio == pytest.approx((20 / 3.2) / (20 / 20.0))
    assert found[2].ratio == pytest.approx((100 / 4.0) / (100 / 84.0))


def test_a_machine_that_is_too_busy_to_measure_on_is_a_row_that_says_so(monkeypatch):
    monkeypatch.setattr(grading_peers, "_modes", lambda peer, prepared: [Fake("one")])
    monkeypatch.setattr(grading_peers, "OUR_MOST", 40)
    for busy in ("one", Ours().name):
        monkeypatch.setattr(
            grading_peers,
            "grade",
            lambda side, students, folder, busy=busy: Taken(9.0 if side.name == busy else 1.0 + students, 1.0),
        )
        found = list(rows())
        assert [(row.peer, row.met) for row in found] == [("nbgrader", None), ("otter", None)]
        assert all("idle machine" in row.note for row in found)


def test_a_peer_that_cannot_be_installed_is_a_row_with_the_reason(monkeypatch, tmp_path):
    def refuse(command, **options):
        return subprocess.CompletedProcess(command, 1, "", "Collecting\nERROR: No matching distribution\n")

    monkeypatch.setattr(environments.subprocess, "run", refuse)
    monkeypatch.setattr(environments.environment, "__defaults__", (tmp_path,))
    found = list(rows())
    assert [(row.peer, row.at_least, row.met) for row in found] == [("nbgrader", 60, None), ("otter", 100, None)]
    assert all("with a network, run this again. ERROR: No matching distribution" in row.note for row in found)


def test_an_environment_is_made_once_and_again_for_other_versions(monkeypatch, tmp_path, capsys):
    ran = []

    def note(command, **options):
        ran.append(command)
        (tmp_path / "otter").mkdir(exist_ok=True)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(environments.subprocess, "run", note)
    for _ in range(2):
        assert environments.environment("otter", tmp_path) == tmp_path / "otter"
    assert len(ran) == 2
    assert ran[1][-5:] == environments.requirements("otter")
    stamp = tmp_path / "otter" / environments.STAMP
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | {"requirements": ["otter-grader==1.0"]}))
    environments.environment("otter", tmp_path)
    assert len(ran) == 4


@pytest.mark.parametrize("peer", ["nbgrader", "otter"])
def test_peers_have_the_course_s_versions_of_what_they_share(peer):
    known = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().split())
    first, *shared = [requirement.split("==") for requirement in environments.requirements(peer)]
    assert first[0].startswith(peer)
    assert dict(shared) == {name: known[name] for name, _ in shared}
