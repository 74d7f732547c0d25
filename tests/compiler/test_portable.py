"""What is said of layers that a core's own kernels do not compute."""

from dataclasses import replace

import numpy as np

from tests.kernels import layers
from tinykd.compiler.core import Core, Target
from tinykd.compiler.lowering.portable import why_portable
from tinykd.compiler.lowering.registry import choose
from tinykd.display.slow_layers import slow_lines

M4 = Target(Core.CORTEX_M4)


def why(layer: layers.Scaled, target: Target = M4) -> str | None:
    return why_portable(layer, choose(layer, target), target)


def conv() -> layers.Conv2D:
    return layers.conv(np.random.default_rng(0), layers.window((9, 9), (3, 3)), 4, 4)


def test_none_where_the_core_has_a_kernel() -> None:
    assert why(conv()) is None
    assert why(conv(), Target()) is None  # any core


def test_dilated_and_grouped_convolutions_have_a_kernel() -> None:
    """A dilated layer of 7,680 MACs was computed by plain C on the Cortex-M4."""
    rng = np.random.default_rng(0)
    apart = layers.conv(rng, layers.dilated(rng, (9, 40), (1, 4)), 8, 8)
    assert choose(apart, M4).name == "conv_2d_any_dsp"
    assert why(apart, Target(Core.CORTEX_M0)) == "dilation 1x4"
    groups = layers.grouped(rng, layers.window((9, 9), (3, 3)), 8, 8, 2)
    assert choose(groups, M4).name == "conv_2d_any_dsp"
    assert why(groups, Target(Core.CORTEX_M0)) == "2 groups"


def test_each_thing_that_a_kernel_lacks() -> None:
    layer = conv()
    low = layer.weights.copy()
    low[1, 0, 0, 0] = -128
    assert why(replace(layer, weights=low)) == "weights of -128"
    large = replace(layer, bias=np.array([0, 1 << 23, 0, 1 << 24], np.int32))
    assert why(large) == "2 of 4 channels have sums that may reach 2**23"
    scaling = replace(layer.requantization, shifts=np.array([0, -3, -3, -3], np.int8))
    assert why(replace(layer, requantization=scaling)) == "1 of 4 channels have factors of 1/2 and above"


def test_the_kernel_that_lacks_least_is_named() -> None:
    layer = layers.depthwise(np.random.default_rng(0), layers.window((9, 9), (5, 5)), 4)
    assert why(layer, Target(Core.CORTEX_M0)) == "a kernel of 5x5"
    assert why(replace(layer, multiplier=1, weights=np.full_like(layer.weights, -128))) == "weights of -128"


def layer(cost: int, portable: str | None = None, op: str = "CONV_2D", pixels: int = 5) -> dict[str, object]:
    shape = {"output_shape": [1, pixels, 1, 4]}
    return {"op": op, "macs": 1000, "cost": cost, "kernel": "conv_2d", "portable": portable, **shape}


def test_slow_layers_as_lines() -> None:
    """A cycle of the plain convolution's estimate is 1.06 instructions on the Cortex-M4."""
    summary = {"core": "cortex-m4", "layers": [layer(1880), layer(2500, "2 groups"), layer(2000)]}
    assert slow_lines(summary) == [
        "more than 2 instructions a MAC, as estimated from counted layers, and 1 % of all:",
        "  1  CONV_2D              2.6 a MAC, 39 % of all, by conv_2d: 2 groups",
        "  2  CONV_2D              2.1 a MAC, 31 % of all, by conv_2d",
    ]
    assert slow_lines({**summary, "core": "generic"}) == [] == slow_lines({**summary, "core": "esp32-s3"})
    small = {"core": "cortex-m4", "layers": [layer(2500), layer(250_001)]}
    assert [line.split()[0] for line in slow_lines(small)[1:]] == ["1"]


def test_slow_layers_of_a_core_that_multiplies_one_value_at_a_time() -> None:
    summary = {"core": "cortex-m0", "layers": [layer(1200), layer(1300)]}  # 3.9 and 4.2 a MAC
    assert [line.split()[0] for line in slow_lines(summary)[1:]] == ["1"]


def test_slow_layers_count_an_add_and_name_few_macs() -> None:
    summary = {"core": "cortex-m4", "layers": [layer(1400, op="CONV_2D+ADD", pixels=10)]}
    assert slow_lines(summary)[1] == (
        "  0  CONV_2D+ADD          2.2 a MAC, 100 % of all, by conv_2d: 25 MACs an output, which is scaled"
    )
