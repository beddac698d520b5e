"""What crosses between the processes: every value comes out as it went in, and no bytes do harm."""

from __future__ import annotations

import io
import json
import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.worker import wire
from autograder.worker.wire import Seed, WireError, decode, encode, receive, send

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.text()
    | st.integers(0, 2**32).map(Seed)
    | st.sets(st.text())
)
values = st.recursive(
    scalars,
    lambda part: st.lists(part) | st.lists(part).map(tuple) | st.dictionaries(st.text(), part),
    max_leaves=12,
)
arrays = hnp.arrays(
    st.sampled_from(["?", "i1", "<u4", ">i8", "<f4", ">f8", "<c16"]), hnp.array_shapes(min_dims=0, min_side=0)
)


def over_the_wire(value):
    stream = io.BytesIO()
    tree, buffers = encode(value)
    send(stream, {"value": tree}, buffers)
    stream.seek(0)
    message, buffers = receive(stream)
    assert receive(stream) is None
    return decode(message["value"], buffers)


@given(values)
def test_values_arrive_as_they_were(value):
    arrived = over_the_wire(value)
    assert arrived == value
    assert type(arrived) is type(value)


@given(arrays)
def test_arrays_arrive_as_they_were(array):
    arrived = over_the_wire(array)
    assert arrived.shape == array.shape
    assert arrived.dtype == array.dtype.newbyteorder("=")
    np.testing.assert_array_equal(arrived, array)
    assert arrived.flags.writeable


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0, 5e-324])
def test_floats_arrive_bit_by_bit(value):
    assert np.float64(over_the_wire(value)).tobytes() == np.float64(value).tobytes()


def test_a_strided_array_arrives_strided():
    assert not over_the_wire(np.arange(6)[::2]).flags.c_contiguous


def test_iterators_are_drawn():
    assert over_the_wire(n * n for n in range(3)) == [0, 1, 4]
    with pytest.raises(WireError, match="more than"):
        encode(iter(int, 1))


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, {"a", 1}, np.array([object()]), np.array(["a"]), len, 2**5000, np.zeros(1, [("a", "f8")])],
    ids=[
        "object",
        "set of numbers",
        "mixed set",
        "object array",
        "text array",
        "function",
        "large integer",
        "record array",
    ],
)
def test_what_is_no_plain_data_is_refused(value):
    with pytest.raises(WireError):
        encode(value)


def test_a_list_within_itself_is_refused():
    value: list = []
    value.append(value)
    with pytest.raises(WireError, match="nested"):
        encode(value)


def test_an_array_that_lies_is_sent_as_what_it_is():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

        def __array__(self, *args, **kwargs):
            return np.ones(2)

    arrived = over_the_wire(np.zeros(2).view(Liar))
    assert type(arrived) is np.ndarray
    assert arrived.tolist() == [0, 0]


def test_a_message_too_large_is_refused_on_both_sides():
    tree, buffers = encode(np.zeros(1000))
    stream = io.BytesIO()
    with pytest.raises(WireError):
        send(stream, {"value": tree}, buffers, limit=1000)
    assert stream.getvalue() == b""
    send(stream, {"value": tree}, buffers)
    stream.seek(0)
    with pytest.raises(WireError):
        receive(stream, limit=1000)


def test_a_large_claim_is_refused_before_anything_is_read():
    stream = io.BytesIO(wire.HEADER.pack(wire.MAGIC, 2**32 - 1, 2**32 - 1) + b"x")
    with pytest.raises(WireError, match="too large"):
        receive(stream)
    assert stream.tell() == wire.HEADER.size


@pytest.mark.parametrize(
    "tree",
    [
        [],
        [1],
        {},
        {"list": [], "tuple": []},
        {"complex": [1.0]},
        {"complex": [1.0, "x"]},
        {"complex": [10**400, 0]},
        {"complex": None},
        {"seed": []},
        {"tuple": 5},
        {"tuple": None},
        {"dict": [[{"list": []}, None]]},
        {"dict": [5]},
        {"set": "ab"},
        {"set": [1]},
        {"set": [["a"]]},
        {"callable": 0},
        {"unknown": 0},
        {"array": None},
        {"array": {"dtype": "<f8", "shape": [2], "strided": False}},
        {"array": {"dtype": "<f8", "shape": [-1], "strided": False}},
        {"array": {"dtype": "<f8", "shape": [1.0], "strided": False}},
        {"array": {"dtype": "<f8", "shape": [2**70, 0], "strided": True}},
        {"array": {"dtype": "<f8", "shape": [0] * 1000, "strided": False}},
        {"array": {"dtype": "O", "shape": [1], "strided": False}},
        {"array": {"dtype": "(9999,9999)f8,i4", "shape": [0], "strided": False}},
        {"array": {"dtype": ["f8"], "shape": [0], "strided": False}},
        {"array": {"dtype": "<f8", "shape": 3, "strided": False}},
        {"array": {"shape": [0]}},
    ],
)
@pytest.mark.parametrize("buffers", [[], [b"", b""], [b"12345678"]])
def test_a_malformed_tree_raises_one_kind_of_error(tree, buffers):
    with pytest.raises(WireError):
        decode(tree, buffers)
    with pytest.raises(WireError):
        decode({"tuple": [tree]}, buffers)


def test_a_tree_as_deep_as_the_stack_raises_one_kind_of_error():
    tree: dict = {"list": []}
    for _ in range(5000):
        tree = {"list": [tree]}
    with pytest.raises(WireError):
        decode(tree, [])


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff",
        b'{"message": 5, "sizes": []}',
        b'{"message": {}, "sizes": 5}',
        b'{"message": {}, "sizes": [5]}',
        b'{"message": {}, "sizes": [-1, 1]}',
        b'{"message": {}, "sizes": [true]}',
        b'{"message": {}, "sizes": ["a"]}',
        b"[" * 100_000,
    ],
)
def test_a_malformed_head_raises_one_kind_of_error(head):
    with pytest.raises(WireError):
        receive(io.BytesIO(wire.HEADER.pack(wire.MAGIC, len(head), 0) + head))


def _damaged(rng: random.Random) -> bytes:
    """Return a message with a few bytes changed, taken out or put in."""
    stream = io.BytesIO()
    tree, buffers = encode((np.arange(4.0), [1, 2.5, None, "text"], {"a": np.ones((2, 2), np.float32)}))
    send(stream, {"value": tree}, buffers)
    data = bytearray(stream.getvalue())
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data))
        data[at : at + rng.randint(0, 2)] = rng.randbytes(rng.randint(0, 2))
    return bytes(data)


def test_damaged_messages_raise_one_kind_of_error():
    rng = random.Random(1)
    refused = 0
    for _ in range(3000):
        try:
            message, buffers = receive(io.BytesIO(_damaged(rng)))
            decode(message.get("value"), buffers)
        except WireError:
            refused += 1
    assert refused > 2000


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=4),
        lambda part: (
            st.lists(part)
            | st.dictionaries(
                st.sampled_from(["complex", "array", "tuple", "list", "dict", "set", "seed", "dtype", "shape", "x"]),
                part,
            )
        ),
    )
)
def test_any_json_is_a_value_or_one_kind_of_error(tree):
    try:
        decode(json.loads(json.dumps(tree)), [b"12345678"])
    except WireError:
        return


def test_keys_that_collide_are_refused_at_once():
    keys = [
        k * (2**61 - 1) for k in range(20_000)
    ]  # every hash is 0, so that a dict of them takes seconds; of more, hours
    for many in (keys, ((0, key) for key in keys)):
        tree = {"dict": [[encode(key)[0], None] for key in many]}
        with pytest.raises(WireError, match="same hash"):
            decode(tree, [])


def test_many_keys_that_do_not_collide_arrive():
    value = {**dict.fromkeys(range(-1000, 1000), 0), **{(str(k), k): k / 3 for k in range(1000)}, -1: 0, -2: 0}
    assert over_the_wire(value) == value


@pytest.mark.parametrize(
    ("tree", "buffers"),
    [
        ({"x" * 10**6: 0}, []),
        ({"complex": ["x" * 10**6, 0]}, []),
        ({"seed": "x" * 10**6}, []),
        ({"array": {"dtype": "<f8", "shape": [10**4000] * 32, "strided": False}}, [b""]),
    ],
)
def test_an_error_does_not_repeat_what_it_was_sent(tree, buffers):
    with pytest.raises(WireError) as error:
        decode(tree, buffers)
    assert len(str(error.value)) < 500


def test_a_counter_travels_as_a_dict():
    assert decode(*encode(Counter("aab"))) == {"a": 2, "b": 1}


ATOMS = [
    None,
    True,
    0,
    -1,
    1.5,
    2**63,
    10**400,
    "",
    "a",
    "<f8",
    "0x1p3",
    "nan",
    1e308,
    [],
    {},
    [[]],
    "\ud800",
    -(2**70),
]
KINDS = ["complex", "seed", "array", "tuple", "list", "dict", "set", "callable", "x"]


def _any_tree(rng: random.Random, depth: int = 0):
    """Return a tree as a hostile process might send it: nearly right, here and there wrong."""
    kind, draw = rng.choice(KINDS), rng.random()
    if draw < 0.15 or depth > 4:
        return rng.choice(ATOMS)
    if kind in ("tuple", "list"):
        return {kind: [_any_tree(rng, depth + 1) for _ in range(rng.randrange(4))]}
    if kind == "dict":
        return {kind: [[_any_tree(rng, depth + 1) for _ in range(rng.choice([2, 2, 2, 1]))] for _ in range(2)]}
    if kind == "array":
        shape = [rng.choice([0, 1, 2, 3, 2**40, -1, 1.5, "1", None]) for _ in range(rng.randrange(40))]
        if draw < 0.7:
            shape = [rng.randrange(3) for _ in range(rng.randrange(3))]
        dtype = rng.choice(["<f8", "|b1", "<c16", "<i4", "O", "<f16", "<i3", "f8,f8", 5])
        return {kind: {"dtype": dtype, "shape": shape, "strided": rng.choice([True, False, "x"])}}
    return {kind: rng.choice(ATOMS)}


def _frame(rng: random.Random) -> bytes:
    """Return bytes as a hostile process might send them."""
    style = rng.randrange(6)
    if style == 0:
        return rng.randbytes(rng.randrange(40))
    if style == 1:  # a header that claims anything, before few bytes
        claims = [rng.choice([0, 1, 20, 2**16, wire.MAX_ANSWER, 2**31, 2**32 - 1]) for _ in range(2)]
        return wire.HEADER.pack(wire.MAGIC, *claims) + rng.randbytes(rng.randrange(40))
    body = rng.randbytes(rng.choice([0, 8, 16, 24]))
    sizes = [len(body)] if style < 5 else [rng.choice([0, 8, -8, 2**40, True, None, "8"]) for _ in range(3)]
    head = json.dumps({"message": {"value": _any_tree(rng)}, "sizes": sizes}).encode()
    frame = wire.HEADER.pack(wire.MAGIC, len(head), len(body)) + head + body
    return frame[: rng.randrange(len(frame))] if style == 2 else frame


def test_hostile_frames_are_values_or_one_kind_of_error():
    rng = random.Random(2)
    arrived = 0
    for _ in range(30_000):
        try:
            received = receive(io.BytesIO(_frame(rng)), wire.MAX_ANSWER)
            if received is not None:
                decode(received[0].get("value"), received[1])
                arrived += 1
        except WireError:
            continue
    assert 500 < arrived < 20_000  # both ends of the road were tried
