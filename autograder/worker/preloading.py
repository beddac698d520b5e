"""Import what brings all of NumPy along, without what NumPy itself has put off until it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.random


@contextmanager
def numpy_as_loaded() -> Iterator[None]:
    """Let `from numpy import *` find no more than is loaded.

    array_api_compat asks NumPy for all that it has, and so would load what it loads on demand (f2py, testing): 50
    milliseconds, and ten megabytes which every worker's start and end would have to deal with.
    """
    loaded = list(vars(np))
    kept = {name: vars(np)[name] for name in ("__all__", "__dir__")}
    vars(np).update(__all__=[name for name in np.__all__ if name in loaded], __dir__=lambda: loaded)
    try:
        yield
    finally:
        vars(np).update(kept)
