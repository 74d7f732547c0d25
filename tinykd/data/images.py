"""A folder of images, a folder for each class, read by Pillow: grey or colour, values in [0, 1].

Only plain formats are opened, and only when their header claims a size that can be meant.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.folders import entries, files_below
from tinykd.data.frontend import ImageFrontend
from tinykd.data.labelled import raw_of, stacked
from tinykd.data.raw import Raw
from tinykd.errors import DataError, one_line
from tinykd.project.schema import DataSection, ImageSection

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".ppm", ".pgm")
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "PPM")
MAX_PIXELS = 1 << 26  # of one image; a larger one is a mistake or a bomb
_WHITE = 255.0


def load_images(folder: Path, section: DataSection, image: ImageSection, unlabelled: Path | None) -> Raw:
    """The images of ``folder``."""
    found = entries(folder, SUFFIXES, section.classes, section.group_pattern)
    x = stacked([entry.path for entry in found], lambda path: read_image(path, image))
    more = None
    if unlabelled is not None:
        files = files_below(unlabelled, SUFFIXES)
        more = stacked(files, lambda path: read_image(path, image)) if files else None
    raw = raw_of(folder.name, found, x, ImageFrontend(_WHITE), section.classes)
    return replace(raw, unlabelled=more)


def read_image(path: Path, how: ImageSection) -> NDArray[np.float32]:
    """(H, W, 1 or 3) in [0, 1]."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=_FORMATS) as image:
            _check_size(image.size, path)
            pixels = image.convert("L" if how.grey else "RGB")
            if how.size is not None:
                pixels = pixels.resize((how.size[1], how.size[0]), Image.Resampling.BILINEAR)
            values = np.asarray(pixels, np.float32) / np.float32(_WHITE)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        found = f"cannot be read ({one_line(str(error), 120)})"
        raise DataError(path, found, "a PNG, JPEG, BMP, GIF, WebP or PPM image") from None
    return values[..., np.newaxis] if how.grey else values


def _check_size(size: tuple[int, int], path: Path) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise DataError(path, f"claims {size[0]} x {size[1]} pixels", f"at most {MAX_PIXELS}")
