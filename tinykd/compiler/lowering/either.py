"""A layer whose weights can be replaced, by one of two kernels: the quick one where weights, biases and
scales are as it needs them, else one that takes any. Both are in the firmware; which of them runs is said
beside the weights, so models of one graph have one code, whatever their values are.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, CallPart, Kernel
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.registry import choose, choose_by_shape

TEMPLATE = "either.c.j2"
QUICK, PLAIN = "quick", "plain"  # the parts' labels


def choose_either(layer: Layer, target: Target, align: int = 4) -> Kernel[Any]:
    """The kernel of ``layer``, or two of them where weights are replaceable and the best cannot take all."""
    plain = choose(layer, target, align)
    quick = choose_by_shape(layer, target, align) if target.replaceable else plain
    return Either(quick, plain) if quick is not plain else plain


@dataclass(frozen=True)
class Either(Kernel[Layer]):
    """``quick`` where its ``value_limits`` hold, else ``plain``, which has none."""

    quick: Kernel[Any]
    plain: Kernel[Any]

    layer: ClassVar[type[Layer]] = Layer

    @property
    def name(self) -> str:  # type: ignore[override]
        """Of the quick one."""
        return self.quick.name

    @property
    def align(self) -> int:  # type: ignore[override]
        """The larger one."""
        return max(self.quick.align, self.plain.align)

    def cost(self, layer: Layer, target: Target) -> float:
        """Of the quick one, whatever the weights are: which layers go by rows hangs on it, and that is of the
        graph."""
        return self.quick.cost(layer, target)

    def emit_call(self, layer: Layer, target: Target) -> Call:
        """Constants of the kernel that is not run may be of values that it cannot take."""
        fits = self.quick.fits(layer)
        quick, plain = self.quick.emit_call(layer, target), self.plain.emit_call(layer, target)
        assert not (quick.template or plain.template or layer.states)
        return Call(
            quick.function,
            scratch_bytes=max(quick.scratch_bytes, plain.scratch_bytes),
            overlaps=tuple(quick.overlap(i).both(plain.overlap(i)) for i in range(len(layer.inputs))),
            template=TEMPLATE,
            parts=(CallPart(QUICK, quick, fits), CallPart(PLAIN, plain, not fits)),
            uses=tuple(sorted({quick.function, plain.function})),
        )
