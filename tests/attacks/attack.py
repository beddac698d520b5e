"""What an attack is, and the cells that all attacks start with."""

from __future__ import annotations

from dataclasses import dataclass

# A student's function has so many seconds, if the attack is to run into its time limit.
QUICK = 0.5
HOSTILE, HONEST = "squared_error", "relative_error"


@dataclass(frozen=True)
class Attack:
    """A notebook that attacks from within one of its functions; the other one is honest.

    Args:
        name: what it tries.
        body: the body of the hostile function. It returns PROOF, or a secret, where it gets what it wants.
        seconds: time limit of a call.
        rungs: where it has to fail. On the others nothing is promised that would stop it.
        alone: whether the notebook's honest function keeps its marks.
        first: body of a function handed in by a classmate before, to leave something behind.
        exercise: name of the hostile function: `squared_error(y_hat, y)`, or one that is given functions.
        top: what runs when the honest function is loaded.
    """

    name: str
    body: str
    seconds: float = 5.0
    rungs: str = "ABCD"
    alone: bool = True
    first: str = ""
    exercise: str = HOSTILE
    top: str = ""


# Names of the machine under attack come in a cell before.
TOOLS = '''
import builtins, ctypes, fcntl, gc, io, itertools, json, os, re, resource, signal, socket, struct, sys, tempfile
import threading, time
import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
wire = next(module for name, module in sys.modules.items() if name.rpartition(".")[2] == "wire")


def secrets(text):
    return " ".join(re.findall(r"SECRET-\\w+", text)) or "nothing"


def works(*attempts):
    """Return PROOF if one of the attempts is not refused."""
    for attempt in attempts:
        try:
            attempt()
            return PROOF
        except OSError:
            pass
    return "refused"


def call(function, *arguments):
    """Call a function of the C library; raise OSError if it is refused."""
    if function(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def descriptors():
    for number in range(3, 256):
        try:
            os.fstat(number)
            yield number
        except OSError:
            pass


def channel():
    """Return the stream to the grader: of the frames that wait for this one, some hold it."""
    for frame in sys._current_frames().values():
        while frame:
            for value in frame.f_locals.values():
                if isinstance(getattr(value, "stdout", None), io.BufferedWriter): return value.stdout
            frame = frame.f_back


def forge(answer, *buffers):
    """Send the grader a message in the worker's place: an answer, or a call of a function."""
    wire.send(channel(), answer if "callback" in answer else {"answers": [answer]}, list(buffers))


def send(data):
    channel().write(data)
    channel().flush()
'''
