"""What every data source must keep to, whoever wrote it; each breach is one line."""

import numpy as np

from tinykd.data.dataset import Dataset, Split
from tinykd.data.raw import Raw
from tinykd.data.split import Parts
from tinykd.errors import DataError
from tinykd.project.schema import TaskName

MIN_PER_CLASS = 5  # one for test, one for validation, three for training


def check_raw(raw: Raw, task: TaskName, where: str) -> None:
    """Refuse samples that cannot be split."""
    if task == "regression":
        if raw.y.ndim == 1:
            wanted = "numbers to learn: y of an .npz, or [sensor] label of CSV files"
            raise DataError(where, "has classes, no targets", wanted, 'Or say task = "classification"')
        return
    if len(raw.classes) < 2:
        raise DataError(where, f"{len(raw.classes)} class", "at least two")
    if task == "classification" and raw.parts is None:
        counts = np.bincount(raw.y, minlength=len(raw.classes))
        rarest = int(counts.argmin())
        if counts[rarest] < MIN_PER_CLASS:
            found = f"class {rarest} ({raw.classes[rarest]}) has {counts[rarest]} samples"
            raise DataError(f"{where}: y", found, f"at least {MIN_PER_CLASS} of every class")


def check_parts(raw: Raw, parts: Parts, where: str) -> None:
    """Refuse a class that the split leaves nothing of to learn from."""
    counts = np.bincount(raw.y[parts.train], minlength=len(raw.classes))
    if not counts.all():
        missing = int(counts.argmin())
        found = f"class {missing} ({raw.classes[missing]}) has no samples"
        raise DataError(f"{where}: train", found, "some of every class", "Divide the groups otherwise")


def check_dataset(data: Dataset, where: str) -> None:
    """Refuse data that nothing can be learnt from or that cannot be quantized."""
    for name, split in data.splits.items():
        _check_split(split, f"{where}: {name}", len(data.classes))
    if float(data.train.x.min()) == float(data.train.x.max()):
        value = float(data.train.x.min())
        raise DataError(
            where, f"every value is {value:g}", "samples that differ", "A scale of 0 cannot be quantized"
        )
    if data.task == "classification" and len(np.unique(data.train.y)) < 2:
        raise DataError(where, f"all training samples are of class {data.train.y[0]}", "at least two classes")


def _check_split(split: Split, where: str, classes: int) -> None:
    if len(split) == 0:
        raise DataError(where, "no samples")
    if not np.isfinite(split.x).all():
        bad = int(np.count_nonzero(~np.isfinite(split.x)))
        raise DataError(where, f"{bad} values are NaN or infinite", "finite numbers")
    if split.y.ndim == 1 and (split.y.min() < 0 or split.y.max() >= classes):
        worst = split.y.min() if split.y.min() < 0 else split.y.max()
        raise DataError(where, f"label {worst} for {classes} classes", f"labels 0 to {classes - 1}")


def colour_hint(given: tuple[object, ...], wanted: tuple[object, ...]) -> str:
    """What to type where one shape has three channels and the other has one; else nothing."""
    if given[:-1] != wanted[:-1] or {given[-1:], wanted[-1:]} != {(1,), (3,)}:
        return ""
    return "Of images, [image] grey = true or false says how many channels are read"
