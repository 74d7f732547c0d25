"""Samples as small pictures for a page: images and features of sound as PNG, signals as drawings."""

import base64
import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import SensorFrontend, TableFrontend
from tinykd.report.drawing import SERIES, Drawing, Polyline

_SIDE = 96  # pixels of the shorter side, about
_WIDTH, _HEIGHT, _EDGE = 120.0, 72.0, 4.0  # points of a signal
_MOST_POINTS = 200  # of a signal's line
Pixels = NDArray[np.float32]


class SamplePicture(NamedTuple):
    """One of ``png`` (a data URI) and ``drawing``, or neither where numbers stand for themselves."""

    caption: str
    png: str = ""
    drawing: Drawing | None = None


def sample_picture(data: Dataset, split: str, row: int) -> SamplePicture:
    """Sample ``row`` of a split, with its label."""
    x = data.splits[split].x[row]
    caption = f"{split} {row}: {_label(data, split, row)}"
    if isinstance(data.frontend, TableFrontend):
        return SamplePicture(caption)
    if isinstance(data.frontend, SensorFrontend):
        return SamplePicture(caption, drawing=signal(x[:, 0, :], caption))
    return SamplePicture(caption, png_uri(as_seen(x)))


def _label(data: Dataset, split: str, row: int) -> str:
    given = data.splits[split]
    if given.labels is not None:
        return data.classes[int(given.labels[row])]
    if given.scenes is not None:
        return f"{len(given.scenes.boxes.at(row)[1])} objects"
    if given.y.ndim == 1:
        return data.classes[int(given.y[row])]
    return ", ".join(f"{value:.3g}" for value in given.y[row][:4])


def as_seen(x: Pixels) -> Pixels:
    """(H, W) or (H, W, 3) in [0, 1]: time to the right and high frequencies above for features of sound."""
    if x.shape[1] == 1:  # (time, 1, bands)
        x = x.transpose(0, 2, 1)
    low, high = float(x.min()), float(x.max())
    if low < 0 or high > 1:
        x = (x - low) / max(high - low, 1e-9)
    return x if x.shape[2] == 3 else x[:, :, 0]


def png_uri(pixels: Pixels) -> str:
    """A PNG of (H, W) or (H, W, 3) in [0, 1], as a ``data:`` address; small ones are enlarged."""
    from PIL import Image

    image = Image.fromarray((255 * pixels + 0.5).astype(np.uint8))
    times = _SIDE // min(image.size)
    if times > 1:
        image = image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)
    image.thumbnail((4 * _SIDE, 4 * _SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def decimated(series: Pixels) -> Pixels:
    """(time, channels) as a small picture shows it: every nth value of the first channels."""
    return series[:: max(1, len(series) // _MOST_POINTS), : len(SERIES)]


def signal(series: Pixels, title: str) -> Drawing:
    """Lines of (time, channels), at most six, on one scale."""
    shown = decimated(series).astype(np.float64)
    low, high = float(shown.min()), float(shown.max())
    x = _EDGE + np.arange(len(shown)) / max(len(shown) - 1, 1) * (_WIDTH - 2 * _EDGE)
    y = _HEIGHT - _EDGE - (shown - low) / max(high - low, 1e-9) * (_HEIGHT - 2 * _EDGE)
    lines = tuple(
        Polyline(tuple(zip(x.tolist(), y[:, channel].tolist(), strict=True)), role)
        for channel, role in zip(range(shown.shape[1]), SERIES, strict=False)
    )
    return Drawing(_WIDTH, _HEIGHT, title, f"{series.shape[1]} channels, {len(series)} values each", lines)
