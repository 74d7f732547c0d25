"""A float flatbuffer to a full-int8 one: checked, quantized, linted, run by TFLM, and held against the float.

The int8 of every layer must be one that TFLM has: what the quantizer leaves in float is refused by name.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.lowering.registry import op_names
from tinykd.errors import ModelError
from tinykd.graph.instead import instead_of, layer_of
from tinykd.graph.ir import DType, Graph, Op
from tinykd.graph.quantize import dequantize, quantize
from tinykd.graph.reader import read_any_graph, read_graph
from tinykd.graph.shapes.pin import pinned
from tinykd.oracle import run_tflm
from tinykd.post_training.ladder import Compared, PtqLadder, ladder
from tinykd.post_training.quantizer import Advance, run_quantizer
from tinykd.post_training.samples import PtqSamples
from tinykd.progress import Progress
from tinykd.quantization.lint import lint

_KERAS = "Convert the Keras model with a representative dataset: TFLiteConverter makes it int8"
_SHOWN = 4  # layers that a message names
_ENDS = ("QUANTIZE", "DEQUANTIZE")


@dataclass(frozen=True)
class PostTrained:
    """``int8``: the flatbuffer; ``calibration``: samples that its ranges were measured on."""

    int8: bytes
    ladder: PtqLadder
    calibration: int
    notes: tuple[str, ...]


def quantize_model(model: bytes, samples: PtqSamples, where: str, progress: Progress) -> PostTrained:
    """Full int8, calibrated on ``samples``; ``where``: what messages on labels call them.

    ``model`` is one that ``float_input`` takes, and ``samples`` have that input's shape.
    """
    with progress.task("quantize", len(samples.measured)) as task:
        batch = (samples.calibration[:, np.newaxis], samples.measured[:, np.newaxis])
        made = run_quantizer(pinned(model), *batch, task.advance)
    graph = _checked(made.int8)
    with progress.task("TFLM", len(samples.measured)) as task:
        answers = _answers(made.int8, graph, samples.measured, task.advance)
    real = made.outputs[0].reshape(len(answers), -1)
    last = graph.main.ops[-1].kind
    of = Compared(real, answers, len(model), len(made.int8), last == "LOGISTIC" and real.shape[1] == 1)
    names_classes = len(graph.main.outputs[0].shape) == 2
    return PostTrained(
        made.int8, ladder(of, samples.y, where, names_classes), len(samples.calibration), samples.notes
    )


def _checked(int8: bytes) -> Graph:
    """The graph of ``int8``, all of it in integers, of ops that the runtime has."""
    left = [op for op in read_any_graph(int8).main.ops if op.kind not in _ENDS and _is_real(op)]
    if left:
        raise _left(left)
    lint(int8, frozenset(), op_names()).check("quantized model")
    return read_graph(int8)


def _is_real(op: Op) -> bool:
    return any(t is not None and t.dtype is DType.FLOAT32 for t in (*op.inputs, *op.outputs))


def _left(ops: list[Op]) -> ModelError:
    named = dict.fromkeys(f"{op.kind} (layer {layer_of(op)})" if layer_of(op) else op.kind for op in ops)
    shown = ", ".join(list(named)[:_SHOWN]) + (
        f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    )
    fix = instead_of(ops[0]) or _KERAS
    return ModelError("model", f"ai-edge-quantizer leaves {shown} in float", "layers that it makes int8", fix)


def _answers(
    int8: bytes, graph: Graph, samples: NDArray[np.float32], advance: Advance
) -> NDArray[np.float32]:
    """(n, values) what TFLM answers, as real numbers."""
    (given,), (answer,) = graph.main.inputs, graph.main.outputs
    inputs = quantize(samples, given.scale, given.zero_point).astype(np.int8)
    outputs = run_tflm(int8, inputs[:, np.newaxis].reshape(len(inputs), *given.shape), advance=advance)
    return dequantize(outputs.reshape(len(inputs), -1), answer.scale, answer.zero_point)
