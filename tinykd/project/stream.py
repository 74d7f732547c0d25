"""Section ``[stream]`` of the project file: a model of windows that is computed hop by hop."""

from typing import Annotated

from pydantic import Field

from tinykd.project.values import SectionModel


class StreamSection(SectionModel):
    """The student is built without padding in time, and the firmware has its step function beside it."""

    hop_ms: Annotated[float, Field(gt=0, le=60_000)]  # of signal that each step brings
