"""Which objects that were found are right: each takes a true box of its class that its centre lies in.

A box that is smaller than a cell counts as large as one: better than to a cell no centre is known. It takes
the nearest that no object with a larger score has taken, by the distance of the centres. So what is right
above any threshold is right above a lower one too, and one pass tells of all thresholds.
"""

import numpy as np
from numpy.typing import NDArray

from tinykd.data.objects.grid import Scenes
from tinykd.objects.decode import Detections


def right_centres(found: Detections, scenes: Scenes) -> NDArray[np.bool_]:
    """(k,) of ``found``, whose images are in order with the largest score first."""
    boxes = scenes.boxes
    right = np.zeros(len(found), np.bool_)
    taken = np.zeros(len(boxes.classes), np.bool_)
    centres = boxes.centres
    reach = np.maximum(boxes.sizes, scenes.grid.stride) / 2 + 1e-3
    for i in range(len(found)):
        image = found.images[i]
        rows = np.arange(boxes.starts[image], boxes.starts[image + 1])
        off = np.abs(centres[rows] - found.centres[i])
        free = (off <= reach[rows]).all(axis=1) & (boxes.classes[rows] == found.classes[i]) & ~taken[rows]
        if free.any():
            nearest = int(np.where(free, (off**2).sum(axis=1), np.inf).argmin())
            taken[rows[nearest]] = right[i] = True
    return right
