"""Whether two plain values agree, and where they do not."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

RTOL_FLOAT32, EPS_FLOAT64 = 1e-4, sys.float_info.epsilon
EPS = {np.dtype(kind): np.finfo(kind).eps for kind in (np.float64, np.float32)}


@dataclass(frozen=True)
class Difference:
    """Where an answer differs.

    Args:
        kind: none, structure, shape, dtype, finite or value.
        part: the place in the tuple of answers, if it is one.
        detail: the difference in words, for those kinds that a reader cannot see from the values.
    """

    kind: str
    part: int | None = None
    detail: str = ""


def difference(expected: Any, got: Any, rtol: float = 1e-9) -> Difference | None:
    """Return the first difference between an expected value and an answer; None if they agree.

    They agree if they have the same structure, the same shapes and dtypes of the same kind (floats in arrays: of the
    same width), nan and infinities at the same places, and all else within `rtol * |expected|` plus the rounding of the
    array's largest entry, or of 1 if all are smaller. An array may stand for the tuple of its rows, a Python number for
    a 0-d array, whole numbers for equal floats. The entries of a dict may come in any order.

    Args:
        expected: plain data: numbers, arrays, strings, None, nested in tuples, lists and dicts.
        got: plain data, as `worker.wire.decode` gives it.
        rtol: relative tolerance for float64; float32 answers get at least 1e-4.

    Example:
        >>> import numpy as np
        >>> difference(np.array([1.0, 2.0]), np.array([1.0, 2.0 + 1e-12])) is None
        True
        >>> difference((1.0, 2.0), (1.0, -2.0))
        Difference(kind='value', part=1, detail='')
    """
    if isinstance(expected, (tuple, list)):
        return _sequence_difference(expected, got, rtol)
    if isinstance(expected, dict):
        return _dict_difference(expected, got, rtol)
    if got is None and expected is not None:
        return Difference("none")
    if expected is None or isinstance(expected, (str, bool)):
        same = type(got) is type(expected) and got == expected
        return None if same else Difference("value")
    if not isinstance(got, (int, float, complex, np.ndarray, np.generic)) or isinstance(got, bool):
        return Difference("structure", detail=f"it is a {type(got).__name__}, not {_describe(expected)}")
    return _number_difference(expected, got, rtol)


def _sequence_difference(expected: tuple | list, got: Any, rtol: float) -> Difference | None:
    if got is None:
        return Difference("none")
    stacked = isinstance(got, np.ndarray) and got.ndim > 0
    if (not isinstance(got, (tuple, list)) and not stacked) or len(got) != len(expected):
        what = f"{len(got)} values" if isinstance(got, (tuple, list)) else f"a {type(got).__name__}"
        return Difference("structure", detail=f"it is {what}, not {len(expected)} values")
    for part, (value, answer) in enumerate(zip(expected, got, strict=True)):
        found = difference(value, answer, rtol)
        if found:
            return Difference(found.kind, part, found.detail)
    return None


def _dict_difference(expected: dict, got: Any, rtol: float) -> Difference | None:
    if got is None:
        return Difference("none")
    if not isinstance(got, dict):
        return Difference("structure", detail=f"it is a {type(got).__name__}, not a dict")
    if got.keys() != expected.keys():
        return Difference("structure", detail=f"it has {len(got)} keys, not the right {len(expected)}")
    found = (difference(value, got[key], rtol) for key, value in expected.items())
    return next((Difference(one.kind, detail=one.detail) for one in found if one), None)


def _number_difference(expected: Any, got: Any, rtol: float) -> Difference | None:
    if type(expected) is type(got) is float and _is_close(expected, got, rtol):
        return None
    want, have = np.asarray(expected), np.asarray(got)
    if want.dtype == have.dtype and want.shape == have.shape and want.dtype in EPS and _is_near(want, have, rtol):
        return None
    if want.shape != have.shape:
        return Difference("shape", detail=f"it has the shape {have.shape}, not {want.shape}")
    if want.dtype.kind == "f" and have.dtype.kind in "iu" and np.array_equal(want, have):
        return None  # exact whole numbers, as NumPy gives for whole numbers in
    if _kind(want) != _kind(have) or (want.ndim and _kind(want) == "f" and want.dtype != have.dtype):
        return Difference("dtype", detail=f"its dtype is {have.dtype}, not {want.dtype}")
    if want.dtype.kind in "iub":
        return None if np.array_equal(want, have) else Difference("value")
    finite = np.isfinite(want)
    if not np.array_equal(finite, np.isfinite(have)):
        return Difference("finite")
    if not np.array_equal(want[~finite], have[~finite], equal_nan=True):
        return Difference("value")
    want, have = want[finite], have[finite]
    return None if _is_near(want, have, rtol) else Difference("value")


def _is_close(want: float, have: float, rtol: float) -> bool:
    """Tell what `_is_near` tells, of two numbers of Python's: the most frequent answers, in a tenth of the time."""
    size = abs(want)
    return size < math.inf and abs(want - have) <= rtol * size + 100 * EPS_FLOAT64 * max(size, 1)


def _is_near(want: np.ndarray, have: np.ndarray, rtol: float) -> bool:
    """Tell whether all is within the tolerance; False if anything is not finite."""
    eps = EPS[want.dtype] if want.dtype in EPS else np.finfo(want.dtype).eps
    tolerance = np.abs(want)
    largest = tolerance.max(initial=1)
    if not largest < np.inf:
        return False
    tolerance *= max(rtol, RTOL_FLOAT32) if eps > 1e-8 else rtol
    tolerance += 100 * eps * largest
    return bool((np.abs(want - have) <= tolerance).all())


def _kind(array: np.ndarray) -> str:
    return "i" if array.dtype.kind in "iu" else array.dtype.kind


def _describe(value: Any) -> str:
    return f"an array of shape {np.shape(value)}" if np.ndim(value) else "a number"
