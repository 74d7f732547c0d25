"""Pascal VOC: an ``.xml`` for each image, beside it or in ``Annotations``; splits in ``ImageSets``.

Everingham et al., The Pascal Visual Object Classes Challenge, 2010. Corners are pixels; VOC's own count from
1, which half of the tools ignore and no grid of cells notices.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree import ElementTree

from tinykd.data.raw import TEST, TRAIN, VALIDATION
from tinykd.data.sources.boxes.annotated import AnnotatedImage, AnnotatedImages, NamedBox
from tinykd.data.sources.boxes.parts import part_of_path
from tinykd.data.sources.folder.files import files_below
from tinykd.data.sources.folder.images import SUFFIXES
from tinykd.errors import DataError, one_line

_MOST_BYTES = 8 << 20
_PART_OF = {"train": TRAIN, "val": VALIDATION, "validation": VALIDATION, "valid": VALIDATION, "test": TEST}
_SIDES = ("xmin", "ymin", "xmax", "ymax")


def is_voc(folder: Path) -> bool:
    """Whether there are annotations in XML below ``folder``."""
    return bool(files_below(folder, (".xml",)))


def read_voc(folder: Path) -> AnnotatedImages:
    """Every image that has an annotation."""
    images = {path.stem: path for path in files_below(folder, SUFFIXES)}
    parts = _image_sets(folder)
    found = [_image(path, folder, images, parts) for path in files_below(folder, (".xml",))]
    if parts:
        found = [each for each in found if each.part is not None]
    return AnnotatedImages(folder.name, folder, tuple(found))


def _image(path: Path, folder: Path, images: Mapping[str, Path], parts: Mapping[str, int]) -> AnnotatedImage:
    root = _parsed(path)
    beside = [path.with_suffix(suffix) for suffix in SUFFIXES]
    name = Path(root.findtext("filename") or "").stem
    found = next((file for file in beside if file.is_file()), images.get(path.stem) or images.get(name))
    if found is None:
        wanted = f"{path.stem}.jpg or another image of that name"
        raise DataError(path, f"there is no image {one_line(name or path.stem, 80)}", wanted)
    part = parts.get(path.stem) if parts else part_of_path(path, folder)
    boxes = tuple(_box(each, path) for each in root.findall("object"))
    return AnnotatedImage(found, boxes, str(path), part, size=_size(root))


def _parsed(path: Path) -> ElementTree.Element:
    """The tree of a small file without entities of its own: these could grow without end."""
    if path.stat().st_size > _MOST_BYTES:
        raise DataError(path, f"is {path.stat().st_size} bytes", f"at most {_MOST_BYTES}")
    content = path.read_bytes()
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise DataError(path, "declares a document type", "a plain Pascal VOC annotation")
    try:
        return ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DataError(path, f"is no XML ({one_line(str(error), 80)})", "a Pascal VOC annotation") from None


def _box(element: ElementTree.Element, path: Path) -> NamedBox:
    label, box = (element.findtext("name") or "").strip(), element.find("bndbox")
    if not label or box is None:
        missing = "bndbox" if label else "name"
        raise DataError(path, f"an object without <{missing}>", "<name> and <bndbox>")
    try:
        x0, y0, x1, y1 = (float(box.findtext(side) or "") for side in _SIDES)
    except ValueError:
        raise DataError(path, "a <bndbox> without four numbers", ", ".join(_SIDES)) from None
    return NamedBox(label, (x0, y0, x1, y1))


def _size(root: ElementTree.Element) -> tuple[int, int] | None:
    try:
        return int(root.findtext("size/width") or ""), int(root.findtext("size/height") or "")
    except ValueError:
        return None


def _image_sets(folder: Path) -> dict[str, int]:
    """The part of each image by name; empty where there are no lists."""
    found: dict[str, int] = {}
    for file in _lists(folder):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            name = line.split()[0] if line.split() else ""
            part = _PART_OF[file.stem]
            if found.setdefault(name, part) != part:
                raise DataError(
                    file, f"{one_line(name, 80)} is in another list too", "each image in one list"
                )
    found.pop("", None)
    return found


def _lists(folder: Path) -> Iterable[Path]:
    files = [file for file in files_below(folder, (".txt",)) if "ImageSets" in file.parts]
    return [file for file in files if file.stem in _PART_OF]
