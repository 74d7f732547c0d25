"""Frames and bytes: COBS, CRC-32 and delimiters as pure functions. docs/protocol.md; twin of firmware/link.

    frame = COBS(body + crc32(body)) + 0x00,  body = type u8, sequence u8, payload

COBS: Cheshire and Baker, "Consistent Overhead Byte Stuffing", 1999. CRC-32/IEEE as zlib computes it. No
clock, no port: ``FrameReader`` takes bytes in pieces of any size and gives the good frames. Whatever else is
on the line (boot noise, lines for a person, broken frames) is counted and dropped.
"""

import struct
import zlib
from dataclasses import dataclass

from cobs import cobs

DELIMITER = b"\0"
LONGEST_FRAME = 70_000  # bytes; more than any reply, so that a flood cannot fill the memory


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: ``type`` in [0x80, 0xFF], ``sequence`` in [0, 255]."""

    type: int
    sequence: int
    payload: bytes = b""


def encode_frame(frame: Frame) -> bytes:
    """The bytes of ``frame`` on the wire, with the delimiter that ends it."""
    body = bytes((frame.type, frame.sequence)) + frame.payload
    encoded: bytes = cobs.encode(body + struct.pack("<I", zlib.crc32(body)))
    return encoded + DELIMITER


def most_wire_bytes(payload_bytes: int) -> int:
    """How long a frame with such a payload can be: 6 bytes around it, COBS 1 in 254, and the delimiter."""
    body = payload_bytes + 6
    return body + body // 254 + 2


def decode_frame(encoded: bytes) -> Frame | None:
    """The frame between two delimiters, or None when it is broken or no frame at all."""
    try:
        raw = cobs.decode(encoded)
    except cobs.DecodeError:
        return None
    if len(raw) < 6:
        return None
    body = raw[:-4]
    if zlib.crc32(body) != int.from_bytes(raw[-4:], "little"):
        return None
    return Frame(body[0], body[1], body[2:])


def _is_text(piece: bytes) -> bool:
    """Something that was printed: UTF-8 without control characters but those of a terminal."""
    try:
        text = piece.decode()
    except UnicodeDecodeError:
        return False
    return all(c.isprintable() or c in "\a\b\t\n\v\f\r\x1b" for c in text)


class FrameReader:
    """Frames out of a stream of bytes, in order; it resynchronises at every delimiter."""

    def __init__(self) -> None:
        self._rest = b""
        self.dropped = 0  # pieces between delimiters that were no good frame
        self.broken = 0  # those of them that were no text either: most likely a reply was lost
        self.last_noise = b""  # the latest of them, for an error message

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that ``data`` completes."""
        *whole, rest = (self._rest + data).split(DELIMITER)
        self._rest = rest[-LONGEST_FRAME:]
        frames = []
        for piece in whole:
            if not piece:
                continue
            frame = decode_frame(piece)
            if frame is None:
                self._drop(piece)
            else:
                frames.append(frame)
        return frames

    def reset(self) -> None:
        """Forget an incomplete frame."""
        self._rest = b""

    @property
    def noise(self) -> bytes:
        """What was last received and was no frame: for a person to see what the port says instead."""
        return self._rest[-200:] or self.last_noise

    def _drop(self, piece: bytes) -> None:
        self.dropped += 1
        self.broken += not _is_text(piece)
        self.last_noise = piece[-200:]
