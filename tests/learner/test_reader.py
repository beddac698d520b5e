"""What a reader meets in a notebook: check, hint, solution, progress."""

import json

import pytest
from IPython.core.interactiveshell import InteractiveShell

import autograder
from autograder import check, hint, progress, solution
from autograder.checking.catalogue import exercises, find
from autograder.errors import UserError
from autograder.learner import reader
from autograder.learner.display import verdict_box
from autograder.learner.reader import _why_stale
from solutions import gradient_descent as ref


@pytest.fixture(autouse=True)
def fresh(tmp_path, monkeypatch):
    """A reader who starts anew, with progress kept in a folder of its own."""
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress"))
    monkeypatch.setattr(reader, "_own", {})
    monkeypatch.setattr(reader, "_hints", {})


def right(y_hat, y):
    return (y - y_hat) ** 2


def wrong(y_hat, y):
    return y_hat - y


def open_(y_hat, y):
    raise NotImplementedError


def named(function, name="squared_error"):
    function.__name__ = name
    return function


def shown(capsys):
    return capsys.readouterr().out


def test_the_public_names():
    for_readers, for_authors = (
        {"check", "hint", "solution", "progress", "evaluate"},
        {"Case", "Course", "Exercise", "Mistake"},
    )
    assert set(autograder.__all__) == for_readers | for_authors


def test_right_answer_is_given_back(capsys):
    function = named(right)
    assert check(function) is function
    assert shown(capsys) == "✓ squared_error: passed, 1 of 1 points\n  All cases pass.\n"


def test_wrong_answer_gives_the_reference_and_names_the_mistake(capsys):
    assert check(named(wrong)) is ref.squared_error
    text = shown(capsys)
    assert text.startswith(
        "✗ squared_error: not right yet, 0 of 1 points\n  You return the difference itself: square it."
    )
    assert "The page goes on with the course's own `squared_error`." in text


def test_open_exercise_gives_the_reference(capsys):
    assert check(named(open_)) is ref.squared_error
    assert shown(capsys).startswith("○ squared_error: not attempted\n")
    assert reader._recorded("gradient_descent.squared_error") == {}


def test_checking_again_checks_the_readers_function_not_the_reference(capsys):
    squared_error = check(named(wrong))
    shown(capsys)
    assert check(squared_error) is ref.squared_error
    assert "You return the difference itself" in shown(capsys)


def test_the_reference_alone_is_not_checked(capsys):
    assert check(ref.squared_error) is ref.squared_error
    assert shown(capsys).startswith("○ squared_error: not checked\n")
    assert reader._recorded("gradient_descent.squared_error") == {}


def test_a_function_under_another_name():
    def mine(y_hat, y):
        return (y_hat - y) ** 2

    assert check(mine, "squared_error") is mine
    with pytest.raises(KeyError, match="no exercise is called 'mine'"):
        check(mine)


def test_a_called_function_is_refused():
    with pytest.raises(TypeError, match="got a float: write check"):
        check(1.0)


def test_verdict_is_html_in_a_notebook():
    exercise = find("squared_error")
    html = verdict_box(autograder.evaluate(exercise, wrong))._repr_html_()
    assert 'class="fts-verdict" data-status="failed"' in html
    assert "You return the difference itself" in html


def test_hints_come_one_by_one(capsys):
    texts = []
    for _ in range(4):
        hint("squared_error")
        texts.append(shown(capsys))
    for number, text in enumerate(texts[:3], start=1):
        assert f"hint {number} of 3" in text
        assert find("squared_error").hints[number - 1] in text
    assert texts[3] == texts[2]
    assert "That was the last hint" in texts[2]
    assert "That was the last hint" not in texts[1]


@pytest.mark.parametrize(("answer", "opens"), [("y", True), ("YES", True), ("n", False), ("", False)])
def test_solution_asks_first(capsys, monkeypatch, answer, opens):
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    solution("squared_error")
    assert ("def squared_error" in shown(capsys)) is opens


def test_solution_where_nobody_can_answer(capsys, monkeypatch):
    def no_keyboard(prompt):
        raise EOFError

    monkeypatch.setattr("builtins.input", no_keyboard)
    solution("squared_error")
    assert "`solution(squared_error, confirm=True)`" in shown(capsys)
    solution("squared_error", confirm=True)
    assert "def squared_error" in shown(capsys)


def row_of(text, name):
    (row,) = [line for line in text.splitlines() if f"  {name}  " in line]
    return row


def test_progress_lists_every_exercise_by_number_and_title(capsys, tmp_path):
    check(named(right))
    check(named(wrong, "absolute"), "center_columns")
    shown(capsys)
    progress()
    text = shown(capsys)
    for exercise in exercises().values():
        assert exercise.title in row_of(text, exercise.name)
    row = row_of(text, "squared_error")
    assert row.startswith("1.1 ")
    assert row.endswith("3 min")
    assert "✓ passed" in row
    assert "1 of 1" in row
    assert "! raises an error" in row_of(text, "center_columns")
    last = text.splitlines()[-1]
    assert f"1 of {len(exercises())} exercises passed" in last
    assert str(tmp_path / "progress") in last


def test_progress_shows_the_last_verdict_beside_the_best(capsys):
    check(named(right))
    check(named(wrong))
    record = json.loads((reader.progress_folder() / "gradient_descent.squared_error.json").read_text())
    last = {"status": "failed", "points": 0, "remarks": 0}
    assert record == {"passed": True, "points": 1, "checks": 2, "last": last}
    shown(capsys)
    progress()
    row = row_of(shown(capsys), "squared_error")
    assert "✗ not right yet" in row
    assert "1 of 1" in row


def test_two_copies_of_the_course_know_nothing_of_each_other(monkeypatch, tmp_path):
    monkeypatch.delenv("COURSE_PROGRESS")
    monkeypatch.setattr(reader.platformdirs, "user_data_path", lambda *args, **kwargs: tmp_path)
    check(named(right))
    assert reader._recorded("gradient_descent.squared_error")["passed"]
    monkeypatch.setattr(reader, "COURSE", tmp_path / "another copy")
    assert reader._recorded("gradient_descent.squared_error") == {}


def test_damaged_progress_is_no_progress(capsys):
    check(named(right))
    (reader.progress_folder() / "gradient_descent.squared_error.json").write_text("{half")
    shown(capsys)
    progress()
    assert "not attempted" in row_of(shown(capsys), "squared_error")


def test_a_check_works_where_progress_cannot_be_saved(capsys, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "file"))
    function = named(right)
    assert check(function) is function
    assert "could not be saved" in shown(capsys)


class Unfriendly:
    """Neither its text nor its name can be had."""

    def __repr__(self):
        raise RuntimeError

    __str__ = __repr__

    def __call__(self, y_hat, y):
        return y_hat


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        ((Unfriendly(),), KeyError, "no exercise is called 'Unfriendly'"),
        ((named(right), "x" * 10**6), KeyError, f"no exercise is called '{'x' * 80}...'"),
        ((named(lambda y_hat, y: y_hat, "y" * 10**6),), KeyError, f"no exercise is called '{'y' * 80}...'"),
        ((None,), TypeError, "expected a function, got a NoneType: write check(name), without calling it"),
        (
            (named(right), "squared_error", 0),
            ValueError,
            "seconds, how long the function may take, must be a number above 0",
        ),
    ],
)
def test_what_cannot_be_checked_gets_one_sentence_and_no_record(arguments, kind, said, tmp_path):
    with pytest.raises(kind) as raised:
        check(*arguments)
    assert str(raised.value).startswith(said)
    assert len(str(raised.value)) < 300
    # A notebook shows this in place of a traceback.
    assert raised.value._render_traceback_() == [f"{type(raised.value).__name__}: {raised.value}"]
    assert not (tmp_path / "progress").exists()


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ((None, right), TypeError),
        (("squared_error", 3.0), TypeError),
        (("squared_error", right, "x"), ValueError),
        (("squared_error", right, -1), ValueError),
        (("squared_error", right, 1.5), ValueError),
    ],
)
def test_evaluate_says_in_a_sentence_what_it_cannot_take(arguments, kind):
    exercise, function, *seed = arguments
    with pytest.raises(kind) as raised:
        autograder.evaluate(exercise, function, **({"seed": seed[0]} if seed else {}))
    assert isinstance(raised.value, UserError)


def test_an_endless_loop_is_stopped_and_the_page_goes_on(capsys):
    def squared_error(y_hat, y):
        while True:
            pass

    assert check(squared_error, seconds=0.1) is ref.squared_error
    text = shown(capsys)
    assert "! squared_error: takes too long" in text
    assert "(stopped after 0.1 seconds): does its loop ever end?" in text
    assert "It was stopped in the line `" in text


def test_what_a_function_prints_is_collected_and_shown_once(capsys):
    def squared_error(y_hat, y):
        print("I see", y_hat)
        return (y_hat - y) ** 2

    check(squared_error)
    text = shown(capsys)
    assert text.count("I see") == 1
    assert text.splitlines()[-1] == "  Your function prints: I see [5. 1.]"
    html = verdict_box(autograder.evaluate("squared_error", right), printed="<b>")._repr_html_()
    assert "<details><summary>What your function printed</summary>" in html
    assert "&lt;b&gt;" in html


RIGHT = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2"


@pytest.fixture
def shell(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path))
    monkeypatch.setattr(reader, "_failed", {})
    monkeypatch.setattr(reader, "_own", {})
    shell = InteractiveShell()
    monkeypatch.setattr(reader, "_shell", lambda: shell)
    reader._watch()
    yield shell
    InteractiveShell.clear_instance()


def run(shell, cell):
    shell.run_cell(cell)


def test_a_cell_that_ran_leaves_nothing_to_say(shell):
    run(shell, RIGHT)
    assert _why_stale("squared_error") is None


def test_a_syntax_error_is_noticed_until_the_cell_runs(shell, capsys):
    run(shell, RIGHT)
    run(shell, "def squared_error(y_hat, y)\n    return y_hat - y")
    assert _why_stale("squared_error").startswith("SyntaxError in line 1, `def squared_error(y_hat, y)`: expected ':'")
    capsys.readouterr()
    assert check(shell.user_ns["squared_error"]) is ref.squared_error
    text = capsys.readouterr().out
    assert text.startswith("! squared_error: not checked\n")
    assert "passed" not in text
    assert "SyntaxError in line 1" in text
    run(shell, RIGHT)
    assert _why_stale("squared_error") is None
    check(shell.user_ns["squared_error"])
    assert "✓ squared_error: passed" in capsys.readouterr().out


def test_an_error_above_the_function_is_noticed_and_one_below_it_is_not(shell):
    run(shell, RIGHT)
    run(shell, f"unknown_name\n{RIGHT}")
    assert _why_stale("squared_error") == "NameError: name 'unknown_name' is not defined"
    run(shell, f"{RIGHT}\nunknown_name")
    assert _why_stale("squared_error") is None


def test_a_cell_of_another_function_does_not_matter(shell):
    run(shell, RIGHT)
    run(shell, "def another(x)\n    return x")
    assert _why_stale("squared_error") is None
    assert _why_stale("squared_error", "another") is not None


def test_watching_twice_is_watching_once(shell):
    reader._watch()
    assert shell.events.callbacks["pre_run_cell"].count(reader._started) == 1


def test_without_a_shell_nothing_is_watched(monkeypatch):
    monkeypatch.setattr(reader, "_shell", lambda: None)
    reader._watch()
