"""A user's samples from an ``.npz`` file; nothing in it is trusted: no pickles, bounded sizes, all checked.

``x`` (n, ...) and ``y`` (n,), of several labels (n, classes) of 0 and 1, or ``x_train``, ``y_train``,
``x_test``, ``y_test`` and perhaps ``x_validation``, ``y_validation``; optionally ``classes``, ``group`` (or
``subject``, ``speaker``) of each sample, ``scale`` of ``x``, ``x_unlabelled``.
"""

import sys
import tokenize
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.camera import Camera, camera_pixels
from tinykd.data.features.frontend import Frontend, ImageFrontend, SensorFrontend, TableFrontend
from tinykd.data.kinds import Kinds
from tinykd.data.raw import Groups, Raw
from tinykd.data.several_labels import several_labels
from tinykd.data.sources.array_names import GROUP_NAMES, PARTS, canonical_names
from tinykd.data.sources.arrays import class_names, column_names, labels_of, numbers, scaled, targets_of
from tinykd.data.sources.cameras import as_real, camera_of, frames_of
from tinykd.data.sources.csv.tables import columns_note
from tinykd.data.sources.folder.sounds import features, fitted, frontend_of
from tinykd.data.sources.large_npz import large_arrays
from tinykd.data.sources.value_ranges import (
    SIGNED,
    UNIT,
    Reading,
    image_in,
    note_on_scaled,
    reading_of_images,
    reading_of_sounds,
    sound_in,
)
from tinykd.data.stored.files import is_large, of_array
from tinykd.data.stored.kept import in_array, kept
from tinykd.data.stored.lazy_rows import LazyRows, changed, joined
from tinykd.data.types import SampleRows
from tinykd.errors import DataError
from tinykd.project.samples import DataKind
from tinykd.project.values import TaskName

MAX_BYTES = 4 << 30  # of all arrays that are held in memory, unpacked
_ENDS = ("", *(f"_{part}" for part in PARTS))
_SAMPLES = (*(f"x{end}" for end in _ENDS), "x_unlabelled")
DAMAGED_ARRAYS = (  # what numpy and zipfile raise of a damaged file; an array's header is Python's text
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, MemoryError),
    *(RuntimeError, SyntaxError, TypeError, OverflowError, tokenize.TokenError),
)
_WANTED = "an .npz file with x, y and optionally classes"


def load_npz(path: Path, kinds: Kinds, kind: DataKind, task: TaskName, unlabelled: Path | None = None) -> Raw:
    """The file's samples; ``kind`` says what the axes of ``x`` are; ``unlabelled``: a file with more."""

    def given(file: Path, more: NpzArrays | None = None) -> NpzArrays:
        return NpzArrays(str(file), file.stem, read_arrays(file), kinds, kind, more)

    raw = given(path, None if unlabelled is None else given(unlabelled)).raw(task)
    if kind == "image" and kinds.image.camera is not None:
        return replace(raw, measured=partial(_frames_of, path, kinds))
    return replace(raw, sounds=partial(_sounds_of, path, kinds)) if kind == "audio" else raw


def _frames_of(path: Path, kinds: Kinds, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    arrays = NpzArrays(str(path), path.stem, read_arrays(path), kinds, "image")
    return np.asarray(joined([arrays.frames(name) for name in arrays.names])[rows])


def _sounds_of(path: Path, kinds: Kinds, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """The file is read once more: its samples are not kept beside their features."""
    arrays = NpzArrays(str(path), path.stem, read_arrays(path), kinds, "audio")
    return np.asarray(joined([arrays.sounds(name) for name in arrays.names])[rows])


@dataclass(frozen=True)
class NpzArrays:
    """Arrays as an ``.npz`` holds them, by name; not checked yet."""

    where: str  # for errors
    name: str  # of the data set
    arrays: Mapping[str, SampleRows]  # of samples alone other than arrays
    kinds: Kinds
    kind: DataKind
    more: "NpzArrays | None" = None  # another file, whose x has no labels

    @property
    def names(self) -> list[str]:
        """Of the arrays of samples, in the order that they are joined in."""
        return ["x"] if "x" in self.arrays else [f"x_{p}" for p in PARTS if f"x_{p}" in self.arrays]

    def raw(self, task: TaskName) -> Raw:
        """The samples, checked."""
        return self._whole(task) if "x" in self.arrays else self._in_parts(task)

    def _whole(self, task: TaskName) -> Raw:
        x, y = self.samples("x"), self._wanted("y")
        return self._raw(x, y, self._groups(len(x), ""), None, task)

    def _in_parts(self, task: TaskName) -> Raw:
        """``x_train`` and so on, one after another."""
        present = [part for part in PARTS if f"x_{part}" in self.arrays]
        if "train" not in present or len(present) < 2:
            missing = "train" if "train" not in present else "test"
            self._wanted("x" if not present else f"x_{missing}")
        xs = [self.samples(f"x_{part}") for part in present]
        if len({x.shape[1:] for x in xs}) > 1:
            shapes = ", ".join(str(list(x.shape[1:])) for x in xs)
            raise DataError(self.where, f"samples of shapes {shapes}", "one shape in all parts")
        ys = [self._part_labels(part, len(x), task) for part, x in zip(present, xs, strict=True)]
        if len({y.shape[1:] for y in ys}) > 1:
            shapes = ", ".join(str(list(y.shape)) for y in ys)
            raise DataError(self.where, f"y of shapes {shapes}", "as many columns in all parts")
        groups = [self._groups(len(x), f"_{part}") for part, x in zip(present, xs, strict=True)]
        parts = np.repeat([PARTS[part] for part in present], [len(x) for x in xs]).astype(np.int8)
        known = [each for each in groups if each is not None]
        all_groups = np.concatenate(known) if len(known) == len(groups) else None
        return self._raw(joined(xs), np.concatenate(ys), all_groups, parts, task)

    def _raw(
        self,
        x: SampleRows,
        y: NDArray[Any],
        groups: Groups | None,
        parts: NDArray[np.int8] | None,
        task: TaskName,
    ) -> Raw:
        unlabelled = self.samples("x_unlabelled") if "x_unlabelled" in self.numbers else None
        if unlabelled is not None and unlabelled.shape[1:] != x.shape[1:]:
            found = f"shape {list(unlabelled.shape[1:])}"
            raise DataError(f"{self.where}: x_unlabelled", found, f"{list(x.shape[1:])}, that of x")
        names = self._wanted("classes") if "classes" in self.arrays else None
        if task == "regression":
            targets = targets_of(y, len(x), f"{self.where}: y")
            classes = class_names(names, targets.shape[1], self.where)
            return Raw(
                self.name, x, targets, classes, groups, parts, unlabelled, self._frontend(), self._notes()
            )
        if task == "multilabel" and (y.ndim > 1 or (names is not None and names.shape == (1,))):
            flags = several_labels(y if y.ndim > 1 else y[:, np.newaxis], len(x), f"{self.where}: y")
            classes = column_names(names, flags.shape[1], self.where)
            return Raw(
                self.name, x, flags, classes, groups, parts, unlabelled, self._frontend(), self._notes()
            )
        labels = labels_of(y, len(x), f"{self.where}: y", None if names is None else len(names))
        classes = class_names(names, int(labels.max()) + 1, self.where)
        return Raw(self.name, x, labels, classes, groups, parts, unlabelled, self._frontend(), self._notes())

    @cached_property
    def is_large(self) -> bool:
        """Whether samples stay in their own type, and become float32 as they are asked for."""
        own = sum(self.arrays[name].size for name in _SAMPLES if name in self.arrays)
        return is_large(own + (0 if self.more is None else sum(x.size for x in self.more.arrays.values())))

    @cached_property
    def numbers(self) -> dict[str, SampleRows]:
        """All samples (n, H, W, C) by the names of their arrays; times ``scale`` where it is given."""
        found = {name: self._measured(name) for name in _SAMPLES if name in self.arrays}
        if self.more is not None:
            found["x_unlabelled"] = self.more._measured("x", self.is_large)
        return found

    def _measured(self, name: str, large: bool | None = None) -> SampleRows:
        where, given = f"{self.where}: {name}", self._rows(name)
        large = self.is_large if large is None else large
        given = (given if large else in_array(given)) if isinstance(given, LazyRows) else given
        x = numbers(of_array(given) if large and isinstance(given, np.ndarray) else given, where, self.kind)
        return scaled(x, self._wanted("scale"), where) if "scale" in self.arrays else x

    def _is_scaled(self, name: str) -> bool:
        other = self.more is not None and name == "x_unlabelled"
        return "scale" in (self.more.arrays if other and self.more is not None else self.arrays)

    @cached_property
    def reading(self) -> Reading:
        """What the numbers of images and sounds mean."""
        plain = {name: x for name, x in self.numbers.items() if not self._is_scaled(name)}
        if self.kind == "audio":
            return reading_of_sounds(plain, self.where)
        return reading_of_images(plain, self.where, self.kinds.image.range)

    def samples(self, name: str) -> SampleRows:
        """(n, H, W, C); of sound, its features."""
        x = self.numbers[name] if name in self.numbers else self._rows(name)
        match self.kind:
            case "sensor" | "table":
                return changed(x, lambda rows: rows.astype(np.float32))
            case "image":
                return self._images(name, x)
            case "audio":
                how = frontend_of(self.kinds.audio).how
                made = changed(self.sounds(name), lambda rows: features(rows, how, self.kinds.audio))
                return kept(made, f"{self.where}: {name}")
            case "text":
                raise TypeError("texts are no arrays: tinykd.data.sources.text reads them")
            case _:
                assert_never(self.kind)

    def _images(self, name: str, x: SampleRows) -> SampleRows:
        range = UNIT if self._is_scaled(name) else self.reading.of(x)
        camera = self._camera(x)
        if camera is None:
            return changed(x, lambda rows: image_in(rows, range))
        seen = changed(self.frames(name), lambda rows: camera_pixels(rows, camera), np.uint8)
        pixels = kept(seen, f"{self.where}: {name}")
        return changed(pixels, lambda rows: as_real(rows, range.low, range.low + range.span))

    def frames(self, name: str) -> SampleRows:
        """(n, H, W, C) uint8, as a camera gives them."""
        camera, where = self.kinds.image.camera, f"{self.where}: {name}"
        assert camera is not None
        return changed(self.numbers[name], lambda rows: frames_of(rows, camera, where), np.uint8)

    def _camera(self, x: SampleRows) -> Camera | None:
        image, channels = self.kinds.image, x.shape[3]
        if image.camera is not None and channels not in (1, 3):
            raise DataError(self.where, f"{channels} channels", "1 or 3 with [image] camera")
        return camera_of(image, channels, bool(image.grayscale))

    def sounds(self, name: str) -> SampleRows:
        """(n, samples) in [-1, 1]."""
        x = self.numbers[name]
        range = SIGNED if self._is_scaled(name) else self.reading.of(x)
        samples = frontend_of(self.kinds.audio).how.samples

        def waves(rows: NDArray[Any]) -> NDArray[np.float32]:
            return np.stack([fitted(sound, samples) for sound in sound_in(rows, range)[:, :, 0, 0]])

        return changed(x, waves)

    def _notes(self) -> tuple[str, ...]:
        """Of images and sounds, what their numbers were taken for; of one channel, that it may be a table."""
        if self.kind in ("image", "audio"):
            scaled = {name: x for name, x in self.numbers.items() if self._is_scaled(name)}
            notes = (self.reading.note, note_on_scaled(scaled) if self.kind == "image" else "")
            return tuple(filter(None, notes))
        x = next(iter(self.numbers.values()))
        return columns_note(x) if self.kind == "sensor" else ()

    def _frontend(self) -> Frontend:
        match self.kind:
            case "audio":
                return frontend_of(self.kinds.audio)
            case "sensor":
                return SensorFrontend((), ())
            case "table":
                return TableFrontend((), ())
            case "image":
                name = "x" if "x" in self.arrays else "x_train"
                range = UNIT if self._is_scaled(name) else self.reading.of(self.numbers[name])
                return ImageFrontend(range.span, range.low, self._camera(self.numbers[name]))
            case "text":
                raise TypeError("texts are no arrays: tinykd.data.sources.text reads them")
            case _:
                assert_never(self.kind)

    def _wanted(self, name: str) -> NDArray[Any]:
        return np.asarray(self._rows(name))

    def _rows(self, name: str) -> SampleRows:
        if name not in self.arrays:
            found = ", ".join(self.arrays) or "nothing"
            raise DataError(self.where, f"has no array {name}, but {found}", "x, y and optionally classes")
        return self.arrays[name]

    def _part_labels(self, part: str, count: int, task: TaskName) -> NDArray[Any]:
        """Of an anomaly task, training samples without labels are normal."""
        if task == "anomaly" and part != "test" and f"y_{part}" not in self.arrays:
            return np.zeros(count, np.int64)
        y = self._wanted(f"y_{part}")
        if y.shape[:1] != (count,):
            wanted = f"one label for each of the {count} samples"
            raise DataError(f"{self.where}: y_{part}", f"shape {list(y.shape)}", wanted)
        return y

    def _groups(self, count: int, end: str) -> Groups | None:
        for name in (f"{each}{end}" for each in GROUP_NAMES):
            if name in self.arrays:
                found = self._wanted(name)
                if found.shape != (count,) or found.dtype.kind not in "iuU":
                    shape = f"{found.dtype} of shape {list(found.shape)}"
                    wanted = f"a whole number or a text for each of the {count} samples"
                    raise DataError(f"{self.where}: {name}", shape, wanted)
                return found.astype(np.str_)
        return None


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of an ``.npz`` by the names that they have here (``x_train`` of ``X_train``), no others."""
    if not path.is_file():
        raise DataError(path, "no such file", _WANTED)
    try:
        zipfile.ZipFile(path).close()  # NumPy would take other files for something else
        with np.load(path, allow_pickle=False) as file:
            names = canonical_names(file.files, str(path))
            large = large_arrays(path, [name for name, meant in names.items() if meant in _SAMPLES])
            check_npz_size(path, large)
            arrays = {name: large[name] if name in large else array_of(file, name) for name in names}
        return {meant: arrays[name] for name, meant in names.items()}
    except DAMAGED_ARRAYS as error:
        raise DataError(
            path, f"cannot be read ({error})", "an .npz file of plain arrays (no objects)"
        ) from None


def array_of(file: "np.lib.npyio.NpzFile", name: str) -> NDArray[Any]:
    """``file[name]``, which is bytes where the entry does not begin as an array; of texts, Unicode alone."""
    found = file[name]
    if not isinstance(found, np.ndarray):
        raise ValueError(f"{name} is no array")
    if found.dtype.kind == "U" and found.size:
        native = found.astype(found.dtype.newbyteorder("="))
        if np.frombuffer(native.tobytes(), np.uint32).max(initial=0) > sys.maxunicode:
            raise ValueError(f"{name} is no text")
    return found


def check_npz_size(path: Path, on_disk: Collection[str] = ()) -> None:
    """Refuse arrays that would fill the memory; ``on_disk``: those that stay there."""
    outside = {f"{name}.npy" for name in on_disk}
    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist() if entry.filename not in outside)
    if size > MAX_BYTES:
        raise DataError(path, f"holds {size} bytes of arrays", f"at most {MAX_BYTES}")
