"""How far this machine keeps a student's code from everything else: the rungs A to D, and a probe that tries them.

Each rung is a set of layers that the worker's process locks on itself (`worker/lockdown.py`, `worker/namespaces.py`)
before it loads a student's code. The probe starts such a process and lets it try what is forbidden.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..course import Chapter, current
from ..files import NO_ROOM, TemporaryFolder
from ..worker import wire
from . import forkserver
from .pipes import Pipes
from .plan import LAYERS, IsolationError, Rung, unconfirmed, why_no_other_user

PROBE_SECONDS = 60

PROMISES: dict[Rung, str] = {
    "A": "no known way to read, write, signal or stay outside the worker's process; not against bugs of the kernel",
    "B": "the same, but whether a file exists, and its size, can be found out",
    "C": "no network, no other processes; but files that everybody may read can be read",
    "D": "none: for practice, with code that you trust",
}
HELP = {
    "namespaces": "allow user namespaces (Ubuntu: apparmor_restrict_unprivileged_userns; a container of Docker: as an "
    "ordinary user, with --security-opt seccomp=unconfined --security-opt apparmor=unconfined)",
    "landlock": "a Linux kernel of 5.13 or later with Landlock switched on (a container: Docker 20.10.18 or later)",
    "seccomp": "Linux on x86-64 or aarch64",
    "user": "run as root with a Python that all users may read, outside /root",
}

# Each is tried in the worker; it has to fail.
ATTEMPTS = """
import os, socket

def tries(secret, grader):
    def read(): return open(secret).read()
    def names(): return os.listdir(os.path.dirname(secret))
    def write(): return open(secret, "a").close()
    def network(): return socket.socket(socket.AF_INET).close()
    def unix(): return socket.socket(socket.AF_UNIX).close()
    def process():
        if os.fork() == 0: os._exit(0)
    def signals(): return os.kill(grader, 0)
    done = []
    for attempt in (read, names, write, network, unix, process, signals):
        try:
            attempt()
            done.append(attempt.__name__)
        except OSError:
            pass
    return done
"""
# Where there is no Landlock, what everybody may read can be read; the rung promises no more.
CONCEDED: dict[Rung, frozenset[str]] = {"A": frozenset(), "B": frozenset(), "C": frozenset({"names"}), "D": frozenset()}


@dataclass(frozen=True)
class Reached:
    """The rung that a machine reaches.

    Args:
        rung: "A", the best, to "D".
        reasons: why not more, a sentence for each rung above.
    """

    rung: Rung
    reasons: tuple[str, ...] = ()

    def at_least(self, rung: Rung) -> bool:
        """Tell whether this is as good as another rung.

        Example:
            >>> Reached("A").at_least("B"), Reached("C").at_least("B")
            (True, False)
        """
        return self.rung <= rung


_reached: Reached | None = None


def reached(chapter: Chapter | None = None) -> Reached:
    """Return the best rung of this machine, and why not more: asked once, or taken over from another process.

    Args:
        chapter: what is graded next: the process that forks workers for it is started here, and stays.
    """
    global _reached
    _reached = _reached or climb(chapter)
    return _reached


def take_over(found: Reached) -> None:
    """Take the word of the process that started this one, on the same machine, for what is reached.

    Args:
        found: what is reached there.
    """
    global _reached
    _reached = found


def climb(chapter: Chapter | None = None) -> Reached:
    """Return the best rung that a probe on this machine shows to hold, and why not more.

    Args:
        chapter: as for `reached`.
    """
    reasons: list[str] = []
    rungs: tuple[Rung, ...] = ("A", "B", "C")
    for rung in rungs:
        why = probe(rung, chapter)
        if not why:
            return Reached(rung, tuple(reasons))
        reasons.append(f"not {rung}: {why}")
        if chapter:
            forkserver.close()  # what has been started for a rung that does not hold
    return Reached("D", tuple(reasons))


def probe(rung: Rung, chapter: Chapter | None = None) -> str:
    """Return why a rung does not hold on this machine; an empty text if it holds.

    Args:
        rung: what to try.
        chapter: as for `reached`.
    """
    if sys.platform != "linux":
        return "its layers are of the Linux kernel"
    if rung == "C" and (closed := why_no_other_user()):
        return closed
    try:
        return _judge(rung, *_run(rung, chapter))
    except (OSError, wire.WireError) as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:  # that says nothing of the rungs
            raise IsolationError(f"{tempfile.gettempdir()}: {error.strerror}: make room for temporary files") from error
        return f"the probe failed ({type(error).__name__}: {error})"


def _run(rung: Rung, chapter: Chapter | None = None) -> tuple[list[tuple[dict[str, Any], list[bytes]]], str]:
    """Return the messages of a worker that tries what is forbidden, and why there are none."""
    received: list[tuple[dict[str, Any], list[bytes]]] = []
    with TemporaryFolder() as folder:
        secret = folder / "secret"
        secret.write_text("secret", encoding="ascii")
        secret.chmod(0o600)
        tree, buffers = wire.encode(((str(secret), os.getpid()), {}))
        asked = wire.pack({"do": "read", "cells": [ATTEMPTS]}, [])
        asked += wire.pack({"do": "load", "names": ["tries"], "way": "slice"}, [])
        asked += wire.pack(
            {"do": "call", "name": "tries", "names": [], "cases": [{"value": tree, "times": 1}]}, buffers
        )
        server = forkserver.of(chapter, rung) if chapter else forkserver.ForkServer(current().chapters[0], rung)
        try:
            with Pipes() as pipes:
                worker = server.fork(2**30, *pipes.theirs)
                pipes.hand_over()
                end = time.monotonic() + PROBE_SECONDS
                pipes.send(asked, end)
                while len(received) < 4 and (frame := pipes.receive(end)):
                    received.append(wire.unpack(frame))
            if chapter:
                server.end(*worker, patient=False)
        except forkserver.ForkServerLost as lost:
            return received, str(lost)
        finally:
            if not chapter:
                server.close()
    return received, ""


def _judge(rung: Rung, received: list[tuple[dict[str, Any], list[bytes]]], said: str) -> str:
    if not received:
        return f"the worker's process did not start: {said[-200:]}"
    if why := unconfirmed(rung, received[0][0]):
        return why
    if len(received) < 4:
        return "the worker's process ended when it tried what is forbidden"
    (answer,), parts = received[3][0]["answers"], received[3][1]
    done = wire.decode(answer["outputs"], parts)
    if not done:
        return f"the probe failed ({answer['error']})"
    succeeded = sorted(set(done[0]) - CONCEDED[rung])
    return f"the worker could do what it must not: {', '.join(succeeded)}" if succeeded else ""


def layers_here() -> dict[str, str]:
    """Return why each layer does not work on this machine; an empty text where it works."""
    if sys.platform != "linux":
        return dict.fromkeys(HELP, "it is a layer of the Linux kernel")
    received, _ = _run("A")
    said = received[0][0]["layers"] if received else {}
    return {name: said.get(name, "the worker did not start") for name in LAYERS["A"]} | {"user": why_no_other_user()}


def advice(best: Reached) -> Iterable[str]:
    """Yield what would reach more than a rung, a line each.

    Args:
        best: the rung reached, and why not more.

    Example:
        >>> list(advice(Reached("B", ("not A: namespaces: Operation not permitted",))))[0][:40]
        'For more, namespaces: allow user namespa'
    """
    for layer, text in HELP.items():
        if any(layer in reason for reason in best.reasons):
            yield f"For more, {layer}: {text}."
