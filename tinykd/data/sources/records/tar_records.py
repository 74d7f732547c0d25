"""Samples of tar shards as WebDataset has them: files of one key, ``0001.jpg``, ``0001.cls``, are one sample.

A key is all before the first dot of the last part of the name. The label stands in ``.cls``, ``.label`` or
``.txt`` (a number or a name), or in ``.json`` under ``label`` or the like, or it is the folder that the file
lies in, as in an archive of a folder of images. Splits are what the shards' names say: ``train-0001.tar``.
Convention: github.com/webdataset/webdataset, docs/webdataset.md.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

from numpy.typing import NDArray

from tinykd.data.sources.array_names import GROUP_NAMES
from tinykd.data.sources.content import Content
from tinykd.data.sources.folder.images import SUFFIXES as IMAGES
from tinykd.data.sources.folder.layout import LabelledFile, arranged
from tinykd.data.sources.folder.sounds import SUFFIXES as SOUNDS
from tinykd.data.sources.records.npy import npy_array
from tinykd.data.sources.records.parts import part_of_files
from tinykd.data.sources.records.record import Label, OfFiles, ShardRecord
from tinykd.data.sources.records.tar_file import TarMember, TarShard
from tinykd.data.sources.text.columns import LABELS
from tinykd.errors import DataError, one_line
from tinykd.project.samples import DataSection

ARRAY = ".npy"
SAMPLES = (*IMAGES, *SOUNDS, ARRAY)
_LABELS = (".cls", ".label", ".txt")
_JSON = ".json"
_KEYS = (*LABELS, "cls", "class_name", "labels")
_MOST_LABEL_BYTES = 1 << 20
_MOST_OPEN = 64  # shards: a process may have some hundred files open


@dataclass(frozen=True)
class _Sample:
    """The files of one key."""

    shard: TarShard
    key: str
    files: dict[str, TarMember]  # by their suffixes, in lower case
    part: int | None

    @property
    def where(self) -> str:
        """For errors."""
        return f"{self.shard.path}: {self.key}"

    @property
    def member(self) -> TarMember:
        """That holds the sample itself."""
        found = [member for suffix, member in self.files.items() if _last(suffix) in SAMPLES]
        if len(found) != 1:
            named = ", ".join(self.files) or "nothing"
            raise DataError(self.where, f"holds {named}", f"one of {', '.join(SAMPLES)} in each sample")
        return found[0]


@dataclass(frozen=True)
class TarRecords(OfFiles):
    """The samples of ``shards``; ``source``: the file or folder that they are of."""

    source: Path
    shards: Sequence[Path]
    section: DataSection
    class_names: tuple[str, ...] | None = field(default=None, init=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """On folders in the archive."""
        return self._folders[1]

    def __iter__(self) -> Iterator[ShardRecord]:
        for shard, samples in groupby(self._samples, lambda sample: sample.shard):
            for sample in samples:
                yield from self._records(sample)
            self._put_away(shard)

    def _records(self, sample: _Sample) -> Iterator[ShardRecord]:
        """One; none of a folder that is left out."""
        folders, (content, member) = self._folders[0], (sample.shard.read(sample.member), sample.member)
        read: Content | NDArray[Any] = content
        if _last(PurePosixPath(member.name).suffix.lower()) == ARRAY:
            read = npy_array(content)
        if not folders:
            label, group = self._said(sample)
            yield ShardRecord(sample.where, read, label, sample.part, group)
        elif (placed := folders.get((str(sample.shard.path), member.name))) is not None:
            part = sample.part if placed.part is None else placed.part
            yield ShardRecord(sample.where, read, placed.label, part, placed.group)

    def _listed(self, path: Path, part: int | None) -> Iterator[_Sample]:
        shard = TarShard(path)
        yield from _of_shard(shard, part)
        self._put_away(shard)

    def _put_away(self, shard: TarShard) -> None:
        """Of many shards only the one that is read is open."""
        if len(self.shards) > _MOST_OPEN:
            shard.close()

    @cached_property
    def _samples(self) -> list[_Sample]:
        parts = part_of_files(self.source, self.shards)
        found = [
            each for path, part in zip(self.shards, parts, strict=True) for each in self._listed(path, part)
        ]
        if not found:
            raise DataError(self.source, "no samples", f"files such as 0001{IMAGES[1]} and 0001.cls in it")
        return found

    @cached_property
    def _folders(self) -> tuple[dict[tuple[str, str], LabelledFile], tuple[str, ...]]:
        """Where no sample says its label: what the folders in the archive mean, by shard and name."""
        said = [sample for sample in self._samples if self._label_file(sample) is not None]
        if said:
            missing = next((s for s in self._samples if self._label_file(s) is None), None)
            if missing is not None:
                wanted = f"{missing.key}.cls or .json, as {said[0].key} has it"
                raise DataError(missing.where, "has no label", wanted)
            return {}, ()
        names = {(str(s.shard.path), s.member.name): s for s in self._samples}
        if any("/" not in sample.member.name for sample in self._samples):
            first = self._samples[0]
            wanted = f"{first.key}.cls, {first.key}.json, or a folder for each class in the archive"
            raise DataError(first.where, "has no label", wanted)
        places = [(Path(shard, name), PurePosixPath(name).parts[:-1]) for shard, name in names]
        found = arranged(self.source, places, self.section)
        placed = {
            (str(path), name): entry
            for entry in found.entries
            for path, name in (_divided(entry.path, self.shards),)
        }
        return placed, found.notes

    def _label_file(self, sample: _Sample) -> str | None:
        """The suffix of the file that says the label."""
        return next((each for each in (*_LABELS, _JSON) if each in sample.files), None)

    def _said(self, sample: _Sample) -> tuple[Label, str | None]:
        suffix = self._label_file(sample)
        assert suffix is not None
        text = _text(sample.shard, sample.files[suffix])
        if suffix != _JSON:
            return _number_or_name(text, sample.where), self._group(sample)
        return _label_in(_object(text, sample.where), sample.where), self._group(sample)

    def _group(self, sample: _Sample) -> str | None:
        if _JSON not in sample.files:
            return None
        found = _object(_text(sample.shard, sample.files[_JSON]), sample.where)
        name = next((name for name in GROUP_NAMES if name in found), None)
        return None if name is None else one_line(str(found[name]), 200)


def _of_shard(shard: TarShard, part: int | None) -> Iterator[_Sample]:
    """Files that stand together and have one key; names with ``.`` or ``_`` first are left out."""
    plain = [each for each in shard.members if not _is_hidden(each.name)]
    seen = set()
    for key, group in groupby(plain, lambda member: _key(member.name)):
        files: dict[str, TarMember] = {}
        for member in group:
            suffix = member.name[len(key) :].lower()
            if suffix in files:
                raise DataError(f"{shard.path}: {one_line(key, 80)}", f"has {suffix} twice", "each file once")
            files[suffix] = member
        if key in seen:
            raise DataError(
                f"{shard.path}: {one_line(key, 80)}",
                "its files are not together",
                "files of one sample one after another",
                "Write it with tar --sort=name",
            )
        seen.add(key)
        if any(_last(suffix) in SAMPLES for suffix in files):
            yield _Sample(shard, key, files, part)


def _key(name: str) -> str:
    """All before the first dot of the last part."""
    folder, slash, last = name.rpartition("/")
    return folder + slash + last.partition(".")[0]


def _last(suffix: str) -> str:
    return suffix[suffix.rfind(".") :] if "." in suffix else suffix


def _is_hidden(name: str) -> bool:
    return any(part[:1] in "._" for part in name.removeprefix("./").split("/"))


def _divided(path: Path, shards: Sequence[Path]) -> tuple[Path, str]:
    """The shard, and the name in it, of a path made of both."""
    shard = next(each for each in shards if path.is_relative_to(each))
    return shard, path.relative_to(shard).as_posix()


def _text(shard: TarShard, member: TarMember) -> str:
    where = f"{shard.path}: {member.name}"
    if member.size > _MOST_LABEL_BYTES:
        raise DataError(where, f"is {member.size:,} bytes", f"a label of at most {_MOST_LABEL_BYTES:,}")
    try:
        return shard.read(member).data.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise DataError(where, "is no text", "a label in UTF-8") from None


def _object(text: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(
            where, f"its .json cannot be read ({one_line(str(error), 80)})", "an object"
        ) from None
    if not isinstance(found, dict):
        raise DataError(where, f"its .json is a {type(found).__name__}", "an object with a label")
    return found


def _label_in(found: dict[str, Any], where: str) -> Label:
    name = next((name for name in _KEYS if name in found), None)
    if name is None:
        shown = one_line(", ".join(map(str, found)), 120) or "nothing"
        raise DataError(where, f"its .json has {shown}", f"a key {', '.join(_KEYS[:3])} or the like")
    value = found[name]
    if isinstance(value, list) and all(isinstance(each, int | float | str) for each in value):
        return tuple(value)
    if not isinstance(value, int | float | str):
        raise DataError(where, f"{name} is a {type(value).__name__}", "a number, a name or a list of these")
    return int(value) if isinstance(value, bool) else value


def _number_or_name(text: str, where: str) -> Label:
    if not text:
        raise DataError(where, "its label is empty", "a number or a name")
    try:
        if text.lstrip("-").isdecimal():
            return int(text)
        value = float(text)
    except ValueError:
        return one_line(text, 200)
    is_number = math.isfinite(value) and "_" not in text  # Python takes 1_2 for 12
    return value if is_number else one_line(text, 200)
