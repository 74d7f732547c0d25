"""What all charts share: a linear scale, and how a rate is written."""

from dataclasses import dataclass

TIMES = "\N{MULTIPLICATION SIGN}"


@dataclass(frozen=True)
class Axis:
    """A linear scale from [low, high] to the points [start, end]; values outside are held at the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where ``value`` lies, in points."""
        span = self.high - self.low or 1.0
        part = min(1.0, max(0.0, (value - self.low) / span))
        return self.start + part * (self.end - self.start)


def percent(rate: float) -> str:
    """``0.98214`` as ``98.21 %``."""
    return f"{100 * rate:.2f} %"
