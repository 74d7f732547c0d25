"""Augmented views of a split that can be replayed: the same seed and index give the same bytes.

A view is the whole split, every sample changed a little. Because a view is named by (seed, index) only, the
teacher's logits on it are computed once and cached, and the student later trains on the very same values.
"""

from typing import assert_never

import numpy as np

from tinykd.data.augmentation.audio import audio_view
from tinykd.data.augmentation.image import image_view
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
from tinykd.data.augmentation.sensor import sensor_view, table_view
from tinykd.data.types import Samples

Moved = tuple[int, int, Augmenting | None]  # what a view is replayed from: seed, index, how


def make_view(
    x: Samples, seed: int, index: int, how: Augmenting | None, labelled: int | None = None
) -> Samples:
    """View ``index`` of ``x`` (n, H, W, C), the same shape; ``how`` None gives ``x`` itself.

    ``labelled``: how many of them come first and have labels; None: all.
    """
    if how is None:
        return x
    if isinstance(how, SceneAugmentation):
        return moves(x, len(x) if labelled is None else labelled, (seed, index, how)).images(x)
    rng = np.random.default_rng([seed, index])
    match how:
        case Augmentation():
            return image_view(x, rng, how)
        case AudioAugmentation():
            return audio_view(x, rng, how)
        case SensorAugmentation():
            return sensor_view(x, rng, how)
        case TableAugmentation():
            return table_view(x, rng, how)
        case TextAugmentation():
            raise TypeError("ids are no text: tinykd.data.texts makes views of texts")
        case _:
            assert_never(how)


def moves(x: Samples, labelled: int, moved: Moved) -> Moves:
    """Of the images ``x`` (n, H, W, C) and of their boxes."""
    seed, index, how = moved
    assert isinstance(how, SceneAugmentation)
    return Moves.of(seed, index, len(x), labelled, (x.shape[1], x.shape[2]), how)
