"""ADD, SUB and MUL of operands that may broadcast on Helium (Cortex-M55): firmware/kernels/mve."""

from typing import ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Limit
from tinykd.compiler.ops.arithmetic import Arithmetic, arithmetic_params
from tinykd.compiler.ops.common.broadcasting import overlaps
from tinykd.graph.quantize import Multiplier

PER_ROW = 80


class ArithmeticMve(Kernel[Arithmetic]):
    """Four values of a row at a time."""

    layer = Arithmetic
    kind: ClassVar[str]
    cycles: ClassVar[float]  # per element
    code_bytes: ClassVar[int] = 420

    def made_for(self, target: Target) -> bool:
        return target.core.has_mve

    def suits(self, layer: Arithmetic, target: Target) -> bool:
        return self.made_for(target) and layer.op == self.kind

    def value_limits(self, layer: Arithmetic) -> tuple[Limit, ...]:
        scales: tuple[Multiplier, ...] = (layer.a, layer.b, layer.y)
        large = layer.op == self.kind and any(scale.shift > 0 for scale in scales)
        return (Limit(not large, "a factor of 1 and above"),)

    def cost(self, layer: Arithmetic, target: Target) -> float:
        elements = layer.outputs[0].elements
        return self.cycles * elements + PER_ROW * elements / layer.loop.shape[-1]

    def emit_call(self, layer: Arithmetic, target: Target) -> Call:
        return Call(f"tkd_{self.name}_s8", arithmetic_params(layer), overlaps=overlaps(layer.loop, layer))


class AddRowsMve(ArithmeticMve):
    name, kind, cycles = "add_rows_mve", "ADD", 10.0


class SubMve(ArithmeticMve):
    name, kind, cycles = "sub_mve", "SUB", 10.0


class MulMve(ArithmeticMve):
    name, kind, cycles = "mul_mve", "MUL", 6.0


KERNELS = (AddRowsMve(), SubMve(), MulMve())
