"""TRANSPOSE_CONV: an upsampling convolution of int8 or int16, int8 weights per tensor or per channel."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, ConstantArray, CValue, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common import wide
from tinykd.compiler.ops.common.convolution import SAME, VALID, Requantization, requantization
from tinykd.graph.ir import DType, Tensor

LARGEST_STRIDE = 32767


@dataclass(frozen=True, eq=False, kw_only=True)
class TransposeConv(Layer):
    weights: NDArray[np.int8]  # [out][y][x][in]
    stride: tuple[int, int]
    pads: tuple[int, int]  # above, to the left

    @property
    def macs(self) -> int:
        """Every input meets every tap, but those that fall off the border."""
        return self.inputs[0].elements * self.weights[..., 0].size


@dataclass(frozen=True, eq=False, kw_only=True)
class TransposeConvS8(TransposeConv):
    bias: NDArray[np.int32]  # [out]
    out: Requantization


@dataclass(frozen=True, eq=False, kw_only=True)
class TransposeConvS16(TransposeConv):
    bias: NDArray[np.int64]  # [out]
    out: wide.WideRequantization


def lower(node: Node) -> Layer:
    """micro/kernels/transpose_conv.cc. Operands: output shape, weights, x, bias."""
    node.arity((3, 4))
    if node.input(2).dtype is DType.INT16:
        return _lower_s16(node)
    x, w, y = node.quantized(node.input(2)), node.input(1), node.quantized(node.output)
    facts = _facts(node, x, w, y)
    channels, bias = y.shape[3], _bias(node, y.shape[3])
    _check_range(node, facts["weights"], bias)
    return TransposeConvS8(bias=bias, out=requantization(node, x, w, y, channels), **facts)


def _lower_s16(node: Node) -> Layer:
    """64-bit biases and sums, all zero points 0."""
    x, w, y = wide.symmetric(node, node.input(2)), node.input(1), wide.symmetric(node, node.output)
    facts = _facts(node, x, w, y)
    channels, bias = y.shape[3], wide.bias_of(node, y.shape[3], 3)
    wide.check_sums(node, bias, facts["weights"])
    return TransposeConvS16(bias=bias, out=wide.requantization(node, x, w, y, channels), **facts)


def _facts(node: Node, x: Tensor, w: Tensor, y: Tensor) -> dict[str, Any]:
    """What both widths have in common."""
    node.typed(w, DType.INT8)
    n, _, _, depth = node.ranked(x, 4).shape
    channels, kernel_h, kernel_w, inner = node.ranked(w, 4).shape
    if inner != depth or len(y.shape) != 4 or (y.shape[0], y.shape[3]) != (n, channels):
        node.refuse(
            y, f"has shape {list(y.shape)}", f"[{n}, height, width, {channels}] from {depth} channels"
        )
    weights = node.value(1)
    if w.quantization is None or any(w.quantization.zero_points):
        node.refuse(w, "has no scale, or a zero point", "symmetric weights", "Convert it again")
    stride = node.options.integer("stride_h"), node.options.integer("stride_w")
    padding = node.options.integer("padding")
    if padding not in (SAME, VALID) or not 1 <= min(stride) <= max(stride) <= LARGEST_STRIDE:
        node.refuse(
            None, f"padding {padding} and strides {stride}", f"SAME or VALID, strides 1..{LARGEST_STRIDE}"
        )
    pads = [_pad(padding, *axis) for axis in zip(y.shape[1:3], (kernel_h, kernel_w), stride, strict=True)]
    return {
        "name": node.name, "op": node.op.kind, "inputs": (x,), "outputs": (y,),
        "weights": weights, "stride": stride, "pads": (pads[0], pads[1]),
    }  # fmt: skip


def _pad(padding: int, size: int, kernel: int, stride: int) -> int:
    """ComputePaddingHeightWidth of the convolution that this one transposes: from the output to the input."""
    small = -(-size // stride) if padding == SAME else (size + stride - kernel) // stride
    return max((small - 1) * stride + kernel - size, 0) // 2


def _bias(node: Node, channels: int) -> NDArray[np.int32]:
    tensor = node.optional(3)
    if tensor is None:
        return np.zeros(channels, np.int32)
    node.typed(tensor, DType.INT32)
    node.shaped(tensor, (channels,))
    return np.asarray(node.value(3), np.int32)


def _check_range(node: Node, weights: NDArray[Any], bias: NDArray[np.int32]) -> None:
    reach = np.abs(weights.astype(np.int64)).sum(axis=(1, 2, 3)) * 255 + np.abs(bias.astype(np.int64))
    if (reach >= 1 << 31).any():
        node.refuse(node.input(1), f"can overflow int32 in channel {int(reach.argmax())}", "sums below 2**31")


class TransposeConvKernel(Kernel[TransposeConvS8]):
    name, layer, code_bytes = "transpose_conv_s8", TransposeConvS8, 420

    def cost(self, layer: TransposeConvS8, target: Target) -> float:
        return 9.0 * layer.macs

    def emit_call(self, layer: TransposeConvS8, target: Target) -> Call:
        return Call("tkd_transpose_conv_s8", _params(layer))


class TransposeConvS16Kernel(Kernel[TransposeConvS16]):
    name, layer, code_bytes = "transpose_conv_s16", TransposeConvS16, 520

    def cost(self, layer: TransposeConvS16, target: Target) -> float:
        return 11.0 * layer.macs

    def emit_call(self, layer: TransposeConvS16, target: Target) -> Call:
        fields: tuple[tuple[str, CValue], ...] = (
            ("weights", ConstantArray("weights", layer.weights, "[out][y][x][in]")),
            ("bias", ConstantArray("bias", layer.bias, "[out]")),
            *_geometry(layer),
            *wide.requant_fields(layer.out),
        )
        return Call("tkd_transpose_conv_s16", Struct("tkd_transpose_conv_s16_params", fields))


def _params(layer: TransposeConvS8) -> Struct:
    (x,), channels = layer.inputs, len(layer.weights)
    multipliers = np.broadcast_to(layer.out.multipliers, channels)
    shifts = np.broadcast_to(layer.out.shifts, channels)
    return Struct(
        "tkd_transpose_conv_params",
        (
            ("weights", ConstantArray("weights", layer.weights, "[out][y][x][in]")),
            ("bias", ConstantArray("bias", layer.bias, "[out]")),
            ("multiplier", ConstantArray("multiplier", np.ascontiguousarray(multipliers), "[out], Q0.31")),
            (
                "shift",
                ConstantArray("shift", np.ascontiguousarray(shifts), "[out], positive = left", align=1),
            ),
            *_geometry(layer),
            ("x_zero", x.zero_point),
            ("y_zero", layer.out.zero_point),
            ("y_min", layer.out.minimum),
            ("y_max", layer.out.maximum),
        ),
    )


def _geometry(layer: TransposeConv) -> tuple[tuple[str, int], ...]:
    return (
        *_sizes("", layer.inputs[0].shape, "batch height width depth"),
        *_sizes("y_", layer.outputs[0].shape[1:], "height width depth"),
        *_sizes("kernel_", layer.weights.shape[1:3], "height width"),
        *_sizes("stride_", layer.stride, "height width"),
        *_sizes("pad_", layer.pads, "height width"),
    )


def _sizes(prefix: str, shape: tuple[int, ...], names: str) -> tuple[tuple[str, int], ...]:
    return tuple((f"{prefix}{n}", size) for n, size in zip(names.split(), shape, strict=True))


LOWER = for_types({"TRANSPOSE_CONV": lower})
KERNELS = (TransposeConvKernel(), TransposeConvS16Kernel())
