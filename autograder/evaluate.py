"""The one engine: run an exercise's cases on a function and say what came of it."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from . import speed
from .compare import difference
from .diagnose import Failure, diagnose
from .exercise import CallError, Case, CaseResult, Exercise, Outcome, Problem, Status, Verdict
from .worker.calling import call as call_function
from .worker.calling import plain
from .worker.wire import decode, encode


class Runner(Protocol):
    """Runs a case on a function, wherever that lives. Grading's runner has a process at its other end.

    A runner may have a method `announce`, which takes the cases that will be run, each once and in this order, and the
    names of the positional parameters.
    """

    def run(self, case: Case, names: list[str]) -> Outcome:
        """Return the outcome of the case; `names` are those of the positional parameters."""


@dataclass(frozen=True)
class LocalRunner:
    """Runs cases on a function of this process."""

    function: Callable[..., Any]

    def run(self, case: Case, names: list[str]) -> Outcome:
        """Return the outcome of the case. The arguments are copied first, by the same road as to another process."""
        handles: list[Callable] = []
        calls: list[tuple[tuple[Any, ...], Any]] = []

        def handle(function: Callable) -> int:
            handles.append(function)
            return len(handles) - 1

        tree, buffers = encode((case.args, dict(case.kwargs)), handle)
        args, kwargs = decode(tree, buffers, lambda number: recorded(handles[number], calls))
        outputs, error, mutated = call_function(self.function, args, kwargs, names, case.times)
        values = tuple(decode(*output) for output in outputs)
        return Outcome(values, CallError(**error) if error else None, tuple(mutated), tuple(calls))


def recorded(function: Callable, calls: list[tuple[tuple[Any, ...], Any]]) -> Callable[..., Any]:
    """Return `function`, noting each call's arguments and value in `calls`, as copies that nobody else can change."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            args = inspect.signature(function).bind(*args, **kwargs).args
        given = plain(args)
        value = function(*plain(args))
        calls.append((given, plain(value)))
        return value

    return wrapper


def evaluate(
    exercise: Exercise | str,
    function: Callable[..., Any] | Runner,
    *,
    seed: int = 0,
    clock: speed.Clock | None = time.perf_counter,
) -> Verdict:
    """Return the verdict on a function. Prints nothing and keeps nothing.

    Args:
        exercise: an exercise or its id, say `gradient_descent.squared_error`.
        function: the function to check, or a runner that reaches it.
        seed: chooses the random cases.
        clock: tells the time in seconds, for an exercise that asks for speed; None leaves its speed alone.

    Raises:
        KeyError: there is no such exercise; the message lists close names.
        TypeError: `function` cannot be called.

    Example:
        >>> verdict = evaluate("gradient_descent.squared_error", lambda y_hat, y: y_hat - y)
        >>> verdict.passed, verdict.status, verdict.mistake
        (False, 'failed', 'not_squared')
    """
    if isinstance(exercise, str):
        from .exercises import find

        exercise = find(exercise)
    if not hasattr(function, "run") and not callable(function):
        raise TypeError(f"{exercise.name} is a {type(function).__name__}: pass the function itself, without calling it")
    runner = function if hasattr(function, "run") else LocalRunner(function)
    names = parameter_names(exercise)
    failures: list[Failure] = []
    passing: list[tuple[Case, Outcome | None]] = []
    results: list[CaseResult] = []
    message = "All cases pass."
    pairs = prepared(exercise, seed)
    if hasattr(runner, "announce") and not exercise.rule:  # a rule decides how often a case is run
        runner.announce([case for case, _ in pairs if case is not exercise.speed], names)
    for case, expected in pairs:
        if case is exercise.speed:
            if failures or clock is None:
                continue  # how fast a wrong answer comes does not matter
            failure, name, praise = _race(exercise, case, expected, runner, names, clock)
            message = f"{message} {praise}"
        else:
            failure, name = run_case(exercise, case, expected, runner, names), case.name
        results.append(CaseResult(name, failure is None, case.hidden, case.weight))
        if failure is None:
            passing.append((case, expected))
        else:
            failures.append(failure)
            if len(results) == 1 and _is_stub(failure.outcome):
                return Verdict(
                    exercise.id,
                    "not_attempted",
                    0,
                    exercise.points,
                    None,
                    "Write your function in its cell, run it, then run the check again.",
                )
    if not failures:
        return Verdict(exercise.id, "passed", exercise.points, exercise.points, None, message, tuple(results))
    # A failed case without weight costs as much as another, though passing it earns nothing.
    total = sum(result.weight if result.passed else result.weight or 1 for result in results)
    earned = sum(result.weight for result in results if result.passed) / total
    status: Status = "error" if all(failure.outcome.error for failure in failures) else "failed"
    mistake, message = diagnose(
        exercise, failures, passing, names, lambda wrong, case: _mistaken(wrong, case, tuple(names))
    )
    points = round(exercise.points * earned, 2)
    return Verdict(exercise.id, status, points, exercise.points, mistake, message, tuple(results))


@lru_cache(maxsize=2048)
def _mistaken(wrong: Callable[..., Any], case: Case, names: tuple[str, ...]) -> Outcome:
    """Return what a known mistake makes of a case: the same for all students of a class."""
    return LocalRunner(wrong).run(case, list(names))


def _race(
    exercise: Exercise, case: Case, expected: Outcome | None, runner: Runner, names: list[str], clock: speed.Clock
) -> tuple[Failure | None, str, str]:
    """Time a function against the slow one; return what is wrong, or None, the result's name, and praise."""
    assert exercise.slow is not None
    examples = speed.examples_in((*case.args, *case.kwargs.values()))
    failures: list[Failure | None] = []
    slow_runner = LocalRunner(exercise.slow)

    def run_slow() -> None:
        outcome = slow_runner.run(case, names)
        if outcome.error:
            raise ValueError(f"{exercise.id}: the slow function fails: {outcome.error}")

    fast, slow = speed.race(
        lambda: failures.append(run_case(exercise, case, expected, runner, names)),
        run_slow,
        exercise.times_as_fast,
        clock,
        # Where it can be had: a process in which the function finds no answer that it has kept from the last try.
        getattr(runner, "renew", lambda: None),
    )
    name = f"speed, {examples} examples"
    if failure := next(filter(None, failures), None):
        return failure, name, ""
    if slow < exercise.times_as_fast * fast:
        sentence = speed.complaint(fast, slow, examples, exercise.times_as_fast)
        return Failure(case, expected, Outcome(), Problem(speed.MISTAKE, sentence)), name, ""
    return None, name, speed.praise(fast, slow)


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
        if outcome.error or outcome.mutated:
            raise ValueError(f"{exercise.id}: the reference fails its own case {case.name!r}: {outcome}")
        pairs.append((case, outcome))
    return tuple(pairs)


def run_case(
    exercise: Exercise, case: Case, expected: Outcome | None, runner: Runner, names: list[str]
) -> Failure | None:
    """Run one case; return what is wrong, or None."""
    outcome = runner.run(case, names)
    if outcome.error or outcome.mutated:
        return Failure(case, expected, outcome, None)
    problem: Problem | None = None
    if exercise.rule:
        arguments = {**dict(zip(names, case.args, strict=False)), **case.kwargs}
        if problem := exercise.rule(arguments, (outcome, outcome)):
            return Failure(case, None, outcome, problem)  # a second run, which may take a while, would tell no more
        again = runner.run(case, names)
        if again.error or again.mutated:
            return Failure(case, None, again, None)
        problem = exercise.rule(arguments, (outcome, again))
        return Failure(case, None, outcome, problem) if problem else None
    assert expected is not None
    if outcome not in _agrees:
        _agrees[outcome] = difference(expected.outputs, outcome.outputs, exercise.rtol) is None
    return None if _agrees[outcome] else Failure(case, expected, outcome, None)


# Whether an outcome is the right one for its case: grading meets the same object again when another student's answer
# is the same byte for byte.
_agrees: WeakKeyDictionary[Outcome, bool] = WeakKeyDictionary()
