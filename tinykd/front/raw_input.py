"""Raw samples as a model's input, step by step: what firmware that begins at raw samples computes as well.

Some steps are computed once, of the whole sample (the filters of a sensor); a pass is what is computed again
and again, such as a frame of sound or a row of an image; its last step gives a part of the model's input.
``firmware/front/tkd_front.h`` numbers the same steps as layers, in the same order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import (
    AudioFrontend,
    Frontend,
    ImageFrontend,
    SensorFrontend,
    TableFrontend,
    TextFrontend,
)
from tinykd.front.image import ImageWay
from tinykd.front.measured import MeasuredWay
from tinykd.front.sound import SoundWay
from tinykd.front.steps import QUANTIZE, ModelInput, Steps
from tinykd.front.text import TextWay

__all__ = ["QUANTIZE", "AnyWay", "FrontLayer", "RawInput"]

_BLOCK = 64  # samples at a time
AnyWay = SoundWay | MeasuredWay | ImageWay | TextWay


@dataclass(frozen=True)
class FrontLayer:
    """One step; ``reads``: the layers before it whose outputs it needs."""

    name: str  # "frame 3, fft"
    data: NDArray[Any]
    reads: tuple[int, ...]


@dataclass(frozen=True)
class RawInput:
    """The front end of a model with one input: int8 of ``scale`` and ``zero_point``, or int32 ids."""

    frontend: Frontend
    scale: float
    zero_point: int
    shape: tuple[int, ...]  # (H, W, C) of the input

    @cached_property
    def way(self) -> AnyWay:
        """Which kind it is."""
        given = ModelInput(self.scale, self.zero_point, self.shape)
        match self.frontend:
            case AudioFrontend() as sound:
                return SoundWay(sound, given)
            case SensorFrontend() | TableFrontend() as measured:
                return MeasuredWay(measured, given)
            case ImageFrontend() as image:
                return ImageWay(image, given)
            case TextFrontend() as text:
                return TextWay(text)
            case _:
                assert_never(self.frontend)

    @property
    def raw_bytes(self) -> int:
        """Of one sample."""
        return self.way.raw_bytes

    @property
    def passes(self) -> int:
        """Of one sample."""
        return self.way.passes

    @cached_property
    def step_names(self) -> tuple[str, ...]:
        """Of one pass."""
        found = self._steps(np.zeros((1, self.raw_bytes), np.int8))
        return tuple(name for name in found if name not in self.way.once)

    @property
    def layers_count(self) -> int:
        """That stand before the model's own: all steps of all passes, and the whole input."""
        return len(self.way.once) + self.passes * len(self.step_names) + 1

    def model_inputs(self, rows: NDArray[np.int8]) -> NDArray[np.int8]:
        """(n, raw_bytes) to (n, *shape); ids as their bytes, (n, H, W, 4 C)."""
        blocks = [_last(self._steps(rows[i : i + _BLOCK])) for i in range(0, len(rows), _BLOCK)]
        return np.concatenate(blocks).reshape(len(rows), *self.shape).view(np.int8)

    def layers(self, row: NDArray[np.int8]) -> tuple[FrontLayer, ...]:
        """All of one sample (raw_bytes,), as the firmware numbers them."""
        return tuple(self._layers(self._steps(row[np.newaxis])))

    def _layers(self, steps: Steps) -> Iterator[FrontLayer]:
        once, way = self.way.once, self.way
        for here, name in enumerate(once):
            yield FrontLayer(name, steps[name][0], (here - 1,) if here else ())
        names = self.step_names
        for i in range(self.passes):
            for at, name in enumerate(names):
                here = len(once) + i * len(names) + at
                first = (len(once) - 1,) if once else ()
                before = (here - 1,) if at else first
                kept = (here - len(names),) if name in way.remembers and i else ()
                yield FrontLayer(f"{way.title} {i}, {name}", steps[name][0, i], (*kept, *before))
        ends = tuple(len(once) + (i + 1) * len(names) - 1 for i in range(self.passes))
        yield FrontLayer("input", _last(steps)[0], ends)

    def _steps(self, rows: NDArray[np.int8]) -> Steps:
        return self.way.steps(rows)


def _last(steps: Steps) -> NDArray[Any]:
    """(n, passes, ...): what the model is given."""
    return list(steps.values())[-1]
