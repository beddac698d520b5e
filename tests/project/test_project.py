"""What the project says in more than one place is the same everywhere."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import make

ROOT = Path(__file__).resolve().parents[2]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


PROJECT = tomllib.loads(text("pyproject.toml"))["project"]
OLDEST = PROJECT["requires-python"].removeprefix(">=")


def test_make_and_ci_call_commands_that_exist() -> None:
    commands = list(make.COMMANDS)
    assert f"COMMANDS := {' '.join(commands)}\n" in text("Makefile")
    used = re.findall(r"python make\.py ([\w-]+)", text(".github/workflows/tests.yml"))
    used += re.findall(r"^make ([\w-]+)", text(".ci/run"), re.MULTILINE)
    assert "test" in used
    assert set(used) <= set(commands)


def test_the_oldest_python_is_the_same_everywhere() -> None:
    for name in ("README.md", "Makefile", "make.py"):
        assert f"Python {OLDEST} or newer" in text(name)
    assert f"sys.version_info < ({OLDEST.replace('.', ', ')})" in text("make.py")
    workflow = yaml.safe_load(text(".github/workflows/tests.yml"))
    assert workflow["jobs"]["suite"]["strategy"]["matrix"]["python"][0] == OLDEST


def test_actions_are_pinned_each_by_one_commit() -> None:
    paths = [
        *(ROOT / ".github/workflows").glob("*.yml"),
        ROOT / "autograder/integrations/github_classroom/classroom.yml",
    ]
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
    environment = yaml.safe_load(text("environment.yml"))
    assert environment["dependencies"] == [f"python{PROJECT['requires-python']}", "pip", {"pip": ["-e .[lab,grade]"]}]


def test_the_constraints_are_versions_and_nothing_else() -> None:
    lines = text("constraints.txt").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][0-9A-Za-z.]*", line)] == []


def test_the_constraints_pin_every_dependency_to_a_version_that_it_allows() -> None:
    pins = dict(line.split("==") for line in text("constraints.txt").split())
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    extras = PROJECT["optional-dependencies"]
    elsewhere = ("gpu", "peer-")  # what needs a GPU, and what gets an environment of its own
    lists = [PROJECT["dependencies"], *(extras[name] for name in extras if not name.startswith(elsewhere))]
    requirements = [Requirement(line) for lines in lists for line in lines if not line.startswith(PROJECT["name"])]
    missing = [r.name for r in requirements if not r.specifier.contains(pins.get(canonicalize_name(r.name), "0.dev0"))]
    assert missing == []


def test_the_commit_hook_uses_the_pinned_formatter() -> None:
    hooks = yaml.safe_load(text(".pre-commit-config.yaml"))
    pinned = re.search(r"^ruff==(.*)$", text("constraints.txt"), re.MULTILINE)
    assert pinned is not None
    assert [repo["rev"] for repo in hooks["repos"]] == [f"v{pinned[1]}"]


def test_the_version_is_the_same_everywhere() -> None:
    citation = yaml.safe_load(text("CITATION.cff"))
    assert citation["version"] == PROJECT["version"]
    changes = re.search(r"^## (\S+)", text("CHANGELOG.md"), re.MULTILINE)
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
    assert not re.search(r"index-url|find-links|file:/{3}|[/.]simple\b", text(name))


def test_the_command_is_there_as_a_module_and_imports_nothing_until_it_is_called():
    # Each process that grading starts imports it again.
    light = "import autograder.__main__, sys; print({'typer', 'sqlalchemy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", light], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
    helped = subprocess.run([sys.executable, "-m", "autograder", "--help"], capture_output=True, text=True, check=True)
    assert "grade" in helped.stdout
    assert PROJECT["scripts"]["autograder"] == "autograder.__main__:main"
