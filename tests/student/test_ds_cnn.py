"""The student's channels, without TensorFlow, and its shape, with it."""

import pytest

from tinykd.student.ds_cnn import channels, ds_cnn


@pytest.mark.parametrize(
    ("count", "width", "wanted"), [(16, 1.0, 16), (24, 0.5, 12), (32, 0.25, 8), (16, 0.01, 4), (24, 2, 48)]
)
def test_channels_are_multiples_of_four(count, width, wanted):
    assert channels(count, width) == wanted


@pytest.mark.slow
@pytest.mark.parametrize(("width", "parameters"), [(1.0, 4002), (0.5, 1462)])
def test_logits_of_a_few_thousand_weights(width, parameters):
    model = ds_cnn((8, 8, 1), 10, width)
    assert model.output_shape == (None, 10) and model.count_params() == parameters
    assert type(model.layers[-1]).__name__ == "Dense"
    assert model.layers[-1].get_config()["activation"] == "linear"
