"""Copies are found in whatever dress; what the exercise, the course or chance made alike is not."""

from __future__ import annotations

import csv
import inspect
import io
import random
import re
import textwrap
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.checking.catalogue import of_chapter
from autograder.checking.exercise_cell import filled
from autograder.course import current, find
from autograder.reports import similarity
from autograder.reports.fingerprints import Function, functions
from autograder.reports.similarity import COURSE, Comparison, as_csv, as_html, compare
from tests.classroom import cells, notebook, stubs
from tests.made_up import made_up_work
from tests.variants import collected

CHAPTER = find("01")
HOSTILE = "<script>alert(1)</script>"


def work(*sources: str) -> list[Function]:
    return functions(sources)


def members(found: Comparison) -> list[tuple[str, ...]]:
    return [group.students for group in found.groups]


def disguised(sources: list[str]) -> list[str]:
    """Return cells in another order, with other names, spacing and comments."""
    renamed = [re.sub(r"\b(path|grad|theta|loss|gradient|x|y|w|n|out|i|j)\b(?!=)", r"my_\1", cell) for cell in sources]
    return [re.sub(r"\n(?=    \w)", "  # explained\n", cell) for cell in reversed(renamed)]


@cache
def answers_to(chapter: str) -> list[list[str]]:
    """Return the right answers to each exercise."""
    answers: dict[str, list[str]] = {}
    for variant in collected():
        if variant.kind == "right":
            source = textwrap.dedent(inspect.getsource(variant.function))
            answers.setdefault(variant.exercise, []).append(source[source.index("def ") :])
    return [answers[exercise.name] for exercise in of_chapter(chapter)]


def honest(chapter: str, students: int) -> dict[str, list[str]]:
    """Return the cells of a class in which each student hit upon one of the right answers, by themselves."""
    chance = random.Random(0)
    return {f"s{i:02}": [chance.choice(every) for every in answers_to(chapter)] for i in range(students)}


handed_out, published = (cache(function) for function in (similarity.handed_out, similarity.published))


@cache
def read(chapter: str, sources: tuple[str, ...]) -> list[Function]:
    return functions(sources, handed_out(find(chapter)))


def compared(chapter: str, handed_in: dict[str, list[str]]) -> Comparison:
    works = {student: read(chapter, tuple(sources)) for student, sources in handed_in.items()}
    return compare(works, published(find(chapter)))


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
    solved = [filled(exercise) for exercise in of_chapter(chapter)]
    handed_in |= {"s05": disguised(solved), "s30": solved}
    (group,) = compared(chapter, handed_in).groups
    assert group.students == ("s05", "s30", COURSE)
    assert group.share > 0.9


def test_half_a_copy_among_own_work_is_found() -> None:
    works = {f"s{i:02}": work(*(made_up_work(10 * i + k) for k in range(10))) for i in range(40)}
    assert members(compare(works)) == []
    works["copier"] = work(*(made_up_work(10 * 3 + k) for k in range(5)), *(made_up_work(1000 + k) for k in range(5)))
    (group,) = compare(works).groups
    assert group.students == ("copier", "s03")
    assert group.share == pytest.approx(0.5, abs=0.1)


def test_a_copy_is_found_among_own_work() -> None:
    works = {f"s{i:02}": work(made_up_work(2 * i), made_up_work(2 * i + 1)) for i in range(20)}
    assert members(compare(works)) == []
    second, first = made_up_work(6).replace("work", "mine"), made_up_work(7)
    works["copier"] = work(f"# my own\n{first}", second.replace("    ", "        "))
    (pair,) = compare(works).groups[0].pairs
    assert (pair.first, pair.second, pair.share) == ("copier", "s03", 1)
    assert {(match.first.name, match.second.name) for match in pair.matches} == {("work", "work"), ("mine", "work")}
    for match in pair.matches:
        assert match.share == 1
        assert match.first.prints == match.second.prints


def test_the_share_is_that_of_the_shorter_work() -> None:
    works = {
        "long": work(*map(made_up_work, range(6))),
        "short": work(made_up_work(0), made_up_work(1), made_up_work(2)),
    }
    (group,) = compare(works).groups
    assert group.share == 1
    assert len(group.pairs[0].matches) == 3


def test_the_most_alike_come_first() -> None:
    works = {
        "all": work(made_up_work(1), made_up_work(2), made_up_work(3), made_up_work(4)),
        "most": work(made_up_work(1), made_up_work(2), made_up_work(3), made_up_work(5)),
        "same": work(made_up_work(4), made_up_work(3), made_up_work(2), made_up_work(1)),
        "one": work(made_up_work(6), made_up_work(7)),
        "two": work(made_up_work(7), made_up_work(6)),
    }
    found = compare(works)
    assert members(found) == [("one", "two"), ("all", "most", "same")]
    assert [(pair.first, pair.second) for pair in found.groups[1].pairs] == [("all", "same"), ("all", "most")]
    assert found.groups[1].share == found.groups[1].pairs[1].share == pytest.approx(0.75, abs=0.1)
    assert found.groups[1].functions == ("work",)


def test_no_work_is_like_no_work() -> None:
    assert compare({"a": [], "b": [], "c": work(made_up_work(1))}) == Comparison((), 3)


def test_right_answers_of_an_exercise_need_not_be_copies() -> None:
    """The course's own right answers were written to differ, and the shortest leave no choice."""
    answers: dict[str, list[str]] = {}
    for exercise in of_chapter(CHAPTER.name):
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
    own = f"# {HOSTILE}\n{made_up_work(1)}".replace("return a", f"return a  # {HOSTILE}")
    found = compare({HOSTILE: work(own), "=ben": work(made_up_work(1).replace("a", "zz"))})
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
    found = compare({"=1+1": work(made_up_work(1)), "ben": work(made_up_work(1))})
    head, row = csv.reader(io.StringIO(as_csv(found)))
    assert head == ["group", "student", "other_student", "percent_alike", "shared_passages", "functions"]
    assert row == ["1", "'=1+1", "ben", "100", str(found.groups[0].pairs[0].prints), "work ~ work"]
