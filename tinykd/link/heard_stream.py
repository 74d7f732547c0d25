"""What a board hears: it makes events of its sensor by itself, and reports what came of each inference."""

from dataclasses import dataclass

from tinykd.link.credited_stream import CreditedStream, Feeder, Flow, SensorSource, frames_ahead
from tinykd.link.line import SerialLine
from tinykd.link.live_messages import HEARD, Heard, ListenStarted
from tinykd.link.replies import Hello

REPORT_S = 0.05  # of measuring between two reports, of a sensor that is not fed


@dataclass(frozen=True)
class ListenOptions:
    """What is listened to: the ``source`` of a virtual sensor, whose one count is ``scale`` in its unit.

    ``rate_millihz``: in the board's time, which may be another than the source's. ``rows``: of features too.
    """

    source: SensorSource | None = None
    scale: float = 1.0
    rate_millihz: int = 0
    rows: bool = False


class HeardStream(CreditedStream[Heard]):
    """The reports of the board behind ``line``, which is ``listening``."""

    TYPE = HEARD

    def __init__(
        self,
        line: SerialLine,
        hello: Hello,
        listening: ListenStarted,
        options: ListenOptions,
        timeout_s: float = 5.0,
    ) -> None:
        feeder = None
        if options.source is not None:
            ahead = fed_ahead(hello, listening.feed_frames, listening.channels)
            feeder = Feeder(options.source, hello, ahead)
        super().__init__(line, Flow(Heard.MOST_BYTES, REPORT_S, timeout_s), feeder)
        self.listening, self.tick_hz = listening, hello.tick_hz

    def parsed(self, payload: bytes) -> tuple[Heard, int, int]:
        """A report; what was taken may be followed by more."""
        heard = Heard.from_bytes(payload)
        return heard, heard.number, heard.taken


def fed_ahead(hello: Hello, feed_frames: int, channels: int) -> int:
    """Frames; at least two, so that half of them make a report."""
    return max(2, frames_ahead(hello, feed_frames, channels))
