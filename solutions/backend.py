"""The array library behind the course: NumPy on the CPU, CuPy on an NVIDIA GPU.

A solution never names the library: it asks its arguments (`array_namespace`), so the same lines run on both. Only
notebooks, which create arrays, have to choose; they ask `get_backend`.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from types import ModuleType
from typing import Any, TypeAlias

import array_api_compat
import array_api_compat.numpy
import numpy as np

Array: TypeAlias = Any
"""An array of any library that follows the Python array API standard: `numpy.ndarray`, `cupy.ndarray`, ..."""


def array_namespace(*values: Any) -> ModuleType:
    """Return the array library that the values come from; NumPy if none of them is an array.

    Args:
        values: arrays and plain Python numbers, in any mix.

    Returns: the library's namespace, with the array API standard's names. Costs less than a microsecond with NumPy.
    Raises: TypeError if the values come from two libraries, say one from NumPy and one from CuPy.

    Example:
        >>> xp = array_namespace(np.zeros(3), 2.0)
        >>> xp.mean(np.array([1.0, 2.0, 6.0])).item()
        3.0

    Source: https://data-apis.org/array-api
    """
    if all(type(value) is np.ndarray for value in values):  # the usual case, and a mini-batch is soon computed
        return array_api_compat.numpy
    arrays = [value for value in values if array_api_compat.is_array_api_obj(value)]
    return array_api_compat.array_namespace(*arrays) if arrays else array_api_compat.numpy


def as_float(x: Any) -> Array:
    """Return `x` as a floating array: floats as they are (float32 stays float32), integers and booleans as float64.

    Args:
        x: an array of any shape, a number, or a nested list of numbers.

    Returns: an array of x's shape. It is `x` itself if that is a floating array: do not write into it.
    Raises: TypeError if `x` is complex or holds something other than numbers.

    Example:
        >>> as_float([1, 2]).dtype
        dtype('float64')

    Source: the course's convention "floating dtype in = floating dtype out" (notebook 00).
    """
    if not array_api_compat.is_array_api_obj(x):
        x = np.asarray(x)
    xp = array_namespace(x)
    if xp.isdtype(x.dtype, "real floating"):
        return x
    if not xp.isdtype(x.dtype, ("bool", "integral")):
        raise TypeError(f"expected real numbers, got an array of dtype {x.dtype}")
    return xp.astype(x, xp.float64)


def like(value: Any, array: Array) -> Array:
    """Return `value` as an array with the library, dtype and device of `array`.

    Args:
        value: an array or a number.
        array: the floating array to resemble; its shape does not matter.

    Returns: an array of value's shape; `value` itself if it is one already.

    Example:
        >>> like(0.5, np.zeros(3, dtype=np.float32)).dtype
        dtype('float32')

    Source: the course's convention "floating dtype in = floating dtype out" (notebook 00).
    """
    if type(value) is type(array) is np.ndarray and value.dtype == array.dtype:
        return value
    xp = array_namespace(array)
    return xp.asarray(value, dtype=array.dtype, device=array_api_compat.device(array))


def require_same_shape(**arrays: Any) -> None:
    """Raise unless all arrays have one shape. Broadcasting `(N,)` with `(N, 1)` would give `(N, N)` without a word.

    Args:
        arrays: the arrays (or numbers), each under the name that the message should give it.

    Raises: ValueError if two shapes differ; the message holds every name and shape.

    Example:
        >>> require_same_shape(y_hat=np.zeros(3), y=np.zeros((3, 1)))
        Traceback (most recent call last):
        ValueError: shapes differ: y_hat (3,), y (3, 1)

    Source: broadcasting rules, https://numpy.org/doc/stable/user/basics.broadcasting.html
    """
    shapes = {name: tuple(np.shape(array)) for name, array in arrays.items()}
    if len(set(shapes.values())) > 1:
        raise ValueError("shapes differ: " + ", ".join(f"{name} {shape}" for name, shape in shapes.items()))


def require_data_shapes(X: Array, y: Array, w: Array | None = None) -> None:
    """Raise unless inputs, true values and weights fit together.

    Args:
        X: (N, D) inputs, one example per row.
        y: (N,) true values or labels.
        w: (D,) weights, if there are any.

    Raises: ValueError if a shape does not fit; the message holds every name and shape.

    Example:
        >>> require_data_shapes(np.zeros((3, 2)), np.zeros(4))
        Traceback (most recent call last):
        ValueError: expected X (N, D), y (N,); got X (3, 2), y (4,)

    Source: the course's conventions on shapes (notebook 00).
    """
    if X.ndim != 2 or y.shape != X.shape[:1] or (w is not None and w.shape != X.shape[1:]):
        shapes = f"X {X.shape}, y {y.shape}" + ("" if w is None else f", w {w.shape}")
        raise ValueError(f"expected X (N, D), y (N,){'' if w is None else ', w (D,)'}; got {shapes}")


def require_number(**values: Any) -> None:
    """Raise unless each value is one number. An array in its place would broadcast without a word.

    Args:
        values: numbers or arrays of shape (), each under the name that the message should give it.

    Raises: ValueError if a value has another shape; the message holds its name and shape.

    Example:
        >>> require_number(theta=np.zeros(3))
        Traceback (most recent call last):
        ValueError: expected one number, of shape (): theta has the shape (3,)

    Source: broadcasting rules, https://numpy.org/doc/stable/user/basics.broadcasting.html
    """
    for name, value in values.items():
        if not isinstance(value, (int, float)) and np.shape(value) != ():
            raise ValueError(f"expected one number, of shape (): {name} has the shape {tuple(np.shape(value))}")


def add_rows(target: Array, rows: Array, values: Array) -> Array:
    """Return `target` with `values[i]` added to its row `rows[i]`, for every i; a row that is named twice adds twice.

    `target[rows] += values` would keep only one of the values of such a row.

    Args:
        target: (V, d) array; it stays as it is.
        rows: (n,) integers from 0 to V - 1, with repeats, in any order.
        values: (n, d) what to add.

    Returns: (V, d), in target's floating dtype. On a CPU it costs a pass over target and one over values.
    Raises: ValueError if the shapes do not fit together, or a row is not there.

    Example:
        >>> add_rows(np.zeros((3, 2)), np.array([2, 0, 2]), np.array([[1.0, 2.0], [5.0, 5.0], [10.0, 20.0]])).tolist()
        [[5.0, 5.0], [0.0, 0.0], [11.0, 22.0]]

    Source: https://numpy.org/doc/stable/reference/generated/numpy.ufunc.at.html
    """
    if target.ndim != 2 or rows.ndim != 1 or values.shape != (rows.shape[0], target.shape[1]):
        shapes = f"target {target.shape}, rows {rows.shape}, values {values.shape}"
        raise ValueError(f"expected target (V, d), rows (n,), values (n, d); got {shapes}")
    target = as_float(target)
    values = like(values, target)
    xp = array_namespace(target, rows)
    rows = xp.astype(rows, xp.int64)
    if xp.any((rows < 0) | (rows >= target.shape[0])):
        raise ValueError(f"expected rows from 0 to {target.shape[0] - 1}")
    if array_api_compat.is_numpy_array(target) and find_spec("scipy"):
        from scipy.sparse import csc_array  # 16 times as fast as np.add.at with 10,000 rows of 100 numbers

        n = rows.shape[0]
        one_hot = csc_array((np.ones(n, target.dtype), rows, np.arange(n + 1)), shape=(target.shape[0], n))
        return target + one_hot @ values
    if array_api_compat.is_numpy_array(target) or array_api_compat.is_cupy_array(target):
        result = target.copy()
        xp.add.at(result, rows, values)
        return result
    every_row = xp.arange(target.shape[0], dtype=xp.int64, device=array_api_compat.device(target))
    return target + xp.astype(every_row[:, None] == rows[None, :], target.dtype) @ values


def get_backend() -> ModuleType:
    """Return the array library in which notebooks create arrays: `numpy` or `cupy`.

    The environment variable `COURSE_BACKEND` decides: `numpy` (the default), `cupy`, or `auto` for CuPy where it is
    installed and finds a GPU, else NumPy. CuPy is imported only when asked for.

    Returns: the module `numpy` or `cupy`.
    Raises:
        ValueError: `COURSE_BACKEND` holds another word.
        ImportError: `cupy` is asked for but not installed, or it finds no GPU.

    Example:
        >>> get_backend().__name__ in ("numpy", "cupy")
        True

    Source: https://docs.cupy.dev
    """
    name = os.environ.get("COURSE_BACKEND", "numpy")
    if name not in ("numpy", "cupy", "auto"):
        raise ValueError(f"COURSE_BACKEND is {name!r}: set it to numpy, cupy or auto")
    if name == "numpy":
        return np
    try:
        import cupy

        cupy.cuda.runtime.getDeviceCount()
    except Exception as error:  # CuPy raises errors of its own kind for a missing driver or GPU
        if name == "auto":
            return np
        raise ImportError(
            "COURSE_BACKEND is cupy, but CuPy is not installed or finds no GPU: "
            "pip install '.[gpu]', or set COURSE_BACKEND=numpy"
        ) from error
    return cupy


def to_numpy(x: Any) -> np.ndarray:
    """Return `x` as a NumPy array on the CPU: the one way back from the GPU, for plots and printing.

    Args:
        x: an array of any library, a number or a nested list.

    Returns: a NumPy array of the same shape and dtype. A NumPy array comes back as it is.

    Example:
        >>> to_numpy([1.0, 2.0]).shape
        (2,)

    Source: https://docs.cupy.dev/en/stable/reference/generated/cupy.asnumpy.html
    """
    if array_api_compat.is_cupy_array(x):
        return x.get()
    return np.asarray(x)
