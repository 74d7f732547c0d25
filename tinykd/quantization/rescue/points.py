"""Where a network's values become integers: behind each layer, its own activation included.

Values that only move (reshape, padding, maximum) keep their integers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Samples
from tinykd.own_model.nodes import LayerNetwork, LayerNode, NodeKind
from tinykd.training.tensorflow import libraries

_MOVES = (
    *(NodeKind.RESHAPE, NodeKind.PAD, NodeKind.CROP, NodeKind.MAX_POOL, NodeKind.PERMUTE),
    *(NodeKind.UPSAMPLE, NodeKind.REVERSE),
)
Values = dict[str, NDArray[np.float32]]  # of each point, (n, *shape)


@dataclass(frozen=True)
class QuantizedPoint:
    """``layer``: the node that computes; ``last``: the node whose values become integers, its activation."""

    layer: LayerNode
    last: LayerNode


def points_of(network: LayerNetwork) -> tuple[QuantizedPoint, ...]:
    """In the order of execution."""
    found, fused = [], set[str]()
    for node in network.nodes:
        if node.kind in _MOVES or node.name in fused:
            continue
        last, readers = node, network.readers(node.output)
        if node.kind is not NodeKind.RELU and len(readers) == 1 and readers[0].kind is NodeKind.RELU:
            last = readers[0]
            fused.add(last.name)
        found.append(QuantizedPoint(node, last))
    return tuple(found)


def values_of(model: Any, network: LayerNetwork, samples: Samples) -> Values:
    """What ``model``, the network's, gives at every point, by the name of its last node."""
    points = points_of(network)
    outputs = [model.get_layer(point.last.name).output for point in points]
    answers = libraries().tf_keras.Model(model.inputs, outputs)(samples, training=False)
    answers = answers if isinstance(answers, list) else [answers]
    return {point.last.name: np.asarray(each) for point, each in zip(points, answers, strict=True)}
