"""What agrees and what does not: no nan, no empty array, no look-alike may pass for a right answer."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograder.checking.compare import difference, form

ONES = np.ones(3)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (1.0, 1.0 + 1e-12),
        (1.0, np.float64(1.0)),
        (1.0, np.array(1.0)),
        (4.0, 4),
        (0.0, 2e-16),
        (2, 2),
        (2, np.int32(2)),
        (np.array([1.0, 2.0]), np.array([1, 2])),
        (np.array([1, 2]), np.array([1, 2], dtype=np.int16)),
        (np.array([1.0, math.nan, math.inf]), np.array([1.0, math.nan, math.inf])),
        (np.float32([1.0, 2.0]), np.float32([1.00001, 2.0])),
        (np.array([1e9, 1.0]), np.array([1e9, 1.0 + 1e-7])),
        ((1.0, ONES), [1.0, ONES]),
        ({"a": 0, "b": 1}, {"b": 1, "a": 0}),
        (({"a": 0}, ONES), ({"a": np.int64(0)}, ONES)),
        ((ONES, 2 * ONES), np.array([ONES, 2 * ONES])),
        ("a", "a"),
        (None, None),
        (True, True),
        (True, np.bool_(True)),
        (1.0, True),
        (ONES, np.ones(3, dtype=bool)),
        (ONES, np.ones(3, dtype=np.float32)),
        (ONES / 3, (ONES / 3).astype(np.float32)),
        (np.float32([1.5]), np.float64([1.5])),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (ONES, [1.0, 1.0, 1.0]),
        (np.array([[1.0, 2.0]]), [(1, 2)]),
        (np.array([1.0 - 1e-14]), np.array([1])),
    ],
)
def test_agree(expected, got):
    assert difference(expected, got) is None


@pytest.mark.parametrize(
    ("expected", "got", "kind"),
    [
        (1.0, 1.0 + 1e-6, "value"),
        (1.0, math.nan, "finite"),
        (math.nan, 1.0, "finite"),
        (math.inf, -math.inf, "value"),
        (math.nan, math.inf, "value"),
        (1.0, None, "none"),
        (ONES, None, "none"),
        ((1.0, 2.0), None, "none"),
        (1.0, "1.0", "structure"),
        (2.0, True, "value"),
        (1.0, 1.0 + 0j, "structure"),
        (ONES, np.ones(3, dtype=complex), "structure"),
        (np.array([1.5, 2.0]), np.array([1, 2]), "integer"),
        (np.array([1.0, 2.0]), np.array([1, 3]), "value"),
        (np.array([1, 2]), np.array([1.0, 2.5]), "value"),
        (ONES, np.float32([1.0, 1.0, 1.0 + 1e-5]), "value"),
        (ONES, [[1.0, 1.0], [1.0]], "structure"),
        (ONES, ["a", "b", "c"], "structure"),
        (ONES, [1.0, 1.0, 2.0], "value"),
        (False, 1, "value"),
        ({"a": 0, "b": 1}, {"a": 1, "b": 0}, "value"),
        ({"a": 0}, {"a": 0, "b": 1}, "structure"),
        ({"a": 0}, {"b": 0}, "structure"),
        ({"a": 0}, ["a"], "structure"),
        ({"a": 0}, None, "none"),
        ({"a": 0.5}, {"a": math.nan}, "finite"),
        (["a"], {"a": 0}, "structure"),
        (np.array([1, 2]), np.array([1, 3]), "value"),
        (ONES, ONES[:, None], "shape"),
        (ONES, np.empty(0), "shape"),
        (ONES, 1.0, "shape"),
        (1.0, np.ones(1), "shape"),
        ((1.0, 2.0), (1.0,), "structure"),
        ((1.0, 2.0), (1.0, 2.0, 3.0), "structure"),
        ((1.0, 2.0), 1.0, "structure"),
        ((1.0, 2.0), "ab", "structure"),
        ((1.0, ONES), (1.0, -ONES), "value"),
        (np.array([1.0, math.nan]), np.array([math.nan, 1.0]), "finite"),
        (np.array([1.0, 2.0]), np.array([2.0, 1.0]), "value"),
        (np.array([1e9, 1.0]), np.array([1e9, 1.01]), "value"),
        ("a", "b", "value"),
        (None, 0, "value"),
    ],
)
def test_differ(expected, got, kind):
    found = difference(expected, got)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    ("expected", "got", "word"),
    [
        (ONES, ONES, ""),
        (1.0, np.float32(1.0), ""),
        (1.0, 1, ""),
        (ONES, np.array([1, 1, 1]), ""),
        (np.float32([1.0]), ONES[:1], "wide"),
        (ONES, np.ones(3, dtype=np.float32), "narrow"),
        (ONES, [1.0, 1.0, 1.0], "list"),
        ((1.0, ONES), [1.0, ONES], "tuple"),
        ((1.0, ONES), (1.0, [1.0, 1.0, 1.0]), "list"),
        (["a", "b"], ("a", "b"), ""),
        ([("a", "b")], [["a", "b"]], "tuple"),
        (np.array([1, 0]), np.array([1.0, 0.0]), "floats"),
        (2, 2.0, "floats"),
        (np.array([1, 0]), np.array([True, False]), "booleans"),
        (np.array([1.0, 0.0]), np.array([True, False]), "booleans"),
        (({"a": 1}, ONES), ({"a": 1.0}, ONES), "floats"),
    ],
)
def test_the_form_of_an_answer_that_agrees(expected, got, word):
    assert difference(expected, got) is None
    assert form(expected, got) == word


def test_names_the_part_that_differs():
    found = difference((1.0, ONES, 3.0), (1.0, ONES, 4.0))
    assert found is not None
    assert found.part == 2


floats = st.floats(-1e6, 1e6)


@given(arrays(np.float64, array_shapes(max_dims=3), elements=floats), st.data())
def test_one_wrong_entry_is_found(expected, data):
    at = data.draw(st.tuples(*(st.integers(0, n - 1) for n in expected.shape)))
    step = max(abs(expected[at]), np.max(np.abs(expected)), 1.0) * data.draw(
        st.sampled_from([1e-6, -1e-6, 1e3, math.nan])
    )
    got = expected.copy()
    got[at] += step
    assert difference(expected, expected.copy()) is None
    assert difference(expected, got) is not None
