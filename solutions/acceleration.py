"""Gradient descent with momentum, for the same objectives in fewer steps."""

from __future__ import annotations

from collections.abc import Callable

from .backend import Array, array_namespace, as_float, like, require_same_shape


def accelerated_descent(
    grad: Callable[[Array], Array],
    theta0: Array,
    learning_rate: float,
    steps: int,
    prox: Callable[[Array, float], Array] | None = None,
    tol: float = 0.0,
) -> Array:
    """Return where gradient descent with Nesterov's momentum ends.

    Each step looks ahead in the direction of the last one, and goes downhill from there. As soon as a step goes against
    the slope, the momentum starts again from nothing: without that, it would swing around the minimum.

    Args:
        grad: function from theta to the gradient of the smooth part of the loss there, of theta's shape.
        theta0: start, a number or an array of any shape.
        learning_rate: step size, > 0; at most 1 / L for a gradient that changes by no more than L per unit of length.
        steps: the most steps to take.
        prox: function from (v, learning_rate) to the next theta, for a penalty with kinks, as in
            proximal_gradient_descent; None if there is no such penalty.
        tol: stop once a step moves no entry by more than tol times the largest entry in size.

    Returns: the last theta, an array of theta0's shape.
    Raises: ValueError if grad or prox returns another shape than theta's.

    Example: a long valley, 100 times as steep across as along. Plain descent is at 0.74 after 30 steps.
        >>> import numpy as np
        >>> accelerated_descent(lambda theta: np.array([1.0, 100.0]) * theta, np.ones(2), 0.01, 30).round(2).tolist()
        [0.16, 0.0]

    Source: Beck and Teboulle, FISTA (2009); O'Donoghue and Candes, Adaptive Restart for Accelerated Schemes (2015).
    """
    theta = ahead = as_float(theta0)
    xp = array_namespace(theta)
    t = 1.0
    for _ in range(steps):
        slope = like(grad(ahead), theta)
        require_same_shape(gradient=slope, theta=theta)
        after = ahead - learning_rate * slope
        if prox is not None:
            after = like(prox(after, learning_rate), theta)
            require_same_shape(prox=after, theta=theta)
        move = after - theta
        if xp.sum((ahead - after) * move) > 0:
            t = 1.0
        t_next = (1 + (1 + 4 * t**2) ** 0.5) / 2
        theta, ahead, t = after, after + (t - 1) / t_next * move, t_next
        if tol > 0 and xp.max(xp.abs(move)) <= tol * xp.max(xp.abs(after)):
            break
    return theta
