"""Several labels of a sample: (n, classes) float32, 1 where a class is on and 0 where it is not.

Checked whoever wrote them; a row of zeros is a sample with no class on. Where a source has one of two classes
for each sample, one output says whether it is the second: a binary classifier with a single sigmoid.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.raw import Raw
from tinykd.data.splits.split import SplitRows
from tinykd.data.types import Labels, Targets
from tinykd.errors import DataError, one_line

MIN_ON = 5  # samples that a class is on in, or off in: one for test, one for validation, three for training
_WANTED = "0 or 1 for each class: whether it is on"


def several_labels(y: NDArray[Any], samples: int, where: str) -> Targets:
    """``y`` (n, classes) as float32; anything but 0, 1, false and true is refused."""
    if y.ndim != 2 or y.shape[0] != samples or y.shape[1] == 0:
        wanted = f"({samples}, classes): {_WANTED}"
        raise DataError(where, f"shape {list(y.shape)}", wanted)
    if y.dtype.kind not in "biuf":
        raise DataError(where, f"type {y.dtype}", _WANTED)
    wrong = np.argwhere(~((y == 0) | (y == 1)))
    if len(wrong):
        row, column = map(int, wrong[0])
        found = f"{y[row, column]:g} in row {row}, column {column}"
        raise DataError(where, found, _WANTED, _instead(y))
    return y.astype(np.float32)


def _instead(y: NDArray[Any]) -> str:
    """What to type for the commonest mistakes."""
    if set(np.unique(y[np.isfinite(y)]).tolist()) == {-1, 1}:
        return "Say y > 0"
    if y.dtype.kind == "f" and np.isfinite(y).all() and y.min() >= 0 and y.max() <= 1:
        return "Say y > 0.5; a teacher's probabilities are for [teacher] model"
    return ""


def as_several(raw: Raw, where: str) -> Raw:
    """``raw`` with a column for each class; of one label of two for each sample, the second class's alone."""
    if raw.y.ndim == 2:
        return replace(raw, y=several_labels(raw.y, len(raw.x), f"{where}: y"))
    if raw.boxes is not None or len(raw.classes) != 2:
        wanted = "columns of 0 and 1, cells such as a;b, or y (n, classes) of an .npz"
        found = f"one of {len(raw.classes)} classes for each sample"
        raise DataError(where, found, wanted, 'Or say task = "classification"')
    first, second = (one_line(name, 40) for name in raw.classes)
    note = f"one output: {second} is on, or it is {first}"
    y = (raw.y == 1).astype(np.float32)[:, np.newaxis]
    return replace(raw, y=y, classes=raw.classes[1:], notes=(*raw.notes, note))


def check_on(raw: Raw, where: str) -> None:
    """Refuse a class that is on, or off, in too few samples to be divided."""
    least = 1 if raw.parts is not None else MIN_ON
    for word, counts in (("on", raw.y.sum(axis=0)), ("off", (1 - raw.y).sum(axis=0))):
        rarest = int(counts.argmin())
        if counts[rarest] < least:
            name, count = one_line(raw.classes[rarest], 40), int(counts[rarest])
            found = f"class {rarest} ({name}) is {word} in {count} of {len(raw.y)} samples"
            raise DataError(f"{where}: y", found, f"at least {least}", "Leave it out, or record more")


def check_learnt(raw: Raw, parts: SplitRows, where: str) -> None:
    """Refuse a class that is on, or off, in all that is learnt from."""
    learnt = raw.y[parts.train]
    for word, missing in (("never on", learnt.max(axis=0) == 0), ("always on", learnt.min(axis=0) == 1)):
        if missing.any():
            place = int(missing.argmax())
            found = f"class {place} ({one_line(raw.classes[place], 40)}) is {word}"
            fix = "Leave it out, or say another [data] split"
            raise DataError(f"{where}: train", found, "samples of both kinds", fix)


def rarest_on(y: Targets) -> Labels:
    """(n,) what a split keeps the shares of: 1 + the rarest of the classes that are on, 0 where none is."""
    order = np.argsort(y.sum(axis=0), kind="stable")  # the rarest first
    first = y[:, order].argmax(axis=1)
    return np.where(y.any(axis=1), 1 + order[first], 0).astype(np.int64)


def combinations(y: Targets) -> Labels:
    """(n,) a number for each combination of classes that are on."""
    return np.unique(y, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def on_of_names(cells: Sequence[str], classes: Sequence[str]) -> NDArray[np.float32]:
    """(n, classes) of cells such as ``"a;b"``; names that are not among ``classes`` are left out."""
    place = {name: k for k, name in enumerate(classes)}
    found = np.zeros((len(cells), len(classes)), np.float32)
    for row, cell in enumerate(cells):
        for name in names_in(cell):
            if name in place:
                found[row, place[name]] = 1.0
    return found


def names_in(cell: str) -> tuple[str, ...]:
    """``("a", "b")`` of ``"a; b"`` or ``"a|b"``; nothing of an empty one."""
    return tuple(filter(None, (name.strip() for name in cell.replace("|", ";").split(";"))))
