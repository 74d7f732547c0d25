"""What a board answers: one frozen dataclass per reply; docs/protocol.md explains each.

All integers are little endian. firmware/harness/tkd_commands.c is the other end.
"""

import struct
import zlib
from dataclasses import asdict, dataclass, fields
from enum import IntEnum
from typing import ClassVar, Self

from tinykd.link.facts import FirmwareFacts, pack_facts, unpack_facts
from tinykd.link.packed import MalformedPayload, PackedReply, pack_text, take_texts, unpack

REPLY = 0x40  # added to the request's type
NAK = 0xFE
ERROR = 0xFF


class Status(IntEnum):
    """``tkd_status`` of firmware/include/tkd_status.h."""

    OK = 0
    ARENA = 1
    MODEL = 2
    RANGE = 3
    STATE = 4
    FRAME = 5
    BUSY = 6
    HASH = 7
    RUNTIME = 8
    SENSOR = 9
    FLASH = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello(FirmwareFacts):
    """Who is there. ``fault`` other than OK: the model cannot run, and why."""

    nonce: int
    protocol: int
    fault: Status
    max_payload: int  # bytes of a request
    max_reply: int  # bytes of a reply
    layers_count: int
    rx_window: int  # bytes that may be under way unanswered
    tick_hz: int
    arena_bytes: int  # that the model needs
    arena_available: int  # that the firmware has
    input_bytes: int
    output_bytes: int
    model_sha256: str  # 64 hexadecimal digits

    LAYOUT: ClassVar[str] = "<IBBHHHIIIIII32s"
    HEAD_BYTES: ClassVar[int] = 68

    @property
    def identity(self) -> int:
        """CRC-32 over the model's hash and the firmware's identity, as ``Synced`` has it."""
        return zlib.crc32(bytes.fromhex(self.model_sha256) + self.firmware.encode())

    def to_bytes(self) -> bytes:
        """The payload."""
        known = asdict(self)
        facts = FirmwareFacts(**{field.name: known.pop(field.name) for field in fields(FirmwareFacts)})
        known["model_sha256"] = bytes.fromhex(self.model_sha256)
        return struct.pack(self.LAYOUT, *known.values()) + pack_facts(facts)

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        head = dict(zip(cls._head(), unpack(cls.LAYOUT, payload[: cls.HEAD_BYTES]), strict=True))
        head |= {"fault": _status(head["fault"]), "model_sha256": head["model_sha256"].hex()}
        return cls(**head, **asdict(unpack_facts(payload[cls.HEAD_BYTES :])))

    @classmethod
    def _head(cls) -> list[str]:
        facts = {field.name for field in fields(FirmwareFacts)}
        return [field.name for field in fields(cls) if field.name not in facts]


@dataclass(frozen=True, slots=True)
class Synced(PackedReply):
    """In step again, with the same firmware as long as ``identity`` is that of its hello."""

    LAYOUT: ClassVar[str] = "<II"
    nonce: int
    identity: int


@dataclass(frozen=True, slots=True)
class InferResult:
    """``output``: all outputs in order (as far as one reply holds them); ``ticks`` of the inference alone.

    The hashes are CRC-32 over all inputs, and all outputs, as they lay in the board's arena.
    """

    output: bytes
    ticks: int
    input_hash: int
    output_hash: int

    LAYOUT: ClassVar[str] = "<III"
    HEAD_BYTES: ClassVar[int] = 12

    def to_bytes(self) -> bytes:
        """The payload."""
        return struct.pack(self.LAYOUT, self.ticks, self.input_hash, self.output_hash) + self.output

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        return cls(payload[cls.HEAD_BYTES :], *unpack(cls.LAYOUT, payload[: cls.HEAD_BYTES]))


@dataclass(frozen=True, slots=True)
class Stepped(PackedReply):
    """One layer was computed in ``ticks``; its output has this hash."""

    LAYOUT: ClassVar[str] = "<II"
    ticks: int
    output_hash: int


@dataclass(frozen=True, slots=True)
class LayerReply:
    """One step of the program on the board."""

    name: str
    kernel: str
    macs: int
    output_bytes: int

    def to_bytes(self) -> bytes:
        """One record of a reply to ``LayersRequest``: its length u16, numbers, texts."""
        numbers = struct.pack("<II", self.macs, self.output_bytes)
        record = numbers + pack_text(self.name) + pack_text(self.kernel)
        return struct.pack("<H", len(record)) + record

    @classmethod
    def all_from_bytes(cls, payload: bytes) -> tuple[Self, ...]:
        """All records of one reply; what a newer board adds to the end of a record is passed over."""
        layers = []
        while payload:
            (length,) = unpack("<H", payload[:2])
            record, payload = payload[2 : 2 + length], payload[2 + length :]
            if len(record) < length:
                raise MalformedPayload("a layer is cut short")
            macs, output_bytes = unpack("<II", record[:8])
            (name, kernel), _ = take_texts(record[8:], 2)
            layers.append(cls(name, kernel, macs, output_bytes))
        return tuple(layers)


@dataclass(frozen=True, slots=True)
class Memory(PackedReply):
    """Memory marks in bytes; the stack's are 0 where the board cannot know."""

    LAYOUT: ClassVar[str] = "<IIII"
    stack_bytes: int
    stack_used: int
    arena_bytes: int  # that the model needs
    arena_available: int


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """The board refused the request of type ``request``."""

    status: Status
    request: int

    def to_bytes(self) -> bytes:
        """The payload."""
        return bytes((self.status, self.request))

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        status, request = unpack("<BB", payload[:2])
        return cls(_status(status), request)


def _status(value: int) -> Status:
    try:
        return Status(value)
    except ValueError as error:
        raise MalformedPayload(f"status {value}") from error
