"""How verdicts, hints and progress look: HTML in Jupyter, plain text everywhere else.

Beside the words an answer is shown next to the right one, as small tables, or one curve over the other. These must work
where verdicts are read: in JupyterLab, which strips `<svg>`, `<style>` and `aria-label` from outputs that it does not
trust, on either background, and on feedback pages without scripts. So tables carry their style in each cell, and curves
are pictures in `<img src="data:...">`, in colours that show on both backgrounds.
"""

from __future__ import annotations

import base64
import itertools
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ..checking.exercise import Comparison, Verdict

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
            lines += as_text(self.comparison).split("\n")
        lines += self.below
        if self.printed.strip():
            lines.append(f"Your function prints: {self.printed.strip().splitlines()[0]}")
        return "\n".join([f"{sign} {self.title}", *(f"  {line}" for line in lines)])

    def _repr_html_(self) -> str:
        sign, _, colour = LOOKS[self.look]
        body = "".join(f"<div>{code(line)}</div>" for line in self.lines)
        if self.comparison:
            body += as_html(self.comparison)
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


# Okabe and Ito's colours again: vermilion is the reader's, blue is right. The grey is legible on white and on black.
YOURS, RIGHT, GREY = "#d55e00", "#0072b2", "#808080"
# As text: the longest line, and how many rows are shown around the place where two curves part.
TERMINAL, ROWS = 100, 6
WIDTH, HEIGHT, TOP, BOTTOM = 360, 180, 24, 160
# A curve with more points than this is drawn as a line without dots.
POINTS = 30
# A curve that leaves the right one's range by more than this many times its height is cut off.
ROOM = 2
# For screen readers only.
UNSEEN = "display: inline-block; width: 1px; height: 1px; overflow: hidden; white-space: nowrap"


def _number(value: Any, digits: int = 4) -> str:
    if isinstance(value, (str, int)):
        return str(value)
    if 1e4 <= abs(value) < 1e6:
        digits = max(digits, 6)  # 12345 rather than 1.234e+04
    value += 0.0  # makes 0 of -0
    return repr(value) if digits == 17 else f"{value:.{digits}g}"


def _pair(one: Any, other: Any) -> tuple[str, str]:
    """Return two numbers with as many digits as it takes to see that they differ.

    Example:
        >>> _pair(1 / 3, 2 / 3), _pair(1.0, 1.0000002)
        (('0.3333', '0.6667'), ('1', '1.0000002'))
    """
    # Two rounded numbers can differ by chance, as 1 and 1.001 do for 1.00049 and 1.00051: so they must differ twice.
    digits = 4
    while one != other and digits < 17 and any(_number(one, n) == _number(other, n) for n in (digits - 1, digits)):
        digits += 1
    return _number(one, digits), _number(other, digits)


Cell = tuple[str, bool]


def _cells(want: list[list[Any]], have: list[list[Any]]) -> tuple[list[list[Cell]], list[list[Cell]]]:
    """Return the texts of both tables, yours first, each with whether it differs; if the shapes differ, none does."""
    if [len(row) for row in want] != [len(row) for row in have]:
        yours, right = ([[(_number(x), False) for x in row] for row in table] for table in (have, want))
        return yours, right
    both = [[(_pair(h, w), h != w) for h, w in zip(*rows, strict=True)] for rows in zip(have, want, strict=True)]
    yours, right = ([[(pair[side], differs) for pair, differs in row] for row in both] for side in (0, 1))
    return yours, right


def as_html(comparison: Comparison) -> str:
    """Return the drawing as HTML: two tables side by side, or a picture for each column of the curve that differs.

    Example:
        >>> as_html(Comparison("w", "table", [[1.0, 2.0]], [[1.0, 3.0]])).count("differs")
        1
    """
    if comparison.look == "table":
        sides = zip(("yours", "right"), _cells(comparison.want, comparison.have), strict=True)
        body = "".join(_table(side, comparison.what, rows) for side, rows in sides)
    else:
        body = "".join(_figure(*column) for column in _columns(comparison))
    return f'<div style="display: flex; flex-wrap: wrap; gap: 0.5em 2em">{body}</div>'


def _table(side: str, what: str, rows: list[list[Cell]]) -> str:
    def cell(text: str, differs: bool) -> str:
        marked = differs and side == "yours"
        said = f'<span style="{UNSEEN}"> differs</span>' if marked else ""
        inner = f"<strong>{escape(text)}</strong>{said}" if differs else escape(text)
        edge = f"border: 2px solid {YOURS if marked else 'transparent'}; padding: 0.1em 0.3em"
        return f'<td style="{edge}; text-align: right; white-space: nowrap">{inner}</td>'

    body = "".join(f"<tr>{''.join(cell(*one) for one in row)}</tr>" for row in rows if row)
    return (
        '<div style="max-width: 100%; overflow-x: auto"><table style="margin: 0; border-collapse: separate; '
        'border-spacing: 2px"><caption style="caption-side: top; text-align: left; white-space: nowrap">'
        f"{side}: {escape(what)}</caption>{body or '<tr><td>(empty)</td></tr>'}</table></div>"
    )


def _columns(comparison: Comparison) -> Iterable[tuple[str, list[Any], list[Any]]]:
    """Yield each curve's name, the right values and the reader's; of several columns, only those that differ."""
    want, have = comparison.want, comparison.have
    if not isinstance((want or have)[0], list):
        yield comparison.what, want, have
        return
    for column in range(len((want or have)[0])):
        wanted, had = [row[column] for row in want], [row[column] for row in have]
        if wanted != had:
            yield f"{comparison.what}, column {column}", wanted, had


def _gist(want: list[Any], have: list[Any]) -> str:
    """Return in words how two curves differ.

    Example:
        >>> _gist([1.0, 2.0, 3.0], [1.0, 2.5])
        'yours has 2 entries, the right one 3; they part at entry 1: yours 2.5, right 2'
    """
    said = [f"yours has {len(have)} entries, the right one {len(want)}"] if len(want) != len(have) else []
    first = _parting(want, have)
    if first is not None:
        yours, right = _pair(have[first], want[first])
        said.append(f"they part at entry {first}: yours {yours}, right {right}")
    elif have and want:
        said.append("they agree as far as both go")
    return "; ".join(said)


def _parting(want: list[Any], have: list[Any]) -> int | None:
    return next((k for k, (w, h) in enumerate(zip(want, have, strict=False)) if w != h), None)


def _figure(name: str, want: list[Any], have: list[Any]) -> str:
    picture, cut = _picture([float(value) for value in want], [float(value) for value in have])
    data = base64.b64encode(picture.encode()).decode()
    gist = _gist(want, have) + (f"; the picture cuts yours off ({cut})" if cut else "")
    return (
        f'<div style="max-width: 100%; width: {WIDTH}px"><div>{escape(name)}</div>'
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(name)}, yours and the right curve: {escape(gist)}" '
        f'style="max-width: 100%"><div>{escape(gist[:1].upper() + gist[1:])}.</div></div>'
    )


def _picture(want: list[float], have: list[float]) -> tuple[str, str]:
    """Return an SVG picture of two curves, and how far the reader's goes beyond it, if it does."""
    low, high, cut = _range(want, have)
    labels = _ticks(low, high, 5)
    left = max(36.0, 14 + 6.2 * max(len(label) for _, label in labels))
    last = max(len(want), len(have)) - 1

    def across(k: float) -> float:
        return left + 8 + k / max(last, 1) * (WIDTH - left - 18)

    def down(y: float) -> float:
        # Within what can be drawn even if a value is 1e300; the clip does the rest.
        return BOTTOM - 6 - min(max((y - low) / (high - low), -9), 9) * (BOTTOM - TOP - 12)

    def text(x: float, y: float, words: str, anchor: str = "start") -> str:
        return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'

    def curve(values: list[float], colour: str, thick: float, radius: float) -> str:
        line, dots, pen = "", "", "M"
        for k, y in enumerate(values):
            if not math.isfinite(y):
                pen = "M"
                continue
            # A line of length zero still shows its round ends: a number between two nan is not lost.
            line += f"{pen}{across(k):.1f},{down(y):.1f}" + ("h0" if pen == "M" else "")
            dots += f'<circle cx="{across(k):.1f}" cy="{down(y):.1f}" r="{radius}"/>' if len(values) <= POINTS else ""
            pen = "L"
        stroke = f'stroke="{colour}" stroke-width="{thick}" stroke-linejoin="round" stroke-linecap="round"'
        return f'<path d="{line}" fill="none" {stroke}/><g fill="{colour}">{dots}</g>'

    steps = [(at, label) for at, label in _ticks(0, max(last, 1), 6) if at == int(at)]
    axes = f"M{left:.1f},{TOP}V{BOTTOM}H{WIDTH - 4}"
    axes += "".join(f"M{left - 4:.1f},{down(at):.1f}h4" for at, _ in labels)
    axes += "".join(f"M{across(at):.1f},{BOTTOM}v4" for at, _ in steps)
    numbers = "".join(text(left - 6, down(at) + 4, label, "end") for at, label in labels)
    numbers += text(left - 6, BOTTOM + 16, "entry", "end")
    numbers += "".join(text(across(at), BOTTOM + 16, label, "middle") for at, label in steps)
    legend = f'<path d="M{left:.1f},9h18" stroke="{YOURS}" stroke-width="1.8"/>' + text(left + 23, 13, "yours")
    legend += f'<path d="M{left + 65:.1f},9h18" stroke="{RIGHT}" stroke-width="4"/>' + text(left + 88, 13, "right")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<clipPath id="plot"><path d="M{left:.1f},{TOP}H{WIDTH}V{BOTTOM}H{left:.1f}z"/></clipPath>'
        f'<path d="{axes}" stroke="{GREY}" fill="none"/>'
        f'<g clip-path="url(#plot)">{curve(want, RIGHT, 4, 4.5)}{curve(have, YOURS, 1.8, 2.4)}</g>'
        f'<g fill="{GREY}" font-family="sans-serif" font-size="11">{numbers}{legend}'
        f"{text(WIDTH - 4, 13, cut, 'end')}</g></svg>"
    ), cut


def _range(want: list[float], have: list[float]) -> tuple[float, float, str]:
    """Return the lowest and highest value to draw, and how far the reader's curve goes beyond them, in words."""
    right, yours = ([min(max(y, -1e300), 1e300) for y in side if math.isfinite(y)] for side in (want, have))
    fixed = right or yours or [0.0]
    low, high = min(fixed), max(fixed)
    room = ROOM * (high - low or abs(high) or 1.0)
    bottom, top = (min([low, *yours]), max([high, *yours]))
    cut = [f"↑ to {top:.2g}"] if top > high + room else []
    cut += [f"↓ to {bottom:.2g}"] if bottom < low - room else []
    bottom, top = max(bottom, low - room), min(top, high + room)
    size = max(abs(bottom), abs(top))
    if top - bottom < max(1e-12 * size, 1e-290):  # nearly equal ends have no scale
        half = size / 2 if size > 1e-280 else 1.0
        bottom, top = bottom - half, top + half
    return bottom, top, ", ".join(cut)


def _ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Return about `most` round numbers between two, with their labels.

    Example:
        >>> _ticks(0, 1, 4)
        [(0.0, '0'), (0.5, '0.5'), (1.0, '1')]
    """
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough * 0.999)
    places = [step * k for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    largest = max(abs(low), abs(high))
    digits = max(6, math.ceil(math.log10(largest / step)) + 1)
    return [(at, f"{at:.{digits}g}") for at in places]


def as_text(comparison: Comparison) -> str:
    """Return the drawing for a terminal: yours beside the right one, and `*` after what differs.

    Example:
        >>> print(as_text(Comparison("w", "table", [[1.0, 2.0]], [[1.0, 3.0]])))
        yours: w    right: w
        1  3*       1  2
    """
    if comparison.look == "table":
        yours, right = _cells(comparison.want, comparison.have)
        left = [f"yours: {comparison.what}", *_lines(yours)]
        beside = [f"right: {comparison.what}", *_lines([[(text, False) for text, _ in row] for row in right])]
        width = max(map(len, left)) + 4
        if width + max(map(len, beside)) > TERMINAL:
            return "\n".join([*left, *beside])
        lines = (one.ljust(width) + other for one, other in itertools.zip_longest(left, beside, fillvalue=""))
        return "\n".join(map(str.rstrip, lines))
    told = []
    for name, want, have in _columns(comparison):
        first = _parting(want, have)
        start = max((min(len(want), len(have)) if first is None else first) - 2, 0)
        rows = [[("entry", False), ("yours", False), ("right", False)]]
        pairs = itertools.zip_longest(have, want, fillvalue="")
        for k, (had, wanted) in itertools.islice(enumerate(pairs), start, start + ROWS):
            yours_text, right_text = _pair(had, wanted)
            rows.append([(str(k), False), (yours_text, had != wanted), (right_text, False)])
        told += [f"{name}: {_gist(want, have)}.", *_lines(rows)]
    return "\n".join(told)


def _lines(rows: list[list[Cell]]) -> list[str]:
    """Return the rows with their columns aligned, or `(empty)`."""
    texts = [[text + ("*" if differs else " ") for text, differs in row] for row in rows if row]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return [" ".join(map(str.rjust, row, widths)).rstrip() for row in texts] or ["(empty)"]
