"""A notebook at work: cases are sent ahead of their turn, and the answers are the same."""

from __future__ import annotations

from autograder import evaluate
from autograder.exercise import Case
from autograder.session import RemoteRunner, Session


def run(session: Session, name: str, *args):
    runner, why = session.load(name)
    assert runner is not None, why
    return runner.run(Case("a case", args), ["x"])


def test_cases_sent_ahead_come_back_in_order(session):
    cells = ["def f(x): return x + 1", "def g(x):\n    if x == 3: raise KeyError(x)\n    return -x"]
    opened = session(*cells)
    for name, expected in (("f", [1, 2, 3, 4, 5, 6]), ("g", [0, -1, -2, None, -4, -5])):
        runner, _ = opened.load(name)
        cases = [Case(str(x), (x,)) for x in range(6)]
        runner.announce(cases)
        outcomes = [runner.run(case, ["x"]) for case in cases]
        assert [outcome.outputs[0] if outcome.outputs else None for outcome in outcomes] == expected


def test_answers_that_nobody_waits_for_are_dropped(session):
    opened = session("def f(x): return x + 1", "def g(x): return -x")
    runner, _ = opened.load("f")
    cases = [Case(str(x), (x,)) for x in range(6)]
    runner.announce(cases)
    assert runner.run(cases[0], ["x"]).outputs == (1,)
    assert runner.run(Case("another", (40,)), ["x"]).outputs == (41,)
    assert run(opened, "g", 7).outputs == (-7,)


def test_a_crash_ahead_costs_none_of_the_answers_before_it(session):
    opened = session("import os\ndef f(x): return x if x < 3 else os._exit(1)")
    runner, _ = opened.load("f")
    cases = [Case(str(x), (x,)) for x in range(6)]
    runner.announce(cases)
    outcomes = [runner.run(case, ["x"]) for case in cases]
    assert [outcome.outputs for outcome in outcomes[:3]] == [(0,), (1,), (2,)]
    assert {outcome.error.kind for outcome in outcomes[3:]} == {"Crash"}


def test_a_runner_is_one_as_evaluate_wants_it(session):
    runner, _ = session("def squared_error(y_hat, y): return None").load("squared_error")
    assert isinstance(runner, RemoteRunner)
    verdict = evaluate("gradient_descent.squared_error", runner)
    assert verdict.points == 0
    assert verdict.status == "failed"
