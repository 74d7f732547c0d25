"""Which files of a source are shards, and what kind their samples are."""

from pathlib import Path

from tinykd.data.kinds import Kinds
from tinykd.data.raw import Raw
from tinykd.data.sources.content import Content
from tinykd.data.sources.csv.tables import load_table
from tinykd.data.sources.csv.windows import load_windows
from tinykd.data.sources.folder.files import files_below
from tinykd.data.sources.records.gather import raw_of_records
from tinykd.data.sources.records.parquet import SUFFIX as PARQUET
from tinykd.data.sources.records.parquet import ParquetRecords
from tinykd.data.sources.records.plain_columns import as_csv
from tinykd.data.sources.records.record import ShardRecords
from tinykd.data.sources.records.tar_file import SUFFIXES as TARS
from tinykd.data.sources.records.tar_records import TarRecords
from tinykd.errors import DataError
from tinykd.project.samples import DataKind, DataSection
from tinykd.project.values import TaskName

SHARDS = (*TARS, PARQUET)
_ENDINGS = (*(suffix for suffix in TARS if suffix.count(".") == 1), ".gz", PARQUET)


def shards_of(path: Path) -> list[Path]:
    """The shards that ``path`` is, or has below it; none where it holds others."""
    if path.is_dir():
        return [file for file in files_below(path, _ENDINGS) if _is_shard(file)]
    return [path] if _is_shard(path) else []


def _is_shard(path: Path) -> bool:
    return path.name.lower().endswith(SHARDS)


def load_shards(path: Path, files: list[Path], section: DataSection, kinds: Kinds, task: TaskName) -> Raw:
    """The samples of ``files``, which are ``path`` or lie below it."""
    tables = [file for file in files if file.suffix.lower() == PARQUET]
    if tables and len(tables) < len(files):
        raise DataError(path, "tar and Parquet files", "shards of one kind")
    if section.unlabelled is not None:
        wanted = "none with shards"
        raise DataError(f"[data] unlabelled = {section.unlabelled}", "a source of shards", wanted)
    records = records_of(path, files, section)
    if records is not None:
        kind = section.kind or kind_of_records(records)
        return raw_of_records(records, section, kind, kinds, task)
    with as_csv(path, files) as copy:
        load = load_table if section.kind == "table" else load_windows
        return load(copy, section, kinds.sensor, task, None)


def records_of(path: Path, files: list[Path], section: DataSection) -> ShardRecords | None:
    """The samples of ``files``; None: they are tables of plain columns."""
    if files[0].suffix.lower() != PARQUET:
        return TarRecords(path, files, section)
    rows = ParquetRecords(path, files, section)
    return None if rows.columns is None else rows


def kind_of_records(records: ShardRecords) -> DataKind:
    """By the first sample: sounds begin as RIFF or RIFX, what else is a file is taken for an image."""
    first = next(iter(records), None)
    if first is None:
        raise DataError(records.where, "no samples", "images, sounds or arrays, and their labels")
    sample = first.sample
    is_sound = isinstance(sample, Content) and sample.data[:4] in (b"RIFF", b"RIFX")
    return "audio" if is_sound else "image"
