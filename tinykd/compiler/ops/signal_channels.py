"""TFLM's signal ops on channels: SignalFilterBank, its SquareRoot, SpectralSubtraction, Log, and SignalPCAN.

Sources: signal/micro/kernels and signal/src of tflite-micro.
"""

from dataclasses import dataclass

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, ConstantArray, Kernel, Struct
from tinykd.compiler.layer import Layer, State
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.signal import scalar, setting, table, vector
from tinykd.graph.ir import Array, DType

GAINS = 125  # entries of the PCAN's table that its kernel may read
LARGEST = (1 << 31) - 1


@dataclass(frozen=True, eq=False, kw_only=True)
class SignalFilterBank(Layer):
    weights: Array  # int16, of each bin for its channel
    unweights: Array  # as many, for the channel after it
    bin_starts: Array  # int16 [channels + 1]
    weight_starts: Array
    widths: Array


@dataclass(frozen=True, eq=False, kw_only=True)
class SquareRoot(Layer):
    pass


@dataclass(frozen=True, eq=False, kw_only=True)
class SpectralSubtraction(Layer):
    """Coefficients with ``bits`` fractional bits: (of even channels, of odd ones)."""

    smoothing: tuple[int, int]
    one_minus_smoothing: tuple[int, int]
    least_signal: int
    smoothing_bits: int
    bits: int
    clamps: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Pcan(Layer):
    gains: Array  # int16 [125]
    shift: int


@dataclass(frozen=True, eq=False, kw_only=True)
class ChannelLog(Layer):
    scale: int
    input_shift: int


def filter_bank(node: Node) -> Layer:
    node.arity((6, 6))
    x, y, channels = node.input(0), node.output, setting(node, "num_channels", 1, 1 << 14)
    bins = vector(node, x, DType.UINT32)
    vector(node, y, DType.UINT64, channels)
    weights, unweights = table(node, 1), table(node, 2)
    starts = [table(node, i, channels + 1) for i in (3, 4, 5)]
    _check_inside(node, 3, starts[0], starts[2], bins)
    _check_inside(node, 4, starts[1], starts[2], min(weights.size, unweights.size))
    return SignalFilterBank(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), weights=weights, unweights=unweights,
        bin_starts=starts[0], weight_starts=starts[1], widths=starts[2],
    )  # fmt: skip


def _check_inside(node: Node, i: int, starts: Array, widths: Array, size: int) -> None:
    """Refuses channels that read outside of their operand; TFLM reads past its end."""
    first, last = starts.astype(np.int64), starts.astype(np.int64) + widths
    if ((widths > 0) & ((first < 0) | (last > size))).any():
        node.refuse(node.input(i), "leads outside", f"starts and widths within {size}", "Convert it again")


def square_root(node: Node) -> Layer:
    node.arity((2, 2))
    x, bits, y = node.input(0), scalar(node, node.input(1), DType.INT32), node.output
    vector(node, y, DType.UINT32, vector(node, x, DType.UINT64))
    return SquareRoot(name=node.name, op=node.op.kind, inputs=(x, bits), outputs=(y,))


def spectral_subtraction(node: Node) -> Layer:
    node.arity((1, 1), outputs=2)
    x, (y, noise), channels = node.input(0), node.op.outputs, setting(node, "num_channels", 1, 1 << 14)
    for tensor in (x, y, noise):
        vector(node, tensor, DType.UINT32, channels)

    def pair(name: str) -> tuple[int, int]:
        keys = (name, f"alternate_{name}")
        return setting(node, keys[0], 0, LARGEST), setting(node, keys[1], 0, LARGEST)

    return SpectralSubtraction(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y, noise),
        states=(State(f"noise {noise.index}", 4 * channels),),
        smoothing=pair("smoothing"), one_minus_smoothing=pair("one_minus_smoothing"),
        least_signal=setting(node, "min_signal_remaining", 0, LARGEST),
        smoothing_bits=setting(node, "smoothing_bits", 0, 31),
        bits=setting(node, "spectral_subtraction_bits", 0, 31),
        clamps=bool(setting(node, "clamping", 0, 1)),
    )  # fmt: skip


def pcan(node: Node) -> Layer:
    node.arity((3, 3))
    x, noise, y, gains = node.input(0), node.input(1), node.output, table(node, 2)
    channels = vector(node, x, DType.UINT32)
    vector(node, noise, DType.UINT32, channels)
    vector(node, y, DType.UINT32, channels)
    if gains.size < GAINS:
        node.refuse(node.input(2), f"has {gains.size} gains", f"{GAINS} at least", "Convert it again")
    shift = setting(node, "snr_shift", 0, 63)
    gains = gains[:GAINS]
    return Pcan(name=node.name, op=node.op.kind, inputs=(x, noise), outputs=(y,), gains=gains, shift=shift)


def log(node: Node) -> Layer:
    node.arity((1, 1))
    x, y = node.input(0), node.output
    vector(node, y, DType.INT16, vector(node, x, DType.UINT32))
    return ChannelLog(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,),
        scale=setting(node, "output_scale", -LARGEST, LARGEST),
        input_shift=setting(node, "input_correction_bits", 0, 31),
    )  # fmt: skip


class SignalFilterBankKernel(Kernel[SignalFilterBank]):
    name, layer, code_bytes = "filter_bank_u32", SignalFilterBank, 220

    def cost(self, layer: SignalFilterBank, target: Target) -> float:
        return 30.0 * float(layer.widths.clip(0).sum())

    def emit_call(self, layer: SignalFilterBank, target: Target) -> Call:
        fields = (
            ("weights", ConstantArray("weights", layer.weights, "[weight]")),
            ("unweights", ConstantArray("unweights", layer.unweights, "[weight]")),
            ("bin_starts", ConstantArray("bin_starts", layer.bin_starts, "[channel]")),
            ("weight_starts", ConstantArray("weight_starts", layer.weight_starts, "[channel]")),
            ("widths", ConstantArray("widths", layer.widths, "[channel]")),
            ("channels", layer.outputs[0].elements),
        )
        return Call("tkd_filter_bank_u32", Struct("tkd_filter_bank_u32_params", fields))


class SquareRootKernel(Kernel[SquareRoot]):
    name, layer, code_bytes = "square_root_u64", SquareRoot, 240

    def cost(self, layer: SquareRoot, target: Target) -> float:
        return 400.0 * layer.outputs[0].elements

    def emit_call(self, layer: SquareRoot, target: Target) -> Call:
        params = Struct("tkd_square_root_u64_params", (("channels", layer.outputs[0].elements),))
        return Call("tkd_square_root_u64", params)


class SpectralSubtractionKernel(Kernel[SpectralSubtraction]):
    name, layer, code_bytes = "spectral_subtraction_u32", SpectralSubtraction, 200

    def cost(self, layer: SpectralSubtraction, target: Target) -> float:
        return 60.0 * layer.outputs[0].elements

    def emit_call(self, layer: SpectralSubtraction, target: Target) -> Call:
        fields = (
            ("smoothing", layer.smoothing),
            ("one_minus_smoothing", layer.one_minus_smoothing),
            ("least_signal", layer.least_signal),
            ("channels", layer.outputs[0].elements),
            ("smoothing_bits", layer.smoothing_bits),
            ("bits", layer.bits),
            ("clamps", int(layer.clamps)),
        )
        params = Struct("tkd_spectral_subtraction_u32_params", fields)
        return Call("tkd_spectral_subtraction_u32", params)


class PcanKernel(Kernel[Pcan]):
    name, layer, code_bytes = "pcan_u32", Pcan, 200

    def cost(self, layer: Pcan, target: Target) -> float:
        return 60.0 * layer.outputs[0].elements

    def emit_call(self, layer: Pcan, target: Target) -> Call:
        fields = (
            ("gains", ConstantArray("gains", layer.gains, "[power of two][value, slope, curvature]")),
            ("channels", layer.outputs[0].elements),
            ("shift", layer.shift),
        )
        return Call("tkd_pcan_u32", Struct("tkd_pcan_u32_params", fields), overlaps=(ELEMENTWISE,))


class ChannelLogKernel(Kernel[ChannelLog]):
    name, layer, code_bytes = "log_u32", ChannelLog, 420

    def cost(self, layer: ChannelLog, target: Target) -> float:
        return 60.0 * layer.outputs[0].elements

    def emit_call(self, layer: ChannelLog, target: Target) -> Call:
        fields = (
            ("channels", layer.outputs[0].elements),
            ("scale", layer.scale),
            ("input_shift", layer.input_shift),
        )
        return Call("tkd_log_u32", Struct("tkd_log_u32_params", fields))


LOWER = for_types(
    {
        "CUSTOM SignalFilterBank": filter_bank,
        "CUSTOM SignalFilterBankSquareRoot": square_root,
        "CUSTOM SignalFilterBankSpectralSubtraction": spectral_subtraction,
        "CUSTOM SignalPCAN": pcan,
        "CUSTOM SignalFilterBankLog": log,
    }
)
KERNELS = (
    SignalFilterBankKernel(), SquareRootKernel(), SpectralSubtractionKernel(), PcanKernel(),
    ChannelLogKernel(),
)  # fmt: skip
