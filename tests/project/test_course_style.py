"""The helpers of the notebooks: what nbval cannot see, because it does not compare images."""

import base64
import importlib
import io
import sys
from types import SimpleNamespace

import ipywidgets
import matplotlib.pyplot as plt
import pytest
from PIL import Image


@pytest.fixture
def style(monkeypatch):
    """The module, imported anew, and matplotlib's settings restored after."""
    monkeypatch.delitem(sys.modules, "course_style", raising=False)
    with plt.rc_context():
        plt.switch_backend("agg")
        yield importlib.import_module("course_style")


@pytest.fixture
def shown(style, monkeypatch):
    """What the helpers hand to Jupyter: pairs of data and metadata."""
    calls = []

    def display(data, metadata=None, raw=False):
        assert raw
        calls.append((data, metadata))

    monkeypatch.setattr(style, "display", display)
    return calls


def image_of(data):
    return Image.open(io.BytesIO(base64.b64decode(data["image/png"])))


def frames_of(image):
    frames = []
    for index in range(image.n_frames):
        image.seek(index)
        frames.append(image.convert("RGB").tobytes())
    return frames


def test_a_figure_is_shown_once_with_its_description(style, shown):
    figure, _ = plt.subplots()
    style.show(figure, "an empty plot")
    [(data, metadata)] = shown
    assert data["text/plain"] == metadata["image/png"]["alt"] == "an empty plot"
    assert image_of(data).width > 300
    assert not plt.fignum_exists(figure.number)  # else Jupyter shows it a second time


def test_labels_outside_the_axes_are_not_cut_off(style):
    figure, ax = plt.subplots()
    ax.set(ylim=(-0.5, 16), ylabel="loss", xlabel="theta")
    image = Image.open(io.BytesIO(style.png(figure))).convert("L")
    width, height = image.size
    borders = [(0, 0, 2, height), (width - 2, 0, width, height), (0, 0, width, 2), (0, height - 2, width, height)]
    assert all(image.crop(border).getextrema() == (255, 255) for border in borders)


def test_an_image_names_no_software_version(style):
    figure, _ = plt.subplots()
    assert set(Image.open(io.BytesIO(style.png(figure))).info) == {"dpi"}


def test_an_animation_opens_with_its_last_frame_on_white(style, shown):
    figure, ax = plt.subplots()
    (line,) = ax.plot([], [], color=style.RESULT)
    ax.set(xlim=(0, 4), ylim=(0, 4))

    def frames():
        for n in range(4):
            line.set_data(range(n + 1), range(n + 1))
            yield

    style.animate(figure, frames(), "a growing line")
    [(data, _)] = shown
    first, *moving = frames_of(image_of(data))
    assert first == moving[-1]
    assert len(set(moving)) == 4
    assert image_of(data).convert("RGB").getpixel((1, 1)) == (255, 255, 255)


def test_a_slider_redraws_its_figure(style, shown, monkeypatch):
    pictures = []

    def image(**options):
        pictures.append(ipywidgets.Image(**options))
        return pictures[0]

    def draw(value):
        figure, ax = plt.subplots()
        ax.set(title=f"{value:.1f}")
        return figure

    monkeypatch.setattr(style, "widgets", SimpleNamespace(Image=image, VBox=ipywidgets.VBox))
    slider = ipywidgets.FloatSlider(value=1.0, min=0.0, max=2.0)
    style.slider_figure(slider, draw, "a slider")
    [(data, _)] = shown
    assert data["text/plain"] == "a slider"
    assert "application/vnd.jupyter.widget-view+json" in data
    slider.value = 2.0
    assert pictures[0].value == style.png(draw(2.0)) != style.png(draw(1.0))
