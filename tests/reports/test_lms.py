"""Marks arrive at the right student in an LMS, or at nobody; nothing that was there is lost unasked."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from autograder.checking.exercise import CaseResult, Verdict
from autograder.commands import program
from autograder.commands.export import export
from autograder.commands.program import told
from autograder.gradebook import database, recording
from autograder.gradebook.records import Mark, no_formula
from tests import classroom, gradebooks, zips

app = typer.Typer()
app.command()(told(export))
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Warm-up (11),Chapter 1 (22),Final Score
    Points Possible,,,,,5,10,(read only)
"Lovelace, Ada",101,s1,ada,A,5,,90
"Turing, Alan",102,s2,alan,A,4,6,80
"Åström, Zoë",103,s3,zoe,B,,,
"Smith, Jo",104,s4,jo1,B,,,
"Smith, Jo",105,s5,jo2,B,,,
"Hopper, Grace",106,s6,grace,B,,,
"Student, Test",,,,,,,
"""
MOODLE = """\
First name,Last name,ID number,Email address
Ada,Lovelace,7,Ada@Example.org
Alan,Turing,,alan@example.org
Grace,Hopper,9,grace@example.org
"""
NAMES = ("Ada Lovelace", "alan", "s3", "Jo Smith", "nobody", "jo2", "105")


def mark(student: str, points: float = 4) -> Mark:
    cases = (CaseResult("large numbers", points == 4, True, 1.0),)
    status = "passed" if points == 4 else "failed"
    message = "All cases pass." if points == 4 else "`f` gives <b>1</b>, not 2."
    verdict = Verdict("gradient_descent.f", status, points, 4, None, message, cases)
    return Mark(student, f"{student}.ipynb", "0", verdicts=(verdict.to_dict(),))


def results(folder: Path, *marks: Mark) -> Path:
    (folder / "gradebook.db").unlink(missing_ok=True)
    with gradebooks.book_of(folder, gradebooks.edition({"gradient_descent.f": 4}), marks):
        pass
    return folder


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def invoke(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def said(result) -> str:
    """Return what was said in one line: a box wraps it, wherever a path is too long for it."""
    return " ".join(result.output.replace("│", " ").split())


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


@pytest.fixture
def canvas(tmp_path):
    out = results(tmp_path / "out", *(mark(name, 3 if name == "alan" else 4) for name in NAMES))
    roster = written(tmp_path, "roster.csv", CANVAS)
    return (out, "--format", "canvas", "--students", roster, "--assignment", "Chapter 1", "--out-of", 10)


def test_canvas_gets_its_own_columns_and_the_assignment(canvas):
    result = invoke(*canvas, "--overwrite")
    assert result.exit_code == 0, result.output
    assert table(canvas[0] / "canvas.csv") == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Chapter 1 (22)"],
        ["Points Possible", "", "", "", "", "10"],
        ["Lovelace, Ada", "101", "s1", "ada", "A", "10"],
        ["Turing, Alan", "102", "s2", "alan", "A", "7.5"],
        ["Åström, Zoë", "103", "s3", "zoe", "B", "10"],
    ]


def test_who_fits_nobody_or_several_is_listed_and_left_out(canvas):
    text = said(invoke(*canvas, "--overwrite"))
    assert "Not in the class list, left out: nobody" in text
    for name in ("Jo Smith", "jo2", "105"):  # two of one name; and two marks for one student
        assert f"Matches more than one row, left out: {name}" in text
    assert "In the class list without a mark: Hopper, Grace" in text
    assert "Student, Test" not in text


def test_marks_of_the_list_change_only_when_asked(canvas):
    result = invoke(*canvas)
    assert result.exit_code == 1
    assert "Turing, Alan: 6 in Canvas would become 7.5" in result.output
    assert "Nothing written" in result.output
    assert not (canvas[0] / "canvas.csv").exists()


def test_a_file_with_other_marks_is_replaced_only_when_asked(tmp_path):
    run = (results(tmp_path / "out", mark("ada")), "--format", "plain")
    assert invoke(*run).exit_code == 0
    before = (tmp_path / "out" / "plain.csv").read_bytes()
    assert before.startswith(b"\xef\xbb\xbfstudent,")
    assert invoke(*run).exit_code == 0  # the same again
    results(tmp_path / "out", mark("ada", 1))
    assert invoke(*run).exit_code == 1
    assert (tmp_path / "out" / "plain.csv").read_bytes() == before
    assert invoke(*run, "--overwrite").exit_code == 0
    assert (tmp_path / "out" / "plain.csv").read_bytes() != before


def test_an_emptied_folder_is_no_attempt(tmp_path):
    nothing = Mark("ada", "", "", ("no notebook",))
    out = results(tmp_path / "out", mark("ada"), nothing, Mark("ben", "", "", ("no notebook",)))
    assert invoke(out, "--format", "plain").exit_code == 0
    head, *rows = table(out / "plain.csv")
    assert [row[head.index("attempt")] for row in rows] == ["1 of 1", "1 of 1"]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "choose one with --assignment"),
        (["--assignment", "Chapter"], "--assignment Chapter matches 0 assignments"),
        (["--assignment", "22"], "is worth 10 points in Canvas, 4 here: add --out-of 10"),
    ],
)
def test_the_assignment_is_not_guessed(tmp_path, arguments, why):
    out, roster = results(tmp_path / "out", mark("ada")), written(tmp_path, "roster.csv", CANVAS)
    result = invoke(out, "--format", "canvas", "--students", roster, *arguments)
    assert result.exit_code == 2
    assert why in said(result)
    assert [path.name for path in out.iterdir()] == ["gradebook.db"]


@pytest.mark.parametrize(
    "change", [str, lambda text: "\ufeff" + text.replace(",", ";"), lambda t: t.replace(",", "\t")]
)
def test_moodle_gets_address_number_mark_and_feedback(tmp_path, change):
    out = results(tmp_path / "out", mark("ada@example.org"), mark("Turing Alan", 3), mark("9"))
    roster = written(tmp_path, "roster.csv", change(MOODLE))
    assert invoke(out, "--format", "moodle", "--students", roster).exit_code == 0
    head, *rows = table(out / "moodle.csv")
    assert head == ["Email address", "ID number", "Gradient descent (Real)", "Gradient descent (Feedback)"]
    assert sorted(rows) == sorted(
        [
            ["Ada@Example.org", "7", "4", "f: passed, 4 of 4 points"],
            [
                "alan@example.org",
                "",
                "3",
                "f: not right yet, 3 of 4 points<br><code>f</code> gives &lt;b&gt;1&lt;/b&gt;, not 2.<br>"
                "None of 1 cases passed.",
            ],
            ["grace@example.org", "9", "4", "f: passed, 4 of 4 points"],
        ]
    )


def test_moodle_s_grading_worksheet_and_folders_fit_by_number(tmp_path):
    sheet = "Identifier,Full name,Email address\nParticipant 812,Ada Lovelace,ada@example.org\n"
    out, roster = results(tmp_path / "out", mark("812")), written(tmp_path, "roster.csv", sheet)
    assert invoke(out, "--format", "moodle", "--students", roster, "--out-of", 100).exit_code == 0
    assert table(out / "moodle.csv")[1][:2] == ["ada@example.org", "100"]


@pytest.fixture
def graded(tmp_path):
    """Return a function that grades a zip into `out`, on one function."""

    def run(members: dict[str, bytes]) -> Path:
        out, path = tmp_path / "out", zips.zipped(tmp_path / "x.zip", members)
        done = CliRunner().invoke(
            program.app, ["grade", str(path), "--out", str(out), "--chapter", "01", "--jobs", "2"]
        )
        assert done.exit_code == 0, done.output
        return out

    return run


RIGHT, WRONG = (
    classroom.notebook([f"def squared_error(y_hat, y):\n    return {body}"]) for body in ("(y_hat - y) ** 2.0", "0")
)


def test_a_download_from_canvas_is_graded_and_handed_back(tmp_path, graded):
    listed = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (555)
"Doe, Jane",12345,u1,jdoe,S1,
"Lovelace, Ada",12346,u2,alovelace,S1,
"Smith, Bob",12348,u4,bsmith,S1,
"Smith, Bob",12349,u5,bsmith2,S1,
"Nobody, Nora",12350,u6,nnobody,S1,
"""
    out = graded(
        {
            "doejane_12345_67890_01_gradient_descent-1.ipynb": RIGHT,
            f"lovelaceada_LATE_12346_67891_{classroom.NOTEBOOK}": WRONG,
            "smithbob_12348_67893_hw.pdf": b"%PDF",
            f"smithbob_12349_67894_{classroom.NOTEBOOK}": RIGHT,
        }
    )
    roster = written(tmp_path, "canvas.csv", listed)
    result = invoke(out, "--format", "canvas", "--students", roster)
    assert result.exit_code == 0, result.output
    assert [(row[1], row[-1]) for row in table(out / "canvas.csv")[2:]] == [
        ("12345", "1"),
        ("12346", "0"),
        ("12348", "0"),
        ("12349", "1"),
    ]
    assert "left out" not in result.output
    assert "alone" not in result.output


def test_a_download_from_moodle_is_graded_and_handed_back_with_namesakes(tmp_path, graded):
    listed = "Identifier,Full name,Email address\n"
    listed += "".join(f"Participant {number},Jane Doe,jane{number}@x.org\n" for number in (111, 112))
    listed += "Participant 113,Zoë Åström,zoe@x.org\n"
    first = {f"Jane Doe_111_assignsubmission_file_/{classroom.NOTEBOOK}": RIGHT}
    rest = {
        "Jane Doe_111_assignsubmission_onlinetext_/onlinetext.html": b"see file",
        f"Jane Doe_112_assignsubmission_file_/{classroom.NOTEBOOK}": WRONG,
        f"Zoë Åström_113_assignsubmission_file_/{classroom.NOTEBOOK}": RIGHT,
    }
    out = graded(first)
    by_hand = ["override", str(out), "Jane Doe (111)", "squared_error", "0.5", "--reason", "shown in class"]
    assert CliRunner().invoke(program.app, by_hand).exit_code == 0
    out = graded(first | rest)
    assert list(gradebooks.results(out)) == ["Jane Doe (111)", "Jane Doe (112)", "Zoë Åström (113)"]
    assert len(list((out / "feedback").iterdir())) == 3
    roster = written(tmp_path, "worksheet.csv", listed)
    result = invoke(out, "--format", "moodle", "--students", roster)
    assert result.exit_code == 0, result.output
    assert [row[:2] for row in table(out / "moodle.csv")[1:]] == [
        ["jane111@x.org", "0.5"],
        ["jane112@x.org", "0"],
        ["zoe@x.org", "1"],
    ]
    assert result.output.count("\n") == 1


def test_names_with_numbers_fit_a_list_without_these_and_that_is_told(tmp_path):
    out = results(tmp_path / "out", mark("Ada Lovelace (812)"), mark("Grace Hopper (813)"))
    result = invoke(out, "--format", "moodle", "--students", written(tmp_path, "moodle.csv", MOODLE))
    lines = [line for line in result.output.splitlines() if "does not hold the number: " in line]
    assert [line.rpartition(": ")[2] for line in lines] == ["Ada Lovelace (812)", "Grace Hopper (813)"]
    assert [row[0] for row in table(out / "moodle.csv")[1:]] == ["Ada@Example.org", "grace@example.org"]


def test_what_moodle_may_not_take_is_told(tmp_path):
    out = results(tmp_path / "out", mark("9"), mark("7"))
    with database.opened(out) as book:
        recording.correct(book, "7", "gradient_descent.f", 5, "an idea of her own", "teacher")
    moodle = invoke(out, "--format", "moodle", "--students", written(tmp_path, "moodle.csv", MOODLE))
    assert [line for line in moodle.output.splitlines() if line.startswith("Above full marks")] == [
        "Above full marks, which Moodle accepts only if its site allows it: 7"
    ]
    ada, _ = sorted(table(out / "moodle.csv")[1:])
    assert (ada[2], ada[3].count("<br>")) == ("5", 1)
    assert ada[3].startswith("f: 5 of 4 points by hand in place of 4, by teacher on ")


@pytest.mark.parametrize(
    ("to", "option", "value"),
    [
        ("plain", "--out-of", "20"),
        ("plain", "--students", "class.csv"),
        ("plain", "--assignment", "22"),
        ("moodle", "--assignment", "22"),
    ],
)
def test_an_option_that_a_format_takes_no_notice_of_is_refused(tmp_path, to, option, value):
    out = results(tmp_path / "out", mark("ada"))
    result = invoke(out, "--format", to, option, value)
    assert result.exit_code == 2
    assert f"--format {to} takes no {option}: leave it out" in said(result)
    assert [path.name for path in out.iterdir()] == ["gradebook.db"]


def test_nothing_becomes_a_formula(tmp_path):
    evil = CANVAS + '"=HYPERLINK(1)",107,s7,seven,B,,,\n'
    evil += '"Plus, One",108,s8,+1,B,,,\n'
    out = results(tmp_path / "out", mark("seven"), mark("One Plus"))
    roster = written(tmp_path, "roster.csv", evil)
    result = invoke(
        out, "--format", "canvas", "--students", roster, "--assignment", "22", "--out-of", 10, "--overwrite"
    )
    assert "looks like a formula, left out: One Plus" in result.output
    rows = table(out / "canvas.csv")
    assert rows[-1][:2] == ["'=HYPERLINK(1)", "107"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    noted = Mark("ada", "", "0", ("=1+1",), (), mark("ada").verdicts)
    out = results(tmp_path / "out2", noted)
    roster = written(tmp_path, "moodle.csv", "ID number,Full name\n5,Ada\n")
    invoke(out, "--format", "moodle", "--students", roster)
    assert table(out / "moodle.csv")[1][2].startswith("'=1+1")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " ="])
def test_every_start_of_a_formula_is_known(start):
    assert no_formula(f"{start}1") == f"'{start}1"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("gone.csv", None, "gone.csv cannot be read: No such file"),
        ("latin.csv", "Student,ID\nZoë,1\n".encode("latin-1"), "latin.csv is not in UTF-8"),
        ("other.csv", b"a,b\n1,2\n", "other.csv holds no class list"),
        ("empty.csv", b"", "empty.csv holds no class list"),
        ("half.csv", b"ID,Chapter 1 (22)\n1,2\n", "the class list has no column Student"),
    ],
)
def test_what_is_no_class_list_is_refused(tmp_path, name, content, why):
    out = results(tmp_path / "out", mark("ada"))
    if content is not None:
        (tmp_path / name).write_bytes(content)
    result = invoke(out, "--format", "canvas", "--students", tmp_path / name)
    assert result.exit_code == 2
    assert why.replace(" ", "") in said(result).replace(" ", "")


def test_without_results_or_class_list_it_says_what_to_name(tmp_path):
    assert "does not exist: grade a class first" in said(invoke(tmp_path, "--format", "plain"))
    out = results(tmp_path / "out", mark("ada"))
    assert "under Participants" in said(invoke(out, "--format", "moodle"))
