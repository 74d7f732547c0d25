"""Channels that stand and fall together, what matters least, and models that answer as before without it."""

import numpy as np
import pytest

from tinykd.pruning.channels import WeightAxis, trace
from tinykd.pruning.cut import Chunk, chunks, importance, rebuilt, without
from tinykd.student.ds_cnn import ds_cnn
from tinykd.student.mlp import mlp
from tinykd.student.resnet8 import resnet8
from tinykd.training.tensorflow import libraries, set_seed

pytestmark = pytest.mark.slow  # imports TensorFlow


def joined(shape, outputs, _width=1.0):
    """Two branches one beside the other, flattened: every pixel repeats the channels of both."""
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    inputs = layers.Input(shape)
    left = layers.Conv2D(8, 3, activation="relu", name="left")(inputs)
    right = layers.Conv2D(12, 3, activation="relu", name="right")(inputs)
    x = layers.Flatten()(layers.Concatenate()([left, right]))
    return keras.Model(inputs, layers.Dense(outputs, name="logits")(x))


def with_its_input(shape, outputs, _width=1.0):
    """The input's own channels are kept: normalised, convolved alone, added and put beside others."""
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    inputs = layers.Input(shape)
    x = layers.BatchNormalization()(layers.DepthwiseConv2D(3, padding="same")(inputs))
    x = layers.Add()([inputs, layers.Conv2D(shape[-1], 1)(x)])
    x = layers.Concatenate()([inputs, layers.Conv2D(8, 3, padding="same", activation="relu")(x)])
    x = layers.Conv2D(12, 3, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(outputs, name="logits")(layers.Flatten()(x)))


def in_a_row(shape, outputs, _width=1.0):
    """A Sequential."""
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    network = [layers.Conv2D(8, 3, input_shape=shape), layers.ReLU(), layers.Flatten(), layers.Dense(outputs)]
    return keras.Sequential(network)


def kill(model, network, chunk):
    """Make the channels of ``chunk`` give 0 whatever comes in."""
    gone = list(chunk.channels)
    for layer in model.layers:
        name, weights = layer.name, layer.get_weights()
        made = network.makers.get(name) == chunk.space
        norm = type(layer).__name__ == "BatchNormalization" and network.axes[name, 0][0] == WeightAxis(
            (chunk.space,)
        )
        if made or norm:
            for weight in weights[:2]:  # kernel and bias, or gamma and beta
                weight[..., gone] = 0
            layer.set_weights(weights)


@pytest.mark.parametrize("channels", [1, 3, 6])
@pytest.mark.parametrize("build", [ds_cnn, mlp, resnet8, joined, with_its_input, in_a_row])
def test_without_dead_channels_the_answers_are_the_same(build, channels):
    """With 3 channels of the input, every functional student was traced as if it had one."""
    set_seed(1)
    model = build((8, 8, channels), 3, 1.0)
    network = trace(model)
    gone = chunks(model, network)[::2]
    for chunk in gone:
        kill(model, network, chunk)
    kept = without(network, gone)
    smaller = rebuilt(model, network, kept)
    assert smaller.count_params() == network.weights(model, kept) < model.count_params()
    x = np.random.default_rng(0).random((4, 8, 8, channels), dtype=np.float32)
    assert np.allclose(smaller(x), model(x), atol=1e-5)
    assert [type(a) for a in smaller.layers] == [type(b) for b in model.layers]


def test_an_add_ties_both_sides_and_ends_are_fixed():
    network = trace(resnet8((8, 8, 1), 3, 1.0))
    makers = network.makers
    assert makers["stem"] == makers["block1_second"] != makers["block1_first"]
    assert makers["block2_second"] == makers["block2_shortcut"]
    assert makers["logits"] in network.fixed and len(network.fixed) == 2


def test_flattening_repeats_the_channels_of_all_branches():
    network = trace(joined((8, 8, 1), 3))
    left, right = network.makers["left"], network.makers["right"]
    axis = network.axes["logits", 0][0]
    assert axis == WeightAxis((left, right), 36)
    index = network.index(axis, {left: np.array([1, 3])})
    assert index[:14].tolist() == [1, 3, *range(8, 20)] and index[14:16].tolist() == [21, 23]


def test_a_layer_that_is_not_known_keeps_its_channels():
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    inputs = layers.Input((8, 8, 1))
    x = layers.Conv2DTranspose(8, 3)(layers.Conv2D(8, 3, name="c")(inputs))
    network = trace(keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x))))
    assert network.makers["c"] in network.fixed


def test_gammas_decide_and_norms_where_there_are_none():
    model = ds_cnn((8, 8, 1), 3, 0.5)
    network = trace(model)
    space = network.makers["stem"]  # 8 channels, through two normalisations
    model.get_layer("stem_norm").gamma.assign([1, -2, 3, 0, 1, 1, 1, 1])
    model.get_layer("block1_depthwise_norm").gamma.assign([0, 2, 0, 0, 0, 0, 0, 0])
    found = np.array([1, 4, 3, 0, 1, 1, 1, 1])
    assert np.allclose(importance(model, network, space), found / found.mean())
    plain = mlp((8, 8, 1), 3, 0.125)
    network, layer = trace(plain), plain.get_layer("hidden1")
    found = np.abs(layer.get_weights()[0]).sum(axis=0)
    assert np.allclose(importance(plain, network, network.makers["hidden1"]), found / found.mean())


def test_channels_go_in_fours_and_four_stay():
    layers, keras = libraries().tf_keras.layers, libraries().tf_keras
    inputs = layers.Input((3,))
    x = layers.Dense(10, name="ten")(inputs)
    model = keras.Model(inputs, layers.Dense(2)(layers.Dense(4, name="four")(x)))
    kernel = np.ones((3, 10)) * np.array([9, 1, 8, 2, 7, 3, 6, 4, 5, 10])
    model.get_layer("ten").set_weights([kernel, np.zeros(10)])
    network = trace(model)
    found = chunks(model, network)
    assert [set(chunk.channels) for chunk in found] == [{1, 3}, {5, 7, 8, 6}]
    kept = without(network, [*found, Chunk(0, network.makers["ten"], (4,))])
    assert kept[network.makers["ten"]].tolist() == [0, 2, 9]
