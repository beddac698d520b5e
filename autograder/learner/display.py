"""How verdicts, hints and progress look: HTML in Jupyter, plain text everywhere else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ..checking.exercise import Comparison, Verdict
from . import drawing

# Okabe and Ito's colours, which colour-blind readers can tell apart; the sign before each title says the same.
LOOKS = {
    "passed": ("✓", "passed", "#009e73"),
    "failed": ("✗", "not right yet", "#d55e00"),
    "error": ("!", "raises an error", "#d55e00"),
    "not_attempted": ("○", "not attempted", "#999999"),
    "hint": ("?", "hint", "#0072b2"),
}
NAMED_CASES = 5


@dataclass(frozen=True)
class Box:
    """A message that Jupyter shows as a box with a coloured edge, and a terminal as a few lines.

    Args:
        look: a key of `LOOKS`.
        title: the first line.
        lines: those below it.
        comparison: a difference to draw below the lines.
        below: lines below the drawing.
        printed: what the function printed: in Jupyter it is folded, in a terminal only its first line is shown.
    """

    look: str
    title: str
    lines: tuple[str, ...]
    comparison: Comparison | None = None
    below: tuple[str, ...] = ()
    printed: str = ""

    def __repr__(self) -> str:
        sign = LOOKS[self.look][0]
        lines = [*self.lines]
        if self.comparison:
            lines += drawing.as_text(self.comparison).split("\n")
        lines += self.below
        if self.printed.strip():
            lines.append(f"Your function prints: {self.printed.strip().splitlines()[0]}")
        return "\n".join([f"{sign} {self.title}", *(f"  {line}" for line in lines)])

    def _repr_html_(self) -> str:
        sign, _, colour = LOOKS[self.look]
        body = "".join(f"<div>{code(line)}</div>" for line in self.lines)
        if self.comparison:
            body += drawing.as_html(self.comparison)
        body += "".join(f"<div>{code(line)}</div>" for line in self.below)
        if self.printed.strip():
            body += (
                "<details><summary>What your function printed</summary>"
                f'<pre style="margin: 0.2em 0">{escape(self.printed.rstrip())}</pre></details>'
            )
        return (
            f'<div class="fts-verdict" data-status="{self.look}" style="border-left: 4px solid {colour}; '
            f'padding: 0.2em 0.8em; margin: 0.2em 0">'
            f'<div><strong style="color: {colour}">{sign}</strong> <strong>{code(self.title)}</strong></div>'
            f"{body}</div>"
        )


def code(line: str) -> str:
    """Return a line of text as HTML, with `code` in backticks set as code.

    Example:
        >>> code("`x < 1` fails")
        '<code>x &lt; 1</code> fails'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(line))


def verdict_title(verdict: Verdict) -> str:
    """Return the exercise, the verdict in words and the points, in one line."""
    points = f", {verdict.points:g} of {verdict.max_points:g} points" if verdict.status != "not_attempted" else ""
    words = LOOKS[verdict.status][1]
    if verdict.mistake == "timeout":
        words = "takes too long"
    if verdict.finding == "robustness":
        words = "right on ordinary numbers only"
    if verdict.remarks:
        words += f", {remarks_counted(len(verdict.remarks))}"
    return f"{verdict.exercise.rpartition('.')[2]}: {words}{points}"


def remark_lines(verdict: Verdict) -> list[str]:
    """Return a line for each remark on a right answer."""
    return [f"Remark: {remark.text}" for remark in verdict.remarks]


def remarks_counted(number: int) -> str:
    """Return a number of remarks in words.

    Example:
        >>> remarks_counted(1), remarks_counted(2)
        ('one remark', '2 remarks')
    """
    return "one remark" if number == 1 else f"{number} remarks"


def verdict_lines(verdict: Verdict) -> list[str]:
    """Return what a verdict says below its title: message, remarks, and the cases that fail, hidden ones by name."""
    return [*_said(verdict), *_cases(verdict)]


def _said(verdict: Verdict) -> list[str]:
    return [*verdict.message.split("\n"), *remark_lines(verdict)]


def _cases(verdict: Verdict) -> list[str]:
    failing = [case.name + (" (hidden)" if case.hidden else "") for case in verdict.cases if not case.passed]
    if not failing:
        return []
    if len(failing) == len(verdict.cases):
        return [f"None of {len(failing)} cases passed."]
    more = len(failing) - NAMED_CASES
    names = [*failing[:NAMED_CASES], f"and {more} more"] if more > 1 else failing
    passing = len(verdict.cases) - len(failing)
    return [f"{passing} of {len(verdict.cases)} cases passed. Not: {'; '.join(names)}."]


def verdict_box(verdict: Verdict, notes: Sequence[str] = (), printed: str = "") -> Box:
    """Return the box of a verdict; `notes` are further lines at its end, `printed` is what the function printed."""
    below = (*_cases(verdict), *notes)
    return Box(verdict.status, verdict_title(verdict), tuple(_said(verdict)), verdict.comparison, below, printed)


@dataclass(frozen=True)
class Table:
    """A small table with a line of text below it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str

    def __repr__(self) -> str:
        widths = [max(len(row[i]) for row in (self.columns, *self.rows)) for i in range(len(self.columns))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in (self.columns, *self.rows)]  # noqa: B905
        return "\n".join([*(line.rstrip() for line in lines), self.caption])

    def _repr_html_(self) -> str:
        def row(cells: Sequence[str], tag: str) -> str:
            return (
                "<tr>" + "".join(f'<{tag} style="text-align: left">{escape(cell)}</{tag}>' for cell in cells) + "</tr>"
            )

        body = "".join(row(cells, "td") for cells in self.rows)
        return f"<table>{row(self.columns, 'th')}{body}</table><div>{code(self.caption)}</div>"


def show(thing: Any) -> None:
    """Show something with a `_repr_html_` in the cell, or print it where there is no notebook."""
    try:
        from IPython.display import display  # only a reader's session needs it, and it is slow to import
    except ModuleNotFoundError:
        print(thing)
    else:
        display(thing)
