"""A file's bytes as text: UTF-8, UTF-16 by its byte-order mark, or the encoding that ``[text]`` names."""

import codecs
from pathlib import Path

from tinykd.errors import DataError

MAX_FILE_BYTES = 256 << 20
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(path: Path, encoding: str | None = None) -> str:
    """The text of ``path``, without its mark; ``DataError`` names the line of a byte that is none of it."""
    if not path.is_file():
        raise DataError(path, "no such file", "a text file")
    if (size := path.stat().st_size) > MAX_FILE_BYTES:
        raise DataError(path, f"is {size} bytes", f"at most {MAX_FILE_BYTES}")
    content = path.read_bytes()
    try:
        return content.decode(encoding or _by_mark(content)).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise _undecodable(path, content, error, encoding) from None


def _by_mark(content: bytes) -> str:
    return "utf-16" if content.startswith(_MARKS) else "utf-8"


def _undecodable(path: Path, content: bytes, error: UnicodeDecodeError, named: str | None) -> DataError:
    line = content[: error.start].count(b"\n") + 1
    found = f"line {line}: byte 0x{content[error.start]:02x} is not {error.encoding.upper()}"
    if named is not None or error.encoding != "utf-8":
        return DataError(path, found, f"text in {error.encoding.upper()}")
    wanted, fix = (
        "UTF-8, or UTF-16 with its mark",
        'Say [text] encoding = "latin-1" if the whole file is that',
    )
    return DataError(path, found, wanted, fix)
