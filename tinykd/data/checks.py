"""What every data source must keep to, whoever wrote it; each breach is one line."""

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.data.raw import Raw
from tinykd.data.splits.divisions import other_division
from tinykd.data.splits.split import SplitRows
from tinykd.data.stored.figures import count_of, extremes, moments
from tinykd.errors import DataError
from tinykd.project.samples import DataSection
from tinykd.project.values import TaskName

MAX_NORMALISED = 10.0  # mean and deviation of samples that are in [0, 1], or have mean 0 and deviation 1
MIN_PER_CLASS = 5  # one for test, one for validation, three for training


def check_raw(raw: Raw, task: TaskName, where: str) -> None:
    """Refuse samples that cannot be split, and classes that nobody could name."""
    blank = next((i for i, name in enumerate(raw.classes) if not name.strip()), None)
    if blank is not None and task != "regression":
        raise DataError(where, f"class {blank} has a blank name", "a name for every class")
    if task == "regression":
        if raw.y.ndim == 1:
            wanted = "numbers to learn: y of an .npz, or [sensor] label of CSV files"
            raise DataError(where, "has classes, no targets", wanted, 'Or say task = "classification"')
        return None
    if task == "detection":
        return _check_boxes(raw, where)
    if task == "multilabel":
        return None  # several_labels
    if len(raw.classes) < 2:
        raise DataError(where, f"{len(raw.classes)} class", "at least two")
    if task == "classification" and raw.parts is None:
        counts = np.bincount(raw.y, minlength=len(raw.classes))
        rarest = int(counts.argmin())
        if counts[rarest] < MIN_PER_CLASS:
            found = f"class {rarest} ({raw.classes[rarest]}) has {counts[rarest]} samples"
            fix = _from_zero(counts)
            raise DataError(f"{where}: y", found, f"at least {MIN_PER_CLASS} of every class", fix)
    return None


def _check_boxes(raw: Raw, where: str) -> None:
    if raw.boxes is None:
        wanted = "images with boxes: Pascal VOC, COCO, YOLO, a CSV file of boxes, or an .npz with boxes"
        raise DataError(where, "has labels, no boxes", wanted, 'Or say task = "classification"')
    if not len(raw.boxes.classes):
        found = f"no box in any of the {len(raw.x)} images"
        raise DataError(where, found, "some images with boxes; the others are background")
    if raw.parts is None and len(raw.x) < MIN_PER_CLASS:
        raise DataError(where, f"{len(raw.x)} images", f"at least {MIN_PER_CLASS}")


def check_found(data: Dataset) -> None:
    """Refuse a detection that could not be learnt, or not be measured."""
    for name, split in data.splits.items():
        assert split.scenes is not None
        if not len(split.scenes.boxes.classes):
            fix = "Say another [data] split" if name != "train" else ""
            raise DataError(f"{data.name}: {name}", f"no box in its {len(split)} images", "some objects", fix)


def check_parts(raw: Raw, parts: SplitRows, where: str, section: DataSection) -> None:
    """Refuse a class that the split leaves nothing of to learn from."""
    counts = np.bincount(raw.y[parts.train], minlength=len(raw.classes))
    if not counts.all():
        missing = int(counts.argmin())
        found = f"class {missing} ({raw.classes[missing]}) has no samples"
        by_groups = raw.groups is not None and section.split in (None, "group")
        other = other_division(raw, parts, section) if by_groups else ""
        fix = "Leave it out with [data] classes"
        if raw.parts is None:
            fix = 'Say [data] split = "class", which has groups on both sides, or record more groups'
        fix = f"Say {other}" if other else _called_alike(raw, counts, missing) or fix
        raise DataError(f"{where}: train", found, "some of every class", fix)


def _called_alike(raw: Raw, counts: NDArray[np.int64], missing: int) -> str:
    """What to say where a class is learnt from under a name that differs in its capitals or blanks alone."""
    plain = ["".join(filter(str.isalnum, name.casefold())) for name in raw.classes]
    alike = [i for i, name in enumerate(plain) if name and name == plain[missing] and counts[i]]
    return f"Call it {raw.classes[alike[0]]}, as in train" if alike else ""


def _from_zero(counts: NDArray[np.int64]) -> str:
    """What to say where nothing has label 0, or another: of so many classes, some are not there."""
    if counts[0] == 0:
        return "Labels start at 0: if they are 1, 2, ..., subtract 1"
    if not counts.all():
        return "Labels without gaps: np.unique(y, return_inverse=True)[1] numbers them"
    return ""


def check_dataset(data: Dataset, where: str) -> None:
    """Refuse data that nothing can be learnt from or that cannot be quantized."""
    for name, split in data.splits.items():
        _check_split(split, f"{where}: {name}", len(data.classes))
    value, most = extremes(data.train.x)
    if value == most:
        raise DataError(
            where, f"every value is {value:g}", "samples that differ", "A scale of 0 cannot be quantized"
        )
    if data.task == "multilabel":
        for name, split in data.splits.items():
            _check_on_or_off(split, f"{where}: {name}")
    if data.task == "classification" and len(np.unique(data.train.y)) < 2:
        raise DataError(where, f"all training samples are of class {data.train.y[0]}", "at least two classes")


def check_normalised(data: Dataset, where: str) -> None:
    """Refuse a ``Dataset`` of the user's whose samples, in any split, are as they were measured."""
    every = {name: split.x for name, split in data.splits.items()}
    if data.unlabelled is not None:
        every["unlabelled"] = data.unlabelled
    for name, x in every.items():
        found_moments = moments(x, None)
        mean, deviation = float(found_moments.mean), float(found_moments.deviation)
        if max(abs(mean), deviation) > MAX_NORMALISED:
            wanted = "samples normalised already: images in [0, 1], all others with mean 0 and deviation 1"
            fix = "Divide them, or give a dictionary of arrays, which is normalised"
            low, high = extremes(x)
            found = f"values from {low:.4g} to {high:.4g}"
            raise DataError(f"{where}: {name}", found, wanted, fix)


def _check_split(split: Split, where: str, classes: int) -> None:
    if len(split) == 0:
        raise DataError(where, "no samples")
    if bad := count_of(split.x, lambda rows: ~np.isfinite(rows)):
        raise DataError(where, f"{bad} values are NaN or infinite", "finite numbers")
    if split.y.ndim == 1 and (split.y.min() < 0 or split.y.max() >= classes):
        worst = split.y.min() if split.y.min() < 0 else split.y.max()
        fix = "Labels start at 0: subtract 1 (y - 1)" if (split.y.min(), worst) == (1, classes) else ""
        raise DataError(where, f"label {worst} for {classes} classes", f"labels 0 to {classes - 1}", fix)


def _check_on_or_off(split: Split, where: str) -> None:
    """Of a ``Dataset`` of the user's."""
    if not split.multilabel or not ((split.y == 0) | (split.y == 1)).all():
        found = "y has other values than 0 and 1" if split.multilabel else "a Split without multilabel = True"
        raise DataError(where, found, "Split(x, y, multilabel=True), y (n, classes) float32 of 0 and 1")


def colour_hint(given: tuple[object, ...], wanted: tuple[object, ...]) -> str:
    """What to type where one shape has three channels and the other has one; else nothing."""
    if given[:-1] != wanted[:-1] or {given[-1:], wanted[-1:]} != {(1,), (3,)}:
        return ""
    return "Of images, [image] grayscale = true or false says how many channels are read"
