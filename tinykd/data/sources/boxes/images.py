"""Annotated images read and brought to one size, their boxes along with them."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import ImageFrontend
from tinykd.data.objects.boxes import Boxes
from tinykd.data.raw import Groups, Raw
from tinykd.data.sources.boxes.annotated import AnnotatedImage, AnnotatedImages
from tinykd.data.sources.boxes.check import BoxedImage, checked, class_of
from tinykd.data.sources.folder.files import files_below, group_of
from tinykd.data.sources.folder.images import SUFFIXES, image_size, is_grey, read_image
from tinykd.data.sources.folder.labelled import stacked
from tinykd.data.types import Labels
from tinykd.errors import DataError, one_line
from tinykd.project.samples import DataSection, ImageSection

_WHITE = 255.0


def raw_of_images(
    found: AnnotatedImages, section: DataSection, image: ImageSection, unlabelled: Path | None
) -> Raw:
    """The images of ``found`` with checked boxes, in one channel where all are grey."""
    if not found.images:
        raise DataError(section.source, "no annotated image in it", "images with boxes")
    classes = classes_of(found, section)
    others = files_below(unlabelled, SUFFIXES) if unlabelled is not None else []
    files = [each.path for each in found.images]
    grey = image.grayscale if image.grayscale is not None else all(map(is_grey, (*files, *others)))
    sizes = [image_size(path) for path in files]
    image = with_size(image, sizes, files)
    assert image.size is not None
    boxes = Boxes.of(
        _boxes_of(each, size, found.shares, classes) for each, size in zip(found.images, sizes, strict=True)
    )
    factors = np.array([(image.size[1] / w, image.size[0] / h) * 2 for w, h in sizes], np.float32)
    boxes = boxes.with_corners(boxes.corners * factors[boxes.images])
    black, white = image.range or (0.0, _WHITE)
    raw = Raw(
        found.name,
        stacked(files, lambda path: read_image(path, image, grey)),
        strata_of_boxes(boxes, len(classes)),
        classes,
        _groups(found, section),
        _parts(found.images),
        stacked(others, lambda path: read_image(path, image, grey)) if others else None,
        ImageFrontend(white - black, black),
        found.notes,
    )
    return replace(raw, boxes=boxes)


def classes_of(found: AnnotatedImages, section: DataSection) -> tuple[str, ...]:
    """As [data] says, else as the format does, else all that boxes have, by name."""
    if section.classes is not None:
        return section.classes
    if found.classes:
        return found.classes
    names = sorted({box.label for image in found.images for box in image.boxes})
    for first, second in itertools.pairwise(names):
        if first.casefold() == second.casefold():
            pair = f"classes {one_line(first, 60)} and {one_line(second, 60)} differ by their case alone"
            where = next(i.where for i in found.images for box in i.boxes if box.label == second)
            raise DataError(where, pair, "one name for a class")
    return tuple(names)


def with_size(image: ImageSection, sizes: Sequence[tuple[int, int]], files: Sequence[Path]) -> ImageSection:
    """``image`` with the size that all have where none is asked for."""
    if image.size is not None:
        return image
    other = next((i for i, size in enumerate(sizes) if size != sizes[0]), None)
    if other is not None:
        shapes = [f"{width} x {height}" for width, height in (sizes[other], sizes[0])]
        fix = f"Say [image] size = [{sizes[0][1]}, {sizes[0][0]}]"
        raise DataError(files[other], f"is {shapes[0]} pixels", f"{shapes[1]} as {files[0].name}", fix)
    return image.model_copy(update={"size": (sizes[0][1], sizes[0][0])})


def strata_of_boxes(boxes: Boxes, classes: int) -> Labels:
    """(n,) the rarest class in each image, ``classes`` where there is nothing: splits keep their shares."""
    counts = np.bincount(boxes.classes, minlength=classes)
    rank = np.argsort(np.argsort(counts, kind="stable"), kind="stable")
    rarest = np.full(len(boxes), classes, np.int64)
    np.minimum.at(rarest, boxes.images, rank[boxes.classes])
    by_rank = np.append(np.argsort(counts, kind="stable"), classes)
    return by_rank[rarest].astype(np.int64)


def _boxes_of(
    image: AnnotatedImage, size: tuple[int, int], shares: bool, classes: Sequence[str]
) -> tuple[NDArray[np.float32], Labels]:
    width, height = size
    claimed = image.size
    if claimed is not None and min(claimed) > 0 and claimed != size:
        found = f"its boxes are for {claimed[0]} x {claimed[1]} pixels"
        fix = "Give the images that were annotated; [image] size makes them smaller, boxes along"
        raise DataError(image.where, found, f"{width} x {height}, as {image.path.name} has", fix)
    corners = np.array([box.corners for box in image.boxes], np.float64).reshape(-1, 4)
    if shares:
        corners = corners * np.array([width, height, width, height])
    where = BoxedImage(image.where, width, height, classes, shares)
    labels = [class_of(box.label, where) for box in image.boxes]
    return checked(corners, where), np.array(labels, np.int64)


def _groups(found: AnnotatedImages, section: DataSection) -> Groups | None:
    pattern = section.group_pattern
    if pattern is not None:
        return np.array([group_of(each.path, found.folder, pattern) for each in found.images], np.str_)
    groups = [each.group for each in found.images]
    return np.array(groups, np.str_) if all(group is not None for group in groups) else None


def _parts(images: Sequence[AnnotatedImage]) -> NDArray[np.int8] | None:
    parts = [each.part for each in images]
    known = all(part is not None for part in parts) and len(set(parts)) > 1
    return np.array(parts, np.int8) if known else None
