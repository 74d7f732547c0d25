"""The kernels of data movement: one copy is a call, several become a small function of their own."""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, CValue, Kernel, Struct
from tinykd.compiler.ops.common.loop_nest import LoopNest, rows
from tinykd.compiler.ops.common.movement import Movement


def copy_params(loop: LoopNest, element_bytes: int) -> Struct:
    return Struct("tkd_copy_params", (("rows", rows(loop)), ("element_bytes", element_bytes)))


class CopyKernel(Kernel[Movement]):
    """One strided copy."""

    name, layer, code_bytes = "copy", Movement, 240

    def supports(self, layer: Movement, target: Target) -> bool:
        return len(layer.copies) == 1 and layer.fill is None

    def cost(self, layer: Movement, target: Target) -> float:
        return 6.0 * layer.outputs[0].elements

    def emit_call(self, layer: Movement, target: Target) -> Call:
        return Call("tkd_copy", copy_params(layer.copies[0][1], layer.outputs[0].dtype.bytes))


class CopyRunsKernel(Kernel[Movement]):
    """One copy of runs of bytes that are as far apart from one another, to where they lie end to end."""

    name, layer, code_bytes = "copy_runs", Movement, 70

    def supports(self, layer: Movement, target: Target) -> bool:
        return len(layer.copies) == 1 and layer.fill is None and _is_runs(layer.copies[0][1])

    def cost(self, layer: Movement, target: Target) -> float:
        return 1.5 * layer.outputs[0].elements

    def emit_call(self, layer: Movement, target: Target) -> Call:
        loop, width = layer.copies[0][1], layer.outputs[0].dtype.bytes
        fields = (
            ("start", loop.offsets[0] * width),
            ("runs", loop.shape[0]),
            ("bytes", loop.shape[1] * width),
            ("step", loop.strides[0][0] * width),
        )
        return Call("tkd_copy_runs", Struct("tkd_copy_runs_params", fields))


def _is_runs(loop: LoopNest) -> bool:
    """Two loops, of which the inner one goes over what lies together; the output has no holes."""
    if len(loop.shape) != 2 or loop.offsets[1] != 0 or loop.strides[0][0] < 1:
        return False
    run = loop.shape[1]
    return loop.strides[0][1] == 1 and loop.strides[1] == (run, 1)


@dataclass(frozen=True)
class Copies:
    """What ``movement.c.j2`` shows: for each copy what it reads and the initializer of its parameters."""

    copies: tuple[tuple[str, str], ...]
    fill: int | None
    output_bytes: int


def _initializer(value: CValue) -> str:
    """C text of parameters that are numbers throughout."""
    match value:
        case Struct():
            return "{" + ", ".join(_initializer(v) for _, v in value.fields) + "}"
        case tuple():
            return "{" + ", ".join(str(v) for v in value) + "}"
        case int():
            return str(value)
    raise AssertionError(value)


class CopiesKernel(Kernel[Movement]):
    """Several strided copies into one output, perhaps after a fill."""

    name, layer, code_bytes = "copies", Movement, 340

    def cost(self, layer: Movement, target: Target) -> float:
        return 6.5 * layer.outputs[0].elements

    def emit_call(self, layer: Movement, target: Target) -> Call:
        output = layer.outputs[0]
        copies = tuple(
            (
                "output" if source < 0 else f"input{source}",
                _initializer(copy_params(loop, output.dtype.bytes)),
            )
            for source, loop in layer.copies
        )
        context = Copies(copies, layer.fill, output.bytes)
        return Call("copies", template="movement.c.j2", context=context, uses=("tkd_copy",))


KERNELS = (CopyKernel(), CopyRunsKernel(), CopiesKernel())
