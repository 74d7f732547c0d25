"""What all parts of a report have in common."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of the report: immutable, nothing unknown, nothing infinite."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
