"""A notebook at work in its session."""

from __future__ import annotations

import pytest

from autograder import evaluate
from autograder.checking.exercise import Case
from autograder.sandbox.process import Limits
from autograder.sandbox.session import RemoteRunner, Session


def test_a_runner_is_one_as_evaluate_wants_it(session):
    runner, _ = session("def squared_error(y_hat, y): return None").load("squared_error")
    assert isinstance(runner, RemoteRunner)
    verdict = evaluate("gradient_descent.squared_error", runner)
    assert verdict.points == 0
    assert verdict.status == "failed"


@pytest.fixture
def asked(monkeypatch):
    """What each message to a worker asks for."""
    messages = []

    def ask(self, message, *rest, original=Session.ask):
        messages.append((message["do"], *message.get("names", ())))
        return original(self, message, *rest)

    monkeypatch.setattr(Session, "ask", ask)
    return messages


def test_functions_are_loaded_together(session, asked):
    opened = session("def f(): return 1", "def g(): return 2", "h = 1 / 0")
    opened.load_ahead(["f", "g", "h", "k"])
    for name, value in (("f", 1), ("g", 2)):
        runner, why = opened.load(name)
        assert (runner.run(Case("a case"), []).outputs, why) == ((value,), None)
    assert asked == [("read",), ("load", "f", "g", "h", "k")]
    assert "ZeroDivisionError" in opened.load("h")[1]
    assert opened.load("k")[0] is None


@pytest.mark.parametrize("reads", ["sum(iter(int, 1))", "os._exit(0)"])  # the first never ends
def test_one_that_takes_long_or_ends_the_process_costs_the_others_nothing(session, reads):
    opened = session("def f(): return 1", f"import os\nx = {reads}\ndef g(): return x", limits=Limits(5.0, 1.0))
    opened.load_ahead(["g", "f"])
    assert opened.load("g")[0] is None
    runner, _ = opened.load("f")
    assert runner.run(Case("a case"), []).outputs == (1,)
