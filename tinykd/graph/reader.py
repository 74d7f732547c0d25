"""From the bytes of a ``.tflite`` file to a ``Graph``, or a ``ModelError`` that names the fault.

Well-formedness is checked here: offsets, indices, types, static shapes, sizes of constants, quantization,
and that every tensor is written before it is read. What an op's parameters mean is left to the compiler.
TFLM itself is no validator, so nothing that passes here may rely on its checks.
"""

import math
from math import prod
from typing import Any

import numpy as np

from tinykd.errors import ModelError, one_line
from tinykd.files import sha256_bytes
from tinykd.graph import schema
from tinykd.graph.flatbuffer import Table, damaged
from tinykd.graph.flexbuffer import flexbuffer_map
from tinykd.graph.ir import Array, DType, Graph, Op, Options, OptionValue, Quantization, Subgraph, Tensor
from tinykd.graph.islands import without_islands
from tinykd.graph.real import check_real_types
from tinykd.graph.validate import check_order, label

MAX_FILE_BYTES = 64 << 20
MAX_TENSOR_BYTES = 16 << 20
MAX_TENSORS, MAX_OPS, MAX_SUBGRAPHS, MAX_OPERANDS, MAX_RANK = 8192, 2048, 64, 1024, 8
MAX_NAME_BYTES = MAX_CUSTOM_BYTES = 4096
SIGNAL = "CUSTOM Signal"  # how the names of TFLM's signal ops begin
RING = "CUSTOM CIRCULAR_BUFFER"


def read_graph(model: bytes) -> Graph:
    """The graph in ``model``; raises ``ModelError`` on anything that is not a static, well-formed TFLite
    model that computes in integers."""
    graph = without_islands(read_any_graph(model))
    check_real_types(graph.subgraphs)
    return graph


def read_any_graph(model: bytes) -> Graph:
    """The same of a model that may compute in float32."""
    if len(model) > MAX_FILE_BYTES:
        raise ModelError(
            "model",
            f"{len(model)} bytes",
            f"at most {MAX_FILE_BYTES}",
            "This is no model for a microcontroller",
        )
    root = Table.root(model, schema.IDENTIFIER)
    version = root.integer(0, "I")
    if version != 3:
        raise ModelError(
            "model", f"schema version {version}", "3", "Convert it again with a current TensorFlow"
        )
    tables = root.tables(2, MAX_SUBGRAPHS)
    if not tables:
        raise damaged("it has no subgraph")
    reader = _GraphReader(root)
    subgraphs = tuple(reader.subgraph(t, i) for i, t in enumerate(tables))
    return Graph(subgraphs, sha256_bytes(model), len(model))


class _GraphReader:
    """Holds the tables that all subgraphs share: op codes and buffers."""

    def __init__(self, root: Table) -> None:
        self.codes = [_op_name(t) for t in root.tables(1, MAX_OPS)]
        self.buffers = root.tables(4, MAX_TENSORS * 2)

    def subgraph(self, table: Table, number: int) -> Subgraph:
        where = "model" if number == 0 else f"subgraph {number}"
        tensors = [self.tensor(t, i) for i, t in enumerate(table.tables(0, MAX_TENSORS))]
        ops = [self.op(t, i, tensors) for i, t in enumerate(table.tables(3, MAX_OPS))]
        result = Subgraph(
            name=table.text(4, MAX_NAME_BYTES),
            tensors=tuple(tensors),
            inputs=_present(table, 1, tensors, where),
            outputs=_present(table, 2, tensors, where),
            ops=tuple(ops),
        )
        _check_no_empty(result)
        check_order(result, where)
        _check_sizes(result.tensors if number else result.inputs)
        return result

    def tensor(self, table: Table, index: int) -> Tensor:
        name = table.text(3, MAX_NAME_BYTES) or f"tensor_{index}"
        where = f"tensor {index} '{one_line(name, 80)}'"
        dtype = _dtype(table.integer(1, "b"), where)
        shape = _shape(table, dtype, where)
        data, is_variable = self._constant(table, shape, dtype, where), bool(table.integer(5, "?"))
        if is_variable and data is not None:
            raise damaged(f"{where} is a variable and holds data")
        return Tensor(
            index=index,
            name=name,
            shape=shape,
            dtype=dtype,
            quantization=_quantization(table.table(4), shape, where),
            data=data,
            is_variable=is_variable,
            open_axes=tuple(i for i, n in enumerate(_signature(table)) if n < 0),
        )

    def _constant(self, table: Table, shape: tuple[int, ...], dtype: DType, where: str) -> Array | None:
        number = table.integer(2, "I")
        if number >= len(self.buffers):
            raise damaged(f"{where} names buffer {number} of {len(self.buffers)}")
        buffer = self.buffers[number]
        if buffer.integer(1, "Q") > 1 or table.integer(10, "I"):
            raise ModelError(
                where, "data outside of the flatbuffer", "data inside of it", "Convert with weights inside"
            )
        if table.has(6):
            raise ModelError(where, "sparse data", "dense data", "Convert without sparsity")
        raw = buffer.numbers(0, "B", MAX_TENSOR_BYTES)
        if 0 in shape:
            return np.empty(shape, dtype.numpy)
        if number == 0 or raw.size == 0:
            if dtype is DType.INT4:
                raise _unread(dtype.value, where)
            return None
        expected = (prod(shape) + 1) // 2 if dtype is DType.INT4 else prod(shape) * dtype.bytes
        if raw.size != expected:
            raise damaged(f"{where} has {raw.size} bytes of data; its shape {list(shape)} needs {expected}")
        values = raw if dtype is not DType.INT4 else _unpacked(raw, prod(shape))
        return np.frombuffer(values.tobytes(), dtype.numpy.newbyteorder("<")).reshape(shape)

    def op(self, table: Table, index: int, tensors: list[Tensor]) -> Op:
        code = table.integer(0, "I")
        if code >= len(self.codes):
            raise damaged(f"op {index} names op code {code} of {len(self.codes)}")
        kind = self.codes[code]
        where = f"op {index} {kind}"
        if kind in _ACCELERATORS:
            found, fix = _ACCELERATORS[kind]
            raise ModelError(where, f"is compiled for {found}", "the model before that", f"Give {fix}")
        return Op(
            index=index,
            kind=kind,
            inputs=_operands(table, 1, tensors, where),
            outputs=_present(table, 2, tensors, where),
            options=_options(table, kind, where),
            intermediates=_present(table, 8, tensors, where),
        )


# What other compilers make of a model: nothing but their accelerator runs it.
_ACCELERATORS = {
    "CUSTOM edgetpu-custom-op": (
        "the Edge TPU",
        "the file that edgetpu_compiler was given, usually of the same name without _edgetpu",
    ),
    "CUSTOM ethos-u": ("the Ethos-U", "the file that vela was given, usually of the same name without _vela"),
}


def _op_name(table: Table) -> str:
    # Old files hold the code in a byte; newer ones in an int32, and 127 in the byte.
    code = max(table.integer(0, "b"), table.integer(3, "i"))
    if code == schema.CUSTOM:
        return f"CUSTOM {one_line(table.text(1, MAX_NAME_BYTES), 60)}"
    return schema.OP_NAMES[code] if 0 <= code < len(schema.OP_NAMES) else f"BUILTIN_{code}"


_FULL, _EIGHT = "Convert with full-integer quantization", "Convert with weights of 8 bits"
_CONVERT = {
    **dict.fromkeys(("float16", "bfloat16", "float64"), _FULL),
    **dict.fromkeys(("int4", "int2", "uint4", "float8_e4m3fn", "float8_e5m2"), _EIGHT),
}
_LEAVE_OUT = "Leave what computes it out of the model"


def _dtype(code: int, where: str) -> DType:
    if code in schema.DTYPES:
        return schema.DTYPES[code]
    name = schema.DTYPE_NAMES[code] if 0 <= code < len(schema.DTYPE_NAMES) else f"type {code}"
    raise _unread(name, where)


def _unread(dtype: str, where: str) -> ModelError:
    return ModelError(where, f"elements of {dtype}", "int8", _CONVERT.get(dtype, _LEAVE_OUT))


def _unpacked(packed: Array, count: int) -> Array:
    """``count`` int8 from two int4 a byte, the lower four bits first (UnpackDenseInt4IntoInt8)."""
    pairs = packed.view(np.int8)
    return np.stack([np.left_shift(pairs, 4) >> 4, pairs >> 4], axis=-1).reshape(-1)[:count]


def _shape(table: Table, dtype: DType, where: str) -> tuple[int, ...]:
    shape = tuple(int(d) for d in table.numbers(0, "i", 64))
    if len(shape) > MAX_RANK:
        raise ModelError(where, f"{len(shape)} dimensions", f"at most {MAX_RANK}", "Reshape it in the model")
    if any(d < 0 for d in shape):
        raise _dynamic(where, list(_signature(table) or shape))
    size = prod(d or 1 for d in shape) * dtype.bytes  # that of an empty one is bounded too
    if size > MAX_TENSOR_BYTES:
        raise ModelError(
            where,
            f"{size} bytes",
            f"at most {MAX_TENSOR_BYTES}",
            "This is no model for a microcontroller",
        )
    return shape


def _signature(table: Table) -> tuple[int, ...]:
    """The shape signature: -1 for dynamic axes; empty in files that have none."""
    return tuple(int(d) for d in table.numbers(7, "i", 64))


def _check_sizes(tensors: tuple[Tensor, ...]) -> None:
    """Refuses a dynamic axis other than the batch whose size does not follow from other tensors."""
    for tensor in tensors:
        if tensor.is_open_inside:
            sizes = [-1 if i in tensor.open_axes else n for i, n in enumerate(tensor.shape)]
            raise _dynamic(label(tensor), sizes)


def _check_no_empty(graph: Subgraph) -> None:
    """Only tensors that no op computes with may be empty: intermediates of an LSTM, the shape of a scalar."""
    used = [*graph.inputs, *graph.outputs]
    for op in graph.ops:
        shape = op.inputs[1:2] if op.kind == "RESHAPE" else ()
        used += [t for t in (*op.inputs, *op.outputs) if t is not None and t not in shape]
    for tensor in used:
        if 0 in tensor.shape:
            found, fix = f"an empty shape {list(tensor.shape)}", "Remove the empty tensor"
            raise ModelError(label(tensor), found, "sizes of 1 and more", fix)


def _dynamic(where: str, sizes: list[int]) -> ModelError:
    fix = "Fix batch 1 and every size before converting"
    return ModelError(where, f"a dynamic shape {sizes}", "fixed sizes", fix)


def _quantization(table: Table | None, shape: tuple[int, ...], where: str) -> Quantization | None:
    if table is None:
        return None
    scales = [float(s) for s in table.numbers(2, "f", 1 << 20)]
    zero_points = [int(z) for z in table.numbers(3, "q", 1 << 20)]
    axis = table.integer(6, "i")
    if not scales or not zero_points:  # TFLM passes over one without the other
        return None
    if not all(math.isfinite(s) and s >= 0 for s in scales):
        raise ModelError(
            where, "a scale that is negative or not a number", "positive scales", "Check its calibration data"
        )
    if len(zero_points) not in (1, len(scales)) or any(not -(2**31) <= z < 2**31 for z in zero_points):
        raise damaged(f"{where} has {len(scales)} scales and {len(zero_points)} zero points that do not fit")
    if len(scales) > 1:
        axis = _fitting_axis(axis, len(scales), shape, where)
    if len(zero_points) == 1:
        zero_points *= len(scales)
    return Quantization(tuple(scales), tuple(zero_points), axis)


def _fitting_axis(axis: int, scales: int, shape: tuple[int, ...], where: str) -> int:
    """The dimension that has as many entries as there are scales. Old converters name that of the weights for
    the bias too, and TFLM does not look at it."""
    fitting = [i for i, n in enumerate(shape) if n == scales]
    if not fitting:
        raise damaged(f"{where} has {scales} scales along dimension {axis} of {list(shape)}")
    return axis if axis in fitting else fitting[0]


def _operands(table: Table, field: int, tensors: list[Tensor], where: str) -> tuple[Tensor | None, ...]:
    indices = [int(i) for i in table.numbers(field, "i", MAX_OPERANDS)]
    if any(not -1 <= i < len(tensors) for i in indices):
        raise damaged(f"{where} names a tensor that is not there: {indices}")
    return tuple(None if i < 0 else tensors[i] for i in indices)


def _present(table: Table, field: int, tensors: list[Tensor], where: str) -> tuple[Tensor, ...]:
    operands = _operands(table, field, tensors, where)
    present = tuple(t for t in operands if t is not None)
    if len(present) != len(operands):
        raise damaged(f"{where} leaves out a tensor that it must have")
    return present


def _options(table: Table, kind: str, where: str) -> Options:
    if kind.startswith(SIGNAL) or kind == RING:
        raw = table.numbers(5, "B", MAX_CUSTOM_BYTES).tobytes()
        return Options(flexbuffer_map(raw, where) if raw else {})
    layout = schema.OPTIONS.get(kind, schema.NO_OPTIONS)
    union, options = table.integer(3, "B"), table.table(4)
    if layout.union and union not in (0, layout.union):
        raise damaged(f"{where} has options of another op ({union})")
    present = options if union else None
    return Options({f.name: _option(present, i, f) for i, f in enumerate(layout.fields)})


def _option(table: Table | None, number: int, field: schema.Field) -> OptionValue:
    value: Any
    match field.type:
        case "I":
            value = tuple(int(v) for v in table.numbers(number, "i", 64)) if table else ()
        case "s":
            value = table.text(number, MAX_NAME_BYTES) if table else ""
        case "?":
            value = bool(table.integer(number, "?", field.default) if table else field.default)
        case "f":
            value = float(table.scalar(number, "f", field.default) if table else field.default)
        case code:
            value = table.integer(number, code, field.default) if table else field.default
    return value  # type: ignore[no-any-return]
