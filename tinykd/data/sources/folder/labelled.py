"""Files with labels, read one by one into a ``Raw``: what folders of images, sounds and recordings share."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import Frontend
from tinykd.data.raw import Raw
from tinykd.data.sources.folder.layout import LabelledFiles
from tinykd.errors import DataError

MAX_BYTES = 4 << 30  # of all samples together
Read = Callable[[Path], NDArray[np.float32]]  # a file's sample


def stacked(paths: Sequence[Path], read: Read) -> NDArray[np.float32]:
    """(n, ...) the samples of ``paths``, all of one shape."""
    first = read(paths[0])
    if first.nbytes * len(paths) > MAX_BYTES:
        total = first.nbytes * len(paths)
        raise DataError(paths[0].parent, f"{len(paths)} samples take {total} bytes", f"at most {MAX_BYTES}")
    samples = np.empty((len(paths), *first.shape), np.float32)
    samples[0] = first
    for i, path in enumerate(paths[1:], start=1):
        sample = read(path)
        if sample.shape != first.shape:
            shapes = [" x ".join(map(str, each.shape)) for each in (sample, first)]
            fix = "Say [image] size = [{}, {}]".format(*first.shape[:2]) if first.ndim == 3 else ""
            raise DataError(path, shapes[0], f"{shapes[1]} as in {paths[0].name}", fix)
        samples[i] = sample
    return samples


def raw_of(
    name: str,
    found: LabelledFiles,
    x: NDArray[np.float32],
    frontend: Frontend,
    classes: Sequence[str] | None,
    unlabelled: NDArray[np.float32] | None = None,
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
