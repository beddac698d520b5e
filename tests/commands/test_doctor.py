"""The command doctor says how safe the machine is and what would help."""

from __future__ import annotations

from autograder.commands import doctor
from autograder.sandbox.isolation import Reached


def test_doctor_says_what_would_help(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "reached", lambda: Reached("B", ("not A: namespaces: [refused]",)))
    doctor.doctor()
    said = " ".join(capsys.readouterr().out.split())
    assert "This machine reaches rung B." in said
    assert "[refused]" in said
    assert "For more, namespaces: allow user namespaces" in said
    assert "For more, landlock" not in said
