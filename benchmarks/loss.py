"""Loss and gradient of the linear classifiers, against the two matrix products that no way round avoids."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sklearn._loss import HalfMultinomialLoss
from sklearn.linear_model._linear_loss import LinearModelLoss

from solutions.softmax_svm import softmax_loss, svm_loss

from .harness import Row, alternate, compare, missing, optional

CLASSES = 10
# Examples, features, dtype, and how many times the products' time is aimed at.
SIZES = ((60000, 784, np.float64, 1.1), (1797, 64, np.float64, 1.5), (256, 784, np.float32, None))


def rows() -> Iterator[Row]:
    """Yield rows for both losses at three sizes."""
    torch = optional("torch")
    for n, d, dtype, at_most in SIZES:
        rng = np.random.default_rng(0)
        X = rng.random((n, d)).astype(dtype)
        W = (rng.standard_normal((CLASSES, d)) / np.sqrt(d)).astype(dtype)
        y = rng.integers(CLASSES, size=n)
        slopes = rng.standard_normal((n, CLASSES)).astype(dtype)
        where = f"{n} x {d} x {CLASSES}, {np.dtype(dtype).name}"

        def floor(W=W, X=X, slopes=slopes):
            return X @ W.T, slopes.T @ X

        for loss, theirs in ((softmax_loss, _sklearn), (svm_loss, None)):

            def ours(loss=loss, W=W, X=X, y=y):
                return loss(W, X, y)

            peers = {"the two products": floor}
            if theirs:
                peers["scikit-learn LinearModelLoss"] = theirs(W, X, y)
            if torch:
                peers[f"torch {_torch_name(loss)} + backward"] = _torch(torch, loss, W, X, y)
            times = alternate(ours, *peers.values(), seconds=8.0)
            products = float(np.median(times[1]))
            for (peer, _), peer_times in zip(peers.items(), times[1:], strict=True):
                aim = at_most if peer == "the two products" else 1.0
                yield compare(f"{loss.__name__}, {where}", peer, times[0], peer_times, floor=products, at_most=aim)
            if not torch:
                yield missing(f"{loss.__name__}, {where}", f"torch {_torch_name(loss)}", "torch")


def _sklearn(W, X, y):
    loss = LinearModelLoss(base_loss=HalfMultinomialLoss(n_classes=CLASSES), fit_intercept=False)
    coef, labels = np.asfortranarray(W), y.astype(X.dtype)  # as its own LogisticRegression hands them over
    return lambda: loss.loss_gradient(coef, X, labels)


def _torch_name(loss):
    return "cross_entropy" if loss is softmax_loss else "multi_margin_loss"


def _torch(torch, loss, W, X, y):
    weights = torch.tensor(W, requires_grad=True)
    inputs, labels = torch.from_numpy(X), torch.from_numpy(y)
    theirs = getattr(torch.nn.functional, _torch_name(loss))

    def work():
        weights.grad = None
        value = theirs(inputs @ weights.T, labels)
        value.backward()
        return value, weights.grad

    return work
