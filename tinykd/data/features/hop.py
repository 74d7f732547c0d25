"""How many rows of a model's input a hop of so many milliseconds brings."""

from typing import assert_never

from tinykd.data.features.frontend import (
    AudioFrontend,
    Frontend,
    ImageFrontend,
    SensorFrontend,
    TableFrontend,
    TextFrontend,
)
from tinykd.errors import ConfigError

_WHERE = "[stream] hop_ms"


def rows_of_hop(hop_ms: float, frontend: Frontend) -> int:
    """Frames of sound or values of a sensor; refuses what is no whole number of them."""
    row_ms, name = _row_ms(frontend)
    rows = round(hop_ms / row_ms)
    if rows < 1 or abs(rows * row_ms - hop_ms) > 1e-6 * hop_ms:
        found = f"{hop_ms:g} ms are {hop_ms / row_ms:.4g} {name}, one every {row_ms:g} ms"
        fix = f"Type hop_ms = {max(rows, 1) * row_ms:g}"
        raise ConfigError(_WHERE, found, f"a multiple of {row_ms:g}", fix)
    return rows


def _row_ms(frontend: Frontend) -> tuple[float, str]:
    """From one row to the next, and what rows are called."""
    match frontend:
        case AudioFrontend(how=how):
            return 1000 * how.hop / how.rate, "frames"
        case SensorFrontend(rate_hz=None):
            fix = "Say rate in [sensor]"
            raise ConfigError(_WHERE, "the rate of the recordings is not known", "values per second", fix)
        case SensorFrontend(rate_hz=rate, features=features):
            assert rate is not None
            if features is not None and features.spectrum is not None:
                return 1000 * features.spectrum.hop / rate, "frames"
            return 1000 / rate, "values"
        case ImageFrontend() | TableFrontend() | TextFrontend():
            found = f"samples of kind {frontend.to_json()['kind']} have no time"
            raise ConfigError(_WHERE, found, "sound or a sensor", "Leave [stream] out")
        case _:
            assert_never(frontend)
