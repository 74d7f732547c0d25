"""From a camera's frame to the pixels of a model's input, in integers: ``firmware/features/tkd_camera.h``.

A part of the frame is taken (``crop``), brought to the model's size, and made grey where the model is grey.

    area       each pixel is the mean of what it covers, parts of pixels counted by their share; only smaller
    bilinear   between the four nearest pixels, centers aligned at the half, weights in units of 1/256
    grey       (77 R + 150 G + 29 B) / 256, ITU-R BT.601 in eight bits

All to the nearest, halves up.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import ConfigError

Resize = Literal["area", "bilinear"]
Pixels = NDArray[np.uint8]
Steps = dict[str, NDArray[Any]]
RED, GREEN, BLUE = 77, 150, 29
LARGEST = 4096  # pixels of a side: sums of an area fit 32 bits
_BLOCK = 256  # frames at a time


@dataclass(frozen=True)
class Camera:
    """A frame is (frame_height, frame_width, channels); the part that is taken begins at (top, left)."""

    frame_height: int
    frame_width: int
    channels: int  # 1 or 3
    top: int
    left: int
    crop_height: int
    crop_width: int
    height: int  # of the model's input
    width: int
    resize: Resize = "area"
    grey: bool = False

    @classmethod
    def whole(cls, height: int, width: int, channels: int) -> "Camera":
        """A frame that is the model's input already."""
        return cls(height, width, channels, 0, 0, height, width, height, width)

    @property
    def output_channels(self) -> int:
        """Of the model's input."""
        return 1 if self.grey else self.channels

    @property
    def is_whole(self) -> bool:
        """Pixels stay as they are."""
        return self == Camera.whole(self.height, self.width, self.channels)

    def check(self) -> None:
        """Refuse what cannot be computed."""
        larger = self.height > self.crop_height or self.width > self.crop_width
        if self.resize == "area" and larger:
            taken = f"{self.crop_height} x {self.crop_width} pixels of the camera"
            found = f"{taken} for {self.height} x {self.width}"
            raise ConfigError("[image] camera", found, "no fewer", 'Say resize = "bilinear"')

    def to_json(self) -> dict[str, Any]:
        """All that a device needs to know."""
        return asdict(self)


def centered_crop(frame: tuple[int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Top, left, height and width of the largest part of ``frame`` that has the shape of ``size``."""
    height = min(frame[0], max(1, frame[1] * size[0] // size[1]))
    width = min(frame[1], max(1, frame[0] * size[1] // size[0]))
    return (frame[0] - height) // 2, (frame[1] - width) // 2, height, width


def camera_pixels(frames: Pixels, how: Camera) -> Pixels:
    """(n, frame_height, frame_width, channels) to (n, height, width, channels of the model)."""
    blocks = [
        list(camera_steps(frames[i : i + _BLOCK], how).values())[-1] for i in range(0, len(frames), _BLOCK)
    ]
    return np.concatenate(blocks)


def camera_steps(frames: Pixels, how: Camera) -> Steps:
    """What each step gives: (n, height, width, channels), row after row of the model's input."""
    taken = frames[:, how.top : how.top + how.crop_height, how.left : how.left + how.crop_width]
    found: Steps = {"scale": _area(taken, how) if how.resize == "area" else _bilinear(taken, how)}
    if how.grey:
        red, green, blue = (found["scale"][..., c].astype(np.uint32) for c in range(3))
        grey = (RED * red + GREEN * green + BLUE * blue + 128) >> 8
        found["grey"] = grey.astype(np.uint8)[..., np.newaxis]
    return found


def _area(x: Pixels, how: Camera) -> Pixels:
    """Sums of 32 bits: a weight is how much of a pixel is covered, in units of 1 / the output's side."""
    down, across = _covered(how.crop_height, how.height), _covered(how.crop_width, how.width)
    rows = np.einsum("oh,nhwc->nowc", down, x.astype(np.float64))  # exact: whole numbers below 2^53
    sums = np.einsum("pw,nowc->nopc", across, rows).astype(np.int64)
    area = how.crop_height * how.crop_width
    return np.asarray((sums + area // 2) // area, np.uint8)


def _covered(size: int, wanted: int) -> NDArray[np.float64]:
    """(wanted, size): ``size`` in all for each wanted one."""
    inside, outside = np.arange(size) * wanted, np.arange(wanted)[:, np.newaxis] * size
    end = np.minimum(inside + wanted, outside + size)
    return np.asarray(np.maximum(end - np.maximum(inside, outside), 0), np.float64)


def _bilinear(x: Pixels, how: Camera) -> Pixels:
    top, down = _between(how.crop_height, how.height)
    left, right = _between(how.crop_width, how.width)
    share_x, share_y = right[:, np.newaxis], down[:, np.newaxis, np.newaxis]
    below, beside = np.minimum(top + 1, how.crop_height - 1), np.minimum(left + 1, how.crop_width - 1)
    wide = x.astype(np.int64)
    upper = wide[:, top][:, :, left] * (256 - share_x) + wide[:, top][:, :, beside] * share_x
    lower = wide[:, below][:, :, left] * (256 - share_x) + wide[:, below][:, :, beside] * share_x
    mixed = upper * (256 - share_y) + lower * share_y + (1 << 15)
    return np.asarray(mixed.astype(np.int64) >> 16, np.uint8)


def _between(size: int, wanted: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(wanted,) the pixel before each, and how near the next one is, 256 at most."""
    place = np.maximum((2 * np.arange(wanted) + 1) * size - wanted, 0)  # in units of 1 / (2 wanted)
    before = np.minimum(place // (2 * wanted), size - 1)
    share = (place - before * 2 * wanted) * 256 + wanted
    return before, share // (2 * wanted)
