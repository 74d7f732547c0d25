"""Measured values, float32 in their own units, to a model's input: scaled, perhaps filtered before."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import SensorFrontend, TableFrontend
from tinykd.data.features.sensor_features import SensorFeatures, filter_steps, spectrum_steps
from tinykd.front.steps import QUANTIZE, ModelInput, Steps, Way, as_words


@dataclass(frozen=True)
class MeasuredWay(Way):
    """Without features a pass is the whole sample; of a spectrum, a frame of a channel."""

    frontend: SensorFrontend | TableFrontend
    input: ModelInput

    @property
    def how(self) -> SensorFeatures | None:
        """What is done before normalisation; of tables nothing."""
        return self.frontend.features if isinstance(self.frontend, SensorFrontend) else None

    @property
    def channels(self) -> int:
        """As measured."""
        return len(self.frontend.mean) if self.how is None else self.how.measured

    @property
    def values(self) -> int:
        """Rows of values in one sample."""
        if self.how is not None and self.how.spectrum is not None:
            return self.how.spectrum.samples
        return int(np.prod(self.input.shape)) // len(self.frontend.mean)

    @property
    def raw_bytes(self) -> int:
        """Of float32."""
        return 4 * self.values * self.channels

    @property
    def passes(self) -> int:
        """One, or frames times channels."""
        if self.how is None or self.how.spectrum is None:
            return 1
        return self.how.spectrum.frames * self.how.channels

    @property
    def once(self) -> tuple[str, ...]:
        """The filters, over the whole window."""
        return (
            ()
            if self.how is None
            else tuple(filter_steps(np.zeros((1, 2, self.channels), np.float32), self.how))
        )

    @property
    def title(self) -> str:
        """Of a pass."""
        return "frame" if self.passes > 1 else "sample"

    def steps(self, rows: NDArray[np.int8]) -> Steps:
        """Every step."""
        x = np.ascontiguousarray(rows).view("<f4").astype(np.float32, copy=False)
        x = x.reshape(len(rows), self.values, self.channels)
        if self.how is None:
            return {QUANTIZE: self._normalised(x)[:, np.newaxis]}
        found = filter_steps(x, self.how)
        last = list(found.values())[-1]
        if self.how.spectrum is None:
            features = last[..., : self.how.channels].astype(np.float32)
            return {**found, QUANTIZE: self._normalised(features)[:, np.newaxis]}
        spectral = spectrum_steps(last, self.how)
        features = spectral["log"].reshape(len(x), -1, self.how.row).astype(np.float32)
        levels = self._normalised(features).reshape(len(x), self.passes, self.how.spectrum.bands)
        return {**found, **as_words(spectral), QUANTIZE: levels}

    def _normalised(self, x: NDArray[np.float32]) -> NDArray[np.int8]:
        mean, deviation = (np.array(v, np.float32) for v in (self.frontend.mean, self.frontend.deviation))
        return self.input.of((x - mean) / deviation)
