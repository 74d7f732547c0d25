"""Test images with what is in them and what the int8 model found there, the worst first."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from tinykd.data.dataset import Dataset
from tinykd.errors import DataError
from tinykd.report.inputs import Count, Metrics, read_metrics
from tinykd.report.sample_pictures import as_seen, png_uri
from tinykd.report.scene_results import Scene, SceneBox

_FILE = "objects.json"
TrueBox = tuple[Count, int, int, int, int]  # class, x0, y0, x1, y1
FoundBox = tuple[Count, int, int, int, int, Annotated[int, Field(ge=0, le=1)]]  # ..., whether it is right


class ImageObjects(Metrics):
    """One image of ``objects.json``."""

    image: Count
    mistakes: Count
    there: tuple[TrueBox, ...]
    found: tuple[FoundBox, ...]


class ObjectsMetrics(Metrics):
    """``objects.json``."""

    images: tuple[ImageObjects, ...] = ()


def read_scenes(quantize: Path, data: Dataset) -> tuple[Scene, ...]:
    """Of the stage's folder; nothing where it did not write any."""
    found = read_metrics(quantize, _FILE, ObjectsMetrics, [])
    return tuple(_scene(each, data, quantize / _FILE) for each in found.images) if found else ()


def _scene(found: ImageObjects, data: Dataset, path: Path) -> Scene:
    kinds = [row[0] for row in (*found.there, *found.found)]
    if found.image >= len(data.test) or max(kinds, default=0) >= len(data.classes):
        fix = "Type `tinykd run` to measure again"
        raise DataError(path, f"image {found.image} is not of this data", "the test split's", fix)
    x = data.test.x[found.image]
    return Scene(
        row=found.image,
        png=png_uri(as_seen(x)),
        width=x.shape[1],
        height=x.shape[0],
        mistakes=found.mistakes,
        found=tuple(_box(data, row[:5], bool(row[5])) for row in found.found),
        there=tuple(_box(data, row, right=True) for row in found.there),
    )


def _box(data: Dataset, row: TrueBox, right: bool) -> SceneBox:
    kind, x0, y0, x1, y1 = row
    return SceneBox(name=data.classes[kind], x=x0, y=y0, width=x1 - x0, height=y1 - y0, right=right)
