"""What is installed from a wheel is the whole course: no command needs the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
from pathlib import Path
from autograder.commands.program import app
from autograder.learner.my_course import refresh

for line in '''
sync --check
release 01 --out homework
gradescope 01 --out autograder.zip
fill 00 --out class/ada
fill 00 --out class/ben
grade class --out marks --allow-weak-isolation
export marks --format plain --out marks.csv
similarity class --chapter 00 --out similarity.html
'''.split("\\n")[1:-1]:
    app(line.split(), standalone_mode=False)
refresh(Path("mine"))

import autograder, course_style, solutions
print(*(module.__file__ for module in (autograder, course_style, solutions)), sep="\\n")
"""


def test_every_command_that_reads_the_notebooks_works_from_a_wheel(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    site, work = tmp_path / "site", tmp_path / "work"
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    work.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(site), "JUPYTER_DATA_DIR": str(tmp_path / "jupyter")}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(line.startswith(str(site)) for line in done.stdout.splitlines()[-3:])
    pages = {page.name for page in (ROOT / "notebooks").glob("*.ipynb")}
    assert {page.name for page in (work / "mine").glob("*.ipynb")} == pages
    assert (work / "homework" / "course_style.py").read_bytes() == (ROOT / "course_style.py").read_bytes()
    assert "ada" in (work / "marks.csv").read_text(encoding="utf-8")
