"""A folder of images, a folder for each class, read by Pillow: grey or colour, values in [0, 1].

Only plain formats are opened, and only when their header claims a size that can be meant.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.camera import Camera, camera_pixels
from tinykd.data.features.frontend import ImageFrontend
from tinykd.data.raw import Raw
from tinykd.data.sources.cameras import as_real, camera_of, read_frames
from tinykd.data.sources.content import Content, bytes_of
from tinykd.data.sources.folder.files import entries, files_below
from tinykd.data.sources.folder.labelled import raw_of, stacked
from tinykd.data.sources.opened import note_file
from tinykd.data.sources.value_ranges import note_on_dark
from tinykd.data.stored.figures import extremes
from tinykd.data.stored.kept import kept
from tinykd.data.stored.lazy_rows import changed
from tinykd.data.types import SampleRows
from tinykd.errors import DataError, one_line
from tinykd.project.samples import DataSection, ImageSection

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".ppm", ".pgm")
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "PPM")
MAX_PIXELS = 1 << 26  # of one image; a larger one is a mistake or a bomb
_WHITE = 255.0


def load_images(folder: Path, section: DataSection, image: ImageSection, unlabelled: Path | None) -> Raw:
    """The images of ``folder``: in one channel where all are grey, or with ``image.grayscale``."""
    found = entries(folder, SUFFIXES, section)
    files = [entry.path for entry in found.entries]
    others = files_below(unlabelled, SUFFIXES) if unlabelled is not None else []
    grey = image.grayscale if image.grayscale is not None else all(map(is_grey, (*files, *others)))
    channels = 1 if image.camera is None or all(map(is_grey, (*files, *others))) else 3
    camera = camera_of(image, channels, grey)
    black, white = image.range or (0.0, _WHITE)

    def samples(paths: list[Path]) -> SampleRows:
        pixels = stacked(paths, partial(read_pixels, how=image, grey=grey, camera=camera))
        return changed(kept(pixels, str(folder)), lambda rows: as_real(rows, black, white))

    x, more = samples(files), samples(others) if others else None
    raw = raw_of(folder.name, found, x, ImageFrontend(white - black, black, camera), section.classes)
    if camera is not None:
        raw = replace(raw, measured=read_frames(files, partial(read_frame, camera=camera)))
    dark = note_on_dark(_WHITE * extremes(x)[1]) if image.range is None else ""
    return replace(raw, unlabelled=more, notes=(*raw.notes, *filter(None, (dark,))))


def read_image(
    path: Path, how: ImageSection, grey: bool, camera: Camera | None = None
) -> NDArray[np.float32]:
    """(H, W, 1 or 3): 0 for black and 1 for white, or for the ends of ``how.range``."""
    black, white = how.range or (0.0, _WHITE)
    return as_real(read_pixels(path, how, grey, camera), black, white)


def read_pixels(
    path: Path | Content, how: ImageSection, grey: bool, camera: Camera | None = None
) -> NDArray[np.uint8]:
    """(H, W, 1 or 3) of the model's size."""
    from PIL import Image

    if camera is not None:
        return np.asarray(camera_pixels(read_frame(path, camera)[np.newaxis], camera)[0])
    with _opened(path) as image:
        pixels = image.convert("L" if grey else "RGB")
        if how.size is not None:
            pixels = pixels.resize((how.size[1], how.size[0]), Image.Resampling.BILINEAR)
        values = np.asarray(pixels, np.uint8)
        note_file(path, image.size)
    return values[..., np.newaxis] if grey else values


def read_frame(path: Path | Content, camera: Camera) -> NDArray[np.uint8]:
    """(H, W, 1 or 3) as if the camera had seen it: of another size, the middle is brought to the camera's."""
    from PIL import Image, ImageOps

    size = camera.frame_width, camera.frame_height
    with _opened(path) as image:
        pixels = image.convert("L" if camera.channels == 1 else "RGB")
        if pixels.size != size:
            pixels = ImageOps.fit(pixels, size, Image.Resampling.BILINEAR)
        values = np.asarray(pixels, np.uint8)
        note_file(path, image.size)
    return values[..., np.newaxis] if camera.channels == 1 else values


def image_size(path: Path | Content) -> tuple[int, int]:
    """Width and height, by the file's header."""
    with _opened(path) as image:
        width, height = image.size
        return int(width), int(height)


def is_grey(path: Path | Content) -> bool:
    """By its header."""
    with _opened(path) as image:
        return image.mode in ("1", "L", "LA")


@contextmanager
def _opened(path: Path | Content) -> Iterator[Any]:
    """A PIL image of eight bits a channel; ``DataError`` where it cannot be read, now or later."""
    from PIL import Image, UnidentifiedImageError

    try:
        file = io.BytesIO(bytes_of(path)) if isinstance(path, Content) else path
        with Image.open(file, formats=_FORMATS) as image:
            _check_size(image.size, str(path))
            _check_depth(image.mode, str(path))
            yield image
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        why = str(error).partition(" <_io.")[0]  # no address of the object that holds the bytes
        found = f"cannot be read ({one_line(why, 120)})"
        raise DataError(str(path), found, "a PNG, JPEG, BMP, GIF, WebP or PPM image") from None


def _check_depth(mode: str, path: str) -> None:
    """Pillow would make white of all that eight bits cannot hold."""
    if mode == "F" or mode.startswith("I"):
        fix = "Convert it, or give the values in an .npz, as integers with their scale"
        raise DataError(path, "has more than 8 bits a channel", "8 bits a channel", fix)


def _check_size(size: tuple[int, int], path: str) -> None:
    if size[0] * size[1] > MAX_PIXELS:
        raise DataError(path, f"claims {size[0]} x {size[1]} pixels", f"at most {MAX_PIXELS}")
