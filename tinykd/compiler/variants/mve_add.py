"""ADD of two tensors of one shape on Helium (Cortex-M55): firmware/kernels/mve."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, Kernel, Struct
from tinykd.compiler.ops.add import Add
from tinykd.compiler.ops.common.residual import add_fields


class AddMve(Kernel[Add]):
    """Four values at a time."""

    name: ClassVar[str] = "add_mve"
    layer = Add
    code_bytes: ClassVar[int] = 300

    def supports(self, layer: Add, target: Target) -> bool:
        return target.core.has_mve

    def cost(self, layer: Add, target: Target) -> float:
        return 9.0 * layer.outputs[0].elements

    def emit_call(self, layer: Add, target: Target) -> Call:
        fields = (("scale", add_fields(layer.scale)), ("count", layer.outputs[0].elements))
        return Call("tkd_add_mve_s8", Struct("tkd_add_params", fields), overlaps=(ELEMENTWISE, ELEMENTWISE))


KERNELS = (AddMve(),)
