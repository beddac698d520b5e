"""Messages as HTML and as text."""

import base64
import dataclasses
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

from autograder.checking.compare import compared
from autograder.checking.exercise import CaseResult, Comparison, Verdict
from autograder.learner.display import Box, Table, as_html, as_text, verdict_box


def test_a_box_escapes_what_a_function_says():
    html = Box("error", "<b>f</b>", ("`x < 1` & <script>alert(1)</script>",))._repr_html_()
    assert "<script>" not in html
    assert "<b>f" not in html
    assert "<code>x &lt; 1</code> &amp; &lt;script&gt;" in html


def test_a_table_lines_up_as_text_and_escapes_as_html():
    table = Table(("exercise", "status"), (("a.long_name", "<open>"), ("b", "done")), "`2` rows")
    assert repr(table).splitlines() == [
        "exercise     status",
        "a.long_name  <open>",
        "b            done",
        "`2` rows",
    ]
    assert "&lt;open&gt;" in table._repr_html_()
    assert "<code>2</code> rows" in table._repr_html_()


def test_a_verdict_names_its_failing_cases_but_not_all_of_many():
    def shown(failing, passing):
        cases = [CaseResult(f"case {k}", False, k == 0, 1) for k in range(failing)]
        cases += [CaseResult("fine", True, False, 1)] * passing
        return repr(
            verdict_box(Verdict("a.f", "failed", 0.5, 2, None, "Wrong.\nFor x = 1.", tuple(cases)))
        ).splitlines()

    assert shown(2, 1) == [
        "✗ f: not right yet, 0.5 of 2 points",
        "  Wrong.",
        "  For x = 1.",
        "  1 of 3 cases passed. Not: case 0 (hidden); case 1.",
    ]
    assert shown(8, 1)[-1].endswith("case 4; and 3 more.")
    assert shown(6, 1)[-1].endswith("case 4; case 5.")
    assert shown(6, 0)[-1] == "  None of 6 cases passed."


PATH = 10 * 0.8 ** np.arange(12)
VOID = {"img", "br"}
ALLOWED = {"div", "table", "caption", "tr", "td", "strong", "span", "img"}


class Page(HTMLParser):
    """Reads a drawing strictly: every tag closed, and only tags and attributes that JupyterLab keeps."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tables, self.pictures, self.text = [], [], [], ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        assert tag in ALLOWED
        assert {name for name, _ in attributes} <= {"style", "src", "alt"}
        if tag == "img":
            values = dict(attributes)
            kind, data = values["src"].split(",")
            assert kind == "data:image/svg+xml;base64"
            self.pictures.append((values["alt"], ElementTree.fromstring(base64.b64decode(data))))
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag == "td":
            self.tables[-1][-1].append(["", "#d55e00" in dict(attributes).get("style", "")])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if "td" in self.open:
            self.tables[-1][-1][-1][0] += data


def drawn(*args, **kwargs):
    """Draw, after a journey as JSON, as text and as HTML."""
    found = compared(*args, **kwargs)
    plain = json.loads(json.dumps(dataclasses.asdict(found), allow_nan=False))
    again = Comparison(**plain)
    assert again == found
    return again, as_text(again), Page(as_html(again))


def curves(page):
    """Return the points drawn: of each picture, the right curve's and the reader's."""
    found = []
    for _, picture in page.pictures:
        paths = picture.findall("{*}g[@clip-path]/{*}path")
        found.append([[tuple(map(float, p)) for p in re.findall(r"(-?[\d.]+),(-?[\d.]+)", x.get("d"))] for x in paths])
    return found


def labels(picture):
    return [label.text for label in picture.iter("{http://www.w3.org/2000/svg}text")]


def test_the_cells_that_differ_are_outlined_and_said():
    found, text, page = drawn("W", np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2.5], [3.0 + 1e-13, -4.0]]))
    assert found.have == [[1.0, 2.5], [3.0, -4.0]]  # rounding is gone
    yours, right = page.tables
    assert yours == [[["1", False], ["2.5 differs", True]], [["3", False], ["-4 differs", True]]]
    assert right == [[["1", False], ["2", False]], [["3", False], ["4", False]]]
    assert text.splitlines() == ["yours: W    right: W", "1  2.5*     1  2", "3   -4*     3  4"]


def test_a_1d_array_is_one_row_and_lists_are_arrays():
    found, text, _ = drawn("g", np.array([1, 2, 3]), [1, 2, 4])
    assert found == Comparison("g", "table", [[1, 2, 3]], [[1, 2, 4]])
    assert text.splitlines()[1] == "1  2  4*    1  2  3"


def test_different_shapes_are_shown_without_marks():
    want = np.arange(6.0).reshape(2, 3)
    found, text, page = drawn("W", want, want.T)
    assert (np.shape(found.want), np.shape(found.have)) == ((2, 3), (3, 2))
    assert "*" not in text
    assert not any(marked for table in page.tables for row in table for _, marked in row)
    assert drawn("w", np.array([1.0, 2.0]), 3.0)[0].have == [[3.0]]
    assert drawn("w", np.array([1.0, 2.0]), [])[2].tables[0] == [[["(empty)", False]]]


def test_nan_and_infinities_are_words():
    found, text, page = drawn("w", np.array([np.nan, np.inf, 1.0, -np.inf]), np.array([np.nan, -np.inf, np.nan, 0.0]))
    assert found.want == [["nan", "inf", 1.0, "-inf"]]
    assert found.have == [["nan", "-inf", "nan", 0.0]]
    assert [marked for _, marked in page.tables[0][0]] == [False, True, True, True]
    assert "nan*" in text


@pytest.mark.parametrize(
    ("want", "have", "shown"),
    [
        (1.0, 1.0000002, ["1.0000002", "1"]),
        (0.30000000000000004, 0.3, ["0.3", "0.30000000000000004"]),
        (1.00049, 1.00051, ["1.00051", "1.00049"]),
        (12345.0, 54321.0, ["54321", "12345"]),
        (1 / 3, 2 / 3, ["0.6667", "0.3333"]),
        (2**60, 2**60 + 1, ["1152921504606846977", "1152921504606846976"]),
        (True, False, ["False", "True"]),
        (1.0, -0.0, ["0", "1"]),
    ],
)
def test_numbers_that_differ_look_different(want, have, shown):
    page = Page(as_html(Comparison("w", "table", [[want, 7.0]], [[have, 7.0]])))
    assert [table[0][0][0].removesuffix(" differs") for table in page.tables] == shown


def test_the_tolerance_is_that_of_the_comparison():
    want = np.array([1.0, 2.0], np.float32)
    assert compared("w", want, want.astype(float) * (1 + 5e-5)) is None
    assert compared("w", want.astype(float), want * np.float32(1 + 1e-6)) is None
    assert compared("w", want.astype(float), want.astype(float) * (1 + 1e-6)) is not None
    assert compared("w", np.array([1.0, 2.0]), np.array([1.0, 2.1]), rtol=0.1) is None
    assert compared("n", np.array([1, 2]), np.array([1.0, 2.0])) is None
    assert compared("n", np.array([1, 2]), np.array([1.0, 2.0 + 1e-12])) is not None


@pytest.mark.parametrize(
    "have",
    [
        None,
        "12",
        {"a": 1},
        {1, 2},
        ["a", "b"],
        [[1.0], [1.0, 2.0]],
        [1j, 2],
        [10**30, 1],
        np.zeros((2, 2, 2)),
        [None, 1.0],
    ],
)
def test_what_is_no_array_of_numbers_is_not_drawn(have):
    assert compared("w", np.array([1.0, 2.0]), have) is None


def test_single_numbers_and_equal_arrays_are_not_drawn():
    assert compared("loss", 1.0, 2.0) is None
    assert compared("loss", np.array([1.0]), 2.0) is None
    assert compared("w", np.ones((3, 3)), np.ones((3, 3))) is None
    assert compared("w", np.array([np.nan, 1]), [np.nan, 1]) is None


def test_of_a_large_array_there_is_the_part_around_the_first_difference():
    want = np.arange(600).reshape(60, 10)
    assert compared("W", want, want.copy()) is None
    assert compared("W", want, want[1:]) is None
    have = want.copy()
    have[57, 9] = have[59, 0] = -1
    found, _, page = drawn("W", want, have)
    assert found.what == "W, rows 52 to 59, columns 2 to 9"
    assert found.want == want[52:, 2:].tolist()
    assert [(i, j) for i, row in enumerate(page.tables[0]) for j, (_, marked) in enumerate(row) if marked] == [(5, 7)]
    labels = np.zeros(30, int)
    found, _, _ = drawn("the labels", labels, labels + (np.arange(30) == 10))
    assert found.what == "the labels, entries 10 to 17"
    assert found.have == [[1, 0, 0, 0, 0, 0, 0, 0]]
    assert compared("W", np.zeros((8, 8)), np.ones((8, 8))).what == "W"
    want = np.where(np.arange(27).reshape(9, 3) == 1, np.nan, 1.0)
    assert compared("W", want, want.copy()) is None
    have = want.copy()
    have[8] = 5
    assert compared("W", want, have).what == "W, rows 1 to 8"


def test_a_curve_says_where_it_parts_and_shows_it():
    slow = np.concatenate([PATH[:4], PATH[4:] + 1])
    found, text, page = drawn("the path", PATH, slow)
    assert found.look == "curve"
    [(alt, picture)] = page.pictures
    assert alt == "the path, yours and the right curve: they part at entry 4: yours 5.096, right 4.096"
    assert "They part at entry 4" in page.text
    [(right, yours)] = curves(page)
    assert right[:4] == yours[:4]
    assert [x for x, _ in right] == [x for x, _ in yours]
    assert all(y < r for (_, y), (_, r) in zip(yours[4:], right[4:], strict=True))  # higher up
    assert {"yours", "right", "entry", "10", "2", "0"} <= set(labels(picture))
    assert len(picture.findall(".//{*}circle")) == 24
    assert text.splitlines() == [
        "the path: they part at entry 4: yours 5.096, right 4.096.",
        "entry  yours  right",
        "    2    6.4    6.4",
        "    3   5.12   5.12",
        "    4  5.096* 4.096",
        "    5  4.277* 3.277",
        "    6  3.621* 2.621",
        "    7  3.097* 2.097",
    ]


def test_curves_may_differ_in_length():
    _, text, page = drawn("the path", PATH, PATH[1:])
    assert page.pictures[0][0].endswith(
        "yours has 11 entries, the right one 12; they part at entry 0: yours 8, right 10"
    )
    assert [len(curve) for curve in curves(page)[0]] == [12, 11]
    _, text, page = drawn("the path", PATH, PATH[:-1] + 1e-13)
    assert "yours has 11 entries, the right one 12; they agree as far as both go" in page.text.lower()
    assert text.splitlines()[-1] == "   11       * 0.859"
    _, _, page = drawn("the path", PATH, [])
    assert [len(curve) for curve in curves(page)[0]] == [12, 0]


def test_of_a_path_in_several_dimensions_there_is_a_picture_for_each_column_that_differs():
    want = np.stack([PATH, -PATH, PATH / 2], axis=1)
    have = want * [1, 1, -1]
    found, text, page = drawn("the path", want, have, curve=True)
    assert np.shape(found.want) == (12, 3)
    assert [alt.split(":")[0] for alt, _ in page.pictures] == ["the path, column 2, yours and the right curve"]
    assert text.startswith("the path, column 2: they part at entry 0: yours -5, right 5.")
    assert compared("w", want, have).look == "table"  # nobody called it a path
    assert compared("w", want[:3, :2], 2 * want[:3, :2], curve=True).look == "curve"
    assert compared("w", np.zeros((9, 4)), np.ones((9, 4)), curve=True).look == "table"
    assert compared("w", np.zeros(2001), np.ones(2001)).what == "w, entries 0 to 7"


def test_a_curve_that_explodes_leaves_the_right_one_legible():
    have = np.array([10 * (-1e3) ** k for k in range(12)])
    _, _, page = drawn("the path", PATH, have)
    [(alt, picture)] = page.pictures
    assert "the picture cuts yours off (↑ to 1e+31, ↓ to -1e+34)" in alt
    assert "↑ to 1e+31, ↓ to -1e+34" in labels(picture)
    heights = [y for _, y in curves(page)[0][0]]
    assert max(heights) - min(heights) > 20
    assert all(abs(y) < 2000 for _, y in curves(page)[0][1])  # not every browser draws 1e30


def test_nan_leaves_gaps():
    have = PATH.copy()
    have[[3, 5]] = np.nan
    _, _, page = drawn("the path", PATH, have)
    [(_, picture)] = page.pictures
    assert picture.findall("{*}g[@clip-path]/{*}path")[1].get("d").count("M") == 3
    assert "yours nan, right 5.12" in page.text


def test_long_curves_are_lines_with_whole_numbers_below():
    want = np.linspace(0, 1000, 400)
    [(_, picture)] = drawn("the losses", want, want**2)[2].pictures
    assert {"100", "200", "300", "1000"} <= set(labels(picture))
    assert not picture.findall(".//{*}circle")


def test_wide_floats_become_plain_ones():
    found, _, _ = drawn("w", np.array([1.0, 2.0]), np.array([1.0, 2.5], np.longdouble))
    assert found.have == [[1.0, 2.5]]


def test_names_are_escaped():
    for want in (np.array([1.0, 2.0]), PATH):
        found = compared('<b> "x" & <script>', want, want + 1)
        html = as_html(found)
        assert not re.search("<(b|script|style|svg)[ >]", html)
        assert '<b> "x" & <script>' in Page(html).text
        assert as_text(found).split("\n")[0].count("<b>") in (1, 2)


def test_no_numbers_are_too_strange_to_draw():
    rng = np.random.default_rng(5)
    odd = np.array([0, -0.0, 1, -1, 1e-320, 5e-324, 1e-300, 1e308, -1.7e308, 1 + 2e-16, 1e16, np.nan, np.inf, -np.inf])
    for _ in range(300):
        size, few = rng.integers(2, 14, 2)
        want, have = rng.choice(rng.choice(odd, few), size), rng.choice(rng.choice(odd, few), rng.integers(0, 14))
        for curve in (True, False):
            if compared("w", want, have, curve):
                _, text, page = drawn("w", want, have, curve)
                assert text
                assert all(np.isfinite(curves(page)[0][0]).all() for _ in page.pictures)
                assert not any(
                    "nan" in label or "inf" in label for _, p in page.pictures for label in labels(p) if label
                )
