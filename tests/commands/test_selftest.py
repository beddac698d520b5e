"""The command selftest prints what it proves."""

from typer.testing import CliRunner

from autograder.commands.program import app


def test_the_command_prints_a_table():
    result = CliRunner().invoke(app, ["selftest", "squared_error", "--verbose"])
    assert result.exit_code == 0
    assert "gradient_descent.squared_error" in result.output
    assert "mutation score 100.0%" in result.output
