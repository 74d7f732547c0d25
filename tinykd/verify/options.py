"""How a verification is to go about it, beside which board and which samples."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.oracle import OracleTensor

Traces = Callable[[int], Sequence[OracleTensor] | None]  # by the sample's number; None: not known here


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
    find: Callable[[], str] | None = None  # where the board's port is now, should it go away
    numbers: NDArray[np.int64] | None = None  # the samples' places in their split, (n,)
