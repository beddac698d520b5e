"""Chapter 0: shapes, axes and broadcasting."""

from __future__ import annotations

from .backend import Array, array_namespace, as_float


def center_columns(X: Array) -> Array:
    """Return the data with each feature's mean taken off, so that every column has mean zero.

    Args:
        X: (N, D) data, one example per row, N >= 1.

    Returns: (N, D) centered data. X itself is left as it is.
    Raises: ValueError if X is not two-dimensional.

    Example: the columns of [[1, 10], [3, 30]] have the means 2 and 20.
        >>> import numpy as np
        >>> center_columns(np.array([[1.0, 10.0], [3.0, 30.0]])).tolist()
        [[-1.0, -10.0], [1.0, 10.0]]

    Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, section 3.4.
    """
    if X.ndim != 2:
        raise ValueError(f"X must have the shape (N, D), got {X.shape}")
    X = as_float(X)
    xp = array_namespace(X)
    return X - xp.mean(X, axis=0)
