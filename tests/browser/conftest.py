"""A JupyterLab of its own, on a copy of the notebooks, and a browser that has it open."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder import notebooks

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture
def browser() -> Iterator[Any]:
    """A browser without a window; the test is skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: install the extra `browser`")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium or Chrome on the PATH")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab on copies of the notebooks that have never run."""
    pages = tmp_path / "notebooks"
    shutil.copytree(notebooks.FOLDER, pages, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for page in pages.glob("*.ipynb"):
        notebooks.write(notebooks.without_outputs(notebooks.read(page)), page)
    own = {
        name: str(tmp_path / name.lower())
        for name in (
            "COURSE_PROGRESS",
            "HOME",
            "IPYTHONDIR",
            "JUPYTER_CONFIG_DIR",
            "JUPYTER_DATA_DIR",
            "JUPYTER_RUNTIME_DIR",
        )
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0"]
    command += [f"--ServerApp.root_dir={pages}", "--IdentityProvider.token=", "--LabApp.extension_manager=readonly"]
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    server = subprocess.Popen(
        command, env={**os.environ, **own}, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert server.stderr is not None
    said = []
    for line in server.stderr:
        said.append(line)
        address = re.search(r"http://127\.0\.0\.1:\d+/lab", line)
        if address:
            break
    else:
        pytest.fail("JupyterLab did not start:\n" + "".join(said))
    # Whoever writes to a pipe that nobody reads stops in the end.
    threading.Thread(target=server.stderr.read, daemon=True).start()
    yield address[0]
    server.terminate()
    server.wait()
