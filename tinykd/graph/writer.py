"""A flatbuffer from a graph: one subgraph, its constants, its op codes. The other way round than ``reader``.

Field numbers: schema.fbs (Model, SubGraph, Tensor, QuantizationParameters, Operator, OperatorCode, Buffer).
"""

from collections.abc import Iterable, Sequence

from flatbuffers import Builder

from tinykd.graph import schema
from tinykd.graph.ir import DType, Op, Quantization, Subgraph, Tensor
from tinykd.graph.options import integers, options_table

_VERSION = 3
_ALIGNMENT = 16  # of constants
_OLD_CODES_END = 127  # of the byte that held an op's code first
_TYPES = {dtype: number for number, dtype in schema.DTYPES.items()}


def written(graph: Subgraph, description: str) -> bytes:
    """The bytes of a ``.tflite`` with ``graph`` alone; its tensors get numbers of their own."""
    flat = Builder(1 << 16)
    tensors = list(_tensors(graph))
    number = {id(tensor): i for i, tensor in enumerate(tensors)}
    kinds = sorted({op.kind for op in graph.ops})
    constants = [tensor for tensor in tensors if tensor.data is not None]
    buffers = {id(tensor): i for i, tensor in enumerate(constants, start=1)}
    datas = [_buffer(flat, b""), *(_buffer(flat, _bytes(tensor)) for tensor in constants)]
    rows = _offsets(flat, [_tensor(flat, tensor, buffers.get(id(tensor), 0)) for tensor in tensors])
    ops = _offsets(flat, [_operator(flat, op, number, kinds.index(op.kind)) for op in graph.ops])
    main = _subgraph(flat, graph, number, (rows, ops))
    codes = _offsets(flat, [_code(flat, kind) for kind in kinds])
    graphs, stored, text = _offsets(flat, [main]), _offsets(flat, datas), flat.CreateString(description)
    flat.StartObject(5)
    flat.PrependUint32Slot(0, _VERSION, 0)
    for slot, offset in enumerate((codes, graphs, text, stored), start=1):
        flat.PrependUOffsetTRelativeSlot(slot, offset, 0)
    flat.Finish(flat.EndObject(), file_identifier=schema.IDENTIFIER)
    return bytes(flat.Output())


def _tensors(graph: Subgraph) -> Iterable[Tensor]:
    """Each once, in the order of their use."""
    found: dict[int, Tensor] = {id(t): t for t in graph.inputs}
    for op in graph.ops:
        found.update((id(t), t) for t in (*op.inputs, *op.outputs) if t is not None)
    found.update((id(t), t) for t in graph.outputs)
    return found.values()


def _bytes(tensor: Tensor) -> bytes:
    assert tensor.data is not None
    assert tensor.dtype is not DType.INT4, "held unpacked"
    return tensor.data.astype(tensor.dtype.numpy).tobytes()


def _buffer(flat: Builder, data: bytes) -> int:
    vector = 0
    if data:
        flat.StartVector(1, len(data), _ALIGNMENT)
        flat.head -= len(data)
        flat.Bytes[flat.head : flat.head + len(data)] = data
        vector = flat.EndVector()
    flat.StartObject(1)
    flat.PrependUOffsetTRelativeSlot(0, vector, 0)
    return int(flat.EndObject())


def _tensor(flat: Builder, tensor: Tensor, buffer: int) -> int:
    name, shape = flat.CreateString(tensor.name), integers(flat, tensor.shape)
    quantization = _quantization(flat, tensor.quantization)
    flat.StartObject(9)
    flat.PrependUOffsetTRelativeSlot(0, shape, 0)
    flat.PrependInt8Slot(1, _TYPES[tensor.dtype], 0)
    flat.PrependUint32Slot(2, buffer, 0)
    flat.PrependUOffsetTRelativeSlot(3, name, 0)
    flat.PrependUOffsetTRelativeSlot(4, quantization, 0)
    flat.PrependBoolSlot(8, True, False)
    return int(flat.EndObject())


def _quantization(flat: Builder, found: Quantization | None) -> int:
    if found is None:
        return 0
    flat.StartVector(4, len(found.scales), 4)
    for scale in reversed(found.scales):
        flat.PrependFloat32(scale)
    scales = flat.EndVector()
    flat.StartVector(8, len(found.zero_points), 8)
    for zero in reversed(found.zero_points):
        flat.PrependInt64(zero)
    zeros = flat.EndVector()
    flat.StartObject(7)
    flat.PrependUOffsetTRelativeSlot(2, scales, 0)
    flat.PrependUOffsetTRelativeSlot(3, zeros, 0)
    flat.PrependInt32Slot(6, found.axis, 0)
    return int(flat.EndObject())


def _operator(flat: Builder, op: Op, number: dict[int, int], code: int) -> int:
    operands = integers(flat, [-1 if t is None else number[id(t)] for t in op.inputs])
    results, options = integers(flat, [number[id(t)] for t in op.outputs]), options_table(flat, op)
    flat.StartObject(5)
    flat.PrependUint32Slot(0, code, 0)
    flat.PrependUOffsetTRelativeSlot(1, operands, 0)
    flat.PrependUOffsetTRelativeSlot(2, results, 0)
    flat.PrependUint8Slot(3, schema.OPTIONS.get(op.kind, schema.NO_OPTIONS).union, 0)
    flat.PrependUOffsetTRelativeSlot(4, options, 0)
    return int(flat.EndObject())


def _subgraph(flat: Builder, graph: Subgraph, number: dict[int, int], lists: tuple[int, int]) -> int:
    inputs, outputs = (integers(flat, [number[id(t)] for t in ts]) for ts in (graph.inputs, graph.outputs))
    name, (rows, ops) = flat.CreateString(graph.name or "main"), lists
    flat.StartObject(5)
    for slot, offset in enumerate((rows, inputs, outputs, ops, name)):
        flat.PrependUOffsetTRelativeSlot(slot, offset, 0)
    return int(flat.EndObject())


def _code(flat: Builder, kind: str) -> int:
    code = schema.OP_NAMES.index(kind)
    flat.StartObject(4)
    flat.PrependInt8Slot(0, min(code, _OLD_CODES_END), 0)
    flat.PrependInt32Slot(2, 1, 1)
    flat.PrependInt32Slot(3, code, 0)
    return int(flat.EndObject())


def _offsets(flat: Builder, offsets: Sequence[int]) -> int:
    flat.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        flat.PrependUOffsetTRelative(offset)
    return int(flat.EndVector())
