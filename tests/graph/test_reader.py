"""The whole line for a damaged, hostile or unsuitable file; and what a good one reads as."""

import random

import numpy as np
import pytest

from tests.conformance.builder import RELU, SAME, Op, Tensor, build, constant
from tinykd.errors import ModelError
from tinykd.graph.ir import DType
from tinykd.graph.reader import read_graph


def conv(**changes: object) -> bytes:
    x = Tensor("x", (1, 4, 4, 3), **{"scale": 0.05, "zero_point": -3, **changes.get("x", {})})  # type: ignore[dict-item]
    w = Tensor("w", (2, 3, 3, 3), scale=(0.01, 0.02), zero_point=0, data=np.ones((2, 3, 3, 3), np.int8))
    b = Tensor("b", (2,), "int32", scale=(0.0005, 0.001), data=np.array([5, -7], np.int32))
    y = Tensor("y", (1, 4, 4, 2), scale=0.1, zero_point=5)
    return build(
        [Op("CONV_2D", [x, w, b], [y], padding=SAME, strideW=1, strideH=1, fusedActivationFunction=RELU)]
    )


def test_a_good_model() -> None:
    graph = read_graph(conv())
    (op,) = graph.main.ops
    x, w, b = op.inputs
    assert x is graph.main.inputs[0] and op.outputs == graph.main.outputs
    assert w is not None and w.data is not None and w.quantization is not None
    assert (
        w.quantization.scales == (float(np.float32(0.01)), float(np.float32(0.02)))
        and w.quantization.per_channel
    )
    assert b is not None and b.data is not None and b.data.tolist() == [5, -7] and b.dtype is DType.INT32
    assert op.kind == "CONV_2D" and op.options.integer("fused_activation_function") == RELU
    assert op.options.integer("dilation_w_factor") == 1  # a default
    assert len(graph.sha256) == 64


def test_constants_are_read_only() -> None:
    w = read_graph(conv()).main.ops[0].inputs[1]
    assert w is not None and w.data is not None
    with pytest.raises(ValueError, match="read-only"):
        w.data[0] = 1


def refusal(model: bytes) -> str:
    with pytest.raises(ModelError) as caught:
        read_graph(model)
    return str(caught.value)


def test_not_tflite() -> None:
    text = "model: not a TFLite flatbuffer; expected the mark TFL3 at byte 4. Give a .tflite file"
    assert refusal(b"") == refusal(b"PK\x03\x04 a zip file, rather") == text


def test_truncated() -> None:
    model = conv()
    assert refusal(model[: len(model) // 2]).startswith("model: damaged flatbuffer: ")


def test_float_model() -> None:
    x = Tensor("x", (1, 4), "float32")
    text = refusal(build([Op("RELU", [x], [Tensor("y", (1, 4), "float32")])]))
    assert text == (
        "op 0 RELU: float: tensor 0 'x' is float32; expected a full-int8 model. "
        "Make it int8: tinykd quantize MODEL.tflite --data SAMPLES (.npy, .npz, .csv or a folder)"
    )


def test_hybrid_model() -> None:
    x, y = Tensor("x", (1, 4), "float32"), Tensor("y", (1, 2), "float32")
    w = Tensor("w", (2, 4), scale=0.1, data=np.ones((2, 4), np.int8))
    text = refusal(build([Op("FULLY_CONNECTED", [x, w, None], [y])]))
    assert text.startswith(
        "op 0 FULLY_CONNECTED: hybrid (int8 weights, float activations): tensor 0 'x' is float32"
    )


def test_dynamic_shape() -> None:
    x = Tensor("x", (1, 4), scale=0.1, shape_signature=(1, -1))
    text = refusal(build([Op("RELU", [x], [Tensor("y", (1, 4), scale=0.1)])]))
    assert text == (
        "tensor 0 'x': a dynamic shape [1, -1]; expected fixed sizes. "
        "Fix batch 1 and every size before converting"
    )


def test_batch_that_is_dynamic_only_in_the_signature_is_read() -> None:
    x = Tensor("x", (1, 4), scale=0.1, shape_signature=(-1, 4))
    assert read_graph(build([Op("RELU", [x], [Tensor("y", (1, 4), scale=0.1)])])).main.inputs[0].shape == (
        1,
        4,
    )


def test_gigantic_tensor() -> None:
    x = Tensor("x", (1, 1 << 30), scale=0.1)
    text = refusal(build([Op("RELU", [x], [Tensor("y", (1, 1 << 30), scale=0.1)])]))
    assert text.startswith("tensor 0 'x': 1073741824 bytes; expected at most 16777216")


def test_name_that_would_forge_output_is_one_line() -> None:
    x = Tensor("x\n\x1b[31mroot: ok", (1, 4), "float32")
    text = refusal(build([Op("RELU", [x], [Tensor("y", (1, 4), "float32")])]))
    assert "\n" not in text and "\x1b" not in text


def test_reads_before_writes() -> None:
    a, b = Tensor("a", (1, 4), scale=0.1), Tensor("b", (1, 4), scale=0.1)
    ops = [Op("RELU", [a], [b]), Op("RELU", [b], [a])]
    text = refusal(build(ops, inputs=[], outputs=[b]))
    assert text.startswith("model: damaged flatbuffer: op 0 RELU reads tensor 0 'a' before anything wrote it")


def test_constant_of_the_wrong_size() -> None:
    w = constant("w", [1, 2, 3])
    wrong = Tensor("w", (4,), "int32", data=w.data)
    text = refusal(
        build([Op("RESHAPE", [Tensor("x", (4,), scale=0.1), wrong], [Tensor("y", (4,), scale=0.1)])])
    )
    assert "tensor 1 'w' has 12 bytes of data; its shape [4] needs 16" in text


def test_mutations_end_in_a_graph_or_a_model_error() -> None:
    source, model = random.Random(7), conv()
    for _ in range(3000):
        damaged = bytearray(model)
        for _ in range(source.choice((1, 2, 5))):
            damaged[source.randrange(len(damaged))] = source.randrange(256)
        if source.random() < 0.2:
            del damaged[source.randrange(len(damaged)) :]
        try:
            read_graph(bytes(damaged))
        except ModelError as error:
            assert "\n" not in str(error)


def test_an_empty_tensor_that_nobody_computes_with_is_no_fault() -> None:
    """Converters give an LSTM intermediates of shape [0], and a scalar's shape is []."""
    x, y = Tensor("x", (1, 4), scale=0.1), Tensor("y", (1, 4), scale=0.1)
    nothing = Tensor("input_to_input_intermediate", (0,), scale=0.1)
    graph = read_graph(build([Op("RELU", [x], [y], intermediates=[nothing])]))
    assert graph.main.ops[0].intermediates[0].shape == (0,)
    one, scalar = Tensor("x", (1, 1), scale=0.1), Tensor("y", (), scale=0.1)
    shape = Tensor("shape", (0,), "int32", data=np.zeros(0, np.int32))
    assert read_graph(build([Op("RESHAPE", [one, shape], [scalar])])).main.outputs[0].shape == ()


@pytest.mark.parametrize("which", ["input", "operand", "output"])
def test_an_empty_tensor_that_is_used_is_refused(which: str) -> None:
    shapes: dict[str, tuple[int, ...]] = {"input": (1, 4), "operand": (1, 4), "output": (1, 4), which: (0, 4)}
    x, y = Tensor("x", shapes["input"], scale=0.1), Tensor("y", shapes["output"], scale=0.1)
    c = Tensor("c", shapes["operand"], scale=0.1, data=np.ones(shapes["operand"], np.int8))
    name = {"input": "tensor 0 'x'", "operand": "tensor 1 'c'", "output": "tensor 2 'y'"}[which]
    assert refusal(build([Op("ADD", [x, c], [y])])) == (
        f"{name}: an empty shape [0, 4]; expected sizes of 1 and more. Remove the empty tensor"
    )


def test_a_bias_that_names_the_dimension_of_its_weights() -> None:
    """As in TFLM's own person_detect, which was called damaged."""
    x, y = Tensor("x", (1, 4, 4, 3), scale=0.05), Tensor("y", (1, 4, 4, 2), scale=0.1)
    w = Tensor("w", (2, 1, 1, 3), scale=(0.01, 0.02), data=np.ones((2, 1, 1, 3), np.int8))
    data = np.array([5, -7], np.int32)
    b = Tensor("b", (2,), "int32", scale=(0.0005, 0.001), axis=3, data=data)
    options = {"padding": SAME, "strideW": 1, "strideH": 1}
    bias = read_graph(build([Op("CONV_2D", [x, w, b], [y], **options)])).main.ops[0].inputs[2]
    assert bias is not None and bias.quantization is not None and bias.quantization.axis == 0
    wrong = Tensor("b", (2,), "int32", scale=(0.1, 0.2, 0.3), axis=3, data=data)
    text = refusal(build([Op("CONV_2D", [x, w, wrong], [y], **options)]))
    assert text.startswith("model: damaged flatbuffer: tensor 2 'b' has 3 scales along dimension 3 of [2]")
