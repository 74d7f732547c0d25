"""A dataset summarized in numbers, and what a device must know of it, as JSON."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinykd.data.dataset import Dataset
from tinykd.data.features.agreement import described

FEATURES_FILE = "features.json"


def summary(data: Dataset) -> dict[str, Any]:
    """Samples of each split, of each class where there are any, and the notes for the user; of a detection
    the objects of each class, of several labels the samples that each class is on in.
    """
    splits = {name: {"samples": len(split), **_classes(data, name)} for name, split in data.splits.items()}
    unlabelled = 0 if data.unlabelled is None else len(data.unlabelled)
    return {"splits": splits, "unlabelled": unlabelled, "notes": list(data.notes)}


def _classes(data: Dataset, name: str) -> dict[str, list[int]]:
    split = data.splits[name]
    if split.scenes is not None:
        found = split.scenes.boxes.classes
        return {"objects": np.bincount(found, minlength=len(data.classes)).tolist()}
    if split.multilabel:
        return {"classes": split.y.sum(axis=0).astype(int).tolist()}
    labels = split.labels if split.labels is not None else split.y if split.y.ndim == 1 else None
    if labels is None:
        return {}
    return {"classes": np.bincount(labels, minlength=len(data.classes)).tolist()}


def _objects(data: Dataset, thresholds: list[float]) -> dict[str, Any]:
    """From a model's int8 outputs to objects: ``thresholds`` of each class, on the grid's cells."""
    grid = data.grid
    assert grid is not None
    return {
        "head": grid.head,
        "stride": grid.stride,
        "rows": grid.rows,
        "columns": grid.columns,
        "width": grid.width,
        "height": grid.height,
        "radius": list(grid.radius),
        "usual": [list(size) for size in grid.usual],
        "thresholds": [int(each) for each in thresholds],
    }


def features_json(data: Dataset, tflite: Any, thresholds: Sequence[int] = ()) -> dict[str, Any]:
    """From a measured sample to the model's input, and from its outputs to their meaning.

    ``tflite``: the flatbuffer's scores by split, for an anomaly task's threshold. ``thresholds``: of several
    labels, the int8 output from which on each class is on.
    """
    found: dict[str, Any] = {"task": data.task, "input": described(data.frontend, data.input_shape)}
    match data.task:
        case "classification":
            found["classes"] = list(data.classes)
        case "multilabel":
            found["classes"] = list(data.classes)
            found["thresholds"] = list(thresholds)
        case "regression":
            scale, mean = list(data.target_scale), list(data.target_mean)
            found["targets"] = {"names": list(data.classes), "mean": mean, "deviation": scale}
        case "anomaly":
            found["threshold"] = tflite["test"]["threshold"]
        case "detection":
            found["classes"] = list(data.classes)
            found["objects"] = _objects(data, tflite["test"]["thresholds"])
    return found
