"""What a diagnosis is based on: the cases that failed, those that passed, and the function itself for more tries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from .compare import Difference, as_array, difference
from .exercise import Case, Exercise, Outcome, Problem

ARGUMENT = re.compile(r"^ *(\w+(?:, \w+)*): .*?\(([A-Za-z]\w*(?:, ?[\w+ ]+)*),?\)", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Failure:
    """A case that failed: what was expected (None where a rule decides), what came, and the rule's problem."""

    case: Case
    expected: Outcome | None
    outcome: Outcome
    problem: Problem | None

    @property
    def want(self) -> Any:
        """What the first call should have returned."""
        return self.expected.outputs[0] if self.expected and self.expected.outputs else None

    @property
    def have(self) -> Any:
        """What the first call returned."""
        return self.outcome.outputs[0] if self.outcome.outputs else None


@dataclass(frozen=True, eq=False)
class Pair:
    """A returned value: what was expected, what came, and the sizes that the page gives letters to."""

    want: np.ndarray
    have: np.ndarray
    sizes: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that a diagnosis looks at.

    Args:
        exercise: the exercise.
        names: names of the function's positional parameters.
        failures: what failed, at least one.
        passing: the cases that passed, with the outcomes expected.
        known: runs a known mistake on a case of the exercise.
        right: runs the reference on a case that the diagnosis makes up.
        probe: runs the reader's function on a case that the diagnosis makes up.
    """

    exercise: Exercise
    names: tuple[str, ...]
    failures: tuple[Failure, ...]
    passing: tuple[tuple[Case, Outcome | None], ...]
    known: Callable[[Callable[..., Any], Case], Outcome]
    right: Callable[[Case], Outcome]
    probe: Callable[[Case], Outcome]

    @cached_property
    def ordinary(self) -> tuple[Failure, ...]:
        """The failures with values to look at: without an exception, and without nan or infinity out of place."""
        return tuple(failure for failure in self.failures if is_ordinary(failure))

    @cached_property
    def telling(self) -> tuple[Failure, ...]:
        """The ordinary failures; if there are none, all that returned something."""
        return self.ordinary or tuple(one for one in self.failures if one.expected and not one.outcome.error)

    def reference(self, case: Case) -> Outcome | None:
        """Return the right outcome of any case; None if there is no reference to run, or it raises an error."""
        if self.exercise.stored is not None or self.exercise.rule:
            return None
        outcome = self.right(case)
        return None if outcome.error else outcome

    def arguments(self, case: Case) -> dict[str, Any]:
        """Return a case's arguments by name."""
        return {**dict(zip(self.names, case.args, strict=False)), **case.kwargs}

    def with_argument(self, case: Case, name: str, value: Any) -> Case:
        """Return the case with another value of one argument."""
        if name in self.names and self.names.index(name) < len(case.args):
            at = self.names.index(name)
            return replace(case, args=(*case.args[:at], value, *case.args[at + 1 :]))
        return replace(case, kwargs={**case.kwargs, name: value})

    def agrees(self, expected: Outcome | None, outcome: Outcome) -> bool:
        """Return whether the values of an outcome are the expected ones."""
        if expected is None or outcome.error or outcome.mutated:
            return False
        return difference(expected.outputs, outcome.outputs, self.exercise.rtol) is None

    def equal(self, expected: Outcome, one: Outcome, other: Outcome) -> bool:
        """Return whether two outcomes hold the same values, whatever their dtypes."""
        if len(one.outputs) != len(other.outputs):
            return False
        narrow = any(holds_float32(outcome.outputs) for outcome in (expected, one, other))
        dtype = np.float32 if narrow else np.float64
        both = zip(one.outputs, other.outputs, strict=True)
        return all(difference(cast(a, dtype), cast(b, dtype), self.exercise.rtol) is None for a, b in both)

    def alike(self, one: Outcome, other: Outcome) -> bool:
        """Return whether two outcomes have the same types and dtypes."""
        return list(map(_types, one.outputs)) == list(map(_types, other.outputs))

    def pairs(self) -> dict[str, list[Pair]]:
        """Return what differs in value though the shapes agree, by the name of the returned value."""
        parts: dict[str, list[Pair]] = {}
        for failure in self.telling:
            for name, want, have in differing(self.exercise, failure):
                numbers = numeric(have)
                if numbers is not None and np.shape(want) == numbers.shape and not isinstance(want, (str, list, dict)):
                    pair = Pair(np.asarray(want), numbers, self.sizes(failure.case))
                    parts.setdefault(name, []).append(pair)
        return parts

    def right_pairs(self) -> dict[str, list[Pair]]:
        """Return the numbers that are right, in the cases that failed and in those that passed, by the same names."""
        found: dict[str, list[Pair]] = {}
        outputs = [(one.case, one.expected, one.outcome) for one in self.telling]
        for case, expected, outcome in (*outputs, *((case, expected, expected) for case, expected in self.passing)):
            if expected is None or outcome is None:
                continue
            for want, have in zip(expected.outputs, outcome.outputs, strict=False):
                for name, one, other in parts(self.exercise, want, have):
                    numbers = None if isinstance(one, (str, dict)) or one is None else numeric(one)
                    if numbers is not None and difference(one, other, self.exercise.rtol) is None:
                        found.setdefault(name, []).append(Pair(numbers, numbers, self.sizes(case)))
        return found

    def sizes(self, case: Case) -> dict[str, int]:
        """Return the sizes of a case's arrays by the letters that the docstring gives them, say `{"N": 5, "D": 3}`.

        Of an argument without letters it is the number of all its entries, `{"W.size": 6}` or `{"len(tokens)": 9}`.
        """
        found: dict[str, int] = {}
        letters = letters_of(self.exercise)
        for name, value in self.arguments(case).items():
            if isinstance(value, (np.ndarray, float, int)) and name not in letters:
                found[f"{name}.size"] = np.size(value)
            elif isinstance(value, list) and name not in letters:
                found[f"len({name})"] = len(value)
            elif isinstance(value, (np.ndarray, list)):
                shape = np.shape(value) if isinstance(value, np.ndarray) else (len(value),)
                for letter, size in zip(letters[name], shape, strict=False):
                    if letter.isalpha():
                        found.setdefault(letter, size)
        return found


def _types(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value), [_types(part) for part in value[:3]]
    return value.dtype.kind + str(value.dtype.itemsize) if isinstance(value, np.ndarray) else type(value)


@lru_cache(maxsize=256)
def letters_of(exercise: Exercise) -> dict[str, tuple[str, ...]]:
    """Return the letters of each argument's axes, as the docstring gives them.

    Example:
        >>> from autograder.checking.catalogue import find
        >>> letters_of(find("linear_regression_loss"))["X"]
        ('N', 'D')
    """
    found: dict[str, tuple[str, ...]] = {}
    section = (exercise.reference.__doc__ or "").partition("Returns")[0]
    for names, axes in ARGUMENT.findall(section):
        for name in names.split(", "):
            found.setdefault(name, tuple(axis.strip() for axis in axes.split(",")))
    return found


def is_ordinary(failure: Failure) -> bool:
    """Return whether a failure shows values: it raised nothing, and holds nan and infinity only where they belong."""
    if failure.expected is None or failure.outcome.error or failure.outcome.mutated:
        return False
    return all(map(_regular, failure.expected.outputs, failure.outcome.outputs))


def _regular(want: Any, have: Any) -> bool:
    if isinstance(have, (tuple, list)) and isinstance(want, (tuple, list)) and len(have) == len(want):
        return all(map(_regular, want, have))
    numbers = None if have is None or isinstance(have, (str, dict)) else numeric(have)
    if numbers is None or numbers.dtype.kind != "f" or np.all(np.isfinite(numbers)):
        return True
    right = numeric(want) if not isinstance(want, (str, dict, type(None))) else None
    if right is None or right.shape != numbers.shape:
        return False
    odd = ~np.isfinite(numbers)
    return np.array_equal(numbers[odd], np.asarray(right, np.float64)[odd], equal_nan=True)


def differing(exercise: Exercise, failure: Failure) -> Iterator[tuple[str, Any, Any]]:
    """Yield the returned values that differ: name, what was expected, what came."""
    if failure.expected is None:
        return
    for want, have in zip(failure.expected.outputs, failure.outcome.outputs, strict=False):
        for name, one, other in parts(exercise, want, have):
            if difference(one, other, exercise.rtol):
                yield name, one, other


def parts(exercise: Exercise, want: Any, have: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield each returned value with its name: what was expected, what came. A list is one value."""
    several = isinstance(have, (tuple, list)) or (isinstance(have, np.ndarray) and have.ndim > 0)
    if isinstance(want, tuple) and several:
        yield from zip(exercise.returns, want, have, strict=False)
    else:
        yield exercise.returns[0], want, have


def first_difference(exercise: Exercise, failure: Failure) -> tuple[Difference | None, Any, Any]:
    """Return the first difference of a case's first answer that differs, with what was expected there and what came."""
    assert failure.expected is not None
    for want, have in zip(failure.expected.outputs, failure.outcome.outputs, strict=False):
        found = difference(want, have, exercise.rtol)
        if found is None:
            continue
        if found.part is None or not isinstance(want, tuple):
            return found, want, have
        return found, want[found.part], have[found.part]
    return None, None, None


def numeric(value: Any) -> np.ndarray | None:
    """Return numbers as an array; None for anything else."""
    array = as_array(value) if isinstance(value, (list, tuple)) else np.asarray(value)
    return array if array is not None and array.dtype.kind in "biuf" else None


@np.errstate(over="ignore")
def cast(value: Any, dtype: type) -> Any:
    """Return an answer with its numbers as floats of one dtype, so that two answers can be compared.

    Example:
        >>> cast((1, [2.0, 3.0], "a"), np.float64)
        (array(1.), array([2., 3.]), 'a')
    """
    if isinstance(value, tuple):
        return tuple(cast(part, dtype) for part in value)
    numbers = None if value is None or isinstance(value, (str, dict)) else numeric(value)
    if numbers is not None:
        return numbers.astype(dtype)
    return [cast(part, dtype) for part in value] if isinstance(value, list) else value


def holds_float32(value: Any) -> bool:
    """Return whether there is a float32 in an answer, which holds seven digits."""
    if isinstance(value, (tuple, list)):
        return any(map(holds_float32, value))
    return isinstance(value, (np.ndarray, np.generic)) and value.dtype == np.float32
