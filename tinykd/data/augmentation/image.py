"""Augmented views of images: every sample shifted, turned and scaled a little, perhaps mirrored.

Warping is bilinear, with the edge's value outside the image.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.options import Augmentation
from tinykd.data.types import Samples

_VALUES = 1 << 20  # of samples that are warped at a time: bounds the memory


def image_view(x: Samples, rng: np.random.Generator, how: Augmentation) -> Samples:
    """Another view of ``x`` (n, H, W, C), the same shape."""
    return warped(x, image_moves(rng, x.shape, how))


def image_moves(rng: np.random.Generator, shape: tuple[int, ...], how: Augmentation) -> NDArray[np.float32]:
    """(n, 2, 3) of each sample of a view of ``shape`` (n, H, W, C), for ``warped``."""
    inverse = _inverse_maps(rng, shape[0], shape[1], shape[2], how)
    if how.flip:
        inverse[rng.random(shape[0]) < 0.5, :, 1] *= -1.0
    if how.flip_rows:
        inverse[rng.random(shape[0]) < 0.5, :, 0] *= -1.0
    return inverse


def warped(x: Samples, inverse: NDArray[np.float32]) -> Samples:
    """``x`` (n, H, W, C) at ``inverse`` (n, 2, 3) of every pixel, as ``_inverse_maps`` gives it."""
    step = max(1, _VALUES // max(1, math.prod(x.shape[1:])))
    view = np.empty(x.shape, np.float32)
    for i in range(0, len(x), step):
        view[i : i + step] = _warp(x[i : i + step], inverse[i : i + step])
    return view


def _inverse_maps(
    rng: np.random.Generator, count: int, height: int, width: int, how: Augmentation
) -> NDArray[np.float32]:
    """(n, 2, 3): from a pixel of the view, relative to the centre (row, column, 1), to one of the source."""
    draw = rng.uniform(-1.0, 1.0, (4, count))
    angle = np.deg2rad(how.rotation_degrees) * draw[0]
    zoom = 1.0 / (1.0 + how.scale * draw[1])
    cos, sin = zoom * np.cos(angle), zoom * np.sin(angle)
    rows = [cos, -sin, how.shift * height * draw[2], sin, cos, how.shift * width * draw[3]]
    return np.stack(rows, axis=1).reshape(count, 2, 3).astype(np.float32)


def _warp(x: Samples, inverse: NDArray[np.float32]) -> Samples:
    """Bilinear resampling of ``x`` (n, H, W, C) at ``inverse`` (n, 2, 3) of every pixel."""
    count, height, width, channels = x.shape
    centre = np.array([(height - 1) / 2, (width - 1) / 2], np.float32)
    grid = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1).reshape(-1, 2)
    relative = np.concatenate([grid - centre, np.ones((len(grid), 1))], axis=1).astype(np.float32)
    at = np.einsum("nij,pj->npi", inverse, relative) + centre  # (n, H * W, 2) source row, column
    limit = np.array([height - 1, width - 1], np.float32)
    at = np.clip(at, 0.0, limit)
    low = np.minimum(at.astype(np.int64), np.maximum(limit.astype(np.int64) - 1, 0))
    high = np.minimum(low + 1, limit.astype(np.int64))
    weight = (at - low).astype(np.float32)[..., np.newaxis]
    row, column = weight[:, :, 0], weight[:, :, 1]  # (n, H * W, 1)
    flat, base = x.reshape(count * height * width, channels), np.arange(count)[:, np.newaxis] * height * width

    def pick(r: NDArray[np.int64], c: NDArray[np.int64]) -> Samples:
        return np.asarray(flat[base + r * width + c], np.float32)

    top = pick(low[..., 0], low[..., 1]) * (1 - column) + pick(low[..., 0], high[..., 1]) * column
    bottom = pick(high[..., 0], low[..., 1]) * (1 - column) + pick(high[..., 0], high[..., 1]) * column
    return np.asarray(top * (1 - row) + bottom * row, np.float32).reshape(x.shape)
