"""What is to be learnt of an augmented view: labels stay, boxes move along."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.options import SceneAugmentation
from tinykd.data.augmentation.views import Moved, moves
from tinykd.data.dataset import Dataset
from tinykd.data.types import SampleRows


def view_targets(data: Dataset, view: SampleRows, moved: Moved) -> NDArray[Any]:
    """What is to be learnt of ``view``, that of ``moved``; in a view of images with boxes these have moved
    along.

    Rows of images that nothing is known of, at its end, are zeros.
    """
    how, scenes = moved[2], data.train.scenes
    if scenes is None:
        return data.train_targets(view)
    boxes = scenes.boxes
    if isinstance(how, SceneAugmentation):
        boxes = moves(view, len(boxes), moved).boxes(boxes)
    known = scenes.grid.maps_of(boxes)
    return np.concatenate([known, np.zeros((len(view) - len(known), known.shape[1]), np.float32)])
