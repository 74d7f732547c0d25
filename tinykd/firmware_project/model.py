"""What a firmware project needs to know of a compiled model, apart from how it was compiled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tinykd.graph.ir import DType, Tensor
from tinykd.tflm.build import TflmBuild

if TYPE_CHECKING:
    from tinykd.compiler.program import Program
    from tinykd.tflm.program import TflmProgram


@dataclass(frozen=True)
class SlotModel:
    """What the firmware must know of a model that another may take the place of."""

    graph: str  # 64 hexadecimal digits: what the other must agree with
    payload: int  # bytes; 0: as many as there is room for


@dataclass(frozen=True)
class ModelSources:
    """The generated C of a model and the hand-written kernels that it calls."""

    name: str  # a C identifier; ``files`` has NAME.h, which declares NAME_model and NAME_ARENA_BYTES
    files: Mapping[str, str]
    kernel_files: tuple[str, ...]  # relative to firmware/, headers included
    arena_bytes: int
    weights_bytes: int  # constants in flash
    sha256: str  # of the .tflite file, 64 hexadecimal digits
    optimize: Literal["speed", "balanced", "size", "ram"] = "balanced"
    kernels: str = "tinykd"  # what the board says computes it
    rounding: Literal["double", "single"] = "double"  # of scaled sums; double is TFLM's
    input_bytes: int = 0  # of all inputs
    output_bytes: int = 0  # of all outputs
    layers_count: int = 0
    input_quantization: tuple[float, int] | None = None  # scale, zero point of the first; None: not known
    tflm: TflmBuild | None = None  # None: the static runtime, which needs nothing else
    slot: SlotModel | None = None  # None: no other model takes its place

    @property
    def number(self) -> str:
        """C: ``NAME_MODEL`` of NAME.h."""
        return f"0x{self.sha256[:8]}u"


def model_sources(program: "Program | TflmProgram") -> ModelSources:
    """The sources of a compiled ``program``."""
    from tinykd.tflm.program import TflmProgram

    return _tflm_sources(program) if isinstance(program, TflmProgram) else static_sources(program)


def static_sources(program: "Program") -> ModelSources:
    """The generated C, of whole windows or of hops as it is."""
    from tinykd.compiler.codegen.render import render

    summary = program.summary()
    return ModelSources(
        name=program.options.name,
        files=render(program),
        kernel_files=tuple(program.kernel_files),
        arena_bytes=summary["arena_bytes"],
        weights_bytes=summary["weights_bytes"],
        sha256=summary["sha256"],
        optimize=program.options.optimize,
        input_bytes=sum(port["bytes"] for port in summary["input"]),
        output_bytes=sum(port["bytes"] for port in summary["output"]),
        kernels=f"tinykd for {program.options.core.value}, {program.options.optimize}",
        layers_count=len(program.steps),
        input_quantization=_quantization(program.inputs[0].tensor),
        slot=_static_slot(program) if program.options.replaceable else None,
    )


def _static_slot(program: "Program") -> SlotModel:
    from tinykd.compiler.codegen.graph_hash import graph_hash
    from tinykd.compiler.codegen.render import weights_of

    return SlotModel(graph_hash(program), weights_of(program).size)


def _tflm_sources(program: "TflmProgram") -> ModelSources:
    from tinykd.tflm.render import render

    return ModelSources(
        name=program.name,
        files=render(program),
        kernel_files=(),
        arena_bytes=program.arena_bytes,
        weights_bytes=program.weights_bytes,
        sha256=program.sha256,
        tflm=program.build,
        kernels=f"TensorFlow Lite Micro, {program.copy.title}",
        input_bytes=sum(tensor.bytes for tensor in program.inputs),
        output_bytes=sum(tensor.bytes for tensor in program.outputs),
        layers_count=len(program.layers),
        input_quantization=_quantization(program.inputs[0]),
        slot=SlotModel(program.graph_hash, 0) if program.replaceable else None,
    )


def _quantization(tensor: Tensor) -> tuple[float, int] | None:
    """Of an int8 tensor."""
    return (tensor.scale, tensor.zero_point) if tensor.dtype is DType.INT8 else None
