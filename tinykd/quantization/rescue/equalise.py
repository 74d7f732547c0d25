"""Cross-layer equalisation: channels of one layer brought to like ranges, the next layer taking it back.

ReLU(s x) = s ReLU(x) for s > 0, so that the network gives the same answers (Nagel et al., arXiv 1906.04721,
section 4.1). Kernels have a scale for each channel that they give, so what is evened out here are ranges of
activations against those of the inputs of the next kernel, at their geometric mean (Xiao et al., arXiv
2211.10438); a depthwise kernel has a scale for each input and takes all of it.
"""

import copy

import numpy as np

from tinykd.own_model.nodes import LINEAR, LayerNetwork, LayerNode, NodeKind, Real
from tinykd.quantization.rescue.points import Values

_THROUGH = (
    *(NodeKind.RELU, NodeKind.LEAKY, NodeKind.PAD, NodeKind.MAX_POOL),
    *(NodeKind.AVERAGE_POOL, NodeKind.GLOBAL_MEAN),
)
_LEAST = 1e-8


def equalised(network: LayerNetwork, values: Values) -> LayerNetwork:
    """A copy of the same answers; ``values``: of its points, from which channels' ranges are known."""
    made = copy.deepcopy(network)
    for first in made.of_kind(NodeKind.CONV, NodeKind.DEPTHWISE, NodeKind.DENSE):
        path = _path(made, first)
        if path is not None:
            _even(first, path[-1], _ranges(path, values))
    return made


def _path(network: LayerNetwork, first: LayerNode) -> list[LayerNode] | None:
    """``first``, what its values go through, and the linear layer that takes them; None: another way."""
    path, node = [first], first
    while True:
        if not network.is_private(node.output):
            return None
        (node,) = network.readers(node.output)
        path.append(node)
        if node.kind in LINEAR:
            grouped = node.options.get("groups", 1) != 1 or node.kind is NodeKind.DECONV
            return None if grouped else path
        limited = node.kind is NodeKind.RELU and node.options["limit"] is not None
        if node.kind not in _THROUGH or limited:
            return None


def _ranges(path: list[LayerNode], values: Values) -> Real:
    """(channels,) the largest magnitude of each where it becomes integers."""
    found = next(values[node.name] for node in path[1::-1] if node.name in values)
    return np.asarray(np.abs(found).reshape(-1, found.shape[-1]).max(axis=0), np.float32)


def _even(first: LayerNode, second: LayerNode, ranges: Real) -> None:
    """s = sqrt(range / range of the next kernel's inputs), all of the range for a depthwise one."""
    kernel = second.weights["kernel"]
    alive = ranges > _LEAST
    if second.kind is NodeKind.DEPTHWISE:
        scale = ranges.copy()
    else:
        inputs = np.abs(kernel).max(axis=tuple(i for i in range(kernel.ndim) if i != kernel.ndim - 2))
        alive &= inputs > _LEAST
        scale = np.sqrt(ranges / np.maximum(inputs, _LEAST))
    scale = np.where(alive, scale, 1.0)
    if alive.any():
        scale[alive] /= np.exp(np.log(scale[alive]).mean())
    _divide_outputs(first, scale)
    by_input = scale[:, None]
    second.weights["kernel"] = np.asarray(kernel * by_input, np.float32)


def _divide_outputs(layer: LayerNode, scale: Real) -> None:
    kernel = layer.weights["kernel"]
    shape = kernel.shape[2:] if layer.kind is NodeKind.DEPTHWISE else (-1,)
    layer.weights["kernel"] = np.asarray(kernel / scale.reshape(shape), np.float32)
    layer.weights["bias"] = np.asarray(layer.weights["bias"] / scale, np.float32)
