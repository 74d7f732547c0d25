"""A network that int8 hurts, since its channels are as uneven as can be, and what brings its answers back."""

import numpy as np
import pytest

from tinykd.data.splits.split import split_dataset
from tinykd.progress import Silent
from tinykd.quantization.ptq import post_training
from tinykd.quantization.rescue.canonical import canonical, model_of
from tinykd.quantization.rescue.equalise import equalised
from tinykd.quantization.rescue.points import values_of
from tinykd.quantization.rescue.range_choice import extremes, least_error, percentile, rounded
from tinykd.quantization.rescue.run import rescue
from tinykd.quantization.rescue.simulate import MixedNetwork
from tinykd.training.tensorflow import libraries

RNG = np.random.default_rng(0)
VALUES = np.random.default_rng(0).normal(size=100_000).astype(np.float32)


def test_ranges_have_zero_in_them():
    assert extremes(np.float32([2, 5])) == (0.0, 5.0)
    assert extremes(np.float32([-2, -1])) == (-2.0, 0.0)


def test_a_rare_extreme_is_cut_off():
    assert percentile(VALUES, 99)[1] < 3
    low, high = least_error(VALUES)
    assert extremes(VALUES)[1] > 1.03 * high

    def error(low, high):
        return float(np.square(rounded(VALUES, low, high) - VALUES).mean())

    assert error(low, high) < error(*extremes(VALUES))


def test_integers_of_a_range():
    np.testing.assert_allclose(rounded(np.float32([-2, 0, 0.6, 300]), 0, 255), [0, 0, 1, 255])
    assert not rounded(np.float32([1, 2]), 0, 0).any()


@pytest.fixture(scope="module")
def uneven():
    """(student, data): channels of the first layers differ a thousandfold; labels are its own answers."""
    keras = libraries().tf_keras
    layers = keras.layers
    keras.utils.set_random_seed(3)
    given = layers.Input((8, 8, 1))
    x = layers.ReLU()(layers.Conv2D(8, 3, padding="same", name="wide")(given))
    x = layers.ReLU()(layers.DepthwiseConv2D(3, name="depthwise")(x))
    x = layers.ReLU()(layers.Conv2D(8, 1, name="mixing")(x))
    student = keras.Model(given, layers.Dense(4, name="logits")(layers.Flatten()(x)), name="uneven")
    scale = np.geomspace(1e-3, 1e1, 8).astype(np.float32)
    for name, factor in (("wide", scale), ("depthwise", scale[::-1, None] / scale[:, None])):
        kernel, bias = student.get_layer(name).get_weights()
        student.get_layer(name).set_weights([kernel * factor, bias])
    kernel, bias = student.get_layer("mixing").get_weights()
    student.get_layer("mixing").set_weights([kernel / scale[::-1, None], bias])
    x = RNG.normal(size=(600, 8, 8, 1)).astype(np.float32)
    scores = student.predict(x, verbose=0)
    centred = scores - scores.mean(axis=0)  # classes of like sizes
    last, bias = student.get_layer("logits").get_weights()
    student.get_layer("logits").set_weights([last, bias - scores.mean(axis=0)])
    return student, split_dataset("d", x, centred.argmax(axis=1), ("a", "b", "c", "d"))


@pytest.mark.slow
def test_equalised_channels_give_the_same_answers(uneven):
    student, data = uneven
    network = canonical(student, data.train.x)
    model, few = model_of(network, "a"), data.train.x[:64]
    values = values_of(model, network, few)
    even = equalised(network, values)
    found = model_of(even, "b")
    wanted = student.predict(few, verbose=0)
    np.testing.assert_allclose(found.predict(few, verbose=0), wanted, atol=1e-4 * np.ptp(wanted))

    def spread(values, name):
        peaks = np.abs(values[name]).max(axis=(0, 1, 2))
        return peaks.max() / peaks.min()

    first = next(iter(values))
    assert spread(values, first) > 1000 and spread(values_of(found, even, few), first) < 10


@pytest.mark.slow
def test_layers_in_float_are_float(uneven):
    student, data = uneven
    network, few = canonical(student, data.train.x), data.train.x[:64]
    values = values_of(model_of(network, "a"), network, few)
    mixed = MixedNetwork(network, {k: extremes(v) for k, v in values.items()}, extremes(few))
    wanted = student.predict(few, verbose=0)
    np.testing.assert_allclose(mixed(few, ()), wanted, atol=1e-5 * np.ptp(wanted))
    assert np.abs(mixed(few, mixed.layers) - wanted).max() > 0.02 * np.ptp(wanted)


@pytest.mark.slow
def test_a_network_that_int8_hurts_is_rescued(uneven):
    student, data = uneven
    found = rescue(student, data, post_training(student, data.train.x), False, Silent())
    assert found.before.merit < 0.85
    assert found.chosen.remedy.merit >= 0.9
    tried = {each.name: each.merit for each in found.tried}
    assert tried["channels equalised"] > max(v for name, v in tried.items() if name.startswith("ranges"))
    assert found.layers.worst.layer in ("wide", "depthwise")
    assert len(found.layers.layers) == 4 and found.layers.all > 0.01
    assert found.to_json()["chosen"] == found.chosen.remedy.name
    names = [each.name for each in found.tried[-2:]]
    assert names == [f"int16 activations behind {found.layers.worst.layer}", "int16 activations everywhere"]
    behind, everywhere = found.tried[-2:]
    assert everywhere.merit >= found.before.merit
    assert found.before.cycles < behind.cycles < everywhere.cycles
    assert found.before.arena_bytes <= behind.arena_bytes <= everywhere.arena_bytes
