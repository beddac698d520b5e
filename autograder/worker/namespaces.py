"""Give the worker's process a world of its own: its processes, its network (none), its files.

Linux namespaces. The process that forks workers enters its own before NumPy is loaded (`enter`). Three processes come
of it: one outside, which the grader knows; the first one inside, at whose end the kernel kills all others inside; and
the one that goes on. Each worker then is the first and only process in a namespace of its own below that, which
signals from inside cannot end, and has a disk of its own (`seclude`).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .lockdown import die_with

NEW_MOUNT, NEW_IPC, NEW_USER, NEW_PID, NEW_NETWORK = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
READ_ONLY, NO_SETUID, NO_DEVICES, NO_EXEC, REMOUNT, BIND, RECURSIVE, PRIVATE = 1, 2, 4, 8, 32, 4096, 16384, 1 << 18
NO_ACCESS_TIME, NO_FOLDER_TIME, RELATIVE_TIME = 1024, 2048, 1 << 21
DETACH = 2
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
SCRATCH_BYTES, SCRATCH_FILES = 64 * 2**20, 10_000

libc: Any = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


def enter(plan: dict[str, Any]) -> None:
    """Go on as a process in namespaces of its own. The process that called this stays outside and waits for its end.

    Nothing ends the process that goes on but itself: it has to see to it that it does not outlive the grader.

    Args:
        plan: `read`, the only files and folders that are there inside; `root`, an empty folder to build on; `disk`,
            where each worker's own disk is to be.

    Raises:
        OSError: the kernel refuses namespaces, or mounts in them.
    """
    user, group = os.geteuid(), os.getegid()
    wanted = NEW_MOUNT | NEW_IPC | NEW_PID | NEW_NETWORK
    # Root may without; and another user that it is to become would not be there in a namespace of users.
    _check(libc.unshare(wanted if user == 0 else wanted | NEW_USER))
    if user:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    _build(plan)
    if inside := os.fork():
        _wait_for(inside)
    die_with(0)  # the parent is outside, where this process sees no numbers
    if child := os.fork():
        _wait_for(child)


def next_child_in_its_own() -> None:
    """Let the next process that is forked from here be the first one in a namespace of processes. Raises OSError."""
    _check(libc.unshare(NEW_PID))


def next_child_in(process: int) -> None:
    """Let the next process that is forked from here be beside a process again. Raises OSError.

    Args:
        process: a descriptor of the process.
    """
    _check(libc.setns(process, NEW_PID))


def seclude(plan: dict[str, Any]) -> None:
    """Give this process a disk of its own in memory, which ends with it.

    Args:
        plan: `write`, of which the first is the place of the disk; `user` who will own it, None for the same as now.

    Raises:
        OSError: the kernel refuses.
    """
    _check(libc.unshare(NEW_MOUNT))
    owner = os.geteuid() if plan["user"] is None else plan["user"]
    options = f"size={SCRATCH_BYTES},nr_inodes={SCRATCH_FILES},mode=700,uid={owner}"
    _mount("tmpfs", plan["write"][0], "tmpfs", NO_SETUID | NO_DEVICES | NO_EXEC, options)


def _wait_for(child: int) -> None:
    """End as the child does. The channel is closed here, so that it ends with the worker."""
    os.closerange(0, 256)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    number = -code if code < 0 else code - 128  # the first process inside cannot be ended by its own signal
    if number > 0 and os.getpid() != 1:
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(code if code >= 0 else 128 - code)


def _build(plan: dict[str, Any]) -> None:
    """Mount what may be read under a new root, and move there."""
    _mount("none", "/", None, RECURSIVE | PRIVATE)
    root = plan["root"]
    _mount("tmpfs", root, "tmpfs", NO_SETUID | NO_DEVICES, "size=1m,mode=755")
    for path in _outermost({*plan["read"], *map(os.path.realpath, plan["read"])}):
        _bind(path, root + path, READ_ONLY)
    _bind(os.devnull, root + os.devnull, 0)
    Path(root + plan["disk"]).mkdir(parents=True, exist_ok=True)
    os.chdir(root)
    _check(libc.syscall(ctypes.c_long(PIVOT_ROOT[os.uname().machine]), b".", b"."))
    _check(libc.umount2(b".", DETACH))
    _mount("none", "/", None, REMOUNT | READ_ONLY | NO_SETUID | NO_DEVICES)


def _outermost(paths: Iterable[str]) -> list[str]:
    chosen: list[str] = []
    for path in sorted(filter(os.path.exists, paths)):
        if not any(path.startswith(f"{other}/") for other in chosen):
            chosen.append(path)
    return chosen


def _bind(source: str, target: str, flags: int) -> None:
    place = Path(target)
    if Path(source).is_dir():
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    _mount(source, target, None, BIND)
    if flags:
        # What the mount was made with before cannot be taken from it by an ordinary user.
        kept = os.statvfs(target).f_flag
        for ours, theirs in ((NO_SETUID, os.ST_NOSUID), (NO_DEVICES, 4), (NO_EXEC, 8), (NO_ACCESS_TIME, 1024)):
            flags |= ours if kept & theirs else 0
        flags |= (NO_FOLDER_TIME if kept & 2048 else 0) | (RELATIVE_TIME if kept & 4096 else 0)
        _mount("none", target, None, REMOUNT | BIND | flags)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    names = [None if name is None else name.encode() for name in (source, target, kind)]
    _check(libc.mount(*names, ctypes.c_ulong(flags), options.encode()))


def _check(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
