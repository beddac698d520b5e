"""Messages through pipes, with a time limit on every wait."""

from __future__ import annotations

import os
import time

import pytest

from autograder.sandbox import pipes
from autograder.worker import wire


def test_threads_carry_messages_too():
    # As on Windows, whose pipes nobody can wait for with a time limit.
    (theirs_in, out), (in_, theirs_out) = os.pipe(), os.pipe()
    channel = pipes.ThreadedPipes(os.fdopen(out, "wb"), os.fdopen(in_, "rb"))
    with os.fdopen(theirs_in, "rb") as stdin, os.fdopen(theirs_out, "wb") as stdout:
        channel.send(wire.pack({"do": "echo"}, [b"x" * 10**6]), time.monotonic() + 5)
        wire.send(stdout, *wire.receive(stdin))
        assert wire.unpack(channel.receive(time.monotonic() + 5)) == ({"do": "echo"}, [b"x" * 10**6])
        with pytest.raises(pipes.Late):
            channel.receive(time.monotonic() + 0.05)
        stdout.write(b"no message of ours")
    assert channel.receive(time.monotonic() + 5) is None
    assert channel.receive(time.monotonic() + 5) is None
    channel.close()
