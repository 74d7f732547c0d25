"""What lies before and after a model: how a measured sample becomes its input, what its outputs mean.

Known of a model that tinykd trained; a flatbuffer from elsewhere does not contain it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tinykd.data.features.frontend import AudioFrontend, Frontend, SensorFrontend
from tinykd.data.features.log_mel import LogMel
from tinykd.events.rules import EventRules
from tinykd.firmware_project.text import TextReplies
from tinykd.front.raw_input import RawInput
from tinykd.objects.rules import ObjectRules

if TYPE_CHECKING:
    from tinykd.compiler.program import Program


@dataclass(frozen=True)
class Surroundings:
    """The data's front end, ``features.json``, and what decides events where the project has any."""

    frontend: Frontend
    features: Mapping[str, Any]
    events: EventRules | None = None
    stream: "Program | None" = None  # the model hop by hop, NAME_stream
    raw: RawInput | None = None  # where the tool gives the firmware raw samples
    objects: ObjectRules | None = None  # of a detector: from its outputs to objects
    texts: TextReplies | None = None  # of a model that takes texts: how it replies

    @property
    def task(self) -> str:
        """As in the project file."""
        return str(self.features.get("task", "classification"))

    @property
    def kind(self) -> str:
        """Of the samples: image, sensor, table or audio."""
        return str(self.frontend.to_json()["kind"])

    @property
    def features_of_sound(self) -> str:
        """As ``[audio] features`` names them; empty where the samples are no sound."""
        if not isinstance(self.frontend, AudioFrontend):
            return ""
        return "log_mel" if isinstance(self.frontend.how, LogMel) else "micro_frontend"

    @property
    def has_filters(self) -> bool:
        """Whether measured values go through filters before they are normalised."""
        return isinstance(self.frontend, SensorFrontend) and self.frontend.features is not None

    @property
    def shape(self) -> tuple[int, ...]:
        """(H, W, C) of the model's input."""
        return tuple(self.features.get("input", {}).get("shape", ()))

    @property
    def classes(self) -> tuple[str, ...]:
        """Of a classifier, in the order of its outputs."""
        return tuple(self.features.get("classes", ()))

    @property
    def threshold(self) -> float | None:
        """Of a model that finds anomalies: the error above which a sample is one."""
        found = self.features.get("threshold")
        return None if found is None else float(found)

    @property
    def thresholds(self) -> tuple[int, ...]:
        """Of several labels: the output from which on each class is on, 128 for never."""
        return tuple(self.features.get("thresholds", ()))

    @property
    def targets(self) -> Mapping[str, Any] | None:
        """Of a regression: ``names``, ``mean`` and ``deviation`` of its outputs."""
        return self.features.get("targets")
