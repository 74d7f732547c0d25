"""The images that a detector does worst on: what is there, what was found, and which of it is right."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.objects.grid import Scenes
from tinykd.objects.decode import Detections, Outputs, detect
from tinykd.objects.match import right_centres

SHOWN = 12  # images


def worst_images(outputs: Outputs, scenes: Scenes, thresholds: Sequence[float]) -> list[dict[str, Any]]:
    """Most mistakes first, equal ones in their order; boxes in pixels, as in ``objects.json``."""
    found = detect(outputs, scenes, thresholds)
    right = right_centres(found, scenes)
    there = np.diff(scenes.boxes.starts)
    hits = np.bincount(found.images[right], minlength=len(there))
    mistakes = np.bincount(found.images, minlength=len(there)) + there - 2 * hits
    order = np.argsort(-mistakes, kind="stable")[:SHOWN].tolist()
    return [
        {"image": i, "mistakes": int(mistakes[i]), **_boxes(i, scenes, found.at(i), right[found.images == i])}
        for i in order
    ]


def _boxes(image: int, scenes: Scenes, found: Detections, right: NDArray[np.bool_]) -> dict[str, Any]:
    """``there``: class and corners; ``found``: the same, and whether it is right."""
    corners, classes = scenes.boxes.at(image)
    true = [[int(k), *np.rint(box).astype(int).tolist()] for k, box in zip(classes, corners, strict=True)]
    rows = zip(found.classes.tolist(), found.corners.tolist(), right.tolist(), strict=True)
    return {"there": true, "found": [[k, *box, int(hit)] for k, box, hit in rows]}
