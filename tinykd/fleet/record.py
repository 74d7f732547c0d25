"""What a run found, cell by cell, as it is kept: one line of JSON per run."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["good", "differs", "worse", "failed"]
Count = Annotated[int, Field(ge=0, lt=1 << 53)]
Words = Annotated[str, Field(max_length=2000)]


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BoardFacts(_Kept):
    """What the hello says of the hardware, whatever the model."""

    core_hz: Count  # 0 where unknown
    tick_hz: Count
    tick_unit: Words
    features: Words  # instruction set extensions
    caches: Words


class CellFigures(_Kept):
    """What a board answered."""

    exact: Count  # samples with every byte as TFLM's
    samples: Count
    first_difference: Words | None = None
    ticks: Annotated[float, Field(ge=0, allow_inf_nan=False)]  # median of one inference
    flash_bytes: Count  # of the whole firmware
    ram_bytes: Count
    recoveries: Count = 0  # times that the line had to be put in step again
    facts: BoardFacts


class CellRecord(_Kept):
    """A cell in a run."""

    board: Words  # its name in the fleet
    kind: Words  # the board's own name
    model: Words
    sha256: Words  # of the model
    runtime: Words
    verdict: Verdict
    reasons: tuple[Words, ...] = ()  # why it is not good; of an accepted one, what was accepted
    attempts: Annotated[int, Field(ge=1)]
    seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    figures: CellFigures | None  # None: it failed

    @property
    def key(self) -> tuple[str, str, str]:
        """Which cell it is, from run to run."""
        return self.board, self.model, self.runtime


class RunRecord(_Kept):
    """A run of the fleet."""

    when: Words  # UTC, ISO 8601
    commit: Words  # "" where unknown
    tinykd: Words
    cells: tuple[CellRecord, ...]
