"""The filter of system calls is one that the kernel takes, and refuses what is not on its list."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from autograder.worker import lockdown, namespaces, seccomp
from tests.locked import locked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are of the Linux kernel")


def test_a_machine_without_a_table_is_told():
    setup = "lockdown.platform.machine = lockdown.seccomp.platform.machine = lambda: 's390x'"
    assert locked(layers=["seccomp"], setup=setup) == [
        {"seccomp": "seccomp: there is no table of system calls for s390x"}
    ]


has_table = pytest.mark.skipif(
    sys.platform == "linux" and seccomp.platform.machine() not in seccomp.MACHINES, reason="no table for this machine"
)


@has_table
def test_seccomp_refuses_what_is_not_on_its_list():
    refused = [
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "socket.socket()",
        "socket.socketpair()",
        "os.kill(os.getppid(), 0)",
        "os.kill(-1, 0)",
        "os.kill(0, 0)",
        "fcntl.fcntl(0, 8, os.getppid())",
        "fcntl.fcntl(0, 10, 9)",
        "fcntl.flock(0, fcntl.LOCK_SH)",
        "os.chmod('/nowhere', 0o700)",
        "os.memfd_create('x')",
        "os.setsid()",
        "os.mkdir('/nowhere/x', 0)",
        "os.open('/nowhere', os.O_RDONLY | os.O_TRUNC)",
        "syscall(425, 1, 0)",
    ]
    # The C library does not pass on why a umask is refused.
    others = ["os.umask(0o700)", "os.umask(0o022) >= 0", "os.kill(os.getpid(), 0)", "fcntl.fcntl(0, 1) >= 0"]
    # A call that the kernel does not know is not refused but unknown, so that libraries try an older one.
    unknown = ["syscall(435, 0, 0)", "syscall(9999)", "syscall(0x40000000 + 39)"]
    result = locked(*refused, *others, *unknown, layers=["seccomp"])
    assert result[0] == {"seccomp": ""}
    assert dict(zip(refused, result[1:], strict=False)) == dict.fromkeys(refused, "EPERM")
    assert result[1 + len(refused) :] == ["refused", "True", "None", "True", "ENOSYS", "ENOSYS", "ENOSYS"]


@has_table
def test_threads_are_allowed_and_processes_are_not():
    thread = "[t := __import__('threading').Thread(target=result.append, args=['ran']), t.start(), t.join()] and 'done'"
    assert locked(thread, "os.fork()", layers=["seccomp"])[1:] == ["ran", "'done'", "EPERM"]


@pytest.mark.parametrize("machine", sorted(seccomp.MACHINES))
def test_a_filter_is_one_that_the_kernel_takes(machine):
    code = seccomp.program(machine, 4321)
    assert len(code) % 8 == 0
    assert len(code) // 8 <= 4096
    column = seccomp.MACHINES[machine][0]
    numbers = [number for name, pair in seccomp.ALLOWED.items() if (number := pair[column]) is not None]
    assert len(set(numbers)) == len(numbers)
    assert not set(numbers) & set(seccomp.UNKNOWN.values())


HEADERS = {"x86_64": "x86_64-linux-gnu/asm/unistd_64.h", "aarch64": "asm-generic/unistd.h"}


@pytest.mark.parametrize("machine", sorted(seccomp.MACHINES))
def test_the_numbers_are_those_of_the_kernel(machine):
    header = Path("/usr/include") / HEADERS[machine]
    if not header.exists():
        pytest.skip("the kernel's headers are not installed")
    found = re.findall(r"^#define __NR(?:3264)?_(\w+) (\d+)$", header.read_text(), re.MULTILINE)
    numbers = {name: int(number) for name, number in found}
    numbers.setdefault("newfstatat", numbers.get("fstatat"))  # its name in the header of all machines
    column, _, own = seccomp.MACHINES[machine]
    assert {name: numbers.get(name) for name in seccomp.ALLOWED} == {
        n: pair[column] for n, pair in seccomp.ALLOWED.items()
    }
    assert {name: numbers[name] for name in seccomp.UNKNOWN} == seccomp.UNKNOWN
    assert (numbers["seccomp"], numbers["pivot_root"]) == (own, namespaces.PIVOT_ROOT[machine])
    landlock = [numbers[f"landlock_{name}"] for name in ("create_ruleset", "add_rule", "restrict_self")]
    assert landlock == [lockdown.LANDLOCK_CREATE_RULESET, lockdown.LANDLOCK_ADD_RULE, lockdown.LANDLOCK_RESTRICT_SELF]
