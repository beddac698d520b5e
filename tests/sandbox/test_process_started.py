"""Workers that are started, as on other systems than Linux."""

from __future__ import annotations

import sys

import pytest

from autograder.checking.exercise import Case
from autograder.sandbox import isolation, process
from autograder.sandbox.process import Limits
from autograder.sandbox.session import Session


def run(session: Session, name: str, *args):
    runner, why = session.load(name)
    assert runner is not None, why
    return runner.run(Case("a case", args), ["x"])


@pytest.fixture
def started(monkeypatch):
    """Start workers instead of forking them, as on other systems than Linux."""
    monkeypatch.setattr(isolation, "reached", lambda: isolation.Reached("D"))
    monkeypatch.setattr(process, "Forked", lambda chapter, memory, rung: process.Started(chapter, memory))


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX processes")
def test_a_worker_that_is_started_does_the_same(session, started):
    opened = session("def f(): return 1", "def g():\n    import os\n    os._exit(3)", "def h():\n    while True: pass")
    folder = opened.load("f") and opened._worker._body.work
    assert folder.exists()
    assert run(opened, "f").outputs == (1,)
    assert run(opened, "g").error.text == "the Python process ended"
    assert not folder.parent.exists()
    runner, _ = opened.load("h")
    opened._limits = Limits(1.0)
    assert runner.run(Case("a case"), []).error.kind == "Timeout"
    assert run(opened, "f").outputs == (1,)
