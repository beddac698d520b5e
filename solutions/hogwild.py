"""What makes `train_skipgram` fast: work in place, one thread per product, workers side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
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
    try:
        from threadpoolctl import threadpool_limits
    except ModuleNotFoundError:  # as in a browser, where there are no threads either
        yield
        return
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


def run_workers(
    work: Callable[..., None],
    shared: Sequence[Array],
    parts: Sequence[tuple[Any, ...]],
    tell: Callable[[int, float], None],
) -> None:
    """Return when all parts of the work are done, at the same time; the shared arrays hold what came of it.

    A single part is done here. Several are done in processes of their own, which share the arrays without a lock:
    threads would wait for each other, as most steps are too small to let go of Python's lock for long.

    Args:
        work: function of a module, called with the shared arrays, which it changes, with a part's own arguments, and
            last with a function to be told its progress, from 0 to 1.
        shared: arrays; NumPy's, if there are several parts.
        parts: further arguments, a tuple for each part.
        tell: is told the number of a part and its progress, now and then.

    Raises: what a part raised; KeyboardInterrupt after Ctrl-C. The arrays then hold what was done so far.

    Example:
        >>> total = np.zeros(1)
        >>> run_workers(lambda total, step, tick: total.__iadd__(step), [total], [(2.0,)], print)
        >>> total.tolist()
        [2.0]

    Source: Niu et al., Hogwild! (2011).
    """
    if len(parts) == 1:
        with one_blas_thread():
            work(*shared, *parts[0], partial(tell, 0))
        return
    from joblib import Parallel, delayed  # scikit-learn's, too: it needs no `if __name__ == "__main__"`

    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        done = _in_a_file(np.zeros(len(parts)), Path(folder, "done"))
        files = [_in_a_file(array, Path(folder, str(i))) for i, array in enumerate(shared)]
        try:
            with _watching(done, tell):
                Parallel(len(parts))(delayed(_work)(work, files, part, done, i) for i, part in enumerate(parts))
        finally:
            for array, file in zip(shared, files, strict=True):
                array[...] = file


def _in_a_file(array: np.ndarray, path: Path) -> np.memmap:
    """Return a copy of the array in a file, which processes share when they are given the copy."""
    file: np.memmap = np.memmap(path, array.dtype, "w+", shape=array.shape)
    file[...] = array
    return file


def _work(
    work: Callable[..., None], shared: Sequence[np.memmap], part: tuple[Any, ...], done: np.memmap, number: int
) -> None:
    """Do a part of the work, in a process of its own."""

    def tick(progress: float) -> None:
        done[number] = progress

    with one_blas_thread():
        work(*(np.asarray(file) for file in shared), *part, tick)
    tick(1.0)


@contextmanager
def _watching(done: np.ndarray, tell: Callable[[int, float], None]) -> Iterator[None]:
    """Return a context in which `tell` is told now and then how far each part is."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            for number, progress in enumerate(done):
                tell(number, float(progress))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
