"""Pinned versions for all that is handed out: the course's requirements as installed here."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ..errors import UserError
from ..layers import COURSE, needed

PYTHON = "{}.{}".format(*sys.version_info)  # the version that these pins are known to work with


def files(layer: str, without: Collection[str] = ()) -> dict[str, str]:
    """Return the files from which pip installs the requirements of a layer, in the versions of this environment.

    `requirements.txt` lists them, and refers to `constraints.txt` for what they require in turn, which is installed
    only where it is needed: so both files serve other systems too. There are no hashes, since an installation does not
    keep those of the files that it came from.

    Args:
        layer: an extra of pyproject.toml, say `lab`.
        without: names of its requirements to leave out.

    Returns: the texts by file name.

    Raises:
        UserError: the layer is not installed here.
    """
    own = [requirement for requirement in _needs(COURSE, [layer]) if requirement.name not in without]
    try:
        pins = _installed(own)
    except metadata.PackageNotFoundError as error:
        raise UserError(needed("This", layer)) from error
    listed = {canonicalize_name(requirement.name) for requirement in own}
    return {
        "requirements.txt": _lines("-c constraints.txt", *(f"{name}=={pins[name]}" for name in sorted(listed))),
        "constraints.txt": _lines(*(f"{name}=={pins[name]}" for name in sorted(pins.keys() - listed))),
    }


def _installed(requirements: Iterable[Requirement]) -> dict[str, str]:
    """Return the versions of some packages, and of all that they require, by name."""
    waiting = [(canonicalize_name(each.name), frozenset(each.extras)) for each in requirements]
    met = set()
    while waiting:
        if (package := waiting.pop()) not in met:
            met.add(package)
            waiting += [(canonicalize_name(each.name), frozenset(each.extras)) for each in _needs(*package)]
    return {name: metadata.version(name) for name, _ in met}


def _needs(name: str, extras: Collection[str] = ()) -> Iterator[Requirement]:
    """Yield what a package requires on this system."""
    for requirement in map(Requirement, metadata.requires(name) or ()):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield requirement


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"
