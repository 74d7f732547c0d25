"""How a measured sample becomes the model's input: what a device has to do too, kept beside the model.

Written to ``features.json`` and, as constants, into the firmware project.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from tinykd.data.features.camera import Camera
from tinykd.data.features.integer_log_mel import IntegerLogMel
from tinykd.data.features.log_mel import LogMel
from tinykd.data.features.micro_frontend import MicroFrontend
from tinykd.data.features.sensor_features import SensorFeatures
from tinykd.data.features.text import TextFeatures

SoundFeatures = LogMel | MicroFrontend


@dataclass(frozen=True)
class ImageFrontend:
    """input = (pixel - black) / divisor; ``camera``: what its frames go through before."""

    divisor: float = 1.0
    black: float = 0.0
    camera: Camera | None = None

    def to_json(self) -> dict[str, Any]:
        """As in ``features.json``."""
        camera = {"camera": self.camera.to_json()} if self.camera else {}
        return {"kind": "image", "divisor": self.divisor, "black": self.black, **camera}


@dataclass(frozen=True)
class SensorFrontend:
    """input = (value - mean) / deviation, each of its channel; with ``features``, each of its feature."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    rate_hz: float | None = None  # values per second; None: not known
    columns: tuple[str, ...] = ()  # what the measured channels are called, where they have names
    features: SensorFeatures | None = None  # None: values as they are measured

    def to_json(self) -> dict[str, Any]:
        """As in ``features.json``."""
        found = {"kind": "sensor", **asdict(self)}
        del found["features"]
        return found if self.features is None else {**found, "features": self.features.to_json()}


@dataclass(frozen=True)
class TableFrontend:
    """input = (value - mean) / deviation, each of its column."""

    mean: tuple[float, ...]
    deviation: tuple[float, ...]
    columns: tuple[str, ...] = ()  # their names, where the source has some

    def to_json(self) -> dict[str, Any]:
        """As in ``features.json``."""
        return {"kind": "table", **asdict(self)}


@dataclass(frozen=True)
class AudioFrontend:
    """input = (feature - mean) / deviation, of shape (frames, bands, 1) or (frames, 1, bands)."""

    how: SoundFeatures
    layout: Literal["image", "time"]
    mean: float = 0.0
    deviation: float = 1.0

    def to_json(self) -> dict[str, Any]:
        """As in ``features.json``."""
        parameters = {"layout": self.layout, "mean": self.mean, "deviation": self.deviation}
        return {"kind": "audio", **parameters, features_name(self.how): self.how.to_json()}


@dataclass(frozen=True)
class TextFrontend:
    """input = the ids of a text, as whole numbers: nothing is scaled."""

    how: TextFeatures

    def to_json(self) -> dict[str, Any]:
        """As in ``features.json``."""
        return {"kind": "text", **self.how.to_json()}


def features_name(how: SoundFeatures) -> str:
    """As ``[audio] features`` has it."""
    if isinstance(how, LogMel):
        return "log_mel"
    return "integer_log_mel" if isinstance(how, IntegerLogMel) else "micro_frontend"


AS_IT_IS = ImageFrontend()
Frontend = ImageFrontend | SensorFrontend | TableFrontend | AudioFrontend | TextFrontend
