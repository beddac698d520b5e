"""The teacher's pages in a real browser: they sort, filter and print, and ask nobody for anything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.checking.catalogue import exercises
from autograder.checking.exercise import Verdict
from autograder.checking.exercise_cell import filled
from autograder.course import current, find
from autograder.gradebook.records import Mark
from autograder.reports import class_report, feedback, similarity
from autograder.reports.fingerprints import functions
from tests import gradebooks

PICTURES = current().notebooks.parent / "test-artefacts"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
STUDENTS = (
    HOSTILE,
    "Zoë Åström",
    "李小龙",
    "محمد علي",
    "Ольга",
    "Ben 2",
    "Ben 10",
    *(f"student {i}" for i in range(33)),
)
CHAPTER = [exercise for exercise in exercises().values() if exercise.chapter == "gradient_descent"]


def marks(students: tuple[str, ...] = STUDENTS) -> dict[str, Mark]:
    """Return the marks of a class with every kind of verdict."""
    chance = random.Random(0)
    made = {}
    for student in students:
        verdicts = []
        for exercise in CHAPTER:
            mistake = exercise.mistakes[0]
            part = round(exercise.points * chance.choice((0, 0.2, 0.5, 0.8)), 2)
            kinds = (
                Verdict(exercise.id, "passed", exercise.points, exercise.points, None, "All cases passed."),
                Verdict(exercise.id, "failed", part, exercise.points, mistake.id, mistake.sentence or "Look again."),
                Verdict(exercise.id, "error", 0, exercise.points, None, f"Your function raised `{HOSTILE}`."),
                Verdict(exercise.id, "not_attempted", 0, exercise.points, None, "There is no such function."),
            )
            verdicts.append(chance.choices(kinds, (6, 2, 1, 1))[0].to_dict())
        notes = ("the file is called homework.ipynb",) if chance.random() < 0.2 else ()
        made[student] = Mark(student, "a.ipynb", "", (), notes, tuple(verdicts))
    return made


def page_of(out: Path, students: tuple[str, ...]) -> Path:
    """Return the path of a class's report."""
    edition = gradebooks.edition({exercise.id: exercise.points for exercise in CHAPTER})
    with gradebooks.book_of(out, edition, marks(students).values()) as book:
        return class_report.write(out, book)


class Watched:
    """A page that remembers what it asked for and what went wrong."""

    def __init__(self, page: Any, file: Path) -> None:
        self.page, self.file = page, file
        self.requests: list[str] = []
        self.troubles: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.troubles.append(message.text))
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("dialog", lambda dialog: (self.troubles.append(dialog.message), dialog.dismiss()))
        page.goto(file.as_uri())

    def names(self) -> list[str]:
        """The first column, as far as it is to be seen."""
        return self.page.locator("table.sortable tbody tr:visible > :first-child").all_inner_texts()

    def column(self, head: str) -> list[float]:
        """The numbers of a column, top to bottom; -1 where an exercise was not attempted."""
        at = [text.strip() for text in self.page.locator("table.sortable thead th").all_inner_texts()].index(head)
        texts = self.page.locator(f"table.sortable tbody td:nth-child({at + 1})").all_inner_texts()
        return [-1.0 if text == "○" else float(text.split()[0]) for text in texts]

    def head(self, name: str) -> Any:
        return self.page.locator("table.sortable thead th").filter(has=self.page.get_by_role("button", name=name))

    def sorts(self) -> list[str | None]:
        heads = self.page.locator("table.sortable thead th")
        return [s for i in range(heads.count()) if (s := heads.nth(i).get_attribute("aria-sort"))]


@pytest.fixture
def watched(browser: Any, tmp_path: Path) -> Iterator[Watched]:
    """The report of a class; in the end nothing has gone wrong, and nothing but the file was asked for."""
    (tmp_path / "feedback").mkdir()
    for name in feedback.file_names(STUDENTS).values():
        (tmp_path / "feedback" / name).touch()
    page = Watched(browser.new_page(viewport={"width": 1400, "height": 900}), page_of(tmp_path, STUDENTS))
    yield page
    assert page.troubles == []
    assert page.requests == [page.file.as_uri()]


@pytest.mark.browser
def test_the_table_sorts_by_mouse_and_by_keyboard(watched: Watched) -> None:
    assert watched.sorts() == ["ascending"]
    assert HOSTILE in watched.names()

    watched.head("%").get_by_role("button").click()
    assert watched.column("%") == sorted(watched.column("%"))
    assert watched.head("%").get_attribute("aria-sort") == "ascending"
    watched.head("%").get_by_role("button").click()
    assert watched.column("%") == sorted(watched.column("%"), reverse=True)
    assert watched.sorts() == ["descending"]

    exercise = f"{CHAPTER[2].name} ({CHAPTER[2].points:g})"
    watched.head(exercise).get_by_role("button").click()
    points = watched.column(exercise)
    assert points == sorted(points)
    assert points[0] == -1 < points[-1]

    watched.head("Student").get_by_role("button").focus()
    watched.page.keyboard.press("Enter")
    names = watched.names()
    assert len(names) == len(STUDENTS)
    assert names.index("Ben 2") + 1 == names.index("Ben 10")
    watched.page.keyboard.press("Space")
    assert watched.names() == names[::-1]


@pytest.mark.browser
def test_the_table_filters_by_name_and_by_what_went_wrong(watched: Watched) -> None:
    page = watched.page
    page.get_by_label("Name or note").fill("zoe as")
    assert watched.names() == ["Zoë Åström"]
    assert page.locator("#shown").inner_text() == f"1 of {len(STUDENTS)} students"
    page.get_by_label("Name or note").fill("homework.ipynb")
    noted = sum(bool(mark.notes) for mark in marks().values())
    assert len(watched.names()) == noted > 1
    page.get_by_role("button", name="Show all").click()
    assert len(watched.names()) == len(STUDENTS)

    wanted = CHAPTER[1].mistakes[0].id
    made = {mark.student for mark in marks().values() if mark.verdicts[1]["mistake"] == wanted}
    row = page.locator("h3", has_text=CHAPTER[1].name).locator("+ table tr").filter(has_text=wanted.replace("_", " "))
    row.first.get_by_role("button").click()
    assert set(watched.names()) == made
    assert 0 < len(made) < len(STUDENTS)
    assert page.evaluate("document.activeElement.id") == "finding"
    page.get_by_label("What went wrong").select_option("")
    assert len(watched.names()) == len(STUDENTS)


@pytest.mark.browser
def test_each_name_leads_to_the_page_of_feedback(watched: Watched) -> None:
    links = watched.page.locator("table.sortable tbody a")
    files = [link.evaluate("link => decodeURIComponent(new URL(link.href).pathname)") for link in links.all()]
    assert len(files) == len(STUDENTS)
    assert all(Path(file).is_file() for file in files)


def styled(element: Any, name: str) -> str:
    """Return how the browser shows an element."""
    return element.evaluate("(element, name) => getComputedStyle(element)[name]", name)


@pytest.mark.browser
def test_it_prints_on_light_paper_with_a_head_on_each_page(watched: Watched) -> None:
    PICTURES.mkdir(exist_ok=True)
    page = watched.page
    page.screenshot(path=PICTURES / "report-light.png")
    page.emulate_media(color_scheme="dark")
    assert styled(page.locator("body"), "backgroundColor") == "rgb(23, 24, 27)"
    page.screenshot(path=PICTURES / "report-dark.png")
    page.emulate_media(media="print", color_scheme="dark")
    assert styled(page.locator("body"), "backgroundColor") == "rgb(255, 255, 255)"
    assert styled(page.locator(".heat thead"), "display") == "table-header-group"
    assert styled(page.locator(".heat thead th").first, "position") == "static"
    assert styled(page.locator(".scroll"), "overflow") == "visible"
    assert not page.locator(".controls").is_visible()
    assert not page.locator(".show:visible").count()
    page.screenshot(path=PICTURES / "report-print.png", full_page=True)


@pytest.mark.browser
def test_a_large_class_opens_and_sorts_quickly(browser: Any, tmp_path: Path) -> None:
    file = page_of(tmp_path, tuple(f"student {i}" for i in range(1000)))
    page = Watched(browser.new_page(), file)
    opened = page.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    sorting = "() => { const start = performance.now(); document.querySelectorAll('thead button')[1].click(); "
    took = page.page.evaluate(f"{sorting} document.body.offsetHeight; return performance.now() - start; }}")
    assert page.column("%") == sorted(page.column("%"))
    assert opened < 10_000  # about 1 s on an idle machine
    assert took < 10_000
    assert page.troubles == []


@pytest.mark.browser
def test_the_page_of_likeness_sorts_filters_and_shows_code(browser: Any, tmp_path: Path) -> None:
    sources = [filled(exercise) for exercise in CHAPTER]
    other = ["def f(a, b):" + "".join(f"\n    a = {i} * a + b ** {i}" for i in range(20))]
    works = {HOSTILE: functions(sources), "ben": functions(sources[:8]), "cem": functions(sources[5:])}
    found = similarity.compare(works | {"dee": functions(other), "eve": functions(other)})
    assert [len(group.students) for group in found.groups] == [3, 2]
    file = tmp_path / "alike.html"
    file.write_text(similarity.as_html(found, find("01"), {}), encoding="utf-8")
    page = Watched(browser.new_page(viewport={"width": 1400, "height": 900}), file)
    page.page.get_by_label("Name or function").fill("ben")
    assert page.page.locator("#shown").inner_text() == "1 of 2 groups"
    page.page.get_by_role("button", name="Show all").click()
    page.head("Members").get_by_role("button").click()
    numbers = [int(text) for text in page.page.locator("tbody td:nth-child(2)").all_inner_texts()]
    assert numbers == sorted(numbers)
    assert numbers[0] < numbers[-1]
    page.page.locator("summary").first.click()
    assert page.page.locator("pre:visible").count() == 2
    PICTURES.mkdir(exist_ok=True)
    page.page.screenshot(path=PICTURES / "similarity.png")
    assert page.troubles == []
    assert page.requests == [file.as_uri()]
