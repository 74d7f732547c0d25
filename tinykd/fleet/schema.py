"""The keys of a fleet's file; what they mean together is ``load``'s affair."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tinykd.flash.via import Via

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]{0,59}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00-\x1f\x7f]+$")]
Runtime = Literal["static", "tflm"]
Models = Annotated[tuple[Text, ...], Field(min_length=1, max_length=1000)]
Runtimes = Annotated[tuple[Runtime, ...], Field(min_length=1, max_length=2)]
Share = Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)]


class _FleetPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FleetSection(_FleetPart):
    """``[fleet]``: what all boards are asked."""

    models: Models  # paths, from the file's folder on
    runtimes: Runtimes = ("static",)
    samples: Annotated[int, Field(ge=1, le=100_000)] = 20
    seed: Annotated[int, Field(ge=0, lt=1 << 32)] = 1
    retries: Annotated[int, Field(ge=0, le=10)] = 1  # of what failed; a byte that differs is no failure
    timeout_s: Annotated[float, Field(gt=0, le=3600)] = 60.0  # for one answer
    appear_s: Annotated[float, Field(ge=0, le=600)] = 15.0  # until a port is there, after power or before
    more_ticks: Share = 0.02  # above the last good run, as a share of it
    more_memory: Share = 0.02


class FleetBoard(_FleetPart):
    """``[board.NAME]``: one board, and what differs for it."""

    board: Text | None = None  # from `tinykd boards`, or a board's TOML; None: NAME
    port: Text | None = None
    via: Via = "pio"
    power: tuple[Text, ...] = ()  # a program and its arguments that turn the board off and on
    models: Models | None = None
    runtimes: Runtimes | None = None


class FleetFile(_FleetPart):
    """All of it."""

    fleet: FleetSection
    board: Annotated[dict[Name, FleetBoard], Field(min_length=1)]
