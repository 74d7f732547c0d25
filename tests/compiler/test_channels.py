"""Channels that cannot vary, equal another or are not read: gone, and every byte is still TFLM's."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.compiler.conftest import Compare
from tests.compiler.degenerate import degenerate_net
from tests.compiler.evaluate import evaluate, value_of
from tests.compiler.models import Net, image, residual_net
from tests.conformance.builder import NONE, RELU, SAME, VALID
from tests.conformance.tflm import Tflm
from tests.examples import examples
from tinykd.compiler.channels.ranges import ranges_of
from tinykd.compiler.channels.removal import Removed
from tinykd.compiler.channels.simplify import Simplified, simplify_channels
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.compiler.lowering.fuse_pad import fuse_pads
from tinykd.compiler.lowering.lower import Lowering, lower_graph
from tinykd.display.channels import NOTHING_REMOVED, channel_lines
from tinykd.graph.reader import read_graph
from tinykd.graph.shapes.settle import settled


def lowered(model: bytes) -> Lowering:
    lowering = lower_graph(settled(read_graph(model)))
    fuse_pads(lowering)
    return lowering


def samples(lowering: Lowering, seed: int) -> list[np.ndarray]:
    """Three drawn inputs, and the two at the ends of the range."""
    shape, random = lowering.graph.main.inputs[0].shape, np.random.default_rng(seed)
    drawn = [random.integers(-128, 128, shape).astype(np.int8) for _ in range(3)]
    return [*drawn, np.full(shape, -128, np.int8), np.full(shape, 127, np.int8)]


def test_nothing_is_removed_from_a_network_that_uses_its_channels() -> None:
    assert simplify_channels(lowered(residual_net(0))).macs_saved == 0


def test_the_outputs_of_any_network_are_tflms(tflm: Tflm) -> None:
    removed: list[Removed] = []

    @examples(60)
    @given(seed=st.integers(0, 1 << 30))
    def check(seed: int) -> None:
        model = degenerate_net(seed)
        lowering = lowered(model)
        inputs = samples(lowering, seed)
        removed.extend(simplify_channels(lowering).removed)
        for sample, (expected,) in zip(inputs, tflm.run(model, [[x] for x in inputs]), strict=True):
            found = value_of(lowering, evaluate(lowering, sample), lowering.graph.main.outputs[0])
            assert found.tolist() == expected.tolist()

    check()
    assert all(any(getattr(r, kind) for r in removed) for kind in ("constant", "equal", "unread"))


@examples(60)
@given(seed=st.integers(0, 1 << 30))
def test_every_value_lies_in_its_range(seed: int) -> None:
    lowering = lowered(degenerate_net(seed))
    ranges = ranges_of(lowering)
    for sample in samples(lowering, seed):
        for index, values in evaluate(lowering, sample).items():
            if index in ranges.known:
                known = ranges.known[index]
                assert (known.low <= values).all() and (values <= known.high).all()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 5])
def test_the_c_of_a_network_with_fewer_channels(seed: int, same_as_tflm: Compare) -> None:
    assert same_as_tflm(degenerate_net(seed)).simplified.removed


class PlainNet(Net):
    """Weights that are all the same, to be changed by hand."""

    def _weights(self, shape: tuple[int, ...]) -> np.ndarray:
        return np.full(shape, 60, np.int8)


def two_layers(padding: int, activation: int, zero_point: int = -128) -> Net:
    """A 1x1 convolution to four channels and a 3x3 one to two; their weights are the tests' to change."""
    net = PlainNet(image(4, 4, 3))
    net.conv(4, (1, 1), activation=activation)
    net.at = net.ops[0].outputs[0] = replace(net.at, zero_point=zero_point)
    net.conv(2, (3, 3), padding=padding)
    for op in net.ops:
        op.inputs[2].data[:] = np.arange(op.inputs[2].data.size)  # type: ignore[union-attr,index]
    return net


def simplified(net: Net) -> Simplified:
    return simplify_channels(lowered(net.bytes()))


def counts(result: Simplified) -> list[tuple[int, int, int]]:
    return [(r.constant, r.equal, r.unread) for r in result.removed]


@pytest.mark.parametrize("padding", [SAME, VALID])
def test_a_channel_that_a_relu_shuts_is_removed(padding: int) -> None:
    net = two_layers(padding, RELU)
    net.ops[0].inputs[2].data[1] = -(1 << 28)  # type: ignore[union-attr,index]
    result = simplified(net)
    assert counts(result) == [(1, 0, 0)]
    pixels = 16 if padding == SAME else 4
    assert result.macs_saved == 16 * 3 + pixels * 9 * 2
    assert result.weights_saved == 3 + 9 * 2


@pytest.mark.parametrize(("padding", "removed"), [(SAME, []), (VALID, [(1, 0, 0)])])
def test_a_constant_other_than_the_zero_point_stays_before_padding(padding: int, removed: list) -> None:  # type: ignore[type-arg]
    """Outside of the image its weights read the zero point, inside the constant: no bias is both."""
    net = two_layers(padding, NONE, zero_point=3)
    net.ops[0].inputs[2].data[1] = 1 << 28  # type: ignore[union-attr,index]
    net.ops[1].inputs[1].data[..., 1] = 1  # type: ignore[union-attr,index]
    assert counts(simplified(net)) == removed


def test_equal_channels_become_one() -> None:
    net = two_layers(SAME, RELU)
    weights, bias = net.ops[0].inputs[1:]
    weights.data[2], bias.data[2] = weights.data[0], bias.data[0]  # type: ignore[union-attr,index]
    scales = weights.scale  # type: ignore[union-attr]
    net.ops[0].inputs[1] = replace(weights, scale=(*scales[:2], scales[0], scales[3]))  # type: ignore[type-var,arg-type]
    assert counts(simplified(net)) == [(0, 1, 0)]
    net.ops[1].inputs[1].data[:, 0, 0, (0, 2)] = 64  # type: ignore[union-attr,index]
    assert counts(simplified(net)) == []  # 64 + 64 is no weight


def test_a_channel_that_no_weight_reads_is_removed() -> None:
    net = two_layers(SAME, NONE)
    net.ops[1].inputs[1].data[..., 3] = 0  # type: ignore[union-attr,index]
    assert counts(simplified(net)) == [(0, 0, 1)]


def test_one_channel_stays_where_none_is_read() -> None:
    net = two_layers(SAME, NONE)
    net.ops[1].inputs[1].data[:] = 0  # type: ignore[union-attr,index]
    lowering = lowered(net.bytes())
    simplify_channels(lowering)
    assert lowering.layers[0].outputs[0].shape == (1, 4, 4, 1)


def test_the_models_outputs_keep_their_channels() -> None:
    net = PlainNet(image(4, 4, 3))
    net.conv(4, (1, 1), activation=RELU)
    net.ops[0].inputs[2].data[:] = -(1 << 28)  # type: ignore[union-attr,index]
    lowering = lowered(net.bytes())
    assert counts(simplify_channels(lowering)) == []
    assert lowering.layers[0].outputs[0].shape == (1, 4, 4, 4)


def test_a_channel_that_cannot_vary_costs_no_layer_its_kernel() -> None:
    """One bias beyond 24 bits took the whole layer to plain C."""
    net = PlainNet(image(4, 4, 3))
    net.conv(4, activation=RELU)
    net.ops[0].inputs[2].data[1] = -(1 << 28)  # type: ignore[union-attr,index]
    graph = read_graph(net.bytes())
    for core, kernel in ((Core.CORTEX_M4, "conv_2d_dsp"), (Core.CORTEX_M0, "conv_2d_v6m")):
        assert [s.kernel for s in compile_graph(graph, CompileOptions("m", core=core)).steps] == [kernel]


def test_the_summary_says_what_was_removed() -> None:
    net = two_layers(VALID, RELU)
    net.ops[0].inputs[2].data[1] = -(1 << 28)  # type: ignore[union-attr,index]
    summary = compile_graph(read_graph(net.bytes()), CompileOptions("m")).summary()
    assert summary["channels"] == {
        "removed": [{"layer": "t0", "channels": 4, "constant": 1, "equal": 0, "unread": 0}],
        "macs_saved": 16 * 3 + 4 * 9 * 2,
        "weights_saved_bytes": 3 + 9 * 2,
    }


def test_inspect_says_what_was_left_out() -> None:
    channels = {
        "removed": [
            {"layer": "net/stem", "channels": 8, "constant": 2, "equal": 1, "unread": 0},
            {"layer": "head", "channels": 9, "constant": 0, "equal": 0, "unread": 1},
        ],
        "macs_saved": 1234,
        "weights_saved_bytes": 5678,
    }
    assert channel_lines(channels) == [
        "channels left out, for every input the outputs are the same: 2 constant, 1 equal to another, "
        "1 not read; saves 1,234 MACs and 5,678 bytes of weights",
        "  5 of 8 of stem: 2 constant, 1 equal to another",
        "  8 of 9 of head: 1 not read",
    ]
    assert channel_lines(NOTHING_REMOVED) == []


def test_the_c_says_how_many_channels_a_layer_has() -> None:
    net = two_layers(VALID, RELU)
    net.ops[0].inputs[2].data[1] = -(1 << 28)  # type: ignore[union-attr,index]
    files = render(compile_graph(read_graph(net.bytes()), CompileOptions("m")))
    assert "\n * 3 of 4 channels: the rest cannot vary or is not read\n" in files["m.c"]
