"""The layers in which the course can be installed: the extras of pyproject.toml."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata

COURSE = "follow-the-slope"


def needed(what: str, layer: str) -> str:
    """Return the message for something that needs a missing layer."""
    return f'{what} needs more packages: pip install "{COURSE}[{layer}]"'


def is_whole(layer: str) -> bool:
    """Return whether all packages of a layer are installed.

    Example:
        >>> is_whole("grade")
        True
    """
    for line in metadata.requires(COURSE) or ():
        requirement, _, marker = line.partition(";")
        if re.search(rf"extra == ['\"]{layer}['\"]", marker):
            try:
                metadata.version(re.split(r"[^\w.-]", requirement)[0])
            except metadata.PackageNotFoundError:
                return False
    return True


@contextmanager
def importing(what: str, layer: str) -> Iterator[None]:
    """Tell a user who lacks a layer what to install, and let Ctrl-C end the program at once, without a traceback.

    Args:
        what: what needs the layer.
        layer: its name.
    """
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        # Not an exception: raised in the middle of an import, it would show a traceback, or be swallowed.
        signal.signal(signal.SIGINT, lambda number, frame: os._exit(130))
    try:
        yield
    except ModuleNotFoundError:
        if is_whole(layer):
            raise
        sys.exit(needed(what, layer))
    finally:
        signal.signal(signal.SIGINT, before)
