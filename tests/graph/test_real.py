"""Float amid int8 names the layer and what to write; advice that was followed already is not given again."""

from itertools import pairwise

import flatbuffers
import numpy as np
import pytest
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

from tests.conformance.builder import Op, Tensor, build
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph

FOLLOWED = ("representative dataset", "full-int8 model")


def refusal(*ops: Op) -> str:
    with pytest.raises(ModelError) as caught:
        read_graph(build(list(ops)))
    return str(caught.value)


def q(name: str) -> Tensor:
    return Tensor(name, (1, 4), scale=0.1)


def real(name: str) -> Tensor:
    return Tensor(name, (1, 4), "float32")


def island(kind: str, layer: str) -> list[Op]:
    """int8, an op that was left in float, int8."""
    x, y, z = q("in"), q("relu"), q("out")
    a, b, c = real("tfl.dequantize"), real(f"{layer}/{kind};other/thing"), q("tfl.quantize")
    return [
        Op("RELU", [x], [y]),
        Op("DEQUANTIZE", [y], [a]),
        Op(kind, [a], [b]),
        Op("QUANTIZE", [b], [c]),
        Op("RELU", [c], [z]),
    ]


@pytest.mark.parametrize(
    ("kind", "layer", "advice"),
    [
        ("NEG", "net/layer_normalization_1", "Use BatchNormalization there"),
        ("SPLIT", "net/gru/gru_cell", "Use an LSTM there, or SimpleRNN with unroll=True"),
        ("NEG", "net/mine", "Write 0 - x, or fold the sign into the layer before"),
        ("EXP", "net/elu_2", "Use ReLU, sigmoid or tanh"),
        ("SIN", "net/mine", "Leave it to what stands around the model, or use ReLU, sigmoid or tanh"),
        ("RELU", "net/mine", "Quantize it too: it has an int8 form, and was left out of the conversion"),
        ("SQUARE", "net/mine", "Use layers with an int8 form: Conv2D, Dense, BatchNormalization, ReLU, "
         "Softmax, Add, Multiply"),
    ],
)  # fmt: skip
def test_an_island_names_its_layer_and_what_to_write(kind: str, layer: str, advice: str) -> None:
    assert refusal(*island(kind, layer)) == (
        f"op 2 {kind}: layer {layer} stays in float in the middle of a quantized model: "
        f"tensor 2 'tfl.dequantize' is float32; expected a layer with an int8 form. {advice}"
    )


def test_all_layers_of_an_island_are_named() -> None:
    x, y, z, out = q("in"), q("y"), q("z"), q("out")
    reals = [real("tfl.dequantize"), *(real(f"net/{layer}/Sin") for layer in "abcbdef"), real("Cos")]
    chain = [Op("SIN", [a], [b]) for a, b in pairwise(reals)]
    first, last = [Op("RELU", [x], [y]), Op("DEQUANTIZE", [y], reals[:1])], Op("QUANTIZE", reals[-1:], [z])
    assert refusal(*first, *chain, last, Op("RELU", [z], [out])).startswith(
        "op 2 SIN: layer net/a stays in float in the middle of a quantized model (as do net/b, net/c, net/d, "
        "net/e and 1 more): tensor 2 'tfl.dequantize' is float32; "
    )


def test_a_state_that_is_kept_in_float() -> None:
    handle, state, c = Tensor("h", (), "resource"), real("net/gru_1/ReadVariableOp"), q("tfl.quantize")
    ops = [
        Op("VAR_HANDLE", [], [handle], sharedName="s", container=""),
        Op("READ_VARIABLE", [handle], [state]),
        Op("QUANTIZE", [state], [c]),
        Op("ADD", [q("x"), c], [q("y")]),
    ]
    assert refusal(*ops) == (
        "op 1 READ_VARIABLE: layer net/gru_1 keeps its state in float in the middle of a quantized model: "
        "tensor 2 'net/gru_1/ReadVariableOp' is float32; expected a layer with an int8 form. "
        "Use an LSTM with stateful=False, or make the state an input and an output of the model"
    )


def test_float_ends_of_a_quantized_model() -> None:
    x, y, a, b = q("x"), q("y"), real("z"), real("net/squared_1/Square")
    tail = refusal(Op("RELU", [x], [y]), Op("DEQUANTIZE", [y], [a]), Op("SQUARE", [a], [b]))
    assert tail.startswith("op 2 SQUARE: layer net/squared_1 stays in float at the end of a quantized model")
    a, b, c = real("x"), real("net/rescaling/mul"), q("c")
    factor = Tensor("f", (1,), "float32", data=np.ones(1, np.float32))
    head = refusal(Op("MUL", [a, factor], [b]), Op("QUANTIZE", [b], [c]), Op("RELU", [c], [q("y")]))
    assert head.startswith("op 0 MUL: layer net/rescaling stays in float at the beginning of a quantized")
    assert head.endswith("Scale the data before the model")
    assert not any(words in text for words in FOLLOWED for text in (head, tail))


@pytest.mark.parametrize(
    ("dtype", "advice"),
    [
        ("float16", "Convert with full-integer quantization"),
        ("uint16", "Leave what computes it out of the model"),
    ],
)
def test_other_element_types(dtype: str, advice: str) -> None:
    x, y = Tensor("x", (1, 4), dtype), Tensor("y", (1, 4), dtype)
    assert refusal(Op("RELU", [x], [y])) == (f"tensor 0 'x': elements of {dtype}; expected int8. {advice}")


def with_custom_code(model: bytes, code: str, which: int = 0) -> bytes:
    """One op code of ``model`` as a custom one."""
    tree = schema.ModelT.InitFromObj(schema.Model.GetRootAs(model))
    changed = tree.operatorCodes[which]
    changed.builtinCode = changed.deprecatedBuiltinCode = schema.BuiltinOperator.CUSTOM
    changed.customCode = code
    flat = flatbuffers.Builder(1024)
    flat.Finish(tree.Pack(flat), file_identifier=b"TFL3")
    return bytes(flat.Output())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("edgetpu-custom-op", "is compiled for the Edge TPU; expected the model before that. Give the file "
         "that edgetpu_compiler was given, usually of the same name without _edgetpu"),
        ("ethos-u", "is compiled for the Ethos-U; expected the model before that. Give the file that "
         "vela was given, usually of the same name without _vela"),
    ],
)  # fmt: skip
def test_what_is_compiled_for_an_accelerator(code: str, said: str) -> None:
    model = with_custom_code(build([Op("RELU", [q("x")], [q("y")])]), code)
    with pytest.raises(ModelError) as caught:
        read_graph(model)
    assert str(caught.value) == f"op 0 CUSTOM {code}: {said}"


def test_a_custom_op_of_reals_is_to_be_cut_off() -> None:
    x, y, a, b = q("x"), q("y"), real("a"), real("net/boxes")
    model = build([Op("RELU", [x], [y]), Op("DEQUANTIZE", [y], [a]), Op("EXP", [a], [b])])
    with pytest.raises(ModelError) as caught:
        read_graph(with_custom_code(model, "Decoder", 2))
    assert str(caught.value) == (
        "op 2 CUSTOM Decoder: layer net stays in float at the end of a quantized model: tensor 2 'a' is "
        "float32; expected a layer with an int8 form. Cut it off, and compute it around the model"
    )


def test_a_preprocessor_that_ends_in_floats() -> None:
    """It was told to be quantized, which no quantizer can do."""
    x, y, z = Tensor("x", (4,), "int16"), Tensor("y", (4,), "int16"), Tensor("features", (4,), "float32")
    weights = Tensor("w", (4,), "int16", data=np.ones(4, np.int16))
    assert refusal(Op("CUSTOM SignalWindow", [x, weights], [y], shift=12), Op("CAST", [y], [z])) == (
        "op 1 CAST: makes floats of the sound's features: tensor 3 'features' is float32; "
        "expected integers to the end. Give the preprocessor that ends in int8: TFLM's is "
        "audio_preprocessor_int8.tflite"
    )
