"""Boxes held against their image, each mistake one line with the file that it is in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.sources.boxes.annotated import MOST_BOXES
from tinykd.errors import DataError, one_line

_OVER = 0.02  # of width and height that a box may stand out: annotators round, and it is cut


@dataclass(frozen=True)
class BoxedImage:
    """An image's boxes: ``name`` for errors, its size, and the classes that there are."""

    name: str
    width: float
    height: float
    classes: Sequence[str]
    in_shares: bool = False  # the user wrote shares of width and height


def checked(corners: NDArray[np.float64], where: BoxedImage) -> NDArray[np.float32]:
    """(k, 4) in pixels, cut at the edges of the image."""
    if len(corners) > MOST_BOXES:
        raise DataError(where.name, f"{len(corners)} boxes in one image", f"at most {MOST_BOXES}")
    if not np.isfinite(corners).all():
        raise DataError(where.name, "a box with NaN or infinity", "numbers")
    _check_unit(corners, where)
    for box in corners:
        _check_order(box, where)
        _check_inside(box, where)
    ends = np.array([where.width, where.height] * 2)
    return np.clip(corners, 0.0, ends).astype(np.float32)


def class_of(label: str, where: BoxedImage) -> int:
    """The number of class ``label``."""
    if label in where.classes:
        return list(where.classes).index(label)
    alike = next((name for name in where.classes if name.casefold() == label.casefold()), None)
    fix = f"Call it {one_line(alike, 60)}" if alike else "Name it in [data] classes, or mend the file"
    known = ", ".join(one_line(name, 40) for name in where.classes[:20])
    raise DataError(where.name, f"a box of class {one_line(label, 60)}", f"one of {known}", fix)


def _check_unit(corners: NDArray[np.float64], where: BoxedImage) -> None:
    """Shares of the image where pixels are meant: all of several boxes would be within one pixel."""
    if len(corners) and not where.in_shares and corners.max() <= 1.0 and min(where.width, where.height) > 4:
        found = f"every corner lies between 0 and {corners.max():.3g}: shares of the image, or another unit"
        wanted = f"pixels of its {where.width:g} x {where.height:g}"
        raise DataError(where.name, found, wanted, "Multiply x by the width and y by the height")


def _check_order(box: NDArray[np.float64], where: BoxedImage) -> None:
    x0, y0, x1, y1 = box
    if x1 < x0 or y1 < y0:
        low, high = ("right", "left") if x1 < x0 else ("lower", "upper")
        found = f"box {_text(box)}: its {low} end lies before its {high} one"
        fix = "If these are x, y, width, height: add x and y to the last two"
        raise DataError(where.name, found, "x0, y0, x1, y1 with x0 < x1 and y0 < y1", fix)
    if x1 == x0 or y1 == y0:
        raise DataError(where.name, f"box {_text(box)} is empty", "a width and a height above 0")


def _check_inside(box: NDArray[np.float64], where: BoxedImage) -> None:
    slack_x, slack_y = max(2.0, _OVER * where.width), max(2.0, _OVER * where.height)
    x0, y0, x1, y1 = box
    outside = x0 >= where.width or y0 >= where.height or x1 <= 0 or y1 <= 0
    far = x0 < -slack_x or y0 < -slack_y or x1 > where.width + slack_x or y1 > where.height + slack_y
    if outside or far:
        found = f"box {_text(box)} lies outside"
        raise DataError(where.name, found, f"boxes within its {where.width:g} x {where.height:g} pixels")


def _text(box: NDArray[np.float64]) -> str:
    return "[" + ", ".join(f"{value:.6g}" for value in box) + "]"
