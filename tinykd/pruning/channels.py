"""Which channels of a network stand and fall together, traced through its layers.

A space is a set of channels. A convolution or dense layer makes one; whatever keeps channels (normalisation,
activation, depthwise convolution, pooling) passes it on; an Add makes two into one, since channel i of both
sides is one channel (DepGraph: Fang et al., arXiv 2301.12900). Flattening repeats it for every pixel. Spaces
of the input, of the output and of layers that are not known here are fixed.
"""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Kept = dict[int, NDArray[np.int64]]  # space -> the channels that stay, ascending

_LAYERS = """
ReLU Activation LeakyReLU Dropout ZeroPadding2D MaxPooling2D AveragePooling2D UpSampling2D
GlobalAveragePooling2D
"""
_PASSED_ON = frozenset(_LAYERS.split())


@dataclass(frozen=True)
class WeightAxis:
    """An axis of a weight: the channels of ``spaces``, one after the other, all of it ``repeat`` times."""

    spaces: tuple[int, ...]
    repeat: int = 1


@dataclass
class Network:
    """The spaces of a model, and which axis of which weight belongs to which."""

    sizes: dict[int, int] = field(default_factory=dict)  # space -> channels
    fixed: set[int] = field(default_factory=set)
    axes: dict[tuple[str, int], dict[int, WeightAxis]] = field(
        default_factory=dict
    )  # (layer, weight) -> axis -> what
    makers: dict[str, int] = field(default_factory=dict)  # layer -> the space that it makes

    def index(self, axis: WeightAxis, kept: Kept) -> NDArray[np.int64]:
        """The positions along ``axis`` that stay."""
        parts, start = [], 0
        for space in axis.spaces:
            parts.append(start + kept.get(space, np.arange(self.sizes[space])))
            start += self.sizes[space]
        once = np.concatenate(parts)
        return np.concatenate([once + turn * start for turn in range(axis.repeat)])

    def weights(self, model: Any, kept: Kept) -> int:
        """How many numbers are left of ``model``'s weights."""
        total = 0
        for layer in model.layers:
            for number, weight in enumerate(layer.weights):
                axes = self.axes.get((layer.name, number), {})
                sizes = (
                    len(self.index(axes[i], kept)) if i in axes else n for i, n in enumerate(weight.shape)
                )
                total += math.prod(sizes)
        return total


def trace(model: Any) -> Network:
    """The network of a tf_keras ``model`` that quantization-aware training takes."""
    tracer = _Tracer()
    for layer in model.layers:
        tracer.visit(layer)
    for tensor in model.outputs:
        tracer.fix(tracer.outputs[tensor._keras_history.layer.name])
    return tracer.network()


class _Tracer:
    def __init__(self) -> None:
        self.outputs: dict[str, WeightAxis] = {}  # layer -> its output's channels
        self._found = Network()
        self._parents: dict[int, int] = {}

    def network(self) -> Network:
        """What was found, every space by one number."""
        found = self._found
        axes = {
            key: {i: self._resolved(axis) for i, axis in each.items()} for key, each in found.axes.items()
        }
        return Network(
            {space: size for space, size in found.sizes.items() if self._root(space) == space},
            {self._root(space) for space in found.fixed},
            axes,
            {name: self._root(space) for name, space in found.makers.items()},
        )

    def visit(self, layer: Any) -> None:
        """Note what ``layer`` does to the channels of its inputs."""
        before = layer.inbound_nodes[0].inbound_layers if layer.inbound_nodes else []
        inputs = [self._output_of(each) for each in (before if isinstance(before, list) else [before])]
        shared = len(layer.inbound_nodes) > 1
        output = self._known(layer, inputs) if inputs and not shared else None
        if output is None:
            for axis in inputs:
                self.fix(axis)
            output = self._fixed(_channels(layer))
        self.outputs[layer.name] = output

    def _output_of(self, layer: Any) -> WeightAxis:
        if layer.name not in self.outputs:  # the input of a Sequential
            self.outputs[layer.name] = self._fixed(_channels(layer))
        return self.outputs[layer.name]

    def _joined(self, first: WeightAxis, others: list[WeightAxis]) -> WeightAxis:
        """``first``, whose channels are kept or dropped together with those of ``others``."""
        for other in others:
            for a, b in zip(first.spaces, other.spaces, strict=True):
                self._join(a, b)
        return first

    def _known(self, layer: Any, inputs: list[WeightAxis]) -> WeightAxis | None:
        """The output's channels; None of a layer that is not known."""
        kind, first = type(layer).__name__, inputs[0]
        if kind in _PASSED_ON:
            return first
        match kind:
            case "Conv2D" if layer.groups == 1:
                return self._made(layer, layer.filters, first, 2)
            case "Dense":
                return self._made(layer, layer.units, first, 0)
            case "DepthwiseConv2D" if layer.depth_multiplier == 1 and first.repeat == 1:
                self._note(layer, 0, {2: first})
                self._note(layer, 1, {0: first})
                return first
            case "BatchNormalization":
                for number in range(len(layer.weights)):
                    self._note(layer, number, {0: first})
                return first
            case "Flatten":
                return WeightAxis(first.spaces, first.repeat * math.prod(layer.input_shape[1:-1]))
            case "Add" if all(self._alike(first, other) for other in inputs):
                return self._joined(first, inputs[1:])
            case "Concatenate" if layer.axis in (-1, len(layer.output_shape) - 1):
                if all(each.repeat == 1 for each in inputs):
                    return WeightAxis(tuple(space for each in inputs for space in each.spaces))
        return None

    def _made(self, layer: Any, size: int, given: WeightAxis, axis: int) -> WeightAxis:
        space = self._space(size)
        self._found.makers[layer.name] = space
        self._note(layer, 0, {axis: given, axis + 1: WeightAxis((space,))})
        self._note(layer, 1, {0: WeightAxis((space,))})
        return WeightAxis((space,))

    def _note(self, layer: Any, weight: int, axes: dict[int, WeightAxis]) -> None:
        if weight < len(layer.weights):
            self._found.axes[layer.name, weight] = axes

    def _alike(self, a: WeightAxis, b: WeightAxis) -> bool:
        sizes = self._found.sizes
        return a.repeat == b.repeat and [sizes[s] for s in a.spaces] == [sizes[s] for s in b.spaces]

    def _space(self, size: int) -> int:
        space = len(self._parents)
        self._parents[space], self._found.sizes[space] = space, size
        return space

    def _fixed(self, size: int) -> WeightAxis:
        axis = WeightAxis((self._space(size),))
        self.fix(axis)
        return axis

    def fix(self, axis: WeightAxis) -> None:
        """Nothing of ``axis`` may go."""
        self._found.fixed.update(axis.spaces)

    def _join(self, a: int, b: int) -> None:
        self._parents[self._root(b)] = self._root(a)

    def _root(self, space: int) -> int:
        while self._parents[space] != space:
            space = self._parents[space]
        return space

    def _resolved(self, axis: WeightAxis) -> WeightAxis:
        return WeightAxis(tuple(self._root(space) for space in axis.spaces), axis.repeat)


def _channels(layer: Any) -> int:
    """Of what ``layer`` gives; an InputLayer, and whatever is called twice, says a list of shapes."""
    given = layer.get_output_at(0)
    first = given[0] if isinstance(given, list | tuple) else given
    return int(first.shape[-1]) if len(first.shape) else 1
