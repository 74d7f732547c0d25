"""Messages of a board that listens: request 0x8F, reports 0xFC; docs/protocol.md explains them.

firmware/live/tkd_listener.c is the other end.
"""

import struct
from dataclasses import dataclass
from typing import ClassVar, Self

from tinykd.link.packed import MalformedPayload, Packed, PackedReply, unpack

HEARD = 0xFC
WITH_ROWS = 1  # flag of the request
ANSWER, ROW = 1, 2  # flags of a report


@dataclass(frozen=True, slots=True)
class ListenRequest(Packed):
    """Listen from now on; reports numbered below ``limit`` may be sent.

    Rate, channels and scale are those of a sensor that is fed, 0 for another.
    """

    TYPE: ClassVar[int] = 0x8F
    LAYOUT: ClassVar[str] = "<HIBIBf"
    report_frames: int  # between two reports, at most
    limit: int
    flags: int = 0
    rate_millihz: int = 0
    channels: int = 0
    scale: float = 0.0


@dataclass(frozen=True, slots=True)
class ListenStarted(PackedReply):
    """The board listens. ``ticks``: of its counter; then the front end that it has."""

    LAYOUT: ClassVar[str] = "<IIHHHHHIB"
    ticks: int
    feed_frames: int  # that may be fed ahead
    frame: int
    hop: int
    rows: int
    row_bytes: int
    rows_per_answer: int
    rate_millihz: int
    channels: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Of one inference. ``index``: of the class that fires, -1 for none; ``averages``: int8, one a class."""

    LAYOUT: ClassVar[str] = "<IIIIhb"
    number: int  # from 1 on
    ticks: int
    input_hash: int  # CRC-32
    output_hash: int
    index: int
    score: int
    averages: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """A report. ``answer``: None between two inferences; ``row``: the newest of the features, or none."""

    number: int
    taken: int  # frames
    lost: int  # frames
    ticks: int
    busy: int  # ticks spent on features and inference since the last report
    peak: int  # largest value since then, without its sign
    answer: Answer | None = None
    row: bytes | None = None

    LAYOUT: ClassVar[str] = "<IIIIIHB"
    HEAD_BYTES: ClassVar[int] = 23
    MOST_BYTES: ClassVar[int] = HEAD_BYTES + 19 + 2 * (2 + 240)

    def to_bytes(self) -> bytes:
        """The payload."""
        flags = ANSWER * (self.answer is not None) | ROW * (self.row is not None)
        head = (self.number, self.taken, self.lost, self.ticks, self.busy, self.peak, flags)
        return struct.pack(self.LAYOUT, *head) + _packed(self.answer) + _sized(self.row)

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        number, taken, lost, ticks, busy, peak, flags = unpack(cls.LAYOUT, payload[: cls.HEAD_BYTES])
        rest = payload[cls.HEAD_BYTES :]
        answer, row = None, None
        if flags & ANSWER:
            answer, rest = _take_answer(rest)
        if flags & ROW:
            row, rest = _take_sized(rest)
        return cls(number, taken, lost, ticks, busy, peak, answer, row)


def _packed(answer: Answer | None) -> bytes:
    if answer is None:
        return b""
    head = (answer.number, answer.ticks, answer.input_hash, answer.output_hash, answer.index, answer.score)
    return struct.pack(Answer.LAYOUT, *head) + _sized(answer.averages)


def _sized(content: bytes | None) -> bytes:
    """A length of 16 bits before it; nothing for None."""
    return b"" if content is None else len(content).to_bytes(2, "little") + content


def _take_answer(payload: bytes) -> tuple[Answer, bytes]:
    size = struct.calcsize(Answer.LAYOUT)
    averages, rest = _take_sized(payload[size:])
    number, spent, asked, answered, index, score = unpack(Answer.LAYOUT, payload[:size])
    return Answer(number, spent, asked, answered, index, score, averages), rest


def _take_sized(payload: bytes) -> tuple[bytes, bytes]:
    (size,) = unpack("<H", payload[:2])
    if len(payload) < 2 + size:
        raise MalformedPayload(f"{len(payload) - 2} bytes of {size}")
    return payload[2 : 2 + size], payload[2 + size :]
