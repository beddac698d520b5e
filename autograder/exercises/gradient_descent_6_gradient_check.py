"""Chapter 1: comparing two gradients."""

from __future__ import annotations

import math

import numpy as np

from solutions import gradient_descent as ref

from ..exercise import Case, Exercise, Mistake

array = np.array


def _error_by_entry(a, b):
    largest, difference = 0.0, 0.0
    for u, v in zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True):
        if not (math.isfinite(u) and math.isfinite(v)):
            return math.inf
        largest, difference = max(largest, abs(u), abs(v)), max(difference, abs(u - v))
    return difference / largest if largest else 0.0


def _error_of_stacked(a, b):
    both = np.stack([a, b]).astype(np.float64)
    if not np.all(np.isfinite(both)):
        return np.inf
    largest = np.abs(both).max()
    return 0.0 if largest == 0 else np.ptp(both, axis=0).max() / largest


def _error_early_out(a, b):
    if np.array_equal(a, b) and np.all(np.isfinite(a)):
        return 0.0
    error = np.max(np.abs(np.subtract(a, b))) / np.maximum(np.max(np.abs(a)), np.max(np.abs(b)))
    return error if np.isfinite(error) else float("inf")


def _error_largest_of_difference(a, b, denominator):
    return np.max(np.abs(np.subtract(a, b))) / denominator


def _largest(a, b):
    return max(np.max(np.abs(a)), np.max(np.abs(b)))


def _error_zero_over_zero(a, b):
    if not np.all(np.isfinite(a)) or not np.all(np.isfinite(b)):
        return np.inf
    return _error_largest_of_difference(a, b, _largest(a, b))


def _error_nan(a, b):
    if not np.any(a) and not np.any(b):
        return 0.0
    return _error_largest_of_difference(a, b, _largest(a, b))


def _error_one_zero(a, b):
    return ref.relative_error(a, b) if np.any(a) and np.any(b) else 0.0


def _error_nan_skipped(a, b):
    largest = max(np.nanmax(np.abs(a)), np.nanmax(np.abs(b)))
    return np.nanmax(np.abs(np.subtract(a, b))) / largest if largest > 0 else 0.0


relative_error = Exercise(
    ref.relative_error,
    title="Relative error",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("the relative error",),
    cases=(
        Case("worked example", (array([99.0, 5.0]), array([100.0, 5.0]))),
        Case("a negative difference", (array([1.0, -3.0, 2.0]), array([1.5, 5.0, 2.0]))),
        Case("the largest entry is negative", (array([-8.0, 1.0]), array([-6.0, 4.0]))),
        Case("two numbers", (3.0, 4.0)),
        Case("whole numbers", (array([[1, 2, -4], [0, 3, 5]]), array([[1, 0, -4], [0, 7, 5]]))),
        Case("equal arrays", (array([1.0, -2.0]), array([1.0, -2.0])), weight=0),
        Case("both all zero", (np.zeros(3), np.zeros(3)), weight=0),
        Case("a holds a nan", (array([1.0, math.nan]), array([1.0, 2.0])), weight=0),
        Case("one is all zero", (np.zeros(2), array([0.5, -2.0])), weight=0),
        Case("b holds an infinity", (array([1.0, 2.0]), array([1.0, -math.inf])), weight=0),
        Case("both hold a nan", (array([math.nan, 1.0]), array([math.nan, 2.0])), hidden=True, weight=0),
        Case("b is nan, in a table", (array([[1.0, 2.0]]), array([[3.0, math.nan]])), hidden=True, weight=0),
        Case("the same infinity in both", (array([math.inf, 1.0]), array([math.inf, 1.0])), hidden=True, weight=0),
        Case("two zeros in one place", (array([0.0, 2.0]), array([0.0, 1.5])), hidden=True),
        Case("a has the largest entry", (array([4.0, -9.0, 1.0]), array([1.0, -3.0, 0.5])), hidden=True),
        Case("float32", (array([1.0, 4.0], np.float32), array([1.0, 2.5], np.float32))),
        Case("tiny numbers", (array([3e-30, 1e-30]), array([2e-30, 1e-30])), hidden=True),
        Case("large numbers", (array([1e200, 2e200]), array([1e200, 5e200])), hidden=True),
        Case("one entry, opposite signs", (array([0.25]), array([-0.25])), hidden=True),
        Case(
            "every second entry of an array",
            (array([1.0, 9.0, 2.0, 9.0, 8.0, 9.0])[::2], array([2.0, 9.0, 2.0, 9.0, 6.5, 9.0])[::2]),
            hidden=True,
        ),
    ),
    random_cases=lambda rng: [
        Case("random numbers", (rng.normal(size=9), rng.normal(size=9)), hidden=True),
        Case("a random table", (rng.normal(size=(3, 4)), 2 * rng.normal(size=(3, 4))), hidden=True),
    ],
    hints=(
        "Two numbers are needed: the largest difference between a and b, and the largest entry of both, signs aside.",
        "`np.max(np.abs(a - b))` is the first. The second is the larger one of `np.max(np.abs(a))` and "
        "`np.max(np.abs(b))`. Then think of the two traps: 0 / 0, and nan.",
        "Compute difference and largest. If either is nan or infinite (`not np.isfinite(...)`), return `np.inf`; "
        "if largest is 0, return 0.0; else return difference / largest.",
    ),
    right=(_error_by_entry, _error_of_stacked, _error_early_out),
    equivalent={
        "a, b = (as_float(a), as_float(b)) -> ": "whole numbers in may stay whole: the values agree",
        "max(float(xp.max(xp.abs(b))), float(xp.max(xp.abs(a))))": "the larger of two numbers, in either order",
        "max(xp.max(xp.abs(a)), ": "the value is the same for a 0-d array as for a Python number",
        ", xp.max(xp.abs(b)))": "the value is the same for a 0-d array as for a Python number",
        "-> difference = xp.max(xp.abs(a - b))": "the value is the same for a 0-d array as for a Python number",
    },
    mistakes=(
        Mistake(
            "zero_over_zero",
            _error_zero_over_zero,
            "Two arrays of zeros are equal, but you compute 0 / 0, which is nan: return 0 for them.",
        ),
        Mistake(
            "one_all_zero",
            _error_one_zero,
            "If only one of the arrays is all zeros, it differs from the other by all there is: return 0 only if both are.",
        ),
        Mistake(
            "tiny_for_zero",
            lambda a, b: ref.relative_error(a, b) if not _largest(a, b) < 1e-12 else 0.0,
            "You take tiny arrays for zeros: return 0 only where the largest entry is exactly 0.",
        ),
        Mistake(
            "nan_result",
            _error_nan,
            "If an array holds nan or infinity you return nan, and `nan > 1e-6` is False, so a check by comparison "
            "accepts it: return `np.inf`.",
        ),
        Mistake(
            "unguarded",
            lambda a, b: _error_largest_of_difference(a, b, _largest(a, b)),
            "The formula is right where it can be computed, but two traps are open: for arrays of zeros it gives 0 / 0 "
            "(return 0), and a nan or an infinity in an array makes it nan (return `np.inf`).",
        ),
        Mistake(
            "nan_skipped",
            _error_nan_skipped,
            "You leave out nan entries, so a gradient full of nan looks fine: return `np.inf` if there is one.",
        ),
        Mistake(
            "by_entry",
            lambda a, b: np.max(np.abs(np.subtract(a, b)) / np.maximum(np.abs(a), np.abs(b))),
            "You divide entry by entry and take the maximum last, so one tiny entry decides: "
            "divide the largest difference by the largest entry.",
        ),
        Mistake(
            "not_divided",
            lambda a, b: np.max(np.abs(np.subtract(a, b))),
            "You return the absolute error: divide it by the largest entry of a and b.",
        ),
        Mistake(
            "sum_of_both",
            lambda a, b: _error_largest_of_difference(a, b, np.max(np.abs(a)) + np.max(np.abs(b))),
            "You divide by the sum of the two largest entries: divide by the larger one of them.",
        ),
        Mistake(
            "only_a",
            lambda a, b: _error_largest_of_difference(a, b, np.max(np.abs(a))),
            "You divide by the largest entry of a: b may have a larger one, and the error should not depend on the order.",
        ),
        Mistake(
            "only_b",
            lambda a, b: _error_largest_of_difference(a, b, np.max(np.abs(b))),
            "You divide by the largest entry of b: a may have a larger one, and the error should not depend on the order.",
        ),
        Mistake(
            "sign_not_dropped",
            lambda a, b: np.max(np.subtract(a, b)) / _largest(a, b),
            "You take the largest difference with its sign, so b above a counts for nothing: take `np.abs(a - b)`.",
        ),
        Mistake(
            "largest_with_sign",
            lambda a, b: _error_largest_of_difference(a, b, max(np.max(a), np.max(b))),
            "You take the largest entry with its sign, so negative entries count for nothing: take `np.abs`.",
        ),
        Mistake(
            "mean",
            lambda a, b: np.mean(np.abs(np.subtract(a, b))) / _largest(a, b),
            "You take the mean of the differences, which hides one wrong entry among many: take the largest.",
        ),
        Mistake(
            "norms",
            lambda a, b: np.linalg.norm(np.subtract(a, b)) / max(np.linalg.norm(a), np.linalg.norm(b)),
            "You compare Euclidean norms: this error takes the largest difference and the largest entry.",
        ),
        Mistake(
            "epsilon",
            lambda a, b: _error_largest_of_difference(a, b, np.maximum(_largest(a, b), 1e-8)),
            "A small constant in the denominator makes tiny gradients look right: divide by the largest entry itself, "
            "and treat two arrays of zeros on their own.",
        ),
        Mistake(
            "percent",
            lambda a, b: 100 * _error_largest_of_difference(a, b, _largest(a, b)),
            "You return a percentage: return the fraction, 0.01 and not 1.",
        ),
    ),
)
