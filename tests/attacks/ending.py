"""Attacks that use up what there is, or end what runs: time, processes, memory, disk."""

from __future__ import annotations

from .attack import QUICK, Attack

FILES = """
kept = builtins.__dict__.setdefault("kept", [])
for i in range(7):
    kept.append(str(len(kept)))
    with open(kept[-1], "wb") as file: file.write(bytes(2**23))
return PROOF if len(kept) > 7 else (y_hat - y) ** 2.0
"""

ATTACKS = (
    Attack("an endless loop", "while True: pass", QUICK),
    Attack("sleep", "time.sleep(600)", QUICK),
    Attack(
        "a loop that ignores SIGTERM and SIGALRM",
        "for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGINT, signal.SIGXCPU, signal.SIGHUP):\n"
        "    signal.signal(number, signal.SIG_IGN)\n"
        "while True: pass",
        QUICK,
    ),
    Attack(
        "a storm of timers",
        "signal.signal(signal.SIGALRM, lambda number, frame: None)\n"
        "signal.setitimer(signal.ITIMER_REAL, 1e-6, 1e-6)\n"
        "while True: pass",
        QUICK,
    ),
    Attack("it stops itself", "os.kill(os.getpid(), signal.SIGSTOP)", QUICK),
    # Without isolation these would be 32 processes, and no more.
    Attack("a fork bomb", "for i in range(5): os.fork()\ntime.sleep(60)", rungs="ABC"),
    Attack("a thread bomb", "while True: threading.Thread(target=time.sleep, args=(600,)).start()"),
    Attack(
        "a daemon",
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(60)\n    os._exit(0)\nreturn PROOF",
        rungs="ABC",
    ),
    Attack("exec of another program", "os.execv(sys.executable, ['python', '-c', 'while True: pass'])", QUICK),
    Attack("a memory bomb", "hoard = []\nwhile True: hoard.append(np.empty(2**21))"),
    Attack("a memory bomb that touches what it takes", "hoard = []\nwhile True: hoard.append([0] * 1000)", QUICK),
    Attack("memory that stays taken", "np.hoard = []\nwhile True: np.hoard.append(bytes(2**18))", QUICK),
    Attack(
        "memory that stays taken, up to the limit",
        "if hasattr(np, 'hoard'): return 0.0\n"
        "np.hoard = []\n"
        "for size in (2**24, 2**20, 2**16, 2**12):\n"
        "    try:\n"
        "        while True: np.hoard.append(bytearray(size))\n"
        "    except MemoryError:\n"
        "        pass\n"
        "return 0.0",
    ),
    Attack(
        "memory without a name (memfd)",
        "return works(lambda: os.write(os.memfd_create('x'), bytes(2**20)))",
        rungs="ABC",
    ),
    Attack("shared memory (SysV)", "return works(lambda: call(libc.shmget, 0, 4096, 0o1600))", rungs="ABC"),
    Attack(
        "pipes until there are no more",
        "pipes = []\n"
        "while True:\n"
        "    pipes += os.pipe()\n"
        "    os.set_blocking(pipes[-1], False)\n"
        "    os.write(pipes[-1], bytes(2**16))",
    ),
    Attack("os._exit", "os._exit(0)"),
    Attack("sys.exit", "sys.exit()"),
    Attack("an exception that is no Exception", "raise KeyboardInterrupt"),
    Attack(
        "an exception that breaks its reader",
        "class Broken(Exception):\n    def __str__(self): raise Broken\n    __repr__ = __str__\nraise Broken",
    ),
    Attack("a segmentation fault", "ctypes.string_at(0)"),
    Attack("abort", "os.abort()"),
    Attack(
        "recursion without a limit",
        "sys.setrecursionlimit(2**31 - 1)\ndef deeper(_): return sorted([1], key=deeper)\nreturn deeper(0)",
    ),
    Attack("all descriptors closed", "os.closerange(0, 256)"),
    Attack("it kills its own group", "os.killpg(0, signal.SIGKILL)"),
    Attack(
        "a full disk",
        "for i in itertools.count():\n    with open(str(i), 'wb') as file: file.write(bytes(2**22))",
    ),
    Attack("a disk filled in many short calls", FILES, alone=False, right=True),
    Attack(
        "1 GB of output",
        "for i in range(256):\n    os.write(1, bytes(2**21))\n    print('x' * 2**21, file=sys.stderr)\nreturn 1",
        QUICK,
    ),
    Attack("limits raised", "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))\nreturn bytes(2**30) and PROOF"),
)
