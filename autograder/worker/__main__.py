"""The process that a student's code runs in, or is forked from: `python -I -S autograder/worker PLAN`.

It imports neither `autograder` nor `solutions`, so no expected value and no hidden case is ever in it, and it talks to
the grader in plain data only. PLAN is JSON made by `sandbox/isolation.py`: `folders`, where it may import from, the
first one before anything else; and what `lockdown` and `namespaces` take. On Linux it also holds `control`, the
socket by which the grader asks for workers, which are then forked from here; elsewhere this process is the one worker,
and `memory` its limit in bytes, 0 for none.
"""

import json
import os
import sys
import types
from typing import Any, BinaryIO


def main() -> None:
    """Set the process up; then fork workers, or answer the grader's messages, until it hangs up."""
    plan = json.loads(sys.argv.pop())
    # This folder is a package by itself here: nothing of the one that it lies in is to be found.
    package = sys.modules["worker"] = types.ModuleType("worker")
    package.__path__ = [sys.path.pop(0)]
    failed = _enter_namespaces(plan)
    first, *others = plan["folders"]
    sys.path.insert(0, first)
    sys.path += others  # -S left them out, so that no .pth file in them leads to the course's own folder
    # What needs NumPy is imported only now that it is on the path.
    if "control" in plan:
        import socket

        from worker.forkserver import ForkServer

        # A low number: what is above the limit on descriptors would stay open in the workers.
        control = socket.socket(fileno=os.dup(plan["control"]))
        os.close(plan["control"])
        ForkServer(plan, control, failed).serve()
    else:
        from worker.lockdown import limit_resources

        limit_resources(plan["memory"])
        stdin, stdout = _take_channel()
        from worker.answering import Desk
        from worker.wire import send

        send(stdout, {"layers": {}}, [])
        Desk(stdin, stdout).serve()


def _enter_namespaces(plan: dict[str, Any]) -> dict[str, str]:
    if "namespaces" not in plan["layers"]:
        return {}
    from worker.namespaces import enter

    try:
        enter(plan)
    except OSError as error:
        return {"namespaces": f"namespaces: {error.strerror}"}
    except KeyError:
        return {"namespaces": f"namespaces: no numbers of system calls are known for {os.uname().machine}"}
    return {"namespaces": ""}


def _take_channel() -> tuple[BinaryIO, BinaryIO]:
    """Return the pipes from and to the grader, and point the standard streams elsewhere, so that no print gets in."""
    from worker.lockdown import close_all_but

    stdin, stdout = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    close_all_but({stdin.fileno(), stdout.fileno()})
    return stdin, stdout


main()
