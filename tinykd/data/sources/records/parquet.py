"""Samples of Parquet files, batch by batch: a column of images, sounds or arrays, and one of labels.

Images and sounds are bytes, or structures with ``bytes`` in them, as Hugging Face's data sets have them;
arrays are (nested) lists of one shape. The names of classes come from the file where it says them
(``huggingface`` in its metadata). A table of plain columns is for ``plain_columns``.
pyarrow reads the format; it is an optional package.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.sources.array_names import GROUP_NAMES
from tinykd.data.sources.content import Content
from tinykd.data.sources.records.parts import part_of_files
from tinykd.data.sources.records.record import Label, OfFiles, ShardRecord
from tinykd.data.sources.text.columns import LABELS, SPLITS, part_of
from tinykd.errors import DataError, ToolError, one_line
from tinykd.project.samples import DataSection

SUFFIX = ".parquet"
MAX_ROWS = 100_000_000
MAX_BYTES = 256 << 30  # of a file, unpacked
MAX_GROUP_BYTES = 1 << 30  # of what is unpacked at once
_BATCH_BYTES = 16 << 20
_BATCH_ROWS = 65_536
_BATCH_SAMPLES = 64  # a dictionary may say one large sample for every row, which the size does not tell
_LABELS = (*LABELS, "cls", "labels", "fine_label")
_PREFERRED = ("image", "img", "audio", "x", "array", "data", "features", "pixels", "signal", "values")
_WANTED = "a Parquet file"


@dataclass(frozen=True)
class ParquetRecords(OfFiles):
    """The rows of ``files``; ``source``: the file or folder that they are of."""

    source: Path
    files: Sequence[Path]
    section: DataSection

    @property
    def notes(self) -> tuple[str, ...]:
        """None."""
        return ()

    @cached_property
    def columns(self) -> "ParquetColumns | None":
        """Of the first file; None: it is a table of plain columns."""
        return ParquetColumns.of(self.files[0])

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """As Hugging Face's ``ClassLabel`` writes them."""
        columns = self.columns
        return None if columns is None else _class_names(self.files[0], columns.label)

    def __iter__(self) -> Iterator[ShardRecord]:
        columns = self.columns
        assert columns is not None
        parts = part_of_files(self.source, self.files)
        for file, part in zip(self.files, parts, strict=True):
            yield from _records(file, columns, part)


@dataclass(frozen=True)
class ParquetColumns:
    """Names, as the file has them."""

    sample: str
    label: str
    split: str | None
    group: str | None

    @classmethod
    def of(cls, path: Path) -> "ParquetColumns | None":
        """Those of ``path``, found by their types and names."""
        schema = opened(path).schema_arrow
        large = [each.name for each in schema if _is_large(each.type)]
        if not large:
            return None
        chosen = next((name for name in large if name.casefold() in _PREFERRED), large[0])
        others = [name for name in schema.names if name != chosen]
        label = _named(others, _LABELS)
        if label is None:
            shown = one_line(", ".join(others), 200) or "no other"
            raise DataError(path, f"beside {chosen} it has {shown}", "a column label, class or the like")
        return cls(chosen, label, _named(others, SPLITS), _named(others, GROUP_NAMES))

    @property
    def all(self) -> list[str]:
        """That are read."""
        return [name for name in (self.sample, self.label, self.split, self.group) if name is not None]


def opened(path: Path) -> Any:
    """pyarrow's ``ParquetFile``, of bounded size."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        fix = 'Type `pip install "tinykd[parquet]"`.'
        raise ToolError(path, "pyarrow is not installed", "what reads Parquet", fix) from None
    try:
        file = ParquetFile(path)
    except (ArrowException, OSError, ValueError) as error:
        raise DataError(path, f"cannot be read ({one_line(str(error), 120)})", _WANTED) from None
    _check_size(path, file.metadata)
    return file


def _check_size(path: Path, metadata: Any) -> None:
    groups = [metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)]
    if metadata.num_rows > MAX_ROWS or sum(groups) > MAX_BYTES:
        found = f"{metadata.num_rows:,} rows of {sum(groups):,} bytes"
        raise DataError(path, found, f"at most {MAX_ROWS:,} rows, {MAX_BYTES:,} bytes")
    if groups and max(groups) > MAX_GROUP_BYTES:
        found, wanted = f"a row group of {max(groups):,} bytes", f"at most {MAX_GROUP_BYTES:,} at once"
        raise DataError(path, found, wanted, "Write it again with smaller row groups")
    if not metadata.num_rows:
        raise DataError(path, "no rows")


def batches(path: Path, columns: Sequence[str], most: int = _BATCH_ROWS) -> Iterator[Any]:
    """pyarrow's record batches of about ``_BATCH_BYTES`` and ``most`` rows, one row group after another."""
    from pyarrow import ArrowException

    file = opened(path)
    known = file.schema_arrow.names
    for name in columns:
        if name not in known:
            raise DataError(path, f"has no column {one_line(name, 80)}", one_line(", ".join(known), 200))
    metadata = file.metadata
    size = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    rows = max(1, min(most, _BATCH_BYTES * metadata.num_rows // max(1, size)))
    try:
        yield from file.iter_batches(rows, columns=list(columns), use_threads=False)
    except (ArrowException, OSError, ValueError) as error:
        raise DataError(path, f"cannot be read ({one_line(str(error), 120)})", _WANTED) from None


def _records(path: Path, columns: ParquetColumns, part: int | None) -> Iterator[ShardRecord]:
    number = 0
    for batch in batches(path, columns.all, _BATCH_SAMPLES):
        cells = {name: batch.column(batch.schema.get_field_index(name)) for name in columns.all}
        for row in range(batch.num_rows):
            number += 1
            where = f"{path}: row {number}"
            sample = _sample(cells[columns.sample][row], where, columns.sample)
            label = _label(cells[columns.label][row].as_py(), where, columns.label)
            own = part
            if columns.split is not None:
                own = part_of(str(cells[columns.split][row].as_py()), where)
            group = None if columns.group is None else str(cells[columns.group][row].as_py())
            yield ShardRecord(where, sample, label, own, group)


def _sample(cell: Any, where: str, name: str) -> Content | NDArray[Any]:
    value = cell.as_py() if cell.is_valid else None
    if isinstance(value, dict):
        value = value.get("bytes")
    if isinstance(value, bytes):
        return Content(where, value)
    if value is None:
        raise DataError(where, f"{name} is empty", "a sample in every row")
    return _array(cell, value, where, name)


def _array(cell: Any, value: Any, where: str, name: str) -> NDArray[Any]:
    """Of (nested) lists, in the type that the file has."""
    try:
        found = np.array(value)
        if found.dtype.kind not in "biuf":
            raise ValueError("other than numbers")
        return found.astype(_innermost(cell.type).to_pandas_dtype())
    except (ValueError, TypeError, OverflowError) as error:
        found_what = f"{name} is no array ({one_line(str(error), 80)})"
        raise DataError(where, found_what, "numbers in lists of one length") from None


def _label(value: Any, where: str, name: str) -> Label:
    if isinstance(value, list) and all(isinstance(each, int | float | str) for each in value):
        return tuple(value)
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, int | float | str):
        raise DataError(
            where, f"{name} is {'empty' if value is None else type(value).__name__}", "a number or a name"
        )
    return value


def _is_large(kind: Any) -> bool:
    """Whether a column of this type holds images, sounds or arrays."""
    from pyarrow import types

    if types.is_struct(kind):
        return any(kind.field(i).name == "bytes" for i in range(kind.num_fields))
    if _is_list(kind):
        inner = _innermost(kind)
        return bool(types.is_integer(inner) or types.is_floating(inner) or types.is_boolean(inner))
    return bool(types.is_binary(kind) or types.is_large_binary(kind))


def _is_list(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _innermost(kind: Any) -> Any:
    while _is_list(kind):
        kind = kind.value_type
    return kind


def _named(names: Sequence[str], usual: Sequence[str]) -> str | None:
    known = {name.casefold(): name for name in reversed(names)}
    return next((known[name] for name in usual if name in known), None)


def _class_names(path: Path, label: str) -> tuple[str, ...] | None:
    said = (opened(path).schema_arrow.metadata or {}).get(b"huggingface")
    try:
        names = json.loads(said)["info"]["features"][label]["names"] if said else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        return None
    return tuple(one_line(name, 200) for name in names) if len(set(names)) == len(names) else None
