"""QUANTIZE; between int8 and uint8 of any scale and zero point it is a function of one byte: a table of 256.

Source: tensorflow/lite/micro/kernels/quantize_common.cc, kernels/internal/reference/requantize.h.
"""

from dataclasses import replace

import numpy as np

from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import gemmlowp
from tinykd.compiler.ops.common.tables import Table
from tinykd.compiler.ops.quantize_wide import requantize
from tinykd.compiler.ops.unary import Lookup
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier

_BYTES = (DType.INT8, DType.UINT8)
_WIDE = {DType.INT16, DType.INT32}


def lower(node: Node) -> Layer:
    node.arity((1, 1))
    if {node.input(0).dtype, node.output.dtype} & _WIDE:
        return requantize(node)
    return _by_table(node)


def _by_table(node: Node) -> Layer:
    x, y = node.quantized(node.input(0), *_BYTES), node.quantized(node.output, *_BYTES)
    node.shaped(y, x.shape)
    if x.dtype is DType.UINT8 and y.dtype is DType.UINT8:
        node.refuse(y, "is uint8 as the input is", "int8 on one side, as in TFLM")
    table = _table(x, y, node.multiplier(x.scale / y.scale))
    # The kernel moves bytes; to it both sides are int8.
    bytes_in, bytes_out = replace(x, dtype=DType.INT8), replace(y, dtype=DType.INT8)
    return Lookup(name=node.name, op=node.op.kind, inputs=(bytes_in,), outputs=(bytes_out,), table=table)


def _table(x: Tensor, y: Tensor, factor: Multiplier) -> Table:
    """The output's byte for each byte of the input."""
    low, high = (-128, 127) if y.dtype is DType.INT8 else (0, 255)
    values = []
    for byte in range(256):
        q = byte - 256 if x.dtype is DType.INT8 and byte > 127 else byte
        scaled = gemmlowp.multiply_by_quantized_multiplier(q - x.zero_point, factor.value, factor.shift)
        values.append(gemmlowp.clamp(scaled + y.zero_point, low, high) & 0xFF)
    return np.array(values, np.uint8).view(np.int8)


LOWER = for_types({"QUANTIZE": lower})
