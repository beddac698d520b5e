"""Prove the checks: right answers pass, wrong ones fail and are named, blanks earn nothing, mutants are caught."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from ..checking.catalogue import find
from ..checking.evaluate import LocalRunner, evaluate, parameter_names, prepared, run_case
from ..checking.exercise import Case, Exercise, Outcome
from .mutants import mutants

MIN_RIGHT, MIN_MISTAKES, HINTS = 2, 3, 3


# Values that a function may return everywhere without looking at its input.
FILLS = (0, 1, math.nan, math.inf, -math.inf)


@dataclass
class Report:
    """What the self-test of one exercise found; `problems` is empty if all is well."""

    exercise: str
    cases: int
    right: int
    mistakes: int
    blanks: int = 0
    caught: int = 0
    equivalent: int = 0
    survivors: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def score(self) -> float:
        """The share caught of the mutants that are not declared equivalent, from 0 to 1."""
        return self.caught / max(self.caught + len(self.survivors), 1)


@dataclass(frozen=True)
class Blank:
    """A runner whose answers show no knowledge: they are made from the call alone."""

    name: str
    answer: Callable[[Case], Any]

    def run(self, case: Case, names: list[str]) -> Outcome:
        """Return the blank answer, as often as the case calls."""
        return Outcome((self.answer(case),) * case.times)


def blanks(exercise: Exercise) -> Iterator[Blank]:
    """Yield answers that show no knowledge: None, numbers, an empty array, each input, and the right shapes filled
    with zeros, ones, nan or infinities."""
    for name, value in (("None", None), ("an empty array", np.empty(0))):
        yield Blank(name, partial(_always, value))
    for number in FILLS:
        yield Blank(str(number), partial(_always, float(number)))
    for fill in FILLS:
        yield Blank(f"the right shapes full of {fill}", partial(_shaped, exercise, fill))
    for i, name in enumerate(parameter_names(exercise)):
        yield Blank(f"its input {name}", partial(_echo, i))


def _always(value: Any, case: Case) -> Any:
    return value


def _shaped(exercise: Exercise, fill: float, case: Case) -> Any:
    outputs = LocalRunner(exercise.reference).run(case, parameter_names(exercise)).outputs
    return _filled(outputs[0], fill) if outputs else fill  # a case may ask for an error


def _filled(value: Any, fill: float) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(_filled(part, fill) for part in value)
    if isinstance(value, dict):
        return {key: _filled(part, fill) for key, part in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        whole = value.dtype.kind in "iub" and not math.isfinite(fill)
        return np.full(value.shape, fill, float if whole else value.dtype)
    return type(value)(fill) if math.isfinite(fill) else fill


def _echo(i: int, case: Case) -> Any:
    value = case.args[i] if i < len(case.args) else None
    return None if callable(value) else value


def in_dtypes(function: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """Return a function with its floats as they are, in the dtype of the arguments, and in float64.

    A verdict must not depend on the dtype: `np.zeros` and lists give float64, whatever the input.
    """

    def of_the_input(*args: Any, **kwargs: Any) -> Any:
        arrays = [value for value in (*args, *kwargs.values()) if isinstance(value, (np.ndarray, np.generic))]
        floats = [value.dtype for value in arrays if value.dtype.kind == "f"]
        return _cast(function(*args, **kwargs), floats[0] if floats else None)

    def float64(*args: Any, **kwargs: Any) -> Any:
        return _cast(function(*args, **kwargs), np.dtype(np.float64))

    of_the_input.__wrapped__ = float64.__wrapped__ = function  # type: ignore[attr-defined]
    return {"as written": function, "floats as in the input": of_the_input, "floats of 64 bits": float64}


def _cast(value: Any, dtype: np.dtype | None) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(_cast(part, dtype) for part in value)
    floats = isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind == "f"
    return value.astype(dtype) if dtype is not None and floats else value


def examine(exercise: Exercise) -> Report:
    """Return the report on one exercise.

    Example:
        >>> report = examine(find("squared_error"))
        >>> report.problems, report.score
        ([], 1.0)
    """
    cases = exercise.all_cases(0)
    report = Report(exercise.id, len(cases), len(exercise.right), len(exercise.mistakes))
    say = report.problems.append
    for wanted, count, what in (
        (MIN_RIGHT, report.right, "right variants"),
        (MIN_MISTAKES, report.mistakes, "known mistakes"),
        (HINTS, len(exercise.hints), "hints"),
    ):
        if count < wanted:
            say(f"only {count} {what}: at least {wanted} are needed")
    counted = [case for case in cases if not case.courtesy]
    public, hidden = (sum(case.weight for case in counted if case.hidden is which) for which in (False, True))
    if hidden < public / 2:
        say(f"hidden cases weigh {hidden:g}, public ones {public:g}: hidden ones decide and must weigh half as much")
    for function in (exercise.reference, *exercise.right):
        for floats, answer in in_dtypes(function).items():
            verdict = evaluate(exercise, answer)
            if not verdict.passed:
                failing = ", ".join(case.name for case in verdict.cases if not case.passed)
                say(f"the right answer {_name(function)} ({floats}) fails ({failing}): {verdict.message}")
        for seed in (1, 2):  # other seeds change the random cases only
            if not _passes(exercise, function, seed, exercise.cases):
                say(f"the right answer {_name(function)} fails a random case with seed {seed}")
    for mistake in exercise.mistakes:
        if mistake.craft:
            verdict = evaluate(exercise, mistake.function)
            if not verdict.passed or mistake.id not in [remark.id for remark in verdict.remarks]:
                say(f"the craft remark {mistake.id} is not made: {verdict.message}")
            continue
        for floats, answer in in_dtypes(mistake.function).items():
            verdict = evaluate(exercise, answer)
            if verdict.passed or verdict.points >= exercise.points:
                say(f"the mistake {mistake.id} ({floats}) passes")
            elif verdict.mistake != mistake.id:
                say(f"the mistake {mistake.id} ({floats}) is recognised as {verdict.mistake}: {verdict.message}")
    for blank in blanks(exercise):
        report.blanks += 1
        verdict = evaluate(exercise, blank)
        if verdict.passed or verdict.points > 0:
            passing = ", ".join(case.name for case in verdict.cases if case.passed)
            say(f"a function that returns {blank.name} earns {verdict.points:g} points ({passing})")
    _examine_mutants(exercise, report)
    return report


def _examine_mutants(exercise: Exercise, report: Report) -> None:
    unused = set(exercise.equivalent)
    for mutant in mutants(exercise.reference):
        if not _passes(exercise, mutant.function, form=True):
            report.caught += 1
            continue
        declared = [change for change in exercise.equivalent if change in mutant.change]
        unused -= set(declared)
        if declared:
            report.equivalent += 1
        else:
            report.survivors.append(mutant.change)
            report.problems.append(f"a mutant passes: {mutant.change}")
    if report.equivalent and not report.caught:
        report.problems.append("no mutant is caught: all are declared equivalent")
    report.problems.extend(f"declared equivalent, but no surviving mutant matches: {change}" for change in unused)


def _passes(
    exercise: Exercise,
    function: Callable[..., Any],
    seed: int = 0,
    but: Iterable[Case] = (),
    form: bool = False,
) -> bool:
    # Like `evaluate`, but it stops at the first failing case, and times nothing. With `form`, a remark is a failure.
    runner, names, left_out = LocalRunner(function), parameter_names(exercise), set(map(id, but))
    judged = (
        run_case(exercise, case, expected, runner, names)
        for case, expected in prepared(exercise, seed)
        if not (case.courtesy or case.timed or id(case) in left_out)
    )
    return all(one.failure is None and not (form and (one.form or one.problem)) for one in judged)


def _name(function: Callable[..., Any]) -> str:
    code = getattr(function, "__code__", None)
    return f"{function.__name__}" + (f" (line {code.co_firstlineno})" if code else "")


def _examine_named(name: str) -> Report:
    return examine(find(name))


def examine_all(exercises: Sequence[Exercise]) -> Iterator[Report]:
    """Yield the report on each exercise, several at a time."""
    with ProcessPoolExecutor(min(len(exercises), os.cpu_count() or 1)) as pool:
        yield from pool.map(_examine_named, [one.id for one in exercises])
