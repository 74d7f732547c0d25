"""The wake word's .tflite by TensorFlow Lite Micro, hop by hop, beside whole windows of the model."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from tests.compiler.streamed import Int8
from tests.conformance.builder import NONE, RELU, VALID, Op, Tensor, build, constant
from tinykd.errors import ConfigError, ModelError
from tinykd.graph.reader import read_graph
from tinykd.graph.writer import written
from tinykd.oracle import run_tflm
from tinykd.wake_word.ends import BANDS, Normalised, probability_of
from tinykd.wake_word.model import OPS, wake_word
from tinykd.wake_word.variables import Numbers

LENGTH, CLASSES, HOPS = 12, 4, 40
FEATURES = Normalised(220.0, 110.0)


def words(classes: int = CLASSES, kind: str = "") -> bytes:
    """Two convolutions in time, the second of stride 2, a residual, a mean, a dense layer."""
    random = np.random.default_rng(5)

    def kernel(*shape: int) -> Tensor:
        data = random.integers(-127, 128, shape).astype(np.int8)
        return Tensor("w", shape, scale=(0.003,) * shape[0], data=data)

    x = Tensor("x", (1, LENGTH, 1, BANDS), scale=0.04, zero_point=-7)
    stem = Tensor("stem", (1, LENGTH - 2, 1, 6), scale=0.2, zero_point=-128)
    half = Tensor("half", (1, 4, 1, 6), scale=0.3, zero_point=3)
    kept = Tensor("kept", (1, 4, 1, 6), scale=0.2, zero_point=-128)
    added = Tensor("added", (1, 4, 1, 6), scale=0.4, zero_point=-9)
    mean = Tensor("mean", (1, 6), scale=0.3, zero_point=-9)
    logits = Tensor("logits", (1, classes), scale=0.04, zero_point=11)
    cut = [constant("begin", [0, 1, 0, 0]), constant("end", [1, 9, 1, 6]), constant("by", [1, 2, 1, 1])]
    values = random.integers(-127, 128, (classes, 6)).astype(np.int8)
    matrix = Tensor("m", values.shape, scale=0.01, data=values)
    steps = {"padding": VALID, "strideW": 1}
    ops = [
        Op("CONV_2D", [x, kernel(6, 3, 1, BANDS)], [stem], **steps, strideH=1, fusedActivationFunction=RELU),
        Op("CONV_2D", [stem, kernel(6, 3, 1, 6)], [half], **steps, strideH=2, fusedActivationFunction=NONE),
        Op("STRIDED_SLICE", [stem, *cut], [kept]),
        Op("ADD", [half, kept], [added], fusedActivationFunction=NONE),
        Op("MEAN", [added, constant("axes", [1, 2])], [mean], keepDims=False),
        Op("FULLY_CONNECTED", [mean, matrix], [logits]),
    ]
    if kind:
        last = replace(logits, name="likely", scale=1 / 256, zero_point=-128)
        ops.append(Op(kind, [logits], [last], beta=1.0))
    return build(ops)


def heard(model: bytes, rows: Int8, hop_rows: int) -> list[int]:
    """What ESPHome hears: one interpreter, which keeps its variables."""
    from tflite_micro import runtime

    interpreter = runtime.Interpreter.from_bytes(model)
    found = []
    for first in range(0, len(rows), hop_rows):
        interpreter.set_input(rows[np.newaxis, first : first + hop_rows], 0)
        interpreter.invoke()
        found.append(int(interpreter.get_output(0)[0, 0]))
    return found


def expected(model: bytes, made: bytes, rows: Int8, chosen: int) -> list[int]:
    """Of each window that begins with one of ``rows``: the model's logits, then the same end."""
    graph, head = read_graph(model).main, read_graph(made).main
    (source,), (logits,), quantize = graph.inputs, graph.outputs, head.ops[1]
    (given,), (brought,) = quantize.inputs, quantize.outputs
    assert quantize.kind == "QUANTIZE" and given is not None
    begin = written(replace(head, inputs=(given,), outputs=(brought,), ops=(quantize,)), "")
    shown = run_tflm(begin, rows.reshape(-1, *given.shape)).reshape(-1, BANDS)
    windows = np.lib.stride_tricks.sliding_window_view(shown, LENGTH, axis=0)
    answers = run_tflm(model, windows.transpose(0, 2, 1).reshape(-1, *source.shape))
    ops, answer = probability_of(logits, chosen, Numbers(count(1000)))
    end = written(replace(graph, inputs=(logits,), outputs=(answer,), ops=tuple(ops)), "")
    return [int(v) & 255 for v in run_tflm(end, answers.reshape(-1, *logits.shape)).reshape(-1)]


@pytest.mark.parametrize(("hop_rows", "chosen", "classes"), [(1, 2, 4), (2, 0, 4), (1, 1, 2)])
def test_a_word_by_hops_is_the_word_by_windows(hop_rows: int, chosen: int, classes: int) -> None:
    model = words(classes)
    made = wake_word(read_graph(model), hop_rows, FEATURES, chosen)
    rows = np.random.default_rng(1).integers(-128, 128, (HOPS * hop_rows, BANDS)).astype(np.int8)
    found = heard(made.model, rows, hop_rows)
    windows = expected(model, made.model, rows, chosen)
    last = [(i + 1) * hop_rows - LENGTH for i in range(made.warm_up, HOPS)]
    assert found[made.warm_up :] == [windows[i] for i in last]
    assert len(set(found)) > 5


def test_it_has_the_shapes_types_and_ops_that_esphome_takes() -> None:
    main = read_graph(wake_word(read_graph(words()), 2, FEATURES, 1).model).main
    (given,), (answer,) = main.inputs, main.outputs
    assert (given.shape, given.dtype.value) == ((1, 2, 40), "int8")
    assert (answer.shape, answer.dtype.value, answer.scale) == ((1, 1), "uint8", 1 / 256)
    assert {op.kind for op in main.ops} <= OPS


def test_an_op_that_esphome_lacks_is_named() -> None:
    with pytest.raises(ModelError) as caught:
        wake_word(read_graph(words(kind="SOFTMAX")), 1, FEATURES, 0)
    assert "SOFTMAX" in str(caught.value)
    assert ": ESPHome's micro_wake_word has no such op; expected ADD, ASSIGN_VARIABLE, " in str(caught.value)


def test_features_that_no_int8_of_esphome_stands_for_are_one_line() -> None:
    with pytest.raises(ConfigError) as caught:
        wake_word(read_graph(words()), 1, Normalised(900.0, 100.0), 0)
    assert str(caught.value) == (
        "--layout esphome: features whose mean is 900; expected one from 0 to 663, what ESPHome's int8 "
        "stands for. Train on louder sounds"
    )
