"""UNIDIRECTIONAL_SEQUENCE_LSTM of int16 activations and int8 weights, with int64 sums.

The cell is that of int8 (``lstm.py``); states are kept in variables.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import wide
from tinykd.compiler.ops.common.cycles import per_wide_product
from tinykd.compiler.ops.common.lstm import (
    BIASES,
    GATE_SCALE,
    GATES,
    INPUT_WEIGHTS,
    RECURRENT_WEIGHTS,
    Cell,
    Operands,
    cell_of,
    operands,
    params,
    states,
    weights,
)
from tinykd.graph.ir import DType

_MULTIPLIER, _SHIFT = 0, 1


@dataclass(frozen=True, eq=False)
class GateS16:
    """Two dot products; (multiplier, right shift) of each."""

    input_weights: NDArray[np.int8]  # [units][depth]
    recurrent_weights: NDArray[np.int8]  # [units][units]
    bias: NDArray[np.int64]  # [units]
    input_scale: tuple[int, int]
    recurrent_scale: tuple[int, int]


@dataclass(frozen=True, eq=False, kw_only=True)
class LstmS16(Layer):
    gates: tuple[GateS16, ...]  # in the order of GATES
    cell: Cell

    @property
    def macs(self) -> int:
        return self.cell.macs


def lower(node: Node) -> Layer:
    found = operands(node, DType.INT16)
    for tensor in (found.x, found.hidden):
        wide.symmetric(node, tensor)
    cell = cell_of(node, found)
    return LstmS16(
        name=node.name, op=node.op.kind, inputs=(found.x,), outputs=(found.y,),
        states=states(node, found),
        gates=tuple(_gate(node, i, found, cell) for i in range(len(GATES))), cell=cell,
    )  # fmt: skip


def _gate(node: Node, gate: int, found: Operands, cell: Cell) -> GateS16:
    w, r = weights(node, gate, cell)
    bias = wide.bias_of(node, cell.sizes[3], BIASES + gate)
    of_input, of_hidden = node.value(INPUT_WEIGHTS + gate), node.value(RECURRENT_WEIGHTS + gate)
    wide.check_sums(node, bias, of_input)
    return GateS16(
        of_input,
        of_hidden,
        bias,
        wide.scale(node, w, found.x.scale * w.scale / GATE_SCALE),
        wide.scale(node, r, found.hidden.scale * r.scale / GATE_SCALE),
    )


class LstmWide(Kernel[LstmS16]):
    name, layer, code_bytes = "lstm_s16", LstmS16, 1000

    def cost(self, layer: LstmS16, target: Target) -> float:
        _, _, depth, units = layer.cell.sizes
        return per_wide_product(target) * layer.macs + 400.0 * layer.macs / (4 * (depth + units))

    def emit_call(self, layer: LstmS16, target: Target) -> Call:
        gates = tuple(_struct(*each) for each in zip(GATES, layer.gates, strict=True))
        return Call("tkd_lstm_s16", params("tkd_lstm_s16_params", gates, layer.cell))


def _struct(name: str, gate: GateS16) -> Struct:
    return Struct(
        "tkd_lstm_s16_gate",
        (
            ("input_weights", ConstantArray(f"{name}_input_weights", gate.input_weights, "[unit][depth]")),
            (
                "recurrent_weights",
                ConstantArray(f"{name}_recurrent_weights", gate.recurrent_weights, "[unit][unit]"),
            ),
            ("bias", ConstantArray(f"{name}_bias", gate.bias, "[unit]")),
            ("input_multiplier", gate.input_scale[_MULTIPLIER]),
            ("recurrent_multiplier", gate.recurrent_scale[_MULTIPLIER]),
            ("input_shift", gate.input_scale[_SHIFT]),
            ("recurrent_shift", gate.recurrent_scale[_SHIFT]),
        ),
    )


LOWER = for_types({"UNIDIRECTIONAL_SEQUENCE_LSTM": lower}, DType.INT16)
KERNELS = (LstmWide(),)
