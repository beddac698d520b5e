"""The set-up: make.py, the lists of dependencies, and what says the same thing in two places."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OLD_PYTHONS = ("python2.7", "python3.6", "python3.7", "python3.8", "python3.9", "python3.10")


@pytest.fixture
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make", ROOT / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Project:
    """A project with nothing to install: programs are recorded, and fail if `failing` is one of their words."""

    def __init__(self, make: ModuleType, root: Path) -> None:
        self.make, self.root = make, root
        self.programs: list[list[str]] = []
        self.failing = ""
        root.mkdir(parents=True)
        for name in ("pyproject.toml", "constraints.txt"):
            (root / name).write_text("first\n")
        make.ROOT, make.VENV = str(root), str(root / ".venv")
        make.run = self.run
        make.is_new_enough = lambda python: (root / ".venv" / "works").exists()

    def run(self, command: list[str]) -> int:
        self.programs.append(command)
        if self.failing in command:
            return 1
        if "venv" in command:
            (self.root / ".venv").mkdir(exist_ok=True)
            (self.root / ".venv" / "installed.json").unlink(missing_ok=True)
            (self.root / ".venv" / "works").touch()
        return 0

    def set_up(self, *extras: str) -> str:
        """Set up; return what was done, say "venv, pip .[dev]"."""
        self.programs.clear()
        self.make.set_up(list(extras))
        return ", ".join("venv" if "venv" in program else f"pip {program[-1]}" for program in self.programs)


@pytest.fixture
def project(make: ModuleType, tmp_path: Path) -> Project:
    return Project(make, tmp_path / "course")


def test_a_second_set_up_runs_no_installer(project: Project) -> None:
    assert project.set_up() == "venv, pip ."
    assert project.set_up() == ""


def test_the_installer_runs_once_for_each_new_extra_and_keeps_those_installed(project: Project) -> None:
    assert project.set_up("dev") == "venv, pip .[dev]"
    assert project.set_up() == ""
    assert project.set_up("browser", "dev") == "pip .[browser,dev]"
    assert project.set_up("dev") == ""


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_changed_dependencies_are_installed_into_the_same_environment(project: Project, name: str) -> None:
    project.set_up("dev")
    (project.root / name).write_text("second\n")
    assert project.set_up() == "pip .[dev]"
    assert project.set_up() == ""


@pytest.mark.parametrize("failing", ["venv", "pip"])
def test_a_first_set_up_that_fails_starts_again(project: Project, failing: str) -> None:
    project.failing = failing
    with pytest.raises(project.make.SetupError):
        project.set_up()
    project.failing = ""
    assert project.set_up() == "venv, pip ."


def test_an_update_that_fails_starts_again(project: Project) -> None:
    project.set_up()
    (project.root / "constraints.txt").write_text("second\n")
    project.failing = "pip"
    with pytest.raises(project.make.SetupError):
        project.set_up()
    (project.root / "constraints.txt").write_text("first\n")
    project.failing = ""
    assert project.set_up() == "venv, pip ."


def test_an_extra_that_cannot_be_had_leaves_the_lab_working(project: Project) -> None:
    project.set_up()
    project.failing = "pip"
    with pytest.raises(project.make.SetupError):
        project.set_up("dev")
    assert project.set_up() == ""


def test_an_environment_whose_python_is_gone_is_rebuilt(project: Project) -> None:
    project.set_up("dev")
    (project.root / ".venv" / "works").unlink()
    assert project.set_up() == "venv, pip .[dev]"


def test_an_environment_of_a_moved_folder_is_rebuilt(project: Project) -> None:
    project.set_up()
    moved = project.root.with_name("moved")
    project.root.rename(moved)
    project.root = moved
    project.make.ROOT, project.make.VENV = str(moved), str(moved / ".venv")
    project.make.is_new_enough = lambda python: True
    assert project.set_up() == "venv, pip ."


@pytest.mark.parametrize("stamp", ["", "[]", "{}", '{"fingerprint": 1, "root": 2, "extras": null}'])
def test_a_damaged_stamp_counts_as_none(project: Project, stamp: str) -> None:
    project.set_up()
    (project.root / ".venv" / "installed.json").write_text(stamp)
    assert project.set_up() == "venv, pip ."


def test_the_installer_is_told_the_constraints(project: Project) -> None:
    project.set_up()
    pip = project.programs[-1]
    assert pip[pip.index("-c") + 1] == "constraints.txt"


def test_a_failing_set_up_starts_no_program_and_says_one_line(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.failing = "pip"
    assert project.make.main(["lab"]) == 1
    assert not any("jupyterlab" in program for program in project.programs)
    assert capsys.readouterr().err.splitlines() == [
        "The installation did not finish; if the network was the reason, run the same command again"
    ]


def test_without_the_venv_module_one_line_says_what_to_install(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.make.answers = lambda python, code: "ensurepip" not in code
    assert project.make.main(["lab"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "apt install python3-venv" in line
    assert project.programs == []


def test_an_old_python_hands_over_to_a_newer_one(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = []
    monkeypatch.setattr(make, "sys", SimpleNamespace(version_info=(3, 8, 0)))
    monkeypatch.setattr(make, "is_new_enough", lambda python: python == "python3.12")
    monkeypatch.setattr(make, "run", lambda command: programs.append(command) or 7)
    assert make.main(["lab", "--no-browser"]) == 7
    assert programs == [["python3.12", str(ROOT / "make.py"), "lab", "--no-browser"]]


def test_an_old_python_alone_says_in_one_line_what_to_install(
    make: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make, "sys", SimpleNamespace(version_info=(2, 7, 18), stderr=sys.stderr))
    monkeypatch.setattr(make, "is_new_enough", lambda python: False)
    assert make.main(["lab"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "This is Python 2.7" in line
    assert "Python 3.11 or newer" in line


def test_old_pythons_that_are_here_say_it_themselves(make: ModuleType, tmp_path: Path) -> None:
    found = [python for python in OLD_PYTHONS if make.answers(python, "pass")]
    if not found:
        pytest.skip(f"none of {', '.join(OLD_PYTHONS)} is installed")
    for python in found:
        program = subprocess.run([python, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True)
        done = subprocess.run(
            [program.stdout.strip(), ROOT / "make.py", "lab"],
            env={"PATH": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1
        assert re.fullmatch(r"This is Python \d\.\d+, and the course needs .*\n", done.stderr)


def test_make_keeps_to_syntax_that_old_pythons_read() -> None:
    tree = ast.parse((ROOT / "make.py").read_text(encoding="utf-8"), feature_version=(3, 4))
    new = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Starred, ast.Nonlocal, ast.Await, ast.YieldFrom)
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, new)] == []
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        given = function.args
        assert not given.kwonlyargs
        assert not given.posonlyargs
        assert not any(argument.annotation for argument in given.args)
        assert function.returns is None


def test_a_python_answers_only_if_it_runs_the_code(make: ModuleType) -> None:
    assert make.answers(sys.executable, "pass")
    assert not make.answers(sys.executable, "raise SystemExit(3)")
    assert not make.answers("no-such-python", "pass")
    assert make.is_new_enough(sys.executable)


def test_ctrl_c_is_left_to_the_program(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([KeyboardInterrupt, KeyboardInterrupt, 3])

    def wait() -> int:
        answer = next(answers)
        if answer is KeyboardInterrupt:
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(make.subprocess, "Popen", lambda command, cwd: SimpleNamespace(wait=wait))
    assert make.run(["jupyter"]) == 3


def test_a_program_ended_by_a_signal_gives_the_shells_status(make: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make.subprocess, "Popen", lambda command, cwd: SimpleNamespace(wait=lambda: -15))
    assert make.run(["jupyter"]) == 143


def test_the_first_program_that_fails_ends_a_command(project: Project) -> None:
    project.set_up("dev")
    project.programs.clear()
    project.failing = "worksteal"
    assert project.make.main(["test"]) == 1
    assert [program[1:3] for program in project.programs] == [["-m", "pytest"]]


@pytest.mark.parametrize("arguments", [["nope"], ["test", "--fast"]])
def test_an_unknown_command_is_refused(
    project: Project, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.make.main(arguments) == 2
    assert " ".join(arguments) in capsys.readouterr().err
    assert project.programs == []


@pytest.mark.parametrize(
    ("command", "extra", "module"), [("bench", "bench", "benchmarks"), ("bench-gpu", "gpu", "benchmarks.gpu")]
)
def test_benchmarks_bring_their_peers_and_take_arguments(
    project: Project, command: str, extra: str, module: str
) -> None:
    assert project.make.main([command, "loss", "--save"]) == 0
    assert project.programs[-2][-1] == f".[{extra}]"
    assert project.programs[-1][1:] == ["-m", module, "loss", "--save"]


def test_the_gpu_gets_the_tests_that_are_marked_for_it(project: Project) -> None:
    assert project.make.main(["test-gpu"]) == 0
    assert project.programs[-2][-1] == ".[dev,gpu]"
    assert project.programs[-1][1:] == ["-m", "pytest", "-m", "gpu", "tests"]


def test_help_lists_every_command(make: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert make.main([]) == 0
    printed = capsys.readouterr().out
    assert [name for name in make.COMMANDS if f"  {name} " not in printed] == []


def test_make_and_ci_call_commands_that_exist(make: ModuleType) -> None:
    targets = re.search(r"^COMMANDS := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert targets is not None
    assert targets[1].split() == list(make.COMMANDS)
    workflow = (ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8")
    used = re.findall(r"python make\.py ([\w-]+)", workflow)
    used += re.findall(r"^make ([\w-]+)", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.MULTILINE)
    assert "test" in used
    assert set(used) <= set(make.COMMANDS)


def test_the_oldest_python_is_the_same_everywhere(make: ModuleType) -> None:
    oldest = "{}.{}".format(*make.OLDEST)
    assert PROJECT["requires-python"] == f">={oldest}"
    assert f"Python {oldest} or newer" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"Python {oldest} or newer" in (ROOT / "Makefile").read_text(encoding="utf-8")
    workflow = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["suite"]["strategy"]["matrix"]["python"][0] == oldest


def test_actions_are_pinned_each_by_one_commit() -> None:
    paths = [*(ROOT / ".github/workflows").glob("*.yml"), ROOT / "autograder/templates/classroom.yml"]
    used = {action for path in paths for action in re.findall(r"uses: (.+)", path.read_text(encoding="utf-8"))}
    pinned = [action for action in used if re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", action)]
    assert {action.partition("/")[0] for action in used if action not in pinned} <= {"classroom-resources"}
    assert sorted(action.partition("@")[0] for action in pinned) == [
        "actions/checkout",
        "actions/setup-python",
        "actions/upload-artifact",
    ]


@pytest.mark.parametrize("form", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.stem)
def test_a_form_for_issues_asks_each_question_once(form: Path) -> None:
    plain = yaml.safe_load(form.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= set(plain)
    questions = [part for part in plain["body"] if part["type"] != "markdown"]
    assert len({part["id"] for part in questions}) == len(questions) > 0
    assert {part["type"] for part in questions} <= {"input", "textarea", "dropdown", "checkboxes"}
    assert all(part["attributes"]["label"] for part in questions)


def test_the_conda_environment_names_no_package_of_its_own() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["dependencies"] == [f"python{PROJECT['requires-python']}", "pip", {"pip": ["-e ."]}]


def test_the_constraints_are_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][0-9A-Za-z.]*", line)] == []


def test_the_constraints_pin_every_dependency_to_a_version_that_it_allows() -> None:
    pins = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").split())
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    extras = PROJECT["optional-dependencies"]
    elsewhere = {"gpu", "peer-nbgrader", "peer-otter"}  # what needs a GPU, and what gets an environment of its own
    wanted = PROJECT["dependencies"] + [line for name in extras if name not in elsewhere for line in extras[name]]
    requirements = [Requirement(line) for line in wanted]
    missing = [r.name for r in requirements if not r.specifier.contains(pins.get(canonicalize_name(r.name), "0.dev0"))]
    assert missing == []


def test_the_commit_hook_uses_the_pinned_formatter() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    pinned = re.search(r"^ruff==(.*)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned is not None
    assert [repo["rev"] for repo in hooks["repos"]] == [f"v{pinned[1]}"]


def test_the_version_is_the_same_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    changes = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert changes is not None
    assert changes[1] == PROJECT["version"]


PAGES = {
    path: re.findall(r"\]\(([^):]+)\)", path.read_text(encoding="utf-8"))
    for path in [*ROOT.glob("[A-Z]*.md"), *ROOT.glob(".github/*.md"), *ROOT.glob("docs/*.md")]
}


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives to a page's titles."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_links_lead_to_files_and_titles() -> None:
    assert PAGES[ROOT / "README.md"]
    for page, links in PAGES.items():
        for link in links:
            path, _, anchor = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), f"{page.name}: {link}"
            assert not anchor or anchor in anchors(target), f"{page.name}: {link}"


def test_each_page_is_found_from_the_readme() -> None:
    found, news = set(), {ROOT / "README.md"}
    while news:
        found |= news
        linked = {(page.parent / link.partition("#")[0]).resolve() for page in news for link in PAGES[page]}
        news = linked & set(PAGES) - found
    assert {page.name for page in set(PAGES) - found} == {"CHANGELOG.md", "SECURITY.md", "PULL_REQUEST_TEMPLATE.md"}


def test_the_picture_shows_the_verdicts_as_they_are() -> None:
    picture = runpy.run_path(str(ROOT / "docs" / "slope.py"))["picture"]()
    assert picture == (ROOT / "docs" / "slope.svg").read_text(encoding="utf-8"), "run: python docs/slope.py"


@pytest.mark.parametrize("name", ["constraints.txt", "environment.yml", "pyproject.toml", "make.py", ".ci/run"])
def test_the_set_up_leaves_the_package_index_to_the_user(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"index-url|find-links|file:/{3}|[/.]simple\b", text)


def test_a_stamp_holds_what_was_installed(project: Project) -> None:
    project.set_up("dev")
    stamp = json.loads((project.root / ".venv" / "installed.json").read_text())
    assert stamp == {"fingerprint": project.make.fingerprint(), "root": str(project.root), "extras": ["dev"]}


def test_the_command_is_there_as_a_module_and_imports_nothing_until_it_is_called():
    # Each process that grading starts imports it again.
    light = "import autograder.__main__, sys; print({'typer', 'sqlalchemy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", light], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
    helped = subprocess.run([sys.executable, "-m", "autograder", "--help"], capture_output=True, text=True, check=True)
    assert "grade" in helped.stdout
    assert PROJECT["scripts"]["autograder"] == "autograder.__main__:main"
