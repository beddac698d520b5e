"""The one engine: run an exercise's cases on a function and say what came of it."""

from __future__ import annotations

import inspect
import linecache
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import numpy as np

from ..errors import BadSetting, NotAFunction
from ..worker.calling import MAX_LINE, describe
from ..worker.calling import call as call_function
from ..worker.wire import decode, encode
from . import remarks, timing
from .compare import difference, form
from .deadline import OutOfTime, stopped_after
from .diagnose import diagnose
from .evidence import Evidence, Failure
from .exercise import CallError, Case, CaseResult, Exercise, Mistake, Outcome, Problem, Remark, Status, Verdict
from .handed import Notes

PASSED = "All cases pass."
UNCHANGED = "the arguments stay as they are all the time"
VISIBLE_PASSED = "All visible cases pass; more are tried when it is graded."


class Runner(Protocol):
    """Runs a case on a function, wherever that lives. Grading's runner has a process at its other end.

    A runner may have a method `announce`, which takes the cases that will most likely be run, in this order, and the
    names of the positional parameters; and say by `announced` whether it has been told.
    """

    def run(self, case: Case, names: list[str]) -> Outcome:
        """Return the outcome of the case; `names` are those of the positional parameters."""


@dataclass
class LocalRunner:
    """Runs cases on a function of this process.

    Args:
        function: the function.
        seconds: how long all its calls together may take; afterwards each case fails at once.
        listen: whether to keep what it prints from the standard output; not where other threads print.
        printed: the start of what the function has printed.
    """

    function: Callable[..., Any]
    seconds: float = math.inf
    listen: bool = False
    printed: str = ""
    _left: float = field(init=False)
    _stopped: CallError | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._left = self.seconds

    def run(self, case: Case, names: list[str]) -> Outcome:
        """Return the outcome of the case. The arguments are copied first, by the same road as to another process."""
        if self._stopped:
            return Outcome(error=self._stopped)
        handles: list[Callable] = []
        notes = Notes()

        def handle(function: Callable) -> int:
            handles.append(function)
            return len(handles) - 1

        tree, buffers = encode((case.args, dict(case.kwargs)), handle)
        args, kwargs = decode(tree, buffers, lambda number: notes.recorded(handles[number]))
        start = time.monotonic()
        if self.seconds == math.inf:
            called = call_function(self.function, args, kwargs, names, case.times, case.frozen, self.listen)
        else:
            try:
                with stopped_after(self._left):
                    called = call_function(self.function, args, kwargs, names, case.times, case.frozen, self.listen)
            except OutOfTime as late:
                line = _line_at(describe(late, self.function)["place"])
                self._stopped = CallError("Timeout", f"stopped after {self.seconds:g} seconds", line)
                return Outcome(error=self._stopped)
            self._left -= time.monotonic() - start
        self.printed = self.printed or called.printed
        values = tuple(decode(*output) for output in called.outputs)
        error = called.error
        return Outcome(
            values,
            CallError(error["kind"], error["text"], _line_at(error["place"])) if error else None,
            tuple(called.mutated),
            tuple(notes.calls),
            tuple(called.warned),
            bool(called.printed),
            called.seconds,
        )


def _line_at(place: tuple[str, int] | None) -> str:
    return linecache.getline(*place).strip()[:MAX_LINE] if place else ""


def announce(exercise: Exercise, runner: Runner, seed: int) -> None:
    """Tell a runner which cases it will be asked to run, if it wants to know."""
    if not hasattr(runner, "announce"):
        return
    pairs = prepared(exercise, seed)
    cases = [case for case, _ in pairs if not case.timed]
    if exercise.rule:
        cases = [run for case in cases for run in (case, *_second_runs(exercise, case)[:1])]
    else:
        cases += filter(None, [_read_only(pairs)])
    runner.announce(cases, parameter_names(exercise))


def evaluate(
    exercise: Exercise | str, function: Callable[..., Any] | Runner, *, seed: int = 0, timed: bool = True
) -> Verdict:
    """Return the verdict on a function. Prints nothing and keeps nothing.

    Args:
        exercise: an exercise or its id, say `gradient_descent.squared_error`.
        function: the function to check, or a runner that reaches it.
        seed: chooses the random cases.
        timed: whether an exercise may ask for speed.

    Raises:
        KeyError: there is no such exercise; the message lists close names.
        TypeError: `function` cannot be called, or `exercise` is neither an exercise nor a name.
        ValueError: the seed is not a whole number from 0 on.

    Example:
        >>> verdict = evaluate("gradient_descent.squared_error", lambda y_hat, y: y_hat - y)
        >>> verdict.passed, verdict.status, verdict.mistake
        (False, 'failed', 'not_squared')
    """
    if isinstance(exercise, str):
        from ..checking.catalogue import find

        exercise = find(exercise)
    if not isinstance(exercise, Exercise):
        raise NotAFunction(f"an exercise or its name comes first, not {type(exercise).__name__}")
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise BadSetting(f"a seed is a whole number from 0 on, not a {type(seed).__name__}")
    if not hasattr(function, "run") and not callable(function):
        raise NotAFunction(
            f"{exercise.name} is a {type(function).__name__}: pass the function itself, without calling it"
        )
    runner: Any = function if hasattr(function, "run") else LocalRunner(function, listen=True)
    names = parameter_names(exercise)
    pairs = prepared(exercise, int(seed))
    last = None if exercise.rule else _read_only(pairs)
    if not getattr(runner, "announced", False):
        announce(exercise, runner, int(seed))
    failures: list[Failure] = []
    passing: list[tuple[Case, Outcome | None]] = []
    results: list[CaseResult] = []
    judged: list[Judged] = []
    praise = ""
    for case, expected in pairs:
        if case.timed:
            if failures or not timed:
                continue  # how fast a wrong answer comes does not matter
            one, name, praise = _race(exercise, case, expected, runner, names)
        else:
            one, name = run_case(exercise, case, expected, runner, names), case.name
        if case.courtesy:
            judged.append(one)
            continue
        results.append(CaseResult(name, one.failure is None, case.hidden, case.weight))
        if one.failure is None:
            passing.append((case, expected))
            judged.append(one)
        else:
            failures.append(one.failure)
            if len(results) == 1 and _is_stub(one.failure.outcome):
                return Verdict(
                    exercise.id,
                    "not_attempted",
                    0,
                    exercise.points,
                    None,
                    "Write your function in its cell, run it, then run the check again.",
                )
    if last and not failures and (outcome := runner.run(last, names)).mutated:
        failures.append(Failure(last, None, outcome, None))
        results.append(CaseResult(UNCHANGED, False, False, 0))
    if not failures:
        message = " ".join(filter(None, (PASSED if exercise.stored is None else VISIBLE_PASSED, praise)))
        return Verdict(
            exercise.id,
            "passed",
            exercise.points,
            exercise.points,
            None,
            message,
            tuple(results),
            remarks=_remarks(exercise, judged, passing, names, runner),
        )
    status: Status = "error" if all(failure.outcome.error for failure in failures) else "failed"
    found = diagnose(_evidence(exercise, failures, passing, names, runner))
    return Verdict(
        exercise.id,
        status,
        round(exercise.points * _earned(results), 2),
        exercise.points,
        found.mistake,
        found.message,
        tuple(results),
        found.finding,
        comparison=found.comparison,
    )


def _earned(results: Sequence[CaseResult]) -> float:
    """Return the share of the points: that of the cases passed, but no more than twice that of the hidden ones.

    Public cases may be learnt by heart, so hidden ones decide; whoever passes half of them is not held back.
    """
    hidden = [result for result in results if result.hidden]
    held = any(result.weight for result in hidden)  # a homework copy has none
    return min(_share(results), 2 * _share(hidden)) if held else _share(results)


def _share(results: Sequence[CaseResult]) -> float:
    # A failed case without weight costs as much as another, though passing it earns nothing.
    total = sum(result.weight if result.passed else result.weight or 1 for result in results)
    return sum(result.weight for result in results if result.passed) / total


def _evidence(
    exercise: Exercise,
    failures: Sequence[Failure],
    passing: Sequence[tuple[Case, Outcome | None]],
    names: Sequence[str],
    runner: Runner,
) -> Evidence:
    return Evidence(
        exercise,
        tuple(names),
        tuple(failures),
        tuple(passing),
        lambda known, case: _outcome_of(known, case, tuple(names)),
        lambda case: LocalRunner(exercise.reference).run(case, list(names)),
        # What is tried further is never shown: in grading it may be asked where a hidden case has been.
        lambda case: runner.run(replace(case, hidden=True), list(names)),
    )


@dataclass(frozen=True, eq=False)
class Judged:
    """What came of a case: what is wrong, or None; and what is not in good form.

    Args:
        case: the case.
        expected: what the reference makes of it, None where a rule decides.
        outcome: what came.
        failure: what is wrong.
        form: a word of `compare.form`.
        problem: a rule's remark.
        warns: kinds of warnings that the reference does without, each with the function's line.
    """

    case: Case
    expected: Outcome | None
    outcome: Outcome
    failure: Failure | None = None
    form: str = ""
    problem: Problem | None = None
    warns: tuple[tuple[str, str], ...] = ()


def _remarks(
    exercise: Exercise,
    judged: Sequence[Judged],
    passing: Sequence[tuple[Case, Outcome | None]],
    names: Sequence[str],
    runner: Runner,
) -> tuple[Remark, ...]:
    """Return the remarks on an answer that passes, each once."""
    found: dict[str, Remark] = {}

    def add(remark: Remark) -> None:
        found.setdefault(remark.id, remark)

    for one in judged:
        if one.failure:  # of a courtesy case
            diagnosis = diagnose(_evidence(exercise, [one.failure], passing, names, runner))
            add(remarks.of_courtesy(diagnosis.mistake, one.case, diagnosis.message))
        elif one.problem:
            add(Remark(one.problem.mistake, one.problem.sentence))
        elif one.form:
            known = next((each for each in exercise.mistakes if each.craft and _has_form(each, one, names)), None)
            add(Remark(known.id, known.sentence) if known else remarks.of_form(one.form, one.case, names))
        for warning in one.warns:
            add(remarks.of_warning(*warning))
    return tuple(found.values())


def _has_form(mistake: Mistake, one: Judged, names: Sequence[str]) -> bool:
    assert one.expected is not None
    outcome = _outcome_of(mistake.function, one.case, tuple(names))
    return not outcome.error and form(one.expected.outputs, outcome.outputs) == one.form


def _read_only(pairs: Sequence[tuple[Case, Outcome | None]]) -> Case | None:
    """Return a case whose arrays cannot be written to: has a function changed an argument and put it back?"""
    for case, _ in pairs:
        if not case.hidden and not case.courtesy and any(isinstance(value, np.ndarray) for value in case.args):
            return _frozen(case)
    return None


@lru_cache(maxsize=256)
def _frozen(case: Case) -> Case:
    return replace(case, frozen=True)


@lru_cache(maxsize=8192)
def _outcome_of(function: Callable[..., Any], case: Case, names: tuple[str, ...]) -> Outcome:
    """Return what a known mistake makes of a case: the same for all students of a class."""
    return LocalRunner(function).run(case, list(names))


def _race(
    exercise: Exercise, case: Case, expected: Outcome | None, runner: Runner, names: list[str]
) -> tuple[Judged, str, str]:
    """Time a function against the slow one; return the judgement, the result's name, and praise."""
    assert exercise.slow is not None
    examples = timing.examples_in((*case.args, *case.kwargs.values()))
    judged: list[Judged] = []
    slow_runner = LocalRunner(exercise.slow)

    def run_fast() -> float:
        judged.append(run_case(exercise, case, expected, runner, names))
        return judged[-1].outcome.seconds

    def run_slow() -> float:
        outcome = slow_runner.run(case, names)
        if outcome.error:
            raise ValueError(f"{exercise.id}: the slow function fails: {outcome.error}")
        return outcome.seconds

    fast, slow = timing.race(
        run_fast,
        run_slow,
        exercise.times_as_fast,
        # Where it can be had: a process in which the function finds no answer that it has kept from the last try.
        getattr(runner, "renew", lambda: None),
    )
    name = f"speed, {examples} examples"
    if wrong := next((one for one in judged if one.failure), None):
        return wrong, name, ""
    if slow < exercise.times_as_fast * fast:
        sentence = (
            timing.complaint(fast, slow, examples, exercise.times_as_fast)
            if isinstance(runner, LocalRunner)
            else timing.complaint_without_times(examples, exercise.times_as_fast)
        )
        problem = Problem(timing.MISTAKE, sentence)
        return Judged(case, expected, Outcome(), Failure(case, expected, Outcome(), problem)), name, ""
    return judged[-1], name, timing.praise(fast, slow) if isinstance(runner, LocalRunner) else ""


def _is_stub(outcome: Outcome) -> bool:
    # A finished function may call a stub: then the line that raised is a call, no `raise`.
    error = outcome.error
    return (
        error is not None and error.kind == "NotImplementedError" and (not error.line or error.line.startswith("raise"))
    )


@lru_cache(maxsize=256)
def parameter_names(exercise: Exercise) -> list[str]:
    """Return the names of the reference's positional parameters: a list to read only."""
    parameters = inspect.signature(exercise.reference).parameters.values()
    return [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]


@lru_cache(maxsize=256)
def prepared(exercise: Exercise, seed: int) -> Sequence[tuple[Case, Outcome | None]]:
    """Return an exercise's cases, each with the reference's outcome (None where a rule decides)."""
    if exercise.stored is not None:
        return exercise.stored
    if exercise.rule:
        return tuple((case, None) for case in exercise.all_cases(seed))
    reference, names = LocalRunner(exercise.reference), parameter_names(exercise)
    pairs = []
    for case in exercise.all_cases(seed):
        outcome = reference.run(case, names)
        if (outcome.error.kind if outcome.error else "") != case.raises or outcome.mutated:
            raise ValueError(f"{exercise.id}: the reference fails its own case {case.name!r}: {outcome}")
        pairs.append((case, outcome))
    return tuple(pairs)


def run_case(exercise: Exercise, case: Case, expected: Outcome | None, runner: Runner, names: list[str]) -> Judged:
    """Run one case and judge what comes."""
    outcome = runner.run(case, names)
    if case.raises and not outcome.mutated:
        return Judged(case, expected, outcome, _not_raised(case, expected, outcome))
    if outcome.error or outcome.mutated:
        return Judged(case, expected, outcome, Failure(case, expected, outcome, None))
    if exercise.rule:
        return _by_rule(exercise, case, outcome, runner, names)
    assert expected is not None
    if outcome not in _agrees or _agrees[outcome][0] is not expected:
        agree = difference(expected.outputs, outcome.outputs, exercise.rtol) is None
        _agrees[outcome] = expected, agree, form(expected.outputs, outcome.outputs) if agree else ""
    _, agree, shape = _agrees[outcome]
    if not agree or shape in exercise.strict:
        return Judged(case, expected, outcome, Failure(case, expected, outcome, None))
    quiet = {kind for kind, _ in expected.warned}
    if "divide by zero" not in quiet and _holds_infinity(expected.outputs):
        quiet.add("divide by zero")  # it is how NumPy comes to it
    warns = tuple(warning for warning in outcome.warned if warning[0] not in quiet)
    return Judged(case, expected, outcome, None, shape, warns=warns)


def _not_raised(case: Case, expected: Outcome | None, outcome: Outcome) -> Failure | None:
    if outcome.error and outcome.error.kind == case.raises:
        return None
    does = f"raises {outcome.error.kind}" if outcome.error and not case.hidden else "does something else"
    sentence = f"The task asks for a {case.raises} in one case ({case.name}): `raise {case.raises}(...)`."
    return Failure(case, expected, outcome, Problem("no_error", f"{sentence} Your function {does}."))


def _holds_infinity(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return any(map(_holds_infinity, value))
    return isinstance(value, (float, np.ndarray)) and bool(np.any(np.isinf(value)))


def _by_rule(exercise: Exercise, case: Case, outcome: Outcome, runner: Runner, names: list[str]) -> Judged:
    assert exercise.rule
    arguments = {**dict(zip(names, case.args, strict=False)), **case.kwargs}
    problem = exercise.rule(arguments, (outcome, outcome))
    if problem and not problem.craft:
        return Judged(case, None, outcome, Failure(case, None, outcome, problem))  # a second run would tell no more
    for second in _second_runs(exercise, case):
        again = runner.run(second, names)
        if again.error or again.mutated:
            return Judged(case, None, again, Failure(second, None, again, None))
        problem = exercise.rule(arguments, (outcome, again))
        if problem is None or problem.mistake != "ignores_rng":
            break
    failure = Failure(case, None, outcome, problem) if problem and not problem.craft else None
    return Judged(case, None, outcome, failure, problem=problem)


def _second_runs(exercise: Exercise, case: Case) -> list[Case]:
    """Return the second runs of a case that a rule asks for, the next one only if it cannot tell by the one before."""
    if case.once:
        return []
    arguments = {**dict(zip(parameter_names(exercise), case.args, strict=False)), **case.kwargs}
    changes = getattr(exercise.rule, "second_runs", _equal_run)(arguments)
    return [_changed(case, tuple(each.items())) for each in changes]


def _equal_run(arguments: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return ({},)


@lru_cache(maxsize=256)
def _changed(case: Case, changes: tuple[tuple[str, Any], ...]) -> Case:
    """Return a case with other keyword arguments: the same object for the same changes, whoever answers."""
    return replace(case, kwargs={**case.kwargs, **dict(changes)}) if changes else case


# Whether an outcome is what the reference has, and its form: grading meets the same object again when another student's
# answer is the same byte for byte.
_agrees: WeakKeyDictionary[Outcome, tuple[Outcome, bool, str]] = WeakKeyDictionary()
