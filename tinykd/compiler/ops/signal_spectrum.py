"""TFLM's signal ops on spectra: SignalWindow, SignalFftAutoScale, SignalRfft, SignalIrfft, SignalEnergy.

Sources: signal/micro/kernels and signal/src of tflite-micro; the transform is KISS FFT's, in fixed point.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, ConstantArray, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.signal import rows, scalar, setting, table, vector
from tinykd.data.features.fixed_fft import twiddles, untangles
from tinykd.graph.ir import Array, DType

SHORTEST, LONGEST = 4, 1 << 15  # lengths of a transform
WIDTHS = (DType.INT16, DType.INT32)


@dataclass(frozen=True, eq=False, kw_only=True)
class SignalWindow(Layer):
    window: Array  # int16 [size]
    frames: int
    shift: int


@dataclass(frozen=True, eq=False, kw_only=True)
class FftAutoScale(Layer):
    pass


@dataclass(frozen=True, eq=False, kw_only=True)
class Fft(Layer):
    """A real transform of ``length`` samples, a power of two; or its inverse."""

    length: int
    frames: int
    samples: int  # of a frame that the input has; the rest is 0
    is_inverse: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Energy(Layer):
    start: int
    stop: int


def window(node: Node) -> Layer:
    node.arity((2, 2))
    x, y, weights = node.input(0), node.output, table(node, 1)
    node.typed(x, DType.INT16)
    node.shaped(node.typed(y, DType.INT16), x.shape)
    if not x.shape or x.elements % weights.size:
        node.refuse(x, f"has {x.elements} samples", f"a multiple of the window's {weights.size}")
    return SignalWindow(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), window=weights,
        frames=x.elements // weights.size, shift=setting(node, "shift", 0, 31),
    )  # fmt: skip


def auto_scale(node: Node) -> Layer:
    node.arity((1, 1), outputs=2)
    x, (y, bits) = node.input(0), node.op.outputs
    vector(node, y, DType.INT16, vector(node, x, DType.INT16))
    scalar(node, bits, DType.INT32)
    return FftAutoScale(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y, bits))


def rfft(node: Node) -> Layer:
    node.arity((1, 1))
    x, y, length = node.input(0), node.output, _length(node)
    frames, samples = rows(node, x, node.typed(x, *WIDTHS).dtype)
    if samples > length:
        node.refuse(x, f"has frames of {samples} samples", f"at most the {length} of the transform")
    node.shaped(node.typed(y, x.dtype), (*x.shape[:-1], length + 2))
    return _transform(node, length, frames, samples, is_inverse=False)


def irfft(node: Node) -> Layer:
    node.arity((1, 1))
    x, y, length = node.input(0), node.output, _length(node)
    frames, _ = rows(node, x, node.typed(x, *WIDTHS).dtype)
    node.shaped(x, (*x.shape[:-1], length + 2))
    node.shaped(node.typed(y, x.dtype), (*x.shape[:-1], length))
    return _transform(node, length, frames, length, is_inverse=True)


def _length(node: Node) -> int:
    length = setting(node, "fft_length", SHORTEST, LONGEST)
    if length & (length - 1):
        node.refuse(None, f"a transform of {length} samples", "a power of two", "Pad the frames to one")
    return length


def _transform(node: Node, length: int, frames: int, samples: int, is_inverse: bool) -> Layer:
    return Fft(
        name=node.name, op=node.op.kind, inputs=(node.input(0),), outputs=(node.output,),
        length=length, frames=frames, samples=samples, is_inverse=is_inverse,
    )  # fmt: skip


def energy(node: Node) -> Layer:
    node.arity((1, 1))
    x, y = node.input(0), node.output
    bins = vector(node, y, DType.UINT32)
    if vector(node, x, DType.INT16) < 2 * bins:
        node.refuse(x, f"has {x.elements} values", f"two for each of {bins} bins")
    start = setting(node, "start_index", 0, bins)
    stop = setting(node, "end_index", start, bins)
    return Energy(name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), start=start, stop=stop)


class SignalWindowKernel(Kernel[SignalWindow]):
    name, layer, code_bytes = "window_s16", SignalWindow, 80

    def cost(self, layer: SignalWindow, target: Target) -> float:
        return 8.0 * layer.inputs[0].elements

    def emit_call(self, layer: SignalWindow, target: Target) -> Call:
        fields = (
            ("window", ConstantArray("window", layer.window, "[sample]")),
            ("frames", layer.frames),
            ("size", int(layer.window.size)),
            ("shift", layer.shift),
        )
        return Call("tkd_window_s16", Struct("tkd_window_s16_params", fields), overlaps=(ELEMENTWISE,))


class FftAutoScaleKernel(Kernel[FftAutoScale]):
    name, layer, code_bytes = "fft_auto_scale_s16", FftAutoScale, 120

    def cost(self, layer: FftAutoScale, target: Target) -> float:
        return 10.0 * layer.inputs[0].elements

    def emit_call(self, layer: FftAutoScale, target: Target) -> Call:
        params = Struct("tkd_fft_auto_scale_s16_params", (("size", layer.inputs[0].elements),))
        return Call("tkd_fft_auto_scale_s16", params)


class _FftKernel(Kernel[Fft]):
    layer, code_bytes = Fft, 1200
    dtype: ClassVar[DType]
    is_inverse: ClassVar[bool]

    def supports(self, layer: Fft, target: Target) -> bool:
        return layer.is_inverse == self.is_inverse and layer.inputs[0].dtype is self.dtype

    def cost(self, layer: Fft, target: Target) -> float:
        return 20.0 * layer.frames * layer.length * math.log2(layer.length)

    def emit_call(self, layer: Fft, target: Target) -> Call:
        half, word = layer.length // 2, np.int16 if self.dtype is DType.INT16 else np.int32
        turns = twiddles(half, word, layer.is_inverse)
        untangling = untangles(half, word, layer.is_inverse)
        fields = (
            ("twiddles", ConstantArray("twiddles", turns, "[k][re, im]")),
            ("untangles", ConstantArray("untangles", untangling, "[k][re, im]")),
            ("frames", layer.frames),
            ("samples", layer.samples),
            ("half_bits", half.bit_length() - 1),
        )
        scratch = 2 * half * self.dtype.bytes  # TKD_FFT_SCRATCH_BYTES
        return Call(f"tkd_{self.name}", Struct("tkd_fft_params", fields), scratch_bytes=scratch)


class RfftS16Kernel(_FftKernel):
    name, dtype, is_inverse = "rfft_s16", DType.INT16, False


class RfftS32Kernel(_FftKernel):
    name, dtype, is_inverse = "rfft_s32", DType.INT32, False


class IrfftS16Kernel(_FftKernel):
    name, dtype, is_inverse = "irfft_s16", DType.INT16, True


class IrfftS32Kernel(_FftKernel):
    name, dtype, is_inverse = "irfft_s32", DType.INT32, True


class EnergyKernel(Kernel[Energy]):
    name, layer, code_bytes = "energy_s16", Energy, 60

    def cost(self, layer: Energy, target: Target) -> float:
        return 8.0 * layer.outputs[0].elements

    def emit_call(self, layer: Energy, target: Target) -> Call:
        bins = layer.outputs[0].elements
        fields = (("bins", bins), ("start", layer.start), ("stop", layer.stop))
        return Call("tkd_energy_s16", Struct("tkd_energy_s16_params", fields))


LOWER = for_types(
    {
        "CUSTOM SignalWindow": window,
        "CUSTOM SignalFftAutoScale": auto_scale,
        "CUSTOM SignalRfft": rfft,
        "CUSTOM SignalIrfft": irfft,
        "CUSTOM SignalEnergy": energy,
    }
)
KERNELS = (
    SignalWindowKernel(), FftAutoScaleKernel(), EnergyKernel(),
    RfftS16Kernel(), RfftS32Kernel(), IrfftS16Kernel(), IrfftS32Kernel(),
)  # fmt: skip
