"""Recordings of sensors in CSV files, cut into windows of (time, 1, channels).

A window's label is the commonest in it; of a regression, its targets are the means over it; of several
labels, those are on that at least half of its rows have. A window never reaches over two recordings. Which
files are read, which of their columns, and what ends a recording, is for ``csv_layout``, ``columns`` and
``recordings``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import SensorFrontend
from tinykd.data.raw import Groups, Raw
from tinykd.data.several_labels import names_in, on_of_names, rarest_on
from tinykd.data.sources.csv.columns import columns_of
from tinykd.data.sources.csv.file import CsvFile
from tinykd.data.sources.csv.layout import SUFFIXES, read_tables
from tinykd.data.sources.csv.notes import gaps_of, rate_of, told_columns, told_missing
from tinykd.data.sources.csv.recordings import Labels, Reader, Recording, label_form
from tinykd.data.sources.folder.files import files_below
from tinykd.data.sources.folder.layout import LabelledFile
from tinykd.data.types import Samples
from tinykd.errors import DataError
from tinykd.project.samples import DataSection, SensorSection
from tinykd.project.values import TaskName

__all__ = ["SUFFIXES", "Recording", "cut", "load_windows"]

MOST_MIXED = 0.5  # of the windows may hold more than one class
_UNRELATED = 3.0  # deviations of a correlation that may be accident
_EITHER = 'Say [data] kind = "table" if each row is a sample, kind = "sensor" if windows are right'
_HALF = 0.5  # of a window's rows
_FILES_OF_CLASS = 3  # from here on no file is on two sides of a split: one for each of its parts
_RECORDINGS_OF_CLASS = 5  # the same where recordings are stretches of a file


def load_windows(
    path: Path, section: DataSection, sensor: SensorSection, task: TaskName, unlabelled: Path | None = None
) -> Raw:
    """The file or folder ``path``; ``unlabelled``: more of the same columns."""
    tables = read_tables(path, section, sensor, task)
    files = [file for file, _ in tables.files]
    special = {*tables.labels, *([found] if (found := files[0].find(sensor.group or "")) else [])}
    columns = columns_of(files, special, sensor)
    reader = Reader(columns, sensor, tables.labels, label_form(task, files, tables.labels))
    recordings = [
        recording
        for file, entry in tables.files
        for recording in reader.recordings(file, entry, _below(file.path, path))
    ]
    if section.kind is None and task == "classification":
        _check_recorded(path, recordings, sensor)
        if columns.time is None and "window" not in sensor.model_fields_set:
            _check_in_order(path, recordings)
    raw = cut(path.stem, recordings, section, sensor, task, gaps_of(files, reader))
    rate = rate_of(files, reader)
    notes = (*tables.notes, *told_columns(columns), *told_missing(files, reader), *rate.notes, *raw.notes)
    more = None if unlabelled is None else _unlabelled(unlabelled, reader)
    return replace(
        raw, notes=notes, unlabelled=more, frontend=SensorFrontend((), (), rate.hz, columns.channels)
    )


def _check_recorded(path: Path, recordings: Sequence[Recording], sensor: SensorSection) -> None:
    """Refuse to guess where a class does not last as long as a window: each row may be a sample."""
    windows = [each.labels[span] for each in recordings for span in _spans(each, sensor)]
    mixed = sum(len(np.unique(labels)) > 1 for labels in windows)
    if mixed > MOST_MIXED * len(windows):
        found = f"{mixed} of {len(windows)} windows of {sensor.window} rows hold several classes"
        raise DataError(path, found, "recordings, in which a class lasts", _EITHER)


def _check_in_order(path: Path, recordings: Sequence[Recording]) -> None:
    """Refuse to guess of one file that is sorted by class, if no row has anything in common with the next."""
    if len(recordings) > 1:
        return
    values, labels = recordings[0].values.astype(np.float64), recordings[0].labels
    ends = np.flatnonzero(labels[1:] != labels[:-1]) + 1
    if len(ends) + 1 != len(np.unique(labels)):
        return
    stretches = [each - each.mean(axis=0) for each in np.split(values, ends) if len(each) > 1]
    alike = sum(np.sum(each[1:] * each[:-1], axis=0) for each in stretches)
    whole = sum(np.sum(each * each, axis=0) for each in stretches)
    bound = _UNRELATED / np.sqrt(len(values))  # the deviation of a correlation of what is unrelated
    if np.all(np.abs(alike) <= bound * whole):
        found = "is sorted by class, and its rows have nothing in common with their neighbours"
        raise DataError(path, found, "recordings, in which rows follow one another", _EITHER)


def _below(file: Path, source: Path) -> str:
    return file.relative_to(source).as_posix() if file != source else ""


def _unlabelled(path: Path, reader: Reader) -> Samples:
    """Windows of the file or folder ``path``."""
    paths = [path] if path.is_file() else files_below(path, SUFFIXES)
    alone = replace(reader, labels=(), form="name", sensor=reader.sensor.model_copy(update={"group": None}))
    found = []
    for each in paths:
        file = CsvFile.read(each, reader.sensor.missing != "refuse")
        for name in reader.columns.channels:
            if name not in file.names:
                shown = ", ".join(file.names[:20])
                raise DataError(each, f"no column {name}, but {shown}", f"a column {name}")
        own = replace(alone, columns=alone.columns.of(file))
        for recording in own.recordings(file, LabelledFile(each, ""), each.name):
            found += [recording.values[span] for span in _spans(recording, reader.sensor)]
    if not found:
        raise DataError(path, "no window in it", "recordings of a window or more")
    return np.stack(found)[:, :, np.newaxis, :]


def cut(
    name: str,
    recordings: Sequence[Recording],
    section: DataSection,
    sensor: SensorSection,
    task: TaskName,
    gaps: str = "",
) -> Raw:
    """Every window of ``recordings``; classes in the order of ``[data] classes``, or of their names."""
    spans = [(i, span) for i, each in enumerate(recordings) for span in _spans(each, sensor)]
    if not spans:
        longest = max((len(each.values) for each in recordings), default=0)
        found = f"the longest recording has {longest} values{gaps}, a window {sensor.window}"
        fix = 'Say a shorter window, or [data] kind = "table" if each row is a sample'
        raise DataError(f"[sensor] window: {name}", found, "recordings of a window or more", fix)
    x = np.stack([recordings[i].values[span] for i, span in spans])[:, :, np.newaxis, :]
    given = [recordings[i].part for i, _ in spans]
    parts = None if None in given else np.array(given, np.int8)
    raw = Raw(name, x, np.empty(0), sensor.label, None, parts, frontend=SensorFrontend((), ()))
    labels = [recordings[i].labels[span] for i, span in spans]
    origins = [(recordings[i], i) for i, _ in spans]
    if task == "regression":
        raw = replace(raw, y=np.array([_mean(each) for each in labels], np.float32))
        return _grouped(raw, origins, np.zeros(len(spans), np.int64), sensor)
    if task == "multilabel" and not _is_one_of(recordings):
        classes, on = _on(name, labels, section, sensor)
        return _grouped(replace(raw, y=on, classes=classes), origins, rarest_on(on), sensor)
    named = np.array([_commonest(each) for each in labels], np.str_)
    classes, y = _numbered(name, named, section)
    kept = np.flatnonzero(y >= 0)
    raw = replace(raw, x=x[kept], y=y[kept], classes=classes, parts=None if parts is None else parts[kept])
    return _grouped(raw, [origins[i] for i in kept], y[kept], sensor)


def _numbered(
    name: str, named: NDArray[np.str_], section: DataSection
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The classes and (n,) which each is of; -1: of none."""
    classes = section.classes or tuple(sorted(set(named.tolist())))
    missing = [each for each in classes if each not in named]
    if missing:
        known = ", ".join(sorted(set(named.tolist()))[:20])
        raise DataError("[data] classes", f"no {missing[0]} in {name}", f"of {known}")
    number = {each: i for i, each in enumerate(classes)}
    return classes, np.array([number.get(each, -1) for each in named.tolist()], np.int64)


def _is_one_of(recordings: Sequence[Recording]) -> bool:
    """Whether all rows have one name: then the classes are one or the other."""
    return all(
        each.labels.ndim == 1 and all(len(names_in(cell)) == 1 for cell in np.unique(each.labels).tolist())
        for each in recordings
    )


def _on(
    name: str, labels: Sequence[Labels], section: DataSection, sensor: SensorSection
) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    """The classes and (n, classes) which are on in at least half of the rows of each window."""
    if labels[0].ndim == 2:
        on = np.stack([np.asarray(each, np.float64).mean(axis=0) >= _HALF for each in labels])
        return sensor.label, on.astype(np.float32)
    cells = sorted({cell for each in labels for cell in np.unique(each).tolist()})
    known = sorted({one for cell in cells for one in names_in(cell)})
    classes = section.classes or tuple(known)
    missing = next((each for each in classes if each not in known), None)
    if missing is not None:
        shown = ", ".join(known[:20])
        raise DataError("[data] classes", f"no {missing} in {name}", f"of {shown}")
    rows = dict(zip(cells, on_of_names(cells, classes), strict=True))
    means = [np.mean([rows[cell] for cell in each.tolist()], axis=0) for each in labels]
    return classes, (np.stack(means) >= _HALF).astype(np.float32)


def _grouped(
    raw: Raw, origins: Sequence[tuple[Recording, int]], y: NDArray[np.int64], sensor: SensorSection
) -> Raw:
    """``raw`` with what must not be on two sides of a split: a person, else a file, else a recording."""
    groups = _texts([recording.group for recording, _ in origins])
    files = _texts([recording.file for recording, _ in origins])
    stretches = _texts([str(i) for _, i in origins])
    if len(np.unique(groups)) > 1:
        return replace(raw, groups=groups)
    if _fewest(files, y) >= _FILES_OF_CLASS:
        return replace(raw, groups=files)
    if _fewest(stretches, y) >= _RECORDINGS_OF_CLASS:
        return replace(raw, groups=stretches)
    if raw.parts is not None or sensor.stride >= sensor.window:
        return raw
    note = (
        f"windows overlap (stride {sensor.stride}, window {sensor.window}) and recordings are too few "
        "to keep each on one side of the split: the test is easier than new recordings"
    )
    return replace(raw, notes=(note,))


def _texts(values: list[str]) -> Groups:
    return np.array(values, np.str_)


def _fewest(groups: Groups, y: NDArray[np.int64]) -> int:
    """How many groups hold the class that is in the fewest."""
    return min((len(np.unique(groups[y == each])) for each in np.unique(y)), default=0)


def _spans(recording: Recording, sensor: SensorSection) -> Iterator[slice]:
    for start in range(0, len(recording.values) - sensor.window + 1, sensor.stride):
        yield slice(start, start + sensor.window)


def _commonest(labels: NDArray[np.str_] | NDArray[np.float32]) -> str:
    names, counts = np.unique(labels, return_counts=True)
    return str(names[counts.argmax()])


def _mean(targets: NDArray[np.str_] | NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(targets.astype(np.float64).mean(axis=0))
