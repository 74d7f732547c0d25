"""The network of a foreign model, as few kinds of nodes on values of fixed shape, in the order of execution.

Shapes have no batch: (H, W, C), (T, C) or (C,). Weights are float32 in tf_keras's layout: a convolution's
kernel (kh, kw, in, out), a depthwise one's (kh, kw, in, multiplier), a dense layer's (in, out).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float32]
Shape = tuple[int, ...]


class NodeKind(Enum):
    """What a node computes; the value is the word for it in messages."""

    CONV = "Conv2D"
    DEPTHWISE = "DepthwiseConv2D"
    DENSE = "Dense"
    DECONV = "Conv2DTranspose"
    AVERAGE_POOL = "AveragePooling2D"
    MAX_POOL = "MaxPooling2D"
    GLOBAL_MEAN = "GlobalAveragePooling2D"
    PAD = "ZeroPadding2D"
    CROP = "Cropping2D"
    UPSAMPLE = "UpSampling2D"
    RESHAPE = "Reshape"
    ADD = "Add"
    CONCAT = "Concatenate"
    AFFINE = "scale and offset"
    RELU = "ReLU"
    LEAKY = "LeakyReLU"
    ACTIVATION = "Activation"
    SOFTMAX = "Softmax"
    LSTM = "LSTM"
    GRU = "GRU"
    SIMPLE_RNN = "SimpleRNN"
    REVERSE = "reverse"
    MULTIPLY = "Multiply"
    MAXIMUM = "Maximum"
    MINIMUM = "Minimum"
    PRELU = "PReLU"
    HARD_SWISH = "hard swish"
    PERMUTE = "Permute"


LINEAR = (NodeKind.CONV, NodeKind.DEPTHWISE, NodeKind.DENSE, NodeKind.DECONV)
ELEMENTWISE = (
    *(NodeKind.AFFINE, NodeKind.RELU, NodeKind.LEAKY, NodeKind.HARD_SWISH),
    NodeKind.ACTIVATION,
)
RECURRENT_KINDS = (NodeKind.LSTM, NodeKind.GRU, NodeKind.SIMPLE_RNN)


@dataclass(eq=False)
class LayerNode:
    """One computation; ``name``: the layer it came from."""

    kind: NodeKind
    name: str
    inputs: list[int]
    output: int
    options: dict[str, Any] = field(default_factory=dict)
    weights: dict[str, Real] = field(default_factory=dict)


@dataclass
class LayerNetwork:
    """From value ``given`` to value ``answer``; ``shapes``: of every value."""

    nodes: list[LayerNode]
    given: int
    answer: int
    shapes: dict[int, Shape]

    def new_value(self, shape: Shape) -> int:
        """The number of a value that is not there yet."""
        number = max(self.shapes) + 1
        self.shapes[number] = shape
        return number

    def readers(self, value: int) -> list[LayerNode]:
        """The nodes that take ``value``, one that takes it twice once."""
        return [node for node in self.nodes if value in node.inputs]

    def writer(self, value: int) -> LayerNode | None:
        """The node that gives ``value``; None for the input."""
        return next((node for node in self.nodes if node.output == value), None)

    def is_private(self, value: int) -> bool:
        """Whether one node alone takes ``value``, and it is no answer."""
        return len(self.readers(value)) == 1 and value != self.answer

    def insert_after(self, place: LayerNode, node: LayerNode) -> None:
        """``node`` directly behind ``place``."""
        self.nodes.insert(self.nodes.index(place) + 1, node)

    def redirect(self, old: int, new: int) -> None:
        """Whoever takes ``old`` takes ``new``."""
        for node in self.nodes:
            node.inputs = [new if value == old else value for value in node.inputs]
        if self.answer == old:
            self.answer = new

    def remove(self, node: LayerNode) -> None:
        """``node``, which gives its first input on as it is."""
        self.nodes.remove(node)
        self.redirect(node.output, node.inputs[0])

    def drop_unused(self) -> None:
        """Nodes whose values nobody takes."""
        for node in reversed(list(self.nodes)):
            if node.output != self.answer and not self.readers(node.output):
                self.nodes.remove(node)

    def of_kind(self, *kinds: NodeKind) -> Iterator[LayerNode]:
        """Those of ``kinds``, in order; the list may change meanwhile."""
        return (node for node in list(self.nodes) if node.kind in kinds)


def size(shape: Shape) -> int:
    """How many numbers a value has."""
    return prod(shape)
