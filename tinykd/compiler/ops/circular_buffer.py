"""CIRCULAR_BUFFER, TFLM's op for streaming convolutions: its output is a state, the last slots of its input.

One that runs the layers behind it in every nth call only is refused: TFLM then ends an inference at it, and
gives the outputs of an earlier one. Source: micro/kernels/circular_buffer{,_common}.cc.
"""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.states import variable
from tinykd.graph.ir import DType

EACH_CALL = (5, 13, 25)  # slots with which a buffer without the option runs what follows in each call


@dataclass(frozen=True, eq=False, kw_only=True)
class CircularBuffer(Layer):
    kept: int  # bytes
    slot: int


def lower(node: Node) -> Layer:
    """[n, 1, w, d] to [n, slots, w, d] int8."""
    node.arity((1, 1))
    x, y = node.typed(node.input(0), DType.INT8), node.typed(node.output, DType.INT8)
    node.shaped(node.ranked(x, 4), (1, 1, *x.shape[2:]))
    node.shaped(node.ranked(y, 4), (1, y.shape[1], *x.shape[2:]))
    cycles = node.options.values.get("cycles_max", 0)
    if cycles != 1 and not (cycles == 0 and y.shape[1] in EACH_CALL):
        found = f"runs what follows in one of {cycles} calls" if cycles else "does not say how often it runs"
        node.refuse(
            None, found, "cycles_max 1", "Cut the model there: the part behind it is a model of its own"
        )
    return CircularBuffer(
        name=node.name, op=node.op.kind, inputs=(x,), outputs=(y,), states=(variable(node, y),),
        kept=y.elements - x.elements, slot=x.elements,
    )  # fmt: skip


class CircularBufferKernel(Kernel[CircularBuffer]):
    name, layer, code_bytes = "circular_buffer", CircularBuffer, 60

    def cost(self, layer: CircularBuffer, target: Target) -> float:
        return 2.0 * layer.kept + 2.0 * layer.slot

    def emit_call(self, layer: CircularBuffer, target: Target) -> Call:
        fields = (("kept", layer.kept), ("slot", layer.slot))
        return Call("tkd_circular_buffer", Struct("tkd_circular_buffer_params", fields))


LOWER = for_types({"CUSTOM CIRCULAR_BUFFER": lower})
KERNELS = (CircularBufferKernel(),)
