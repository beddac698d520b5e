"""The layers in which the course can be installed: the extras of pyproject.toml."""

from __future__ import annotations

import re
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
