"""How good is the flatbuffer itself? Asked of TFLM, in integers.

Classes are compared as integers. Values and reconstructions are dequantized: real = scale * (q - zero_point).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.data.stored.kept import in_array
from tinykd.data.stored.lazy_rows import LazyRows, changed, chosen, rows_in
from tinykd.data.types import SampleRows
from tinykd.graph.ir import Tensor
from tinykd.graph.model_input import input_rows
from tinykd.graph.quantize import quantize as to_integers
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm
from tinykd.training.beside import ModelOutputs

_ASKED_BYTES = 64 << 20  # of int8 samples that one process of the oracle is given
MEASURED = ("validation", "test")  # the splits that no model was trained on


@dataclass(frozen=True)
class IoQuantization:
    """The model's input or output: real = scale * (q - zero_point)."""

    shape: tuple[int, ...]
    scale: float
    zero_point: int

    @classmethod
    def of(cls, tensor: Tensor) -> "IoQuantization":
        """As the flatbuffer has it."""
        return cls(tensor.shape, tensor.scale, tensor.zero_point)

    def real(self, q: NDArray[Any]) -> NDArray[np.float32]:
        """Integers as the numbers they stand for."""
        return np.float32(self.scale) * (q.astype(np.float32) - np.float32(self.zero_point))

    def to_json(self) -> dict[str, object]:
        """As in ``quantize.json``."""
        return asdict(self)


def model_ends(model: bytes) -> tuple[IoQuantization, IoQuantization]:
    """Input and output of ``model``."""
    graph = read_graph(model).main
    return IoQuantization.of(graph.inputs[0]), IoQuantization.of(graph.outputs[0])


def quantized_answers(model: bytes, data: Dataset) -> ModelOutputs:
    """What TFLM answers on the splits that ``model`` was not trained on."""
    outputs = {name: quantized_scores(model, data.splits[name].x) for name in MEASURED}
    return real_answers(model, data, outputs)


def real_answers(model: bytes, data: Dataset, outputs: dict[str, NDArray[np.int8]]) -> ModelOutputs:
    """The same as numbers that scores are made of; an autoencoder is held to its own int8 input."""
    if data.task == "classification":
        return ModelOutputs(data, dict(outputs))
    given, answer = model_ends(model)
    if data.task == "detection":
        return ModelOutputs(_in_integers(data, answer), dict(outputs))
    if data.task == "anomaly":
        validation, test = _as_seen(data.validation, given), _as_seen(data.test, given)
        data = replace(data, validation=validation, test=test)
    return ModelOutputs(data, {name: answer.real(q) for name, q in outputs.items()})


def _in_integers(data: Dataset, answer: IoQuantization) -> Dataset:
    """``data`` whose scenes know what a model's int8 outputs stand for."""

    def known(split: Split) -> Split:
        assert split.scenes is not None
        scenes = replace(split.scenes, scale=answer.scale, zero_point=answer.zero_point)
        return replace(split, scenes=scenes)

    return replace(data, validation=known(data.validation), test=known(data.test))


def _as_seen(split: Split, given: IoQuantization) -> Split:
    """``split`` as the int8 model sees it."""
    x = given.real(to_integers(split.x[:], given.scale, given.zero_point))
    return Split(x, x.reshape(len(x), -1), split.labels)


def whole_thresholds(thresholds: Sequence[float], answer: IoQuantization) -> list[int]:
    """The least int8 value of an output that reaches each of ``thresholds`` as a number, 128 where none does:
    a class is on in integers exactly where it is in numbers.
    """
    every = np.arange(-128, 128)
    reals = answer.real(every).astype(np.float64)
    return [int(np.append(every[reals >= each], 128)[0]) for each in thresholds]


def quantized_scores(model: bytes, x: SampleRows) -> NDArray[np.int8]:
    """(n, outputs) int8 outputs of TFLM for real samples ``x`` (n, H, W, C)."""
    tensor = read_graph(model).main.inputs[0]
    integers = changed(x, lambda rows: input_rows(rows, tensor), np.int8)
    step = rows_in(integers, _ASKED_BYTES) if isinstance(integers, LazyRows) else max(1, len(x))
    asked = (chosen(integers, np.arange(i, min(i + step, len(x)))) for i in range(0, len(x), step))
    return np.concatenate([run_tflm(model, in_array(some)).reshape(len(some), -1) for some in asked])


def confusion(scores: NDArray[np.int8], labels: NDArray[np.int64], classes: int) -> list[list[int]]:
    """counts[true][named]; the first class wins a tie."""
    counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (labels, scores.argmax(axis=1)), 1)
    rows: list[list[int]] = counts.tolist()
    return rows
