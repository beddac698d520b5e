"""The rows of test_contract.py, one module per chapter: what each public function takes, gives back and refuses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Integers:
    """An output that holds integers, such as labels, whatever the dtype of the inputs."""

    shape: tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """`arguments` builds the arguments with whole numbers, out of arrays made by its own argument.

    `outputs` holds, for each value returned, the shape of a floating array, `Integers`, or the type of anything else.
    `wrong` pairs changed arguments, made in the same way, with the shapes that the error must show.
    """

    signature: str
    arguments: Callable[[Callable[[Any], Any]], dict[str, Any]]
    outputs: tuple[Any, ...]
    wrong: tuple[tuple[Callable[[Callable[[Any], Any]], dict[str, Any]], str], ...] = ()
    any_shape: bool = False  # there is no shape to refuse
    own_arrays: bool = False  # no array comes in: those that come out are NumPy's


def zeros(*shape):
    return np.zeros(shape)
