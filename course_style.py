"""Colours, figures and sliders that every notebook of the course uses. Nothing here is part of an exercise."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

# The same colour for the same thing in the whole course. They stay apart for every common kind of colour blindness
# (palette of Okabe and Ito), and figures set them apart by marker or line style too.
DATA = "#0072B2"
MODEL = "#D55E00"
GRADIENT = "#009E73"
RESULT = "#AA3377"
MUTED = "#777777"

STYLE = {
    "figure.figsize": (6.4, 3.6),
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "font.size": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "lines.linewidth": 2,
    "lines.markersize": 7,
    "legend.frameon": False,
}
plt.rcParams.update(STYLE)


def show(figure: Figure, alt: str) -> None:
    """Show a figure with a description, for readers who hear the page or read it without pictures."""
    _display_png(png(figure), alt)


def png(figure: Figure) -> bytes:
    """Return a figure as a PNG image, and close it so that it is not shown twice."""
    plt.close(figure)
    return _png(figure)


def write_numbers(ax: Axes, table: np.ndarray, row: float, column: float, color: str) -> None:
    """Write a two-dimensional table of numbers into a figure, its first entry at the given row and column."""
    for (i, j), number in np.ndenumerate(table):
        ax.text(column + j, -row - i, f"{number:g}", ha="center", va="center", color=color, fontsize=14)


def slider_figure(slider: widgets.Widget, draw: Callable[[float], Figure], text: str) -> None:
    """Show a slider above the figure that `draw` makes of its value; `text` stands in where no kernel runs."""
    picture = widgets.Image(value=png(draw(slider.value)), format="png")
    slider.observe(lambda change: setattr(picture, "value", png(draw(change.new))), "value")
    box = widgets.VBox([slider, picture], layout={"align_items": "flex-start"})
    display({**box._repr_mimebundle_(), "text/plain": text}, raw=True)


def animate(figure: Figure, frames: Iterable[None], alt: str, seconds: float = 0.1, rest: float = 4.0) -> None:
    """Show a moving picture that needs no kernel: one image each time `frames` yields, the last one first.

    The last frame opens the loop and stays for `rest` seconds, so it is also what a printed page shows.
    """
    images = [Image.open(io.BytesIO(_png(figure))).convert("RGB") for _ in frames]
    plt.close(figure)
    palette = images[-1].quantize(32, method=Image.Quantize.MAXCOVERAGE)  # other methods turn white into grey
    images = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    buffer = io.BytesIO()
    durations = [int(1000 * rest)] + [int(1000 * seconds)] * len(images)
    images[-1].save(buffer, "PNG", save_all=True, append_images=images, duration=durations, loop=0)
    _display_png(buffer.getvalue(), alt)


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    # Without the name of the software in it, an image changes only if the picture does.
    figure.savefig(buffer, format="png", bbox_inches="tight", pad_inches=0.05, metadata={"Software": None})
    return buffer.getvalue()


def _display_png(image: bytes, alt: str) -> None:
    data = {"image/png": base64.b64encode(image).decode(), "text/plain": alt}
    display(data, metadata={"image/png": {"alt": alt}}, raw=True)
