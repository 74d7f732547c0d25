"""``[image] camera``: frames of one size, as a camera gives them, and what a model takes of them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.camera import LARGEST, Camera, Pixels, camera_pixels, centered_crop
from tinykd.errors import ConfigError, DataError
from tinykd.project.samples import ImageSection

Frames = Callable[[NDArray[np.int64]], Pixels]


def camera_of(image: ImageSection, channels: int, grey: bool) -> Camera | None:
    """None without ``camera``; ``channels``: of a frame, ``grey``: whether the model has one."""
    if image.camera is None:
        return None
    if image.size is None:
        raise ConfigError("[image] camera", "no size is given", "the model's too", "Say size = [32, 32]")
    frame, size = (image.camera[0], image.camera[1]), (image.size[0], image.size[1])
    taken = centered_crop(frame, size) if image.crop == "center" else (0, 0, *frame)
    assert max(frame) <= LARGEST
    found = Camera(*frame, channels, *taken, *size, image.resize, grey and channels == 3)
    found.check()
    return found


def frames_of(x: NDArray[Any], camera: tuple[int, ...], where: str) -> Pixels:
    """(n, H, W, C) of whole numbers from 0 to 255, held against the camera's size."""
    if x.shape[1:3] != tuple(camera):
        found = f"images of {x.shape[1]} x {x.shape[2]}"
        raise DataError(where, found, f"{camera[0]} x {camera[1]}, as [image] camera says")
    whole = x.astype(np.float64)
    if whole.min() < 0 or whole.max() > 255 or (whole != np.rint(whole)).any():
        raise DataError(where, "pixels that are no bytes", "0 to 255 with [image] camera")
    return x.astype(np.uint8)


def read_frames(paths: Sequence[Path], read: Callable[[Path], Pixels]) -> Frames:
    """Reads the frames of rows again: they are not kept beside what the model takes."""
    return partial(_again, tuple(paths), read)


def _again(paths: Sequence[Path], read: Callable[[Path], Pixels], rows: NDArray[np.int64]) -> Pixels:
    return np.stack([read(paths[row]) for row in rows])


def reals(frames: Pixels, camera: Camera, black: float, white: float) -> NDArray[np.float32]:
    """(n, H, W, C) of a camera as the model takes them: 0 for ``black`` and 1 for ``white``."""
    return as_real(camera_pixels(frames, camera), black, white)


def as_real(pixels: Pixels, black: float, white: float) -> NDArray[np.float32]:
    """(n, H, W, C) uint8 of a model's input as float32: 0 for ``black`` and 1 for ``white``."""
    return np.asarray((pixels.astype(np.float32) - np.float32(black)) / np.float32(white - black), np.float32)
