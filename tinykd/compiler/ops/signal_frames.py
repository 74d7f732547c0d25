"""TFLM's signal ops that keep samples: SignalFramer, SignalStacker, SignalDelay, SignalOverlapAdd.

Sources: signal/micro/kernels of tflite-micro.
"""

from dataclasses import dataclass

import numpy as np

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Alias, Layer, Lowered, State
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.signal import rows, scalar, setting, vector
from tinykd.graph.ir import DType

LARGEST = 1 << 20  # samples of a frame, a stack or a delay


@dataclass(frozen=True, eq=False, kw_only=True)
class Framer(Layer):
    rows: int
    frames: int
    size: int
    step: int
    capacity: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Stacker(Layer):
    channels: int
    left: int
    size: int
    step: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Delay(Layer):
    rows: int
    size: int
    length: int


@dataclass(frozen=True, eq=False, kw_only=True)
class OverlapAdd(Layer):
    rows: int
    frames: int
    size: int
    step: int


def _kept(node: Node, samples: int) -> State:
    return State(f"samples {node.output.index}", 2 * samples)


def _counts(node: Node, first: list[int]) -> State:
    initial = np.array(first, "<i4").tobytes()
    return State(f"counts {node.output.index}", len(initial), initial=initial if any(first) else None)


def framer(node: Node) -> Layer:
    node.arity((1, 1), outputs=2)
    x, (y, valid) = node.input(0), node.op.outputs
    size = setting(node, "frame_size", 1, LARGEST)
    step = setting(node, "frame_step", 1, size)
    filled = size - step if setting(node, "prefill", 0, 1) else 0
    outer, inner = rows(node, x, DType.INT16)
    if inner % step:
        node.refuse(x, f"has {inner} samples", f"a multiple of the step {step}")
    node.shaped(node.typed(y, DType.INT16), (*x.shape[:-1], inner // step, size))
    scalar(node, valid, DType.BOOL)
    capacity = -(-size // step) * step
    return Framer(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y, valid),
        states=(_kept(node, outer * capacity), _counts(node, [filled] * outer)),
        rows=outer, frames=inner // step, size=size, step=step, capacity=capacity,
    )  # fmt: skip


def stacker(node: Node) -> Layer:
    node.arity((1, 1), outputs=2)
    x, (y, valid), channels = node.input(0), node.op.outputs, setting(node, "num_channels", 1, 1 << 14)
    left = setting(node, "stacker_left_context", 0, 1024)
    frames = left + setting(node, "stacker_right_context", 0, 1024) + 1
    step = setting(node, "stacker_step", 1, frames)
    vector(node, x, DType.INT16, channels)
    vector(node, y, DType.INT16, channels * frames)
    scalar(node, valid, DType.BOOL)
    return Stacker(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y, valid),
        states=(_kept(node, channels * frames), _counts(node, [0, 0])),
        channels=channels, left=left, size=channels * frames, step=channels * step,
    )  # fmt: skip


def delay(node: Node) -> Lowered:
    node.arity((1, 1))
    x, y, length = node.input(0), node.output, setting(node, "delay_length", 0, LARGEST)
    outer, inner = rows(node, x, DType.INT16)
    node.shaped(node.typed(y, DType.INT16), x.shape)
    if length == 0:
        return Alias(x, y)
    return Delay(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), states=(_kept(node, outer * length),),
        rows=outer, size=inner, length=length,
    )  # fmt: skip


def overlap_add(node: Node) -> Layer:
    node.arity((1, 1))
    x, y = node.input(0), node.output
    outer, size = rows(node, x, DType.INT16)
    if len(x.shape) < 2:
        node.refuse(x, "has one dimension", "frames of samples")
    step, frames = setting(node, "frame_step", 1, size), x.shape[-2]
    node.shaped(node.typed(y, DType.INT16), (*x.shape[:-2], frames * step))
    return OverlapAdd(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,),
        states=(_kept(node, outer // frames * size),),
        rows=outer // frames, frames=frames, size=size, step=step,
    )  # fmt: skip


class FramerKernel(Kernel[Framer]):
    name, layer, code_bytes = "framer_s16", Framer, 180

    def cost(self, layer: Framer, target: Target) -> float:
        return 2.0 * layer.rows * layer.frames * layer.size

    def emit_call(self, layer: Framer, target: Target) -> Call:
        return _call(self.name, layer, ("rows", "frames", "size", "step", "capacity"))


class StackerKernel(Kernel[Stacker]):
    name, layer, code_bytes = "stacker_s16", Stacker, 160

    def cost(self, layer: Stacker, target: Target) -> float:
        return 2.0 * layer.size

    def emit_call(self, layer: Stacker, target: Target) -> Call:
        return _call(self.name, layer, ("channels", "left", "size", "step"))


class DelayKernel(Kernel[Delay]):
    name, layer, code_bytes = "delay_s16", Delay, 140

    def cost(self, layer: Delay, target: Target) -> float:
        return 2.0 * layer.rows * (layer.size + layer.length)

    def emit_call(self, layer: Delay, target: Target) -> Call:
        return _call(self.name, layer, ("rows", "size", "length"))


class OverlapAddKernel(Kernel[OverlapAdd]):
    name, layer, code_bytes = "overlap_add_s16", OverlapAdd, 160

    def cost(self, layer: OverlapAdd, target: Target) -> float:
        return 8.0 * layer.rows * layer.frames * layer.size

    def emit_call(self, layer: OverlapAdd, target: Target) -> Call:
        return _call(self.name, layer, ("rows", "frames", "size", "step"))


def _call(name: str, layer: Layer, fields: tuple[str, ...]) -> Call:
    """The call of ``tkd_<name>`` with the fields of the layer that its params have."""
    return Call(f"tkd_{name}", Struct(f"tkd_{name}_params", tuple((f, getattr(layer, f)) for f in fields)))


LOWER = for_types(
    {
        "CUSTOM SignalFramer": framer,
        "CUSTOM SignalStacker": stacker,
        "CUSTOM SignalDelay": delay,
        "CUSTOM SignalOverlapAdd": overlap_add,
    }
)
KERNELS = (FramerKernel(), StackerKernel(), DelayKernel(), OverlapAddKernel())
