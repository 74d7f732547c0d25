"""What LSTMs have in common, whatever their activations are: operands, sizes, and what becomes of the gates.

Source: micro/kernels/lstm_eval_common.cc.
"""

import math
from dataclasses import dataclass

from tinykd.compiler.kernel import CValue, Struct
from tinykd.compiler.layer import State
from tinykd.compiler.node import Node
from tinykd.compiler.ops.common.states import variable
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier, f32

GATES = ("input", "forget", "cell", "output")  # in the order of the operands
INPUT_WEIGHTS, RECURRENT_WEIGHTS, BIASES = 1, 5, 12  # operand of the first gate
GATE_SCALE = 2.0**-12  # of a gate's sum, Q3.12
_UNIT_SCALE = 2.0**-15  # of a gate's nonlinearity, Q0.15
_HIDDEN, _CELL = 18, 19  # operands
_ABSENT = (9, 10, 11, 16, 17, 20, 21, 22, 23)  # peephole, projection, layer normalisation
_TANH = 4  # enum ActivationFunctionType


@dataclass(frozen=True)
class Cell:
    """All of an LSTM but its gates' weights."""

    sizes: tuple[int, int, int, int]  # batch, time, depth, units
    time_major: bool
    forget: Multiplier  # forget gate * cell
    update: Multiplier  # input gate * cell gate
    hidden: Multiplier  # tanh(cell) * output gate
    tanh: tuple[int, int]  # of the cell: multiplier, right shift
    clip: int  # 0: none
    hidden_zero: int

    @property
    def macs(self) -> int:
        batch, time, depth, units = self.sizes
        return batch * time * 4 * units * (depth + units)


@dataclass(frozen=True, eq=False)
class Operands:
    """Activations and states; all but ``cell`` are of one type."""

    x: Tensor
    y: Tensor
    hidden: Tensor
    cell: Tensor


def operands(node: Node, dtype: DType) -> Operands:
    """Those of ``dtype``; refuses other forms of LSTM than Keras has."""
    node.arity((24, 24))
    x, y = node.quantized(node.input(0), dtype), node.quantized(node.output, dtype)
    for i in _ABSENT:
        if node.optional(i) is not None:
            node.refuse(
                node.input(i), f"is operand {i}", "an LSTM without peephole, projection and normalisation"
            )
    if node.options.integer("fused_activation_function") != _TANH:
        node.refuse(y, "has another activation", "tanh")
    hidden, cell = node.quantized(node.input(_HIDDEN), dtype), node.quantized(node.input(_CELL), DType.INT16)
    return Operands(x, y, hidden, cell)


def cell_of(node: Node, found: Operands) -> Cell:
    """Sizes and scales, which must fit one another."""
    hidden, cell = node.ranked(found.hidden, 2), found.cell
    time_major = node.options.flag("time_major")
    lead = node.ranked(found.x, 3).shape[:2]
    time, batch = lead if time_major else lead[::-1]
    depth, units = found.x.shape[2], hidden.shape[-1]
    node.shaped(found.y, (*lead, units))
    for state in (hidden, cell):
        if state.elements != batch * units:
            node.refuse(state, f"has {state.elements} values", f"{batch * units}")
    return Cell(
        sizes=(batch, time, depth, units), time_major=time_major,
        forget=node.multiplier(_UNIT_SCALE * cell.scale / cell.scale),
        update=node.multiplier(_UNIT_SCALE * _UNIT_SCALE / cell.scale),
        hidden=node.multiplier(_UNIT_SCALE * _UNIT_SCALE / hidden.scale),
        tanh=_tanh(node, cell), clip=_clip(node, cell), hidden_zero=hidden.zero_point,
    )  # fmt: skip


def states(node: Node, found: Operands) -> tuple[State, State]:
    """The hidden state and the cell."""
    return variable(node, found.hidden), variable(node, found.cell)


def weights(node: Node, gate: int, cell: Cell) -> tuple[Tensor, Tensor]:
    """Of ``gate``: for the input (units, depth), and for the hidden state (units, units)."""
    _, _, depth, units = cell.sizes
    w, r = node.input(INPUT_WEIGHTS + gate), node.input(RECURRENT_WEIGHTS + gate)
    for tensor, width in ((w, depth), (r, units)):
        node.shaped(node.quantized(tensor), (units, width))
        if tensor.zero_point:
            node.refuse(tensor, f"has zero point {tensor.zero_point}", "symmetric weights")
    return w, r


def _tanh(node: Node, cell: Tensor) -> tuple[int, int]:
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


def params(kind: str, gates: tuple[Struct, ...], cell: Cell) -> Struct:
    """The constants of a kernel, of C type ``kind``."""
    named = zip(GATES, gates, strict=True)
    return Struct(kind, (*((f"{name}_gate", gate) for name, gate in named), ("cell", _struct(cell))))


def _struct(cell: Cell) -> Struct:
    batch, time, depth, units = cell.sizes
    multiplier, shift = cell.tanh
    return Struct(
        "tkd_lstm_cell",
        (
            ("batch", batch),
            ("time", time),
            ("depth", depth),
            ("units", units),
            ("batch_step", 1 if cell.time_major else time),
            ("time_step", batch if cell.time_major else 1),
            *scale_fields("forget", cell.forget),
            *scale_fields("update", cell.update),
            *scale_fields("output", cell.hidden),
            ("tanh", Struct("tkd_sigmoid_scale", (("multiplier", multiplier), ("right_shift", shift)))),
            ("clip", cell.clip),
            ("hidden_zero", cell.hidden_zero),
        ),
    )


def scale_fields(name: str, scale: Multiplier) -> tuple[tuple[str, CValue], ...]:
    return ((f"{name}_multiplier", scale.value), (f"{name}_shift", scale.shift))
