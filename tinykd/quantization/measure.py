"""How good is the flatbuffer itself? Asked of TFLM, in integers; nothing is dequantized."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Samples
from tinykd.graph.ir import Tensor
from tinykd.graph.quantize import quantize as to_integers
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm


@dataclass(frozen=True)
class End:
    """The model's input or output: real = scale * (q - zero_point)."""

    shape: tuple[int, ...]
    scale: float
    zero_point: int

    @classmethod
    def of(cls, tensor: Tensor) -> "End":
        """As the flatbuffer has it."""
        return cls(tensor.shape, tensor.scale, tensor.zero_point)

    def to_json(self) -> dict[str, object]:
        """As in ``quantize.json``."""
        return asdict(self)


def model_ends(model: bytes) -> tuple[End, End]:
    """Input and output of ``model``."""
    graph = read_graph(model).main
    return End.of(graph.inputs[0]), End.of(graph.outputs[0])


def quantized_scores(model: bytes, x: Samples) -> NDArray[np.int8]:
    """(n, classes) int8 outputs of TFLM for real samples ``x`` (n, H, W, C)."""
    given = model_ends(model)[0]
    outputs = run_tflm(model, to_integers(x, given.scale, given.zero_point).astype(np.int8))
    return outputs.reshape(len(x), -1)


def confusion(scores: NDArray[np.int8], labels: NDArray[np.int64], classes: int) -> list[list[int]]:
    """counts[true][named]; the first class wins a tie."""
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (labels, scores.argmax(axis=1)), 1)
    rows: list[list[int]] = counts.tolist()
    return rows
