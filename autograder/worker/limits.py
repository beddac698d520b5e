"""What a worker may use of the machine, and which of its parent's descriptors it keeps. The standard library alone."""

from __future__ import annotations

import mmap
import os
from collections.abc import Collection

MAX_DESCRIPTORS = 256
ROOM = 2**20


def limit_resources(memory: int) -> None:
    """Bound what this process may use; a limit that the system refuses is passed over.

    Args:
        memory: bytes of address space; 0 for no limit.

    Raises:
        OSError: too little of it is left for any work.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limits: the grader's clock is all that holds there
        return
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 64 * 2**20,
        resource.RLIMIT_CPU: 900,
        resource.RLIMIT_NOFILE: MAX_DESCRIPTORS,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_DATA: resource.getrlimit(resource.RLIMIT_DATA)[1],  # the grader's own may be lower
    }
    if memory:
        limits[resource.RLIMIT_AS] = memory
    for kind, value in limits.items():
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):
            continue  # macOS refuses some, and a lower hard limit may stand already
    mmap.mmap(-1, ROOM).close()  # which asks for the room, and does not fill it


def close_all_but(kept: Collection[int | None]) -> None:
    """Close all descriptors above the standard streams but some: what the parent had open is not the student's to find.

    Args:
        kept: descriptors to keep; None stands for none.
    """
    start = 3
    for descriptor in sorted(number for number in kept if number is not None):
        os.closerange(start, descriptor)
        start = descriptor + 1
    os.closerange(start, MAX_DESCRIPTORS)
