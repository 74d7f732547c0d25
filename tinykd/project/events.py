"""Section ``[events]`` of the project file: from a model's outputs, one set after another, to events."""

from typing import Annotated

from pydantic import Field

from tinykd.project.values import GroupNames, SectionModel

Milliseconds = Annotated[float, Field(ge=0, le=60_000)]


class EventsSection(SectionModel):
    """When a class fires. Times become whole numbers of ``hop_ms``: see ``tinykd.events.rules``."""

    hop_ms: Annotated[float, Field(gt=0, le=60_000)] = 100.0  # from one inference to the next
    smoothing_ms: Milliseconds = 300.0
    threshold: Annotated[float, Field(gt=0, lt=4)] | None = None  # None: 0.8; of an anomaly task 1
    thresholds: dict[str, Annotated[float, Field(gt=0, lt=4)]] | None = None  # of single classes
    hysteresis: Annotated[float, Field(ge=0, lt=4)] = 0.1  # below the threshold lies the release
    refractory_ms: Milliseconds = 500.0
    background: str | None = None  # a folder of sounds that recordings for `tinykd tune` lie in; None: noise
    snr_db: Annotated[float, Field(ge=-20, le=100)] = 10.0  # of samples to that background
    silent: GroupNames | None = None  # classes that never fire; None: by their names
