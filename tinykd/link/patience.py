"""How long to wait for a reply before asking whether the board is still in step.

At first as long as the user allows; then ten times the longest pause seen so far. To ask too early does no
harm: the late reply is taken when it comes.
"""

from collections.abc import Callable

PAUSES = 10
LEAST_S = 0.5


class Patience:
    """Deadlines from the pauses between replies."""

    def __init__(self, timeout_s: float, clock: Callable[[], float]) -> None:
        self._timeout_s, self._clock = timeout_s, clock
        self._longest_s: float | None = None
        self._since = clock()

    def asked(self) -> None:
        """The first request of several is sent."""
        self._since = self._clock()

    def answered(self) -> None:
        """A reply that was waited for has come."""
        now = self._clock()
        self._longest_s = max(self._longest_s or 0.0, now - self._since)
        self._since = now

    def deadline(self) -> float:
        """By when the next reply should come."""
        if self._longest_s is None:
            return self._clock() + self._timeout_s
        return self._clock() + min(self._timeout_s, max(LEAST_S, PAUSES * self._longest_s))
