"""The zip for Gradescope, used as Gradescope uses it: unpacked, run, its results read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
from typer.testing import CliRunner

from autograder.authoring import pins
from autograder.checking.catalogue import exercises
from autograder.checking.diagnose import show
from autograder.checking.evaluate import prepared
from autograder.commands.gradescope import gradescope
from autograder.commands.program import told
from autograder.course import find as find_chapter
from autograder.integrations.gradescope import export, grade_one
from autograder.sandbox import isolation
from tests import classroom
from tests.classroom import EXERCISES, NOTEBOOK

app = typer.Typer()
app.command()(told(gradescope))
TOTAL = sum(exercise.points for exercise in EXERCISES.values())
SEED = 7
VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
# Written from "Output Format" of Gradescope's Autograder Specifications; nothing but what they name is let through.
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tests"],
    "properties": {
        "score": {"type": "number", "minimum": 0},
        "execution_time": {"type": "integer", "minimum": 0},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "score", "max_score", "status", "output", "visibility"],
                "properties": {
                    "name": {"type": "string"},
                    "number": {"type": "string"},
                    "score": {"type": "number", "minimum": 0},
                    "max_score": {"type": "number", "minimum": 0},
                    "status": {"enum": ["passed", "failed"]},
                    "name_format": FORMAT,
                    "output_format": FORMAT,
                    "output": {"type": "string"},
                    "visibility": VISIBILITY,
                },
            },
        },
    },
}
EXITS = "def squared_error(y_hat, y):\n    import os\n    os._exit(0)"
MARKUP = "def squared_error(y_hat, y):\n    raise ValueError('<script>alert(1)</script>')"


def invoke(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("zip") / "autograder.zip"
    result = invoke("01", "--out", path, "--seed", SEED, "--visibility", "after_published")
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture(scope="module")
def wheel(archive, tmp_path_factory) -> Path:
    """The wheel of the zip, installed by pip into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(archive) as stream:
        (name,) = (name for name in stream.namelist() if name.endswith(".whl"))
        stream.extract(name, folder)
    install = ["install", "--quiet", "--no-deps", "--no-index", "--target", folder / "lib", folder / name]
    subprocess.run([sys.executable, "-m", "pip", *map(str, install)], check=True)
    return folder / "lib"


@pytest.fixture
def root(archive, wheel, tmp_path) -> Path:
    """Gradescope's /autograder after setup.sh, with the libraries of this Python in place of a download."""
    root = tmp_path / "autograder"
    with zipfile.ZipFile(archive) as stream:
        stream.extractall(root / "source")
    (root / "submission").mkdir()
    (root / "venv" / "bin").mkdir(parents=True)
    python = root / "venv" / "bin" / "python"
    start = f"import sys; sys.path.insert(0, {str(wheel)!r}); import runpy; sys.argv = sys.argv[3:]; "
    start += f"sys.modules.update(dict.fromkeys({sorted(export.NOT_FOR_GRADING)})); "  # not to be imported
    start += "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{start}" "$@"\n')
    python.chmod(0o755)
    return root


def run(root: Path) -> dict[str, Any]:
    script = root / "run_autograder"
    script.write_bytes((root / "source" / "run_autograder").read_bytes())
    script.chmod(0o755)
    environment = {**os.environ, "AUTOGRADER_ROOT": str(root)}
    subprocess.run([script], cwd=root, env=environment, check=False, timeout=300)
    plain = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(plain, SCHEMA)
    return plain


def hand_in(root: Path, name: str = NOTEBOOK, **changed: str) -> None:
    (root / "submission" / name).write_bytes(classroom.notebook(classroom.cells(**changed)))


def test_the_zip_holds_what_gradescope_asks_for_and_no_more(archive):
    with zipfile.ZipFile(archive) as stream:
        names = stream.namelist()
        assert sorted(names)[2:] == ["requirements.txt", "run_autograder", "setup.sh"]
        assert "constraints.txt" in names
        assert names[-1].endswith("-py3-none-any.whl")
        for script in ("run_autograder", "setup.sh"):
            assert stream.getinfo(script).external_attr >> 16 == 0o100755
            text = stream.read(script).decode()
            assert text.startswith("#!/usr/bin/env bash\n")
            assert "\r" not in text
            assert "{{" not in text
            subprocess.run(["bash", "-n"], input=text, text=True, check=True)


def test_the_same_course_and_seed_give_the_same_file(archive, tmp_path):
    invoke("01", "--out", tmp_path / "a.zip", "--seed", SEED, "--visibility", "after_published")
    assert (tmp_path / "a.zip").read_bytes() == archive.read_bytes()
    assert os.listdir(tmp_path) == ["a.zip"]


def test_setup_installs_what_grading_needs_in_the_versions_of_this_course_and_nothing_else(archive, tmp_path):
    """With a stand-in for Python: the real libraries would be a download of a hundred megabytes."""
    source = tmp_path / "source"
    with zipfile.ZipFile(archive) as stream:
        stream.extractall(source)
    log, stand_in = tmp_path / "log", tmp_path / "bin" / "python{}.{}".format(*sys.version_info)
    stand_in.parent.mkdir()
    stand_in.write_text(
        f'#!/bin/sh\necho "$@" >> {log}\nif [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; fi\n'
    )
    stand_in.chmod(0o755)
    environment = {"PATH": f"{stand_in.parent}:{os.environ['PATH']}", "AUTOGRADER_ROOT": str(tmp_path)}
    subprocess.run(["bash", str(source / "setup.sh")], env=environment, check=True)
    libraries, course = (line.split(" install ")[1] for line in log.read_text().splitlines() if " install " in line)
    assert libraries == f"--no-compile -r {source}/requirements.txt"
    assert re.fullmatch(rf"--no-compile --no-deps {source}/follow_the_slope-\S+\.whl", course)
    files = [(source / name).read_text() for name in ("requirements.txt", "constraints.txt")]
    assert files == list(pins.files("grade", export.NOT_FOR_GRADING).values())


def test_the_wheel_is_the_whole_course(wheel):
    program = (
        "import autograder.checking.catalogue as e, solutions.datasets as d; print(len(e.exercises()), d.__file__)"
    )
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(wheel)!r}); {program}"]
    count, file = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert int(count) == len(exercises())
    assert file.startswith(str(wheel))
    package = Path(export.__file__).parents[3]
    for name in ("autograder/integrations/gradescope/run_autograder", "autograder/worker/__main__.py"):
        assert (wheel / name).read_bytes() == (package / name).read_bytes()
    assert list((wheel / "solutions" / "data").iterdir())


def test_a_right_notebook_gets_all_points(root):
    hand_in(root)
    plain = run(root)
    assert [one["name"] for one in plain["tests"]] == list(EXERCISES)
    assert sum(one["score"] for one in plain["tests"]) == TOTAL
    assert {one["status"] for one in plain["tests"]} == {"passed"}
    assert plain["output"] == f"Graded: {NOTEBOOK}"
    assert plain["extra_data"]["numpy"]
    assert plain["extra_data"]["isolation"] == isolation.reached().rung


def test_a_wrong_function_costs_its_points_and_shows_no_hidden_value(root):
    source, mistake = classroom.wrong(EXERCISES["squared_error"], 0)
    hand_in(root, squared_error=source)
    plain = run(root)
    tests = {one["name"]: one for one in plain["tests"]}
    wrong = tests["squared_error"]
    assert wrong["status"] == "failed"
    assert wrong["score"] < wrong["max_score"]
    sentence = next(one.sentence for one in EXERCISES["squared_error"].mistakes if one.id == mistake)
    assert sentence in wrong["output"]
    assert sum(one["score"] for one in plain["tests"]) == pytest.approx(TOTAL - wrong["max_score"] + wrong["score"])
    assert {one["visibility"] for one in plain["tests"]} == {"after_published"}


def test_hidden_cases_appear_by_name_only(root):
    """Right but for lengths that only hidden cases have: the message is then about one of these."""
    exercise = EXERCISES["squared_error"]
    lengths = {case.hidden: set() for case in exercise.all_cases(SEED)}
    for case in exercise.all_cases(SEED):
        lengths[case.hidden].add(len(case.args[0]))
    assert lengths[True].isdisjoint(lengths[False])
    source = f"def squared_error(y_hat, y):\n    return y if len(y) in {lengths[True] - {1}} else (y_hat - y) ** 2.0"
    hand_in(root, squared_error=source)
    plain = run(root)
    wrong = next(one for one in plain["tests"] if one["name"] == "squared_error")
    assert 0 < wrong["score"] < wrong["max_score"]
    assert "7 random numbers (hidden)" in wrong["output"]
    hidden = [(case, expected) for case, expected in prepared(exercise, SEED) if case.hidden]
    texts = [show(value) for case, expected in hidden for value in (*case.args, *expected.outputs)]
    assert not [text for text in texts if text.strip("[]") in json.dumps(plain)]


@pytest.mark.parametrize(("source", "words"), [(EXITS, "the Python process ended"), (MARKUP, "<script>")])
def test_a_hostile_function_costs_itself_alone(root, source, words):
    hand_in(root, squared_error=source)
    plain = run(root)
    tests = {one["name"]: one for one in plain["tests"]}
    assert tests["squared_error"]["score"] == 0
    assert words in tests["squared_error"]["output"]
    # As text, Gradescope shows markup as it is written.
    assert {tests["squared_error"][key] for key in ("name_format", "output_format")} == {"text"}
    assert sum(one["score"] for one in plain["tests"]) == TOTAL - EXERCISES["squared_error"].points


def test_a_notebook_that_ends_its_process_still_has_results(root):
    content = classroom.notebook(["import os\nos._exit(0)", *classroom.cells()])
    (root / "submission" / NOTEBOOK).write_bytes(content)
    assert len(run(root)["tests"]) == len(EXERCISES)


def nothing(root: Path) -> None:
    pass


def text_file(root: Path) -> None:
    (root / "submission" / "notes.txt").write_text("sorry")


def no_json(root: Path) -> None:
    (root / "submission" / NOTEBOOK).write_text("{")


@pytest.mark.parametrize(
    ("make", "words"), [(nothing, "found no file"), (text_file, "found notes.txt"), (no_json, "it is not JSON")]
)
def test_without_a_notebook_the_student_is_told_why(root, make: Callable[[Path], None], words):
    make(root)
    plain = run(root)
    assert words in plain["output"]
    assert [one["score"] for one in plain["tests"]] == [0] * len(EXERCISES)


def test_of_two_notebooks_the_chapter_s_is_graded(root):
    hand_in(root)
    (root / "submission" / "zzz.ipynb").write_bytes(classroom.notebook(["x = 1"]))
    plain = run(root)
    assert sum(one["score"] for one in plain["tests"]) == TOTAL
    assert "Not graded: zzz.ipynb" in plain["output"]


def test_an_untouched_notebook_does_not_win_by_its_name(tmp_path):
    (tmp_path / NOTEBOOK).write_bytes(classroom.notebook(classroom.cells(**classroom.stubs())))
    (tmp_path / "final.ipynb").write_bytes(classroom.notebook(classroom.cells()))
    found = grade_one._submission(tmp_path, find_chapter("01"))
    assert found.path == tmp_path / "final.ipynb"
    assert found.notes == (f"Not graded: {NOTEBOOK}",)


def test_a_grader_that_fails_or_never_starts_leaves_results(root):
    (root / "submission").rmdir()
    plain = run(root)
    assert (plain["score"], plain["output"]) == (0, grade_one.FAILED)
    (root / "venv" / "bin" / "python").write_text("#!/bin/sh\nkill -9 $$\n")
    plain = run(root)
    assert plain["score"] == 0
    assert "stopped before it could give a mark" in plain["output"]


def test_what_cannot_be_written_is_said(tmp_path):
    assert invoke("99", "--out", tmp_path / "a.zip").exit_code == 2
    (tmp_path / "file").write_text("")
    result = invoke("01", "--out", tmp_path / "file" / "a.zip")
    assert result.exit_code == 2
    assert "written" in result.output


def test_a_file_that_is_there_is_replaced_only_when_asked(tmp_path):
    path = tmp_path / "s.zip"
    path.write_text("all submissions")
    refused = invoke("01", "--out", path)
    assert refused.exit_code == 2
    assert "--overwrite" in refused.output
    assert path.read_text() == "all submissions"
    assert invoke("01", "--out", path, "--seed", SEED, "--overwrite").exit_code == 0
    assert invoke("01", "--out", path, "--seed", SEED).exit_code == 0  # the same again
    assert zipfile.is_zipfile(path)


@pytest.mark.parametrize("weak", [False, True])
def test_where_marks_could_be_forged_none_is_given_unless_the_teacher_wants_it(monkeypatch, tmp_path, capsys, weak):
    monkeypatch.setattr(isolation, "reached", lambda: isolation.Reached("D", ("not B: no Landlock",)))
    (tmp_path / "submission").mkdir()
    hand_in(tmp_path)
    grade_one.run("01", SEED, weak=weak, root=tmp_path)
    plain = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(plain, SCHEMA)
    if weak:
        assert sum(each["score"] for each in plain["tests"]) == sum(each["max_score"] for each in plain["tests"]) > 0
        assert plain["extra_data"]["isolation"] == "D"
    else:
        assert plain["score"] == 0
        assert plain["output"] == grade_one.UNSAFE
        assert "not B: no Landlock" in capsys.readouterr().out


def test_the_scripts_ask_for_safe_marks_unless_told_otherwise(archive, tmp_path):
    with zipfile.ZipFile(archive) as stream:
        assert b"weak" not in stream.read("run_autograder")
    assert invoke("01", "--out", tmp_path / "weak.zip", "--allow-weak-isolation").exit_code == 0
    with zipfile.ZipFile(tmp_path / "weak.zip") as stream:
        assert b" --allow-weak-isolation --root" in stream.read("run_autograder")
