"""What a board answers: one frozen dataclass per reply; docs/protocol.md explains each.

All integers are little endian. firmware/harness/tkd_commands.c is the other end.
"""

import struct
from dataclasses import astuple, dataclass
from enum import IntEnum
from typing import ClassVar, Self

from tinykd.link.packed import MalformedPayload, Packed, pack_text, take_texts, unpack

PROTOCOL_VERSION = 1
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


@dataclass(frozen=True, slots=True)
class Hello:
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
    model_name: str
    runtime: str  # "static" or "tflm"
    tick_unit: str  # "instructions", "cycles" or "ns"
    build: str  # what made the firmware
    compiler: str

    LAYOUT: ClassVar[str] = "<IBBHHHIIIIII"
    HEAD_BYTES: ClassVar[int] = 36
    TEXTS: ClassVar[int] = 5

    def to_bytes(self) -> bytes:
        """The payload."""
        fields = astuple(self)
        head = struct.pack(self.LAYOUT, *fields[:12])
        return head + bytes.fromhex(self.model_sha256) + b"".join(pack_text(t) for t in fields[13:])

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        end = cls.HEAD_BYTES + 32
        nonce, protocol, fault, *numbers = unpack(cls.LAYOUT, payload[: cls.HEAD_BYTES])
        texts, rest = take_texts(payload[end:], cls.TEXTS)
        if rest:
            raise MalformedPayload(f"{len(rest)} bytes after the hello")
        fields = (nonce, protocol, _status(fault), *numbers, payload[cls.HEAD_BYTES : end].hex(), *texts)
        return cls(*fields)


@dataclass(frozen=True, slots=True)
class InferResult:
    """``output``: all outputs in order (as far as one reply holds them); ``ticks`` of the inference alone."""

    output: bytes
    ticks: int

    def to_bytes(self) -> bytes:
        """The payload."""
        return self.ticks.to_bytes(4, "little") + self.output

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        (ticks,) = unpack("<I", payload[:4])
        return cls(payload[4:], ticks)


@dataclass(frozen=True, slots=True)
class Stepped(Packed):
    """One layer was computed in ``ticks``."""

    LAYOUT: ClassVar[str] = "<I"
    ticks: int


@dataclass(frozen=True, slots=True)
class Layer:
    """One step of the program on the board."""

    name: str
    kernel: str
    macs: int
    output_bytes: int

    def to_bytes(self) -> bytes:
        """One record of a reply to ``LayersRequest``."""
        return (
            struct.pack("<II", self.macs, self.output_bytes) + pack_text(self.name) + pack_text(self.kernel)
        )

    @classmethod
    def all_from_bytes(cls, payload: bytes) -> tuple[Self, ...]:
        """All records of one reply."""
        layers = []
        while payload:
            macs, output_bytes = unpack("<II", payload[:8])
            (name, kernel), payload = take_texts(payload[8:], 2)
            layers.append(cls(name, kernel, macs, output_bytes))
        return tuple(layers)


@dataclass(frozen=True, slots=True)
class Memory(Packed):
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
        status, request = unpack("<BB", payload)
        return cls(_status(status), request)


def _status(value: int) -> Status:
    try:
        return Status(value)
    except ValueError as error:
        raise MalformedPayload(f"status {value}") from error
