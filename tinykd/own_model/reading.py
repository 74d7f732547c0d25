"""An op of a float flatbuffer while it becomes nodes: its operands, and where the nodes go."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tinykd.graph.instead import instead_of
from tinykd.graph.ir import Array, Op, Tensor
from tinykd.own_model.layer_names import LayerNames, plain_name
from tinykd.own_model.nodes import ELEMENTWISE, LayerNetwork, LayerNode, NodeKind, Real, Shape


@dataclass(frozen=True)
class LayerProblem:
    """A layer that cannot become int8, why, and what to write instead."""

    layer: str
    found: str
    fix: str = ""

    def __str__(self) -> str:
        return f"layer {self.layer}: {self.found}" + (f". {self.fix}" if self.fix else "")

    @classmethod
    def of(cls, op: Op, names: LayerNames, error: "NoFormError") -> "LayerProblem":
        """``op``, which has no form here."""
        return cls(error.layer or names.shown(op), error.found, error.fix or instead_of(op))


class NoFormError(Exception):
    """Why an op cannot be taken; ``layer``: as messages call it, where the op does not say it."""

    def __init__(self, found: str, fix: str = "", layer: str = "") -> None:
        self.found, self.fix, self.layer = found, fix, layer
        super().__init__(found)


@dataclass
class NetworkReading:
    """What has been read so far."""

    network: LayerNetwork
    names: LayerNames
    values: dict[int, int] = field(default_factory=dict)  # tensor index -> value
    taken: set[str] = field(default_factory=set)

    def value(self, tensor: Tensor) -> int:
        """Its number; a new one where nothing has given it yet."""
        if tensor.index not in self.values:
            self.values[tensor.index] = self.network.new_value(shape_of(tensor))
        return self.values[tensor.index]

    def name(self, op: Op, fused: bool = False) -> str:
        """For a node of ``op``, or of the activation that was fused into it."""
        return self.unique(self.names.layer(op, fused))

    def unique(self, name: str) -> str:
        """``name``, or like it where a node has it."""
        found = plain_name(name, self.taken)
        self.taken.add(found)
        return found


@dataclass(frozen=True)
class Given:
    """An op to read, and where its nodes go."""

    op: Op
    reading: NetworkReading

    @property
    def output(self) -> Tensor:
        """The first."""
        return self.op.outputs[0]

    def constant(self, place: int) -> Array | None:
        """The operand at ``place``, if it is there and constant."""
        tensor = self.op.inputs[place] if place < len(self.op.inputs) else None
        return None if tensor is None else tensor.data

    def weights(self, place: int) -> Real:
        """A constant operand as float32."""
        found = self.constant(place)
        if found is None:
            raise NoFormError(f"{self.op.kind} with weights that are computed", "Give it constant weights")
        if found.dtype != np.float32:
            raise NoFormError(f"{self.op.kind} has {found.dtype} weights", "Give the float model")
        return np.array(found)

    def value(self, place: int = 0) -> int:
        """The number of the operand at ``place``, which is computed."""
        tensor = self.op.inputs[place]
        if tensor is None or tensor.is_constant:
            raise NoFormError(f"{self.op.kind} of a constant")
        return self.reading.value(tensor)

    def shape(self, value: int) -> Shape:
        """Without the batch."""
        return self.reading.network.shapes[value]

    def emit(self, kind: NodeKind, inputs: list[int], shape: Shape, **options: Any) -> LayerNode:
        """A node that gives a new value of ``shape``, called like the op's layer."""
        name = self.reading.name(self.op, kind in ELEMENTWISE)
        return self.append(LayerNode(kind, name, inputs, 0, options), shape)

    def append(self, node: LayerNode, shape: Shape) -> LayerNode:
        """``node``, which gives a new value of ``shape``."""
        node.output = self.reading.network.new_value(shape)
        self.reading.network.nodes.append(node)
        return node

    def shaped(self, value: int, shape: Shape) -> int:
        """``value`` in another shape of as many numbers."""
        if self.shape(value) == shape:
            return value
        return self.emit(NodeKind.RESHAPE, [value], shape).output

    def finish(self, value: int, activation: int = 0) -> None:
        """What the op gives is ``value`` with its fused ``activation``, in its shape."""
        value = self.activated(value, activation)
        wanted = self.reading.value(self.output)
        value = self.shaped(value, self.shape(wanted))
        self.reading.values[self.output.index] = value

    def activated(self, value: int, activation: int) -> int:
        """A node for a fused activation, by its number in enum ActivationFunctionType."""
        match activation:
            case 0:
                return value
            case 1:
                return self.emit(NodeKind.RELU, [value], self.shape(value), limit=None).output
            case 3:
                return self.emit(NodeKind.RELU, [value], self.shape(value), limit=6.0).output
            case 4:
                return self.emit(NodeKind.ACTIVATION, [value], self.shape(value), name="tanh").output
        raise NoFormError("its fused activation RELU_N1_TO_1 has no form here", "Use ReLU")

    @property
    def fused(self) -> int:
        """The op's fused activation."""
        return self.op.options.integer("fused_activation_function")


def shape_of(tensor: Tensor) -> Shape:
    """Without the batch, where that is the first axis."""
    return tensor.shape[1:] if tensor.shape[:1] == (1,) and len(tensor.shape) > 1 else tensor.shape
