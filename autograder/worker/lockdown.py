"""Lock the worker's process down before it meets a student's code: what it may read, write, start and signal.

Each layer is one of the kernel's own: another user without capabilities, Landlock (files and network), seccomp (system
calls). What is locked stays locked until the process ends. This file imports the standard library alone.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import platform
import signal
import struct
import sys
from collections.abc import Collection, Iterable
from typing import Any

from . import seccomp

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446  # the same on all machines
WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE = 1 << 1, 1 << 2, 1 << 3, 1 << 14
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG, REFER = 1 << 4, 1 << 5, 1 << 7, 1 << 8, 1 << 13
ON_FILES = WRITE_FILE | READ_FILE | TRUNCATE  # the others are rights on folders
READ = READ_FILE | READ_DIR
SCRATCH = READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER
# How many of the rights on files, on the network (bind, connect) and on others (abstract sockets, signals) each
# version of Landlock knows; the last holds for all later ones.
VERSIONS = ((13, 0, 0), (14, 0, 0), (15, 0, 0), (15, 2, 0), (16, 2, 0), (16, 2, 2))

libc: Any = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def lock(plan: dict[str, Any], prepared: int | None = None) -> dict[str, str]:
    """Return why each layer of the plan does not hold: an empty text where it does.

    Args:
        plan: `layers` to lock, of "user", "landlock" and "seccomp"; `user`, the number of the user to become; `parent`,
            the process without which this one has to end; and what may be read and written, as `rules` takes it.
        prepared: the descriptor that `rules` gave for it, if that has been done already; it is closed.
    """
    if sys.platform != "linux":
        return dict.fromkeys(plan["layers"], "it is a layer of the Linux kernel")
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    steps = {
        "user": lambda: become(plan["user"]),
        "landlock": lambda: confine(prepared or rules(plan["read"], plan["hidden"], plan["write"])),
        "seccomp": lambda: seccomp.install(),
    }
    result = {}
    for layer, step in steps.items():
        if layer == "landlock":
            _drop_capabilities()
            die_with(plan["parent"])  # after the user has changed, which would undo it; while prctl is still allowed
        if layer in plan["layers"]:
            try:
                step()
                result[layer] = ""
            except (OSError, KeyError) as error:
                result[layer] = _why(layer, error)
    return result


def die_with(parent: int) -> None:
    """Let the kernel kill this process when the thread that started it ends; end now if its parent is gone already.

    Args:
        parent: number of the process that started this one.
    """
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def become(user: int) -> None:
    """Become another user, without any group. Raises OSError if this process may not.

    Args:
        user: number of the user.
    """
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def landlock_version() -> int:
    """Return the version of Landlock that the kernel has; 0 for none."""
    return max(0, _syscall(LANDLOCK_CREATE_RULESET, None, 0, 1))


def rules(read: Iterable[str], hidden: Iterable[str], write: Iterable[str]) -> int:
    """Return a descriptor of rules for Landlock: only some files may be opened, and no network is there.

    Args:
        read: files and folders that may be read, with all below. What is not there is passed over.
        hidden: folders in them that may not be read.
        write: folders that may also be written in.

    Raises:
        OSError: the kernel has no Landlock, or refuses.
    """
    version = landlock_version()
    if not version:
        raise OSError(0, "the kernel has no Landlock, or it is switched off")
    files, network, others = ((1 << bits) - 1 for bits in VERSIONS[min(version, len(VERSIONS)) - 1])
    attributes = struct.pack("QQQ", files, network, others)[: (8, 8, 8, 16, 16, 24)[min(version, 6) - 1]]
    made = _check(_syscall(LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0))
    try:
        for path, rights in _rights(read, {os.path.realpath(path) for path in hidden}, write):
            _allow(made, path, rights & files)
    except OSError:
        os.close(made)
        raise
    return made


def confine(made: int) -> None:
    """Hold this process to rules for Landlock, and close their descriptor.

    Args:
        made: what `rules` gave.

    Raises:
        OSError: the kernel refuses.
    """
    try:
        _check(_syscall(LANDLOCK_RESTRICT_SELF, made, 0))
    finally:
        os.close(made)


def _rights(read: Iterable[str], hidden: set[str], write: Iterable[str]) -> Iterable[tuple[str, int]]:
    yield os.devnull, READ_FILE | WRITE_FILE
    for path in write:
        yield path, SCRATCH
    waiting = list(read)
    while waiting:
        path = waiting.pop()
        real = os.path.realpath(path)
        if real in hidden:
            continue
        if any(other.startswith(real.rstrip("/") + "/") for other in hidden):
            # A rule holds for all below, so that the folder's other children get theirs one by one; and its own is to
            # list names only, which imports need.
            yield path, READ_DIR
            waiting += [entry.path for entry in os.scandir(path)]
        else:
            yield path, READ


def _allow(made: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there, or closed to this user anyway
    try:
        if not os.path.isdir(path):
            rights &= ON_FILES
        _check(_syscall(LANDLOCK_ADD_RULE, made, 1, struct.pack("=Qi", rights, descriptor), 0))
    finally:
        os.close(descriptor)


def _drop_capabilities() -> None:
    capability = 0
    while libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0:
        capability += 1  # an ordinary user stops at the first: there is none to drop
    version_3 = 0x20080522
    libc.capset(struct.pack("Ii", version_3, 0), bytes(24))
    libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # closed to other processes of the same user


def _why(layer: str, error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"seccomp: there is no table of system calls for {platform.machine()}"
    return f"{layer}: {error.strerror if isinstance(error, OSError) else error}"


def _prctl(option: int, value: int) -> None:
    _check(libc.prctl(option, value, 0, 0, 0))


def _syscall(number: int, *arguments: int | bytes | None) -> int:
    return int(libc.syscall(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments)))


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


MAX_DESCRIPTORS = 256
ROOM = 2**20


def limit_resources(memory: int) -> None:
    """Bound what this process may use; a limit that the system refuses is passed over.

    Args:
        memory: bytes of address space; 0 for no limit.

    Raises:
        OSError: too little of it is left for any work.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limits: the grader's clock is all that holds there
        return
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 64 * 2**20,
        resource.RLIMIT_CPU: 900,
        resource.RLIMIT_NOFILE: MAX_DESCRIPTORS,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_DATA: resource.getrlimit(resource.RLIMIT_DATA)[1],  # the grader's own may be lower
    }
    if memory:
        limits[resource.RLIMIT_AS] = memory
    for kind, value in limits.items():
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):
            continue  # macOS refuses some, and a lower hard limit may stand already
    mmap.mmap(-1, ROOM).close()  # which asks for the room, and does not fill it


def close_all_but(kept: Collection[int | None]) -> None:
    """Close all descriptors above the standard streams but some: what the parent had open is not the student's to find.

    Args:
        kept: descriptors to keep; None stands for none.
    """
    start = 3
    for descriptor in sorted(number for number in kept if number is not None):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, MAX_DESCRIPTORS)
