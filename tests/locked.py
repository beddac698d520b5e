"""A process that locks layers on itself, and tries what they forbid."""

from __future__ import annotations

import json
import subprocess
import sys

from autograder.sandbox.plan import WORKER

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
