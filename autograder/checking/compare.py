"""Compare two plain values: whether they agree, where they differ, and what is merely not in good form."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .exercise import Comparison

RTOL_FLOAT32, EPS_FLOAT64 = 1e-4, sys.float_info.epsilon
EPS = {np.dtype(kind): np.finfo(kind).eps for kind in (np.float64, np.float32)}
# An answer that was computed in float32, where float64 is expected, may be off by a few roundings and no more.
RTOL_NARROW, ATOL_NARROW = 2e-6, 4 * float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class Difference:
    """Where an answer differs.

    Args:
        kind: none, structure, shape, integer, finite or value.
        part: the place in the tuple of answers, if there is one.
        detail: the difference in words, for those kinds that a reader cannot see from the values.
    """

    kind: str
    part: int | None = None
    detail: str = ""


def difference(expected: Any, got: Any, rtol: float = 1e-9) -> Difference | None:
    """Return the first difference in value between an expected value and an answer; None if they agree.

    They agree if they have the same structure, the same shapes, nan and infinities at the same places, and all else
    within `rtol * |expected|` plus the rounding of the array's largest entry, or of 1 if all are smaller. A list may
    stand for an array or a tuple, an array for the tuple of its rows, a Python number for a 0-d array. The dtype is
    not part of the value: `form` looks at it. The entries of a dict may come in any order.

    Args:
        expected: plain data: numbers, arrays, strings, None, nested in tuples, lists and dicts.
        got: plain data, as `worker.wire.decode` gives it.
        rtol: relative tolerance for float64; where float32 is expected it is at least 1e-4.

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
    if expected is None or isinstance(expected, str):
        same = type(got) is type(expected) and got == expected
        return None if same else Difference("value")
    have = as_array(got) if isinstance(got, (list, tuple)) and np.ndim(expected) else got
    if not isinstance(have, (bool, int, float, complex, np.ndarray, np.generic)):
        return Difference("structure", detail=f"it is {kind_of(got)}, not {_describe(expected)}")
    return _number_difference(expected, have, rtol)


def as_array(value: list | tuple) -> np.ndarray | None:
    """Return nested lists of numbers as an array; None if they hold anything else, or differ in length."""
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):
        return None
    return array if array.dtype.kind in "biufc" else None


def kind_of(value: Any) -> str:
    """Return what a value is, in words.

    Example:
        >>> kind_of([1]), kind_of(np.zeros((2, 3))), kind_of(None)
        ('a list', 'an array of shape (2, 3)', 'None')
    """
    if value is None:
        return "None"
    if isinstance(value, (np.ndarray, np.generic)):
        return _describe(value)
    name = type(value).__name__
    return f"an {name}" if name == "int" else f"a {name}"


def _sequence_difference(expected: tuple | list, got: Any, rtol: float) -> Difference | None:
    if got is None:
        return Difference("none")
    stacked = isinstance(got, np.ndarray) and got.ndim > 0
    if (not isinstance(got, (tuple, list)) and not stacked) or len(got) != len(expected):
        what = f"{len(got)} values" if isinstance(got, (tuple, list)) else kind_of(got)
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
        return Difference("structure", detail=f"it is {kind_of(got)}, not a dict")
    if got.keys() != expected.keys():
        return Difference("structure", detail=f"it has {len(got)} keys, not the right {len(expected)}")
    found = (difference(value, got[key], rtol) for key, value in expected.items())
    return next((Difference(one.kind, detail=one.detail) for one in found if one), None)


def _number_difference(expected: Any, got: Any, rtol: float) -> Difference | None:
    if type(expected) is type(got) is float and _is_close(expected, got, rtol):
        return None
    want, have = np.asarray(expected), np.asarray(got)
    if want.shape != have.shape:
        return Difference("shape", detail=f"it has the shape {have.shape}, not {want.shape}")
    if want.dtype == have.dtype and want.dtype in EPS and _is_near(want, have, rtol):
        return None
    if have.dtype.kind == "c":
        return Difference("structure", detail="it holds complex numbers")
    if want.dtype.kind in "iub":
        if have.dtype.kind == "f":  # whole numbers that were computed as floats
            return None if _is_near(want.astype(np.float64), have, rtol) else Difference("value")
        return None if np.array_equal(want, have) else Difference("value")
    if have.dtype.kind in "iub":
        if _is_near(want, have.astype(np.float64), rtol):
            return None
        cut = have.dtype.kind != "b" and not np.array_equal(want, np.round(want))
        return Difference("integer" if cut else "value")
    finite = np.isfinite(want)
    if not np.array_equal(finite, np.isfinite(have)):
        return Difference("finite")
    if not np.array_equal(want[~finite], have[~finite], equal_nan=True):
        return Difference("value")
    want, have = want[finite], have[finite]
    return None if _is_near(want, have, rtol) else Difference("value")


def _is_close(want: float, have: float, rtol: float) -> bool:
    """Return what `_is_near` returns, for two Python floats: the most frequent answers, in a tenth of the time."""
    size = abs(want)
    return size < math.inf and abs(want - have) <= rtol * size + 100 * EPS_FLOAT64 * max(size, 1)


def _is_near(want: np.ndarray, have: np.ndarray, rtol: float) -> bool:
    """Return whether everything is within the tolerance; False if anything is not finite."""
    eps = EPS[want.dtype] if want.dtype in EPS else np.finfo(want.dtype).eps
    tolerance = np.abs(want)
    largest = tolerance.max(initial=1)
    if not largest < np.inf:
        return False
    if eps > 1e-8:
        rtol, atol = max(rtol, RTOL_FLOAT32), 100 * eps
    elif have.dtype in EPS and EPS[have.dtype] > eps:
        rtol, atol = max(rtol, RTOL_NARROW), ATOL_NARROW
    else:
        atol = 100 * eps
    tolerance *= rtol
    tolerance += atol * largest
    return bool((np.abs(want - have) <= tolerance).all())


def form(expected: Any, got: Any) -> str:
    """Return what is not in good form in an answer whose values agree; an empty text if nothing is.

    One of: `list` for a list instead of an array, `tuple` for a list instead of a tuple, `wide` for more digits than
    expected, `narrow` for fewer, `floats` instead of whole numbers, `booleans` instead of numbers.

    Args:
        expected: what `difference` was given.
        got: an answer that `difference` accepts.

    Example:
        >>> form(np.zeros(2, np.float32), np.zeros(2)), form(np.array([0, 1]), [False, True]), form((1.0, 2), (1.0, 2))
        ('wide', 'list', '')
    """
    if isinstance(expected, (tuple, list)):
        inside = next(filter(None, (form(value, part) for value, part in zip(expected, got, strict=False))), "")
        return inside or ("tuple" if isinstance(expected, tuple) and isinstance(got, list) else "")
    if isinstance(expected, dict):
        return next(filter(None, (form(value, got[key]) for key, value in expected.items())), "")
    if expected is None or isinstance(expected, str):
        return ""
    if isinstance(got, (list, tuple)):
        return "list"
    want, have = np.asarray(expected), np.asarray(got)
    if want.ndim and not want.size:
        return ""  # an empty array has a dtype by chance
    if want.dtype.kind in "iu" and have.dtype.kind == "f":
        return "floats"
    if have.dtype.kind == "b" and want.dtype.kind != "b":
        return "booleans"
    if want.ndim and want.dtype.kind == have.dtype.kind == "f" and want.dtype != have.dtype:
        return "wide" if have.dtype.itemsize > want.dtype.itemsize else "narrow"
    return ""


def _describe(value: Any) -> str:
    return f"an array of shape {np.shape(value)}" if np.ndim(value) else "a number"


CELLS, LONGEST, CURVES = 8, 2000, 3
MAX_SIZE = 10**5  # of an array: to look at more takes longer than a verdict may


def compared(what: str, want: Any, have: Any, curve: bool = False, rtol: float = 1e-9) -> Comparison | None:
    """Return what to draw; None if words say it all, if nothing differs, or if there are no numbers to draw.

    An entry of the answer that is right up to rounding is replaced by the right one, so the entries that differ are
    those that are not equal. Of a larger array only the part around the first difference is kept; `what` says which.

    Args:
        what: which of the returned values it is.
        want: the right number or array.
        have: the reader's: plain data of any kind.
        curve: whether the rows are points of a path, or the numbers a curve. Long arrays of floats are drawn as curves
            anyway.
        rtol: relative tolerance, as in `compare.difference`.

    Example:
        >>> compared("w", np.array([1.0, 2.0]), [1.0, float("nan")])
        Comparison(what='w', look='table', want=[[1.0, 2.0]], have=[[1.0, 'nan']])
    """
    if (
        max(np.size(want) if isinstance(want, np.ndarray) else 0, np.size(have) if isinstance(have, np.ndarray) else 0)
        > MAX_SIZE
    ):
        return None
    right, yours = _array(want), _array(have)
    if right is None or yours is None or max(right.ndim, yours.ndim) > 2 or max(right.size, yours.size) < 2:
        return None
    look: Literal["table", "curve"] = "curve" if _is_curve(right, yours, curve) else "table"
    if look == "table":
        right, yours = np.atleast_2d(right), np.atleast_2d(yours)
    common = tuple(slice(min(sizes)) for sizes in zip(right.shape, yours.shape, strict=True))
    agree = _agree(right[common], yours[common], rtol)
    if look == "table" and max(right.shape + yours.shape) > CELLS:
        if right.shape != yours.shape or agree.all():
            return None
        part, place = _window(agree)
        what, right, yours, agree = what + place, right[part], yours[part], agree[part]
    wanted, had = _plain(right), _plain(yours)
    had[common] = np.where(agree, wanted[common], had[common])
    plain = wanted.tolist(), had.tolist()
    return None if plain[0] == plain[1] else Comparison(what, look, *plain)


def _array(value: Any) -> np.ndarray | None:
    """Return real numbers as an array of whole numbers, booleans, or floats of at most 64 bits; None for all else."""
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError):  # lists of different lengths
        return None
    if array.dtype.kind == "f" and array.itemsize > 8:
        with np.errstate(all="ignore"):
            array = array.astype(np.float64)
    return array if array.dtype.kind in "biuf" else None


def _is_curve(right: np.ndarray, yours: np.ndarray, curve: bool) -> bool:
    if not right.ndim or right.ndim != yours.ndim or right.shape[1:] != yours.shape[1:]:
        return False
    drawn = curve or (right.ndim == 1 and right.dtype.kind == "f" and len(right) > CELLS)
    columns = math.prod(right.shape[1:])
    return drawn and 1 <= columns <= CURVES and 2 <= max(len(right), len(yours)) <= LONGEST


def _agree(want: np.ndarray, have: np.ndarray, rtol: float) -> np.ndarray:
    """Return for each entry whether it is right, within the tolerances of `compare.difference`."""
    if want.dtype.kind in "biu":
        return want == have
    eps = float(np.finfo(want.dtype).eps)
    atol = 100 * eps
    if eps > 1e-8:
        rtol = max(rtol, RTOL_FLOAT32)
    elif have.dtype.kind == "f" and np.finfo(have.dtype).eps > eps:
        rtol, atol = max(rtol, RTOL_NARROW), ATOL_NARROW
    want, have = want.astype(np.float64), have.astype(np.float64)
    finite = np.isfinite(want)
    with np.errstate(all="ignore"):
        size = np.abs(want)
        near = np.abs(want - have) <= rtol * size + atol * size[finite].max(initial=1)
    return (near & finite) | (want == have) | (np.isnan(want) & np.isnan(have))


def _window(agree: np.ndarray) -> tuple[tuple[slice, slice], str]:
    """Return the part of a large table that holds its first difference, and where that is in words."""
    parts, place = [], ""
    names = ("rows", "columns") if len(agree) > 1 else ("", "entries")
    first = np.unravel_index(int((~agree).argmax()), agree.shape)
    for name, at, length in zip(names, first, agree.shape, strict=True):
        start = max(min(int(at), length - CELLS), 0)
        parts.append(slice(start, start + CELLS))
        if length > CELLS:
            place += f", {name} {start} to {start + CELLS - 1}"
    return (parts[0], parts[1]), place


def _plain(array: np.ndarray) -> np.ndarray:
    """Return an array of Python numbers as objects, with texts for nan and infinities, which JSON lacks."""
    objects = array.astype(object)
    if array.dtype.kind == "f":
        for text in ("nan", "inf", "-inf"):
            objects[np.isnan(array) if text == "nan" else array == float(text)] = text
    return objects
