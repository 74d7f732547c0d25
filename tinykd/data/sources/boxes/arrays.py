"""Images and boxes as arrays, from an ``.npz`` or a function: ``x`` (n, H, W) or (n, H, W, C) and ``boxes``
(k, 6).

A row of ``boxes`` is: number of the image, class, x0, y0, x1, y1 in pixels. With ``x_train``, ``x_test`` and
perhaps ``x_validation`` there are ``boxes_train`` and so on. ``classes``, ``group`` and ``x_unlabelled`` as
elsewhere.
"""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.kinds import Kinds
from tinykd.data.objects.boxes import Boxes
from tinykd.data.raw import Raw
from tinykd.data.sources.array_names import PARTS, canonical_names
from tinykd.data.sources.boxes.check import BoxedImage, checked
from tinykd.data.sources.boxes.images import strata_of_boxes
from tinykd.data.sources.npz import DAMAGED_ARRAYS, NpzArrays, check_npz_size
from tinykd.errors import DataError

_NAMES = ("boxes", *(f"boxes_{part}" for part in PARTS))
_WANTED = "x and boxes: rows of image, class, x0, y0, x1, y1"


def load_box_npz(path: Path, kinds: Kinds, unlabelled: Path | None) -> Raw:
    """The file's images and boxes."""
    arrays = _read(path)
    more = (
        NpzArrays(str(unlabelled), unlabelled.stem, _read(unlabelled), kinds, "image") if unlabelled else None
    )
    return box_arrays(arrays, str(path), path.stem, kinds, more)


def box_arrays(
    given: dict[str, NDArray[Any]], where: str, name: str, kinds: Kinds, more: NpzArrays | None = None
) -> Raw:
    """Arrays by the names that they have in a file, checked."""
    parts = [part for part in PARTS if f"x_{part}" in given]
    ends = [""] if "x" in given else [f"_{part}" for part in parts]
    for end in ends or [""]:
        for wanted in (f"x{end}", f"boxes{end}"):
            if wanted not in given:
                found = ", ".join(given) or "nothing"
                raise DataError(where, f"has no array {wanted}, but {found}", _WANTED)
    labels = {f"y{end}": np.zeros(len(given[f"x{end}"]), np.int64) for end in ends}
    plain = {key: value for key, value in given.items() if key not in _NAMES} | labels
    plain["classes"] = _class_names(given, ends, where)
    raw = NpzArrays(where, name, plain, kinds, "image", more).raw("classification")
    count, size = len(plain["classes"]), raw.x.shape[1:3]
    boxes = [
        _boxes(
            given[f"boxes{end}"],
            len(given[f"x{end}"]),
            BoxedImage(f"{where}: boxes{end}", size[1], size[0], raw.classes),
        )
        for end in ends
    ]
    whole = boxes[0]
    for other in boxes[1:]:
        whole = whole.joined(other)
    return replace(raw, boxes=whole, y=strata_of_boxes(whole, count))


def _class_names(given: dict[str, NDArray[Any]], ends: list[str], where: str) -> NDArray[Any]:
    if "classes" in given:
        return given["classes"]
    most = max((_most_class(given[f"boxes{end}"], f"{where}: boxes{end}") for end in ends), default=-1)
    return np.array([str(number) for number in range(most + 1)] or ["0"])


def _most_class(rows: NDArray[Any], where: str) -> int:
    _check_rows(rows, where)
    return int(rows[:, 1].max()) if len(rows) else -1


def _check_rows(rows: NDArray[Any], where: str) -> None:
    if rows.ndim != 2 or rows.shape[1] != 6 or rows.dtype.kind not in "iuf":
        found = f"{rows.dtype} of shape {list(rows.shape)}"
        raise DataError(where, found, "(k, 6): image, class, x0, y0, x1, y1")
    whole = np.asarray(rows[:, :2], np.float64)
    if not np.isfinite(whole).all() or (whole != np.rint(whole)).any() or (whole < 0).any():
        raise DataError(
            where, "an image or a class that is no whole number from 0 on", "numbers of both first"
        )


def _boxes(rows: NDArray[Any], images: int, where: BoxedImage) -> Boxes:
    _check_rows(rows, where.name)
    number, kind = rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64)
    for value, most, what in ((number, images, "images"), (kind, len(where.classes), "classes")):
        if len(value) and value.max() >= most:
            one = "image" if what == "images" else "class"
            raise DataError(where.name, f"{one} {value.max()} for {most} {what}", f"0 to {most - 1}")
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[order], np.arange(images + 1))
    corners, kinds = rows[order, 2:].astype(np.float64), kind[order]
    return Boxes.of(
        (checked(corners[a:b], replace(where, name=f"{where.name}: image {i}")), kinds[a:b])
        for i, (a, b) in enumerate(itertools.pairwise(starts))
    )


def _read(path: Path) -> dict[str, NDArray[Any]]:
    if not path.is_file():
        raise DataError(path, "no such file", f"an .npz file with {_WANTED}")
    try:
        check_npz_size(path)
        with np.load(path, allow_pickle=False) as file:
            names = canonical_names((n for n in file.files if n not in _NAMES), str(path))
            found = {meant: file[name] for name, meant in names.items()}
            return found | {name: file[name] for name in _NAMES if name in file.files}
    except DAMAGED_ARRAYS as error:
        raise DataError(
            path, f"cannot be read ({error})", "an .npz file of plain arrays (no objects)"
        ) from None
