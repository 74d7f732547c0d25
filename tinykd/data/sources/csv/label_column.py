"""The error where no column has the name in ``[sensor] label``, with the column that may be meant."""

from tinykd.data.sources.csv.cell import are_whole
from tinykd.data.sources.csv.clock import seconds_of_dates
from tinykd.data.sources.csv.column_names import is_id, is_label, may_be_label
from tinykd.data.sources.csv.file import CsvFile
from tinykd.errors import DataError


def asked_label(file: CsvFile, label: str) -> DataError:
    """The error where there is no column ``label``; it suggests another, if one may be meant."""
    meant = label_like(file)
    shown = ", ".join(name or '""' for name in file.names[:20])
    fix = f'Say [sensor] label = "{meant}"' if meant else "Say [sensor] label, group or columns"
    return DataError(file.path, f"no column {label}, but {shown}", f"a column {label}", fix)


def label_like(file: CsvFile) -> str | None:
    """A column that may be the label: by its name, else one of words or numbers that come again."""
    by_name = [name for name in file.names if may_be_label(name)]
    return next(iter(sorted(by_name, key=is_id)), None) or _of_words(file)


def named_like_label(file: CsvFile) -> str | None:
    """A column whose name says that it is a label."""
    return next((name for name in file.names if is_label(name)), None)


def _of_words(file: CsvFile) -> str | None:
    names = [name for name in reversed(file.names) if 1 < len(set(file.texts(name))) <= len(file) // 10]
    words = [name for name in names if not file.is_numeric(name)]
    fitting = [n for n in words if not is_id(n) and seconds_of_dates(file.texts(n)[:1]) is None]
    last = [name for name in names if name == file.names[-1] and not words and are_whole(file.numbers(name))]
    return next(iter((*fitting, *last)), None)
