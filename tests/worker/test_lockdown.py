"""Each layer that a worker's process locks on itself, alone, in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.plan import WORKER
from autograder.worker import lockdown, namespaces, seccomp

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are of the Linux kernel")

# Locks some layers, then evaluates expressions: what each gives, or the number of its OSError.
SCRIPT = """
import ctypes, errno, fcntl, json, os, socket, sys
sys.path.insert(0, sys.argv[1])
from worker import lockdown
plan, setup, expressions = map(json.loads, sys.argv[2:])
exec(setup)
result = [lockdown.lock(plan | {"parent": os.getppid()})]
libc = ctypes.CDLL(None, use_errno=True)

def syscall(number, *arguments):
    if libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)) < 0:
        raise OSError(ctypes.get_errno(), "")

for expression in expressions:
    try:
        result.append(repr(eval(expression)))
    except OSError as error:
        result.append(errno.errorcode.get(error.errno, "refused"))
print(json.dumps(result))
"""


def locked(*expressions: str, layers: list[str], setup: str = "", **plan) -> list:
    """Return what `lock` says, and what came of each expression."""
    plan = {"layers": layers, "user": None, "read": [], "hidden": [], "write": [], **plan}
    arguments = [str(WORKER.parent), *map(json.dumps, (plan, setup, expressions))]
    run = subprocess.run([sys.executable, "-I", "-c", SCRIPT, *arguments], capture_output=True, text=True, check=True)
    return json.loads(run.stdout)


needs_landlock = pytest.mark.skipif(
    sys.platform == "linux" and not lockdown.landlock_version(), reason="this kernel has no Landlock, or it is off"
)


@needs_landlock
def test_landlock_opens_only_what_is_named(tmp_path):
    library, secret, scratch = (tmp_path / name for name in ("library", "secret", "scratch"))
    for folder in (library / "course" / "deep", library / "numpy", secret, scratch):
        folder.mkdir(parents=True)
    for file in (library / "course" / "deep" / "x", library / "numpy" / "x", library / "single", secret / "x"):
        file.write_text("text")

    def read(path: Path) -> str:
        return f"open({str(path)!r}).read()"

    result = locked(
        read(library / "numpy" / "x"),
        read(library / "single"),
        f"sorted(os.listdir({str(library)!r}))",
        read(library / "course" / "deep" / "x"),
        read(secret / "x"),
        f"os.listdir({str(tmp_path)!r})",
        f"open({str(library / 'numpy' / 'x')!r}, 'a')",
        f"os.unlink({str(library / 'numpy' / 'x')!r})",
        f"os.rename({str(library / 'numpy' / 'x')!r}, {str(scratch / 'x')!r})",
        f"os.truncate({str(library / 'numpy' / 'x')!r}, 0)",
        f"open({str(scratch / 'y')!r}, 'w').write('abc')",
        read(scratch / "y"),
        f"os.symlink({str(secret)!r}, {str(scratch / 'link')!r})",
        f"os.mkfifo({str(scratch / 'pipe')!r})",
        layers=["landlock"],
        read=[str(library), str(tmp_path / "not there")],
        hidden=[str(library / "course")],
        write=[str(scratch)],
    )
    assert result[0] == {"landlock": ""}
    assert result[1:4] == ["'text'", "'text'", "['course', 'numpy', 'single']"]
    assert result[4:11] == ["EACCES"] * 5 + ["EACCES" if result[9] == "EACCES" else "EXDEV", "EACCES"]
    assert result[11:] == ["3", "'abc'", "EACCES", "EACCES"]


def test_a_kernel_without_landlock_is_told(tmp_path):
    result = locked("open('/etc/passwd').close()", layers=["landlock"], setup="lockdown.landlock_version = lambda: 0")
    assert result == [{"landlock": "landlock: the kernel has no Landlock, or it is switched off"}, "None"]


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


def test_no_capability_is_left():
    status = "[line.split()[1] for line in open('/proc/self/status') if line[:6] in ('CapEff', 'CapPrm', 'NoNewP')]"
    assert locked(status, layers=[])[1] == "['0000000000000000', '0000000000000000', '1']"


def test_a_process_without_its_parent_ends():
    script = f"import sys; sys.path.insert(0, {str(WORKER.parent)!r}); from worker.lockdown import die_with"
    script += "; die_with(0); print('lives')"
    run = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout, run.stderr) == (1, "", "")


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
