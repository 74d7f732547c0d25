"""The answers of the user's model as a student must give them: logits of the data's classes, or values.

Ranges of samples and units of answers are affine, so that the layers at the ends take them in (``affine``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.own_model.nodes import LayerNetwork, LayerNode, NodeKind, Real, size
from tinykd.own_model.rewrite import OutputEnd
from tinykd.teacher.interpretation import are_in_units
from tinykd.teacher.takes import InputRange

Outputs = NDArray[np.float32]


@dataclass(frozen=True)
class Adaptation:
    """From the model's outputs to the student's: columns that are taken, then a scale and an offset of each.

    ``columns``: -1 for a logit that is 0. None: as they are.
    """

    columns: tuple[int, ...] | None = None
    scale: tuple[float, ...] | None = None
    offset: tuple[float, ...] | None = None

    @classmethod
    def of(
        cls, data: Dataset, answers: Outputs, order: tuple[int, ...] | None, takes: InputRange
    ) -> "Adaptation":
        """``answers``: the model's own on the validation samples."""
        match data.task:
            case "classification":
                return cls(_columns(answers.shape[1], data.outputs, order))
            case "multilabel":
                return cls(_columns(answers.shape[1], data.outputs, order))
            case "regression":
                return cls._of_units(data, answers)
            case "anomaly":
                return cls._of_range(data, takes)
            case "detection":
                return cls()  # refused before, see ``stage``

    @classmethod
    def _of_units(cls, data: Dataset, answers: Outputs) -> "Adaptation":
        """Targets in their own unit are brought to mean 0 and deviation 1."""
        if not are_in_units(answers, data.validation.y[: len(answers)], data):
            return cls()
        mean, deviation = np.asarray(data.target_mean or 0.0), np.asarray(data.target_scale or 1.0)
        return cls(None, tuple(1 / deviation), tuple(-mean / deviation))

    @classmethod
    def _of_range(cls, data: Dataset, takes: InputRange) -> "Adaptation":
        """A reconstruction is brought back to the range of the samples."""
        if takes.is_nothing:
            return cls()
        pixels = size(data.input_shape) // data.input_shape[2]
        depth = np.ones(data.input_shape[2])
        factor, offset = (np.tile(np.asarray(each) * depth, pixels) for each in (takes.factor, takes.offset))
        return cls(None, tuple(1 / factor), tuple(-offset / factor))

    def add_to(self, network: LayerNetwork) -> None:
        """As nodes at the end of ``network``."""
        if self.columns is not None:
            _select(network, self.columns)
        if self.scale is not None and self.offset is not None:
            weights = {"scale": _row(self.scale), "offset": _row(self.offset)}
            _append(network, NodeKind.AFFINE, "answers", len(self.scale), weights)


def _columns(given: int, classes: int, order: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """One output of two classes is the logit of the second, that of the first is 0."""
    if given == 1 and classes == 2:
        return (-1, 0) if order is None or order == (0, 1) else (0, -1)
    return None if order is None or order == tuple(range(given)) else order


def _select(network: LayerNetwork, columns: tuple[int, ...]) -> None:
    depth = network.shapes[network.answer][0]
    kernel = np.zeros((depth, len(columns)), np.float32)
    for place, column in enumerate(columns):
        if column >= 0:
            kernel[column, place] = 1.0
    bias = np.zeros(len(columns), np.float32)
    _append(network, NodeKind.DENSE, "classes", len(columns), {"kernel": kernel, "bias": bias})


def _append(network: LayerNetwork, kind: NodeKind, name: str, units: int, weights: dict[str, Real]) -> None:
    node = LayerNode(kind, name, [network.answer], network.new_value((units,)), weights=weights)
    network.nodes.append(node)
    network.answer = node.output


def _row(values: tuple[float, ...]) -> Real:
    return np.asarray(values, np.float32)


def take_range(network: LayerNetwork, takes: InputRange, input_shape: tuple[int, int, int]) -> None:
    """At the beginning: samples (H, W, C) as tinykd has them, brought to the model's range and shape."""
    inner = network.given
    network.given = network.new_value(input_shape)
    value, nodes = network.given, []
    if not takes.is_nothing:
        depth = np.ones(input_shape[2])
        weights = {"scale": _scaled(takes.factor, depth), "offset": _scaled(takes.offset, depth)}
        affine = LayerNode(NodeKind.AFFINE, "range", [value], network.new_value(input_shape), weights=weights)
        nodes.append(affine)
        value = affine.output
    reshape = LayerNode(NodeKind.RESHAPE, "samples", [value], inner)
    network.nodes[:0] = [*nodes, reshape]


def _scaled(values: tuple[float, ...], depth: NDArray[np.float64]) -> Real:
    return np.asarray(np.asarray(values) * depth, np.float32)


def as_the_model(outputs: Outputs, end: OutputEnd) -> Outputs:
    """``outputs`` (n, outputs) of the network with what was taken off its end."""
    match end:
        case OutputEnd.NOTHING:
            return outputs
        case OutputEnd.SIGMOID:
            return np.asarray(1 / (1 + np.exp(-outputs.astype(np.float64))), np.float32)
        case OutputEnd.SOFTMAX:
            powers = np.exp(outputs.astype(np.float64) - outputs.max(axis=1, keepdims=True))
            return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
