"""Messages of a sensor's stream: requests 0x8A to 0x8E, replies, blocks; docs/protocol.md explains them.

firmware/harness/tkd_streamer.c is the other end.
"""

import struct
from dataclasses import dataclass
from typing import ClassVar, Self

from tinykd.link.packed import MalformedPayload, Packed, PackedReply, pack_text, take_texts, unpack

BLOCK = 0xFD
FED, SOUND = 1, 2  # flags of a sensor


@dataclass(frozen=True, slots=True)
class SensorRequest(Packed):
    """Which sensor is there?"""

    TYPE: ClassVar[int] = 0x8A
    LAYOUT: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class StartRequest(Packed):
    """Measure from now on; blocks numbered below ``limit`` may be sent.

    ``rate_millihz`` and ``channels`` are those of a sensor that is fed, 0 for another.
    """

    TYPE: ClassVar[int] = 0x8B
    LAYOUT: ClassVar[str] = "<HIIB"
    block_frames: int  # at most
    limit: int
    rate_millihz: int = 0
    channels: int = 0


@dataclass(frozen=True, slots=True)
class StopRequest(Packed):
    """Measure no more."""

    TYPE: ClassVar[int] = 0x8C
    LAYOUT: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Credit(Packed):
    """Blocks numbered below ``limit`` may be sent. Has no reply."""

    TYPE: ClassVar[int] = 0x8D
    LAYOUT: ClassVar[str] = "<I"
    limit: int


@dataclass(frozen=True, slots=True)
class Feed:
    """Frames for a virtual sensor, from number ``first`` on: int16, channel by channel. Has no reply."""

    TYPE: ClassVar[int] = 0x8E
    HEAD_BYTES: ClassVar[int] = 4
    first: int
    samples: bytes

    def to_bytes(self) -> bytes:
        """The payload."""
        return self.first.to_bytes(4, "little") + self.samples

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        (first,) = unpack("<I", payload[:4])
        return cls(first, payload[4:])


@dataclass(frozen=True, slots=True)
class Sensor:
    """What the firmware measures with. Of a sensor that is fed, rate and channels are the tool's to say."""

    is_fed: bool
    is_sound: bool
    channels: int
    rate_millihz: int
    scale: float  # what one count is in the sensor's unit
    ring_frames: int
    names: str  # of the channels, with commas

    LAYOUT: ClassVar[str] = "<BBIfI"
    HEAD_BYTES: ClassVar[int] = 14

    def to_bytes(self) -> bytes:
        """The payload."""
        flags = FED * self.is_fed | SOUND * self.is_sound
        head = (flags, self.channels, self.rate_millihz, self.scale, self.ring_frames)
        return struct.pack(self.LAYOUT, *head) + pack_text(self.names)

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        flags, channels, rate, scale, ring = unpack(cls.LAYOUT, payload[: cls.HEAD_BYTES])
        (names,), _ = take_texts(payload[cls.HEAD_BYTES :], 1)
        return cls(bool(flags & FED), bool(flags & SOUND), channels, rate, scale, ring, names)


@dataclass(frozen=True, slots=True)
class Started(PackedReply):
    """The stream is on. ``ticks``: of the board's counter; ``feed_frames``: how many may be fed ahead."""

    LAYOUT: ClassVar[str] = "<HII"
    block_frames: int
    ticks: int
    feed_frames: int


@dataclass(frozen=True, slots=True)
class Stopped(PackedReply):
    """All that was measured. ``starved``: how often a virtual sensor had to wait for frames."""

    LAYOUT: ClassVar[str] = "<III"
    measured: int  # frames, with those that were lost
    lost: int  # for lack of room in the sensor's ring
    starved: int


@dataclass(frozen=True, slots=True)
class Block:
    """Frames that follow one another. ``measured`` and ``lost`` are totals, at the time ``ticks``."""

    number: int
    first: int  # number of the first frame among all that were measured
    ticks: int
    measured: int
    lost: int
    samples: bytes  # int16, channel by channel

    LAYOUT: ClassVar[str] = "<IIIII"
    HEAD_BYTES: ClassVar[int] = 20

    def to_bytes(self) -> bytes:
        """The payload."""
        head = (self.number, self.first, self.ticks, self.measured, self.lost)
        return struct.pack(self.LAYOUT, *head) + self.samples

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload."""
        samples = payload[cls.HEAD_BYTES :]
        if len(samples) % 2:
            raise MalformedPayload(f"{len(samples)} bytes of samples")
        number, first, ticks, measured, lost = unpack(cls.LAYOUT, payload[: cls.HEAD_BYTES])
        return cls(number, first, ticks, measured, lost, samples)
