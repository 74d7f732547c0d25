"""SUM and MEAN of pixels on Cortex-M4, M7 and M33: the global pooling that Keras writes as MEAN."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Overlap, Struct
from tinykd.compiler.ops.reduction import Reduction
from tinykd.compiler.variants import dsp


class SumDsp(Kernel[Reduction]):
    name: ClassVar[str] = "sum_dsp"
    layer = Reduction
    code_bytes: ClassVar[int] = 300

    def supports(self, layer: Reduction, target: Target) -> bool:
        """All pixels of [pixels, channels] are folded, channels are kept."""
        channels = layer.outputs[0].elements
        return (
            dsp.dsp_target(target)
            and layer.op in ("SUM", "MEAN")
            and channels % 4 == 0
            and (layer.kept.shape, layer.kept.strides) == ((channels,), ((1,),))
            and (layer.folded.shape, layer.folded.strides) == ((layer.count,), ((channels,),))
        )

    def cost(self, layer: Reduction, target: Target) -> float:
        return 1.6 * layer.inputs[0].elements + 25.0 * layer.outputs[0].elements

    def emit_call(self, layer: Reduction, target: Target) -> Call:
        (x,), (y,) = layer.inputs, layer.outputs
        params = Struct(
            "tkd_sum_dsp_params",
            (
                ("count", layer.count),
                ("channels", y.elements),
                ("zero_sum", x.zero_point * layer.count),
                ("multiplier", layer.scale.value),
                ("shift", layer.scale.shift),
                ("y_zero", y.zero_point),
            ),
        )
        # Four channels of every pixel are read, then four of the first pixel's are written.
        return Call("tkd_sum_dsp_s8", params, overlaps=(Overlap(min_input_offset=0, in_place=True),))


KERNELS = (SumDsp(),)
