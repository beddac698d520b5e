"""Chapter 0."""

import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from solutions.start_here import center_columns

tables = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.floats(-1e6, 1e6))


def test_worked_example():
    assert center_columns(np.array([[1.0, 10.0], [3.0, 30.0]])).tolist() == [[-1.0, -10.0], [1.0, 10.0]]


@given(tables)
def test_agrees_with_scipy(X):
    np.testing.assert_allclose(center_columns(X), scipy.signal.detrend(X, axis=0, type="constant"), atol=1e-8)


@given(tables)
def test_columns_have_mean_zero_and_keep_their_differences(X):
    centered = center_columns(X)
    np.testing.assert_allclose(centered.mean(axis=0), 0, atol=1e-8)
    np.testing.assert_allclose(centered - centered[0], X - X[0], atol=1e-8)


def test_one_example_becomes_zero():
    assert center_columns(np.array([[3, -7, 2]])).tolist() == [[0, 0, 0]]


def test_a_nan_stays_in_its_column():
    centered = center_columns(np.array([[1.0, np.nan], [3.0, 4.0]]))
    assert centered[:, 0].tolist() == [-1.0, 1.0]
    assert np.isnan(centered[:, 1]).all()


@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4)])
def test_only_two_dimensions_are_taken(shape):
    with pytest.raises(ValueError, match=r"\(N, D\), got \("):
        center_columns(np.zeros(shape))
