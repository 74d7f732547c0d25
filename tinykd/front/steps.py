"""What a front end computes, step by step, on the host: what each kind of samples has to say of itself."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.graph.quantize import quantize

QUANTIZE = "quantize"  # the last step of a pass
Steps = dict[str, NDArray[Any]]  # by the step's name, in order
_WORDS = {"energy": np.uint32, "root": np.uint32, "noise": np.uint32, "gain": np.uint32}  # as C has them


def as_words(steps: Steps) -> Steps:
    """Steps of the micro frontend in the types that C has."""
    return {name: values.astype(_WORDS.get(name, values.dtype)) for name, values in steps.items()}


@dataclass(frozen=True)
class ModelInput:
    """The int8 input of a model, ``shape`` (H, W, C)."""

    scale: float
    zero_point: int
    shape: tuple[int, ...]

    def of(self, reals: NDArray[np.float32]) -> NDArray[np.int8]:
        """Rounded half away from zero."""
        return np.asarray(quantize(reals, self.scale, self.zero_point), np.int8)


class Way(ABC):
    """From raw samples to a model's input."""

    @property
    @abstractmethod
    def raw_bytes(self) -> int:
        """Of one sample."""

    @property
    @abstractmethod
    def passes(self) -> int:
        """How often the steps that are not ``once`` are computed for one sample."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What a pass is: frame, row."""

    @property
    def once(self) -> tuple[str, ...]:
        """Names of the steps of the whole sample, before all passes; mostly none."""
        return ()

    @property
    def remembers(self) -> tuple[str, ...]:
        """Names of steps that read what they gave in the pass before; mostly none."""
        return ()

    @abstractmethod
    def steps(self, rows: NDArray[np.int8]) -> Steps:
        """Of (n, raw_bytes): those of ``once`` (n, ...), then (n, passes, ...), ``QUANTIZE`` the last."""
