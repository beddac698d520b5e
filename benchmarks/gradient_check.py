"""A gradient by central differences, against SciPy's: time and accuracy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.optimize._numdiff import approx_derivative

from solutions.gradient_descent import numerical_gradient, relative_error
from solutions.softmax_svm import softmax_loss

from .harness import Row, alternate, compare


def rows() -> Iterator[Row]:
    """Yield a row for time, and one for the error."""
    rng = np.random.default_rng(0)
    X, W, y = rng.random((200, 64)), rng.standard_normal((10, 64)) / 8, rng.integers(10, size=200)
    where = "numerical_gradient of softmax_loss, 200 x 64 x 10"

    def ours():
        return numerical_gradient(lambda at: softmax_loss(at, X, y)[0], W)

    def theirs():
        return approx_derivative(lambda at: softmax_loss(at.reshape(W.shape), X, y)[0], W.ravel()).reshape(W.shape)

    peer = "SciPy approx_derivative, 3-point"
    yield compare(f"{where}: time", peer, *alternate(ours, theirs), at_most=1.0)
    right = softmax_loss(W, X, y)[1]
    errors = [relative_error(answer, right) for answer in (ours(), theirs())]
    yield compare(f"{where}: error", peer, errors[:1], errors[1:], unit="of max", at_most=1.0)
