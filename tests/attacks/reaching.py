"""Attacks that reach out of the process: for files, the network, other processes and the next submission."""

from __future__ import annotations

from .attack import Attack

SOCKETS = """
return works(
    lambda: socket.create_connection(("127.0.0.1", 9), 1),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW),
    lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    lambda: socket.socket(40, socket.SOCK_STREAM),
)
"""
LOCAL_SOCKETS = """
def bind(name):
    socket.socket(socket.AF_UNIX).bind(name)
return works(lambda: bind("socket"), lambda: bind("\\0abstract"), socket.socketpair)
"""
# A number of 0 asks whether the signal might be sent; whoever may send that one may send SIGKILL.
SIGNALS = """
return works(
    lambda: os.kill(GRADER, 0),
    lambda: os.kill(os.getppid(), 0),
    lambda: os.kill(-1, 0),
    lambda: os.kill(1 if os.getpid() != 1 else 2, 0),  # on rung A it is the first process itself
    lambda: call(libc.syscall, 424, os.getppid(), 0, 0, 0),
)
"""
OWNERS = """
def own(number, group):
    fcntl.fcntl(number, fcntl.F_SETOWN, group)
    fcntl.fcntl(number, 10, signal.SIGKILL)
    fcntl.fcntl(number, fcntl.F_SETFL, os.O_ASYNC)
return works(*(lambda n=n, g=g: own(n, g) for n in range(256) for g in (GRADER, -GRADER, os.getppid())))
"""
WRITING = """
places = ["/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", "/", "/usr/lib", COURSE, SUBMISSIONS, TEMPORARY]
places += [os.path.dirname(np.__file__), os.path.expanduser("~root"), "..", "../..", "../modules"]
def write(place):
    path = os.path.join(place, PROOF)
    try:
        open(path, "w").close()
    finally:
        os.path.exists(path) and os.unlink(path)
return works(*(lambda place=place: write(place) for place in places))
"""
SPOILING = """
def each(path):
    yield lambda: open(path, "a")
    yield lambda: os.unlink(path)
    yield lambda: os.rename(path, path + ".old")
    yield lambda: os.rename(path, "mine")
    yield lambda: os.link(path, "mine")
    yield lambda: os.chmod(path, 0o777)
    yield lambda: os.utime(path, (0, 0))
    yield lambda: os.truncate(path, 0)
    yield lambda: os.open(path, os.O_RDONLY | os.O_TRUNC)
    yield lambda: os.setxattr(path, "user.x", b"1")
return works(*each(SECRET_FILE), *each(CLASSMATE), *each(os.path.join(COURSE, "autograder", "evaluate.py")))
"""
SIBLINGS = """
class Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
mine = ctypes.create_string_buffer(8)
here, there = Part(ctypes.addressof(mine), 8), Part(id(None), 8)
def read(pid):
    if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) < 0:
        if ctypes.get_errno() != 14:  # the address is none of theirs, but theirs was looked at
            raise OSError
others = [GRADER, os.getppid(), *range(GRADER - 100, GRADER + 200), *range(1, 20)]
return works(*(lambda pid=pid: read(pid) for pid in others if pid not in (os.getpid(), 0)))
"""
TRACING = """
seize = 0x4206
others = [GRADER, os.getppid(), *range(max(2, GRADER - 100), GRADER + 200)]
return works(*(lambda pid=pid: call(libc.ptrace, seize, pid, 0, 0) for pid in others if pid != os.getpid()))
"""
PROC = """
names = [f"/proc/{pid}/{name}" for pid in (GRADER, "self", 1) for name in ("mem", "maps", "environ", "cmdline")]
return works(lambda: os.listdir("/proc"), *(lambda name=name: open(name, "rb").read(1) for name in names))
"""
STEAL = """
names = {}
exec(open(f"{COURSE}/solutions/gradient_descent.py").read().replace("from .", "from solutions."), names)
return names["squared_error"](y_hat, y)
"""
IMPORT = """
sys.path.insert(0, COURSE)
for name in [name for name in sys.modules if name.split(".")[0] in ("solutions", "autograder")]:
    del sys.modules[name]
"""
LOCKS = """
numpy = open(np.__file__)
return works(
    lambda: fcntl.flock(numpy, fcntl.LOCK_SH),
    lambda: fcntl.lockf(numpy, fcntl.LOCK_SH),
    lambda: call(libc.inotify_init1, 0),
    lambda: call(libc.fanotify_init, 0, 0),
    *(lambda number=number: fcntl.flock(number, fcntl.LOCK_SH) for number in range(9)),
)
"""
LEAVE = """
places = [".", "~", "/tmp", "/var/tmp", "/dev/shm", TEMPORARY, SUBMISSIONS, tempfile.gettempdir(), "..", "../modules"]
places += [os.path.dirname(np.__file__), COURSE]
for place in places:
    for name in ("left", "sitecustomize.py", "numpy.py"):
        try:
            with open(os.path.join(os.path.expanduser(place), name), "w") as file: file.write(PROOF)
        except OSError:
            pass
np.left = builtins.left = os.environ["left"] = wire.left = PROOF
for number in descriptors():
    try:
        os.write(number, PROOF.encode())
    except OSError:
        pass
"""
FIND = """
places = [".", "~", "/tmp", "/var/tmp", "/dev/shm", TEMPORARY, SUBMISSIONS, tempfile.gettempdir(), "..", "../modules"]
places += [os.path.dirname(np.__file__), COURSE]
found = [str(getattr(thing, "left", "")) for thing in (np, builtins, wire)] + [os.environ.get("left", "")]
for place in places:
    for name in ("left", "sitecustomize.py", "numpy.py"):
        try:
            found.append(open(os.path.join(os.path.expanduser(place), name)).read())
        except OSError:
            pass
for number in descriptors():
    try:
        os.set_blocking(number, False)
        found.append(os.read(number, 1000).decode(errors="replace"))
    except OSError:
        pass
return secrets(" ".join(found))
"""

ATTACKS = (
    Attack("it reads the solution", STEAL, rungs="AB"),
    Attack(
        "it imports the solution",
        f"{IMPORT}from solutions.gradient_descent import squared_error as theirs\nreturn theirs(y_hat, y)",
        rungs="AB",
    ),
    Attack(
        "it imports the exercises",
        f"{IMPORT}from autograder.checking.catalogue import find\n"
        "return find('gradient_descent.squared_error').reference(y_hat, y)",
        rungs="AB",
    ),
    Attack("it reads a classmate's notebook", "return secrets(open(CLASSMATE).read())", rungs="AB"),
    Attack("it lists the classmates", "return secrets(' '.join(os.listdir(SUBMISSIONS)))", rungs="AB"),
    Attack("it reads a secret file", "return secrets(open(SECRET_FILE).read())", rungs="ABC"),
    Attack(
        "it reads the grader's environment",
        "try:\n    theirs = open(f'/proc/{GRADER}/environ').read()\n"
        "except OSError:\n    theirs = ''\n"
        "return secrets(theirs + str(os.environ))",
        rungs="ABC",
    ),
    Attack(
        "it reads the grader's memory",
        "return works(lambda: open(f'/proc/{GRADER}/mem', 'rb'), lambda: open(f'/proc/{os.getppid()}/mem', 'rb'))",
        rungs="ABC",
    ),
    Attack("it looks around in /proc", PROC, rungs="AB"),
    Attack("sockets: TCP, UDP, raw, netlink, vsock", SOCKETS, rungs="ABC"),
    Attack("sockets: unix, abstract, pairs", LOCAL_SOCKETS, rungs="ABC"),
    Attack("it signals the grader, its parent, everybody", SIGNALS, rungs="ABC"),
    Attack("it lets a pipe signal the grader (F_SETOWN, F_SETSIG)", OWNERS, rungs="ABC"),
    Attack("ptrace of the grader and of siblings", TRACING, rungs="ABC"),
    Attack("process_vm_readv of the grader and of siblings", SIBLINGS, rungs="ABC"),
    Attack("it writes outside its folder", WRITING, rungs="AB"),
    Attack("it spoils files of others", SPOILING, rungs="ABC"),
    Attack("locks, inotify, fanotify", LOCKS, rungs="ABC"),
    Attack("a message left for the next submission", FIND, rungs="AB", first=LEAVE),
    Attack(
        "it becomes another user, or enters a namespace",
        """
return works(
    lambda: os.setuid(1), lambda: os.setgid(1), lambda: os.setgroups([0]), lambda: os.setresuid(1, 1, 1),
    lambda: call(libc.unshare, 0x10000000), lambda: call(libc.unshare, 0x20000),
    lambda: os.chroot("."), lambda: call(libc.mount, b"none", b"/tmp", b"tmpfs", 0, None),
    lambda: call(libc.syscall, 425, 1, 0),
)
""",
        rungs="ABC",
    ),
)
