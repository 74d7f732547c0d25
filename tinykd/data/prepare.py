"""From a source's samples to a ``Dataset``: split, normalised, and with what the task wants learnt.

Normalisation is measured on the training samples alone. An anomaly task learns and chooses on normal samples
only; anomalies are for the test split.
"""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.checks import check_found, check_parts, check_raw
from tinykd.data.dataset import Dataset, Split
from tinykd.data.kinds import Kinds
from tinykd.data.measured import with_features, with_measured
from tinykd.data.normalise import augmentation_of_kind, normalised
from tinykd.data.objects.grid import Grid, Scenes, usual_sizes
from tinykd.data.prepare_texts import check_task, with_ids, with_texts
from tinykd.data.raw import TEST, Measured, Raw
from tinykd.data.several_labels import as_several, check_learnt, check_on, rarest_on
from tinykd.data.splits.notes import notes_on
from tinykd.data.splits.split import SplitRows, as_given, by_class, by_group, strata
from tinykd.data.stored.kept import in_array
from tinykd.data.stored.lazy_rows import LazyRows, chosen
from tinykd.data.types import Labels, SampleRows
from tinykd.errors import ConfigError, DataError
from tinykd.project.samples import DataSection, SplitName
from tinykd.project.values import TaskName

MAX_BYTES = 4 << 30  # of samples in memory, as float32
_WHOLE = ("anomaly", "detection")  # tasks whose targets are as large as their samples: all are in memory
ANOMALY_CLASSES = ("normal", "anomaly")


def prepare(raw: Raw, section: DataSection, task: TaskName, kinds: Kinds) -> Dataset:
    """``raw`` split as ``section`` says, normalised, for ``task``."""
    where = section.source
    check_task(raw, task)
    if task == "multilabel":
        raw = as_several(raw, where)
        check_on(raw, where)
    check_raw(raw, task, where)
    if task in _WHOLE:
        raw = _in_memory(raw, task)
    parts = split(raw, section, rarest_on(raw.y) if task == "multilabel" else strata(raw.y))
    if task == "anomaly":
        parts = _normal_parts(raw, parts, section)
    raw = with_ids(raw, parts.train)
    notes = (*_drawn_test(raw, section), *notes_on(raw, parts, task, section))
    if raw.boxes is not None and kinds.image.camera is not None:
        found = "boxes of whole images"
        raise ConfigError("[image] camera", found, "a task without boxes", "Say size alone")
    raw = with_measured(raw)
    raw = with_features(raw, parts.train, kinds)
    raw = normalised(raw, parts.train, kinds)
    data = replace(_learnt(raw, parts, section, task, kinds), augmentation=augmentation_of_kind(raw, kinds))
    sounds = None if raw.sounds is None else partial(_of_split, raw.sounds, parts)
    measured = None if raw.measured is None else partial(_of_split, raw.measured, parts)
    data = with_texts(data, raw, parts)
    return replace(data, frontend=raw.frontend, notes=(*raw.notes, *notes), sounds=sounds, measured=measured)


def _of_split(
    samples: Measured, parts: SplitRows, name: str, rows: NDArray[np.int64] | None = None
) -> NDArray[Any]:
    """Those of split ``name``, in its order; ``rows`` of them."""
    found = dict(parts.items())[name]
    return samples(found if rows is None else found[rows])


def _in_memory(raw: Raw, task: TaskName) -> Raw:
    if not isinstance(raw.x, LazyRows):
        return raw
    if raw.x.nbytes > MAX_BYTES:
        found = f"{len(raw.x):,} samples take {raw.x.nbytes:,} bytes"
        wanted = f"at most {MAX_BYTES:,}, since a task of {task} holds its samples in memory"
        raise DataError(raw.name, found, wanted)
    more = None if raw.unlabelled is None else in_array(raw.unlabelled)
    return replace(raw, x=in_array(raw.x), unlabelled=more)


def _learnt(raw: Raw, parts: SplitRows, section: DataSection, task: TaskName, kinds: Kinds) -> Dataset:
    match task:
        case "classification":
            check_parts(raw, parts, section.source, section)
            return _dataset(raw, parts, {name: raw.y[rows] for name, rows in parts.items()})
        case "multilabel":
            check_learnt(raw, parts, section.source)
            return _several(raw, parts)
        case "regression":
            return _regression(raw, parts, section.source)
        case "anomaly":
            return _anomaly(raw, parts, section)
        case "detection":
            return _detection(raw, parts, kinds)


def split(raw: Raw, section: DataSection, y: Labels) -> SplitRows:
    """Where ``[data] split`` does not say: the source's own split, else by group, else by class. Each part
    has its share of ``y`` (n,).
    """
    match section.split or _usual_split(raw):
        case "given":
            if raw.parts is None:
                fix = "x_train and x_test, or another way"
                raise DataError('[data] split = "given"', f"{section.source} has no split of its own", fix)
            return as_given(y, raw.groups, raw.parts, section.validation_groups)
        case "group":
            if raw.groups is None:
                fix = "group, subject or speaker of each sample"
                raise DataError('[data] split = "group"', f"{section.source} has no groups", fix)
            return by_group(y, raw.groups, section.test_groups, section.validation_groups)
        case "class":
            return by_class(y)


def _drawn_test(raw: Raw, section: DataSection) -> tuple[str, ...]:
    if raw.parts is None or (raw.parts == TEST).any() or section.split not in (None, "given"):
        return ()
    return ("there is no test split: a fifth of the training samples is measured on, and not learnt from",)


def _usual_split(raw: Raw) -> SplitName:
    if raw.parts is not None:
        return "given"
    return "group" if raw.groups is not None else "class"


def _dataset(raw: Raw, parts: SplitRows, y: dict[str, NDArray[Any]], **more: Any) -> Dataset:
    train, validation, test = (Split(chosen(raw.x, rows), y[name]) for name, rows in parts.items())
    data = Dataset(raw.name, train, validation, test, raw.classes, unlabelled=raw.unlabelled)
    return replace(data, **more)


def _regression(raw: Raw, parts: SplitRows, where: str) -> Dataset:
    """Targets with mean 0 and deviation 1 over the training samples."""
    mean, deviation = raw.y[parts.train].mean(axis=0), raw.y[parts.train].std(axis=0)
    if not (deviation > 0).all():
        constant = raw.classes[int(np.argmin(deviation))]
        found = f"target {constant} is the same in all training samples"
        raise DataError(where, found, "targets that differ")
    y = ((raw.y - mean) / deviation).astype(np.float32)
    scale, offset = tuple(map(float, deviation)), tuple(map(float, mean))
    targets = {name: y[rows] for name, rows in parts.items()}
    return _dataset(raw, parts, targets, task="regression", target_scale=scale, target_mean=offset)


def _several(raw: Raw, parts: SplitRows) -> Dataset:
    """Columns of 0 and 1."""
    train, validation, test = (
        Split(chosen(raw.x, rows), raw.y[rows], multilabel=True) for _, rows in parts.items()
    )
    return Dataset(raw.name, train, validation, test, raw.classes, "multilabel", unlabelled=raw.unlabelled)


def _detection(raw: Raw, parts: SplitRows, kinds: Kinds) -> Dataset:
    """Heat maps; the usual size of a box is that of the training images."""
    assert raw.boxes is not None
    how, (height, width), count = kinds.detection, raw.x.shape[1:3], len(raw.classes)
    usual = usual_sizes(raw.boxes.take(parts.train), count, (height, width))
    grid = Grid(height, width, how.stride, count, usual, how.head, how.background)
    train, validation, test = (_scenes(raw, grid, rows) for _, rows in parts.items())
    data = Dataset(raw.name, train, validation, test, raw.classes, "detection", unlabelled=raw.unlabelled)
    check_found(data)
    return data


def _scenes(raw: Raw, grid: Grid, rows: NDArray[np.int64]) -> Split:
    assert raw.boxes is not None
    boxes = raw.boxes.take(rows)
    return Split(chosen(raw.x, rows), grid.maps_of(boxes), scenes=Scenes(boxes, grid))


def _anomaly(raw: Raw, parts: SplitRows, section: DataSection) -> Dataset:
    labels = (~_is_normal(raw, section)).astype(np.int64)
    train, validation, test = (_reconstructed(raw.x, labels, rows) for _, rows in parts.items())
    classes = ANOMALY_CLASSES
    return Dataset(raw.name, train, validation, test, classes, "anomaly", unlabelled=raw.unlabelled)


def _is_normal(raw: Raw, section: DataSection) -> NDArray[np.bool_]:
    """(n,) of each sample."""
    return np.asarray(np.isin(np.array(raw.classes), _normal(raw, section))[raw.y])


def _normal_parts(raw: Raw, parts: SplitRows, section: DataSection) -> SplitRows:
    """Anomalies are for the test split; where the split is by class, it has all of them."""
    is_normal = _is_normal(raw, section)
    anomalies = np.flatnonzero(~is_normal)
    all_in_test = (section.split or _usual_split(raw)) == "class"
    test = np.union1d(parts.test, anomalies) if all_in_test else parts.test
    rows = SplitRows(parts.train[is_normal[parts.train]], parts.validation[is_normal[parts.validation]], test)
    for name, found in rows.items():
        _check_normals(is_normal[found], name, section.source)
    if is_normal[test].all():
        raise DataError(f"{section.source}: test", "no anomaly in it", "some, to measure with")
    return rows


def _reconstructed(x: SampleRows, labels: Labels, rows: NDArray[np.int64]) -> Split:
    taken = np.ascontiguousarray(x[rows])
    return Split(taken, taken.reshape(len(taken), -1), labels[rows])


def _normal(raw: Raw, section: DataSection) -> tuple[str, ...]:
    """Names of the normal classes."""
    if section.normal is None:
        return ("normal",) if "normal" in raw.classes else raw.classes[:1]
    for name in section.normal:
        if name not in raw.classes:
            raise DataError("[data] normal", f"no class {name}", f"of {', '.join(raw.classes[:20])}")
    return section.normal


def _check_normals(is_normal: NDArray[np.bool_], name: str, where: str) -> None:
    if not is_normal.any():
        raise DataError(f"{where}: {name}", "no normal sample in it", "normal samples in every split")
