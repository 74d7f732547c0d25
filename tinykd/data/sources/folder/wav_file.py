"""A WAV file's bytes, read by SciPy; one that was written as a stream, with no length, is read to its end.

A writer that cannot go back leaves 0xFFFFFFFF (ffmpeg to a pipe), another length no file has (0x7FFFF000 of
sox, 0x80000000 of arecord) or 0 (a recorder that was stopped) where the length belongs. Any other length that
the file does not have means that the file was cut off, and is refused.
Source: IBM and Microsoft, Multimedia Programming Interface and Data Specifications 1.0 (1991), RIFF.
"""

import io
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

_RIFF_HEADER = 12  # "RIFF", length, "WAVE"
_CHUNK_HEADER = 8  # name, length
_UNKNOWN = 0x7FFF_0000  # a length from here on is longer than any file that is read


def read_wav(path: Path) -> tuple[int, NDArray[Any]]:
    """Samples per second, and samples (n) or (n, channels); what SciPy cannot read raises as SciPy does."""
    return wav_of(path.read_bytes())


def wav_of(content: bytes) -> tuple[int, NDArray[Any]]:
    """The same of a file's bytes."""
    from scipy.io import wavfile

    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Reached EOF")
        warnings.filterwarnings("ignore", message="Chunk|Incomplete chunk")
        rate, values = wavfile.read(io.BytesIO(with_length(content)))
    return int(rate), values


def with_length(content: bytes) -> bytes:
    """``content`` with the length that its samples have, where it says none."""
    order = {b"RIFF": "<", b"RIFX": ">"}.get(content[:4])
    if order is None or content[8:_RIFF_HEADER] != b"WAVE":
        return content
    found = _samples(content, order)
    if found is None:
        return content
    if not found.is_unknown(content, order):
        return _with_riff_length(content, order, found)
    size = (len(content) - found.start) // found.frame * found.frame
    whole = bytearray(content[: found.start + size])
    struct.pack_into(f"{order}I", whole, found.start - 4, size)
    if size % 2:
        whole.append(0)
    struct.pack_into(f"{order}I", whole, 4, len(whole) - _CHUNK_HEADER)
    return bytes(whole)


def _with_riff_length(content: bytes, order: str, found: "_Samples") -> bytes:
    """``content`` whose samples say how many they are, where the file itself does not say how long it is."""
    riff_bytes = int(struct.unpack_from(f"{order}I", content, 4)[0])
    if riff_bytes < _UNKNOWN or found.start + found.size > len(content):
        return content
    whole = bytearray(content)
    struct.pack_into(f"{order}I", whole, 4, len(whole) - _CHUNK_HEADER)
    return bytes(whole)


@dataclass(frozen=True)
class _Samples:
    """The chunk ``data``: where its bytes start, its length as written, bytes of a sample of all channels."""

    start: int
    size: int
    frame: int

    def is_unknown(self, content: bytes, order: str) -> bool:
        left = len(content) - self.start
        if self.size == 0:
            return left >= self.frame and not _are_chunks(content, self.start, order)
        return self.size >= _UNKNOWN and self.size > left


def _samples(content: bytes, order: str) -> _Samples | None:
    at, frame = _RIFF_HEADER, 1
    while at + _CHUNK_HEADER <= len(content):
        name, size = struct.unpack_from(f"{order}4sI", content, at)
        at += _CHUNK_HEADER
        if name == b"data":
            return _Samples(at, size, frame)
        if name == b"fmt " and at + 14 <= len(content):
            frame = max(1, struct.unpack_from(f"{order}H", content, at + 12)[0])  # nBlockAlign
        at += size + size % 2
    return None


def _are_chunks(content: bytes, at: int, order: str) -> bool:
    """Whether what follows is other chunks to the end, so that there are no samples indeed."""
    while at + _CHUNK_HEADER <= len(content):
        name, size = struct.unpack_from(f"{order}4sI", content, at)
        if not all(32 <= letter < 127 for letter in name):
            return False
        at += _CHUNK_HEADER + size + size % 2
    return at == len(content)
