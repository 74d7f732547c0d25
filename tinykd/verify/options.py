"""Where a board is reached, and how its verification is to go about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.front.raw_input import RawInput
from tinykd.graph.ends import AS_THEY_ARE, Ends
from tinykd.link.device import Device
from tinykd.link.transport import DEFAULT_SETTINGS, PortSettings
from tinykd.oracle import OracleTensor

Traces = Callable[[int], Sequence[OracleTensor] | None]  # by the sample's number; None: not known here


@dataclass(frozen=True)
class BoardAddress:
    """Where and how a board is reached. ``find`` says where its port is now, should it go away."""

    url: str  # as pyserial takes it
    name: str
    timeout_s: float = 5.0
    settings: PortSettings = DEFAULT_SETTINGS
    find: Callable[[], str] | None = None

    def open(self) -> Device:
        """The device at the other end; ``LinkError`` where there is no such port."""
        port = self.settings
        return Device.open(
            self.url, port.baud, dtr=port.dtr, rts=port.rts, timeout_s=self.timeout_s, find=self.find
        )


@dataclass(frozen=True, eq=False)
class Expected:
    """The oracle's answers where they are known already, as in a bundle."""

    outputs: NDArray[np.int8]  # (n, *output shape)
    oracle: str
    traces: Traces  # all tensors of one sample


@dataclass(frozen=True)
class Footprint:
    """What the firmware takes, as it was measured when it was built."""

    flash_bytes: int
    ram_bytes: int


@dataclass(frozen=True)
class Resume:
    """Where the journal is kept. ``board`` tells this very board from others of its kind."""

    folder: Path
    board: str
    restart: bool = False


@dataclass(frozen=True)
class CheckOptions:
    """``firmware``: the identity that the board has to say of its firmware, any if empty."""

    until_different: bool = False  # stop at the first sample that is not exact
    classification: bool = True  # outputs are scores of classes
    firmware: str = ""
    expected: Expected | None = None  # None: the oracle is asked
    footprint: Footprint | None = None
    resume: Resume | None = None
    raw: RawInput | None = None  # of firmware that begins at raw samples, which the samples then are
    ends: Ends = AS_THEY_ARE  # of a model that is real at its ends where the board has integers
