"""What is refused names op, tensor, reason and what to do; and nothing that is read ends in anything but
that."""

import random

import numpy as np
import pytest

from tests.compiler.models import Net, dense_net, image, residual_net, separable_net
from tests.conformance.builder import SIGN_BIT, VALID, Op, Tensor, build, constant
from tinykd.compiler.codegen.render import render
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions, Core
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph


def refusal(model: bytes) -> str:
    with pytest.raises(ModelError) as caught:
        compile_graph(read_graph(model), CompileOptions("m"))
    return str(caught.value)


def unary(kind: str, **changes: object) -> bytes:
    facts = {"scale": 0.1, "zero_point": 0, **changes}
    x = Tensor("x", (1, 4), **facts)  # type: ignore[arg-type]
    return build([Op(kind, [x], [Tensor("y", (1, 4), scale=0.1)])])


def test_unknown_op() -> None:
    assert refusal(unary("COS")) == (
        "op 0 COS: not supported by the static runtime: TFLM has no integer form of it. "
        "Leave it to what stands around the model, or use ReLU, sigmoid or tanh"
    )


def test_not_quantized() -> None:
    assert refusal(unary("RELU", scale=None)) == (
        "op 0 RELU: tensor 0 'x' has no scale; expected quantization parameters. "
        "Convert with full-integer quantization"
    )


def test_wrong_element_type() -> None:
    x, y = Tensor("x", (1, 4), "int32", scale=0.1), Tensor("y", (1, 4), scale=1 / 256, zero_point=-128)
    assert refusal(build([Op("SOFTMAX", [x], [y], beta=1.0)])) == (
        "op 0 SOFTMAX: tensor 0 'x' is int32; expected int8. "
        "Quantize what computes it, or leave it out of the model"
    )


def test_shape_that_contradicts_the_options() -> None:
    net = Net(image(6, 6, 3))
    net.conv(4)
    net.ops[0].options["padding"] = VALID
    assert refusal(net.bytes()) == (
        "op 0 CONV_2D: tensor 3 't0' has shape [1, 6, 6, 4]; expected [1, 4, 4, channels]"
    )


def test_fused_activation_that_tflm_has_not() -> None:
    net = Net(image(6, 6, 3))
    net.conv(4, activation=SIGN_BIT)
    assert "op 0 CONV_2D: fused activation 5; expected NONE, RELU, RELU6 or RELU_N1_TO_1" in refusal(
        net.bytes()
    )


def test_weights_computed_at_run_time() -> None:
    x = Tensor("x", (1, 4), scale=0.1)
    w, y = Tensor("w", (2, 4), scale=0.1), Tensor("y", (1, 2), scale=0.1)
    assert refusal(build([Op("FULLY_CONNECTED", [x, w, None], [y])])) == (
        "op 0 FULLY_CONNECTED: tensor 1 'w' is computed at run time; expected a constant. "
        "Fix it before converting"
    )


def test_accumulator_that_overflows() -> None:
    net = Net(image(4, 4, 3))
    net.conv(2)
    bias = net.ops[0].inputs[2]
    assert bias is not None and bias.data is not None
    bias.data[1] = 2**31 - 1
    assert refusal(net.bytes()).startswith("op 0 CONV_2D: tensor 1 'w0' can overflow int32 in channel 1")


def test_constant_output() -> None:
    x, c = Tensor("x", (1, 4), scale=0.1), constant("c", [1, 2, 3, 4], "int8", scale=0.1)
    y, z = Tensor("y", (1, 4), scale=0.1), Tensor("z", (2, 2), scale=0.1)
    ops = [Op("RELU", [x], [y]), Op("RESHAPE", [c, constant("s", [2, 2])], [z])]
    assert refusal(build(ops, inputs=[x])) == (
        "tensor 4 'z': an output that is constant; expected a computed one. Drop this output"
    )


def models() -> list[bytes]:
    x, y = Tensor("x", (1, 5, 4, 3), scale=0.05), Tensor("y", (1, 3), scale=0.03)
    mean = build([Op("MEAN", [x, constant("axes", [1, 2])], [y])])
    pads = constant("p", [[0, 0], [1, 2], [0, 3], [0, 0]])
    pad = build([Op("PAD", [x, pads], [Tensor("y", (1, 8, 7, 3), scale=0.05)])])
    return [residual_net(), separable_net(), dense_net(), mean, pad]


def mutated(source: random.Random, model: bytes) -> bytes:
    """A few bits, bytes or words changed, copied from elsewhere, or cut off; mostly where the structure
    is."""
    raw = bytearray(model)
    for _ in range(source.choice((1, 1, 2, 4, 10))):
        at = source.randrange(len(raw))
        match source.randrange(5):
            case 0:
                raw[at] ^= 1 << source.randrange(8)
            case 1:
                raw[at] = source.randrange(256)
            case 2:
                raw[at : at + 4] = source.choice(
                    (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\1\0\0\0")
                )
            case 3:
                other = source.randrange(len(raw))
                raw[at : at + 4] = raw[other : other + 4]
            case _:
                if source.random() < 0.1:
                    del raw[max(at, 1) :]
    return bytes(raw)


def fuzz(count: int, seed: int) -> int:
    """Compile ``count`` damaged models; how many compiled all the same."""
    source, originals, compiled = random.Random(seed), models(), 0
    for _ in range(count):
        options = CompileOptions("m", source.choice((Core.GENERIC, Core.CORTEX_M4)))
        try:
            program = compile_graph(read_graph(mutated(source, source.choice(originals))), options)
        except ModelError as error:
            assert "\n" not in str(error)
            continue
        compiled += 1
        if compiled % 10 == 0:
            render(program)
    return compiled


def test_damaged_models_are_refused_or_compiled() -> None:
    assert fuzz(600, 1) > 20


@pytest.mark.slow
def test_twenty_thousand_damaged_models() -> None:
    assert fuzz(20_000, 2) > 1000


def test_gigantic_window_is_refused_quickly() -> None:
    net = Net(Tensor("x", (1, 1, 60000, 1), scale=0.1))
    net.conv(1, (1, 3))
    assert "sizes up to 32767, padding included" in refusal(net.bytes())


def test_many_ops_are_planned_in_bounded_time() -> None:
    net = Net(Tensor("x", (1, 8), scale=0.1))
    w = np.arange(64, dtype=np.int8).reshape(8, 8)  # no channel equals another
    for i in range(400):
        y = Tensor(f"y{i}", (1, 8), scale=0.1)
        net.add_op(Op("FULLY_CONNECTED", [net.at, Tensor(f"w{i}", (8, 8), scale=0.01, data=w), None], [y]))
    program = compile_graph(read_graph(net.bytes()), CompileOptions("m"))
    assert program.arena_bytes == 16 and program.weights_bytes < 200
