"""Bad lines, by a seed: transports that stand before a real one and harm what goes through, both ways.

Each fault goes on for the whole run, unlike those of ``fakes.FaultyLine``, which stop after a few.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tinykd.link.frames import DELIMITER, Frame, encode_frame
from tinykd.link.requests import ResetRequest
from tinykd.link.transport import Transport

Harm = Callable[[bytes, random.Random], bytes]
PRINT = b"E (123) wifi: no mem \xe2\x82\xac\r\n"
NOISE = bytes((0xFF, 0xFE, 0x80, 0xC3, 0x28, 0xF8, 0xA1, 0x00, 0xED, 0xA0))


@dataclass
class BadLine:
    """``harm`` is done to whatever is sent and received; what is received may come in small ``pieces``."""

    inner: Transport
    rng: random.Random
    harm: Harm = lambda data, rng: data
    harm_sent: Harm | None = None  # None: as what is received
    pieces: int = 0  # bytes at a time; 0: as they come
    _pending: bytearray = field(default_factory=bytearray)

    def write(self, data: bytes) -> None:
        harmed = (self.harm_sent or self.harm)(data, self.rng)
        step = self.pieces or len(harmed) or 1
        for at in range(0, len(harmed), step):
            self.inner.write(harmed[at : at + step])

    def read(self, timeout_s: float) -> bytes:
        if not self._pending:
            data = self.inner.read(timeout_s)
            self._pending += self.harm(data, self.rng) if data else b""
        size = self.pieces or len(self._pending)
        piece = bytes(self._pending[:size])
        del self._pending[:size]
        return piece

    def close(self) -> None:
        self.inner.close()


def by_byte(rate: float, change: Callable[[int, random.Random], bytes]) -> Harm:
    """``change`` is done to each byte with chance ``rate``."""

    def harm(data: bytes, rng: random.Random) -> bytes:
        return b"".join(change(b, rng) if rng.random() < rate else bytes((b,)) for b in data)

    return harm


def dropped(byte: int, rng: random.Random) -> bytes:
    return b""


def flipped(byte: int, rng: random.Random) -> bytes:
    return bytes((byte ^ (1 << rng.randrange(8)),))


def duplicated(byte: int, rng: random.Random) -> bytes:
    return bytes((byte, byte))


def inserted(byte: int, rng: random.Random) -> bytes:
    return bytes((rng.randrange(256), byte))


def bursts(data: bytes, rng: random.Random) -> bytes:
    """One chunk in twenty loses a piece, or a piece of it becomes noise, of up to 200 bytes."""
    if not data or rng.random() > 0.05:
        return data
    at, length = rng.randrange(len(data)), rng.randint(1, 200)
    return data[:at] + rng.choice((b"", rng.randbytes(length))) + data[at + length :]


def reordered(data: bytes, rng: random.Random) -> bytes:
    """Two frames of a chunk change places, in one chunk of ten."""
    frames = data.split(DELIMITER)
    if len(frames) > 2 and rng.random() < 0.1:
        i, j = rng.sample(range(len(frames) - 1), 2)
        frames[i], frames[j] = frames[j], frames[i]
    return DELIMITER.join(frames)


def repeated(data: bytes, rng: random.Random) -> bytes:
    """One chunk in ten comes twice."""
    return data + data if rng.random() < 0.1 else data


def unharmed(data: bytes, rng: random.Random) -> bytes:
    return data


def between_frames(text: bytes) -> Harm:
    """``text`` stands between any two frames that the board sends, which begins and ends them with a zero."""

    def harm(data: bytes, rng: random.Random) -> bytes:
        return DELIMITER.join(piece or text for piece in data.split(DELIMITER))

    return harm


def noise_before(data: bytes, rng: random.Random) -> bytes:
    """Noise stands before one chunk in ten, and takes its first frame along."""
    return NOISE + data if rng.random() < 0.1 else data


@dataclass
class Silent(BadLine):
    """After ``after`` chunks nothing moves for ``silence_s``, but nothing is lost."""

    after: int = 20
    silence_s: float = 2.0

    def read(self, timeout_s: float) -> bytes:
        self.after -= 1
        if self.after == 0:
            time.sleep(self.silence_s)
        return super().read(timeout_s)


@dataclass
class Printing(BadLine):
    """The board prints without end where it has nothing else to say; at least 20 times a second."""

    last: bytes = b""  # byte that came

    def read(self, timeout_s: float) -> bytes:
        data = super().read(min(timeout_s, 0.05))
        between = self.last in b"\0" and data[:1] in b"\0"  # not within a frame that comes in two chunks
        self.last = data[-1:] or self.last
        return DELIMITER + PRINT + data if between else data


@dataclass
class Resetting(BadLine):
    """After ``after`` writes the board is reset, in the middle of a frame; the rest of the frame is lost."""

    after: int = 3

    def write(self, data: bytes) -> None:
        self.after -= 1
        if self.after == 0:
            half = data[: len(data) // 2]
            data = half + DELIMITER + encode_frame(Frame(ResetRequest.TYPE, 0, b""))
        self.inner.write(data)


def bad(harm: Harm, sent: Harm | None = None) -> Callable[[Transport, random.Random], Transport]:
    return lambda inner, rng: BadLine(inner, rng, harm, sent)


KINDS = (dropped, flipped, duplicated, inserted)
FAULTS: dict[str, Callable[[Transport, random.Random], Transport]] = {
    "none": bad(unharmed),
    "one byte at a time": lambda inner, rng: BadLine(inner, rng, pieces=1),
    **{f"1 % of bytes {kind.__name__}": bad(by_byte(0.01, kind)) for kind in KINDS},
    **{f"10 % of bytes {kind.__name__}": bad(by_byte(0.1, kind)) for kind in KINDS},
    "bursts": bad(bursts),
    "frames reordered": bad(reordered),
    "chunks repeated": bad(repeated),
    "2 s of silence": Silent,
    "endless prints": Printing,
    "prints between frames": bad(between_frames(PRINT), unharmed),
    "noise that is not UTF-8": bad(between_frames(NOISE), noise_before),
    "reset in the middle": Resetting,
}
SURVIVED = frozenset(name for name in FAULTS if not name.startswith("10 %"))
