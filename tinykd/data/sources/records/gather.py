"""Records as the arrays of an ``.npz``: samples on disk, in their own type; labels in memory.

What is done to arrays is then done to them, the same way: ranges, cameras, features, checks.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.kinds import Kinds
from tinykd.data.raw import Raw
from tinykd.data.sources.array_names import PARTS
from tinykd.data.sources.cameras import camera_of
from tinykd.data.sources.content import Content
from tinykd.data.sources.folder.images import is_grey, read_frame, read_pixels
from tinykd.data.sources.folder.sounds import frontend_of, read_sound
from tinykd.data.sources.npz import NpzArrays
from tinykd.data.sources.records.labels import labels_of_records
from tinykd.data.sources.records.record import Label, ShardRecord, ShardRecords
from tinykd.data.stored.ahead import in_order
from tinykd.data.stored.files import RowsFile
from tinykd.data.stored.lazy_rows import joined
from tinykd.data.types import SampleRows
from tinykd.errors import DataError
from tinykd.project.samples import DataKind, DataSection
from tinykd.project.values import TaskName

_AT_ONCE = 64  # samples that are decoded before they are written
_PART_NAMES = {part: name for name, part in PARTS.items()}
Decode = Callable[[ShardRecord], NDArray[Any]]


@dataclass
class _PartOnDisk:
    """Of the split: samples on disk, labels and groups in memory."""

    rows: RowsFile
    labels: list[Label] = field(default_factory=list)
    groups: list[str | None] = field(default_factory=list)
    first: tuple[int, ...] | None = None


def raw_of_records(
    records: ShardRecords, section: DataSection, kind: DataKind, kinds: Kinds, task: TaskName
) -> Raw:
    """The samples of ``records``; those of no class of ``[data] classes`` are left out."""
    wanted, decode = _wanted(records, section), _decoder(records, kind, kinds)
    parts: dict[int | None, _PartOnDisk] = {}
    for record, sample in _decoded(filter(wanted, records), decode):
        part = parts.setdefault(record.part, _PartOnDisk(RowsFile(record.where)))
        _append(part, record, sample)
    if not parts:
        raise DataError(records.where, "no samples")
    arrays = _arrays(records, section, parts, task)
    found = NpzArrays(records.where, records.name, arrays, kinds, kind)
    raw = found.raw(task)
    raw = replace(raw, notes=(*records.notes, *raw.notes))
    if kind == "audio":
        return replace(raw, sounds=partial(_sounds_of, found))
    if kind == "image" and kinds.image.camera is not None:
        return replace(raw, measured=partial(_frames_of, found))
    return raw


def _sounds_of(arrays: NpzArrays, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    return np.asarray(joined([arrays.sounds(name) for name in arrays.names])[rows])


def _frames_of(arrays: NpzArrays, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    return np.asarray(joined([arrays.frames(name) for name in arrays.names])[rows])


def _wanted(records: ShardRecords, section: DataSection) -> Callable[[ShardRecord], bool]:
    """Whether a record is of a class that is asked for; numbers stand for themselves."""
    classes = section.classes
    if classes is None:
        return lambda _: True
    if records.class_names is not None:
        known = {number for number, name in enumerate(records.class_names) if name in classes}
        return lambda record: not isinstance(record.label, int) or record.label in known
    return lambda record: not isinstance(record.label, str) or record.label in classes


def _decoder(records: ShardRecords, kind: DataKind, kinds: Kinds) -> Decode:
    if kind == "image":
        return _image_decoder(records, kinds)
    how = frontend_of(kinds.audio).how if kind == "audio" else None

    def decode(record: ShardRecord) -> NDArray[Any]:
        if not isinstance(record.sample, Content):
            return record.sample
        if how is None:
            raise DataError(record.where, "is no array", f'numbers, since [data] kind = "{kind}"')
        return read_sound(record.sample, how)

    return decode


def _image_decoder(records: ShardRecords, kinds: Kinds) -> Decode:
    """Grey where all are, by their headers, unless the project file says it."""
    image = kinds.image
    grey = image.grayscale
    if grey is None or image.camera is not None:
        all_grey = all(is_grey(each.sample) for each in records if isinstance(each.sample, Content))
        grey = all_grey if grey is None else grey
        camera = camera_of(image, 1 if all_grey else 3, grey)
    else:
        camera = None

    def decode(record: ShardRecord) -> NDArray[Any]:
        if not isinstance(record.sample, Content):
            return record.sample
        if camera is not None:
            return read_frame(record.sample, camera)
        return read_pixels(record.sample, image, grey)

    return decode


def _decoded(records: Iterable[ShardRecord], decode: Decode) -> Iterator[tuple[ShardRecord, NDArray[Any]]]:
    """With its sample, in order; two threads decode."""

    def pieces() -> Iterator[list[ShardRecord]]:
        left = iter(records)
        while piece := list(islice(left, _AT_ONCE)):
            yield piece

    def made(piece: list[ShardRecord]) -> list[tuple[ShardRecord, NDArray[Any]]]:
        return [(replace(each, sample=_NONE), decode(each)) for each in piece]

    for piece in in_order(made, pieces()):
        yield from piece


_NONE: NDArray[Any] = np.zeros(0, np.uint8)


def _append(part: _PartOnDisk, record: ShardRecord, sample: NDArray[Any]) -> None:
    if part.first is None:
        part.first = sample.shape
    if sample.shape != part.first:
        shapes = [" x ".join(map(str, each)) for each in (sample.shape, part.first)]
        fix = f"Say [image] size = [{part.first[0]}, {part.first[1]}]" if sample.ndim == 3 else ""
        raise DataError(record.where, shapes[0], f"{shapes[1]} as in the first", fix)
    part.rows.append(sample[np.newaxis])
    part.labels.append(record.label)
    part.groups.append(record.group)


def _arrays(
    records: ShardRecords, section: DataSection, parts: dict[int | None, _PartOnDisk], task: TaskName
) -> dict[str, SampleRows]:
    """By the names of an ``.npz``."""
    if None in parts and len(parts) > 1:
        raise DataError(records.where, "some samples are of no part", "all of them, or none")
    labels = labels_of_records(
        records.where, [part.labels for part in parts.values()], records.class_names, section, task
    )
    found: dict[str, SampleRows] = {}
    for (number, part), y in zip(parts.items(), labels.of_parts, strict=True):
        end = "" if number is None else f"_{_PART_NAMES[number]}"
        found[f"x{end}"], found[f"y{end}"] = part.rows.array(), y
        groups = _groups(part.groups)
        if groups is not None:
            found[f"group{end}"] = groups
    if labels.names is not None:
        found["classes"] = np.array(labels.names)
    return found


def _groups(groups: Sequence[str | None]) -> NDArray[np.str_] | None:
    known = [group for group in groups if group is not None]
    return np.array(known, np.str_) if len(known) == len(groups) else None
