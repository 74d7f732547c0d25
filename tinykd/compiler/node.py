"""The view of an op that a lowering gets: its operands and options, and ``refuse``, which names op, tensor
and reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from tinykd.compiler.layer import Lowered
from tinykd.errors import ModelError
from tinykd.graph.ir import Array, DType, Graph, Op, Options, Tensor
from tinykd.graph.quantize import Multiplier, quantize_multiplier
from tinykd.graph.validate import label

# Of activations; far outside of what converters write, far inside of what float32 products can hold.
LEAST_SCALE, LARGEST_SCALE = 2.0**-40, 2.0**40


_CONVERT = {
    DType.INT8: "Convert with activations of one width: int8, or int16 throughout",
    DType.INT16: "Convert with int8 activations, not 16x8",
    DType.UINT8: "Convert again with TensorFlow 2, which writes int8",
}


def _fix(dtype: DType, end: str) -> str:
    """What to type against a tensor of ``dtype`` at the model's ``end`` ("": inside)."""
    if end:
        return f"Convert with `converter.inference_{end}_type = tf.int8`"
    return _CONVERT.get(dtype, "Quantize what computes it, or leave it out of the model")


@dataclass(frozen=True, eq=False)
class Node:
    """``op`` of ``graph``. ``constants`` holds operands that were folded to values by earlier ops."""

    graph: Graph
    op: Op
    constants: dict[int, Array]  # tensor index -> value

    @property
    def where(self) -> str:
        return f"op {self.op.index} {self.op.kind}"

    @property
    def options(self) -> Options:
        return self.op.options

    @property
    def name(self) -> str:
        """The layer's name: that of its first output."""
        return self.op.outputs[0].name if self.op.outputs else f"op_{self.op.index}"

    def arity(self, inputs: tuple[int, int], outputs: int = 1) -> None:
        """Refuse unless there are between ``inputs[0]`` and ``inputs[1]`` operands and ``outputs``
        results."""
        found = len(self.op.inputs)
        if not inputs[0] <= found <= inputs[1] or len(self.op.outputs) != outputs:
            raise ModelError(
                self.where,
                f"{found} inputs and {len(self.op.outputs)} outputs",
                f"{inputs[0]}..{inputs[1]} inputs and {outputs} outputs",
            )

    def input(self, i: int) -> Tensor:
        tensor = self.optional(i)
        if tensor is None:
            raise ModelError(self.where, f"operand {i} is absent", "a tensor")
        return tensor

    def optional(self, i: int) -> Tensor | None:
        """Operand ``i``; None where it is absent."""
        return self.op.inputs[i] if i < len(self.op.inputs) else None

    @property
    def output(self) -> Tensor:
        return self.op.outputs[0]

    def value(self, i: int) -> Array:
        """The value of operand ``i``, which must be known at compile time."""
        tensor = self.input(i)
        data = self.constants.get(tensor.index, tensor.data)
        if data is None:
            self.refuse(tensor, "is computed at run time", "a constant", "Fix it before converting")
        return data

    def quantized(self, tensor: Tensor, *dtypes: DType) -> Tensor:
        """``tensor`` if it is of one of ``dtypes`` (int8 by default) and has one positive scale; else
        refuse."""
        self.typed(tensor, *(dtypes or (DType.INT8,)))
        if tensor.quantization is None or tensor.scale <= 0:
            self.refuse(
                tensor, "has no scale", "quantization parameters", "Convert with full-integer quantization"
            )
        if tensor.quantization.per_channel:
            self.refuse(tensor, "is quantized per channel", "one scale", "Only weights can be per channel")
        if not LEAST_SCALE <= tensor.scale <= LARGEST_SCALE:
            self.refuse(
                tensor, f"has scale {tensor.scale:.9g}", "one from 2**-40 to 2**40", "Check its range"
            )
        info = {DType.INT8: 128, DType.INT16: 32768, DType.UINT8: 256}.get(tensor.dtype)
        if info is not None and not -info <= tensor.zero_point < info:
            self.refuse(tensor, f"has zero point {tensor.zero_point}", f"a value of {tensor.dtype.value}")
        return tensor

    def multiplier(self, real: float) -> Multiplier:
        """``real`` in fixed point; refuses what TFLM's shifts cannot express."""
        if not abs(real) < 1 << 30:
            self.refuse(
                self.output, f"needs a rescaling by {real:.9g}", "a factor below 2**30", "Check its scale"
            )
        return quantize_multiplier(real)

    def typed(self, tensor: Tensor, *dtypes: DType) -> Tensor:
        """``tensor`` if it is of one of ``dtypes``; else refuse."""
        if tensor.dtype not in dtypes:
            expected = " or ".join(d.value for d in dtypes)
            end = self._end(tensor)
            found = f"is the model's {end} and {tensor.dtype.value}" if end else f"is {tensor.dtype.value}"
            self.refuse(tensor, found, expected, _fix(tensor.dtype, end))
        return tensor

    def _end(self, tensor: Tensor) -> str:
        """ "input" or "output" where the model's author can choose the type of ``tensor``, else ""."""
        if self.op.kind not in ("QUANTIZE", "DEQUANTIZE"):
            return ""
        main = self.graph.main
        return "input" if tensor in main.inputs else "output" if tensor in main.outputs else ""

    def shaped(self, tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
        """``tensor`` if it has ``shape``; else refuse."""
        if tensor.shape != shape:
            self.refuse(
                tensor, f"has shape {list(tensor.shape)}", f"{list(shape)}", "The file contradicts itself"
            )
        return tensor

    def ranked(self, tensor: Tensor, rank: int) -> Tensor:
        if len(tensor.shape) != rank:
            self.refuse(tensor, f"has {len(tensor.shape)} dimensions", f"{rank}", "Reshape it in the model")
        return tensor

    def refuse(self, tensor: Tensor | None, found: str, expected: str = "", fix: str = "") -> NoReturn:
        """Raise the ``ModelError`` that names op and tensor."""
        subject = f"{label(tensor)} {found}" if tensor is not None else found
        raise ModelError(self.where, subject, expected, fix)


Lower: TypeAlias = Callable[[Node], Lowered]
OpKey: TypeAlias = tuple[str, DType | None]  # the op's name in the schema, and the type of its first operand


def for_types(table: Mapping[str, Lower], *dtypes: DType) -> dict[OpKey, Lower]:
    """Entries of the registry: every op of ``table`` for first operands of each of ``dtypes``.

    Without ``dtypes``: for every type that has no entry of its own.
    """
    return {(kind, dtype): lower for kind, lower in table.items() for dtype in dtypes or (None,)}
