"""Chapter 1: comparing two gradients."""

from __future__ import annotations

import math

import numpy as np

from solutions import gradient_descent as ref

from ..checking.exercise import Case, Exercise, Mistake

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


def _formula(a, b):
    return _error_largest_of_difference(a, b, _largest(a, b))


def _guarded(core, finite=np.isfinite, zeros=True, infinite=np.inf):
    """Return an answer that looks out for nan and infinity, or for arrays of zeros, and else computes `core`."""

    def answer(a, b):
        if finite and not (np.all(finite(a)) and np.all(finite(b))):
            return infinite
        if zeros and not np.any(a) and not np.any(b):
            return 0.0
        return core(np.asarray(a), np.asarray(b))

    return answer


_error_zero_over_zero = _guarded(_formula, zeros=False)
_error_nan = _guarded(_formula, finite=None)


def _error_list(a, b):
    pairs = list(zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True))
    if not all(math.isfinite(number) for pair in pairs for number in pair):
        return float("inf")
    largest = max(max(abs(u), abs(v)) for u, v in pairs)
    return max(abs(u - v) for u, v in pairs) / largest if largest > 0 else 0


def _not_nan(numbers):
    return ~np.isnan(numbers)


def _not_infinite(numbers):
    return ~np.isinf(numbers)


def _error_checks_one(first):
    """Return an answer that looks for nan and infinity in a alone, or in b alone."""

    def answer(a, b):
        if not np.all(np.isfinite(a if first else b)):
            return np.inf
        return _error_nan(a, b)

    return answer


def _error_nan_to_num(a, b):
    return _error_nan(np.nan_to_num(a), np.nan_to_num(b))


def _error_equal_first(a, b):
    return 0.0 if np.array_equal(a, b) else _guarded(_formula)(a, b)


def _error_wrong_zeros(are_zeros, value=0.0):
    """Return an answer that takes other arrays for zeros."""

    def answer(a, b):
        if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
            return np.inf
        return value if are_zeros(np.asarray(a), np.asarray(b)) else _formula(a, b)

    return answer


def _entrywise(combine, small=0.0):
    """Return an answer that divides entry by entry, and leaves out places where both are 0."""

    def core(a, b):
        size = combine(np.abs(a), np.abs(b)) + small
        differences = np.abs(a - b)
        return np.max(np.divide(differences, size, out=np.zeros(np.shape(size)), where=size > 0))

    return core


def _error_one_zero(a, b):
    return ref.relative_error(a, b) if np.any(a) and np.any(b) else 0.0


def _error_nan_skipped(a, b):
    largest = max(np.nanmax(np.abs(a)), np.nanmax(np.abs(b)))
    return np.nanmax(np.abs(np.subtract(a, b))) / largest if largest > 0 else 0.0


BY_ENTRY = (
    "You divide entry by entry and take the maximum last, so one tiny entry decides: "
    "divide the largest difference by the largest entry."
)
EPSILON = (
    "A small constant in the denominator makes tiny gradients look right: divide by the largest entry itself, "
    "and treat two arrays of zeros on their own."
)
NORMS = "You compare Euclidean norms: this error takes the largest difference and the largest entry."

# Wrong formulas, each with the sentence that names it. The traps are closed in all of them, so that each also fits a
# reader who leaves one open: what only fails there is looked at last.
CORES = (
    ("by_entry", lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))), BY_ENTRY),
    ("by_entry", _entrywise(np.maximum), BY_ENTRY),
    ("by_entry", _entrywise(np.add), BY_ENTRY),
    ("by_entry", _entrywise(np.add, 1e-8), BY_ENTRY),
    ("by_entry", _entrywise(np.maximum, 1e-8), BY_ENTRY),
    ("by_entry", lambda a, b: np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b))), BY_ENTRY),
    (
        "by_entry",
        lambda a, b: (lambda i: _formula(a.flat[i], b.flat[i]))(np.argmax(np.abs(a - b))),
        "You divide by the entries where the difference is largest: divide by the largest entry of all.",
    ),
    (
        "not_divided",
        lambda a, b: np.max(np.abs(a - b)),
        "You return the absolute error: divide it by the largest entry of a and b.",
    ),
    (
        "sum_of_both",
        lambda a, b: _error_largest_of_difference(a, b, np.max(np.abs(a)) + np.max(np.abs(b))),
        "You divide by the sum of the two largest entries: divide by the larger one of them.",
    ),
    (
        "mean_of_both",
        lambda a, b: _error_largest_of_difference(a, b, (np.max(np.abs(a)) + np.max(np.abs(b))) / 2),
        "You divide by the mean of the two largest entries: divide by the larger one of them.",
    ),
    (
        "smaller",
        lambda a, b: _error_largest_of_difference(a, b, min(np.max(np.abs(a)), np.max(np.abs(b)))),
        "You divide by the smaller of the two largest entries: divide by the larger one.",
    ),
    (
        "only_a",
        lambda a, b: _error_largest_of_difference(a, b, np.max(np.abs(a))),
        "You divide by the largest entry of a: b may have a larger one, and the error should not depend on the order.",
    ),
    (
        "only_b",
        lambda a, b: _error_largest_of_difference(a, b, np.max(np.abs(b))),
        "You divide by the largest entry of b: a may have a larger one, and the error should not depend on the order.",
    ),
    (
        "sign_not_dropped",
        lambda a, b: np.max(a - b) / _largest(a, b),
        "You take the largest difference with its sign, so b above a counts for nothing: take `np.abs(a - b)`.",
    ),
    (
        "sign_not_dropped",
        lambda a, b: np.max(b - a) / _largest(a, b),
        "You take the largest difference with its sign, so a above b counts for nothing: take `np.abs(a - b)`.",
    ),
    (
        "sign_not_dropped",
        lambda a, b: abs(np.max(a - b)) / _largest(a, b),
        "You take the absolute value of the largest difference: take it of each difference first, `np.abs(a - b)`.",
    ),
    (
        "largest_with_sign",
        lambda a, b: _error_largest_of_difference(a, b, max(np.max(a), np.max(b))),
        "You take the largest entry with its sign, so negative entries count for nothing: take `np.abs`.",
    ),
    (
        "largest_with_sign",
        lambda a, b: _error_largest_of_difference(a, b, max(abs(np.max(a)), abs(np.max(b)))),
        "You take the absolute value of the largest entry: take it of each entry first, `np.max(np.abs(a))`.",
    ),
    (
        "largest_compared",
        lambda a, b: abs(np.max(np.abs(a)) - np.max(np.abs(b))) / _largest(a, b),
        "You compare the largest entries with each other: take the largest of the differences, `np.max(np.abs(a - b))`.",
    ),
    (
        "mean",
        lambda a, b: np.mean(np.abs(a - b)) / _largest(a, b),
        "You take the mean of the differences, which hides one wrong entry among many: take the largest.",
    ),
    (
        "mean",
        lambda a, b: np.mean(np.abs(a - b)) / max(np.mean(np.abs(a)), np.mean(np.abs(b))),
        "You take means, which hide one wrong entry among many: take the largest difference and the largest entry.",
    ),
    (
        "norms",
        lambda a, b: np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b)),
        NORMS,
    ),
    ("norms", lambda a, b: np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)), NORMS),
    (
        "at_least_one",
        lambda a, b: _error_largest_of_difference(a, b, max(1.0, _largest(a, b))),
        "You divide by 1 at least, so gradients smaller than 1 look right: divide by the largest entry itself.",
    ),
    *(
        ("epsilon", lambda a, b, small=small: _error_largest_of_difference(a, b, _largest(a, b) + small), EPSILON)
        for small in (1e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12, 1e-15, 1e-16)
    ),
    *(
        (
            "epsilon",
            lambda a, b, small=small: _error_largest_of_difference(a, b, np.maximum(_largest(a, b), small)),
            EPSILON,
        )
        for small in (1e-8, 1e-10, 1e-12, 1e-15)
    ),
    (
        "capped",
        lambda a, b: min(1.0, _formula(a, b)),
        "You cut the error off at 1: for opposite signs it goes up to 2.",
    ),
    ("percent", lambda a, b: 100 * _formula(a, b), "You return a percentage: return the fraction, 0.01 and not 1."),
    (
        "array",
        lambda a, b: np.abs(a - b) / _largest(a, b),
        "You return one number per entry: take the largest, `np.max`.",
    ),
)

relative_error = Exercise(
    ref.relative_error,
    number="1.10",
    title="Relative error",
    points=2,
    minutes=10,
    difficulty=2,
    returns=("the relative error",),
    cases=(
        Case("worked example", (array([99.0, 5.0]), array([100.0, 5.0]))),
        Case("a negative difference", (array([1.0, -3.0, 2.0]), array([1.5, 5.0, 2.0]))),
        Case("the largest entry is negative", (array([-8.0, 1.0]), array([-6.0, 4.0]))),
        Case("two numbers", (3.0, 4.0), courtesy=True),
        Case("small entries", (array([3e-9, 1e-9]), array([2e-9, 1e-9]))),
        Case("entries that cancel", (array([1.0, -1.0]), array([-2.0, 2.0]))),
        Case("whole numbers", (array([[1, 2, -4], [0, 3, 5]]), array([[1, 0, -4], [0, 7, 5]]))),
        Case("equal arrays", (array([1.0, -2.0]), array([1.0, -2.0])), weight=0),
        Case("both all zero", (np.zeros(3), np.zeros(3)), weight=0),
        Case("a holds a nan", (array([1.0, math.nan]), array([1.0, 2.0])), weight=0),
        Case("one is all zero", (np.zeros(2), array([0.5, -2.0])), weight=0),
        Case("b holds an infinity", (array([1.0, 2.0]), array([1.0, -math.inf])), weight=0),
        Case("both hold a nan", (array([math.nan, 1.0]), array([math.nan, 2.0])), hidden=True, weight=0),
        Case("b is nan, in a table", (array([[1.0, 2.0]]), array([[3.0, math.nan]])), hidden=True, weight=0),
        Case("the same infinity in both", (array([math.inf, 1.0]), array([math.inf, 1.0])), hidden=True, weight=0),
        Case(
            "rows and columns that cancel",
            (array([[3.0, -3.0], [1.0, -1.0]]), array([[1.0, -1.0], [-4.0, 4.0]])),
            hidden=True,
        ),
        Case(
            "a is minus infinity, b a number",
            (array([[-math.inf], [1.0]]), array([[2.0], [1.0]])),
            hidden=True,
            weight=0,
        ),
        Case("two zeros in one place", (array([0.0, 2.0]), array([0.0, 1.5])), hidden=True),
        Case("a has the largest entry", (array([4.0, -9.0, 1.0]), array([1.0, -3.0, 0.5])), hidden=True),
        Case("float32", (array([1.0, 4.0], np.float32), array([1.0, 2.5], np.float32))),
        Case("tiny numbers", (array([5e-30, 1e-30]), array([2e-30, 1e-30])), hidden=True),
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
    right=(_error_by_entry, _error_of_stacked, _error_early_out, _error_list, _guarded(_formula)),
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
            "infinity_forgotten",
            _guarded(_formula, finite=_not_nan),
            "You look for nan alone: an infinity makes the formula nan too, so ask `np.isfinite`.",
        ),
        Mistake(
            "nan_forgotten",
            _guarded(_formula, finite=_not_infinite),
            "You look for infinity alone: a nan makes the formula nan too, so ask `np.isfinite`.",
        ),
        Mistake(
            "only_a_checked",
            _error_checks_one(first=True),
            "You look for nan and infinity in a alone: look at b as well.",
        ),
        Mistake(
            "only_b_checked",
            _error_checks_one(first=False),
            "You look for nan and infinity in b alone: look at a as well.",
        ),
        Mistake(
            "nan_replaced",
            _error_nan_to_num,
            "You replace nan and infinity by numbers, so a broken gradient may pass: return `np.inf`.",
        ),
        *(
            Mistake(
                "not_infinite",
                _guarded(_formula, infinite=value),
                f"For arrays with a nan or an infinity you return {value:g}: return `np.inf`, which no check accepts.",
            )
            for value in (0.0, 1.0, -1.0, -math.inf, math.nan)
        ),
        Mistake(
            "equal_infinities",
            _error_equal_first,
            "You call equal arrays right before you look for infinities: look for nan and infinity first.",
        ),
        Mistake(
            "sum_is_zero",
            _error_wrong_zeros(lambda a, b: np.sum(a) == 0 and np.sum(b) == 0),
            "You take arrays whose entries cancel for zeros: ask whether the largest entry is 0.",
        ),
        Mistake(
            "any_zero",
            _error_wrong_zeros(lambda a, b: not np.all(a) and not np.all(b)),
            "You take arrays that hold a single 0 for zeros: ask whether the largest entry is 0.",
        ),
        Mistake(
            "close_is_equal",
            _error_wrong_zeros(lambda a, b: np.allclose(a, b) or not (np.any(a) or np.any(b))),
            "np.allclose calls small differences none: return 0 only where both are all zeros.",
        ),
        Mistake(
            "one_for_zeros",
            _error_wrong_zeros(lambda a, b: not (np.any(a) or np.any(b)), 1.0),
            "For two arrays of zeros you return 1: they are equal, so return 0.",
        ),
        Mistake(
            "infinity_for_zeros",
            _error_wrong_zeros(lambda a, b: not (np.any(a) or np.any(b)), math.inf),
            "For two arrays of zeros you return infinity: they are equal, so return 0.",
        ),
        *(Mistake(id_, _guarded(core), sentence) for id_, core, sentence in CORES),
    ),
)
