"""What every data source must keep to, whoever wrote it; each breach is one line."""

import numpy as np

from tinykd.data.dataset import Dataset, Split
from tinykd.errors import DataError


def check_dataset(data: Dataset, where: str) -> None:
    """Refuse data that nothing can be learnt from or that cannot be quantized."""
    if len(data.classes) < 2:
        raise DataError(where, f"{len(data.classes)} class", "at least two")
    for name, split in data.splits.items():
        _check_split(split, f"{where}: {name}", len(data.classes))
    if float(data.train.x.min()) == float(data.train.x.max()):
        value = float(data.train.x.min())
        raise DataError(
            where, f"every value is {value:g}", "samples that differ", "A scale of 0 cannot be quantized"
        )
    if len(np.unique(data.train.y)) < 2:
        raise DataError(where, f"all training samples are of class {data.train.y[0]}", "at least two classes")


def _check_split(split: Split, where: str, classes: int) -> None:
    if len(split) == 0:
        raise DataError(where, "no samples")
    if not np.isfinite(split.x).all():
        bad = int(np.count_nonzero(~np.isfinite(split.x)))
        raise DataError(where, f"{bad} values are NaN or infinite", "finite numbers")
    if split.y.min() < 0 or split.y.max() >= classes:
        worst = split.y.min() if split.y.min() < 0 else split.y.max()
        raise DataError(where, f"label {worst} for {classes} classes", f"labels 0 to {classes - 1}")
