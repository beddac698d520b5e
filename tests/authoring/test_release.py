"""A homework copy works by itself and holds nothing that gives the answers away."""

import base64
import json
import os
import subprocess
import sys
from importlib import metadata

import numpy as np
import pytest
from typer.testing import CliRunner

from autograder import evaluate
from autograder.authoring import notebooks
from autograder.authoring.release import PACKAGE, plain_exercise
from autograder.checking import homework
from autograder.checking.catalogue import exercises, find
from autograder.checking.evaluate import prepared
from autograder.checking.exercise_cell import filled
from autograder.commands.program import app
from autograder.course import current
from tests.statements import squeezed, statements

EXERCISES = [pytest.param(exercise, id=exercise.id) for exercise in exercises().values()]


@pytest.fixture(scope="module", params=notebooks.chapters())
def chapter(request):
    return request.param


@pytest.fixture(scope="module")
def graded(chapter):
    return [exercise for exercise in exercises().values() if exercise.chapter == chapter]


@pytest.fixture(scope="module")
def bundle(chapter, tmp_path_factory):
    out = tmp_path_factory.mktemp("release") / "homework"
    result = CliRunner().invoke(app, ["release", chapter, "--out", str(out), "--yes"])
    assert result.exit_code == 0, result.output
    return out


def notebook_of(bundle):
    (path,) = bundle.glob("*.ipynb")
    return notebooks.read(path)


@pytest.fixture(scope="module")
def texts(bundle):
    """Every file of the bundle, and the notebook's cells as they read."""
    found = {
        path.relative_to(bundle).as_posix(): path.read_text(encoding="utf-8")
        for path in bundle.rglob("*")
        if path.is_file()
    }
    cells = notebook_of(bundle).cells
    found["cells"] = "\n".join(cell.source for cell in cells)
    return found


def test_solutions_of_earlier_chapters_only(bundle, chapter):
    modules = {path.stem for path in (bundle / "solutions").glob("*.py")}
    chapters = {other.name: other.modules for other in current().chapters}
    later = [name for other in list(chapters)[list(chapters).index(chapter) :] for name in chapters[other]]
    everything = {path.stem for path in (PACKAGE.parent / "solutions").glob("*.py")}
    assert modules == everything - set(later)


def test_no_statement_of_a_solution_is_anywhere(texts, graded):
    # What earlier chapters or the helpers say in the same words gives nothing away.
    earlier = [text for name, text in texts.items() if name.startswith("solutions/")]
    shared = squeezed(" ".join(["import math", "import numpy as np", *earlier]))
    told = {
        squeezed(statement): f"{statement!r} of {exercise.name}"
        for exercise in graded
        for statement in statements(filled(exercise))
        if squeezed(statement) not in shared and not statement.startswith("from ")
    }
    assert told
    for name, text in texts.items():
        have = squeezed(text)
        for statement, which in told.items():
            assert statement not in have, f"{which} is in {name}"


def test_the_search_would_find_a_statement():
    assert "order = rng.permutation(n)" in statements(filled(find("minibatches")))


def test_no_known_mistake_hint_or_right_variant_is_anywhere(texts, graded):
    for name, text in texts.items():
        for exercise in graded:
            for sentence in (*(mistake.sentence for mistake in exercise.mistakes), *exercise.hints):
                assert not sentence or sentence not in text, f"{sentence!r} of {exercise.name} is in {name}"


def arrays_of(value):
    if isinstance(value, (tuple, list)):
        for part in value:
            yield from arrays_of(part)
    elif isinstance(value, np.ndarray):
        yield value


def shown(case):
    return case.timed or not case.hidden  # students have a case for speed of their own


def test_no_hidden_value_is_anywhere(texts, graded):
    public = {
        array.tobytes()
        for exercise in graded
        for case, expected in prepared(exercise, 0)
        if not case.hidden
        for array in arrays_of([*case.args, *case.kwargs.values(), *(expected.outputs if expected else ())])
    }
    searched = 0
    stored = texts["autograder/exercises/homework.json"]
    names = {one["name"]: [case["name"] for case in one["cases"]] for one in json.loads(stored)}
    for exercise in graded:
        assert names[exercise.name] == [case.name for case, _ in prepared(exercise, 0) if shown(case)]
        for case, expected in prepared(exercise, 0):
            if not case.hidden:
                continue
            for array in arrays_of([*case.args, *case.kwargs.values(), *(expected.outputs if expected else ())]):
                # Two numbers or more that are not all alike: others could not be told from an array of another case.
                if np.unique(array).size > 1 and array.tobytes() not in public:
                    searched += 1
                    # With its quotes: a few zeros and ones also lie within some longer public array.
                    assert f'"{base64.b64encode(array.tobytes()).decode()}"' not in stored
    assert searched > 0


def test_the_notebook_has_stubs_and_no_outputs(bundle, graded):
    notebook = notebook_of(bundle)
    assert sum(notebooks.tagged(cell, "exercise") for cell in notebook.cells) == len(graded)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        if notebooks.tagged(cell, "exercise"):
            assert cell.source.rstrip().endswith("raise NotImplementedError")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_stored_answers_agree_with_the_course(exercise, tmp_path):
    (tmp_path / "homework.json").write_text(json.dumps([plain_exercise(exercise)]))
    (public,) = homework.load(tmp_path / "homework.json").values()
    assert len(public.cases) == sum(shown(case) for case, _ in prepared(exercise, 0))
    assert evaluate(public, exercise.reference).passed
    for variant in exercise.right:
        assert evaluate(public, variant).passed
    assert evaluate(public, public.reference).status == "not_attempted"
    for answer in (lambda *args, **kwargs: None, lambda *args, **kwargs: 0.0):
        assert evaluate(public, answer).points == 0


def test_check_works_in_the_copy_and_finds_nothing_more(bundle, graded, tmp_path):
    (tmp_path / "solved.py").write_text(filled(graded[0]), encoding="utf-8")
    first, second, third = (graded[i % len(graded)].name for i in range(3))
    program = f"""
import sys
import autograder
from autograder import check, hint, progress, solution
def open_(*args, **kwargs):
    raise NotImplementedError
def wrong(*args, **kwargs):
    return -17.5
assert check(open_, "{third}") is open_
assert check(wrong, "{second}") is wrong
sys.path.append({str(tmp_path)!r})
import solved
assert check(solved.{first}) is solved.{first}
hint("{first}")
solution("{first}", confirm=True)
progress()
print(autograder.__file__)
"""
    environment = {**os.environ, "COURSE_PROGRESS": str(tmp_path), "PYTHONPATH": str(bundle)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=bundle, env=environment, capture_output=True, text=True, check=True
    )
    assert f"✓ {first}: passed" in done.stdout
    assert f"✗ {second}: not right yet" in done.stdout
    assert f"○ {third}: not attempted" in done.stdout
    assert "A homework copy holds none." in done.stdout
    assert done.stdout.rstrip().endswith(str(bundle / "autograder" / "__init__.py"))
    assert f"1 of {len(graded)} exercises passed" in done.stdout


def test_run_all_of_the_copy_never_stops(bundle, graded, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")  # the figures are the course's, which nbval draws
    done = notebooks.run(notebook_of(bundle), bundle)
    checks = [cell for cell in done.cells if notebooks.tagged(cell, "check")]
    assert len(checks) == len(graded)
    for cell in checks:
        assert 'data-status="not_attempted"' in cell.outputs[0].data["text/html"]


def test_what_is_installed_has_the_versions_of_this_course(bundle):
    first, *listed = (bundle / "requirements.txt").read_text().splitlines()
    assert first == "-c constraints.txt"
    pinned = dict(line.split("==") for line in [*listed, *(bundle / "constraints.txt").read_text().splitlines()])
    assert {"numpy", "jupyterlab", "matplotlib"} <= {line.split("==")[0] for line in listed}
    assert "ipykernel" in pinned  # JupyterLab needs it
    assert not pinned.keys() & {"pytest", "cupy-cuda12x", "playwright", "ruff"}
    assert pinned == {name: metadata.version(name) for name in pinned}


def test_homework_json_is_plain(bundle, graded):
    plain = json.loads((bundle / "autograder" / "exercises" / "homework.json").read_text())
    assert [one["name"] for one in plain] == [exercise.name for exercise in graded]
    assert not {"hints", "mistakes", "right"} & set().union(*plain)
