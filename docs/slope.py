"""Draw docs/slope.svg, the picture that opens the README: `python docs/slope.py`.

The function in the picture is run exactly as printed there: the ball follows the path that it returns, and the verdicts
are those that `evaluate` gives it.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from autograder import evaluate

PICTURE = Path(__file__).with_suffix(".svg")
SOURCE = """\
def gradient_descent(grad, theta0,
                     learning_rate, steps, tol=0.0):
    path = [theta0 * 1.0]
    for _ in range(steps):
        slope = grad(path[-1])
        if np.linalg.norm(slope) < tol:
            break
        path.append(path[-1] {sign} learning_rate * slope)
    return np.stack(path)
"""
# Seconds: the whole film, when the sign is corrected, from there to the first step, and from one step to the next.
FILM, CORRECTED, PAUSE, STEP = 15.0, 7.0, 1.0, 0.45
WIDE, HIGH = 58, 76  # pixels, one unit of theta and of the loss

# Okabe and Ito's colours, as in the course. The card brings its own background, so any page may surround it.
# Without animation the picture is its own last frame.
STYLE = f"""
svg {{ --card: #ffffff; --cell: #f5f5f5; --edge: #d0d7de; --text: #1f2328; --keyword: #00701a; --curve: #0072b2;
  --wrong: #d55e00; --right: #00875f; }}
@media (prefers-color-scheme: dark) {{
  svg {{ --card: #14181f; --cell: #1f252e; --edge: #3d444d; --text: #e6edf3; --keyword: #7ee787; --curve: #56b4e9;
    --wrong: #f0883e; --right: #2fbf8f; }}
}}
text {{ fill: var(--text); font: 14px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }}
.code {{ font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }}
.keyword, .title {{ font-weight: bold; }}
.keyword {{ fill: var(--keyword); }}
.curve {{ fill: none; stroke: var(--curve); stroke-width: 3; }}
.slope {{ stroke: var(--text); stroke-width: 2; opacity: 0; animation: at {FILM}s steps(1) infinite; }}
.then {{ animation: then {FILM}s steps(1) infinite; }}
.wrong {{ fill: var(--wrong); opacity: 0; animation: before {FILM}s steps(1) infinite; }}
.right {{ fill: var(--right); animation: after {FILM}s steps(1) infinite; }}
@keyframes at {{ 0% {{ opacity: 1; }} {STEP / FILM:.2%} {{ opacity: 0; }} }}
@keyframes then {{ 0% {{ opacity: 1; }} 50% {{ opacity: 0; }} }}
@keyframes before {{ 0% {{ opacity: 1; }} {CORRECTED / FILM:.2%} {{ opacity: 0; }} }}
@keyframes after {{ 0% {{ opacity: 0; }} {CORRECTED / FILM:.2%} {{ opacity: 1; }} }}
@media (prefers-reduced-motion: reduce) {{ * {{ animation: none !important; }} }}
"""


def place(theta: float) -> tuple[float, float]:
    """Return where a point of the loss, cos(theta), lies in the picture."""
    return 564 + WIDE * theta, 116 - HIGH * np.cos(theta)


def code(source: str, y: float) -> str:
    """Return lines of code with their keywords marked, the first one at height y."""
    marked = re.sub(r"\b(def|for|in|if|break|return)\b", r'<tspan class="keyword">\1</tspan>', escape(source))
    lines = enumerate(marked.splitlines())
    return "\n".join(f'<text class="code" x="32" y="{y + 19 * i}">{line}</text>' for i, line in lines)


def scene(sign: str, kind: str, begin: float) -> str:
    """Return what belongs to one version of the function: its changed line, its path on the hill, its verdict.

    Args:
        sign: "+" or "-".
        kind: "wrong" or "right".
        begin: when it appears, in seconds.
    """
    names: dict[str, Any] = {"np": np}
    exec(SOURCE.format(sign=sign), names)
    verdict = evaluate("gradient_descent.gradient_descent", names["gradient_descent"])
    path = names["gradient_descent"](lambda theta: -np.sin(theta), 1.3, 0.5, 8)
    times = begin + PAUSE + STEP * np.arange(len(path))
    trail, moves = [], []
    for theta, seconds in zip(path, times, strict=True):
        x, y = place(theta)
        delay = f'style="animation-delay: {seconds - FILM:.2f}s"'  # negative: all rounds are alike, the first one too
        tangent = np.array([WIDE, HIGH * np.sin(theta)])
        run, rise = 30 * tangent / np.linalg.norm(tangent)
        trail.append(f'<circle class="then" {delay} cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')
        ends = f"M{x - run:.1f} {y - rise:.1f}L{x + run:.1f} {y + rise:.1f}"
        trail.append(f'<path class="slope" {delay} d="{ends}"/>')
    # Between two points the ball waits, then rolls along the curve.
    for theta, following, seconds in zip(path, path[1:], times, strict=False):
        for part in (0.4, 0.6, 0.8, 1.0):
            x, y = place(theta + (following - theta) * (part - 0.4) / 0.6)
            moves.append(f"{(seconds + STEP * part) / FILM:.2%} {{ transform: translate({x:.1f}px, {y:.1f}px); }}")
    (x0, y0), (x1, y1) = place(path[0]), place(path[-1])
    changed = next(line for line in SOURCE.splitlines() if "{sign}" in line)
    sentence = verdict.message.splitlines()[0]
    state = "passed" if verdict.passed else "not right yet"
    title = f"gradient_descent: {state}, {verdict.points:g} of {verdict.max_points:g} points"
    return f"""<style>
@keyframes {kind}-path {{ 0% {{ transform: translate({x0:.1f}px, {y0:.1f}px); }} {" ".join(moves)} }}
.{kind}-path {{ transform: translate({x1:.1f}px, {y1:.1f}px); animation: {kind}-path {FILM}s linear infinite; }}
</style>
<g class="{kind}">
<rect x="24" y="153" width="430" height="20" rx="3" opacity=".2"/>
{code(changed.format(sign=sign), 167)}
{"".join(trail)}
<circle class="{kind}-path" r="8"/>
<g class="then" style="animation-delay: {times[-1] - FILM:.2f}s">
<rect x="16" y="264" width="4" height="50"/>
<text class="title" x="32" y="284"><tspan class="{kind}">{"✓" if verdict.passed else "✗"}</tspan> {title}</text>
<text x="32" y="305">{escape(sentence)}</text>
</g>
</g>"""


def picture() -> str:
    """Return the picture as SVG."""
    hill = "L".join("{:.1f} {:.1f}".format(*place(theta)) for theta in np.linspace(-1.2, 4.3, 80))
    unchanged = "".join("\n" if "{sign}" in line else line for line in SOURCE.splitlines(keepends=True))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 830 332" role="img">
<title>A function with a wrong sign climbs the hill, and the verdict names the mistake; corrected, it descends.</title>
<style>{STYLE}</style>
<rect x=".5" y=".5" width="829" height="331" rx="8" style="fill: var(--card); stroke: var(--edge)"/>
<rect x="16" y="16" width="446" height="186" style="fill: var(--cell); stroke: var(--edge)"/>
<rect x="16" y="216" width="446" height="34" style="fill: var(--cell); stroke: var(--edge)"/>
{code(unchanged, 34)}
{code("gradient_descent = check(gradient_descent)", 238)}
<path class="curve" d="M{hill}"/>
<text x="640" y="240" text-anchor="middle">the loss, and its slope at each step</text>
{scene("+", "wrong", 0)}
{scene("-", "right", CORRECTED)}
</svg>
"""


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
