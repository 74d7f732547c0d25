"""ADD of two tensors of one shape on Cortex-M0 and M0+ (Armv6-M)."""

from typing import ClassVar

from tinykd.compiler.core import Core, Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, Kernel, Struct
from tinykd.compiler.ops.add import Add
from tinykd.compiler.ops.common.residual import add_fields


class AddV6m(Kernel[Add]):
    name: ClassVar[str] = "add_v6m"
    layer = Add
    code_bytes: ClassVar[int] = 300

    def supports(self, layer: Add, target: Target) -> bool:
        return target.core is Core.CORTEX_M0

    def cost(self, layer: Add, target: Target) -> float:
        return 30 * layer.outputs[0].elements

    def emit_call(self, layer: Add, target: Target) -> Call:
        fields = (("scale", add_fields(layer.scale)), ("count", layer.outputs[0].elements))
        return Call("tkd_add_v6m_s8", Struct("tkd_add_params", fields), overlaps=(ELEMENTWISE, ELEMENTWISE))


KERNELS = (AddV6m(),)
