"""How long to wait for a reply before asking whether the board is still synchronized.

At first as long as the user allows; then ten times the longest pause seen so far before a reply of this type.
To ask too early does no harm: the late reply is taken when it comes.
"""

from collections.abc import Callable

PAUSES = 10
LEAST_S = 0.2


class AdaptiveTimeout:
    """Deadlines from the pauses between replies."""

    def __init__(self, timeout_s: float, clock: Callable[[], float]) -> None:
        self._timeout_s, self._clock = timeout_s, clock
        self._longest_s: dict[int, float] = {}  # by the request's type
        self._since = clock()

    def request_sent(self) -> None:
        """The first request of several is sent."""
        self._since = self._clock()

    def reply_received(self, kind: int) -> None:
        """The reply to a request of type ``kind`` has come."""
        now = self._clock()
        self._longest_s[kind] = max(self._longest_s.get(kind, 0.0), now - self._since)
        self._since = now

    def deadline(self, kind: int | None) -> float:
        """By when the next reply should come, which is to a request of type ``kind``."""
        seen_s = self._longest_s.get(kind) if kind is not None else None
        if seen_s is None:
            return self._clock() + self._timeout_s
        return self._clock() + min(self._timeout_s, max(LEAST_S, PAUSES * seen_s))
