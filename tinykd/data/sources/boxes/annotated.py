"""What an annotation says of an image, whatever its format, before any image is read."""

from dataclasses import dataclass
from pathlib import Path

MOST_BOXES = 1000  # in one image: more is a mistake
MOST_BYTES = 256 << 20  # of one file of annotations


@dataclass(frozen=True)
class NamedBox:
    """Corners in pixels of the image as it is on disk, or in shares of it (``AnnotatedImages.shares``)."""

    label: str
    corners: tuple[float, float, float, float]  # x0, y0, x1, y1


@dataclass(frozen=True)
class AnnotatedImage:
    """``where``: the file, and the line or the number in it, that an error names."""

    path: Path
    boxes: tuple[NamedBox, ...]
    where: str
    part: int | None = None  # TRAIN, VALIDATION or TEST
    group: str | None = None
    size: tuple[int, int] | None = None  # width, height that the annotation claims


@dataclass(frozen=True)
class AnnotatedImages:
    """All of a source; ``classes`` in their order where the format has one."""

    name: str
    folder: Path
    images: tuple[AnnotatedImage, ...]
    classes: tuple[str, ...] = ()
    shares: bool = False  # corners are shares of width and height
    notes: tuple[str, ...] = ()
