"""Which part of a reader's answer differs from the right one, and what to draw of both."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

from .compare import ATOL_NARROW, RTOL_FLOAT32, RTOL_NARROW
from .exercise import Comparison

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
