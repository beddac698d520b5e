"""What makes `train_skipgram` fast: work in place, one thread per product, workers side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import array_api_compat
import numpy as np

from .backend import Array, add_rows, array_namespace


def add_rows_in_place(target: Array, rows: np.ndarray, values: Array, scale: np.ndarray) -> Array:
    """Return `target` itself, with `scale[i] * values[i]` added to its row `rows[i]`; a row named twice adds twice.

    `add_rows` gives back a new array; with 500 rows to add, going through all of a large vocabulary costs more than the
    addition itself.

    Args:
        target: (V, d) floating array, which is changed.
        rows: (n,) int32 row numbers from 0 to V - 1: they are not checked.
        values: array of target's library and dtype whose last axis is d long, with n vectors in all.
        scale: (n,) factors of target's dtype.

    Returns: (V, d), the array that came in.

    Example:
        >>> target = np.zeros((3, 1), np.float32)
        >>> values, scale = np.array([[1], [2], [3]], np.float32), np.array([1, 1, 10], np.float32)
        >>> add_rows_in_place(target, np.array([2, 0, 2], np.int32), values, scale).ravel().tolist()
        [2.0, 0.0, 31.0]

    Source: a one-hot matrix (V, n) times the values; SciPy's loop for it adds to what is there.
    """
    if array_api_compat.is_numpy_array(target):
        try:  # the public product begins with a new (V, d) array
            from scipy.sparse._sparsetools import csc_matvecs
        except ImportError:
            np.add.at(target, rows, scale[:, None] * values.reshape(len(rows), -1))
            return target
        n, d = rows.shape[0], target.shape[1]
        ends = np.arange(n + 1, dtype=np.int32)
        csc_matvecs(target.shape[0], n, d, ends, rows, scale, values.reshape(-1), target.reshape(-1))
        return target
    xp, device = array_namespace(target), array_api_compat.device(target)
    values = xp.asarray(scale, device=device)[:, None] * xp.reshape(values, (rows.shape[0], -1))
    rows = xp.asarray(rows, device=device)
    if array_api_compat.is_cupy_array(target):
        xp.add.at(target, rows, values)
    else:
        target[:, :] = add_rows(target, rows, values)
    return target


def opposite_sigmoid_in_place(z: Array) -> Array:
    """Return sigmoid(-z) of each entry, in the memory of `z` where the library can: new memory costs time.

    Args:
        z: floating array of any shape. With NumPy it is changed.

    Returns: an array of z's shape: z itself with NumPy.

    Example:
        >>> opposite_sigmoid_in_place(np.array([-1000.0, 0.0, 1000.0])).tolist()
        [1.0, 0.5, 0.0]
    """
    xp = array_namespace(z)
    if not array_api_compat.is_numpy_array(z):
        return 1 / (1 + xp.exp(z))
    with np.errstate(over="ignore"):  # exp(z) may be inf: then the answer is 0
        np.exp(z, out=z)
        z += 1
        return np.divide(1, z, out=z)


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Return a context in which matrix products use one thread: workers would stand in each other's way with more.

    Example:
        >>> with one_blas_thread():
        ...     float((np.ones((2, 3)) @ np.ones((3, 2))).sum())
        12.0
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, "blas"):
        yield


@contextmanager
def progress_bar(show: bool, workers: int) -> Iterator[Callable[[int, float], None]]:
    """Return a context that gives a function to be told how far each worker is, and shows it.

    Args:
        show: whether to draw a bar; without it the function does nothing.
        workers: how many will tell.

    Example: the second of two workers has done a quarter of its part.
        >>> with progress_bar(False, 2) as tell:
        ...     tell(1, 0.25)
    """
    if not show:
        yield lambda worker, done: None
        return
    from rich.progress import Progress

    shares = [0.0] * workers
    with Progress() as bar:
        task = bar.add_task("Training", total=1.0)

        def tell(worker: int, done: float) -> None:
            shares[worker] = done
            bar.update(task, completed=sum(shares) / workers)

        yield tell


def run_workers(jobs: Sequence[Callable[[Callable[[float], None]], Any]], tell: Callable[[int, float], None]) -> None:
    """Return when all jobs have ended. They run at the same time, each in a thread of its own.

    Args:
        jobs: functions; each is given a function to call with its progress, from 0 to 1. That call ends a job where
            another one failed, or Ctrl-C was pressed.
        tell: is told the number of a job and its progress.

    Raises: what a job raised, or KeyboardInterrupt, after all jobs have ended.

    Example:
        >>> heard = []
        >>> run_workers([lambda tick: tick(0.5)], lambda number, done: heard.append((number, done)))
        >>> heard
        [(0, 0.5), (0, 1.0)]
    """
    stop = threading.Event()

    def start(number: int) -> None:
        def tick(done: float) -> None:
            if stop.is_set():
                raise _Stopped
            tell(number, done)

        jobs[number](tick)
        tell(number, 1.0)

    with ThreadPoolExecutor(len(jobs)) as pool:
        futures = [pool.submit(start, number) for number in range(len(jobs))]
        try:
            while wait(futures, timeout=0.2, return_when=FIRST_EXCEPTION).not_done:  # without a timeout Windows would
                if any(future.done() and future.exception() for future in futures):  # not hear Ctrl-C
                    break
        finally:
            stop.set()
    for future in futures:
        error = future.exception()
        if error is not None and not isinstance(error, _Stopped):
            raise error


class _Stopped(Exception):
    """Ends a job because another one failed or the reader pressed Ctrl-C."""
