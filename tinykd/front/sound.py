"""Sound of 16 bits to a model's input: the micro frontend, integer log-mel and float log-mel features."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import AudioFrontend
from tinykd.data.features.log_mel import LogMel, log_mel_steps
from tinykd.data.features.micro_frontend import micro_steps
from tinykd.front.steps import QUANTIZE, ModelInput, Steps, Way, as_words


@dataclass(frozen=True)
class SoundWay(Way):
    """A pass is a frame."""

    frontend: AudioFrontend
    input: ModelInput

    @property
    def raw_bytes(self) -> int:
        """PCM of 16 bits."""
        return 2 * self.frontend.how.samples

    @property
    def passes(self) -> int:
        """Frames of one sample."""
        return self.frontend.how.frames

    @property
    def remembers(self) -> tuple[str, ...]:
        """The noise's estimate."""
        return ("noise",)

    @property
    def title(self) -> str:
        """Of a pass."""
        return "frame"

    def steps(self, rows: NDArray[np.int8]) -> Steps:
        """Every step of every frame."""
        how, front = self.frontend.how, self.frontend
        sounds = np.ascontiguousarray(rows).view("<i2").astype(np.int16, copy=False)
        found: Steps
        if isinstance(how, LogMel):
            found = dict(log_mel_steps(sounds.astype(np.float32) / np.float32(32768), how))
        else:
            found = micro_steps(sounds, how)
        reals = (found["log"].astype(np.float32) - np.float32(front.mean)) / np.float32(front.deviation)
        return {**as_words(found), QUANTIZE: self.input.of(reals)}
