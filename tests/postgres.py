"""A PostgreSQL of one's own, from the programs that a Debian package brings: on a socket in a temporary folder."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; Debian keeps them out of the way."""
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return Path(found).parent if found else folders[-1].parent if folders else None


@contextmanager
def server() -> Iterator[str]:
    """Yield the start of the URLs of a server's databases, and their end, around the name: start it, and stop it."""
    folder = programs()
    assert folder
    # A socket's path may not be long; and root may not run the server.
    at = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    user = "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"
    other = {"user": user} if os.getuid() == 0 else {}
    if other:
        shutil.chown(at, user)
    options = f"-c listen_addresses='' -c unix_socket_directories={at} -c fsync=off"

    def call(*words: str) -> None:
        with (at.parent / f"{at.name}.log").open("ab") as log:
            subprocess.run([folder / words[0], *words[1:]], check=True, cwd=at, stdout=log, stderr=log, **other)

    try:
        call("initdb", "-D", f"{at}/data", "-U", "teacher", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        call("pg_ctl", "-D", f"{at}/data", "-o", options, "-w", "-l", f"{at}/log", "start")
        try:
            yield f"postgresql://teacher@/{{}}?host={at}"
        finally:
            call("pg_ctl", "-D", f"{at}/data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(at, ignore_errors=True)
        (at.parent / f"{at.name}.log").unlink(missing_ok=True)
