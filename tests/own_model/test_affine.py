"""Scales and offsets taken into the layers around them, without a change of any answer."""

import numpy as np
import pytest

from tests.own_model.networks import RNG, affine, answers, chain, dense
from tinykd.own_model.affine import fold_affine
from tinykd.own_model.nodes import LayerNetwork, LayerNode, NodeKind

X = RNG.normal(size=(7, 3))
ROW = affine([2, -1, 0.5], [0.3, 1, -2])
RELU = (NodeKind.RELU, (3,), {"limit": None}, {})


def kinds(network):
    return [node.kind for node in network.nodes]


@pytest.mark.parametrize(
    ("nodes", "left"),
    [
        ((dense(3, 3), ROW), [NodeKind.DENSE]),
        ((ROW, dense(3, 4)), [NodeKind.DENSE]),
        ((ROW, ROW, dense(3, 4)), [NodeKind.DENSE]),
        ((dense(3, 3), ROW, RELU, dense(3, 2)), [NodeKind.DENSE, NodeKind.RELU, NodeKind.DENSE]),
        ((ROW, affine([0.5, -1, 2], [-0.15, 1, 4]), dense(3, 4)), [NodeKind.DENSE]),
    ],
)
def test_dense_layers_take_them_in(nodes, left):
    network = chain((3,), *nodes)
    wanted = answers(network, X)
    fold_affine(network)
    assert kinds(network) == left
    np.testing.assert_allclose(answers(network, X), wanted, rtol=1e-5, atol=1e-5)


def test_what_nothing_takes_in_is_a_layer_on_pixels():
    network = chain((3,), RELU, ROW, RELU)
    wanted = answers(network, X)
    fold_affine(network)
    assert kinds(network) == [
        NodeKind.RELU,
        NodeKind.RESHAPE,
        NodeKind.DEPTHWISE,
        NodeKind.RESHAPE,
        NodeKind.RELU,
    ]
    np.testing.assert_allclose(answers(network, X), wanted, rtol=1e-6)


def test_a_range_that_the_model_takes_back_leaves_nothing():
    """255 x, and then Rescaling(1 / 255)."""
    network = chain((3,), affine([255] * 3, [0] * 3), affine([1 / 255] * 3, [0] * 3), RELU)
    fold_affine(network)
    assert kinds(network) == [NodeKind.RELU]


def convolution(padding, groups=1):
    kernel = RNG.normal(size=(3, 3, 4 // groups, 6)).astype("f4")
    options = {"padding": padding, "strides": (1, 1), "dilation": (1, 1), "groups": groups}
    return NodeKind.CONV, (5, 5, 6), options, {"kernel": kernel, "bias": np.zeros(6, np.float32)}


def before(layer, offset):
    row = affine([1, 2, 3, 4], offset)
    network = chain((5, 5, 4), (*row[:1], (5, 5, 4), *row[2:]), layer)
    fold_affine(network)
    return network


def test_padding_takes_no_offset():
    assert kinds(before(convolution("same"), [0, 0, 0, 1])) == [NodeKind.DEPTHWISE, NodeKind.CONV]
    assert kinds(before(convolution("same"), [0] * 4)) == [NodeKind.CONV]


def test_groups_take_the_channels_that_they_read():
    layer = convolution("valid", groups=2)
    kernel, offset = layer[3]["kernel"], np.float32([1, 2, 3, 4])
    (node,) = before(layer, offset).nodes
    of_output = np.stack([offset[:2]] * 3 + [offset[2:]] * 3, axis=1)  # (inputs, outputs)
    np.testing.assert_allclose(node.weights["kernel"], kernel * of_output, rtol=1e-6)
    np.testing.assert_allclose(node.weights["bias"], (kernel * of_output).sum((0, 1, 2)), rtol=1e-5)


def test_a_depthwise_kernel_is_scaled_by_its_channel():
    kernel = RNG.normal(size=(3, 3, 4, 2)).astype("f4")
    options = {"padding": "valid", "strides": (1, 1), "dilation": (1, 1)}
    weights = {"kernel": kernel, "bias": np.zeros(8, np.float32)}
    (node,) = before((NodeKind.DEPTHWISE, (3, 3, 8), options, weights), [0, 1, 0, 0]).nodes
    scale = np.float32([1, 2, 3, 4])[:, None]
    np.testing.assert_allclose(node.weights["kernel"], kernel * scale, rtol=1e-6)
    wanted = (kernel * np.float32([0, 1, 0, 0])[:, None]).sum((0, 1)).reshape(-1)
    np.testing.assert_allclose(node.weights["bias"], wanted, rtol=1e-5)


def test_two_readers_of_which_one_takes_none():
    network = chain((3,), ROW, dense(3, 3))
    network.nodes.append(LayerNode(NodeKind.ADD, "sum", [network.answer, 1], network.new_value((3,))))
    network.answer = network.nodes[-1].output
    fold_affine(network)
    assert NodeKind.DEPTHWISE in kinds(network)


def test_values_are_numbered_anew():
    network = LayerNetwork([], 0, 0, {0: (3,)})
    assert [network.new_value((1,)), network.new_value((2,))] == [1, 2]


def test_gates_of_a_recurrent_layer_take_it_behind_a_reshape():
    """A GRU's bias of its inputs moves, that of its state stays."""
    kernel, bias = RNG.normal(size=(4, 6)).astype("f4"), np.ones((2, 6), np.float32)
    weights = {"kernel": kernel, "recurrent": np.ones((2, 6), np.float32), "bias": bias}
    row, offset = affine([1, 2, 3, 4], [0, 1, 0, 2]), np.float32([0, 1, 0, 2])
    pixels, steps = (*row[:1], (5, 1, 4), *row[2:]), (NodeKind.RESHAPE, (5, 4), {}, {})
    network = chain((5, 1, 4), pixels, steps, (NodeKind.GRU, (2,), {"units": 2}, weights))
    fold_affine(network)
    assert kinds(network) == [NodeKind.RESHAPE, NodeKind.GRU]
    found = network.nodes[1].weights
    assert list(found) == ["kernel", "recurrent", "bias"]
    np.testing.assert_allclose(found["kernel"], kernel * np.float32([1, 2, 3, 4])[:, None])
    np.testing.assert_allclose(found["bias"], [1 + offset @ kernel, np.ones(6)], rtol=1e-6)
