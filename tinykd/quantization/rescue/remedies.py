"""What brings answers back where int8 hurts, tried in order, each measured on validation as it would ship.

1. other ranges of activations: percentiles, least squared error, from more samples;
2. channels equalised across layers (``equalise``), with the ranges that were best;
3. biases corrected (``bias``), with the same;
None of them costs the device anything: there are as many weights and operations as before.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tinykd.data.spread import spread
from tinykd.data.types import SampleRows, Samples
from tinykd.own_model.nodes import LayerNetwork
from tinykd.progress import Progress
from tinykd.quantization.export import to_int8
from tinykd.quantization.qat import insert_fake_quant
from tinykd.quantization.ranges import set_ranges
from tinykd.quantization.rescue.bias import bias_corrected
from tinykd.quantization.rescue.canonical import model_of
from tinykd.quantization.rescue.equalise import equalised
from tinykd.quantization.rescue.points import values_of
from tinykd.quantization.rescue.range_choice import RULES

Ranges = dict[str, tuple[float, float]]
Merit = Callable[[bytes], float]  # of a flatbuffer on validation; the larger the better
CALIBRATION, MORE = 128, 1024  # samples


@dataclass(frozen=True)
class Remedy:
    """What was tried: its merit on validation and its bytes."""

    name: str
    merit: float
    bytes: int

    def to_json(self) -> dict[str, Any]:
        """As in ``rescue.json``."""
        return asdict(self)


@dataclass(frozen=True)
class Attempt:
    """A network in int8: the simulated model, and its flatbuffer."""

    remedy: Remedy
    network: LayerNetwork
    simulated: Any
    flatbuffer: bytes


@dataclass
class RemedySearch:
    """Of one student; ``x``: its training samples; ``merit``: of a flatbuffer on validation."""

    x: SampleRows
    merit: Merit
    progress: Progress

    def run(self, network: LayerNetwork) -> list[Attempt]:
        """Every remedy that needs no training, in order."""
        with self.progress.task("remedies for int8", len(RULES) + 2) as task:
            tried = []
            for rule in RULES:
                tried.append(self._attempt(f"ranges: {rule}", network, rule))
                task.advance(metric=tried[-1].remedy.name)
            rule = max(zip(tried, RULES, strict=True), key=lambda pair: pair[0].remedy.merit)[1]
            values = values_of(model_of(network, "values"), network, spread(self.x, MORE))
            even = equalised(network, values)
            tried.append(self._attempt("channels equalised", even, rule))
            task.advance(metric=tried[-1].remedy.name)
            better = max(tried, key=lambda each: each.remedy.merit).network
            corrected = bias_corrected(better, spread(self.x, CALIBRATION))
            tried.append(self._attempt("biases corrected", corrected, rule))
            task.advance(metric=tried[-1].remedy.name)
        return tried

    def _attempt(self, name: str, network: LayerNetwork, rule: str) -> Attempt:
        few, more = spread(self.x, CALIBRATION), spread(self.x, MORE)
        model = model_of(network, "rescued")
        values = values_of(model, network, more)
        simulated = insert_fake_quant(model, few)
        set_ranges(simulated, {layer: RULES[rule](each) for layer, each in values.items()})
        flatbuffer = to_int8(simulated, few)
        remedy = Remedy(name, self.merit(flatbuffer), len(flatbuffer))
        return Attempt(remedy, network, simulated, flatbuffer)


def ranges_of(network: LayerNetwork, samples: Samples) -> Ranges:
    """The extremes at every point, by the name of its last node."""
    values = values_of(model_of(network, "values"), network, samples)
    return {name: RULES["extremes"](each) for name, each in values.items()}


def best_of(first: float, attempts: Sequence[Attempt]) -> Attempt | None:
    """The first of the best; None where none is better than ``first``, the merit without any."""
    best = max(attempts, key=lambda each: each.remedy.merit, default=None)
    return best if best is not None and best.remedy.merit > first else None
