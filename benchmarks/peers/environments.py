"""Each peer in an environment of its own, made once: their requirements do not get along with the course's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from autograder.files import write_text

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv-bench"
STAMP = "installed.json"


class Unavailable(RuntimeError):
    """There is no environment for a peer; the message says why and what to do."""


def requirements(peer: str) -> list[str]:
    """Return what a peer's environment holds: the extra `peer-nbgrader` or `peer-otter` of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["optional-dependencies"][f"peer-{peer}"]


def version(peer: str) -> str:
    """Return the version of a peer that its environment is asked for.

    Example:
        >>> version("nbgrader")
        '0.9.6'
    """
    return requirements(peer)[0].partition("==")[2]


def programs(folder: Path) -> Path:
    """Return the folder of an environment's programs."""
    return folder / ("Scripts" if os.name == "nt" else "bin")


def environment(peer: str, folder: Path = FOLDER) -> Path:
    """Return the folder of a peer's environment, which is made if it is not there or holds other versions.

    Args:
        peer: "nbgrader" or "otter".
        folder: where the environments are.

    Raises:
        Unavailable: it cannot be made.
    """
    made, stamp = folder / peer, folder / peer / STAMP
    wanted = {"requirements": requirements(peer), "at": str(made)}  # an environment cannot be moved
    if stamp.exists() and json.loads(stamp.read_text(encoding="utf-8")) == wanted:
        return made
    print(f"Installing {peer} into {made}: this takes a minute or two, once", file=sys.stderr, flush=True)
    _run(peer, made, [sys.executable, "-m", "venv", "--clear", str(made)])
    pip = [str(programs(made) / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run(peer, made, [*pip, *requirements(peer)])
    write_text(stamp, json.dumps(wanted))
    return made


def _run(peer: str, made: Path, command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().split("\n")
        said = " ".join([line for line in lines if line.startswith("ERROR")] or lines)[:500]
        raise Unavailable(f"{peer} cannot be installed into {made}; with a network, run this again. {said}")
