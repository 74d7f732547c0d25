"""A CSV file of boxes: a line for each, with the image's file, the class and four numbers.

Columns are found by their names: ``filename`` or ``image``; ``class`` or ``label``; ``xmin, ymin, xmax,
ymax``, or ``x, y, width, height`` (the corner above left). A line with an empty class and no numbers is an
image without objects; ``split`` and ``group`` may say what goes where.
"""

from collections.abc import Mapping
from pathlib import Path

from tinykd.data.raw import TEST, TRAIN, VALIDATION
from tinykd.data.sources.boxes.annotated import AnnotatedImage, AnnotatedImages, NamedBox
from tinykd.data.sources.csv.lines import rows_of
from tinykd.data.sources.folder.files import files_below
from tinykd.data.sources.folder.images import SUFFIXES
from tinykd.data.sources.folder.split_names import Role, role_of
from tinykd.data.sources.once import check_once
from tinykd.errors import DataError, one_line

_IMAGE = ("filename", "file", "image", "image_path", "path", "image_id", "img")
_LABEL = ("class", "label", "name", "category", "class_name")
_CORNERS = (
    ("xmin", "ymin", "xmax", "ymax"),
    ("x_min", "y_min", "x_max", "y_max"),
    ("x0", "y0", "x1", "y1"),
    ("x1", "y1", "x2", "y2"),
    ("left", "top", "right", "bottom"),
)
_SIZED = (("x", "y", "width", "height"), ("x", "y", "w", "h"))
_SPLIT, _GROUP = ("split", "set", "subset", "part"), ("group", "subject", "patient", "scene")
_PARTS = {
    Role.TRAIN: TRAIN,
    Role.VALIDATION: VALIDATION,
    Role.DEV: VALIDATION,
    Role.TEST: TEST,
    Role.EVAL: TEST,
}
_WANTED = "columns filename, class, xmin, ymin, xmax, ymax"


def is_box_table(file: Path) -> bool:
    """Whether the columns of a CSV file are those of boxes."""
    rows = rows_of(file)
    names = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    corners = any(set(each) <= set(names) for each in (*_CORNERS, *_SIZED))
    return corners and bool(set(_IMAGE) & set(names))


def read_table(file: Path) -> AnnotatedImages:
    """The images that ``file`` names, which lie beside it or below its folder."""
    rows = rows_of(file)
    names = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    columns = _Columns.of(names, file)
    known = {path.name: path for path in files_below(file.parent, SUFFIXES)}
    found: dict[Path, list[NamedBox]] = {}
    facts: dict[Path, tuple[str, int | None, str | None]] = {}
    for number, cells in rows[1:]:
        if not any(cells):
            continue
        where = f"{file}: line {number}"
        path = columns.image(cells, known, where)
        box = columns.box(cells, where)
        found.setdefault(path, []).extend([box] if box else [])
        facts.setdefault(path, (f"{file}: {path.name}", columns.part(cells, where), columns.group(cells)))
    images = (
        AnnotatedImage(path, tuple(boxes), facts[path][0], facts[path][1], facts[path][2])
        for path, boxes in found.items()
    )
    return AnnotatedImages(file.stem, file.parent, tuple(images))


class _Columns:
    """Where each thing stands in a line."""

    def __init__(self, place: Mapping[str, int], corners: tuple[int, ...], sized: bool) -> None:
        self._place, self._corners, self._sized = place, corners, sized

    @classmethod
    def of(cls, names: list[str], file: Path) -> "_Columns":
        """By their names."""
        place = {}
        for what, known in (("image", _IMAGE), ("label", _LABEL), ("split", _SPLIT), ("group", _GROUP)):
            found = next((name for name in known if name in names), None)
            if found is not None:
                check_once(f"{file}: line 1", names, (found,))
                place[what] = names.index(found)
        corners = next((each for each in (*_CORNERS, *_SIZED) if set(each) <= set(names)), None)
        if corners is None or not {"image", "label"} <= set(place):
            raise DataError(file, f"columns {one_line(', '.join(names), 120)}", _WANTED)
        check_once(f"{file}: line 1", names, corners)
        return cls(place, tuple(names.index(name) for name in corners), corners in _SIZED)

    def image(self, cells: list[str], known: Mapping[str, Path], where: str) -> Path:
        """The image of a line."""
        name = self._cell(cells, "image")
        found = known.get(Path(name).name) or next(
            (p for p in known.values() if p.stem == Path(name).name), None
        )
        if found is None:
            raise DataError(where, f"there is no image {one_line(name, 80)}", "images below the same folder")
        return found

    def box(self, cells: list[str], where: str) -> NamedBox | None:
        """None in a line of an image without objects."""
        label = self._cell(cells, "label")
        texts = [cells[i].strip() if i < len(cells) else "" for i in self._corners]
        if not label and not any(texts):
            return None
        try:
            x0, y0, x1, y1 = map(float, texts)
        except ValueError:
            raise DataError(where, f"a box of {one_line(', '.join(texts), 60)}", "four numbers") from None
        if not label:
            raise DataError(where, "a box without a class", "its name")
        return NamedBox(label, (x0, y0, x0 + x1, y0 + y1) if self._sized else (x0, y0, x1, y1))

    def part(self, cells: list[str], where: str) -> int | None:
        """What the split's column says; None without one."""
        if "split" not in self._place:
            return None
        name = self._cell(cells, "split")
        role = role_of(name)
        if role not in _PARTS:
            raise DataError(where, f"split {one_line(name, 40)}", "train, validation or test")
        return _PARTS[role]

    def group(self, cells: list[str]) -> str | None:
        """What the group's column says; None without one."""
        return self._cell(cells, "group") if "group" in self._place else None

    def _cell(self, cells: list[str], what: str) -> str:
        place = self._place[what]
        return cells[place].strip() if place < len(cells) else ""
