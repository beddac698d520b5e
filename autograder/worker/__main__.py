"""The process that a student's code runs in: `python -I -S autograder/worker PLAN`.

It imports neither `autograder` nor `solutions`, so no expected value and no hidden case is ever in it, and it talks to
the grader in plain data only. PLAN is JSON made by `autograder.isolation`: `memory`, the limit in bytes, 0 for none;
`folders`, where it may import from, the first one before anything else; and what `lockdown` and `namespaces` take.
"""

import json
import os
import sys
from typing import Any, BinaryIO


def main() -> None:
    """Set the process up, lock it down, say so, then answer the grader's messages until it hangs up."""
    plan = json.loads(sys.argv.pop())
    _limit_resources(plan["memory"])
    failed = _enter_namespaces(plan)
    first, *others = plan["folders"]
    sys.path.insert(0, first)
    sys.path += others  # -S left them out, so that no .pth file in them leads to the course's own folder
    stdin, stdout = _take_channel()
    # They need NumPy, which is on the path only now; and what is imported here need not be allowed later.
    from answering import Desk  # type: ignore[import-not-found]
    from lockdown import lock  # type: ignore[import-not-found]
    from wire import send  # type: ignore[import-not-found]

    layers = failed | lock(plan)
    send(stdout, {"layers": layers}, [])
    if not any(layers.values()):
        Desk(stdin, stdout).serve()


def _enter_namespaces(plan: dict[str, Any]) -> dict[str, str]:
    if "namespaces" not in plan["layers"]:
        return {}
    from namespaces import enter  # type: ignore[import-not-found]

    try:
        enter(plan)
    except OSError as error:
        return {"namespaces": f"namespaces: {error.strerror}"}
    except KeyError:
        return {"namespaces": f"namespaces: no numbers of system calls are known for {os.uname().machine}"}
    plan["parent"] = os.getppid()
    return {"namespaces": ""}


def _limit_resources(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits: the grader's clock is all that holds there
        return
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 64 * 2**20,
        resource.RLIMIT_CPU: 900,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_MEMLOCK: 0,
    }
    if memory:
        limits[resource.RLIMIT_AS] = memory
    for kind, value in limits.items():
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):
            continue  # macOS refuses some, and a lower hard limit may stand already


def _take_channel() -> tuple[BinaryIO, BinaryIO]:
    """Return the pipes from and to the grader, and point the standard streams elsewhere, so that no print gets in.

    All other descriptors are closed: whatever the grader had open at its start is not the student's to find.
    """
    stdin, stdout = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    low, high = sorted((stdin.fileno(), stdout.fileno()))
    os.closerange(3, low)
    os.closerange(low + 1, high)
    os.closerange(high + 1, 256)
    return stdin, stdout


main()
