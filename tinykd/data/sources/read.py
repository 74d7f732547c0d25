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
from tinykd.data.sources.records.plain_columns import as_csv
from tinykd.data.sources.records.read import SHARDS, load_shards, shards_of
from tinykd.data.sources.remote import is_url, present
from tinykd.data.sources.text.read import read_texts
from tinykd.data.sources.user_function import is_function, load_module
from tinykd.errors import DataError
from tinykd.project.samples import DataSection
from tinykd.project.values import TaskName

BUILT_IN = {"digits": load_digits}
_FILES = (".npz", *TABLES, *SHARDS)


def read_source(section: DataSection, root: Path, task: TaskName, kinds: Kinds) -> Raw | Dataset:
    """The samples that ``section`` names; a function of the user's may give them split already."""
    source = section.source
    if is_url(source):
        copy = section.model_copy(update={"source": str(present(root, source))})
        return read_source(copy, root, task, kinds)
    if task == "detection":
        given = read_boxes(section, root, kinds, _unlabelled_path(section, root))
        return given if isinstance(given, Dataset) else _renamed(given, section)
    if section.kind == "text":
        if not is_function(source) and (shards := shards_of(root / source)):
            return _texts_of_shards(root / source, shards, section, root, kinds)
        return read_texts(section, root, kinds.text, _unlabelled_path(section, root))
    if source in BUILT_IN:
        return _renamed(BUILT_IN[source](), section)
    if is_function(source):
        given = load_module(source, root, kinds, section.kind or "image", task)
        return given if isinstance(given, Dataset) else _renamed(given, section)
    path = root / source
    if path.is_file() and (shards := shards_of(path)):
        return _renamed(load_shards(path, shards, section, kinds, task), section)
    if path.is_dir():
        return _folder(path, root, section, task, kinds)
    if not path.name.lower().endswith(_FILES):
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
    shards = shards_of(path)
    if shards and not kinds_found:
        return _renamed(load_shards(path, shards, section, kinds, task), section)
    found |= {"".join(shards[0].suffixes[-1:])} if shards else set()
    if len(kinds_found) + bool(shards) > 1:
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


def _texts_of_shards(path: Path, shards: list[Path], section: DataSection, root: Path, kinds: Kinds) -> Raw:
    """Of Parquet alone: a column of texts, and one of labels."""
    if any(not each.name.lower().endswith(".parquet") for each in shards):
        raise DataError(path, "no texts", "texts as .csv, .jsonl or .parquet")
    with as_csv(path, shards) as copy:
        own = section.model_copy(update={"source": str(copy)})
        return read_texts(own, root, kinds.text, _unlabelled_path(section, root))


def _recorded(path: Path, section: DataSection, task: TaskName, kinds: Kinds, more: Path | None) -> Raw:
    """CSV: rows of a table where ``kind`` is "table", else recordings."""
    load = load_table if section.kind == "table" else load_windows
    return load(path, section, kinds.sensor, task, more)


def _unlabelled_path(section: DataSection, root: Path) -> Path | None:
    if section.unlabelled is None:
        return None
    path = present(root, section.unlabelled)
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
    wanted = "a file of samples" if path.name.lower().endswith(SHARDS) else wanted
    return DataError(path, "no such file", wanted, section.download_hint or "")


def _nothing(section: DataSection, path: Path) -> DataError:
    """Neither built in nor there."""
    if section.download_hint is not None:
        return DataError(path, "no such folder or file", "the data", section.download_hint)
    names = ", ".join(f'"{name}"' for name in BUILT_IN)
    wanted = (
        f'{names}, an .npz, .csv, .tar or .parquet file, a folder, a URL, or a function such as "mydata:load"'
    )
    return DataError(f"[data] source = {section.source}", "no such data", wanted)
