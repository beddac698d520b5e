"""Cases go to a worker together, and what comes of them is what comes of each alone."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest

from autograder import evaluate
from autograder.checking.catalogue import exercises, find
from autograder.checking.evaluate import LocalRunner, parameter_names, prepared
from autograder.checking.exercise import Case, Outcome
from autograder.sandbox import session as remote
from autograder.sandbox.process import Limits
from autograder.sandbox.session import RemoteRunner, Session
from autograder.worker import wire
from autograder.worker.answering import HOLD_SECONDS

NAMES = ["x"]


def together(opened: Session, name: str, cases: list[Case]) -> tuple[list[Outcome], RemoteRunner]:
    runner, why = opened.load(name)
    assert runner is not None, why
    runner.announce(cases, NAMES)
    return [runner.run(case, NAMES) for case in cases], runner


def cases_of(*values) -> list[Case]:
    return [Case(str(value), (value,)) for value in values]


@pytest.fixture
def asked(monkeypatch) -> list[float]:
    """The time limits of all messages that go to a worker from a runner."""
    seconds: list[float] = []

    original = Session.ask_frame

    def ask_frame(self, frame, limit, *rest):
        seconds.append(limit)
        return original(self, frame, limit, *rest)

    monkeypatch.setattr(Session, "ask_frame", ask_frame)
    return seconds


def test_an_exercise_takes_one_message_and_answers_come_in_order(session, asked):
    opened = session("def f(x): return x + 1", "def g(x):\n    if x == 3: raise KeyError(x)\n    return -x")
    for name, expected in (("f", [1, 2, 3, 4, 5, 6]), ("g", [0, -1, -2, None, -4, -5])):
        outcomes, _ = together(opened, name, cases_of(*range(6)))
        assert [outcome.outputs[0] if outcome.outputs else None for outcome in outcomes] == expected
    assert len(asked) == 2


def test_arrays_reach_the_case_that_they_belong_to(session, asked):
    # A case of no array between two that have some: all buffers lie in one row.
    cell = "def f(x, y=None):\n    x = x * 2\n    return x if y is None else (x, y)"
    cases = [Case("a", (np.arange(3.0),)), Case("b", (4,)), Case("c", (np.ones(2),), {"y": np.zeros((2, 2))})]
    outcomes, _ = together(session(cell), "f", cases)
    assert outcomes[0].outputs[0].tolist() == [0, 2, 4]
    assert outcomes[1].outputs == (8,)
    assert [part.tolist() for part in outcomes[2].outputs[0]] == [[2, 2], [[0, 0], [0, 0]]]
    assert len(asked) == 1


def test_functions_among_the_arguments_have_a_message_of_their_own(session, asked):
    cell = "def f(x):\n    return x(2.0) if callable(x) else x"
    outcomes, _ = together(session(cell), "f", cases_of(1, 2, abs, 4, 5))
    assert [outcome.outputs[0] for outcome in outcomes] == [1, 2, 2.0, 4, 5]
    assert outcomes[2].calls == (((2.0,), 2.0),)
    assert len(asked) == 3


def test_what_is_too_much_for_one_message_goes_in_several(session, asked, monkeypatch):
    monkeypatch.setattr(remote, "MAX_BATCH_BYTES", 1000)
    arrays = [np.full(50, float(i)) for i in range(6)]  # 400 bytes each
    outcomes, _ = together(session("def f(x): return x.sum()"), "f", [Case(str(i), (x,)) for i, x in enumerate(arrays)])
    assert [outcome.outputs[0] for outcome in outcomes] == [0, 50, 100, 150, 200, 250]
    assert len(asked) == 3


def test_a_crash_costs_none_of_the_answers_before_it(session):
    opened = session("import os\ndef f(x): return x if x < 3 else os._exit(1)", "def g(x): return -x")
    outcomes, runner = together(opened, "f", cases_of(*range(6)))
    assert [outcome.outputs for outcome in outcomes[:3]] == [(0,), (1,), (2,)]
    assert {outcome.error.kind for outcome in outcomes[3:]} == {"Crash"}
    assert runner.lost
    assert together(opened, "g", cases_of(1, 2))[0][1].outputs == (-2,)


def test_a_loop_costs_its_own_limit_and_little_more(session, monkeypatch):
    monkeypatch.setattr(remote, "BATCH_SECONDS", 0.2)
    opened = session("def f(x):\n    while x == 2: pass\n    return x", limits=Limits(1.0, 20.0))
    start = time.monotonic()
    outcomes, _ = together(opened, "f", cases_of(*range(5)))
    assert [outcome.outputs for outcome in outcomes[:2]] == [(0,), (1,)]
    assert {outcome.error.text for outcome in outcomes[2:]} == {"took longer than 1 s"}
    assert time.monotonic() - start < 5  # not a second for each of three cases, and another for each of five


def test_calls_that_take_long_are_made_alone_with_their_whole_limit(session, asked, monkeypatch):
    monkeypatch.setattr(remote, "BATCH_SECONDS", 0.05)
    opened = session("import time\ndef f(x):\n    time.sleep(0.3)\n    return x")
    outcomes, runner = together(opened, "f", cases_of(1, 2, 3))
    assert [outcome.outputs for outcome in outcomes] == [(1,), (2,), (3,)]
    assert not runner.lost
    assert asked == [0.05, 5.0, 5.0, 5.0]


def test_answers_are_not_held_back_for_long(session, monkeypatch):
    # Each call takes longer than answers wait for others: so each comes alone, and none is late.
    monkeypatch.setattr(remote, "BATCH_SECONDS", 20 * HOLD_SECONDS)
    parts: list[int] = []

    def unpack(frame, original=wire.unpack):
        message, buffers = original(frame)
        parts.append(len(message.get("answers", ())))
        return message, buffers

    opened = session(f"import time\ndef f(x):\n    time.sleep({1.5 * HOLD_SECONDS})\n    return x")
    runner, _ = opened.load("f")
    monkeypatch.setattr(wire, "unpack", unpack)
    cases = cases_of(*range(4))
    runner.announce(cases, NAMES)
    assert [runner.run(case, NAMES).outputs for case in cases] == [(0,), (1,), (2,), (3,)]
    assert parts == [1, 1, 1, 1]


def test_an_answer_too_large_to_send_costs_its_case_alone(session):
    cell = "import numpy as np\ndef f(x): return np.zeros(x)"
    outcomes, _ = together(session(cell), "f", cases_of(2, 5 * 2**20, 3))
    assert [len(outcome.outputs[0]) for outcome in (outcomes[0], outcomes[2])] == [2, 3]
    assert outcomes[1].error.kind == "UnreadableResult"


def in_lists(value):
    """Return a value with nested lists of NumPy's numbers in place of arrays."""
    if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim):
        return [in_lists(part) for part in value]
    return value


@pytest.mark.parametrize("name", exercises())
def test_right_answers_are_not_too_large_even_in_lists(name):
    exercise = find(name)
    for case, expected in prepared(exercise, 7):
        right = expected or LocalRunner(exercise.reference).run(case, parameter_names(exercise))
        tree, buffers = wire.encode([in_lists(output) for output in right.outputs])
        assert wire.pack({"answers": [{"outputs": tree}]}, buffers, wire.MAX_ANSWER)


@pytest.mark.parametrize("answers", ["5", "[]", "[{}]", "[right] * 9", "[right, 5]"])
def test_a_forged_answer_is_a_crash_and_the_last_of_its_function(session, asked, answers):
    cell = f"""
import sys
from worker import wire
right = {{"outputs": {{"list": [1]}}, "error": None, "mutated": []}}
def f(x):
    wire.send(sys._getframe(2).f_locals["self"].stdout, {{"answers": {answers}}}, [])
    return 1
"""
    outcomes, runner = together(session(cell), "f", cases_of(1, 2, 3))
    assert runner.lost
    assert outcomes[-1].error.kind == "Crash"
    assert len(asked) == 1
    assert not runner.starved  # or all would be tried once more


def test_forged_answers_are_answers_to_the_first_cases_only(session):
    # A student who answers in the worker's place still has to know what is right.
    cell = """
import sys
from worker import wire
one = {"outputs": {"list": [1]}, "error": None, "mutated": []}
def f(x):
    wire.send(sys._getframe(2).f_locals["self"].stdout, {"answers": [one] * 3}, [])
    while True: pass
"""
    outcomes, runner = together(session(cell, limits=Limits(1.0, 20.0)), "f", cases_of(1, 2, 3))
    assert [outcome.outputs for outcome in outcomes] == [(1,), (1,), (1,)]
    assert runner.run(Case("another", (1,)), NAMES).error.kind in ("Crash", "Timeout")


def test_other_cases_may_come_between(session):
    opened = session("def f(x): return x + 1", "def g(x): return -x")
    runner, _ = opened.load("f")
    cases = cases_of(*range(6))
    runner.announce(cases, NAMES)
    assert runner.run(cases[0], NAMES).outputs == (1,)
    assert runner.run(Case("another", (40,)), NAMES).outputs == (41,)
    assert runner.run(cases[1], NAMES).outputs == (2,)
    assert together(opened, "g", cases_of(7))[0][0].outputs == (-7,)


def test_equal_answers_are_read_once_and_others_anew(session):
    cases = cases_of(1, 2)
    outcomes = [together(session(cell), "f", cases)[0] for cell in
                ("def f(x): return x + 1", "def f(x): return 1 + x", "def f(x): return x - 1")]  # fmt: skip
    assert outcomes[0][0] is outcomes[1][0]
    assert outcomes[0][1] is outcomes[1][1]
    assert [outcome.outputs for outcome in outcomes[2]] == [(0,), (1,)]


def test_equal_answers_to_two_cases_are_two_outcomes():
    # Whether an outcome is right is remembered with it, and depends on its case.
    (batch,) = remote._batches(tuple(cases_of(1, 2)), "f", tuple(NAMES))
    reply = {"outputs": {"list": [1]}, "error": None, "mutated": []}
    answer = wire.take(io.BytesIO(wire.pack({"answers": [reply]}, [])))
    first, again, other = (batch.outcomes(answer, start, str, [])[0] for start in (0, 0, 1))
    assert first is again
    assert first is not other


def test_what_is_kept_of_answers_is_bounded(session, monkeypatch):
    monkeypatch.setattr(remote, "MAX_KNOWN", 2)
    cases = tuple(cases_of(1))
    for number in range(5):
        together(session(f"def f(x): return {number}"), "f", cases)
    (batch,) = remote._batches(cases, "f", tuple(NAMES))
    assert len(batch._known) <= 2


def test_the_same_cases_of_another_function_are_asked_of_that_one(session):
    opened, cases = session("def f(x): return x + 1", "def g(x): return -x"), cases_of(1, 2)
    assert [outcome.outputs for outcome in together(opened, "f", cases)[0]] == [(2,), (3,)]
    assert [outcome.outputs for outcome in together(opened, "g", cases)[0]] == [(-1,), (-2,)]


def test_a_notebook_gets_the_verdict_that_its_function_gets_here(session):
    source = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2 if len(y) > 1 else y"
    namespace: dict = {}
    exec(source, namespace)
    runner, _ = session(source).load("squared_error")
    there = evaluate("gradient_descent.squared_error", runner)
    here = evaluate("gradient_descent.squared_error", namespace["squared_error"])
    assert there == here
    assert 0 < there.points < there.max_points


@pytest.mark.parametrize("answer", ["np.outer(y_hat - y, np.arange(1, 3142))", "3141 * {}", "{} + 3141"])
@pytest.mark.parametrize("hidden", [True, False])
def test_numbers_that_only_a_hidden_cases_answer_tells_are_not_shown(session, answer, hidden):
    right = "(y_hat - y) ** 2.0"
    known = [case.args[1].tolist() for case in find("squared_error").cases if not case.hidden] if hidden else []
    wrong = answer.format(f"({right})")
    cell = f"import numpy as np\ndef squared_error(y_hat, y): return {right} if y.tolist() in {known} else {wrong}"
    verdict = evaluate("gradient_descent.squared_error", session(cell).load("squared_error")[0])
    assert not verdict.passed
    assert ("3141" in verdict.message) != hidden
