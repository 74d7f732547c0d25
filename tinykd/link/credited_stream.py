"""What a board sends by itself comes within its credit, and a virtual sensor is fed meanwhile.

Credit is a number: messages below it may be sent. It moves on with every one that comes; after a silence it
moves on by a whole window, since what was under way is lost then. So neither end waits for the other for
ever, and what is under way never passes what the smallest buffer on the way holds (underway.py). A message
that was lost on the line is not sent again: its number is missing among those that come.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from tinykd.link import faults
from tinykd.link.frames import DELIMITER, Frame, most_wire_bytes
from tinykd.link.line import SerialLine
from tinykd.link.packed import MalformedPayload
from tinykd.link.replies import ERROR, ErrorReply, Hello
from tinykd.link.stream_messages import Credit, Feed
from tinykd.link.underway import REPLIES_BYTES

Message = TypeVar("Message")
LEAST_SILENCE_S = 0.5
SHORT_FRAMES_BYTES = 256  # of the board's window, left for credit


@dataclass(frozen=True)
class SensorSource:
    """What a virtual sensor measures: ``samples`` int16 (n, channels)."""

    samples: NDArray[np.int16]
    rate_millihz: int


@dataclass(frozen=True)
class Flow:
    """How fast messages come: ``largest_bytes`` of one payload, about ``every_s`` one."""

    largest_bytes: int
    every_s: float
    timeout_s: float = 5.0


class CreditedStream(ABC, Generic[Message]):
    """Iterating gives the messages as they come, without end, and goes on where an iteration before it ended;
    an error of the line ends it."""

    TYPE: int  # of the frames that bring them

    def __init__(self, line: SerialLine, flow: Flow, feeder: "Feeder | None") -> None:
        self.line, self._flow, self._feeder = line, flow, feeder
        self.lost = 0  # messages that did not come
        self._window = max(1, REPLIES_BYTES // (most_wire_bytes(flow.largest_bytes) + 1))
        self._limit = 0  # that the board was sent
        self._next = 0  # number of the message that should come
        self._came_in: deque[Message] = deque()  # not asked for yet
        self._came = 0  # frames of the sensor that the board has no more

    @abstractmethod
    def parsed(self, payload: bytes) -> tuple[Message, int, int]:
        """The message, its number, and how many frames the board is done with; ``MalformedPayload``."""

    def __iter__(self) -> Iterator[Message]:
        self._grant()
        silence_s = max(LEAST_SILENCE_S, 4 * self._flow.every_s)
        heard_at = self.line.clock()
        while True:
            while self._came_in:  # of an iteration that ended before, too
                yield self._came_in.popleft()
            frames, _ = self.line.receive(self.line.clock() + silence_s)
            messages = [found for frame in frames if (found := self._understood(frame)) is not None]
            if messages:
                heard_at = self.line.clock()
                self._grant()
                self._came_in.extend(messages)
            elif self.line.clock() - heard_at > max(self._flow.timeout_s, 2 * silence_s):
                raise faults.mute(self.line.where, self._flow.timeout_s)
            elif not frames:
                self._grant_after_silence()

    def _understood(self, frame: Frame) -> Message | None:
        try:
            if frame.type == ERROR:
                raise faults.refused(self.line.where, ErrorReply.from_bytes(frame.payload))
            if frame.type != self.TYPE:
                return None
            message, number, came = self.parsed(frame.payload)
        except MalformedPayload as error:
            raise faults.malformed(self.line.where, error) from error
        if number < self._next:
            raise faults.malformed(
                self.line.where, MalformedPayload(f"number {number} after {self._next - 1}")
            )
        self.lost += number - self._next
        self._next, self._came = number + 1, came
        return message

    def _grant(self) -> None:
        """Credit for a window from the message that comes next on, and what may be fed."""
        limit = self._next + self._window
        credit = [] if limit <= self._limit else [Credit(limit)]
        self._limit = max(limit, self._limit)
        self._send([*credit, *(self._feeder.more(self._came) if self._feeder else ())])

    def _grant_after_silence(self) -> None:
        """Nothing is under way any more: messages, credit or what was fed went astray."""
        self._limit += self._window
        again = self._feeder.again(self._came) if self._feeder else ()
        self._send([Credit(self._limit), *again])

    def _send(self, requests: "list[Credit | Feed]") -> None:
        if requests:
            frames = [self.line.frame(request.TYPE, request.to_bytes()) for request in requests]
            self.line.send(frames, before=DELIMITER)


class Feeder:
    """The frames of ``source`` as they may be sent: no more than ``ahead`` before those that came back.

    That is what the sensor's ring holds, so that it never runs over. ``after``: zeros behind them.
    """

    def __init__(self, source: SensorSource, hello: Hello, ahead: int, after: int = 0) -> None:
        channels = source.samples.shape[1]
        end = np.zeros((after, channels), np.int16)
        self._samples = np.concatenate([source.samples, end]).astype("<i2")
        self.ahead = max(1, ahead)
        self._piece = max(1, (hello.max_payload - Feed.HEAD_BYTES) // (2 * channels))
        self._sent = 0

    def more(self, came: int) -> Iterator[Feed]:
        """What may be sent once so many frames ``came`` back."""
        end = min(len(self._samples), came + self.ahead)
        for first in range(self._sent, end, self._piece):
            piece = self._samples[first : min(end, first + self._piece)]
            yield Feed(first, piece.tobytes())
        self._sent = max(self._sent, end)

    def again(self, came: int) -> Iterator[Feed]:
        """From the first frame on that the board may not have."""
        self._sent = came
        return self.more(came)


def frames_ahead(hello: Hello, feed_frames: int, channels: int) -> int:
    """How many frames the board's ring and its line hold."""
    room_bytes = max(hello.rx_window - SHORT_FRAMES_BYTES, 0)
    return min(feed_frames, room_bytes // (2 * channels))
