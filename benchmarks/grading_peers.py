"""Grading a class, beside nbgrader and otter-grader: the same six functions, the same thirty tests, two cores each.

Each peer first shows in which of its modes it is fastest. Then all grade a class in turn, and all have to give the
marks that were earned. A class of a few students is graded as well each time: the difference of the two times has no
start of a program in it. The whole command, start and all, has rows of its own.
"""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import isolation

from . import harness
from .harness import Row
from .peers import environments, forms
from .peers.assignment import POINTS, TASKS, require_marks
from .peers.sides import PROCESSES, Nbgrader, Otter, Ours, Side

ROUNDS, CLASS, LARGE_CLASS, TRIAL = 3, 20, 100, 14
# nbgrader in two processes now and then ends with an error, and goes through when it is started again.
TRIES = 3
# So long should we be at work in a round, to be measured well.
OUR_SECONDS, OUR_MOST = 5.0, 1280
AIMS = {"nbgrader": 60, "otter": 100}
WHAT = f"{len(TASKS)} functions, {POINTS} tests"


class TooBusy(RuntimeError):
    """The times of a class say nothing: other work on the machine outweighs it."""


@dataclass(frozen=True)
class Taken:
    """What a class, or a submission, took: seconds by the clock, and of the processors."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Turn:
    """A side's turn: what its class took, and the smallest one that starts all its programs.

    Args:
        students: size of the class.
        least: size of the small one.
        whole: what the class took.
        start: what the small one took.
    """

    students: int
    least: int
    whole: Taken
    start: Taken

    @property
    def each(self) -> Taken:
        """What a submission took, without the start of the program.

        Raises:
            TooBusy: the whole class took no longer than the small one.
        """
        more = self.students - self.least
        taken, start = self.whole, self.start
        if taken.wall <= start.wall:
            raise TooBusy(f"{self.students} submissions took no longer than {self.least}: run this on an idle machine")
        return Taken((taken.wall - start.wall) / more, (taken.processor - start.processor) / more)

    def seconds(self, students: int) -> float:
        """Return what a class of another size takes, start included."""
        return self.start.wall + (students - self.least) * self.each.wall


def rows() -> Iterator[Row]:
    """Yield three rows a peer: submissions a second without the start, and the whole command for two classes."""
    with tempfile.TemporaryDirectory(prefix="grading-") as name, two_cores() as cores:
        folder = Path(name)
        fastest: dict[str, Side] = {}
        for peer in AIMS:
            try:
                fastest[peer] = _fastest(_modes(peer, folder / peer), folder)
            except (environments.Unavailable, TooBusy) as error:
                yield _not_measured(peer, error)
        try:
            yield from _compare(fastest, folder, cores) if fastest else ()
        except TooBusy as error:
            yield from (_not_measured(peer, error) for peer in fastest)


def _not_measured(peer: str, why: Exception) -> Row:
    return Row(f"grading, {WHAT}", peer, unit="submissions/s", at_least=AIMS[peer], note=str(why))


def _compare(fastest: dict[str, Side], folder: Path, cores: int) -> Iterator[Row]:
    ours = Ours()
    students = _enough(ours, folder)
    names = ["ours", *fastest]
    turns: dict[str, list[Turn]] = {name: [] for name in names}
    small: list[float] = []
    large: list[float] = []
    for i in range(ROUNDS):
        for name in itertools.islice(itertools.cycle(names), i, i + len(names)):
            if name == "ours":
                turns[name].append(turn(ours, students, folder))
                small.append(grade(ours, CLASS, folder).wall)
                large.append(grade(ours, LARGE_CLASS, folder).wall)
            else:
                turns[name].append(turn(fastest[name], CLASS, folder))
    for peer, side in fastest.items():
        label = f"{peer} {environments.version(peer)}, {side.name}:"
        mine, theirs = turns["ours"], turns[peer]
        processor = 1000 * statistics.median(one.each.processor for one in theirs)
        yield harness.compare(
            f"grading, {WHAT}: {students} submissions, starts of programs left out",
            label,
            [1 / one.each.wall for one in mine],
            [1 / one.each.wall for one in theirs],
            unit="submissions/s",
            at_least=AIMS[peer],
            note=f"{cores} cores, ours on rung {isolation.reached().rung}; "
            f"processor time of {peer}: {harness.number(processor)} ms a submission",
        )
        yield _whole(CLASS, label, small, [one.whole.wall for one in theirs])
        note = f"{peer}: reckoned from its start and its seconds a submission"
        yield _whole(LARGE_CLASS, label, large, [one.seconds(LARGE_CLASS) for one in theirs], note)


def _whole(students: int, label: str, ours: Sequence[float], theirs: Sequence[float], note: str = "") -> Row:
    name = f"grading, {WHAT}: the whole command, {students} submissions"
    rates = [[students / seconds for seconds in side] for side in (ours, theirs)]
    return harness.compare(name, label, *rates, unit="submissions/s", note=note)


def _enough(side: Side, folder: Path) -> int:
    """Return the size of a class that keeps a side at work for long enough; on the way, caches are filled."""
    students, start = 2 * side.least, grade(side, side.least, folder).wall
    while students < OUR_MOST and grade(side, students, folder).wall - start < OUR_SECONDS:
        students = min(2 * students, OUR_MOST)
    return students


def _modes(peer: str, prepared: Path) -> list[Side]:
    """Return a peer in all modes that are worth a try."""
    environment = environments.environment(peer)
    if peer == "nbgrader":
        return [Nbgrader(environment, prepared, *mode) for mode in itertools.product(forms.LAYOUTS, (1, PROCESSES))]
    return [Otter(environment, prepared, *mode) for mode in itertools.product(("api", "direct"), (1, PROCESSES))]


def _fastest(sides: Sequence[Side], folder: Path) -> Side:
    """Return the side that takes the least for a submission; all get a class first, to fill caches."""
    grade(sides[0], PROCESSES, folder)
    return min(sides, key=lambda side: turn(side, TRIAL, folder).each.wall)


def turn(side: Side, students: int, folder: Path) -> Turn:
    """Return what a side takes for a class, and for the smallest one that starts all its programs."""
    return Turn(students, side.least, grade(side, students, folder), grade(side, side.least, folder))


def grade(side: Side, students: int, folder: Path) -> Taken:
    """Return what a side takes to grade a class, from the start of its commands to their end.

    Raises:
        RuntimeError: a command failed, or the marks are wrong: then the time says nothing.
    """
    for _ in range(TRIES):
        with tempfile.TemporaryDirectory(dir=folder, prefix="class-") as name:
            commands = side.commands(Path(name), students)
            before, start = harness.children_seconds(), time.perf_counter()
            running = [command.start() for command in commands]
            codes = [process.wait() for process in running]
            taken = Taken(time.perf_counter() - start, harness.children_seconds() - before)
            if not any(codes):
                require_marks(side.marks(Path(name)), students, side.name)
                return taken
            commands[codes.index(next(filter(None, codes)))].run()  # once more, to hear why, if it fails again
    raise RuntimeError(f"{side.name} failed {TRIES} times, and then each time did not")


@contextmanager
def two_cores() -> Iterator[int]:
    """Let all commands run on two cores, where the system can be told so; yield how many there are for them."""
    if not hasattr(os, "sched_setaffinity"):
        yield os.cpu_count() or 1
        return
    before = os.sched_getaffinity(0)
    chosen = set(sorted(before)[:PROCESSES])
    os.sched_setaffinity(0, chosen)
    try:
        yield len(chosen)
    finally:
        os.sched_setaffinity(0, before)
