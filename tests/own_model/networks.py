"""Small networks of nodes, and what they compute, in NumPy."""

from typing import Any

import numpy as np

from tinykd.own_model.nodes import LayerNetwork, LayerNode, NodeKind

RNG = np.random.default_rng(5)


def chain(shape: tuple[int, ...], *nodes: tuple[NodeKind, tuple[int, ...], dict[str, Any], dict[str, Any]]):
    """Nodes one behind the other: (kind, shape of its output, options, weights) each."""
    network = LayerNetwork([], 0, 0, {0: shape})
    for number, (kind, out, options, weights) in enumerate(nodes):
        value = network.new_value(out)
        network.nodes.append(LayerNode(kind, f"n{number}", [network.answer], value, dict(options), weights))
        network.answer = value
    return network


def affine(scale: Any, offset: Any):
    row = {"scale": np.float32(scale), "offset": np.float32(offset)}
    return NodeKind.AFFINE, (len(row["scale"]),), {}, row


def dense(depth: int, units: int):
    weights = {"kernel": RNG.normal(size=(depth, units)).astype("f4"), "bias": RNG.normal(size=units)}
    return NodeKind.DENSE, (units,), {}, {name: np.float32(value) for name, value in weights.items()}


def answers(network: LayerNetwork, x: Any) -> Any:
    """Of rows ``x`` (n, values) through dense layers, affine nodes and ReLUs."""
    values = {network.given: x.astype("f8")}
    for node in network.nodes:
        (given,) = (values[each] for each in node.inputs)
        match node.kind:
            case NodeKind.DENSE:
                found = given @ node.weights["kernel"] + node.weights["bias"]
            case NodeKind.AFFINE:
                found = given * node.weights["scale"] + node.weights["offset"]
            case NodeKind.DEPTHWISE:
                found = given * node.weights["kernel"].reshape(-1) + node.weights["bias"]
            case NodeKind.RELU:
                found = np.maximum(given, 0)
            case NodeKind.RESHAPE:
                found = given.reshape(len(given), *network.shapes[node.output])
        values[node.output] = found
    return values[network.answer]
