"""Messages of a firmware whose model can be changed: requests 0x90 to 0x95; docs/protocol.md explains them.

firmware/slot/tkd_slot_commands.c is the other end.
"""

import struct
from dataclasses import dataclass
from typing import ClassVar

from tinykd.link.packed import Packed, PackedReply

BUILT_IN = 0xFF  # in place of a bank's number


@dataclass(frozen=True, slots=True)
class SlotRequest(Packed):
    """Which model is in use, and what another must be like?"""

    TYPE: ClassVar[int] = 0x90
    LAYOUT: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Slot(PackedReply):
    """``payload_bytes``: what another model's must have; 0: any up to ``room_bytes``."""

    LAYOUT: ClassVar[str] = "<BBHII32s"
    bank: int  # in use, or BUILT_IN
    on_trial: int
    unit_bytes: int  # pieces are multiples of it
    room_bytes: int
    payload_bytes: int
    graph: bytes  # SHA-256


@dataclass(frozen=True, slots=True)
class SlotBegin(Packed):
    """A model is coming; the bank that is not in use is emptied."""

    TYPE: ClassVar[int] = 0x91
    LAYOUT: ClassVar[str] = "<II32s32s"
    payload_bytes: int
    crc: int
    graph: bytes
    sha256: bytes  # of the model's .tflite


@dataclass(frozen=True, slots=True)
class SlotWrite:
    """The next piece of it."""

    TYPE: ClassVar[int] = 0x92
    HEAD_BYTES: ClassVar[int] = 4
    offset: int
    data: bytes

    def to_bytes(self) -> bytes:
        """The payload."""
        return struct.pack("<I", self.offset) + self.data


@dataclass(frozen=True, slots=True)
class SlotCommit(Packed):
    """It is whole: the next start-up tries it."""

    TYPE: ClassVar[int] = 0x93
    LAYOUT: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class SlotConfirm(Packed):
    """The model in use, which is this one, stays."""

    TYPE: ClassVar[int] = 0x94
    LAYOUT: ClassVar[str] = "<32s"
    sha256: bytes


@dataclass(frozen=True, slots=True)
class SlotRevert(Packed):
    """The next start-up uses the model before the one in use."""

    TYPE: ClassVar[int] = 0x95
    LAYOUT: ClassVar[str] = ""
