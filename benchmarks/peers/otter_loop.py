"""Grade notebooks with otter, one after the other: `python -P otter_loop.py MODE OUT NOTEBOOK...`.

It runs in otter's environment. MODE is `api` for the documented call, or `direct` for the function below it, which
`otter check` calls: it leaves out otter's own folders and files of results.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main(mode: str, out: str, *notebooks: str) -> None:
    """Write the points of each notebook, by its name, to a file."""
    if mode == "api":
        from otter.api import grade_submission

        marks = {Path(path).stem: grade_submission(path, "autograder.zip", quiet=True).total for path in notebooks}
    else:
        from otter.execute import grade_notebook

        tests = sorted(map(str, Path("tests").glob("*.py")))
        options = {"tests_glob": tests, "test_dir": "tests", "cwd": os.getcwd()}
        marks = {Path(path).stem: grade_notebook(path, **options).total for path in notebooks}
    Path(out).write_text(json.dumps(marks), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
