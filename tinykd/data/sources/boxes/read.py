"""Which format of images with boxes a ``[data] source`` is: a file, a folder, or a function of the user's."""

from pathlib import Path

from tinykd.data.dataset import Dataset
from tinykd.data.kinds import Kinds
from tinykd.data.raw import Raw
from tinykd.data.sources.array_names import canonical_names
from tinykd.data.sources.boxes.annotated import AnnotatedImages
from tinykd.data.sources.boxes.arrays import box_arrays, load_box_npz
from tinykd.data.sources.boxes.coco import coco_files, read_coco
from tinykd.data.sources.boxes.images import raw_of_images
from tinykd.data.sources.boxes.table import is_box_table, read_table
from tinykd.data.sources.boxes.voc import is_voc, read_voc
from tinykd.data.sources.boxes.yolo import is_yolo, read_yolo
from tinykd.data.sources.folder.files import files_below
from tinykd.data.sources.user_function import called, is_function
from tinykd.errors import DataError
from tinykd.project.samples import DataSection

_WANTED = "Pascal VOC, COCO, YOLO or a CSV file of boxes, an .npz file, or a function"


def read_boxes(section: DataSection, root: Path, kinds: Kinds, unlabelled: Path | None) -> Raw | Dataset:
    """The images and boxes that ``section`` names."""
    if is_function(section.source):
        return _of_function(section, root, kinds)
    path = root / section.source
    if not path.exists():
        raise DataError(path, "no such file or folder", _WANTED, section.download_hint or "")
    if path.suffix.lower() == ".npz":
        return load_box_npz(path, kinds, unlabelled)
    return raw_of_images(_annotated(path), section, kinds.image, unlabelled)


def _annotated(path: Path) -> AnnotatedImages:
    if path.is_file():
        match path.suffix.lower():
            case ".json":
                return read_coco([path], path.parent)
            case ".csv" | ".tsv" | ".txt":
                return read_table(path)
        raise DataError(path, f"is a {path.suffix or 'file without a suffix'}", _WANTED)
    if is_voc(path):
        return read_voc(path)
    if files := coco_files(path):
        return read_coco(files, path)
    if tables := [file for file in files_below(path, (".csv",)) if is_box_table(file)]:
        if len(tables) > 1:
            raise DataError(path, f"{len(tables)} CSV files of boxes", "one", f"Name one: {tables[0].name}")
        return read_table(tables[0])
    if is_yolo(path):
        return read_yolo(path)
    raise DataError(path, "no annotations in it", _WANTED)


def _of_function(section: DataSection, root: Path, kinds: Kinds) -> Raw | Dataset:
    """What it gives: a dictionary of arrays as in an ``.npz``, or a ``Dataset``."""
    given, where = called(section.source, root)
    if isinstance(given, Dataset):
        return given
    if not isinstance(given, dict):
        raise DataError(where, f"gave a {type(given).__name__}", "a dictionary with x and boxes")
    import numpy as np

    arrays = {str(name): np.asarray(value) for name, value in given.items()}
    boxes = {name: value for name, value in arrays.items() if name.startswith("boxes")}
    names = canonical_names((name for name in arrays if name not in boxes), where)
    plain = {meant: arrays[name] for name, meant in names.items()}
    return box_arrays(plain | boxes, where, section.source.partition(":")[0], kinds)
