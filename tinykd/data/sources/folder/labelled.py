"""Files with labels, read one by one into a ``Raw``: what folders of images, sounds and recordings share."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import Frontend
from tinykd.data.raw import Raw
from tinykd.data.sources.folder.layout import LabelledFiles
from tinykd.data.stored.files import is_large
from tinykd.data.stored.lazy_rows import LazyRows, Numbers
from tinykd.data.types import SampleRows
from tinykd.errors import DataError

Read = Callable[[Path], NDArray[Any]]  # a file's sample


def stacked(paths: Sequence[Path], read: Read) -> SampleRows:
    """(n, ...) the samples of ``paths``, all of one shape; many are read when they are asked for."""
    first = read(paths[0])

    def of_files(numbers: Numbers) -> NDArray[Any]:
        samples = np.empty((len(numbers), *first.shape), first.dtype)
        for i, number in enumerate(numbers):
            samples[i] = _alike(read(paths[number]), first, paths[number], paths[0])
        return samples

    if not is_large(first.size * len(paths)):
        return of_files(np.arange(len(paths)))
    return LazyRows((len(paths), *first.shape), first.dtype, of_files)


def _alike(sample: NDArray[Any], first: NDArray[Any], path: Path, first_path: Path) -> NDArray[Any]:
    """``sample`` of ``path``, if it has the shape of the ``first``."""
    if sample.shape == first.shape:
        return sample
    shapes = [" x ".join(map(str, each.shape)) for each in (sample, first)]
    fix = "Say [image] size = [{}, {}]".format(*first.shape[:2]) if first.ndim == 3 else ""
    raise DataError(path, shapes[0], f"{shapes[1]} as in {first_path.name}", fix)


def raw_of(
    name: str,
    found: LabelledFiles,
    x: SampleRows,
    frontend: Frontend,
    classes: Sequence[str] | None,
    unlabelled: SampleRows | None = None,
) -> Raw:
    """``x`` (n, H, W, C) with labels in the order of ``classes``, or of the classes' names."""
    names = tuple(classes) if classes is not None else tuple(sorted({entry.label for entry in found.entries}))
    number = {label: i for i, label in enumerate(names)}
    y = np.array([number[entry.label] for entry in found.entries], np.int64)
    groups = [entry.group for entry in found.entries]
    parts = [entry.part for entry in found.entries]
    return Raw(
        name,
        x,
        y,
        names,
        np.array(groups, np.str_) if all(group is not None for group in groups) else None,
        np.array(parts, np.int8) if all(part is not None for part in parts) else None,
        unlabelled,
        frontend,
        found.notes,
    )
