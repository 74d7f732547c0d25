"""ADD of two tensors of one shape on Cortex-M4, M7 and M33."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ELEMENTWISE, Call, Kernel, Limit, Struct
from tinykd.compiler.ops.add import Add
from tinykd.compiler.variants import dsp


class AddDsp(Kernel[Add]):
    name: ClassVar[str] = "add_dsp"
    layer = Add
    code_bytes: ClassVar[int] = 300

    def made_for(self, target: Target) -> bool:
        return dsp.dsp_target(target)

    def value_limits(self, layer: Add) -> tuple[Limit, ...]:
        return (dsp.add_limit(layer.scale),)

    def cost(self, layer: Add, target: Target) -> float:
        return 20 * layer.outputs[0].elements

    def emit_call(self, layer: Add, target: Target) -> Call:
        params = Struct(
            "tkd_add_dsp_params", (("count", layer.outputs[0].elements), ("add", dsp.add_struct(layer.scale)))
        )
        return Call("tkd_add_dsp_s8", params, overlaps=(ELEMENTWISE, ELEMENTWISE))


KERNELS = (AddDsp(),)
