"""Augmented views of sensor windows: turned, scaled, jittered, moved and warped in time; of a table's rows:
jittered.

After Um et al., Data Augmentation of Wearable Sensor Data, arXiv 1706.00527.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.noise import DrawNoise, at_once
from tinykd.data.augmentation.options import SensorAugmentation, TableAugmentation
from tinykd.data.types import SampleRows

Samples = NDArray[np.float32]  # (n, time, 1, channels)


@dataclass(frozen=True)
class SensorMoves:
    """What happens to each of n windows, in the order that it is drawn in."""

    waves: NDArray[np.float64]  # (3, n, 1) shift, warp and its phase, each in [-1, 1]
    rotations: Samples | None  # (n, 3, 3)
    scale: Samples  # (n, 1, 1)
    noise: SampleRows  # (n, time, channels)

    def take(self, rows: NDArray[np.int64]) -> "SensorMoves":
        """Of these windows."""
        rotations = None if self.rotations is None else self.rotations[rows]
        return SensorMoves(self.waves[:, rows], rotations, self.scale[rows], self.noise[rows])


def sensor_view(x: Samples, rng: np.random.Generator, how: SensorAugmentation) -> Samples:
    """Another view of ``x``, the same shape."""
    return moved_windows(x, sensor_moves(rng, x.shape, how), how)


def sensor_moves(
    rng: np.random.Generator, shape: tuple[int, ...], how: SensorAugmentation, noise: DrawNoise = at_once
) -> SensorMoves:
    """Of a view of ``shape``; ``noise`` keeps what is drawn for every value."""
    count, time, channels = shape[0], shape[1], shape[2] * shape[3]
    waves = rng.uniform(-1, 1, (3, count, 1))
    rotations = _rotations(rng, count, how.rotation_degrees) if how.rotation_degrees else None
    scale = rng.uniform(-1, 1, (count, 1, 1)).astype(np.float32)
    drawn = noise(lambda some: rng.standard_normal(some, np.float32), (count, time, channels))
    return SensorMoves(waves, rotations, scale, drawn)


def moved_windows(x: Samples, moves: SensorMoves, how: SensorAugmentation) -> Samples:
    """``x`` with ``moves`` of as many windows."""
    count, time = x.shape[:2]
    view = _resampled(x.reshape(count, time, -1), _times(moves.waves, time, how))
    mean, deviation = (np.asarray(each, np.float32) for each in (how.mean, how.deviation))
    measured = view * deviation + mean
    if moves.rotations is not None:
        measured = _rotated(measured, moves.rotations)
    measured *= 1 + how.scale * moves.scale
    view = (measured - mean) / deviation
    view += np.float32(how.jitter) * moves.noise[:]
    return np.ascontiguousarray(view, np.float32).reshape(x.shape)


def table_view(x: Samples, rng: np.random.Generator, how: TableAugmentation) -> Samples:
    """Another view of rows ``x`` (n, 1, 1, columns)."""
    return jittered(x, rng.standard_normal(x.shape, np.float32), how)


def jittered(x: Samples, noise: Samples, how: TableAugmentation) -> Samples:
    """``x`` (n, 1, 1, columns) with ``noise`` of its shape."""
    return x + np.float32(how.jitter) * noise


def _times(draw: NDArray[np.float64], time: int, how: SensorAugmentation) -> NDArray[np.float64]:
    """(n, time) where each value of the view comes from; speeds stay within 1 - warp and 1 + warp."""
    phase = 2 * np.pi * np.arange(time) / time + np.pi * draw[2]
    wave = how.warp * draw[1] * time / (2 * np.pi) * np.sin(phase)
    return np.asarray(np.clip(np.arange(time) + how.shift * time * draw[0] + wave, 0, time - 1))


def _resampled(x: Samples, at: NDArray[np.float64]) -> Samples:
    """``x`` (n, time, channels) at ``at`` (n, time), linear between its values."""
    low = np.minimum(at.astype(np.int64), max(x.shape[1] - 2, 0))
    weight = (at - low)[..., np.newaxis].astype(np.float32)
    high = np.minimum(low + 1, x.shape[1] - 1)
    before, after = (np.take_along_axis(x, i[..., np.newaxis], axis=1) for i in (low, high))
    return np.asarray(before * (1 - weight) + after * weight, np.float32)


def _rotations(rng: np.random.Generator, count: int, degrees: float) -> NDArray[np.float32]:
    """(n, 3, 3): by up to ``degrees`` about a random axis (Rodrigues' formula)."""
    axis = rng.standard_normal((count, 3))
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    angle = (np.deg2rad(degrees) * rng.uniform(-1, 1, count))[:, np.newaxis, np.newaxis]
    x, y, z = axis.T
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=1).reshape(count, 3, 3)
    turned = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return np.asarray(turned, np.float32)


def _rotated(x: Samples, rotations: NDArray[np.float32]) -> Samples:
    """Each triple of channels of ``x`` (n, time, 3 k) by its sample's rotation."""
    triples = x.reshape(len(x), -1, 3)
    return np.asarray(np.einsum("nij,npj->npi", rotations, triples), np.float32).reshape(x.shape)
