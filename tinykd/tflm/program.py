"""A model for the runtime ``tflm``: what goes into the generated C++, and what reports read."""

from dataclasses import dataclass
from math import prod
from typing import Any

from tinykd.files import sha256_bytes
from tinykd.graph.ir import Graph, Op, Tensor
from tinykd.tflm.arena import ArenaPlan
from tinykd.tflm.build import TflmBuild
from tinykd.tflm.copies import TflmCopy


@dataclass(frozen=True)
class TflmLayer:
    """One operator of the flatbuffer."""

    name: str  # of its first output tensor
    op: str
    macs: int
    weights_bytes: int
    input_shapes: tuple[tuple[int, ...], ...]
    output_shape: tuple[int, ...]
    output_tensor: int
    output_bytes: int


@dataclass(frozen=True)
class TflmProgram:
    """The model, the copy of TFLM that runs it, and the arena."""

    name: str
    source: str  # how the header names the file
    flatbuffer: bytes
    sha256: str
    copy: TflmCopy
    include: str | None  # a header of the library, before any other
    build: TflmBuild
    layers: tuple[TflmLayer, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    arena: ArenaPlan
    labels: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()  # what cannot be trusted on this board
    windows: bool = False  # it has a state, and each inference starts from the initial one
    replaceable: bool = False  # another flatbuffer of the same ops may take the place of this one at run time

    @property
    def is_as_given(self) -> bool:
        """The flatbuffer is the file's, byte by byte; else its shapes were inferred anew."""
        return sha256_bytes(self.flatbuffer) == self.sha256

    @property
    def graph_hash(self) -> str:
        """What another flatbuffer must agree with: ops, sizes, shapes and scales of what goes in and out."""
        layers = [(layer.op, layer.macs, layer.output_bytes) for layer in self.layers]
        ports = [
            (tensor.shape, tensor.dtype.value, tensor.scale, tensor.zero_point)
            for tensor in (*self.inputs, *self.outputs)
        ]
        return sha256_bytes(repr((self.copy.title, self.windows, layers, ports)).encode())

    @property
    def file_bytes(self) -> int:
        return len(self.flatbuffer)

    @property
    def arena_bytes(self) -> int:
        return self.arena.total

    @property
    def weights_bytes(self) -> int:
        """Constants in flash: the whole flatbuffer."""
        return self.file_bytes

    @property
    def macs(self) -> int:
        return sum(layer.macs for layer in self.layers)

    @property
    def ops(self) -> tuple[str, ...]:
        """The different ops, as the resolver is given them."""
        return tuple(sorted({layer.op for layer in self.layers}))

    @property
    def core(self) -> str:
        """What its kernels were chosen for."""
        return self.copy.kernels

    def summary(self) -> dict[str, Any]:
        """What reports show; JSON-able, with the keys of the static runtime's ``Program.summary``."""
        return {
            "name": self.name,
            "runtime": "tflm",
            "tflm": self.copy.title,
            "core": self.core,
            "optimize": "balanced",
            "sha256": self.sha256,
            "file_bytes": self.file_bytes,
            "arena_bytes": self.arena_bytes,
            "lower_bound_bytes": self.arena_bytes,
            "weights_bytes": self.weights_bytes,
            "macs": self.macs,
            "layers": [_layer(layer) for layer in self.layers],
            "buffers": [],
            "input": [_port(tensor) for tensor in self.inputs],
            "output": [_port(tensor) for tensor in self.outputs],
            "kernel_files": [],
            "notes": list(self.notes),
        }


def layers_of(graph: Graph) -> tuple[TflmLayer, ...]:
    """The operators of the main subgraph, in the order of execution."""
    return tuple(
        TflmLayer(
            name=op.outputs[0].name if op.outputs else op.kind,
            op=op.kind,
            macs=_macs(op),
            weights_bytes=sum(t.bytes for t in op.inputs if t is not None and t.is_constant),
            input_shapes=tuple(t.shape for t in op.inputs if t is not None and not t.is_constant),
            output_shape=op.outputs[0].shape if op.outputs else (),
            output_tensor=op.outputs[0].index if op.outputs else -1,
            output_bytes=op.outputs[0].bytes if op.outputs else 0,
        )
        for op in graph.main.ops
    )


def _macs(op: Op) -> int:
    """Multiply-accumulates of one run of ``op``, with those that fall on padding, as everyone counts."""
    weights = op.inputs[1] if len(op.inputs) > 1 else None
    if weights is None or not weights.shape or not op.outputs:
        return 0
    output = op.outputs[0]
    match op.kind:
        case "CONV_2D":  # weights [out, height, width, in]
            return output.elements * prod(weights.shape[1:])
        case "DEPTHWISE_CONV_2D":  # weights [1, height, width, channels]
            return output.elements * prod(weights.shape[1:3])
        case "FULLY_CONNECTED":  # weights [out, in]
            return output.elements * weights.shape[-1]
        case "TRANSPOSE_CONV":  # input 2 is what is convolved
            source = op.inputs[2] if len(op.inputs) > 2 else None
            return source.elements * weights.shape[0] * prod(weights.shape[1:3]) if source else 0
        case _:
            return 0


def _layer(layer: TflmLayer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "op": layer.op,
        "kernel": layer.op,
        "function": layer.op,
        "macs": layer.macs,
        "weights_bytes": layer.weights_bytes,
        "scratch_bytes": 0,
        "input_shapes": [list(shape) for shape in layer.input_shapes],
        "output_shape": list(layer.output_shape),
        "output_tensor": layer.output_tensor,
        "output_offset": 0,
        "output_bytes": layer.output_bytes,
    }


def _port(tensor: Tensor) -> dict[str, Any]:
    return {
        "name": tensor.name,
        "shape": list(tensor.shape),
        "dtype": tensor.dtype.value,
        "scale": tensor.scale,
        "zero_point": tensor.zero_point,
        "offset": 0,
        "bytes": tensor.bytes,
    }
