"""COCO: one ``.json`` of images, categories and annotations for all, or for each split.

Lin et al., Microsoft COCO, arXiv 1405.0312; the format: https://cocodataset.org/#format-data. A box is x, y,
width, height. Crowds (``iscrowd``) are left out.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tinykd.data.sources.boxes.annotated import MOST_BYTES, AnnotatedImage, AnnotatedImages, NamedBox
from tinykd.data.sources.boxes.parts import part_of_name, part_of_path
from tinykd.data.sources.folder.files import files_below
from tinykd.data.sources.folder.images import SUFFIXES
from tinykd.errors import DataError, one_line

_WANTED = 'a COCO file: {"images": [...], "annotations": [...], "categories": [...]}'


def coco_files(folder: Path) -> list[Path]:
    """Those of ``folder`` that may be COCO's, Roboflow's ``_annotations.coco.json`` too."""
    return sorted(path for path in folder.rglob("*.json") if path.name[0] != "." and path.is_file())


def read_coco(files: list[Path], folder: Path) -> AnnotatedImages:
    """Images of all ``files``; their categories by number, of one file after the other."""
    parsed = {file: _parsed(file) for file in files}
    names = [name for value in parsed.values() for name in _categories(value).values()]
    used = {label for value in parsed.values() for label in _used(value)}
    classes = tuple(name for name in dict.fromkeys(names) if name in used) or tuple(dict.fromkeys(names))
    known = {path.name: path for path in files_below(folder, SUFFIXES)}
    images = [image for file, value in parsed.items() for image in _images(file, value, folder, known)]
    return AnnotatedImages(folder.name, folder, tuple(images), classes)


def _parsed(file: Path) -> dict[str, Any]:
    if file.stat().st_size > MOST_BYTES:
        raise DataError(file, f"is {file.stat().st_size} bytes", f"at most {MOST_BYTES}")
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, OSError) as error:
        raise DataError(file, f"is no JSON ({one_line(str(error), 80)})", _WANTED) from None
    keys = ("images", "annotations", "categories")
    if not isinstance(value, dict) or not all(isinstance(value.get(key), list) for key in keys):
        raise DataError(file, "has no lists images, annotations and categories", _WANTED)
    if not all(isinstance(each, dict) for key in keys for each in value[key]):
        raise DataError(file, "has entries that are no objects", _WANTED)
    return value


def _categories(value: dict[str, Any]) -> dict[Any, str]:
    return {each.get("id"): str(each.get("name")) for each in value["categories"]}


def _used(value: dict[str, Any]) -> Iterator[str]:
    """Roboflow's first category is a name for all, and no box has it."""
    names = _categories(value)
    return (names[each["category_id"]] for each in value["annotations"] if each.get("category_id") in names)


def _images(
    file: Path, value: dict[str, Any], folder: Path, known: dict[str, Path]
) -> Iterator[AnnotatedImage]:
    part = part_of_path(file, folder)
    part = part_of_name(file.stem) if part is None else part
    boxes: dict[Any, list[NamedBox]] = {}
    names = _categories(value)
    for each in value["annotations"]:
        if not each.get("iscrowd"):
            boxes.setdefault(each.get("image_id"), []).append(_box(each, names, file))
    for image in value["images"]:
        found = boxes.pop(image.get("id"), [])
        yield AnnotatedImage(
            _path(image, file, known), tuple(found), _where(file, image), part, size=_size(image)
        )
    if boxes:
        raise DataError(file, f"an annotation of image {next(iter(boxes))}", "images that it has")


def _where(file: Path, image: dict[str, Any]) -> str:
    return f"{file}: {one_line(str(image.get('file_name')), 120)}"


def _path(image: dict[str, Any], file: Path, known: dict[str, Path]) -> Path:
    """Beside the file, or anywhere in the folder by its name; never outside."""
    name = Path(str(image.get("file_name", ""))).name
    beside = file.parent / name
    found = beside if name and beside.is_file() and beside in known.values() else known.get(name)
    if found is None:
        raise DataError(_where(file, image), "there is no such image", "images below the same folder")
    return found


def _box(each: dict[str, Any], names: dict[Any, str], file: Path) -> NamedBox:
    where = f"{file}: annotation {each.get('id')}"
    if each.get("category_id") not in names:
        raise DataError(where, f"category_id {each.get('category_id')}", "one of its categories")
    try:
        x, y, width, height = map(float, each["bbox"])
    except (KeyError, TypeError, ValueError):
        raise DataError(where, "has no bbox of four numbers", "[x, y, width, height]") from None
    return NamedBox(names[each["category_id"]], (x, y, x + width, y + height))


def _size(image: dict[str, Any]) -> tuple[int, int] | None:
    width, height = image.get("width"), image.get("height")
    return (width, height) if isinstance(width, int) and isinstance(height, int) else None
