"""How rows of the model's input are made of a sensor's values, and how often the model is asked.

The numbers of ``tkd_front_end`` (firmware/include/tkd_live.h). ``[events] hop_ms`` must be a whole number of
rows.
"""

from dataclasses import dataclass
from typing import Literal, assert_never

from tinykd.data.features.frontend import (
    AudioFrontend,
    Frontend,
    ImageFrontend,
    SensorFrontend,
    TableFrontend,
    TextFrontend,
)
from tinykd.data.features.log_mel import LogMel
from tinykd.errors import ConfigError

_MOST = 65_535  # uint16
Kind = Literal["micro", "log_mel", "sensor", "filters", "spectrum"]


@dataclass(frozen=True)
class LivePlan:
    """As ``tkd_front_end`` has them."""

    kind: Kind
    frame: int  # values of each channel that a row is made of
    hop: int  # from one row to the next
    rows: int  # of the model's input
    row_bytes: int
    rows_per_answer: int
    channels: int
    rate_millihz: int

    @property
    def hop_ms(self) -> float:
        """From one inference to the next."""
        return 1e6 * self.rows_per_answer * self.hop / self.rate_millihz

    @property
    def window(self) -> int:
        """Values of each channel before the first inference."""
        return self.frame + (self.rows - 1) * self.hop

    def answers(self, values: int) -> int:
        """How many inferences so many values give."""
        return 0 if values < self.window else 1 + (values - self.window) // (self.hop * self.rows_per_answer)


def plan_of(frontend: Frontend, hop_ms: float, shape: tuple[int, ...]) -> LivePlan | None:
    """None where the samples have no time, or their rate is not known; ``shape``: of the model's input."""
    match frontend:
        case ImageFrontend() | TableFrontend() | TextFrontend():
            return None
        case SensorFrontend():
            return _of_sensor(frontend, hop_ms, shape)
        case AudioFrontend(how=how):
            kind: Kind = "log_mel" if isinstance(how, LogMel) else "micro"
            every = _rows(hop_ms, how.rate, how.hop)
            return _checked(
                LivePlan(kind, how.frame, how.hop, how.frames, how.bands, every, 1, 1000 * how.rate)
            )
        case _:
            assert_never(frontend)


def _of_sensor(frontend: SensorFrontend, hop_ms: float, shape: tuple[int, ...]) -> LivePlan | None:
    """A row is one value of each channel, or of a spectrum a frame of them."""
    rate, row, how = frontend.rate_hz, len(frontend.mean), frontend.features
    if rate is None or not shape:
        return None
    kind: Kind = "sensor" if how is None else "spectrum" if how.spectrum else "filters"
    spectrum = how.spectrum if how else None
    frame, hop = (spectrum.frame, spectrum.hop) if spectrum else (1, 1)
    channels = how.measured if how else row
    every = _rows(hop_ms, rate, hop)
    return _checked(LivePlan(kind, frame, hop, shape[0], row, every, channels, round(1000 * rate)))


def _rows(hop_ms: float, rate: float, hop: int) -> int:
    """How many rows ``hop_ms`` are."""
    exact = hop_ms * rate / 1000 / hop
    rows = max(1, round(exact))
    if abs(exact - rows) > 1e-3 * exact:
        one_ms = 1000 * hop / rate
        nearest = " or ".join(f"{count * one_ms:g}" for count in sorted({max(1, int(exact)), int(exact) + 1}))
        found = f"{hop_ms:g} ms are {exact:.4g} rows of the model's input, one every {one_ms:g} ms"
        raise ConfigError("[events] hop_ms", found, f"whole rows, such as {nearest} ms")
    return rows


def _checked(plan: LivePlan) -> LivePlan:
    largest = max(plan.frame, plan.hop, plan.rows, plan.row_bytes, plan.rows_per_answer)
    if largest > _MOST:
        raise ConfigError("[events] hop_ms", f"{largest:,} values at a time", f"at most {_MOST:,}")
    return plan
