"""PRELU: x where x >= 0, else alpha * x; alpha, of int8, may broadcast."""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.broadcasting import broadcast_nest, overlaps
from tinykd.compiler.ops.common.loop_nest import LoopNest, rows
from tinykd.graph.ir import DType
from tinykd.graph.quantize import Multiplier


@dataclass(frozen=True, eq=False, kw_only=True)
class Prelu(Layer):
    loop: LoopNest
    positive: Multiplier
    negative: Multiplier


def lower(node: Node) -> Layer:
    """micro/kernels/prelu_common.cc, CalculatePreluParams: scales in double."""
    node.arity((2, 2))
    x, alpha = node.quantized(node.input(0), DType.INT8, DType.INT16), node.quantized(node.input(1))
    y = node.quantized(node.output, x.dtype)
    return Prelu(
        name=node.name,
        op=node.op.kind,
        inputs=(x, alpha),
        outputs=(y,),
        loop=broadcast_nest(node, (x, alpha), y),
        positive=node.multiplier(x.scale / y.scale),
        negative=node.multiplier(x.scale * alpha.scale / y.scale),
    )


class PreluKernel(Kernel[Prelu]):
    name, layer = "prelu", Prelu
    code_bytes = 260

    def cost(self, layer: Prelu, target: Target) -> float:
        return 30.0 * layer.outputs[0].elements

    def emit_call(self, layer: Prelu, target: Target) -> Call:
        x, alpha = layer.inputs
        params = Struct(
            "tkd_prelu_params",
            (
                ("rows", rows(layer.loop)),
                ("x_zero", x.zero_point),
                ("alpha_zero", alpha.zero_point),
                ("y_zero", layer.outputs[0].zero_point),
                ("positive_multiplier", layer.positive.value),
                ("positive_shift", layer.positive.shift),
                ("negative_multiplier", layer.negative.value),
                ("negative_shift", layer.negative.shift),
            ),
        )
        width = 8 * x.dtype.bytes
        return Call(f"tkd_prelu_s{width}", params, overlaps=overlaps(layer.loop, layer))


LOWER = for_types({"PRELU": lower})
KERNELS = (PreluKernel(),)
