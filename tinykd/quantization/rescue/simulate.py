"""A network with some of its layers in integers, the others in float: what each of them costs.

Weights: 8 bits, a symmetric scale for each channel that a kernel gives. Activations: 8 bits in their range,
as TFLite has them (Jacob et al., arXiv 1712.05877). Simulated in float; the figures rank layers, no more.
"""

import copy
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Samples
from tinykd.own_model.nodes import LINEAR, LayerNetwork, LayerNode, NodeKind
from tinykd.quantization.rescue.canonical import model_of
from tinykd.quantization.rescue.points import points_of
from tinykd.training.tensorflow import libraries

Ranges = Mapping[str, tuple[float, float]]  # by the name of a point's last node
_MOST = 127.0


def with_int8_weights(network: LayerNetwork) -> LayerNetwork:
    """A copy whose kernels are what int8 can say."""
    made = copy.deepcopy(network)
    for node in made.of_kind(*LINEAR):
        node.weights["kernel"] = _rounded_kernel(node)
    return made


def _rounded_kernel(node: LayerNode) -> NDArray[np.float32]:
    kernel = node.weights["kernel"]
    kept = (2, 3) if node.kind is NodeKind.DEPTHWISE else (2,) if node.kind is NodeKind.DECONV else (-1,)
    axes = tuple(i for i in range(kernel.ndim) if i not in {k % kernel.ndim for k in kept})
    scale = np.maximum(np.abs(kernel).max(axis=axes, keepdims=True), 1e-30) / _MOST
    return np.asarray(np.round(kernel / scale) * scale, np.float32)


class MixedNetwork:
    """Answers with the layers that are named in integers; compiled once for all choices."""

    def __init__(self, network: LayerNetwork, ranges: Ranges, given: tuple[float, float]) -> None:
        self._network, self._ranges, self._given = network, ranges, given
        self._points = points_of(network)
        self.layers = tuple(point.layer.name for point in self._points)
        self._float = model_of(network, "float")
        self._int8 = model_of(with_int8_weights(network), "int8_weights")
        tf = libraries().tf
        self._call = tf.function(self._traced)

    def __call__(self, x: Samples, chosen: Collection[str]) -> NDArray[np.float32]:
        """(n, outputs); ``chosen``: layers in integers; the input is where any is."""
        mask = np.array([bool(chosen), *(name in chosen for name in self.layers)])
        return np.asarray(self._call(x, mask)).reshape(len(x), -1)

    def _traced(self, x: Any, mask: Any) -> Any:
        tf, places = libraries().tf, {name: i + 1 for i, name in enumerate(self.layers)}
        ends = {point.last.name: places[point.layer.name] for point in self._points}
        values = {self._network.given: tf.where(mask[0], self._rounded(x, self._given), x)}
        for node in self._network.nodes:
            given = [values[value] for value in node.inputs]
            given = given[0] if len(given) == 1 else given
            out = self._float.get_layer(node.name)(given)
            if node.kind in LINEAR:
                out = tf.where(mask[places[node.name]], self._int8.get_layer(node.name)(given), out)
            if node.name in ends:
                out = tf.where(mask[ends[node.name]], self._rounded(out, self._ranges[node.name]), out)
            values[node.output] = out
        return values[self._network.answer]

    @staticmethod
    def _rounded(x: Any, range: tuple[float, float]) -> Any:
        low, high = min(range[0], 0.0), max(range[1], 0.0)
        if high <= low:
            return x
        return libraries().tf.quantization.fake_quant_with_min_max_args(x, low, high)
