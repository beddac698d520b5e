"""A notebook at work in its session."""

from __future__ import annotations

from autograder import evaluate
from autograder.session import RemoteRunner


def test_a_runner_is_one_as_evaluate_wants_it(session):
    runner, _ = session("def squared_error(y_hat, y): return None").load("squared_error")
    assert isinstance(runner, RemoteRunner)
    verdict = evaluate("gradient_descent.squared_error", runner)
    assert verdict.points == 0
    assert verdict.status == "failed"
