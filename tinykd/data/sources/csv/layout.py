"""Which CSV file is of which class, group and part: by a column of labels, by its folder, or by its name.

A column that is called as ``[sensor] label`` says it, in all files. Where there is none: ``CLASS/FILE`` and
the splits and groups of ``layout``; ``CLASS.csv``, or ``CLASS_1.csv`` and so on, beside one another or in
folders that are splits or groups.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tinykd.data.sources.csv.file import CsvFile
from tinykd.data.sources.csv.label_column import asked_label, named_like_label
from tinykd.data.sources.folder.files import files_below, of_classes, regrouped
from tinykd.data.sources.folder.layout import LabelledFile, LabelledFiles, Place, arranged, arranged_by_file
from tinykd.data.sources.folder.split_names import parts_of, role_of
from tinykd.errors import DataError
from tinykd.project.samples import DataSection, SensorSection
from tinykd.project.values import TaskName

SUFFIXES = (".csv", ".tsv")
_TIME = r"\d{4}[-_.]\d\d[-_.]\d\d|\d{6,}|\d\d[-_.:]\d\d[-_.:]\d\d([.,]\d+)?"
_RANDOM = r"(?=[0-9a-f\-]*\d)[0-9a-f]{6,}(-[0-9a-f]{4,})*"  # such as a UUID
_USUAL_LABEL = SensorSection().label  # where another is asked for, folders are no classes


@dataclass(frozen=True)
class Tables:
    """The files of a source, read, with what is known of each; ``labels``: the columns that say the class."""

    files: tuple[tuple[CsvFile, LabelledFile], ...]
    labels: tuple[str, ...]
    notes: tuple[str, ...] = ()


def read_tables(path: Path, section: DataSection, sensor: SensorSection, task: TaskName) -> Tables:
    """The file or folder ``path``."""
    paths = [path] if path.is_file() else files_below(path, SUFFIXES)
    if not paths:
        raise DataError(path, "no .csv file in it", "a folder for each class, with files")
    files = {each: CsvFile.read(each, sensor.missing != "refuse") for each in paths}
    without = [file for file in files.values() if any(file.find(name) is None for name in sensor.label)]
    if not without:
        first = files[paths[0]]
        labels = tuple(name for each in sensor.label if (name := first.find(each)) is not None)
        return _tables(files, _by_column(path, paths, section), labels)
    if path.is_file() or task == "regression" or len(without) < len(files) or sensor.label != _USUAL_LABEL:
        missing = next(name for name in sensor.label if without[0].find(name) is None)
        raise asked_label(without[0], missing)
    found = _by_place(path, list(files.values()), section, sensor)
    return _tables(files, of_classes(path, regrouped(path, found, section), section), ())


def _tables(files: dict[Path, CsvFile], found: LabelledFiles, labels: tuple[str, ...]) -> Tables:
    return Tables(tuple((files[entry.path], entry) for entry in found.entries), labels, found.notes)


def _by_column(path: Path, paths: Sequence[Path], section: DataSection) -> LabelledFiles:
    if path.is_file():
        return LabelledFiles((LabelledFile(path, ""),))
    places = [(each, each.relative_to(path).with_suffix("").parts) for each in paths]
    return regrouped(path, arranged_by_file(path, places, section), section)


def _by_place(
    path: Path, files: Sequence[CsvFile], section: DataSection, sensor: SensorSection
) -> LabelledFiles:
    places = [(file.path, file.path.relative_to(path).parts[:-1]) for file in files]
    if all(not names for _, names in places):
        _check_is_class(path, files, section, sensor)
    elif _are_splits(places) or section.folders == "groups" or section.test_folders:
        named = _by_stem([each for each, names in places if len(names) < 2], section)
        places = [(each, (*names, named[each]) if len(names) < 2 else names) for each, names in places]
    elif section.folders is None and section.group_pattern is None and section.classes is None:
        _check_not_persons(path, places)
    stems = _by_stem([each for each, names in places if not names], section)
    found = arranged(path, [(each, names or (stems[each],)) for each, names in places], section)
    if not stems:
        return found
    classes = ", ".join(sorted({entry.label for entry in found.entries if entry.path in stems})[:20])
    return LabelledFiles(found.entries, (*found.notes, f"classes by the names of the files: {classes}"))


def _check_not_persons(path: Path, places: Sequence[Place]) -> None:
    """Refuse ``ana/wave.csv``, ``ana/clap.csv`` beside the same of others: either may be the class."""
    tops: dict[str, set[str]] = {}
    for each, names in places:
        tops.setdefault(names[0] if len(names) == 1 else "", set()).add(_named(each.stem))
    held = next(iter(tops.values()))
    words = [stem for stem in held if re.search(r"[^\W\d_]", stem) and role_of(stem) is None]
    if len(tops) < 2 or "" in tops or len(words) < 2 or any(each != held for each in tops.values()):
        return
    found = f"folders {', '.join(sorted(tops)[:10])} hold the same ({', '.join(sorted(held)[:10])})"
    wanted = "to know whether they are groups with these as classes, or the classes"
    raise DataError(path, found, wanted, 'Say [data] folders = "groups" or folders = "classes"')


def _are_splits(places: Sequence[Place]) -> bool:
    """Whether all folders are called as splits, and hold files alone."""
    roles = [role_of(names[0]) if len(names) == 1 else None for _, names in places]
    known = [role for role in roles if role is not None]
    return len(known) == len(roles) and parts_of(known) is not None


def _check_is_class(
    path: Path, files: Sequence[CsvFile], section: DataSection, sensor: SensorSection
) -> None:
    """Refuse files whose names are no classes; what may be the label is asked for."""
    stems = [file.path.stem for file in files]
    named = set(section.classes or ()) & set(stems)
    roles = [role_of(stem) for stem in stems]
    if not named and (len(files) < 2 or None not in roles or all(map(named_like_label, files))):
        raise asked_label(files[0], sensor.label[0])
    if not named and len({_stem(file.path) for file in files}) < 2:
        shown = ", ".join(stems[:3])
        found = f"{shown} differ by a number only, and have no column {sensor.label[0]}"
        fix = f'Say [sensor] label, or [data] classes = ["{stems[0]}", "{stems[1]}"] if each is a class'
        raise DataError(path, found, "CLASS.csv, CLASS/FILE, or the label in a column", fix)


def _by_stem(paths: Sequence[Path], section: DataSection) -> dict[Path, str]:
    """The class in the name of each, without what numbers its recordings where that leaves several."""
    if section.classes and {path.stem for path in paths} & set(section.classes):
        return {path: path.stem for path in paths}
    shortened = [{path: shorten(path.stem) for path in paths} for shorten in (_before_dot, _named, _numbered)]
    return next((each for each in shortened if len(set(each.values())) > 1), shortened[-1])


def _stem(path: Path) -> str:
    return _numbered(path.stem)


def _numbered(stem: str) -> str:
    """Without a number at the end, where that leaves something."""
    return re.sub(r"[\s_.\-]*\(?\d+\)?$", "", stem) or stem


def _named(stem: str) -> str:
    """Without a date and time, or random digits of 16, at either end, and then without a number."""
    found = re.sub(rf"([\s_.\-T]*({_TIME})|[\s_.\-]+{_RANDOM})+Z?([\s_.\-]+\(?\d{{1,5}}\)?)?$", "", stem)
    found = re.sub(rf"^(({_TIME})Z?[\s_.\-T]+)+", "", found)
    return _numbered(found) if re.search(r"[^\W\d_]", found) else _numbered(stem)


def _before_dot(stem: str) -> str:
    """``idle`` of ``idle.1a7fc3d0.s5``, as Edge Impulse writes it."""
    return _named(stem.partition(".")[0])
