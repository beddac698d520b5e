"""Copies are found in whatever dress; what the exercise, the course or chance made alike is not."""

from __future__ import annotations

import csv
import inspect
import io
import random
import re
import shutil
import textwrap
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from autograder.checking.catalogue import exercises
from autograder.checking.exercise_cell import filled
from autograder.commands import similarity as command
from autograder.commands.program import told
from autograder.course import current, find
from autograder.reports import similarity
from autograder.reports.fingerprints import Function, functions
from autograder.reports.similarity import COURSE, Comparison, as_csv, as_html, compare
from tests.classroom import cells, notebook, stubs
from tests.variants import collected

CHAPTER = find("01")
HOSTILE = "<script>alert(1)</script>"


def program(seed: int, names: str = "abcdefgh", lines: int = 12) -> str:
    """Return a function of a student's own: lines of random arithmetic."""
    rng = random.Random(seed)
    operators = "+", "-", "*", "/", "@", "**", "//", "%"
    body = [
        f"    {rng.choice(names)} = " + "".join(f"{rng.choice(names)} {rng.choice(operators)} " for _ in range(5)) + "1"
        for _ in range(lines)
    ]
    return "\n".join(["def work(a, b, c, d, e, f, g, h):", *body, "    return a"])


def work(*sources: str) -> list[Function]:
    return functions(sources)


def members(found: Comparison) -> list[tuple[str, ...]]:
    return [group.students for group in found.groups]


def disguised(sources: list[str]) -> list[str]:
    """Return cells in another order, with other names, spacing and comments."""
    renamed = [re.sub(r"\b(path|grad|theta|loss|gradient|x|y|w|n|out|i|j)\b(?!=)", r"my_\1", cell) for cell in sources]
    return [re.sub(r"\n(?=    \w)", "  # explained\n", cell) for cell in reversed(renamed)]


def honest(chapter: str, students: int) -> dict[str, list[str]]:
    """Return the cells of a class in which each student hit upon one of the right answers, by themselves."""
    answers: dict[str, list[str]] = {}
    for variant in collected():
        if variant.kind == "right":
            source = textwrap.dedent(inspect.getsource(variant.function))
            answers.setdefault(variant.exercise, []).append(source[source.index("def ") :])
    own = [answers[exercise.name] for exercise in exercises().values() if exercise.chapter == chapter]
    chance = random.Random(0)
    return {f"s{i:02}": [chance.choice(every) for every in own] for i in range(students)}


def compared(chapter: str, handed_in: dict[str, list[str]]) -> Comparison:
    given = similarity.handed_out(find(chapter))
    works = {student: functions(sources, given) for student, sources in handed_in.items()}
    return compare(works, similarity.published(find(chapter)))


CHAPTER_NAMES = [chapter.name for chapter in current().chapters[1:]]


@pytest.mark.parametrize("chapter", CHAPTER_NAMES)
def test_an_honest_class_has_no_group(chapter: str) -> None:
    assert members(compared(chapter, honest(chapter, 40))) == []


@pytest.mark.parametrize("chapter", CHAPTER_NAMES)
@pytest.mark.parametrize("size", [2, 5, 11, 20, 40])
def test_a_ring_of_any_size_is_found(chapter: str, size: int) -> None:
    handed_in = honest(chapter, 40)
    ring = tuple(handed_in)[:size]
    for student in ring[1:]:
        handed_in[student] = disguised(handed_in[ring[0]])
    (group,) = compared(chapter, handed_in).groups
    assert group.students == ring
    assert len(group.pairs) == size - 1
    assert group.share > 0.9


@pytest.mark.parametrize("chapter", CHAPTER_NAMES)
def test_the_courses_own_solution_is_found(chapter: str) -> None:
    handed_in = honest(chapter, 40)
    solved = [filled(exercise) for exercise in exercises().values() if exercise.chapter == chapter]
    handed_in |= {"s05": disguised(solved), "s30": solved}
    (group,) = compared(chapter, handed_in).groups
    assert group.students == ("s05", "s30", COURSE)
    assert group.share > 0.9


def test_half_a_copy_among_own_work_is_found() -> None:
    works = {f"s{i:02}": work(*(program(10 * i + k) for k in range(10))) for i in range(40)}
    assert members(compare(works)) == []
    works["copier"] = work(*(program(10 * 3 + k) for k in range(5)), *(program(1000 + k) for k in range(5)))
    (group,) = compare(works).groups
    assert group.students == ("copier", "s03")
    assert group.share == pytest.approx(0.5, abs=0.1)


def test_a_copy_is_found_among_own_work() -> None:
    works = {f"s{i:02}": work(program(2 * i), program(2 * i + 1)) for i in range(20)}
    assert members(compare(works)) == []
    second, first = program(6).replace("work", "mine"), program(7)
    works["copier"] = work(f"# my own\n{first}", second.replace("    ", "        "))
    (pair,) = compare(works).groups[0].pairs
    assert (pair.first, pair.second, pair.share) == ("copier", "s03", 1)
    assert {(match.first.name, match.second.name) for match in pair.matches} == {("work", "work"), ("mine", "work")}
    for match in pair.matches:
        assert match.share == 1
        assert match.first.prints == match.second.prints


def test_the_share_is_that_of_the_shorter_work() -> None:
    works = {"long": work(*map(program, range(6))), "short": work(program(0), program(1), program(2))}
    (group,) = compare(works).groups
    assert group.share == 1
    assert len(group.pairs[0].matches) == 3


def test_the_most_alike_come_first() -> None:
    works = {
        "all": work(program(1), program(2), program(3), program(4)),
        "most": work(program(1), program(2), program(3), program(5)),
        "same": work(program(4), program(3), program(2), program(1)),
        "one": work(program(6), program(7)),
        "two": work(program(7), program(6)),
    }
    found = compare(works)
    assert members(found) == [("one", "two"), ("all", "most", "same")]
    assert [(pair.first, pair.second) for pair in found.groups[1].pairs] == [("all", "same"), ("all", "most")]
    assert found.groups[1].share == found.groups[1].pairs[1].share == pytest.approx(0.75, abs=0.1)
    assert found.groups[1].functions == ("work",)


def test_no_work_is_like_no_work() -> None:
    assert compare({"a": [], "b": [], "c": work(program(1))}) == Comparison((), 3)


def test_right_answers_of_an_exercise_need_not_be_copies() -> None:
    """The course's own right answers were written to differ, and the shortest leave no choice."""
    answers: dict[str, list[str]] = {}
    for exercise in (e for e in exercises().values() if e.chapter == CHAPTER.name):
        found = [filled(exercise)]
        for right in exercise.right:
            source = textwrap.dedent(inspect.getsource(right))
            found += [source] if source.startswith("def ") else []
        for number, source in enumerate(found[:3]):
            answers.setdefault(f"student {number}", []).append(source)
    works = {student: functions(sources, similarity.handed_out(CHAPTER)) for student, sources in answers.items()}
    assert len(works) == 3
    assert all(works.values())
    assert members(compare(works)) == []
    short = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2\ndef half(x):\n    return x / 2"
    assert members(compare({"a": work(short), "b": work(short)})) == []


def class_of(folder: Path, **students: list[str]) -> Path:
    for student, sources in students.items():
        (folder / f"{student}.ipynb").write_bytes(notebook(sources))
    return folder


def test_the_released_notebook_counts_for_nothing(tmp_path: Path) -> None:
    page = similarity.notebooks.read(similarity.notebooks.path_of(CHAPTER.name))
    handed_out = [cell.source for cell in page.cells if cell.cell_type == "code"]
    wrapped = "def page():\n" + textwrap.indent(max(handed_out, key=len), "    ")
    given = [*handed_out, *stubs().values(), wrapped]
    works, unread = similarity.read(class_of(tmp_path, ada=given, ben=given), CHAPTER)
    assert works == {"ada": [], "ben": []}
    assert unread == {}


def test_solutions_of_earlier_chapters_count_for_nothing(tmp_path: Path) -> None:
    folder = class_of(tmp_path, ada=cells(), ben=cells())
    assert similarity.read(folder, find("02"))[0] == {"ada": [], "ben": []}
    works, _ = similarity.read(folder, CHAPTER)
    assert members(compare(works)) == [("ada", "ben")]


class Text(HTMLParser):
    """A page's text and tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.tags = "", list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_both_functions_and_says_what_it_is() -> None:
    own = f"# {HOSTILE}\n{program(1)}".replace("return a", f"return a  # {HOSTILE}")
    found = compare({HOSTILE: work(own), "=ben": work(program(1).replace("a", "zz"))})
    page = as_html(found, CHAPTER, {"cem": f"no notebook: found {HOSTILE}"})
    text = Text(page)
    assert "A hint where to look, not a proof, and never a mark." in text.text
    assert "points" not in text.text
    assert text.tags.count("script") == 1
    assert HOSTILE not in page
    assert f"return a  # {HOSTILE}" in text.text
    assert "return zz" in text.text
    assert f"cem: no notebook: found {HOSTILE}" in text.text


def test_a_page_without_groups_says_so() -> None:
    page = Text(as_html(Comparison((), 3), CHAPTER, {}))
    assert "No two look so much alike." in page.text
    assert "script" not in page.tags


def test_the_table_holds_no_formula() -> None:
    found = compare({"=1+1": work(program(1)), "ben": work(program(1))})
    head, row = csv.reader(io.StringIO(as_csv(found)))
    assert head == ["group", "student", "other_student", "percent_alike", "shared_passages", "functions"]
    assert row == ["1", "'=1+1", "ben", "100", str(found.groups[0].pairs[0].prints), "work ~ work"]


@pytest.fixture
def app() -> typer.Typer:
    """The command alone."""
    app = typer.Typer()
    app.command()(told(command.similarity))
    return app


@pytest.mark.parametrize("name", ["alike.html", "alike.csv"])
def test_the_command_writes_a_file(app: typer.Typer, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "handed-in"
    folder.mkdir()
    class_of(folder, ada=[program(1)], ben=[program(1)], cem=[program(2)])
    (folder / "dee.ipynb").write_text("no JSON")
    result = CliRunner().invoke(app, [str(folder), "--chapter", "01", "--out", str(tmp_path / name)])
    assert result.exit_code == 0, result.output
    assert "3 students, 1 group to look at. Similarity is a hint, not a proof." in result.output
    assert "  at least 100 % alike: ada, ben" in result.output
    assert "not compared: dee: The file is no notebook: it is not JSON (line 1)." in result.output
    content = (tmp_path / name).read_text(encoding="utf-8")
    assert "ben" in content
    assert content.startswith("<!DOCTYPE html>" if name.endswith("html") else "group,student,")


def test_the_command_takes_the_zip_that_grade_takes(app: typer.Typer, tmp_path: Path, temporary: None) -> None:
    folder = tmp_path / "handed-in"
    folder.mkdir()
    class_of(folder, ada=[program(1)], ben=[program(1)], cem=[program(2)])
    made = shutil.make_archive(str(tmp_path / "submissions"), "zip", folder)
    result = CliRunner().invoke(app, [made, "--chapter", "01", "--out", str(tmp_path / "alike.csv")])
    assert result.exit_code == 0, result.output
    assert "3 students, 1 group to look at." in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{}", "--chapter", "01", "--out", "x.txt"], "must end in .html or .csv"),
        (["{}", "--chapter", "99", "--out", "x.csv"], "no chapter is called"),
        (["{}/none", "--chapter", "01", "--out", "x.csv"], "there is no folder"),
        (["{}", "--chapter", "01", "--out", "x.csv"], "fewer than two readable notebooks"),
    ],
)
def test_the_command_says_what_is_wrong(app: typer.Typer, tmp_path: Path, arguments: list[str], words: str) -> None:
    class_of(tmp_path, ada=[program(1)])
    result = CliRunner().invoke(app, [argument.format(tmp_path) for argument in arguments])
    assert result.exit_code == 2
    assert words.replace(" ", "") in re.sub(r"[\s│]+", "", result.output)
