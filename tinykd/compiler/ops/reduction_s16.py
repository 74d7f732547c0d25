"""MEAN and SUM of int16 over any axes.

Source: tensorflow/lite/micro/kernels/reduce_common.cc, PrepareMeanOrSumHelper; the sums are int32.
"""

from dataclasses import dataclass, fields

from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import wide
from tinykd.compiler.ops.mean import divided
from tinykd.compiler.ops.reduction import Reduction, ReductionKernel, reduction
from tinykd.graph.ir import DType

MOST = 65535  # values whose sum fits int32


@dataclass(frozen=True, eq=False, kw_only=True)
class ReductionS16(Reduction):
    """The same parameters for an int16 tensor."""


def lower(node: Node) -> Layer:
    x, y = wide.symmetric(node, node.input(0)), wide.symmetric(node, node.output)
    layer = reduction(node, node.multiplier(x.scale / y.scale), DType.INT16)
    if layer.count > MOST:
        node.refuse(x, f"sums {layer.count} values", "sums that fit int32")
    facts = {f.name: getattr(layer, f.name) for f in fields(layer)}
    if node.op.kind == "MEAN":
        facts["scale"] = divided(layer.scale, layer.count)
    return ReductionS16(**facts)


class SumS16(ReductionKernel):
    name, kind, layer = "sum_s16", "SUM", ReductionS16


class MeanS16(ReductionKernel):
    name, kind, layer, function = "mean_s16", "MEAN", ReductionS16, "tkd_sum_s16"


LOWER = for_types({"MEAN": lower, "SUM": lower}, DType.INT16)
KERNELS = (SumS16(), MeanS16())
