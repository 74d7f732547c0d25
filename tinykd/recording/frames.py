"""Frames of a stream put together in order: gaps, clipping, silence, the measured rate."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tinykd.link.sensor_stream import SensorStream
from tinykd.link.stream_messages import Block

LEAST_RATE_S = 0.5  # of measuring, before a rate is known
FULL_SCALE = (-(2**15), 2**15 - 1)

Frames = NDArray[np.int16]  # (n, channels)


@dataclass(frozen=True)
class Piece:
    """Frames that follow one another; ``missing`` were lost right before them."""

    frames: Frames
    missing: int = 0


def pieces(stream: SensorStream, meter: "RateMeter") -> Iterator[Piece]:
    """The stream's blocks as pieces, without end, seen by ``meter``."""
    expected = 0
    for block in stream:
        meter.see(block)
        frames = np.frombuffer(block.samples, "<i2").reshape(-1, stream.format.channels)
        yield Piece(frames.astype(np.int16), block.first - expected)
        expected = block.first + len(frames)


@dataclass
class RateMeter:
    """Frames per second by the board's own counter."""

    tick_hz: int
    _first: Block | None = None
    _last: Block | None = None
    _ticks: int = field(default=0)

    def see(self, block: Block) -> None:
        """One block after the other; the counter may run over between two."""
        if self._last is None:
            self._first = block
        else:
            self._ticks += (block.ticks - self._last.ticks) % 2**32
        self._last = block

    @property
    def rate_hz(self) -> float | None:
        """None as long as too little was measured."""
        if self._first is None or self._last is None or not self.tick_hz:
            return None
        seconds = self._ticks / self.tick_hz
        measured = self._last.measured - self._first.measured
        return measured / seconds if seconds >= LEAST_RATE_S else None


@dataclass(frozen=True)
class Quality:
    """What a take is worth."""

    clipped: float  # share of the samples at either end of int16
    silent: bool  # no channel moves by more than one count
    peak: float  # largest swing around a channel's mean, of full scale


def quality_of(frames: Frames) -> Quality:
    """Of (n, channels)."""
    if not len(frames):
        return Quality(0.0, True, 0.0)
    at_end = (frames == FULL_SCALE[0]) | (frames == FULL_SCALE[1])
    values = frames.astype(np.float64)
    swing = float(np.abs(values - values.mean(axis=0)).max())
    still = bool((values.max(axis=0) - values.min(axis=0) <= 1).all())
    return Quality(float(at_end.mean()), still, min(1.0, swing / 2**15))
