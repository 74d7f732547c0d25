"""What a run is asked for, beside its project file. Light: verbs import it before they start."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Flashing:
    """What replaces the keys of the same names in [target]; None leaves them."""

    port: str | None = None
    builder: Literal["make", "pio"] | None = None
    via: Literal["pio", "esptool", "pyocd", "stlink", "dfu", "serial"] | None = None
    protocol: Literal["tinykd", "mlperf"] | None = None


@dataclass(frozen=True)
class RunOptions:
    """Which stages run, on which boards; the default is the whole way on the project's boards.

    Without ``trains`` a finished model is gone on with; where there is none, or another than the project file
    describes, a ``ConfigError`` says what to type. With ``as_it_is`` what was finished with such a model is
    left alone, to be looked at.
    """

    until: str | None = None  # the last stage, with what it needs; None: all stages
    boards: tuple[str, ...] = ()  # in place of [target] board
    flashing: Flashing = Flashing()
    force: str | None = None  # a stage that runs even if nothing changed
    data: str | None = None  # in place of [data] source
    start: Literal["features", "raw"] | None = None  # in place of [verify] start
    trains: bool = True
    as_it_is: bool = False
