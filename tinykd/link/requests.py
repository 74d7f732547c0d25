"""What the tool may ask: one frozen dataclass per request; docs/protocol.md explains each.

firmware/link/tkd_protocol.h holds the same numbers. The reply's type is its request's plus 0x40 (replies.py).
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Protocol, Self

from tinykd.link.packed import MalformedPayload, Packed, unpack
from tinykd.link.version import PROTOCOL_VERSIONS


class Request(Protocol):
    """Anything that can be sent."""

    TYPE: ClassVar[int]

    def to_bytes(self) -> bytes:
        """The payload."""


class ReadSource(IntEnum):
    """What ``Read`` reads from."""

    OUTPUT = 0
    LAYER = 1


@dataclass(frozen=True, slots=True)
class HelloRequest(Packed):
    """Who are you? The ``nonce`` comes back, so that an old reply cannot be taken for this one's.

    The board answers in the highest version of the protocol that both speak.
    """

    TYPE: ClassVar[int] = 0x80
    LAYOUT: ClassVar[str] = "<IBB"
    nonce: int
    lowest: int = PROTOCOL_VERSIONS.start
    highest: int = PROTOCOL_VERSIONS.stop - 1


@dataclass(frozen=True, slots=True)
class SyncRequest(Packed):
    """Are we in step? Short, and nothing is forgotten."""

    TYPE: ClassVar[int] = 0x89
    LAYOUT: ClassVar[str] = "<I"
    nonce: int


@dataclass(frozen=True, slots=True)
class Infer:
    """All inputs in one frame, for those that fit it, after their hash (CRC-32)."""

    TYPE: ClassVar[int] = 0x81
    HEAD_BYTES: ClassVar[int] = 4
    hash: int
    inputs: bytes

    def to_bytes(self) -> bytes:
        """The payload."""
        return self.hash.to_bytes(4, "little") + self.inputs

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        (value,) = unpack("<I", payload[:4])
        return cls(value, payload[4:])


@dataclass(frozen=True, slots=True)
class Write:
    """A piece of the inputs at ``offset``, under the job's ``tag`` in [1, 65535]. Offset 0 begins the job."""

    TYPE: ClassVar[int] = 0x82
    HEAD: ClassVar[str] = "<HI"
    HEAD_BYTES: ClassVar[int] = 6
    tag: int
    offset: int
    data: bytes

    def to_bytes(self) -> bytes:
        """The payload."""
        return self.tag.to_bytes(2, "little") + self.offset.to_bytes(4, "little") + self.data

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        tag, offset = unpack(cls.HEAD, payload[: cls.HEAD_BYTES])
        return cls(tag, offset, payload[cls.HEAD_BYTES :])


@dataclass(frozen=True, slots=True)
class Run:
    """One inference on what was written under ``tag``, once the last piece, ``data`` at ``offset``, is there.

    The inputs must have the ``hash`` (CRC-32); at most ``room`` bytes of output come in the reply.
    """

    TYPE: ClassVar[int] = 0x83
    HEAD: ClassVar[str] = "<IHHI"
    HEAD_BYTES: ClassVar[int] = 12
    hash: int
    room: int
    tag: int
    offset: int
    data: bytes

    def to_bytes(self) -> bytes:
        """The payload."""
        return struct.pack(self.HEAD, self.hash, self.room, self.tag, self.offset) + self.data

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        hash_, room, tag, offset = unpack(cls.HEAD, payload[: cls.HEAD_BYTES])
        return cls(hash_, room, tag, offset, payload[cls.HEAD_BYTES :])


@dataclass(frozen=True, slots=True)
class StepRequest(Packed):
    """Layer number ``layer`` of the job ``tag``, whose inputs have the ``hash``; in order from layer 0."""

    TYPE: ClassVar[int] = 0x84
    LAYOUT: ClassVar[str] = "<IHH"
    hash: int
    tag: int
    layer: int


@dataclass(frozen=True, slots=True)
class Read(Packed):
    """``length`` bytes at ``offset`` of the outputs, or of the output of the layer stepped last."""

    TYPE: ClassVar[int] = 0x85
    LAYOUT: ClassVar[str] = "<HBIH"
    tag: int
    source: ReadSource
    offset: int
    length: int

    def __post_init__(self) -> None:
        if self.source not in tuple(ReadSource):
            raise MalformedPayload(f"source {self.source}")


@dataclass(frozen=True, slots=True)
class LayersRequest(Packed):
    """Names and kernels of the layers from ``first`` on, as many as fit one reply."""

    TYPE: ClassVar[int] = 0x86
    LAYOUT: ClassVar[str] = "<H"
    first: int


@dataclass(frozen=True, slots=True)
class MemoryRequest(Packed):
    """Memory marks."""

    TYPE: ClassVar[int] = 0x87
    LAYOUT: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class ResetRequest(Packed):
    """Answer, then start over as after power-up."""

    TYPE: ClassVar[int] = 0x88
    LAYOUT: ClassVar[str] = ""
