"""One end of the line: frames over a transport, sequence numbers, and a port that may go away and come back.

What is a lost reply, and what to do about it, is the affair of windowed_requests.py.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from tinykd.errors import LinkError
from tinykd.link import faults
from tinykd.link.frames import Frame, FrameReader, encode_frame
from tinykd.link.transport import PortLostError, Transport
from tinykd.workers import rest

RETURN_TIMEOUT_S = 10.0  # for a port to come back: a board that starts again, a cable put back
LOOK_AGAIN_S = 0.1


@dataclass
class LinkStatistics:
    """What went over the line; ``recoveries`` counts the times it had to be put in step again."""

    sent_bytes: int = 0
    received_bytes: int = 0
    sent_frames: int = 0
    received_frames: int = 0
    recoveries: int = 0
    reopenings: int = 0  # of a port that had gone away


class SerialLine:
    """Frames over ``transport``. ``reopen`` finds the port again and opens it; ``clock`` and ``sleep`` are
    replaced in tests."""

    def __init__(
        self,
        transport: Transport,
        where: str,
        *,
        reopen: Callable[[], tuple[str, Transport]] | None = None,
        return_timeout_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = rest,
    ) -> None:
        self.where = where
        self.statistics = LinkStatistics()
        self.clock = clock
        self.reader = FrameReader()
        self._transport, self._reopen = transport, reopen
        self._return_timeout_s = RETURN_TIMEOUT_S if return_timeout_s is None else return_timeout_s
        self._sleep = sleep
        self._sequence = secrets.randbits(8)

    def frame(self, kind: int, payload: bytes) -> Frame:
        """A frame with the next sequence number."""
        self._sequence = (self._sequence + 1) % 256
        return Frame(kind, self._sequence, payload)

    def send(self, frames: list[Frame], before: bytes = b"", after: bytes = b"") -> None:
        """Send ``frames`` between the bytes ``before`` and ``after``."""
        data = before + b"".join(map(encode_frame, frames)) + after
        self.statistics.sent_bytes += len(data)
        self.statistics.sent_frames += len(frames)
        self._transport.write(data)

    def receive(self, deadline: float) -> tuple[list[Frame], bool]:
        """Good frames, and whether a broken one was among them; neither when ``deadline`` has passed."""
        while True:
            data = self._transport.read(max(0.0, deadline - self.clock()))
            self.statistics.received_bytes += len(data)
            broken = self.reader.broken
            frames = self.reader.feed(data)
            self.statistics.received_frames += len(frames)
            is_broken = self.reader.broken > broken
            if frames or is_broken or self.clock() >= deadline:
                return frames, is_broken

    def reopen(self, lost: PortLostError) -> None:
        """Find the port again, under whatever name; ``lost`` itself where nobody knows how."""
        if self._reopen is None:
            raise lost
        self._transport.close()
        self.reader.reset()
        deadline = self.clock() + self._return_timeout_s
        while True:
            try:
                self.where, self._transport = self._reopen()
            except LinkError as error:
                if self.clock() >= deadline:
                    raise faults.vanished(self.where, self._return_timeout_s, error) from lost
                self._sleep(LOOK_AGAIN_S)
            else:
                self.statistics.reopenings += 1
                return

    def close(self) -> None:
        """Give the port back."""
        self._transport.close()
