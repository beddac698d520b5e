"""Notebooks that attack the grader: no points, no secrets, and the next student gets every mark."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from autograder.checking.exercise import Case
from autograder.sandbox import isolation
from autograder.sandbox.isolation import Rung
from autograder.sandbox.process import Limits
from autograder.sandbox.session import Session
from tests.attacks import ATTACKS, KINDS
from tests.attacks.__main__ import END, PAGE, START, as_nobody, filled_in
from tests.attacks.arena import CHAPTER, EXERCISES, Arena, Result, arena
from tests.attacks.attack import Attack

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the attacks are made for POSIX systems")

PROMISED = [(rung, name) for rung in "ABCD" for name, attack in ATTACKS.items() if rung in attack.rungs]
POINTS = {exercise.name: exercise.points for exercise in EXERCISES}
MAX_MEMORY = 128  # MiB that a notebook may make the grader grow by


@pytest.fixture(scope="module")
def place_on() -> Iterator[Callable[[Rung], Arena]]:
    """Give a function that returns a class on a rung: the last one if it is on the same rung."""
    with ExitStack() as stack:
        opened: dict[Rung, Arena] = {}

        def place(rung: Rung) -> Arena:
            if rung not in opened:
                stack.close()
                opened.clear()
                if rung != "D" and (why := isolation.probe(rung)):
                    pytest.skip(f"rung {rung} is not reached here: {why}")
                opened[rung] = stack.enter_context(arena(rung))
            return opened[rung]

        yield place


def require_nothing_gained(attack: Attack, result: Result) -> None:
    """Fail unless an attack has come to nothing."""
    if not attack.right:
        assert result.points == 0
    assert result.secrets == 0
    assert result.next == sum(POINTS.values())
    assert result.left == ()
    if attack.alone:
        assert result.alone == POINTS["relative_error"]
    # Each of the six cases may take its whole limit, in two processes for want of memory, on a machine that is busy.
    assert result.seconds < 20 * attack.seconds
    assert result.size < 20_000
    assert result.memory < MAX_MEMORY


@pytest.mark.parametrize(("rung", "name"), PROMISED)
def test_an_attack_gains_nothing_and_harms_nobody(place_on, rung, name):
    require_nothing_gained(ATTACKS[name], place_on(rung).attack(ATTACKS[name]))


def test_a_function_that_is_timed_finds_nothing_of_its_last_try():
    cell = (
        "def f():\n    import builtins\n    builtins.kept = getattr(builtins, 'kept', 0) + 1\n    return builtins.kept"
    )
    session = Session([cell], CHAPTER, Limits(20.0))
    try:
        runner, _ = session.load("f")
        again = [runner.run(Case("a case"), []).outputs for _ in range(2)]
        runner.renew()
        assert [*again, runner.run(Case("a case"), []).outputs] == [(1,), (2,), (1,)]
    finally:
        session.close()


CONTROLS = {
    "it reads the solution": "points",
    "it imports the exercises": "points",
    "it reads a classmate's notebook": "secrets",
    "it lists the classmates": "secrets",
    "it reads a secret file": "secrets",
    "it writes outside its folder": "secrets",
    "sockets: TCP, UDP, raw, netlink, vsock": "secrets",
    "it signals the grader, its parent, everybody": "secrets",
}


def test_attacks_that_isolation_stops_succeed_without_it():
    with arena("D") as place:
        results = {name: place.attack(ATTACKS[name]) for name in CONTROLS}
    gained = {name: getattr(results[name], what) for name, what in CONTROLS.items()}
    assert {name for name, count in gained.items() if count} == set(CONTROLS)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can run as another user")
def test_another_user_than_root_is_as_safe():
    if why := isolation.why_no_other_user():
        pytest.skip(why)
    rows = as_nobody("--rungs", "AB", "reaching")
    assert {rung for _, rung, result in rows if result} >= {"B"}
    for attack, _, result in rows:
        if result:
            require_nothing_gained(attack, result)
    assert {attack for attack, _, _ in rows} == set(KINDS["reaching"])


def test_the_page_has_a_row_for_each_attack_and_user_and_keeps_what_is_around_them():
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    tables, _, after = rest.partition(END)
    named = re.findall(r"^\| ([^|]+) \| ", tables, re.MULTILINE)
    assert named == ["attack", *ATTACKS] * 2
    result = Result(points=1, alone=1, secrets=0, next=2, left=("a file",), seconds=0.26, size=9, memory=7)
    made = filled_in(page, {"root": [(ATTACKS["sleep"], "A", result), (ATTACKS["sleep"], "C", None)]})
    assert made.startswith(before)
    assert made.endswith(after)
    assert "\n| sleep | 1, 0, 7, 0.3, 2 of 3, 1 | not promised |\n" in made
    assert "an endless loop" not in made
