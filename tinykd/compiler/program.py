"""A compiled model: steps with their kernels and constants, the memory plan, and what both cost."""

from dataclasses import asdict, dataclass
from typing import Any

from tinykd.compiler.channels.simplify import Simplified
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.kernel import Call
from tinykd.compiler.layer import Layer, State
from tinykd.compiler.memory.location import MemoryLocation
from tinykd.compiler.memory.plan import Plan, peak_of
from tinykd.graph.ends import End, Ends
from tinykd.graph.ir import Tensor


@dataclass(frozen=True, eq=False)
class ProgramStep:
    """One call. Memory locations are in the order of the layer's inputs, outputs and states."""

    layer: Layer
    kernel: str
    call: Call
    inputs: tuple[MemoryLocation, ...]
    outputs: tuple[MemoryLocation, ...]
    states: tuple[MemoryLocation, ...]
    scratch: MemoryLocation | None
    cost: float = 0.0  # cycles of one run, as its kernel estimates them
    portable: str | None = None  # why its kernel is none of the core's own; None: it is

    @property
    def stored(self) -> dict["_Stored", int]:
        """Bytes of each constant: arrays of the call, and operands such as a table of rows."""
        arrays = [(False, array.data) for array in self.call.used_arrays()]
        operands = [(True, place.constant) for place in self.inputs if place.constant is not None]
        return {(d.dtype.str, d.tobytes(), operand): d.nbytes for operand, d in (*arrays, *operands)}

    @property
    def weights_bytes(self) -> int:
        """Equal ones counted once."""
        return sum(self.stored.values())


_Stored = tuple[str, bytes, bool]  # dtype, values, whether it is an operand: equal ones are one array of C


@dataclass(frozen=True, eq=False)
class ModelPort:
    """An input or output of the program; ``end``: what it is to the model."""

    tensor: Tensor
    location: MemoryLocation
    end: End


@dataclass(frozen=True)
class HopFacts:
    """Of a program that computes windows hop by hop. ``whole``: layers that are computed on all of the window
    each hop, and why where that is known."""

    hop_rows: int  # of the model's input
    window_rows: int
    warm_up: int  # hops after which nothing from before them is left
    ring_bytes: int
    window_macs: int  # of the same without hops
    whole: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Program:
    options: CompileOptions
    sha256: str
    file_bytes: int
    steps: tuple[ProgramStep, ...]
    plan: Plan
    inputs: tuple[ModelPort, ...]
    outputs: tuple[ModelPort, ...]
    states: tuple[tuple[State, MemoryLocation], ...]
    kernel_files: tuple[str, ...]  # relative to firmware/
    simplified: Simplified
    notes: tuple[str, ...] = ()  # remarks on the file, for the user
    stream: HopFacts | None = None
    whole_bytes: int | None = None  # of arena if no layers went by rows; None: none does

    @property
    def name(self) -> str:
        return self.options.name

    @property
    def arena_bytes(self) -> int:
        return self.plan.arena_bytes

    @property
    def ends(self) -> Ends:
        """The model's inputs and outputs around the program's."""
        return Ends(tuple(p.end for p in self.inputs), tuple(p.end for p in self.outputs))

    @property
    def weights_bytes(self) -> int:
        """Constants in flash, equal ones counted once."""
        return sum({key: size for step in self.steps for key, size in step.stored.items()}.values())

    @property
    def macs(self) -> int:
        return sum(step.layer.macs for step in self.steps)

    @property
    def core(self) -> str:
        """The core that its kernels were chosen for."""
        return self.options.core.value

    def summary(self) -> dict[str, Any]:
        """The summary that reports and ``tinykd inspect`` show; can be written as JSON."""
        last = max(len(self.steps) - 1, 0)
        return {
            "name": self.name,
            "core": self.core,
            "optimize": self.options.optimize,
            "sha256": self.sha256,
            "file_bytes": self.file_bytes,
            "arena_bytes": self.arena_bytes,
            "lower_bound_bytes": self.plan.lower_bound,
            "peak": asdict(peak_of(self.plan)) if self.steps else None,
            "whole_bytes": self.whole_bytes,
            "weights_bytes": self.weights_bytes,
            "macs": self.macs,
            "layers": [_layer(step) for step in self.steps],
            "buffers": [
                {"name": b.name, "offset": o, "bytes": b.size, "first": b.first, "last": min(b.last, last)}
                for b, o in zip(self.plan.buffers, self.plan.offsets, strict=True)
            ],
            "input": [_port(p) for p in self.inputs],
            "output": [_port(p) for p in self.outputs],
            "kernel_files": list(self.kernel_files),
            "channels": _simplified(self.simplified),
            "notes": list(self.notes),
            **({"stream": asdict(self.stream)} if self.stream else {}),
        }


def _layer(step: ProgramStep) -> dict[str, Any]:
    output = step.layer.outputs[0] if step.layer.outputs else None
    return {
        "name": step.layer.name,
        "op": step.layer.op,
        "kernel": step.kernel,
        "function": step.call.function,
        "macs": step.layer.macs,
        "cost": round(step.cost),
        "portable": step.portable,
        "weights_bytes": step.weights_bytes,
        "by_rows": [_member(layer) for layer in step.layer.members],
        "scratch_bytes": step.scratch.bytes if step.scratch else 0,
        "input_shapes": [list(t.shape) for t in step.layer.inputs],
        "output_shape": list(output.shape) if output else [],
        "output_tensor": output.index if output else -1,
        "output_offset": step.outputs[0].offset if output else 0,
        "output_bytes": step.outputs[0].bytes if output else 0,
    }


def _member(layer: Layer) -> dict[str, Any]:
    """A layer that goes by rows with others."""
    return {
        "name": layer.name,
        "op": layer.op,
        "macs": layer.macs,
        "output_shape": list(layer.outputs[0].shape),
    }


def _simplified(simplified: Simplified) -> dict[str, Any]:
    """What was removed since it cannot vary, equals another channel, or is read by no weight."""
    return {
        "removed": [asdict(removed) for removed in simplified.removed],
        "macs_saved": simplified.macs_saved,
        "weights_saved_bytes": simplified.weights_saved,
    }


def _port(port: ModelPort) -> dict[str, Any]:
    return {
        "name": port.tensor.name,
        "shape": list(port.tensor.shape),
        "dtype": port.tensor.dtype.value,
        "scale": port.tensor.scale,
        "zero_point": port.tensor.zero_point,
        "offset": port.location.offset,
        "bytes": port.location.bytes,
        "model": _own(port.end),
    }


def _own(end: End) -> dict[str, Any]:
    """The model's input or output itself, and the ops between it and the program's."""
    tensor, ops = end.outer, [op.kind for op in end.ops]
    return {"name": tensor.name, "shape": list(tensor.shape), "dtype": tensor.dtype.value, "left_out": ops}
