"""Which reader a ``[data] source`` means: a built-in name, a file, a folder, or a function of the user's."""

from dataclasses import replace
from pathlib import Path

from tinykd.data.dataset import Dataset
from tinykd.data.kinds import Kinds
from tinykd.data.raw import Raw
from tinykd.data.sources.boxes.read import read_boxes
from tinykd.data.sources.csv.tables import load_table
from tinykd.data.sources.csv.windows import SUFFIXES as TABLES
from tinykd.data.sources.csv.windows import load_windows
from tinykd.data.sources.folder.files import files_below
from tinykd.data.sources.folder.images import SUFFIXES as IMAGES
from tinykd.data.sources.folder.images import load_images
from tinykd.data.sources.folder.sounds import SUFFIXES as SOUNDS
from tinykd.data.sources.folder.sounds import load_sounds
from tinykd.data.sources.npz import load_npz
from tinykd.data.sources.public_sets import is_uci, load_digits, load_uci
from tinykd.data.sources.text.read import read_texts
from tinykd.data.sources.user_function import is_function, load_module
from tinykd.errors import DataError
from tinykd.project.samples import DataSection
from tinykd.project.values import TaskName

BUILT_IN = {"digits": load_digits}
_FILES = (".npz", *TABLES)


def read_source(section: DataSection, root: Path, task: TaskName, kinds: Kinds) -> Raw | Dataset:
    """The samples that ``section`` names; a function of the user's may give them split already."""
    source = section.source
    if task == "detection":
        given = read_boxes(section, root, kinds, _unlabelled_path(section, root))
        return given if isinstance(given, Dataset) else _renamed(given, section)
    if section.kind == "text":
        return read_texts(section, root, kinds.text, _unlabelled_path(section, root))
    if source in BUILT_IN:
        return _renamed(BUILT_IN[source](), section)
    if is_function(source):
        given = load_module(source, root, kinds, section.kind or "image", task)
        return given if isinstance(given, Dataset) else _renamed(given, section)
    path = root / source
    if path.is_dir():
        return _folder(path, root, section, task, kinds)
    if path.suffix.lower() not in _FILES:
        raise _nothing(section, path)
    if not path.is_file():
        raise _missing(section, path)
    more = _unlabelled_path(section, root)
    if path.suffix.lower() in TABLES:
        return _recorded(path, section, task, kinds, more)
    return _renamed(load_npz(path, kinds, section.kind or "image", task, more), section)


def _folder(path: Path, root: Path, section: DataSection, task: TaskName, kinds: Kinds) -> Raw:
    if is_uci(path):
        return load_uci(path, section, kinds.sensor)
    more = _unlabelled_path(section, root)
    found = {file.suffix.lower() for file in files_below(path, (*IMAGES, *SOUNDS, *TABLES))}
    kinds_found = [each for each in (IMAGES, SOUNDS, TABLES) if found & set(each)]
    if len(kinds_found) > 1:
        raise DataError(
            path, f"files of several kinds ({', '.join(sorted(found))})", "images, sounds or CSV files"
        )
    if SOUNDS in kinds_found:
        return load_sounds(path, section, kinds.audio, more)
    if IMAGES in kinds_found:
        return load_images(path, section, kinds.image, more)
    if TABLES in kinds_found:
        return _recorded(path, section, task, kinds, more)
    wanted = "a folder for each class, with files"
    raise DataError(path, "no image, .wav or .csv in it", wanted, section.download_hint or "")


def _recorded(path: Path, section: DataSection, task: TaskName, kinds: Kinds, more: Path | None) -> Raw:
    """CSV: rows of a table where ``kind`` is "table", else recordings."""
    load = load_table if section.kind == "table" else load_windows
    return load(path, section, kinds.sensor, task, more)


def _unlabelled_path(section: DataSection, root: Path) -> Path | None:
    if section.unlabelled is None:
        return None
    path = root / section.unlabelled
    if not path.exists():
        where = f"[data] unlabelled = {section.unlabelled}"
        raise DataError(where, "no such file or folder", "one that is there")
    return path


def _renamed(raw: Raw, section: DataSection) -> Raw:
    classes = section.classes
    if classes is None:
        return raw
    if len(classes) != len(raw.classes):
        found = f"{len(classes)} names for {len(raw.classes)} classes"
        raise DataError("[data] classes", found, f"{len(raw.classes)} names")
    return replace(raw, classes=classes)


def _missing(section: DataSection, path: Path) -> DataError:
    arrays = "an .npz file with x, y and optionally classes"
    wanted = arrays if path.suffix.lower() == ".npz" else "a CSV file"
    return DataError(path, "no such file", wanted, section.download_hint or "")


def _nothing(section: DataSection, path: Path) -> DataError:
    """Neither built in nor there."""
    if section.download_hint is not None:
        return DataError(path, "no such folder or file", "the data", section.download_hint)
    names = ", ".join(f'"{name}"' for name in BUILT_IN)
    wanted = f'{names}, an .npz or .csv file, a folder, or a function such as "mydata:load"'
    return DataError(f"[data] source = {section.source}", "no such data", wanted)
