"""UNIDIRECTIONAL_SEQUENCE_LSTM.

The standard cell, int8 activations, int16 cell state, states kept in variables.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.cycles import per_product
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
    scale_fields,
    states,
    weights,
)
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier


@dataclass(frozen=True, eq=False)
class Gate:
    """Two dot products, each with its zero point folded into its bias."""

    input_weights: NDArray[np.int8]  # [units][depth]
    recurrent_weights: NDArray[np.int8]  # [units][units]
    input_bias: NDArray[np.int32]
    recurrent_bias: NDArray[np.int32]
    input_scale: Multiplier
    recurrent_scale: Multiplier


@dataclass(frozen=True, eq=False, kw_only=True)
class Lstm(Layer):
    gates: tuple[Gate, ...]  # in the order of GATES
    cell: Cell

    @property
    def macs(self) -> int:
        return self.cell.macs


def lower(node: Node) -> Layer:
    found = operands(node, DType.INT8)
    cell = cell_of(node, found)
    return Lstm(
        name=node.name, op=node.op.kind, inputs=(found.x,), outputs=(found.y,),
        states=states(node, found),
        gates=tuple(_gate(node, i, found, cell) for i in range(len(GATES))), cell=cell,
    )  # fmt: skip


def _gate(node: Node, gate: int, found: Operands, cell: Cell) -> Gate:
    x, hidden = found.x, found.hidden
    w, r = weights(node, gate, cell)
    units = cell.sizes[3]
    node.shaped(node.typed(node.input(BIASES + gate), DType.INT32), (units,))
    of_input, of_hidden = node.value(INPUT_WEIGHTS + gate), node.value(RECURRENT_WEIGHTS + gate)
    return Gate(
        of_input,
        of_hidden,
        _folded(node, w, of_input, node.value(BIASES + gate), x.zero_point),
        _folded(node, r, of_hidden, np.zeros(units, np.int32), hidden.zero_point),
        node.multiplier(x.scale * w.scale / GATE_SCALE),
        node.multiplier(hidden.scale * r.scale / GATE_SCALE),
    )


def _folded(
    node: Node, tensor: Tensor, values: NDArray[np.int8], bias: NDArray[np.int32], zero_point: int
) -> NDArray[np.int32]:
    wide = values.astype(np.int64)
    folded = bias.astype(np.int64) - zero_point * wide.sum(axis=1)
    if (np.abs(folded) + np.abs(wide).sum(axis=1) * 255 >= 1 << 31).any():
        node.refuse(tensor, "can overflow int32", "sums below 2**31")
    return np.asarray(folded, np.int32)


class LstmKernel(Kernel[Lstm]):
    name, layer, code_bytes = "lstm_s8", Lstm, 900

    def cost(self, layer: Lstm, target: Target) -> float:
        _, _, depth, units = layer.cell.sizes
        return per_product(target) * layer.macs + 350.0 * layer.macs / (4 * (depth + units))

    def emit_call(self, layer: Lstm, target: Target) -> Call:
        gates = zip(GATES, layer.gates, strict=True)
        return Call(
            "tkd_lstm_s8", params("tkd_lstm_params", tuple(_struct(*each) for each in gates), layer.cell)
        )


def _struct(name: str, gate: Gate) -> Struct:
    return Struct(
        "tkd_lstm_gate",
        (
            ("input_weights", ConstantArray(f"{name}_input_weights", gate.input_weights, "[unit][depth]")),
            (
                "recurrent_weights",
                ConstantArray(f"{name}_recurrent_weights", gate.recurrent_weights, "[unit][unit]"),
            ),
            ("input_bias", ConstantArray(f"{name}_input_bias", gate.input_bias, "[unit]")),
            ("recurrent_bias", ConstantArray(f"{name}_recurrent_bias", gate.recurrent_bias, "[unit]")),
            *scale_fields("input", gate.input_scale),
            *scale_fields("recurrent", gate.recurrent_scale),
        ),
    )


LOWER = for_types({"UNIDIRECTIONAL_SEQUENCE_LSTM": lower})
KERNELS = (LstmKernel(),)
