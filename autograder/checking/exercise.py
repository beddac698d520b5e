"""What an exercise is: the data that an author writes, and what a check says about an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from ..course import current
from ..worker.wire import OnePass, Seed

Status = Literal["passed", "failed", "error", "not_attempted"]
Kind = Literal["", "value", "robustness"]


@dataclass(frozen=True, eq=False)
class Case:
    """One call of the reader's function.

    Args:
        name: what the case tries, in a few words; shown for hidden cases too, so it gives no value away.
        args: positional arguments; a `Seed` stands for a random generator, a `OnePass` for an iterator.
        kwargs: keyword arguments.
        hidden: never show its values.
        weight: its share of the exercise's points; 0 for a case where some blank answer happens to be right.
        times: how often to call in a row with the same arguments (and the same generator, which moves on).
        courtesy: whether the case asks for more than the page does, such as indices of one byte: an answer that fails
            it passes all the same, with a remark.
        raises: the name of the exception that the task asks for here; an empty text if it asks for none.
        frozen: whether the arrays among the arguments are read-only: a function that changes and restores one fails.
        once: whether a rule needs no second, equal run here: another case shows whether only the generator is used.
        timed: whether a function that passes all other cases is timed on it (`Exercise.speed`).
    """

    name: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool = False
    weight: float = 1.0
    times: int = 1
    courtesy: bool = False
    raises: str = ""
    frozen: bool = False
    once: bool = False
    timed: bool = False


@dataclass(frozen=True)
class CallError:
    """The exception that ended a call: its type's name, its text, and the reader's line that raised it, if known."""

    kind: str
    text: str
    line: str = ""


@dataclass(frozen=True, eq=False)
class Outcome:
    """The outcome of a case: plain data only.

    Args:
        outputs: one value per call.
        error: why there are fewer outputs than calls, or None.
        mutated: names of the arguments that the function changed.
        calls: for each call of a function among the arguments, in order: its arguments, and what it returned.
        warned: what NumPy would have warned about: the kind, say `overflow`, and the function's line.
        printed: whether the function printed something.
        seconds: processor time of all calls together.
    """

    outputs: tuple[Any, ...] = ()
    error: CallError | None = None
    mutated: tuple[str, ...] = ()
    calls: tuple[tuple[tuple[Any, ...], Any], ...] = ()
    warned: tuple[tuple[str, str], ...] = ()
    printed: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class Problem:
    """What a rule found: the mistake's id, and a sentence for the reader. One of `craft` costs no points."""

    mistake: str
    sentence: str
    craft: bool = False


Rule = Callable[[Mapping[str, Any], Sequence[Outcome]], Problem | None]
"""Checks a random exercise by its properties: from a case's arguments by name and the outcomes of two equal runs.

A rule may have an attribute `second_runs`: a function that takes a case's arguments and returns what the second run
changes in them (keyword arguments by name). There may be several such changes: the next one is tried if the rule finds
`ignores_rng`, since an answer may draw in another order than most.
"""


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong answer that people really give, and the sentence that names it. A rule's problems name themselves.

    With `craft`, the answer is right but not in good form: it must pass, and the sentence is its remark.
    """

    id: str
    function: Callable[..., Any]
    sentence: str = ""
    craft: bool = False


@dataclass(frozen=True, eq=False)
class Exercise:
    """All that the course knows about one exercise.

    Args:
        reference: the function in `solutions` that the reader has to write.
        number: its number on the page, say `1.3`.
        title: what it is called on the page.
        points: marks for passing.
        minutes: how long a reader needs.
        difficulty: 1 to 3.
        cases: the fixed cases.
        random_cases: further cases from a generator, new for each seed.
        returns: names of the values that the function returns, for messages.
        hints: three, each saying more (a homework copy has none).
        right: other right answers, which must pass.
        mistakes: known wrong answers, which must fail and be named; the first that fits is named.
        rule: checks properties of the answer instead of comparing it with the reference.
        rtol: how far a float64 may be off, as a fraction.
        strict: words of `compare.form` that are more than a remark here, since what follows cannot use such an answer:
            `floats` where the whole numbers are row numbers, say.
        curve: whether the array returned is a path or a curve, which a message draws as such.
        equivalent: mutants of the reference that no check can catch, each with the reason.
        slow: one of the course's callbacks, which does the same work in a Python loop over the examples, if the
            exercise asks for work on whole arrays.
        speed: draws a case of many examples from a generator, new for each seed and always hidden. A function that
            passes all other cases is timed on it against `slow`: if it is not fast enough, this case fails with the
            mistake `not_vectorised`.
        times_as_fast: how many times as fast as `slow` the function has to be.
        stored: in a homework copy, the public cases with their answers; the reference is then a stub.
    """

    reference: Callable[..., Any]
    number: str
    title: str
    points: float
    minutes: int
    difficulty: int
    cases: Sequence[Case]
    hints: tuple[str, ...]
    right: Sequence[Callable[..., Any]]
    mistakes: Sequence[Mistake]
    returns: tuple[str, ...] = ("the result",)
    random_cases: Callable[[np.random.Generator], Iterable[Case]] | None = None
    rule: Rule | None = None
    rtol: float = 1e-9
    strict: tuple[str, ...] = ()
    curve: bool = False
    equivalent: Mapping[str, str] = field(default_factory=dict)
    slow: Callable[..., Any] | None = None
    speed: Callable[[np.random.Generator], Case] | None = None
    times_as_fast: float = 5.0
    stored: Sequence[tuple[Case, Outcome | None]] | None = None

    def __post_init__(self) -> None:
        if self.stored is None and (self.slow is None) != (self.speed is None):
            raise ValueError(f"{self.reference.__name__}: `slow` and `speed` go together")

    @property
    def chapter(self) -> str:
        """The chapter's name, say `gradient_descent`."""
        return current().chapter_of(self.reference.__module__.rpartition(".")[2])

    @property
    def name(self) -> str:
        """The function's name."""
        return self.reference.__name__

    @property
    def id(self) -> str:
        """Chapter and name, say `gradient_descent.squared_error`."""
        return f"{self.chapter}.{self.name}"

    def all_cases(self, seed: int) -> list[Case]:
        """Return the fixed cases, the random ones that `seed` gives, and the one for speed, if any."""
        cases = [*self.cases, *(self.random_cases(np.random.default_rng(seed)) if self.random_cases else ())]
        if self.speed:
            cases.append(replace(self.speed(np.random.default_rng(seed)), hidden=True, timed=True))
        return cases


@dataclass(frozen=True)
class CaseResult:
    """The verdict on one case."""

    name: str
    passed: bool
    hidden: bool
    weight: float


@dataclass(frozen=True)
class Remark:
    """What is not in good form in a right answer, or what could be better: it costs nothing.

    Args:
        id: a known mistake's id, or one of `compare.form`, or `warns`.
        text: one or two sentences for the reader.
    """

    id: str
    text: str


@dataclass(frozen=True)
class Comparison:
    """A reader's answer beside the right one, for a small table or plot. Never of a hidden case.

    Args:
        what: which of the returned values it is.
        look: `table` or `curve`.
        want: the right numbers, in nested lists; nan and infinities as texts.
        have: the reader's.
    """

    what: str
    look: Literal["table", "curve"]
    want: list[Any]
    have: list[Any]


@dataclass(frozen=True)
class Verdict:
    """What a check says.

    Args:
        exercise: id of the exercise.
        status: `passed`, `failed`, `error` (every failing case raised) or `not_attempted`.
        points: points earned: the share of the cases passed, of which the hidden ones decide.
        max_points: points of the exercise.
        mistake: id of the recognised mistake, or None.
        message: one or two lines for the reader. Never holds a hidden case's values.
        cases: one result per case.
        finding: `value` where numbers are wrong, `robustness` where they are right but for extreme cases.
        remarks: what is not in good form in an answer that passes.
        comparison: the difference to draw.
    """

    exercise: str
    status: Status
    points: float
    max_points: float
    mistake: str | None
    message: str
    cases: tuple[CaseResult, ...] = ()
    finding: Kind = ""
    remarks: tuple[Remark, ...] = ()
    comparison: Comparison | None = None

    @property
    def passed(self) -> bool:
        """Whether every case passed."""
        return self.status == "passed"

    @property
    def public_only(self) -> bool:
        """Whether all public cases pass but hardly any hidden one, as if the public ones had been learnt by heart."""
        hidden = [case for case in self.cases if case.hidden]
        passed = sum(case.weight for case in hidden if case.passed)
        known = all(case.passed for case in self.cases if not case.hidden)
        return known and 4 * passed < sum(case.weight for case in hidden)

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data, for JSON."""
        # By hand, since dataclasses.asdict copies everything, and a class has thousands of these.
        return vars(self) | {
            "cases": tuple(dict(vars(case)) for case in self.cases),
            "remarks": [dict(vars(remark)) for remark in self.remarks],
            "comparison": dict(vars(self.comparison)) if self.comparison else None,
        }

    @classmethod
    def from_dict(cls, plain: dict[str, Any]) -> Verdict:
        """Return the verdict that `to_dict` gave."""
        comparison = plain["comparison"]
        nested = {
            "cases": tuple(CaseResult(**case) for case in plain["cases"]),
            "remarks": tuple(Remark(**remark) for remark in plain["remarks"]),
            "comparison": Comparison(**comparison) if comparison else None,
        }
        return cls(**{**plain, **nested})


__all__ = [
    "CallError",
    "Case",
    "CaseResult",
    "Comparison",
    "Exercise",
    "Mistake",
    "OnePass",
    "Outcome",
    "Problem",
    "Remark",
    "Rule",
    "Seed",
    "Verdict",
]
