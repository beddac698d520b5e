"""A reader's first minutes with chapter 1, in a real JupyterLab and a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import notebooks
from autograder.checking.catalogue import find
from autograder.course import current

PICTURES = current().notebooks.parent / "test-artefacts"
OWN_FOLDERS = ("COURSE_PROGRESS", "HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
WRONG = "def squared_error(y_hat, y):\n    return y_hat - y"
RIGHT = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2"
RUN_ALL_MS = 120_000  # the page promises 60 s on an idle machine


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """The address that `follow-the-slope lab` opens, on copies of the notebooks that have never run."""
    pages = tmp_path / "my-course"
    environment = {**os.environ, **{name: str(tmp_path / name.lower()) for name in OWN_FOLDERS}}
    program = "from autograder.learner.my_course import main; main()"
    command = [sys.executable, "-c", program, "lab", f"--folder={pages}", "--no-browser", "--ip=127.0.0.1", "--port=0"]
    command += ["--IdentityProvider.token=", "--LabApp.extension_manager=readonly"]
    server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert server.stderr is not None
    said = []
    for line in server.stderr:
        said.append(line)
        address = re.search(r"http://127\.0\.0\.1:\d+/lab\S+", line)
        if address:
            break
    else:
        pytest.fail("JupyterLab did not start:\n" + "".join(said))
    for page in pages.glob("*.ipynb"):
        notebooks.write(notebooks.without_outputs(notebooks.read(page)), page)
    # Whoever writes to a pipe that nobody reads stops in the end.
    threading.Thread(target=server.stderr.read, daemon=True).start()
    yield address[0]
    server.terminate()
    server.wait()


class Reader:
    """What a reader does with an open notebook."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def cell(self, text: str) -> Any:
        """The code cell that holds this text."""
        return self.page.locator(".jp-CodeCell").filter(has=self.page.locator(".jp-InputArea", has_text=text))

    def run_all(self) -> None:
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def solve(self, name: str, source: str) -> Any:
        """Replace an exercise's function, run its cell and its check; return the check's verdict."""
        self.cell(f"def {name}(").locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.press("Shift+Enter")
        return self.cell(f"check({name})").locator(".fts-verdict")

    def keep_picture(self, name: str) -> None:
        self.page.screenshot(path=PICTURES / name)


@pytest.mark.browser
def test_a_reader_runs_chapter_1_goes_wrong_and_gets_it_right(browser: Any, lab: str) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=30_000)
    chapter = notebooks.read(notebooks.path_of("gradient_descent"))
    checks = [cell for cell in chapter.cells if notebooks.tagged(cell, "check")]
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(lab)
    opened = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tabLabel")
    expect(opened).to_have_text(["00_start_here.ipynb"])
    expect(page.locator(".jp-DirListing-itemText", has_text="02_logistic_regression.ipynb")).to_be_visible()
    expect(page.get_by_text("Jupyter news")).to_have_count(0)
    names = "[...document.querySelectorAll('.jp-DirListing-itemText')]"
    assert page.evaluate(f"{names}.every(name => name.scrollWidth <= name.clientWidth)"), "a file's name is cut"
    page.goto(lab.replace("00_start_here", "01_gradient_descent"))
    reader = Reader(page)
    expect(reader.cell("def squared_error(")).to_be_visible()

    reader.run_all()
    prompt = page.locator(".jp-CodeCell").last.locator(".jp-InputPrompt")
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=RUN_ALL_MS)
    expect(page.locator('.fts-verdict[data-status="not_attempted"]')).to_have_count(len(checks))
    expect(page.locator(".fts-verdict")).to_have_count(len(checks))
    first = reader.cell("check(squared_error)").locator(".fts-verdict")
    first.scroll_into_view_if_needed()
    expect(first).to_contain_text("not attempted")
    reader.keep_picture("1-not-attempted.png")

    verdict = reader.solve("squared_error", WRONG)
    expect(verdict).to_have_attribute("data-status", "failed")
    (mistake,) = (mistake for mistake in find("squared_error").mistakes if mistake.id == "not_squared")
    expect(verdict).to_contain_text(mistake.sentence)
    reader.keep_picture("2-mistake-named.png")

    verdict = reader.solve("squared_error", RIGHT)
    expect(verdict).to_have_attribute("data-status", "passed")
    expect(verdict).to_contain_text("passed")
    reader.keep_picture("3-passed.png")
