"""Is a flatbuffer fit for a microcontroller? Every fault at once, each with the Keras layer it comes from.

Faults: a float tensor, an open shape, a batch other than 1, an operator that the runtime lacks, QUANTIZE or
DEQUANTIZE to or from float between layers, an input or output that is not int8 (but for ids that are looked
up, int32). ``tinykd.graph`` refuses such models too, at the first fault; here the model is ours and the
reader is the student's author.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import tflite

from tinykd.errors import ModelError
from tinykd.quantization.names import layer_of

_TYPES: dict[int, str] = {v: k for k, v in vars(tflite.TensorType).items() if not k.startswith("_")}
_OPS: dict[int, str] = {v: k for k, v in vars(tflite.BuiltinOperator).items() if not k.startswith("_")}
_FLOATS = ("FLOAT16", "FLOAT32", "FLOAT64", "BFLOAT16")
_INNER = ("QUANTIZE", "DEQUANTIZE")


@dataclass(frozen=True)
class Finding:
    """One fault."""

    layer: str | None  # Keras layer, None where the names do not tell
    tensor: str
    fault: str
    instead: str

    def __str__(self) -> str:
        return f"layer {self.layer}: {self.fault}" if self.layer else f"tensor {self.tensor}: {self.fault}"


@dataclass(frozen=True)
class LintedOp:
    """An operator and where it came from."""

    op: str
    layer: str | None
    tensor: str  # the first output's name


@dataclass(frozen=True)
class Lint:
    """What was found, and every operator's origin in the order of execution."""

    findings: tuple[Finding, ...]
    ops: tuple[LintedOp, ...]

    def to_json(self) -> dict[str, object]:
        """As in ``lint.json``."""
        return {"findings": [asdict(f) for f in self.findings], "ops": [asdict(op) for op in self.ops]}

    def check(self, where: str) -> None:
        """Raise a ``ModelError`` with the first finding."""
        if self.findings:
            first, more = self.findings[0], len(self.findings) - 1
            rest = f" (and {more} more)" if more else ""
            raise ModelError(where, f"{first}{rest}", "", first.instead)


def lint(model: bytes, layers: frozenset[str], runtime_ops: frozenset[str]) -> Lint:
    """Look through ``model``; ``layers``: names of the student's Keras layers."""
    return _Linter(model, layers, runtime_ops).result()


class _Linter:
    def __init__(self, model: bytes, layers: frozenset[str], runtime_ops: frozenset[str]) -> None:
        self._model = tflite.Model.GetRootAsModel(model, 0)
        self._graph = self._model.Subgraphs(0)
        self._layers, self._runtime_ops = layers, runtime_ops
        self._tensors = [self._graph.Tensors(i) for i in range(self._graph.TensorsLength())]
        self._operators = [self._graph.Operators(i) for i in range(self._graph.OperatorsLength())]

        ends = (self._graph.InputsAsNumpy(), self._graph.OutputsAsNumpy())
        self._ends = tuple(dict.fromkeys(index for each in ends for index in _indices(each)))

    def result(self) -> Lint:
        findings = (*self._operator_findings(), *self._tensor_findings(), *self._end_findings())
        unique = tuple(dict.fromkeys(findings))
        return Lint(unique, tuple(self._origin(operator) for operator in self._operators))

    def _operator_findings(self) -> Iterator[Finding]:
        for operator in self._operators:
            kind, origin = self._kind(operator), self._origin(operator)
            if kind in _INNER and not self._only_rescales(operator):
                table = "tinykd.quantization.qat_compatibility"
                instead = f"Use layers that quantization-aware training handles; see `{table}`"
                yield Finding(
                    origin.layer, origin.tensor, f"{kind} between layers: it was left in float", instead
                )
            elif kind not in self._runtime_ops:
                instead = "Use other layers: the runtime has " + ", ".join(sorted(self._runtime_ops))
                yield Finding(origin.layer, origin.tensor, f"{kind} is not in the runtime", instead)

    def _only_rescales(self, operator: Any) -> bool:
        """From integers to integers of another scale or width (Concatenate, 16x8): nothing is float."""
        ends = (*_inputs(operator), *_outputs(operator))
        return all(_TYPES[self._tensors[index].Type()] in ("INT8", "INT16") for index in ends)

    def _tensor_findings(self) -> Iterator[Finding]:
        used = {i for op in self._operators for i in (*_inputs(op), *_outputs(op))} | set(self._ends)
        for index, tensor in enumerate(self._tensors):
            if index not in used:
                continue  # such as the intermediates of an LSTM, which only the converter's calibration had
            name, kind, layer = _name(tensor), _TYPES[tensor.Type()], self._tensor_layer(index)
            if kind in _FLOATS:
                yield Finding(
                    layer, name, f"{kind} tensor", "Quantize the whole model: no layer may stay in float"
                )
            if -1 in _shape_signature(tensor):
                yield Finding(layer, name, "open shape", "Fix every size, the batch to 1, before converting")

    def _end_findings(self) -> Iterator[Finding]:
        for index in self._ends:
            tensor, layer = self._tensors[index], self._tensor_layer(index)
            kind, shape = _TYPES[tensor.Type()], _indices(tensor.ShapeAsNumpy())
            if kind != "INT8" and not self._are_ids(index, kind):
                yield Finding(
                    layer, _name(tensor), f"{kind} at the model's end", "Convert with int8 input and output"
                )
            if not shape or shape[0] != 1:
                yield Finding(layer, _name(tensor), f"shape {shape} at the model's end", "Fix the batch to 1")

    def _are_ids(self, index: int, kind: str) -> bool:
        """An input that is looked up in a table, and nothing else."""
        readers = [op for op in self._operators if index in _inputs(op)]
        looked_up = (self._kind(op) == "GATHER" and _inputs(op)[1] == index for op in readers)
        return kind == "INT32" and bool(readers) and all(looked_up)

    def _tensor_layer(self, index: int) -> str | None:
        """From the tensor's own name, else from the operator that writes or reads it."""
        own = layer_of([_name(self._tensors[index])], self._layers)
        users = (op for op in self._operators if index in (*_outputs(op), *_inputs(op)))
        return own or next((self._origin(op).layer for op in users), None)

    def _origin(self, operator: Any) -> LintedOp:
        outputs = _outputs(operator)
        constants = [i for i in _inputs(operator)[1:] if i >= 0 and self._is_constant(i)]
        names = [_name(self._tensors[i]) for i in (*constants, *outputs)]
        return LintedOp(self._kind(operator), layer_of(names, self._layers), _name(self._tensors[outputs[0]]))

    def _kind(self, operator: Any) -> str:
        code = self._model.OperatorCodes(operator.OpcodeIndex())
        value = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        return _OPS.get(value, f"operator {value}")

    def _is_constant(self, index: int) -> bool:
        return bool(self._model.Buffers(self._tensors[index].Buffer()).DataLength() > 0)


def _name(tensor: Any) -> str:
    return bytes(tensor.Name() or b"").decode("utf-8", "replace")


def _indices(array: Any) -> tuple[int, ...]:
    """The reader gives 0 for an empty vector."""
    return () if isinstance(array, int) else tuple(int(value) for value in array)


def _shape_signature(tensor: Any) -> tuple[int, ...]:
    return _indices(tensor.ShapeSignatureAsNumpy())


def _inputs(operator: Any) -> tuple[int, ...]:
    return _indices(operator.InputsAsNumpy())


def _outputs(operator: Any) -> tuple[int, ...]:
    return _indices(operator.OutputsAsNumpy())
