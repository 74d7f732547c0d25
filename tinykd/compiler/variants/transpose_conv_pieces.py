"""TRANSPOSE_CONV as ordinary convolutions, on any core.

An output at (y, x) meets the taps ky = (y + pad) mod stride, ky + stride, … alone:
for all outputs of a phase (y mod stride, x mod stride) a convolution of stride 1 with the taps of that
phase, in reverse order. It has the best kernel of the core; its pixels are then set apart (tkd_spread_s8).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, CallPart, Kernel
from tinykd.compiler.layer import Layer
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.fully_connected import Dense
from tinykd.compiler.ops.transpose_conv import TransposeConvS8

ALIGN = 16  # of scratch behind a piece's result
SPREAD = 5  # cycles a byte


@dataclass(frozen=True)
class Axis:
    """One axis of a phase: taps of the whole kernel in the order of the piece's (-1: a weight of 0)."""

    taps: tuple[int, ...]
    pad: int
    outputs: int


def axis_of(phase: int, kernel: int, stride: int, pad: int, outputs: int) -> Axis:
    """Output ``phase + i * stride`` reads input ``i - pad' + u`` through tap u of the piece."""
    ahead, first = divmod(phase + pad, stride)
    own = range(first, kernel, stride)
    count = max(len(own), ahead + 1)
    taps = [own[t] if t < len(own) else -1 for t in range(count)]
    return Axis(tuple(reversed(taps)), count - 1 - ahead, -(-(outputs - phase) // stride))


@dataclass(frozen=True, eq=False)
class Phase:
    """One piece: the convolution that makes it, and where its first pixel goes."""

    layer: Layer
    y: int
    x: int

    @property
    def size(self) -> tuple[int, ...]:
        """(batches, height, width, channels)."""
        return self.layer.outputs[0].shape


def phases_of(layer: TransposeConvS8) -> Iterator[Phase]:
    """All pieces that have a pixel."""
    size, kernel = layer.outputs[0].shape[1:3], layer.weights.shape[1:3]
    for y in range(min(layer.stride[0], size[0])):
        for x in range(min(layer.stride[1], size[1])):
            axes = [
                axis_of(phase, kernel[i], layer.stride[i], layer.pads[i], size[i])
                for i, phase in enumerate((y, x))
            ]
            yield Phase(_convolution(layer, axes[0], axes[1]), y, x)


def _convolution(layer: TransposeConvS8, rows: Axis, columns: Axis) -> Layer:
    (x,), channels = layer.inputs, len(layer.weights)
    n, height, width, depth = x.shape
    weights = _weights(layer.weights, rows, columns)
    sums = weights.astype(np.int64).sum(axis=(1, 2, 3))
    bias = np.asarray(layer.bias - x.zero_point * sums, np.int32)
    y = replace(layer.outputs[0], shape=(n, rows.outputs, columns.outputs, channels))
    place = Window(
        n, height, width, rows.outputs, columns.outputs, len(rows.taps), len(columns.taps),
        pad_top=rows.pad, pad_left=columns.pad,
    )  # fmt: skip
    common: dict[str, Any] = {
        "name": layer.name,
        "op": layer.op,
        "inputs": (x,),
        "outputs": (y,),
        "bias": bias,
    }
    if place.is_pointwise:
        matrix = weights.reshape(channels, -1)
        return Dense(**common, rows=place.pixels, weights=matrix, requantization=layer.out)
    return Conv2D(
        **common, window=place, in_channels=depth, groups=1, weights=weights,
        input_zero_point=x.zero_point, requantization=layer.out,
    )  # fmt: skip


def _weights(whole: NDArray[np.int8], rows: Axis, columns: Axis) -> NDArray[np.int8]:
    """(channels, rows, columns, depth), zeros for taps that there are not."""
    padded = np.pad(whole, ((0, 0), (0, 1), (0, 1), (0, 0)))  # tap -1
    return np.ascontiguousarray(padded[:, list(rows.taps)][:, :, list(columns.taps)])


@dataclass(frozen=True)
class PhaseCall:
    """A call of ``pieces.c.j2``, and the initializer of where its pixels go."""

    label: str
    function: str
    params: str  # type
    has_scratch: bool
    place: str


@dataclass(frozen=True)
class PhaseCalls:
    """The context of ``pieces.c.j2``."""

    pieces: tuple[PhaseCall, ...]
    result_bytes: int


class TransposeConvPieces(Kernel[TransposeConvS8]):
    """A convolution for each phase; at strides of 1 the one is written in its place."""

    name: ClassVar[str] = "transpose_conv_pieces"
    layer = TransposeConvS8
    code_bytes: ClassVar[int] = 1200

    def supports(self, layer: TransposeConvS8, target: Target) -> bool:
        """Weights that are replaced at run time are packed in one way."""
        phases = int(np.prod(layer.stride))
        return not target.replaceable and phases <= 16

    def cost(self, layer: TransposeConvS8, target: Target) -> float:
        pieces = sum(_kernel(p.layer, target).cost(p.layer, target) for p in phases_of(layer))
        return pieces + SPREAD * layer.outputs[0].bytes

    def emit_call(self, layer: TransposeConvS8, target: Target) -> Call:
        phases = list(phases_of(layer))
        calls = [_kernel(p.layer, target).emit_call(p.layer, target) for p in phases]
        if layer.stride == (1, 1):
            return calls[0]
        largest = max(p.layer.outputs[0].bytes for p in phases)
        result = -(-largest // ALIGN) * ALIGN
        pieces = tuple(
            _piece(f"{i}", call, _place(layer, phase))
            for i, (call, phase) in enumerate(zip(calls, phases, strict=True))
        )
        return Call(
            "pieces",
            scratch_bytes=result + max(c.scratch_bytes for c in calls),
            template="pieces.c.j2",
            context=PhaseCalls(pieces, result),
            uses=("tkd_spread_s8", *sorted({c.function for c in calls})),
            parts=tuple(CallPart(f"{i}", call) for i, call in enumerate(calls)),
        )


def _kernel(layer: Layer, target: Target) -> Kernel[Any]:
    from tinykd.compiler.lowering.registry import choose

    return choose(layer, target)


def _piece(label: str, call: Call, place: str) -> PhaseCall:
    assert call.params is not None and call.template is None
    return PhaseCall(label, call.function, call.params.type, call.scratch_bytes > 0, place)


def _place(layer: TransposeConvS8, phase: Phase) -> str:
    """``tkd_spread_params``."""
    _, height, width, channels = layer.outputs[0].shape
    batches, rows, columns, _ = phase.size
    row = width * channels
    start = phase.y * row + phase.x * channels
    steps = layer.stride[1] * channels, layer.stride[0] * row, height * row
    numbers = (batches, rows, columns, channels, start, *steps)
    return "{" + ", ".join(str(number) for number in numbers) + "}"


KERNELS = (TransposeConvPieces(),)
