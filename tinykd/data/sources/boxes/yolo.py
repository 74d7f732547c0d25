"""YOLO: a ``.txt`` for each image, a line ``class x y width height`` for each box, in shares of the image.

As Darknet and Ultralytics have them: ``images/train/a.jpg`` with ``labels/train/a.txt``, or the two side by
side. An image without a file has no object. Names stand in ``data.yaml``, ``classes.txt`` or ``obj.names``.
"""

import re
from pathlib import Path

from tinykd.data.sources.boxes.annotated import AnnotatedImage, AnnotatedImages, NamedBox
from tinykd.data.sources.boxes.parts import part_of_path
from tinykd.data.sources.folder.files import files_below
from tinykd.data.sources.folder.images import SUFFIXES
from tinykd.errors import DataError, one_line

_LISTS = ("classes.txt", "obj.names", "names.txt")
_SHARE_SLACK = 0.05  # boxes are rounded
_WANTED = "class x y width height, the last four in shares of the image"


def is_yolo(folder: Path) -> bool:
    """Whether an image has a ``.txt`` of its own."""
    texts = {path.stem for path in files_below(folder, (".txt",)) if path.name not in _LISTS}
    return any(path.stem in texts for path in files_below(folder, SUFFIXES))


def read_yolo(folder: Path) -> AnnotatedImages:
    """Every image of ``folder``."""
    classes = _names(folder)
    images = [_image(path, folder, classes) for path in files_below(folder, SUFFIXES)]
    if not classes:
        most = max((int(box.label) for image in images for box in image.boxes), default=-1)
        classes = tuple(str(number) for number in range(most + 1))
    return AnnotatedImages(folder.name, folder, tuple(images), classes, shares=True)


def _image(path: Path, folder: Path, classes: tuple[str, ...]) -> AnnotatedImage:
    labels = _labels_of(path, folder)
    boxes = _boxes(labels, classes) if labels.is_file() else ()
    return AnnotatedImage(path, boxes, str(labels if labels.is_file() else path), part_of_path(path, folder))


def _labels_of(path: Path, folder: Path) -> Path:
    """Beside the image, or where ``images`` on its path is ``labels``."""
    beside = path.with_suffix(".txt")
    if beside.is_file():
        return beside
    parts = list(path.relative_to(folder).with_suffix(".txt").parts)
    for place in reversed(range(len(parts) - 1)):
        if parts[place] == "images":
            return folder.joinpath(*parts[:place], "labels", *parts[place + 1 :])
    return beside


def _boxes(file: Path, classes: tuple[str, ...]) -> tuple[NamedBox, ...]:
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return tuple(
        _box(line.split(), f"{file}: line {number}", classes)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    )


def _box(cells: list[str], where: str, classes: tuple[str, ...]) -> NamedBox:
    if len(cells) > 5:
        found = f"{len(cells)} numbers: a polygon, or a score at the end"
        raise DataError(where, found, _WANTED, "Export boxes, not segments")
    try:
        number, (x, y, width, height) = int(cells[0]), map(float, cells[1:5])
    except (ValueError, IndexError):
        raise DataError(where, f"is {one_line(' '.join(cells), 60)}", _WANTED) from None
    if max(x, y, width, height) > 1 + _SHARE_SLACK:
        found = f"{x:g} {y:g} {width:g} {height:g} are no shares of the image"
        raise DataError(where, found, "numbers from 0 to 1", "Divide by the image's width and height")
    if classes and not 0 <= number < len(classes):
        raise DataError(where, f"class {number} for {len(classes)} names", f"0 to {len(classes) - 1}")
    if number < 0:
        raise DataError(where, f"class {number}", "classes from 0 on")
    corners = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return NamedBox(classes[number] if classes else str(number), corners)


def _names(folder: Path) -> tuple[str, ...]:
    """Of the classes, in their order; empty where no file has them."""
    for name in _LISTS:
        if (file := folder / name).is_file():
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            return tuple(line.strip() for line in lines if line.strip())
    for file in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
        if names := _yaml_names(file.read_text(encoding="utf-8", errors="replace")):
            return names
    return ()


def _yaml_names(text: str) -> tuple[str, ...]:
    """``names`` of Ultralytics' file: in brackets, or one a line. No YAML beyond that is read."""
    listed = re.search(r"^names:\s*\[(.*?)\]", text, re.MULTILINE | re.DOTALL)
    if listed:
        return tuple(_plain(cell) for cell in listed[1].split(",") if cell.strip())
    lines = re.search(r"^names:[ \t]*\n((?:[ \t]*(?:-|\d+:)[^\n]*\n?)+)", text, re.MULTILINE)
    if lines is None:
        return ()
    return tuple(
        _plain(re.sub(r"^\s*(?:-|\d+:)", "", line)) for line in lines[1].splitlines() if line.strip()
    )


def _plain(text: str) -> str:
    return text.partition(" #")[0].strip().strip("'\"")
