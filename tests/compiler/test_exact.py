"""Every byte equals TFLM's, on the host under ASan and UBSan: the ops of this package, and small networks
of them."""

import numpy as np
import pytest

from tests.compiler.conftest import Compare
from tests.compiler.models import Net, dense_net, image, residual_net, separable_net
from tests.conformance.builder import RELU, RELU6, RELU_N1_TO_1, SAME, VALID, Op, Tensor, build, constant


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("network", [residual_net, separable_net, dense_net])
def test_networks(network, seed: int, same_as_tflm: Compare) -> None:  # type: ignore[no-untyped-def]
    same_as_tflm(network(seed))


CONVOLUTIONS = {
    "same": {"out": 5},
    "odd pixels": {"out": 3, "kernel": (2, 2), "padding": VALID},
    "stride": {"out": 6, "stride": (2, 3), "activation": RELU},
    "dilated": {"out": 4, "dilation": (2, 2), "padding": VALID, "activation": RELU6},
    "dilated same": {"out": 4, "dilation": (3, 2), "activation": RELU_N1_TO_1},
    "grouped": {"out": 8, "groups": 2, "kernel": (3, 2)},
    "depthwise by groups": {"out": 4, "groups": 4},
    "1xN": {"out": 3, "kernel": (1, 7)},
    "Nx1": {"out": 3, "kernel": (5, 1), "padding": VALID},
    "pointwise": {"out": 7, "kernel": (1, 1)},
    "pointwise strided": {"out": 7, "kernel": (1, 1), "stride": (2, 2)},
    "per tensor": {"out": 5, "per_channel": False},
    "no bias": {"out": 5, "bias": False},
    "larger than the image": {"out": 2, "kernel": (9, 9)},
    "one channel": {"out": 1},
}


@pytest.mark.slow
@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("case", CONVOLUTIONS)
def test_conv_2d(case: str, batch: int, same_as_tflm: Compare) -> None:
    net = Net(image(7, 6, 4, batch))
    net.conv(**CONVOLUTIONS[case])  # type: ignore[arg-type]
    same_as_tflm(net.bytes())


DEPTHWISE = {
    "3x3": {},
    "stride": {"stride": (2, 2), "activation": RELU},
    "multiplier": {"multiplier": 3, "kernel": (2, 3)},
    "dilated": {"dilation": (3, 2), "padding": VALID},
    "5x1": {"kernel": (5, 1)},
    "per tensor": {"per_channel": False},
    "whole image": {"kernel": (7, 6), "padding": VALID},
}


@pytest.mark.slow
@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("case", DEPTHWISE)
def test_depthwise_conv_2d(case: str, batch: int, same_as_tflm: Compare) -> None:
    net = Net(image(7, 6, 4, batch))
    net.depthwise(**DEPTHWISE[case])  # type: ignore[arg-type]
    same_as_tflm(net.bytes())


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("per_channel", [False, True])
def test_fully_connected(rows: int, per_channel: bool, same_as_tflm: Compare) -> None:
    net = Net(Tensor("x", (rows, 19), scale=0.1, zero_point=4))
    net.dense(7, per_channel, RELU)
    net.dense(5, per_channel, bias=False)
    same_as_tflm(net.bytes())


@pytest.mark.parametrize("kind", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding"),
    [((3, 3), (2, 2), SAME), ((2, 2), (2, 2), VALID), ((7, 6), (1, 1), VALID)],
)
def test_pooling(kind: str, kernel, stride, padding: int, same_as_tflm: Compare) -> None:  # type: ignore[no-untyped-def]
    net = Net(image(7, 6, 3, 2))
    net.pool(kind, kernel, stride, padding)
    same_as_tflm(net.bytes())


@pytest.mark.parametrize("scale", [0.004, 0.1, 0.7, 5.0])
def test_softmax(scale: float, same_as_tflm: Compare) -> None:
    net = Net(Tensor("x", (3, 12), scale=scale, zero_point=3))
    net.softmax()
    same_as_tflm(net.bytes())


@pytest.mark.parametrize("shape", [(1, 4, 4, 3), (1, 1, 1, 3), (4, 1), (1,)])
def test_add(shape: tuple[int, ...], same_as_tflm: Compare) -> None:
    x, z = Tensor("x", (1, 4, 4, 3), scale=0.05, zero_point=-3), Tensor("z", shape, scale=0.3, zero_point=9)
    y = Tensor("y", (1, 4, 4, 3), scale=0.09, zero_point=1)
    same_as_tflm(build([Op("ADD", [x, z], [y], fusedActivationFunction=RELU)]))


def test_add_of_a_constant_and_of_itself(same_as_tflm: Compare) -> None:
    x = Tensor("x", (2, 3), scale=0.05, zero_point=-3)
    c = Tensor("c", (2, 3), scale=0.02, zero_point=5, data=np.arange(-3, 3, dtype=np.int8).reshape(2, 3))
    y, z = Tensor("y", (2, 3), scale=0.07, zero_point=1), Tensor("z", (2, 3), scale=0.2, zero_point=0)
    same_as_tflm(build([Op("ADD", [x, c], [y]), Op("ADD", [y, y], [z])]))


@pytest.mark.parametrize(
    ("axes", "keep", "shape"), [
        ([1, 2], False, (1, 3)), ([1, 2], True, (1, 1, 1, 3)), ([3], False, (1, 5, 4)),
        ([0, -1, 2], True, (1, 5, 1, 1)),
    ]
)  # fmt: skip
def test_mean(axes: list[int], keep: bool, shape: tuple[int, ...], same_as_tflm: Compare) -> None:
    x, y = Tensor("x", (1, 5, 4, 3), scale=0.05, zero_point=-3), Tensor("y", shape, scale=0.03, zero_point=2)
    same_as_tflm(build([Op("MEAN", [x, constant("axes", axes)], [y], keepDims=keep)]))


def test_pad(same_as_tflm: Compare) -> None:
    x = Tensor("x", (1, 4, 4, 3), scale=0.05, zero_point=-3)
    y = Tensor("y", (1, 7, 7, 3), scale=0.05, zero_point=-3)
    same_as_tflm(build([Op("PAD", [x, constant("p", [[0, 0], [1, 2], [0, 3], [0, 0]])], [y])]))


@pytest.mark.parametrize("scale", [0.05, 0.013, 0.4])
def test_quantize(scale: float, same_as_tflm: Compare) -> None:
    x, y = Tensor("x", (256,), scale=0.05, zero_point=-3), Tensor("y", (256,), scale=scale, zero_point=-30)
    same_as_tflm(build([Op("QUANTIZE", [x], [y])]))


def test_reshape_from_input_to_output(same_as_tflm: Compare) -> None:
    net = Net(Tensor("x", (2, 6), scale=0.1, zero_point=4))
    net.reshape((3, 4))
    program = same_as_tflm(net.bytes())
    assert program.steps == () and program.arena_bytes == 12


def test_several_inputs_and_outputs(same_as_tflm: Compare) -> None:
    net = Net(image(4, 4, 3))
    x = net.at
    a = net.conv(3)
    net.at = x
    b = net.plus(Tensor("other", (1, 4, 4, 3), scale=0.2, zero_point=0))
    c = net.plus(a)
    net.outputs = [a, b, c]
    program = same_as_tflm(net.bytes())
    assert [len(program.inputs), len(program.outputs)] == [2, 3]


def test_last_step_does_not_overwrite_an_output_that_it_reads(same_as_tflm: Compare) -> None:
    x = Tensor("x", (1, 64), scale=0.1)
    y, z = Tensor("y", (1, 64), scale=0.2, zero_point=3), Tensor("z", (1, 64), scale=0.4, zero_point=1)
    program = same_as_tflm(build([Op("QUANTIZE", [x], [y]), Op("QUANTIZE", [y], [z])], outputs=[y, z]))
    assert program.arena_bytes == 128


@pytest.mark.slow
@pytest.mark.parametrize("depthwise", [False, True])
@pytest.mark.parametrize("pads", [[[0, 1], [0, 1]], [[1, 1], [2, 0]], [[0, 0], [1, 2]]])
def test_pad_is_fused_into_a_convolution(
    depthwise: bool, pads: list[list[int]], same_as_tflm: Compare
) -> None:
    net = Net(image(8, 6, 4))
    (top, bottom), (left, right) = pads
    y = net.tensor((1, 8 + top + bottom, 6 + left + right, 4), net.at.scale, -11)  # type: ignore[arg-type]
    net.add_op(Op("PAD", [net.at, constant("pads", [[0, 0], *pads, [0, 0]])], [y]))
    layer = net.depthwise if depthwise else net.conv
    layer(**({} if depthwise else {"out": 5}), stride=(2, 2), padding=VALID, activation=RELU)  # type: ignore[arg-type]
    program = same_as_tflm(net.bytes())
    assert [s.layer.op for s in program.steps] == ["PAD+DEPTHWISE_CONV_2D" if depthwise else "PAD+CONV_2D"]


@pytest.mark.slow
def test_pad_beyond_the_window_and_pad_of_an_output_stay(same_as_tflm: Compare) -> None:
    for pads, seen in (([[3, 0], [0, 0]], False), ([[1, 0], [0, 0]], True)):
        net = Net(image(5, 5, 2))
        y = net.tensor((1, 5 + pads[0][0], 5, 2), net.at.scale, -11)  # type: ignore[arg-type]
        net.add_op(Op("PAD", [net.at, constant("pads", [[0, 0], *pads, [0, 0]])], [y]))
        net.conv(3, padding=VALID)
        net.outputs = [y, net.at] if seen else None
        assert [s.layer.op for s in same_as_tflm(net.bytes()).steps] == ["PAD", "CONV_2D"]
