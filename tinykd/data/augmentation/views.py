"""Augmented views of a split that can be replayed: the same seed and index give the same bytes.

A view is the whole split, every sample changed a little. Because a view is named by (seed, index) only, the
teacher's logits on it are computed once and cached, and the student later trains on the very same values.
"""

from collections.abc import Callable
from typing import assert_never

import numpy as np

from tinykd.data.augmentation.audio import audio_moves, audio_view, moved_sounds
from tinykd.data.augmentation.image import image_moves, image_view, warped
from tinykd.data.augmentation.noise import on_disk
from tinykd.data.augmentation.options import (
    AudioAugmentation,
    Augmentation,
    Augmenting,
    SceneAugmentation,
    SensorAugmentation,
    TableAugmentation,
    TextAugmentation,
)
from tinykd.data.augmentation.scenes import Moves
from tinykd.data.augmentation.sensor import (
    jittered,
    moved_windows,
    sensor_moves,
    sensor_view,
    table_view,
)
from tinykd.data.stored.lazy_rows import LazyRows, Numbers
from tinykd.data.types import SampleRows, Samples

Moved = tuple[int, int, Augmenting | None]  # what a view is replayed from: seed, index, how


def make_view(
    x: SampleRows, seed: int, index: int, how: Augmenting | None, labelled: int | None = None
) -> SampleRows:
    """View ``index`` of ``x`` (n, H, W, C), the same shape; ``how`` None gives ``x`` itself.

    ``labelled``: how many of them come first and have labels; None: all. Of rows on disk, what happens to
    each sample is drawn now, and done to it when it is read.
    """
    if how is None:
        return x
    if isinstance(x, LazyRows):
        return _as_read(x, np.random.default_rng([seed, index]), how)
    array = np.asarray(x)
    if isinstance(how, SceneAugmentation):
        return moves(array, len(x) if labelled is None else labelled, (seed, index, how)).images(array)
    rng = np.random.default_rng([seed, index])
    match how:
        case Augmentation():
            return image_view(array, rng, how)
        case AudioAugmentation():
            return audio_view(array, rng, how)
        case SensorAugmentation():
            return sensor_view(array, rng, how)
        case TableAugmentation():
            return table_view(array, rng, how)
        case TextAugmentation():
            raise TypeError("ids are no text: tinykd.data.texts makes views of texts")
        case _:
            assert_never(how)


def _as_read(x: LazyRows, rng: np.random.Generator, how: Augmenting) -> LazyRows:
    """The same values as ``make_view`` gives of an array, from the same draws."""

    def rows_of(view: Callable[[Samples, Numbers], Samples]) -> LazyRows:
        return LazyRows(x.shape, np.dtype(np.float32), lambda rows: view(x.give(rows), rows))

    match how:
        case Augmentation():
            inverse = image_moves(rng, x.shape, how)
            return rows_of(lambda some, rows: warped(some, inverse[rows]))
        case AudioAugmentation():
            sounds = audio_moves(rng, x.shape, how, on_disk)
            return rows_of(lambda some, rows: moved_sounds(some, sounds.take(rows), how))
        case SensorAugmentation():
            windows = sensor_moves(rng, x.shape, how, on_disk)
            return rows_of(lambda some, rows: moved_windows(some, windows.take(rows), how))
        case TableAugmentation():
            noise = on_disk(lambda shape: rng.standard_normal(shape, np.float32), x.shape)
            return rows_of(lambda some, rows: jittered(some, noise[rows], how))
        case _:
            raise AssertionError("images with boxes are in memory")


def moves(x: SampleRows, labelled: int, moved: Moved) -> Moves:
    """Of the images ``x`` (n, H, W, C) and of their boxes."""
    seed, index, how = moved
    assert isinstance(how, SceneAugmentation)
    return Moves.of(seed, index, len(x), labelled, (x.shape[1], x.shape[2]), how)
