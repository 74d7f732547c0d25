"""A training that is stopped after any epoch goes on from it and ends with the same bytes."""

import numpy as np
import pytest

from tinykd.data.dataset import Split
from tinykd.distillation.over_distillation import OverDistillationCallback
from tinykd.progress import Silent
from tinykd.training import checkpoint
from tinykd.training.checkpoint import draws_numbers, kept_in
from tinykd.training.loop import Schedule, Training, fit
from tinykd.training.supervised import supervised_loss
from tinykd.training.tensorflow import libraries, set_seed

RNG = np.random.default_rng(8)
Y = np.arange(48) % 3
X = (RNG.normal(size=(48, 4, 4, 1)) + Y[:, None, None, None]).astype(np.float32)
SPLIT = Split(X, Y.astype(np.int64))
EPOCHS = 5


class StopError(Exception):
    """In place of a signal."""


def network(family):
    """With what has a state of its own: BatchNormalization, and dropout where its generator can be set."""
    keras = libraries().keras if family == "keras" else libraries().tf_keras
    inputs = keras.Input((4, 4, 1))
    x = keras.layers.Conv2D(3, 3)(inputs)
    x = keras.layers.Flatten()(keras.layers.BatchNormalization()(x))
    x = keras.layers.Dropout(0.3)(x) if family == "keras" else x
    return keras.Model(inputs, keras.layers.Dense(3)(x)), keras.optimizers.Adam(0.01)


def trained(family, folder=None, stop=None):
    """Weights, curve and the callback's state; ``stop``: before that epoch."""
    set_seed(3)
    model, optimizer = network(family)

    def arrays(epoch):
        if epoch == stop:
            raise StopError
        return X + np.float32(epoch), SPLIT.y

    callback = OverDistillationCallback("note", 2, SPLIT)
    training = Training(
        "teacher",
        lambda outputs, targets: supervised_loss("classification", outputs, targets, None),
        arrays,
        Schedule(EPOCHS, 8, 0.01),
        3,
        after=callback,
    )
    with kept_in(folder):
        curve = fit(model, optimizer, training, SPLIT, Silent())
    return model.get_weights(), vars(curve), callback.state()


@pytest.fixture(autouse=True)
def each_epoch(monkeypatch):
    """Not once a second."""
    monkeypatch.setattr(checkpoint, "EVERY_S", 0.0)


def same(found, wanted):
    for mine, theirs in zip(found[0], wanted[0], strict=True):
        np.testing.assert_array_equal(mine, theirs, strict=True)
    assert found[1] == wanted[1]
    for name, value in wanted[2].items():
        np.testing.assert_array_equal(found[2][name], value)


@pytest.mark.parametrize("family", ["keras", "tf_keras"])
def test_it_goes_on_bit_for_bit(tmp_path, family):
    wanted = trained(family)
    for stop in (1, 3, 4):
        folder = tmp_path / str(stop)
        with pytest.raises(StopError):
            trained(family, folder, stop)
        same(trained(family, folder), wanted)
        same(trained(family, folder, stop=0), wanted)  # it is finished: no epoch is trained again


def packed_otherwise(content):
    """By a method that no unpacker knows: not a ``ValueError`` but a ``NotImplementedError``."""
    for header, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        pieces = content.split(header)
        content = header.join(
            [pieces[0], *(each[: place - 4] + b"\x63\x00" + each[place - 2 :] for each in pieces[1:])]
        )
    return content


def test_what_is_damaged_or_of_another_network_is_trained_anew(tmp_path):
    wanted = trained("keras")
    with pytest.raises(StopError):
        trained("keras", tmp_path, 3)
    (kept,) = tmp_path.iterdir()
    content = kept.read_bytes()
    for damaged in (content[: len(content) // 2], packed_otherwise(content)):
        kept.write_bytes(damaged)
        same(trained("keras", tmp_path), wanted)
    with pytest.raises(StopError):
        trained("tf_keras", tmp_path / "other", 3)
    (tmp_path / "other/teacher-1.npz").replace(kept)
    same(trained("keras", tmp_path), wanted)


def test_random_layers_of_tf_keras_are_not_kept(tmp_path):
    keras = libraries().tf_keras
    layers = [keras.layers.Dense(2, input_shape=(3,)), keras.layers.Dropout(0.5)]
    assert draws_numbers(keras.Sequential(layers)) and not draws_numbers(keras.Sequential(layers[:1]))
    assert not draws_numbers(network("keras")[0])
    for share, draws in ((0.2, True), (0.0, False)):
        lstm = keras.Sequential([keras.layers.LSTM(2, recurrent_dropout=share, input_shape=(3, 1))])
        assert draws_numbers(lstm) is draws


def test_nothing_is_written_where_nobody_asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trained("keras")
    assert not list(tmp_path.rglob("*"))
