"""Write files so that nobody ever meets half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8 with \\n line ends, whole or not at all; folders are made as needed.

    Raises:
        OSError: the folder cannot be written; the old file, if any, is as it was.

    Example:
        >>> folder = Path(tempfile.mkdtemp())
        >>> write_text(folder / "a" / "b.txt", "slope")
        >>> (folder / "a" / "b.txt").read_text()
        'slope'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        mode = path.stat().st_mode if path.exists() else 0o644
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
