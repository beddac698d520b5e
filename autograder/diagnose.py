"""From failing cases to a sentence that names the mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .compare import Difference, difference
from .exercise import Case, Exercise, Mistake, Outcome, Problem

Run = Callable[[Callable[..., Any], Case], Outcome]

MAX_SHOWN = 1000  # characters of a value in a message
NEARLY = 1e-4


@dataclass(frozen=True, eq=False)
class Failure:
    """A case that failed: what was expected (None where a rule decides), what came, and the rule's problem."""

    case: Case
    expected: Outcome | None
    outcome: Outcome
    problem: Problem | None


def diagnose(
    exercise: Exercise,
    failures: Sequence[Failure],
    passing: Sequence[tuple[Case, Outcome | None]],
    names: Sequence[str],
    run: Run,
) -> tuple[str | None, str]:
    """Return the id of the mistake, or None, and a message for the reader: a sentence, then a line with an example.

    Tried in this order: the rule's own problem; the exercise's known mistakes, each run on the failing cases; relations
    that fit every exercise (a factor, a sign, a shape, ...); else the smallest failing case with its values.

    Args:
        exercise: the exercise.
        failures: what failed, at least one.
        passing: the cases that passed, with the outcomes expected.
        names: names of the function's parameters.
        run: runs a known mistake on a case.
    """
    # Whole numbers in give whole numbers out, whatever the mistake is: another case tells more.
    shown = min(failures, key=lambda one: (_tells_little(exercise, one), one.case.hidden, _size(one.case)))
    for failure in failures:
        if failure.problem:
            return failure.problem.mistake, failure.problem.sentence
    mistake = None if exercise.rule else _known_mistake(exercise, failures, passing, run)
    if mistake:
        return mistake.id, mistake.sentence + _example(exercise, shown, names)
    if shown.outcome.error:
        return None, _error_message(shown, names)
    for failure in failures:
        if failure.outcome.mutated:
            name = failure.outcome.mutated[0]
            return "mutates_input", (
                f"Your function changes its argument {name}, so the caller's data is spoiled: "
                f"compute something new in place of writing into {name} "
                f"(watch out for {name}[...] = ..., -=, *=, append, pop and sort)."
            )
    identifier, sentence = _relation(exercise, failures, shown)
    return identifier, sentence + _example(exercise, shown, names)


def _known_mistake(
    exercise: Exercise, failures: Sequence[Failure], passing: Sequence[tuple[Case, Outcome | None]], run: Run
) -> Mistake | None:
    """Return the first mistake that gives the same answers, and is right where the reader is.

    An index or a flag is easily the same by chance: a mistake that fails where the reader passes is not the reader's.
    """
    for mistake in exercise.mistakes:
        if _explains(mistake.function, failures, run, exercise.rtol) and all(
            _same(run(mistake.function, case), expected, exercise.rtol) for case, expected in passing
        ):
            return mistake
    return None


def _same(outcome: Outcome, expected: Outcome | None, rtol: float) -> bool:
    if expected is None or outcome.error or outcome.mutated:
        return False
    return difference(expected.outputs, outcome.outputs, rtol) is None


def _explains(mistake: Callable[..., Any], failures: Sequence[Failure], run: Run, rtol: float) -> bool:
    # A crash of the same type is weak evidence: at least one case must agree in its values.
    some_values = False
    for failure in failures:
        theirs, ours = failure.outcome, run(mistake, failure.case)
        if theirs.mutated != ours.mutated or (theirs.error is None) != (ours.error is None):
            return False
        if theirs.error and ours.error:
            if theirs.error.kind != ours.error.kind:
                return False
        elif difference(ours.outputs, theirs.outputs, rtol):
            return False
        else:
            some_values = True
    return some_values


# Kinds of error that are no exception of Python's: how the call ended.
ENDINGS = {
    "Timeout": "takes too long",
    "Crash": "ends the whole Python process",
    "UnreadableResult": "returns something that is neither numbers nor arrays of numbers",
}


def _error_message(failure: Failure, names: Sequence[str]) -> str:
    error = failure.outcome.error
    assert error is not None
    ending = ENDINGS.get(error.kind, f"raises {error.kind}")
    where = f"\nIt happens in the line `{error.line}`." if error.line else ""
    if failure.case.hidden:  # the error's own text may hold the case's values
        return f"In a hidden case ({failure.case.name}) your function {ending}.{where}"
    text = f": {error.text}" if error.text else "."
    return f"For {_arguments(failure.case, names)} your function {ending}{text}{where}"


def _relation(exercise: Exercise, failures: Sequence[Failure], shown: Failure) -> tuple[str | None, str]:
    assert shown.expected is not None
    want, have = shown.expected.outputs[0], shown.outcome.outputs[0]
    several = isinstance(want, tuple) and isinstance(have, (tuple, list))
    if several and difference(want[::-1], tuple(have), exercise.rtol) is None:
        return "order", f"Your values are right but in the wrong order: return {', '.join(exercise.returns)}."
    found, want, have = _first_difference(exercise, shown)
    if found is None:
        return None, "A repeated call gives another answer."
    what = exercise.returns[(found.part if several else None) or 0]
    if found.kind == "none":
        return "returns_none", f"Your function returns None for {what}: is there a return at its end?"
    if found.kind == "structure":
        return "structure", f"Your function should return {', '.join(exercise.returns)}; {found.detail}."
    if found.kind == "shape":
        return _shape(what, want, have, found)
    if found.kind == "dtype":
        if not _holds_whole(have):
            hint = "Floats keep their dtype, whole numbers become float64."
            return "dtype", f"Look at the dtype of {what}: {found.detail}. {hint}"
        if not _holds_no_fraction(want):
            return "integer", f"Your function returns whole numbers for {what}, where there are fractions."
    if found.kind == "finite":
        kind = "nan or infinity" if np.all(np.isfinite(want)) else "finite numbers where there are none"
        return "not_finite", f"Your function returns {kind} for {what}."
    return _factor(exercise, failures)


def _first_difference(exercise: Exercise, failure: Failure) -> tuple[Difference | None, Any, Any]:
    """Return the first difference of a case's first answer, with what was expected there and what came."""
    assert failure.expected is not None
    want, have = failure.expected.outputs[0], failure.outcome.outputs[0]
    found = difference(want, have, exercise.rtol)
    if found is None or found.part is None or not isinstance(want, tuple):  # a list is one value
        return found, want, have
    return found, want[found.part], have[found.part]


def _tells_little(exercise: Exercise, failure: Failure) -> int:
    """Return 1 for a case that fails by whole numbers in place of fractions, 2 for one that should hold no fraction."""
    if failure.expected is None or not failure.outcome.outputs:
        return 0
    found, want, have = _first_difference(exercise, failure)
    if found is None or found.kind != "dtype" or not _holds_whole(have):
        return 0
    return 1 + _holds_no_fraction(want)


def _holds_whole(value: Any) -> bool:
    return np.asarray(value).dtype.kind in "iu"


def _holds_no_fraction(value: Any) -> bool:
    return np.array_equal(value, np.round(value))


def _shape(what: str, want: Any, have: Any, found: Difference) -> tuple[str | None, str]:
    shape, n = np.shape(have), np.size(want)
    if np.ndim(want) == np.ndim(have) and difference(want, np.transpose(have)) is None:
        return "transposed", f"Transpose {what}: {found.detail}."
    if n > 1 and shape == (n, n):
        return "broadcast", (
            f"Two arrays of length {n} made a table: for {what}, {found.detail}. "
            "One of them is (N,), the other (N, 1): broadcasting pairs everything with everything."
        )
    return "shape", f"Look at the shape of {what}: {found.detail}."


@dataclass(frozen=True, eq=False)
class Pair:
    """One value that differs: what was expected, what came, and the number of examples in its case."""

    want: np.ndarray
    have: np.ndarray
    examples: int


def _factor(exercise: Exercise, failures: Sequence[Failure]) -> tuple[str | None, str]:
    """Name a constant factor or offset that explains every failing case, part by part."""
    parts, elsewhere = _wrong_parts(exercise, failures)
    alone = len(parts) == 1 and len(exercise.returns) > 1
    for name, pairs in () if elsewhere else parts.items():
        mistake, how = _scaled(pairs)
        if mistake:
            rest = " (everything else is right)" if alone else ""
            return mistake, f"Look at {name}: yours {how}{rest}{'' if how.endswith('?') else '.'}"
    return None, f"Not right yet: {' and '.join(parts) or ', '.join(exercise.returns)}."


def _wrong_parts(exercise: Exercise, failures: Sequence[Failure]) -> tuple[dict[str, list[Pair]], bool]:
    """Return the pairs that differ in value by part, and whether some part differs in another way."""
    parts: dict[str, list[Pair]] = {}
    elsewhere = False
    for failure in failures:
        assert failure.expected is not None
        n = max((len(value) for value in failure.case.args if isinstance(value, list) or np.ndim(value)), default=1)
        for want, have in zip(failure.expected.outputs, failure.outcome.outputs, strict=False):
            both = list(zip(want, have, strict=False)) if isinstance(want, tuple) else [(want, have)]
            for name, (expected, got) in zip(exercise.returns, both, strict=False):
                found = difference(expected, got, exercise.rtol)
                if found is None:
                    continue
                values = found.kind == "value" or (found.kind == "dtype" and _holds_whole(got))
                if values and not isinstance(expected, (str, list, dict)):
                    parts.setdefault(name, []).append(Pair(np.asarray(expected), np.asarray(got), n))
                else:
                    elsewhere = True
    return parts, elsewhere


@np.errstate(all="ignore")  # answers may be infinite, and so may their ratios
def _scaled(pairs: Sequence[Pair]) -> tuple[str | None, str]:
    """Return a relation that holds for all pairs: the mistake's id and words for it."""
    factors = np.array([_ratio(pair.want, pair.have) for pair in pairs])
    offsets = np.array([_constant(pair.have - pair.want) for pair in pairs])
    n = np.array([pair.examples for pair in pairs])
    gap = max(map(_gap, pairs))
    if gap < NEARLY:
        ends = "is a small number added somewhere, a value rounded, or an iteration ended early?"
        return "nearly", f"is nearly right, but off by {gap:.1g} of it: {ends}"
    # Between two single numbers there always is a factor, and an offset.
    several = sum(np.count_nonzero(pair.want) for pair in pairs) > 1
    if np.allclose(factors, -1):
        return "sign", "has the opposite sign"
    if np.allclose(factors, factors[0]) and (several or _is_plain(factors[0])) and f"{factors[0]:.6g}" != "1":
        return "factor", f"is {factors[0]:.6g} times the right value"
    if np.allclose(factors, n):
        return "factor_n", "is N times the right value, a sum where a mean is asked for"
    if np.allclose(factors * n, 1):
        return "factor_n", "is the right value divided by N, the number of rows"
    if several and np.allclose(offsets, offsets[0]):
        return "offset", f"is off by {offsets[0]:.6g} everywhere"
    return None, ""


def _gap(pair: Pair) -> float:
    """Return the largest difference, as a share of the largest right value."""
    finite = np.isfinite(pair.want)
    return float(
        np.max(abs(pair.have - pair.want), where=finite, initial=0) / np.max(abs(pair.want), where=finite, initial=0)
    )


def _is_plain(factor: float) -> bool:
    """Return whether a factor is a whole number, or one divided by a whole number, of one digit."""
    return any(np.isclose(abs(factor) * scale, 1) or np.isclose(abs(factor), scale) for scale in range(2, 10))


def _ratio(want: np.ndarray, have: np.ndarray) -> float:
    zero = want == 0
    return _constant(have[~zero] / want[~zero]) if np.array_equal(zero, have == 0) else np.nan


def _constant(values: np.ndarray) -> float:
    """Return the one number that all values are; nan if they differ."""
    values = np.ravel(values)
    return float(values[0]) if values.size and np.allclose(values, values[0], rtol=1e-5) else np.nan


def _size(case: Case) -> int:
    return sum(map(_entries, (*case.args, *case.kwargs.values())))


def _entries(value: Any) -> int:
    # The lists in a list may differ in length, so that they make no array.
    return sum(map(_entries, value)) if isinstance(value, list) else np.size(value)


def _example(exercise: Exercise, failure: Failure, names: Sequence[str]) -> str:
    """Return the values of a failing case, or only the name of a hidden one."""
    if failure.case.hidden:
        return f"\nSeen in a hidden case: {failure.case.name}."
    if failure.expected is None or not failure.outcome.outputs:
        return ""
    if difference(failure.expected.outputs, failure.outcome.outputs, exercise.rtol) is None:
        return ""  # only an argument was changed
    right, yours = show(failure.expected.outputs[0]), show(failure.outcome.outputs[0])
    # Of values that differ in a late digit, or in the dtype, both look the same.
    seen = f"yours is {yours}" if yours != right else "yours looks the same in six digits"
    return f"\nFor {_arguments(failure.case, names)} the answer is {right}; {seen}."


def _arguments(case: Case, names: Sequence[str]) -> str:
    pairs = [*zip(names, case.args, strict=False), *case.kwargs.items()]
    return ", ".join(f"{name} = {show(value)}" for name, value in pairs)


def show(value: Any) -> str:
    """Return a value in a few characters, for a message; of a long one its start, or its start and its end.

    Example:
        >>> import numpy as np
        >>> show((np.array([1.0, 2.5]), 1 / 3))
        '([1, 2.5], 0.333333)'
        >>> show(list(range(1000)))
        '[0, 1, ..., 998, 999]'
    """
    text = _shown(value, 0)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


def _shown(value: Any, depth: int) -> str:
    # What a student's function returns may be a million lists in lists, and still cross between the processes.
    if depth > 3:
        return "..."
    if isinstance(value, (tuple, list)):
        left, right = "()" if isinstance(value, tuple) else "[]"
        return left + ", ".join(_few(value, lambda part: _shown(part, depth + 1))) + right
    if isinstance(value, dict):
        items = _few(list(value.items()), lambda item: ": ".join(_shown(part, depth + 1) for part in item))
        return "{" + ", ".join(items) + "}"
    if isinstance(value, set):
        return "{" + ", ".join(_few(sorted(value), repr)) + "}"
    if isinstance(value, np.ndarray) and value.ndim:
        formatter: Any = {"float_kind": lambda number: f"{number + 0:.6g}"}  # + 0 makes -0 plain
        return " ".join(np.array2string(value, separator=", ", threshold=30, edgeitems=2, formatter=formatter).split())
    if isinstance(value, (complex, np.ndarray, np.generic)) and np.iscomplexobj(value):
        return f"{complex(value):.6g}"
    if isinstance(value, (float, np.floating, np.ndarray)):
        return f"{float(value) + 0:.6g}"
    if callable(value):
        return (value.__doc__ or value.__name__).strip().split("\n")[0].rstrip(".")
    return repr(value[:MAX_SHOWN] if isinstance(value, str) else value)


def _few(values: Sequence[Any], text: Callable[[Any], str]) -> list[str]:
    """Return the texts of all values; of the first and last two if there are many, as NumPy prints arrays."""
    if len(values) <= 30:
        return list(map(text, values))
    return [*map(text, values[:2]), "...", *map(text, values[-2:])]
