"""A list of the system calls that a student's code may make; the kernel refuses all others.

The filter is a small program (classic BPF) that the kernel runs at each call. It stays for the rest of the process's
life and nothing in the process can lift it. It is built here from a table, and needs the standard library alone.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import platform
import struct

# name: numbers on x86-64 and on aarch64; None where that machine has no such call. All other calls are refused:
# processes, sockets, signals to others, memory shared by name, locks, changes of mode or owner, tracing, keys.
ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63), "write": (1, 64), "open": (2, None), "close": (3, 57), "stat": (4, None), "fstat": (5, 80),
    "lstat": (6, None), "poll": (7, None), "lseek": (8, 62), "mmap": (9, 222), "mprotect": (10, 226),
    "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139), "ioctl": (16, 29), "pread64": (17, 67), "pwrite64": (18, 68), "readv": (19, 65),
    "writev": (20, 66), "access": (21, None), "pipe": (22, None), "select": (23, None), "sched_yield": (24, 124),
    "mremap": (25, 216), "mincore": (27, 232), "madvise": (28, 233), "dup": (32, 23), "dup2": (33, None),
    "nanosleep": (35, 101), "getitimer": (36, 102), "alarm": (37, None), "setitimer": (38, 103), "getpid": (39, 172),
    "clone": (56, 220), "exit": (60, 93), "kill": (62, 129), "uname": (63, 160), "fcntl": (72, 25), "fsync": (74, 82),
    "fdatasync": (75, 83), "ftruncate": (77, 46), "getcwd": (79, 17), "chdir": (80, 49), "rename": (82, None),
    "mkdir": (83, None), "rmdir": (84, None), "unlink": (87, None), "readlink": (89, None), "umask": (95, 166),
    "gettimeofday": (96, 169), "getrlimit": (97, 163), "getrusage": (98, 165), "sysinfo": (99, 179),
    "times": (100, 153), "getuid": (102, 174), "getgid": (104, 176), "geteuid": (107, 175), "getegid": (108, 177),
    "getppid": (110, 173), "getpgrp": (111, None), "getgroups": (115, 158), "getresuid": (118, 148),
    "getresgid": (120, 150), "rt_sigpending": (127, 136), "rt_sigtimedwait": (128, 137), "rt_sigsuspend": (130, 133),
    "sigaltstack": (131, 132), "statfs": (137, 43), "fstatfs": (138, 44), "prctl": (157, 167), "gettid": (186, 178),
    "time": (201, None), "futex": (202, 98), "sched_getaffinity": (204, 123), "getdents64": (217, 61),
    "set_tid_address": (218, 96), "restart_syscall": (219, 128), "fadvise64": (221, 223), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "exit_group": (231, 94), "tgkill": (234, 131),
    "openat": (257, 56), "mkdirat": (258, 34), "newfstatat": (262, 79), "unlinkat": (263, 35), "renameat": (264, 38),
    "readlinkat": (267, 78), "faccessat": (269, 48), "pselect6": (270, 72), "ppoll": (271, 73),
    "set_robust_list": (273, 99), "dup3": (292, 24), "pipe2": (293, 59), "prlimit64": (302, 261), "getcpu": (309, 168),
    "renameat2": (316, 276), "getrandom": (318, 278), "membarrier": (324, 283), "statx": (332, 291),
    "rseq": (334, 293), "faccessat2": (439, 439),
}  # fmt: skip
# Python and libc try these first and fall back to others, if they are told that the kernel is too old to have them.
UNKNOWN = {"clone3": 435, "close_range": 436, "openat2": 437, "futex_waitv": 449}
NEWEST = 462  # a number beyond is of a kernel that this table has not seen

# machine: index of its numbers above, its AUDIT_ARCH, the number of seccomp(2)
MACHINES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}

CLONE_THREAD = 0x10000
O_TRUNC, O_ACCMODE = 0o1000, 0o3
OWNER = 0o700  # rights of a folder's owner
# Duplicates and flags. Not F_SETOWN and F_SETSIG, by which a pipe sends signals to the grader; no locks, no leases.
FCNTL = (0, 1, 2, 3, 4, 1030, 1032)
IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is it a terminal, its size, bytes waiting, descriptor flags
PRCTL = (15, 16, 0x53564D41)  # the name of a thread, of a piece of memory

ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
LOAD, JUMP_EQUAL, JUMP_GREATER, JUMP_ANY_BIT, AND, RETURN = 0x20, 0x15, 0x25, 0x45, 0x54, 0x06
NUMBER, ARCH, ARGUMENTS = 0, 4, 16

GAP = 0x7FFFFFFE  # no process has this number

Instruction = tuple[int, int, int, int]


def program(machine: str, pid: int) -> bytes:
    """Return the filter of system calls as the kernel takes it.

    Args:
        machine: name of the processor's kind, as `platform.machine()` gives it.
        pid: number of the process, the only one that it may send signals to.

    Raises:
        KeyError: there is no table of system calls for this machine.

    Example:
        >>> len(program("x86_64", 1)) % 8, len(program("aarch64", 1)) < 4096 * 8
        (0, True)
    """
    return _with_gaps(machine).replace(_test(GAP), _test(pid))


@functools.cache
def _with_gaps(machine: str) -> bytes:
    """Return the filter with a gap for the process's number, so that it is put together once for all workers."""
    column, arch, _ = MACHINES[machine]
    code: list[Instruction] = [(LOAD, 0, 0, ARCH), (JUMP_EQUAL, 1, 0, arch), _give(KILL), (LOAD, 0, 0, NUMBER)]
    for name, numbers in ALLOWED.items():
        number = numbers[column]
        if number is not None:
            body = _conditions(name)
            code += [(JUMP_EQUAL, 0, len(body), number), *body]
    unknown = _give(ERRNO | errno.ENOSYS)
    for number in UNKNOWN.values():
        code += [(JUMP_EQUAL, 0, 1, number), unknown]
    code += [(JUMP_GREATER, 0, 1, NEWEST), unknown, _give(ERRNO | errno.EPERM)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def _test(pid: int) -> bytes:
    return struct.pack("HBBI", JUMP_EQUAL, 0, 1, pid)


def prepare() -> None:
    """Put the filter of this machine together, if there is one, for the processes forked from here."""
    if platform.machine() in MACHINES:
        _with_gaps(platform.machine())


def install() -> None:
    """Put the filter on this process, in all its threads, for good.

    Raises:
        OSError: the kernel refuses, or has no filters.
        KeyError: there is no table of system calls for this machine.
    """
    machine = platform.machine()
    code = program(machine, os.getpid())
    buffer = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    set_filter, all_threads = 1, 1
    arguments = (ctypes.c_long(MACHINES[machine][2]), ctypes.c_long(set_filter), ctypes.c_long(all_threads))
    if libc.syscall(*arguments, header):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _conditions(name: str) -> list[Instruction]:
    """Return what decides on a call that may be made: its arguments, for a few."""
    allow, refuse = _give(ALLOW), _give(ERRNO | errno.EPERM)
    if name in ("fcntl", "ioctl"):
        return _one_of(1, FCNTL if name == "fcntl" else IOCTL)
    if name == "prctl":
        return _one_of(0, PRCTL)
    if name in ("kill", "tgkill"):
        return _one_of(0, (GAP,))
    if name == "prlimit64":
        return _one_of(0, (0, GAP))
    if name == "clone":  # threads, no processes: matplotlib needs one, and RLIMIT_AS bounds their number
        return [_argument(0), (JUMP_ANY_BIT, 0, 1, CLONE_THREAD), allow, refuse]
    if name in ("open", "openat"):  # Landlock before its third version lets a file opened for reading be emptied
        flags = _argument(1 if name == "open" else 2)
        return [flags, (AND, 0, 0, O_TRUNC | O_ACCMODE), (JUMP_EQUAL, 0, 1, O_TRUNC), refuse, allow]
    if name in ("mkdir", "mkdirat"):  # a folder closed to the grader could not be deleted
        mode = _argument(1 if name == "mkdir" else 2)
        return [mode, (AND, 0, 0, OWNER), (JUMP_EQUAL, 0, 1, OWNER), allow, refuse]
    if name == "umask":
        return [_argument(0), (JUMP_ANY_BIT, 0, 1, OWNER), refuse, allow]
    return [allow]


def _one_of(argument: int, values: tuple[int, ...]) -> list[Instruction]:
    tests: list[Instruction] = []
    for value in values:
        tests += [(JUMP_EQUAL, 0, 1, value), _give(ALLOW)]
    return [_argument(argument), *tests, _give(ERRNO | errno.EPERM)]


def _argument(index: int) -> Instruction:
    return (LOAD, 0, 0, ARGUMENTS + 8 * index)  # the lower half: the kernel itself reads no more of these


def _give(answer: int) -> Instruction:
    return (RETURN, 0, 0, answer)
