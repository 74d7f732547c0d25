"""Nodes brought together: activations at their convolutions, swish as one, no softmax at the end."""

import numpy as np

from tests.own_model.networks import RNG, answers, chain, dense
from tinykd.own_model.nodes import LayerNode, NodeKind
from tinykd.own_model.replace import replace_activations, without_form
from tinykd.own_model.rewrite import OutputEnd, join_swish, rewrite

NOTHING = lambda _network: None  # noqa: E731
RELU = {"limit": None}


def kinds(network):
    return [node.kind for node in network.nodes]


def test_the_softmax_is_left_out_and_known():
    network = chain((3,), dense(3, 2), (NodeKind.SOFTMAX, (2,), {}, {}))
    assert rewrite(network, True, NOTHING).end is OutputEnd.SOFTMAX
    assert kinds(network) == [NodeKind.DENSE]


def test_values_keep_their_sigmoid():
    network = chain((3,), dense(3, 1), (NodeKind.ACTIVATION, (1,), {"name": "sigmoid"}, {}))
    assert rewrite(network, False, NOTHING).end is OutputEnd.NOTHING
    assert kinds(network) == [NodeKind.DENSE, NodeKind.ACTIVATION]


def test_an_activation_goes_in_front_of_reshapes():
    """As Conv1D is written: a convolution on (1, T, C), squeezed, and its activation behind."""
    nodes = (NodeKind.RESHAPE, (5, 2), {}, {}), (NodeKind.RELU, (5, 2), RELU, {})
    network = chain((1, 5, 2), (NodeKind.MAX_POOL, (1, 5, 2), {}, {}), *nodes)
    rewrite(network, True, NOTHING)
    assert kinds(network) == [NodeKind.MAX_POOL, NodeKind.RELU, NodeKind.RESHAPE]
    assert network.shapes[network.nodes[1].output] == (1, 5, 2)


def test_sums_of_reshapes_are_reshapes_of_sums():
    network = chain((1, 5, 2), (NodeKind.RESHAPE, (5, 2), {}, {}))
    pool = LayerNode(NodeKind.MAX_POOL, "pool", [0], network.new_value((1, 5, 2)))
    second = LayerNode(NodeKind.RESHAPE, "squeeze", [pool.output], network.new_value((5, 2)))
    add = LayerNode(NodeKind.ADD, "add", [network.answer, second.output], network.new_value((5, 2)))
    network.nodes += [pool, second, add]
    network.answer = add.output
    rewrite(network, True, NOTHING)
    assert kinds(network) == [NodeKind.MAX_POOL, NodeKind.ADD, NodeKind.RESHAPE]


def test_the_last_step_of_a_recurrent_layer_is_its_last_state():
    """As a slice is read: steps as pixels, cropped."""
    options = {"units": 2, "sequences": True, "backwards": False}
    crop = NodeKind.CROP, (1, 1, 2), {"amounts": ((4, 0), (0, 0))}, {}
    lstm, pixels = (NodeKind.LSTM, (5, 2), options, {}), (NodeKind.RESHAPE, (5, 1, 2), {}, {})
    network = chain((5, 3), lstm, pixels, crop, (NodeKind.RESHAPE, (2,), {}, {}))
    rewrite(network, True, NOTHING)
    assert kinds(network) == [NodeKind.LSTM] and network.shapes[network.answer] == (2,)
    assert network.nodes[0].options["sequences"] is False


def test_other_steps_are_cropped():
    options = {"units": 2, "sequences": True, "backwards": False}
    crop = NodeKind.CROP, (2, 1, 2), {"amounts": ((3, 0), (0, 0))}, {}
    lstm, pixels = (NodeKind.LSTM, (5, 2), options, {}), (NodeKind.RESHAPE, (5, 1, 2), {}, {})
    network = chain((5, 3), lstm, pixels, crop)
    rewrite(network, True, NOTHING)
    assert kinds(network) == [NodeKind.LSTM, NodeKind.RESHAPE, NodeKind.CROP]


def test_pieces_of_a_last_state_are_cropped():
    """Of five units the fifth, which is no fifth step."""
    options = {"units": 5, "sequences": False, "backwards": False}
    crop = NodeKind.CROP, (1, 1, 1), {"amounts": ((4, 0), (0, 0))}, {}
    network = chain((5, 3), (NodeKind.LSTM, (5,), options, {}), (NodeKind.RESHAPE, (5, 1, 1), {}, {}), crop)
    rewrite(network, True, NOTHING)
    assert kinds(network) == [NodeKind.LSTM, NodeKind.RESHAPE, NodeKind.CROP]


def test_dense_layers_in_a_row_are_one():
    network = chain((3,), dense(3, 4), dense(4, 2))
    x = RNG.normal(size=(5, 3))
    wanted = answers(network, x)
    rewrite(network, True, NOTHING)
    assert kinds(network) == [NodeKind.DENSE]
    np.testing.assert_allclose(answers(network, x), wanted, rtol=1e-5, atol=1e-6)


def swish():
    network = chain((3,), dense(3, 3), (NodeKind.ACTIVATION, (3,), {"name": "sigmoid"}, {}))
    x, gate = network.nodes[0].output, network.answer
    network.nodes.append(LayerNode(NodeKind.MULTIPLY, "silu", [x, gate], network.new_value((3,))))
    network.answer = network.nodes[-1].output
    return network


def test_x_times_its_sigmoid_is_swish():
    network = swish()
    join_swish(network)
    assert [(n.kind, n.options) for n in network.nodes[1:]] == [(NodeKind.ACTIVATION, {"name": "swish"})]


def test_what_is_asked_for_becomes_relu():
    network = swish()
    join_swish(network)
    assert replace_activations(network, ["gelu"]) == 0
    assert replace_activations(network, ["swish"]) == 1
    assert kinds(network) == [NodeKind.DENSE, NodeKind.RELU]


def test_gelu_has_no_int8_form():
    network = chain((3,), (NodeKind.ACTIVATION, (3,), {"name": "gelu"}, {}))
    assert without_form(network, ["gelu"]) == []
    assert without_form(network, []) == [
        "layer n0: activation gelu has no int8 form. "
        'Say [student] replace = ["gelu"]: ReLU takes its place, and is trained to'
    ]


def test_weights_of_shared_layers_are_counted():
    layer = dense(3, 3)
    nodes = layer, (NodeKind.RELU, (3,), RELU, {}), layer
    assert rewrite(chain((3,), *nodes), True, NOTHING).shared == 9
