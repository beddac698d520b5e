"""Set the course up and run it: `python make.py help` lists what this file can do.

It needs the standard library only, and keeps to syntax that old Pythons can read: they must get as far as saying
which Python to install. For the same reason it has no type annotations and no f-strings.
"""
# ruff: noqa: RUF005, UP010, UP030, UP032

from __future__ import print_function

import hashlib
import json
import os
import subprocess
import sys

OLDEST = (3, 11)
NEWER_PYTHONS = ["python3.14", "python3.13", "python3.12", "python3.11", "python3", "python", "py"]
COURSE = ["grade", "lab"]  # what readers, teachers and authors need
ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
DOWNLOADS = "https://www.python.org/downloads/"


class SetupError(Exception):
    """The set-up cannot go on; the message is the one line that the user reads."""


def run(command):
    """Run a program from the project's root and return its exit status."""
    process = subprocess.Popen(command, cwd=ROOT)
    while True:
        try:
            status = process.wait()
        except KeyboardInterrupt:
            continue  # the program got the Ctrl-C too: JupyterLab asks what to do, and ends when it is ready
        return status if status >= 0 else 128 - status


def answers(python, code):
    """Return whether this Python exists, starts, and runs the code without an error."""
    with open(os.devnull, "w") as nowhere:
        try:
            return subprocess.call([python, "-c", code], stdout=nowhere, stderr=nowhere) == 0
        except OSError:
            return False


def is_new_enough(python):
    return answers(python, "import sys; sys.exit(sys.version_info < {0!r})".format(OLDEST))


def too_old_message(version):
    return "This is Python {0}.{1}, and the course needs Python {2}.{3} or newer: install it from {4}".format(
        version[0], version[1], OLDEST[0], OLDEST[1], DOWNLOADS
    )


def venv_program(name):
    """Return the path of a program in the environment."""
    return os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", name)


def stamp_path():
    return os.path.join(VENV, "installed.json")


def fingerprint():
    """Return a hash of what an installation depends on; the folder counts, as an environment cannot be moved."""
    digest = hashlib.sha256(ROOT.encode("utf-8"))
    for name in ("pyproject.toml", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def read_stamp():
    """Return the stamp of the last installation that succeeded, or an empty one."""
    try:
        with open(stamp_path()) as file:
            stamp = json.load(file)
        return {"fingerprint": stamp["fingerprint"], "root": stamp["root"], "extras": list(stamp["extras"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"fingerprint": None, "root": None, "extras": []}


def create_environment():
    """Make an empty environment in place of whatever is left of an older one."""
    base = getattr(sys, "_base_executable", sys.executable)  # the environment's own Python cannot replace itself
    if not answers(base, "import ensurepip, venv"):
        raise SetupError(
            "Python's venv module is missing: install it (Debian, Ubuntu: sudo apt install python3-venv), "
            "or install Python from " + DOWNLOADS
        )
    if run([base, "-m", "venv", "--clear", VENV]) != 0:
        raise SetupError("The environment in .venv could not be made: delete that folder and try again")


def set_up(extras):
    """Install the course and these extras into `.venv`, unless the last installation had all of it."""
    stamp = read_stamp()
    usable = stamp["root"] == ROOT and is_new_enough(venv_program("python"))
    current = stamp["fingerprint"] == fingerprint()
    if usable and current and set(extras) <= set(stamp["extras"]):
        return
    extras = sorted(set(extras) | set(stamp["extras"]))
    print("Installing the course into .venv: this takes about a minute, once", flush=True)
    if not usable:
        create_environment()
    elif not current:
        os.remove(stamp_path())  # versions may change now: if this is interrupted, nothing here can be trusted
    course = "." + ("[{0}]".format(",".join(extras)) if extras else "")
    pip = [venv_program("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if run(pip + ["-c", "constraints.txt", "-e", course]) != 0:
        raise SetupError("The installation did not finish; if the network was the reason, run the same command again")
    with open(stamp_path(), "w") as file:
        json.dump({"fingerprint": fingerprint(), "root": ROOT, "extras": extras}, file)


def run_all(extras, commands):
    """Set up, run programs of the environment until one fails, and return the exit status."""
    set_up(extras)
    for name, arguments in commands:
        status = run([venv_program(name)] + arguments)
        if status != 0:
            return status
    return 0


def show_help(arguments):
    """list these commands"""
    print("Usage: python make.py COMMAND (Windows: py make.py COMMAND), or make COMMAND\n")
    for name in COMMANDS:
        print("  {0:<13} {1}".format(name, COMMANDS[name].__doc__))
    return 0


def lab(arguments):
    """open the course in JupyterLab (arguments go to JupyterLab)"""
    first = os.path.join("notebooks", "00_start_here.ipynb")
    return run_all(COURSE, [("python", ["-m", "jupyterlab", first] + arguments)])


def test(arguments):
    """run the whole test suite"""
    processes = str((os.cpu_count() or 1) + 1)  # one more, as some tests wait for processes of their own
    return run_all(
        ["dev"],
        [
            ("python", ["-m", "pytest", "-n", processes, "--dist", "worksteal"]),
            ("python", ["-m", "pytest", "-n", "auto", "--dist", "loadscope", "--nbval", "notebooks"]),
        ],
    )


def test_browser(arguments):
    """run the course in a real browser (needs Chromium or Chrome)"""
    return run_all(["browser", "dev"], [("python", ["-m", "pytest", "-m", "browser", "tests/browser"])])


def test_gpu(arguments):
    """run the solutions on an NVIDIA GPU"""
    return run_all(["dev", "gpu"], [("python", ["-m", "pytest", "-m", "gpu", "tests"])])


def notebooks(arguments):
    """execute all notebooks in place"""
    return run_all(COURSE, [("autograder", ["execute"])])


def selftest(arguments):
    """prove the exercises: references pass, known mistakes are named, mutants are caught"""
    return run_all(COURSE, [("autograder", ["selftest"])])


def bench(arguments):
    """measure speed as ratios to peers, in one table (arguments: ARGS="--save", ARGS="loss", ...)"""
    return run_all(COURSE + ["bench"], [("python", ["-m", "benchmarks"] + arguments)])


def bench_gpu(arguments):
    """measure speed on an NVIDIA GPU (arguments: ARGS="--save", ARGS="--help")"""
    return run_all(COURSE + ["gpu"], [("python", ["-m", "benchmarks.gpu"] + arguments)])


def lint(arguments):
    """check format, types, and that the notebooks' stubs follow the solutions"""
    return run_all(
        ["dev"],
        [
            ("python", ["-m", "ruff", "format", "--check"]),
            ("python", ["-m", "ruff", "check"]),
            ("python", ["-m", "mypy"]),
            ("autograder", ["sync", "--check"]),
        ],
    )


COMMANDS = {
    "help": show_help,
    "lab": lab,
    "test": test,
    "test-browser": test_browser,
    "test-gpu": test_gpu,
    "notebooks": notebooks,
    "selftest": selftest,
    "bench": bench,
    "bench-gpu": bench_gpu,
    "lint": lint,
}


def main(arguments):
    """Run one command and return the exit status."""
    if sys.version_info < OLDEST:
        for python in NEWER_PYTHONS:
            if is_new_enough(python):
                return run([python, os.path.abspath(__file__)] + arguments)
        print(too_old_message(sys.version_info), file=sys.stderr)
        return 1
    name = arguments[0] if arguments else "help"
    if name not in COMMANDS or (arguments[1:] and name not in ("lab", "bench", "bench-gpu")):
        print("Not a command: {0}. `python make.py help` lists them".format(" ".join(arguments)), file=sys.stderr)
        return 2
    try:
        return COMMANDS[name](arguments[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
