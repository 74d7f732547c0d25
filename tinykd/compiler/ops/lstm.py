"""UNIDIRECTIONAL_SEQUENCE_LSTM.

The standard cell, int8 activations, int16 cell state, states kept in variables.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, CValue, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.states import variable
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier, f32

GATES = ("input", "forget", "cell", "output")  # in the order of the operands
HIDDEN, CELL = 18, 19  # operands
ABSENT = (9, 10, 11, 16, 17, 20, 21, 22, 23)  # peephole, projection, layer normalisation
TANH, SIGMOID = 4, 6  # enum ActivationFunctionType; the schema has TANH only
GATE_SCALE, UNIT_SCALE = 2.0**-12, 2.0**-15  # of a gate's sum (Q3.12) and of its nonlinearity (Q0.15)


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
    gates: tuple[Gate, Gate, Gate, Gate]
    sizes: tuple[int, int, int, int]  # batch, time, depth, units
    time_major: bool
    forget: Multiplier  # forget gate * cell
    update: Multiplier  # input gate * cell gate
    hidden: Multiplier  # tanh(cell) * output gate
    cell_tanh: tuple[int, int]  # multiplier, right shift
    cell_clip: int  # 0: none
    hidden_zero: int

    @property
    def macs(self) -> int:
        batch, time, depth, units = self.sizes
        return batch * time * 4 * units * (depth + units)


def lower(node: Node) -> Layer:
    """micro/kernels/lstm_eval_common.cc."""
    node.arity((24, 24))
    x, y = node.quantized(node.input(0)), node.quantized(node.output)
    for i in ABSENT:
        if node.optional(i) is not None:
            node.refuse(
                node.input(i), f"is operand {i}", "an LSTM without peephole, projection and normalisation"
            )
    if node.options.integer("fused_activation_function") != TANH:
        node.refuse(y, "has another activation", "tanh")
    hidden, cell = node.quantized(node.input(HIDDEN)), node.quantized(node.input(CELL), DType.INT16)
    node.ranked(hidden, 2)
    time_major = node.options.flag("time_major")
    lead = node.ranked(x, 3).shape[:2]
    time, batch = lead if time_major else lead[::-1]
    depth, units = x.shape[2], hidden.shape[-1]
    node.shaped(y, (*lead, units))
    for state in (hidden, cell):
        if state.elements != batch * units:
            node.refuse(state, f"has {state.elements} values", f"{batch * units}")
    gates = [_gate(node, i, x, hidden, depth, units) for i in range(4)]
    return Lstm(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,),
        states=(variable(node, hidden), variable(node, cell)),
        gates=(gates[0], gates[1], gates[2], gates[3]),
        sizes=(batch, time, depth, units), time_major=time_major,
        forget=node.multiplier(UNIT_SCALE * cell.scale / cell.scale),
        update=node.multiplier(UNIT_SCALE * UNIT_SCALE / cell.scale),
        hidden=node.multiplier(UNIT_SCALE * UNIT_SCALE / hidden.scale),
        cell_tanh=_cell_tanh(node, cell), cell_clip=_clip(node, cell), hidden_zero=hidden.zero_point,
    )  # fmt: skip


def _gate(node: Node, gate: int, x: Tensor, hidden: Tensor, depth: int, units: int) -> Gate:
    w, r = node.quantized(node.input(1 + gate)), node.quantized(node.input(5 + gate))
    bias = node.typed(node.input(12 + gate), DType.INT32)
    for tensor, shape in ((w, (units, depth)), (r, (units, units)), (bias, (units,))):
        node.shaped(tensor, shape)
    for tensor in (w, r):
        if tensor.zero_point:
            node.refuse(tensor, f"has zero point {tensor.zero_point}", "symmetric weights")
    return Gate(
        node.value(1 + gate),
        node.value(5 + gate),
        _folded(node, w, node.value(1 + gate), node.value(12 + gate), x.zero_point),
        _folded(node, r, node.value(5 + gate), np.zeros(units, np.int32), hidden.zero_point),
        node.multiplier(x.scale * w.scale / GATE_SCALE),
        node.multiplier(hidden.scale * r.scale / GATE_SCALE),
    )


def _folded(
    node: Node, tensor: Tensor, weights: NDArray[np.int8], bias: NDArray[np.int32], zero_point: int
) -> NDArray[np.int32]:
    wide = weights.astype(np.int64)
    folded = bias.astype(np.int64) - zero_point * wide.sum(axis=1)
    if (np.abs(folded) + np.abs(wide).sum(axis=1) * 255 >= 1 << 31).any():
        node.refuse(tensor, "can overflow int32", "sums below 2**31")
    return np.asarray(folded, np.int32)


def _cell_tanh(node: Node, cell: Tensor) -> tuple[int, int]:
    """How tanh reads the cell: its scale must be a power of two (lstm_eval.cc, Tanh)."""
    power = round(math.log2(cell.scale))
    if f32(2.0**power) != cell.scale or not -30 <= power <= -1:
        node.refuse(cell, f"has scale {cell.scale:.9g}", "a power of two from 2**-30 to 2**-1")
    left = 15 + power - 3
    if left > 13:
        node.refuse(cell, f"has scale {cell.scale:.9g}", "at most 0.5")
    return (3 << left, 0) if left >= 0 else (3, -left)


def _clip(node: Node, cell: Tensor) -> int:
    clip = node.options.real("cell_clip")
    return int(min(max(clip / cell.scale, -32768.0), 32767.0)) if clip > 0 else 0


class LstmKernel(Kernel[Lstm]):
    name, layer, code_bytes = "lstm_s8", Lstm, 900

    def cost(self, layer: Lstm, target: Target) -> float:
        return 9.0 * layer.macs

    def emit_call(self, layer: Lstm, target: Target) -> Call:
        return Call("tkd_lstm_s8", _params(layer))


def _params(layer: Lstm) -> Struct:
    batch, time, depth, units = layer.sizes
    steps = (1, batch) if layer.time_major else (time, 1)
    gates = zip(GATES, layer.gates, strict=True)
    return Struct(
        "tkd_lstm_params",
        (
            *((f"{name}_gate", _gate_struct(name, gate)) for name, gate in gates),
            ("batch", batch),
            ("time", time),
            ("depth", depth),
            ("units", units),
            ("batch_step", steps[0]),
            ("time_step", steps[1]),
            *_scale("forget", layer.forget),
            *_scale("update", layer.update),
            *_scale("output", layer.hidden),
            ("cell_tanh", Struct("tkd_sigmoid_scale", _named("multiplier right_shift", layer.cell_tanh))),
            ("cell_gate_is_tanh", 1),
            ("cell_clip", layer.cell_clip),
            ("hidden_zero", layer.hidden_zero),
        ),
    )


def _gate_struct(name: str, gate: Gate) -> Struct:
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
            *_scale("input", gate.input_scale),
            *_scale("recurrent", gate.recurrent_scale),
        ),
    )


def _scale(name: str, scale: Multiplier) -> tuple[tuple[str, CValue], ...]:
    return ((f"{name}_multiplier", scale.value), (f"{name}_shift", scale.shift))


def _named(names: str, values: tuple[int, ...]) -> tuple[tuple[str, CValue], ...]:
    return tuple(zip(names.split(), values, strict=True))


LOWER = for_types({"UNIDIRECTIONAL_SEQUENCE_LSTM": lower})
KERNELS = (LstmKernel(),)
