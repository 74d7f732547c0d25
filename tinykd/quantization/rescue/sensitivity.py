"""How much int8 costs in each layer: the layer alone in integers, and all layers but this one.

The measure is the mean squared difference of the answers from the float network's, of their variance.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Samples
from tinykd.progress import Progress
from tinykd.quantization.rescue.simulate import MixedNetwork


@dataclass(frozen=True)
class LayerSensitivity:
    """``alone``: the error with this layer alone in int8; ``others``: with all layers but this one."""

    layer: str
    alone: float
    others: float


@dataclass(frozen=True)
class Sensitivity:
    """``all``: the error with every layer in int8."""

    all: float
    layers: tuple[LayerSensitivity, ...]

    @property
    def worst(self) -> LayerSensitivity:
        """The layer that costs most by itself."""
        return max(self.layers, key=lambda each: each.alone)

    def to_json(self) -> dict[str, Any]:
        """As in ``rescue.json``."""
        return asdict(self)


def sensitivity(mixed: MixedNetwork, samples: Samples, progress: Progress) -> Sensitivity:
    """Of each layer of ``mixed`` on ``samples`` (n, H, W, C)."""
    wanted = mixed(samples, ())
    every = frozenset(mixed.layers)

    def error(chosen: frozenset[str]) -> float:
        return relative_error(mixed(samples, chosen), wanted)

    with progress.task("sensitivity of layers", len(mixed.layers)) as task:
        found = []
        for name in mixed.layers:
            found.append(LayerSensitivity(name, error(frozenset((name,))), error(every - {name})))
            task.advance()
    return Sensitivity(error(every), tuple(found))


def relative_error(answers: NDArray[np.float32], wanted: NDArray[np.float32]) -> float:
    """Mean squared difference, of the variance of ``wanted``; 0: equal."""
    spread = float(np.var(wanted.astype(np.float64)))
    return float(np.square(answers.astype(np.float64) - wanted).mean() / max(spread, 1e-30))
