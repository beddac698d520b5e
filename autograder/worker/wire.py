"""Values as plain data: what may cross between the grader and the code that it checks.

A value becomes a tree for JSON and a list of raw buffers. Numbers, texts and None are themselves in the tree (JSON's
numbers keep every bit of a float); all else is a dict of one entry, its kind and what it holds, and arrays go as dtype,
shape and bytes. Nothing is ever pickled, so decoding runs no code of the sender's. This file imports NumPy alone: it
also runs beside a student's code.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
import re
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple, Protocol

import numpy as np

KINDS = "biufc"
MAX_ITEMS = 100_000
MAX_DEPTH = 20
MAX_BYTES = 256 * 2**20
# From a worker: room for the largest right answer in nested lists of NumPy's numbers, which are the longest to write.
MAX_ANSWER = 16 * 2**20
# A byte of a header counts for so many: a small text can stand for a large tree, as every `[]` becomes an object of 56.
HEAD_WEIGHT = 8
MAX_SAME_HASH = 10
DTYPE = re.compile(r"[<|]([biufc])(\d{1,2})")
HEADER = struct.Struct(">4sII")
MAGIC = b"FTS1"


Message = tuple[dict[str, Any], list[bytes]]


class WireError(ValueError):
    """A value that cannot be sent, or a message that does not decode."""


class Frame(NamedTuple):
    """A message as it came: a JSON header that nobody has read yet, and the buffers that it speaks of, end to end."""

    head: bytes
    body: bytes


@dataclass(frozen=True)
class Seed:
    """Stands for `numpy.random.default_rng(value)`: the generator is made where it is used."""

    value: int


@dataclass(frozen=True)
class OnePass:
    """Stands for an iterator over some values, which can be gone through once: it is made where it is used."""

    values: tuple[Any, ...]


def encode(value: Any, handle: Callable[[Callable], int] | None = None) -> tuple[Any, list[bytes]]:
    """Return `value` as a JSON tree and the buffers of its arrays.

    Args:
        value: numbers, strings, None, arrays, sets of strings, `Seed`s, `OnePass`es and callables, nested in tuples,
            lists and dicts. An iterator is drawn to its end and arrives as a list.
        handle: gives a callable its number; without it, a callable is refused.

    Raises:
        WireError: `value` holds something else; the message names its type.

    Example:
        >>> tree, buffers = encode((1, [2.5, None]))
        >>> decode(tree, buffers)
        (1, [2.5, None])
    """
    buffers: list[bytes] = []
    return _tree(value, 0, buffers, handle), buffers


def _tree(item: Any, depth: int, buffers: list[bytes], handle: Callable[[Callable], int] | None) -> Any:
    if depth > MAX_DEPTH:
        raise WireError(f"a value nested more than {MAX_DEPTH} deep")
    kind = type(item)
    if kind is float or kind is bool or kind is str or item is None:
        return item
    if kind is np.ndarray or isinstance(item, (np.ndarray, np.generic)):
        return {"array": _put_array(item, buffers)}
    if kind is int:
        return item if item.bit_length() < 4096 else _refuse("an integer of more than 4096 bits")
    if kind is tuple or kind is list or isinstance(item, tuple):
        name = "list" if kind is list else "tuple"
        return {name: [_tree(part, depth + 1, buffers, handle) for part in item]}
    if kind is complex:
        return {"complex": [item.real, item.imag]}
    if kind is Seed:
        return {"seed": item.value}
    if kind is OnePass:
        return {"once": [_tree(part, depth + 1, buffers, handle) for part in item.values]}
    if hasattr(item, "__cuda_array_interface__"):
        return {"array": _put_array(item.get(), buffers)}
    if isinstance(item, dict):
        pairs = dict.items(item)
        return {"dict": [[_tree(each, depth + 1, buffers, handle) for each in pair] for pair in pairs]}
    if kind is set and all(type(part) is str for part in item):
        return {"set": sorted(item)}  # one order in every process
    if callable(item):
        return {"callable": handle(item)} if handle else _refuse("a function")
    if isinstance(item, (Iterator, range)):
        parts = list(itertools.islice(item, MAX_ITEMS + 1))
        if len(parts) > MAX_ITEMS:
            raise WireError(f"an iterator of more than {MAX_ITEMS} items")
        return {"list": [_tree(part, depth + 1, buffers, handle) for part in parts]}
    return _refuse(f"a {kind.__name__}")


def _refuse(what: str) -> Any:
    raise WireError(what)


def _put_array(array: Any, buffers: list[bytes]) -> dict[str, Any]:
    # A subclass may lie about itself; np.ndarray.view does not ask it.
    if type(array) is not np.ndarray:
        array = np.asarray(array) if isinstance(array, np.generic) else np.ndarray.view(array, np.ndarray)
    if array.dtype.kind not in KINDS:
        raise WireError(f"an array of dtype {array.dtype}")
    if array.nbytes > MAX_BYTES:
        raise WireError(f"an array of {array.nbytes / 2**20:.0f} MiB")
    if not array.dtype.isnative or sys.byteorder == "big":
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    buffers.append(array.tobytes())
    return {"dtype": array.dtype.str, "shape": list(array.shape), "strided": not array.flags.c_contiguous}


def decode(tree: Any, buffers: Iterable[bytes], resolve: Callable[[int], Callable] | None = None) -> Any:
    """Return the value that `encode` was given; arrays are fresh and writable.

    Args:
        tree: the JSON tree.
        buffers: one per array of the tree, in order; an iterator goes on behind the last one.
        resolve: turns a callable's number into something to call.

    Raises:
        WireError: tree and buffers are no encoded value. No other error, whatever the bytes.
    """
    try:
        return _value(tree, 0, iter(buffers), resolve)
    except WireError:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        RuntimeError,
        MemoryError,
    ) as error:
        raise WireError(f"malformed value: {error}") from error


def _value(node: Any, depth: int, buffers: Iterator[bytes], resolve: Callable[[int], Callable] | None) -> Any:
    if type(node) is not dict:
        return node if type(node) is not list else _refuse("malformed value")
    if depth > MAX_DEPTH or len(node) != 1:
        raise WireError("malformed value")
    ((kind, item),) = node.items()
    if kind == "array":
        return _take_array(item, next(buffers, b""))
    if kind == "tuple":
        return tuple([_value(part, depth + 1, buffers, resolve) for part in item])
    if kind == "list":
        return [_value(part, depth + 1, buffers, resolve) for part in item]
    if kind == "dict":
        pairs = [
            (_value(key, depth + 1, buffers, resolve), _value(part, depth + 1, buffers, resolve)) for key, part in item
        ]
        if len(pairs) > MAX_SAME_HASH:
            _require_spread(key for key, _ in pairs)
        return dict(pairs)
    if kind == "complex":
        real, imaginary = item
        return complex(real, imaginary)
    if kind == "seed" and type(item) is int:
        return Seed(item)
    if kind == "once":
        return OnePass(tuple([_value(part, depth + 1, buffers, resolve) for part in item]))
    if kind == "set" and isinstance(item, list) and all(type(part) is str for part in item):
        return set(item)
    if kind == "callable" and resolve:
        return resolve(item)
    raise WireError("an unknown kind of value")  # not its name, which may be of any length


def _require_spread(keys: Iterable[Any]) -> None:
    # Numbers can be chosen so that all have one hash; a dict of n such keys takes n * n steps, which is hours.
    if max(Counter(map(hash, keys)).values(), default=0) > MAX_SAME_HASH:
        raise WireError("a dict of keys that have the same hash")


@functools.lru_cache(maxsize=64)
def _dtype(name: str) -> np.dtype:
    if not DTYPE.fullmatch(name):  # np.dtype would read whole expressions from a text
        raise WireError("an array of another dtype")
    return np.dtype(name)


def _take_array(spec: dict[str, Any], buffer: bytes) -> np.ndarray:
    dtype, shape = _dtype(spec["dtype"]), spec["shape"]
    if len(shape) > 32 or any(type(n) is not int or n < 0 for n in shape):
        raise WireError("an array of no possible shape")
    if math.prod(shape) * dtype.itemsize != len(buffer):
        raise WireError(f"an array of another size than its {len(buffer)} bytes")
    array = np.ndarray(tuple(shape), dtype, buffer)
    if not (spec["strided"] and shape):
        return array.copy()
    roomy = np.empty((*shape[:-1], 2 * shape[-1]), dtype)
    roomy[..., ::2] = array
    return roomy[..., ::2]


def pack(message: dict[str, Any], buffers: list[bytes], limit: int = MAX_BYTES) -> bytes:
    """Return one message as bytes: a JSON header and the buffers that its trees refer to, in order.

    Raises:
        WireError: the message is larger than `limit`, in bytes.

    Example:
        >>> import io
        >>> receive(io.BytesIO(pack({"do": "echo"}, [b"abc"])))
        ({'do': 'echo'}, [b'abc'])
    """
    head = json.dumps({"message": message, "sizes": [len(buffer) for buffer in buffers]}).encode()
    body = b"".join(buffers)
    if HEAD_WEIGHT * len(head) + len(body) > limit:
        raise WireError(f"a value of {(len(head) + len(body)) / 2**20:.1f} MiB")
    return HEADER.pack(MAGIC, len(head), len(body)) + head + body


def send(stream: BinaryIO, message: dict[str, Any], buffers: list[bytes], limit: int = MAX_BYTES) -> None:
    """Write one message, as `pack` makes it.

    Raises:
        WireError: the message is larger than `limit`, in bytes; nothing was written.
    """
    stream.write(pack(message, buffers, limit))
    stream.flush()


class Readable(Protocol):
    """Where a message is read from."""

    def read(self, size: int, /) -> bytes:
        """Return that many bytes, fewer at the end of the stream."""


def receive(stream: Readable, limit: int = MAX_BYTES) -> Message | None:
    """Read one message; None at the end of the stream. Arguments and errors as for `take` and `unpack`."""
    frame = take(stream, limit)
    return None if frame is None else unpack(frame)


def take(stream: Readable, limit: int = MAX_BYTES) -> Frame | None:
    """Read the bytes of one message; None at the end of the stream.

    Args:
        stream: where to read.
        limit: the largest message to accept, in bytes; the size is checked before anything is read.

    Raises:
        WireError: they are too many, or too few.
    """
    start = stream.read(HEADER.size)
    if not start:
        return None
    if len(start) < HEADER.size:
        raise WireError("a message cut short")
    magic, head_size, body_size = HEADER.unpack(start)
    if magic != MAGIC or HEAD_WEIGHT * head_size + body_size > limit:
        raise WireError("no message of ours, or one too large")
    head, body = stream.read(head_size), stream.read(body_size)
    if len(head) + len(body) < head_size + body_size:
        raise WireError("a message cut short")
    return Frame(head, body)


def unpack(frame: Frame) -> Message:
    """Return the message that a frame holds: what `pack` was given.

    Args:
        frame: its bytes.

    Raises:
        WireError: the bytes are no message.
    """
    head, body = frame
    try:
        parts = json.loads(head)
        message, sizes = parts["message"], parts["sizes"]
        if not isinstance(message, dict) or sum(sizes) != len(body) or any(type(n) is not int or n < 0 for n in sizes):
            raise WireError("malformed message")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise WireError(f"malformed message: {error}") from error
    ends = list(itertools.accumulate(sizes))
    return message, [body[end - size : end] for end, size in zip(ends, sizes, strict=True)]
