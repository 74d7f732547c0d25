"""A sensor's stream: blocks come within their credit, and a virtual sensor is fed meanwhile.

Credit is a number: blocks below it may be sent. It moves on with every block that comes; after a silence it
moves on by a whole window, since what was under way is lost then. So neither end waits for the other for
ever, and what is under way never passes what the smallest buffer on the way holds (underway.py). A block that
was lost on the line is not sent again: its frames are missing in the numbers of those that come.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import LinkError
from tinykd.link import faults
from tinykd.link.frames import DELIMITER, Frame, most_wire_bytes
from tinykd.link.line import SerialLine
from tinykd.link.packed import MalformedPayload
from tinykd.link.replies import ERROR, ErrorReply, Hello
from tinykd.link.stream_messages import BLOCK, Block, Credit, Feed, Started
from tinykd.link.underway import REPLIES_BYTES

BLOCK_S = 0.05  # of measuring in a block, as far as it fits
LEAST_SILENCE_S = 0.5
SHORT_FRAMES_BYTES = 256  # of the board's window, left for credit


@dataclass(frozen=True)
class SensorSource:
    """What a virtual sensor measures: ``samples`` int16 (n, channels)."""

    samples: NDArray[np.int16]
    rate_millihz: int


@dataclass(frozen=True)
class StreamFormat:
    """What is measured; ``source`` where the sensor is a virtual one."""

    channels: int
    rate_millihz: int
    source: SensorSource | None = None


class SensorStream:
    """The stream that ``started`` on the board behind ``line``.

    Iterating gives the blocks as they come, without end; an error of the line ends it.
    """

    def __init__(
        self,
        line: SerialLine,
        hello: Hello,
        started: Started,
        format_: StreamFormat,
        timeout_s: float = 5.0,
    ) -> None:
        self.line, self.format = line, format_
        self.block_frames, self.tick_hz = started.block_frames, hello.tick_hz
        self.lost_blocks = 0
        source = format_.source
        wire = most_wire_bytes(Block.HEAD_BYTES + 2 * format_.channels * started.block_frames) + 1
        self._window = max(1, REPLIES_BYTES // wire)
        self._limit = 0  # that the board was sent
        self._next = 0  # number of the block that should come
        self._came = 0  # frames that the board has measured and sent
        self._feed = _Feed(source, hello, started) if source is not None else None
        self._block_s = 1000.0 * started.block_frames / format_.rate_millihz
        self._timeout_s = timeout_s

    def __iter__(self) -> Iterator[Block]:
        self._grant()
        silence_s = max(LEAST_SILENCE_S, 4 * self._block_s)
        heard_at = self.line.clock()
        while True:
            frames, _ = self.line.receive(self.line.clock() + silence_s)
            blocks = [block for frame in frames if (block := self._understood(frame)) is not None]
            if blocks:
                heard_at = self.line.clock()
                self._grant()
                yield from blocks
            elif self.line.clock() - heard_at > max(self._timeout_s, 2 * silence_s):
                raise faults.mute(self.line.where, self._timeout_s)
            elif not frames:
                self._grant_after_silence()

    def _understood(self, frame: Frame) -> Block | None:
        try:
            if frame.type == ERROR:
                raise faults.refused(self.line.where, ErrorReply.from_bytes(frame.payload))
            if frame.type != BLOCK:
                return None
            block = Block.from_bytes(frame.payload)
        except MalformedPayload as error:
            raise faults.malformed(self.line.where, error) from error
        if len(block.samples) % (2 * self.format.channels) or block.number < self._next:
            what = f"block {block.number} of {len(block.samples)} bytes"
            raise faults.malformed(self.line.where, MalformedPayload(what))
        self.lost_blocks += block.number - self._next
        self._next = block.number + 1
        self._came = block.first + len(block.samples) // (2 * self.format.channels)
        return block

    def _grant(self) -> None:
        """Credit for a window from the block that comes next on, and what may be fed."""
        limit = self._next + self._window
        credit = [] if limit <= self._limit else [Credit(limit)]
        self._limit = max(limit, self._limit)
        self._send([*credit, *(self._feed.more(self._came) if self._feed else ())])

    def _grant_after_silence(self) -> None:
        """Nothing is under way any more: blocks, credit or what was fed went astray."""
        self._limit += self._window
        again = self._feed.again(self._came) if self._feed else ()
        self._send([Credit(self._limit), *again])

    def _send(self, requests: "list[Credit | Feed]") -> None:
        if requests:
            frames = [self.line.frame(request.TYPE, request.to_bytes()) for request in requests]
            self.line.send(frames, before=DELIMITER)


class _Feed:
    """The frames of ``source`` as they may be sent.

    No further ahead of what came back than the sensor's ring holds, so that it never runs over.
    """

    def __init__(self, source: SensorSource, hello: Hello, started: Started) -> None:
        channels = source.samples.shape[1]
        after = np.zeros((2 * started.block_frames, channels), np.int16)  # so that the last block is whole
        self._samples = np.concatenate([source.samples, after]).astype("<i2")
        room_bytes = max(hello.rx_window - SHORT_FRAMES_BYTES, 0)
        self._ahead = max(started.block_frames, min(started.feed_frames, room_bytes // (2 * channels)))
        self._piece = max(1, (hello.max_payload - Feed.HEAD_BYTES) // (2 * channels))
        self._sent = 0

    def more(self, came: int) -> Iterator[Feed]:
        """What may be sent once so many frames ``came`` back."""
        end = min(len(self._samples), came + self._ahead)
        for first in range(self._sent, end, self._piece):
            piece = self._samples[first : min(end, first + self._piece)]
            yield Feed(first, piece.tobytes())
        self._sent = max(self._sent, end)

    def again(self, came: int) -> Iterator[Feed]:
        """From the first frame on that the board may not have."""
        self._sent = came
        return self.more(came)


def block_frames(sensor_channels: int, rate_millihz: int, hello: Hello, *, is_fed: bool) -> int:
    """How many frames make a block: about ``BLOCK_S`` of them, as far as the line's buffers hold them."""
    frames = max(1, round(BLOCK_S * rate_millihz / 1000))
    fit = (hello.max_reply - Block.HEAD_BYTES) // (2 * sensor_channels)
    if is_fed:  # two of them are fed ahead
        fit = min(fit, (hello.rx_window - SHORT_FRAMES_BYTES) // (4 * sensor_channels))
    if fit < 1:
        raise LinkError(hello.model_name, f"{sensor_channels} channels", "frames that fit a block")
    return min(frames, fit)
