"""Set the course up and run it: `python make.py` lists the commands. Python 3.6 can read it, to say what to install."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# A command: what it does, which layers it needs beside `lab` and `grade`, and what it runs; `...` are the arguments.
COMMANDS = {
    "help": ("list these commands", [], []),
    "setup": ("install the course into .venv, and start nothing", [], []),
    "lab": ("open the course in JupyterLab (arguments go to JupyterLab)", [], ["follow-the-slope lab ..."]),
    "test": (
        "run the whole test suite",
        ["dev"],
        [
            f"python -m pytest -n {(os.cpu_count() or 1) + 1} --dist loadfile",  # some tests wait for processes
            "python -m pytest -n auto --dist loadscope -p nbval --nbval notebooks",
        ],
    ),
    "test-browser": ("run the course in a browser", ["dev", "browser"], ["python -m pytest -m browser tests/browser"]),
    "test-gpu": ("run the solutions on an NVIDIA GPU", ["dev", "gpu"], ["python -m pytest -m gpu tests"]),
    "notebooks": ("execute all notebooks in place", [], ["autograder execute"]),
    "selftest": ("prove the exercises: right answers pass, mistakes are named", [], ["autograder selftest"]),
    "bench": ('measure speed (ARGS="--save", ARGS="loss", ...)', ["bench"], ["python -m benchmarks ..."]),
    "bench-gpu": ("measure speed on an NVIDIA GPU", ["gpu"], ["python -m benchmarks.gpu ..."]),
    "lint": (
        "check format, types, imports, and that the notebooks' stubs follow the solutions",
        ["dev"],
        [
            "python -m ruff format --check",
            "python -m ruff check",
            "python -m mypy",
            "lint-imports",
            "autograder sync --check",
        ],
    ),
}


def call(command):
    """Run a program from the project's root and return its exit status."""
    return subprocess.call(command, cwd=ROOT)


def program(name):
    """Return the path of a program in the environment."""
    return str(ROOT / ".venv" / (f"Scripts/{name}.exe" if os.name == "nt" else f"bin/{name}"))


def set_up(layers):
    """Install the course with these layers into `.venv`, unless that is done; return whether they are there."""
    python, uv, stamp = program("python"), shutil.which("uv"), ROOT / ".venv" / "installed.json"
    lists = [(ROOT / name).read_text(encoding="utf-8") for name in ("pyproject.toml", "constraints.txt")]
    done = {"root": None, "lists": None, "layers": []}
    with contextlib.suppress(OSError, ValueError):
        done.update(json.loads(stamp.read_text()))
    usable = done["root"] == str(ROOT) and os.path.exists(python)  # an environment cannot be moved
    layers = sorted({"lab", "grade", *layers, *done["layers"]})
    if usable and done["lists"] == lists and done["layers"] == layers:
        return True
    print("Installing the course into .venv, once: a minute or two", flush=True)
    if not usable:
        base = getattr(sys, "_base_executable", sys.executable)  # .venv's own Python cannot replace itself
        if call(([uv, "venv", "--seed", "--python", base] if uv else [base, "-m", "venv"]) + ["--clear", ".venv"]) != 0:
            return False
    elif done["lists"] != lists:
        stamp.unlink()  # versions may change now: if this is interrupted, nothing here can be trusted
    install = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
    if call([*install, "-c", "constraints.txt", "-e", f".[{','.join(layers)}]"]) != 0:
        return False
    stamp.write_text(json.dumps({"root": str(ROOT), "lists": lists, "layers": layers}))
    return True


def main(arguments):
    """Run one command; return its exit status, or what to say where it cannot be run."""
    if sys.version_info < (3, 11):  # noqa: UP036
        return (
            f"This is Python {sys.version.split()[0]}, and the course needs Python 3.11 or newer: install it from "
            "https://www.python.org/downloads/ or, where it is, say python3.11 make.py lab"
        )
    name, given = (arguments or ["help"])[0], arguments[1:]
    if name not in COMMANDS or (given and name not in ("lab", "bench", "bench-gpu")):
        return f"Not a command: {' '.join(arguments)}. `python make.py help` lists them"
    if name == "help":
        lines = (f"  {each:<13} {COMMANDS[each][0]}" for each in COMMANDS)
        print("Usage: python make.py COMMAND (Windows: py make.py COMMAND), or make COMMAND", "", *lines, sep="\n")
        return 0
    _, layers, programs = COMMANDS[name]
    if not set_up(layers):
        return "The installation did not finish; if the network was the reason, run the same command again"
    for line in programs:
        first, *words = line.replace(" ...", "").split()
        status = call([program(first), *words, *given])
        if status != 0:
            return status
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda number, frame: None)  # Ctrl-C is left to the program: JupyterLab asks first
    sys.exit(main(sys.argv[1:]))
