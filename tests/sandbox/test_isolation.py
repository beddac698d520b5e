"""The rungs of isolation, each in real workers: what is forbidden is refused, and right answers stay right."""

from __future__ import annotations

import inspect
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from autograder.checking.exercise import Case
from autograder.course import find as find_chapter
from autograder.sandbox import forkserver, isolation, pipes, plan, workdir
from autograder.sandbox.isolation import IsolationError, Reached
from autograder.sandbox.process import Limits, Worker
from autograder.sandbox.session import Session

CHAPTER = find_chapter("01")
COURSE = Path(isolation.__file__).parents[1]
RIGHT = "def right(): return 5"

linux = pytest.mark.skipif(sys.platform != "linux", reason="the rungs above D are of the Linux kernel")


@pytest.fixture(params=["A", "B", "C"])
def rung(request, monkeypatch):
    """Each rung that this machine reaches."""
    if why := probed(request.param):
        pytest.skip(f"rung {request.param} is not reached here: {why}")
    monkeypatch.setattr(isolation, "reached", lambda: Reached(request.param))
    return request.param


PROBES: dict[str, str] = {}


def probed(rung) -> str:
    if rung not in PROBES:
        PROBES[rung] = isolation.probe(rung)
    return PROBES[rung]


@pytest.fixture
def session():
    """Return a function that opens a session on some cells, closed at the end of the test."""
    opened = []

    def open_session(*cells: str, limits: Limits | None = None) -> Session:
        opened.append(Session(cells, CHAPTER, limits or Limits(20.0)))
        return opened[-1]

    yield open_session
    for each in opened:
        each.close()


def run(session: Session, name: str, *args):
    runner, why = session.load(name)
    assert runner is not None, why
    return runner.run(Case("a case", args), [f"a{i}" for i in range(len(args))])


# Each raises an OSError, or gives what it should not have reached.
FORBIDDEN = {
    "tcp": "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
    "udp": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "unix": "socket.socket(socket.AF_UNIX)",
    "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "vsock": "socket.socket(40, socket.SOCK_STREAM)",
    "fork": "os.fork()",
    "exec": "os.execv(sys.executable, ['python', '-c', '1'])",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "kill the grader": "os.kill(GRADER, 0)",
    "kill all": "os.kill(-1, 0)",
    "kill the group": "os.killpg(0, 0)",
    "own a signal": "[fcntl.fcntl(fd, fcntl.F_SETOWN, GRADER) for fd in range(9)]",
    "lock": "[fcntl.flock(fd, fcntl.LOCK_SH) for fd in range(9)]",
    "memfd": "os.memfd_create('x')",
    "shared memory": "raw(29, 0, 4096, 0o1600)",
    "trace": "raw(101, 16, GRADER, 0, 0)",
    "read memory": "raw(310, GRADER, 0, 0, 0, 0, 0)",
    "io_uring": "raw(425, 1, 0)",
    "inotify": "raw(294, 0)",
    "outlive the grader": "raw(157, 1, 0, 0, 0, 0)",
    "another user": "os.setuid(0)",
    "a namespace": "raw(272, 0x10000000)",
    "write outside": "open(SECRET + '.new', 'w')",
    "overwrite": "open(SECRET, 'w')",
    "delete": "os.unlink(SECRET)",
    "change rights": "os.chmod(SECRET, 0o777)",
    "link": "os.link(SECRET, 'link')",
    "read a secret": "open(SECRET).read()",
}
FORBIDDEN_FILES = {
    "read": "open('/etc/passwd').read()",
    "read the course": f"open({str(COURSE / 'exercises' / 'start_here.py')!r}).read()",
    "list the course": f"os.listdir({str(COURSE / 'exercises')!r})",
    "list the root": "os.listdir('/etc')",
    "list others": f"os.listdir({tempfile.gettempdir()!r})",
    "proc": "os.listdir('/proc')",
    "the grader's memory": "open(f'/proc/{GRADER}/mem', 'rb').read(1)",
    "its own maps": "open('/proc/self/maps').read()",
}
ATTACK = """
import ctypes, fcntl, os, platform, socket, sys

def raw(number, *arguments):
    # The numbers are those of x86-64; elsewhere the test has nothing to ask.
    if platform.machine() != "x86_64":
        raise PermissionError
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)) < 0:
        raise OSError(ctypes.get_errno(), "refused")

def attack(expressions, grader, secret):
    names = {"os": os, "sys": sys, "socket": socket, "fcntl": fcntl, "raw": raw, "GRADER": grader, "SECRET": secret}
    done = []
    for name, expression in expressions.items():
        try:
            eval(expression, names)
            done.append(name)
        except OSError:
            pass
    return done
"""


@linux
def test_what_is_forbidden_is_refused_and_right_answers_stay_right(session, rung, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    secret.chmod(0o600)
    attacks = FORBIDDEN if rung == "C" else FORBIDDEN | FORBIDDEN_FILES
    opened = session(ATTACK, RIGHT)
    outcome = run(opened, "attack", attacks, os.getpid(), str(secret))
    assert outcome.error is None
    assert outcome.outputs == ([],)
    assert run(opened, "right").outputs == (5,)
    assert secret.read_text() == "secret"
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_the_attacks_succeed_where_nothing_is_locked(session, monkeypatch, tmp_path):
    monkeypatch.setattr(isolation, "reached", lambda: Reached("D"))
    secret = tmp_path / "secret"
    secret.write_text("secret")
    names = ["tcp", "read a secret", "read the course", "list others", "write outside"]
    attacks = {name: (FORBIDDEN | FORBIDDEN_FILES)[name] for name in names}
    assert run(session(ATTACK), "attack", attacks, os.getpid(), str(secret)).outputs == (names,)


@linux
@pytest.mark.parametrize(
    "module", ["scipy.special", "matplotlib.pyplot", "sklearn.linear_model", "email.mime.text", "wsgiref.util"]
)
def test_libraries_load_after_the_lock(session, rung, module):
    cell = f"def f():\n    import sys\n    before = {module!r} in sys.modules\n    import {module}\n    return before"
    assert run(session(cell, limits=Limits(60.0)), "f").outputs == (False,)


@linux
def test_a_plot_is_drawn_and_written(session, rung):
    cell = """
import matplotlib.pyplot as plt, os, tempfile
def f():
    plt.plot([1, 2])
    plt.savefig("plot.png")
    with tempfile.TemporaryDirectory() as folder:
        open(os.path.join(folder, "x"), "w").close()
    return os.path.getsize("plot.png") > 1000
"""
    assert run(session(cell, limits=Limits(60.0)), "f").outputs == (True,)


FLOOD = {
    "bytes": "open(str(i), 'wb').write(bytes(2**20))",
    "files": "open(str(i), 'wb').close()",
    "depth": "os.mkdir('d'); os.chdir('d')",
}


@linux
@pytest.mark.parametrize("kind", FLOOD)
def test_the_disk_is_not_filled_and_nothing_stays(session, rung, kind, monkeypatch):
    monkeypatch.setattr(pipes, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(workdir, "MAX_FILES", 300)
    folders = []
    cell = f"import itertools, os\ndef f(tell):\n    tell(os.getcwd())\n    for i in itertools.count(): {FLOOD[kind]}"
    opened = session(cell, RIGHT, limits=Limits(5.0))
    error = run(opened, "f", folders.append).error
    if rung == "A":  # a disk in memory, full at its limit
        assert error.kind in ("OSError", "Timeout")
    else:
        assert error.text == "it wrote too many files, or too much into them"
    opened.close()
    assert run(opened, "right").outputs == (5,)
    opened.close()
    assert not list(Path(folders[0]).parent.rglob("*/*"))


@linux
@pytest.mark.parametrize("large", [True, False])
def test_files_that_nobody_sees_do_not_fill_the_disk(session, rung, large, monkeypatch):
    # As if three quarters of the disk were taken, or most of it were free.
    found = shutil.disk_usage

    def disk(path):
        free = found(path).free
        return SimpleNamespace(free=free, total=free * (2 if large else 8))

    monkeypatch.setattr(shutil, "disk_usage", disk)
    monkeypatch.setattr(workdir, "MAX_BYTES", 2**24)
    cell = """
import os
kept = []
def f():
    for i in range(20):
        kept.append(open(str(i), "wb"))
        os.unlink(str(i))
        kept[-1].write(bytes(2**21))
        kept[-1].flush()
    return 1
"""
    outcome = run(session(cell, limits=Limits(20.0)), "f")
    if rung == "A" or large:  # a disk of its own, or one with room
        assert outcome.outputs == (1,)
    else:
        assert outcome.error.text == "it wrote too many files, or too much into them"


@linux
def test_threads_are_bounded_by_memory(session, rung):
    cell = "import threading, time\ndef f():\n    while True: threading.Thread(target=time.sleep, args=(60,)).start()"
    opened = session(cell, RIGHT, limits=Limits(10.0, 20.0, 2**29))
    assert run(opened, "f").error.kind == "RuntimeError"
    opened.close()
    assert run(opened, "right").outputs == (5,)


GRADER = """
import sys
from autograder.commands import doctor
from autograder.course import find
from autograder.checking.exercise import Case
from autograder.sandbox.isolation import Reached
from autograder.sandbox import isolation
from autograder.sandbox.process import Limits
from autograder.sandbox.session import Session

isolation.reached = lambda: Reached(sys.argv[1])
session = Session(["def f(tell):\\n    tell(1)\\n    while True: pass"], find("01"), Limits(600.0))
runner, why = session.load("f")
runner.run(Case("a case", (lambda number: print("looping", flush=True),)), ["tell"])
"""


@linux
def test_a_killed_grader_takes_its_workers_along(rung):
    with subprocess.Popen([sys.executable, "-c", GRADER, rung], stdout=subprocess.PIPE, cwd=COURSE.parent) as grader:
        assert grader.stdout.readline() == b"looping\n"
        workers = psutil.Process(grader.pid).children(recursive=True)
        assert workers
        grader.kill()
        assert not psutil.wait_procs(workers, timeout=5)[1]


def with_plan(change):
    """Return `plan.command` with the plan changed on the way."""
    command = plan.command

    def changed(*args, **more):
        *start, text = command(*args, **more)
        return [*start, change(text)]

    return changed


@linux
def test_a_worker_that_does_not_confirm_its_rung_gets_no_code(monkeypatch):
    monkeypatch.setattr(plan, "command", with_plan(lambda text: text.replace('"landlock", ', "")))
    forkserver.close()
    worker = Worker(CHAPTER, 2**30, "B")
    try:
        with pytest.raises(IsolationError, match="rung B does not hold here: landlock is not confirmed"):
            worker.wait_until_ready(60)
    finally:
        worker.close()
        forkserver.close()


@linux
def test_the_probe_tells_a_missing_layer(monkeypatch):
    assert isolation.probe("B") == probed("B")
    monkeypatch.setattr(plan, "command", with_plan(lambda text: text.replace('"landlock", ', "")))
    assert isolation.probe("B") == "landlock is not confirmed"


@linux
@pytest.mark.parametrize(
    ("layers", "missing"), [((), ["network", "process", "signals"]), (("seccomp",), ["names", "write"])]
)
def test_the_probe_does_not_take_a_workers_word(monkeypatch, layers, missing):
    monkeypatch.setitem(plan.LAYERS, "B", layers)
    monkeypatch.setattr(plan, "why_no_other_user", lambda: "it would be a layer of its own")
    why = isolation.probe("B")
    assert why.startswith("the worker could do what it must not: ")
    assert set(missing) <= set(why.split(": ")[1].split(", "))


# What Docker's default seccomp profile refuses to those without CAP_SYS_ADMIN, of all that the layers call: setns,
# unshare, mount, umount2, pivot_root. Since version 20.10.18 it lets the three calls of Landlock pass.
IN_DOCKER = {"x86_64": [308, 272, 165, 166, 155], "aarch64": [268, 97, 40, 39, 41]}
LANDLOCK = [444, 445, 446]
CLIMB = """
import errno, struct, sys
from autograder.sandbox import isolation
from autograder.worker import lockdown, seccomp

code = [(seccomp.LOAD, 0, 0, seccomp.NUMBER)]
for number in sys.argv[1:]:
    code += [(seccomp.JUMP_EQUAL, 0, 1, int(number)), (seccomp.RETURN, 0, 0, seccomp.ERRNO | errno.EPERM)]
code.append((seccomp.RETURN, 0, 0, seccomp.ALLOW))
seccomp.program = lambda machine, pid: b"".join(struct.pack("HBBI", *instruction) for instruction in code)
lockdown.libc.prctl(lockdown.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
seccomp.install()
print(isolation.climb().rung)
"""


@pytest.mark.skipif(platform.machine() not in IN_DOCKER, reason="the numbers are those of other machines")
@linux
@pytest.mark.parametrize("more", [[], LANDLOCK], ids=["Docker", "Docker before 20.10.18"])
def test_in_a_container_of_docker_the_rung_is_the_best_without_namespaces(more):
    if not more and (why := probed("B")):
        pytest.skip(f"rung B is not reached here: {why}")
    command = [sys.executable, "-c", CLIMB, *map(str, [*IN_DOCKER[platform.machine()], *more])]
    done = subprocess.run(command, cwd=COURSE.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ("B" if not more else "D" if probed("C") else "C")


@linux
def test_a_worker_that_does_not_start_is_a_reason(monkeypatch):
    monkeypatch.setattr(plan, "command", with_plan(lambda text: "no plan"))
    assert isolation.probe("B").startswith("the worker's process did not start: ")
    assert isolation.climb().rung == "D"


@pytest.mark.parametrize(("holds", "rung"), [("ABC", "A"), ("BC", "B"), ("C", "C"), ("", "D")])
def test_the_best_rung_that_holds_is_reached(monkeypatch, holds, rung):
    monkeypatch.setattr(isolation, "probe", lambda rung, chapter=None: "" if rung in holds else "no [luck]")
    reached = isolation.climb()
    assert reached == Reached(rung, tuple(f"not {above}: no [luck]" for above in "ABC" if above < rung))
    assert [reached.at_least(other) for other in "ABCD"] == [rung <= other for other in "ABCD"]


def test_the_worker_imports_nothing_of_the_course():
    for path in plan.WORKER.glob("*.py"):
        for line in inspect.cleandoc(path.read_text(encoding="utf-8")).splitlines():
            assert not line.strip().startswith(
                ("from ..", "import autograder", "from autograder", "import solutions", "from solutions")
            )
