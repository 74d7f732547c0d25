"""Raw samples as a model's input, step by step: what firmware that begins at raw samples computes as well.

A pass is what is computed again and again, such as a frame of sound; its last step gives a part of the
model's input. ``firmware/front/tkd_front.h`` numbers the same steps as layers, in the same order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import AudioFrontend, Frontend
from tinykd.data.features.micro_frontend import MicroFrontend, micro_steps
from tinykd.errors import ConfigError
from tinykd.graph.quantize import quantize

QUANTIZE = "quantize"  # the last step of a pass
_BLOCK = 64  # samples at a time
Steps = dict[str, NDArray[Any]]  # (n, passes, ...) by the step's name, in order
_WORDS = {"energy": np.uint32, "root": np.uint32, "noise": np.uint32, "gain": np.uint32}  # as C has them


@dataclass(frozen=True)
class FrontLayer:
    """One step of one pass; ``reads``: the layers before it whose outputs it needs."""

    name: str  # "frame 3, fft"
    data: NDArray[Any]
    reads: tuple[int, ...]


@dataclass(frozen=True)
class RawInput:
    """The front end of a model with one int8 input of ``scale`` and ``zero_point``."""

    frontend: AudioFrontend
    scale: float
    zero_point: int
    shape: tuple[int, ...]  # (H, W, C) of the input

    @classmethod
    def of(cls, frontend: Frontend, scale: float, zero_point: int, shape: tuple[int, ...]) -> "RawInput":
        """``ConfigError`` for a front end whose raw samples firmware cannot take."""
        if isinstance(frontend, AudioFrontend) and isinstance(frontend.how, MicroFrontend):
            return cls(frontend, scale, zero_point, shape)
        kind = str(frontend.to_json()["kind"])
        found = "log-mel features in float32" if kind == "audio" else f"samples of kind {kind}"
        raise ConfigError(
            '[verify] start = "raw"',
            found,
            'sound, with [audio] features = "integer_log_mel" or "micro_frontend"',
        )

    @property
    def raw_bytes(self) -> int:
        """Of one sample: PCM of 16 bits."""
        return 2 * self.frontend.how.samples

    @property
    def passes(self) -> int:
        """Frames of one sample."""
        return self.frontend.how.frames

    @property
    def step_names(self) -> tuple[str, ...]:
        """Of one pass."""
        return tuple(self._steps(np.zeros((1, self.raw_bytes), np.int8)))

    @property
    def layers_count(self) -> int:
        """That stand before the model's own: all steps of all passes, and the whole input."""
        return self.passes * len(self.step_names) + 1

    def model_inputs(self, rows: NDArray[np.int8]) -> NDArray[np.int8]:
        """(n, raw_bytes) to (n, *shape)."""
        blocks = [self._steps(rows[i : i + _BLOCK])[QUANTIZE] for i in range(0, len(rows), _BLOCK)]
        return np.concatenate(blocks).reshape(len(rows), *self.shape)

    def layers(self, row: NDArray[np.int8]) -> tuple[FrontLayer, ...]:
        """All of one sample (raw_bytes,), as the firmware numbers them."""
        return tuple(self._layers(self._steps(row[np.newaxis])))

    def _layers(self, steps: Steps) -> Iterator[FrontLayer]:
        names = tuple(steps)
        for i in range(self.passes):
            for at, name in enumerate(names):
                here = i * len(names) + at
                before = (here - 1,) if at else ()
                kept = (here - len(names),) if name == "noise" and i else ()
                yield FrontLayer(f"frame {i}, {name}", steps[name][0, i], (*kept, *before))
        ends = tuple(i * len(names) + len(names) - 1 for i in range(self.passes))
        yield FrontLayer("input", steps[QUANTIZE][0], ends)

    def _steps(self, rows: NDArray[np.int8]) -> Steps:
        how, front = self.frontend.how, self.frontend
        assert isinstance(how, MicroFrontend)
        sounds = np.ascontiguousarray(rows).view("<i2").astype(np.int16, copy=False)
        found = micro_steps(sounds, how)
        reals = (found["log"].astype(np.float32) - np.float32(front.mean)) / np.float32(front.deviation)
        found = {name: values.astype(_WORDS.get(name, values.dtype)) for name, values in found.items()}
        return {**found, QUANTIZE: quantize(reals, self.scale, self.zero_point)}
