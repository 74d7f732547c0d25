"""Payloads of fixed layout: dataclasses whose fields are one little-endian ``struct`` layout."""

import struct
from dataclasses import astuple
from typing import Any, ClassVar, Self


class MalformedPayload(ValueError):  # noqa: N818 - no error of the user's; the device layer turns it into one
    """A payload with a good CRC that is not what its type says: another protocol or version."""


class Packed:
    """``to_bytes`` and ``from_bytes`` of a dataclass by its ``LAYOUT``."""

    __slots__ = ()
    LAYOUT: ClassVar[str]

    def to_bytes(self) -> bytes:
        """The payload."""
        return struct.pack(self.LAYOUT, *astuple(self))  # type: ignore[call-overload]

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload; ``MalformedPayload`` when it is not of this layout."""
        return cls(*unpack(cls.LAYOUT, payload))


class PackedReply(Packed):
    """What a board says: a newer one may add to the end, which is passed over."""

    __slots__ = ()

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """From the payload; ``MalformedPayload`` when it is shorter than the layout."""
        return cls(*unpack(cls.LAYOUT, payload[: struct.calcsize(cls.LAYOUT)]))


def unpack(layout: str, payload: bytes) -> tuple[Any, ...]:
    """``struct.unpack`` with this module's error."""
    try:
        return struct.unpack(layout, payload)
    except struct.error as error:
        raise MalformedPayload(f"{len(payload)} bytes where {layout!r} was expected") from error


def pack_text(text: str) -> bytes:
    """A length byte and at most 255 bytes of UTF-8."""
    raw = text.encode()[:255]
    return bytes((len(raw),)) + raw


def take_texts(payload: bytes, count: int) -> tuple[list[str], bytes]:
    """``count`` texts from the start of ``payload``, and the rest of it."""
    texts = []
    for _ in range(count):
        if not payload or len(payload) <= payload[0]:
            raise MalformedPayload("a text is cut short")
        end = 1 + payload[0]
        texts.append(payload[1:end].decode("utf-8", "replace"))
        payload = payload[end:]
    return texts, payload
