"""SVDF: a low-rank filter over the last inputs, with its memory in a variable tensor."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.states import variable
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.quantize import Multiplier


@dataclass(frozen=True, eq=False, kw_only=True)
class Svdf(Layer):
    """Zero points are folded into ``feature_bias`` and ``bias``."""

    features: NDArray[np.int8]  # [units * rank][depth]
    feature_bias: NDArray[np.int32]  # [units * rank]
    times: NDArray[Any]  # [units * rank][memory], int16 or int8 as the state
    bias: NDArray[np.int32]  # [units]
    rank: int
    feature_scale: Multiplier
    output_scale: Multiplier
    state_zero: int

    @property
    def macs(self) -> int:
        return self.inputs[0].shape[0] * (self.features.size + self.times.size)


def lower(node: Node) -> Layer:
    """micro/kernels/svdf_common.cc, PrepareSvdf. Operands: x, features, times, bias, state."""
    node.arity((5, 5))
    x, y = node.quantized(node.input(0)), node.quantized(node.output)
    w, bias = node.quantized(node.input(1)), node.typed(node.input(3), DType.INT32)
    state = node.quantized(node.input(4), DType.INT16, DType.INT8)
    times = node.quantized(node.input(2), state.dtype)
    rank = node.options.integer("rank")
    batch, depth = node.ranked(x, 2).shape
    filters, memory = node.ranked(times, 2).shape
    if rank < 1 or filters % rank:
        node.refuse(times, f"has {filters} rows", f"a multiple of the rank {rank}")
    units = filters // rank
    node.shaped(w, (filters, depth))
    node.shaped(bias, (units,))
    node.shaped(y, (batch, units))
    node.shaped(state, (batch, filters * memory))
    _check_bias_scale(node, bias, state.scale * times.scale)
    return Svdf(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), states=(variable(node, state),),
        features=node.value(1), times=node.value(2), rank=rank,
        feature_bias=_folded(node, node.value(1), np.zeros(filters), x.zero_point),
        bias=_folded(node, node.value(2).reshape(units, -1), node.value(3), state.zero_point),
        feature_scale=node.multiplier(x.scale * w.scale / state.scale),
        output_scale=node.multiplier(state.scale * times.scale / y.scale),
        state_zero=state.zero_point,
    )  # fmt: skip


def _check_bias_scale(node: Node, bias: Tensor, product: float) -> None:
    """Refuses what PrepareSvdf does: a bias in other steps than the sums that it is added to."""
    if abs(bias.scale - product) >= 1e-5:
        node.refuse(
            bias,
            f"has scale {bias.scale:.9g}",
            f"{product:.9g}, that of the state times that of the weights over time, as TFLM requires",
        )


def _folded(node: Node, weights: NDArray[Any], bias: NDArray[Any], zero_point: int) -> NDArray[np.int32]:
    """bias - zero_point * sum of the row's weights.

    Refuses int8 rows whose sum could leave int32; int16 ones wrap where they do, as TFLM's do.
    """
    wide = weights.astype(np.int64)
    folded = bias.astype(np.int64) - zero_point * wide.sum(axis=1)
    if weights.itemsize == 1 and (np.abs(folded) + np.abs(wide).sum(axis=1) * 255 >= 1 << 31).any():
        node.refuse(node.input(1), "can overflow int32", "sums below 2**31")
    return np.asarray(folded, np.int64).astype(np.uint32).view(np.int32)


class _SvdfKernel(Kernel[Svdf]):
    layer, code_bytes = Svdf, 300
    state_bytes: ClassVar[int]  # of one entry of the state and of the weights over time

    def supports(self, layer: Svdf, target: Target) -> bool:
        return layer.times.itemsize == self.state_bytes

    def cost(self, layer: Svdf, target: Target) -> float:
        return 9.0 * layer.macs

    def emit_call(self, layer: Svdf, target: Target) -> Call:
        return Call(f"tkd_{self.name}", _params(layer))


class SvdfKernel(_SvdfKernel):
    name, state_bytes = "svdf_s8", 2


class SvdfState8Kernel(_SvdfKernel):
    name, state_bytes = "svdf_state8_s8", 1


def _params(layer: Svdf) -> Struct:
    (x,), (y,) = layer.inputs, layer.outputs
    return Struct(
        "tkd_svdf_params",
        (
            ("features", ConstantArray("features", layer.features, "[filter][depth]")),
            ("feature_bias", ConstantArray("feature_bias", layer.feature_bias, "[filter]")),
            ("times", ConstantArray("times", layer.times, "[filter][memory]")),
            ("bias", ConstantArray("bias", layer.bias, "[unit]")),
            ("batch", x.shape[0]),
            ("depth", x.shape[1]),
            ("units", y.shape[1]),
            ("rank", layer.rank),
            ("memory", layer.times.shape[1]),
            ("feature_multiplier", layer.feature_scale.value),
            ("feature_shift", layer.feature_scale.shift),
            ("y_multiplier", layer.output_scale.value),
            ("y_shift", layer.output_scale.shift),
            ("state_zero", layer.state_zero),
            ("y_zero", y.zero_point),
        ),
    )


LOWER = for_types({"SVDF": lower})
KERNELS = (SvdfKernel(), SvdfState8Kernel())
