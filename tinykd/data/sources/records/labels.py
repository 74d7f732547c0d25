"""What records say of their labels, as numbers: names become 0, 1, ... in the order of the names.

Of several labels each becomes a column of 0 and 1; of a regression numbers stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.sources.records.record import Label
from tinykd.errors import DataError, one_line
from tinykd.project.samples import DataSection
from tinykd.project.values import TaskName

_MOST_BITS = 63


@dataclass(frozen=True)
class RecordLabels:
    """``y`` of each part, and the classes' names where they are known."""

    of_parts: tuple[NDArray[Any], ...]
    names: tuple[str, ...] | None


def labels_of_records(
    where: str,
    parts: Sequence[Sequence[Label]],
    names: tuple[str, ...] | None,
    section: DataSection,
    task: TaskName,
) -> RecordLabels:
    """``names``: of the labels 0, 1, ..., as the files say them."""
    kinds = {type(label) for label in chain(*parts)}
    bits = max((label.bit_length() for label in chain(*parts) if isinstance(label, int)), default=0)
    if bits > _MOST_BITS:
        raise DataError(where, f"a label of {bits} bits", "numbers of classes from 0 on, or names")
    if kinds <= {int} and task != "regression":
        return _numbered(where, parts, names, section)
    if kinds <= {int, float}:
        return RecordLabels(tuple(np.array(part) for part in parts), None)
    if kinds == {tuple}:
        return _several(where, parts, section)
    if kinds != {str}:
        raise DataError(where, "labels of several kinds", "names, or numbers")
    known = sorted({str(label) for label in chain(*parts)})
    chosen = section.classes or tuple(known)
    for name in chosen:
        if name not in known:
            shown = one_line(", ".join(known[:20]), 200)
            raise DataError("[data] classes", f"no class {name}", f"of {shown}")
    place = {name: i for i, name in enumerate(chosen)}
    return RecordLabels(tuple(np.array([place[str(x)] for x in part], np.int64) for part in parts), chosen)


def _numbered(
    where: str, parts: Sequence[Sequence[Label]], names: tuple[str, ...] | None, section: DataSection
) -> RecordLabels:
    arrays = tuple(np.array(part, np.int64) for part in parts)
    if names is None:
        return RecordLabels(arrays, None)
    worst = max(int(part.max()) for part in arrays)
    least = min(int(part.min()) for part in arrays)
    if least < 0 or worst >= len(names):
        found = f"label {least if least < 0 else worst} for {len(names)} names"
        raise DataError(where, found, f"labels 0 to {len(names) - 1}")
    if section.classes is None or not set(section.classes) <= set(names):
        return RecordLabels(arrays, names)
    place = np.full(len(names), -1, np.int64)
    place[[names.index(name) for name in section.classes]] = np.arange(len(section.classes))
    return RecordLabels(tuple(place[part] for part in arrays), section.classes)


def _several(where: str, parts: Sequence[Sequence[Label]], section: DataSection) -> RecordLabels:
    """Lists of names, each that is on; or of 0 and 1 for each class."""
    lists = [[label for label in part if isinstance(label, tuple)] for part in parts]
    if all(isinstance(each, int | float) for part in lists for label in part for each in label):
        widths = {len(label) for part in lists for label in part}
        if len(widths) != 1:
            raise DataError(where, f"lists of {min(widths)} to {max(widths)} numbers", "of one length")
        return RecordLabels(tuple(np.array(part) for part in lists), None)
    names = section.classes or tuple(sorted({str(n) for part in lists for label in part for n in label}))
    place = {name: i for i, name in enumerate(names)}
    found = [np.zeros((len(part), len(names)), np.float32) for part in lists]
    for y, part in zip(found, lists, strict=True):
        for row, label in enumerate(part):
            for name in label:
                if str(name) in place:
                    y[row, place[str(name)]] = 1
    return RecordLabels(tuple(found), names)
