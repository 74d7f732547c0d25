"""From measured samples to the model's input and from its outputs to their meaning, by ``features.json``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from tinykd.api.errors import InputError
from tinykd.project.samples import AudioSection, DataKind

_FAR = 1.5  # times the range that pixels are in


@dataclass(frozen=True)
class Frontend:
    """``facts``: what stage quantize left in ``features.json``; ``audio``: the project's section."""

    facts: Mapping[str, Any]
    audio: AudioSection

    @property
    def kind(self) -> str:
        """What a sample is: an image, a window of a sensor, a sound, a row of a table."""
        return str(self.facts["input"]["kind"])

    def inputs(self, x: NDArray[Any]) -> NDArray[np.float32]:
        """Samples as ``tinykd.distill`` took them, float32 (n, H, W, C) as the model takes them."""
        from tinykd.data.sources.arrays import numbers
        from tinykd.data.stored.kept import in_array

        values = in_array(numbers(x, "x", cast(DataKind, self.kind)))
        if self.kind == "image":
            return self._pixels(values)
        if self.kind == "audio":
            values = self._features(values)
        facts = self.facts["input"]
        mean, deviation = (np.asarray(facts[name], np.float32) for name in ("mean", "deviation"))
        return np.asarray((values - mean) / deviation, np.float32)

    def _pixels(self, x: NDArray[Any]) -> NDArray[np.float32]:
        """In the range that the model was trained in; another one is an ``InputError``."""
        black, span = (float(self.facts["input"][name]) for name in ("black", "divisor"))
        low, high = float(x.min()), float(x.max())
        in_shares = span > _FAR and low >= 0 and 0 < high <= 1 and x.dtype != np.uint8
        if in_shares or high > black + _FAR * span or low < black - _FAR * span:
            found, wanted = f"pixels from {low:g} to {high:g}", f"[{black:g}, {black + span:g}]"
            raise InputError("x", found, f"{wanted}, as the model was trained")
        return np.asarray((x.astype(np.float32) - np.float32(black)) / np.float32(span), np.float32)

    def _features(self, x: NDArray[Any]) -> NDArray[np.float32]:
        """Features of sounds (n, time, 1, 1)."""
        from tinykd.data.sources.folder.sounds import features, fitted, frontend_of
        from tinykd.data.sources.value_ranges import reading_of_sounds, sound_in

        how = frontend_of(self.audio).how
        sounds = sound_in(x[:, :, 0, 0], reading_of_sounds({"x": x}, "x").of(x))
        return features(np.stack([fitted(sound, how.samples) for sound in sounds]), how, self.audio)

    def outputs(self, y: NDArray[np.float32]) -> NDArray[np.float32]:
        """A regression's targets in their own unit; other outputs as they are."""
        targets = self.facts.get("targets")
        if targets is None:
            return y
        deviation, mean = (np.asarray(targets[name], np.float32) for name in ("deviation", "mean"))
        return np.asarray(y * deviation + mean, np.float32)
