"""ADD, SUB and MUL of operands that may broadcast on Cortex-M4, M7 and M33."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Limit, Struct
from tinykd.compiler.ops.arithmetic import Arithmetic
from tinykd.compiler.ops.common.broadcasting import overlaps
from tinykd.compiler.ops.common.loop_nest import rows
from tinykd.compiler.ops.common.residual import Operand, Residual
from tinykd.compiler.variants import dsp

PER_ROW = 70


def residual_of(layer: Arithmetic) -> Residual:
    """The scales of an ADD or SUB: own is the first operand."""
    a, b, y = (
        Operand(zero, scale) for zero, scale in zip(layer.zeros, (layer.a, layer.b, layer.y), strict=True)
    )
    return Residual(a, b, y, *layer.limits)


def loop_cost(layer: Arithmetic, per_element: int) -> float:
    """Of all elements and rows."""
    elements = layer.outputs[0].elements
    return per_element * elements + PER_ROW * elements / layer.loop.shape[-1]


class SumRowsDsp(Kernel[Arithmetic]):
    name: ClassVar[str] = "sum_rows_dsp"
    layer = Arithmetic
    code_bytes: ClassVar[int] = 420

    def made_for(self, target: Target) -> bool:
        return dsp.dsp_target(target)

    def suits(self, layer: Arithmetic, target: Target) -> bool:
        return self.made_for(target) and layer.op in ("ADD", "SUB")

    def value_limits(self, layer: Arithmetic) -> tuple[Limit, ...]:
        return (Limit(layer.op == "MUL" or dsp.add_fits(residual_of(layer)), "unusual scales"),)

    def cost(self, layer: Arithmetic, target: Target) -> float:
        return loop_cost(layer, 24)

    def emit_call(self, layer: Arithmetic, target: Target) -> Call:
        return Call("tkd_sum_rows_dsp_s8", _sum_params(layer), overlaps=overlaps(layer.loop, layer))


def _sum_params(layer: Arithmetic) -> Struct:
    add = dict(dsp.add_struct(residual_of(layer)).fields)
    fine = 0 if add["swapped"] else 1
    signs = [1, -1] if layer.op == "SUB" else [1, 1]
    coarse_sign = signs[1 - fine]
    lift, base = add["lift"], add["base"]
    assert isinstance(lift, int) and isinstance(base, int)
    return Struct(
        "tkd_sum_rows_dsp_params",
        (
            ("rows", rows(layer.loop)),
            ("fine_base", add["fine_base"]),
            ("fine_unit", 1 << lift),
            ("fine_multiplier", add["fine_multiplier"]),
            ("fine_round", add["fine_round"]),
            ("fine_shift", add["fine_shift"]),
            ("fine_twice", 2 * signs[fine]),
            ("base", coarse_sign * base),
            ("unit", coarse_sign << 20),
            ("multiplier", add["multiplier"]),
            ("round", add["round"]),
            ("e", add["e"]),
            ("min", add["min"]),
            ("max", add["max"]),
            ("fine", fine),
        ),
    )


class MulDsp(Kernel[Arithmetic]):
    name: ClassVar[str] = "mul_dsp"
    layer = Arithmetic
    code_bytes: ClassVar[int] = 360

    def made_for(self, target: Target) -> bool:
        return dsp.dsp_target(target)

    def suits(self, layer: Arithmetic, target: Target) -> bool:
        return self.made_for(target) and layer.op == "MUL"

    def value_limits(self, layer: Arithmetic) -> tuple[Limit, ...]:
        fits = layer.op != "MUL" or dsp.one_fits(layer.y)
        return (Limit(fits, f"a factor of about 2**{layer.y.shift}"),)

    def cost(self, layer: Arithmetic, target: Target) -> float:
        return loop_cost(layer, 18)

    def emit_call(self, layer: Arithmetic, target: Target) -> Call:
        e = dsp.e_of(layer.y)
        params = Struct(
            "tkd_mul_dsp_params",
            (
                ("rows", rows(layer.loop)),
                ("a_zero", layer.zeros[0]),
                ("b_zero", layer.zeros[1]),
                ("multiplier", layer.y.value),
                ("round", (2 * layer.zeros[2] + 1) << e),
                ("e", e),
                ("min", layer.limits[0]),
                ("max", layer.limits[1]),
            ),
        )
        return Call("tkd_mul_dsp_s8", params, overlaps=overlaps(layer.loop, layer))


KERNELS = (SumRowsDsp(), MulDsp())
