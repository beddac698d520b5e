"""Which files a notebook's function passes on its way to a verdict, and to a mark: `python -m benchmarks.trace`.

A file of the project counts if one of its functions runs on the way; what runs while a module is imported does not. The
processes that a student's code runs in are watched as well. They can write to nothing but memory, so all processes note
what they pass in one table in memory that they share.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import mmap
import os
import re
import runpy
import subprocess
import sys
import tempfile
import threading
import time
from importlib import metadata
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(str(path) for part in ("autograder", "solutions") for path in (ROOT / part).rglob("*.py"))
# What belongs to the course, not to the engine.
COURSE = re.compile(r"solutions/|autograder/exercises/(?!__init__)")
SIZE = 8  # bytes of a file's entry: when one of its functions ran first, or zeros
# Put before PROGRAM in `python -I -S PROGRAM ...`, which imports nothing of the environment: watches it, then runs it.
BOOT = ("-c", "import runpy, sys; runpy.run_path(sys.argv[1])['run_watched'](*sys.argv[2:])", __file__)
RIGHT = "def squared_error(y_hat, y):\n    return (y_hat - y) ** 2"
WRONG = "def squared_error(y_hat, y):\n    return abs(y_hat - y)"


def watch(table: str) -> None:
    """Note in a table which of `FILES` this process passes from now on, with its threads and forks."""
    with open(table, "r+b") as file:
        times = mmap.mmap(file.fileno(), 0)
    places = {path: slice(SIZE * i, SIZE * (i + 1)) for i, path in enumerate(FILES)}

    def note(frame: FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event != "call" or code.co_filename not in places or not code.co_flags & inspect.CO_OPTIMIZED:
            return  # modules and bodies of classes are not optimized
        place = places[code.co_filename]
        if not any(times[place]) and not _at_import(frame):
            times[place] = time.monotonic_ns().to_bytes(SIZE, "big")

    threading.setprofile(note)
    sys.setprofile(note)


def _at_import(frame: FrameType | None) -> bool:
    while frame and not frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return frame is not None


def run_watched(table: str, program: str, *arguments: str) -> None:
    """Watch this process, and run a program in it."""
    watch(table)
    sys.argv = [program, *arguments]
    runpy.run_path(program, run_name="__main__")


def check(table: str, source: str) -> int:
    """Check a function as in a notebook; return when that was done."""
    os.environ["COURSE_PROGRESS"] = f"{table}.progress"
    from autograder import check

    names: dict[str, Any] = {}
    exec(source, names)
    watch(table)
    check(names["squared_error"])
    return time.monotonic_ns()


def grade(table: str, source: str) -> int:
    """Grade a notebook with a function; return when the mark was in the gradebook."""
    from sqlalchemy import Engine, event

    from .grading import write_notebook

    class Watched(subprocess.Popen):
        def __init__(self, command: list[str], **more: Any) -> None:
            at = command.index("-S") + 1
            super().__init__([*command[:at], *BOOT, table, *command[at:]], **more)

    subprocess.Popen = Watched  # type: ignore[misc, assignment]
    kept = []
    event.listen(Engine, "commit", lambda connection: kept.append(time.monotonic_ns()))
    (program,) = metadata.entry_points(group="console_scripts", name="autograder")
    with tempfile.TemporaryDirectory() as folder:
        submissions = Path(folder) / "submissions"
        write_notebook(submissions / "01_gradient_descent.ipynb", [source])
        sys.argv = ["autograder", "grade", str(submissions), "--out", f"{folder}/marks", "--seed", "1"]
        command = program.load()
        watch(table)
        try:
            command()
        except SystemExit as ended:
            if ended.code:
                raise
    return kept[-1]


WAYS = {
    "check, a right answer": (check, RIGHT),
    "check, a wrong answer": (check, WRONG),
    "grade, a right answer": (grade, RIGHT),
    "grade, a wrong answer": (grade, WRONG),
}


def main() -> None:
    """Go all ways, each in a process of its own; or the one that is named, and print its files in order of entry."""
    if len(sys.argv) == 1:
        for way in WAYS:
            subprocess.run([sys.executable, "-m", "benchmarks.trace", way], cwd=ROOT, check=True)
        return
    way = sys.argv[1]
    go, source = WAYS[way]
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table"
        table.write_bytes(bytes(SIZE * len(FILES)))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            end = go(str(table), source)
        data = table.read_bytes()
    times = {path: int.from_bytes(data[SIZE * i : SIZE * (i + 1)], "big") for i, path in enumerate(FILES)}
    passed = sorted((path for path in FILES if 0 < times[path] <= end), key=lambda path: times[path])
    names = [Path(path).relative_to(ROOT).as_posix() for path in passed]
    engine = [name for name in names if not COURSE.match(name)]
    print(f"{way}: {len(names)} files, {len(engine)} of them of the engine", *names, sep="\n  ")


if __name__ == "__main__":
    main()
