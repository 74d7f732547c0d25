"""Flatbuffers built by hand: one op, or a small graph, every shape, scale and option chosen by the test.

A model is a list of ``Tensor`` and a list of ``Op``; ``build`` turns them into the bytes of a ``.tflite``::

    from tests.conformance.builder import Op, Tensor, build

    x = Tensor("x", (1, 4, 4, 3), scale=0.05, zero_point=-3)
    w = Tensor("w", (8, 3, 3, 3), scale=(0.01,) * 8, data=weights)         # int8 data makes it constant
    b = Tensor("b", (8,), "int32", scale=(0.0005,) * 8, data=bias)
    y = Tensor("y", (1, 2, 2, 8), scale=0.1, zero_point=5)
    model = build([Op("CONV_2D", [x, w, b], [y], padding=VALID, strideW=1, strideH=1)])

- An operand ``None`` is an absent optional input (-1 in the file).
- Inputs of the graph are the tensors that no op writes and that hold no data, in order of first use; outputs
  are those that no op reads. Both can be given (``inputs=``, ``outputs=``).
- Options are the fields of the op's options table in the TFLite schema, in the schema's camelCase; what is
  left out keeps the schema's default. ``options_table`` names the table of each op.
- ``constant("axes", [1, 2])`` is the short form for int32 operands such as axes, paddings and shapes.

Nothing here checks that the model makes sense: tests of bad input build their nonsense with it too.
To run a model on TensorFlow Lite Micro see ``tests.conformance.tflm``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import flatbuffers
import numpy as np
from flatbuffers import flexbuffers
from numpy.typing import ArrayLike, NDArray
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

# Values of the schema's enums that tests name often.
NONE, RELU, RELU_N1_TO_1, RELU6 = (
    getattr(schema.ActivationFunctionType, n) for n in ("NONE", "RELU", "RELU_N1_TO_1", "RELU6")
)
TANH, SIGN_BIT = schema.ActivationFunctionType.TANH, schema.ActivationFunctionType.SIGN_BIT
SAME, VALID = schema.Padding.SAME, schema.Padding.VALID
REFLECT, SYMMETRIC = schema.MirrorPadMode.REFLECT, schema.MirrorPadMode.SYMMETRIC
TENSOR_TYPE: dict[str, int] = {
    n.lower(): v for n, v in vars(schema.TensorType).items() if not n.startswith("_") and isinstance(v, int)
}

CUSTOM = "CUSTOM "  # how the kinds of custom ops begin, as in ``tinykd.graph``

# Ops whose options table is not their own name in camel case.
_ALIASES = {
    "CONV_2D": "Conv2D",
    "DEPTHWISE_CONV_2D": "DepthwiseConv2D",
    "AVERAGE_POOL_2D": "Pool2D",
    "MAX_POOL_2D": "Pool2D",
    "MEAN": "Reducer",
    "SUM": "Reducer",
    "REDUCE_MAX": "Reducer",
    "REDUCE_MIN": "Reducer",
    "REDUCE_PROD": "Reducer",
    "REDUCE_ANY": "Reducer",
    "REDUCE_ALL": "Reducer",
    "MINIMUM": "MaximumMinimum",
    "MAXIMUM": "MaximumMinimum",
    "L2_NORMALIZATION": "L2Norm",
    "PADV2": "PadV2",
    "SPACE_TO_BATCH_ND": "SpaceToBatchND",
    "BATCH_TO_SPACE_ND": "BatchToSpaceND",
    "BATCH_MATMUL": "BatchMatMul",
    "SVDF": "SVDF",
    "SELECT_V2": "SelectV2",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "UnidirectionalSequenceLSTM",
    "CUMSUM": "Cumsum",
}


def options_table(op: str) -> str | None:
    """The name of the schema's options table for an op such as ``"CONV_2D"``; None if it has none."""
    stem = _ALIASES.get(op) or "".join(part.capitalize() for part in op.split("_"))
    name = f"{stem}Options"
    return name if hasattr(schema.BuiltinOptions, name) else None


@dataclass(frozen=True, eq=False)
class Tensor:
    """One tensor. ``scale``.

    A number (per tensor), a tuple (per channel along ``axis``), None (not quantized).
    """

    name: str
    shape: tuple[int, ...]
    dtype: str = "int8"  # a numpy name, or "resource"
    scale: float | tuple[float, ...] | None = None
    zero_point: int | tuple[int, ...] = 0
    axis: int = 0
    data: NDArray[Any] | None = None
    is_variable: bool = False
    shape_signature: tuple[int, ...] | None = None

    def scales(self) -> tuple[float, ...]:
        if self.scale is None:
            return ()
        return self.scale if isinstance(self.scale, tuple) else (self.scale,)

    def zero_points(self) -> tuple[int, ...]:
        if isinstance(self.zero_point, tuple):
            return self.zero_point
        return (self.zero_point,) * len(self.scales())


def constant(name: str, values: ArrayLike, dtype: str = "int32", **quantization: Any) -> Tensor:
    """A constant tensor that takes its shape from ``values``."""
    data = np.asarray(values, dtype=dtype)
    return Tensor(name, data.shape, dtype, data=data, **quantization)


class Op:
    """One operator: its builtin name, operands, results, and the fields of its options table."""

    def __init__(
        self, kind: str, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor], **options: Any
    ) -> None:
        self.kind, self.inputs, self.outputs, self.options = kind, list(inputs), list(outputs), options
        self.intermediates: list[Tensor] = options.pop("intermediates", [])

    def tensors(self) -> list[Tensor]:
        return [t for t in (*self.inputs, *self.outputs, *self.intermediates) if t is not None]


def packed(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Two int4 a byte, the first in the lower four bits."""
    bits = np.append(values.reshape(-1).astype(np.uint8) & 15, np.uint8(0))
    count = (values.size + 1) // 2
    return np.asarray(bits[: 2 * count : 2] | bits[1 : 2 * count : 2] << 4, np.uint8)


@dataclass(frozen=True)
class Function:
    """A subgraph that others call."""

    ops: list[Op]
    inputs: list[Tensor] | None
    outputs: list[Tensor]


@dataclass
class _Writer:
    buffers: list[Any] = field(default_factory=lambda: [schema.BufferT()])
    codes: list[str] = field(default_factory=list)

    def tensor(self, t: Tensor) -> Any:
        out = schema.TensorT(name=t.name, type=TENSOR_TYPE[t.dtype], isVariable=t.is_variable, hasRank=True)
        out.shape = list(t.shape)
        out.shapeSignature = None if t.shape_signature is None else list(t.shape_signature)
        if t.scales():
            out.quantization = schema.QuantizationParametersT(
                scale=list(t.scales()), zeroPoint=list(t.zero_points()), quantizedDimension=t.axis
            )
        if t.data is None:
            # A variable or an activation has an empty buffer of its own, as converters write it.
            self.buffers.append(schema.BufferT())
        else:
            values = packed(t.data) if t.dtype == "int4" else np.asarray(t.data, np.dtype(t.dtype))
            raw = np.ascontiguousarray(values).tobytes()
            self.buffers.append(schema.BufferT(data=np.frombuffer(raw, np.uint8)))
        out.buffer = len(self.buffers) - 1
        return out

    def code(self, kind: str) -> int:
        if kind not in self.codes:
            self.codes.append(kind)
        return self.codes.index(kind)

    def op(self, op: Op, index: dict[Tensor, int]) -> Any:
        out = schema.OperatorT(opcodeIndex=self.code(op.kind))
        out.inputs = [-1 if t is None else index[t] for t in op.inputs]
        out.outputs = [index[t] for t in op.outputs]
        out.intermediates = [index[t] for t in op.intermediates] or None
        if op.kind.startswith(CUSTOM):
            out.customOptions = np.frombuffer(bytes(flexbuffers.Dumps(op.options)), np.uint8)
            return out
        table = options_table(op.kind)
        if table is not None:
            out.builtinOptionsType = getattr(schema.BuiltinOptions, table)
            out.builtinOptions = getattr(schema, table + "T")(**op.options)
        return out

    def subgraph(
        self, ops: Sequence[Op], inputs: Sequence[Tensor] | None, outputs: Sequence[Tensor] | None, name: str
    ) -> Any:
        inputs, outputs = graph_io(ops, inputs, outputs)
        tensors = _unique([*inputs, *(t for op in ops for t in op.tensors()), *outputs])
        index = {t: i for i, t in enumerate(tensors)}
        out = schema.SubGraphT(name=name, tensors=[self.tensor(t) for t in tensors])
        out.inputs, out.outputs = [index[t] for t in inputs], [index[t] for t in outputs]
        out.operators = [self.op(op, index) for op in ops]
        return out


def graph_io(
    ops: Sequence[Op], inputs: Sequence[Tensor] | None = None, outputs: Sequence[Tensor] | None = None
) -> tuple[list[Tensor], list[Tensor]]:
    """Inputs and outputs of the graph.

    As given, or else what no op writes (without data) and what no op reads.
    """
    written = {t for op in ops for t in op.outputs}
    read = {t for op in ops for t in op.inputs if t is not None}
    if inputs is None:
        operands = (t for op in ops for t in op.inputs if t is not None)
        inputs = [t for t in _unique(operands) if t not in written and t.data is None and not t.is_variable]
    if outputs is None:
        outputs = [t for t in _unique(t for op in ops for t in op.outputs) if t not in read]
    return list(inputs), list(outputs)


def _unique(tensors: Iterable[Tensor]) -> list[Tensor]:
    return list(dict.fromkeys(tensors))


def _operator_code(kind: str) -> Any:
    if kind.startswith(CUSTOM):
        custom = schema.BuiltinOperator.CUSTOM
        return schema.OperatorCodeT(
            builtinCode=custom, deprecatedBuiltinCode=custom, customCode=kind.removeprefix(CUSTOM), version=1
        )
    code = getattr(schema.BuiltinOperator, kind)
    return schema.OperatorCodeT(builtinCode=code, deprecatedBuiltinCode=min(code, 127), version=1)


def build(
    ops: Sequence[Op],
    inputs: Sequence[Tensor] | None = None,
    outputs: Sequence[Tensor] | None = None,
    other_subgraphs: Sequence[Sequence[Op] | Function] = (),
) -> bytes:
    """The ``.tflite`` bytes of ``ops`` in the given order; ``other_subgraphs`` follow as subgraphs 1, 2, …"""
    writer = _Writer()
    graphs = [writer.subgraph(ops, inputs, outputs, "main")]
    for i, more in enumerate(other_subgraphs, 1):
        made = more if isinstance(more, Function) else Function(list(more), None, [])
        graphs.append(writer.subgraph(made.ops, made.inputs, made.outputs, f"sub{i}"))
    codes = [_operator_code(kind) for kind in writer.codes]
    model = schema.ModelT(
        version=3, description="tinykd test", subgraphs=graphs, operatorCodes=codes, buffers=writer.buffers
    )
    flat = flatbuffers.Builder(1024)
    flat.Finish(model.Pack(flat), file_identifier=b"TFL3")
    return bytes(flat.Output())
