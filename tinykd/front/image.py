"""Pixels to a model's input: a frame of a camera of its own size, or pixels of any numbers as they are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.camera import Camera, camera_steps
from tinykd.data.features.frontend import ImageFrontend
from tinykd.front.steps import QUANTIZE, ModelInput, Steps, Way


@dataclass(frozen=True)
class ImageWay(Way):
    """A pass is a row of the model's input. Pixels are bytes."""

    frontend: ImageFrontend
    input: ModelInput

    @property
    def camera(self) -> Camera:
        """The one that the model was trained with, or one whose frame is the model's input."""
        height, width, channels = self.input.shape
        return self.frontend.camera or Camera.whole(height, width, channels)

    @property
    def raw_bytes(self) -> int:
        """A byte for each channel of each pixel of a frame."""
        return self.camera.frame_height * self.camera.frame_width * self.camera.channels

    @property
    def passes(self) -> int:
        """Rows of the input."""
        return self.camera.height

    @property
    def title(self) -> str:
        """Of a pass."""
        return "row"

    def steps(self, rows: NDArray[np.int8]) -> Steps:
        """Every step of every row."""
        camera = self.camera
        frames = np.ascontiguousarray(rows).view(np.uint8)
        frames = frames.reshape(len(rows), camera.frame_height, camera.frame_width, camera.channels)
        found = camera_steps(frames, camera)
        pixels = list(found.values())[-1]
        return {**found, QUANTIZE: self.levels()[pixels]}

    def levels(self) -> NDArray[np.int8]:
        """(256,) of each pixel."""
        pixels = np.arange(256).astype(np.float32)
        reals = (pixels - np.float32(self.frontend.black)) / np.float32(self.frontend.divisor)
        return self.input.of(reals)
