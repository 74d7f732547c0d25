"""A Parquet file of plain columns as a CSV file: recordings, tables and texts are read the same way.

The CSV file is written into a folder that is gone when the samples have been read.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tinykd.data.sources.records.parquet import SUFFIX, batches, opened
from tinykd.data.stored.files import room_for
from tinykd.errors import DataError, one_line

MAX_BYTES = 1 << 30  # as of a CSV file
_INDEX = re.compile(r"__index_level_\d+__")  # pandas' numbers of rows, which are no values


@contextmanager
def as_csv(source: Path, files: list[Path]) -> Iterator[Path]:
    """A file or a folder with ``NAME.csv`` for each of ``files``; errors name what they were."""
    with TemporaryDirectory(prefix="tinykd-") as name:
        folder = Path(name) / (source.stem if source.is_file() else source.name)
        made = {}
        for file in files:
            place = folder / (file.name if file == source else file.relative_to(source))
            made[file] = place.with_suffix(".csv")
            made[file].parent.mkdir(parents=True, exist_ok=True)
            with room_for(str(file)):
                _write(file, made[file])
        try:
            yield made.get(source, folder)
        except DataError as error:
            raise _renamed(error, made, (folder, source)) from None


def _renamed(error: DataError, made: dict[Path, Path], folder: tuple[Path, Path]) -> DataError:
    where = error.where
    for file, copy in (*made.items(), (folder[1], folder[0])):
        where = where.replace(str(copy), str(file))
    return DataError(where, error.found, error.expected, error.fix)


def _write(file: Path, place: Path) -> None:
    from pyarrow import ArrowException, csv
    from pyarrow import schema as schema_of

    whole = opened(file).schema_arrow
    schema = schema_of([field for field in whole if not _INDEX.fullmatch(field.name)], whole.metadata)
    for field in schema:
        _check_plain(file, field)
    try:
        with csv.CSVWriter(place, schema, write_options=csv.WriteOptions(quoting_style="needed")) as out:
            for batch in batches(file, schema.names):
                out.write_batch(batch)
                if place.stat().st_size > MAX_BYTES:
                    raise DataError(file, f"more than {MAX_BYTES:,} bytes as text", "no more in one file")
    except ArrowException as error:
        raise DataError(file, f"cannot be read ({one_line(str(error), 120)})", "plain columns") from None


def _check_plain(file: Path, field: Any) -> None:
    from pyarrow import types

    if types.is_nested(field.type) or types.is_binary(field.type):
        found = f"column {one_line(field.name, 80)} is {field.type}"
        raise DataError(file, found, f"numbers and texts in a {SUFFIX} of recordings, rows or texts")
