"""Relations between a wrong answer and the right one that may hold in any exercise, and the sentences that name them.

Each takes the evidence and returns a mistake's id with a sentence, or None. A relation has to hold in every telling
case; what a single number could satisfy by chance does not count.
"""

from __future__ import annotations

import inspect
import itertools
import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from .compare import difference, form
from .evidence import Evidence, Failure, Pair, differing, first_difference, letters_of, numeric, parts
from .exercise import Case, Outcome

Found = tuple[str, str] | None

NEARLY = 1e-4
UNLIKELY = 0.05  # a chance
SURE = 1.5  # as many numbers as nobody hits by chance
MAX_SLOPE_ENTRIES = 24  # entries of a parameter whose slope is measured
WORDS = {
    "N": "the number of examples",
    "D": "the number of features",
    "K": "the number of classes",
    "V": "the size of the vocabulary",
}


def named(evidence: Evidence) -> Found:
    """Return the first relation that fits; those that say most are tried first."""
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        return next(filter(None, (_found(relation, evidence) for relation in RELATIONS)), None)


STRICT = False  # whether a relation's own error is raised, as in tests


def _found(relation: Callable[[Evidence], Found], evidence: Evidence) -> Found:
    try:
        return relation(evidence)
    except Exception:  # an answer so odd that this relation cannot look at it: the others may, and the verdict stands
        if STRICT:
            raise
        return None


def what_is_wrong(evidence: Evidence) -> str:
    """Return the names of the returned values that differ, joined by commas and an "and"."""
    names = dict.fromkeys(name for name, _, _ in _differences(evidence))
    return enumerated(list(names)) or enumerated(evidence.exercise.returns)


def _differences(evidence: Evidence) -> Iterator[tuple[str, Any, Any]]:
    """Yield what differs in all telling cases: name, what was expected, what came."""
    for failure in evidence.telling:
        yield from differing(evidence.exercise, failure)


def enumerated(names: Sequence[str]) -> str:
    """Return names as English lists them.

    Example:
        >>> enumerated(["w", "b", "losses"])
        'w, b and losses'
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


# --- what is returned at all ---


def _none_or_structure(evidence: Evidence) -> Found:
    returns = evidence.exercise.returns
    for failure in evidence.telling:
        found, want, have = first_difference(evidence.exercise, failure)
        if found is None or (isinstance(want, list) and isinstance(have, list)):
            continue
        what = returns[(found.part if isinstance(failure.want, tuple) else None) or 0]
        if found.kind == "none":
            if failure.outcome.printed:
                return (
                    "prints",
                    "Your function prints its result and returns None: write `return` in place of `print`.",
                )
            where = "" if found.part is None else f" for {what}"
            return "returns_none", f"Your function returns None{where}: is there a return at its end?"
        if found.kind == "structure":
            if found.part is not None:
                return "structure", f"Look at {what}: {found.detail}."
            if len(returns) > 1:
                return (
                    "structure",
                    f"Your function should return {len(returns)} values, {enumerated(returns)}; {found.detail}.",
                )
            return "structure", f"Look at what your function returns: {found.detail}."
    return None


def _strict_form(evidence: Evidence) -> Found:
    """Name a form that is more than a remark in this exercise."""
    exercise = evidence.exercise
    if not exercise.strict or any(True for one in evidence.telling for _ in differing(exercise, one)):
        return None
    for failure in evidence.telling:
        word = form(failure.expected.outputs, failure.outcome.outputs) if failure.expected else ""
        if word in exercise.strict:
            return word, STRICT_FORMS[word]
    return None


STRICT_FORMS = {
    "floats": "Your row numbers are floats, and no array takes those as an index: make them integers, `.astype(int)`.",
    "tuple": "Your entries are lists, which cannot be keys of a dict: make tuples of them, `tuple(...)`.",
}


def _order(evidence: Evidence) -> Found:
    """Look for right values in each other's places."""
    rtol, returns = evidence.exercise.rtol, evidence.exercise.returns
    orders: set[tuple[int, ...]] | None = None
    for failure in evidence.telling:
        want, have = failure.want, failure.have
        if not isinstance(want, tuple) or not isinstance(have, (tuple, list)) or not 2 <= len(want) == len(have) <= 6:
            return None
        fitting = {
            order
            for order in itertools.permutations(range(len(want)))
            if all(difference(want[i], have[j], rtol) is None for i, j in enumerate(order))
        }
        orders = fitting if orders is None else orders & fitting
    if not orders:
        return None
    return "order", f"Your values are right but in the wrong order: return {', '.join(returns)}."


# --- what is returned where something else should be ---


def _argument_unchanged(evidence: Evidence) -> Found:
    exercise, told = evidence.exercise, evidence.telling
    if not told or len(exercise.returns) > 1:
        return None
    for name, first in evidence.arguments(told[0].case).items():
        if (
            not isinstance(first, (np.ndarray, list))
            or len(np.shape(first) if isinstance(first, np.ndarray) else first) == 0
        ):
            continue
        if all(_same(evidence.arguments(one.case).get(name), one.outcome.outputs[0]) for one in told):
            return "unchanged", f"Your function gives {name} back as it came."
    return None


def _same(one: Any, other: Any) -> bool:
    a, b = (numeric(value) if not isinstance(value, str) and value is not None else None for value in (one, other))
    if a is None or b is None:
        return type(one) is type(other) and isinstance(one, (list, str, tuple)) and one == other
    return a.shape == b.shape and np.array_equal(a, b, equal_nan=True)


def _constant(evidence: Evidence) -> Found:
    for name, pairs in evidence.pairs().items():
        values = [_one_number(pair.have) for pair in pairs]
        wants = [_one_number(pair.want) for pair in pairs]
        always = len(set(values)) == 1 and not math.isnan(values[0]) and _passes_only_with(evidence, name, values[0])
        if len(pairs) > 2 and always and len(set(wants)) > 2:
            return "constant", f"Your function returns {values[0]:.6g} for {name}, whatever it is given."
        differ = all(map(math.isnan, wants)) and sum(pair.have.size > 2 for pair in pairs) > 1
        if len(pairs) > 1 and differ and not any(map(math.isnan, values)):
            return "one_number", f"Look at {name}: all entries of yours are one and the same number."
    return None


def _passes_only_with(evidence: Evidence, name: str, value: float) -> bool:
    """Return whether the right answers of the cases that passed hold nothing but this number."""
    for _, expected in evidence.passing:
        for want in expected.outputs if expected else ():
            for each, right, _ in parts(evidence.exercise, want, want):
                if each == name and not np.all(np.asarray(right, np.float64) == value):
                    return False
    return True


def _one_number(values: np.ndarray) -> float:
    """Return the one number that all entries are; nan if they differ."""
    flat = np.ravel(values)
    return float(flat[0]) if flat.size and np.allclose(flat, flat[0], rtol=1e-9, atol=0) else math.nan


# --- shapes ---


def _shape(evidence: Evidence) -> Found:
    """Name what is wrong with a shape, in every case of some size: in small ones several names fit."""
    seen: dict[str, list[tuple[bool, Found]]] = {}
    for name, want, have in _differences(evidence):
        if isinstance(want, list):
            seen.setdefault(name, []).append((len(want) < 2, _lists(name, want, have)))
        elif (shapes := _shapes(want, have)) is not None:
            small = min((*shapes[0].shape, *shapes[1].shape), default=0) < 3
            seen.setdefault(name, []).append((small, _arrays(name, *shapes)))
    elsewhere = evidence.pairs()
    for name, found in seen.items():
        large = [one for small, one in found if not small] or [one for _, one in found]
        first = large[0]
        if name in elsewhere or not first or not all(large):
            continue  # numbers of the right shape are wrong, too: that says more
        ids = {one[0] for one in large if one}
        if ids == {first[0]}:
            return first
        if ids == {"list_order", "repeats_lost"}:
            return "as_a_set", f"In {name} the order and the repeats are lost, as in a set: use a list."
    return None


def _shapes(want: Any, have: Any) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what was expected and what came, as arrays of different shapes; None for all else."""
    if isinstance(want, (str, dict, list)) or want is None or isinstance(have, (str, dict)) or have is None:
        return None
    numbers = numeric(have)
    return None if numbers is None or np.shape(want) == numbers.shape else (np.asarray(want), numbers)


def _any_shape(evidence: Evidence) -> Found:
    """Show that a shape is wrong, or a length, where nothing more is known of it."""
    for name, want, have in _differences(evidence):
        if (shapes := _shapes(want, have)) is not None:
            return "shape", _shape_sentence(name, *shapes)
        if isinstance(want, list) and isinstance(have, list) and len(want) != len(have):
            return "length", f"Your function returns {len(have)} instead of {len(want)} of {name}."
    return None


def _shape_sentence(name: str, want: np.ndarray, have: np.ndarray) -> str:
    return f"Look at the shape of {name}: it has the shape {have.shape}, not {want.shape}."


def _arrays(name: str, want: np.ndarray, have: np.ndarray) -> Found:
    has = f"it has the shape {have.shape}, not {want.shape}"
    if want.ndim == have.ndim and _close(want, have.T):
        return "transposed", f"Transpose {name}: {has}."
    if want.size > 1 and have.shape == (want.size, want.size):
        return "broadcast", (
            f"Two arrays of length {want.size} made a table: for {name}, {has}. "
            "One of them is (N,), the other (N, 1): broadcasting pairs everything with everything."
        )
    if have.size == want.size and _close(want.ravel(), have.ravel()):
        return "reshape", f"The numbers of {name} are right, but {has}: reshape, or drop the axis of size 1."
    for axis in range(want.ndim):
        found = _ends(name, want, have, axis) if want.ndim == have.ndim else None
        if found:
            return found
    if have.ndim < want.ndim:
        for axis in (None, *range(want.ndim)):
            along = "" if axis is None else f" along axis {axis}"
            for word, function in (("sum", np.sum), ("mean", np.mean)):
                if _close(np.asarray(function(want, axis=axis)), have):
                    return word, f"You return the {word}{along} of {name}: {has}, so leave that out."
    if have.ndim > want.ndim:
        for axis in (None, *range(have.ndim)):
            along = "" if axis is None else f", axis={axis}"
            for word, function in (("sum", np.sum), ("mean", np.mean)):
                if _close(want, np.asarray(function(have, axis=axis))):
                    return (
                        f"no_{word}",
                        f"The {word} is missing: for {name}, {has}, and `np.{word}(...{along})` of yours is right.",
                    )
    if have.shape == want.shape[1:]:
        for row, word in ((0, "first"), (-1, "last")):
            if len(want) and _close(want[row], have):
                sentence = f"You return the {word} row of {name} alone (is a `return` inside the loop?)."
                return f"{word}_example_only", sentence
    return None


def _ends(name: str, want: np.ndarray, have: np.ndarray, axis: int) -> Found:
    """Look for a first or last entry too few or too many."""
    n, m = want.shape[axis], have.shape[axis]
    what = ("entry", "row" if axis == 0 else "column")[want.ndim > 1]
    plural = "entries" if what == "entry" else f"{what}s"

    def cut(values: np.ndarray, part: slice) -> np.ndarray:
        return values[part] if axis == 0 else values[:, part]

    if axis > 1:
        return None
    for part, where in ((slice(n - m, None), "first"), (slice(None, m), "last")):
        if 0 < m < n and _close(cut(want, part), have):
            count = f"{what} of {name} is" if n - m == 1 else f"{n - m} {plural} of {name} are"
            return f"{where}_missing", f"The {where} {count} missing."
    for part, where in ((slice(m - n, None), "first"), (slice(None, n), "last")):
        if 0 < n < m and _close(cut(have, part), want):
            count = f"is one {what}" if m - n == 1 else f"are {m - n} {plural}"
            return (
                f"{where}_too_many",
                f"There {count} too many in {name}, at the {'start' if where == 'first' else 'end'}.",
            )
    return None


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _lists(name: str, want: list, have: Any) -> Found:
    if not isinstance(have, list) or not want:
        return None
    n, m = len(want), len(have)
    if 0 < m < n and have == want[n - m :]:
        return "first_missing", f"{n - m} at the start of {name} {'is' if n - m == 1 else 'are'} missing."
    if 0 < m < n and have == want[:m]:
        return "last_missing", f"{n - m} at the end of {name} {'is' if n - m == 1 else 'are'} missing."
    if 0 < n < m and want in (have[:n], have[m - n :]):
        return "too_many", f"You return {m - n} too many of {name}, at the {'end' if have[:n] == want else 'start'}."
    if have == want[::-1]:
        return "reversed", f"{_capital(name)} come in reverse order."
    if n == m and sorted(map(repr, have)) == sorted(map(repr, want)):
        return "list_order", f"{_capital(name)} are right, but come in another order."
    if m < n and all(each in want for each in have) and len(set(map(repr, have))) == len(set(map(repr, want))):
        return "repeats_lost", f"What comes twice among {name} stands only once in your answer."
    return None


@np.errstate(all="ignore")
def _close(want: np.ndarray, have: np.ndarray, rtol: float = 1e-6) -> bool:
    want, have = np.asarray(want, np.float64), np.asarray(have, np.float64)
    if want.shape != have.shape or not want.size:
        return False
    largest = np.max(np.abs(want), where=np.isfinite(want), initial=0.0)
    return bool(np.allclose(have, want, rtol=rtol, atol=max(rtol * largest, 1e-14), equal_nan=True))


# --- numbers of the right shape ---


def _numbers(evidence: Evidence) -> Found:
    """Name a relation for each returned value that differs; say which values are right."""
    pairs = evidence.pairs()
    differ = Counter(name for name, _, _ in _differences(evidence))
    if not pairs or differ != {name: len(found) for name, found in pairs.items()}:
        return None  # something differs in another way than in its numbers
    told = _told(evidence)
    if not told:
        return None
    id_, how = next(iter(told.values()))
    alike = [name for name, relation in told.items() if relation == (id_, how)]
    right = len(pairs) == len(alike) and len(evidence.exercise.returns) > len(pairs)
    rest = " (everything else is right)" if right else ""
    return id_, f"Look at {enumerated(alike)}: yours {how}{rest}{'' if how.endswith('?') else '.'}"


def explains_all(evidence: Evidence) -> bool:
    """Return whether a relation between numbers holds for every returned value that differs."""
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        return _found(_numbers, evidence) is not None and len(_told(evidence)) == len(evidence.pairs())


def _told(evidence: Evidence) -> dict[str, tuple[str, str]]:
    """Return the relations that hold, by the name of the returned value."""
    right, told = evidence.right_pairs(), {}
    for name, found in evidence.pairs().items():
        settled = [pair for pair in right.get(name, ()) if _shows_factor(pair.want)]
        if relation := _relation(found, settled):
            told[name] = relation
    return told


def _shows_factor(want: np.ndarray) -> bool:
    """Return whether a multiple of these numbers would be seen: one is neither 0, but for rounding, nor infinite."""
    return bool(np.any(np.isfinite(want) & (np.abs(want) > 1e-6)))


def _relation(pairs: Sequence[Pair], settled: Sequence[Pair]) -> tuple[str, str] | None:
    """Return a relation that holds for all pairs: the mistake's id, and words for it.

    Args:
        pairs: what differs.
        settled: what does not, of the same returned value: a factor, say, has to be 1 there.
    """
    wants = [np.asarray(pair.want, np.float64) for pair in pairs]
    haves = [np.asarray(pair.have, np.float64) for pair in pairs]
    gap = max(map(_gap, wants, haves))
    fractions = any(np.any(want != np.round(want)) for want in wants)
    whole = "integer", "holds whole numbers, where there are fractions"
    if fractions and all(map(_is_cut, wants, haves)) and any(pair.have.dtype.kind in "iu" for pair in pairs):
        return whole
    if gap < NEARLY:
        ends = "is a small number added somewhere, a value rounded or cut off, or an iteration ended early?"
        return "nearly", f"is nearly right, but off by {gap:.1g} of it: {ends}"
    if not settled and all(map(_close, wants, (-have for have in haves))):
        return "sign", "has the opposite sign"
    # Between two single numbers there is always a factor, and an offset.
    several = bool(sum(np.count_nonzero(want) for want in wants) > 1)
    return (
        _factor(pairs, wants, haves, settled, several)
        or _transformed(wants, haves, settled)
        or _moved(wants, haves)
        or (None if settled else _offset(wants, haves, several))
        or (whole if fractions and all(pair.have.dtype.kind in "iu" for pair in pairs) else None)
    )


def _is_cut(want: np.ndarray, have: np.ndarray) -> bool:
    return np.array_equal(have, np.trunc(want)) or np.array_equal(have, np.round(want))


def _factor(
    pairs: Sequence[Pair],
    wants: Sequence[np.ndarray],
    haves: Sequence[np.ndarray],
    settled: Sequence[Pair],
    several: bool,
) -> tuple[str, str] | None:
    wrong = np.array(list(map(_ratio, wants, haves)))
    if np.any(np.isnan(wrong)):
        return None
    factors = np.append(wrong, np.ones(len(settled)))
    found = _factor_of_sizes(pairs, settled, factors)
    if found:
        return found
    if np.allclose(factors, factors[0]) and f"{factors[0]:.6g}" != "1" and (several or _is_plain(factors[0])):
        for number, why in (
            (1 / math.log(2), "a logarithm of base 2 in place of the natural one"),
            (1 / math.log(10), "a logarithm of base 10 in place of the natural one"),
        ):
            if np.isclose(factors[0], number):
                return "log_base", f"is {number:.4g} times the right value: {why}"
        if factors[0] == 0:
            return "zero", "is 0 everywhere"
        return "factor", f"is {_times(factors[0])} the right value"
    return None


def _factor_of_sizes(pairs: Sequence[Pair], settled: Sequence[Pair], factors: np.ndarray) -> tuple[str, str] | None:
    """Look for a factor that depends on the sizes of the data, and fits in all cases."""
    all_sizes = [pair.sizes for pair in (*pairs, *settled)]
    letters = [
        letter
        for letter in dict.fromkeys(letter for sizes in all_sizes for letter in sizes)
        # Where all cases are of one size, a constant is the simpler explanation.
        if all(letter in sizes for sizes in all_sizes) and len({sizes[letter] for sizes in all_sizes}) > 1
    ]
    sizes = {letter: np.array([float(each[letter]) for each in all_sizes]) for letter in letters}
    summed = any("N" in pair.sizes and pair.sizes["N"] not in pair.want.shape for pair in pairs)
    for letter, size in sizes.items():
        id_ = _factor_id(letter)
        what = f"{letter}, {WORDS[letter]}" if letter in WORDS else letter
        if np.allclose(factors, size):
            why = ": is it a sum where a mean is asked for?" if letter == "N" else ""
            return id_, f"is {letter} times the right value{why}"
        if np.allclose(factors * size, 1):
            why = f": is it a mean over a whole (N, {letter}) table, and not over the N examples?"
            return id_, f"is the right value divided by {what}{why if summed and letter != 'N' else ''}"
        for verb, squared in (("multiplied", factors / size**2), ("divided", factors * size**2)):
            if np.allclose(squared, 1):
                return id_, f"is the right value {verb} by the square of {what}"
    if len(set(zip(*sizes.values(), strict=True))) < 3:
        return None  # too few for a longer formula
    for one, other in itertools.product(sizes, repeat=2):
        for top, bottom, value in _formulas(one, sizes[one], other, sizes[other]):
            if np.allclose(factors, value):
                why = "" if "1" in (top, bottom) else f", as if it were divided by {bottom} and not by {top}"
                formula = top if bottom == "1" else f"{top} / {bottom}"
                return _factor_id(*dict.fromkeys((one, other))), f"is {formula} times the right value{why}"
    return None


def _factor_id(*sizes: str) -> str:
    return "_".join(("factor", *(size.lower() if size.isalpha() else "size" for size in sizes)))


def _formulas(one: str, size: np.ndarray, other: str, another: np.ndarray) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield fractions of two sizes, or of one and itself: above the line, below it, and the values in all cases."""
    if one != other:
        yield one, other, size / another
        yield f"{one} {other}", "1", size * another
        yield "1", f"({one} {other})", 1 / (size * another)
        return
    less = np.maximum(size - 1, 1)
    yield one, f"({one} - 1)", size / less
    yield "1", f"({one} - 1)", 1 / less
    yield one, "2", size / 2


def _times(factor: float) -> str:
    """Return a factor in words.

    Example:
        >>> _times(0.5), _times(2.0), _times(-0.25), _times(3.7)
        ('half', 'twice', '-0.25 times', '3.7 times')
    """
    return {0.5: "half", 2.0: "twice"}.get(round(factor, 9), f"{factor:.6g} times")


def _is_plain(factor: float) -> bool:
    """Return whether a factor is a whole number, or one divided by a whole number, of one digit."""
    return any(np.isclose(abs(factor) * scale, 1) or np.isclose(abs(factor), scale) for scale in range(2, 10))


def _ratio(want: np.ndarray, have: np.ndarray) -> float:
    zero = (want == 0) | ~np.isfinite(want)
    if not np.array_equal(want[zero], have[zero], equal_nan=True):
        return math.nan
    values = (have[~zero] / want[~zero]).ravel()
    return float(values[0]) if values.size and np.allclose(values, values[0], rtol=1e-5) else math.nan


TRANSFORMS: tuple[tuple[str, Callable[[Any], Any], str], ...] = (
    ("absolute", np.abs, "is the absolute value of the right one: the sign is lost"),
    ("squared", np.square, "is the square of the right value"),
    ("root", np.sqrt, "is the square root of the right value"),
    ("exponential", np.exp, "is exp of the right value: a logarithm is missing"),
    ("logarithm", np.log, "is the logarithm of the right value"),
    ("complement", lambda want: 1 - want, "is 1 minus the right value"),
    ("inverse", lambda want: 1 / want, "is 1 divided by the right value"),
    ("cut_at_zero", lambda want: np.maximum(want, 0), "is cut off at 0, where the right value may be negative"),
    ("rounded", np.round, "is rounded to whole numbers"),
    ("normalised", lambda want: want / np.sum(want), "is divided by its sum"),
    ("log_twice", lambda want: np.log(-want), "is the logarithm of the right value's size"),
)
BACK: tuple[tuple[str, Callable[[Any], Any], str], ...] = (
    ("not_absolute", np.abs, "has the right size, but not everywhere the right sign"),
    (
        "not_cut",
        lambda have: np.maximum(have, 0),
        "is right where it is positive: cut it off at 0, `np.maximum(..., 0)`",
    ),
    ("not_normalised", lambda have: have / np.sum(have), "is in the right proportions, but not divided by its sum"),
    (
        "rows_not_normalised",
        lambda have: have / np.sum(have, axis=-1, keepdims=True),
        "is in the right proportions, but the rows are not divided by their sums",
    ),
)


def _transformed(
    wants: Sequence[np.ndarray], haves: Sequence[np.ndarray], settled: Sequence[Pair]
) -> tuple[str, str] | None:
    if _are_labels(wants) or (not all(want.ndim for want in wants) and len(wants) < 3):
        return None
    same = [(pair.want, pair.want) for pair in settled]
    for id_, function, words in TRANSFORMS:
        if id_ == "normalised" and not all(want.ndim for want in wants):
            continue
        if all(_close(function(want), have) for want, have in (*zip(wants, haves, strict=True), *same)):
            return id_, words
    for id_, function, words in BACK:
        if all(have.ndim > 0 or "normal" not in id_ for have in haves) and all(
            _close(want, function(have)) for want, have in (*zip(wants, haves, strict=True), *same)
        ):
            return id_, words
    return None


def _are_labels(wants: Sequence[np.ndarray]) -> bool:
    """Return whether there are so few different numbers that an answer is easily another's by chance."""
    return len(np.unique(np.concatenate([np.ravel(want) for want in wants]))) < 3


def _moved(wants: Sequence[np.ndarray], haves: Sequence[np.ndarray]) -> tuple[str, str] | None:
    """Look for right numbers at the wrong places."""
    if not all(want.ndim and want.size > 1 for want in wants) or _are_labels(wants):
        return None
    both = list(zip(wants, haves, strict=True))
    table = all(want.ndim == 2 for want in wants)
    lines = "rows" if table else "entries"
    if table and all(want.shape[0] == want.shape[1] and _close(want.T, have) for want, have in both):
        return "transposed", "is transposed"
    if all(_close(want[::-1], have) for want, have in both):
        return "reversed", f"has its {lines} in reverse order"
    if table and all(_close(want[:, ::-1], have) for want, have in both):
        return "reversed", "has its columns in reverse order"
    for step, where in ((1, "one place too far down"), (-1, "one place too far up")):
        if all(_close(np.roll(want, step, axis=0), have) for want, have in both):
            return "shifted", f"has the right {lines}, but each {where}"
        if all(
            len(want) > 2 and _close((want[:-1], want[1:])[step < 0], (have[1:], have[:-1])[step < 0])
            for want, have in both
        ):
            return "shifted", f"has the right {lines}, but each {where}"
    if all(_close(_sorted_rows(want), _sorted_rows(have)) for want, have in both):
        return "permuted", f"has the right {lines}, but in another order"
    if table and all(_close(_sorted_rows(want.T), _sorted_rows(have.T)) for want, have in both):
        return "permuted", "has the right columns, but in another order"
    return None


def _sorted_rows(values: np.ndarray) -> np.ndarray:
    flat = values.reshape(len(values), -1)
    return flat[np.lexsort(flat.T[::-1])]


def _offset(wants: Sequence[np.ndarray], haves: Sequence[np.ndarray], several: bool) -> tuple[str, str] | None:
    offsets = [_one_number(have - want) for want, have in zip(wants, haves, strict=True)]
    if several and not math.isnan(offsets[0]) and np.allclose(offsets, offsets[0]):
        return "offset", f"is off by {offsets[0]:.6g} everywhere"
    return None


def _gap(want: np.ndarray, have: np.ndarray) -> float:
    """Return the largest difference, as a share of the largest right value."""
    finite = np.isfinite(want)
    if not np.array_equal(want[~finite], have[~finite], equal_nan=True):
        return float("inf")
    largest = np.max(abs(want), where=finite, initial=0)
    return float(np.max(abs(have - want), where=finite, initial=0) / largest) if largest else math.inf


def _places(evidence: Evidence) -> Found:
    """Name the part of an array that alone is wrong."""
    right = evidence.right_pairs()
    for name, pairs in evidence.pairs().items():
        shapes = [pair.want.shape for pair in (*pairs, *right.get(name, ()))]
        wrong = [~np.isclose(pair.have, pair.want, rtol=1e-6, atol=1e-9, equal_nan=True) for pair in pairs]
        if set(shapes) == {wrong[0].shape} and wrong[0].ndim == 1 and 2 < wrong[0].size < 10:
            places = [str(place) for place in np.flatnonzero(np.any(wrong, axis=0))]
            if len(places) == 1 and len(shapes) > 3:
                return "one_entry", f"Only entry {places[0]} of {name} is wrong, counted from 0; the others are right."
            if len(places) < wrong[0].size and len(shapes) > 3:
                sentence = (
                    f"Only entries {enumerated(places)} of {name} are wrong, counted from 0; the others are right."
                )
                return "some_entries", sentence
        large = [mask for mask in wrong if mask.ndim and min(mask.shape) > 1]
        if len(large) < 2 or len({mask.ndim for mask in large}) > 1:
            continue
        for id_, words, allowed in PLACES:
            masks = [mask for one in large if (mask := allowed(one.shape)) is not None]
            if len(masks) < len(large) or any(np.any(one & ~mask) for one, mask in zip(large, masks, strict=True)):
                continue
            if math.prod(np.mean(mask) ** np.sum(one) for one, mask in zip(large, masks, strict=True)) < UNLIKELY:
                return id_, f"Only {words.format(what='entry' if large[0].ndim == 1 else 'row')} of {name} is wrong."
    return None


def _mask(part: Any, ndim: int) -> Callable[[tuple[int, ...]], np.ndarray | None]:
    def allowed(shape: tuple[int, ...]) -> np.ndarray | None:
        if len(shape) < ndim:
            return None
        mask = np.zeros(shape, bool)
        mask[part] = True
        return mask

    return allowed


def _diagonal(shape: tuple[int, ...]) -> np.ndarray | None:
    return np.eye(*shape, dtype=bool) if len(shape) == 2 else None


PLACES: tuple[tuple[str, str, Callable[[tuple[int, ...]], np.ndarray | None]], ...] = (
    ("last_wrong", "the last {what}", _mask(-1, 1)),
    ("first_wrong", "the first {what}", _mask(0, 1)),
    ("last_column_wrong", "the last column", _mask((slice(None), -1), 2)),
    ("first_column_wrong", "the first column", _mask((slice(None), 0), 2)),
    ("diagonal_wrong", "the diagonal", _diagonal),
)


# --- what the reference gives for other arguments ---


def _swapped_arguments(evidence: Evidence) -> Found:
    """Look for the right answer to two swapped arguments."""
    if not evidence.telling:
        return None
    first = evidence.arguments(evidence.telling[0].case)
    for one, other in itertools.combinations(first, 2):
        if callable(first[one]) or callable(first[other]) or type(first[one]) is not type(first[other]):
            continue

        def swapped(case: Case, one: str = one, other: str = other) -> Case | None:
            values = evidence.arguments(case)
            if not {one, other} <= values.keys():
                return None  # one has its default
            changed = evidence.with_argument(case, one, values[other])
            return evidence.with_argument(changed, other, values[one])

        if _explained(evidence, swapped):
            return "swapped_arguments", f"You use {one} where {other} belongs, and the other way round."
    return None


def _explained(evidence: Evidence, change: Callable[[Case], Case | None]) -> bool:
    """Return whether the reader's answers to all cases, failed and passed, are the right ones to changed cases.

    A case that cannot be changed in this way counts neither for nor against it.
    """
    changes = [(failure, changed) for failure in evidence.telling if (changed := change(failure.case))]
    if sum(specific(failure) for failure, _ in changes) < SURE:
        return False
    for failure, changed in changes:
        outcome = evidence.reference(changed)
        if outcome is None or failure.expected is None:
            return False
        if not evidence.equal(failure.expected, outcome, failure.outcome):
            return False
    for case, expected in evidence.passing:
        if changed := change(case):
            outcome = evidence.reference(changed)
            if outcome is None or not evidence.agrees(expected, outcome):
                return False
    return True


def _told_by(failures: Sequence[Failure]) -> float:
    """Return how much the answers to failing cases say; the same index or flag again and again counts once."""
    return sum({repr(one.outcome.outputs): specific(one) for one in failures}.values())


def specific(failure: Failure) -> float:
    """Return how much the answer to a failing case says: how many numbers in it cannot agree by chance."""
    if failure.expected is None:
        return 0.0
    total = 0.0
    for want, have in zip(failure.expected.outputs, failure.outcome.outputs, strict=False):
        total += _information(want, have)
    return total


def _information(want: Any, have: Any) -> float:
    if isinstance(want, tuple) and isinstance(have, (tuple, list)) and len(want) == len(have):
        return sum(itertools.starmap(_information, zip(want, have, strict=True)))
    if isinstance(have, dict):
        return float(len(have))
    if isinstance(have, (str, type(None))):
        return 0.5
    numbers = numeric(have)
    if numbers is None:
        return float(len(have)) if isinstance(have, (list, tuple)) else 0.5
    right = numeric(want) if not isinstance(want, (str, dict)) and want is not None else None
    number = numbers.size
    if right is not None and right.shape == numbers.shape:
        numbers = numbers[~np.isclose(numbers, right, equal_nan=True)]
    odd = np.unique(numbers[~np.isfinite(numbers)])
    values = np.unique(numbers[np.isfinite(numbers)])
    small = (values == np.round(values)) & (abs(values) < 10)
    return float(np.sum(~small) + 0.5 * np.sum(small) + 0.5 * len(odd)) + 0.1 * (number - numbers.size)


def _first_example_only(evidence: Evidence) -> Found:
    """Look for the right answer to only the first or the last example, or to all but one of them."""
    for part, word in ((slice(None, 1), "first"), (slice(-1, None), "last")):
        if _explained(evidence, partial(_cut, evidence, part)):
            sentence = f"Your answer is that of the {word} example alone: go through all of them"
            return f"{word}_example_only", f"{sentence} (is a `return` inside the loop?)."
    for part, word in ((slice(None, -1), "last"), (slice(1, None), "first")):
        if _explained(evidence, partial(_cut, evidence, part)):
            return f"{word}_example_missing", f"Your answer leaves out the {word} example: go through all of them."
    for name, pairs in evidence.pairs().items():
        if len(pairs) > 1 and all(map(_only_first_right, pairs)):
            what = "row" if pairs[0].want.ndim > 1 else "entry"
            return "first_only", f"Only the first {what} of {name} is right: what happens to the others?"
    return None


def _cut(evidence: Evidence, part: slice, case: Case) -> Case | None:
    """Return the case with only some of its examples; None if it has no examples, or none would be left."""
    letters, changed = letters_of(evidence.exercise), case
    first = {axes[0] for axes in letters.values() if axes}
    counts = next((letter for letter in ("N", "n", "L", "P") if letter in first), "N")
    for name, value in evidence.arguments(case).items():
        if letters.get(name, ())[:1] == (counts,) and isinstance(value, np.ndarray) and value.ndim:
            if not len(value[part]):
                return None
            changed = evidence.with_argument(changed, name, value[part])
    return changed if changed is not case else None


def _only_first_right(pair: Pair) -> bool:
    if not pair.want.ndim or len(pair.want) < 2 or not _close(pair.want[0], pair.have[0]):
        return False
    return bool(np.all(np.abs(pair.have[1:] - pair.want[1:]) > 1e-9 * (1 + np.abs(pair.want[1:]))))


def _start_right(evidence: Evidence) -> Found:
    """A path that leaves the right one after the same number of steps in all cases."""
    for name, pairs in evidence.pairs().items() if evidence.exercise.curve else ():
        right = [[_close(*rows) for rows in zip(pair.want, pair.have, strict=True)] for pair in pairs]
        starts = {rows.index(False) for rows in right if False in rows}
        if len(pairs) > 1 and len(starts) == 1 and (start := starts.pop()) > 1:
            rows = "rows" if pairs[0].want.ndim > 1 else "entries"
            sentence = (
                f"Only the first {start} {rows} of {name} are right: does a step use anything but the one before it"
            )
            return "start_right", f"{sentence}, the number of the step or a momentum, say?"
    return None


def _ignored_parameter(evidence: Evidence) -> Found:
    """Look for a parameter that makes no difference: the answer is right for another value of it, or stays the same."""
    exercise = evidence.exercise
    if exercise.rule or _told_by(evidence.telling) < SURE:
        return None
    cases = [case for case, _ in evidence.passing] + [failure.case for failure in evidence.failures]
    signature = inspect.signature(exercise.reference).parameters
    for name in signature:
        values = _values_of(evidence, name, cases)
        default = signature[name].default
        if default is not inspect.Parameter.empty:
            values = [default, *values]
        for value in filter(lambda value: isinstance(value, (bool, int, float)), values):
            if _explained(evidence, partial(evidence.with_argument, name=name, value=value)):
                given = f"{value:g}" if isinstance(value, float) else str(value)
                sentence = f"Your function ignores {name}: it computes as if {name} were always {given}."
                return "ignored_parameter", sentence
    right = (Failure(case, expected, expected, None) for case, expected in evidence.passing if expected)
    shown = [
        one
        for outcomes, most in ((evidence.ordinary, 8), (right, 4))
        for one in sorted(outcomes, key=lambda one: (one.case.hidden, _size(one.case)))[:most]
    ]
    for name in signature:
        if _makes_no_difference(evidence, name, shown, cases):
            sentence = (
                f"{name} makes no difference in your function: with another value of it the answer stays the same."
            )
            return "ignored_parameter", sentence
    return None


def _makes_no_difference(evidence: Evidence, name: str, shown: Sequence[Failure], cases: Sequence[Case]) -> bool:
    found = []
    for one in shown:
        values = evidence.arguments(one.case)
        for other in itertools.islice(_others(evidence, name, values[name], cases) if name in values else (), 3):
            deaf = _is_deaf(evidence, one, evidence.with_argument(one.case, name, other))
            if deaf is False:
                return False
            found += [one] * (deaf is True)
    return len(found) > 1 and _told_by(found) >= SURE


def _is_deaf(evidence: Evidence, shown: Failure, changed: Case) -> bool | None:
    """Return whether an answer stays the same where the right one changes; None where that one stays, too."""
    outcome = evidence.probe(changed)
    if shown.expected is None or outcome.error or outcome.mutated:
        return False
    if not evidence.equal(shown.expected, outcome, shown.outcome):
        return False
    right = evidence.reference(changed)
    return None if right is None or evidence.equal(shown.expected, right, shown.expected) else True


def _values_of(evidence: Evidence, name: str, cases: Sequence[Case]) -> list[Any]:
    """Return the numbers that an argument has in the public cases: a message may name one."""
    found = [evidence.arguments(case).get(name) for case in cases if not case.hidden]
    return list(dict.fromkeys(value for value in found if isinstance(value, (bool, int, float))))[:6]


def _others(evidence: Evidence, name: str, value: Any, cases: Sequence[Case]) -> Iterator[Any]:
    """Yield other values that an argument may have."""
    if isinstance(value, (bool, int, float)):
        yield from (other for other in _values_of(evidence, name, cases) if other != value)
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size:
        shares = np.linspace(0.5, 0.9, value.size).reshape(value.shape)
        yield (value * shares).astype(value.dtype)
        yield (value * shares[::-1] if value.ndim else value / 3).astype(value.dtype)
        yield -value
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iu" and len(np.unique(value)) > 1:
        yield np.roll(value, 1)


def _size(case: Case) -> int:
    return sum(
        np.size(value) for value in (*case.args, *case.kwargs.values()) if isinstance(value, (np.ndarray, float, int))
    )


# --- loss and gradient ---


def _slope(evidence: Evidence) -> Found:
    """Compare the gradients with the slope of the reader's own loss, measured by small steps."""
    gradients, returns = _gradients(evidence), evidence.exercise.returns
    if any(name in gradients and np.shape(want) != np.shape(have) for name, want, have in _differences(evidence)):
        return None  # that says more
    fits: dict[str, bool] = dict.fromkeys(gradients, True)
    seen: list[Mapping[str, int]] = []
    for failure in sorted(evidence.ordinary, key=lambda one: (one.case.hidden, _size(one.case))):
        sizes = evidence.sizes(failure.case)
        if len(seen) < 2 and sizes not in seen and (found := _are_slopes(evidence, failure, gradients)):
            seen.append(sizes)  # in one case alone, of one example say, a slope may fit by chance
            fits = {name: fits[name] and fit for name, fit in found.items()}
    if not seen:
        return None
    wrong = {name for name, _, _ in _differences(evidence)}
    loss = returns[0]
    off = [name for name, fit in fits.items() if not fit]
    if loss not in wrong and off:
        verb = "is" if len(off) == 1 else "are"
        sentence = f"Your {loss} is right, but {enumerated(off)} {verb} not its slope: a gradient check shows where."
        return "not_the_slope", sentence
    if loss in wrong and not off and wrong & set(fits):
        sentence = f"Your gradient is the slope of your own {loss}, so the slip is in the {loss} already."
        return "loss_wrong", f"{sentence} Mend it, and the gradient with it."
    if loss in wrong and off and not wrong & set(fits):
        return "loss_wrong_gradient_right", f"Your gradient is right, but {loss} is not what it is the slope of."
    return None


def _are_slopes(evidence: Evidence, failure: Failure, gradients: Mapping[str, str]) -> dict[str, bool] | None:
    """Return which gradients are the slope of the reader's loss in one case; None where it has none, or a kink."""
    have, returns = failure.have, evidence.exercise.returns
    if not isinstance(have, (tuple, list)) or len(have) != len(returns):
        return None
    fits: dict[str, bool] = {}
    for name, parameter in gradients.items():
        value, given = evidence.arguments(failure.case)[parameter], numeric(have[returns.index(name)])
        if given is None or np.shape(given) != np.shape(value):
            return None
        slope = _measured(evidence, evidence.probe, failure.case, parameter)
        right = _measured(evidence, evidence.reference, failure.case, parameter)
        at_kink = right is not None and not _is_slope(right, failure.want[returns.index(name)])
        if slope is None or at_kink:
            return None
        fits[name] = _is_slope(slope, given)
    return fits


def _is_slope(measured: np.ndarray, gradient: np.ndarray) -> bool:
    return np.allclose(measured, gradient, rtol=1e-3, atol=1e-4 * (np.max(np.abs(measured), initial=0) or 1))


def _gradients(evidence: Evidence) -> dict[str, str]:
    """Return which returned values are gradients with respect to which parameters."""
    returns, names = evidence.exercise.returns, evidence.names
    if len(returns) < 2 or evidence.exercise.rule:
        return {}
    found = {name: name.removeprefix("grad_") for name in returns[1:] if name.removeprefix("grad_") in names}
    if not found and returns[1] in ("grad", "gradient") and len(returns) == 2:
        found = {returns[1]: names[0]}
    return found


def _measured(
    evidence: Evidence, run: Callable[[Case], Outcome | None], case: Case, parameter: str
) -> np.ndarray | None:
    """Return the slope of a loss by central differences; None where it cannot be measured."""
    value = np.asarray(evidence.arguments(case)[parameter])
    if value.dtype != np.float64 or value.size > MAX_SLOPE_ENTRIES:
        return None
    slope = np.empty(value.shape)
    for at in np.ndindex(value.shape):
        ends = []
        step = 1e-5 * max(1.0, abs(float(value[at])))
        for sign in (1, -1):
            moved = value.copy()
            moved[at] += sign * step
            outcome = run(
                evidence.with_argument(replace(case, times=1), parameter, moved if value.ndim else float(moved))
            )
            loss = (
                numeric(outcome.outputs[0][0])
                if outcome and outcome.outputs and isinstance(outcome.outputs[0], (tuple, list))
                else None
            )
            if loss is None or loss.ndim:
                return None
            ends.append(float(loss))
        slope[at] = (ends[0] - ends[1]) / (2 * step)
    return slope


# --- where it goes wrong ---


def _property(evidence: Evidence) -> Found:
    """Name what all failing cases have in common and no passing one has."""
    if len(evidence.passing) < 3:
        return None  # too few to tell a property from chance
    failing = [evidence.arguments(failure.case) for failure in evidence.failures]
    passing = [evidence.arguments(case) for case, _ in evidence.passing]
    always = [name for name in failing[0] if all(name in one for one in failing)]
    for name in always:
        if not any(name in one for one in passing):
            return "given", f"Your answer is right where {name} is left out, and wrong where it is given."
    for id_, holds, words in PROPERTIES:
        for name in always:
            if all(holds(one[name]) for one in failing) and not any(
                name in one and holds(one[name]) for one in passing
            ):
                # What the cases have in common need not be the cause.
                return (
                    id_,
                    f"Your answer is right in the other cases; in all where it is wrong {words.format(name=name)}.",
                )
    return None


def _numbers_where(test: Callable[[np.ndarray], Any]) -> Callable[[Any], bool]:
    def holds(value: Any) -> bool:
        if not isinstance(value, (np.ndarray, float, int)) or isinstance(value, bool):
            return False
        return bool(test(np.asarray(value)))

    return holds


PROPERTIES: tuple[tuple[str, Callable[[Any], bool], str], ...] = (
    (
        "empty",
        lambda value: isinstance(value, list | np.ndarray) and getattr(value, "ndim", 1) > 0 and len(value) == 0,
        "{name} is empty",
    ),
    (
        "one_example",
        lambda value: isinstance(value, np.ndarray) and value.ndim > 0 and len(value) == 1,
        "{name} has one row or entry alone",
    ),
    (
        "not_square",
        lambda value: isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[0] != value.shape[1],
        "{name} is not square",
    ),
    ("one_dimension", lambda value: isinstance(value, np.ndarray) and value.ndim == 1, "{name} has one axis alone"),
    ("more_dimensions", lambda value: isinstance(value, np.ndarray) and value.ndim > 1, "{name} has several axes"),
    ("single_number", _numbers_where(lambda value: value.ndim == 0), "{name} is a single number"),
    ("whole_numbers", _numbers_where(lambda value: value.dtype.kind in "iu"), "{name} holds whole numbers"),
    (
        "negative",
        _numbers_where(lambda value: value.dtype.kind in "fi" and np.any(value < 0)),
        "{name} holds a negative number",
    ),
    ("zero", _numbers_where(lambda value: np.any(value == 0)), "{name} holds a zero"),
    (
        "repeated",
        _numbers_where(lambda value: value.ndim > 0 and len(np.unique(value, axis=0)) < len(value)),
        "something comes twice in {name}",
    ),
    (
        "large",
        _numbers_where(lambda value: value.dtype.kind == "f" and np.any(np.abs(value) > 30)),
        "{name} holds large numbers",
    ),
    (
        "tiny",
        _numbers_where(lambda value: value.dtype.kind == "f" and np.any((value != 0) & (np.abs(value) < 1e-3))),
        "{name} holds tiny numbers",
    ),
    ("zero_alone", lambda value: isinstance(value, (int, float)) and value == 0, "{name} is 0"),
    ("not_one", lambda value: isinstance(value, (int, float)) and value != 1, "{name} is not 1"),
)


def _wrong_default(evidence: Evidence) -> Found:
    """Look for a wrong default: the answer is right where the parameter is given, and wrong where it is left out."""
    for name, parameter in inspect.signature(evidence.exercise.reference).parameters.items():
        if not isinstance(parameter.default, (bool, int, float)) or evidence.exercise.rule:
            continue
        left_out = [one for one in evidence.failures if name not in evidence.arguments(one.case)]
        if len(left_out) < len(evidence.failures):
            continue
        given = (evidence.probe(evidence.with_argument(one.case, name, parameter.default)) for one in left_out[:3])
        if all(evidence.agrees(one.expected, outcome) for one, outcome in zip(left_out, given, strict=False)):
            said = f"Where {name} is left out it should be {parameter.default}"
            return "wrong_default", f"{said}: your function has another default."
    return None


RELATIONS: tuple[Callable[[Evidence], Found], ...] = (
    _none_or_structure,
    _strict_form,
    _order,
    _argument_unchanged,
    _shape,
    _wrong_default,
    _numbers,
    _places,
    _first_example_only,
    _start_right,
    _constant,
    _ignored_parameter,
    _swapped_arguments,
    _slope,
    _any_shape,
    _property,
)
