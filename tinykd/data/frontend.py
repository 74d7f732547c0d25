"""How a measured sample becomes the model's input: what a device has to do too, kept beside the model.

Written to ``features.json`` and, as constants, into the firmware project.
"""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ImageFrontend:
    """input = pixel / divisor."""

    divisor: float = 1.0

    def to_json(self) -> dict[str, Any]:
        """As in ``features.json``."""
        return {"kind": "image", **asdict(self)}


@dataclass(frozen=True)
class SensorFrontend:
    """input = (measured - mean) / deviation, each of its channel."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        """As in ``features.json``."""
        return {"kind": "sensor", **asdict(self)}


Frontend = ImageFrontend | SensorFrontend
