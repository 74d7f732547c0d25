"""Short layer names, on names that converters really make."""

import pytest

from tinykd.report.names import short_name, short_names

RESOURCE = "model/conv2d/BiasAdd/ReadVariableOp/resource"
STEM = "net/quant_stem_relu/Relu;net/quant_stem_norm/FusedBatchNormV3;net/quant_stem/Conv2D1"
DEPTHWISE = "net/quant_b1_relu/Relu6;net/quant_b1_norm/FusedBatchNormV3;net/quant_b1/depthwise1"
CONV = f"model/activation/Relu;{RESOURCE};model/conv2d/BiasAdd;model/conv2d_2/Conv2D;model/conv2d/Conv2D1"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        (STEM, "stem"),
        (DEPTHWISE, "b1"),
        (CONV, "conv2d"),
        ("model/activation_2/Relu;model/add/add", "add"),
        ("model/dense/MatMul;model/dense/BiasAdd", "dense"),
        ("net/block/conv/BiasAdd", "block/conv"),
        ("model/activation/Relu", "activation"),
        ("dense/BiasAdd", "dense"),
        ("StatefulPartitionedCall:0", "output"),
        ("Identity_int8", "output"),
        ("Identity_1", "output"),
        ("serving_default_x:0", "input"),
        (f"scratch of {STEM}", "scratch of stem"),
        ("anything else", "anything else"),
        ("", ""),
        ("/", ""),
    ],
)
def test_the_layer_that_computes_gives_the_name(name: str, short: str) -> None:
    assert short_name(name) == short


def test_equal_names_are_numbered() -> None:
    assert short_names(["a/conv/BiasAdd", "b/conv/BiasAdd", "x"]) == ["conv", "conv (2)", "x"]
