"""What brings answers back where int8 hurts, tried in order, each measured on validation as it would ship.

1. other ranges of activations: percentiles, least squared error, from more samples;
2. channels equalised across layers (``equalise``), with the ranges that were best;
3. biases corrected (``bias``), with the same;
None of them costs the device anything: there are as many weights and operations as before. Then, with what
was best of them, at the cost of time and RAM:
4. int16 activations behind the layer that int8 hurts most;
5. int16 activations everywhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.data.spread import spread
from tinykd.data.types import SampleRows, Samples
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph
from tinykd.graph.writer import written
from tinykd.own_model.nodes import LayerNetwork
from tinykd.progress import Progress
from tinykd.quantization.export import to_int8, to_int16
from tinykd.quantization.int16 import layers_of, widened
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
LEAST = 0.005  # of accuracy, R² or F1, for which int16 is worth its time
INT16 = "int16 activations"


@dataclass(frozen=True)
class Remedy:
    """What was tried: its merit on validation, its bytes, and what it costs a Cortex-M4 (estimated).

    That is None of a model with an op that only TFLM has, which is not compiled to C.
    """

    name: str
    merit: float
    bytes: int
    arena_bytes: int | None
    cycles: int | None

    def to_json(self) -> dict[str, Any]:
        """As in ``rescue.json``."""
        return asdict(self)


def compiled_remedy(name: str, merit: float, flatbuffer: bytes) -> Remedy:
    """With what ``flatbuffer`` costs once it is compiled."""
    try:
        program = compile_graph(read_graph(flatbuffer), CompileOptions("rescue", Core.CORTEX_M4))
    except ModelError:
        return Remedy(name, merit, len(flatbuffer), None, None)
    cycles = round(sum(step.cost for step in program.steps))
    return Remedy(name, merit, len(flatbuffer), program.arena_bytes, cycles)


@dataclass(frozen=True)
class Attempt:
    """A network in integers: its flatbuffer, and the model that simulates it (None: of int16 activations)."""

    remedy: Remedy
    network: LayerNetwork
    simulated: Any | None
    flatbuffer: bytes


@dataclass
class RemedySearch:
    """Of one student; ``x``: its training samples; ``merit``: of a flatbuffer on validation; ``worst``: the
    layer that int8 hurts most."""

    x: SampleRows
    merit: Merit
    progress: Progress
    worst: str

    def run(self, network: LayerNetwork) -> list[Attempt]:
        """Every remedy that needs no training, in order."""
        with self.progress.task("remedies for int8", len(RULES) + 4) as task:
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
            best = max(tried, key=lambda each: each.remedy.merit)
            tried += self._widened(best)
            task.advance(2)
        return tried

    def _widened(self, best: Attempt) -> list[Attempt]:
        """``best`` with int16 activations: behind one layer, and everywhere."""
        few = spread(self.x, CALIBRATION)
        narrow = read_graph(best.flatbuffer).main
        found = []
        try:
            wide = read_graph(to_int16(model_of(best.network, "rescued"), few)).main
            layers = layers_of(narrow, frozenset(node.name for node in best.network.nodes))
            behind = [number for number, layer in enumerate(layers) if layer == self.worst]
            for where, chosen in ((f"behind {self.worst}", behind), ("everywhere", None)):
                if chosen != []:
                    flatbuffer = written(widened(narrow, wide, chosen), "16x8, int8 at its ends")
                    remedy = compiled_remedy(f"{INT16} {where}", self.merit(flatbuffer), flatbuffer)
                    found.append(Attempt(remedy, best.network, None, flatbuffer))
        except ModelError as error:
            self.progress.note(f"rescue: no int16 activations: {error}")
        return found

    def _attempt(self, name: str, network: LayerNetwork, rule: str) -> Attempt:
        few, more = spread(self.x, CALIBRATION), spread(self.x, MORE)
        model = model_of(network, "rescued")
        values = values_of(model, network, more)
        simulated = insert_fake_quant(model, few)
        set_ranges(simulated, {layer: RULES[rule](each) for layer, each in values.items()})
        flatbuffer = to_int8(simulated, few)
        remedy = compiled_remedy(name, self.merit(flatbuffer), flatbuffer)
        return Attempt(remedy, network, simulated, flatbuffer)


def ranges_of(network: LayerNetwork, samples: Samples) -> Ranges:
    """The extremes at every point, by the name of its last node."""
    values = values_of(model_of(network, "values"), network, samples)
    return {name: RULES["extremes"](each) for name, each in values.items()}


def best_of(first: float, attempts: Sequence[Attempt], in_float: float) -> Attempt | None:
    """The first of the best in int8; None where none is better than ``first``, the merit without any.

    Int16 activations cost time and RAM: the cheapest of them that brings back half of what the best in int8
    still loses to the float student's merit ``in_float``, and ``LEAST`` of it.
    """
    narrow = [each for each in attempts if each.simulated is not None]
    best = max(narrow, key=lambda each: each.remedy.merit, default=None)
    merit = max(first, best.remedy.merit) if best else first
    wanted = merit + max(LEAST, (in_float - merit) / 2)
    for each in attempts:
        if each.simulated is None and each.remedy.merit >= wanted:
            return each
    return best if best is not None and best.remedy.merit > first else None
