"""The teacher's page: the right numbers, harmless names, nothing hidden, one small file."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from autograder.checking.exercise import CaseResult, Verdict
from autograder.commands.program import told
from autograder.commands.report import report
from autograder.gradebook import recording
from autograder.gradebook.policy import Policy, moment
from autograder.gradebook.records import Edition, Mark
from autograder.reports import class_report, feedback
from autograder.submissions.discovery import Submission
from tests import gradebooks

EXERCISES = {"gradient_descent.first": 1, "gradient_descent.second": 2}
HOSTILE = '<script>alert("x")</script>'


class Page(HTMLParser):
    """A page's tags with their attributes, and the texts of the class's table and of the mistakes, by row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[list[list[str]]] = []
        self._in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.tables[-1][-1][-1] += data

    def cells(self, look: str) -> int:
        return sum(tag == "td" and attributes.get("class") == look for tag, attributes in self.tags)


def verdict(name: str, status: str, points: float, mistake: str | None = None, message: str = "") -> dict[str, Any]:
    cases = (CaseResult("a case of secret data", status == "passed", True, 1.0),)
    exercise = f"gradient_descent.{name}"
    return Verdict(exercise, status, points, EXERCISES[exercise], mistake, message, cases).to_dict()  # type: ignore[arg-type]


def mark(student: str, *verdicts: dict[str, Any], notes: tuple[str, ...] = ()) -> Mark:
    return Mark(student, f"{student}/a.ipynb", "0" * 64, (), notes, verdicts)


def edition(exercises: dict[str, float] | None = None) -> Edition:
    return gradebooks.edition(exercises or EXERCISES)


def written(out: Path, *marks: Mark) -> Page:
    """Return the page of a class that has these marks, and nobody else."""
    (out / "gradebook.db").unlink(missing_ok=True)
    with gradebooks.book_of(out, edition(), marks) as book:
        return Page(class_report.write(out, book).read_text(encoding="utf-8"))


FULL = verdict("first", "passed", 1), verdict("second", "passed", 2)
SMALL_CLASS = (
    mark("ada", *FULL),
    mark("ben", FULL[0], verdict("second", "failed", 0.5, "not_squared", "Square `x`.\nx < y & z")),
    mark("cem", FULL[0], verdict("second", "failed", 1.5, "not_squared", "Square `x`.\nx < y & z")),
    mark("Dee", verdict("first", "error", 0, None, "TypeError: <b>"), verdict("second", "not_attempted", 0, None, "?")),
    mark("eve", verdict("first", "failed", 0, None, "Expected 1."), notes=("look at me",)),
)


def test_the_table_holds_every_mark(tmp_path: Path) -> None:
    page = written(tmp_path, *SMALL_CLASS)
    head, *rows, foot = page.tables[0]
    assert head == ["Student", "%", "Points", "first (1)", "second (2)", "Note"]
    assert rows == [
        ["ada", "100.0", "3", "1", "2", ""],
        ["ben", "50.0", "1.5", "1", "0.5", ""],
        ["cem", "83.3", "2.5", "1", "1.5", ""],
        ["Dee", "0.0", "0", "0 !", "○", ""],
        ["eve", "0.0", "0", "0", "○", "Look at me."],
    ]
    assert foot == ["Full marks", "", "", "60 %", "20 %", ""]
    # second: 0.5 of 2 lies in the first third, 1.5 of 2 in the last.
    assert [page.cells(look) for look in ("q4", "q3", "q2", "q1", "q0", "open")] == [4, 1, 0, 1, 2, 2]


def test_the_mistakes_are_counted_with_an_example_each(tmp_path: Path) -> None:
    page = written(tmp_path, *SMALL_CLASS)
    first, second = ([[*row[:1], " ".join(row[1].split()), *row[2:]] for row in table[1:]] for table in page.tables[1:])
    assert first == [
        ["raises an error", "1 show in the table", "20 %", "TypeError: <b>"],
        ["wrong in another way", "1 show in the table", "20 %", "Expected 1."],
    ]
    assert second == [
        ["not squared", "2 show in the table", "40 %", "Square x.x < y & z"],
        ["not attempted", "1 show in the table", "20 %", ""],
    ]
    options = {a["value"] for tag, a in page.tags if tag == "option"}
    numbers = {a["data-k"] for tag, a in page.tags if tag == "td" and "data-k" in a}
    buttons = {a["value"] for tag, a in page.tags if tag == "button" and "value" in a}
    assert options - {""} == numbers == buttons == {"0", "1", "2", "3"}


def test_the_commonest_message_is_the_example(tmp_path: Path) -> None:
    texts = "rare", "common", "common"
    marks = [mark(f"s{i}", FULL[0], verdict("second", "failed", 0, "m", text)) for i, text in enumerate(texts)]
    assert written(tmp_path, *marks).tables[1][1][3] == "common"


def test_a_long_message_is_cut(tmp_path: Path) -> None:
    long = verdict("first", "error", 0, None, "\n".join(["x" * 10_000] * 10))
    (text,) = (row[3] for row in written(tmp_path, mark("ada", long, FULL[1])).tables[1][1:])
    assert text == ("x" * 300 + "…") * 4


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    error = verdict("first", "error", 0, HOSTILE, f"`{HOSTILE}` {HOSTILE}")
    marks = mark(HOSTILE, error, FULL[1], notes=(HOSTILE,)), mark('" onload="alert(1)', *FULL)
    page = written(tmp_path, *marks)
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [a for _, a in page.tags if any(name.startswith("on") for name in a)]
    assert [row[0] for row in page.tables[0][1:3]] == ['" onload="alert(1)', HOSTILE]
    assert HOSTILE in page.tables[0][2][-1]
    assert HOSTILE not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_names_in_any_script_lead_to_their_pages(tmp_path: Path) -> None:
    students = ["Zoë Åström", "李小龙", "محمد", "Ольга", "../up", "a b#c?d"]
    names = feedback.file_names(students)
    (tmp_path / "feedback").mkdir()
    for name in names.values():
        (tmp_path / "feedback" / name).touch()
    page = written(tmp_path, *(mark(student, *FULL) for student in students))
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert [row[0] for row in page.tables[0][1:-1]] == sorted(students, key=str.casefold)
    assert len(links) == len(students)
    for link in links:
        assert link
        assert re.fullmatch(r"feedback/[\w.%-]+\.html", link, re.ASCII)
    (tmp_path / "feedback" / names["محمد"]).unlink()
    again = written(tmp_path, *(mark(student, *FULL) for student in students))
    assert [tag for tag, _ in again.tags].count("a") == len(students) - 1
    assert "محمد" in [row[0] for row in again.tables[0]]


def test_the_page_needs_nothing_from_outside(tmp_path: Path) -> None:
    page = written(tmp_path, *SMALL_CLASS)
    assert not {tag for tag, _ in page.tags} & {"link", "img", "iframe", "object", "base", "form"}
    assert not [a for _, a in page.tags if "src" in a]
    (policy,) = (a["content"] for tag, a in page.tags if tag == "meta" and "http-equiv" in a)
    assert policy
    assert "default-src 'none'" in policy
    assert "script-src 'sha256-" in policy
    assert "http" not in (tmp_path / "report.html").read_text(encoding="utf-8").replace("http-equiv", "")


def test_hidden_cases_do_not_appear(tmp_path: Path) -> None:
    written(tmp_path, *SMALL_CLASS)
    assert "secret" not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_distribution_counts_each_student_once(tmp_path: Path) -> None:
    bars = class_report.distribution([0, 5, 10, 99.9, 100, 100])
    assert [bar.count for bar in bars] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 3]
    assert bars[-1].label == "90–100"
    assert [bar.height for bar in bars if bar.count] == [round(130 * 2 / 3), round(130 / 3), 130]
    written(tmp_path, *SMALL_CLASS)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    facts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text)
    assert facts == [("students", "5"), ("mean", "47 %"), ("median", "50 %"), ("the middle half", "0 to 83 %")]


def test_one_student_is_a_class(tmp_path: Path) -> None:
    page = written(tmp_path, mark("ada", *FULL))
    assert [row[0] for row in page.tables[0]] == ["Student", "ada", "Full marks"]
    assert "Nothing: every student has full marks." in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_thousand_students_fit_a_small_file(tmp_path: Path) -> None:
    exercises = {f"word2vec.exercise_{i}": 2.0 for i in range(17)}
    marks = []
    for n in range(1000):
        verdicts = (
            Verdict(name, "failed", 0.5, 2.0, f"mistake_{(n + i) % 9}", f"Message {n}: {'x' * 200}").to_dict()
            for i, name in enumerate(exercises)
        )
        marks.append(Mark(f"student {n}", "a.ipynb", "", (), ("a note",), tuple(verdicts)))
    with gradebooks.book_of(tmp_path, gradebooks.edition(exercises, "word2vec"), marks) as book:
        start = time.process_time()
        path = class_report.write(tmp_path, book)
    assert time.process_time() < start + 10
    assert path.stat().st_size < 2 * 2**20


def test_the_command_writes_the_page_of_a_folder_of_results(tmp_path: Path) -> None:
    app = _app()
    with gradebooks.book_of(tmp_path, edition(), SMALL_CLASS):
        pass
    result = CliRunner().invoke(app, [str(tmp_path)])
    assert (result.exit_code, result.output.split(": ")[-1]) == (0, "5 students. Open it in a browser.\n")
    assert (tmp_path / "report.html").stat().st_size > 10_000


@pytest.mark.parametrize("content", [None, "no database" * 100])
def test_a_folder_without_marks_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "gradebook.db").write_text(content)
    else:
        with gradebooks.book_of(tmp_path, edition(), ()):
            pass
    assert CliRunner().invoke(_app(), [str(tmp_path)]).exit_code == 2
    assert CliRunner().invoke(_app(), [str(tmp_path / "none")]).exit_code == 2
    assert not (tmp_path / "report.html").exists()
    assert not (tmp_path / "none").exists()


def test_a_correction_and_lateness_stand_in_the_table(tmp_path: Path) -> None:
    policy = Policy(deadline=moment("2026-11-20T12:00Z"), penalty=50)
    with gradebooks.book_of(tmp_path, edition(), ()) as book:
        book.agree(policy)
        late = Submission("ada", None, (), "", moment("2026-11-20T13:00Z"), "nbgrader")
        recording.record(book, mark("ada", FULL[0], verdict("second", "failed", 0)), late)
        recording.correct(book, "ada", "gradient_descent.second", 1, "a good idea", "teacher")
        page = Page(class_report.write(tmp_path, book).read_text(encoding="utf-8"))
    *cells, note = page.tables[0][1]
    assert cells == ["ada", "33.3", "1", "1", "1"]
    assert note.startswith("second: 1 of 2 points by hand in place of ")
    assert note.endswith(": a good idea. 1 day late by nbgrader: 50 % of the points off, of those by hand as well.")


def _app() -> typer.Typer:
    app = typer.Typer()
    app.command()(told(report))
    return app
