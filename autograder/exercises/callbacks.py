"""Functions that cases hand to the reader's functions. They travel in homework copies: nothing secret belongs here.

Messages call a function by the first line of its docstring.
"""

from __future__ import annotations

import math

import numpy as np


def secret_slope(theta):
    """2 theta - 4"""
    return 2 * theta - 4


def bowl_slope(theta):
    """the function theta -> (8 theta[0], 2 theta[1])"""
    return np.asarray([8.0, 2.0], dtype=theta.dtype) * theta


def matrix_slope(theta):
    """the function theta -> 0.2 theta, entry by entry"""
    return 0.2 * theta


def uneven_slope(theta):
    """the function theta -> (theta[0] - 3, 0)"""
    slope = np.zeros_like(theta)
    slope[0] = theta[0] - 3
    return slope


def square(x):
    """the function x -> x^2"""
    return float(x) ** 2


def sine_sum(x):
    """the function x -> the sum of sin(x)"""
    return float(np.sum(np.sin(x)))


def weighted_cubes(x):
    """the function x -> the sum of (i + 1) x_i^3 over all entries"""
    x = np.asarray(x)
    return float(np.sum(np.arange(1, x.size + 1).reshape(x.shape) * x**3))


def exponential(x):
    """the function x -> exp(x[0] x[1])"""
    return float(np.exp(x[0] * x[1]))


def quartic(x):
    """the function x -> the sum of x^4"""
    return float(np.sum(np.asarray(x) ** 4))


def hole(x):
    """the function x -> x[0]^2 + sqrt(x[1]), which is nan for x[1] < 0"""
    return float(x[0] ** 2 + np.sqrt(x[1]))


def distance_loss(w):
    """the loss w -> the sum of (w - 0.5)^2"""
    return float(np.sum((w - 0.5) ** 2))


def cliff_loss(w):
    """the loss w -> the sum of w, but nan where that is negative"""
    total = float(np.sum(w))
    return total if total >= 0 else math.nan


def upside_down_loss(w):
    """the loss w -> -10 - the sum of |w|"""
    return -10.0 - float(np.sum(np.abs(w)))


def pull(theta, X, y):
    """the mean of (X theta - y)^4 / 4 over the batch, and its gradient"""
    if np.ndim(y) == 0:
        raise ValueError("a batch of one example keeps its axis of rows: X[i : i + 1], not X[i]")
    gap = np.dot(X, theta) - y
    return float(np.sum(gap**4)) / 4 / len(y), np.dot(X.T, gap**3) / len(y)


def shrunk(v, learning_rate):
    """the function (v, learning_rate) -> v / (1 + 0.6 learning_rate)"""
    dtype = np.asarray(v).dtype
    return v / np.asarray(1 + 0.6 * learning_rate, dtype=dtype if dtype.kind == "f" else float)


def not_negative(v, learning_rate):
    """the function (v, learning_rate) -> max(v, 0)"""
    return np.maximum(v, 0)


def quartic_penalty(w):
    """the penalty w -> the sum of w^4"""
    return np.sum(w**4), 4 * w**3


def rounded_penalty(w):
    """the penalty w -> the sum of log cosh w"""
    return np.sum(np.logaddexp(w, -w) - np.log(2).astype(np.asarray(w).dtype)), np.tanh(w)


def score_loops(W, X, y, lam):
    """every score by itself, in a loop over the examples and one over the classes"""
    return sum(float(np.dot(x, w)) for x in X for w in W)


def one_hot_pull(W, X, y, lam=0.0):
    """the mean over the batch of the sum of (X W^T - onehot(y))^4 / 4, plus lam times the sum of W^4, and its gradient"""
    if np.ndim(y) == 0:
        raise ValueError("a batch of one example keeps its axis of rows: X[i : i + 1], not X[i]")
    if np.shape(W)[1:] != np.shape(X)[1:]:
        return math.nan, math.nan * W  # the rule says what is wrong with W's shape
    gap = np.dot(X, W.T)
    gap = gap - (y[:, None] == np.arange(len(W))).astype(gap.dtype)
    loss = float(np.sum(gap**4)) / 4 / len(y) + lam * float(np.sum(W**4))
    return loss, np.dot(gap.T**3, X) / len(y) + 4 * lam * W**3
