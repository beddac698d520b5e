"""What the process that students' code runs in is started with: which layers, which folders, which environment.

Each rung of isolation, A to D, is a set of layers that the worker's process locks on itself (`worker/lockdown.py`,
`worker/namespaces.py`) before it loads a student's code.
"""

from __future__ import annotations

import functools
import json
import os
import stat
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any, Literal

import numpy as np

from ..course import current
from ..errors import UserError
from .workdir import Scratch

Rung = Literal["A", "B", "C", "D"]

WORKER = Path(__file__).parents[1] / "worker"
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
NOBODY = 65534

LAYERS: dict[Rung, tuple[str, ...]] = {
    "A": ("namespaces", "landlock", "seccomp"),
    "B": ("landlock", "seccomp"),
    "C": ("user", "seccomp"),
    "D": (),
}


class IsolationError(UserError):
    """The worker's process does not lock itself down as it should: no student's code may run in it."""


def unconfirmed(rung: Rung, message: dict[str, Any]) -> str:
    """Return which of a rung's layers the worker's first message does not confirm, and why; empty if it confirms all.

    Args:
        rung: what the worker was told to lock down to.
        message: its first message, sent before it loads a student's code.

    Example:
        >>> unconfirmed("B", {"layers": {"landlock": "", "seccomp": ""}})
        ''
        >>> unconfirmed("B", {"layers": {"seccomp": ""}})
        'landlock is not confirmed'
    """
    layers = message.get("layers")
    if not isinstance(layers, dict):
        return "its first message is not about its layers"
    missing = [f"{name} is not confirmed" for name in LAYERS[rung] if name not in layers]
    return "; ".join([*missing, *(str(why) for why in layers.values() if why)])


def command(rung: Rung, scratch: Scratch, **more: int) -> list[str]:
    """Return the command that starts the process from which workers are forked; elsewhere than on Linux, a worker.

    Args:
        rung: what the workers lock themselves down to, before they load a student's code.
        scratch: their folders.
        more: `control`, the number of the socket to ask for workers; or `memory`, the limit of the only worker.
    """
    folders, other = _site_packages(), rung != "D" and why_no_other_user() == ""
    if other:
        scratch.share(NOBODY)
    plan = {
        "preload": list(current().preload),
        "layers": sorted({*LAYERS[rung], "user"} if other else LAYERS[rung]),
        "folders": [str(scratch.modules), *folders],
        "user": NOBODY if other else None,
        "root": str(scratch.root),
        "disk": str(scratch.work("0")),
        "read": [*_read(), *folders, str(WORKER), str(scratch.modules)],
        "hidden": _hidden(),
    }
    return [sys.executable, "-I", "-S", str(WORKER), json.dumps(plan | more)]


@functools.cache
def _read() -> list[str]:
    """Return what Python needs in order to import: nothing else of the machine is in the worker's reach."""
    python = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), str(Path(sys.base_prefix) / "lib")}
    system = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/localtime"]
    system += ["/usr/share/zoneinfo", "/usr/share/fonts", "/dev/urandom"]
    return [path for path in (*sorted(python), *system) if Path(path).exists()]


def _hidden() -> list[str]:
    """Return the course's own folders: installed among the libraries, they would be in the worker's reach."""
    course = current()
    return [str(WORKER.parent), *(str(course.folder(package)) for package in (course.exercises, course.solutions))]


@functools.cache
def why_no_other_user() -> str:
    """Return why a worker cannot run as another user; empty if it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root can start a process as another user"
    for path in (*_read(), *_site_packages(), str(WORKER), tempfile.gettempdir()):
        if closed := _closed(Path(path).resolve()):
            return f"other users may not read {closed}, which Python needs"
    return ""


def _closed(path: Path) -> Path | None:
    for folder in path.parents:
        if not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None if path.stat().st_mode & (stat.S_IXOTH if path.is_dir() else stat.S_IROTH) else path


def _site_packages() -> list[str]:
    folders = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    numpy_home = str(Path(np.__file__).parent.parent)
    return folders if numpy_home in folders else [*folders, numpy_home]


def environment(home: Path) -> dict[str, str]:
    """Return the worker's environment: nothing of the teacher's but what Python itself needs.

    Args:
        home: the only folder that it may write in.
    """
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    folders = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(home))
    return kept | folders | dict.fromkeys(ONE_THREAD, "1") | {"MPLBACKEND": "Agg"}
