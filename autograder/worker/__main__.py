"""The process that a student's code runs in: `python -I -S autograder/worker MEMORY FOLDER...`.

It imports neither `autograder` nor `solutions`, so no expected value and no hidden case is ever in it, and it talks to
the grader in plain data only. MEMORY is its limit in bytes, 0 for none; the FOLDERs are where it may import from, the
first one before anything else.
"""

import os
import sys
from typing import BinaryIO


def main() -> None:
    """Set the process up, then answer the grader's messages until it hangs up."""
    _limit_resources(int(sys.argv[1]))
    first, *others = sys.argv[2:]
    sys.path.insert(0, first)
    sys.path += others  # -S left them out, so that no .pth file in them leads to the course's own folder
    stdin, stdout = _take_channel()
    from answering import Desk  # type: ignore[import-not-found]  # it needs NumPy, which is on the path only now

    Desk(stdin, stdout).serve()


def _limit_resources(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits: the grader's clock is all that holds there
        return
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 64 * 2**20, resource.RLIMIT_CPU: 900}
    if memory:
        limits[resource.RLIMIT_AS] = memory
    for kind, value in limits.items():
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):
            continue  # macOS refuses some, and a lower hard limit may stand already


def _take_channel() -> tuple[BinaryIO, BinaryIO]:
    """Return the pipes from and to the grader, and point the standard streams elsewhere, so that no print gets in."""
    stdin, stdout = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    return stdin, stdout


main()
