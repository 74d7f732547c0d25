"""A user's samples from an ``.npz`` file; nothing in it is trusted: no pickles, bounded sizes, all checked.

``x`` (n, ...) and ``y`` (n,), or ``x_train``, ``y_train``, ``x_test``, ``y_test`` and perhaps
``x_validation``, ``y_validation``; optionally ``classes``, ``group`` (or ``subject``, ``speaker``) of each
sample, ``scale`` of integers, ``x_unlabelled``.
"""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.arrays import as_samples, class_names, labels_of, targets_of
from tinykd.data.dataset import Samples
from tinykd.data.raw import TEST, TRAIN, VALIDATION, Groups, Raw
from tinykd.errors import DataError
from tinykd.project.schema import DataKind, TaskName

MAX_BYTES = 4 << 30  # of all arrays, unpacked
GROUP_NAMES = ("group", "subject", "speaker")
PARTS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
_ENDS = ("", *(f"_{part}" for part in PARTS))
_KNOWN = ("classes", "scale", "x_unlabelled", *(f"{k}{e}" for k in ("x", "y", *GROUP_NAMES) for e in _ENDS))
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, MemoryError)
_WANTED = "an .npz file with x, y and optionally classes"


def load_npz(path: Path, kind: DataKind = "image", task: TaskName = "classification") -> Raw:
    """The file's samples; ``kind`` says what the axes of ``x`` are."""
    file = _File(path, _read(path), kind)
    return file.whole(task) if "x" in file.arrays else file.in_parts(task)


@dataclass(frozen=True)
class _File:
    path: Path
    arrays: dict[str, NDArray[Any]]
    kind: DataKind

    def whole(self, task: TaskName) -> Raw:
        x, y = self._samples("x"), self._wanted("y")
        return self._raw(x, y, self._groups(len(x), ""), None, task)

    def in_parts(self, task: TaskName) -> Raw:
        """``x_train`` and so on, one after another."""
        present = [part for part in PARTS if f"x_{part}" in self.arrays]
        for part in ("train", "test"):
            if part not in present:
                self._wanted("x" if not present else f"x_{part}")
        xs = [self._samples(f"x_{part}") for part in present]
        if len({x.shape[1:] for x in xs}) > 1:
            shapes = ", ".join(str(list(x.shape[1:])) for x in xs)
            raise DataError(self.path, f"samples of shapes {shapes}", "one shape in all parts")
        ys = [self._part_labels(part, len(x), task) for part, x in zip(present, xs, strict=True)]
        groups = [self._groups(len(x), f"_{part}") for part, x in zip(present, xs, strict=True)]
        parts = np.repeat([PARTS[part] for part in present], [len(x) for x in xs]).astype(np.int8)
        known = [each for each in groups if each is not None]
        all_groups = np.concatenate(known) if len(known) == len(groups) else None
        return self._raw(np.concatenate(xs), np.concatenate(ys), all_groups, parts, task)

    def _raw(
        self,
        x: Samples,
        y: NDArray[Any],
        groups: Groups | None,
        parts: NDArray[np.int8] | None,
        task: TaskName,
    ) -> Raw:
        unlabelled = self._samples("x_unlabelled") if "x_unlabelled" in self.arrays else None
        if unlabelled is not None and unlabelled.shape[1:] != x.shape[1:]:
            found = f"shape {list(unlabelled.shape[1:])}"
            raise DataError(f"{self.path}: x_unlabelled", found, f"{list(x.shape[1:])}, that of x")
        names = self.arrays.get("classes")
        if task == "regression":
            targets = targets_of(y, len(x), f"{self.path}: y")
            classes = class_names(names, targets.shape[1], str(self.path))
            return Raw(self.path.stem, x, targets, classes, groups, parts, unlabelled)
        labels = labels_of(y, len(x), f"{self.path}: y")
        classes = class_names(names, int(labels.max()) + 1, str(self.path))
        return Raw(self.path.stem, x, labels, classes, groups, parts, unlabelled)

    def _samples(self, name: str) -> Samples:
        return as_samples(self.arrays[name], f"{self.path}: {name}", self.kind, self.arrays.get("scale"))

    def _wanted(self, name: str) -> NDArray[Any]:
        if name not in self.arrays:
            found = ", ".join(self.arrays) or "nothing"
            raise DataError(self.path, f"has no array {name}, but {found}", "x, y and optionally classes")
        return self.arrays[name]

    def _part_labels(self, part: str, count: int, task: TaskName) -> NDArray[Any]:
        """Of an anomaly task, training samples without labels are normal."""
        if task == "anomaly" and part != "test" and f"y_{part}" not in self.arrays:
            return np.zeros(count, np.int64)
        y = self._wanted(f"y_{part}")
        if y.shape[:1] != (count,):
            wanted = f"one label for each of the {count} samples"
            raise DataError(f"{self.path}: y_{part}", f"shape {list(y.shape)}", wanted)
        return y

    def _groups(self, count: int, end: str) -> Groups | None:
        for name in (f"{each}{end}" for each in GROUP_NAMES):
            if name in self.arrays:
                found = self.arrays[name]
                if found.shape != (count,) or found.dtype.kind not in "iuU":
                    shape = f"{found.dtype} of shape {list(found.shape)}"
                    wanted = f"a whole number or a text for each of the {count} samples"
                    raise DataError(f"{self.path}: {name}", shape, wanted)
                return found.astype(np.str_)
        return None


def _read(path: Path) -> dict[str, NDArray[Any]]:
    if not path.is_file():
        raise DataError(path, "no such file", _WANTED)
    try:
        _check_size(path)
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files if name in _KNOWN}
    except _DAMAGED as error:
        raise DataError(
            path, f"cannot be read ({error})", "an .npz file of plain arrays (no objects)"
        ) from None


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MAX_BYTES:
        raise DataError(path, f"holds {size} bytes of arrays", f"at most {MAX_BYTES}")
