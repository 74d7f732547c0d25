"""How long frames are: as long as the board takes on a good line, short where long ones do not get through.

With byte errors at rate p a frame of n bytes arrives whole with probability (1 - p)^n: at 1 %, one of 528
bytes in 200 tries, one of 32 bytes in one and a half. So two failures in a row halve the frames, and
successes double them.
"""

from tinykd.link.frames import most_wire_bytes
from tinykd.link.jobs import FrameSizes
from tinykd.link.replies import Hello

SHORTEST = 32  # bytes of payload
SUCCESSES_TO_DOUBLE = 16
LEAST_TO_SPLIT = 128  # bytes; shorter frames cost more than a window that is not kept full


class FrameSize:
    """The sizes in use, and the board's window, in bytes."""

    def __init__(self) -> None:
        self.window = 0
        self._most = self.now = FrameSizes(SHORTEST, SHORTEST)
        self._successes = 0

    def negotiate(self, hello: Hello) -> None:
        """From the board's hello; two frames fit its window, if that leaves them a length worth having."""
        self.window = hello.rx_window
        request = hello.max_payload
        half = self.window // 2 - most_wire_bytes(0) - 2
        if 2 * most_wire_bytes(request) > self.window and half >= LEAST_TO_SPLIT:
            request = min(request, half)
        self._most = self.now = FrameSizes(request, hello.max_reply)
        self._successes = 0

    def failed(self, longest: int) -> bool:
        """Half of the ``longest`` payload in use from now on; False when that is the shortest already."""
        self._successes = 0
        half = max(SHORTEST, min(longest, self.now.request) // 2)
        return self._scale(half, max(SHORTEST, min(self.now.reply, 2 * half)))

    def succeeded(self) -> None:
        """A job is finished; longer frames again after a few of them."""
        if self.now == self._most:
            return
        self._successes += 1
        if self._successes >= SUCCESSES_TO_DOUBLE:
            self._successes = 0
            self._scale(min(self._most.request, 2 * self.now.request), 2 * self.now.reply)

    def _scale(self, request: int, reply: int) -> bool:
        before = self.now
        self.now = FrameSizes(request, min(self._most.reply, reply))
        return self.now != before
