"""Talk with a worker through two pipes, with a time limit on every wait."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import IO, Protocol

from ..worker import wire
from ..worker.wire import Frame

LOOK_SECONDS = 0.25  # how often the grader looks at what the process has written


class Late(TimeoutError):
    """The time is up."""


class Channel(Protocol):
    """What the grader holds of the way to a worker and back."""

    def send(self, frame: bytes, end: float, look: Callable[[], None]) -> None:
        """Write a message. A worker that is gone is no error here: the answer will be missing.

        Args:
            frame: the message, as `wire.pack` gives it.
            end: when to give up, by `time.monotonic()`.
            look: called now and then meanwhile; what it raises ends the wait.

        Raises:
            Late: the time is up.
        """

    def receive(self, end: float, look: Callable[[], None]) -> Frame | None:
        """Return what came; None if no more will come, or it is no message. Arguments and errors as for `send`."""

    def close(self) -> None:
        """Close the grader's ends."""


def nothing() -> None:
    """Stand for a look that sees nothing."""


class Pipes:
    """A channel of two pipes, for all systems but Windows, which cannot wait for a pipe with a time limit.

    `theirs` are the worker's ends: where it reads, and where it writes.
    """

    def __init__(self) -> None:
        reading, self._out = os.pipe()
        self._in, writing = os.pipe()
        self.theirs = (reading, writing)
        self._handed_over = False
        self._buffer = bytearray()
        self._can_read, self._can_write = select.poll(), select.poll()
        for poll, descriptor, event in (
            (self._can_read, self._in, select.POLLIN),
            (self._can_write, self._out, select.POLLOUT),
        ):
            os.set_blocking(descriptor, False)
            poll.register(descriptor, event)
        self._end, self._look, self._next_look = 0.0, nothing, 0.0

    def __enter__(self) -> Pipes:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.hand_over()
        self.close()

    def hand_over(self) -> None:
        """Close the worker's ends here, now that the worker has them."""
        if not self._handed_over:
            self._handed_over = True
            for descriptor in self.theirs:
                os.close(descriptor)

    def send(self, frame: bytes, end: float, look: Callable[[], None] = nothing) -> None:
        """Write a message, as `Channel.send` tells."""
        self._start(end, look)
        left = memoryview(frame)
        with contextlib.suppress(BrokenPipeError):
            while left:
                try:
                    left = left[os.write(self._out, left) :]
                except BlockingIOError:
                    self._wait(self._can_write)

    def receive(self, end: float, look: Callable[[], None] = nothing) -> Frame | None:
        """Return what came, as `Channel.receive` tells."""
        self._start(end, look)
        try:
            return wire.take(self, wire.MAX_ANSWER)
        except wire.WireError:
            return None

    def read(self, size: int) -> bytes:
        """Return that many bytes, fewer at the end of the stream: `wire.take` reads with it."""
        while len(self._buffer) < size:
            self._wait(self._can_read)
            with contextlib.suppress(BlockingIOError):
                part = os.read(self._in, max(size - len(self._buffer), 65536))
                if not part:
                    break
                self._buffer += part
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def close(self) -> None:
        """Close the grader's ends."""
        for descriptor in (self._in, self._out):
            os.close(descriptor)

    def _start(self, end: float, look: Callable[[], None]) -> None:
        self._end, self._look = end, look
        self._next_look = time.monotonic() + LOOK_SECONDS

    def _wait(self, poll: select.poll) -> None:
        # A flood of messages must not outrun the clock, so the clock is asked before the pipe.
        while True:
            now = time.monotonic()
            if now >= self._end:
                raise Late
            if now >= self._next_look:
                self._look()
                self._next_look = now + LOOK_SECONDS
            if poll.poll(1000 * min(self._end - now, LOOK_SECONDS) + 1):
                return


class ThreadedPipes:
    """The channel on Windows: a thread for each of a process's streams, which waits in place of the grader."""

    def __init__(self, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        # A flood of messages stays in the pipe.
        self._inbox: queue.Queue[Frame | None] = queue.Queue(maxsize=2)
        self._outbox: queue.Queue[bytes | None] = queue.Queue()
        self._threads = [
            threading.Thread(target=_pump_in, args=(stdout, self._inbox), daemon=True),
            threading.Thread(target=_pump_out, args=(stdin, self._outbox), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def send(self, frame: bytes, end: float, look: Callable[[], None] = nothing) -> None:
        """Write a message, as `Channel.send` tells."""
        self._outbox.put(frame)

    def receive(self, end: float, look: Callable[[], None] = nothing) -> Frame | None:
        """Return what came, as `Channel.receive` tells."""
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                frame = self._inbox.get(timeout=min(left, LOOK_SECONDS))
                if frame is None:
                    self._inbox.put(None)  # it stays the last word
                return frame
            look()
        raise Late

    def close(self) -> None:
        """Close the grader's ends. A child that holds the pipes, or floods them, gets a second, and no more."""
        self._outbox.put(None)
        with contextlib.suppress(Late):
            end = time.monotonic() + 1
            while self.receive(end) is not None:
                pass
        for thread in self._threads:
            thread.join(timeout=0.5)


def _pump_in(stream: IO[bytes], inbox: queue.Queue[Frame | None]) -> None:
    with stream, contextlib.suppress(OSError, wire.WireError):
        while frame := wire.take(stream, wire.MAX_ANSWER):
            inbox.put(frame)
    inbox.put(None)


def _pump_out(stream: IO[bytes], outbox: queue.Queue[bytes | None]) -> None:
    with contextlib.suppress(OSError), stream:
        while frame := outbox.get():
            stream.write(frame)
            stream.flush()
