"""From the names that converters give tensors to the layers of the user's model."""

import pytest

from tinykd.graph.ir import DType, Op, Options, Tensor
from tinykd.own_model.layer_names import LayerNames, plain_name


def op(name, kind="CONV_2D"):
    return Op(0, kind, (), (Tensor(0, name, (1, 2), DType.FLOAT32),), Options({}))


LAYERS = {"conv2d": "Conv2D", "conv2d_1": "Conv2D", "re_lu": "ReLU"}


@pytest.mark.parametrize(
    ("tensor", "layer", "fused"),
    [
        ("model/re_lu/Relu;model/conv2d_1/Conv2D", "conv2d_1", "re_lu"),
        ("model/conv2d/Conv2D", "conv2d", "conv2d"),
        ("model/inner/conv2d/Conv2D", "conv2d", "conv2d"),
    ],
)
def test_tf_keras(tensor, layer, fused):
    names = LayerNames.of(LAYERS, [op(tensor)])
    assert (names.layer(op(tensor)), names.layer(op(tensor), fused=True)) == (layer, fused)
    assert names.shown(op(tensor)) == f"{layer} (Conv2D)"


def test_keras_3_writes_a_number_behind_each_scope():
    ops = [op("functional_1/re_lu_1/Relu;functional_1/conv2d_1/convolution"), op("functional_1/conv2d_1_2/x")]
    names = LayerNames.of(LAYERS, ops)
    assert [names.layer(each) for each in ops] == ["conv2d", "conv2d_1"]


def test_files_that_know_no_layers():
    names = LayerNames.of({}, [op("StatefulPartitionedCall/net/block/Relu6")])
    assert names.shown(op("StatefulPartitionedCall/net/block/Relu6")) == "block"
    assert names.shown(op("Identity", "GELU")) == "gelu"


def test_names_that_tf_keras_takes():
    assert plain_name("a/b:0 ü") == "a_b_0"
    assert plain_name("conv", {"conv", "conv_2"}) == "conv_3"
    assert plain_name("../..") == "layer"
