"""A limit on the time that a call takes in a reader's own session, so that an endless loop ends with a message."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

# After the limit the call is stopped again and again: it may catch the first exception, or be in the middle of C code.
AGAIN_SECONDS = 0.2


class OutOfTime(BaseException):
    """Ends a call that takes too long. No `except Exception` catches it."""


@contextlib.contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` in the block as soon as it has taken too long.

    In the main thread of a system with signals, by a signal, which also interrupts a `sleep`; else by a second thread,
    which stops Python code, but no call of C code before it returns; where there are no threads, as in a browser, by a
    look at the clock in each step of Python, which slows the block down.

    Args:
        seconds: the limit.

    Example:
        >>> with stopped_after(0.05):
        ...     while True:
        ...         pass
        Traceback (most recent call last):
        ...
        autograder.checking.deadline.OutOfTime
    """
    in_main = threading.current_thread() is threading.main_thread()
    if hasattr(signal, "setitimer") and in_main and signal.getitimer(signal.ITIMER_REAL)[0] == 0:
        way = _by_signal
    elif sys.platform != "emscripten":
        way = _by_thread
    else:
        way = _by_trace
    with way(max(seconds, 1e-3)):
        yield


@contextlib.contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before if before is not None else signal.SIG_DFL)


@contextlib.contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    target, done, lock = threading.get_ident(), threading.Event(), threading.Lock()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            with lock:  # once the block has ended, nothing is raised in the code after it
                if not done.is_set():
                    error = ctypes.py_object(OutOfTime)
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(target), error)
            wait = AGAIN_SECONDS

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        with lock:
            done.set()
        # An exception that has been requested but not raised yet comes in the next loop: better in this one.
        with contextlib.suppress(OutOfTime):
            for _ in range(10):
                pass
        watcher.join()


@contextlib.contextmanager
def _by_trace(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds

    def look(frame: FrameType, event: str, argument: Any) -> Callable:
        frame.f_trace_opcodes = True  # a loop within one line starts no new line
        if time.monotonic() > end:
            raise OutOfTime
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)
