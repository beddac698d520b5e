"""Chapter 1."""

import numpy as np

from solutions.backend import as_float
from tests.contract import Row, zeros


def mean_pull(theta, X, y):
    """A loss of theta (2,), X (n, 2) and y (n,), and its gradient, in any library."""
    X, y = as_float(X), as_float(y)
    gap = X @ theta - y
    return (gap @ gap) / X.shape[0], 2 * (X.T @ gap) / X.shape[0]


CONTRACT = {
    "squared_error": Row(
        "(y_hat, y)",
        lambda a: {"y_hat": a([5, 1, 4]), "y": a([3, 1, 7])},
        ((3,),),
        (
            (lambda a: {"y": a(zeros(3, 1))}, "(3,) (3, 1)"),
            (lambda a: {"y": a(zeros(1))}, "(3,) (1,)"),
            (lambda a: {"y_hat": a(zeros(2))}, "(2,) (3,)"),
        ),
    ),
    "shift_loss": Row(
        "(theta, x, y)",
        lambda a: {"theta": 5.0, "x": a([2, 3, 5]), "y": a([4, 5, 9])},
        ((), ()),
        (
            (lambda a: {"y": a(zeros(3, 1))}, "(3,) (3, 1)"),
            (lambda a: {"x": a(zeros(1))}, "(1,) (3,)"),
            (lambda a: {"theta": a(zeros(3))}, "() (3,)"),
        ),
    ),
    "gradient_descent": Row(
        "(grad, theta0, learning_rate, steps, tol=0.0)",
        lambda a: {
            "grad": lambda t: t - as_float(a([4, 8])),
            "theta0": a([2, 4]),
            "learning_rate": 0.5,
            "steps": 3,
            "tol": 0.5,
        },
        ((4, 2),),
        (
            (lambda a: {"grad": lambda theta: a(zeros(2, 1))}, "(2, 1) (2,)"),
            (lambda a: {"grad": lambda theta: 1.0}, "() (2,)"),
        ),
    ),
    "first_slip": Row(
        "(path, grad, learning_rate, atol=1e-06)",
        lambda a: {"path": a([5, -1, 4, 0]), "grad": lambda theta: 2 * theta - 4, "learning_rate": 1.0},
        (int,),
        ((lambda a: {"path": a(zeros(2, 1))}, "(T+1,) (2, 1)"), (lambda a: {"path": a(5)}, "(T+1,) ()")),
    ),
    "linear_regression_loss": Row(
        "(w, b, X, y)",
        lambda a: {"w": a([1, 2]), "b": 3.0, "X": a([[1, 2], [3, 4], [0, 6]]), "y": a([1, 0, 5])},
        ((), (2,), ()),
        (
            (lambda a: {"w": a(zeros(3))}, "(3,) (3, 2)"),
            (lambda a: {"w": a(zeros(2, 1))}, "(2, 1) (3, 2)"),
            (lambda a: {"y": a(zeros(3, 1))}, "(3, 1) (3, 2)"),
            (lambda a: {"y": a(zeros(1))}, "(1,) (3, 2)"),
            (lambda a: {"X": a(zeros(2))}, "(2,) (3,)"),
            (lambda a: {"b": a(zeros(3))}, "() (3,)"),
        ),
    ),
    "least_squares": Row(
        "(X, y)",
        lambda a: {"X": a([[1, 2], [3, 4], [0, 6], [1, 1]]), "y": a([1, 0, 5, 2])},
        ((2,), ()),
        (
            (lambda a: {"y": a(zeros(4, 1))}, "(4, 1) (4, 2)"),
            (lambda a: {"y": a(zeros(3))}, "(3,) (4, 2)"),
            (lambda a: {"X": a(zeros(4))}, "(4,) (N, D)"),
        ),
    ),
    "cubic_gradient": Row(
        "(x, y)",
        lambda a: {"x": a([[1, 2, 0]]), "y": a([[3, 1, 5]])},
        ((1, 3), (1, 3)),
        ((lambda a: {"y": a(zeros(3, 1))}, "(1, 3) (3, 1)"), (lambda a: {"x": 1.0}, "() (1, 3)")),
    ),
    "bowl_gradient": Row(
        "(x, y)",
        lambda a: {"x": a([[1, 2, 0]]), "y": a([[3, 1, 5]])},
        ((1, 3), (1, 3)),
        ((lambda a: {"y": a(zeros(3, 1))}, "(1, 3) (3, 1)"), (lambda a: {"x": 1.0}, "() (1, 3)")),
    ),
    "numerical_gradient": Row(
        "(f, x, h=1e-05)",
        lambda a: {"f": lambda x: 3 * x[0, 0] * x[1, 2] + x[0, 1] ** 2, "x": a([[1, 2, 3], [4, 5, 6]])},
        ((2, 3),),
        ((lambda a: {"f": lambda x: x[0, :]}, "() (3,)"), (lambda a: {"f": lambda x: x[:1, 0]}, "() (1,)")),
    ),
    "relative_error": Row(
        "(a, b)",
        lambda a: {"a": a([99, 5]), "b": a([100, 5])},
        (float,),
        ((lambda a: {"b": a(zeros(2, 1))}, "(2,) (2, 1)"), (lambda a: {"a": 99.0}, "() (2,)")),
    ),
    "random_search": Row(
        "(loss, shape, trials, rng, scale=1.0)",
        lambda a: {"loss": lambda w: (w**2).sum(), "shape": (2, 3), "trials": 4, "rng": np.random.default_rng(0)},
        ((2, 3), float, (4,)),
        own_arrays=True,
    ),
    "minibatches": Row(
        "(n, batch_size, rng)",
        lambda a: {"n": 5, "batch_size": 3, "rng": np.random.default_rng(0)},
        ((3,), (2,)),
        own_arrays=True,
    ),
    "sgd": Row(
        "(loss_and_grad, theta0, X, y, *, learning_rate, batch_size, epochs, rng)",
        lambda a: {
            "loss_and_grad": mean_pull,
            "theta0": a([1, -1]),
            "X": a([[1, 2], [3, 1], [0, 2], [1, 1], [2, 2]]),
            "y": a([1, 2, 0, 3, 1]),
            "learning_rate": 0.05,
            "batch_size": 2,
            "epochs": 3,
            "rng": np.random.default_rng(0),
        },
        ((2,), (9,)),
        (
            (lambda a: {"y": a(zeros(4))}, "(4,) (5, 2)"),
            (lambda a: {"loss_and_grad": lambda theta, X, y: (0.0, a(zeros(2, 1)))}, "(2, 1) (2,)"),
        ),
    ),
}
