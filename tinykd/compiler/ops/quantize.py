"""QUANTIZE of int8 to int8: another scale and zero point.

It is a function of one byte, so it is a table of 256, as other unary ops are.
Source: tensorflow/lite/micro/kernels/quantize_common.cc, kernels/internal/reference/requantize.h.
"""

from tinykd.compiler import gemmlowp
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node
from tinykd.compiler.tables import table_of
from tinykd.graph.quantize import quantize_multiplier


def lower(node: Node) -> Layer:
    from tinykd.compiler.ops.unary import Lookup

    node.arity((1, 1))
    x, y = node.quantized(node.input(0)), node.quantized(node.output)
    node.shaped(y, x.shape)
    factor = quantize_multiplier(x.scale / y.scale)

    def output(q: int) -> int:
        scaled = gemmlowp.multiply_by_quantized_multiplier(q - x.zero_point, factor.value, factor.shift)
        return scaled + y.zero_point

    return Lookup(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), table=table_of(output))


LOWER = {"QUANTIZE": lower}
