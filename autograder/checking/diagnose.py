"""From failing cases to a sentence that names the mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import relations
from .compare import compared, difference
from .evidence import Evidence, Failure, differing, is_ordinary, numeric
from .exercise import Case, Comparison, Exercise, Kind, Mistake, OnePass, Seed
from .explain import explain
from .remarks import WARNINGS

MAX_SHOWN = 1000  # characters of a value in a message
MANY_NUMBERS = 24  # an argument with more is shown by its shape
EXTREME, TINY = 100.0, 1e-9  # beyond these a float is not ordinary
NUMBER = re.compile(r"\(\d[\d, ]*\)|(?<![\w.])-?\d(?:[\d.]*\d)?(?:e[-+]?\d+)?%?")
ARITHMETIC = {"ZeroDivisionError", "OverflowError", "FloatingPointError"}


@dataclass(frozen=True)
class Diagnosis:
    """What a verdict says of a wrong answer: the mistake's id, if it is known, a message, the kind, and a picture."""

    mistake: str | None
    message: str
    finding: Kind
    comparison: Comparison | None = None


def diagnose(evidence: Evidence) -> Diagnosis:
    """Return the id of the mistake, or None, and a message for the reader: a sentence, then a line with an example.

    Tried in this order: the rule's own problem; the exercise's known mistakes, each run on the failing cases; errors;
    changed arguments; relations that fit every exercise (a factor, a sign, a shape, ...); else the smallest failing
    case with its values. Cases with ordinary numbers are looked at first: nan and infinity hide what else is wrong.

    Args:
        evidence: what the diagnosis is based on.
    """
    exercise = evidence.exercise
    if exercise.rule and (spoiled := _changed_argument(evidence)):
        return spoiled  # before the rule's problem, which may follow from it
    for failure in evidence.failures:
        if problem := failure.problem:
            told = failure.case.timed or not failure.case.hidden  # a timed case reveals only the times
            sentence = problem.sentence if told else without_numbers(problem.sentence)
            return Diagnosis(problem.mistake, sentence, "value")
    shown = _telling_case(evidence)
    lead = _right_but(evidence)
    finding: Kind = "robustness" if lead else "value"
    example, comparison = _example(evidence, shown), _comparison(exercise, shown)
    known = None if exercise.rule else _known_mistake(evidence)
    if known:
        sentence = known.mistake.sentence if known.sure else f"Perhaps this is it: {known.mistake.sentence}"
        if known.others:
            cases = "one case does" if known.others == 1 else f"{known.others} cases do"
            sentence = f"Most cases fit this, but {cases} not: {sentence}"
        return Diagnosis(known.mistake.id, f"{lead}{sentence}{_besides(evidence, lead)}{example}", finding, comparison)
    errors = [failure for failure in evidence.failures if failure.outcome.error]
    changed = any(failure.outcome.mutated and not failure.outcome.error for failure in evidence.failures)
    if errors and not evidence.ordinary and not changed and not lead:
        return _of_error(evidence, min(errors, key=_order_of(evidence)), finding)
    if spoiled := _changed_argument(evidence):
        return spoiled
    if lead:
        return Diagnosis(_extreme_id(evidence), f"{lead}{_cause(evidence)}".strip(), finding, comparison)
    raised = [failure for failure in errors if not _breaks_down(evidence, failure)]
    found = None if len(raised) > len(evidence.ordinary) else _not_finite(evidence) or relations.named(evidence)
    if found is None and raised:
        return _of_error(evidence, min(raised, key=_order_of(evidence)), finding)
    mistake, sentence = _public(evidence, found) or (None, f"Not right yet: {relations.what_is_wrong(evidence)}.")
    return Diagnosis(mistake, f"{sentence}{_besides(evidence, lead)}{example}", finding, comparison)


def _public(evidence: Evidence, found: tuple[str, str] | None) -> tuple[str, str] | None:
    """Return a finding with the numbers that the public cases show, or with none: an answer's shape, say, might give
    away what a hidden case holds."""
    public = tuple(failure for failure in evidence.failures if not failure.case.hidden)
    if found is None or len(public) == len(evidence.failures) or without_numbers(found[1]) == found[1]:
        return found
    alone = relations.named(replace(evidence, failures=public)) if public else None
    return alone if alone and alone[0] == found[0] else (found[0], without_numbers(found[1]))


def without_numbers(sentence: str) -> str:
    """Return a sentence with dots instead of shapes and of all numbers but single digits.

    Example:
        >>> without_numbers("Look at axis 0: it has the shape (314, 0), not (3,), and is -1.5e-07 times a float32.")
        'Look at axis 0: it has the shape ..., not ..., and is ... times a float32.'
    """
    return NUMBER.sub(lambda found: found[0] if len(found[0]) == 1 else "...", sentence)


def _changed_argument(evidence: Evidence) -> Diagnosis | None:
    for failure in evidence.failures:
        if failure.outcome.mutated and failure.case.frozen:
            sentence = (
                "Your values are right, but your function writes into an argument and puts it back afterwards. "
                "Whoever looks in between, or after an error, finds other data: work on a copy, `x.copy()`."
            )
            return Diagnosis("puts_back", sentence, "value")
        if failure.outcome.mutated:
            name = failure.outcome.mutated[0]
            sentence = (
                f"Your function changes its argument {name}, so the caller's data is spoiled: "
                f"compute something new instead of writing into {name} "
                f"(watch out for {name}[...] = ..., -=, *=, append, pop and sort)."
            )
            return Diagnosis("mutates_input", sentence, "value")
    return None


# --- which case to show ---


def _order_of(evidence: Evidence) -> Callable[[Failure], Any]:
    def order(failure: Failure) -> tuple[Any, ...]:
        ordinary = is_ordinary(failure)
        return failure.case.hidden, not ordinary, _is_extreme(failure.case), _size(failure.case)

    return order


def _telling_case(evidence: Evidence) -> Failure:
    """Return the failing case that is easiest to read."""
    return min(evidence.failures, key=_order_of(evidence))


def _size(case: Case) -> int:
    return sum(map(_entries, (*case.args, *case.kwargs.values())))


def _entries(value: Any) -> int:
    # The lists in a list may differ in length, so they do not always make an array.
    return sum(map(_entries, value)) if isinstance(value, list) else np.size(value)


# --- right on ordinary numbers ---


def _right_but(evidence: Evidence) -> str:
    """Return the sentence that says that only extreme cases fail; an empty text if that is not so."""
    if not evidence.passing or evidence.exercise.rule:
        return ""
    if any(failure.outcome.mutated or failure.problem for failure in evidence.failures):
        return ""
    if not all(_breaks_down(evidence, failure) for failure in evidence.failures):
        return ""
    plain = [case for case, _ in evidence.passing if not _is_extreme(case) and case.weight]
    if len(plain) < max(2, len(evidence.failures)):
        return ""
    shown = min(evidence.failures, key=_order_of(evidence))
    if shown.case.hidden:
        return f"Right on ordinary numbers, but not in an extreme case ({shown.case.name}). "
    return f"Right on ordinary numbers; for {_arguments(evidence, shown.case)} it {_gives(evidence, shown)}. "


def _breaks_down(evidence: Evidence, failure: Failure) -> bool:
    """Return whether a case fails by nan, infinity or an arithmetic error, or is an extreme one itself."""
    error = failure.outcome.error
    if error:
        return error.kind in ARITHMETIC or "math domain" in error.text or "math range" in error.text
    return not is_ordinary(failure) or _is_extreme(failure.case)


def _is_extreme(case: Case) -> bool:
    """Return whether a case holds numbers so large or small that rounding and overflow come in."""
    for value in (*case.args, *case.kwargs.values()):
        numbers = np.asarray(value) if isinstance(value, (np.ndarray, float)) else None
        if numbers is None or numbers.dtype.kind != "f":
            continue
        size = np.abs(numbers[numbers != 0])
        if np.any(~np.isfinite(size) | (size >= EXTREME) | (size < TINY)):
            return True
    return False


def _gives(evidence: Evidence, failure: Failure) -> str:
    """Return what a function does in a case that is not ordinary; for a hidden one, without values and own names."""
    error, hidden = failure.outcome.error, failure.case.hidden
    if error:
        return "raises an error" if hidden else f"raises {error.kind}"
    _, want, have = next(iter(differing(evidence.exercise, failure)), ("", None, None))
    numbers = None if isinstance(have, (str, dict)) or have is None else numeric(have)
    if numbers is not None and np.any(np.isnan(numbers)):
        return "gives nan"
    if numbers is not None and np.any(np.isinf(numbers)) and not np.any(np.isinf(np.asarray(want, float))):
        return "gives infinity"
    return "gives a wrong value" if hidden else f"gives {show(have)}, where {show(want)} is right"


def _cause(evidence: Evidence) -> str:
    """Return what NumPy would have warned about in the failing cases, in words."""
    for failure in sorted(evidence.failures, key=_order_of(evidence)):
        for kind, line in failure.outcome.warned:
            place = f" in the line `{line}`" if line else ""
            return f"On the way {WARNINGS[kind]}{place}."
    return ""


def _extreme_id(evidence: Evidence) -> str:
    kinds = {kind for failure in evidence.failures for kind, _ in failure.outcome.warned}
    errors = {failure.outcome.error.kind for failure in evidence.failures if failure.outcome.error}
    if "overflow" in kinds or "OverflowError" in errors:
        return "overflow"
    if "divide by zero" in kinds or "ZeroDivisionError" in errors:
        return "divides_by_zero"
    return "not_finite" if any(not is_ordinary(one) for one in evidence.failures) else "extreme"


def _besides(evidence: Evidence, lead: str) -> str:
    """Return a second sentence where extreme cases fail in another way than the ordinary ones."""
    others = [one for one in evidence.failures if one not in evidence.ordinary and not one.outcome.mutated]
    if lead or not evidence.ordinary or not others or evidence.exercise.rule:
        return ""
    worst = min(others, key=_order_of(evidence))
    given = _gives(evidence, worst)
    if given.startswith("gives") and given not in ("gives nan", "gives infinity"):
        return ""  # a wrong value there mostly follows from the slip that is named already
    return f" Besides, your function {given} in one case ({worst.case.name})."


def _not_finite(evidence: Evidence) -> tuple[str, str] | None:
    if evidence.ordinary:
        return None
    for failure in evidence.telling:
        for name, want, have in differing(evidence.exercise, failure):
            found = difference(want, have, evidence.exercise.rtol)
            if found and found.kind == "finite":
                kind = "nan or infinity" if np.all(np.isfinite(want)) else "finite numbers where there are none"
                cause = _cause(evidence)
                return "not_finite", f"Your function returns {kind} for {name}.{f' {cause}' if cause else ''}"
    return None


# --- known mistakes ---


@dataclass(frozen=True)
class _Known:
    """A known mistake that fits: whether that is sure, and how many failing cases it leaves unexplained."""

    mistake: Mistake
    sure: bool
    others: int = 0


def _known_mistake(evidence: Evidence) -> _Known | None:
    """Return the first mistake that gives the same answers, and is right where the reader is.

    An index or a flag may easily agree by chance: a mistake that fails where the reader passes is not the reader's,
    and one that agrees in a few small whole numbers is only perhaps the reader's. If none explains all failing cases,
    nor all ordinary ones, one that explains more than three times as many as it leaves is named: the reader has made
    another one besides. It has to explain numbers that nobody hits by chance, and a factor, say, that is right in all
    cases says more.
    """
    beyond = any(failure.case.courtesy for failure in evidence.failures)
    # Most mistakes are told apart by the smallest cases, and each costs a call per case.
    small = sorted(evidence.ordinary or evidence.failures, key=_order_of(evidence))[:3]
    known = [
        mistake
        for mistake in evidence.exercise.mistakes
        if (beyond or not mistake.craft)
        and any(_agree(evidence, mistake, one) for one in small)
        and all(evidence.agrees(right, evidence.known(mistake.function, case)) for case, right in evidence.passing)
    ]
    for looked_at in (evidence.failures, evidence.ordinary):
        found = [mistake for mistake in known if looked_at and _explains(evidence, mistake, looked_at)]
        if found:
            alike = (
                mistake
                for mistake in found
                if all(evidence.alike(one.outcome, evidence.known(mistake.function, one.case)) for one in looked_at)
            )
            mistake = next(alike, found[0])
            return _Known(mistake, _is_sure(evidence, mistake, looked_at))
    best = None
    for mistake in known:
        agreeing = [one for one in evidence.ordinary if _agree(evidence, mistake, one)]
        others = len(evidence.ordinary) - len(agreeing)
        fitting = sum(relations.specific(one) >= 1 and _differs(evidence, one) for one in agreeing)
        if fitting > max(2, 3 * others) and (best is None or others < best.others):
            best = _Known(mistake, True, others)
    if best and relations.explains_all(evidence):
        return None
    return best


def _is_sure(evidence: Evidence, mistake: Mistake, looked_at: Sequence[Failure]) -> bool:
    """Return whether the answers say more than chance would."""
    if not any(_differs(evidence, one) for one in looked_at):
        return True  # the values are right, and the form is not: that is plain to see
    # It agrees in the cases that passed, too.
    said = sum(map(relations.specific, looked_at)) + min(0.15 * len(evidence.passing), 1.0)
    if any(one.outcome.mutated for one in looked_at) or said >= relations.SURE:
        return True
    # nan and infinity tell little by themselves; that the same operations went wrong on the way tells more.
    warned = [{kind for kind, _ in one.outcome.warned} for one in looked_at]
    known = (evidence.known(mistake.function, one.case).warned for one in looked_at)
    return any(warned) and warned == [{kind for kind, _ in each} for each in known]


def _differs(evidence: Evidence, failure: Failure) -> bool:
    return any(True for _ in differing(evidence.exercise, failure))


def _explains(evidence: Evidence, mistake: Mistake, looked_at: Sequence[Failure]) -> bool:
    # A crash of the same type is weak evidence: at least one case must agree in its values.
    return all(_agree(evidence, mistake, one) for one in looked_at) and not all(one.outcome.error for one in looked_at)


def _agree(evidence: Evidence, mistake: Mistake, failure: Failure) -> bool:
    """Return whether a known mistake does in a failing case what the reader's function does."""
    theirs, ours = failure.outcome, evidence.known(mistake.function, failure.case)
    if theirs.mutated != ours.mutated or (theirs.error is None) != (ours.error is None):
        return False
    if theirs.error and ours.error:
        return theirs.error.kind == ours.error.kind
    return failure.expected is not None and evidence.equal(failure.expected, ours, theirs)


# --- errors ---

# Kinds of error that are not Python exceptions: how the call ended.
ENDINGS = {
    "Crash": "ends the whole Python process",
    "UnreadableResult": "returns something that is neither numbers nor arrays of numbers",
}


def _of_error(evidence: Evidence, failure: Failure, finding: Kind) -> Diagnosis:
    assert failure.outcome.error is not None
    mistake = "timeout" if failure.outcome.error.kind == "Timeout" else None
    return Diagnosis(mistake, _error_message(evidence, failure), finding)


def _error_message(evidence: Evidence, failure: Failure) -> str:
    error, case = failure.outcome.error, failure.case
    assert error is not None
    where = f"\nIt happens in the line `{error.line}`." if error.line else ""
    if error.kind == "Timeout":
        loop = f"\nIt was stopped in the line `{error.line}`." if error.line else ""
        limit = error.text if error.text.startswith("stopped") else ""
        call = "in a hidden case" if case.hidden else f"for {_arguments(evidence, case)}"
        return f"Your function takes too long {call}{f' ({limit})' if limit else ''}: does its loop ever end?{loop}"
    if error.kind in ENDINGS:
        text = f": {error.text}" if error.text and not case.hidden else ""
        call = f"In a hidden case ({case.name})" if case.hidden else f"For {_arguments(evidence, case)}"
        return f"{call} your function {ENDINGS[error.kind]}{text}.{where}"
    call = f"In a hidden case ({case.name})" if case.hidden else f"For {_arguments(evidence, case)}"
    told = explain(error, evidence.arguments(case), case.hidden)
    if told.startswith("It "):  # nothing more is known about it, or may be told about a hidden case
        return f"{call} your function {told[3:]}{where}"
    return f"{call} your function raises {error.kind}.\n{told}{where}"


# --- values in a message ---


def _example(evidence: Evidence, failure: Failure) -> str:
    """Return the values of a failing case, only those that differ; only the name of a hidden case."""
    if failure.case.hidden:
        return f"\nSeen in a hidden case: {failure.case.name}."
    if failure.expected is None or not failure.outcome.outputs:
        return ""
    found = next(iter(differing(evidence.exercise, failure)), None)
    if found is None:
        return ""  # only an argument was changed, or the form differs
    name, want, have = found
    right, yours = show(want), show(have)
    # Values that differ only in a late digit look the same.
    seen = f"yours is {yours}" if yours != right else "yours looks the same in six digits"
    what = name if len(evidence.exercise.returns) > 1 and isinstance(failure.want, tuple) else "the answer"
    return f"\nFor {_arguments(evidence, failure.case)} {what} is {right}; {seen}."


def _comparison(exercise: Exercise, failure: Failure) -> Comparison | None:
    """Return the difference to be drawn; None for a hidden case."""
    if failure.case.hidden or failure.expected is None:
        return None
    for name, want, have in differing(exercise, failure):
        return compared(name, want, have, exercise.curve, exercise.rtol)
    return None


def _arguments(evidence: Evidence, case: Case) -> str:
    return arguments_shown(evidence.arguments(case))


def arguments_shown(arguments: Mapping[str, Any]) -> str:
    """Return a case's arguments for a message: small ones with their numbers, large ones by their shapes."""
    texts = []
    for name, value in arguments.items():
        if isinstance(value, np.ndarray) and value.size > MANY_NUMBERS:
            texts.append(f"{name} of the shape {value.shape}")
        else:
            texts.append(f"{name} = {show(value)}")
    return ", ".join(texts)


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
    # A student's function may return a million lists in lists, which still pass from one process to the other.
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
    if isinstance(value, Seed):
        return "a random generator"
    if isinstance(value, OnePass):
        return f"an iterator over {_shown(list(value.values), depth)}"
    if callable(value):
        return (value.__doc__ or value.__name__).strip().split("\n")[0].rstrip(".")
    return repr(value[:MAX_SHOWN] if isinstance(value, str) else value)


def _few(values: Sequence[Any], text: Callable[[Any], str]) -> list[str]:
    """Return the texts of all values; of the first and last two if there are many, as NumPy prints arrays."""
    if len(values) <= 30:
        return list(map(text, values))
    return [*map(text, values[:2]), "...", *map(text, values[-2:])]
