"""The harness of the benchmarks computes from given times; nothing here depends on how fast the machine is."""

import importlib
import json
import subprocess
import sys

import pytest
from rich.console import Console

from benchmarks import __main__ as program
from benchmarks import harness
from benchmarks.harness import Row, alternate, cells, compare, missing

SLOW = Row("softmax_loss", "torch", ours=3.0, theirs=2.0, ratio=1.5, spread=(1.25, 1.75), floor=1.0, at_most=1.1)
FAST = Row("train", "gensim", "words/s", 1_350_000.0, 420_000.0, 3.2, (3.1, 3.3), at_least=3.0, note="2 workers")
NOT_THERE = missing("train", "gensim", "gensim", unit="words/s")


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def work(self, seconds, log=None, name=""):
        def call():
            self.now += seconds
            if log is not None:
                log.append(name)

        return call


def test_the_ratio_is_the_median_over_pairs_and_the_spread_its_quartiles():
    row = compare("a", "b", [1.0, 4.0, 30.0, 8.0, 5.0], [1.0, 2.0, 10.0, 2.0, 1.0])
    assert (row.ours, row.theirs) == (5.0, 2.0)
    assert row.ratio == 3.0  # of 1, 2, 3, 4, 5; the ratio of the medians is 2.5
    assert row.spread == (2.0, 4.0)


def test_one_pair_has_no_spread():
    assert compare("a", "b", [3.0], [2.0]).spread == (1.5, 1.5)


def test_sides_of_different_length_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        compare("a", "b", [1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("ratio", "aims", "met"),
    [
        (1.1, {"at_most": 1.1}, True),
        (1.11, {"at_most": 1.1}, False),
        (3.0, {"at_least": 3.0}, True),
        (2.9, {"at_least": 3.0}, False),
        (2.9, {}, None),
        (None, {"at_most": 1.0}, None),
    ],
)
def test_a_row_says_whether_its_aim_is_met(ratio, aims, met):
    assert Row("a", "b", ratio=ratio, **aims).met is met


def test_times_are_milliseconds_a_call():
    clock = Clock()
    times = alternate(clock.work(0.5), clock.work(0.25), rounds=4, clock=clock)
    assert times == [[500.0] * 4, [250.0] * 4]


def test_short_work_is_called_many_times_a_sample():
    clock, log = Clock(), []
    (times,) = alternate(clock.work(0.0001, log), rounds=3, seconds=100, clock=clock)
    assert times == pytest.approx([0.1] * 3)
    assert len(log) > 3 * harness.SHORTEST / 0.0001


def test_sides_take_turns_and_each_leads():
    clock, log = Clock(), []
    alternate(clock.work(1, log, "a"), clock.work(1, log, "b"), rounds=4, seconds=100, clock=clock)
    assert "".join(log[-8:]) == "abbaabba"


def test_rounds_end_with_the_time_but_there_are_three():
    clock = Clock()
    assert len(alternate(clock.work(60.0), seconds=10, clock=clock)[0]) == 3
    assert len(alternate(clock.work(1.0), seconds=10, clock=clock)[0]) == 10


def test_a_missing_peer_is_a_row_that_says_how_to_install_it(monkeypatch):
    assert harness.optional("no_such_library") is None
    assert NOT_THERE.note == "gensim is not installed: python -m pip install -e '.[bench]'"
    assert NOT_THERE.met is None
    assert cells(NOT_THERE)[1:4] == ("-", "gensim", "-")
    monkeypatch.setattr("benchmarks.loss.optional", lambda name: None)
    monkeypatch.setattr("benchmarks.loss.alternate", lambda *works, seconds: [[1.0, 1.0]] * len(works))
    monkeypatch.setattr("benchmarks.loss.SIZES", ((5, 3, "float64", 1.1),))
    rows = list(importlib.import_module("benchmarks.loss").rows())
    assert [row.name.split(",")[0] for row in rows if "not installed" in row.note] == ["softmax_loss", "svm_loss"]


def test_cells_hold_what_the_columns_say():
    assert cells(SLOW) == ("softmax_loss", "3 ms", "torch 2 ms", "1.5", "1.25 to 1.75", "1 ms", "<= 1.1 ✗")
    assert cells(FAST)[0] == "train\n  2 workers"
    assert cells(FAST)[1:4] == ("1,350,000 words/s", "gensim 420,000 words/s", "3.2")
    assert cells(FAST)[-1] == ">= 3 ✓"


def test_results_come_back_from_json_as_they_were(tmp_path):
    rows, about = [SLOW, FAST, NOT_THERE], {"date": "2026-01-02", "cores": 2}
    harness.write_json(tmp_path / "results.json", rows, about)
    assert harness.read_json(tmp_path / "results.json") == (rows, about)


@pytest.fixture
def measured(monkeypatch):
    """Replace every group by one that knows its row."""

    class Group:
        def __init__(self, name):
            self.name = name

        def rows(self):
            return [Row(self.name, "a peer")]

    monkeypatch.setattr(program.importlib, "import_module", lambda name: Group(name))
    monkeypatch.setattr(program.harness, "optional", lambda name: None)


@pytest.mark.parametrize(("groups", "wanted"), [([], program.GROUPS), (["loss"], ("loss",))])
def test_the_command_prints_the_groups_and_writes_where_it_is_told(measured, groups, wanted, tmp_path, capsys):
    program.main([*groups, "--json", str(tmp_path / "new.json")])
    printed = capsys.readouterr().out
    assert all(f"benchmarks.{name}" in printed for name in wanted)
    plain = json.loads((tmp_path / "new.json").read_text())
    assert [row["name"] for row in plain["rows"]] == [f"benchmarks.{name}" for name in wanted]
    assert {"date", "processor", "cores", "threads"} <= set(plain["machine"])


def test_markdown_has_a_line_per_row():
    text = harness.markdown([SLOW, FAST])
    assert [line.count("|") for line in text.split("\n")] == [8] * 4


def test_saving_writes_the_results_and_the_table_below_the_page_s_own_text(measured, tmp_path, monkeypatch):
    monkeypatch.setattr(program, "SAVED", tmp_path / "results.json")
    monkeypatch.setattr(program, "PAGE", tmp_path / "benchmarks.md")
    program.PAGE.write_text(f"# Title\n\n{program.MARK}\n| an old row |\n", encoding="utf-8")
    program.main(["loss", "--save"])
    page = program.PAGE.read_text(encoding="utf-8")
    assert page.startswith("# Title\n")
    assert "| benchmarks.loss |" in page
    assert "an old row" not in page
    assert page == program.with_table(page, *harness.read_json(program.SAVED))


def test_the_page_shows_the_saved_results():
    page = program.PAGE.read_text(encoding="utf-8")
    assert page == program.with_table(page, *harness.read_json(program.SAVED))


def test_an_unknown_group_is_refused(capsys):
    with pytest.raises(SystemExit):
        program.main(["no-such-group"])
    assert "no group is called no-such-group" in capsys.readouterr().err


def test_the_table_names_its_columns():
    console = Console(width=140)
    with console.capture() as captured:
        harness.show([SLOW, FAST, NOT_THERE], console, "on a machine")
    text = captured.get()
    assert all(column in text for column in harness.COLUMNS)
    assert "on a machine" in text


def test_a_trace_names_the_files_that_a_function_passes_beside_a_students_code_too():
    command = [sys.executable, "-m", "benchmarks.trace", "grade, a wrong answer"]
    head, *files = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().split("\n  ")
    assert head.startswith(f"grade, a wrong answer: {len(files)} files, ")
    on_the_way = ["commands/grade", "worker/__main__", "worker/calling", "checking/diagnose"]
    assert set(files) > {"solutions/gradient_descent.py", *(f"autograder/{name}.py" for name in on_the_way)}
    # Imported by others of these, and asked when the mark is in the gradebook, or never.
    assert not set(files) & {"autograder/reports/feedback.py", "autograder/authoring/release.py"}
